"""Claims as the rows of a forest plot, in the units of the axis that they share.

Claims of different kinds have different scales and share no axis: effects are in units of their
measure, closed forms in units of their tolerance, controls are levels against their bar.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from training_models.kinds import PANELS
from training_models.results import Result
from training_models.words import number, spaced

if TYPE_CHECKING:
    from training_models.report import Report

__all__ = ["MAX_DOTS", "Row", "by_scale", "groups", "rows_of", "span"]

MAX_DOTS = 400
"""Of more seeds, so many evenly spaced quantiles are drawn."""

SCALES = 4.0
"""Measures whose scales differ by more than this factor do not share an axis."""


@dataclass(frozen=True)
class Row:
    """A claim in the units of its panel's axis."""

    label: tuple[str, ...]
    heading: str
    dots: np.ndarray
    mean: float
    low: float
    high: float
    band: tuple[float, float]
    measured: str
    expected: float | None
    result: Result

    @property
    def reach(self) -> list[float]:
        """Everything finite that the axis must show."""
        marks = [*self.dots, self.mean, self.low, self.high, *self.band]
        return [x for x in (*marks, self.expected) if x is not None and math.isfinite(x)]


def panel_of(result: Result) -> str:
    """Return the panel of a claim; an exact one has no tolerance to be drawn in units of."""
    panel = result.sort.panel
    return "effects" if panel == "closed forms" and result.delta == 0 else panel


def groups(report: Report) -> tuple[str, ...]:
    """Return the panels of :data:`training_models.kinds.PANELS` for which a report has claims."""
    present = {panel_of(result) for result in report.results}
    return tuple(group for group in PANELS if group in present)


def _dots(values: Sequence[float]) -> np.ndarray:
    array = np.asarray(values, dtype=float)
    if array.size <= MAX_DOTS:
        return array
    return np.quantile(array, (np.arange(MAX_DOTS) + 0.5) / MAX_DOTS)


def rows_of(
    report: Report, group: str, width: int = 32, measures: Collection[str] | None = None
) -> list[Row]:
    """Return the claims of a panel, those about one measure together.

    Parameters
    ----------
    width : int
        Characters of a label line.
    measures : collection of str, optional
        Only claims about these.
    """
    titles = {arm.slug: arm.title for arm in report.arms}
    results = [
        result
        for result in report.results
        if panel_of(result) == group and (measures is None or result.measure in measures)
    ]
    by_measure: dict[str, list[Result]] = {}
    for result in results:
        by_measure.setdefault(result.measure, []).append(result)
    if group != "effects":  # levels and deviations share one unit: keep the order of the claims
        by_measure = {"": results}
    rows = []
    for measure, members in by_measure.items():
        arms = [result.arm for result in members]
        for result in members:
            title = titles.get(result.arm, result.arm)
            if not measure:
                title = f"{title}: {spaced(result.measure)}"
                if group == "closed forms":
                    title += f" = {number(result.target)}"
            elif arms.count(result.arm) > 1:
                title = f"{title} ({result.name})"
            values = report.measures[result.arm][result.measure]
            shift, unit = 0.0, 1.0
            band = (-result.delta, result.delta)
            if group == "controls":
                shift, band = result.target, (-math.inf, result.target)
            elif group == "closed forms":
                unit, band = result.delta, (-1.0, 1.0)
            estimate = result.estimate
            low = estimate.mean if estimate.low is None else estimate.low
            high = estimate.mean if estimate.high is None else estimate.high
            level = 0.0 if group == "effects" else result.target
            expected = result.expected
            rows.append(
                Row(
                    label=tuple(textwrap.wrap(title, width)) or ("",),
                    heading=spaced(measure),
                    dots=(_dots(values) - result.target + shift) / unit,
                    mean=(estimate.mean + shift) / unit,
                    low=(low + shift) / unit,
                    high=(high + shift) / unit,
                    band=band,
                    measured=result.mean(level),
                    expected=None if expected is None else (expected + shift) / unit,
                    result=result,
                )
            )
    return rows


def by_scale(report: Report, group: str) -> list[list[str]]:
    """Split the measures of a group so that those that share an axis are all legible on it."""
    scales: dict[str, float] = {}
    for row in rows_of(report, group):
        largest = max(map(abs, row.reach))
        scales[row.result.measure] = max(largest, scales.get(row.result.measure, 0.0))
    if group == "closed forms":  # in units of the tolerance already
        return [list(scales)]
    together: list[list[str]] = []
    for measure, scale in scales.items():
        for others in together:
            sizes = [size for size in (scale, *(scales[other] for other in others)) if size]
            if not sizes or max(sizes) <= SCALES * min(sizes):
                others.append(measure)
                break
        else:
            together.append([measure])
    return together


def span(rows: Sequence[Row], zero: bool) -> tuple[float, float]:
    """Return the ends of an axis that shows everything in these rows."""
    reach = [x for row in rows for x in row.reach] + ([0.0] if zero else [])
    low, high = min(reach), max(reach)
    if high - low < 1e-12:  # every seed exactly on target
        low, high = low - 1.0, high + 1.0
    pad = 0.06 * (high - low)
    return low - pad, high + pad
