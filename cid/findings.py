"""Every concept for every node: what :func:`cid.analyze` returns.

The verdicts come from a few sweeps; the evidence of a single one is worked out only when it is
asked for.
"""

from __future__ import annotations

import html
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

from cid.criterion import Criterion
from cid.diagram import CID
from cid.errors import CIDTypeError, did_you_mean, shorten
from cid.finding import Finding
from cid.frozen import FrozenMapping, refuse
from cid.libraries import load_library
from cid.names import listed
from cid.structure.survey import Survey

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Block", "Findings", "OutOfScope", "escape_latex"]


@dataclass(frozen=True)
class OutOfScope:
    """A question that no theorem answers, and why."""

    concept: str
    decision: str
    node: str | None
    reason: str


@dataclass(frozen=True)
class Block:
    """One concept for one decision: which nodes were asked about, and for which it holds."""

    concept: str
    decision: str
    nodes: tuple[str, ...]
    holding: frozenset[str] = field(repr=False)
    unproven: frozenset[str] = field(default=frozenset(), repr=False)
    """Those of `holding` that meet a necessary condition only; see :attr:`Finding.proven`."""


class Findings(Sequence[Finding]):
    """Every concept for every node of a diagram, as a read-only sequence of :class:`Finding`.

    Evidence is worked out when an element is accessed; counting and filtering cost next to nothing.

    Attributes
    ----------
    diagram : CID
        The diagram analysed.
    physical : CID or None
        The physical graph, where `diagram` is an objective graph.
    blocks : tuple of Block
        The verdicts, a block for each decision and concept.
    out_of_scope : tuple of OutOfScope
        What no theorem answers, with the reason.

    Examples
    --------
    >>> import cid
    >>> d = cid.CID.parse("S -> D -> X -> U; S -> U", decisions="D", utilities="U")
    >>> findings = cid.analyze(d)
    >>> [f.node for f in findings.where(concept="ici", holds=True)]
    ['X', 'U']
    """

    diagram: CID
    physical: CID | None
    blocks: tuple[Block, ...]
    out_of_scope: tuple[OutOfScope, ...]
    _criteria: Mapping[str, Criterion]

    def __init__(
        self,
        diagram: CID,
        blocks: Sequence[Block],
        criteria: Mapping[str, Criterion],
        out_of_scope: Sequence[OutOfScope] = (),
        physical: CID | None = None,
    ) -> None:
        put = object.__setattr__
        put(self, "diagram", diagram)
        put(self, "physical", physical)
        put(self, "blocks", tuple(listed(blocks, "blocks")))
        put(self, "out_of_scope", tuple(listed(out_of_scope, "out_of_scope")))
        put(self, "_criteria", FrozenMapping(criteria))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        refuse(self, name)

    def __delattr__(self, name: str) -> NoReturn:
        refuse(self, name)

    def __reduce__(self) -> tuple[Any, ...]:
        parts = self.diagram, self.blocks, self._criteria, self.out_of_scope, self.physical
        return Findings, parts

    def _ask(self, concept: str, decision: str, node: str) -> Finding:
        return self._criteria[concept].admit(Survey(self.diagram, decision, self.physical), node)

    def _rows(self) -> Iterator[tuple[str, str, str, bool, bool]]:
        for block in self.blocks:
            for node in block.nodes:
                holds, proven = node in block.holding, node not in block.unproven
                yield block.concept, block.decision, node, holds, proven

    def __len__(self) -> int:
        return sum(len(block.nodes) for block in self.blocks)

    def __iter__(self) -> Iterator[Finding]:
        for concept, decision, node, _, _ in self._rows():
            yield self._ask(concept, decision, node)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            rows = list(self._rows())[index]
            return [self._ask(*row[:3]) for row in rows]
        position = index + len(self) if index < 0 else index
        for block in self.blocks:
            if 0 <= position < len(block.nodes):
                return self._ask(block.concept, block.decision, block.nodes[position])
            position -= len(block.nodes)
        raise IndexError(f"There are {len(self)} findings; no number {index}.")

    def __repr__(self) -> str:
        positive = sum(len(block.holding) for block in self.blocks)
        return f"<Findings: {positive} of {len(self)} incentives admitted>"

    def where(
        self,
        concept: str | Collection[str] | None = None,
        decision: str | Collection[str] | None = None,
        node: str | Collection[str] | None = None,
        holds: bool | None = None,
    ) -> Findings:
        """Return the findings that match; each argument is a name or a collection of names.

        An unknown node or decision raises :class:`~cid.errors.UnknownNodeError`; an unknown concept
        raises :class:`~cid.errors.CIDTypeError`.
        """

        def names(given: str | Collection[str] | None) -> set[str] | None:
            if given is None or isinstance(given, str):
                return None if given is None else {given}
            if not isinstance(given, Collection) or not all(isinstance(x, str) for x in given):
                raise CIDTypeError(f"Expected a name or a list of names, not {shorten(given)}.")
            return set(given)

        concepts, decisions, nodes = names(concept), names(decision), names(node)
        for name in concepts or ():
            if name not in self._criteria:
                raise CIDTypeError(
                    f"Unknown concept {shorten(name)}.{did_you_mean(name, self._criteria)}"
                )
        for name in decisions or ():
            self.diagram.check_decision(name)
        for name in nodes or ():
            self.diagram.check_node(name)
        blocks = []
        for block in self.blocks:
            if concepts is not None and block.concept not in concepts:
                continue
            if decisions is not None and block.decision not in decisions:
                continue
            kept = tuple(
                name
                for name in block.nodes
                if (nodes is None or name in nodes)
                and (holds is None or (name in block.holding) == holds)
            )
            if kept:
                holding = block.holding.intersection(kept)
                unproven = block.unproven.intersection(kept)
                blocks.append(Block(block.concept, block.decision, kept, holding, unproven))
        outside = [
            o
            for o in self.out_of_scope
            if (concepts is None or o.concept in concepts)
            and (decisions is None or o.decision in decisions)
            and (nodes is None or o.node is None or o.node in nodes)
        ]
        return Findings(self.diagram, blocks, self._criteria, outside, self.physical)

    def to_dict(self) -> list[dict[str, Any]]:
        """Return one record per finding: concept, decision, node, holds, proven."""
        return [dict(zip(_COLUMNS, row, strict=True)) for row in self._rows()]

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas frame with columns concept, decision, node, holds, proven."""
        pd = load_library("pandas", "to_frame")

        return pd.DataFrame(self._rows(), columns=list(_COLUMNS))

    def table(self) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        """Return a header and a row per decision and concept, listing the nodes that hold.

        Nodes that meet a necessary condition only are listed apart. A concept outside its scope
        says so in place of the list.
        """
        header = ("decision", "concept", "admitted on")
        rows: list[tuple[str, ...]] = []
        partly = {(o.decision, o.concept): o for o in self.out_of_scope}
        seen = set()
        for block in self.blocks:
            key = (block.decision, block.concept)
            seen.add(key)
            proven = block.holding - block.unproven
            listed = ", ".join(name for name in block.nodes if name in proven) or "–"
            if block.unproven:
                maybe = ", ".join(name for name in block.nodes if name in block.unproven)
                listed += f" (necessary condition met: {maybe})"
            if key in partly:
                unknown = ", ".join(
                    o.node for o in self.out_of_scope if (o.decision, o.concept) == key and o.node
                )
                listed += f" (outside the scope: {unknown})"
            rows.append((block.decision, self._criteria[block.concept].label, listed))
        for o in self.out_of_scope:
            if (o.decision, o.concept) not in seen:
                rows.append((o.decision, self._criteria[o.concept].label, "outside the scope"))
        return header, rows

    def to_text(self) -> str:
        """Return the table as aligned text."""
        header, rows = self.table()
        widths = [max(len(row[i]) for row in [header, *rows]) for i in range(2)]
        lines = [
            "  ".join([row[0].ljust(widths[0]), row[1].ljust(widths[1]), row[2]])
            for row in [header, *rows]
        ]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        header, rows = self.table()
        head = "".join(f"<th>{html.escape(cell)}</th>" for cell in header)
        body = "".join(
            "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>"
            for row in rows
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def to_html(self) -> str:
        """Return the table as HTML, names escaped."""
        return self._repr_html_()

    def to_latex(self) -> str:
        r"""Return the table as LaTeX for the booktabs package, names escaped.

        Examples
        --------
        >>> import cid
        >>> d = cid.CID.parse("S_1 -> D -> U; S_1 -> U", decisions="D", utilities="U")
        >>> print(cid.analyze(d).where(concept="ri").to_latex())
        \begin{tabular}{lll}
        \toprule
        decision & concept & admitted on \\
        \midrule
        D & response incentive & S\_1 \\
        \bottomrule
        \end{tabular}
        """
        header, rows = self.table()
        lines = [r"\begin{tabular}{lll}", r"\toprule"]
        lines.append(" & ".join(header) + r" \\")
        lines.append(r"\midrule")
        lines += [" & ".join(map(escape_latex, row)) + r" \\" for row in rows]
        return "\n".join([*lines, r"\bottomrule", r"\end{tabular}"])


_COLUMNS = ("concept", "decision", "node", "holds", "proven")

_LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "_": r"\_",
    "%": r"\%",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "–": "--",
    '"': "''",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "[": "{[}",  # after a line end, these two would be read as its argument and its star
    "*": "{*}",
}


def escape_latex(text: str) -> str:
    r"""Escape what LaTeX would interpret.

    Examples
    --------
    >>> print(escape_latex("50% of $x_1$"))
    50\% of \$x\_1\$
    """
    return "".join(_LATEX.get(char, char) for char in text)
