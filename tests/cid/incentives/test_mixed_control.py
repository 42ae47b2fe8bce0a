"""Control by policies that mix optimal actions, against the counterfactuals of mixed rules."""

from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from scipy.optimize import linprog

import cid
from cid import expectation, instrumental_control, potential_response

TWO_WAYS = cid.CID.parse("D -> X -> U; D -> U", decisions="D", utilities="U")


def cancelling(one, two):
    """Actions 0 and 1 are equally good; X, had D been 2, would help the first and harm the second.

    X is 1 under action 2 only, which is never worth taking.
    """
    pay = ((one, 2 * one), (one, one - two), (-one, -one))
    return cid.SCIM(TWO_WAYS, {"D": (0, 1, 2)}, {
        "X": lambda D: int(D == 2),
        "U": lambda D, X: pay[D][X],
    })  # fmt: skip


def test_a_mixture_of_optimal_actions_can_lose_the_control_that_each_has():
    found = instrumental_control(cancelling(1, 1), "D", "X")
    assert (found.has, found.degree, found.randomised) == (True, 1, 0)
    assert "to the degree 1." in str(found)
    assert "Among policies that mix actions the degree is 0." in str(found)


def test_the_mixture_has_no_control_by_the_definition_itself():
    s = cancelling(1, 1)
    mixed = {"D": {(): {0: Fraction(1, 2), 1: Fraction(1, 2)}}}
    usual = expectation(s, "U", policy=mixed)
    assert usual == s.solve().value
    for d in (0, 1, 2):
        nested = potential_response("U", X=potential_response("X", D=d))
        assert expectation(s, nested, policy=mixed) == usual


@pytest.mark.parametrize("number", [Fraction, float])
def test_what_does_not_cancel_is_left(number):
    found = instrumental_control(cancelling(number(1), number(3)), "D", "X")
    assert (found.degree, found.randomised) == (1, 0)  # 3/4 against 1/4
    one_way = cancelling(number(1), number(-3))
    found = instrumental_control(one_way, "D", "X")
    assert (found.degree, found.randomised) == (1, 1)
    assert "mix" not in str(found)


def test_without_ties_the_readings_agree():
    d = cid.CID.parse("D -> X -> U", decisions="D", utilities="U")
    s = cid.SCIM(d, {"D": (0, 1)}, {"X": lambda D: D, "U": lambda X: X})
    found = instrumental_control(s, "D", "X")
    assert found.degree == found.randomised == 1


def test_one_decision_among_several_has_no_randomised_degree():
    d = cid.CID.parse("D -> X -> E -> U; D -> E; X -> U", decisions="D E", utilities="U")
    s = cid.SCIM(d, {"D": (0, 1), "E": (0, 1)}, {"X": lambda D: D, "U": lambda E, X: E + X})
    found = instrumental_control(s, "D", "X")
    assert found.has
    assert found.randomised is None


def effects_of(s, context, actions):
    """What each optimal action (row) would gain had X answered to each action (column)."""
    names = s.diagram.parents("D")
    given = dict(zip(names, context, strict=True))
    rows = []
    for action in actions:
        policy = {"D": action}
        usual = expectation(s, "U", given=given, policy=policy)
        rows.append([
            expectation(s, potential_response("U", X=potential_response("X", D=d)), given=given,
                        policy=policy) - usual
            for d in s.domains["D"]
        ])  # fmt: skip
    return rows


def least_mixed(rows):
    rows = np.array(rows, dtype=float)
    both = np.hstack([rows, -rows])
    found = linprog(
        [0] * len(rows) + [1],
        A_ub=np.hstack([both.T, -np.ones((both.shape[1], 1))]),
        b_ub=np.zeros(both.shape[1]),
        A_eq=[[1] * len(rows) + [0]],
        b_eq=[1],
        bounds=[(0, None)] * (len(rows) + 1),
    )
    return found.fun


def test_random_models_with_ties_agree_with_linear_programming():
    d = cid.CID.parse("S -> D -> X -> U; S -> X; S -> U; D -> U", decisions="D", utilities="U")
    seen = Counter()
    for seed in range(80):
        rng = np.random.default_rng(seed)
        answer = rng.integers(0, 3, (2, 4))
        pay = rng.integers(-2, 5, (2, 4, 3))  # what X would have been worth, had it been another
        usual = np.where(rng.random((2, 4)) < 0.2, 0, 1)  # mostly ties
        np.put_along_axis(pay, answer[..., None], usual[..., None], axis=2)
        s = cid.SCIM(d, {"D": (0, 1, 2, 3), "X": (0, 1, 2)}, {
            "S": {0: Fraction(1, 3), 1: Fraction(2, 3)},
            "X": lambda S, D, answer=answer: int(answer[S, D]),
            "U": lambda S, D, X, pay=pay: int(pay[S, D, X]),
        })  # fmt: skip
        found = instrumental_control(s, "D", "X")
        expected, pure = [], []
        for context in (0, 1):
            best = [a for a in range(4) if usual[context, a] == usual[context].max()]
            rows = effects_of(s, (context,), best)
            pure.append(min(max(map(abs, row)) for row in rows))
            expected.append(least_mixed(rows))
        assert found.degree == max(pure)
        assert float(found.randomised) == pytest.approx(max(expected), abs=1e-9)
        assert found.randomised <= found.degree
        seen[bool(found.degree > found.randomised), bool(found.randomised)] += 1
    assert min(seen[True, False], seen[True, True], seen[False, True]) >= 3, seen


def test_for_the_decision_itself_the_degree_is_what_another_action_would_cost():
    d = cid.CID.parse("S -> D -> X -> U; S -> U", decisions="D", utilities="U")
    s = cid.SCIM(d, {"D": (0, 1, 2)}, {
        "S": {0: Fraction(1, 2), 1: Fraction(1, 2)},
        "X": lambda D: D,
        "U": lambda S, X: X * (1 + S),
    })  # fmt: skip
    found = instrumental_control(s, "D", "D")
    assert found.contexts == {(0,): 2, (1,): 4}  # from 2 to 0, at one or two each
    assert (found.has, found.degree, found.randomised, found.admits) == (True, 4, 4, True)
