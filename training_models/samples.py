"""What a sample of seeds is worth: repetitions, seeds that stand apart, skew, and looks.

A t-test takes seeds to be replications from a law near a normal one. This module asks what a sample
itself can say about that, and what no sample can: a basin that one seed in ten falls into is missed
by sixteen seeds in 18 % of runs (:func:`unseen_share`).
"""

from __future__ import annotations

import itertools
import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats as sps
from scipy.special import bdtrc, ndtr, ndtri, stdtr

from training_models.errors import CaseError

__all__ = [
    "BOOTSTRAP_SEEDS",
    "Look",
    "bca",
    "deviating_seeds",
    "effective_seeds",
    "exceeds",
    "is_skewed",
    "looks",
    "unseen_share",
]

BOOTSTRAP_SEEDS = 16
"""With fewer seeds the bootstrap interval covers too little to be shown."""
APART = 8.0
"""Robust standard deviations from the median beyond which a seed stands apart."""


def effective_seeds(*samples: Sequence[float]) -> int:
    """Return how many different seeds there are, judged by all measures of an arm together.

    Seeds that agree in every measure to the last bit are one computation run several times.

    Examples
    --------
    >>> effective_seeds([0.1, 0.1, 0.2], [1.0, 1.0, 1.0])
    2
    """
    return len(np.unique(np.stack([np.asarray(s, float) for s in samples], axis=1), axis=0))


def unseen_share(n: int, level: float = 0.05) -> float:
    """Return the largest share of deviating seeds that n agreeing seeds do not speak against.

    Examples
    --------
    >>> round(unseen_share(8), 2), round(unseen_share(16), 2), round(unseen_share(64), 2)
    (0.31, 0.17, 0.05)
    """
    return float(1 - level ** (1 / n))


def deviating_seeds(effects: np.ndarray, delta: float) -> np.ndarray:
    """Return which seeds lie in another region than the median seed and stand far apart from it.

    Regions are those of a verdict: below -delta, inside, above delta. A seed that is odd but leads
    to the same verdict does not count.

    Parameters
    ----------
    effects : ndarray of shape (n,)
        ``measure - target``.
    delta : float
        The margin.

    Returns
    -------
    ndarray of bool, shape (n,)

    Examples
    --------
    >>> int(deviating_seeds(np.array([0.01, -0.02, 0.0, 0.02, 0.01, 0.9, -0.01, 0.0]), 0.1).sum())
    1
    """
    middle = float(np.median(effects))
    spread = 1.4826 * float(np.median(np.abs(effects - middle)))
    far = np.abs(effects - middle) > APART * spread
    return far & (_region(effects, delta) != _region(np.array([middle]), delta))


def _region(effects: np.ndarray, delta: float) -> np.ndarray:
    return (effects > delta).astype(int) - (effects < -delta)


def _skewness(values: np.ndarray) -> float:
    """Return the adjusted Fisher-Pearson coefficient; 0 for fewer than three values."""
    n, centred = values.size, values - values.mean()
    spread = math.sqrt(float(np.mean(centred**2)))
    if n < 3 or spread == 0:
        return 0.0
    return float(np.mean((centred / spread) ** 3)) * math.sqrt(n * (n - 1)) / (n - 2)


def is_skewed(values: np.ndarray) -> bool:
    """Return whether the sample is more skewed than about 95 % of normal samples of its size."""
    n = values.size
    if n < 3 or np.ptp(values) == 0:
        return False
    limit = 2 * math.sqrt(6 * n * (n - 1) / ((n - 2) * (n + 1) * (n + 3)))
    return abs(_skewness(values)) > limit


def exceeds(values: np.ndarray, bound: float) -> float:
    """Return a p-value against "the mean is at most `bound`".

    It is the larger one of Student's t and of Hall's, which corrects for the skew that the sample
    shows [1]_, and where the sample is skewed the exact sign test of the median as well, which
    needs no law at all.

    Parameters
    ----------
    values : ndarray of shape (n,)
        One value per seed.
    bound : float
        In units of the values.

    Returns
    -------
    float
        1 for a single seed; without spread 0 or 1, by comparison.

    References
    ----------
    .. [1] P. Hall. "On the removal of skewness by transformation". Journal of the Royal Statistical
       Society B 54, 1992.

    Examples
    --------
    >>> exceeds(np.array([0.4, 0.5, 0.6, 0.5]), 0.1) < 0.01
    True
    """
    n = values.size
    if n < 2:
        return 1.0
    sd = 0.0 if np.ptp(values) == 0 else float(values.std(ddof=1))
    if sd == 0:  # no spread (or less than floats resolve): compare every seed exactly
        return 0.0 if values.min() > bound else 1.0
    distance = (float(values.mean()) - bound) / sd
    student = distance * math.sqrt(n)
    skewness = _skewness(values)
    # Hall's cubic increases in the distance, so that a mean far out stays far out.
    bent = distance + skewness * distance**2 / 3 + skewness**2 * distance**3 / 27
    hall = (bent + skewness / (6 * n)) * math.sqrt(n)
    p = float(stdtr(n - 1, -min(student, hall)))
    if is_skewed(values):
        p = max(p, float(bdtrc(int((values > bound).sum()) - 1, n, 0.5)))
    return p


def bca(effects: np.ndarray, confidence: float) -> tuple[float | None, float | None]:
    """Return the BCa bootstrap interval of the mean, or none where it would mislead."""
    if effects.size < BOOTSTRAP_SEEDS:
        return None, None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a degenerate sample warns and gives NaN: no interval
        interval = sps.bootstrap(
            (effects,),
            np.mean,
            method="BCa",
            confidence_level=confidence,
            rng=np.random.default_rng(0),
        ).confidence_interval
    low, high = float(interval.low), float(interval.high)
    return (low, high) if np.isfinite([low, high]).all() else (None, None)


@dataclass(frozen=True)
class Look:
    """One look at the data of a run that registered several.

    Attributes
    ----------
    seeds : int
        How many seeds there are by then.
    alpha : float
        What Holm's adjusted p-values are compared with at this look.
    """

    seeds: int
    alpha: float


def looks(*seeds: int, alpha: float = 0.05) -> tuple[Look, ...]:
    """Share alpha between looks that are registered before the first seed is trained.

    A second look decided on after the first, because that was undecided, has no alpha left: looking
    at 8, 16, 32, 64 and 128 seeds in turn takes an error of 3 % to 12 %. Registered looks divide
    alpha by the spending function of O'Brien and Fleming's kind [1]_; the shares add up to alpha,
    so a wrong verdict at any look is no more likely than alpha, whatever the dependence.

    Parameters
    ----------
    *seeds : int
        Numbers of seeds, increasing.
    alpha : float
        To be divided.

    Returns
    -------
    tuple of Look

    Raises
    ------
    CaseError
        If the numbers do not increase from at least 1.

    References
    ----------
    .. [1] K. K. G. Lan, D. L. DeMets. "Discrete sequential boundaries for clinical trials".
       Biometrika 70, 1983.

    Examples
    --------
    >>> [(look.seeds, round(look.alpha, 4)) for look in looks(16, 64)]
    [(16, 0.0001), (64, 0.0499)]
    """
    if not seeds or seeds[0] < 1 or any(b <= a for a, b in itertools.pairwise(seeds)):
        raise CaseError(f"Looks are at increasing numbers of seeds, not at {seeds}.")
    edge = float(ndtri(1 - alpha / 2))
    spent = [float(2 * ndtr(-edge / math.sqrt(n / seeds[-1]))) for n in seeds]
    return tuple(
        Look(n, now - before) for n, now, before in zip(seeds, spent, [0.0, *spent], strict=False)
    )
