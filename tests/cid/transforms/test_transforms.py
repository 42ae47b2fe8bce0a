"""Transforms remove what they say and nothing else; their models against running worlds twice."""

from fractions import Fraction
from itertools import product

import networkx as nx
import numpy as np
import oracles
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from play import contexts, expected, histories, on_all_parents, rules_of
from strategies import diagrams

import cid

HALF = Fraction(1, 2)
ANY = st.one_of(diagrams(), diagrams(decisions=(2, 4)), diagrams(decisions=(2, 4), agents=(2, 3)))


# ---- path-specific objectives ----------------------------------------------------------------


@settings(max_examples=300)
@given(ANY, st.data())
def test_a_path_specific_objective_cuts_the_ways_into_delicate_nodes(d, data):
    if not d.chance:
        return
    decision = data.draw(st.sampled_from(d.decisions))
    delicate = data.draw(st.sets(st.sampled_from(d.chance), min_size=1, max_size=3))
    graph = oracles.graph_of(d)
    # An edge is cut when some path from the decision enters the delicate nodes by it.
    entering = {
        (tail, head)
        for tail, head in d.edges
        if head in delicate and tail not in delicate and nx.has_path(graph, decision, tail)
    }
    assert set(cid.path_specific_cut(d, decision, delicate)) == entering
    after = cid.path_specific(d, decision, delicate)
    assert set(after.edges) == set(d.edges) - entering
    assert (after.nodes, after.decisions, after.utilities) == (d.nodes, d.decisions, d.utilities)
    assert not delicate & set(after.descendants(decision))
    assert cid.path_specific(after, decision, delicate) == after
    if len(d.decisions) == 1:
        assert not delicate & set(cid.admits_ici_list(after, decision))
        assert set(cid.admits_ici_list(after, decision)) <= set(cid.admits_ici_list(d, decision))


@given(diagrams(decisions=(2, 3)))
def test_one_cut_for_several_decisions(d):
    if not d.chance:
        return
    z = d.chance[0]
    several = set(cid.path_specific_cut(d, d.decisions, z))
    assert several == {e for name in d.decisions for e in cid.path_specific_cut(d, name, z)}
    assert not any(z in cid.path_specific(d, d.decisions, z).descendants(n) for n in d.decisions)


def test_what_cannot_be_delicate():
    d = cid.catalog.load("lcdt_human").diagram
    with pytest.raises(cid.ScopeError, match=r"use cid\.lcdt"):
        cid.path_specific(d, "D", "H")
    with pytest.raises(cid.ScopeError, match="is a utility"):
        cid.path_specific(d, "D", "U")
    with pytest.raises(cid.UnknownNodeError):
        cid.path_specific(d, "M", "O")
    with pytest.raises(cid.CIDTypeError):
        cid.path_specific(d, "D", 3)


def models(**shape):
    """Draw a diagram and a model of it: deterministic nodes below noisy roots."""

    @st.composite
    def draw_model(draw):
        d = draw(diagrams(max_decision_parents=2, **shape))
        rng = np.random.default_rng(draw(st.integers(0, 10**6)))
        mechanisms = {}
        for v in d.nodes:
            if v in d.decisions:
                continue
            if v in d.utilities:
                rows = {
                    c: int(rng.integers(0, 5)) for c in product((0, 1), repeat=len(d.parents(v)))
                }
                mechanisms[v] = rows if d.parents(v) else rows[()]
            else:
                table = rng.integers(0, 2, (2,) * len(d.parents(v)) + (2,))
                w = int(rng.integers(1, 4))
                mechanisms[v] = noisy(
                    d.parents(v), table, {0: Fraction(w, 4), 1: 1 - Fraction(w, 4)}
                )
        return cid.SCIM(d, {v: (0, 1) for v in d.nodes if v not in d.utilities}, mechanisms)

    return draw_model()


def noisy(parents, table, noise):
    """Return a mechanism that looks its value up by parents and noise."""
    one = np.array(list(noise.values()), dtype=object)
    return cid.Mechanism(parents, (0, 1), None, one, table.astype(np.intp))


def run(s, noise, rules, force=None, instead=None):
    """Run one world. `force` sets nodes; `instead` says what the edges in it carry."""
    d = s.diagram
    values = {}
    for v in d.topological_order:
        read = {p: (instead or {}).get((p, v), values[p]) for p in d.parents(v)}
        if force and v in force:
            values[v] = force[v]
        elif d.kind(v) == "decision":
            values[v] = rules[v][tuple(read.values())]
        else:
            m = s.mechanism(v)
            index = tuple(s.domains[p].index(read[p]) for p in m.parents)
            values[v] = s.domains[v][int(m.response[(*index, noise.get(v, 0))])]
    return values


def worlds(s):
    """Yield (weight, {node: noise})."""
    nodes = s.diagram.chance
    for row in product(*(range(len(s.mechanism(v).noise)) for v in nodes)):
        weight = Fraction(1)
        for v, k in zip(nodes, row, strict=True):
            weight *= s.mechanism(v).noise[k]
        yield weight, dict(zip(nodes, row, strict=True))


def utility(s, values):
    return sum(values[u] for u in s.diagram.utilities)


@settings(max_examples=80)
@given(models(nodes=(3, 6)), st.data())
def test_a_rollout_scores_the_nested_counterfactual(s, data):
    d = s.diagram
    (decision,) = d.decisions
    if not d.chance:
        return
    delicate = data.draw(st.sets(st.sampled_from(d.chance), min_size=1, max_size=2))
    cut = cid.path_specific_cut(d, decision, delicate)
    trusted = data.draw(st.sampled_from(rules_of(s, decision)))
    given_as = trusted if d.parents(decision) else trusted[()]
    pso = cid.path_specific_model(s, cut, rollout={decision: given_as})
    assert not delicate & set(pso.diagram.descendants(decision))
    solution = pso.solve()

    def score(rule):
        total = Fraction(0)
        for weight, noise in worlds(s):
            usual = run(s, noise, {decision: trusted})
            instead = {(p, v): usual[p] for p, v in cut}
            total += weight * utility(s, run(s, noise, {decision: rule}, instead=instead))
        return total

    best = max(score(rule) for rule in rules_of(s, decision))
    assert solution.value == best == score(on_all_parents(s, decision, solution.policy[decision]))


@settings(max_examples=30)
@given(models(nodes=(4, 7), decisions=(2, 2)), st.data())
def test_a_rollout_of_two_decisions(s, data):
    d = s.diagram
    if not d.chance or len(contexts(s, d.decisions[0])) * len(contexts(s, d.decisions[1])) > 8:
        return
    z = data.draw(st.sampled_from(d.chance))
    cut = cid.path_specific_cut(d, d.decisions, z)
    trusted = {v: dict.fromkeys(contexts(s, v), 0) for v in d.decisions}
    pso = cid.path_specific_model(s, cut, rollout=dict.fromkeys(d.decisions, 0))

    def score(rules):
        total = Fraction(0)
        for weight, noise in worlds(s):
            usual = run(s, noise, trusted)
            instead = {(p, v): usual[p] for p, v in cut}
            total += weight * utility(s, run(s, noise, rules, instead=instead))
        return total

    policies = [
        dict(zip(d.decisions, rules, strict=True))
        for rules in product(*(rules_of(s, v) for v in d.decisions))
    ]
    assert pso.solve().value == max(map(score, policies))


def delicate_state():
    """The action moves a robust and a delicate state; the reward wants both high."""
    d = cid.catalog.load("path_specific_delicate_state").diagram
    return cid.SCIM(
        d,
        {"A": (0, 1)},
        {
            "S1": {0: HALF, 1: HALF},
            "Z1": {0: HALF, 1: HALF},
            "S2": lambda S1, A: S1 * (1 - A),
            "Z2": lambda Z1, A: max(Z1, A),
            "R": lambda S2, Z2: S2 + 2 * Z2,
        },
    )


def test_three_baselines_for_a_delicate_state():
    s = delicate_state()
    cut = cid.path_specific_cut(s.diagram, "A", "Z2")
    full = s.solve()
    assert [full.policy["A"](S1=x, Z1=0) for x in (0, 1)] == [1, 1]  # it manipulates
    rollout = cid.path_specific_model(s, cut, rollout={"A": 0})
    natural = cid.path_specific_model(s, cut, natural={"Z2": lambda Z1: Z1})
    frozen = cid.path_specific_model(s, cut, frozen={"Z2": "Z1"})
    for pso in (rollout, natural, frozen):
        solution = pso.solve()
        assert solution.value == HALF + 2 * HALF
        assert solution.policy["A"](S1=1, Z1=0) == 0  # it keeps the robust state
        assert not cid.admits_ici(pso.diagram, "A", "Z2")
        # In the physical model the policy leaves the delicate state alone as well.
        rule = on_all_parents(s, "A", solution.policy["A"])
        assert all(world["Z2"] == world["Z1"] for _, world in histories(s, {"A": rule}))
    assert frozen.diagram == natural.diagram == cid.path_specific(s.diagram, "A", "Z2")
    assert cid.path_specific_model(s, [], rollout={"A": 0}) is s


def test_a_path_specific_objective_does_not_rule_out_side_effects():
    d = cid.catalog.load("path_specific_delicate_state").diagram
    s = cid.SCIM(
        d,
        {"A": (0, 1)},
        {
            "S1": 0,
            "Z1": 0,
            "S2": lambda S1, A: A,
            "Z2": lambda Z1, A: A,
            "R": lambda S2, Z2: S2 + Z2,
        },
    )
    cut = cid.path_specific_cut(d, "A", "Z2")
    pso = cid.path_specific_model(s, cut, rollout={"A": 0})
    assert pso.solve().value == 1
    rule = on_all_parents(s, "A", pso.solve().policy["A"])
    assert expected(s, {"A": rule}, "agent") == 2
    assert {world["Z2"] for _, world in histories(s, {"A": rule})} == {1}


@pytest.mark.parametrize(
    ("cut", "baseline", "error", "words"),
    [
        ([("A", "Z2")], {}, cid.CIDTypeError, "Give one baseline"),
        ([("A", "Z2")], {"rollout": {"A": 0}, "frozen": {"Z2": "Z1"}}, cid.CIDTypeError, "one"),
        ([("A", "Z2")], {"rollout": [0]}, cid.CIDTypeError, "mapping"),
        ([("Z2", "A")], {"rollout": {"A": 0}}, cid.UnknownNodeError, "reverse edge"),
        ([("S1", "A")], {"rollout": {"A": 0}}, cid.ScopeError, "information link"),
        ([("A", "Z2")], {"rollout": {"A": 7}}, cid.ModelError, "domain"),
        ([("A", "Z2")], {"rollout": {"S1": 0}}, cid.UnknownNodeError, "decision"),
        ([("A", "Z2")], {"natural": {}}, cid.ModelError, "nothing of 'Z2'"),
        ([("A", "Z2")], {"natural": {"S2": 0, "Z2": 0}}, cid.ModelError, "names 'S2'"),
        ([("A", "Z2")], {"natural": {"Z2": lambda A: A}}, cid.ModelError, "'A'"),
        ([("A", "Z2")], {"frozen": {"Z2": "Z9"}}, cid.UnknownNodeError, "'Z9'"),
        ([("A", "Z2")], {"frozen": {"Z2": "R"}}, cid.CycleError, "Z2 -> R -> Z2"),
        ([("A", "Z2")], {"frozen": {"Z2": "A"}}, cid.ScopeError, "frozen to 'A'"),
        ([("A", "Z2")], {"frozen": {"Z2": "S2"}}, cid.ScopeError, "frozen to 'S2'"),
        ([("A", "Z2")], {"rollout": {}}, cid.ModelError, "leaves 'A' as it is"),
        ([("Z1", "Z2")], {"rollout": {"A": 0}}, cid.ModelError, "leaves 'Z1' as it is"),
    ],
)
def test_baselines_that_make_no_sense_are_explained(cut, baseline, error, words):
    with pytest.raises(error, match=words):
        cid.path_specific_model(delicate_state(), cut, **baseline)


def test_a_rollout_needs_a_rule_for_every_decision_on_the_way():
    d = cid.CID.parse("A1 -> A2 -> Z -> U; A1 -> U", "A1 A2", "U")
    s = cid.SCIM(d, {"A1": (0, 1), "A2": (0, 1)}, {"Z": lambda A2: A2, "U": lambda Z, A1: Z + A1})
    with pytest.raises(cid.ScopeError, match="needs a rule for 'A2'"):
        cid.path_specific_model(s, [("A2", "Z")], rollout={"A1": 0})


# ---- erasure ---------------------------------------------------------------------------------


@settings(max_examples=200)
@given(diagrams(nodes=(3, 10)))
def test_erasure_makes_twins_and_leaves_the_world_as_it_was(d):
    (decision,) = d.decisions
    graph = oracles.graph_of(d)
    between = {
        v
        for v in d.chance
        for u in d.utilities
        if nx.has_path(graph, decision, v) and nx.has_path(graph, v, u)
    }
    twins = cid.erasure_twins(d, decision)
    assert set(twins) == between
    after = cid.erasure(d, decision)
    assert set(after.nodes) == set(d.nodes) | set(twins.values())
    for v in d.nodes:  # the actual world
        if v not in d.utilities:
            assert after.parents(v) == d.parents(v)
    for v, twin in twins.items():
        assert set(after.parents(twin)) == {twins.get(p, p) for p in d.parents(v)} - {decision}
    for u in d.utilities:
        assert set(after.parents(u)) == {twins.get(p, p) for p in d.parents(u)}
    assert not set(twins.values()) & set(after.descendants(decision))
    # Nothing but the answer's own evaluation is left to control, and the impact stays.
    assert set(cid.admits_ici_list(after, decision)) <= set(d.utilities)
    assert cid.erasure(after, decision) == after
    if set(after.descendants(decision)) & set(d.utilities):
        assert cid.admits_impact_list(after, decision) == cid.admits_impact_list(d, decision)


def test_the_ordinary_oracle_erased_is_the_counterfactual_one():
    erased = cid.erasure(cid.catalog.load("oracle_ordinary").diagram, "A")
    named = erased.relabel({"S": "Sa", "S_erased": "Scf"})
    assert named == cid.catalog.load("oracle_counterfactual").diagram


def test_erasure_says_where_it_stops():
    with pytest.raises(cid.ScopeError, match=r"fix it with d\.fix\('H'\)"):
        cid.erasure(cid.catalog.load("lcdt_human").diagram, "D")
    taken = cid.CID.parse("A -> S -> R; A -> S_erased", "A", "R")
    with pytest.raises(cid.DiagramError, match="'S_erased', which is a node already"):
        cid.erasure(taken, "A")


def forecast(a, b, steps):
    """A forecast p, read by everybody, of an event of probability a + b p, by the Brier score."""
    grid = tuple(Fraction(k, steps) for k in range(steps + 1))
    d = cid.CID.parse("P -> Y; P -> R; Y -> R", "P", "R")
    return cid.SCIM(
        d,
        {"P": grid, "Y": (0, 1)},
        {"Y": lambda P: {1: a + b * P, 0: 1 - a - b * P}, "R": lambda P, Y: -((P - Y) ** 2)},
    )


@pytest.mark.parametrize("default", [Fraction(0), HALF, Fraction(1)])
@pytest.mark.parametrize("share", [1, Fraction(1, 10)])
def test_an_erased_forecast_is_the_truth_of_the_erased_world(default, share):
    a, b = Fraction(1, 5), Fraction(3, 10)
    s = forecast(a, b, 20)
    erased = cid.erased_model(s, "P", hidden=default, probability=share)
    solution = erased.solve()
    truth = a + b * default  # a multiple of 1/20 for each of these defaults
    assert solution.policy["P"].ties(()) == (truth,)
    assert solution.value == -share * truth * (1 - truth)
    # The ordinary forecaster moves its own event: (2a - b) / (2 - 4b) is its optimum.
    ordinary = forecast(a, b, 40).solve()
    assert ordinary.policy["P"].ties(()) == ((2 * a - b) / (2 - 4 * b),)


@settings(max_examples=60)
@given(models(nodes=(3, 6)), st.integers(0, 1))
def test_an_erased_agent_is_scored_in_the_other_world(s, hidden):
    d = s.diagram
    (decision,) = d.decisions
    erased = cid.erased_model(s, decision, hidden=hidden)
    solution = erased.solve()

    def score(rule):
        """The answer is what the rule says; everything else comes about under the hidden one."""
        total = Fraction(0)
        for weight, noise in worlds(s):
            answer = run(s, noise, {decision: rule})[decision]
            instead = {(decision, u): answer for u in d.utilities}
            world = run(s, noise, {}, force={decision: hidden}, instead=instead)
            total += weight * utility(s, world)
        return total

    best = max(score(rule) for rule in rules_of(s, decision))
    assert solution.value == best == score(on_all_parents(s, decision, solution.policy[decision]))


def test_erased_models_check_what_they_are_given():
    s = forecast(Fraction(1, 5), Fraction(3, 10), 4)
    for share in (0, 2, -1):
        with pytest.raises(cid.ModelError, match="probability of erasure"):
            cid.erased_model(s, "P", hidden=0, probability=share)
    with pytest.raises(cid.ModelError, match="domain"):
        cid.erased_model(s, "P", hidden=7)


# ---- unrolling -------------------------------------------------------------------------------

STEP = cid.CID.parse("S -> A; S -> R", "A", "R")


def test_unrolling_makes_the_catalogue_entries():
    mdp = cid.unroll(STEP, 3, [("S", "S"), ("A", "S")], drop="A3")
    assert mdp == cid.catalog.load("mdp_three_steps").diagram
    epoch = cid.CID.parse("H -> D -> P -> U; D -> U; P -> G", "P", "U")
    joint = cid.unroll(epoch, 2, [("G", "D")], shared=["H"], drop="G2")
    names = {"D1": "D0", "D2": "D1"}
    wanted = cid.catalog.load("self_reference_epochs_joint").diagram
    assert joint.relabel(names) == wanted
    apart = cid.unroll(epoch, 2, [("G", "D")], shared=["H"], drop="G2", agent_per_step=True)
    assert apart.agents == ("agent1", "agent2")
    assert apart.edges == joint.edges
    assert "D2" in cid.admits_ici_list(joint, "P1")
    assert cid.admits_ici_list(apart, "P1") == ["U1"]


@settings(max_examples=100)
@given(diagrams(nodes=(2, 5), decisions=(1, 2), agents=(1, 2)), st.integers(1, 4), st.data())
def test_unrolled_edges_are_the_template_and_the_links(d, steps, data):
    inner = [v for v in d.nodes if v not in d.utilities]
    pairs = st.tuples(st.sampled_from(inner), st.sampled_from(d.nodes), st.integers(1, 3))
    links = data.draw(st.lists(pairs, unique=True, max_size=5))
    links = [link for link in links if link[2] < steps]
    each = data.draw(st.booleans())
    after = cid.unroll(d, steps, links, agent_per_step=each)
    wanted = {(f"{a}{t}", f"{b}{t}") for a, b in d.edges for t in range(1, steps + 1)} | {
        (f"{a}{t - lag}", f"{b}{t}") for a, b, lag in links for t in range(lag + 1, steps + 1)
    }
    assert set(after.edges) == wanted
    assert len(after.nodes) == steps * len(d.nodes)
    for v in d.nodes:
        for t in range(1, steps + 1):
            assert after.kind(f"{v}{t}") == d.kind(v)
            agent = d.agent_of(v)
            assert after.agent_of(f"{v}{t}") == (agent and (f"{agent}{t}" if each else agent))


@pytest.mark.parametrize(
    ("template", "steps", "options", "error", "words"),
    [
        (STEP, 0, {}, cid.CIDTypeError, "whole number from 1"),
        (STEP, True, {}, cid.CIDTypeError, "whole number"),
        ("S -> A", 2, {}, cid.CIDTypeError, "takes a CID"),
        (STEP, 2, {"links": "S"}, cid.CIDTypeError, "pairs"),
        (STEP, 2, {"links": ["SA"]}, cid.CIDTypeError, "A link is"),
        (STEP, 2, {"links": [("S", "X")]}, cid.UnknownNodeError, "'X'"),
        (STEP, 2, {"links": [("S", "S", 0)]}, cid.DiagramError, "lag"),
        (STEP, 2, {"links": [("S", "S", 2)]}, cid.DiagramError, "reaches back 2 steps"),
        (STEP, 2, {"links": [("S", "S"), ("S", "S", 1)]}, cid.DiagramError, "twice"),
        (STEP, 2, {"links": [("R", "S")]}, cid.DiagramError, "childless"),
        (STEP, 2, {"shared": "A"}, cid.DiagramError, "its parent 'S' has to be shared"),
        (STEP, 2, {"shared": "S", "links": [("A", "S")]}, cid.DiagramError, "shared by all"),
        (STEP, 2, {"shared": ["S", "R"]}, cid.DiagramError, "not shared"),
        (STEP, 2, {"drop": "A3"}, cid.UnknownNodeError, "A3"),
        (STEP, 2, {"drop": [["A2"]]}, cid.UnknownNodeError, "A2"),
        (STEP, 2, {"drop": None}, cid.CIDTypeError, "drop is a list"),
        (cid.CID([("S", "S1")]), 11, {}, cid.DiagramError, "Two unrolled nodes"),
    ],
)
def test_templates_that_make_no_sense_are_explained(template, steps, options, error, words):
    with pytest.raises(error, match=words):
        cid.unroll(template, steps, **options)


# ---- mechanised diagrams ---------------------------------------------------------------------


@settings(max_examples=150)
@given(ANY)
def test_mechanised_diagrams_add_one_root_per_node(d):
    after = cid.mechanised(d)
    new = [v for v in after.nodes if v not in d.nodes]
    assert len(new) == len(d.nodes)
    assert after.decisions == tuple(f"Π_{v}" for v in d.decisions)
    assert [after.agent_of(f"Π_{v}") for v in d.decisions] == [d.agent_of(v) for v in d.decisions]
    assert set(after.edges) - set(d.edges) == {(m, m[2:]) for m in new}
    assert all(not after.parents(m) for m in new)
    assert after.utilities == d.utilities
    # What a single decision controls its policy controls, and the decision besides.
    if len(d.decisions) == 1:
        (v,) = d.decisions
        old, now = cid.admits_ici_list(d, v), cid.admits_ici_list(after, f"Π_{v}")
        assert set(now) - {v} == set(old)
        assert (v in now) == bool(old)


@settings(max_examples=150)
@given(ANY)
def test_mechanism_relevance_is_separation_of_a_new_root(d):
    found = cid.mechanism_relevance(d)
    graph = oracles.graph_of(d)
    wanted = set()
    for v in d.nodes:
        rooted = graph.copy()
        rooted.add_edge("mechanism", v)
        for decision in d.decisions:
            given_ = {decision, *graph.predecessors(decision)}
            targets = oracles.useful(d, graph, decision)
            if v != decision and not oracles.separated_by_networkx(
                rooted, "mechanism", targets, given_
            ):
                wanted.add((("Π_" if v in d.decisions else "Θ_") + v, f"Π_{decision}"))
    assert set(found.edges) == wanted
    policies = {(a[2:], b[2:]) for a, b in found.edges if a.startswith("Π")}
    assert policies == set(cid.relevance_graph(d).edges)


@settings(max_examples=150)
@given(diagrams(decisions=(2, 4), agents=(1, 3)), st.data())
def test_one_policy_for_several_decisions(d, data):
    served = data.draw(st.lists(st.sampled_from(d.decisions), min_size=1, unique=True))
    agent = data.draw(st.sampled_from(d.agents))
    after = cid.policy_level(d, served, agent=agent)
    assert set(after.edges) - set(d.edges) == {("Π", v) for v in served}
    assert after.agent_of("Π") == agent
    assert set(after.decisions) == set(d.decisions) - set(served) | {"Π"}
    graph = oracles.graph_of(after)
    alone = after.fix([v for v in after.decisions if v != "Π"])
    assert set(cid.admits_ici_list(alone, "Π")) == {
        v
        for v in graph
        if v != "Π"
        and nx.has_path(graph, "Π", v)
        and any(nx.has_path(graph, v, u) for u in d.utilities_of(agent))
    }


def test_policies_need_a_name_and_an_owner():
    d = cid.catalog.load("lcdt_human").diagram
    with pytest.raises(cid.ScopeError, match="agent="):
        cid.policy_level(d, ["D", "H"])
    with pytest.raises(cid.DiagramError, match="'M', which is a node already"):
        cid.policy_level(d, "D", name="M")
    with pytest.raises(cid.DiagramError, match="at least one"):
        cid.policy_level(d, [])
    with pytest.raises(cid.DiagramError, match="twice"):
        cid.policy_level(d, ["D", "D"])
    with pytest.raises(cid.UnknownNodeError):
        cid.policy_level(d, ["M"])
    with pytest.raises(cid.UnknownNodeError):
        cid.policy_level(d, ["D"], agent="nobody")
    with pytest.raises(cid.DiagramError, match="Π_D"):
        cid.mechanised(cid.CID([("D", "U"), ("Π_D", "U")], ["D"], ["U"]))


@pytest.mark.parametrize("cost", [Fraction(1, 3), Fraction(3, 2)])
def test_one_policy_gains_by_its_other_instance_what_no_action_does(cost):
    d = cid.CID.parse(
        """
        D1 -> X1 -> U2; D1 -> U1
        D2 -> X2 -> U1; D2 -> U2
        decisions[first]: D1
        decisions[second]: D2
        utilities[first]: U1
        utilities[second]: U2
        """
    )
    s = cid.SCIM(
        d,
        {"D1": (0, 1), "D2": (0, 1)},
        {
            "X1": lambda D1: D1,
            "X2": lambda D2: D2,
            "U1": lambda D1, X2: X2 - cost * D1,
            "U2": lambda D2, X1: X1 - cost * D2,
        },
    )
    policy = cid.policy_level(d, ["D1", "D2"], agent="first")
    assert not cid.admits_ici(d, "D1", "X2")
    assert cid.admits_ici(policy, "Π", "X2")
    (alone,) = cid.pure_equilibria(s)
    assert (alone.policy["D1"][()], alone.policy["D2"][()]) == (0, 0)
    # U1 = D - cost D when both do D.
    shared = cid.solve_shared(s, [["D1", "D2"]], agent="first")
    assert shared.value == max(0, 1 - cost)
    helps = shared.policy["D1"].get(1, 0)
    assert helps == (1 if cost < 1 else 0)
