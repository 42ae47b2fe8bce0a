"""The performative and retraining cases: closed forms against brute force, and broken cuts."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy import stats
from scipy.optimize import minimize_scalar

import cid
from training_models.cases import performative_location, retraining_joint, retraining_per_epoch
from training_models.errors import CaseError

SEEDS = tuple(range(8))


def run(module, arm, config=None, seeds=SEEDS):
    ticks = []
    config = config or module.CASE.fast
    measures = module.train(arm, config, seeds, "cpu", ticks.append)
    assert sum(ticks) == module.steps(arm, config)
    for values in measures.values():
        assert values.shape == (len(seeds),)
    return measures


def inside(values, delta):
    """Two one-sided t-tests at 5 % each: is the mean shown to lie within (-delta, delta)?"""
    if np.ptp(values) == 0:
        return abs(values[0]) < delta
    low, high = stats.t.interval(0.90, len(values) - 1, np.mean(values), stats.sem(values))
    return -delta < low and high < delta


# ---- location model ------------------------------------------------------------------------------

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(20)
WEIGHTS = WEIGHTS / WEIGHTS.sum()


def risk(theta, deployed, epsilon):
    """E (theta - Z)^2 with Z drawn under `deployed`, by quadrature."""
    z = 1 + epsilon * deployed + math.exp(-deployed / 2) * NODES
    return float(WEIGHTS @ (theta - z) ** 2)


@pytest.mark.parametrize("epsilon", [0.3, 0.5, 0.8])
def test_stable_point_by_repeated_minimisation(epsilon):
    theta, distances = 0.0, []
    stable = performative_location.stable_point(epsilon)
    for _ in range(60):
        distances.append(abs(theta - stable))
        theta = minimize_scalar(risk, bracket=(-1, 10), args=(theta, epsilon)).x
    assert theta == pytest.approx(stable, abs=1e-4)
    assert distances[5] / distances[4] == pytest.approx(epsilon, abs=1e-4)


@pytest.mark.parametrize("epsilon", [0.3, 0.5, 0.8])
def test_optimum_by_grid_search(epsilon):
    grid = np.linspace(-2, 12, 1401)
    coarse = grid[np.argmin([risk(t, t, epsilon) for t in grid])]
    fine = np.linspace(coarse - 0.02, coarse + 0.02, 401)
    best = fine[np.argmin([risk(t, t, epsilon) for t in fine])]
    assert performative_location.optimum(epsilon) == pytest.approx(best, abs=2e-4)


@pytest.mark.parametrize("arm", ["through", "likelihood_ratio"])
@pytest.mark.parametrize("theta", [0.5, 2.0, 3.0])
def test_both_kinds_of_credit_are_the_slope_of_the_deployed_risk(arm, theta):
    step = 1e-4
    slope = (risk(theta + step, theta + step, 0.5) - risk(theta - step, theta - step, 0.5)) / (
        2 * step
    )
    parameter = torch.full((8,), theta, requires_grad=True)
    noise = performative_location.Draws(range(8), "test").normal(100_000)
    loss = performative_location.objective(arm, parameter, noise, 0.5)
    (gradient,) = torch.autograd.grad(loss.sum(), parameter)
    assert float(gradient.mean()) == pytest.approx(slope, abs=0.02)


@pytest.fixture(scope="module")
def location():
    return {arm.slug: run(performative_location, arm.slug) for arm in performative_location.ARMS}


def test_credit_moves_theta_from_the_stable_point_to_the_optimum(location):
    for arm in ("through", "likelihood_ratio"):
        assert inside(location[arm]["steering index"] - 1, 0.05)
        assert location[arm]["theta"].mean() == pytest.approx(2.2177, abs=0.01)
    assert inside(location["stopgrad"]["steering index"], 0.05)
    assert location["stopgrad"]["theta"].mean() == pytest.approx(2.0, abs=0.01)
    assert location["fixed_corpus"]["theta"].mean() == pytest.approx(1.0, abs=0.01)


def test_stopgrad_has_impact_and_no_credit(location):
    assert (location["stopgrad"]["credit through Z"] == 0).all()
    assert location["stopgrad"]["data shift"].mean() == pytest.approx(1.0, abs=0.05)
    assert (location["fixed_corpus"]["data shift"] == 0).all()
    # At the optimum the shift term balances the direct one, 2 (theta / 2 - 1) = 2 exp(-theta).
    for arm in ("through", "likelihood_ratio"):
        credit = location[arm]["credit through Z"].mean()
        assert credit == pytest.approx(-2 * math.exp(-2.2177), abs=0.02)


def test_retraining_contracts_at_the_rate_epsilon(location):
    for arm, epsilon in (("weak", 0.3), ("medium", 0.5), ("strong", 0.8)):
        assert inside(location[f"retrain_{arm}"]["contraction rate"] - epsilon, 0.02)


def test_a_leaking_stop_gradient_is_noticed(monkeypatch):
    real = performative_location.outcomes
    monkeypatch.setattr(
        performative_location, "outcomes", lambda arm, *rest: real("through", *rest)
    )
    broken = run(performative_location, "stopgrad")
    assert not inside(broken["steering index"], 0.1)
    assert (broken["credit through Z"] != 0).all()


# ---- joint retraining ----------------------------------------------------------------------------


def cross_entropy(data, model):
    return -data * np.log(model) - (1 - data) * np.log(1 - model)


def brute_force(world, successor=None):
    """Minimise CE(h, p1) + weight * CE(d, p2) on a grid, over p2 too unless it is given."""
    p1 = np.linspace(0.001, 0.999, 999)
    d = (1 - world.own_share) * world.human_rate + world.own_share * p1
    p2 = np.linspace(0.001, 0.999, 999) if successor is None else np.array([successor])
    later = cross_entropy(d[:, None], p2[None, :]).min(1)
    return p1, cross_entropy(world.human_rate, p1) + world.weight * later


@pytest.mark.parametrize(
    "world",
    [
        retraining_joint.Physics(0.6, 0.8, 1.0),
        retraining_joint.Physics(0.7, 0.5, 2.0),
        retraining_joint.Physics(0.55, 0.9, 1.5),
        retraining_joint.Physics(0.6, 0.0, 1.0),
    ],
)
def test_joint_and_lcdt_optima_by_grid_search(world):
    p1, objective = brute_force(world)
    assert retraining_joint.joint_optimum(world) == pytest.approx(p1[objective.argmin()], abs=2e-3)
    p1, objective = brute_force(world, successor=world.human_rate)
    assert retraining_joint.lcdt_optimum(world) == pytest.approx(p1[objective.argmin()], abs=2e-3)


def test_published_numbers_of_the_example():
    world = retraining_joint.Physics(0.6, 0.8, 1.0)
    best = retraining_joint.joint_optimum(world)
    assert best == pytest.approx(0.7391, abs=5e-5)
    assert world.data_rate(best) == pytest.approx(0.7113, abs=5e-5)


@pytest.mark.parametrize("weight", [0.5, 1.0, 1.5, 1.7, 2.5])
def test_pitchfork_where_weight_times_squared_share_is_one(weight):
    world = retraining_joint.Physics(0.5, 0.8, weight)
    p1, objective = brute_force(world)
    centre = len(p1) // 2
    bowl = objective[centre - 5] + objective[centre + 5] - 2 * objective[centre]
    assert (bowl > 0) == (weight * 0.8**2 < 1)
    best = retraining_joint.joint_optimum(world)
    if weight * 0.8**2 < 1:
        assert best == pytest.approx(0.5, abs=1e-3)
    else:
        upper = p1[centre:][objective[centre:].argmin()]
        assert best == pytest.approx(upper, abs=2e-3)
        assert best > 0.55


@pytest.fixture(scope="module")
def joint():
    return {arm.slug: run(retraining_joint, arm.slug) for arm in retraining_joint.ARMS}


def test_credit_across_epochs_bends_the_first_model(joint):
    assert inside(joint["joint"]["p1"] - 0.7391, 0.01)
    assert inside(joint["joint"]["data rate"] - 0.7113, 0.01)
    assert inside(joint["lcdt"]["p1"] - 0.6715, 0.01)
    for arm in ("per_epoch", "not_published"):
        assert inside(joint[arm]["p1"] - 0.6, 0.01)
    for arm in ("joint", "lcdt", "per_epoch"):
        assert inside(joint[arm]["refit error"], 0.01)


def test_data_move_where_samples_are_published(joint):
    assert joint["per_epoch"]["data moved"].mean() == pytest.approx(0.8 * 0.8, abs=0.05)
    assert (joint["not_published"]["data moved"] == 0).all()


def test_pitchfork_seeds_end_at_an_optimum_on_either_side(joint):
    assert inside(joint["pitchfork_below"]["p1"] - 0.5, 0.01)
    above = joint["pitchfork_above"]
    assert (above["an optimum"] == 1).all()
    assert (above["upper optimum"] + above["lower optimum"] == 1).all()
    assert 0 < above["upper optimum"].sum() < len(SEEDS)
    p1, objective = brute_force(retraining_joint.Physics(0.5, 0.8, 2.5))
    upper = p1[500:][objective[500:].argmin()]
    assert np.abs(np.abs(above["p1"] - 0.5) - (upper - 0.5)).max() < 0.03


def test_credit_through_generated_data_is_noticed(monkeypatch):
    monkeypatch.setattr(retraining_joint, "CONSTANT_DATA", ())
    broken = run(retraining_joint, "per_epoch")
    assert not inside(broken["steering"], 0.0139)


# ---- retraining on own samples -------------------------------------------------------------------

SMALL = replace(retraining_per_epoch.Config(), samples=12, generations=6, chains=20_000)


def moments(config, fresh, refits):
    """Mean and variance of the rate after the last generation, by powers of the transition."""
    n = config.samples

    def law(rate):
        return [math.comb(n, k) * rate**k * (1 - rate) ** (n - k) for k in range(n + 1)]

    mixed = [(1 - fresh) * q + fresh * config.human_rate for q in refits]
    step = np.array([law(rate) for rate in mixed])
    final = np.array(law(config.human_rate)) @ np.linalg.matrix_power(step, config.generations - 1)
    mean = final @ refits
    return mean, final @ (np.array(refits) - mean) ** 2


@pytest.mark.parametrize("config", [SMALL, retraining_per_epoch.Config()])
@pytest.mark.parametrize("fresh", [0.0, 0.1, 0.5])
def test_variance_against_the_exact_chain(config, fresh):
    shares = [k / config.samples for k in range(config.samples + 1)]
    mean, variance = moments(config, fresh, shares)
    assert mean == pytest.approx(config.human_rate)
    assert retraining_per_epoch.variance(config, fresh) == pytest.approx(variance)


def test_variance_against_a_simulated_wright_fisher_population():
    config = retraining_per_epoch.Config()
    rng = np.random.default_rng(0)
    q = np.full(40_000, config.human_rate)
    for _ in range(config.generations):
        q = rng.binomial(config.samples, q) / config.samples
    assert q.mean() == pytest.approx(config.human_rate, abs=0.006)
    assert q.var() == pytest.approx(retraining_per_epoch.variance(config, 0.0), rel=0.02)


def test_refits_minimise_their_objective():
    config = replace(SMALL, weight=0.3)
    grid = np.linspace(1e-4, 1 - 1e-4, 9999)
    for share, q in zip(
        np.arange(13) / 12, retraining_per_epoch.refits(config, joint=True), strict=True
    ):
        own, joint = cross_entropy(share, grid), cross_entropy(grid, grid)
        assert q == pytest.approx(grid[(own + config.weight * joint).argmin()], abs=2e-4)


def test_joint_drift_against_the_exact_chain():
    for config in (SMALL, retraining_per_epoch.Config()):
        refits = list(retraining_per_epoch.refits(config, joint=True))
        mean, _ = moments(config, 0.0, refits)
        drift = retraining_per_epoch.joint_drift(config)
        assert drift == pytest.approx(mean - config.human_rate)
        assert drift > 0


@pytest.mark.parametrize(("arm", "fresh"), [("own_samples", 0.0), ("mixed", 0.1), ("joint", 0.0)])
def test_chains_follow_the_exact_law(arm, fresh):
    refits = list(retraining_per_epoch.refits(SMALL, joint=arm == "joint"))
    mean, variance = moments(SMALL, fresh, refits)
    drift = mean - SMALL.human_rate
    measured = run(retraining_per_epoch, arm, SMALL)
    assert inside(measured["drift"] - drift, 0.005)
    assert inside(measured["squared deviation"] - variance - drift**2, 0.03 * variance)


def test_exact_refits_stay_put():
    measured = run(retraining_per_epoch, "exact_refit", SMALL)
    assert (measured["drift"] == 0).all()
    assert (measured["squared deviation"] == 0).all()


def test_direction_is_noticed(monkeypatch):
    """The control of the control: if the neutral arm's refits looked ahead, drift would show."""
    config = replace(retraining_per_epoch.CASE.fast, chains=500)
    margin = 0.1 * retraining_per_epoch.joint_drift(config)
    real = retraining_per_epoch.refits
    monkeypatch.setattr(
        retraining_per_epoch, "refits", lambda config, *, joint: real(config, joint=True)
    )
    assert not inside(run(retraining_per_epoch, "own_samples", config)["drift"], margin)


# ---- all three -----------------------------------------------------------------------------------

CREDITED = {
    performative_location: {"through", "likelihood_ratio"},
    retraining_joint: {"joint", "lcdt", "pitchfork_below", "pitchfork_above"},
    retraining_per_epoch: {"joint"},
}


@pytest.mark.parametrize("module", CREDITED)
def test_predictions_come_out_as_the_theory_has_them(module):
    case = module.CASE
    for arm in case.arms:
        admitted = bool(cid.admits_ici(arm.objective, case.decision, case.variable))
        assert admitted == (arm.slug in CREDITED[module]), arm.slug
    claims = {claim.name: claim for claim in case.claims(case.config)}
    assert len(claims) == len(case.claims(case.config))
    for claim in claims.values():
        if claim.kind == "incentive":
            assert claim.predicted == ("PRESENT" if claim.arm in CREDITED[module] else "ABSENT")
            if claim.predicted == "ABSENT":
                assert any(claims[name].predicted == "PRESENT" for name in claim.requires)


def test_lcdt_does_not_remove_the_incentive_on_the_data():
    arm = retraining_joint.CASE.arm("lcdt")
    assert ("D1", "P2") in arm.physical.edges
    assert ("D1", "P2") not in arm.objective.edges
    assert cid.admits_ici(arm.objective, "P1", "G1")
    assert not cid.admits_ici(arm.objective, "P1", "P2")


SHORT = {
    performative_location: ({"steps": 60, "deployments": 3, "corpus": 64}, "likelihood_ratio"),
    retraining_joint: ({"steps": 60}, "joint"),
    retraining_per_epoch: ({"chains": 100, "generations": 10}, "joint"),
}


@pytest.mark.parametrize("module", SHORT)
def test_same_seeds_same_numbers(module):
    changes, arm = SHORT[module]
    config = replace(module.Config(), **changes)
    first, second = (run(module, arm, config, (3, 4)) for _ in range(2))
    for name in first:
        assert np.array_equal(first[name], second[name])


@pytest.mark.parametrize("module", SHORT)
def test_a_seed_does_not_depend_on_its_companions(module):
    changes, arm = SHORT[module]
    config = replace(module.Config(), **changes)
    alone, among = run(module, arm, config, (4,)), run(module, arm, config, (9, 2, 4, 7))
    for name in alone:
        assert alone[name][0] == pytest.approx(among[name][2], abs=1e-5)


@pytest.mark.parametrize(
    ("module", "changes", "match"),
    [
        (performative_location, {"epsilon": 1.0}, "weaker influence"),
        (retraining_joint, {"human_rate": 0.4}, "mirror image"),
        (retraining_joint, {"weight": 2.0}, "pitchfork_below"),
        (retraining_joint, {"weight_above": 1.0}, "pitchfork_above"),
        (retraining_per_epoch, {"weight": 1.5}, "smaller weight"),
    ],
)
def test_constants_outside_the_closed_forms_are_refused(module, changes, match):
    with pytest.raises(CaseError, match=match):
        module.claims(replace(module.Config(), **changes))


@pytest.mark.parametrize("module", CREDITED)
def test_credit_crosses_no_edge_that_is_not_there(module):
    for arm in module.CASE.arms:
        assert set(arm.objective.edges) <= set(arm.physical.edges)
        for name in arm.physical.nodes:
            assert arm.objective.kind(name) == arm.physical.kind(name)
