"""Everything the incentive criteria need to know about one decision, each part computed once.

A :class:`Survey` holds the marks that a handful of sweeps leave on the graph. One survey answers
every concept for every node in O(V + E) when the agent has one decision.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from cid.diagram import CID
from cid.pair import check_pair
from cid.parts import Edge
from cid.structure.dseparation import Sweep
from cid.structure.graph import Adjacency, adjacency, reach
from cid.structure.relevance import family_sweep, own_decisions, own_utilities
from cid.structure.requisite import Reduction, reduction

__all__ = ["Survey"]


class Survey:
    """The graph as seen from one decision.

    Parameters
    ----------
    d : CID
        The diagram.
    decision : str
        A decision of it.
    physical : CID, optional
        The physical graph, where `d` is an objective graph; see :func:`cid.pair.check_pair`.
    """

    def __init__(self, d: CID, decision: str, physical: CID | None = None) -> None:
        self.graph: Adjacency = adjacency(d)
        if physical is not None:
            check_pair(physical, d)
        self.physical = d if physical is None else physical
        self.d = d
        self.decision = d.check_decision(decision)
        self.root = d.numbered.index[self.decision]
        self.agent = d.numbered.owner[self.decision]

    # ---- who ---------------------------------------------------------------------------------

    @cached_property
    def own_decisions(self) -> list[int]:
        """All decisions of the agent, this one included."""
        return own_decisions(self.d, self.root)

    @cached_property
    def own_utilities(self) -> list[int]:
        """All utilities of the agent."""
        return own_utilities(self.d, self.root)

    @cached_property
    def fixed(self) -> tuple[str, ...]:
        """Other agents with decisions, whose rules are held fixed."""
        return tuple(
            agent for agent in self.d.agents if agent != self.agent and self.d.decisions_of(agent)
        )

    # ---- marks -------------------------------------------------------------------------------

    @cached_property
    def below(self) -> bytearray:
        """The decision and its descendants."""
        return reach([self.root], self.graph.children)

    @cached_property
    def world(self) -> Survey:
        """The same decision in the physical graph."""
        return self if self.physical is self.d else Survey(self.physical, self.decision)

    @cached_property
    def moved(self) -> bytearray:
        """The decision and what it has an effect on in the world, credited or not."""
        if self.world is self:
            return self.below
        index, marks = self.d.numbered.index, bytearray(len(self.d.nodes))
        for name, mark in zip(self.physical.nodes, self.world.below, strict=True):
            marks[index[name]] = mark
        return marks

    @cached_property
    def cut(self) -> tuple[Edge, ...]:
        """The physical edges that credit does not cross."""
        if self.world is self:
            return ()
        kept = set(self.d.edges)
        return tuple(edge for edge in self.physical.edges if edge not in kept)

    @cached_property
    def targets(self) -> list[int]:
        """The agent's utilities downstream of the decision."""
        return [u for u in self.own_utilities if self.below[u]]

    @cached_property
    def ball(self) -> Sweep:
        """The sweep from the targets given the decision and its parents, in the full graph."""
        return family_sweep(self.d, self.graph, self.root)

    def reduction(self, asking: str) -> Reduction:
        """Return the minimal reduction of the agent's information links.

        For one decision the sweep above already holds it.
        """
        if len(self.own_decisions) > 1:
            return self._reduction(asking)
        gone = [(p, self.root) for p in self.graph.parents[self.root] if not self.ball.reached(p)]
        return Reduction(self.graph.without(gone) if gone else self.graph, tuple(gone))

    def _reduction(self, asking: str) -> Reduction:
        if "_reduced" not in self.__dict__:
            self.__dict__["_reduced"] = reduction(self.d, self.graph, self.root, asking)
        found: Reduction = self.__dict__["_reduced"]
        return found

    def above_utilities(self, graph: Adjacency, blocked: bytes | bytearray = b"") -> bytearray:
        """Mark the agent's utilities and their ancestors in a graph."""
        return reach(self.own_utilities, graph.parents, blocked)

    @cached_property
    def other_decisions(self) -> bytearray:
        """Marks of every decision but this one, of all agents."""
        marks = bytearray(len(self.d.nodes))
        for name in self.d.decisions:
            marks[self.d.numbered.index[name]] = 1
        marks[self.root] = 0
        return marks

    @cached_property
    def other_own_decisions(self) -> bytearray:
        """Marks of the agent's other decisions."""
        marks = bytearray(len(self.d.nodes))
        for i in self.own_decisions:
            marks[i] = 1
        marks[self.root] = 0
        return marks

    def names(self, numbers: Iterable[int]) -> tuple[str, ...]:
        """Return node names for node numbers."""
        return tuple(self.d.nodes[i] for i in numbers)
