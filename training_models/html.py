"""Reports as one self-contained web page: predicted against measured, and a section per case.

The page is a file that needs nothing else: pictures are inline SVG, the style sheet is inline,
there are no scripts, and a content security policy forbids whatever is not in the file. It reads
on a phone and on paper, and says nothing by colour alone. The same reports give the same bytes.

All text from reports is escaped by the template engine. The three places that make markup here,
:func:`prose` and the two kinds of pictures, escape what they are given themselves.

Examples
--------
::

    import training_models as tm
    from training_models import html

    done = tm.run(["self_fulfilling", "lcdt_note"], fast=True)
    html.write(done.reports, "report.html")
"""

from __future__ import annotations

import io
import json
import os
import re
import shlex
import warnings
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

import cid
from cid.errors import CIDError, CIDTypeError, shorten
from training_models import figures
from training_models.errors import ResultError
from training_models.files import write_bytes
from training_models.report import FIRST_REPORTED_SEED, ArmRecord, Report
from training_models.results import Result
from training_models.stats import ALPHA
from training_models.verdict import Verdict

__all__ = ["prose", "render", "write"]

ROLES = {
    "full": "credit along every edge",
    "cut": "credit cut",
    "null": "mechanism off",
    "control": "control",
}
CRITERIA = {
    "ici": ("ICI", "instrumental control incentive, read on the objective graph"),
    "impact": ("Impact", "side effect, read on the physical graph"),
}
MAX_COLUMNS = 12
"""A table of per-seed numbers with more measures than this goes on below."""


# ---- words -------------------------------------------------------------------------------------


def verdict_in_words(result: Result) -> str:
    """Say what was found, and what it was compared with.

    The first word or two are those of the figures.
    """
    found = figures.found(result)
    if result.reversed:
        return f"{found}: the effect exceeds the margin in the direction opposite to the prediction"
    if result.verdict is Verdict.INCONCLUSIVE:
        return f"{found}: {result.why_inconclusive}"
    present = result.verdict is Verdict.PRESENT
    match result.kind:
        case "identity":
            target = figures.number(result.target)
            what = f"some seed differs from {target}" if present else f"{target} in every seed"
        case "closed form":
            where = "exceeds" if present else "lies inside"
            what = f"the deviation {where} the tolerance"
        case "competence":
            what = f"the mean {'exceeds' if present else 'lies below'} the threshold"
        case "fraction":
            share = figures.number(100 * result.target)
            what = f"{'more' if present else 'less'} than {share} % of seeds"
        case _:
            what = f"the effect {'exceeds' if present else 'lies inside'} the margin"
    return f"{found}: {what}"


def outcome(result: Result) -> str:
    """Say whether the prediction came out, with a sign that does not need colour."""
    return {True: "✓ as predicted", False: "✗ contradicted", None: "? cannot tell"}[result.agrees]


def prediction(result: Result) -> str:
    """Say what was predicted in the words of the kind of claim."""
    match result.kind:
        case "identity":
            return f"= {figures.number(result.target)} exactly"
        case "closed form":
            return f"= {figures.number(result.target)}"
        case "competence":
            return f"> {figures.number(result.target)}"
        case "fraction":
            return f"in > {figures.number(100 * result.target)} % of seeds"
        case _:
            return result.predicted.value.lower()


def margin(result: Result) -> str:
    """Say the margin, tolerance or threshold of a claim."""
    match result.kind:
        case "identity":
            return "none"
        case "competence" | "fraction":
            return f"> {figures.number(result.target)}"
        case _:
            return f"±{figures.number(result.delta)}"


def level(result: Result) -> str:
    """Say the measure, or for an incentive or impact its effect, with the 95 % interval."""
    effect = result.kind in ("incentive", "impact")
    return figures.measured(result, 0.0 if effect else result.target)


def effect(result: Result) -> str:
    """Say the mean effect with the digits that its interval supports."""
    return figures.measured(result).partition(" ")[0]


def bounds(result: Result) -> tuple[str, str]:
    """Say the 95 % interval of the effect, and the bootstrap interval."""
    e = result.estimate
    return tuple(
        "–"
        if low is None or high is None
        else figures.interval(e.mean, low, high, False, figures.resolution(result)).partition(" ")[
            2
        ]
        for low, high in ((e.low, e.high), (e.bca_low, e.bca_high))
    )


def p_values(result: Result) -> tuple[str, ...]:
    """Write the corrected p-values, each with the hypothesis that a small one shows."""
    if result.kind == "identity":
        return ("no test",)
    pairs = zip(figures.FOUND[result.kind], result.holm.p_values, strict=False)
    return tuple(f"{name} {'< 0.0001' if p < 1e-4 else f'{p:.2g}'}" for name, p in pairs)


def seed_value(value: float) -> str:
    """Write one seed's number with six significant digits."""
    return f"{value:.6g}".replace("-", "−")


def reason(because: str) -> tuple[str, str, tuple[str, ...]]:
    """Split an explanation into its own sentence, the theorem it rests on, and further sentences.

    Examples
    --------
    >>> reason("No path from D to X. Theorem: iff a path [source; scope]. One. Two.")
    ('No path from D to X.', 'Theorem: iff a path [source; scope].', ('One.', 'Two.'))
    >>> reason("it is a coin")
    ('it is a coin', '', ())
    """
    first, _, theorem = because.partition(" Theorem: ")
    if not theorem:
        return first, "", ()
    statement, bracket, more = theorem.partition("].")
    return (
        first,
        f"Theorem: {statement}{bracket}",
        tuple(re.split(r"(?<=[.]) (?=[A-Z])", more.strip())),
    )


_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def source(result: Result) -> str:
    """Name what a prediction was computed from, in a few words."""
    if result.finding is None:
        return "control" if result.kind == "competence" else result.kind
    concept = CRITERIA.get(result.finding.concept, (result.finding.concept,))[0]
    return f"{concept}: {' → '.join(result.finding.path_nodes) or 'no path'}"


def citations(reports: Sequence[Report]) -> list[str]:
    """Say for each criterion in use what it is, where it is read, and where it is proved."""
    found: dict[str, str] = {}
    for result in (result for report in reports for result in report.results):
        cited = re.search(r" Theorem: .*? \[([^;\]]+)", result.because)
        if result.finding is not None and cited:
            found.setdefault(result.finding.concept, cited[1])
    return [
        f"{CRITERIA[concept][0]}: {CRITERIA[concept][1]} ({cited})."
        for concept, cited in found.items()
        if concept in CRITERIA
    ]


def seed_ranges(seeds: Sequence[int]) -> str:
    """Write seeds with runs of consecutive ones as ranges.

    Examples
    --------
    >>> seed_ranges([1000, 1001, 1002, 1005])
    '1000–1002, 1005'
    """
    runs: list[list[int]] = []
    for seed in seeds:
        if runs and seed == runs[-1][1] + 1:
            runs[-1][1] = seed
        else:
            runs.append([seed, seed])
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in runs)


def count(number: int, noun: str, nouns: str = "") -> str:
    """Write a number with its noun.

    Examples
    --------
    >>> count(1, "seed"), count(16, "seed"), count(2, "hypothesis", "hypotheses")
    ('one seed', '16 seeds', 'two hypotheses')
    """
    word = _SMALL[number] if number < len(_SMALL) else str(number)
    return f"{word} {noun if number == 1 else nouns or noun + 's'}"


_RULE = re.compile(r"^[-=~]{3,}$")
_MARKED = re.compile(
    r"(?:(?<!\w):[\w:]+:)?(?<!`)(?P<ticks>`{1,2})(?!`)~?(?P<code>.+?)(?P=ticks)(?!`)"
    r"|(?<![\w*])(?P<stars>\*{1,2})(?P<stressed>[^\s*](?:[^*]*[^\s*])?)(?P=stars)(?![\w*])"
)


def _inline(text: str) -> Markup:
    """Mark up ``code`` and *emphasis* in running text."""
    escaped = str(escape(" ".join(text.split())))
    return Markup(
        _MARKED.sub(
            lambda m: f"<code>{m['code']}</code>" if m["ticks"] else f"<em>{m['stressed']}</em>",
            escaped,
        )
    )


def prose(text: str) -> Markup:
    r"""Turn a docstring into HTML: paragraphs, titles, lists, and indented lines as they stand.

    Everything is escaped; what is not understood stays text.

    Examples
    --------
    >>> print(prose("A *dose* of ``x < 1``.\n\n- one\n- two"))
    <p>A <em>dose</em> of <code>x &lt; 1</code>.</p>
    <ul><li>one</li><li>two</li></ul>
    """
    parts: list[Markup] = []
    for block in re.split(r"\n\s*\n", text.strip("\n")):
        lines = block.splitlines()
        if len(lines) > 1 and _RULE.match(lines[1].strip()):
            parts.append(Markup("<h4>{}</h4>").format(_inline(lines[0])))
            lines = lines[2:]
        if not lines:
            continue
        if all(line.startswith("    ") for line in lines):
            parts.append(Markup("<pre>{}</pre>").format("\n".join(line[4:] for line in lines)))
        elif lines[0].startswith("- "):
            items = re.split(r"\n- ", "\n".join(lines)[2:])
            listed = Markup("").join(Markup("<li>{}</li>").format(_inline(i)) for i in items)
            parts.append(Markup("<ul>{}</ul>").format(listed))
        else:
            parts.append(Markup("<p>{}</p>").format(_inline("\n".join(lines))))
    return Markup("\n").join(parts)


def command(report: Report) -> str:
    """Return what to type to train the case again on the same seeds."""
    seeds = report.seeds
    if list(seeds) != list(range(seeds[0], seeds[0] + len(seeds))):
        fast = ", fast=True" if report.fast else ""
        call = f"tm.run([{report.slug!r}], seeds={list(seeds)}{fast})"
        return f"python -c {shlex.quote(f'import training_models as tm; {call}')}"
    words = ["python", "-m", "training_models", "run", report.slug, "--seeds", str(len(seeds))]
    if seeds[0] != FIRST_REPORTED_SEED:
        words += ["--first-seed", str(seeds[0])]
    if report.fast:
        words.append("--fast")
    return shlex.join(words)


# ---- pictures ----------------------------------------------------------------------------------


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


def _forest(report: Report, prefix: str, stacked: bool) -> Markup:
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
class _Diagram:
    """One picture, the arms it stands for, and what it highlights."""

    svg: Markup
    arms: tuple[ArmRecord, ...]
    physical_only: tuple[str, ...]
    says: str


def _highlight(report: Report, arm: ArmRecord, objective: cid.CID) -> Any:
    """Return the finding about the case's variable in an arm, or None if no theorem gives one."""
    for result in report.results:
        finding = result.finding
        if result.arm == arm.slug and finding is not None and finding.concept == "ici":
            return finding
    try:
        return cid.admits_ici(objective, report.decision, report.variable)
    except CIDError:  # a control whose diagram lacks the variable, or is outside the scope
        return None


def _decides(finding: Any) -> str:
    if finding is None:
        return ""
    if finding.path_nodes:
        return f"Decisive path: {' → '.join(finding.path_nodes)}."
    return f"No path through {finding.node} gives {finding.decision} an incentive."


def _diagrams(report: Report) -> list[_Diagram]:
    """Draw each pair of graphs once, objective edges solid and physical-only ones dashed."""
    shared: dict[tuple[Any, ...], list[ArmRecord]] = {}
    for arm in report.arms:
        physical = cid.CID.from_dict(arm.physical)
        objective = cid.CID.from_dict(arm.objective)
        finding = _highlight(report, arm, objective)
        asked = (finding.decision, finding.node, finding.path_nodes) if finding else None
        shared.setdefault((physical, objective, asked), []).append(arm)
    pictures = []
    for (physical, objective, _), arms in shared.items():
        finding = _highlight(report, arms[0], objective)
        pair = physical if physical != objective else None
        try:
            svg = Markup(cid.draw.to_svg(objective, highlight=finding, physical=pair))
        except CIDError as error:  # too many nodes for a picture: say so in its place
            svg = Markup("<p>{}</p>").format(str(error))
        dashed = [f"{t} → {h}" for t, h in physical.edges if (t, h) not in objective.edges]
        pictures.append(_Diagram(svg, tuple(arms), tuple(dashed), _decides(finding)))
    return pictures


# ---- sections ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Prediction:
    """Claims that say the same of several arms for the same reason."""

    says: str
    arms: str
    reason: str


@dataclass(frozen=True)
class _Section:
    """A case as the template shows it."""

    number: int
    report: Report
    titles: dict[str, str]
    lead: Markup
    about: Markup
    diagrams: list[_Diagram]
    predictions: list[_Prediction]
    theorems: list[str]
    wide: Markup
    narrow: Markup
    seed_tables: list[list[tuple[str, str, tuple[float, ...]]]]
    counts: Counter[bool | None]
    shown: list[Result]
    controls: int


def _sentence(text: str) -> str:
    text = text.strip()
    return _capital(text) + ("" if not text or text[-1] in ".!?" else ".")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _predictions(report: Report) -> tuple[list[_Prediction], list[str]]:
    """Group claims that say the same for the same reason, and state each theorem once.

    What is said under a theorem in every case stands with the theorem, the rest with its case.
    """
    reasons = {result.name: reason(result.because) for result in report.results}
    common: dict[str, list[str]] = {}
    for _, theorem, more in reasons.values():
        shared = common.get(theorem, list(more))
        common[theorem] = [sentence for sentence in shared if sentence in more]
    grouped: dict[tuple[Any, ...], list[Result]] = {}
    for result in report.results:
        first, theorem, more = reasons[result.name]
        own = [sentence for sentence in more if sentence not in common[theorem]]
        why = " ".join([_sentence(first), *own]).strip()
        says = f"{figures.words(result.measure)} {prediction(result)}"
        if result.kind in ("incentive", "impact"):
            says = f"{_capital(result.statement or result.name)}: {prediction(result)}"
        grouped.setdefault((result.kind, says, result.target, why), []).append(result)
    titles = {arm.slug: arm.title for arm in report.arms}
    found = [
        _Prediction(
            says=says,
            arms="; ".join(dict.fromkeys(titles.get(r.arm, r.arm) for r in results)),
            reason=why,
        )
        for (_, says, _, why), results in grouped.items()
    ]
    theorems = [" ".join([theorem, *more]) for theorem, more in common.items() if theorem]
    return found, theorems


def _passed_control(result: Result) -> bool:
    return result.kind == "competence" and result.agrees is True


def _section(number: int, report: Report) -> _Section:
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
    return _Section(
        number=number,
        report=report,
        titles={arm.slug: arm.title for arm in report.arms},
        lead=prose(lead),
        about=prose(about),
        diagrams=_diagrams(report),
        predictions=found,
        theorems=theorems,
        wide=_forest(report, f"w{number}-", stacked=False),
        narrow=_forest(report, f"n{number}-", stacked=True),
        seed_tables=[columns[start : start + MAX_COLUMNS] for start in starts],
        counts=Counter(result.agrees for result in report.results),
        shown=[result for result in report.results if not _passed_control(result)],
        controls=sum(map(_passed_control, report.results)),
    )


def _constant(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    words = (
        *(verdict_in_words, outcome, prediction, margin, level, effect, source),
        *(p_values, bounds, count, seed_value, seed_ranges, command),
    )
    environment.globals.update({function.__name__: function for function in words})
    environment.filters.update(sentence=_sentence, capital=_capital, words=figures.words)
    environment.globals.update(
        number=figures.number,
        found=figures.found,
        constant=_constant,
        ROLES=ROLES,
        ALPHA=ALPHA,
        FIRST_REPORTED_SEED=FIRST_REPORTED_SEED,
    )
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
    sections = [_section(number, report) for number, report in enumerate(listed, start=1)]
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            sections=sections,
            counts=sum((section.counts for section in sections), Counter()),
            contradicted=[
                (section, result) for section in sections for result in section.report.contradicted
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
