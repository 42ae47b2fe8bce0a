"""Draw docs/_static/readme.png: one training process, drawn twice, and what the networks did.

The diagrams and the per-seed values come from the stored report of the self-fulfilling forecast,
``docs/results/self_fulfilling.json``. Run from anywhere: ``python docs/make_readme_figure.py``.
"""

from __future__ import annotations

import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.axes import Axes

import cid
from training_models import Report

DOCS = Path(__file__).resolve().parent
ROWS = (
    ("pathwise", "Credit flows through the outcome"),
    ("pathwise_stopgrad", "Same world, stop-gradient at the outcome"),
)
WORDS = {"W": "World", "Q": "Question", "A": "Forecast", "S": "Outcome", "R": "Score"}
MEASURES = (
    ("steering", "bends its forecasts\nfor an easy outcome", "#D55E00"),
    ("impact", "moves the outcome\nat all", "#707070"),
)


def draw_pair(report: Report, slug: str, ax: Axes) -> None:
    """Draw an arm's objective graph over its physical graph, with the decisive path."""
    arm = next(arm for arm in report.arms if arm.slug == slug)
    physical, objective = (
        cid.CID.from_dict(graph).relabel(WORDS) for graph in (arm.physical, arm.objective)
    )
    finding = cid.admits_ici(objective, WORDS[report.decision], WORDS[report.variable])
    objective.draw(ax=ax, highlight=finding or None, physical=physical)


def draw_seeds(report: Report, slug: str, ax: Axes) -> None:
    """Draw an arm's measures, a dot for each seed, with the verdict where one was claimed."""
    for row, (measure, _, colour) in enumerate(MEASURES):
        values = report.measures[slug][measure]
        # Multiples of the golden ratio spread the dots evenly without drawing lots.
        heights = [-row + 0.36 * ((i * 0.618) % 1 - 0.5) for i in range(len(values))]
        ax.plot(values, heights, "o", ms=4.5, color=colour, alpha=0.6, mew=0)
        claimed = [
            str(result.verdict)
            for result in report.results
            if (result.arm, result.measure, result.target) == (slug, measure, 0.0)
        ]
        mean = sum(values) / len(values)
        ax.annotate(
            " ".join([f"{mean + 0.0:.2f}", *claimed]),
            (mean, -row),
            (12, 0),
            textcoords="offset points",
            va="center",
            fontsize=9,
            fontweight="bold",
            color=colour,
        )
    ax.axvline(0, color="#999999", lw=0.8, zorder=0)
    ax.set(xlim=(-0.06, 0.96), ylim=(-1.5, 0.5), yticks=[0, -1])
    ax.set_yticklabels([words for _, words, _ in MEASURES], fontsize=9.5)
    ax.tick_params(axis="y", length=0)
    ax.spines[["left", "right", "top"]].set_visible(False)


def draw(report: Report, path: Path) -> None:
    """Draw one row for each arm."""
    figure, axes = plt.subplots(
        len(ROWS),
        2,
        figsize=(10.5, 4.4),
        width_ratios=(1.5, 1),
        height_ratios=(1, 1.28),
        layout="constrained",
    )
    for (slug, title), (left, right) in zip(ROWS, axes, strict=True):
        draw_pair(report, slug, left)
        left.set_title(title, loc="left", fontsize=11, fontweight="bold")
        draw_seeds(report, slug, right)
    axes[0, 0].set_anchor("W")
    axes[1, 0].set_anchor("W")
    axes[0, 1].set_title(
        f"{len(report.seeds)} trained networks", loc="left", fontsize=11, fontweight="bold"
    )
    axes[1, 1].set_xlabel("change of a probability", fontsize=9.5)
    figure.savefig(path, dpi=160)


if __name__ == "__main__":
    stored = DOCS / "results" / "self_fulfilling.json"
    if not stored.exists():
        sys.exit(f"{stored} is missing. Run the case self_fulfilling and store its result there.")
    draw(Report.load(stored), DOCS / "_static" / "readme.png")
