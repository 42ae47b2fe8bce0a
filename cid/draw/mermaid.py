"""Mermaid text, for Markdown pages that render it; Mermaid lays the diagram out itself."""

from __future__ import annotations

from collections.abc import Sequence

from cid.draw.scene import Highlight, Meaning, meaning
from cid.draw.style import edge_look, node_look
from cid.parts import Diagram

__all__ = ["to_mermaid"]

_BRACKETS = {"chance": ("([", "])"), "decision": ("[", "]"), "utility": ("{", "}")}


def _label(text: str) -> str:
    """Return a quoted label; signs that Mermaid, Markdown or HTML read become character codes."""

    def safe(char: str) -> bool:
        return char.isalnum() or char == " " or (char.isprintable() and not char.isascii())

    return '"' + "".join(char if safe(char) else f"#{ord(char)};" for char in text) + '"'


def _dash(dashes: Sequence[float]) -> str:
    return f",stroke-dasharray:{' '.join(f'{v:g}' for v in dashes)}" if dashes else ""


def _class_lines(means: Meaning) -> list[str]:
    """Return a style for each look that a node has, and the nodes that have it."""
    looks: dict[tuple[int, bool], list[int]] = {}
    for i, name in enumerate(means.kinds):
        look = (means.agents.get(name, -1), name in means.bold_nodes)
        looks.setdefault(look, []).append(i)
    lines = []
    for number, ((agent, bold), members) in enumerate(sorted(looks.items())):
        fill, line, width, dashes = node_look(None if agent < 0 else agent, bold)
        style = f"fill:{fill},stroke:{line},stroke-width:{width:g}px,color:#111111{_dash(dashes)}"
        lines.append(f"  classDef look{number} {style}")
        lines.append(f"  class {','.join(f'n{i}' for i in members)} look{number}")
    return lines


def _link_lines(means: Meaning) -> list[str]:
    looks: dict[tuple[str, bool], list[int]] = {}
    for i, (edge, line) in enumerate(means.edges.items()):
        looks.setdefault((line, edge in means.bold_edges), []).append(i)
    lines = []
    for (line, bold), members in sorted(looks.items()):
        colour, width, dashes = edge_look(line, bold)
        style = f"stroke:{colour},stroke-width:{width:g}px{_dash(dashes)}"
        lines.append(f"  linkStyle {','.join(map(str, members))} {style}")
    return lines


def _legend(d: Diagram) -> list[str]:
    if len(d.agents) < 2:
        return []
    lines = ['  subgraph agents ["agents"]']
    lines += [f"    a{number}[{_label(agent)}]" for number, agent in enumerate(d.agents)]
    lines += ["  end", "  style agents fill:none,stroke:#CCCCCC,color:#111111"]
    for number in range(len(d.agents)):
        fill, line, _, dashes = node_look(number, bold=False)
        lines.append(f"  style a{number} fill:{fill},stroke:{line},color:#111111{_dash(dashes)}")
    return lines


def to_mermaid(
    d: Diagram, highlight: Highlight | None = None, physical: Diagram | None = None
) -> str:
    """Return a diagram as a Mermaid flowchart.

    There is no limit to its size; time and length are linear in it. (Mermaid itself refuses
    diagrams of more than 500 edges unless its setting ``maxEdges`` is raised.)

    Parameters
    ----------
    d : CID
        The diagram.
    highlight : Finding, or nodes and edges, optional
        Emphasise the decisive path of a finding, or what a list such as ``["D", ("D", "X")]``
        names.
    physical : CID, optional
        The physical graph over the same nodes; edges that `d` lacks are dashed.

    Returns
    -------
    str
        Nodes are called n0, n1, ... in the order of ``d.nodes``; names are labels.

    Raises
    ------
    DrawError
        If the two graphs have different nodes, or the finding is about another diagram.

    Examples
    --------
    >>> from cid import CID
    >>> print(to_mermaid(CID.parse("S -> D -> U", decisions="D", utilities="U")))
    flowchart LR
      n0(["S"])
      n1["D"]
      n2{"U"}
      n0 -.-> n1
      n1 --> n2
    ...
    """
    means = meaning(d, highlight, physical)
    number = {name: i for i, name in enumerate(d.nodes)}
    lines = ["flowchart LR"]
    for name, i in number.items():
        before, after = _BRACKETS[means.kinds[name]]
        lines.append(f"  n{i}{before}{_label(name)}{after}")
    for (tail, head), line in means.edges.items():
        arrow = {"causal": "-->", "added": '-. "added" .->'}.get(line, "-.->")
        lines.append(f"  n{number[tail]} {arrow} n{number[head]}")
    return "\n".join([*lines, *_class_lines(means), *_link_lines(means), *_legend(d), ""])
