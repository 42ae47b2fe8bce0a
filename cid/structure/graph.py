"""Integer adjacency, reachability and shortest directed paths.

The algorithms of this package work on node numbers (positions in :attr:`cid.CID.nodes`) and on
byte marks, one byte a node. That is what lets a diagram of 100,000 nodes be analysed in a fraction
of a second in pure Python.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cid.diagram import CID
from cid.guards import check_diagram

__all__ = ["Adjacency", "adjacency", "reach", "shortest_path"]

Neighbours = Sequence[Sequence[int]]


@dataclass(frozen=True)
class Adjacency:
    """Parents and children of every node, by number."""

    parents: Neighbours
    children: Neighbours

    def without(self, edges: Iterable[tuple[int, int]]) -> Adjacency:
        """Return the adjacency less some edges; untouched rows are shared."""
        parents, children = list(self.parents), list(self.children)
        for tail, head in edges:
            parents[head] = [i for i in parents[head] if i != tail]
            children[tail] = [i for i in children[tail] if i != head]
        return Adjacency(parents, children)

    def plus(self, tail: int, head: int) -> Adjacency:
        """Return the adjacency with one more edge."""
        parents, children = list(self.parents), list(self.children)
        parents[head] = [*parents[head], tail]
        children[tail] = [*children[tail], head]
        return Adjacency(parents, children)


def adjacency(d: CID) -> Adjacency:
    """Return the diagram's adjacency, without copying it."""
    numbered = check_diagram(d).numbered
    return Adjacency(numbered.parents, numbered.children)


def reach(starts: Iterable[int], step: Neighbours, blocked: bytes | bytearray = b"") -> bytearray:
    """Mark everything reachable from `starts` along `step`, the starts included.

    Parameters
    ----------
    starts : iterable of int
        Where to begin.
    step : sequence of sequences of int
        Children for descendants, parents for ancestors.
    blocked : bytes, optional
        Marks of nodes never entered. Starts count as entered.
    """
    seen = bytearray(blocked) if blocked else bytearray(len(step))
    stack = list(starts)
    for start in stack:
        seen[start] = 1
    found = list(stack)
    while stack:
        for i in step[stack.pop()]:
            if not seen[i]:
                seen[i] = 1
                stack.append(i)
                found.append(i)
    if not blocked:
        return seen
    marks = bytearray(len(step))
    for i in found:
        marks[i] = 1
    return marks


def shortest_path(
    start: int,
    targets: bytes | bytearray,
    step: Neighbours,
    blocked: bytes | bytearray = b"",
) -> list[int] | None:
    """Return a shortest path from `start` to a marked target, both included, or None.

    Ties go to the neighbour listed first, so the answer is reproducible.
    """
    if targets[start]:
        return [start]
    before = {start: start}
    frontier = [start]
    while frontier:
        following: list[int] = []
        for node in frontier:
            for i in step[node]:
                if i in before or (blocked and blocked[i]):
                    continue
                before[i] = node
                if targets[i]:
                    path = [i]
                    while path[-1] != start:
                        path.append(before[path[-1]])
                    return path[::-1]
                following.append(i)
        frontier = following
    return None
