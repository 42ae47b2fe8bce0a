"""Reports as one self-contained web page: predicted against measured, and a section per case.

The page is a file that needs nothing else: pictures are inline SVG, the style sheet is inline,
there are no scripts, and a content security policy forbids whatever is not in the file. It reads
on a phone and on paper, and says nothing by colour alone. The same reports give the same bytes.

All text from reports is escaped by the template engine. The places that make markup,
:mod:`training_models.page.prose` and :mod:`training_models.page.pictures`, escape what they are
given themselves.

Examples
--------
::

    import training_models as tm
    from training_models import html

    done = tm.run(["self_fulfilling", "lcdt_note"], fast=True)
    html.write(done.reports, "report.html")
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cid.errors import CIDTypeError, shorten
from training_models.errors import ResultError
from training_models.files import write_bytes
from training_models.kinds import BASES
from training_models.page.sections import bounds, citations, command, p_values, section, source
from training_models.report import Report
from training_models.seeds import FIRST_DEMO_SEED
from training_models.stats import ALPHA
from training_models.tables import counted
from training_models.words import capital, count, number, seed_ranges, sentence, spaced

__all__ = ["render", "write"]

ROLES = {
    "full": "credit along every edge",
    "cut": "credit cut",
    "null": "mechanism off",
    "control": "control",
}


def _constant(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _seed_value(value: float) -> str:
    """Write one seed's number with six significant digits."""
    return f"{value:.6g}".replace("-", "−")


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        bounds=bounds,
        command=command,
        constant=_constant,
        count=count,
        number=number,
        p_values=p_values,
        seed_ranges=seed_ranges,
        seed_value=_seed_value,
        source=source,
        ALPHA=ALPHA,
        BASES=BASES,
        FIRST_DEMO_SEED=FIRST_DEMO_SEED,
        ROLES=ROLES,
    )
    environment.filters.update(sentence=sentence, capital=capital, words=spaced)
    return environment


def _check(reports: object) -> list[Report]:
    if isinstance(reports, Report):
        return [reports]
    if isinstance(reports, str) or not isinstance(reports, Iterable):
        raise CIDTypeError(f"A page is made of a list of reports, not {shorten(reports)}.")
    listed = list(reports)
    for report in listed:
        if not isinstance(report, Report):
            raise CIDTypeError(
                f"A page is made of reports, not {shorten(report)}. Load a file with "
                "Report.load(path)."
            )
    if not listed:
        raise ResultError(
            "There are no reports to make a page of. Run an experiment first: "
            "python -m training_models run --all --fast"
        )
    return listed


def render(reports: Sequence[Report] | Report) -> str:
    """Return the page as text.

    Parameters
    ----------
    reports : sequence of Report
        Shown in this order; at least one.

    Returns
    -------
    str
        A complete HTML document. Equal reports give equal text.

    Raises
    ------
    ResultError
        If there are no reports.
    CIDTypeError
        If they are not reports.
    """
    listed = _check(reports)
    sections = [section(i, report) for i, report in enumerate(listed, start=1)]
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            sections=sections,
            counts=sum((each.counts for each in sections), Counter()),
            counted=counted([result for report in listed for result in report.results]),
            contradicted=[
                (each, result) for each in sections for result in each.report.contradicted
            ],
            citations=citations(listed),
            uniform=len({(report.exploratory, report.fast) for report in listed}) == 1,
            families=sorted({report.hypotheses for report in listed}),
            seeds=sorted({len(report.seeds) for report in listed}),
        )
    )


def write(reports: Sequence[Report] | Report, path: str | os.PathLike[str]) -> Path:
    """Write the page as UTF-8, so that the file is either the old one or complete.

    Parameters
    ----------
    reports : sequence of Report
        Shown in this order; at least one.
    path : path-like
        The file; its folder must exist.

    Returns
    -------
    Path

    Raises
    ------
    ResultError
        If there are no reports, or the place cannot be written.
    """
    return write_bytes(path, render(reports).encode("utf-8", errors="replace"))
