"""The curve of an edge: straight where it can be, a gentle bend where a node is in the way.

Every edge is a function y(x) between the centres of its ends. What it must not touch are *walls*:
stretches of x on which y has to stay within bounds. Of all cubic splines that keep the walls, the
one that bends least is taken: a quadratic programme in a few unknowns, solved by Hildreth's
method [1]_. One cubic is tried first, then splines of two, three and four pieces. Where none fits,
the shortest path between the walls is interpolated monotonically [2]_, which cannot leave them.

.. [1] C. Hildreth. "A quadratic programming procedure". Naval Research Logistics Quarterly 4(1),
   1957.
.. [2] F. N. Fritsch, J. Butland. "A method for constructing local monotone piecewise cubic
   interpolants". SIAM Journal on Scientific and Statistical Computing 5(2), 1984.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import mul

from cid.draw.shapes import Point

__all__ = ["Wall", "height_at", "height_range", "route"]

_SAMPLES = 5
_TOLERANCE = 0.3
_MOST_PIECES = 4
_MANY_WALLS = 40

Vector = list[float]


@dataclass(frozen=True)
class Wall:
    """Between `left` and `right` an edge has to stay between `low` and `high`."""

    left: float
    right: float
    low: float
    high: float


def _basis(t: float, knots: Sequence[float]) -> Vector:
    """Return the values at `t` of a basis of the splines on [0, 1] that vanish at both ends."""
    powers = [max(0.0, t - knot) ** 3 - (1 - knot) ** 3 * t for knot in knots]
    return [t * (1 - t), t * t * (1 - t), *powers]


def _slopes(t: float, knots: Sequence[float]) -> Vector:
    powers = [3 * max(0.0, t - knot) ** 2 - (1 - knot) ** 3 for knot in knots]
    return [1 - 2 * t, 2 * t - 3 * t * t, *powers]


def _curvatures(t: float, knots: Sequence[float]) -> Vector:
    return [-2.0, 2 - 6 * t, *(6 * max(0.0, t - knot) for knot in knots)]


def _dot(a: Sequence[float], b: Sequence[float]) -> float:
    return float(sum(map(mul, a, b)))


def _inverse(matrix: list[Vector]) -> list[Vector]:
    """Invert a small positive definite matrix (Gauss and Jordan)."""
    size = len(matrix)
    rows = [row + [float(i == j) for j in range(size)] for i, row in enumerate(matrix)]
    for i in range(size):
        pivot = rows[i][i]
        rows[i] = [value / pivot for value in rows[i]]
        for j in range(size):
            if j != i:
                factor = rows[j][i]
                rows[j] = [a - factor * b for a, b in zip(rows[j], rows[i], strict=True)]
    return [row[size:] for row in rows]


def _stiffness(knots: Sequence[float]) -> list[Vector]:
    """Return the integrals of products of second derivatives of the basis."""
    size = len(knots) + 2
    energy = [[0.0] * size for _ in range(size)]
    ends = [0.0, *knots, 1.0]
    for a, b in pairwise(ends):  # Simpson's rule is exact for quadratics
        for t, weight in ((a, 1.0), ((a + b) / 2, 4.0), (b, 1.0)):
            bend = _curvatures(t, knots)
            for i in range(size):
                for j in range(size):
                    energy[i][j] += (b - a) / 6 * weight * bend[i] * bend[j]
    return energy


_KNOTS = [[i / pieces for i in range(1, pieces)] for pieces in range(1, _MOST_PIECES + 1)]
_COMPLIANCE = [_inverse(_stiffness(knots)) for knots in _KNOTS]


def _spline(start: Point, end: Point, walls: Sequence[Wall], pieces: int) -> list[Point] | None:
    """Return the spline of so many pieces that bends least between the walls, if there is one."""
    knots, compliance = _KNOTS[pieces - 1], _COMPLIANCE[pieces - 1]
    span, rise = end[0] - start[0], end[1] - start[1]
    rows: list[tuple[Vector, float]] = []  # basis values and the least value of their combination
    for wall in walls:
        samples = _SAMPLES if wall.right > wall.left else 1
        for i in range(samples):
            t = (wall.left + (wall.right - wall.left) * i / (_SAMPLES - 1) - start[0]) / span
            if 0 < t < 1:
                line, values = start[1] + rise * t, _basis(t, knots)
                if wall.low > float("-inf"):
                    rows.append((values, wall.low - line))
                if wall.high < float("inf"):
                    rows.append(([-value for value in values], line - wall.high))
    weights = [0.0] * (pieces + 1)
    active: list[tuple[Vector, float, Vector, float]] = []  # row, bound, its response, its gain
    forces: Vector = []
    for _ in range(3 + 3 * pieces):
        lacks = [bound - _dot(values, weights) for values, bound in rows]
        worst = max(range(len(rows)), key=lambda i: lacks[i], default=-1)
        if worst < 0 or lacks[worst] <= _TOLERANCE:
            break
        values, bound = rows[worst]
        response = [_dot(values, column) for column in compliance]
        active.append((values, bound + _TOLERANCE / 2, response, _dot(values, response)))
        forces.append(0.0)
        for _ in range(15):
            moved = 0.0
            for i, (row, least, answer, gain) in enumerate(active):
                change = max(-forces[i], (least - _dot(row, weights)) / gain)
                forces[i] += change
                weights = [w + change * a for w, a in zip(weights, answer, strict=True)]
                moved = max(moved, abs(change) * gain)
            if moved < _TOLERANCE / 10:
                break
    else:
        return None

    ends = [0.0, *knots, 1.0] if any(weights) else [0.0, 1.0]
    heights = [start[1] + rise * t + _dot(_basis(t, knots), weights) for t in ends]
    steps = [rise + _dot(_slopes(t, knots), weights) for t in ends]
    if any(weights) and max(map(abs, steps)) > max(2.0 * span, 1.5 * abs(rise)):
        return None
    points = [start]
    for (a, b), (y0, y1), (s0, s1) in zip(
        *(pairwise(v) for v in (ends, heights, steps)), strict=True
    ):
        third = (b - a) / 3
        points.append((start[0] + span * (a + third), y0 + s0 * third))
        points.append((start[0] + span * (b - third), y1 - s1 * third))
        points.append((start[0] + span * b, y1))
    return [*points[:-1], end]


def _taut(start: Point, end: Point, walls: Sequence[Wall]) -> list[Point]:
    """Return knots of the shortest path between the walls, two knots to a wall."""
    spots = sorted({x for wall in walls for x in (wall.left, wall.right)})
    spots = [x for x in spots if start[0] < x < end[0]]
    low, high = [], []
    for x in spots:
        here = [wall for wall in walls if wall.left <= x <= wall.right]
        low.append(max(wall.low for wall in here))
        high.append(min(wall.high for wall in here))
    xs = [start[0], *spots, end[0]]
    ys = [start[1]]
    for x, lowest, highest in zip(spots, low, high, strict=True):
        line = start[1] + (end[1] - start[1]) * (x - start[0]) / (end[0] - start[0])
        ys.append(min(max(line, lowest), highest))
    ys.append(end[1])
    for _ in range(60):
        for i in range(1, len(xs) - 1):
            share = (xs[i] - xs[i - 1]) / (xs[i + 1] - xs[i - 1])
            straight = ys[i - 1] + (ys[i + 1] - ys[i - 1]) * share
            ys[i] = min(max(straight, low[i - 1]), high[i - 1])
    return list(zip(xs, ys, strict=True))


def _monotone(knots: Sequence[Point]) -> list[Point]:
    """Interpolate knots by cubics that rise and fall only where the knots do."""
    widths = [b[0] - a[0] for a, b in pairwise(knots)]
    slopes = [(b[1] - a[1]) / w for (a, b), w in zip(pairwise(knots), widths, strict=True)]
    tangents = [slopes[0]]
    for i in range(1, len(slopes)):
        before, after = slopes[i - 1], slopes[i]
        if before * after <= 0:
            tangents.append(0.0)
        else:
            p, q = 2 * widths[i] + widths[i - 1], widths[i] + 2 * widths[i - 1]
            tangents.append((p + q) / (p / before + q / after))
    tangents.append(slopes[-1])
    points = [knots[0]]
    for i, width in enumerate(widths):
        (x0, y0), (x1, y1) = knots[i], knots[i + 1]
        points.append((x0 + width / 3, y0 + tangents[i] * width / 3))
        points.append((x1 - width / 3, y1 - tangents[i + 1] * width / 3))
        points.append((x1, y1))
    return points


def _line_keeps(start: Point, end: Point, wall: Wall) -> bool:
    """Return whether the straight line keeps a wall."""
    slope = (end[1] - start[1]) / (end[0] - start[0])
    at = (min(max(x, start[0]), end[0]) for x in (wall.left, wall.right))
    return all(wall.low <= start[1] + slope * (x - start[0]) <= wall.high for x in at)


def _height(piece: Sequence[Point], t: float) -> float:
    y0, y1, y2, y3 = (y for _, y in piece)
    s = 1 - t
    return s**3 * y0 + 3 * s * s * t * y1 + 3 * s * t * t * y2 + t**3 * y3


def height_at(curve: Sequence[Point], x: float) -> float:
    """Return y of a curve made by :func:`route`, along which x is linear in each piece.

    Examples
    --------
    >>> height_at([(0.0, 0.0), (10.0, 10.0), (20.0, 20.0), (30.0, 30.0)], 15.0)
    15.0
    """
    first = next((i for i in range(0, len(curve) - 4, 3) if curve[i + 3][0] >= x), len(curve) - 4)
    piece = curve[first : first + 4]
    return _height(piece, (x - piece[0][0]) / (piece[3][0] - piece[0][0]))


def height_range(curve: Sequence[Point]) -> tuple[float, float]:
    """Return the least and the greatest y of joined cubic Bezier curves.

    Examples
    --------
    >>> height_range([(0.0, 0.0), (10.0, 10.0), (20.0, 10.0), (30.0, 0.0)])
    (0.0, 7.5)
    """
    heights = [curve[0][1]]
    for first in range(0, len(curve) - 1, 3):
        piece = curve[first : first + 4]
        y0, y1, y2, y3 = (y for _, y in piece)
        heights.append(y3)
        # the derivative is 3 (a t² - 2 b t + c)
        a, b, c = y3 - 3 * y2 + 3 * y1 - y0, 2 * y1 - y0 - y2, y1 - y0
        root = b * b - a * c
        if root >= 0 and (a or b):
            pivot = b + math.copysign(math.sqrt(root), b)
            turns = [c / pivot] if pivot else []
            turns += [pivot / a] if a else []
            heights += [_height(piece, t) for t in turns if 0 < t < 1]
    return min(heights), max(heights)


def route(start: Point, end: Point, walls: Sequence[Wall]) -> list[Point]:
    """Return the curve from `start` to `end`.

    Parameters
    ----------
    start, end : (float, float)
        Centres of the nodes, `start` to the left of `end`.
    walls : sequence of Wall
        What the curve has to stay clear of. Where walls overlap their bounds must leave room.

    Returns
    -------
    list of (float, float)
        Control points of joined cubic Bezier curves, ``3 k + 1`` of them.

    Examples
    --------
    >>> curve = route((0.0, 0.0), (40.0, 0.0), [Wall(15.0, 25.0, 6.0, 99.0)])
    >>> len(curve), round(height_at(curve, 20.0))
    (4, 6)
    """
    walls = [wall for wall in walls if wall.right > start[0] and wall.left < end[0]]
    if all(_line_keeps(start, end, wall) for wall in walls):
        walls = []
    # A spline of few pieces hardly ever threads many walls; the taut path always does.
    for pieces in range(1, _MOST_PIECES + 1 if len(walls) <= _MANY_WALLS else 2):
        found = _spline(start, end, walls, pieces)
        if found is not None:
            return found
    return _monotone(_taut(start, end, walls))
