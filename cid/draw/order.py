"""The order of nodes within each layer, chosen so that few edges cross.

Barycentre sweeps over the layers, each followed by exchanges of neighbours, from several fixed
starting orders [1]_. Of two orders with equally many crossings the one with shorter edges wins.

.. [1] K. Sugiyama, S. Tagawa, M. Toda. "Methods for visual understanding of hierarchical system
   structures". IEEE Transactions on Systems, Man, and Cybernetics 11(2), 1981.
"""

from __future__ import annotations

import random
from bisect import bisect_right, insort
from collections.abc import Sequence

__all__ = ["count_crossings", "order_layers"]

Neighbours = Sequence[Sequence[int]]
Layers = list[list[int]]


def _positions(layers: Layers, count: int) -> list[int]:
    position = [0] * count
    for layer in layers:
        for place, vertex in enumerate(layer):
            position[vertex] = place
    return position


def count_crossings(layers: Layers, right: Neighbours) -> int:
    """Return how many pairs of edges between neighbouring layers cross.

    Examples
    --------
    >>> count_crossings([[0, 1], [2, 3]], right=[[3], [2], [], []])
    1
    """
    position = _positions(layers, len(right))
    crossings = 0
    for layer in layers:
        seen: list[int] = []
        for vertex in layer:
            heads = sorted(position[head] for head in right[vertex])
            for head in heads:
                crossings += len(seen) - bisect_right(seen, head)
            for head in heads:
                insort(seen, head)
    return crossings


def _pair_crossings(first: Sequence[int], second: Sequence[int]) -> int:
    """Count pairs (a in first, b in second) with b < a; both are sorted."""
    crossings = behind = 0
    for a in first:
        while behind < len(second) and second[behind] < a:
            behind += 1
        crossings += behind
    return crossings


def _transpose(layers: Layers, left: Neighbours, right: Neighbours, passes: int) -> None:
    """Exchange neighbours within a layer as long as that removes crossings."""
    position = _positions(layers, len(left))
    for _ in range(passes):
        improved = False
        for layer in layers:
            sides = {
                vertex: (
                    sorted(position[other] for other in left[vertex]),
                    sorted(position[other] for other in right[vertex]),
                )
                for vertex in layer
            }
            for place in range(len(layer) - 1):
                v, w = layer[place], layer[place + 1]
                now = sum(_pair_crossings(a, b) for a, b in zip(sides[v], sides[w], strict=True))
                then = sum(_pair_crossings(b, a) for a, b in zip(sides[v], sides[w], strict=True))
                if then < now:
                    layer[place], layer[place + 1] = w, v
                    position[v], position[w] = place + 1, place
                    improved = True
        if not improved:
            return


def _sort_by_barycentre(layer: list[int], fixed: Neighbours, position: Sequence[int]) -> None:
    """Sort by the mean position of neighbours; vertices without any keep their place."""
    keys = {
        vertex: sum(position[other] for other in fixed[vertex]) / len(fixed[vertex])
        for vertex in layer
        if fixed[vertex]
    }
    movable = iter(sorted((v for v in layer if v in keys), key=lambda v: keys[v]))
    layer[:] = [next(movable) if vertex in keys else vertex for vertex in layer]


def _score(layers: Layers, right: Neighbours) -> tuple[int, float]:
    """Return (crossings, squared length of edges with each layer centred)."""
    centred = [0.0] * len(right)
    for layer in layers:
        for place, vertex in enumerate(layer):
            centred[vertex] = place - (len(layer) - 1) / 2
    length = sum(
        (centred[vertex] - centred[head]) ** 2
        for layer in layers
        for vertex in layer
        for head in right[vertex]
    )
    return count_crossings(layers, right), length


def _sweep(
    layers: Layers, left: Neighbours, right: Neighbours, rounds: int
) -> tuple[tuple[int, float], Layers]:
    best = _score(layers, right), [list(layer) for layer in layers]
    stale = 0
    for turn in range(rounds):
        forward = turn % 2 == 0
        position = _positions(layers, len(right))
        for layer in layers if forward else reversed(layers):
            _sort_by_barycentre(layer, left if forward else right, position)
            for place, vertex in enumerate(layer):
                position[vertex] = place
        _transpose(layers, left, right, passes=4)
        score = _score(layers, right)
        stale += 1
        if score < best[0]:
            best = score, [list(layer) for layer in layers]
            stale = 0
        if stale == 4:
            break
    return best


def _depth_first(layers: Layers, right: Neighbours, backwards: bool) -> Layers:
    """Order each layer by when a depth-first walk from the left first meets its vertices."""
    met: dict[int, int] = {}
    roots = [vertex for layer in layers for vertex in layer]
    stack = list(roots) if backwards else roots[::-1]
    while stack:
        vertex = stack.pop()
        if vertex not in met:
            met[vertex] = len(met)
            stack.extend(right[vertex] if backwards else reversed(right[vertex]))
    return [sorted(layer, key=lambda vertex: met[vertex]) for layer in layers]


def order_layers(layers: Sequence[Sequence[int]], left: Neighbours, right: Neighbours) -> Layers:
    """Return the layers, reordered so that few edges cross.

    Parameters
    ----------
    layers : sequence of sequences of int
        Vertices of each layer. Every edge joins neighbouring layers.
    left, right : sequence of sequences of int
        For each vertex its neighbours in the layer before and in the layer after.

    Examples
    --------
    >>> order_layers([[0, 1], [2, 3]], left=[[], [], [1], [0]], right=[[3], [2], [], []])
    [[0, 1], [3, 2]]
    """
    start = [list(layer) for layer in layers]
    size = len(right) + sum(map(len, right))
    tries = max(1, min(24, 3000 // size))
    starts = [_depth_first(start, right, backwards=False), _depth_first(start, right, True), start]
    shuffler = random.Random(0)
    while len(starts) < tries:
        shuffled = [list(layer) for layer in start]
        for layer in shuffled:
            shuffler.shuffle(layer)
        starts.append(shuffled)
    rounds = 24 if size < 5000 else 8
    results = [_sweep(order, left, right, rounds) for order in starts[:tries]]
    return min(results, key=lambda result: result[0])[1]
