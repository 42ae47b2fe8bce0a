"""The sweeps of all decisions at once, one bit per decision.

Relevance and reduction need one Bayes-ball sweep per decision. Run one by one they cost
O(k (V + E)) for k decisions. Here each node carries two integers, the sets of decisions whose ball
visited it upwards and downwards, and the passing rules become bit operations. The ball is moved
along a whole topological order at a time, up and then down, until nothing changes; it takes as many
rounds as an active trail turns round at observed nodes. An integer holds many decisions in a
machine word.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cid.structure.graph import Adjacency

__all__ = ["ParallelSweep", "parallel_sweep"]


@dataclass(frozen=True)
class ParallelSweep:
    """Visits by node: bit k belongs to the k-th decision."""

    up: list[int]
    down: list[int]
    observed: list[int]

    def reached(self, node: int, k: int) -> bool:
        """Is there an active trail between the node and the k-th decision's utilities?"""
        return bool((self.up[node] | self.down[node]) >> k & 1)

    def root_reached(self, node: int) -> int:
        """Return the decisions whose ball would reach a new root parent of the node."""
        return (self.down[node] & self.observed[node]) | (self.up[node] & ~self.observed[node])


def parallel_sweep(
    graph: Adjacency,
    order: Sequence[int],
    decisions: Sequence[int],
    utilities: Mapping[int, Sequence[int]],
) -> ParallelSweep:
    """Sweep for every decision from its agent's utilities downstream, given its family.

    Parameters
    ----------
    graph : Adjacency
        The graph.
    order : sequence of int
        All nodes, parents first.
    decisions : sequence of int
        The k-th one gets bit k.
    utilities : mapping
        For each decision, the utilities of its agent.
    """
    parents, children = graph.parents, graph.children
    size = len(parents)
    below, observed, up, down = [0] * size, [0] * size, [0] * size, [0] * size
    for k, decision in enumerate(decisions):
        below[decision] |= 1 << k
        for i in (decision, *parents[decision]):
            observed[i] |= 1 << k
    for i in order:
        mask = below[i]
        for parent in parents[i]:
            mask |= below[parent]
        below[i] = mask
    for k, decision in enumerate(decisions):
        for i in utilities[decision]:
            up[i] |= below[i] & (1 << k)
    changed = True
    while changed:
        changed = False
        for i in reversed(order):
            mask = up[i]
            for c in children[i]:
                mask |= (up[c] & ~observed[c]) | (down[c] & observed[c])
            if mask != up[i]:
                up[i] = mask
                changed = True
        for i in order:
            mask = down[i]
            for p in parents[i]:
                mask |= (up[p] | down[p]) & ~observed[p]
            if mask != down[i]:
                down[i] = mask
                changed = True
    return ParallelSweep(up, down, observed)
