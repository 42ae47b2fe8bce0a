"""Fixed points of self-reference: derived by the library, typed by hand, searched on a grid."""

import math
from pathlib import Path

import numpy as np
import pytest
import sympy
from sympy.stats import Normal

import cid
from cid import Performative, simplex_optimum

RESULTS = Path(__file__).parents[3] / "docs" / "results"
HALF = sympy.Rational(1, 2)


def same(left, right):
    return sympy.simplify(sympy.sympify(left) - right) == 0


def lowest(risk, low, high, count=400_001):
    """Return where a function of numbers is least, by looking everywhere."""
    grid = np.linspace(low, high, count)[1:-1]
    return grid[np.argmin(risk(grid))]


def numbers(point):
    return float(sympy.N(point.value))


# ---- a forecast that moves the event ---------------------------------------------------------

a, b = sympy.symbols("a b", real=True)
p, q, y = sympy.symbols("p q y", real=True)


def brier():
    return Performative(
        loss=(y - q) ** 2,
        law={1: a + b * p, 0: 1 - a - b * p},
        outcome=y,
        deployed=p,
        fitted=q,
        interval=(0, 1),
    )


def test_the_forecast_that_comes_true_and_the_one_that_scores_best():
    found = brier()
    assert found.parameters == (a, b)
    assert same(found.retraining_map, a + b * p)
    stable, always = found.stable_points()
    assert same(stable.value, a / (1 - b))
    assert stable.slope == b
    assert stable.attracting == sympy.And(b > -1, b < 1)
    # Where the event follows the forecast, every forecast comes true.
    assert (always.value, always.slope, always.attracting) == (p, 1, False)
    assert always.condition == sympy.And(sympy.Eq(a, 0), sympy.Eq(b, 1), p >= 0, p <= 1)
    inner, low, high, every = found.optimal_points()
    assert same(inner.value, (2 * a - b) / (2 - 4 * b))
    assert (b < HALF) in inner.condition.args
    assert (low.value, low.kind) == (0, "lower end")
    assert low.condition == sympy.Or(b > 2 * a, sympy.And(b <= HALF, sympy.Eq(a, b / 2)))
    assert (high.value, high.kind) == (1, "upper end")
    assert (every.value, every.kind) == (p, "every point")
    assert every.condition.subs({a: 0.25, b: HALF}) == sympy.And(p >= 0, p <= 1)
    # The two terms of the gradient: be right, and make the event easy to forecast.
    rate = a + b * p
    assert same(found.direct_gradient, -2 * (rate - p))
    assert same(found.shift_gradient, b * (1 - 2 * p))


@pytest.mark.parametrize("at", [(0.2, 0.3), (0.05, 0.3), (0.15, 0.3), (0.1, 0.7), (0.2, 0.7)])
def test_the_best_forecast_at_numbers(at):
    from training_models.cases.brier_self_influence import optimal_forecast, stable_forecast

    found = brier().at(dict(zip((a, b), at, strict=True)))
    best = numbers(found.optimum())
    assert best == pytest.approx(optimal_forecast(*at), abs=1e-12)
    (stable,) = found.stable_points()
    assert numbers(stable) == pytest.approx(stable_forecast(*at))

    def risk(x):
        rate = at[0] + at[1] * x
        return rate * (1 - x) ** 2 + (1 - rate) * x**2

    assert best == pytest.approx(lowest(risk, 0, 1), abs=1e-5)


def test_retraining_approaches_the_stable_point_by_its_slope():
    found = brier().at({a: 0.2, b: 0.3})
    path = [float(x) for x in found.trajectory(0.9, 6)]
    gap = np.abs(np.array(path) - 2 / 7)
    assert np.allclose(gap[1:] / gap[:-1], 0.3)
    x = 0.9
    for met in path:
        assert met == pytest.approx(x)
        x = 0.2 + 0.3 * x


def test_an_erased_oracle_forecasts_the_world_without_its_answer():
    hidden, erasure, silent = sympy.symbols("hidden epsilon p0", positive=True)
    rates = {True: a + b * silent, False: a + b * p}
    law = {
        (h, event): (erasure if h else 1 - erasure) * (rates[h] if event else 1 - rates[h])
        for h in (True, False)
        for event in (1, 0)
    }
    oracle = Performative(
        loss=hidden * (y - q) ** 2,
        law={(int(h), event): chance for (h, event), chance in law.items()},
        outcome=(hidden, y),
        deployed=p,
        fitted=q,
        interval=(0, 1),
    )
    assert same(oracle.retraining_map, a + b * silent)
    assert same(oracle.optimal_points()[0].value, a + b * silent)
    assert oracle.shift_gradient == 0
    (stable,) = oracle.stable_points()
    assert (stable.slope, same(stable.value, a + b * silent)) == (0, True)


# ---- a location model ------------------------------------------------------------------------

theta, phi, z = sympy.symbols("theta phi z", real=True)
epsilon = sympy.Symbol("epsilon", positive=True)


def location():
    return Performative(
        loss=(z - phi) ** 2,
        law=Normal("Z", 1 + epsilon * theta, sympy.exp(-theta / 2)),
        outcome=z,
        deployed=theta,
        fitted=phi,
    )


def test_the_location_model():
    found = location()
    assert same(found.risk, ((1 - epsilon) * theta - 1) ** 2 + sympy.exp(-theta))
    assert same(found.retraining_map, 1 + epsilon * theta)
    (stable,) = found.stable_points()
    assert same(stable.value, 1 / (1 - epsilon))
    assert (stable.slope, stable.attracting) == (epsilon, epsilon < 1)
    at_half = found.at({epsilon: HALF})
    best = at_half.optimum()
    assert same(best.value, 2 + sympy.LambertW(2 * sympy.exp(-2)))
    assert abs(sympy.N(best.value - 2 - 2 * sympy.exp(-best.value), 40)) < 1e-30
    assert numbers(best) == pytest.approx(2.2177, abs=5e-5)


@pytest.mark.parametrize("strength", [0.3, 0.5, 0.8])
def test_the_location_model_at_numbers(strength):
    from training_models.cases.performative_location import optimum, stable_point

    found = location().at({epsilon: strength})
    assert numbers(found.stable_points()[0]) == pytest.approx(stable_point(strength))
    assert numbers(found.optimum()) == pytest.approx(optimum(strength))

    def risk(x):
        return ((1 - strength) * x - 1) ** 2 + np.exp(-x)

    assert numbers(found.optimum()) == pytest.approx(lowest(risk, -5, 15), abs=1e-4)


# ---- retraining on one's own samples ---------------------------------------------------------

h, alpha, weight = sympy.symbols("h alpha lambda", positive=True)
p1, q1 = sympy.symbols("p1 q1", positive=True)
human, corpus = sympy.symbols("human corpus")
mixed = (1 - alpha) * h + alpha * p1


def surprise(flip, rate):
    return -flip * sympy.log(rate) - (1 - flip) * sympy.log(1 - rate)


def retraining(successor, rate=mixed):
    """Two epochs: human flips, and a corpus of which a share alpha was written by the model."""
    law = {(i, j): (h if i else 1 - h) * (rate if j else 1 - rate) for i in (0, 1) for j in (0, 1)}
    return Performative(
        loss=surprise(human, q1) + weight * surprise(corpus, successor),
        law=law,
        outcome=(human, corpus),
        deployed=p1,
        fitted=q1,
        interval=(0, 1),
    )


def joint_risk(x, rate, share, scale):
    d = (1 - share) * rate + share * x
    now = -rate * np.log(x) - (1 - rate) * np.log(1 - x)
    return now + scale * (-d * np.log(d) - (1 - d) * np.log(1 - d))


def test_per_epoch_training_stays_at_the_human_rate():
    found = retraining(mixed)
    (stable,) = found.stable_points()
    assert (stable.value, stable.slope) == (h, 0)
    assert found.retraining_map == h


def test_the_joint_objective():
    found = retraining(mixed)
    slope = sympy.diff(found.risk, p1)
    typed = (p1 - h) / (p1 * (1 - p1)) + weight * alpha * sympy.log((1 - mixed) / mixed)
    difference = sympy.lambdify((p1, h, alpha, weight), slope - typed)
    points = np.random.default_rng(0).uniform(0.01, 0.99, (4, 1000))
    assert np.abs(difference(*points)).max() < 1e-9
    best = found.at({h: 0.6, alpha: 0.8, weight: 1}).optimum()
    assert numbers(best) == pytest.approx(0.7391, abs=5e-5)
    assert numbers(best) == pytest.approx(
        lowest(lambda x: joint_risk(x, 0.6, 0.8, 1), 0, 1), abs=1e-5
    )
    assert 0.2 * 0.6 + 0.8 * numbers(best) == pytest.approx(0.7113, abs=5e-5)
    with pytest.raises(cid.ScopeError, match="no closed form"):
        found.optimal_points()


def test_the_pitchfork():
    found = retraining(mixed).at({h: HALF})
    split = found.bifurcation(HALF, weight)
    assert split.critical == (1 / alpha**2,)
    at_it = sympy.And(sympy.Eq(weight, alpha**-2), alpha**2 < 3)  # a flat minimum
    assert split.minimum == sympy.Or(alpha**2 * weight < 1, at_it)
    assert split.kind == "pitchfork"
    assert split.supercritical == (alpha**2 < 3)
    assert same(split.curvature, 4 - 4 * weight * alpha**2)
    from training_models.cases.retraining_joint import Physics, joint_optimum

    for scale in (1.0, 1.5, 1.5625, 1.6, 2.5, 4.0):
        points = found.at({alpha: 0.8, weight: scale}).optimal_points()
        values = [numbers(point) for point in points]
        if scale * 0.64 <= 1:
            assert values == [0.5]
            continue
        low, high = values
        assert low + high == pytest.approx(1)
        assert high == pytest.approx(joint_optimum(Physics(0.5, 0.8, scale)), abs=1e-9)
        searched = lowest(lambda x, s=scale: joint_risk(x, 0.5, 0.8, s), 0.5, 1)
        assert high == pytest.approx(searched, abs=1e-5)


def test_lcdt_steers_towards_the_successor_that_it_expects():
    from training_models.cases.retraining_joint import Physics, lcdt_optimum

    found = retraining(h)  # the successor as expected beforehand: at the human rate
    values = {h: 0.6, alpha: 0.8, weight: 1}
    best = found.at(values).optimum()
    assert numbers(best) == pytest.approx(lcdt_optimum(Physics(0.6, 0.8, 1.0)))
    assert numbers(best) == pytest.approx(0.6715, abs=5e-5)
    # First-order condition: (p1 - h) / (p1 (1 - p1)) = weight alpha log(h / (1 - h)).
    typed = (p1 - h) / (p1 * (1 - p1)) - weight * alpha * sympy.log(h / (1 - h))
    difference = sympy.lambdify((p1, h, alpha, weight), sympy.diff(found.risk, p1) - typed)
    points = np.random.default_rng(1).uniform(0.01, 0.99, (4, 1000))
    assert np.abs(difference(*points)).max() < 1e-9


# ---- regularised policies --------------------------------------------------------------------


@pytest.mark.parametrize("actions", [2, 3])
def test_a_policy_regularised_by_divergence_tilts_the_prior(actions):
    strength = sympy.Symbol("lambda", real=True)
    xs = sympy.symbols(f"x0:{actions}", positive=True)
    prior = sympy.symbols(f"h0:{actions}", positive=True)
    rewards = sympy.symbols(f"r0:{actions}", real=True)
    gain = sum(
        strength * r * x - x * sympy.log(x / base)
        for x, base, r in zip(xs, prior, rewards, strict=True)
    )
    found = simplex_optimum(gain, xs)
    tilted = [base * sympy.exp(strength * r) for base, r in zip(prior, rewards, strict=True)]
    for x, value in zip(xs, tilted, strict=True):
        assert same(found[x], value / sum(tilted))
    assert all(same(found[x].subs(strength, 0), base / sum(prior))
               for x, base in zip(xs, prior, strict=True))  # fmt: skip


def test_the_tilted_policy_is_best_on_the_simplex():
    x, w = sympy.symbols("x w", positive=True)
    gain = 1.5 * w - x * sympy.log(x / sympy.Rational(4, 5)) - w * sympy.log(w * 5)
    best = float(simplex_optimum(gain, [x, w])[w])
    searched = lowest(
        lambda t: -(1.5 * t - (1 - t) * np.log((1 - t) / 0.8) - t * np.log(5 * t)), 0, 1
    )
    assert best == pytest.approx(searched, abs=1e-5)
    assert best == pytest.approx(0.2 * math.exp(1.5) / (0.8 + 0.2 * math.exp(1.5)))


def test_simplex_objectives_out_of_scope():
    x, w = sympy.symbols("x w", positive=True)
    with pytest.raises(cid.ScopeError, match="mixes"):
        simplex_optimum(x * w, [x, w])
    with pytest.raises(cid.ScopeError, match="concave"):
        simplex_optimum(x + w, [x, w])
    for few in ([x], [x, x], None, "xw"):
        with pytest.raises(cid.CIDTypeError, match="two different symbols"):
            simplex_optimum(-x * sympy.log(x), few)
    with pytest.raises(cid.CIDTypeError, match="The objective is 'x'"):
        simplex_optimum("x", [x, w])


# ---- errors ----------------------------------------------------------------------------------


def test_descriptions_that_make_no_model():
    with pytest.raises(cid.ModelError, match="sums to"):
        Performative(loss=(y - q) ** 2, law={1: p, 0: p}, outcome=y, deployed=p, fitted=q)
    with pytest.raises(cid.ModelError, match="mentions q"):
        Performative(loss=(y - q) ** 2, law={1: q, 0: 1 - q}, outcome=y, deployed=p, fitted=q)
    with pytest.raises(cid.ModelError, match="mentions phi"):
        Performative((z - phi) ** 2, Normal("Z", phi, 1), z, theta, phi)
    with pytest.raises(cid.CIDTypeError, match="data law"):
        Performative(loss=(y - q) ** 2, law=[0.5, 0.5], outcome=y, deployed=p, fitted=q)
    with pytest.raises(cid.CIDTypeError, match="deployed"):
        Performative(loss=(y - q) ** 2, law={1: 1}, outcome=y, deployed="p", fitted=q)
    with pytest.raises(cid.ModelError, match="low < high"):
        Performative((y - q) ** 2, {1: 1}, y, p, q, interval=(1, 0))


@pytest.mark.parametrize(
    ("changed", "error", "match"),
    [
        ({"interval": None}, cid.CIDTypeError, r"An interval is \(low, high\)"),
        ({"interval": (0, 1, 2)}, cid.CIDTypeError, r"An interval is \(low, high\)"),
        ({"interval": ("a", 1)}, cid.CIDTypeError, "An end of the interval is 'a'"),
        ({"interval": (0, a)}, cid.ScopeError, "An end of the interval is a. Give numbers"),
        ({"interval": (math.nan, 1)}, cid.ModelError, "An end of the interval is nan"),
        ({"loss": None}, cid.CIDTypeError, "The loss is None"),
        ({"loss": "(y - q)**2"}, cid.CIDTypeError, "The loss is"),
        ({"loss": math.nan}, cid.ModelError, "The loss is nan"),
        ({"outcome": "y"}, cid.CIDTypeError, "outcome is a sympy Symbol"),
        ({"outcome": ()}, cid.CIDTypeError, "outcome is a sympy Symbol"),
        ({"outcome": (y, z)}, cid.ModelError, "the outcome 1; .* a tuple of 2"),
        ({"outcome": q}, cid.ModelError, "q, p, q is used twice"),
        ({"law": {}}, cid.ModelError, "sums to 0"),
        ({"law": {1: 2, 0: -1}}, cid.ModelError, "The probability of 0 is -1, below zero"),
        ({"law": {1: "p", 0: "1 - p"}}, cid.CIDTypeError, "The probability of 1 is 'p'"),
        ({"law": {1: math.nan, 0: 0.5}}, cid.ModelError, "The probability of 1 is nan"),
        ({"law": {"rain": p, "sun": 1 - p}}, cid.CIDTypeError, "An outcome of the law is 'rain'"),
    ],
)
def test_arguments_are_named(changed, error, match):
    usual = {"loss": (y - q) ** 2, "law": {1: p, 0: 1 - p}, "outcome": y, "deployed": p}
    with pytest.raises(error, match=match):
        Performative(**{**usual, "fitted": q, **changed})


# ---- conditions of existence -----------------------------------------------------------------


def test_fixed_points_that_exist_for_some_parameters_only():
    moved = Performative((z - phi) ** 2, Normal("Z", a * theta - theta**3, 1), z, theta, phi)
    points = {str(point.value): point for point in moved.stable_points()}
    assert set(points) == {"0", "sqrt(a - 1)", "-sqrt(a - 1)"}
    for sign in ("", "-"):
        branch = points[f"{sign}sqrt(a - 1)"]
        assert branch.condition == (a >= 1)
        assert branch.attracting == sympy.And(a > 1, a < 2)
    for number in (-0.5, 0.5, 1.5, 3):
        found = moved.at({a: number}).stable_points()
        assert len(found) == (3 if number > 1 else 1)
        for point in found:
            x = numbers(point)
            assert number * x - x**3 == pytest.approx(x)
            assert float(point.slope) == pytest.approx(number - 3 * x**2)


def test_roots_by_cardano_are_left_to_numbers():
    moved = Performative((z - phi) ** 2, Normal("Z", a + theta**3, 1), z, theta, phi)
    with pytest.raises(cid.ScopeError, match="no closed form"):
        moved.stable_points()
    values = [numbers(point) for point in moved.at({a: 0.1}).stable_points()]
    assert len(values) == 3
    assert all(0.1 + x**3 == pytest.approx(x) for x in values)


def test_retraining_can_come_to_rest_at_an_end():
    at_zero = brier().at({a: 0, b: 0.5})
    assert [(point.value, point.slope) for point in at_zero.stable_points()] == [(0, HALF)]
    price = Performative((z - phi) ** 2, Normal("Z", a, 1), z, theta, phi, interval=(0, 1))
    inner, low, high = price.stable_points()
    assert (inner.value, inner.condition) == (a, sympy.And(a >= 0, a <= 1))
    assert (low.value, low.slope, low.condition) == (0, 0, a < 0)
    assert (high.value, high.slope, high.condition) == (1, 0, a > 1)
    assert [point.value for point in price.at({a: 3}).stable_points()] == [1]


def test_conditions_are_written_without_denominators_where_these_are_positive():
    inner = brier().optimal_points()[0]
    assert inner.condition == sympy.And(b < HALF, b < 2 * a, 2 * a + 3 * b < 2)


def test_questions_without_an_answer():
    with pytest.raises(cid.ScopeError, match=r"depends on a, b"):
        brier().optimum()
    with pytest.raises(cid.UnknownNodeError, match="no parameter"):
        brier().at({"k": 1})
    with pytest.raises(cid.ModelError, match="rounds"):
        brier().trajectory(0, -1)
    with pytest.raises(cid.ModelError, match="not stationary"):
        retraining(mixed).bifurcation(HALF, weight)
    even = Performative(weight * (y - q) ** 2, {1: HALF, 0: HALF}, y, p, q)
    with pytest.raises(cid.ModelError, match="changes its sign at no value"):
        even.bifurcation(HALF, "lambda")
    with pytest.raises(cid.UnknownNodeError, match=r"'b' is no parameter.* lambda"):
        even.bifurcation(HALF, b)
    with pytest.raises(cid.CIDTypeError, match="deployed first is 'x'"):
        brier().trajectory("x", 2)
    with pytest.raises(cid.CIDTypeError, match="The point is 'x'"):
        brier().curvature("x")
    falling = Performative(loss=-q, law={1: 1}, outcome=y, deployed=p, fitted=q)
    with pytest.raises(cid.ScopeError, match="0 candidate"):
        _ = falling.retraining_map
    with pytest.raises(cid.ScopeError, match="no minimum"):
        falling.optimum()
    periodic = Performative(
        loss=sympy.cos(q) * sympy.exp(q) + q**4 * sympy.log(2 + q**2),
        law={1: 1}, outcome=y, deployed=p, fitted=q,
    )  # fmt: skip
    with pytest.raises(cid.ScopeError, match="finite ends"):
        periodic.optimum()


# ---- what was derived, and what was trained --------------------------------------------------


def trained(slug, arm, measure):
    """Return the values that the seeds of the reported run ended with."""
    from training_models import Report

    return np.array(Report.load(RESULTS / f"{slug}.json").measures[arm][measure])


@pytest.mark.parametrize(
    ("slug", "arm", "measure", "derived", "within"),
    [
        ("performative_location", "through", "theta", "optimum", 0.1 * 0.2177),
        ("performative_location", "stopgrad", "theta", "stable", 0.1 * 0.2177),
        ("performative_location", "retrain_weak", "contraction rate", 0.3, 0.02),
        ("performative_location", "retrain_strong", "contraction rate", 0.8, 0.02),
        ("brier_self_influence", "full", "forecast", "optimum", 0.1 * 0.16),
        ("brier_self_influence", "stopgrad", "forecast", "stable", 0.1 * 0.16),
        ("retraining_joint", "joint", "p1", "optimum", 0.1 * 0.139),
        ("retraining_joint", "per_epoch", "p1", "stable", 0.1 * 0.139),
        ("retraining_joint", "lcdt", "p1", "lcdt", 0.1 * 0.139),
    ],
)
def test_training_ends_where_the_derivation_says(slug, arm, measure, derived, within):
    """Within a tenth of the distance that credit through the data makes."""
    models = {
        "performative_location": lambda: location().at({epsilon: 0.5}),
        "brier_self_influence": lambda: brier().at({a: 0.2, b: 0.3}),
        "retraining_joint": lambda: retraining(mixed).at({h: 0.6, alpha: 0.8, weight: 1}),
    }
    if derived == "optimum":
        expected = numbers(models[slug]().optimum())
    elif derived == "stable":
        expected = numbers(models[slug]().stable_points()[0])
    elif derived == "lcdt":
        expected = numbers(retraining(h).at({h: 0.6, alpha: 0.8, weight: 1}).optimum())
    else:
        expected = float(location().at({epsilon: derived}).stable_points()[0].slope)
    assert trained(slug, arm, measure).mean() == pytest.approx(expected, abs=within)


@pytest.mark.parametrize(("arm", "scale"), [("pitchfork_below", 1.0), ("pitchfork_above", 2.5)])
def test_seeds_end_in_the_derived_basins(arm, scale):
    optima = retraining(mixed).at({h: HALF, alpha: 0.8, weight: scale}).optimal_points()
    distance = np.min(
        [abs(trained("retraining_joint", arm, "p1") - numbers(point)) for point in optima], axis=0
    )
    assert (distance < 0.03).mean() >= 0.75
