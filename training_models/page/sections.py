"""What the template shows of each case, as records; nothing here is markup but the pictures."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from training_models.page.pictures import Diagram, diagrams, forest
from training_models.page.prose import prose
from training_models.report import Report
from training_models.results import Result
from training_models.seeds import FIRST_DEMO_SEED, FIRST_REPORTED_SEED
from training_models.tables import notes
from training_models.words import capital, interval, sentence, spaced

__all__ = ["Section", "bounds", "citations", "command", "p_values", "section", "source"]

MAX_COLUMNS = 12
"""A table of per-seed numbers with more measures than this goes on below."""
CRITERIA = {
    "ici": ("ICI", "instrumental control incentive, read on the objective graph"),
    "impact": ("Impact", "side effect, read on the physical graph"),
}


def source(result: Result) -> str:
    """Name what a prediction was computed from, in a few words."""
    if result.finding is None:
        return "control" if result.sort.panel == "controls" else result.kind
    concept = CRITERIA.get(result.finding.concept, (result.finding.concept,))[0]
    return f"{concept}: {' → '.join(result.finding.path_nodes) or 'no path'}"


def citations(reports: Sequence[Report]) -> list[str]:
    """Say for each criterion in use what it is, where it is read, and where it is proved."""
    found = {
        result.finding.concept: result.finding.reference
        for report in reports
        for result in report.results
        if result.finding is not None
    }
    return [
        f"{CRITERIA[concept][0]}: {CRITERIA[concept][1]} ({reference})."
        for concept, reference in found.items()
        if concept in CRITERIA
    ]


def bounds(result: Result) -> tuple[str, ...]:
    """Say the 95 % interval of the effect, and the bootstrap interval."""
    e = result.estimate
    return tuple(
        "–"
        if low is None or high is None
        else interval(e.mean, low, high, False, result.resolution).partition(" ")[2]
        for low, high in ((e.low, e.high), (e.bca_low, e.bca_high))
    )


def p_values(result: Result) -> tuple[str, ...]:
    """Write the corrected p-values, each with the hypothesis that a small one shows."""
    if result.sort.basis == "construction":
        return ("no test",)
    pairs = zip(result.sort.found, result.holm.p_values, strict=False)
    return tuple(f"{name} {'< 0.0001' if p < 1e-4 else f'{p:.2g}'}" for name, p in pairs)


def command(report: Report) -> str:
    """Return what to type to train the case again on the same seeds."""
    seeds = report.seeds
    if list(seeds) != list(range(seeds[0], seeds[0] + len(seeds))):
        fast = ", fast=True" if report.fast else ""
        call = f"tm.run([{report.slug!r}], seeds={list(seeds)}{fast})"
        return f"python -c {shlex.quote(f'import training_models as tm; {call}')}"
    words = ["python", "-m", "training_models", "run", report.slug, "--seeds", str(len(seeds))]
    if seeds[0] != (FIRST_DEMO_SEED if report.fast else FIRST_REPORTED_SEED):
        words += ["--first-seed", str(seeds[0])]
    if report.fast:
        words.append("--fast")
    return shlex.join(words)


@dataclass(frozen=True)
class Prediction:
    """Claims that say the same of several arms for the same reason."""

    says: str
    arms: str
    reason: str


@dataclass(frozen=True)
class Section:
    """A case as the template shows it."""

    number: int
    report: Report
    titles: dict[str, str]
    lead: Markup
    about: Markup
    diagrams: list[Diagram]
    predictions: list[Prediction]
    theorems: list[str]
    wide: Markup
    narrow: Markup
    seed_tables: list[list[tuple[str, str, tuple[float, ...]]]]
    counts: Counter[bool | None]
    shown: list[Result]
    controls: int
    notes: list[str]


def _predictions(report: Report) -> tuple[list[Prediction], list[str]]:
    """Group claims that say the same for the same reason, and state each theorem once."""
    grouped: dict[tuple[str, ...], list[Result]] = {}
    theorems: dict[str, None] = {}
    for result in report.results:
        why, finding = [sentence(result.because)], result.finding
        if finding is not None:
            why += finding.notes
            theorem = f"Theorem: {finding.theorem} [{finding.reference}; {finding.scope}]."
            theorems[f"{theorem} {finding.silent}".strip()] = None
        says = f"{spaced(result.measure)} {result.prediction}"
        if result.sort.signed:
            says = f"{capital(result.statement or result.name)}: {result.prediction}"
        grouped.setdefault((result.kind, says, " ".join(why).strip()), []).append(result)
    titles = {arm.slug: arm.title for arm in report.arms}
    found = [
        Prediction(
            says=says,
            arms="; ".join(dict.fromkeys(titles.get(r.arm, r.arm) for r in results)),
            reason=why,
        )
        for (_, says, why), results in grouped.items()
    ]
    return found, list(theorems)


def _passed_control(result: Result) -> bool:
    """Whether a claim is a mere threshold, and was cleared: the overview only counts these."""
    return result.sort.background and result.agrees is True


def section(number: int, report: Report) -> Section:
    """Return what the template shows of a report."""
    _, _, rest = report.about.strip().partition("\n\n")  # the first line says what title says
    lead, _, about = rest.partition("\n\n")
    if about.startswith("    "):  # a formula that it announces belongs to it
        announced, _, about = about.partition("\n\n")
        lead = f"{lead}\n\n{announced}"
    found, theorems = _predictions(report)
    columns = [
        (arm, measure, values)
        for arm, measures in report.measures.items()
        for measure, values in measures.items()
    ]
    starts = range(0, len(columns), MAX_COLUMNS)
    return Section(
        number=number,
        report=report,
        titles={arm.slug: arm.title for arm in report.arms},
        lead=prose(lead),
        about=prose(about),
        diagrams=diagrams(report),
        predictions=found,
        theorems=theorems,
        wide=forest(report, f"w{number}-", stacked=False),
        narrow=forest(report, f"n{number}-", stacked=True),
        seed_tables=[columns[start : start + MAX_COLUMNS] for start in starts],
        counts=Counter(result.agrees for result in report.results),
        shown=[result for result in report.results if not _passed_control(result)],
        controls=sum(map(_passed_control, report.results)),
        notes=notes(report),
    )
