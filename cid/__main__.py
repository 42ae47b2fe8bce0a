"""Command line: ``python -m cid list | analyze | draw``.

A diagram is named by a catalogue slug or by a file (see :mod:`cid.io.files`). Exit status is 0, or
2 for input that cannot be used, with one line on standard error that says what to mend.
"""

from __future__ import annotations

import argparse
import html
import io
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

import cid
from cid.criteria.analysis import ask

MAX_REASONS = 2_000
"""Work out at most this many reasons: in a long chain each is as long as the chain."""

_TEMPLATE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff;
       max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }}
svg {{ max-width: 100%; height: auto; }}
.wide {{ overflow-x: auto; }}
table {{ border-collapse: collapse; }}
th, td {{ text-align: left; padding: .3rem .9rem .3rem 0; border-bottom: 1px solid #ddd;
         vertical-align: top; }}
</style></head><body>
<h1>{title}</h1>
{prose}
<div class="wide">{picture}</div>
<h2>Incentives</h2>
<div class="wide">{table}</div>
<h2>Reasons</h2>
<ul>
{reasons}
</ul>
{outside}
</body></html>
"""


def _diagram(name: str) -> tuple[str, str, cid.CID, cid.CID | None]:
    """Return title, prose, diagram and physical graph for a slug or a file."""
    path = Path(name)
    if not path.suffix and os.sep not in name and not path.is_file():
        entry = cid.catalog.load(name)
        return entry.title, entry.prose, entry.diagram, entry.physical
    found = cid.read(path)
    return path.name, "", found.diagram if isinstance(found, cid.SCIM) else found, None


def _list(arguments: argparse.Namespace) -> None:
    names = cid.catalog.names()
    width = max(map(len, names))
    for name in names:
        entry = cid.catalog.load(name)
        print(f"{name.ljust(width)}  {entry.title}")
        if arguments.verdicts:
            findings = cid.analyze(
                entry.diagram, concepts=("ici", "impact"), physical=entry.physical
            )
            for decision in entry.diagram.decisions:
                print(f"    {decision}: {'; '.join(_summary(findings, decision))}")


def _summary(findings: cid.Findings, decision: str) -> list[str]:
    """Say on which nodes a decision admits incentives; ? marks a necessary condition only."""
    said = []
    for concept, words in (("ici", "ICI on"), ("impact", "impact on")):
        block = next(iter(findings.where(concept=concept, decision=decision).blocks), None)
        if block is None:
            said.append(f"{words} (outside the scope)")
        else:
            holding = [node for node in block.nodes if node in block.holding]
            listed = ", ".join(f"{n}?" if n in block.unproven else n for n in holding)
            said.append(f"{words} {listed or 'nothing'}")
    return said


def _reasons(findings: cid.Findings, words: Callable[[cid.Finding], str]) -> list[str]:
    """Say of each finding why, or once that there are too many."""
    if len(findings) > MAX_REASONS:
        return [f"Left out: there are more than {MAX_REASONS:,}."]
    return [words(finding) for finding in findings]


def _as_html(title: str, prose: str, findings: cid.Findings, physical: cid.CID | None) -> str:
    d = findings.diagram
    picture = cid.draw.to_svg(d, physical=physical) if len(d.nodes) <= cid.draw.MAX_NODES else ""
    reasons = "\n".join(
        f"<li>{html.escape(reason)}</li>" for reason in _reasons(findings.where(holds=True), str)
    )
    outside = "".join(
        f"<li>{html.escape(f'{o.decision}, {o.concept}: {o.reason}')}</li>"
        for o in findings.out_of_scope
    )
    return _TEMPLATE.format(
        title=html.escape(title),
        prose="".join(f"<p>{html.escape(part)}</p>" for part in prose.split("\n\n") if part),
        picture=picture,
        table=findings.to_html(),
        reasons=reasons,
        outside=f"<h2>Outside the scope</h2><ul>{outside}</ul>" if outside else "",
    )


def _analyze(arguments: argparse.Namespace) -> None:
    title, prose, d, physical = _diagram(arguments.diagram)
    findings = cid.analyze(d, decisions=arguments.decision, physical=physical)
    if arguments.format == "json":
        rows = findings.to_dict()
        if len(rows) <= MAX_REASONS:
            for row, f in zip(rows, findings, strict=True):
                row |= {"because": str(f), "proven": f.proven, "reference": f.reference}
        record = {
            "diagram": d.to_dict(),
            "physical": physical.to_dict() if physical else None,
            "findings": rows,
            "out_of_scope": [vars(o) for o in findings.out_of_scope],
        }
        print(json.dumps(record, ensure_ascii=False, indent=1))
    elif arguments.format == "html":
        print(_as_html(title, prose, findings, physical), end="")
    elif arguments.format == "latex":
        print(findings.to_latex())
    else:
        print(f"{title}\n")
        print(findings.to_text())
        if physical:
            print("\nImpact is read on the physical graph, all else on the objective graph.")
        if arguments.explain:
            print()
            for reason in _reasons(findings.where(holds=True), cid.Finding.explain):
                print(f"- {reason}")
        for o in findings.out_of_scope:
            node = f" on {o.node}" if o.node else ""
            print(f"\noutside the scope: {o.concept} of {o.decision}{node}: {o.reason}")


def _draw(arguments: argparse.Namespace) -> None:
    _, _, d, physical = _diagram(arguments.diagram)
    highlight = None
    if arguments.highlight:
        parts = arguments.highlight.split(":")
        if len(parts) != 3:
            raise cid.CIDError(
                f"--highlight takes CONCEPT:DECISION:NODE, such as ici:D:X, "
                f"not {arguments.highlight!r}."
            )
        concept, decision, node = parts
        highlight = ask(d, concept, decision, node, physical)
    cid.draw.save(d, arguments.output, highlight=highlight, physical=physical)
    print(arguments.output)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}. See {self.prog} --help.\n")


def _arguments() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m cid", description="Causal influence diagrams.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    listing = commands.add_parser("list", help="list the catalogue")
    listing.add_argument(
        "--verdicts", action="store_true", help="analyse every diagram: ICI and impact"
    )
    listing.set_defaults(run=_list)
    analyze = commands.add_parser("analyze", help="which incentives does a diagram admit?")
    analyze.add_argument("diagram", metavar="FILE|SLUG")
    analyze.add_argument(
        "--format", choices=("text", "json", "html", "latex"), default="text", help="default: text"
    )
    analyze.add_argument("--decision", help="only this decision")
    analyze.add_argument("--explain", action="store_true", help="give every reason in full (text)")
    analyze.set_defaults(run=_analyze)
    draw = commands.add_parser("draw", help="draw a diagram into a file")
    draw.add_argument("diagram", metavar="FILE|SLUG")
    draw.add_argument(
        "-o", "--output", required=True, help="suffix .svg .png .pdf .tex .dot or .mmd"
    )
    draw.add_argument("--highlight", metavar="CONCEPT:DECISION:NODE", help="such as ici:D:X")
    draw.set_defaults(run=_draw)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status.

    Examples
    --------
    >>> main(["analyze", "no_such_diagram"])
    2
    """
    arguments = _arguments().parse_args(argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # arrows and names that a terminal cannot show
            stream.reconfigure(errors="backslashreplace")
    try:
        arguments.run(arguments)
        if sys.stdout is not None:  # it may have been closed: list >&-
            sys.stdout.flush()
    except cid.CIDError as error:
        print(f"python -m cid: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nInterrupted.", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        print(f"python -m cid: the output cannot be written: {error.strerror}.", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
