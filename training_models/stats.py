r"""From per-seed values to a three-valued verdict: the statistics, and why each step is right.

The unit of replication is the **seed**: it fixes initialisation and data, and everything else in an
arm is the same for all seeds. A measure gives one number per seed, usually already a paired
difference (same seed, same draws, one mechanism changed), so every test below is a one-sample test
on :math:`e_i = \text{measure}_i - \text{target}`, with mean :math:`\mu` over the population of
seeds.

**Three regions, one test each.** The margin :math:`\delta`, fixed before training, cuts the line
into three regions. Each one-sided test asks whether :math:`\mu` lies in a region, by trying to
reject that it lies outside:

=============  =============================  =================================================
hypothesis     null hypothesis                p-value
=============  =============================  =================================================
present        :math:`\mu \le \delta`         one-sided t-test
absent         :math:`|\mu| \ge \delta`       larger of two one-sided t-tests (TOST [1]_)
reversed       :math:`\mu \ge -\delta`        one-sided t-test in the other direction
=============  =============================  =================================================

A large p-value in a test of :math:`\mu = 0` is no evidence of absence; TOST is, because there the
*presence* of an effect is the hypothesis to be rejected. At :math:`\mu = \delta` both first nulls
are true and each is rejected with probability at most :math:`\alpha`, so an effect right at the
margin usually comes out INCONCLUSIVE. TOST needs no correction for its two tests: it rejects only
if both do, and at the boundary one of them is already a test of size :math:`\alpha`.

A prediction of PRESENT registers a direction. An effect shown to be "reversed" contradicts it
without being an absence: the verdict is INCONCLUSIVE, and the prediction counts as contradicted. A
prediction of ABSENT registers none: a reversed effect is then PRESENT.

**Variations by kind of claim.**

- *incentive*, *impact*: the table above.
- *closed form*: a deviation on either side contradicts, so "present" is two-sided: twice the
  smaller of the two outer p-values.
- *competence*: ``target`` is a threshold; present is :math:`\mu > 0`, absent is :math:`\mu < 0`.
- *fraction*: the measure is 0 or 1 and its share is compared with the threshold by exact binomial
  tests, with the Clopper-Pearson interval [2]_. A mean of several basins needs no normality here.
- *identity*: no statistics. ABSENT iff every value is exactly the target.

**No spread.** When every seed gives the same number, the seeds are one computation run n times, and
count as one: no verdict. Only a claim of an exact value (an identity, or a margin of zero) is
decided by it, and such claims hold by construction or not at all.

**Several basins.** A seed that stands far from the others and in another region of the table stands
for a basin of its own. No mean speaks for several basins, so there is no verdict; claim fractions.

**Skew.** A t-test errs where the law is skewed, at the far tails that Holm's correction asks for
more than elsewhere. The p-values above are therefore the larger one of Student's t and of Hall's,
which corrects for the skew, and in a sample that is visibly skewed of the exact sign test as well
(:mod:`training_models.samples`).

**What is guaranteed.** For measures whose law over seeds is near a normal one: the level below. Not
for others: thirty claims at their margin, 16 seeds each, give some wrong verdict in an eighth of
runs if the law is exponential and in a quarter if it is log-normal (by t alone in 41 % and 74 %;
with 32 seeds in 7 % and 17 %). A basin that no seed fell into cannot be seen: 16 agreeing seeds
leave room for a share of up to 17 % of deviating ones, 8 seeds for 31 %.

**Several claims.** All hypotheses of all claims in one run form one family, whose size the
registration fixes before training. Holm's step-down [3]_ bounds by :math:`\alpha = .05` the
probability of *any* wrong PRESENT or ABSENT in the run, whatever the dependence (arms share seeds,
so their tests are dependent). Exact comparisons stay in the family, so that its size does not
depend on the data. Later steps (too few seeds, a failed control) only turn verdicts into
INCONCLUSIVE and cannot add errors.

**Intervals.** The 95 % t-interval is shown without correction: it describes one effect. From 16
seeds a BCa bootstrap interval [4]_ stands beside it, as a check on skew; it does not decide.

.. [1] D. J. Schuirmann. "A comparison of the two one-sided tests procedure and the power approach
   for assessing the equivalence of average bioavailability". J. Pharmacokinetics and
   Biopharmaceutics 15, 1987.
.. [2] C. J. Clopper, E. S. Pearson. "The use of confidence or fiducial limits illustrated in the
   case of the binomial". Biometrika 26, 1934.
.. [3] S. Holm. "A simple sequentially rejective multiple test procedure". Scandinavian Journal of
   Statistics 6, 1979.
.. [4] B. Efron. "Better bootstrap confidence intervals". Journal of the American Statistical
   Association 82, 1987.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats as sps
from scipy.special import stdtrit

from cid.errors import shorten
from training_models.errors import CaseError
from training_models.samples import BOOTSTRAP_SEEDS, bca, deviating_seeds, exceeds

__all__ = [
    "ALPHA",
    "BOOTSTRAP_SEEDS",
    "MIN_SEEDS",
    "Estimate",
    "Test",
    "against_a_bar",
    "check_values",
    "deviation",
    "exactly",
    "holm",
    "mean_effect",
    "share",
    "share_of_seeds",
    "three_regions",
]

ALPHA = 0.05
"""Bound on the probability of any wrong verdict in one run."""
MIN_SEEDS = 8
"""With fewer seeds no claim is made."""
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Estimate:
    """Mean effect over seeds, with its spread and intervals.

    Attributes
    ----------
    n : int
        Number of seeds.
    mean : float
        Mean of ``measure - target``, in units of the measure.
    sd : float or None
        Sample standard deviation (n - 1); None for one seed.
    low, high : float or None
        95 % t-interval; for a fraction the Clopper-Pearson interval. None for one seed, except
        for a fraction.
    bca_low, bca_high : float or None
        95 % BCa bootstrap interval from 16 seeds; None below, and for a fraction.
    """

    n: int
    mean: float
    sd: float | None
    low: float | None
    high: float | None
    bca_low: float | None = None
    bca_high: float | None = None

    def __str__(self) -> str:
        if self.low is None or self.high is None:
            return f"{self.mean:+.3g} (one seed)"
        return f"{self.mean:+.3g} [{self.low:+.3g}, {self.high:+.3g}]"


@dataclass(frozen=True)
class Test:
    """p-values of one claim's hypotheses. A small one shows what its name says.

    Attributes
    ----------
    n : int
        Number of seeds that count: 1 if all gave the same number, see above.
    present : float
        The effect exceeds the margin.
    absent : float
        The effect lies inside the margin.
    reversed : float or None
        The effect lies beyond the margin in the direction opposite to the registered one; None
        for kinds of claims that have no such region.
    """

    __test__ = False  # not a test class for pytest

    n: int
    present: float
    absent: float
    reversed: float | None = None

    @property
    def p_values(self) -> tuple[float, ...]:
        """The hypotheses this claim contributes to the family."""
        outer = (self.present, self.absent)
        return outer if self.reversed is None else (*outer, self.reversed)


def check_values(values: object, where: str, seeds: Sequence[int] | None = None) -> np.ndarray:
    """Return per-seed values as a float64 vector.

    Parameters
    ----------
    values : array_like
        One real number per seed.
    where : str
        Named in the message: case, arm and measure.
    seeds : sequence of int, optional
        Their labels; gives the expected length and is named in the message.

    Raises
    ------
    CaseError
        If `values` is not a vector of finite real numbers, one per seed.

    Examples
    --------
    >>> check_values([1, float("nan")], "toy: measure 'loss' of arm 'full'", [1000, 1001])
    Traceback (most recent call last):
    ...
    training_models.errors.CaseError: toy: measure 'loss' of arm 'full' is not finite for ...
    """
    try:
        raw = np.asarray(values)
    except Exception as error:  # a tensor that requires grad or lives on a device raises its own
        raise CaseError(
            f"{where} is no array of numbers ({error}). Return "
            "tensor.detach().cpu().numpy() or a list of floats."
        ) from error
    if raw.dtype.kind not in "biuf":
        raise CaseError(
            f"{where} holds {shorten(values)}, not real numbers. Return one float per seed."
        )
    array = raw.astype(np.float64)
    if array.ndim != 1 or array.size == 0 or (seeds is not None and array.size != len(seeds)):
        expected = "n >= 1" if seeds is None else str(len(seeds))
        raise CaseError(
            f"{where} has shape {array.shape}, expected ({expected},): one value per seed."
        )
    with np.errstate(over="ignore"):
        bad = ~np.isfinite(array**2)  # a square that overflows would poison the variance
    if bad.any():
        labels = np.arange(array.size) if seeds is None else np.asarray(seeds)
        which = ", ".join(map(str, labels[bad][:6])) + (", ..." if bad.sum() > 6 else "")
        raise CaseError(
            f"{where} is not finite for seed{'s' if bad.sum() > 1 else ''} {which} "
            f"(value {array[bad][0]}). Training diverged there: lower the learning rate, or return "
            "a measure that stays finite."
        )
    return array


# ---- what is estimated -------------------------------------------------------------------------


def mean_effect(values: np.ndarray, target: float) -> Estimate:
    """Return the mean of ``values - target`` with its t-interval and bootstrap interval.

    The bootstrap uses 9,999 resamples from a generator with a fixed seed, so that a report does not
    change when it is computed again.
    """
    effects = values - target
    n, mean = effects.size, float(effects.mean())
    if n == 1:
        return Estimate(n, mean, None, None, None)
    if np.ptp(values) == 0:
        same = float(effects[0])
        bounds = (same, same) if n >= BOOTSTRAP_SEEDS else (None, None)
        return Estimate(n, same, 0.0, same, same, *bounds)
    sd = float(effects.std(ddof=1))
    half = float(stdtrit(n - 1, (1 + CONFIDENCE) / 2)) * sd / math.sqrt(n)
    return Estimate(n, mean, sd, mean - half, mean + half, *bca(effects, CONFIDENCE))


def share(values: np.ndarray, target: float) -> Estimate:
    """Return the share of ones, less `target`, with its Clopper-Pearson interval."""
    n = values.size
    interval = sps.binomtest(_hits(values), n).proportion_ci(CONFIDENCE, "exact")
    sd = float(values.std(ddof=1)) if n > 1 else None
    ends = float(interval.low) - target, float(interval.high) - target
    return Estimate(n, float(values.mean()) - target, sd, *ends)


# ---- what is tested ----------------------------------------------------------------------------


def three_regions(values: np.ndarray, delta: float, target: float) -> Test:
    """Test an effect against its margin: beyond, inside, or beyond on the other side."""
    effects = values - target
    n = _different(values, delta, target)
    if deviating_seeds(effects, delta).any():  # several basins: no mean speaks for them
        return Test(n, 1.0, 1.0, 1.0)
    beyond, other = exceeds(effects, delta), _falls_below(effects, -delta)
    return Test(n, present=beyond, absent=_inside(effects, delta), reversed=other)


def deviation(values: np.ndarray, delta: float, target: float) -> Test:
    """Test a deviation from an exact value, on either side."""
    effects = values - target
    n = _different(values, delta, target)
    if deviating_seeds(effects, delta).any():
        return Test(n, 1.0, 1.0)
    beyond = min(exceeds(effects, delta), _falls_below(effects, -delta))
    return Test(n, present=min(1.0, 2 * beyond), absent=_inside(effects, delta))


def against_a_bar(values: np.ndarray, _: float, target: float) -> Test:
    """Test whether a mean is above a bar, or below."""
    n = _different(values, 0.0, target)
    if deviating_seeds(values - target, 0.0).any():
        return Test(n, 1.0, 1.0)
    above, below = exceeds(values, target), _falls_below(values, target)
    if n > 1 and (values == target).all():
        below = 0.0  # at the bar in every seed: not above it
    return Test(n, present=above, absent=below)


def share_of_seeds(values: np.ndarray, _: float, target: float) -> Test:
    """Test the share of ones by exact binomial tests."""
    if not 0 < target < 1:
        raise CaseError(f"The share {target!r} of a fraction claim does not lie between 0 and 1.")
    n, hits = values.size, _hits(values)
    return Test(
        n,
        present=float(sps.binomtest(hits, n, target, "greater").pvalue),
        absent=float(sps.binomtest(hits, n, target, "less").pvalue),
    )


def exactly(values: np.ndarray, _: float, target: float) -> Test:
    """Compare every value with the target; there is no chance in it."""
    same = bool((values == target).all())
    return Test(values.size, present=float(same), absent=float(not same))


def _hits(values: np.ndarray) -> int:
    if not np.isin(values, (0.0, 1.0)).all():
        odd = values[~np.isin(values, (0.0, 1.0))][0]
        raise CaseError(
            f"A fraction claim counts seeds, so its measure is 0 or 1, not {odd!r}. Compare with "
            "the threshold inside `train`, or use another kind of claim."
        )
    return int(values.sum())


def _different(values: np.ndarray, delta: float, target: float) -> int:
    """Return the number of seeds; seeds that all give the same number are one computation."""
    exact = delta == 0 and values[0] == target
    return 1 if np.ptp(values) == 0 and not exact else values.size


def _inside(effects: np.ndarray, delta: float) -> float:
    if delta == 0 and effects.size > 1 and not effects.any():
        return 0.0  # zero in every seed: the only sample that lies inside an empty margin
    return max(exceeds(effects, -delta), _falls_below(effects, delta))


def _falls_below(values: np.ndarray, bound: float) -> float:
    """p-value against "the mean is at least `bound`"."""
    return exceeds(-values, -bound)


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Return p-values adjusted by Holm's step-down method, in the order given.

    Rejecting where the adjusted value is at most alpha bounds by alpha the probability of any
    false rejection in the family, under any dependence.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03])
    (0.03, 0.06, 0.06)
    """
    m = len(p_values)
    adjusted = [0.0] * m
    running = 0.0
    for rank, index in enumerate(sorted(range(m), key=p_values.__getitem__)):
        running = max(running, min(1.0, (m - rank) * p_values[index]))
        adjusted[index] = running
    return tuple(adjusted)
