"""Small jogs are levelled: an edge that is nearly horizontal becomes horizontal.

Where a segment of an edge is a little off, one of the two blocks that it joins is shifted so that
it becomes level; a block is what level segments hold together, and what stands in the way is
pushed along. A shift is kept when the picture gets better by the measure of :func:`_cost`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

__all__ = ["level"]

_LEVEL = 0.05  # rises below this count as level
_JOG = 24.0  # larger rises are left alone: they read as slopes
_TILT = 12.0  # what a segment that is not level costs, up to twice as much when it almost is
_SPRING = 40.0
_LEAST_GAIN = 0.1
_PASSES = 5
_MOST_TRIES = 2000  # segments tried in all passes together, so that huge pictures stay quick


def _cost(rise: float) -> float:
    """Grow with the square of the rise, so forks stay symmetric, and jump where level ends."""
    rise = abs(rise)
    tilt = _TILT * (1 + max(0.0, 1 - rise / _JOG)) if rise > _LEVEL else 0.0
    return rise * rise / _SPRING + tilt


class _Picture:
    def __init__(
        self,
        layers: Sequence[Sequence[int]],
        right: Sequence[Sequence[int]],
        y: Sequence[float],
        separation: Callable[[int, int], float],
    ) -> None:
        self.y = list(y)
        self.separation = separation
        self.segments = [(v, w) for v, heads in enumerate(right) for w in heads]
        self.touching: list[list[int]] = [[] for _ in y]
        for index, (v, w) in enumerate(self.segments):
            self.touching[v].append(index)
            self.touching[w].append(index)
        self.after = {v: w for layer in layers for v, w in pairwise(layer)}
        self.before = {w: v for v, w in self.after.items()}

    def rise(self, index: int) -> float:
        v, w = self.segments[index]
        return self.y[w] - self.y[v]

    def block(self, start: int) -> list[int]:
        """Return the vertices joined to `start` by level segments."""
        seen = {start}
        members = [start]
        for vertex in members:  # grows while it is read
            for index in self.touching[vertex]:
                if abs(self.rise(index)) <= _LEVEL:
                    for other in self.segments[index]:
                        if other not in seen:
                            seen.add(other)
                            members.append(other)
        return members

    def shift(self, members: Sequence[int], distance: float) -> dict[int, float]:
        """Return where vertices go when some move and push others; nowhere if that jams."""
        neighbour, sign = (self.after, 1) if distance > 0 else (self.before, -1)
        moved = {vertex: self.y[vertex] + distance for vertex in members}
        front = list(moved)
        for vertex in front:  # grows while it is read
            other = neighbour.get(vertex)
            if other is None:
                continue
            needed = moved[vertex] + sign * self.separation(vertex, other)
            push = needed - moved.get(other, self.y[other])
            if sign * push > 1e-9:
                if len(front) > 4 * len(self.y):
                    return {}
                for member in [other] if other in moved else self.block(other):
                    if member not in moved or member == other:
                        moved[member] = moved.get(member, self.y[member]) + push
                        front.append(member)
        return moved

    def gain(self, moved: dict[int, float]) -> float:
        gained = 0.0
        for index in {index for vertex in moved for index in self.touching[vertex]}:
            v, w = self.segments[index]
            before = self.y[w] - self.y[v]
            after = moved.get(w, self.y[w]) - moved.get(v, self.y[v])
            if before != after:
                gained += _cost(before) - _cost(after)
        return gained

    def take_best(self, shifts: Sequence[dict[int, float]]) -> bool:
        """Carry out the best of some shifts if it makes the picture better."""
        gain, which = max((self.gain(moved), -i) for i, moved in enumerate(shifts))
        if gain <= _LEAST_GAIN:
            return False
        best = shifts[-which]
        for vertex, value in best.items():
            self.y[vertex] = value
        return True


def level(
    layers: Sequence[Sequence[int]],
    right: Sequence[Sequence[int]],
    y: Sequence[float],
    separation: Callable[[int, int], float],
) -> tuple[float, list[float]]:
    """Take small jogs out of coordinates along the layers.

    Parameters
    ----------
    layers : sequence of sequences of int
        Vertices of each layer, in order.
    right : sequence of sequences of int
        For each vertex its neighbours in the layer after.
    y : sequence of float
        Coordinates, neighbours in a layer at least their separation apart.
    separation : callable
        Least distance between two neighbours in a layer.

    Returns
    -------
    tuple
        How far the picture is from ideal, 0 when all edges are level, and the coordinates.

    Examples
    --------
    >>> level([[0], [1], [2]], [[1], [2], []], [0.0, 5.0, 0.0], lambda v, w: 10.0)
    (0.0, [0.0, 0.0, 0.0])
    """
    picture = _Picture(layers, right, y, separation)
    for _ in range(min(_PASSES, _MOST_TRIES // max(1, len(picture.segments)))):
        improved = False
        order = sorted(range(len(picture.segments)), key=lambda i: abs(picture.rise(i)))
        for index in order:
            rise = picture.rise(index)
            if _LEVEL < abs(rise) <= _JOG:
                v, w = picture.segments[index]
                shifts = [
                    picture.shift(picture.block(v), rise),
                    picture.shift(picture.block(w), -rise),
                ]
                improved |= picture.take_best(shifts)
        if not improved:
            break
    return sum(_cost(picture.rise(i)) for i in range(len(picture.segments))), picture.y
