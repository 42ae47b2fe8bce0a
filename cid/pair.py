"""What happens in the world, and what credit crosses: two graphs over the same variables.

A training process is drawn twice. The *physical* graph has an edge A -> B iff setting A changes B
in the world. The *objective* graph is the physical graph without the edges that the optimiser's
credit does not cross: a stop-gradient, a label from a fixed data set, a decision that is not
credited for what another one does. Where nothing is cut the two are the same diagram.

Instrumental control incentives, and with them the values of information and control and response
incentives, are read on the objective graph; side effects on the physical one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cid.errors import CIDTypeError, DiagramError, shorten
from cid.parts import Diagram, Edge, is_diagram

if TYPE_CHECKING:
    from cid.diagram import CID

__all__ = ["GraphPair", "check_pair"]


@dataclass(frozen=True)
class GraphPair:
    """A physical graph and the objective graph of the same training process.

    Attributes
    ----------
    physical : CID
        What changes what in the world.
    objective : CID
        What the optimiser's credit crosses.

    Raises
    ------
    DiagramError
        If the two differ in nodes, kinds or owners; if the objective has an edge that the physical
        graph lacks; or if an edge is cut that lies on no directed path from a decision to a utility
        of the same agent, so that no credit could have crossed it.
    CIDTypeError
        If one of them is no diagram.

    Examples
    --------
    >>> import cid
    >>> physical = cid.CID.parse("D -> X -> U; D -> U", decisions="D", utilities="U")
    >>> pair = cid.GraphPair(physical, physical.without_edges([("D", "X")]))
    >>> pair.cut
    (('D', 'X'),)
    >>> bool(cid.admits_ici(pair.objective, "D", "X")), bool(cid.admits_impact(physical, "D", "X"))
    (False, True)
    """

    physical: CID
    objective: CID

    def __post_init__(self) -> None:
        check_pair(self.physical, self.objective)
        if not self.cut:
            return
        creditable = _creditable(self.physical)
        for edge in self.cut:
            if edge not in creditable:
                raise DiagramError(
                    f"The edge {edge!r} lies on no directed path from a decision to a utility of "
                    "the same agent, so no credit could cross it. Put it into both graphs."
                )

    @property
    def cut(self) -> tuple[Edge, ...]:
        """The physical edges that credit does not cross."""
        kept = set(self.objective.edges)
        return tuple(edge for edge in self.physical.edges if edge not in kept)


def check_pair(physical: Diagram, objective: Diagram) -> None:
    """Raise unless one graph is the other less edges at which decisions could lose credit.

    That is what any objective that is made from a physical graph meets, by :func:`cid.lcdt` or
    :func:`cid.path_specific` for example. A :class:`GraphPair`, which is declared, meets more: the
    credit that is lost leads to a utility.
    """
    for graph, which in ((physical, "physical"), (objective, "objective")):
        if not is_diagram(graph):
            raise CIDTypeError(
                f"The {which} graph is a CID over the same nodes as the other graph, not "
                f"{shorten(graph)}."
            )
    if physical is objective:
        return
    ours, theirs = _roles(objective), _roles(physical)
    odd = sorted(name for name in {*ours, *theirs} if ours.get(name) != theirs.get(name))
    if odd:
        raise DiagramError(
            "The physical and the objective graph have the same nodes, kinds and owners; they "
            f"differ in {', '.join(map(shorten, odd[:8]))}{', ...' if len(odd) > 8 else ''}. A "
            "node without edges is declared with nodes=[...]."
        )
    there, credited = set(physical.edges), set(objective.edges)
    for edge in objective.edges:
        if edge not in there:
            raise DiagramError(
                f"The objective edge {edge!r} is missing from the physical graph. Credit crosses "
                "only edges that are there: add it to the physical graph."
            )
    if len(there) == len(credited):
        return
    moved = _reached(physical.decisions, physical.edges)
    for tail, head in physical.edges:
        if (tail, head) not in credited and tail not in moved:
            raise DiagramError(
                f"The edge {(tail, head)!r} lies on no directed path from a decision, so there is "
                "no credit that it could be cut for. Put it into both graphs."
            )


def _roles(d: Diagram) -> dict[str, tuple[bool, str | None]]:
    decisions = set(d.decisions)
    return {name: (name in decisions, d.agent_of(name)) for name in d.nodes}


def _creditable(d: Diagram) -> set[Edge]:
    """Return the edges on directed paths from decisions to utilities of the same agent."""
    found: set[Edge] = set()
    for agent in d.agents:
        below = _reached(d.decisions_of(agent), d.edges)
        above = _reached(d.utilities_of(agent), [(head, tail) for tail, head in d.edges])
        found |= {(tail, head) for tail, head in d.edges if tail in below and head in above}
    return found


def _reached(starts: Iterable[str], edges: Iterable[Edge]) -> set[str]:
    step: dict[str, list[str]] = {}
    for tail, head in edges:
        step.setdefault(tail, []).append(head)
    stack = list(starts)
    seen = set(stack)
    while stack:
        for name in step.get(stack.pop(), ()):
            if name not in seen:
                seen.add(name)
                stack.append(name)
    return seen
