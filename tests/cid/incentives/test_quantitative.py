"""The sizes of incentives, against the definitions, pycid, closed forms and published numbers."""

import copy
import itertools
from collections import Counter
from fractions import Fraction

import networkx as nx
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scims import control, random_pair
from strategies import diagrams

import cid
from cid import (
    Noisy,
    degrees,
    goal_directedness,
    impact_incentive,
    instrumental_control,
    intention,
    introduced_total_effect,
    noise_states,
    quantitative_voc,
    quantitative_voi,
    random_diagram,
    random_scim,
    response_incentive,
    total_effect,
)
from cid.solving import value
from cid.solving.team import best_pair

HALF = Fraction(1, 2)
COIN = {0: HALF, 1: HALF}
SQUARE = tuple(itertools.product((0, 1), repeat=2))
DENSE = (130, 180, 220)
SEEDS = st.integers(0, 2**32 - 1)


# ---- the definitions, with sizes, on the models of another module ------------------------------


def response(model, decision, node):
    """The least weight of the noise at which an optimal policy reacts to some value of the node."""
    moved = [
        model.run(model.optimal, {node: x})[decision] != model.outcome[decision]
        for x in range(model.sizes[node])
    ]
    return int(min(np.any(moved, axis=0) @ model.weight))


def impact(model, decision, node, action):
    """The least weight of the noise at which an optimal policy moves the node off a baseline's."""
    baseline = {**model.optimal, decision: np.full_like(model.optimal[decision], action)}
    return int(min((model.outcome[node] != model.run(baseline)[node]) @ model.weight))


def random_sizes(d, rng, limit):
    """Draw sizes of 2 or 3, such that the only decision has at most `limit` contexts."""
    sizes = {v: int(rng.integers(2, 4)) for v in d.chance}
    seen = [v for v in d.parents(d.decisions[0]) if v in sizes]
    while np.prod([sizes.get(v, 2) for v in d.parents(d.decisions[0])]) > limit:
        sizes[seen.pop()] = 2
    return sizes


class Tally:
    def __init__(self):
        self.counts = Counter()

    def same(self, concept, ours, theirs, *where):
        assert ours == theirs, (concept, ours, theirs, *where)
        self.counts[concept, theirs > 0] += 1

    def enough(self, least, *concepts):
        """Both sizes that are zero and sizes that are not were compared."""
        for concept in concepts:
            assert self.counts[concept, True] >= least, self.counts
            assert self.counts[concept, False] >= least, self.counts


def compare(d, model, s, total, decision, tally):
    below = d.descendants(decision)
    for x in d.nodes:
        if x == decision:
            continue
        where = (d, decision, x)
        found = instrumental_control(s, decision, x)
        tally.same("ici", found.degree, control(model, decision, x), *where)
        if len(model.decisions) == 1:
            assert found.has == model.controls(decision, x)
        assert not (found.has and found.admits is False)
        if x in d.utilities:
            continue
        seen = x in d.parents(decision)
        if x not in below and (seen or model.contexts(decision, model.parents) <= 4):
            gain = Fraction(model.voi(decision, x), total)
            tally.same("voi", quantitative_voi(s, decision, x), gain, *where)
        if x not in d.chance:
            continue
        gain = Fraction(model.voc(x), total)
        tally.same("voc", quantitative_voc(s, x, decision), gain, *where)
        reacts = Fraction(response(model, decision, x), total)
        found = response_incentive(s, decision, x)
        tally.same("ri", found.degree, reacts, *where)
        assert found.has == model.responds(decision, x)
        assert found.has or not found.conflict
        if len(model.decisions) == 1:
            assert bool(found.conflict) == found.has
        moved = Fraction(impact(model, decision, x, 1), total)
        found = impact_incentive(s, decision, x, baseline=1)
        tally.same("impact", found.degree, moved, *where)


def one_decision(examples, parents):
    tally = Tally()

    @settings(max_examples=examples)
    @given(diagrams(nodes=(3, 6), max_decision_parents=parents, densities=DENSE), SEEDS)
    def check(d, seed):
        assume(d.parents(d.decisions[0]))
        assume(set(d.descendants(d.decisions[0])) & set(d.utilities))
        rng = np.random.default_rng(seed)
        for _ in range(3):
            model, s, total = random_pair(d, d.decisions, rng, random_sizes(d, rng, 2**parents))
            compare(d, model, s, total, d.decisions[0], tally)

    check()
    tally.enough(10, "ici", "voi", "voc", "ri", "impact")


def test_every_quantity_is_its_definition_for_one_decision():
    one_decision(60, parents=2)


@pytest.mark.slow
def test_every_quantity_is_its_definition_in_many_models():
    one_decision(400, parents=3)


def several_decisions(examples):
    tally = Tally()

    @settings(max_examples=examples)
    @given(diagrams(nodes=(4, 6), decisions=(2, 2), max_decision_parents=2, densities=DENSE), SEEDS)
    def check(d, seed):
        assume(all(set(d.descendants(x)) & set(d.utilities) for x in d.decisions))
        rng = np.random.default_rng(seed)
        model, s, total = random_pair(d, d.decisions, rng)
        for decision in d.decisions:
            compare(d, model, s, total, decision, tally)

    check()  # soluble or not: the definitions do not ask
    tally.enough(3, "ici", "voi", "voc")


def test_with_several_decisions_quantities_are_their_definitions_too():
    several_decisions(90)


@pytest.mark.slow
def test_with_several_decisions_in_many_models():
    several_decisions(600)


def test_in_a_game_the_others_rules_are_part_of_the_model():
    tally = Tally()

    @settings(max_examples=60)
    @given(
        diagrams(
            nodes=(4, 6), decisions=(2, 2), agents=(2, 2), max_decision_parents=2, densities=DENSE
        ),
        SEEDS,
    )
    def check(d, seed):
        rng = np.random.default_rng(seed)
        for decision in d.decisions:
            model, s, total = random_pair(d, [decision], rng)
            compare(s.diagram, model, s, total, decision, tally)

    check()
    tally.enough(10, "ici", "voc")


def test_floating_point_agrees_and_does_not_take_rounding_for_an_incentive():
    counts = Counter()

    @settings(max_examples=80)
    @given(diagrams(nodes=(3, 6), max_decision_parents=2, densities=DENSE), SEEDS)
    def check(d, seed):
        rng = np.random.default_rng(seed)
        exact = random_scim(d, noise=int(rng.integers(1, 4)), seed=rng)
        rounded = cid.SCIM(
            d,
            exact.domains,
            {
                v: cid.Mechanism(
                    m.parents, m.domain, None, m.noise.astype(float).astype(object), m.response
                )
                for v in d.nodes
                if v not in d.decisions
                for m in [exact.mechanism(v)]
            },
        )
        assert rounded.arithmetic == "float"
        for row, other in zip(degrees(exact), degrees(rounded), strict=True):
            assert float(row.degree) == pytest.approx(other.degree, abs=1e-9)
            assert row.has == other.has
            counts[row.has] += 1

    check()
    assert min(counts.values()) > 100


# ---- what the diagram admits, and what a model has ---------------------------------------------


def test_a_model_has_only_what_its_diagram_admits():
    counts = Counter()
    for seed in range(60):
        rng = np.random.default_rng(seed)
        d = random_diagram(6, utilities=2, edge_probability=0.6, max_parents=3, seed=rng)
        for row in degrees(random_scim(d, noise=2, seed=rng)):
            counts[row.concept, row.admits, row.has] += 1
    assert not any(admits is False and has for (_, admits, has) in counts)
    for concept in ("voi", "ri", "voc", "ici"):
        assert counts[concept, True, True] > 0
        assert counts[concept, True, False] > 0
        assert counts[concept, False, False] > 0


def signal(right=Fraction(4, 5)):
    """pycid's example: a state, a signal that is right with some probability, and a bet."""
    return cid.SCIM(
        cid.catalog.load("quantitative_voi").diagram,
        domains={"D": (-1, 0, 1)},
        mechanisms={
            "S": {-1: HALF, 1: HALF},
            "X": lambda S: {S: right, -S: 1 - right},
            "U": lambda S, D: S * D,
        },
    )


def test_the_published_values_of_information():
    assert quantitative_voi(signal(), "D", "X") == Fraction(3, 5)
    assert quantitative_voi(signal(), "D", "S") == Fraction(2, 5)


def test_a_table_says_both_what_is_admitted_and_what_is_there():
    table = degrees(signal(HALF))  # a signal that says nothing
    (row,) = [row for row in table.where("voi", "D") if row.node == "X"]
    assert (row.admits, row.has, row.degree) == (True, False, 0)
    assert len(table.where("ici")) == 1
    assert "voi      D         X     yes     no   0" in table.to_text()
    frame = table.to_frame()
    assert list(frame.columns) == ["concept", "decision", "node", "admits", "has", "degree"]
    assert len(frame) == len(table) == len(list(table))
    assert repr(table).startswith("<Degrees: ")


def test_a_table_says_why_a_quantity_is_missing():
    d = cid.CID.parse(
        "S -> A -> B -> U; S -> U; B -> V", {"a": ["A"], "b": ["B"]}, {"a": "U", "b": "V"}
    )
    table = degrees(random_scim(d, seed=0), "A")
    (row,) = [row for row in table.where("ri") if row.node == "S"]
    assert (row.admits, row.has, row.degree) == (True, None, None)
    assert "'B'" in row.note
    assert (
        repr(table) == f"<Degrees: 0 of {len(table)} incentives present, {len(table)} not computed>"
    )


# ---- nothing is changed ------------------------------------------------------------------------


def test_no_quantity_changes_the_model():
    s = signal()
    before = copy.deepcopy(s)
    first = degrees(s), impact_incentive(s, "D", "U", 0)
    assert s == before
    assert (degrees(s)[:], impact_incentive(s, "D", "U", 0)) == (first[0][:], first[1])


def to_pycid(s):
    """The model with its probabilities, for pycid, which reads argument names off functions."""
    pycid = cid.io.pycid.load_pycid()
    model = cid.to_pycid(s.diagram)
    given = {}
    for v in s.diagram.nodes:
        if v in s.diagram.decisions:
            given[v] = list(s.domains[v])
            continue
        parents = s.diagram.parents(v)
        rows = itertools.product(*(s.domains[p] for p in parents))
        probabilities = s.cpd(v, parents).astype(float).reshape(-1, len(s.domains[v]))
        table = {
            context: dict(zip(s.domains[v], row, strict=True))
            for context, row in zip(rows, probabilities.tolist(), strict=True)
        }
        names = ", ".join(parents)
        key = f"({names},)" if parents else "()"
        given[v] = eval(f"lambda {names}: table[{key}]", {"table": table})
    model.add_cpds(**given)
    return pycid, model


def test_pycid_gives_another_value_of_control_when_asked_again():
    s = signal()
    pycid, model = to_pycid(s)
    theirs = [pycid.quantitative_voc(model, "X") for _ in range(2)]
    assert theirs == [pytest.approx(0.4), pytest.approx(0)]
    assert "X" in model.decisions
    assert [quantitative_voc(s, "X") for _ in range(2)] == [Fraction(2, 5)] * 2
    assert s == signal()


def useful_diagram(rng):
    """Draw what pycid can answer about: one piece, whose decision moves the utility."""
    while True:
        d = random_diagram(5, edge_probability=0.7, max_parents=2, seed=rng)
        if "U1" in d.descendants("D1") and nx.is_weakly_connected(d.to_networkx()):
            return d


@pytest.mark.parametrize("seed", range(12))
def test_pycid_agrees_where_it_can_answer(seed):
    rng = np.random.default_rng(seed)
    d = useful_diagram(rng)
    s = random_scim(d, seed=rng)
    asked = 0
    for x in d.chance:
        if x not in d.descendants("D1"):
            pycid, model = to_pycid(s)
            theirs = pycid.quantitative_voi(model, "D1", x)
            assert float(quantitative_voi(s, "D1", x)) == pytest.approx(theirs, abs=1e-9)
            asked += 1
        controlled = cid.CID(d.edges, [*d.decisions, x], d.utilities, nodes=d.nodes)
        if cid.is_soluble(controlled) and "U1" in d.descendants(x):
            pycid, model = to_pycid(s)
            theirs = pycid.quantitative_voc(model, x)
            assert float(quantitative_voc(s, x)) == pytest.approx(theirs, abs=1e-9)
            asked += 1
    assert asked


# ---- the search for two rules ------------------------------------------------------------------


@given(SEEDS)
def test_the_search_for_two_rules_finds_the_best_pair(seed):
    rng = np.random.default_rng(seed)
    firsts, xs, seconds, ds = rng.integers(1, 4, size=4)
    table = rng.integers(-5, 6, size=(firsts, xs, seconds, ds))
    table[rng.random(table.shape[:3]) < 0.4] = 0  # contexts that do not come up together
    best = max(
        sum(table[c, f[c]] for c in range(firsts)).max(axis=1).sum()
        for f in itertools.product(range(xs), repeat=firsts)
    )
    assert best_pair(table, "This") == best
    assert best_pair(table.astype(object), "This") == best
    assert best_pair(table.astype(float), "This", 1e-9) == pytest.approx(float(best))


def test_a_search_that_takes_too_long_is_refused():
    table = np.random.default_rng(0).integers(0, 1000, size=(30, 6, 30, 6))
    with pytest.raises(cid.ScopeError, match=r"This is a team problem .* 50,000 steps"):
        best_pair(table, "This")


def test_several_decisions_are_solved_by_messages_and_not_by_worlds():
    # 30 steps, 2**61 worlds: a state that the action steers with a slip, seen at each step
    edges, mechanisms, decisions, utilities = [], {"S0": COIN}, [], []
    slip = {(s, a): {a: Fraction(3, 4), s: Fraction(1, 4)} if s != a else a for s, a in SQUARE}
    for t in range(30):
        edges += [(f"S{t}", f"D{t}"), (f"S{t}", f"S{t + 1}"), (f"D{t}", f"S{t + 1}")]
        edges += [(f"S{t + 1}", f"U{t}")]
        decisions.append(f"D{t}")
        utilities.append(f"U{t}")
        mechanisms[f"S{t + 1}"] = slip
        mechanisms[f"U{t}"] = {(0,): 0, (1,): 1}
    d = cid.CID(edges, decisions, utilities)
    s = cid.SCIM(d, dict.fromkeys(decisions, (0, 1)), mechanisms)
    assert quantitative_voi(s, "D5", "S5") == 0  # steering towards 1 is best whatever is seen
    # a first state of 0 is still there after t steps of steering with probability 4**-t
    assert quantitative_voc(s, "S0", "D5") == HALF * sum(Fraction(1, 4**t) for t in range(1, 31))


@pytest.mark.parametrize("kind", [Fraction, float])
def test_control_of_a_link_in_a_long_chain(kind):
    # D sees the first of 61 coins, each turned over with chance 1/4, and is to name the last
    last = 60
    edges = [(f"X{k}", f"X{k + 1}") for k in range(last)]
    d = cid.CID([*edges, ("X0", "D"), ("D", "U"), (f"X{last}", "U")], ["D"], ["U"])
    slip = {(0,): {0: kind(0.75), 1: kind(0.25)}, (1,): {0: kind(0.25), 1: kind(0.75)}}
    chain = {f"X{k}": slip for k in range(1, last + 1)}
    s = cid.SCIM(
        d,
        {"D": (0, 1)},
        {
            "X0": {0: kind(0.5), 1: kind(0.5)},
            **chain,
            "U": {(0, 0): 1, (0, 1): 0, (1, 0): 0, (1, 1): 1},
        },
    )
    for k in (1, 30, 59, 60):  # a coin that is always heads leaves 60 - k slips instead of 60
        gain = HALF * (Fraction(1, 2 ** (last - k)) - Fraction(1, 2**last))
        assert quantitative_voc(s, f"X{k}") == (
            gain if kind is Fraction else pytest.approx(gain, abs=1e-9)
        )
    if kind is Fraction:  # what D does not move is known by its joint distribution
        assert impact_incentive(s, "D", "U", lambda X0: 1 - X0).degree == 1
        assert instrumental_control(s, "D", "U").degree == Fraction(1, 2**last)
        assert response_incentive(s, "D", "X0").degree == 1


@given(SEEDS)
def test_both_tables_for_two_rules_hold_the_same(seed):
    rng = np.random.default_rng(seed)
    d = random_diagram(6, 2, edge_probability=0.6, max_parents=3, seed=rng)
    sizes = {name: int(rng.integers(1, 4)) for name in (*d.chance, *d.decisions)}
    s = random_scim(d, sizes, seed=rng)
    first, second = (name for name in d.topological_order if name in d.decisions)
    by_messages, by_worlds = (
        way(s, first, second, "agent") for way in (value._by_messages, value._by_worlds)
    )
    assert by_messages == by_worlds


# ---- instrumental control, response and impact in closed form ----------------------------------


def paid_twice(weight):
    """D moves X and is paid for X by some weight, and for itself directly."""
    d = cid.CID.parse("D -> X -> U; D -> V", decisions="D", utilities="U V")
    return cid.SCIM(
        d,
        {"D": (0, 1)},
        {"X": lambda D: D, "U": lambda X: weight * X, "V": lambda D: D},
    )


@pytest.mark.parametrize("weight", [Fraction(0), Fraction(1, 3), Fraction(5)])
def test_the_degree_of_control_is_what_the_effect_is_worth(weight):
    found = instrumental_control(paid_twice(weight), "D", "X")
    assert (found.admits, found.has, found.degree) == (True, weight > 0, weight)
    assert bool(found) == found.has
    assert found.contexts == {(): weight}
    has = f"has it, to the degree {weight}" if weight else "does not have it"
    assert str(found) == (
        "The diagram admits an instrumental control incentive of D on X; this model " + has + "."
    )


def hurried(bonus):
    """D earns 1 by X when it is 1, and earns 1 and a bonus without X when it is 2."""
    d = cid.CID.parse("D -> X -> U; D -> U", decisions="D", utilities="U")
    return cid.SCIM(
        d,
        {"D": (0, 1, 2)},
        {"X": lambda D: int(D == 1), "U": lambda D, X: (0, X, 1 + bonus)[D]},
    )


def test_a_tie_destroys_an_incentive():
    assert instrumental_control(hurried(Fraction(-1, 100)), "D", "X").degree == 1
    assert instrumental_control(hurried(Fraction(0)), "D", "X").has is False
    assert instrumental_control(hurried(Fraction(1, 100)), "D", "X").has is False
    assert cid.admits_ici(hurried(0).diagram, "D", "X")


def test_rounding_is_a_tie():
    assert instrumental_control(hurried(0.1 + 0.2 - 0.3), "D", "X").has is False
    assert instrumental_control(hurried(-1e-6), "D", "X").has is True


def test_control_is_told_context_by_context():
    d = cid.CID.parse("S -> D -> X -> U; S -> U", decisions="D", utilities="U")
    s = cid.SCIM(
        d,
        {"D": (0, 1)},
        {
            "S": {"on": Fraction(1, 3), "off": Fraction(2, 3)},
            "X": lambda D: D,
            "U": lambda S, X: 6 * X if S == "on" else 0,
        },
    )
    found = instrumental_control(s, "D", "X")
    assert found.contexts == {("on",): 6, ("off",): 0}
    assert found.degree == 6


def test_nested_counterfactuals_agree_with_those_of_the_noise_states():
    counts = Counter()
    for seed in range(40):
        rng = np.random.default_rng(seed)
        d = random_diagram(6, edge_probability=0.6, max_parents=2, seed=rng)
        s = random_scim(d, noise=2, seed=rng)
        rule = s.solve().policy["D1"]
        if not all(len(rule.ties(context)) == 1 for context in rule):
            continue
        states = noise_states(s.with_policy({"D1": rule}))
        usual = states.respond()["U1"]
        for x in d.descendants("D1"):
            largest = 0
            for context in itertools.product(*(s.domains[p] for p in d.parents("D1"))):
                met = np.ones(len(states), dtype=bool)
                for p, v in zip(d.parents("D1"), context, strict=True):
                    met &= states.respond()[p] == v
                if not met.any():
                    continue
                weight = states.probability[met].sum()
                for action in s.domains["D1"]:
                    nested = states.respond({x: states.respond(D1=action)[x]})["U1"]
                    change = (states.probability * (nested - usual))[met].sum() / weight
                    largest = max(largest, abs(change))
            found = instrumental_control(s, "D1", x)
            assert found.degree == largest
            counts[largest > 0] += 1
    assert min(counts.values()) > 10


def grades():
    def noisy(value):
        return {value: Fraction(3, 4), 1 - value: Fraction(1, 4)}

    return cid.SCIM(
        cid.catalog.load("grade_prediction").diagram,
        {"P": (0, 1)},
        {
            "R": COIN,
            "Ge": COIN,
            "HS": lambda R: noisy(R),
            "E": lambda HS: noisy(HS),
            "Gr": lambda E: noisy(E),
            "Ac": lambda P, Gr: int(Gr == P),
        },
    )


def test_grades_are_predicted_with_a_response_to_race():
    s = grades()
    found = response_incentive(s, "P", "R")
    # race moves the school by half of its noise, and the prediction follows the school
    assert (found.admits, found.has, found.degree) == (True, True, HALF)
    assert found.conflict == ((0, 0), (1, 0)) or found.conflict == ((0, 1), (1, 1))
    assert response_incentive(s, "P", "Ge").has is False
    assert response_incentive(s, "P", "Ge").conflict == ()
    # school is a copy of education, the grade a copy of that, right three times in four each
    assert quantitative_voi(s, "P", "HS") == Fraction(5, 8) - HALF
    assert quantitative_voi(s, "P", "E") == Fraction(3, 4) - Fraction(5, 8)
    assert quantitative_voi(s, "P", "Gr") == 1 - Fraction(5, 8)
    assert quantitative_voi(s, "P", "R") == quantitative_voi(s, "P", "Ge") == 0


def test_a_response_to_what_is_never_met_is_not_asked_for():
    # setting S to 2 leads to a context that never comes up, where any action will do
    d = cid.CID.parse("S -> D -> U", decisions="D", utilities="U")
    s = cid.SCIM(d, {"S": (0, 1, 2), "D": (0, 1)}, {"S": COIN, "U": lambda D: D})
    assert response_incentive(s, "D", "S").has is False


def test_the_least_response_is_searched_for():
    # In half of the worlds D must do as S says; otherwise the best action is free.
    d = cid.CID.parse("S -> D -> U; S -> U", decisions="D", utilities="U")
    s = cid.SCIM(
        d,
        {"D": (0, 1)},
        {
            "S": {0: Fraction(1, 4), 1: Fraction(1, 4), 2: HALF},
            "U": lambda S, D: int(S == D or S == 2),
        },
    )
    found = response_incentive(s, "D", "S")
    assert (found.has, found.degree) == (True, 1)


def moved(baseline, **more):
    d = cid.CID.parse("S -> D -> X; D -> U; S -> U; S -> X", decisions="D", utilities="U")
    s = cid.SCIM(
        d,
        {"D": (0, 1)},
        {
            "S": {0: Fraction(1, 4), 1: Fraction(3, 4)},
            "X": lambda S, D: 10 * D + S,
            "U": lambda S, D: int(S == D),
        },
    )
    return impact_incentive(s, "D", "X", baseline, **more)


def test_impact_of_one_decision_among_several_that_move_nothing():
    # A is idle, and B does not depend on it in this model though the diagram says it may
    d = cid.CID.parse("A -> B -> X; B -> U; A -> X", "A B", "U")
    s = cid.SCIM(d, {"A": (0, 1), "B": (0, 1)}, {"X": lambda A, B: B, "U": lambda B: B})
    assert impact_incentive(s, "B", "X", baseline=0).degree == 1
    assert impact_incentive(s, "A", "X", baseline=0).degree == 0
    assert impact_incentive(s, "A", "B", baseline=0).degree == 0
    moved = s.replace(X=lambda A, B: A)
    assert impact_incentive(moved, "B", "X", baseline=0).degree == 0


def test_impact_against_several_baselines():
    assert moved(0).degree == Fraction(3, 4)
    assert moved(1).degree == Fraction(1, 4)
    assert moved(lambda S: S).degree == 0
    assert moved({"D": 0}).degree == Fraction(3, 4)
    assert moved(lambda S: {0: HALF, 1: HALF}).degree == HALF
    assert moved(0, distance=lambda x, y: x - y if x > y else 0).degree == Fraction(30, 4)
    assert moved(0, threshold=Fraction(3, 4)).has is False
    assert moved(0, threshold=Fraction(2, 3)).has is True
    assert moved(0).admits is True
    assert "impact incentive" in str(moved(0))


# ---- introduced total effect -------------------------------------------------------------------


def biased():
    return cid.SCIM(
        cid.catalog.load("introduced_bias").diagram,
        {"D": (0, Fraction(1, 3), 1, 2)},
        {
            "A": COIN,
            "Z": COIN,
            "X": lambda A, Z: A * Z,
            "Y": lambda X, Z: X + Z,
            "U": lambda D, Y: -((D - Y) ** 2),
        },
    )


def test_a_prediction_need_not_be_a_decision():
    blind = cid.SCIM(
        cid.CID.parse("A -> D; A -> Y"),
        {},
        {"A": {0: HALF, 1: HALF}, "D": lambda A: 0, "Y": lambda A: A},
    )
    assert introduced_total_effect(blind, "A", "D", "Y", 0, 1) == -1
    assert introduced_total_effect(blind, "A", "Y", "D", 0, 1) == 1
    # An optimal policy that is in the model already is a chance node; the effect is the same.
    half = {"A": {0: HALF, 1: HALF}, "Z": {0: HALF, 1: HALF}}
    s = cid.SCIM(
        cid.catalog.load("introduced_bias").diagram,
        {"D": (0, Fraction(1, 3), 1, 2)},
        half
        | {
            "X": lambda A, Z: A * Z,
            "Y": lambda X, Z: X + Z,
            "U": lambda D, Y: -((D - Y) ** 2),
        },
    )
    fitted = s.with_policy(s.solve().policy)
    assert introduced_total_effect(fitted, "A", "D", "Y", 0, 1) == Fraction(1, 3)


def test_introduced_total_effect_is_what_pycid_publishes():
    s = biased()
    assert total_effect(s, "A", "Y", 0, 1) == HALF
    assert total_effect(s, "A", "D", 0, 1) == Fraction(5, 6)
    assert introduced_total_effect(s, "A", "D", "Y", 0, 1) == Fraction(1, 3)
    assert introduced_total_effect(s, "A", "D", "Y", 1, 0) == -Fraction(1, 3)
    uniform = {"D": lambda X: dict.fromkeys(s.domains["D"], Fraction(1, 4))}
    assert introduced_total_effect(s, "A", "D", "Y", 0, 1, uniform) == -HALF

    pycid = cid.io.pycid.load_pycid()
    from pycid.analyze.effects import introduced_total_effect as theirs
    from pycid.examples.story_cids import get_introduced_bias

    model = get_introduced_bias()
    model.impute_random_policy()
    assert theirs(model, "A", "D", "Y") == -0.5
    model.impute_conditional_expectation_decision("D", "Y")
    assert theirs(model, "A", "D", "Y") == pytest.approx(1 / 3)
    assert pycid is not None


# ---- questions that are refused ----------------------------------------------------------------


def game():
    decisions, utilities = {"one": ["A"], "two": ["B"]}, {"one": ["U"], "two": ["V"]}
    return random_scim(cid.CID.parse("A -> B -> U; A -> V", decisions, utilities), seed=0)


@pytest.mark.parametrize(
    ("ask", "error", "message"),
    [
        (lambda s: quantitative_voi(s, "D", "D"), cid.ScopeError, "is the decision itself"),
        (lambda s: quantitative_voi(s, "D", "X"), cid.ScopeError, "'X' is a descendant of 'D'"),
        (lambda s: quantitative_voi(s, "D", "U"), cid.ScopeError, "'U' is a utility"),
        (lambda s: quantitative_voi(s, "X", "S"), cid.UnknownNodeError, "not a decision"),
        (lambda s: quantitative_voi(s, "D", "s"), cid.UnknownNodeError, "Did you mean 'S'"),
        (lambda s: quantitative_voc(s, "D"), cid.ScopeError, "controls it already"),
        (lambda s: quantitative_voc(s, "Y"), cid.UnknownNodeError, "'Y' is no node"),
        (lambda s: response_incentive(s, "D", "D"), cid.ScopeError, "responds to being set"),
        (lambda s: response_incentive(s, "S", "X"), cid.UnknownNodeError, "not a decision"),
        (lambda s: impact_incentive(s, "D", "X", 7), cid.ModelError, "7"),
        (lambda s: impact_incentive(s, "D", "X", 0, threshold=-1), cid.ModelError, "threshold"),
        (
            lambda s: impact_incentive(s, "D", "X", 0, distance=lambda x, y: x - y),
            cid.ModelError,
            "distance of 0 and 1 is -1",
        ),
        (
            lambda s: impact_incentive(s, "D", "X", 0, distance=lambda x, y: x / 0),
            cid.ModelError,
            "The distance fails at 0, 0: ZeroDivisionError",
        ),
        (lambda s: total_effect(s, "S", "U", 0, 5), cid.ModelError, "5 is not in the domain"),
        (
            lambda s: introduced_total_effect(s, "S", "D", "D", 0, 1),
            cid.ModelError,
            "both as the prediction and as its target",
        ),
    ],
)
def test_a_question_without_an_answer_is_refused(ask, error, message):
    d = cid.CID.parse("S -> D -> X -> U; S -> U", decisions="D", utilities="U")
    with pytest.raises(error, match=message):
        ask(random_scim(d, seed=0))


@pytest.mark.parametrize(
    "ask",
    [
        lambda s: quantitative_voi(s, "B", "A"),
        lambda s: quantitative_voc(s, "U", "A"),
        lambda s: instrumental_control(s, "A", "U"),
        lambda s: response_incentive(s, "B", "A"),
        lambda s: impact_incentive(s, "A", "U", 0),
    ],
)
def test_other_agents_need_rules(ask):
    with pytest.raises(cid.ScopeError, match=r"no rules?\b.*with_policy"):
        ask(game())


def test_a_diagram_is_no_model():
    d = game().diagram
    for ask in (
        lambda d: quantitative_voi(d, "B", "A"),
        lambda d: quantitative_voc(d, "U"),
        lambda d: instrumental_control(d, "A", "B"),
        lambda d: response_incentive(d, "A", "B"),
        lambda d: impact_incentive(d, "A", "B", 0),
        lambda d: total_effect(d, "A", "B", 0, 1),
        lambda d: introduced_total_effect(d, "A", "B", "U", 0, 1),
        lambda d: intention(d, "A", 0, "B"),
        lambda d: goal_directedness(d, {"A": 0}),
        lambda d: degrees(d),
    ):
        with pytest.raises(cid.CIDTypeError, match="A diagram has no numbers"):
            ask(d)
        with pytest.raises(cid.CIDTypeError, match="takes a SCIM, not None"):
            ask(None)


def test_value_of_control_asks_whose():
    with pytest.raises(cid.ScopeError, match="there are several: 'one', 'two'"):
        quantitative_voc(game(), "U")


def test_free_parameters_are_refused():
    import sympy

    p = sympy.Symbol("p", positive=True)
    d = cid.CID.parse("S -> D -> U; S -> U", decisions="D", utilities="U")
    s = cid.SCIM(d, {"D": (0, 1)}, {"S": {0: p, 1: 1 - p}, "U": lambda S, D: int(S == D)})
    for ask in (
        lambda: quantitative_voi(s, "D", "S"),
        lambda: quantitative_voc(s, "S"),
        lambda: instrumental_control(s, "D", "U"),
        lambda: response_incentive(s, "D", "S"),
        lambda: impact_incentive(s, "D", "U", 0),
    ):
        with pytest.raises(cid.ScopeError, match=r"at\(\{"):
            ask()
    assert quantitative_voi(s.at({"p": Fraction(1, 3)}), "D", "S") == Fraction(1, 3)
    assert total_effect(s, "S", "U", 0, 1, {"D": 0}) == -1


def test_models_with_too_many_worlds_are_refused():
    names = [f"X{i}" for i in range(23)]
    d = cid.CID([("D", "X0"), *itertools.pairwise([*names, "U"])], ["D"], ["U"])
    flip = {0: Fraction(3, 4), 1: Fraction(1, 4)}
    mechanisms = {"X0": Noisy(lambda D, e: D ^ e, flip), "U": {(0,): 0, (1,): 1}}
    for i in range(1, len(names)):
        mechanisms[f"X{i}"] = Noisy(eval(f"lambda X{i - 1}, e: X{i - 1} ^ e"), flip)
    s = cid.SCIM(d, {"D": (0, 1)}, mechanisms)
    with pytest.raises(cid.ScopeError, match="joint values of its noise variables"):
        instrumental_control(s, "D", "X0")


def test_only_what_can_matter_is_enumerated():
    # 40 coins that nothing depends on, and 40 more that a mechanism is handed and does not read
    idle = [f"C{i}" for i in range(40)]
    read = [f"R{i}" for i in range(10)]
    edges = [("D", "X"), ("X", "U"), *((r, "X") for r in read)]
    d = cid.CID(edges, ["D"], ["U"], nodes=[*idle, *read])
    coins = dict.fromkeys([*idle, *read], COIN)
    s = cid.SCIM(d, {"D": (0, 1)}, {**coins, "X": lambda D: D, "U": lambda X: X})
    assert instrumental_control(s, "D", "X").degree == 1
    assert impact_incentive(s, "D", "X", 0).degree == 1
    assert response_incentive(s, "D", "R0").has is False


# ---- the recommender and an uninformative signal -----------------------------------------------


def content(drift, right):
    """A user model that is right so often, and a post that moves the user to its side so often."""
    return cid.SCIM(
        cid.catalog.load("content_recommendation").diagram,
        {"P": (0, 1)},
        {
            "O": COIN,
            "M": {(o,): {o: right, 1 - o: 1 - right} for o in (0, 1)},
            "I": {(o, p): {p: drift, o: 1 - drift} if o != p else o for o, p in SQUARE},
            "C": lambda P, I: int(P == I),  # noqa: E741
        },
    )


def test_who_controls_a_silent_signal_agrees_on_a_code():
    s = signal().replace(X=1)
    assert quantitative_voc(s, "X") == 1
    pycid, model = to_pycid(s)
    with pytest.raises(RuntimeError, match="Nan"):
        pycid.quantitative_voc(model, "X")


@pytest.mark.parametrize("drift", [Fraction(0), Fraction(1, 5), Fraction(1)])
@pytest.mark.parametrize("right", [HALF, Fraction(3, 4), Fraction(1)])
def test_the_recommender_in_closed_form_and_by_pycid(drift, right):
    s = content(drift, right)
    assert s.diagram.parents("I") == ("O", "P")
    # a click comes by drift, or else if the post is what the user thinks anyway
    assert quantitative_voi(s, "P", "M") == (1 - drift) * (right - HALF)
    assert quantitative_voi(s, "P", "O") == (1 - drift) * (1 - right)
    for node in ("O", "M", "I", "C"):
        assert quantitative_voc(s, node) == (1 - drift) * (1 - right)
    # had the user been moved by the other post, the clicks that come by drift would be lost
    assert instrumental_control(s, "P", "I").degree == drift
    assert instrumental_control(s, "P", "I").admits

    if right == 1:
        return  # pycid divides by the probability of a model that is wrong
    pycid, model = to_pycid(s)
    for node in ("M", "O"):
        theirs = pycid.quantitative_voi(model, "P", node)
        assert theirs == pytest.approx(float(quantitative_voi(s, "P", node)), abs=1e-9)
    for node in ("O", "I"):
        theirs = pycid.quantitative_voc(to_pycid(s)[1], node)
        assert theirs == pytest.approx(float(quantitative_voc(s, node)), abs=1e-9)


# ---- many models -------------------------------------------------------------------------------


@pytest.mark.slow
def test_no_model_has_what_its_diagram_does_not_admit():
    counts = Counter()
    rng = np.random.default_rng(0)
    while sum(counts[c, False] for c in ("voi", "ri", "voc", "ici")) < 10_000:
        nodes = int(rng.integers(3, 8))
        utilities = int(rng.integers(1, min(3, nodes - 1)))
        density = float(rng.choice([0.25, 0.4, 0.6, 0.8]))
        d = random_diagram(nodes, utilities=utilities, edge_probability=density, seed=rng)
        for row in degrees(random_scim(d, noise=int(rng.integers(1, 4)), seed=rng)):
            assert row.admits or not row.has, (d, row)
            counts[row.concept, row.admits] += 1
            counts[row.concept, "has"] += row.has
    assert min(counts[c, "has"] for c in ("voi", "ri", "voc", "ici")) > 50, counts


@pytest.mark.slow
def test_no_model_of_several_decisions_has_what_its_diagram_does_not_admit():
    counts = Counter()
    rng = np.random.default_rng(0)
    while counts["ici", False] + counts["voi", False] < 3_000:
        d = random_diagram(6, 2, edge_probability=0.5, max_parents=2, soluble=True, seed=rng)
        for row in degrees(random_scim(d, noise=2, seed=rng)):
            if row.concept in ("ici", "voi") and row.degree is not None:
                assert row.admits is not False or not row.has, (d, row)
                counts[row.concept, row.admits] += 1
                counts[row.concept, "has"] += row.has
    assert min(counts[c, "has"] for c in ("voi", "ici")) > 5, counts
