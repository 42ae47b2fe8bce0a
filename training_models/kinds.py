"""The kinds of claims, as a table: how each is tested, worded, drawn and counted.

A kind is one frozen :class:`Kind`, and :data:`KINDS` is all that the rest of the package knows of
it. A new kind is one more record there; nothing else asks what a claim is called.

Kinds differ in what could contradict them:

- ``"training"``: a learner that learned something else;
- ``"world"``: a faulty simulator or estimator. No learning can change the outcome, so that these
  claims say that the instrument works, not what training does;
- ``"construction"``: only a mistake in the code. The two sides are the same computation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

import cid
from cid.errors import did_you_mean
from training_models import stats
from training_models.errors import CaseError
from training_models.stats import Estimate, Test, check_values
from training_models.verdict import Verdict

__all__ = ["BASES", "KINDS", "PANELS", "Basis", "Kind", "estimate", "judge", "kind_of"]

Basis = Literal["training", "world", "construction"]

BASES: Mapping[Basis, str] = {
    "training": "falsifiable by training",
    "world": "a check of the estimator or simulator",
    "construction": "holds by construction",
}
"""What could contradict a claim, in words."""

PANELS: Mapping[str, str] = {
    "effects": "Effects",
    "closed forms": "Against closed forms",
    "controls": "Controls",
}
"""Panels of a figure and their headings, in the order shown."""


@dataclass(frozen=True)
class Kind:
    """One kind of claim.

    Texts may name ``{target}``, ``{delta}`` and ``{share}``, the target in percent. Pairs are for
    PRESENT and for ABSENT.

    Attributes
    ----------
    name : str
        As it stands in claims and result files.
    test : callable
        ``test(values, delta, target) -> Test``.
    found : (str, str)
        What the verdicts are called. "Absent" is right for an effect and puzzling for a deviation
        from theory.
    says : (str, str)
        The verdicts as clauses.
    predicts : (str, str)
        The predictions.
    margin : str
        What the measure is compared with.
    basis : Basis
        What could contradict such a claim, unless the claim says otherwise.
    panel : str
        One of :data:`PANELS`.
    estimate : callable
        ``estimate(values, target) -> Estimate``.
    signed : bool
        Shown as an effect, ``measure - target``, with its sign; otherwise as the measure.
    has_margin : bool
        Whether `delta` counts: it is then a tenth of an effect, or the claim says why not.
    background : bool
        A condition for other claims: overviews only count it once it came out.
    graph : {"objective", "physical", ""}
        Which graph of the arm's pair the prediction is read on, if any.
    asks : callable or None
        ``asks(pair, decision, variable) -> Finding``: the criterion that predicts.
    """

    name: str
    test: Callable[[np.ndarray, float, float], Test]
    found: tuple[str, str]
    says: tuple[str, str]
    predicts: tuple[str, str]
    margin: str
    basis: Basis = "training"
    panel: str = "effects"
    estimate: Callable[[np.ndarray, float], Estimate] = stats.mean_effect
    signed: bool = False
    has_margin: bool = True
    background: bool = False
    graph: Literal["objective", "physical", ""] = ""
    asks: Callable[[cid.GraphPair, str, str], cid.Finding] | None = None

    def region(self, effects: np.ndarray, delta: float) -> Verdict:
        """Say where a sample lies, without asking whether that is shown; see :func:`judge`."""
        mean = float(np.mean(effects))
        if not self.has_margin:
            return Verdict.PRESENT if mean > 0 else Verdict.ABSENT
        inside = abs(mean) < delta or not effects.any()
        if not inside and self.signed and mean < 0:
            return Verdict.INCONCLUSIVE  # on the other side of the margin
        return Verdict.ABSENT if inside else Verdict.PRESENT


EFFECT = {
    "test": stats.three_regions,
    "found": ("present", "absent"),
    "says": ("the effect exceeds the margin", "the effect lies inside the margin"),
    "predicts": ("present", "absent"),
    "margin": "±{delta}",
    "signed": True,
}
"""What incentives and impacts share."""

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "incentive",
            **EFFECT,
            graph="objective",
            asks=lambda pair, decision, node: cid.admits_ici(pair.objective, decision, node),
        ),
        Kind(
            "impact",
            **EFFECT,
            basis="world",
            graph="physical",
            asks=lambda pair, decision, node: cid.admits_impact(
                pair.physical, decision, node, objective=pair.objective
            ),
        ),
        Kind(
            "closed form",
            stats.deviation,
            found=("off theory", "on theory"),
            says=("the deviation exceeds the tolerance", "the deviation lies inside the tolerance"),
            predicts=("≠ {target}", "= {target}"),
            margin="±{delta}",
            panel="closed forms",
        ),
        Kind(
            "identity",
            stats.exactly,
            found=("not exact", "exact"),
            says=("some seed differs from {target}", "{target} in every seed"),
            predicts=("≠ {target}", "= {target} exactly"),
            margin="none",
            basis="construction",
        ),
        Kind(
            "competence",
            stats.against_a_bar,
            found=("above the bar", "below the bar"),
            says=("the mean exceeds the threshold", "the mean lies below the threshold"),
            predicts=("> {target}", "≤ {target}"),
            margin="> {target}",
            panel="controls",
            has_margin=False,
            background=True,
        ),
        Kind(
            "fraction",
            stats.share_of_seeds,
            found=("above the bar", "below the bar"),
            says=("more than {share} % of seeds", "less than {share} % of seeds"),
            predicts=("in > {share} % of seeds", "in ≤ {share} % of seeds"),
            margin="> {target}",
            panel="controls",
            estimate=stats.share,
            has_margin=False,
        ),
    )
}
"""All kinds by name."""


def kind_of(name: str) -> Kind:
    """Return the kind with this name.

    Raises
    ------
    CaseError
        If there is none.
    """
    try:
        return KINDS[name]
    except (KeyError, TypeError):
        raise CaseError(f"{name!r} is no kind of claim.{did_you_mean(str(name), KINDS)}") from None


def estimate(values: Sequence[float], target: float = 0.0, kind: str = "incentive") -> Estimate:
    """Return the mean effect ``values - target`` with intervals.

    Parameters
    ----------
    values : sequence of float
        One value per seed.
    target : float
        Subtracted from every value.
    kind : str
        Kind of claim; for ``"fraction"`` the interval is Clopper-Pearson.

    Returns
    -------
    Estimate

    Raises
    ------
    CaseError
        For values that are not finite.

    Examples
    --------
    >>> print(estimate([0.5, 0.6, 0.7, 0.6]))
    +0.6 [+0.47, +0.73]
    """
    known = kind_of(kind)
    _check_numbers(0.0, target)
    return known.estimate(check_values(values, "The sample"), target)


def judge(
    values: Sequence[float], delta: float, target: float = 0.0, kind: str = "incentive"
) -> Test:
    """Return the p-values of a claim's hypotheses; :mod:`training_models.stats` says why.

    Parameters
    ----------
    values : sequence of float
        One value per seed.
    delta : float
        Smallest effect that counts, in units of the measure.
    target : float
        Subtracted from the measure; for competence and fraction, the threshold.
    kind : {"incentive", "impact", "identity", "closed form", "competence", "fraction"}
        Kind of claim.

    Returns
    -------
    Test
        Uncorrected p-values. Nothing is shown by one seed, except of an identity or a fraction.

    Raises
    ------
    CaseError
        For values that are not finite, a negative margin, or an unknown kind.

    Examples
    --------
    >>> test = judge([0.61, 0.58, 0.60, 0.63, 0.57, 0.59, 0.62, 0.60], delta=0.06)
    >>> test.present < 0.001, test.absent > 0.999
    (True, True)
    """
    known = kind_of(kind)
    _check_numbers(delta, target)
    return known.test(check_values(values, "The sample"), delta, target)


def _check_numbers(delta: float, target: float) -> None:
    if not (np.isfinite(delta) and delta >= 0):
        raise CaseError(f"The margin delta={delta!r} is not a finite number >= 0.")
    if not np.isfinite(target):
        raise CaseError(f"The target {target!r} is not finite.")
