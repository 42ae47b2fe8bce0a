"""What a picture shows: the layout, what each line means, what is emphasised, and the legend.

Every renderer draws a :class:`Scene`, so all of them show the same picture.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, cast

from cid.draw.layout import EdgeRoute, Layout, NodeBox, layout
from cid.draw.shapes import Point, clip
from cid.draw.style import ARROW_LENGTH, ARROW_WIDTH, EMPHASIS_WIDTH, LINE_WORDS
from cid.draw.text import one_line, text_width
from cid.errors import (
    CIDTypeError,
    DiagramError,
    DrawError,
    UnknownNodeError,
    did_you_mean,
    shorten,
)
from cid.forms import owners
from cid.names import check_name
from cid.pair import check_pair
from cid.parts import Diagram, Edge, Parts, check_edge, is_diagram, numbered

__all__ = [
    "LEGEND_SIZE",
    "MARGIN",
    "MAX_NODES",
    "Decisive",
    "Highlight",
    "LegendItem",
    "Meaning",
    "Scene",
    "SceneEdge",
    "arrowhead",
    "meaning",
    "scene",
    "shaft",
]

MAX_NODES = 300
"""Diagrams with more nodes are not laid out; DOT and Mermaid text has no limit."""
LEGEND_SIZE = 11.0
"""Font size of the legend, in layout units."""
MARGIN = 6.0

_SWATCH = 13.0
_SAMPLE = 30.0
_LEGEND_ROW = 19.0


class Decisive(Protocol):
    """An answer with a path; a :class:`cid.Finding` is one."""

    @property
    def path_nodes(self) -> tuple[str, ...]:
        """Nodes of the decisive path."""

    @property
    def path_edges(self) -> tuple[Edge, ...]:
        """Its edges, each in its own direction."""

    @property
    def node(self) -> str:
        """The node asked about."""

    @property
    def decision(self) -> str | None:
        """The decision asked about."""


Highlight = Decisive | Iterable[str | Edge]
"""What can be emphasised: a finding's path, or nodes and edges."""


@dataclass(frozen=True)
class Meaning:
    """What each edge and each node of a picture stands for, without where it is.

    Attributes
    ----------
    edges : dict
        For each edge "causal", "information" (into a decision), "physical" (not in the objective
        graph) or "added" (a link that a finding asks about); in drawing order.
    bold_nodes, bold_edges : frozenset
        What is emphasised.
    agents : dict
        For each decision and utility the number of its agent.
    kinds : dict
        For each node "chance", "decision" or "utility".
    """

    edges: dict[Edge, str]
    bold_nodes: frozenset[str]
    bold_edges: frozenset[Edge]
    agents: dict[str, int]
    kinds: dict[str, str]


def _of_finding(d: Diagram, edges: dict[Edge, str], finding: Decisive) -> list[Edge]:
    """Return the edges of the finding that are in neither graph: links it asks about."""
    for name in (*finding.path_nodes, *(end for edge in finding.path_edges for end in edge)):
        if name not in d:
            raise DrawError(
                f"The finding to highlight passes {name!r}, which is no node of the diagram. "
                "Highlight a finding about this diagram."
            )
    added = [edge for edge in finding.path_edges if edge not in edges]
    for edge in added:
        if edge != (finding.node, finding.decision):
            raise DrawError(
                f"The finding to highlight uses the edge {edge!r}, which is not in the diagram. "
                "Highlight a finding about this diagram."
            )
    return added


def _of_parts(d: Diagram, edges: dict[Edge, str], given: object) -> tuple[list[str], list[Edge]]:
    """Return the nodes and the edges of a mixed list of names and pairs, which must be there."""
    if not isinstance(given, Iterable):
        raise CIDTypeError(
            "highlight takes a Finding such as cid.admits_ici(d, 'D', 'X'), or nodes and edges "
            f"such as ['D', ('D', 'X')], not {shorten(given)}."
        )
    nodes: list[str] = []
    pairs: list[Edge] = []
    for part in [given] if isinstance(given, str) else given:
        names = (part,) if isinstance(part, str) else check_edge(part)
        for name in names:
            if check_name(name) not in d:
                raise UnknownNodeError(
                    f"{shorten(name)} in highlight is no node of the diagram."
                    f"{did_you_mean(name, d.nodes)}"
                )
        if len(names) == 1:
            nodes += names
        elif names in edges:
            pairs.append((names[0], names[1]))
        else:
            hint = " The reverse edge is." if names[::-1] in edges else ""
            raise UnknownNodeError(f"There is no edge {names!r} to highlight.{hint}")
    return nodes, pairs


def meaning(
    d: Diagram, highlight: Highlight | None = None, physical: Diagram | None = None
) -> Meaning:
    """Work out what a picture of `d` shows.

    Raises
    ------
    CIDTypeError
        If an argument has the wrong type.
    DiagramError
        If one graph is not the other less edges that credit does not cross; see
        :func:`cid.pair.check_pair`.
    DrawError
        If the finding is about another diagram.
    UnknownNodeError
        If a node or an edge to highlight is not there.
    """
    if not is_diagram(d):
        raise CIDTypeError(f"A picture is drawn of a CID, not of {shorten(d)}.")
    edges: dict[Edge, str] = {}
    decisions = set(d.decisions)
    for edge in d.edges:
        edges[edge] = "information" if edge[1] in decisions else "causal"
    if physical is not None:
        check_pair(physical, d)
        for edge in physical.edges:
            edges.setdefault(edge, "physical")
    bold_nodes: set[str] = set()
    bold_edges: set[Edge] = set()
    if hasattr(highlight, "path_edges"):
        finding = cast(Decisive, highlight)
        edges |= dict.fromkeys(_of_finding(d, edges, finding), "added")
        bold_edges.update(finding.path_edges)
        bold_nodes.update(finding.path_nodes, *finding.path_edges)
    elif highlight is not None:
        nodes, pairs = _of_parts(d, edges, highlight)
        bold_edges.update(pairs)
        bold_nodes.update(nodes, *pairs)
    number = {agent: i for i, agent in enumerate(d.agents)}
    agents = {
        name: number[agent]
        for agent in d.agents
        for name in (*d.decisions_of(agent), *d.utilities_of(agent))
    }
    kinds = dict.fromkeys(d.nodes, "chance")
    kinds |= dict.fromkeys(d.decisions, "decision")
    kinds |= dict.fromkeys(d.utilities, "utility")
    return Meaning(edges, frozenset(bold_nodes), frozenset(bold_edges), agents, kinds)


@dataclass(frozen=True)
class SceneNode:
    """A node, the number of its agent (None for chance nodes), and whether it is emphasised."""

    box: NodeBox
    agent: int | None
    bold: bool


@dataclass(frozen=True)
class SceneEdge:
    """An edge, what it means (see :class:`Meaning`), and whether it is emphasised."""

    route: EdgeRoute
    line: str
    bold: bool


@dataclass(frozen=True)
class LegendItem:
    """An entry of the legend: an agent's number, or else a kind of line.

    The sample starts at (`x`, `y`) and is `sample` wide, its text starts at `text_x`; `y` is the
    middle of the row.
    """

    label: str
    agent: int | None
    line: str | None
    x: float
    y: float
    sample: float
    text_x: float


@dataclass(frozen=True)
class Scene:
    """A picture, ready to be drawn. The origin is the upper left corner; y grows downwards."""

    layout: Layout
    nodes: tuple[SceneNode, ...]
    edges: tuple[SceneEdge, ...]
    legend: tuple[LegendItem, ...]
    width: float
    height: float


def _legend(
    entries: Sequence[tuple[str, int | None, str | None]], room: float, top: float
) -> tuple[tuple[LegendItem, ...], float, float]:
    """Set entries in rows of at most `room`; return them, their width, and where they end."""
    items = []
    x, y, widest = 0.0, top, 0.0
    for label, agent, line in entries:
        sample = _SWATCH if line is None else _SAMPLE
        label = one_line(label, 40)
        width = sample + 6.0 + text_width(label, LEGEND_SIZE)
        if x > 0 and x + width > room:
            x, y = 0.0, y + _LEGEND_ROW
        middle = y + _LEGEND_ROW / 2
        items.append(LegendItem(label, agent, line, x, middle, sample, x + sample + 6.0))
        widest = max(widest, x + width)
        x += width + 16.0
    return tuple(items), widest, y + _LEGEND_ROW if items else top


def scene(d: Diagram, highlight: Highlight | None = None, physical: Diagram | None = None) -> Scene:
    """Compose a picture.

    Raises
    ------
    CIDTypeError, DiagramError, DrawError
        As :func:`meaning`; also if there are more than `MAX_NODES` nodes, or if a link that the
        finding asks about closes a cycle with the physical graph.
    """
    means = meaning(d, highlight, physical)
    if len(d.nodes) > MAX_NODES:
        raise DrawError(
            f"The diagram has {len(d.nodes)} nodes; a picture of more than {MAX_NODES} cannot be "
            "read. Draw a part of it, or write it with to_dot and lay it out with Graphviz."
        )
    own = set(d.edges)
    extra = [edge for edge in means.edges if edge not in own]
    if extra:
        try:
            numbered(Parts([*d.edges, *extra], *owners(d), d.nodes))
        except DiagramError as error:
            raise DrawError(
                f"The graphs and the link of the finding do not fit into one picture. {error}"
            ) from None
    made = layout(d, extra)
    used = set(means.edges.values())
    lines: list[str] = []
    if "physical" in used:
        lines = [line for line in ("causal", "physical", "information") if line in used]
    if "added" in used:
        lines.append("added")
    named = d.agents if len(d.agents) > 1 else ()
    entries: list[tuple[str, int | None, str | None]] = [
        (agent, number, None) for number, agent in enumerate(named)
    ]
    entries += [(LINE_WORDS[line], None, line) for line in lines]
    legend, legend_width, bottom = _legend(
        entries, max(made.width, 180.0), made.height + (10.0 if entries else 0.0)
    )
    return Scene(
        made,
        tuple(
            SceneNode(box, means.agents.get(box.name), box.name in means.bold_nodes)
            for box in made.nodes
        ),
        tuple(
            SceneEdge(r, means.edges[r.tail, r.head], (r.tail, r.head) in means.bold_edges)
            for r in made.edges
        ),
        legend,
        max(made.width, legend_width),
        bottom,
    )


def arrowhead(edge: SceneEdge) -> list[Point]:
    """Return the corners of an arrowhead whose tip lies on the border of the head."""
    scale = EMPHASIS_WIDTH / 2 if edge.bold else 1.0
    tip = edge.route.points[-1]
    base = shaft(edge)[-1]
    dx, dy = tip[0] - base[0], tip[1] - base[1]
    size = (dx * dx + dy * dy) ** 0.5
    dx, dy = dx / size, dy / size
    length, half = ARROW_LENGTH * scale, ARROW_WIDTH / 2 * scale
    back = (tip[0] - dx * length, tip[1] - dy * length)
    notch = (tip[0] - dx * length * 0.72, tip[1] - dy * length * 0.72)
    return [
        tip,
        (back[0] - dy * half, back[1] + dx * half),
        notch,
        (back[0] + dy * half, back[1] - dx * half),
    ]


def shaft(edge: SceneEdge) -> list[Point]:
    """Return the curve of an edge without the part that its arrowhead covers."""
    scale = EMPHASIS_WIDTH / 2 if edge.bold else 1.0
    points = edge.route.points
    across = 2 * 0.72 * ARROW_LENGTH * scale
    return clip(points[::-1], "chance", across, across, points[-1])[::-1]
