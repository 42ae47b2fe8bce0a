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

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from heapq import heappop, heappush

from cid.diagram import CID
from cid.errors import CIDTypeError, DiagramError, shorten
from cid.structure.graph import Adjacency, adjacency, reach

__all__ = ["Sweep", "active_trail", "d_separated", "sweep", "trail"]


@dataclass(frozen=True)
class Sweep:
    """Where the ball went: marks of nodes visited upwards and downwards."""

    up: bytearray
    down: bytearray

    def reached(self, node: int) -> bool:
        """Is there an active trail from the sources to this node?"""
        return bool(self.up[node] or self.down[node])


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
    return Sweep(seen_up, seen_down)


def trail(
    graph: Adjacency, source: int, targets: bytes | bytearray, observed: Iterable[int]
) -> list[int] | None:
    """Return an active trail with the fewest colliders, then edges; None when separated.

    Dijkstra's algorithm over (node, direction), where turning back up at a collider costs more than
    any number of edges. A cheapest walk visits no node twice: a walk that comes down through a node
    and returns up through it has a collider below, so the node itself could have served as the
    collider.
    """
    parents, children = graph.parents, graph.children
    given = bytearray(len(parents))
    for i in observed:
        given[i] = 1
    opens = reach([i for i in range(len(parents)) if given[i]], parents)  # has Z at or below
    start = (source, True)
    before: dict[tuple[int, bool], tuple[int, bool]] = {}
    heap = [(0, 0, start, start)]  # colliders, edges, state, the state it was reached from
    while heap:
        turns, length, state, previous = heappop(heap)
        if state in before:
            continue
        before[state] = previous
        node, upwards = state
        if targets[node] and node != source:
            walk = [node]
            while state != start:
                state = before[state]
                walk.append(state[0])
            return walk[::-1]
        if not given[node] or node == source:
            for i in children[node]:
                heappush(heap, (turns, length + 1, (i, False), state))
            if upwards:
                for i in parents[node]:
                    heappush(heap, (turns, length + 1, (i, True), state))
        if not upwards and opens[node]:
            for i in parents[node]:
                heappush(heap, (turns + 1, length + 1, (i, True), state))
    return None


def _ids(d: CID, names: str | Iterable[str]) -> list[int]:
    if not isinstance(names, str) and not isinstance(names, Iterable):
        raise CIDTypeError(f"Expected a node name or several, not {shorten(names)}.")
    listed = [names] if isinstance(names, str) else names
    return [d.numbered.index[d.check_node(name)] for name in listed]


def _check_disjoint(d: CID, **sets: list[int]) -> None:
    """Raise if two of the sets share a node: a trail has two different ends, outside what is given.

    Raises
    ------
    DiagramError
        Naming the node and the sets.
    """
    for (one, these), (other, those) in itertools.combinations(sets.items(), 2):
        shared = [d.nodes[i] for i in dict.fromkeys(these) if i in set(those)]
        if shared:
            listed = ", ".join(map(repr, shared))
            raise DiagramError(
                f"{listed} {'is' if len(shared) == 1 else 'are'} in both {one!r} and {other!r}. "
                "Separation is asked of sets that share no node: name each node once."
            )


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
        Node names; no node is in two of the sets.

    Raises
    ------
    DiagramError
        If two sets overlap. The message names what they share.

    Examples
    --------
    >>> import cid
    >>> d = cid.CID.parse("A -> C <- B; C -> E")
    >>> cid.d_separated(d, "A", "B"), cid.d_separated(d, "A", "B", given="E")
    (True, False)
    """
    graph = adjacency(d)
    sources, targets, observed = _ids(d, left), _ids(d, right), _ids(d, given)
    _check_disjoint(d, left=sources, right=targets, given=observed)
    ball = sweep(graph, sources, observed)
    return not any(ball.reached(i) for i in targets)


def active_trail(
    d: CID, source: str, target: str, given: str | Iterable[str] = ()
) -> tuple[str, ...] | None:
    """Return an active trail between two nodes with the fewest colliders, or None.

    Raises
    ------
    DiagramError
        If the nodes are one and the same, or one of them is given.

    Examples
    --------
    >>> import cid
    >>> d = cid.CID.parse("A -> C <- B; C -> E")
    >>> cid.active_trail(d, "A", "B", given="E")
    ('A', 'C', 'B')
    """
    graph = adjacency(d)
    observed = _ids(d, given)
    start, end = d.numbered.index[d.check_node(source)], d.numbered.index[d.check_node(target)]
    _check_disjoint(d, source=[start], target=[end], given=observed)
    marks = bytearray(len(d.nodes))
    marks[end] = 1
    found = trail(graph, start, marks, observed)
    return None if found is None else tuple(d.nodes[i] for i in found)
