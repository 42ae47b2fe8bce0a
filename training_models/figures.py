"""Forest plots of a report: what was predicted, what was measured, and how sure we can be.

One row per claim. The large marker is the mean effect over seeds with its 95 % interval, the small
dots are the seeds, the grey band is the margin fixed before training, and a black bar stands at the
exact effect where a closed form gives it. The verdict is told by colour, by shape *and* by its
word, so the picture reads in grey and for colour-blind readers (colours after Okabe and Ito).

Claims of different kinds have different scales and share no axis; each of the :data:`GROUPS` is a
panel:

- *effects*: incentives, impacts and identities, in units of their measure;
- *closed forms*: the deviation from theory in units of the tolerance, which is 1 for all of them;
- *controls*: competence and fractions, as levels against the bar that they must clear.

Nothing here needs pyplot's state unless no Axes is given.
"""

from __future__ import annotations

import functools
import math
import textwrap
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from training_models.errors import CaseError
from training_models.verdict import Verdict

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from training_models.report import Report, Result

__all__ = ["GROUPS", "forest", "groups", "interval", "number", "panels"]

GROUPS: Mapping[str, str] = {
    "effects": "Effects",
    "closed forms": "Against closed forms",
    "controls": "Controls",
}
"""Panels of a report and their headings, in the order shown."""

COLOURS = {
    Verdict.PRESENT: "#0072b2",
    Verdict.ABSENT: "#00735a",
    Verdict.INCONCLUSIVE: "#595959",
}
SHAPES = {Verdict.PRESENT: "s", Verdict.ABSENT: "o", Verdict.INCONCLUSIVE: "^"}
WRONG, WRONG_ROW = "#b3261e", "#fdeeec"
INK, MUTED, BAND = "#1a1a1a", "#595959", "#e2e2e2"

MAX_DOTS = 400
"""Of more seeds, so many evenly spaced quantiles are drawn."""

SCALES = 4.0
"""Measures whose scales differ by more than this factor do not share an axis."""

# Inches. Text is set at its final size, so a narrow picture is laid out anew and not scaled down.
_FONT = 9.0
_LINE = 0.17
_LEFT, _RIGHT = 2.5, 2.1
_ABOVE, _BELOW = 0.34, 0.62
_LANE = 0.28
_GAP = 0.09


def number(value: float, decimals: int | None = None, sign: bool = False) -> str:
    """Write a number for readers: three significant digits, a true minus sign.

    Parameters
    ----------
    value : float
        Finite.
    decimals : int, optional
        Digits after the point, in place of three significant ones.
    sign : bool
        Write a plus sign before positive numbers.

    Examples
    --------
    >>> number(0.12345), number(-1234.5), number(2.0), number(1.25e-7), number(0.5, sign=True)
    ('0.123', '−1234', '2', '1.25e−7', '+0.5')
    >>> number(0.5, decimals=3), number(-0.0001, decimals=2)
    ('0.500', '0.00')
    """
    if decimals is not None:
        text = f"{value:.{decimals}f}"
    elif value == 0 or not math.isfinite(value):
        text = f"{value:.0f}"
    elif not 1e-4 <= abs(value) < 1e7:
        mantissa, exponent = f"{value:.2e}".split("e")
        text = f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"
    else:
        text = f"{value:.{max(0, 2 - math.floor(math.log10(abs(value))))}f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
    if text.startswith("-") and not text.strip("-0."):
        text = text[1:]
    if sign and not text.startswith("-") and text.strip("0."):
        text = f"+{text}"
    return text.replace("-", "−")


def interval(
    mean: float,
    low: float | None,
    high: float | None,
    sign: bool = True,
    resolution: float | None = None,
) -> str:
    """Write a mean with its interval, to two digits of the interval's half-width.

    Parameters
    ----------
    mean, low, high : float
        Ends of None leave the interval out.
    sign : bool
        Write a plus sign before a positive mean.
    resolution : float, optional
        What differences are compared with. Digits below a hundredth of it say nothing and are
        not written.

    Examples
    --------
    >>> interval(0.59812, 0.58612, 0.61012), interval(0.0, 0.0, 0.0), interval(0.25, None, None)
    ('+0.598 [0.586, 0.610]', '0 [0, 0]', '+0.25')
    >>> interval(0.99999712, 0.99999702, 0.99999722, resolution=0.1)
    '+1.000 [1.000, 1.000]'
    """
    if low is None or high is None:
        return number(mean, sign=sign)
    half = (high - low) / 2
    if resolution and half:
        half = max(half, resolution / 10)
    decimals = max(0, 1 - math.floor(math.log10(half))) if 1e-6 < half < 1e7 else None
    ends = f"[{number(low, decimals)}, {number(high, decimals)}]"
    return f"{number(mean, decimals, sign)} {ends}"


def resolution(result: Result) -> float | None:
    """Return the size of differences that matter to a claim: its margin, or a tenth of its bar."""
    if result.kind in ("competence", "fraction"):
        return 0.1 * abs(result.target) or None
    return result.delta or None


def measured(result: Result, level: float = 0.0) -> str:
    """Write the mean of ``measure - target + level`` with its 95 % interval.

    With ``level=0`` it is the effect, with ``level=result.target`` the measure itself.
    """
    e = result.estimate
    low, high = (None if end is None else end + level for end in (e.low, e.high))
    return interval(e.mean + level, low, high, level == 0, resolution(result))


@dataclass(frozen=True)
class _Row:
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


def _group(result: Result) -> str:
    if result.kind in ("competence", "fraction"):
        return "controls"
    if result.kind == "closed form" and result.delta > 0:
        return "closed forms"
    return "effects"


def groups(report: Report) -> tuple[str, ...]:
    """Return the panels of :data:`GROUPS` for which a report has claims."""
    present = {_group(result) for result in report.results}
    return tuple(group for group in GROUPS if group in present)


def words(name: str) -> str:
    """Write the name of a measure as words."""
    return name.replace("_", " ")


def _dots(values: Sequence[float]) -> np.ndarray:
    array = np.asarray(values, dtype=float)
    if array.size <= MAX_DOTS:
        return array
    return np.quantile(array, (np.arange(MAX_DOTS) + 0.5) / MAX_DOTS)


def _chars(result: Result, stacked: bool) -> int:
    """How many characters of a label fit beside the verdict, or to the left of the axes."""
    return int((3.4 - 0.085 * len(_outcome(result))) / 0.076) if stacked else 32


def _rows(
    report: Report, group: str, stacked: bool = False, measures: Collection[str] | None = None
) -> list[_Row]:
    titles = {arm.slug: arm.title for arm in report.arms}
    results = [
        result
        for result in report.results
        if _group(result) == group and (measures is None or result.measure in measures)
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
                title = f"{title}: {words(result.measure)}"
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
                _Row(
                    label=tuple(textwrap.wrap(title, _chars(result, stacked))) or ("",),
                    heading=words(measure),
                    dots=(_dots(values) - result.target + shift) / unit,
                    mean=(estimate.mean + shift) / unit,
                    low=(low + shift) / unit,
                    high=(high + shift) / unit,
                    band=band,
                    measured=measured(result, level),
                    expected=None if expected is None else (expected + shift) / unit,
                    result=result,
                )
            )
    return rows


def _by_scale(report: Report, group: str) -> list[list[str]]:
    """Split the measures of a group so that those that share an axis are all legible on it."""
    scales: dict[str, float] = {}
    for row in _rows(report, group):
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


def _axis_label(group: str, rows: Sequence[_Row]) -> str:
    if group == "closed forms":
        return "measured − theory, in units of the tolerance"
    if group == "controls":
        return "level (grey: below the bar)"
    headings = {row.heading for row in rows}
    return (
        f"effect on {headings.pop()}" if len(headings) == 1 else "effect, in units of the measure"
    )


def _row_height(row: _Row, stacked: bool) -> float:
    lines = len(row.label)
    return lines * _LINE + _LANE + 2 * _GAP if stacked else max(lines, 2) * _LINE + _GAP


def _headings(rows: Sequence[_Row]) -> bool:
    return len({row.heading for row in rows}) > 1


def _height(rows: Sequence[_Row], stacked: bool) -> float:
    count = len({row.heading for row in rows}) if _headings(rows) else 0
    return sum(_row_height(row, stacked) for row in rows) + count * (_LINE + _GAP)


def _span(rows: Sequence[_Row], zero: bool) -> tuple[float, float]:
    reach = [x for row in rows for x in row.reach] + ([0.0] if zero else [])
    low, high = min(reach), max(reach)
    if high - low < 1e-12:  # every seed exactly on target
        low, high = low - 1.0, high + 1.0
    pad = 0.06 * (high - low)
    return low - pad, high + pad


def _jitter(count: int) -> np.ndarray:
    """Spread dots evenly over (-1, 1) without chance: multiples of the golden ratio modulo 1."""
    return 2 * ((np.arange(count) * 0.6180339887498949 + 0.5) % 1.0) - 1


FOUND = {
    "incentive": ("present", "absent"),
    "impact": ("present", "absent"),
    "closed form": ("off theory", "on theory"),
    "identity": ("not exact", "exact"),
    "competence": ("above the bar", "below the bar"),
    "fraction": ("above the bar", "below the bar"),
}
"""What PRESENT and ABSENT are called in each kind of claim.

"Absent" is right for an effect and puzzling for a deviation from theory.
"""


def found(result: Result) -> str:
    """Say the verdict in the words of its kind of claim."""
    if result.reversed:
        return "reversed"
    if result.verdict is Verdict.INCONCLUSIVE:
        return "inconclusive"
    present, absent = FOUND[result.kind]
    return present if result.verdict is Verdict.PRESENT else absent


def _outcome(result: Result) -> str:
    """Say verdict and agreement in words, with a sign that does not need colour."""
    if result.agrees is False:
        return f"✗ contradicts: {found(result)}"
    return f"{'?' if result.agrees is None else '✓'} {found(result)}"


def _draw_row(ax: Axes, row: _Row, top: float, stacked: bool, span: tuple[float, float]) -> None:
    height = _row_height(row, stacked)
    verdict = row.result.verdict
    colour = COLOURS[verdict]
    if row.result.agrees is False:
        colour = WRONG
        ax.fill_between(span, top, top + height, color=WRONG_ROW, lw=0, zorder=0)
    bottom = top + height - (_GAP if stacked else 0.0)
    lane = _LANE if stacked else height  # the strip that holds marks and not words
    middle = bottom - lane / 2
    strip = [bottom - lane, bottom]
    low, high = max(row.band[0], span[0]), min(row.band[1], span[1])
    ax.fill_between([low, high], *strip, color=BAND, lw=0.5, zorder=1)
    if math.isinf(row.band[0]):
        ax.plot([high, high], strip, color=MUTED, lw=1, zorder=2)
    else:
        ax.plot([0, 0], strip, color=MUTED, lw=0.8, zorder=2)
    reach = 0.32 * lane
    dots = middle + 0.9 * reach * _jitter(row.dots.size)
    ax.scatter(row.dots, dots, s=7, color=colour, alpha=0.45, lw=0, zorder=3)
    if row.expected is not None:
        ax.plot([row.expected] * 2, [middle - reach, middle + reach], color=INK, lw=1.8, zorder=4)
    ax.plot([row.low, row.high], [middle] * 2, color=colour, lw=1.8, zorder=5)
    ax.plot(
        [row.mean],
        [middle],
        marker=SHAPES[verdict],
        ms=6.5,
        mfc=colour if verdict is Verdict.PRESENT else "white",
        mec=colour,
        mew=1.6,
        zorder=6,
    )
    write = functools.partial(
        ax.text, transform=ax.get_yaxis_transform(), fontsize=_FONT, parse_math=False
    )
    outcome = _outcome(row.result)
    first = middle - (len(row.label) - 1) / 2 * _LINE
    if stacked:
        first = top + 0.6 * _GAP + _LINE / 2
    gap = 0.0 if stacked else 0.14 / _plot_width(ax)
    for i, line in enumerate(row.label):  # one by one, so that each is aligned in any font
        side = "left" if stacked else "right"
        write(-gap, first + i * _LINE, line, va="center", ha=side, color=INK)
    if stacked:
        write(1.0, top + 0.6 * _GAP, outcome, va="top", ha="right", color=colour, weight="bold")
        return
    write(1 + gap, middle - 0.01, outcome, va="bottom", ha="left", color=colour, weight="bold")
    write(1 + gap, middle + 0.02, row.measured, va="top", ha="left", color=MUTED)


def _plot_width(ax: Axes) -> float:
    """Width of the axes in inches."""
    figure = ax.get_figure(root=True)
    assert figure is not None  # an Axes that is drawn on belongs to a figure
    return float(ax.get_position().width * figure.get_size_inches()[0])


def forest(
    report: Report,
    ax: Axes | None = None,
    group: str = "effects",
    stacked: bool = False,
    measures: Collection[str] | None = None,
) -> Axes:
    """Draw one panel of a report as a forest plot.

    Parameters
    ----------
    report : Report
        What was predicted and measured.
    ax : Axes, optional
        Where to draw; by default a new pyplot figure of the right size. Labels and verdicts stand
        outside the axes, to its left and right, unless `stacked`.
    group : str
        One of :data:`GROUPS`.
    stacked : bool
        Write a row's words above its marks in place of beside them: for narrow pages.
    measures : collection of str, optional
        Draw only claims about these; by default all of the group.

    Returns
    -------
    Axes

    Raises
    ------
    CaseError
        If the report has no such claim.
    """
    rows = _rows(report, group, stacked, measures)
    if not rows:
        have = ", ".join(map(repr, groups(report))) or "none"
        about = "" if measures is None else f" about {', '.join(map(repr, measures))}"
        raise CaseError(
            f"{report.slug} has no claims{about} in the group {group!r}. Its groups: {have}."
        )
    height = _height(rows, stacked)
    if ax is None:
        import matplotlib.pyplot as plt

        figure = plt.figure()
        (ax,) = _place(figure, [height], stacked)
    span = _span(rows, zero=group != "controls")
    ax.set_xlim(*span)
    ax.set_ylim(height, 0)
    top, heading = 0.0, ""
    for row in rows:
        if _headings(rows) and row.heading != heading:
            heading = row.heading
            ax.text(
                0.0,
                top + _GAP,
                heading,
                va="top",
                color=MUTED,
                style="italic",
                fontsize=_FONT,
                transform=ax.get_yaxis_transform(),
                parse_math=False,
            )
            top += _LINE + _GAP
        _draw_row(ax, row, top, stacked, span)
        top += _row_height(row, stacked)
    ax.set_yticks([])
    ax.spines[["left", "right", "top"]].set_visible(False)
    ax.spines["bottom"].set_color(MUTED)
    ax.tick_params(axis="x", labelsize=_FONT, color=MUTED, labelcolor=INK)
    ax.locator_params(axis="x", nbins=5 if stacked else 7)
    ax.ticklabel_format(axis="x", useOffset=False)
    ax.set_xlabel(_axis_label(group, rows), fontsize=_FONT, color=INK, parse_math=False)
    return ax


def _place(figure: Figure, heights: Sequence[float], stacked: bool) -> list[Axes]:
    """Size the figure in inches and stack axes of the given heights in it."""
    width = 3.75 if stacked else 9.4
    left, right = (0.12, 0.12) if stacked else (_LEFT, _RIGHT)
    total = sum(heights) + len(heights) * (_ABOVE + _BELOW)
    figure.set_size_inches(width, total)
    axes, top = [], total
    for height in heights:
        top -= _ABOVE + height
        box = (left / width, top / total, (width - left - right) / width, height / total)
        axes.append(figure.add_axes(box))
        top -= _BELOW
    return axes


def panels(report: Report, stacked: bool = False) -> Figure:
    """Draw every panel of a report into one new figure that pyplot does not know of.

    Measures of very different scales get panels of their own.

    Parameters
    ----------
    report : Report
        What was predicted and measured.
    stacked : bool
        Lay out for a narrow page.

    Returns
    -------
    Figure
    """
    from matplotlib.figure import Figure

    figure = Figure()
    shown = [(group, part) for group in groups(report) for part in _by_scale(report, group)]
    heights = [_height(_rows(report, group, stacked, part), stacked) for group, part in shown]
    axes = _place(figure, heights, stacked)
    for (group, part), ax in zip(shown, axes, strict=True):
        forest(report, ax, group, stacked, part)
        ax.set_title(GROUPS[group], loc="left", fontsize=_FONT + 1, weight="bold", color=INK, pad=6)
    return figure
