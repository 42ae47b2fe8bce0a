"""Where each vertex stands within its layer: straight long edges, parents near children.

The method of Brandes and Koepf [1]_: align vertices into blocks in four ways (sweeping right or
left, preferring the upper or the lower median neighbour), push the blocks together as far as the
order within layers allows, and average the two middle results for each vertex.

.. [1] U. Brandes, B. Koepf. "Fast and simple horizontal coordinate assignment". Graph Drawing,
   2001.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

__all__ = ["place"]

Neighbours = Sequence[Sequence[int]]
Layers = Sequence[Sequence[int]]
Separation = Callable[[int, int], float]


def _conflicts(layers: Layers, left: Neighbours, is_dummy: Sequence[bool]) -> set[tuple[int, int]]:
    """Return the segments (left vertex, right vertex) that cross an inner part of a long edge."""
    position = {vertex: spot for layer in layers for spot, vertex in enumerate(layer)}
    found = set()
    for before, layer in pairwise(layers):
        low, done = 0, 0
        for spot, vertex in enumerate(layer):
            inner = next((u for u in left[vertex] if is_dummy[u] and is_dummy[vertex]), None)
            last = spot == len(layer) - 1
            if inner is None and not last:
                continue
            high = len(before) - 1 if inner is None else position[inner]
            for other in layer[done : spot + 1]:
                for u in left[other]:
                    crosses = position[u] < low or position[u] > high
                    if crosses and not (is_dummy[u] and is_dummy[other]):
                        found.add((u, other))
            done, low = spot + 1, high
    return found


def _align(
    layers: Layers,
    neighbours: Neighbours,
    forbidden: set[tuple[int, int]],
    is_dummy: Sequence[bool],
    favour_long: bool,
) -> list[int]:
    """Return for each vertex the first vertex of the block it is aligned with."""
    count = len(is_dummy)
    position = [0] * count
    for layer in layers:
        for spot, vertex in enumerate(layer):
            position[vertex] = spot
    root = list(range(count))
    taken = [False] * count  # a vertex extends at most one block
    for layer in layers:
        limit = -1
        for vertex in layer:
            others = sorted(neighbours[vertex], key=lambda u: position[u])
            if not others:
                continue
            middle = (len(others) - 1) / 2
            medians = dict.fromkeys((others[int(middle)], others[int(middle + 0.5)]))
            for u in sorted(medians, key=lambda u: favour_long and not is_dummy[u]):
                blocked = (u, vertex) in forbidden or (vertex, u) in forbidden
                if not blocked and not taken[u] and position[u] > limit:
                    root[vertex] = root[u]
                    taken[u] = True
                    limit = position[u]
                    break
    return root


def _compact(layers: Layers, root: Sequence[int], separation: Separation) -> list[float]:
    """Push blocks against the low side, then close the gaps that leaves on the other side."""
    gaps: dict[int, dict[int, float]] = {}
    waiting: dict[int, int] = {}
    for layer in layers:
        for vertex in layer:
            gaps.setdefault(root[vertex], {})
        for v, w in pairwise(layer):
            after = gaps[root[v]]
            after[root[w]] = max(after.get(root[w], 0.0), separation(v, w))
    for after in gaps.values():
        for block in after:
            waiting[block] = waiting.get(block, 0) + 1
    order = [block for block in gaps if not waiting.get(block)]
    at = dict.fromkeys(gaps, 0.0)
    for block in order:  # grows while it is read
        for other, gap in gaps[block].items():
            at[other] = max(at[other], at[block] + gap)
            waiting[other] -= 1
            if waiting[other] == 0:
                order.append(other)
    for block in reversed(order):
        room = min((at[other] - gap for other, gap in gaps[block].items()), default=at[block])
        at[block] = max(at[block], room)
    return [at[block] for block in root]


def place(
    layers: Layers,
    left: Neighbours,
    right: Neighbours,
    is_dummy: Sequence[bool],
    separation: Separation,
    favour_long: bool = True,
) -> list[float]:
    """Return the coordinate of each vertex along its layer.

    Parameters
    ----------
    layers : sequence of sequences of int
        Vertices of each layer, in order.
    left, right : sequence of sequences of int
        For each vertex its neighbours in the layer before and in the layer after.
    is_dummy : sequence of bool
        Which vertices stand for a long edge that passes the layer.
    separation : callable
        Least distance between two neighbours in a layer.
    favour_long : bool
        Of two median neighbours, align with one on a long edge first.

    Returns
    -------
    list of float
        Neighbours in a layer are at least their separation apart.

    Examples
    --------
    >>> place([[0, 1], [2]], [[], [], [0, 1]], [[2], [2], []], [False] * 3, lambda v, w: 10.0)
    [0.0, 10.0, 5.0]
    """
    forbidden = _conflicts(layers, left, is_dummy)
    candidates = []
    for forward in (True, False):
        for upward in (True, False):
            ordered = [list(layer) if upward else list(layer)[::-1] for layer in layers]
            swept = ordered if forward else ordered[::-1]
            root = _align(swept, left if forward else right, forbidden, is_dummy, favour_long)
            found = _compact(swept, root, separation)
            candidates.append(found if upward else [-value for value in found])
    narrowest = min(candidates, key=lambda found: max(found) - min(found))
    for index, found in enumerate(candidates):
        upward = index % 2 == 0
        shift = min(narrowest) - min(found) if upward else max(narrowest) - max(found)
        candidates[index] = [value + shift for value in found]
    placed = []
    for values in zip(*candidates, strict=True):
        middle = sorted(values)[1:3]
        placed.append((middle[0] + middle[1]) / 2)
    lowest = min(placed)
    return [round(value - lowest, 3) for value in placed]
