"""The maximum of a polynomial on a box, enclosed from both sides.

In the Bernstein basis of a box a polynomial lies between its least and its largest coefficient, and
the coefficients at the corners are values that it takes. Halving the box tightens the enclosure,
with an error that falls with the square of the width. Branch and bound on these two facts finds the
*global* maximum and says how far it can be off.
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["Enclosure", "maximise"]

Array = np.ndarray[Any, Any]

MAX_BOXES = 100_000


@dataclass(frozen=True, eq=False)
class Enclosure:
    """A point of the unit box, the value there, and a bound that no point exceeds."""

    point: Array
    value: float
    bound: float


def maximise(coefficients: Array, tolerance: float = 1e-10) -> Enclosure:
    """Maximise a polynomial on the unit box.

    Parameters
    ----------
    coefficients : ndarray of float
        Axis k holds the powers of the k-th variable, in ascending order.
    tolerance : float
        Wanted distance between value and bound, relative to the largest coefficient. After
        100,000 boxes the enclosure is returned as it is.

    Examples
    --------
    >>> import numpy as np
    >>> found = maximise(np.array([0.0, 4.0, -3.0]))
    >>> round(float(found.point[0]), 6), round(found.value, 9)
    (0.666667, 1.333333333)
    """
    dimensions = coefficients.ndim
    scale = float(np.abs(coefficients).max()) or 1.0
    start = coefficients.astype(float)
    for axis, size in enumerate(start.shape):
        start = _along(start, _to_bernstein(size - 1), axis)
    halves = [_halving(size - 1) for size in start.shape]
    best = -math.inf
    point = np.zeros(dimensions)
    corners = np.array(np.meshgrid(*([0, -1],) * dimensions, indexing="ij")).reshape(dimensions, -1)
    heap = [(-float(start.max()), 0, np.zeros(dimensions), np.ones(dimensions), start)]
    made = 0
    while True:
        upper, _, low, width, box = heap[0]
        if -upper - best <= tolerance * scale or made > MAX_BOXES:
            polished = _polish(coefficients, point)
            value = float(_value(coefficients, polished))
            if value < best:
                polished, value = point, best
            return Enclosure(polished, value, max(-upper, value))
        heapq.heappop(heap)
        values = box[tuple(corners)]
        k = int(values.argmax())
        if values[k] > best:
            best = float(values[k])
            point = np.where(corners[:, k] == 0, low, low + width)
        axis = int(np.argmax([_roughness(box, a) for a in range(dimensions)]))
        for side in (0, 1):
            part = _along(box, halves[axis][side], axis)
            half = width.copy()
            half[axis] /= 2
            corner = low.copy()
            corner[axis] += side * half[axis]
            made += 1
            if part.max() > best:
                heapq.heappush(heap, (-float(part.max()), made, corner, half, part))
        if not heap:
            heap = [(-best, made, low, width, box)]


def _along(table: Array, matrix: Array, axis: int) -> Array:
    return np.moveaxis(np.tensordot(matrix, table, axes=(1, axis)), 0, axis)


def _to_bernstein(degree: int) -> Array:
    return np.array(
        [
            [math.comb(i, j) / math.comb(degree, j) for j in range(degree + 1)]
            for i in range(degree + 1)
        ]
    )


def _halving(degree: int) -> tuple[Array, Array]:
    """Return the matrices of de Casteljau's algorithm for the left and right half."""
    left = np.array(
        [[math.comb(i, j) / 2**i for j in range(degree + 1)] for i in range(degree + 1)]
    )
    return left, left[::-1, ::-1]


def _roughness(box: Array, axis: int) -> float:
    """Return how far the coefficients are from being linear, or else constant, along an axis."""
    if box.shape[axis] > 2:
        return float(np.abs(np.diff(box, 2, axis=axis)).max())
    return 0.5 * float(np.abs(np.diff(box, axis=axis)).max()) if box.shape[axis] > 1 else -1.0


def _value(coefficients: Array, point: Array) -> Any:
    table: Any = coefficients
    for x in point[::-1]:
        table = table @ (x ** np.arange(table.shape[-1]))
    return table


def _derivative(coefficients: Array, axis: int) -> Array:
    size = coefficients.shape[axis]
    if size == 1:
        return np.zeros_like(coefficients)
    shape = [-1 if a == axis else 1 for a in range(coefficients.ndim)]
    powers = np.arange(1, size).reshape(shape)
    return np.take(coefficients, range(1, size), axis=axis) * powers


def _polish(coefficients: Array, point: Array) -> Array:
    """Take Newton steps in the coordinates that are inside the box."""
    inside = [k for k, x in enumerate(point) if 1e-6 < x < 1 - 1e-6]
    slopes = [_derivative(coefficients, k) for k in inside]
    curves = [[_derivative(slope, k) for k in inside] for slope in slopes]
    point = point.copy()
    for _ in range(5 if inside else 0):
        gradient = np.array([_value(slope, point) for slope in slopes])
        hessian = np.array([[_value(curve, point) for curve in row] for row in curves])
        step = np.linalg.lstsq(hessian, gradient, rcond=None)[0]
        point[inside] = np.clip(point[inside] - step, 0.0, 1.0)
    return point
