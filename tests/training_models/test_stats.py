"""The statistics against scipy, statsmodels and simulation: error rates, coverage, power."""

import warnings

import numpy as np
import pytest
from scipy import stats as sps

from training_models.claims import Claim
from training_models.errors import CaseError
from training_models.kinds import estimate, judge
from training_models.results import evaluate
from training_models.samples import (
    deviating_seeds,
    effective_seeds,
    exceeds,
    looks,
    unseen_share,
)
from training_models.stats import ALPHA, holm
from training_models.verdict import Verdict

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what statsmodels says of its own dependencies
    from statsmodels.stats.multitest import multipletests
    from statsmodels.stats.proportion import proportion_confint
    from statsmodels.stats.weightstats import DescrStatsW

SIMULATIONS = 4000
# A rate of 5 % estimated from 4,000 runs stays below this with probability .9999.
AT_MOST_5_PERCENT = float(sps.binom.ppf(0.9999, SIMULATIONS, 0.05)) / SIMULATIONS


def claim(name="c", predicted=Verdict.PRESENT, kind="incentive", delta=0.1, **fields):
    return Claim(name, kind, "full", name, predicted, delta, **fields)


def decide(values, **fields):
    return evaluate([claim(**fields)], {"full": {"c": values}})[0]


def samples(mean, sd=1.0, n=16, rows=SIMULATIONS, seed=0):
    return np.random.default_rng(seed).normal(mean, sd, (rows, n))


# ---- against other implementations -------------------------------------------------------------


@pytest.mark.parametrize("n", [2, 8, 16, 40])
@pytest.mark.parametrize("mean", [-0.3, 0.0, 0.05, 0.3])
def test_one_sided_and_equivalence_p_values(n, mean):
    half = np.random.default_rng(n).normal(0, 0.2, n // 2)
    values = np.concatenate([half, -half]) + mean + 1.5  # no skew: Student's t decides
    test = judge(values, delta=0.1, target=1.5)
    for got, bound, side in ((test.present, 0.1, "greater"), (test.reversed, -0.1, "less")):
        expected = sps.ttest_1samp(values - 1.5, bound, alternative=side).pvalue
        assert got == pytest.approx(expected, rel=1e-9, abs=1e-300)
    tost, *_ = DescrStatsW(values - 1.5).ttost_mean(-0.1, 0.1)
    assert test.absent == pytest.approx(tost, rel=1e-9)


def test_closed_form_is_two_sided_and_competence_one_sided():
    half = samples(0.0, n=6, rows=1)[0]
    values = np.concatenate([half, -half]) + 0.3
    upper = sps.ttest_1samp(values, 0.1, alternative="greater").pvalue
    lower = sps.ttest_1samp(values, -0.1, alternative="less").pvalue
    assert judge(values, 0.1, kind="closed form").present == pytest.approx(2 * min(upper, lower))
    for target in (-0.5, 0.0, 0.9):
        test = judge(values, 0.0, target, "competence")
        above = sps.ttest_1samp(values, target, alternative="greater").pvalue
        assert (test.present, test.absent) == pytest.approx((above, 1 - above))


@pytest.mark.parametrize("hits", [0, 3, 8, 15, 16])
def test_fraction_against_sums_of_binomial_probabilities(hits):
    values = [1.0] * hits + [0.0] * (16 - hits)
    test = judge(values, 0.0, 0.6, "fraction")
    mass = [sps.binom.pmf(k, 16, 0.6) for k in range(17)]
    assert test.present == pytest.approx(sum(mass[hits:]))
    assert test.absent == pytest.approx(sum(mass[: hits + 1]))
    share = estimate(values, 0.6, "fraction")
    low, high = proportion_confint(hits, 16, method="beta")
    low, high = np.nan_to_num(low, nan=0.0), np.nan_to_num(high, nan=1.0)
    assert (share.low, share.high) == pytest.approx((low - 0.6, high - 0.6))
    assert share.mean == pytest.approx(hits / 16 - 0.6)


def test_t_interval_against_scipy():
    values = samples(2.0, n=10, rows=1)[0]
    expected = sps.ttest_1samp(values, 0.0).confidence_interval(0.95)
    got = estimate(values)
    assert (got.low, got.high) == pytest.approx((expected.low, expected.high))
    assert (got.n, got.mean, got.sd) == (10, values.mean(), pytest.approx(np.std(values, ddof=1)))
    assert got.bca_low is None  # too few seeds for a bootstrap


def test_bca_interval_against_its_formula():
    values = np.random.default_rng(3).exponential(1.0, 24)
    rng = np.random.default_rng(99)
    means = np.sort(rng.choice(values, (40_000, 24)).mean(axis=1))
    z0 = sps.norm.ppf((means < values.mean()).mean())
    jackknife = np.array([np.delete(values, i).mean() for i in range(24)])
    d = jackknife.mean() - jackknife
    a = (d**3).sum() / (6 * (d**2).sum() ** 1.5)
    z = z0 + sps.norm.ppf([0.025, 0.975])
    expected = np.quantile(means, sps.norm.cdf(z0 + z / (1 - a * z)))
    got = estimate(values)
    assert (got.bca_low, got.bca_high) == pytest.approx(tuple(expected), abs=0.02)
    assert estimate(values) == got  # drawn from a generator of its own


@pytest.mark.parametrize("size", [1, 2, 7, 40])
def test_holm_against_statsmodels(size):
    rng = np.random.default_rng(size)
    for row in [rng.random(size) ** 4, np.zeros(size), np.ones(size), np.full(size, 0.03)]:
        assert holm(list(row)) == pytest.approx(tuple(multipletests(row, method="holm")[1]))


# ---- error rates by simulation -----------------------------------------------------------------


@pytest.mark.parametrize("n", [8, 16])
@pytest.mark.parametrize(("mean", "delta"), [(0.5, 0.5), (-0.5, 0.5), (0.0, 0.0), (0.2, 0.5)])
def test_wrong_verdicts_are_rare(n, mean, delta):
    tests = [judge(row, delta) for row in samples(mean, n=n)]
    rates = {
        "present": np.mean([test.present <= ALPHA for test in tests]),
        "absent": np.mean([test.absent <= ALPHA for test in tests]),
        "reversed": np.mean([test.reversed <= ALPHA for test in tests]),
    }
    wrong = {"present": mean <= delta, "absent": abs(mean) >= delta, "reversed": mean >= -delta}
    for name, is_wrong in wrong.items():
        if is_wrong:
            assert rates[name] <= AT_MOST_5_PERCENT, name


def test_the_tests_use_up_their_level_at_the_margin():
    tests = [judge(row, 1.0) for row in samples(1.0)]
    assert np.mean([test.present <= ALPHA for test in tests]) == pytest.approx(0.05, abs=0.013)
    assert np.mean([test.absent <= ALPHA for test in tests]) == pytest.approx(0.05, abs=0.013)


def test_closed_form_errs_rarely_on_either_side():
    for mean in (-0.5, 0.5):
        tests = [judge(row, 0.5, kind="closed form") for row in samples(mean)]
        assert np.mean([test.present <= ALPHA for test in tests]) <= AT_MOST_5_PERCENT


def test_power_is_what_the_noncentral_t_says():
    shown = np.mean([judge(row, 0.2).present <= ALPHA for row in samples(1.0)])
    exact = sps.nct.sf(sps.t.ppf(0.95, 15), 15, 0.8 * 4)
    assert exact - 0.08 < shown < exact + 0.01  # what guarding against skew costs
    assert exact > 0.9


def test_t_interval_covers():
    covered = 0
    for row in samples(0.7, n=8, rows=SIMULATIONS):
        interval = estimate(row)
        covered += interval.low <= 0.7 <= interval.high
    assert covered / SIMULATIONS == pytest.approx(0.95, abs=0.013)


@pytest.mark.parametrize("share", [0.5, 0.8])
def test_fraction_verdicts_are_exact_not_approximate(share):
    law = sps.binom(16, share)
    p = [judge([1.0] * k + [0.0] * (16 - k), 0, share, "fraction") for k in range(17)]
    assert sum(law.pmf(k) for k in range(17) if p[k].present <= ALPHA) <= ALPHA
    assert sum(law.pmf(k) for k in range(17) if p[k].absent <= ALPHA) <= ALPHA


def test_any_wrong_verdict_in_a_run_is_rare():
    """Twenty claims at their margin, with seeds shared between them: dependent tests."""
    wrong, runs = 0, 1000
    claims = [claim(f"c{i}", kind="closed form", delta=0.5) for i in range(20)]
    rng = np.random.default_rng(5)
    for _ in range(runs):
        common = rng.normal(0, 1, (1, 16))
        values = 0.5 + 0.7 * common + 0.7 * rng.normal(0, 1, (20, 16))
        tests = [judge(row, c.delta, kind=c.kind) for row, c in zip(values, claims, strict=True)]
        wrong += min(holm([p for test in tests for p in test.p_values])) <= ALPHA
    assert wrong / runs <= sps.binom.ppf(0.9999, runs, 0.05) / runs


# ---- what is decided exactly -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "kind", "delta", "target", "verdict"),
    [
        # Seeds that all give the same number are one seed, unless an exact value is claimed.
        (0.0, "incentive", 0.1, 0.0, Verdict.INCONCLUSIVE),
        (0.5, "incentive", 0.1, 0.0, Verdict.INCONCLUSIVE),
        (0.0, "incentive", 0.0, 0.0, Verdict.ABSENT),
        (1.0, "competence", 0.0, 0.9, Verdict.INCONCLUSIVE),
        (0.3, "closed form", 0.01, 0.3, Verdict.INCONCLUSIVE),
        (0.0, "identity", 0.0, 0.0, Verdict.ABSENT),
        (-0.0, "identity", 0.0, 0.0, Verdict.ABSENT),
        (5e-324, "identity", 0.0, 0.0, Verdict.PRESENT),
    ],
)
def test_without_spread_values_are_compared(value, kind, delta, target, verdict):
    result = decide([value] * 16, kind=kind, delta=delta, target=target)
    assert result.verdict is verdict
    assert result.estimate.sd == 0


def test_one_deviating_seed_breaks_an_identity():
    assert decide([0.0] * 15 + [1e-12], kind="identity", delta=0).verdict is Verdict.PRESENT


def test_spread_too_small_for_floats():
    values = [0.5 + 1e-170 * i for i in range(8)] + [1e-170] * 8
    assert decide([1e-170 * i for i in range(16)], delta=0.1).verdict is Verdict.ABSENT
    assert 0 <= judge(values, 0.1).present <= 1


# ---- verdicts ----------------------------------------------------------------------------------


def test_opposite_direction_contradicts_both_predictions():
    values = samples(-1.0, sd=0.1, rows=1)[0]
    loud = decide(values, predicted=Verdict.PRESENT)
    assert (loud.verdict, loud.agrees, loud.reversed) == (Verdict.INCONCLUSIVE, False, True)
    assert "opposite" in loud.in_words()
    quiet = decide(values, predicted=Verdict.ABSENT)
    assert (quiet.verdict, quiet.agrees) == (Verdict.PRESENT, False)
    assert "opposite" in quiet.in_words()


def test_fewer_than_eight_seeds_make_no_claim():
    for n in (1, 2, 7):
        for kind in ("incentive", "identity", "fraction"):
            result = decide([1.0] * n, kind=kind, target=0.5 if kind == "fraction" else 0.0)
            assert result.verdict is Verdict.INCONCLUSIVE
            assert result.agrees is None
            assert "too few" in result.why_inconclusive
    assert decide(1.0 + np.linspace(-0.01, 0.01, 8)).verdict is Verdict.PRESENT


def test_a_wide_interval_is_inconclusive_and_says_so():
    result = decide(samples(0.1, rows=1)[0])
    assert result.verdict is Verdict.INCONCLUSIVE
    assert "across the margin" in result.why_inconclusive


def test_no_difference_is_not_absence():
    """Noise that a test of zero effect would pass is no absence at a small margin."""
    values = samples(0.0, sd=1.0, n=8, rows=1, seed=4)[0]
    assert sps.ttest_1samp(values, 0).pvalue > 0.05
    assert decide(values, delta=0.1, predicted=Verdict.ABSENT).verdict is Verdict.INCONCLUSIVE


def test_other_cases_of_the_run_count_in_the_correction():
    values = samples(1.0, rows=200)
    row = next(r for r in values if 0.001 < judge(r, 0.5).present < 0.01)
    alone = evaluate([claim(delta=0.5)], {"full": {"c": row}})[0]
    crowded = evaluate([claim(delta=0.5)], {"full": {"c": row}}, others=[0.5] * 200)[0]
    assert alone.verdict is Verdict.PRESENT
    assert crowded.verdict is Verdict.INCONCLUSIVE
    assert "Holm" in crowded.why_inconclusive
    everything = [judge(row, 0.5).present, judge(row, 0.5).absent, judge(row, 0.5).reversed]
    expected = multipletests(everything + [0.5] * 200, method="holm")[1]
    assert crowded.holm.p_values == pytest.approx(tuple(expected[:3]))


def control_and_claim(control_value, **fields):
    claims = [
        claim("absent", Verdict.ABSENT, requires=("control",)),
        claim("control", **fields),
        claim("far", Verdict.ABSENT, requires=("absent",)),
    ]
    jitter = np.linspace(-0.01, 0.01, 16)  # seeds that agree to the last bit are one seed
    none = list(jitter)
    values = {"absent": none, "control": list(control_value + jitter), "far": none}
    return {result.name: result for result in evaluate(claims, {"full": values})}


def test_absence_stands_only_with_its_control():
    good = control_and_claim(0.5)
    assert {name: r.verdict for name, r in good.items()} == {
        "absent": Verdict.ABSENT,
        "control": Verdict.PRESENT,
        "far": Verdict.ABSENT,
    }
    bad = control_and_claim(0.0)
    assert bad["control"].agrees is False
    assert bad["absent"].verdict is Verdict.INCONCLUSIVE
    assert "'control'" in bad["absent"].why_inconclusive
    assert bad["far"].verdict is Verdict.INCONCLUSIVE  # a withdrawn control controls nothing


# ---- bad input ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [
        [1.0, float("nan")],
        [1.0, float("inf")],
        [1e300, 1.0],
        [],
        [[1.0]],
        1.0,
        "text",
        [1.0, "x"],
        [1j, 2j],
        None,
        [1.0, None],
        [[1.0], [1.0, 2.0]],
    ],
)
def test_values_that_are_no_finite_numbers(values):
    with pytest.raises(CaseError):
        judge(values, 0.1)
    with pytest.raises(CaseError):
        estimate(values)


@pytest.mark.parametrize(
    ("delta", "target", "kind", "says"),
    [
        (-0.1, 0.0, "incentive", "margin"),
        (float("nan"), 0.0, "incentive", "margin"),
        (0.1, float("inf"), "incentive", "target"),
        (0.1, 0.0, "hope", "kind"),
        (0.0, 1.0, "fraction", "between 0 and 1"),
        (0.0, 0.5, "fraction", "0 or 1"),
    ],
)
def test_claims_that_make_no_sense(delta, target, kind, says):
    with pytest.raises(CaseError, match=says):
        judge([0.2, 0.4], delta, target, kind)


# ---- repeated seeds, basins, skew and looks ------------------------------------------------------


def rate_of_a_wrong_verdict(draw, mean, n=16, runs=400, claims=30):
    """Share of runs in which one of `claims` at its margin, on either side, gets a verdict."""
    wrong = 0
    for _ in range(runs):
        p = []
        for row in draw((claims, n)):
            p += [exceeds(row, mean), exceeds(-row, -mean)]
        wrong += min(holm(p)) <= ALPHA
    return wrong / runs


@pytest.mark.slow
@pytest.mark.parametrize(
    ("law", "mean", "at_most"),
    [
        ("normal", 0.0, 0.075),
        ("exponential", 1.0, 0.19),
        ("lognormal", np.exp(0.5), 0.35),
    ],
)
@pytest.mark.parametrize("sign", [1, -1])
def test_skewed_laws_keep_the_level_as_far_as_the_page_says(law, mean, at_most, sign):
    draw = getattr(np.random.default_rng(8), law)
    rate = rate_of_a_wrong_verdict(lambda size: sign * draw(size=size), sign * mean)
    assert rate <= at_most


def test_one_seed_trained_many_times_is_one_seed():
    assert effective_seeds([0.3] * 16, [1.0] * 16) == 1
    assert effective_seeds([0.3] * 16, list(range(16))) == 16
    result = decide([0.3] * 16, delta=0.1)
    assert result.verdict is Verdict.INCONCLUSIVE
    assert decide([0.0] * 16, delta=0, predicted=Verdict.ABSENT).verdict is Verdict.ABSENT


def test_a_basin_of_few_seeds_is_caught_or_said():
    """A tenth of the seeds falls into another basin: no verdict on the mean once one is seen."""
    rng, decided, unseen = np.random.default_rng(3), 0, 0
    for _ in range(500):
        other = rng.random(16) < 0.1
        values = rng.normal(0, 0.01, 16) + other
        verdict = decide(values, delta=0.05, predicted=Verdict.ABSENT).verdict
        decided += verdict is not Verdict.INCONCLUSIVE
        unseen += not other.any()
        assert (verdict is Verdict.INCONCLUSIVE) or not other.any()
    assert decided <= unseen
    assert unseen_share(16) > 0.1  # and of the rest it is said that such a share can go unseen


def test_the_basin_check_leaves_normal_samples_alone():
    flagged = [deviating_seeds(row, 1.0).any() for row in samples(0.5, n=16, rows=2000)]
    assert np.mean(flagged) < 0.005


def test_a_mean_far_out_stays_far_out_whatever_the_skew():
    row = np.array([50.0, 50.1, 50.2, 50.0, 50.1, 49.0, 50.2, 50.1, 50.0, 50.3])
    bounds = [-1000.0, 0.0, 30.0, 45.0]
    assert all(exceeds(row, bound) < 0.01 for bound in bounds)
    assert all(exceeds(-row, -bound) > 0.99 for bound in bounds)


def test_registered_looks_spend_alpha_once():
    for seeds in [(16,), (16, 64), (8, 16, 32, 64, 128)]:
        planned = looks(*seeds)
        assert sum(look.alpha for look in planned) == pytest.approx(ALPHA)
        assert tuple(look.seeds for look in planned) == seeds
        assert all(look.alpha > 0 for look in planned)
    for bad in [(), (16, 16), (32, 16), (0, 4)]:
        with pytest.raises(CaseError, match="increasing"):
            looks(*bad)


def test_unplanned_looks_take_more_error_than_registered_ones():
    rng = np.random.default_rng(1)
    unplanned = registered = 0
    plan = looks(8, 16, 32, 64, 128)
    for row in rng.normal(1.0, 1.0, (600, 128)):
        p = [exceeds(row[: look.seeds], 1.0) for look in plan]
        unplanned += min(p) <= ALPHA
        registered += any(each <= look.alpha for each, look in zip(p, plan, strict=True))
    assert unplanned / 600 > 0.08
    assert registered / 600 <= 0.075
