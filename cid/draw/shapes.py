"""The three node shapes: how large they must be for a label, and where their borders run."""

from __future__ import annotations

import math
from collections.abc import Sequence

from cid.draw.text import LINE_HEIGHT, text_width

__all__ = ["Point", "clip", "is_straight", "node_size", "outside", "split"]

Point = tuple[float, float]

_INK = 11.0  # height of the ink of a line of text: capitals and a little of the descenders


def _extents(lines: Sequence[str]) -> tuple[list[tuple[float, float]], float]:
    """Return for each line (half its width, its farthest distance from the middle), and the block.

    The block is half the height of all lines together.
    """
    middle = (len(lines) - 1) / 2
    reach = [abs(i - middle) * LINE_HEIGHT + _INK / 2 for i in range(len(lines))]
    return [(text_width(s) / 2, r) for s, r in zip(lines, reach, strict=True)], max(reach)


def node_size(kind: str, lines: Sequence[str]) -> tuple[float, float]:
    """Return the width and height of a node that holds its label with a margin.

    Parameters
    ----------
    kind : str
        ``"chance"`` (ellipse), ``"decision"`` (rectangle) or ``"utility"`` (diamond).
    lines : sequence of str
        The label.

    Examples
    --------
    >>> node_size("chance", ["S"])
    (34.0, 34.0)
    """
    extents, block = _extents(lines)
    if kind == "decision":
        half_width = max(17.0, max(half for half, _ in extents) + 8.0)
        half_height = block + 9.5
    elif kind == "utility":
        half_height = 1.55 * block + 12.5
        half_width = max(
            23.0, max((half + 5.0) / (1 - (reach - 1.0) / half_height) for half, reach in extents)
        )
    else:
        half_height = 1.2 * block + 10.4
        half_width = max(
            half_height,
            max((w + 5.0) / math.sqrt(1 - (reach / half_height) ** 2) for w, reach in extents),
        )
    return round(2 * half_width, 1), round(2 * half_height, 1)


def outside(kind: str, width: float, height: float, dx: float, dy: float) -> float:
    """Return a number that is negative inside the shape, 0 on its border, positive outside.

    Parameters
    ----------
    kind : str
        As in :func:`node_size`.
    width, height : float
        Size of the node.
    dx, dy : float
        Position relative to the centre.
    """
    u, v = abs(dx) / (width / 2), abs(dy) / (height / 2)
    if kind == "decision":
        return max(u, v) - 1
    if kind == "utility":
        return u + v - 1
    return math.hypot(u, v) - 1


def _bezier(points: Sequence[Point], t: float) -> Point:
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = points
    s = 1 - t
    a, b, c, d = s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t
    return a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3


def split(points: Sequence[Point], t: float) -> tuple[list[Point], list[Point]]:
    """Split a cubic Bezier curve at the parameter `t` (de Casteljau)."""

    def between(a: Point, b: Point) -> Point:
        return a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t

    p0, p1, p2, p3 = points
    a, b, c = between(p0, p1), between(p1, p2), between(p2, p3)
    d, e = between(a, b), between(b, c)
    f = between(d, e)
    return [p0, a, d, f], [f, e, c, p3]


def is_straight(points: Sequence[Point]) -> bool:
    """Return whether control points lie on the line from the first to the last of them."""
    (x0, y0), (x1, y1) = points[0], points[-1]
    width, rise = x1 - x0, y1 - y0
    return all(abs((x - x0) * rise - (y - y0) * width) < 0.05 * width for x, y in points)


def clip(
    points: Sequence[Point], kind: str, width: float, height: float, centre: Point
) -> list[Point]:
    """Cut off the part of a curve inside the node that it starts from.

    Parameters
    ----------
    points : sequence of (float, float)
        Control points of joined cubic Bezier curves, ``3 k + 1`` of them, from `centre` outwards.
    kind, width, height, centre
        The node.

    Returns
    -------
    list of (float, float)
        The curve from the border of the node on.
    """

    def beyond(point: Point) -> bool:
        return outside(kind, width, height, point[0] - centre[0], point[1] - centre[1]) > 0

    for first in range(0, len(points) - 1, 3):
        piece = points[first : first + 4]
        if not beyond(piece[3]):
            continue
        low, high = 0.0, 1.0
        for _ in range(32):
            middle = (low + high) / 2
            if beyond(_bezier(piece, middle)):
                high = middle
            else:
                low = middle
        return split(piece, high)[1] + list(points[first + 4 :])
    return list(points)
