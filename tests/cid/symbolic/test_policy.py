"""Copies of results with parameters: in memory and through pickle."""

import copy
import pickle

import pytest
import sympy

import cid

p, q, y = sympy.symbols("p q y", real=True)


@pytest.mark.parametrize(
    "again", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))]
)
def test_results_equal_their_copies(again):
    d = cid.CID.parse("S -> D -> U; S -> U", decisions="D", utilities="U")
    s = cid.SCIM(
        d,
        {"D": (0, 1)},
        {"S": {0: 1 - p, 1: p}, "U": lambda S, D: int(S == D) + q * D},
    )
    policy = cid.symbolic_policy(s)
    copied = again(policy)
    assert copied == policy
    assert copied.where("D", (0,), 1) == policy.where("D", (0,), 1)
    assert copied.values("D", (0,)) == policy.values("D", (0,))
    condition = cid.incentive_conditions(s, "voi", "D", "S")
    assert again(condition) == condition
    forecast = cid.Performative((y - q) ** 2, {1: p, 0: 1 - p}, y, p, q, interval=(0, 1))
    assert again(forecast) == forecast
    assert hash(again(forecast)) == hash(forecast)
    assert again(forecast.stable_points()) == forecast.stable_points()
