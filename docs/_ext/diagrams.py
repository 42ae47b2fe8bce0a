"""A directive that draws a diagram, and pages generated from the catalogue and from results.

``.. diagram:: SLUG`` draws a catalogue entry, ``.. diagram::`` the diagram written out below it, in
the text syntax. Options: ``:highlight: ici:P:I`` emphasises the path of a verdict, ``:physical:``
shows the physical graph of a pair as dashed edges, and ``:caption:`` sets a caption.
"""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any, ClassVar

import matplotlib
from docutils import nodes
from docutils.parsers.rst import Directive, directives

import cid
import training_models as tm
from cid.criteria.analysis import ask

GENERATED = Path(__file__).parent.parent / "generated"
RESULTS = Path(__file__).parent.parent / "results"


def figure(svg: str, caption: str) -> str:
    """Return an HTML figure."""
    return (
        f'<figure class="cid-figure">{svg}<figcaption>{html.escape(caption)}</figcaption></figure>'
    )


class Diagram(Directive):
    """Draw a catalogue entry, or the diagram that is written out below."""

    optional_arguments = 1
    has_content = True
    option_spec: ClassVar[dict[str, Any]] = {
        "highlight": directives.unchanged,
        "physical": directives.flag,
        "caption": directives.unchanged,
    }

    def run(self) -> list[nodes.Node]:
        """Return the picture as raw HTML."""
        if self.arguments:
            entry = cid.catalog.load(self.arguments[0])
            d, physical, caption = entry.diagram, entry.physical, entry.title
        else:
            d, physical, caption = cid.CID.parse("\n".join(self.content)), None, ""
        highlight = None
        if "highlight" in self.options:
            highlight = ask(d, *self.options["highlight"].split(":"))
            caption = f"{caption}. {highlight}" if caption else str(highlight)
        svg = cid.draw.to_svg(
            d,
            highlight=highlight,
            physical=physical if "physical" in self.options else None,
        )
        caption = self.options.get("caption", caption)
        return [nodes.raw("", figure(svg, caption), format="html")]


def title(text: str, line: str = "=") -> list[str]:
    """Return a reStructuredText title."""
    return [text, line * len(text), ""]


def raw(markup: str) -> list[str]:
    """Return an HTML block."""
    return [".. raw:: html", "", *("   " + line for line in markup.splitlines()), ""]


def paragraphs(prose: str) -> list[str]:
    """Return prose with reStructuredText's special characters escaped."""
    escaped = prose.replace("\\", "\\\\").replace("*", "\\*").replace("`", "\\`")
    escaped = escaped.replace("|", "\\|").replace("_", "\\_")
    return [*escaped.splitlines(), ""]


def entry_page(entry: cid.catalog.Entry) -> str:
    """Return the page of one catalogue entry."""
    svg = cid.draw.to_svg(entry.diagram, physical=entry.physical)
    lines = [f".. _catalogue-{entry.slug}:", "", *title(entry.title), *paragraphs(entry.prose)]
    caption = (
        "Solid: edges that credit crosses. Dashed: edges of the physical graph only."
        if entry.physical
        else entry.title
    )
    lines += raw(figure(svg, caption))
    findings = cid.analyze(entry.diagram, physical=entry.physical)
    lines += title("Verdicts", "-")
    where = "; impact is read on the physical graph" if entry.physical else ""
    lines += [f"Computed by :func:`cid.analyze`{where}.", ""]
    lines += raw(f'<div class="cid-table">{findings.to_html()}</div>')
    if findings.out_of_scope:
        reasons = dict.fromkeys(o.reason for o in findings.out_of_scope)
        lines += [".. admonition:: Outside the scope", ""]
        for reason in reasons:
            lines += ["   - " + " ".join(paragraphs(reason)).strip()]
        lines += [""]
    if len(entry.diagram.decisions) > 1:
        listed = [
            f"{d}: {', '.join(cid.lcdt_ici_list(entry.diagram, d)) or 'none'}"
            for d in entry.diagram.decisions
        ]
        lines += ["Under LCDT, instrumental control incentives are left on:", ""]
        lines += [f"- {' '.join(paragraphs(text)).strip()}" for text in listed] + [""]
    if entry.predictions:
        lines += title("Published verdicts", "-")
        for p in entry.predictions:
            answer = p.answer if isinstance(p.answer, bool) else ", ".join(p.answer) or "none"
            on = f" on {p.node}" if p.node else ""
            text = f"{p.concept} of {p.decision}{on}: {answer} ({p.source})"
            lines.append("- " + " ".join(paragraphs(text)).strip())
        lines.append("")
    for heading, text in (("Set-up", entry.setup), ("What one would measure", entry.measure)):
        if text:
            lines += [*title(heading, "-"), *paragraphs(text)]
    cites = ", ".join(f":cite:t:`{key}`" for key in entry.cites)
    lines += [*title("Source", "-"), *paragraphs(entry.reference)]
    lines += [f"See {cites}.", ""] if cites else []
    lines += [*title("Use it", "-"), ".. code-block:: python", ""]
    lines += [f'   d = cid.catalog.load("{entry.slug}").diagram', ""]
    return "\n".join(lines)


def write(path: Path, text: str) -> None:
    """Write a page unless it stands there already, so that Sphinx rebuilds only what changed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def catalogue() -> None:
    """Write a page per entry, and the index."""
    folder = GENERATED / "catalogue"
    slugs = cid.catalog.names()
    for slug in slugs:
        write(folder / f"{slug}.rst", entry_page(cid.catalog.load(slug)))
    lines = [
        *title("Catalogue"),
        f"{len(slugs)} worked diagrams. Each page has the picture, the computed verdicts and the",
        "source. ``cid.catalog.load(slug)`` returns the entry.",
        "",
        ".. toctree::",
        "   :maxdepth: 1",
        "",
        *(f"   {slug}" for slug in slugs),
        "",
    ]
    write(folder / "index.rst", "\n".join(lines))


def case_page(report: tm.Report) -> str:
    """Return the page of one experiment, from its committed result."""
    from training_models import figures
    from training_models.page.sections import command
    from training_models.tables import notes
    from training_models.words import seed_ranges, spaced

    lines = [f".. _case-{report.slug}:", "", *title(report.title)]
    lines += [f"*{report.question}*", ""]
    about = report.about.strip().partition("\n\n")[2]
    lines += [about, ""]
    lines += title("Diagrams", "-")
    for objective, physical, arms in pairs(report):
        finding = (
            cid.admits_ici(objective, report.decision, report.variable)
            if (report.variable in objective)
            else None
        )
        svg = cid.draw.to_svg(
            objective, highlight=finding, physical=physical if physical != objective else None
        )
        names = "; ".join(arm.title for arm in arms)
        lines += raw(figure(svg, f"{names}. {finding}" if finding is not None else names))
    lines += title("Measurements", "-")
    picture = GENERATED / "cases" / f"{report.slug}.svg"
    with matplotlib.rc_context({"svg.hashsalt": "docs", "svg.fonttype": "none"}):
        figures.panels(report).savefig(picture, metadata={"Date": None, "Creator": None})
    lines += [f".. image:: {report.slug}.svg", f"   :alt: Forest plot of {report.title}", ""]
    titles = {arm.slug: arm.title for arm in report.arms}
    lines += [".. list-table::", "   :header-rows: 1", "   :class: cid-claims", ""]
    head = ("Arm", "Measure", "Predicted", "Untrained", "Measured [95 %]", "Margin", "Verdict")
    rows = [head] + [
        (
            titles[result.arm],
            spaced(result.measure),
            result.prediction,
            result.before,
            result.measured,
            result.margin,
            f"{result.outcome}: {result.verdict_in_words}",
        )
        for result in report.results
    ]
    for row in rows:
        for i, cell in enumerate(row):
            text = " ".join(paragraphs(cell)).strip()
            lines.append(f"   {'*' if i == 0 else ' '} - {text}")
    lines += ["", *(f"- {' '.join(paragraphs(note)).strip()}" for note in notes(report)), ""]
    lines += [
        *title("Record", "-"),
        f"Seeds {seed_ranges(report.seeds)}; {report.seconds:.0f} s of training;",
        f"registration ``{report.config_hash}``.",
        "Made by::",
        "",
        f"   {command(report)}",
        "",
        "The per-seed numbers stand in the `full report <../../report.html>`__.",
        "",
    ]
    return "\n".join(lines)


def pairs(report: tm.Report) -> list[tuple[cid.CID, cid.CID, list[Any]]]:
    """Return each pair of graphs once, with the arms it belongs to."""
    shared: dict[tuple[cid.CID, cid.CID], list[Any]] = {}
    for arm in report.arms:
        key = (arm.graph("objective"), arm.graph("physical"))
        shared.setdefault(key, []).append(arm)
    return [(objective, physical, arms) for (objective, physical), arms in shared.items()]


def cases() -> None:
    """Write a page per committed result, the index, and the full report."""
    from training_models import html
    from training_models.tables import counted

    folder = GENERATED / "cases"
    folder.mkdir(parents=True, exist_ok=True)
    reports = [tm.Report.load(path) for path in sorted(RESULTS.glob("*.json"))]
    for report in reports:
        write(folder / f"{report.slug}.rst", case_page(report))
    claims = [result for report in reports for result in report.results]
    agree = sum(result.agrees is True for result in claims)
    wrong = sum(result.agrees is False for result in claims)
    lines = [
        *title("Experiments"),
        f"{len(reports)} experiments with {len(claims)} pre-registered claims: {agree} came out as",
        f"predicted, {wrong} were contradicted, {len(claims) - agree - wrong} are inconclusive.",
        counted(claims),
        "The results are committed with the project and were made by::",
        "",
        "   python -m training_models run --all --no-html --out docs/results",
        "",
        ":doc:`../../protocol` says how a verdict is reached; the `full report",
        "<../../report.html>`__ is one self-contained page.",
        "",
        ".. toctree::",
        "   :maxdepth: 1",
        "",
        *(f"   {report.slug}" for report in reports),
        "",
    ]
    write(folder / "index.rst", "\n".join(lines))
    extra = GENERATED / "extra"
    extra.mkdir(exist_ok=True)
    html.write(reports, extra / "report.html")


def generate(app: Any) -> None:
    """Write all generated pages before Sphinx reads its sources."""
    catalogue()
    cases()


def setup(app: Any) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_directive("diagram", Diagram)
    app.connect("builder-inited", generate)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
