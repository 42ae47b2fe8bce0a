"""Reports as text: tables, counts of claims by what could contradict them, and notes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from training_models.kinds import BASES, Basis
from training_models.results import Result
from training_models.seeds import FIRST_DEMO_SEED
from training_models.words import align, capital, count, number, plain, seed_ranges

if TYPE_CHECKING:
    from training_models.report import Report

__all__ = ["HEADER", "cells", "counted", "notes", "report_text", "summary", "tally"]

HEADER = ("claim", "tests", "untrained", "measured [95 %]", "margin", "predicted", "found", "")
TESTS = {"training": "training", "world": "instrument", "construction": "nothing"}
"""What a claim tests, in a word or two."""
NOUNS: dict[Basis, tuple[str, str]] = {
    "training": ("claim that training could contradict", "claims that training could contradict"),
    "world": ("check of an estimator or simulator", "checks of estimators and simulators"),
    "construction": ("identity by construction", "identities by construction"),
}
EXPLORATORY = f"EXPLORATORY: seeds below {FIRST_DEMO_SEED} are for tuning, not for reporting."


def cells(result: Result) -> tuple[str, ...]:
    """Return a result as the cells of a table row; see :data:`HEADER`."""
    return (
        result.name,
        TESTS[result.basis],
        result.before,
        result.measured,
        result.margin,
        result.prediction,
        result.found,
        result.outcome,
    )


def tally(results: Iterable[Result]) -> dict[Basis, Counter[bool | None]]:
    """Count how the claims of each basis came out."""
    counts: dict[Basis, Counter[bool | None]] = {basis: Counter() for basis in BASES}
    for result in results:
        counts[result.basis][result.agrees] += 1
    return counts


def counted(results: Sequence[Result]) -> str:
    """Say how many claims could have been contradicted, by what, and how many came out."""
    parts = [
        f"{count(of.total(), *NOUNS[basis])}, {of[True]} as predicted"
        for basis, of in tally(results).items()
        if of
    ]
    return capital("; ".join(parts)) + "."


def notes(report: Report) -> list[str]:
    """Return what a reader of a report should know, one sentence each."""
    said = [counted(report.results)]
    for arm, different in report.repeated.items():
        same = "are one computation" if different == 1 else f"are {different} computations"
        said.append(f"The {len(report.seeds)} seeds of the arm {arm} {same}.")
    graphs: dict[str, list[str]] = {}
    for arm, graph in report.unclaimed:
        graphs.setdefault(graph, []).append(arm)
    for graph, arms in graphs.items():
        said.append(f"No claim reads the {graph} graph of: {', '.join(arms)}.")
    if free := [r.name for r in report.results if r.already and "nothing" in r.already]:
        said.append(f"Claims that an untrained learner satisfies as well: {', '.join(free)}.")
    said.append(
        f"{capital(count(len(report.seeds), 'agreeing seed'))} leave room for a share of up to "
        f"{number(100 * report.unseen_share, 0)} % of deviating ones."
    )
    return said


def report_text(report: Report) -> str:
    """Return a report as text: a table, every claim as a sentence, and notes."""
    facts = [
        f"{len(report.seeds)} seeds ({seed_ranges(report.seeds)})",
        f"registration {report.config_hash[:8]}",
        f"{report.seconds:.1f} s on {report.device}",
        f"{report.hypotheses} hypotheses in the run",
    ]
    if report.fast:
        facts.insert(1, "fast")
    lines = [f"{report.title} ({report.slug})", report.question, ", ".join(facts)]
    if report.exploratory:
        lines.append(EXPLORATORY)
    lines += ["", align([HEADER, *map(cells, report.results)]), ""]
    lines += [f"- {result.in_words()}" for result in report.results]
    lines += ["", *notes(report)]
    return plain("\n".join(lines))


def summary(reports: Sequence[Report]) -> str:
    """Return the table of predicted against measured, and what it amounts to in words."""
    results = [(report, result) for report in reports for result in report.results]
    rows = [(report.slug, *cells(result)) for report, result in results]
    lines = [align([("case", *HEADER), *rows]), ""]
    lines.append(counted([result for _, result in results]))
    for report, result in results:
        if result.agrees is not True:
            lines.append(f"- {report.slug}: {result.in_words()}")
    for report in reports:
        lines += [f"- {report.slug}: {note}" for note in notes(report)[1:-1]]
    if any(report.exploratory for report in reports):
        lines.append(EXPLORATORY)
    return plain("\n".join(lines))
