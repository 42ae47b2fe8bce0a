"""Forest plots of a report: what was predicted, what was measured, and how sure we can be.

One row per claim. The large marker is the mean effect over seeds with its 95 % interval, the small
dots are the seeds, the grey band is the margin fixed before training, and a black bar stands at the
exact effect where a closed form gives it. The verdict is told by colour, by shape *and* by its
word, so the picture reads in grey and for colour-blind readers (colours after Okabe and Ito).

Claims of different kinds have different scales and share no axis; each of the
:data:`training_models.kinds.PANELS` is a panel:

- *effects*: incentives, impacts and identities, in units of their measure;
- *closed forms*: the deviation from theory in units of the tolerance, which is 1 for all of them;
- *controls*: competence and fractions, as levels against the bar that they must clear.

Nothing here needs pyplot's state unless no Axes is given.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import numpy as np

from training_models.errors import CaseError
from training_models.kinds import PANELS
from training_models.results import Result
from training_models.rows import MAX_DOTS, Row, by_scale, groups, rows_of, span
from training_models.verdict import Verdict

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from training_models.report import Report

__all__ = ["MAX_DOTS", "forest", "groups", "panels"]

COLOURS = {
    Verdict.PRESENT: "#0072b2",
    Verdict.ABSENT: "#00735a",
    Verdict.INCONCLUSIVE: "#595959",
}
SHAPES = {Verdict.PRESENT: "s", Verdict.ABSENT: "o", Verdict.INCONCLUSIVE: "^"}
WRONG, WRONG_ROW = "#b3261e", "#fdeeec"
INK, MUTED, BAND = "#1a1a1a", "#595959", "#e2e2e2"

# Inches. Text is set at its final size, so a narrow picture is laid out anew and not scaled down.
_FONT = 9.0
_LINE = 0.17
_LEFT, _RIGHT = 2.5, 2.1
_ABOVE, _BELOW = 0.34, 0.62
_LANE = 0.28
_GAP = 0.09


def _axis_label(group: str, rows: Sequence[Row]) -> str:
    if group == "closed forms":
        return "measured − theory, in units of the tolerance"
    if group == "controls":
        return "level (grey: below the bar)"
    headings = {row.heading for row in rows}
    return (
        f"effect on {headings.pop()}" if len(headings) == 1 else "effect, in units of the measure"
    )


def _chars(report: Report, stacked: bool) -> int:
    """How many characters of a label fit beside the longest verdict, or to the left of the axes."""
    if not stacked:
        return 32
    longest = max(len(_outcome(result)) for result in report.results)
    return int((3.4 - 0.085 * longest) / 0.076)


def _row_height(row: Row, stacked: bool) -> float:
    lines = len(row.label)
    return lines * _LINE + _LANE + 2 * _GAP if stacked else max(lines, 2) * _LINE + _GAP


def _headings(rows: Sequence[Row]) -> bool:
    return len({row.heading for row in rows}) > 1


def _height(rows: Sequence[Row], stacked: bool) -> float:
    count = len({row.heading for row in rows}) if _headings(rows) else 0
    return sum(_row_height(row, stacked) for row in rows) + count * (_LINE + _GAP)


def _jitter(count: int) -> np.ndarray:
    """Spread dots evenly over (-1, 1) without chance: multiples of the golden ratio modulo 1."""
    return 2 * ((np.arange(count) * 0.6180339887498949 + 0.5) % 1.0) - 1


def _outcome(result: Result) -> str:
    """Say verdict and agreement in words, with a sign that does not need colour."""
    if result.agrees is False:
        return f"✗ contradicts: {result.found}"
    return f"{'?' if result.agrees is None else '✓'} {result.found}"


def _draw_row(ax: Axes, row: Row, top: float, stacked: bool, ends: tuple[float, float]) -> None:
    height = _row_height(row, stacked)
    verdict = row.result.verdict
    colour = COLOURS[verdict]
    if row.result.agrees is False:
        colour = WRONG
        ax.fill_between(ends, top, top + height, color=WRONG_ROW, lw=0, zorder=0)
    bottom = top + height - (_GAP if stacked else 0.0)
    lane = _LANE if stacked else height  # the strip that holds marks and not words
    middle = bottom - lane / 2
    strip = [bottom - lane, bottom]
    low, high = max(row.band[0], ends[0]), min(row.band[1], ends[1])
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
        One of :data:`training_models.kinds.PANELS`.
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
    rows = rows_of(report, group, _chars(report, stacked), measures)
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
    ends = span(rows, zero=group != "controls")
    ax.set_xlim(*ends)
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
        _draw_row(ax, row, top, stacked, ends)
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
    shown = [(group, part) for group in groups(report) for part in by_scale(report, group)]
    width = _chars(report, stacked)
    heights = [_height(rows_of(report, group, width, part), stacked) for group, part in shown]
    axes = _place(figure, heights, stacked)
    for (group, part), ax in zip(shown, axes, strict=True):
        forest(report, ax, group, stacked, part)
        ax.set_title(PANELS[group], loc="left", fontsize=_FONT + 1, weight="bold", color=INK, pad=6)
    return figure
