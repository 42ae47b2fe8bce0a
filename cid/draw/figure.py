"""The matplotlib picture. Importing this module imports matplotlib.

Everything is drawn in layout units, text and line widths too, so a picture keeps its proportions
whatever the size of the axes.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import matplotlib
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Bbox

from cid.draw.scene import (
    LEGEND_SIZE,
    MARGIN,
    LegendItem,
    Scene,
    SceneEdge,
    SceneNode,
    arrowhead,
    shaft,
)
from cid.draw.shapes import Point
from cid.draw.style import TEXT, edge_look, node_look
from cid.draw.text import FONT_SIZE, LINE_HEIGHT, text_width

__all__ = ["draw_scene", "figure_size", "full_axes"]

POINTS_PER_UNIT = 0.75
"""Size of a new figure: labels are 10.5 points high."""

_SMALLEST = 0.1  # points: matplotlib cannot set text of no size

_OTHER_SCRIPTS = (
    "Noto Sans CJK JP",
    "Noto Sans CJK SC",
    "Hiragino Sans",
    "PingFang SC",
    "Yu Gothic",
    "Microsoft YaHei",
    "Malgun Gothic",
    "WenQuanYi Zen Hei",
    "Droid Sans Fallback",
    "Noto Sans Arabic",
    "Noto Sans Hebrew",
    "Noto Sans Devanagari",
    "Arial Unicode MS",
    "Segoe UI Symbol",
    "Noto Emoji",
    "Symbola",
    "DejaVu Sans",
)
"""Fonts to fall back on for characters that the user's font lacks, if they are installed."""


def _families() -> list[str]:
    installed = {font.name for font in fontManager.ttflist}
    chosen = matplotlib.rcParams["font.family"]
    return [*chosen, *(name for name in _OTHER_SCRIPTS if name in installed)]


def _pixels_per_unit(part: Artist) -> float:
    """Return how many pixels a layout unit is on the canvas, as the axes stand now."""
    if part.axes is None:
        return 1.0
    (x0, _), (x1, _) = part.axes.transData.transform([(0.0, 0.0), (1.0, 0.0)])
    return float(abs(x1 - x0))


def _points_per_pixel(part: Artist) -> float:
    figure = part.get_figure(root=True)
    return 1.0 if figure is None else 72.0 / figure.dpi


@contextmanager
def _missing_glyphs_allowed() -> Iterator[None]:
    """Let a character that no installed font has be drawn as a box, without a warning."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        warnings.filterwarnings("ignore", message="Matplotlib currently does not support")
        yield


class _Label(Text):
    """Text whose size is given in layout units, and which never gets wider than planned."""

    def __init__(self, at: Point, text: str, size: float, **style: Any) -> None:
        font = FontProperties(family=_families())
        super().__init__(
            *at, text, fontproperties=font, color=TEXT, parse_math=False, usetex=False, **style
        )
        self._units = size
        self._planned = text_width(text, size)

    def _fit(self, renderer: RendererBase | None) -> None:
        pixels, points = _pixels_per_unit(self), _points_per_pixel(self)
        size = max(self._units * pixels * points, _SMALLEST)
        self.set_fontsize(size)
        room = self._planned * pixels
        width = super().get_window_extent(renderer).width
        if width > room > 0:
            self.set_fontsize(max(size * room / width, _SMALLEST))

    def draw(self, renderer: RendererBase) -> None:
        with _missing_glyphs_allowed():
            self._fit(renderer)
            super().draw(renderer)

    def get_window_extent(
        self, renderer: RendererBase | None = None, dpi: float | None = None
    ) -> Bbox:
        with _missing_glyphs_allowed():
            self._fit(renderer)
            return super().get_window_extent(renderer, dpi)


class _Stroke(PathPatch):
    """A path whose line width and dashes are given in layout units."""

    def __init__(
        self, path: Path, line: str, width: float, dashes: Sequence[float], fill: str, order: float
    ) -> None:
        style = (0, tuple(length / width for length in dashes)) if dashes else "solid"
        super().__init__(
            path,
            edgecolor=line,
            facecolor=fill,
            linestyle=style,
            capstyle="butt",
            joinstyle="round",
            zorder=order,
        )
        self._units = width

    def draw(self, renderer: RendererBase) -> None:
        self.set_linewidth(self._units * _pixels_per_unit(self) * _points_per_pixel(self))
        super().draw(renderer)


def _curve(points: Sequence[Point]) -> Path:
    return Path(list(points), [Path.MOVETO, *[Path.CURVE4] * (len(points) - 1)])


def _closed(corners: Sequence[Point]) -> Path:
    return Path([*corners, corners[0]], closed=True)


def _outline(node: SceneNode) -> Path:
    box = node.box
    x, y, a, b = box.x, box.y, box.width / 2, box.height / 2
    if box.kind == "decision":
        return _closed([(x - a, y - b), (x + a, y - b), (x + a, y + b), (x - a, y + b)])
    if box.kind == "utility":
        return _closed([(x - a, y), (x, y - b), (x + a, y), (x, y + b)])
    return Affine2D().scale(a, b).translate(x, y).transform_path(Path.unit_circle())


def _edge(edge: SceneEdge) -> list[_Stroke]:
    colour, width, dashes = edge_look(edge.line, edge.bold)
    order = 2.2 if edge.bold else 2.0
    return [
        _Stroke(_curve(shaft(edge)), colour, width, dashes, "none", order),
        _Stroke(_closed(arrowhead(edge)), "none", 0.0, (), colour, order),
    ]


def _node(node: SceneNode) -> list[_Stroke | _Label]:
    fill, line, width, dashes = node_look(node.agent, node.bold)
    box = node.box
    parts: list[_Stroke | _Label] = [_Stroke(_outline(node), line, width, dashes, fill, 3.0)]
    first = box.y - (len(box.lines) - 1) / 2 * LINE_HEIGHT + 0.35 * FONT_SIZE
    for i, text in enumerate(box.lines):
        at = (box.x, first + i * LINE_HEIGHT)
        parts.append(_Label(at, text, FONT_SIZE, horizontalalignment="center", zorder=3.5))
    return parts


def _legend_item(item: LegendItem) -> list[_Stroke | _Label]:
    x, y = item.x, item.y
    if item.line is None:
        fill, line, width, dashes = node_look(item.agent, bold=False)
        corners = [(x + dx, y + dy) for dx, dy in ((0, -5.5), (13, -5.5), (13, 5.5), (0, 5.5))]
        sample = _Stroke(_closed(corners), line, width, dashes, fill, 3.0)
    else:
        colour, width, dashes = edge_look(item.line, bold=False)
        sample = _Stroke(Path([(x, y), (x + item.sample, y)]), colour, width, dashes, "none", 3.0)
    at = (item.text_x, y + 0.35 * LEGEND_SIZE)
    return [sample, _Label(at, item.label, LEGEND_SIZE, zorder=3.5)]


def draw_scene(picture: Scene, axes: Axes) -> Axes:
    """Draw a scene into axes, which it fills with equal scales on both sides."""
    parts: list[_Stroke | _Label] = []
    for edge in picture.edges:
        parts += _edge(edge)
    for node in picture.nodes:
        parts += _node(node)
    for item in picture.legend:
        parts += _legend_item(item)
    for part in parts:
        if isinstance(part, _Stroke):
            axes.add_patch(part)
        else:
            axes.add_artist(part)
    axes.set_xlim(-MARGIN, picture.width + MARGIN)
    axes.set_ylim(picture.height + MARGIN, -MARGIN)
    axes.set_aspect("equal")
    axes.set_axis_off()
    return axes


def figure_size(picture: Scene) -> tuple[float, float]:
    """Return the size in inches of a figure that shows a scene in its natural size."""
    inches = POINTS_PER_UNIT / 72.0
    return (picture.width + 2 * MARGIN) * inches, (picture.height + 2 * MARGIN) * inches


def full_axes(figure: Figure) -> Axes:
    """Return axes that fill a figure."""
    return figure.add_axes((0.0, 0.0, 1.0, 1.0))
