"""In which order variables are summed out, and what that costs, before a number is multiplied."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Mapping, Sequence

__all__ = ["min_fill"]


def min_fill(
    scopes: Iterable[Sequence[int]],
    sizes: Mapping[int, int] | Sequence[int],
    keep: Iterable[int] = (),
) -> list[tuple[int, tuple[int, ...]]]:
    """Return an elimination order with, for each variable, its neighbours when it goes.

    Ties between equal fill-in go to the smaller clique table, then to the lower number.

    Parameters
    ----------
    scopes : iterable of sequence of int
        The variables of each factor.
    sizes : mapping or sequence
        Number of values of each variable.
    keep : iterable of int
        Variables that stay.

    Examples
    --------
    >>> min_fill([(0, 1), (1, 2)], sizes=(2, 2, 2))
    [(0, (1,)), (1, (2,)), (2, ())]
    >>> min_fill([(0, 1), (1, 2)], sizes=(2, 2, 2), keep=[0])
    [(2, (1,)), (1, (0,))]
    """
    neighbours: dict[int, set[int]] = {}
    for scope in scopes:
        for i in scope:
            neighbours.setdefault(i, set()).update(scope)
    for i, around in neighbours.items():
        around.discard(i)

    def cost(i: int) -> tuple[int, float, int]:
        around = neighbours[i]
        missing = 0
        rest = list(around)
        for k, a in enumerate(rest):
            near = neighbours[a]
            missing += sum(1 for b in rest[k + 1 :] if b not in near)
        return missing, math.prod((sizes[a] for a in around), start=1.0), i

    stays = set(keep)
    current = {i: cost(i) for i in neighbours if i not in stays}
    heap = list(current.values())
    heapq.heapify(heap)
    order: list[tuple[int, tuple[int, ...]]] = []
    while heap:
        entry = heapq.heappop(heap)
        i = entry[2]
        if current.get(i) != entry:
            continue
        around = neighbours.pop(i)
        del current[i]
        order.append((i, tuple(sorted(around))))
        touched = set(around)
        for a in around:
            near = neighbours[a]
            near.discard(i)
            new = around - near
            new.discard(a)
            if new:
                for b in new:
                    touched |= neighbours[b] & near  # their fill-in may shrink
                near |= new
        for a in touched:
            if a in current:
                changed = cost(a)
                if changed != current[a]:
                    current[a] = changed
                    heapq.heappush(heap, changed)
    return order
