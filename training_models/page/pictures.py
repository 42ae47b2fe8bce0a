"""The pictures of a page: forest plots and diagrams, as SVG that stands beside other SVG."""

from __future__ import annotations

import io
import re
import warnings
from dataclasses import dataclass
from xml.etree import ElementTree

from markupsafe import Markup

import cid
from cid.errors import CIDError
from training_models import figures
from training_models.claims import Decisive
from training_models.predict import decisive
from training_models.registration import ArmRecord
from training_models.report import Report
from training_models.words import count

__all__ = ["Diagram", "diagrams", "forest"]


def _inline_svg(text: str, prefix: str, label: str) -> Markup:
    """Make matplotlib's SVG fit to stand in a page beside others.

    Ids get a prefix, since a page may use each once; the style sheet goes, since it would apply to
    the whole page; so do metadata and namespaces, which HTML does not need.
    """
    root = ElementTree.fromstring(text)
    for parent in root.iter():
        for child in list(parent):
            if child.tag.rpartition("}")[2] in ("metadata", "style"):
                parent.remove(child)
    used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', text))
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        attributes = {key.rpartition("}")[2]: value for key, value in element.items()}
        element.attrib.clear()
        for key, value in attributes.items():
            if key == "id":
                if value in used:
                    element.set(key, prefix + value)
            elif key == "href":
                element.set(key, value.replace("#", f"#{prefix}"))
            else:
                element.set(key, value.replace("url(#", f"url(#{prefix}"))
    width = float(root.attrib.pop("width").removesuffix("pt"))
    root.attrib.pop("height")
    root.attrib.pop("version", None)
    root.set("role", "img")
    root.set("aria-label", label)
    root.set("style", f"max-width:{width / 72 * 96:.0f}px")  # CSS has 96 px to the inch
    # Every end tag is written out: in HTML a picture's <g/> would not be closed.
    return Markup(ElementTree.tostring(root, encoding="unicode", short_empty_elements=False))


def forest(report: Report, prefix: str, stacked: bool) -> Markup:
    """Draw the forest plot of a report, with ids that begin with `prefix`."""
    import matplotlib
    import matplotlib.style

    settings = {
        "svg.hashsalt": "training_models",
        "svg.fonttype": "none",  # text stays text: searchable, and small
        "font.family": ["DejaVu Sans"],  # ships with matplotlib, and is wider than what pages use
    }
    buffer = io.StringIO()
    with (
        matplotlib.style.context("default"),
        matplotlib.rc_context(settings),
        warnings.catch_warnings(),
    ):
        # The browser has glyphs for scripts that matplotlib's font lacks.
        warnings.filterwarnings("ignore", message="Glyph")
        figure = figures.panels(report, stacked)
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    label = (
        f"Forest plot of {count(len(report.results), 'claim')}: means over seeds with intervals, "
        "margins and verdicts. The table below holds the same numbers."
    )
    return _inline_svg(buffer.getvalue(), prefix, label)


@dataclass(frozen=True)
class Diagram:
    """One picture, the arms it stands for, and what it highlights."""

    svg: Markup
    arms: tuple[ArmRecord, ...]
    physical_only: tuple[str, ...]
    says: str


def _verdict(report: Report, arm: ArmRecord) -> Decisive | None:
    """Return what the objective graph of an arm says of the case's variable, or None."""
    try:
        found = cid.admits_ici(arm.graph("objective"), report.decision, report.variable)
    except CIDError:  # a control whose diagram lacks the variable, or is outside the scope
        return None
    return decisive(found)


def diagrams(report: Report) -> list[Diagram]:
    """Draw each pair of graphs once, objective edges solid and physical-only ones dashed."""
    shared: dict[tuple[cid.CID, cid.CID], list[ArmRecord]] = {}
    for arm in report.arms:
        shared.setdefault((arm.graph("physical"), arm.graph("objective")), []).append(arm)
    pictures = []
    for (physical, objective), arms in shared.items():
        finding = _verdict(report, arms[0])
        pair = physical if physical != objective else None
        try:
            svg = Markup(cid.draw.to_svg(objective, highlight=finding, physical=pair))
        except CIDError as error:  # too many nodes for a picture: say so in its place
            svg = Markup("<p>{}</p>").format(str(error))
        dashed = [f"{t} → {h}" for t, h in physical.edges if (t, h) not in objective.edges]
        pictures.append(
            Diagram(svg, tuple(arms), tuple(dashed), "" if finding is None else finding.sentence)
        )
    return pictures
