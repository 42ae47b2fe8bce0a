"""DOT text of Graphviz: directed graphs, also as :func:`cid.draw.to_dot` writes them.

Labels are names where they tell the nodes apart. Shapes are looks, but where some nodes are
diamonds, as this library and others draw utilities, boxes are decisions; whose they are is told by
the colours of the legend that this library draws for several agents.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

from cid.diagram import CID
from cid.draw.dot import to_dot
from cid.errors import CIDTypeError, FormatError, shorten
from cid.io.dagitty import read_statements
from cid.io.format import FileFormat
from cid.parts import DEFAULT_AGENT

__all__ = ["FORMAT"]

_LEGEND = "cluster_agents"
_BOXES = ("box", "rect", "rectangle", "square")
_DIAMONDS = ("diamond", "octagon", "hexagon")


def _label(name: str, attributes: Mapping[str, str]) -> str:
    """Return the name that a node's label shows."""
    text = attributes.get("label", name).replace("\\N", name)
    text = re.sub(r"\\(.)", lambda m: " " if m[1] in "nlr" else m[1], text)
    return html.unescape(text)


def _look(attributes: Mapping[str, str]) -> tuple[str | None, str | None]:
    return attributes.get("fillcolor"), attributes.get("style")


def _read(text: str) -> CID:
    said = read_statements(text)
    legend = said.clusters.get(_LEGEND, [])
    nodes = {name: look for name, look in said.nodes.items() if name not in legend}
    names = {name: _label(name, look) for name, look in nodes.items()}
    if len(set(names.values())) < len(names) or not all(names.values()):
        names = {name: name for name in nodes}
    agents = {_look(said.nodes[name]): _label(name, said.nodes[name]) for name in legend}
    if len(agents) < len(legend):
        raise FormatError("Two agents of the legend look alike. Write the diagram as .json.")
    shapes = {name: look.get("shape", "").lower() for name, look in nodes.items()}
    decisions: dict[str, list[str]] = {agent: [] for agent in agents.values()}
    utilities: dict[str, list[str]] = {agent: [] for agent in agents.values()}
    if any(shape in _DIAMONDS for shape in shapes.values()):
        for name, shape in shapes.items():
            owner = agents.get(_look(nodes[name]), DEFAULT_AGENT)
            for role, marks in ((decisions, _BOXES), (utilities, _DIAMONDS)):
                if shape in marks:
                    role.setdefault(owner, []).append(names[name])
    edges = [(names[tail], names[head]) for tail, head in said.edges]
    one = {*decisions, *utilities} <= {DEFAULT_AGENT}
    roles: list[Any] = [
        [name for listed in role.values() for name in listed] if one else role
        for role in (decisions, utilities)
    ]
    return CID(edges, *roles, nodes=list(names.values()))


def _write(what: Any) -> str:
    if not isinstance(what, CID):
        raise CIDTypeError(f"Graphviz text holds a diagram, not {shorten(what)}. Give s.diagram.")
    return to_dot(what)


FORMAT = FileFormat(
    "Graphviz text", (".dot", ".gv"), r"(strict\s+)?(di)?graph\b[^{;\n#>]*\{", _read, _write
)
