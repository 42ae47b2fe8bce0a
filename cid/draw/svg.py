"""SVG text, written straight from the scene.

The text is the same for the same diagram everywhere, needs nothing from outside (no fonts, style
sheets or scripts) and has no ids, so any number of pictures can stand in one page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from cid.draw.scene import (
    LEGEND_SIZE,
    MARGIN,
    Highlight,
    LegendItem,
    Scene,
    SceneEdge,
    SceneNode,
    arrowhead,
    scene,
    shaft,
)
from cid.draw.shapes import Point, is_straight
from cid.draw.style import TEXT, edge_look, node_look
from cid.draw.text import FONT_SIZE, LINE_HEIGHT
from cid.parts import Diagram

__all__ = ["to_svg"]

_FONT = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
_SMALLEST_TEXT = 9.0  # pixels: on narrow screens a picture shrinks until its labels are this small
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def _escape(text: str) -> str:
    return escape(_NOT_XML.sub("\ufffd", text))


def _number(value: float) -> str:
    return f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")  # + 0.0 turns -0.0 into 0.0


def _point(point: Point) -> str:
    return f"{_number(point[0])} {_number(point[1])}"


def _path(points: Sequence[Point]) -> str:
    """Return the path data of joined cubic Bezier curves."""
    if is_straight(points):
        return f"M{_point(points[0])}L{_point(points[-1])}"
    pieces = (points[i : i + 3] for i in range(1, len(points), 3))
    return f"M{_point(points[0])}" + "".join("C" + " ".join(map(_point, p)) for p in pieces)


def _stroke(colour: str, width: float, dashes: Sequence[float] = ()) -> str:
    text = f'stroke="{colour}" stroke-width="{_number(width)}"'
    if dashes:
        text += f' stroke-dasharray="{" ".join(map(_number, dashes))}"'
    return text


def _look(agent: int | None, bold: bool) -> str:
    fill, line, width, dashes = node_look(agent, bold)
    return f'fill="{fill}" {_stroke(line, width, dashes)}'


def _edge(edge: SceneEdge) -> str:
    colour, width, dashes = edge_look(edge.line, edge.bold)
    head = " ".join(f"{_number(x)},{_number(y)}" for x, y in arrowhead(edge))
    return (
        f'<path d="{_path(shaft(edge))}" fill="none" {_stroke(colour, width, dashes)}/>'
        f'<polygon points="{head}" fill="{colour}"/>'
    )


def _shape(node: SceneNode) -> str:
    box = node.box
    style = _look(node.agent, node.bold)
    x, y, a, b = box.x, box.y, box.width / 2, box.height / 2
    if box.kind == "decision":
        return (
            f'<rect x="{_number(x - a)}" y="{_number(y - b)}" width="{_number(2 * a)}" '
            f'height="{_number(2 * b)}" rx="1.5" {style}/>'
        )
    if box.kind == "utility":
        corners = [(x - a, y), (x, y - b), (x + a, y), (x, y + b)]
        points = " ".join(f"{_number(p)},{_number(q)}" for p, q in corners)
        return f'<polygon points="{points}" stroke-linejoin="round" {style}/>'
    return (
        f'<ellipse cx="{_number(x)}" cy="{_number(y)}" rx="{_number(a)}" ry="{_number(b)}" '
        f"{style}/>"
    )


def _node(node: SceneNode, agents: Sequence[str]) -> str:
    box = node.box
    owner = "" if node.agent is None or len(agents) == 1 else f" of {agents[node.agent]}"
    first = box.y - (len(box.lines) - 1) / 2 * LINE_HEIGHT + 0.35 * FONT_SIZE
    text = "".join(
        f'<text x="{_number(box.x)}" y="{_number(first + i * LINE_HEIGHT)}">{_escape(line)}</text>'
        for i, line in enumerate(box.lines)
    )
    title = f"<title>{_escape(box.name)} ({box.kind}{_escape(owner)})</title>"
    return f"<g>{title}{_shape(node)}{text}</g>"


def _legend_item(item: LegendItem) -> str:
    x, y = item.x, item.y
    if item.line is None:
        sample = (
            f'<rect x="{_number(x)}" y="{_number(y - 5.5)}" width="{_number(item.sample)}" '
            f'height="11" rx="1.5" {_look(item.agent, bold=False)}/>'
        )
    else:
        line = f"M{_point((x, y))}L{_point((x + item.sample, y))}"
        sample = f'<path d="{line}" fill="none" {_stroke(*edge_look(item.line, bold=False))}/>'
    return (
        f'{sample}<text x="{_number(item.text_x)}" y="{_number(y + 0.35 * LEGEND_SIZE)}" '
        f'font-size="{_number(LEGEND_SIZE)}" text-anchor="start">{_escape(item.label)}</text>'
    )


def _names(names: Sequence[str]) -> str:
    return ", ".join(names[:20]) + (f" and {len(names) - 20} more" if len(names) > 20 else "")


def _description(d: Diagram, picture: Scene) -> str:
    """Say the picture in words, for readers who hear it."""
    parts = ["Causal influence diagram."]
    for agent in d.agents:
        whose = "" if len(d.agents) == 1 else f" of {agent}"
        for what, names in (
            (f"Decisions{whose}", d.decisions_of(agent)),
            (f"Utilities{whose}", d.utilities_of(agent)),
        ):
            if names:
                parts.append(f"{what}: {_names(names)}.")
    chance = [name for name in d.nodes if d.agent_of(name) is None]
    if chance:
        parts.append(f"Chance nodes: {_names(chance)}.")
    for what, edges in (
        ("Edges", [e for e in picture.edges if e.line in ("causal", "information")]),
        ("Physical edges only", [e for e in picture.edges if e.line == "physical"]),
        ("Added link", [e for e in picture.edges if e.line == "added"]),
        ("Highlighted", [e for e in picture.edges if e.bold]),
    ):
        if edges:
            arrows = [f"{e.route.tail} \u2192 {e.route.head}" for e in edges]
            parts.append(f"{what}: {_names(arrows)}.")
    return " ".join(parts)


def to_svg(d: Diagram, highlight: Highlight | None = None, physical: Diagram | None = None) -> str:
    """Return a diagram as SVG text.

    Parameters
    ----------
    d : CID
        The diagram; at most `MAX_NODES` nodes.
    highlight : Finding, or nodes and edges, optional
        Emphasise the decisive path of a finding, or what a list such as ``["D", ("D", "X")]``
        names. A link that the finding asks about and that the diagram lacks is drawn as an added
        link.
    physical : CID, optional
        The physical graph over the same nodes, when `d` is the objective graph: edges that only
        the physical graph has are grey and dashed, and a legend says so.

    Returns
    -------
    str
        An ``<svg>`` element. It takes the width of its container up to its natural size, and
        shrinks until labels are 9 pixels high; on narrower screens a container with
        ``overflow-x: auto`` scrolls. The same arguments give the same text, byte for byte.

    Raises
    ------
    DrawError
        If there are too many nodes, the two graphs have different nodes or close a cycle
        together, or the finding is about another diagram.
    CIDTypeError
        If an argument has the wrong type.

    Examples
    --------
    >>> from cid import CID
    >>> to_svg(CID.parse("D -> U", decisions="D", utilities="U"))[:60]
    '<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labe'
    """
    picture = scene(d, highlight, physical)
    width, height = picture.width + 2 * MARGIN, picture.height + 2 * MARGIN
    smallest = width * _SMALLEST_TEXT / FONT_SIZE
    edges = sorted(picture.edges, key=lambda edge: edge.bold)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" '
            f'aria-label="{_escape(_description(d, picture))}" '
            f'viewBox="{_number(-MARGIN)} {_number(-MARGIN)} {_number(width)} {_number(height)}" '
            f'width="{_number(width)}" height="{_number(height)}" '
            f'style="width:100%;max-width:{_number(width)}px;min-width:{_number(smallest)}px;'
            f'height:auto" font-family="{_FONT}" font-size="{_number(FONT_SIZE)}" '
            f'text-anchor="middle" fill="{TEXT}">',
            "<title>Causal influence diagram</title>",
            f'<rect x="{_number(-MARGIN)}" y="{_number(-MARGIN)}" width="{_number(width)}" '
            f'height="{_number(height)}" fill="#FFFFFF"/>',
            *map(_edge, edges),
            *(_node(node, d.agents) for node in picture.nodes),
            *map(_legend_item, picture.legend),
            "</svg>",
            "",
        ]
    )
