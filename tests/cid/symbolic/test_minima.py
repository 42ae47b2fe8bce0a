"""Stable and optimal points against a search on a grid: flat minima, ends, ties, special laws."""

import itertools
import random

import numpy as np
import pytest
import sympy
from scipy.optimize import brentq
from sympy.stats import Normal

import cid

p, q, y = sympy.symbols("p q y", real=True)
a, b = sympy.symbols("a b", real=True)
HALF = sympy.Rational(1, 2)


def model(loss, law, interval=(0, 1)):
    return cid.Performative(loss=loss, law=law, outcome=y, deployed=p, fitted=q, interval=interval)


def coin(rate):
    return {1: rate, 0: 1 - rate}


def values(points):
    return [point.value for point in points]


# ---- one by one ------------------------------------------------------------------------------


def test_a_forecast_that_always_comes_true():
    found = model((y - q) ** 2, coin(p))
    (every,) = found.stable_points()
    assert (every.value, every.slope, every.attracting) == (p, 1, False)
    assert every.condition == sympy.And(p >= 0, p <= 1)
    assert found.retraining_map == p
    assert found.trajectory(0.3, 2) == [sympy.Rational(3, 10)] * 3
    assert values(found.optimal_points()) == [0, 1]


def test_a_loss_that_nothing_moves():
    found = model(y, coin(HALF))
    (every,) = found.stable_points()
    assert (every.value, every.condition) == (p, sympy.And(p >= 0, p <= 1))
    assert every.slope is sympy.nan
    (best,) = found.optimal_points()
    assert (best.value, best.kind) == (p, "every point")
    assert found.optimum() == best
    # A loss of the deployed parameter alone: all are stable, one is best.
    seen = model((p - HALF) ** 2, {1: 1})
    assert values(seen.stable_points()) == [p]
    assert values(seen.optimal_points()) == [HALF]


def test_the_worst_forecasts_come_true_as_well_and_none_is_stable():
    found = model(-((y - q) ** 2), coin(p))
    assert found.stable_points() == ()
    assert values(found.optimal_points()) == [HALF]


def test_an_end_that_is_a_maximum():
    found = model(-y * q, coin(p))  # the risk is -p**2
    assert values(found.optimal_points()) == [1]
    assert values(found.stable_points()) == [0, 1]  # on the data of 0 all are equally good


@pytest.mark.parametrize("power", [2, 4, 6])
def test_flat_minima(power):
    found = model((q - HALF) ** power, coin(HALF))
    assert values(found.optimal_points()) == [HALF]
    assert found.optimum().value == HALF
    (stable,) = found.stable_points()
    assert (stable.value, stable.slope, stable.attracting) == (HALF, 0, True)
    moved = model((q - p / 2 - HALF / 2) ** power, {1: 1})
    (stable,) = moved.stable_points()
    assert (stable.value, stable.slope, stable.attracting) == (HALF, HALF, True)


def test_points_of_inflection_are_none_but_at_an_end():
    inside = model((q - HALF) ** 3, {1: 1})
    assert values(inside.optimal_points()) == values(inside.stable_points()) == [0]
    at_end = model(q**3, {1: 1})
    assert values(at_end.optimal_points()) == values(at_end.stable_points()) == [0]
    assert values(model(-(q**3), {1: 1}).stable_points()) == [1]
    (found,) = model(a * q + q**3, {1: 1}, (0, 1)).at({a: 0}).stable_points()
    assert found.value == 0
    low, *_ = [x for x in model(a * q + q**3, {1: 1}).stable_points() if x.value == 0]
    assert [low.condition.subs(a, x) for x in (0, HALF)] == [True, True]


def test_the_honest_model_at_the_bifurcation_itself():
    rate = (1 - HALF) * HALF + HALF * p

    def surprise(event, chance):
        return -event * sympy.log(chance) - (1 - event) * sympy.log(1 - chance)

    ratio = surprise(HALF, q) + 4 * surprise(rate, rate)
    found = model(ratio, {1: 1})
    assert values(found.optimal_points()) == [HALF]
    assert found.optimum().value == HALF


def test_a_local_minimum_is_not_best_on_the_data():
    found = model(q**4 / 4 + q**3 / 6 - q**2 / 4, {1: 1}, (-2, 2))
    assert values(found.stable_points()) == [-1]
    assert values(found.optimal_points()) == [-1, HALF]
    assert found.optimum().value == -1
    with pytest.raises(cid.ScopeError, match="2 candidate answers"):
        _ = found.retraining_map


def test_a_risk_without_a_least_value():
    cubic = model(q**3 - q, {1: 1}, (None, None))
    assert cubic.stable_points() == ()
    assert values(cubic.optimal_points()) == [sympy.sqrt(3) / 3]
    with pytest.raises(cid.ScopeError, match="no minimum"):
        cubic.optimum()
    with pytest.raises(cid.ScopeError, match="no minimum"):
        model(sympy.log(q), {1: 1}).optimum()
    with pytest.raises(cid.ScopeError, match="no minimum"):
        model(sympy.exp(-q), {1: 1}, (0, None)).optimum()


def test_a_slope_that_is_infinite_at_an_end():
    assert values(model(sympy.sqrt(q), {1: 1}).stable_points()) == [0]
    assert values(model(sympy.sqrt(q), {1: 1}).optimal_points()) == [0]
    assert values(model(-sympy.sqrt(1 - q), {1: 1}).optimal_points()) == [0]


def test_retraining_cannot_leave_the_interval():
    away = model((y - q) ** 2, Normal("Z", -2 * p, 1))
    (stable,) = away.stable_points()
    assert (stable.value, stable.slope, stable.attracting) == (0, 0, True)
    assert away.trajectory(1, 2) == [1, 0, 0]
    high = model((y - q) ** 2, Normal("Z", 3, 1))
    assert values(high.stable_points()) == [1]
    assert high.trajectory(0, 2) == [0, 1, 1]


def test_coefficients_that_are_no_fractions():
    (found,) = model(sympy.sqrt(2) * q**2 - q, {1: 1}).stable_points()
    assert sympy.simplify(found.value - sympy.sqrt(2) / 4) == 0
    near = model(sympy.pi * q**4 - sympy.E * q**2 + q / 7, {1: 1}, (-1, 1)).optimum()
    grid = np.linspace(-1, 1, 2_000_001)
    searched = grid[np.argmin(np.pi * grid**4 - np.e * grid**2 + grid / 7)]
    assert float(near.value) == pytest.approx(searched, abs=1e-5)


@pytest.mark.parametrize("at", [0, 1, 0.3])
def test_laws_that_are_certain(at):
    found = model((y - q) ** 2, {1: at, 0: 1 - at})
    assert values(found.stable_points()) == values(found.optimal_points())
    assert float(found.optimum().value) == pytest.approx(at)


# ---- conditions at all parameter values ------------------------------------------------------

SYMBOLIC = {
    "straight": (model((y - q) ** 2, coin(a + b * p)), [(x, z) for x in (0, 0.25, 0.3) for z in
                 (0, 0.5, 0.6, 1, -0.25)]),
    "bent": (model((y - q) ** 2, coin(a + b * p**2)), [(x, z) for x in (0, 0.2, 1) for z in
             (0, 0.25, 0.5, -0.2)]),
    "split": (model(a * q**2 + q**4, {1: 1}, (-1, 1)), [(x, 0) for x in (-3, -2, -1, 0, 1)]),
}  # fmt: skip


@pytest.mark.parametrize("name", SYMBOLIC)
def test_conditions_hold_where_numbers_say(name):
    found, pairs = SYMBOLIC[name]
    for kind in ("stable_points", "optimal_points"):
        points = getattr(found, kind)()
        for pair in pairs:
            at = {s: x for s, x in zip((a, b), pair, strict=True) if s in found.parameters}
            exact = {s: sympy.nsimplify(x) for s, x in at.items()}
            if any(
                not 0 <= sympy.sympify(law).subs(exact).subs(p, x) <= 1
                for law in found.law.values()
                for x in (0, HALF, 1)
            ):
                continue
            ours = set()
            for point in points:
                holds = point.condition.subs(exact)
                if point.value == p and holds != False:  # noqa: E712
                    ours.add("every")
                elif holds == True:  # noqa: E712
                    ours.add(round(float(point.value.subs(exact)), 9))
            numbers = {
                "every" if x == p else round(float(x), 9)
                for x in values(getattr(found.at(at), kind)())
            }
            if "every" in numbers:
                assert "every" in ours, (kind, at)  # its ends may be listed as well
            else:
                assert ours == numbers, (kind, at)


# ---- a search, independent of the library ----------------------------------------------------


def searched(risk, low, high):
    """Return stable points and local optima of R(p, q) by looking at a grid."""
    grid = np.linspace(low, high, 2001)
    numeric = sympy.lambdify((p, q), risk, "numpy")

    def on_data(x):
        return np.broadcast_to(numeric(x, grid), grid.shape)

    def best(x):
        return numeric(x, x) <= on_data(x).min() + 1e-9

    slope = sympy.lambdify(p, sympy.diff(risk, q).subs(q, p), "numpy")
    total = sympy.lambdify(p, risk.subs(q, p), "numpy")
    turn = sympy.lambdify(p, sympy.diff(risk.subs(q, p), p), "numpy")
    stable = [x for x in (low, high, *roots(slope, grid)) if best(x)]
    step = (high - low) / 4000
    optimal = []
    for x in (low, high, *roots(turn, grid)):
        sides = [z for z in (x - step, x + step) if low <= z <= high]
        if all(total(z) >= total(x) for z in sides):
            optimal.append(x)
    return stable, optimal


def roots(function, grid):
    heights = np.broadcast_to(function(grid), grid.shape)
    found = [x for x, height in zip(grid, heights, strict=True) if height == 0]
    crossings = np.flatnonzero(heights[:-1] * heights[1:] < 0)
    return found + [brentq(function, grid[k], grid[k + 1], xtol=1e-14) for k in crossings]


def nearest(x, others):
    return min((abs(x - z) for z in others), default=np.inf)


@pytest.mark.parametrize("seed", range(24))
def test_random_losses_and_laws(seed):
    draw = random.Random(seed)
    half = [sympy.Rational(k, 2) for k in range(-4, 5)]
    loss = sum(
        draw.choice(half) * q**i * y**j
        for i, j in itertools.product(range(draw.choice((3, 4, 5))), range(2))
    )
    rate = draw.choice((HALF, p, 1 - p, p**2, HALF + p / 4, 1 - p / 3, sympy.Integer(1)))
    low, high = draw.choice(((0, 1), (sympy.Rational(1, 4), 1), (0, HALF)))
    found = model(loss, coin(rate), (low, high))
    stable, optimal = searched(found.decoupled_risk, float(low), float(high))
    ours = found.stable_points()
    if [point.value for point in ours] == [p]:
        within = [x for x in np.linspace(float(low), float(high), 11) if nearest(x, stable) < 1e-9]
        assert len(within) == 11
    else:
        mine = [float(sympy.N(point.value)) for point in ours]
        assert all(nearest(x, stable) < 1e-6 for x in mine), (loss, rate, mine, stable)
        assert all(nearest(x, mine) < 1e-6 for x in stable), (loss, rate, mine, stable)
    best = found.optimal_points()
    if [point.value for point in best] == [p]:
        assert sympy.expand(sympy.diff(found.risk, p)) == 0
        return
    mine = [float(sympy.N(point.value)) for point in best]
    assert all(nearest(x, optimal) < 1e-6 for x in mine), (loss, rate, mine, optimal)
    assert all(nearest(x, mine) < 1e-6 for x in optimal), (loss, rate, mine, optimal)
    risk = sympy.lambdify(p, found.risk, "numpy")
    grid = np.linspace(float(low), float(high), 4001)
    assert float(found.risk.subs(p, found.optimum().value)) <= risk(grid).min() + 1e-9
