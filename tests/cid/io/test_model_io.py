"""Models to and from pycid, pgmpy, pyAgrum and dagitty: what survives, and what they answer.

The other libraries are the oracles: what they compute on what we hand them is what we compute.
"""

import contextlib
import io
import itertools
import random
import subprocess
import sys
import warnings
from fractions import Fraction

import networkx as nx
import numpy as np
import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import HOSTILE, diagrams, hostile_diagrams

import cid
from cid import (
    SCIM,
    distribution,
    expectation,
    from_dagitty,
    from_pgmpy,
    from_pyagrum,
    policy_from_pycid,
    probability,
    random_scim,
    scim_from_pycid,
    to_dagitty,
    to_pgmpy,
    to_pyagrum,
)

pycid = cid.io.pycid.load_pycid()
gum = cid.io.pyagrum.load_pyagrum()
pgmpy_models = cid.libraries.load_library("pgmpy.models", "pgmpy")
pgmpy_inference = cid.libraries.load_library("pgmpy.inference", "pgmpy")

HALF = Fraction(1, 2)
GRAPH = cid.CID.parse("S -> D -> X -> U; S -> U", decisions="D", utilities="U")
MODEL = SCIM(
    GRAPH,
    {"D": (0, 1)},
    {
        "S": {0: 0.25, 1: 0.75},
        "X": lambda D: {D: 0.875, 1 - D: 0.125},
        "U": lambda S, X: int(S == X),
    },
)


def quietly(function, *arguments, **named):
    """Call into pgmpy or pycid, which warn about their own use of pandas and numpy."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return function(*arguments, **named)


def random_policy(s, rng):
    """Draw a mixed rule for every decision."""
    policy = {}
    for name in s.diagram.decisions:
        domain = s.domains[name]
        contexts = itertools.product(*(s.domains[p] for p in s.diagram.parents(name)))
        rows = {}
        for context in contexts:
            weights = [rng.randint(1, 5) for _ in domain]
            rows[context] = {
                v: Fraction(w, sum(weights)) for v, w in zip(domain, weights, strict=True)
            }
        policy[name] = rows if s.diagram.parents(name) else rows[()]
    return policy


def drawn(d, seed, **options):
    rng = random.Random(seed)
    sizes = {v: rng.randint(2, 3) for v in d.nodes}
    s = random_scim(d, sizes, noise=rng.choice([None, 2]), seed=seed, **options)
    return s, random_policy(s, rng), rng


def floats(s):
    """Return the model as it looks after its probabilities have been floats, without its noise."""
    made = {}
    for name in s.diagram.nodes:
        if name not in s.diagram.decisions:
            m = s.mechanism(name)
            rows = m.probabilities.astype(float)
            made[name] = cid.io.tables.table_to_mechanism(m.parents, m.domain, rows)
    return SCIM(s.diagram, s.domains, made)


# ---- files ---------------------------------------------------------------------------------------


@settings(max_examples=30)
@given(st.one_of(diagrams(decisions=(1, 2), agents=(1, 2)), hostile_diagrams()), st.integers(0, 99))
def test_models_in_files(tmp_path_factory, d, seed):
    path = tmp_path_factory.mktemp("models") / "model.JSON"
    s = drawn(d, seed)[0]
    assert cid.write(s, path) == path
    assert cid.read(path) == s
    cid.write(s.diagram, path)
    assert cid.read(path) == s.diagram


def test_bad_model_files(tmp_path):
    with pytest.raises(cid.FormatError, match=r"written as JSON.*\.json"):
        cid.write(MODEL, tmp_path / "model.cid")
    odd = SCIM(cid.CID([], nodes=["S"]), {}, {"S": range(3)})
    with pytest.raises(cid.ModelError, match="cannot be written as JSON"):
        cid.write(odd, tmp_path / "model.json")
    assert list(tmp_path.iterdir()) == []
    path = tmp_path / "model.json"
    path.write_text(MODEL.to_json()[:-9])
    with pytest.raises(cid.FormatError, match=r"model\.json: This is not JSON"):
        cid.read(path)
    path.write_text(MODEL.to_json().replace("0.875", "0.75"))
    with pytest.raises(cid.ModelError, match=r"model\.json: .*'X' has a row that sums to 0\.875"):
        cid.read(path)
    with pytest.raises(cid.FormatError, match=r"CID\.from_json"):
        SCIM.from_json(GRAPH.to_json())


def test_the_command_line_takes_the_diagram_of_a_model(tmp_path):
    from cid.__main__ import main

    shown = []
    for what in (MODEL, GRAPH):
        cid.write(what, tmp_path / "d.json")
        with contextlib.redirect_stdout(io.StringIO()) as out:
            assert main(["analyze", str(tmp_path / "d.json")]) == 0
        shown.append(out.getvalue())
    assert shown[0] == shown[1]


# ---- pgmpy ---------------------------------------------------------------------------------------


@settings(max_examples=40)
@given(diagrams(nodes=(2, 7)), st.integers(0, 10**6))
def test_queries_against_pgmpy(d, seed):
    s, policy, rng = drawn(d, seed)
    network = to_pgmpy(s, policy)
    assert quietly(network.check_model)
    engine = quietly(pgmpy_inference.VariableElimination, network)
    of, *rest = rng.sample(d.nodes, min(3, len(d.nodes)))
    condition = {v: rng.choice(s.domains[v]) for v in rest[: rng.randint(0, 2)]}
    if condition and not probability(s, condition, policy=policy):
        with pytest.raises(cid.ModelError, match="probability zero"):
            distribution(s, of, given=condition, policy=policy)
        return
    theirs = quietly(engine.query, [of], evidence=condition, show_progress=False)
    ours = distribution(s, of, given=condition, policy=policy)
    for value, p in ours.items():
        k = theirs.state_names[of].index(value)
        assert theirs.values[k] == pytest.approx(float(p), abs=1e-9)


@settings(max_examples=60)
@given(st.one_of(diagrams(agents=(1, 2), decisions=(1, 3)), hostile_diagrams()), st.integers(0, 99))
def test_round_trip_through_pgmpy(d, seed):
    s, policy, _ = drawn(d, seed)
    fixed = s.with_policy(policy)
    roles = {agent: list(d.decisions_of(agent)) for agent in d.agents}
    values = {agent: list(d.utilities_of(agent)) for agent in d.agents}
    if d.agents == ("agent",):
        roles, values = roles["agent"], values["agent"]
    network = to_pgmpy(s, policy)
    assert from_pgmpy(network, utilities=list(d.utilities)).diagram.decisions == ()
    back = from_pgmpy(network, roles, values)
    assert back == floats(s)
    assert back.diagram == d
    assert (
        floats(fixed)
        .mechanism(d.decisions[0])
        .same(from_pgmpy(network, (), list(d.utilities)).mechanism(d.decisions[0]))
    )


def test_pgmpy_tables_in_other_orders():
    factors = cid.libraries.load_library("pgmpy.factors.discrete", "pgmpy")
    network = pgmpy_models.BayesianNetwork([("A", "Y"), ("B", "Y")])
    names = {"A": ["a0", "a1"], "B": ["b0", "b1"], "Y": [0, 1]}
    network.add_cpds(
        factors.TabularCPD("A", 2, [[0.25], [0.75]], state_names={"A": ["a0", "a1"]}),
        factors.TabularCPD("B", 2, [[0.5], [0.5]], state_names={"B": ["b1", "b0"]}),
        factors.TabularCPD(
            "Y", 2, [[0.1, 0.2, 0.3, 0.4], [0.9, 0.8, 0.7, 0.6]], ["B", "A"], [2, 2], names
        ),
    )
    s = from_pgmpy(network)
    assert s.domains["B"] == ("b1", "b0")
    for b, a in itertools.product(("b0", "b1"), ("a0", "a1")):
        column = 2 * ("b0", "b1").index(b) + ("a0", "a1").index(a)
        assert probability(s, {"Y": 0}, {"A": a, "B": b}) == pytest.approx(0.1 * (column + 1))


def test_nodes_that_are_no_strings():
    factors = cid.libraries.load_library("pgmpy.factors.discrete", "pgmpy")
    network = pgmpy_models.BayesianNetwork([(0, 2.5), ("A", 2.5)])
    network.add_cpds(
        factors.TabularCPD(0, 2, [[0.25], [0.75]]),
        factors.TabularCPD("A", 2, [[0.5], [0.5]]),
        factors.TabularCPD(2.5, 2, [[0.1, 0.2, 0.3, 0.4], [0.9, 0.8, 0.7, 0.6]], ["A", 0], [2, 2]),
    )
    with pytest.raises(cid.CIDTypeError, match=r"node 0 \(int\).*from_pgmpy\(\.\.\., names=str\)"):
        from_pgmpy(network)
    s = from_pgmpy(network, decisions=["A"], names=str)
    assert set(s.diagram.edges) == {("0", "2.5"), ("A", "2.5")}
    assert s.diagram.decisions == ("A",)
    assert s.cpd("2.5", ["A", "0"])[..., 0] == pytest.approx(np.array([[0.1, 0.2], [0.3, 0.4]]))
    assert from_pgmpy(network, decisions=[0], names=lambda v: f"x{v}").diagram.decisions == ("x0",)


def test_pgmpy_errors():
    with pytest.raises(cid.ModelError, match="'D' has no rule"):
        to_pgmpy(MODEL)
    with pytest.raises(cid.CIDTypeError, match="to_pgmpy takes a SCIM"):
        to_pgmpy(GRAPH)
    with pytest.raises(cid.CIDTypeError, match="from_pgmpy takes a BayesianNetwork"):
        from_pgmpy(GRAPH.to_json())
    with pytest.raises(cid.ModelError, match="'A' has no table"):
        from_pgmpy(pgmpy_models.BayesianNetwork([("A", "B")]))
    p = sympy.Symbol("p")
    with pytest.raises(cid.ModelError, match=r"free parameters p.*at\("):
        to_pgmpy(MODEL.replace(S={0: 1 - p, 1: p}), {"D": 0})
    network = to_pgmpy(MODEL, {"D": 0})
    with pytest.raises(cid.UnknownNodeError, match="'E' is no node"):
        from_pgmpy(network, decisions=["E"])
    network.add_edge("D", "U")
    with pytest.raises(cid.ModelError, match="table of 'U' reads"):
        from_pgmpy(network)


# ---- pycid ---------------------------------------------------------------------------------------


@settings(max_examples=20)
@given(diagrams(nodes=(3, 5), max_decision_parents=2), st.integers(0, 10**6))
def test_expected_utilities_against_pycid(d, seed):
    assume(nx.is_weakly_connected(d.to_networkx()))  # pycid fails on others
    s, policy, _ = drawn(d, seed)
    model = quietly(cid.to_pycid, s, policy)
    theirs = quietly(model.expected_utility, {})
    assert float(expectation(s, policy=policy)) == pytest.approx(theirs)
    assert float(s.expected_utility(policy)) == pytest.approx(theirs)
    # Interventions after the policy. pycid cuts links and again wants one component.
    for name in (*d.chance, *d.decisions):
        cut = d.without_edges([edge for edge in d.edges if edge[1] == name])
        if nx.is_weakly_connected(cut.to_networkx()):
            theirs = quietly(model.expected_utility, {}, intervention={name: 0})
            responses = [cid.potential_response(u, {name: 0}) for u in d.utilities]
            assert float(expectation(s, responses, policy=policy)) == pytest.approx(theirs)


@settings(max_examples=40)
@given(
    st.one_of(diagrams(decisions=(1, 2), agents=(1, 2)), hostile_diagrams()), st.integers(0, 10**6)
)
def test_round_trip_through_pycid(d, seed):
    s, policy, _ = drawn(d, seed)
    model = quietly(cid.to_pycid, s)
    assert quietly(model.check_model)
    assert scim_from_pycid(model) == floats(s)
    assert cid.from_pycid(model) == d
    assert policy_from_pycid(model) == {}
    ruled = quietly(cid.to_pycid, s, policy)
    assert scim_from_pycid(ruled) == floats(s)
    back = policy_from_pycid(ruled)
    assert list(back) == list(d.decisions)
    assert floats(s).with_policy(back) == floats(s.with_policy(policy))


EXAMPLES = {
    "simple_cids": [
        "get_minimal_cid",
        "get_3node_cid",
        "get_5node_cid",
        "get_5node_cid_with_scaled_utility",
        "get_2dec_cid",
        "get_quantitative_voi_cid",
        "get_sequential_cid",
    ],
    "story_cids": ["get_introduced_bias"],
}


@pytest.mark.parametrize(
    ("module", "name"), [(module, name) for module, names in EXAMPLES.items() for name in names]
)
def test_pycids_own_examples(module, name):
    module = cid.libraries.load_library(f"pycid.examples.{module}", "pycid")
    model = quietly(getattr(module, name))
    s = scim_from_pycid(model)
    assert quietly(model.check_model)
    quietly(model.impute_optimal_policy)
    theirs = quietly(model.expected_utility, {})
    assert float(s.solve().value) == pytest.approx(theirs)
    policy = policy_from_pycid(model)
    assert float(s.expected_utility(policy)) == pytest.approx(theirs)


def test_rules_of_pycid_go_by_values():
    # pycid sorts domains; another model of the same may list them otherwise.
    model = pycid.CID([("S", "D"), ("D", "U"), ("S", "U")], decisions=["D"], utilities=["U"])
    model.add_cpds(S=pycid.discrete_uniform([-1, 1]), D=[-1, 1], U=lambda S, D: S * D)
    quietly(model.impute_optimal_policy)
    other = SCIM(
        scim_from_pycid(model).diagram,
        {"S": (1, -1), "D": (-1, 1)},
        {"S": {1: HALF, -1: HALF}, "U": lambda S, D: S * D},
    )
    assert other.expected_utility(policy_from_pycid(model)) == 1
    model.add_cpds(D=lambda S: {S: 0.75, -S: 0.25})
    assert other.expected_utility(policy_from_pycid(model)) == HALF


def test_pycid_functions_without_chance_are_exact():
    model = pycid.CID([("A", "B")], decisions=["A"], utilities=["B"])
    model.add_cpds(A=[0, 1], B=lambda A: 3 * A)
    s = scim_from_pycid(model)
    assert s.arithmetic == "exact"
    assert s.mechanism("B").deterministic
    assert s.solve().value == 3


def test_pycid_games_keep_their_agents():
    module = cid.libraries.load_library("pycid.examples.story_macids", "pycid")
    s = scim_from_pycid(quietly(module.prisoners_dilemma))
    assert s.diagram.agents == ("1", "2")
    both = {"D1": "d", "D2": "d"}
    assert [s.expected_utility(both, agent) for agent in s.diagram.agents] == [-2, -2]
    assert s.expected_utility({"D1": "c", "D2": "d"}, "1") == -3


def test_pycid_errors():
    bare = pycid.CID([("D", "U")], decisions=["D"], utilities=["U"])
    with pytest.raises(cid.ModelError, match="'D' has no table"):
        scim_from_pycid(bare)
    with pytest.raises(cid.CIDTypeError, match="takes a pycid CID"):
        scim_from_pycid(nx.DiGraph())
    with pytest.raises(cid.CIDTypeError, match="from_pgmpy"):
        cid.from_pycid(pycid.CausalBayesianNetwork([("A", "B")]))
    with pytest.raises(cid.CIDTypeError, match="policy belongs to a model"):
        cid.to_pycid(GRAPH, {"D": 0})
    with pytest.raises(cid.CIDTypeError, match="takes a CID or a SCIM"):
        cid.to_pycid("S -> D")
    with pytest.raises(cid.ModelError, match=r"'S' have no order: \[0, 'a'\]"):
        cid.to_pycid(SCIM(cid.CID([], nodes=["S"]), {}, {"S": {0: HALF, "a": HALF}}))
    with pytest.raises(cid.ModelError, match="free parameters"):
        cid.to_pycid(MODEL.replace(S={0: 1 - sympy.Symbol("p"), 1: sympy.Symbol("p")}))


# ---- pycid's faults that concern models, and ours right ------------------------------------------


def test_asking_leaves_the_model_alone():
    # pycid's expected_utility deletes nodes that are not connected to the utility.
    d = cid.CID([("D", "U"), ("W", "V")], ["D"], ["U"])
    s = SCIM(d, {"D": (0, 1)}, {"U": lambda D: D, "W": {0: 0.5, 1: 0.5}, "V": lambda W: W})
    theirs = quietly(cid.to_pycid, s, {"D": 1})
    before = set(theirs.nodes)
    assert quietly(theirs.expected_utility, {}) == 1
    assert before - set(theirs.nodes) == {"W", "V"}

    twin = SCIM.from_json(s.to_json())
    assert s.expected_utility({"D": 1}) == 1
    assert expectation(s, given={"V": 1}, policy={"D": 1}) == 1
    assert s.solve().value == 1
    assert distribution(s, ["V", "U"], policy={"D": 1})[1, 1] == 0.5
    assert s == twin
    assert s.diagram == d


def test_what_is_not_connected_can_still_be_asked_together():
    # pycid refuses: "contains nodes in disconnected components".
    d = cid.CID([("A", "B"), ("C", "E")])
    coin = {0: HALF, 1: HALF}
    s = SCIM(d, {}, {"A": coin, "B": lambda A: A, "C": coin, "E": lambda C: 1 - C})
    assert distribution(s, ["B", "E"], given={"A": 1}) == {
        (0, 0): 0,
        (0, 1): 0,
        (1, 0): HALF,
        (1, 1): HALF,
    }
    with pytest.raises(ValueError, match="disconnected components"):
        quietly(cid.to_pycid(s).query, ["B", "E"], {})


def test_a_condition_that_cannot_happen_is_named():
    # pycid divides by zero: "generated Nan".
    s = MODEL.replace(S={0: 1.0})
    theirs = quietly(cid.to_pycid, s, {"D": 0})
    with pytest.raises(RuntimeError, match="Nan"):
        quietly(theirs.expected_utility, {"S": 1})
    with pytest.raises(cid.ModelError, match="condition S = 1 has probability zero"):
        expectation(s, given={"S": 1}, policy={"D": 0})
    # Solving meets such contexts, and says that there every action is as good.
    rule = s.solve().policy["D"]
    assert rule.ties((0,)) == (0,)
    assert rule.ties((1,)) == (0, 1)
    assert not rule.reachable[1]
    # A condition in a part of the model that the question does not depend on is not dropped.
    d = cid.CID([("A", "B"), ("C", "E")])
    t = SCIM(
        d, {}, {"A": 0, "B": lambda A: {0: 0.5, 1: 0.5}, "C": {0: 1.0, 1: 0.0}, "E": lambda C: C}
    )
    with pytest.raises(cid.ModelError, match="condition E = 1 has"):
        distribution(t, "B", given={"E": 1})


def test_a_decision_without_a_utility_downstream():
    # pycid's solver raises a networkx error.
    d = cid.CID([("S", "D"), ("S", "U")], ["D"], ["U"])
    s = SCIM(d, {"D": (0, 1)}, {"S": {0: 0.5, 1: 0.5}, "U": lambda S: S})
    model = quietly(cid.to_pycid, s)
    with pytest.raises(Exception):  # noqa: B017, PT011 - whatever it is, it is not ours
        quietly(model.impute_optimal_policy)
    assert s.solve().value == 0.5
    assert s.solve().policy["D"].ties(()) == (0, 1)


# ---- pyAgrum -------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(st.one_of(diagrams(decisions=(1, 3)), hostile_diagrams()), st.integers(0, 10**6))
def test_round_trip_through_pyagrum(d, seed):
    if len(d.agents) > 1:
        with pytest.raises(cid.ScopeError, match="one agent"):
            to_pyagrum(random_scim(d, seed=0))
        return
    s, _, _ = drawn(d, seed)
    diagram = to_pyagrum(s)
    back = from_pyagrum(diagram)
    assert back.diagram == d
    for name in d.nodes:
        if name in d.utilities:
            assert np.allclose(back.mean(name, d.parents(name)), s.mean(name).astype(float))
        else:
            assert back.domains[name] == s.domains[name]
        if name in d.chance:
            theirs = back.cpd(name, d.parents(name)).astype(float)
            assert np.allclose(theirs, s.cpd(name).astype(float))
    assert from_pyagrum(to_pyagrum(back)) == back


@settings(max_examples=40)
@given(diagrams(nodes=(3, 7)), st.integers(0, 10**6))
def test_values_against_pyagrum(d, seed):
    s, _, _ = drawn(d, seed)
    # Its inference cannot do with utilities that have no parents; they are constants.
    lone = [u for u in d.utilities if not d.parents(u)]
    constant = sum(s.mean(u)[()] for u in lone)
    rest = [u for u in d.utilities if u not in lone]
    if not rest:
        return
    kept = [v for v in d.nodes if v not in lone]
    part = SCIM(
        cid.CID(d.edges, d.decisions, rest, nodes=kept),
        {v: s.domains[v] for v in kept},
        {v: s.mechanism(v) for v in kept if v not in d.decisions},
    )
    engine = gum.ShaferShenoyLIMIDInference(to_pyagrum(part))
    engine.makeInference()
    assert float(s.solve().value - constant) == pytest.approx(engine.MEU()["mean"])


def test_pyagrum_values():
    d = cid.CID([], nodes=["I", "G", "F", "T", "M"])
    domains = {
        "I": (3, 4, 5),
        "G": (-2, 7),
        "F": (0.1, 1 / 3, 2),
        "T": ("yes", "no"),
        "M": (("a", 1), 2, None),
    }
    s = SCIM(d, domains, {v: dict.fromkeys(x, Fraction(1, len(x))) for v, x in domains.items()})
    back = from_pyagrum(to_pyagrum(s))
    assert {v: back.domains[v] for v in "IGFT"} == {v: domains[v] for v in "IGFT"}
    assert back.domains["M"] == ("('a', 1)", "2", "None")
    descending = SCIM(cid.CID([], nodes=["I"]), {"I": (5, 3)}, {"I": {5: 0.25, 3: 0.75}})
    assert from_pyagrum(to_pyagrum(descending)).domains["I"] == ("5", "3")
    assert from_pyagrum(to_pyagrum(descending)).cpd("I").tolist() == [0.25, 0.75]
    twins = SCIM(cid.CID([], nodes=["I"]), {"I": (2, "2")}, {"I": 2})
    with pytest.raises(cid.ModelError, match="have the same label"):
        to_pyagrum(twins)


def test_an_uncertain_utility_goes_over_as_its_mean():
    d = cid.CID.parse("D -> U", decisions="D", utilities="U")
    s = SCIM(d, {"D": (0, 1)}, {"U": lambda D: {0: 0.5, 4 * D + 1: 0.5}})
    back = from_pyagrum(to_pyagrum(s))
    assert back.mechanism("U").deterministic
    assert back.mean("U").tolist() == s.mean("U").tolist() == [0.5, 2.5]
    assert back.solve().value == s.solve().value


def test_pyagrum_errors():
    with pytest.raises(cid.CIDTypeError, match="to_pyagrum takes a SCIM"):
        to_pyagrum(GRAPH)
    with pytest.raises(cid.CIDTypeError, match="from_pyagrum takes an InfluenceDiagram"):
        from_pyagrum(GRAPH)
    with pytest.raises(cid.ModelError, match="free parameters"):
        to_pyagrum(MODEL.replace(S={0: 1 - sympy.Symbol("p"), 1: sympy.Symbol("p")}))


# ---- dagitty -------------------------------------------------------------------------------------

WRITABLE = [name for name in HOSTILE if not name.endswith("\\") and '\\"' not in name]


@settings(max_examples=150)
@given(
    st.one_of(
        diagrams(decisions=(1, 3)),
        diagrams(decisions=(2, 3), agents=(2, 2)),
        st.permutations(WRITABLE).flatmap(
            lambda names: diagrams(nodes=(2, 9), decisions=(1, 3), agents=(1, 2), names=names)
        ),
    )
)
def test_round_trip_through_dagitty(d):
    back = from_dagitty(to_dagitty(d))
    assert back == d
    assert (back.nodes, back.edges) == (d.nodes, d.edges)


def test_dagitty_syntax():
    text = """
    strict DAG "my graph" {
      bb="-5,-4,1,1"; graph_option=3
      "World state" [pos="-1.0,0.5"] A [exposure,pos="0,1"]
      Y[o, label="the \\"outcome\\""] Z
      A -> B -> {Y C <- "World state"} <- L  ; L [latent]
      -1.x_ -> Z [pos="0,0"]
      "say \\"hi\\"" "back\\slash"
    }
    """
    d = from_dagitty(text)
    assert d.decisions == ("A",)
    assert d.utilities == ("Y",)
    names = {"World state", "A", "Y", "Z", "B", "C", "L", "-1.x_", 'say "hi"', "back\\slash"}
    assert set(d.nodes) == names
    assert set(d.edges) == {
        ("A", "B"),
        ("B", "Y"),
        ("B", "C"),
        ("B", "World state"),
        ("World state", "C"),
        ("L", "Y"),
        ("L", "C"),
        ("L", "World state"),
        ("-1.x_", "Z"),
    }
    chosen = from_dagitty(text, decisions=["B"], utilities=["Z"])
    assert (chosen.decisions, chosen.utilities) == (("B",), ("Z",))
    assert from_dagitty("dag{a->b}").edges == (("a", "b"),)
    assert from_dagitty("dag{a->b a->b}").edges == (("a", "b"),)  # said twice, as there


@pytest.mark.parametrize(
    ("text", "error", "match"),
    [
        ("", cid.ParseError, "line 1: expected a name, found the end"),
        ("a -> b", cid.ParseError, "starts with 'a', not with 'dag'"),
        ("mag { a -> b }", cid.ParseError, "starts with 'mag'"),
        ("dag { a -> b", cid.ParseError, "found the end"),
        ("dag { a -> b } c", cid.ParseError, "expected the end, found 'c'"),
        ("dag {\na <-> b }", cid.ParseError, "line 2: <-> is no directed edge.*common cause"),
        ("dag { a -- b }", cid.ParseError, "-- is no directed edge"),
        ("dag { a @-> b }", cid.ParseError, "@-> is no directed edge"),
        ("dag { a -> }", cid.ParseError, "expected a name, found '}'"),
        ("dag { a [exposure }", cid.ParseError, "expected a name, found '}'"),
        ("dag {\n\n é }", cid.ParseError, "line 3: cannot read 'é }'"),
        ('dag { "a }', cid.ParseError, "cannot read"),
        ("dag { a -> b b -> a }", cid.CycleError, "cycle"),
        ("dag { }", cid.DiagramError, "at least one node"),
        ("dag { u [outcome] u -> b }", cid.DiagramError, r"childless.*utilities=\(\)"),
        ("dag { subgraph -> b", cid.ParseError, "found the end"),
        ("dag " + "{" * 100_000, cid.ParseError, "nested too deeply"),
        (b"dag { a -> b }", cid.CIDTypeError, "takes text"),
    ],
)
def test_dagitty_errors(text, error, match):
    with pytest.raises(error, match=match):
        from_dagitty(text)


def test_statements_of_graphviz():
    text = """
    // made by a program
    digraph "G" {
      /* how it
         looks */
      graph [bb="0,0,1,1", rankdir=LR];
      node [shape=box; style=filled]
    # a comment
      a -> b [weight=2];
      edge [color=red]
      subgraph cluster_1 { label=one; b -> c } -> d
      node -> edge
    }
    """
    d = from_dagitty(text)
    assert d.nodes == ("a", "b", "c", "d", "node", "edge")
    assert set(d.edges) == {("a", "b"), ("b", "c"), ("b", "d"), ("c", "d"), ("node", "edge")}


def test_hyphens_belong_to_names():
    d = from_dagitty("dag { institutions -> political-inequality a-b->c-d }")
    assert d.edges == (("institutions", "political-inequality"), ("a-b", "c-d"))
    assert from_dagitty(to_dagitty(d)) == d


BUNDLED = {
    "M shape": """dag { bb="-5,-4,5,4"
        A [pos="-2,1"] B [pos="0,1"] C [latent] E [exposure] D [outcome]
        A -> E A -> B C -> B C -> D E -> D }""",
    "outcome with a child": """dag {
        "Warm-up exercises" [exposure,pos="-1.6,1.2"] Injury [outcome,pos="1,1.2"]
        "Warm-up exercises" -> "Intra-game proprioception" -> Injury
        Injury -> "Missed games" }""",
    "two kinds of confounding": """dag { X [exposure] Y [outcome] U [unobserved]
        X -> Y U -> {X Y} X <-> Z Z -> Y }""",
    "mediator": "dag { x [e] y [o] x -> m -> y ; x <- c -> y ; m <-> y }",
}


@pytest.mark.parametrize("name", BUNDLED)
def test_what_dagitty_is_asked_about_is_read(name):
    text = BUNDLED[name]
    d = from_dagitty(text, decisions=(), utilities=(), latents="add")
    assert d.decisions == d.utilities == ()
    assert nx.is_directed_acyclic_graph(d.to_networkx())
    assert len([v for v in d.nodes if v.startswith("L_")]) == text.count("<->")
    assert not [edge for edge in d.edges if "<->" in "".join(edge)]


def test_an_edge_with_two_heads_becomes_a_common_cause():
    d = from_dagitty("dag { A [exposure] B [outcome] A -> B A <-> {B C} L_A_B }", latents="add")
    assert d == cid.CID(
        [("A", "B"), ("L_A_B'", "A"), ("L_A_B'", "B"), ("L_A_C", "A"), ("L_A_C", "C")],
        ["A"],
        ["B"],
        nodes=["A", "B", "C", "L_A_B", "L_A_B'", "L_A_C"],
    )
    with pytest.raises(cid.CIDTypeError, match="latents is 'add' or None"):
        from_dagitty("dag { A <-> B }", latents="yes")


def test_roles_given_by_hand_leave_the_others_as_marked():
    text = "dag { A [exposure] B [outcome] A -> B -> C }"
    with pytest.raises(cid.DiagramError, match="the child 'C'"):
        from_dagitty(text)
    d = from_dagitty(text, utilities=["C"])
    assert (d.decisions, d.utilities) == (("A",), ("C",))
    assert from_dagitty(text, utilities=()).decisions == ("A",)


def test_names_that_dagitty_cannot_write():
    for name in ("graph", "node", "ends with \\", 'a\\"b'):
        with pytest.raises(cid.DiagramError, match=r"relabel\(\)"):
            to_dagitty(cid.CID([], nodes=[name]))
    with pytest.raises(cid.CIDTypeError, match="takes a CID"):
        to_dagitty("dag {}")
    with pytest.raises(cid.CIDTypeError, match="Give its diagram"):
        to_dagitty(MODEL)


# ---- without the libraries -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("library", "call"),
    [
        ("pgmpy", "cid.to_pgmpy(s, {'D': 0})"),
        ("pyagrum", "cid.to_pyagrum(s)"),
        ("pyagrum", "cid.from_pyagrum(s)"),
        ("pycid", "cid.to_pycid(s)"),
    ],
)
def test_a_missing_library_is_named(library, call):
    code = f"""
import sys
sys.modules[{library!r}] = None
import cid
d = cid.CID.parse("D -> U", decisions="D", utilities="U")
s = cid.SCIM(d, {{"D": (0, 1)}}, {{"U": lambda D: D}})
try:
    {call}
except cid.CIDError as error:
    print(error)
"""
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "pip install" in done.stdout, done.stderr
    assert library in done.stdout


def test_nothing_is_imported_before_it_is_needed():
    code = "import cid, sys; print({'pgmpy', 'pyagrum', 'pycid', 'sympy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


# ---- pyAgrum's networks --------------------------------------------------------------------------


def test_a_bayes_net_of_pyagrum():
    gum.initRandom(3)
    bn = gum.fastBN("S[3]->X->Y{a|b};S->Y")
    s = from_pyagrum(bn)
    assert set(s.diagram.edges) == {("S", "X"), ("X", "Y"), ("S", "Y")}
    assert s.domains["S"] == (0, 1, 2)
    engine = gum.LazyPropagation(bn)
    engine.setEvidence({"Y": "b"})
    ours = distribution(s, "S", given={"Y": "b"})
    assert list(ours.values()) == pytest.approx(engine.posterior("S").tolist(), abs=1e-6)
    played = from_pyagrum(bn, decisions=["X"], utilities=[])
    assert played.diagram.decisions == ("X",)
    with pytest.raises(cid.CIDTypeError, match="for a BayesNet"):
        from_pyagrum(to_pyagrum(MODEL), decisions=["D"])
    with pytest.raises(cid.CIDTypeError, match="InfluenceDiagram or a BayesNet"):
        from_pyagrum("A -> B")


def test_rounded_tables_of_pyagrum():
    """Three equal chances of 0, 50 and 100, drawn or not: (-20 + 25 + 62.5) / 3 = 22.5 or 0."""
    diagram = gum.InfluenceDiagram()
    diagram.addChanceNode(gum.LabelizedVariable("Oil", "", ["dry", "wet", "soaking"]))
    diagram.addDecisionNode(gum.LabelizedVariable("Drill", "", ["yes", "no"]))
    diagram.addUtilityNode(gum.LabelizedVariable("Reward", "", 1))
    for arc in (("Oil", "Reward"), ("Drill", "Reward")):
        diagram.addArc(*arc)
    diagram.cpt("Oil").fillWith([0.333333] * 3)
    for state, gain in (("dry", -20), ("wet", 25), ("soaking", 62.5)):
        diagram.utility("Reward")[{"Oil": state, "Drill": "yes"}] = gain
        diagram.utility("Reward")[{"Oil": state, "Drill": "no"}] = 0
    assert from_pyagrum(diagram).solve().value == pytest.approx(22.5, abs=1e-12)
    with pytest.raises(cid.ModelError, match=r"sums to 0\.999999, not 1.*normalise="):
        from_pyagrum(diagram, normalise=False)


def test_empty_rows_are_told_apart():
    bn = gum.fastBN("A->B")
    bn.cpt("A").fillWith([1, 0])
    bn.cpt("B")[{"A": 0}] = [0.25, 0.75]
    bn.cpt("B")[{"A": 1}] = [0, 0]
    s = from_pyagrum(bn)
    assert distribution(s, "B") == {0: 0.25, 1: 0.75}
    assert s.cpd("B")[1].tolist() == [0.5, 0.5]
    with pytest.raises(cid.ModelError, match=r"'B' is all zeros at \{'A': 1\}, which can come up"):
        from_pyagrum(bn, decisions=["A"])  # the agent may choose what never came up
    bn.cpt("A").fillWith([0.999, 0.001])
    with pytest.raises(cid.ModelError, match="which can come up"):
        from_pyagrum(bn)
    bn.cpt("A").fillWith([0, 0])
    with pytest.raises(cid.ModelError, match="'A' is all zeros"):
        from_pyagrum(bn)


def test_rounded_models_of_pycid():
    model = pycid.CID([("S", "U"), ("D", "U")], decisions=["D"], utilities=["U"])
    model.add_cpds(S={0: 0.333, 1: 0.333, 2: 0.334}, D=[0, 1], U=lambda S, D: S * D)
    model.get_cpds("S").values[:] = [0.3333, 0.3333, 0.3333]
    assert scim_from_pycid(model).solve().value == pytest.approx(1)
    model.get_cpds("S").values[:] = [0.333, 0.333, 0.333]
    with pytest.raises(cid.ModelError, match=r"sums to 0\.999, not 1.*normalise="):
        scim_from_pycid(model)
    assert scim_from_pycid(model, normalise=0.01).solve().value == pytest.approx(1)
