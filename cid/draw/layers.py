"""Which layer each node stands in, so that edges point right and are short in total.

Network simplex on the ranks [1]_: start from a feasible spanning tree of tight edges and exchange
edges while one has a negative cut value. The cut value of a tree edge is the weight that crosses
it forwards less the weight that crosses it backwards, which is the balance of in- and out-edges
summed over a subtree, so a pivot costs O(nodes + edges).

.. [1] E. Gansner, E. Koutsofios, S. North, K.-P. Vo. "A technique for drawing directed graphs".
   IEEE Transactions on Software Engineering 19(3), 1993.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["assign_layers"]

Pair = tuple[int, int]


def _longest_path(count: int, edges: Sequence[Pair]) -> list[int]:
    parents: list[list[int]] = [[] for _ in range(count)]
    children: list[list[int]] = [[] for _ in range(count)]
    for tail, head in edges:
        parents[head].append(tail)
        children[tail].append(head)
    waiting = [len(p) for p in parents]
    order = [i for i in range(count) if waiting[i] == 0]
    rank = [0] * count
    for node in order:  # grows while it is read
        for child in children[node]:
            rank[child] = max(rank[child], rank[node] + 1)
            waiting[child] -= 1
            if waiting[child] == 0:
                order.append(child)
    return rank


def _slack(rank: Sequence[int], edge: Pair) -> int:
    return rank[edge[1]] - rank[edge[0]] - 1


def _tight_tree(count: int, edges: Sequence[Pair], rank: list[int]) -> set[int]:
    """Shift ranks until tight edges span the graph; return the indices of a spanning tree."""
    incident: list[list[int]] = [[] for _ in range(count)]
    for index, (tail, head) in enumerate(edges):
        incident[tail].append(index)
        incident[head].append(index)
    inside = [False] * count
    inside[0] = True
    members = [0]
    tree: set[int] = set()
    grown = 0
    while True:
        while grown < len(members):
            node = members[grown]
            grown += 1
            for index in incident[node]:
                tail, head = edges[index]
                other = head if tail == node else tail
                if not inside[other] and _slack(rank, edges[index]) == 0:
                    inside[other] = True
                    members.append(other)
                    tree.add(index)
        if len(members) == count:
            return tree
        border = [i for i, (t, h) in enumerate(edges) if inside[t] != inside[h]]
        nearest = min(border, key=lambda i: (_slack(rank, edges[i]), i))
        shift = _slack(rank, edges[nearest])
        if inside[edges[nearest][1]]:
            shift = -shift
        for node in members:
            rank[node] += shift
        grown = 0  # nodes inside may have new tight edges


def _rooted(count: int, edges: Sequence[Pair], tree: set[int]) -> tuple[list[int], list[int]]:
    """Return a preorder of the tree from node 0 and the tree edge above each node (-1: root)."""
    incident: list[list[int]] = [[] for _ in range(count)]
    for index in sorted(tree):
        incident[edges[index][0]].append(index)
        incident[edges[index][1]].append(index)
    above = [-1] * count
    seen = [False] * count
    seen[0] = True
    order = [0]
    for node in order:  # grows while it is read
        for index in incident[node]:
            tail, head = edges[index]
            other = head if tail == node else tail
            if not seen[other]:
                seen[other] = True
                above[other] = index
                order.append(other)
    return order, above


def _improve(count: int, edges: Sequence[Pair], rank: list[int], tree: set[int]) -> None:
    balance = [0] * count
    for tail, head in edges:
        balance[tail] -= 1
        balance[head] += 1
    for _ in range(20 * count):  # degenerate pivots may circle; the ranks stay feasible throughout
        order, above = _rooted(count, edges, tree)
        parent = [-1] * count
        total = list(balance)
        for node in reversed(order):
            if above[node] >= 0:
                tail, head = edges[above[node]]
                parent[node] = tail if head == node else head
                total[parent[node]] += total[node]
        worst, leaving = 0, -1
        for node in order[1:]:
            cut = total[node] if edges[above[node]][1] == node else -total[node]
            if cut < worst:
                worst, leaving = cut, node
        if leaving < 0:
            return
        below = [False] * count
        below[leaving] = True
        for node in order[1:]:
            below[node] = below[node] or below[parent[node]]
        points_down = edges[above[leaving]][1] == leaving
        entering = min(
            (
                i
                for i, (t, h) in enumerate(edges)
                if below[t] == points_down and below[h] != below[t]
            ),
            key=lambda i: (_slack(rank, edges[i]), i),
        )
        shift = _slack(rank, edges[entering])
        if points_down:
            shift = -shift
        tree.remove(above[leaving])
        tree.add(entering)
        if shift:
            for node in range(count):
                if below[node]:
                    rank[node] -= shift


def _spread(count: int, edges: Sequence[Pair], rank: list[int]) -> None:
    """Move nodes that are free to move to the emptiest layer: the picture gets less tall."""
    parents: list[list[int]] = [[] for _ in range(count)]
    children: list[list[int]] = [[] for _ in range(count)]
    for tail, head in edges:
        parents[head].append(tail)
        children[tail].append(head)
    crowd = [0] * (max(rank) + 1)
    for layer in rank:
        crowd[layer] += 1
    for node in range(count):
        if not parents[node] or len(parents[node]) != len(children[node]):
            continue
        low = max(rank[p] for p in parents[node]) + 1
        high = min(rank[c] for c in children[node]) - 1
        crowd[rank[node]] -= 1
        rank[node] = min(range(low, high + 1), key=lambda layer: (crowd[layer], -layer))
        crowd[rank[node]] += 1


def assign_layers(count: int, edges: Sequence[Pair]) -> list[int]:
    """Return a layer for each node of a connected acyclic graph.

    Parameters
    ----------
    count : int
        Number of nodes.
    edges : sequence of (int, int)
        Pairs (tail, head).

    Returns
    -------
    list of int
        Layers from 0; each edge goes to a higher layer, and the sum over edges of the layers
        that they span is least.

    Examples
    --------
    >>> assign_layers(4, [(0, 1), (1, 2), (3, 2)])  # the root 3 stands beside 1, not beside 0
    [0, 1, 2, 1]
    """
    if not edges:
        return [0] * count
    rank = _longest_path(count, edges)
    tree = _tight_tree(count, edges, rank)
    _improve(count, edges, rank, tree)
    lowest = min(rank)
    rank = [layer - lowest for layer in rank]
    _spread(count, edges, rank)
    return rank
