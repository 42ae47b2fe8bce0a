"""LCDT solved: closed forms for the note and the door, and every prior against playing it out."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from play import contexts, expected, histories, met, on_all_parents, rules_of, uniform
from strategies import diagrams

import cid

HALF = Fraction(1, 2)
DOOR = cid.CID.parse("D1 -> Door -> D2; D1 -> U; Door -> U; D2 -> U", "D1 D2", "U")
NOTE = cid.CID.parse("W -> D1 -> N -> D2; W -> U; D2 -> U; D1 -> U", "D1 D2", "U")
WALK_IF_OPEN = {"D2": lambda Door: Door}
READ = {"D2": lambda N: N}


def door(c, k):
    """Opening costs c; walking pays 1 through an open door and costs k at a shut one."""
    return cid.SCIM(
        DOOR,
        {"D1": (0, 1), "D2": (0, 1)},
        {
            "Door": lambda D1: D1,
            "U": lambda D1, Door, D2: D2 * (1 if Door else -k) - c * D1,
        },
    )


def note(c):
    """Marking the note costs c; the later self is paid for naming W."""
    return cid.SCIM(
        NOTE,
        {"D1": (0, 1), "D2": (0, 1)},
        {
            "W": {0: HALF, 1: HALF},
            "N": lambda D1: D1,
            "U": lambda W, D1, D2: int(W == D2) - c * D1,
        },
    )


# ---- closed forms ----------------------------------------------------------------------------


@pytest.mark.parametrize("c", [Fraction(1, 10), HALF, Fraction(9, 10)])
def test_the_note_is_written_under_cdt_and_never_under_lcdt(c):
    s = note(c)
    cdt, *lonely = cid.compare_lcdt(s, "D1", READ, null=0)
    assert dict(cdt.rule) == {(0,): 0, (1,): 1}
    assert cdt.believed == cdt.actual == 1 - c / 2
    assert s.solve().value == 1 - c / 2  # no pair of rules does better
    assert [each.prior for each in lonely] == ["marginal", "uniform", "null action 0", "ratifiable"]
    for each in lonely:
        assert [each.rule(W=w) for w in (0, 1)] == [0, 0]
        assert each.actual == HALF
        assert each.believed == HALF
    assert cid.ratifiable_lcdt(s, "D1", READ).complete


@pytest.mark.parametrize(
    ("c", "k"), [(HALF, 1), (Fraction(3, 4), 2), (Fraction(1, 10), 0), (Fraction(3, 2), 1)]
)
def test_the_door_is_opened_under_lcdt_iff_the_prior_of_walking_is_high_enough(c, k):
    s = door(c, k)
    cdt = cid.compare_lcdt(s, "D1", WALK_IF_OPEN)[0]
    assert cdt.rule[()] == (1 if c < 1 else 0)
    threshold = c / (1 + k)
    for p0 in (Fraction(n, 24) for n in range(25)):
        # The later self walks iff the door is open, so its prior of walking is that of opening.
        found = cid.solve_lcdt(s, "D1", WALK_IF_OPEN, reference={0: 1 - p0, 1: p0})
        wanted = (0, 1) if p0 == threshold else (1,) if p0 > threshold else (0,)
        assert found.rule.ties(()) == wanted
        opened = p0 - c
        shut = -k * p0
        assert found.believed == max(opened, shut)
        assert found.actual == (1 - c if found.rule[()] else 0)


@pytest.mark.parametrize(("c", "k"), [(HALF, 1), (Fraction(3, 4), 2), (Fraction(1, 10), 0)])
def test_the_door_has_three_ratifiable_rules(c, k):
    found = cid.ratifiable_lcdt(door(c, k), "D1", WALK_IF_OPEN)
    assert found.complete
    assert found.status == "3 ratifiable rules"
    shut, opened, mixed = found
    assert (shut.rule[()], shut.believed, shut.actual) == (0, 0, 0)
    assert (opened.rule[()], opened.believed, opened.actual) == (1, 1 - c, 1 - c)
    p = c / (1 + k)
    assert mixed.rule == {0: 1 - p, 1: p}
    assert mixed.believed == -k * p
    assert mixed.actual == p * (1 - c)


def test_a_door_that_is_too_dear_has_one():
    found = cid.ratifiable_lcdt(door(Fraction(5, 2), 1), "D1", WALK_IF_OPEN)
    assert [dict(each.rule) for each in found] == [{(): 0}]
    edge = cid.ratifiable_lcdt(door(2, 1), "D1", WALK_IF_OPEN)  # p0 (1 + k) = c at p0 = 1 alone
    assert [dict(each.rule) for each in edge] == [{(): 0}, {(): 1}]
    assert edge[1].rule.ties(()) == (0, 1)


def test_the_null_action_is_what_the_later_self_sees():
    s = door(HALF, 1)
    shut = cid.solve_lcdt(s, "D1", WALK_IF_OPEN, "null", null=0)
    assert (shut.rule[()], shut.believed) == (0, 0)
    opened = cid.solve_lcdt(s, "D1", WALK_IF_OPEN, "null", null=1)
    assert (opened.rule[()], opened.believed) == (1, HALF)
    assert cid.solve_lcdt(s, "D1", WALK_IF_OPEN, "uniform").rule[()] == 1


def test_a_tie_whatever_is_expected_is_a_continuum():
    found = cid.ratifiable_lcdt(note(0), "D1", READ)
    assert not found.complete
    assert found.status == "4 ratifiable rules; others form a continuum or were not found"
    assert [each.rule.ties((w,)) for each in found for w in (0, 1)] == [(0, 1)] * 8


def test_floats():
    shut, opened, mixed = cid.ratifiable_lcdt(door(0.3, 1.0), "D1", WALK_IF_OPEN)
    assert (shut.rule[()], opened.rule[()]) == (0, 1)
    assert mixed.rule[1] == pytest.approx(0.15, abs=1e-12)


def test_two_affected_decisions_make_a_quadratic():
    d = cid.CID.parse("D1 -> A -> U; D1 -> B -> U; D1 -> U", "D1 A B", "U")
    s = cid.SCIM(
        d,
        dict.fromkeys(("D1", "A", "B"), (0, 1)),
        {"U": lambda D1, A, B: D1 * (3 * A * B - 1)},
    )
    rules = {"A": lambda D1: D1, "B": lambda D1: D1}
    found = cid.ratifiable_lcdt(s, "D1", rules)
    # With p the probability of 1, both others are expected to be 1 with probability p each.
    shut, opened, mixed = found
    assert (shut.rule[()], opened.rule[()]) == (0, 1)
    assert float(mixed.rule[1]) == pytest.approx(3**-0.5, abs=1e-12)
    assert mixed.rule[1] ** 2 == Fraction(1, 3)
    assert mixed.believed == 0
    assert float(mixed.actual) == pytest.approx(2 * 3**-0.5, abs=1e-12)


def test_two_contexts_can_mix_at_once():
    # The later self hears D1 only; in each context D1 wants to be where it is not expected.
    d = cid.CID.parse("W -> D1 -> D2 -> U; D1 -> U; W -> U", "D1 D2", "U")
    s = cid.SCIM(
        d,
        {"D1": (0, 1), "D2": (0, 1)},
        {
            "W": {0: HALF, 1: HALF},
            "U": lambda W, D1, D2: int(D1 != D2) + Fraction(int(W == D1), 100),
        },
    )
    found = cid.ratifiable_lcdt(s, "D1", {"D2": lambda D1: D1})
    assert found.complete
    # Equal expectations of both: each context picks its own W, and no other rule is stable.
    assert [dict(each.rule) for each in found] == [{(0,): 0, (1,): 1}]


# ---- random models ---------------------------------------------------------------------------


def random_scim(d, rng, noisy=True):
    mechanisms = {}
    for v in d.nodes:
        if v in d.decisions:
            continue
        rows = {}
        for context in product((0, 1), repeat=len(d.parents(v))):
            if v in d.utilities:
                rows[context] = int(rng.integers(0, 5))
            elif noisy or not d.parents(v):
                w = int(rng.integers(0, 4))
                rows[context] = {0: Fraction(w, 3), 1: Fraction(3 - w, 3)}
            else:
                rows[context] = int(rng.integers(0, 2))
        mechanisms[v] = rows if d.parents(v) else rows[()]
    return cid.SCIM(d, {v: (0, 1) for v in d.nodes if v not in d.utilities}, mechanisms)


def random_rule(s, v, rng, pure=False):
    """Return a rule for the library and for :mod:`play`."""
    table = {}
    for c in contexts(s, v):
        w = int(rng.choice([0, 3] if pure else [0, 1, 2, 3]))
        table[c] = {a: Fraction(p, 3) for a, p in ((0, 3 - w), (1, w)) if p}
    return (table if s.diagram.parents(v) else table[()]), table


@st.composite
def situations(draw, noisy=True, pure=False, agents=(1, 2)):
    d = draw(diagrams(nodes=(4, 7), decisions=(2, 3), agents=agents, max_decision_parents=2))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    s = random_scim(d, rng, noisy)
    decision = draw(st.sampled_from(d.decisions))
    rules = {v: random_rule(s, v, rng, pure) for v in d.decisions if v != decision}
    return s, decision, {v: r[0] for v, r in rules.items()}, {v: r[1] for v, r in rules.items()}


def averaged(s, decision, rules, weigh):
    """Replace each affected rule by its average over deleted inputs, weighted by `weigh`."""
    d = s.diagram
    result = dict(rules)
    for v in rules:
        gone = [p for p in d.parents(v) if p == decision or p in d.descendants(decision)]
        if not gone:
            continue
        kept = [p for p in d.parents(v) if p not in gone]
        weights = weigh(kept, gone)
        result[v] = {}
        for context in contexts(s, v):
            at = dict(zip(d.parents(v), context, strict=True))
            row = dict.fromkeys(s.domains[v], Fraction(0))
            for c, w in weights[tuple(at[p] for p in kept)].items():
                seen = {**at, **dict(zip(gone, c, strict=True))}
                for action, p in rules[v][tuple(seen[x] for x in d.parents(v))].items():
                    row[action] += w * p
            result[v][context] = row
    return result


def conditional(s, rules):
    """Return a function from kept and deleted inputs to P(deleted | kept), by playing it out."""

    def weigh(kept, gone):
        mass = {
            r: dict.fromkeys(product(*(s.domains[x] for x in gone)), Fraction(0))
            for r in product(*(s.domains[x] for x in kept))
        }
        for p, values in histories(s, rules):
            mass[tuple(values[x] for x in kept)][tuple(values[x] for x in gone)] += p
        found = {}
        for r, row in mass.items():
            total = sum(row.values())
            found[r] = {c: p / total if total else Fraction(1, len(row)) for c, p in row.items()}
        return found

    return weigh


def equal(s):
    def weigh(kept, gone):
        every = list(product(*(s.domains[x] for x in gone)))
        return {
            r: dict.fromkeys(every, Fraction(1, len(every)))
            for r in product(*(s.domains[x] for x in kept))
        }

    return weigh


def check(s, decision, found, planned):
    """Is a solution's rule as good as any, played out in a planning model?"""
    agent = s.diagram.agent_of(decision)
    rule = on_all_parents(s, decision, found.rule)
    best = max(expected(s, {**planned, decision: r}, agent) for r in rules_of(s, decision))
    assert found.believed == best == expected(s, {**planned, decision: rule}, agent)


@settings(max_examples=60)
@given(situations())
def test_marginal_and_uniform_priors_against_playing_them_out(drawn):
    s, decision, rules, tables = drawn
    reference = {**tables, decision: uniform(s, decision)}
    found = cid.solve_lcdt(s, decision, rules)
    check(s, decision, found, averaged(s, decision, tables, conditional(s, reference)))
    agent = s.diagram.agent_of(decision)
    rule = on_all_parents(s, decision, found.rule)
    assert found.actual == expected(s, {**tables, decision: rule}, agent)
    check(
        s,
        decision,
        cid.solve_lcdt(s, decision, rules, "uniform"),
        averaged(s, decision, tables, equal(s)),
    )


@settings(max_examples=40)
@given(situations(), st.integers(0, 10**6))
def test_another_reference_rule(drawn, seed):
    s, decision, rules, tables = drawn
    given_as, table = random_rule(s, decision, np.random.default_rng(seed))
    planned = averaged(s, decision, tables, conditional(s, {**tables, decision: table}))
    check(s, decision, cid.solve_lcdt(s, decision, rules, reference=given_as), planned)


@settings(max_examples=60)
@given(situations(noisy=False, pure=True))
def test_a_null_prior_against_running_each_world_twice(drawn):
    s, decision, rules, tables = drawn
    d = s.diagram
    found = cid.solve_lcdt(s, decision, rules, "null", null=0)
    agent = d.agent_of(decision)
    roots = [v for v in d.chance if not d.parents(v)]

    def run(world, rule, seen=None):
        values = {}
        for v in d.topological_order:
            if v in world:
                values[v] = world[v]
            elif d.kind(v) == "decision":
                at = {p: values[p] for p in d.parents(v)}
                if seen and v != decision:
                    moved = {decision, *d.descendants(decision)}
                    at |= {p: seen[p] for p in at if p in moved}
                chosen = (rule if v == decision else tables[v])[tuple(at.values())]
                values[v] = next(iter(chosen)) if isinstance(chosen, dict) else chosen
            else:
                m = s.mechanism(v)
                index = tuple(s.domains[p].index(values[p]) for p in m.parents)
                values[v] = s.domains[v][int(np.argmax(m.probabilities[index]))]
        return values

    def value(rule):
        total = Fraction(0)
        for row in product((0, 1), repeat=len(roots)):
            world = dict(zip(roots, row, strict=True))
            weight = Fraction(1)
            for v, x in world.items():
                weight *= s.mechanism(v).probabilities[x]
            if weight:
                nothing = run(world, dict.fromkeys(contexts(s, decision), 0))
                values = run(world, rule, nothing)
                total += weight * sum(values[u] for u in d.utilities_of(agent))
        return total

    best = max(map(value, rules_of(s, decision)))
    assert found.believed == best == value(on_all_parents(s, decision, found.rule))


@settings(max_examples=60)
@given(situations())
def test_ratifiable_rules_are_best_responses_to_themselves_and_none_is_missing(drawn):
    s, decision, rules, tables = drawn
    agent = s.diagram.agent_of(decision)
    found = cid.ratifiable_lcdt(s, decision, rules)
    seen = met(s, tables)[decision]

    def worth(table):
        """The value of a rule, and the best there is, given the prior that it brings about."""
        reference = {**tables, decision: table}
        planned = averaged(s, decision, tables, conditional(s, reference))
        best = max(expected(s, {**planned, decision: r}, agent) for r in rules_of(s, decision))
        return expected(s, {**planned, decision: table}, agent), best

    def full(rule):
        if isinstance(rule, dict):
            return rule if s.diagram.parents(decision) else {(): rule}
        return {c: {a: Fraction(1)} for c, a in on_all_parents(s, decision, rule).items()}

    for each in found:
        mine, best = worth(full(each.rule))
        assert abs(mine - best) < 1e-12
        assert abs(each.believed - best) < 1e-12
    pure = {
        tuple(r[c] for c in contexts(s, decision) if c in seen)
        for r in rules_of(s, decision, seen)
        for mine, best in [worth({c: {a: Fraction(1)} for c, a in r.items()})]
        if mine == best
    }
    listed = [
        tuple(on_all_parents(s, decision, e.rule)[c] for c in contexts(s, decision) if c in seen)
        for e in found
        if not isinstance(e.rule, dict)
    ]
    assert set(listed) == pure
    assert len(listed) == len(pure)
    assert len(found) > 0 or not found.complete


@settings(max_examples=60)
@given(situations())
def test_no_prior_changes_which_incentives_there_are(drawn):
    s, decision, rules, _ = drawn
    wanted = set(cid.lcdt_ici_list(s.diagram, decision))
    models = [
        cid.lcdt_model(s, decision, rules),
        cid.lcdt_model(s, decision, rules, "uniform"),
        cid.lcdt_model(s, decision, rules, "null", null=1),
    ]
    for model in models:
        assert model.diagram.decisions == (decision,)
        assert not set(rules) & set(model.diagram.descendants(decision))
        found = set(cid.admits_ici_list(model.diagram, decision))
        assert found & set(s.diagram.nodes) == wanted
    assert models[0].diagram == cid.lcdt(s.diagram, decision).fix(rules)


# ---- messages --------------------------------------------------------------------------------


def test_scope_and_arguments():
    import sympy

    s = door(HALF, 1)
    with pytest.raises(cid.ScopeError, match="'D2' has no rule"):
        cid.solve_lcdt(s, "D1", {})
    with pytest.raises(cid.ModelError, match="rules are for the others"):
        cid.solve_lcdt(s, "D1", {"D1": 0, **WALK_IF_OPEN})
    with pytest.raises(cid.CIDTypeError, match="rules maps"):
        cid.solve_lcdt(s, "D1", [0])
    with pytest.raises(cid.CIDTypeError, match=r"Use cid\.ratifiable_lcdt"):
        cid.solve_lcdt(s, "D1", WALK_IF_OPEN, "ratifiable")
    with pytest.raises(cid.CIDTypeError, match="null= names"):
        cid.solve_lcdt(s, "D1", WALK_IF_OPEN, "null")
    with pytest.raises(cid.CIDTypeError, match="null= names"):
        cid.solve_lcdt(s, "D1", WALK_IF_OPEN, null=0)
    with pytest.raises(cid.CIDTypeError, match="reference= is a rule"):
        cid.solve_lcdt(s, "D1", WALK_IF_OPEN, "uniform", reference=0)
    with pytest.raises(cid.ModelError, match="not in the domain"):
        cid.solve_lcdt(s, "D1", WALK_IF_OPEN, "null", null=7)
    with pytest.raises(cid.UnknownNodeError, match="Door"):
        cid.solve_lcdt(s, "Door", WALK_IF_OPEN)
    with pytest.raises(cid.ScopeError, match="free parameters c"):
        cid.ratifiable_lcdt(door(sympy.Symbol("c"), 1), "D1", WALK_IF_OPEN)
    with pytest.raises(cid.ScopeError, match="3 supports; the bound is 2"):
        cid.ratifiable_lcdt(s, "D1", WALK_IF_OPEN, limit=2)
    with pytest.raises(cid.ScopeError, match=r"use cid\.ratifiable_conditions"):
        cid.ratifiable_lcdt(door(sympy.Symbol("c"), 1), "D1", WALK_IF_OPEN)
    with pytest.raises(cid.CIDTypeError, match="rules maps"):
        cid.ratifiable_conditions(s, "D1", None)
    with pytest.raises(cid.ModelError, match="rules are for the others"):
        cid.ratifiable_conditions(s, "D1", {"D1": 0, **WALK_IF_OPEN})
    with pytest.raises(cid.ScopeError, match="'D2' has no rule"):
        cid.ratifiable_conditions(s, "D1", {})


def test_an_action_called_none_can_be_the_null_action():
    d = cid.CID.parse("A -> B -> U; A -> U", "A B", "U")
    s = cid.SCIM(
        d,
        {"A": (None, "go"), "B": (0, 1)},
        {"U": lambda A, B: 3 * B - (A is None)},
    )
    found = cid.solve_lcdt(s, "A", {"B": lambda A: int(A is None)}, "null", null=None)
    assert (found.rule[()], found.believed, found.actual) == ("go", 3, 0)
    (only,) = cid.ratifiable_lcdt(s, "A", {"B": lambda A: int(A is None)})
    assert only.rule[()] == "go"


def test_one_rule_is_one_rule():
    found = cid.ratifiable_lcdt(door(Fraction(5, 2), 1), "D1", WALK_IF_OPEN)
    assert found.status == "1 ratifiable rule"
