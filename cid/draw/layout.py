"""Where nodes stand and how edges run: one frozen picture that every renderer draws.

Layers from left to right in the manner of Sugiyama: :mod:`cid.draw.layers` chooses the layers,
:mod:`cid.draw.order` the order within them, :mod:`cid.draw.place` the coordinates, and
:mod:`cid.draw.route` the curves. An edge that spans several layers holds a place in each of them,
so it has a gap between the nodes to pass through. Nothing is random and nothing depends on a font
file: the same diagram gives the same layout everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from cid.draw.layers import assign_layers
from cid.draw.level import level
from cid.draw.order import Layers, order_layers
from cid.draw.place import place
from cid.draw.route import Wall, height_at, height_range, route
from cid.draw.shapes import Point, clip, node_size
from cid.draw.text import label_lines
from cid.parts import Diagram, Edge

__all__ = ["EdgeRoute", "Layout", "NodeBox", "layout"]

_NODE_GAP = 20.0  # between two nodes of a layer
_EDGE_GAP = 13.0  # between a node and a long edge that passes it
_LANE_GAP = 13.0  # between two long edges
_CLEAR = 6.0  # least distance between an edge and a node that is not its end
_APART = 8.5  # least distance between two long edges, halfway through a layer
_PORT_STEP = 4.5  # between the points at which two edges aim on the same side of a node
_PORT_REACH = 0.3  # no edge aims farther from the middle than this share of a node's height
_LAYER_GAP = 34.0  # between neighbouring layers, more where edges are steep
_STEEPEST_GAP = 84.0
_COMPONENT_GAP = 26.0
_MOST_LANES = 2500  # beyond this the longest edges no longer hold a place in each layer


@dataclass(frozen=True)
class NodeBox:
    """A node: its label broken into lines, its centre and its size, in layout units."""

    name: str
    kind: str
    lines: tuple[str, ...]
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class EdgeRoute:
    """An edge: control points of joined cubic Bezier curves from border to border.

    There are ``3 k + 1`` points; the first lies on the border of the tail, the last on the border
    of the head, and x grows along the curve.
    """

    tail: str
    head: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Layout:
    """A picture without style. The origin is the upper left corner, and y grows downwards.

    Attributes
    ----------
    nodes : tuple of NodeBox
        In the order of the diagram.
    edges : tuple of EdgeRoute
        In the order of the diagram, extra edges last.
    width, height : float
        Everything lies within; a unit is 1/14 of the font size of labels.
    """

    nodes: tuple[NodeBox, ...]
    edges: tuple[EdgeRoute, ...]
    width: float
    height: float


Box = tuple[str, tuple[str, ...], float, float]  # kind, lines, width, height


@dataclass
class _Part:
    """A connected part while it is laid out; nodes and edges are numbered within the part."""

    at: list[Point]
    curves: list[list[Point]]
    width: float
    height: float


def _components(count: int, edges: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Return the connected parts, each in order of its node numbers."""
    near: list[list[int]] = [[] for _ in range(count)]
    for tail, head in edges:
        near[tail].append(head)
        near[head].append(tail)
    seen = [False] * count
    parts = []
    for start in range(count):
        if seen[start]:
            continue
        seen[start] = True
        part = [start]
        for node in part:  # grows while it is read
            for other in near[node]:
                if not seen[other]:
                    seen[other] = True
                    part.append(other)
        parts.append(sorted(part))
    return parts


def _lanes(
    layer: Sequence[int], edges: Sequence[tuple[int, int]]
) -> tuple[list[int], list[list[int]]]:
    """Give each long edge a vertex in every layer that it passes.

    Returns
    -------
    tuple
        The layer of every vertex, nodes first, and for each edge its vertices from tail to head.
    """
    layer_of = list(layer)
    chains: list[list[int]] = [[] for _ in edges]
    shortest_first = sorted(
        range(len(edges)), key=lambda i: layer[edges[i][1]] - layer[edges[i][0]]
    )
    for index in shortest_first:
        tail, head = edges[index]
        between = range(layer[tail] + 1, layer[head])
        if len(layer_of) - len(layer) + len(between) > _MOST_LANES:
            chains[index] = [tail, head]
            continue
        lane = range(len(layer_of), len(layer_of) + len(between))
        layer_of.extend(between)
        chains[index] = [tail, *lane, head]
    return layer_of, chains


def _columns(
    layers: Layers, y: Sequence[float], boxes: Sequence[Box], chains: Sequence[Sequence[int]]
) -> list[tuple[float, float]]:
    """Return the left and right end of each layer; steep edges get wider gaps before them."""
    rise = [0.0] * len(layers)
    layer_of = {vertex: number for number, layer in enumerate(layers) for vertex in layer}
    for chain in chains:
        for v, w in pairwise(chain):
            rise[layer_of[v]] = max(rise[layer_of[v]], abs(y[v] - y[w]))
    columns = []
    left = 0.0
    for number, layer in enumerate(layers):
        width = max((boxes[v][2] for v in layer if v < len(boxes)), default=0.0)
        columns.append((left, left + width))
        left += width + min(_STEEPEST_GAP, max(_LAYER_GAP, 0.42 * rise[number]))
    return columns


def _ports(
    y: Sequence[float], boxes: Sequence[Box], chains: Sequence[Sequence[int]]
) -> dict[tuple[int, int], float]:
    """Return how far from the middle of a node each edge aims, so that few edges merge.

    On each side of a node the most level edge aims at the middle, and those above and below it
    the more to the outside the farther they come. Keys are (node, next vertex of the edge).
    """
    sides: dict[tuple[int, bool], list[int]] = {}
    for chain in chains:
        sides.setdefault((chain[0], True), []).append(chain[1])
        sides.setdefault((chain[-1], False), []).append(chain[-2])
    offset = {}
    for (node, _), others in sides.items():
        others.sort(key=lambda w: y[w])
        middle = min(range(len(others)), key=lambda i: abs(y[others[i]] - y[node]))
        most = max(middle, len(others) - 1 - middle, 1)
        step = min(_PORT_STEP, _PORT_REACH * boxes[node][3] / most)
        for i, other in enumerate(others):
            offset[node, other] = (i - middle) * step
    return offset


def _wall(left: float, right: float, bound: float, step: int) -> Wall:
    if step < 0:
        return Wall(left, right, bound, float("inf"))
    return Wall(left, right, float("-inf"), bound)


class _Router:
    """Routes edges one after the other, each around nodes and the edges already routed.

    An edge keeps the side of nodes and of other long edges that its place in each layer gives it.
    Towards an edge that is not routed yet it leaves the room that this one will need, so there is
    always a way through.
    """

    def __init__(
        self,
        layers: Layers,
        y: Sequence[float],
        boxes: Sequence[Box],
        columns: Sequence[tuple[float, float]],
        chains: Sequence[Sequence[int]],
    ) -> None:
        self.layers, self.y, self.boxes = layers, y, boxes
        self.middle = [sum(column) / 2 for column in columns]
        self.layer_of = {v: number for number, layer in enumerate(layers) for v in layer}
        self.spot_of = {v: spot for layer in layers for spot, v in enumerate(layer)}
        self.passes_at: dict[int, float] = {}  # where routed edges cross the middle of a layer
        self.offset = _ports(y, boxes, chains)

    def _walls_beside(self, vertex: int, step: int) -> Iterator[Wall]:
        """Yield what bounds an edge at a vertex on one side; `step` is -1 for smaller y."""
        number = self.layer_of[vertex]
        layer, middle = self.layers[number], self.middle[number]
        is_lane = vertex >= len(self.boxes)
        spot, room, widest = self.spot_of[vertex] + step, 0.0, 0.0
        while 0 <= spot < len(layer):
            other = layer[spot]
            spot += step
            if other < len(self.boxes):
                _, _, width, height = self.boxes[other]
                if width > widest:  # a node behind a wider one cannot be met
                    widest = width
                    reach = width / 2 + _CLEAR
                    border = self.y[other] - step * (height / 2 + _CLEAR + room)
                    yield _wall(middle - reach, middle + reach, border, step)
            elif is_lane and widest == 0.0:
                if other in self.passes_at:
                    bound = self.passes_at[other] - step * (room + _APART)
                    yield _wall(middle, middle, bound, step)
                    is_lane = False
                room += _APART

    def route(self, chain: Sequence[int]) -> list[Point]:
        """Return the curve of the edge with these vertices, from inside one node to the other."""
        walls = [
            wall
            for vertex in chain
            for step in (-1, 1)
            for wall in self._walls_beside(vertex, step)
        ]
        start, end = (
            (self.middle[self.layer_of[v]], self.y[v] + self.offset[v, w])
            for v, w in ((chain[0], chain[1]), (chain[-1], chain[-2]))
        )
        curve = route(start, end, walls)
        for vertex in chain[1:-1]:
            self.passes_at[vertex] = height_at(curve, self.middle[self.layer_of[vertex]])
        return curve


def _lay_out_part(boxes: Sequence[Box], edges: Sequence[tuple[int, int]]) -> _Part:
    """Lay out a connected graph."""
    count = len(boxes)
    layer_of, chains = _lanes(assign_layers(count, edges), edges)
    layers: Layers = [[] for _ in range(max(layer_of) + 1)]
    for vertex, number in enumerate(layer_of):
        layers[number].append(vertex)
    left: list[list[int]] = [[] for _ in layer_of]
    right: list[list[int]] = [[] for _ in layer_of]
    for chain in chains:
        for v, w in pairwise(chain):
            if layer_of[w] == layer_of[v] + 1:
                right[v].append(w)
                left[w].append(v)
    layers = order_layers(layers, left, right)

    def separation(v: int, w: int) -> float:
        gap = (_LANE_GAP, _EDGE_GAP, _NODE_GAP)[(v < count) + (w < count)]
        return gap + sum(boxes[u][3] / 2 for u in (v, w) if u < count)

    is_lane = [vertex >= count for vertex in range(len(layer_of))]
    _, y = min(
        level(layers, right, place(layers, left, right, is_lane, separation, favour), separation)
        for favour in (True, False)
    )
    # Of the two mirror images, take the one with the chance nodes above the decisions.
    world = [y[v] for v in range(count) if boxes[v][0] == "chance"]
    rest = [y[v] for v in range(count) if boxes[v][0] != "chance"]
    if world and rest and sum(world) / len(world) > sum(rest) / len(rest):
        y = [-value for value in y]
        layers = [layer[::-1] for layer in layers]
    columns = _columns(layers, y, boxes, chains)
    at = [(sum(columns[layer_of[v]]) / 2, y[v]) for v in range(count)]
    router = _Router(layers, y, boxes, columns, chains)
    shortest_first = sorted(range(len(edges)), key=lambda i: len(chains[i]))
    routed = {index: router.route(chains[index]) for index in shortest_first}
    curves = [routed[index] for index in range(len(edges))]
    heights = [at[v][1] + sign * boxes[v][3] / 2 for v in range(count) for sign in (-1, 1)]
    for curve in curves:
        heights += height_range(curve)
    top, bottom = min(heights), max(heights)
    at = [(x, value - top) for x, value in at]
    curves = [[(x, value - top) for x, value in curve] for curve in curves]
    return _Part(at, curves, columns[-1][1], bottom - top)


def _shelves(parts: Sequence[_Part]) -> tuple[list[Point], float, float]:
    """Put parts side by side on shelves; return their corners and the size of the whole."""
    area = sum((p.width + _COMPONENT_GAP) * (p.height + _COMPONENT_GAP) for p in parts)
    limit = max(max(p.width for p in parts), 1.5 * area**0.5)
    corners: dict[int, Point] = {}
    x = y = shelf = widest = 0.0
    for index in sorted(range(len(parts)), key=lambda i: (-parts[i].height, i)):
        part = parts[index]
        if x > 0 and x + part.width > limit:
            x, y, shelf = 0.0, y + shelf + _COMPONENT_GAP, 0.0
        corners[index] = (x, y)
        shelf = max(shelf, part.height)
        widest = max(widest, x + part.width)
        x += part.width + _COMPONENT_GAP
    return [corners[i] for i in range(len(parts))], widest, y + shelf


def layout(diagram: Diagram, extra_edges: Sequence[Edge] = ()) -> Layout:
    """Lay out a diagram.

    Parameters
    ----------
    diagram : CID
        The nodes, and the edges that are listed first.
    extra_edges : sequence of (str, str)
        More edges between nodes of the diagram; together with its own they close no cycle.

    Returns
    -------
    Layout
        Nodes do not overlap, and edges keep clear of nodes that are not their ends.

    Examples
    --------
    >>> from cid import CID
    >>> picture = layout(CID.parse("S -> D -> U; S -> U", decisions="D", utilities="U"))
    >>> [(box.name, box.x, box.y) for box in picture.nodes]
    [('S', 17.0, ...), ('D', ...), ('U', ...)]
    """
    number = {name: i for i, name in enumerate(diagram.nodes)}
    edges = [*diagram.edges, *extra_edges]
    pairs = [(number[tail], number[head]) for tail, head in edges]
    kinds = dict.fromkeys(diagram.nodes, "chance")
    kinds |= dict.fromkeys(diagram.decisions, "decision")
    kinds |= dict.fromkeys(diagram.utilities, "utility")
    boxes: list[Box] = []
    for name in diagram.nodes:
        lines = label_lines(name)
        boxes.append((kinds[name], lines, *node_size(kinds[name], lines)))

    members = _components(len(boxes), pairs)
    part_of = {node: index for index, part in enumerate(members) for node in part}
    edges_of: list[list[int]] = [[] for _ in members]
    for index, (tail, _) in enumerate(pairs):
        edges_of[part_of[tail]].append(index)
    parts = []
    for nodes, own in zip(members, edges_of, strict=True):
        local = {node: i for i, node in enumerate(nodes)}
        parts.append(
            _lay_out_part(
                [boxes[node] for node in nodes],
                [(local[pairs[i][0]], local[pairs[i][1]]) for i in own],
            )
        )
    corners, width, height = _shelves(parts)

    at: dict[int, Point] = {}
    curves: dict[int, list[Point]] = {}
    for nodes, own, part, (dx, dy) in zip(members, edges_of, parts, corners, strict=True):
        for node, (x, y) in zip(nodes, part.at, strict=True):
            at[node] = (x + dx, y + dy)
        for index, curve in zip(own, part.curves, strict=True):
            curves[index] = [(x + dx, y + dy) for x, y in curve]

    def ends_cut(index: int) -> tuple[Point, ...]:
        tail, head = pairs[index]
        curve = clip(curves[index], boxes[tail][0], *boxes[tail][2:], at[tail])
        curve = clip(curve[::-1], boxes[head][0], *boxes[head][2:], at[head])[::-1]
        return tuple((round(x, 3), round(y, 3)) for x, y in curve)

    return Layout(
        tuple(
            NodeBox(name, kind, lines, round(at[i][0], 3), round(at[i][1], 3), w, h)
            for i, (name, (kind, lines, w, h)) in enumerate(zip(diagram.nodes, boxes, strict=True))
        ),
        tuple(EdgeRoute(*edge, ends_cut(index)) for index, edge in enumerate(edges)),
        round(width, 3),
        round(height, 3),
    )
