"""The forecasting cases: closed forms against brute force, training loops against closed forms."""

from dataclasses import replace
from functools import cache
from itertools import product

import numpy as np
import pytest
import torch
from scipy.optimize import minimize_scalar

from training_models.cases import brier_self_influence as brier
from training_models.cases import self_fulfilling as steering
from training_models.cases import supervised
from training_models.errors import CaseError
from training_models.nets import Draws, mlp, stack
from training_models.results import evaluate
from training_models.scan import load_case
from training_models.worlds import forecast as world

SEEDS = tuple(range(16))
SMALL = {
    "self_fulfilling": replace(
        steering.Config(),
        steps=250,
        sampled_steps=400,
        batch=256,
        corpus=16_384,
        evaluation=8192,
    ),
    "supervised": replace(
        supervised.Config(), corpus_steps=300, online_steps=500, batch=256, evaluation=2048
    ),
    "brier_self_influence": replace(brier.Config(), steps=400, evaluation=8192),
}
CASES = pytest.mark.parametrize("slug", SMALL)


def quiet(count):
    pass


# The world, and closed forms against brute force.


def posterior(prompt, misread):
    """P(W | Q) over all topics, by Bayes from the joint distribution."""
    topics = list(product((-1.0, 1.0), repeat=3))
    weights = np.array(
        [
            np.prod(
                [misread if w != q else 1 - misread for w, q in zip(topic, prompt, strict=True)]
            )
            for topic in topics
        ]
    )
    return topics, weights / weights.sum()


def expected_reward(p, prompt, config, influence, gain, exploration=0.0):
    """E[-(S - A)^2 + gain * S | Q] by summing over topics, branches and quadrature nodes."""
    topics, weights = posterior(prompt, config.misread)
    nodes, masses = np.polynomial.hermite_e.hermegauss(9)
    total = 0.0
    for (w1, w2, w3), weight in zip(topics, weights, strict=True):
        rate = 0.5 + config.spread * (w1 + w2 * w3) / 2
        for node, mass in zip(nodes, masses / masses.sum(), strict=True):
            report = p + exploration * node
            q = (1 - influence) * rate + influence * report
            total += weight * mass * (q * (-((1 - report) ** 2) + gain) - (1 - q) * report**2)
    return total


def brute_force(prompt, config, influence, gain, exploration=0.0):
    return minimize_scalar(
        lambda p: -expected_reward(p, prompt, config, influence, gain, exploration),
        bounds=(0, 1),
        method="bounded",
        options={"xatol": 1e-9},
    ).x


def test_the_calibrated_forecast_is_the_posterior_mean():
    config = steering.Config()
    for prompt, value in zip(
        world.PROMPTS.tolist(), world.expected_rate(config.spread, config.misread), strict=True
    ):
        topics, weights = posterior(prompt, config.misread)
        rates = [0.5 + config.spread * (w1 + w2 * w3) / 2 for w1, w2, w3 in topics]
        assert float(value) == pytest.approx(weights @ rates, abs=1e-6)


@pytest.mark.parametrize("arm", ["pathwise", "reinforce", "dose_20", "dose_05"])
def test_the_optimum_is_found_by_search_with_and_without_exploration(arm):
    config = steering.Config()
    influence = steering.setup(arm, config).influence
    found = np.array(
        [
            [
                [
                    brute_force(prompt, config, influence, gain, noise)
                    for prompt in world.PROMPTS.tolist()
                ]
                for gain in (-config.bonus, config.bonus)
            ]
            for noise in (0.0, config.exploration)
        ]
    )
    np.testing.assert_allclose(found[0], steering.optimum(arm, config), atol=1e-5)
    np.testing.assert_allclose(found[1], steering.optimum(arm, config), atol=1e-5)
    flip = steering.flip_effect(influence, config.bonus)
    np.testing.assert_allclose(found[:, 1] - found[:, 0], flip, atol=1e-5)


def test_without_credit_the_stationary_forecast_is_the_calibrated_one():
    config = steering.Config()
    for prompt, value in zip(
        world.PROMPTS.tolist(), steering.optimum("pathwise_stopgrad", config)[0], strict=True
    ):
        topics, weights = posterior(prompt, config.misread)
        p = 0.9
        for _ in range(60):  # repeated refitting: announce what the last announcement brought about
            p = sum(
                weight * (0.7 * (0.5 + config.spread * (w1 + w2 * w3) / 2) + 0.3 * p)
                for (w1, w2, w3), weight in zip(topics, weights, strict=True)
            )
        assert float(value) == pytest.approx(p, abs=1e-6)


@pytest.mark.parametrize("influence", [0.0, 0.1, 0.3])
def test_exaggeration_is_the_slope_of_the_best_forecasts(influence):
    config = replace(supervised.Config(), influence=influence)
    calibrated = world.expected_rate(config.spread, config.misread).numpy()
    best = [brute_force(prompt, config, influence, 0.0) for prompt in world.PROMPTS.tolist()]
    slope = np.polyfit(calibrated, best, 1)[0]
    assert slope - 1 == pytest.approx(supervised.exaggeration(influence), abs=1e-5)


@pytest.mark.parametrize(
    ("a", "b"),
    [(0.2, 0.3), (0.4, 0.3), (0.6, 0.2), (0.05, 0.3), (0.65, 0.3), (0.1, 0.1), (0.3, -0.2),
     (0.1, 0.7), (0.2, 0.7), (0.05, 0.5), (0.45, 0.5), (0.1, 0.49)],
)  # fmt: skip
def test_the_best_brier_report_is_found_on_a_grid(a, b):
    p = np.linspace(0, 1, 100_001)
    f = a + b * p
    loss = f * (1 - p) ** 2 + (1 - f) * p**2
    assert brier.optimal_forecast(a, b) == pytest.approx(p[loss.argmin()], abs=1e-4)
    came_true = p[np.abs(f - p).argmin()]
    assert brier.stable_forecast(a, b) == pytest.approx(came_true, abs=1e-4)


def test_documents_are_distributed_as_described():
    config = steering.Config()
    documents = world.write(Draws((0,), "data"), 200_000, config.spread, config.misread)
    reading = world.PROMPTS[documents.prompt[0]]
    assert documents.rate.unique().tolist() == pytest.approx([0.4, 0.5, 0.6])
    assert reading.mean(0).abs().max() < 0.012
    for q, value in enumerate(world.expected_rate(config.spread, config.misread)):
        branch = world.take_branch(documents, 0.0, influence=0.0)[documents.prompt == q]
        assert float(branch.mean()) == pytest.approx(
            float(value), abs=0.016
        )  # five standard errors


@pytest.mark.parametrize("published", [0.0, 0.35, 1.0])
def test_writers_follow_a_published_forecast_by_their_influence(published):
    documents = world.write(Draws((0,), "data"), 200_000, 0.1, 0.1)
    followed = world.take_branch(documents, published, influence=0.3)
    rate = world.branch_rate(documents, published, influence=0.3)
    assert float(followed.mean()) == pytest.approx(0.7 * 0.5 + 0.3 * published, abs=0.006)
    assert float((followed - rate).mean()) == pytest.approx(0, abs=0.006)
    ignored = world.take_branch(documents, published, influence=0.0)
    assert torch.equal(ignored, world.take_branch(documents, 0.5, influence=0.0))


# Credit: what the objectives let through.


def batch_of(count, members=2):
    documents = world.write(Draws((0,), "data"), count, 0.1, 0.1).repeat(members)
    noise = Draws((0,), "noise").normal(count).repeat(members, 1)
    return documents, torch.tensor([[0.0], [1.0]]), noise


@pytest.mark.parametrize("arm", ["pathwise", "reinforce", "pathwise_stopgrad", "supervised"])
def test_the_gradient_is_the_derivative_of_what_the_arm_is_credited_for(arm):
    config = steering.Config()
    documents, easy, noise = batch_of(1_000_000)
    forecast, gain = 0.3, config.bonus
    leaf = torch.full((2, 1), forecast, requires_grad=True)
    value = steering.objective(
        steering.setup(arm, config), leaf.expand(2, 1_000_000), documents, easy, noise,
        config.bonus, config.exploration,
    )  # fmt: skip
    gradient = torch.autograd.grad(value.sum(), leaf)[0][:, 0]

    def reward(p, published, influence, gain):
        q = (1 - influence) * 0.5 + influence * published
        return q * (-((1 - p) ** 2) + gain) - (1 - q) * p**2

    h = 1e-5
    for flip, signed in enumerate((-gain, gain)):
        if arm in ("pathwise", "reinforce"):
            up, down = (reward(p, p, 0.3, signed) for p in (forecast + h, forecast - h))
        else:
            influence = 0.3 if arm == "pathwise_stopgrad" else 0.0
            up, down = (
                reward(p, forecast, influence, signed) for p in (forecast + h, forecast - h)
            )
        tolerance = 0.015 if arm == "reinforce" else 0.003
        assert float(gradient[flip]) == pytest.approx((up - down) / (2 * h), abs=tolerance)


def parameter_credit(arm, bonus):
    """Largest part of the parameters' gradient that the bonus contributes."""
    config = steering.Config()
    documents, easy, noise = batch_of(512)
    nets = stack(lambda: mlp(3, 8, 1), (0, 0))
    gradients = []
    for each in (bonus, 0.0):
        table = steering.forecasts(nets).gather(1, documents.prompt)
        value = steering.objective(
            steering.setup(arm, config), table, documents, easy, noise, each, config.exploration
        )
        gradients.append(torch.autograd.grad(value.sum(), list(nets.parameters())))
    return max(float((a - b).abs().max()) for a, b in zip(*gradients, strict=True))


def test_no_parameter_gets_credit_through_a_detached_branch():
    assert parameter_credit("pathwise_stopgrad", bonus=0.8) == 0.0
    assert parameter_credit("supervised", bonus=0.8) == 0.0
    assert parameter_credit("pathwise", bonus=0.8) > 1e-3
    assert parameter_credit("reinforce", bonus=0.8) > 1e-3


def test_brier_credit_through_the_label_is_the_derivative_of_its_rate():
    config = brier.Config()
    sort, luck = brier.ask(Draws((0,), "data"), 400_000)
    forecast = torch.full_like(sort, 0.4)
    exact = config.b * (1 - 2 * 0.4)
    credit = {
        arm.slug: brier.credit_through_label(arm.slug, forecast, sort, luck, config)
        for arm in brier.ARMS
    }
    assert float(credit["full"].sum()) == pytest.approx(exact, abs=1e-4)
    assert float(credit["score_function"].sum()) == pytest.approx(exact, abs=0.005)
    assert not credit["stopgrad"].any()


# Training.


@cache
def trained(slug, arm):
    """Measures and ticks of an arm, trained once for all tests."""
    ticks = []
    return load_case(slug).train(arm, SMALL[slug], SEEDS, "cpu", ticks.append), sum(ticks)


def measures(slug):
    return {arm.slug: trained(slug, arm.slug)[0] for arm in load_case(slug).arms}


def test_steering_arms_reach_their_optimum():
    measured = measures("self_fulfilling")
    for slug, exact, tolerance in [
        ("pathwise", 0.6, 0.005),
        ("reinforce", 0.6, 0.08),
        ("reinforce_unexecuted", 0.0, 0.03),
        ("dose_20", 0.2667, 0.005),
        ("dose_05", 0.0444, 0.005),
    ]:
        assert measured[slug]["steering"].mean() == pytest.approx(exact, abs=tolerance), slug
        assert measured[slug]["skill"].mean() > 0.5, slug
    for slug in ("supervised", "pathwise_stopgrad"):
        assert not measured[slug]["steering"].any()
        assert not measured[slug]["credit"].any()
        assert measured[slug]["skill"].mean() > 0.8


def test_supervised_arms_reach_their_closed_form():
    corpus, online = measures("supervised").values()
    assert corpus["exaggeration"].mean() == pytest.approx(0.0, abs=0.1)
    assert online["exaggeration"].mean() == pytest.approx(0.75, abs=0.15)
    assert not corpus["label shift"].any()
    assert online["label shift"].mean() == pytest.approx(0.3, abs=0.02)


@pytest.mark.parametrize(("a", "b"), [(0.2, 0.3), (0.4, 0.3), (0.55, 0.2)])
@pytest.mark.parametrize("arm", [arm.slug for arm in brier.ARMS])
def test_brier_arms_reach_their_closed_form(arm, a, b):
    config = replace(SMALL["brier_self_influence"], a=a, b=b)
    exact = brier.stable_forecast(a, b) if arm == "stopgrad" else brier.optimal_forecast(a, b)
    measured = brier.train(arm, config, SEEDS[:4], "cpu", quiet)
    assert measured["forecast"].mean() == pytest.approx(exact, abs=0.015)


@pytest.mark.parametrize(("a", "b", "end"), [(0.05, 0.3, 0.0), (0.02, 0.7, 0.0), (0.24, 0.75, 1.0)])
def test_brier_runs_to_the_end_point_that_is_best(a, b, end):
    """For b > 1/2 both ends are local optima; these cases start on the side of the better one."""
    config = replace(SMALL["brier_self_influence"], a=a, b=b, contrast=0.0)
    measured = brier.train("full", config, SEEDS[:2], "cpu", quiet)
    assert brier.optimal_forecast(a, b) == end
    assert measured["forecast"] == pytest.approx(end, abs=0.05)


@CASES
def test_training_is_deterministic_and_a_seed_is_alone(slug):
    case, config = load_case(slug), SMALL[slug]
    lengths = ("steps", "sampled_steps", "corpus_steps", "online_steps")
    config = replace(config, **{name: 15 for name in lengths if hasattr(config, name)})
    for arm in case.arms:
        once, again = (case.train(arm.slug, config, (3, 4, 5), "cpu", quiet) for _ in range(2))
        alone = case.train(arm.slug, config, (4,), "cpu", quiet)
        for name, values in once.items():
            assert np.array_equal(values, again[name])
            assert values[1] == pytest.approx(alone[name][0], rel=1e-3, abs=1e-4), (arm.slug, name)


@CASES
def test_ticks_add_up(slug):
    case = load_case(slug)
    for arm in case.arms:
        assert trained(slug, arm.slug)[1] == case.steps(arm.slug, SMALL[slug])


# Claims: confirmed as registered, and not when an arm is another than it says.


@CASES
def test_no_claim_is_contradicted(slug):
    results = evaluate(load_case(slug).claims(SMALL[slug]), measures(slug))
    assert not [result.name for result in results if result.agrees is False]


@pytest.mark.parametrize(
    ("slug", "arm", "other", "claims"),
    [
        ("self_fulfilling", "pathwise_stopgrad", "pathwise",
         ["pathwise_stopgrad steering", "pathwise_stopgrad credit"]),
        ("self_fulfilling", "pathwise", "pathwise_stopgrad", ["pathwise steering"]),
        ("self_fulfilling", "reinforce", "reinforce_unexecuted", ["reinforce steering"]),
        ("self_fulfilling", "reinforce_unexecuted", "reinforce",
         ["reinforce_unexecuted steering", "reinforce_unexecuted credit",
          "reinforce_unexecuted impact"]),
        ("self_fulfilling", "supervised", "pathwise", ["supervised steering"]),
        ("self_fulfilling", "dose_05", "dose_20", ["dose_05 steering is exact"]),
        ("self_fulfilling", "pathwise_stopgrad", "supervised", ["pathwise_stopgrad impact"]),
        ("supervised", "corpus", "online", ["corpus exaggeration", "corpus labels never move"]),
        ("supervised", "online", "corpus", ["online exaggeration", "online label shift"]),
        ("brier_self_influence", "stopgrad", "score_function",
         ["stopgrad incentive score", "stopgrad credit", "stopgrad forecast"]),
        ("brier_self_influence", "full", "stopgrad", ["full incentive score", "full forecast"]),
    ],
)  # fmt: skip
def test_an_arm_that_is_not_what_it_says_is_not_confirmed(slug, arm, other, claims):
    measured = measures(slug)
    measured[arm] = measured[other]
    results = evaluate(load_case(slug).claims(SMALL[slug]), measured)
    agrees = {result.name: result.agrees for result in results}
    assert not any(agrees[name] for name in claims)
    if all(np.ptp(measured[arm][claim.measure]) > 0 for claim in results if claim.name in claims):
        assert False in agrees.values()  # contradicted, not merely undecided


# Configurations in which the closed forms do not hold.


@pytest.mark.parametrize(
    ("slug", "change", "said"),
    [
        ("self_fulfilling", {"influence": 0.5}, "influence=0.5"),
        ("self_fulfilling", {"bonus": 2.0}, "no probability"),
        ("supervised", {"influence": 0.45}, "no probability"),
        ("brier_self_influence", {"b": 0.5}, "b < 1/2"),
        ("brier_self_influence", {"b": 1.0}, "b < 1/2"),
        ("brier_self_influence", {"a": 0.35}, "comes true"),
    ],
)
def test_a_configuration_without_a_closed_form_is_refused(slug, change, said):
    case = load_case(slug)
    with pytest.raises(CaseError, match=said):
        case.claims(replace(case.config, **change))
