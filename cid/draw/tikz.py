r"""LaTeX text for TikZ: nodes with names and styles at the top, so the figure can be edited."""

from __future__ import annotations

from collections.abc import Sequence

from cid.draw.latex import CHAR_COMMANDS, escape_latex
from cid.draw.scene import LEGEND_SIZE, Highlight, LegendItem, Scene, SceneEdge, SceneNode, scene
from cid.draw.shapes import Point, is_straight
from cid.draw.style import (
    ARROW_LENGTH,
    ARROW_WIDTH,
    BORDER,
    DASHES,
    EDGE_WIDTH,
    EMPHASIS,
    EMPHASIS_WIDTH,
    INK,
    NODE_FILL,
    NODE_LINE,
    PHYSICAL,
    agent_colour,
    agent_dash,
)
from cid.draw.text import FONT_SIZE, LINE_HEIGHT
from cid.parts import Diagram

__all__ = ["to_tikz"]

_UNIT = 0.65  # points for a layout unit: labels are 9.1 points high

_PREAMBLE = r"""\documentclass[border=4pt]{standalone}
\usepackage{iftex}
\ifPDFTeX
  \usepackage[utf8]{inputenc}
  \IfFileExists{lmodern.sty}{\usepackage[T1]{fontenc}\usepackage{lmodern}}{}
\else
  \usepackage{fontspec}
\fi
\usepackage{textcomp}
\usepackage{tikz}
\usetikzlibrary{arrows.meta, shapes.geometric}
\begin{document}
"""
_NEEDS = "% Needs \\usepackage{tikz} and \\usetikzlibrary{arrows.meta, shapes.geometric}.\n"


def _pt(units: float) -> str:
    return f"{round(units * _UNIT, 2) + 0.0:.2f}".rstrip("0").rstrip(".") + "pt"


def _at(point: Point) -> str:
    x, y = (f"{round(v, 1) + 0.0:.1f}".removesuffix(".0") for v in point)
    return f"({x}, {y})"


def _dash(dashes: Sequence[float]) -> str:
    if not dashes:
        return "solid"
    words = (f"{'off' if i % 2 else 'on'} {_pt(v)}" for i, v in enumerate(dashes))
    return "dash pattern=" + " ".join(words)


def _font(size: float, lead: float) -> str:
    return rf"font=\sffamily\fontsize{{{_pt(size)}}}{{{_pt(lead)}}}\selectfont"


def _styles(picture: Scene) -> list[str]:
    """Return the options of the tikzpicture: one style for each meaning that it shows."""
    arrow = f"-{{Stealth[length={_pt(ARROW_LENGTH)}, width={_pt(ARROW_WIDTH)}]}}"
    edge = f"draw=cidink, line width={_pt(EDGE_WIDTH)}, {arrow}"
    border = f"line width={_pt(BORDER)}"
    styles = [
        f"x={_UNIT}pt, y=-{_UNIT}pt",
        "every node/.style={inner sep=0pt, outer sep=0pt, align=center, "
        + _font(FONT_SIZE, LINE_HEIGHT)
        + "}",
        f"chance/.style={{ellipse, draw=cidline, fill=cidfill, {border}}}",
        f"decision/.style={{rectangle, {border}}}",
        f"utility/.style={{diamond, {border}}}",
    ]
    for number in sorted({node.agent for node in picture.nodes if node.agent is not None}):
        name = f"cidagent{number}"
        dash = f", {_dash(agent_dash(number))}" if agent_dash(number) else ""
        styles.append(f"agent{number}/.style={{draw={name}, fill={name}!20{dash}}}")
    lines = {edge.line for edge in picture.edges}
    colours = {"physical": "draw=cidphysical, ", "added": "draw=cidpath, "}
    for line in ("causal", "information", "physical", "added"):
        if line in lines:
            look = colours.get(line, "") + _dash(DASHES[line])
            styles.append(f"{line}/.style={{{edge}, {look}}}")
    if any(node.bold for node in picture.nodes):
        styles.append(f"on path/.style={{draw=cidpath, line width={_pt(EMPHASIS_WIDTH)}}}")
    if picture.legend:
        styles.append(f"legend/.style={{anchor=mid west, {_font(LEGEND_SIZE, LEGEND_SIZE)}}}")
    return styles


def _colours(picture: Scene) -> list[str]:
    colours = {"cidink": INK, "cidline": NODE_LINE, "cidfill": NODE_FILL, "cidphysical": PHYSICAL}
    colours["cidpath"] = EMPHASIS
    for number in sorted({node.agent for node in picture.nodes if node.agent is not None}):
        colours[f"cidagent{number}"] = agent_colour(number)
    return [rf"\definecolor{{{name}}}{{HTML}}{{{hex_[1:]}}}" for name, hex_ in colours.items()]


def _node(number: int, node: SceneNode) -> str:
    box = node.box
    style = box.kind if node.agent is None else f"{box.kind}, agent{node.agent}"
    if node.bold:
        style += ", on path"
    size = f"minimum width={_pt(box.width)}, minimum height={_pt(box.height)}"
    label = r" \\ ".join(map(escape_latex, box.lines))
    return rf"\node[{style}, {size}] (n{number}) at {_at((box.x, box.y))} {{{label}}};"


def _edge(edge: SceneEdge, number: dict[str, int]) -> str:
    style = edge.line + (", on path" if edge.bold else "")
    tail, head = f"(n{number[edge.route.tail]})", f"(n{number[edge.route.head]})"
    points = edge.route.points
    if is_straight(points):
        return rf"\draw[{style}] {tail} -- {head};"
    steps = []
    for i in range(1, len(points), 3):
        end = head if i + 3 == len(points) else _at(points[i + 2])
        steps.append(f".. controls {_at(points[i])} and {_at(points[i + 1])} .. {end}")
    return rf"\draw[{style}] {tail} {' '.join(steps)};"


def _legend_item(item: LegendItem) -> list[str]:
    text = rf"\node[legend] at {_at((item.text_x, item.y))} {{{escape_latex(item.label)}}};"
    if item.line is None:
        size = f"minimum width={_pt(item.sample)}, minimum height={_pt(11.0)}"
        at = _at((item.x + item.sample / 2, item.y))
        return [rf"\node[decision, agent{item.agent}, {size}] at {at} {{}};", text]
    ends = f"{_at((item.x, item.y))} -- {_at((item.x + item.sample, item.y))}"
    return [rf"\draw[{item.line}, -] {ends};", text]


def to_tikz(
    d: Diagram,
    highlight: Highlight | None = None,
    physical: Diagram | None = None,
    *,
    standalone: bool = True,
) -> str:
    r"""Return a diagram as LaTeX text that draws it with TikZ.

    Parameters
    ----------
    d : CID
        The diagram; at most `MAX_NODES` nodes.
    highlight : Finding, or nodes and edges, optional
        Emphasise the decisive path of a finding, or what a list such as ``["D", ("D", "X")]``
        names.
    physical : CID, optional
        The physical graph over the same nodes; edges that `d` lacks are dashed.
    standalone : bool
        Return a document that pdfLaTeX, XeLaTeX and LuaLaTeX compile. Otherwise return the
        ``tikzpicture`` only, to be pasted into a paper that loads TikZ with the libraries
        ``arrows.meta`` and ``shapes.geometric``.

    Returns
    -------
    str

    Raises
    ------
    DrawError, CIDTypeError
        As :func:`cid.draw.to_svg`.

    Notes
    -----
    Special characters are escaped. pdfLaTeX shows a character that it cannot typeset, such as a
    Chinese one, as a small box with its code point. XeLaTeX and LuaLaTeX show the character
    itself if the sans-serif font has it: choose one with
    ``\setsansfont{Noto Sans CJK JP}``.

    Examples
    --------
    >>> from cid import CID
    >>> d = CID.parse("S -> D -> U", decisions="D", utilities="U")
    >>> print(to_tikz(d, standalone=False).split("\n")[-4])
    \draw[information] (n0) -- (n1);
    """
    picture = scene(d, highlight, physical)
    number = {name: i for i, name in enumerate(d.nodes)}
    body = [_node(i, node) for i, node in enumerate(picture.nodes)]
    body += [_edge(edge, number) for edge in sorted(picture.edges, key=lambda e: e.bold)]
    body += [line for item in picture.legend for line in _legend_item(item)]
    commands = [CHAR_COMMANDS] if any(r"\cidchar" in line for line in body) else []
    lines = [
        *commands,
        *_colours(picture),
        r"\begin{tikzpicture}[",
        *(f"  {style}," for style in _styles(picture)),
        "]",
        *body,
        r"\end{tikzpicture}",
    ]
    text = "\n".join(lines) + "\n"
    return f"{_PREAMBLE}{text}\\end{{document}}\n" if standalone else _NEEDS + text
