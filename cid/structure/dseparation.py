"""d-separation by the Bayes-ball sweep, and active trails as its evidence.

Two sets of nodes are d-separated given a third, Z, when no trail between them is active: on an
active trail every node that is not a collider is outside Z, and every collider has a node of Z
among itself and its descendants. Rather than look at trails, the sweep [1]_ passes a ball along
edges. The ball visits a node *upwards* (coming from a child) or *downwards* (from a parent):

- up into an unobserved node: on to all parents and all children;
- down into an unobserved node: on to all children;
- down into an observed node: back up to all parents (an open collider);
- up into an observed node: stop.

Each node is visited at most once per direction, so one sweep costs O(V + E) and answers for every
node at once. A collider that is unobserved but has an observed descendant needs no special rule:
the ball runs down to that descendant and bounces back up.

.. [1] R. D. Shachter. "Bayes-Ball: The Rational Pastime". UAI 1998.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from cid.diagram import CID
from cid.structure.graph import Adjacency, adjacency, reach

__all__ = ["Sweep", "active_trail", "d_separated", "sweep", "trail"]


@dataclass(frozen=True)
class Sweep:
    """Where the ball went: marks of nodes visited upwards and downwards, and of observed ones."""

    up: bytearray
    down: bytearray
    observed: bytearray

    def reached(self, node: int) -> bool:
        """Is there an active trail from the sources to this node?"""
        return bool(self.up[node] or self.down[node])

    def root_reached(self, node: int) -> bool:
        """Would a new root parent of this node be reached?"""
        return bool(self.down[node] if self.observed[node] else self.up[node])


def sweep(graph: Adjacency, sources: Iterable[int], observed: Iterable[int]) -> Sweep:
    """Pass the ball from `sources`, given `observed`, in O(V + E)."""
    parents, children = graph.parents, graph.children
    size = len(parents)
    seen_up, seen_down, is_observed = bytearray(size), bytearray(size), bytearray(size)
    for i in observed:
        is_observed[i] = 1
    up, down = list(sources), list[int]()
    for i in up:
        seen_up[i] = 1
    while up or down:
        if up:
            node = up.pop()
            if is_observed[node]:
                continue
            for i in parents[node]:
                if not seen_up[i]:
                    seen_up[i] = 1
                    up.append(i)
            going_down = children[node]
        else:
            node = down.pop()
            if is_observed[node]:
                for i in parents[node]:
                    if not seen_up[i]:
                        seen_up[i] = 1
                        up.append(i)
                continue
            going_down = children[node]
        for i in going_down:
            if not seen_down[i]:
                seen_down[i] = 1
                down.append(i)
    return Sweep(seen_up, seen_down, is_observed)


def trail(
    graph: Adjacency, source: int, targets: bytes | bytearray, observed: Iterable[int]
) -> list[int] | None:
    """Return an active trail with the fewest colliders, then edges; None when separated.

    A 0-1 breadth-first search over (node, direction), where turning back up at a collider costs
    one. A cheapest walk visits no node twice: a walk that comes down through a node and returns up
    through it has a collider below, so the node itself could have served as the collider.
    """
    parents, children = graph.parents, graph.children
    given = bytearray(len(parents))
    for i in observed:
        given[i] = 1
    opens = reach([i for i in range(len(parents)) if given[i]], parents)  # has Z at or below
    start = (source, True)
    cost = {start: (0, 0)}
    before: dict[tuple[int, bool], tuple[int, bool]] = {}
    # Two nested searches in one: levels are collider counts; inside a level, breadth first.
    level = deque([start])
    done: set[tuple[int, bool]] = set()
    while level:
        queue, level = level, deque()
        queue = deque(sorted(queue, key=lambda state: cost[state][1]))
        while queue:
            state = queue.popleft()
            if state in done:
                continue
            done.add(state)
            node, upwards = state
            if targets[node] and node != source:
                walk = [node]
                while state != start:
                    state = before[state]
                    walk.append(state[0])
                return walk[::-1]
            colliders, length = cost[state]
            if given[node] and upwards and node != source:
                continue
            moves: list[tuple[tuple[int, bool], int]] = []
            if upwards:
                moves += [((i, True), 0) for i in parents[node]]
            elif opens[node]:
                moves += [((i, True), 1) for i in parents[node]]
            if not given[node] or node == source:
                moves += [((i, False), 0) for i in children[node]]
            for following, extra in moves:
                offer = (colliders + extra, length + 1)
                if following not in done and offer < cost.get(following, (len(parents) + 1, 0)):
                    cost[following] = offer
                    before[following] = state
                    (level if extra else queue).append(following)
    return None


def _ids(d: CID, names: str | Iterable[str]) -> list[int]:
    listed = [names] if isinstance(names, str) else list(names)
    return [d._index[d.check_node(name)] for name in listed]


def d_separated(
    d: CID,
    left: str | Iterable[str],
    right: str | Iterable[str],
    given: str | Iterable[str] = (),
) -> bool:
    """Are two nodes, or sets of nodes, d-separated given a third set?

    Parameters
    ----------
    d : CID
        The diagram. Utilities and decisions count as ordinary nodes.
    left, right, given : str or iterable of str
        Node names. Nodes of `given` are dropped from `left` and `right`.

    Examples
    --------
    >>> import cid
    >>> d = cid.CID.parse("A -> C <- B; C -> E")
    >>> cid.d_separated(d, "A", "B"), cid.d_separated(d, "A", "B", given="E")
    (True, False)
    """
    z = _ids(d, given)
    observed = set(z)
    ball = sweep(adjacency(d), [i for i in _ids(d, left) if i not in observed], z)
    return not any(ball.reached(i) for i in _ids(d, right) if i not in observed)


def active_trail(
    d: CID, source: str, target: str, given: str | Iterable[str] = ()
) -> tuple[str, ...] | None:
    """Return an active trail between two nodes with the fewest colliders, or None.

    Examples
    --------
    >>> import cid
    >>> d = cid.CID.parse("A -> C <- B; C -> E")
    >>> cid.active_trail(d, "A", "B", given="E")
    ('A', 'C', 'B')
    """
    observed = set(_ids(d, given))
    (start,), (end,) = _ids(d, source), _ids(d, target)
    if start in observed or end in observed or start == end:
        return None
    marks = bytearray(len(d.nodes))
    marks[end] = 1
    found = trail(adjacency(d), start, marks, observed)
    return None if found is None else tuple(d.nodes[i] for i in found)
