"""Answers that hold for every rule, against trying all rules; rules that act at random."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from play import contexts, histories, profiles

import cid
from cid import distribution, expectation, potential_response, probability

HALF = Fraction(1, 2)
CONTROL = cid.SCIM(
    cid.CID.parse("S -> D -> U; S -> U", "D", "U"),
    {"D": (-1, 1)},
    {"S": {0: HALF, 1: HALF}, "U": lambda S, D: S * D},
)


def test_conditioning_after_an_intervention():
    assert distribution(CONTROL.do(S=1), "U", given={"D": -1}) == {-1: 1, 0: 0, 1: 0}
    assert distribution(CONTROL.do(S=1), "U", given={"D": -1, "S": 1}) == {-1: 1, 0: 0, 1: 0}
    assert probability(CONTROL.do(S=1), {"U": 1}, given={"D": 1}) == 1
    assert expectation(CONTROL.do(S=1), "U", given={"D": -1}) == -1
    response, action = potential_response("U", S=1), potential_response("D", S=1)
    assert distribution(CONTROL, response, given={action: -1}) == {-1: 1, 0: 0, 1: 0}
    floating = CONTROL.replace(S={0: 0.3, 1: 0.7})
    assert expectation(floating.do(S=1), "U", given={"D": -1}) == pytest.approx(-1)


def test_a_parent_that_makes_no_difference_is_no_reason_to_ask_for_a_rule():
    s = CONTROL.replace(U=lambda D: D)
    assert distribution(s, "U", given={"D": -1}) == {-1: 1, 0: 0, 1: 0}
    with pytest.raises(cid.ModelError, match="depends on the rule of 'D'"):
        distribution(CONTROL, "U", given={"D": -1})


def test_an_answer_with_parameters_that_holds_for_every_rule():
    import sympy

    p = sympy.Symbol("p", positive=True)
    s = CONTROL.replace(S={0: 1 - p, 1: p})
    assert expectation(s.do(S=1), "U", given={"D": -1}) == -1
    with pytest.raises(cid.ModelError, match="depends on the rule of 'D'"):
        expectation(s, "U", given={"D": -1})


@st.composite
def questions(draw):
    """Draw a small model, some nodes set, a condition and a node that is asked for."""
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    decisions = int(rng.integers(1, 3))
    d = cid.random_diagram(
        decisions + int(rng.integers(3, 5)),
        decisions,
        1,
        edge_probability=0.7,
        max_parents=2,
        seed=rng,
    )
    mechanisms = {}
    for v in d.nodes:
        if v in d.decisions:
            continue
        rows = {}
        for context in product((0, 1), repeat=len(d.parents(v))):
            weight = int(rng.choice([0, 0, 1, 3, 3]))
            rows[context] = {0: Fraction(weight, 3), 1: Fraction(3 - weight, 3)}
        mechanisms[v] = rows if d.parents(v) else rows[()]
    s = cid.SCIM(d, dict.fromkeys(d.nodes, (0, 1)), mechanisms)
    inner = [v for v in d.nodes if v not in d.utilities]
    if rng.random() < 0.7:
        s = s.do({str(rng.choice(inner)): int(rng.integers(2))})
    seen = rng.choice(inner, size=int(rng.integers(1, 3)), replace=False)
    return s, str(rng.choice(d.nodes)), {str(v): int(rng.integers(2)) for v in seen}


def by_rule(s, of, condition):
    """Return the different answers that deterministic rules give."""
    answers = []
    every = {v: contexts(s, v) for v in s.diagram.decisions}
    for rules in profiles(s, seen=every):
        weight = {0: Fraction(0), 1: Fraction(0)}
        for p, values in histories(s, rules):
            if all(values[v] == x for v, x in condition.items()):
                weight[values[of]] += p
        total = sum(weight.values())
        if total:
            found = {x: w / total for x, w in weight.items()}
            if found not in answers:
                answers.append(found)
    return answers


@settings(max_examples=200)
@given(questions())
def test_there_is_an_answer_just_where_all_rules_agree_on_it(question):
    s, of, condition = question
    answers = by_rule(s, of, condition)  # mixed rules give mixtures of these
    if len(answers) == 1:
        assert distribution(s, of, given=condition) == answers[0]
        assert probability(s, {of: 1}, given=condition) == answers[0][1]
        assert expectation(s, of, given=condition) == answers[0][1]
        return
    problem = "depends on the rule" if answers else "has probability zero"
    with pytest.raises(cid.ModelError, match=problem):
        distribution(s, of, given=condition)


# ---- rules that act at random ------------------------------------------------------------------


def test_rules_at_random_take_every_action_in_every_context():
    d = cid.CID.parse("S -> D -> U; T -> D; S -> E -> U; F -> U", "D E F", "U")
    s = cid.SCIM(
        d,
        {"D": ("a", "b", "c"), "E": (0, 1), "F": (0, 1)},
        {"S": {0: HALF, 1: HALF}, "T": {0: HALF, 1: HALF}, "U": lambda D, E, F: E + F},
    )
    uniform = cid.uniform_policy(s)
    assert uniform["D"] == {
        c: dict.fromkeys("abc", Fraction(1, 3)) for c in product((0, 1), (0, 1))
    }
    assert uniform["F"] == {0: HALF, 1: HALF}
    assert s.expected_utility(uniform) == 1
    mixed = cid.fully_mixed_policy(s, seed=1)
    assert mixed == cid.fully_mixed_policy(s, seed=1) != cid.fully_mixed_policy(s, seed=2)
    for rule in (*mixed["D"].values(), *mixed["E"].values(), mixed["F"]):
        assert all(p > 0 for p in rule.values())
        assert sum(rule.values()) == 1
    assert not s.with_policy(mixed).diagram.decisions
    assert set(cid.uniform_policy(s, ["E"])) == set(cid.uniform_policy(s, "E")) == {"E"}


def test_rules_at_random_say_what_they_cannot_do():
    with pytest.raises(cid.UnknownNodeError):
        cid.uniform_policy(CONTROL, ["S"])
    with pytest.raises(cid.CIDTypeError, match="seed"):
        cid.fully_mixed_policy(CONTROL, seed="x")
    with pytest.raises(cid.CIDTypeError, match="takes a SCIM"):
        cid.uniform_policy(CONTROL.diagram)
    wide = cid.CID([*((f"X{k}", "D") for k in range(24)), ("D", "U")], ["D"], ["U"])
    s = cid.SCIM(
        wide,
        {"D": (0, 1)},
        {**{f"X{k}": {0: HALF, 1: HALF} for k in range(24)}, "U": lambda D: D},
    )
    with pytest.raises(cid.ModelError, match="a table of 33,554,432 entries"):
        cid.uniform_policy(s)
