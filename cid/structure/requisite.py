"""Requisite observations and the minimal reduction of a diagram.

An information link W -> D is *nonrequisite* when W is d-separated from D's own utilities
downstream given D and D's other parents: whatever W says, D's best choice need not depend on it
[1]_ [2]_. Deleting nonrequisite links until none is left gives the *requisite graph* (minimal
reduction), which does not depend on the order of deletion.

A sweep finds all nonrequisite links of a decision: observing W as well does not change whether
the ball arrives at W. For several decisions of one agent the sweeps of all decisions run side by
side (:mod:`cid.structure.parallel`), the links found are deleted, and this is repeated until none
is left; a later round finds links that became nonrequisite with those of an earlier one. Other
agents' information links stay: their rules are held fixed, and a fixed rule may read anything.

.. [1] E. Fagiuoli, M. Zaffalon. "A note about redundancy in influence diagrams". IJAR 19, 1998.
.. [2] S. L. Lauritzen, D. Nilsson. "Representing and Solving Decision Problems with Limited
   Information". Management Science 47(9), 2001.
"""

from __future__ import annotations

from dataclasses import dataclass

from cid.diagram import CID
from cid.errors import ScopeError
from cid.parts import Edge
from cid.structure.graph import Adjacency, adjacency
from cid.structure.parallel import parallel_sweep
from cid.structure.relevance import (
    insoluble_message,
    own_decisions,
    relevance_order,
    topological_order,
    utilities_by_decision,
)

__all__ = ["Reduction", "nonrequisite_links", "reduction", "requisite_graph"]


@dataclass(frozen=True)
class Reduction:
    """An agent's minimal reduction: the links deleted, in order, and what is left."""

    graph: Adjacency
    removed: tuple[tuple[int, int], ...]


def reduction(d: CID, graph: Adjacency, decision: int, asking: str) -> Reduction:
    """Reduce the links into all decisions of one agent.

    Raises
    ------
    ScopeError
        If the agent has several decisions and they cannot be ordered.
    """
    decisions = own_decisions(d, decision)
    if len(decisions) > 1:
        decisions, left = relevance_order(d, graph, decisions)
        if left:
            raise ScopeError(insoluble_message(d, left, asking))
    removed: list[tuple[int, int]] = []
    order = topological_order(d, graph)
    utilities = utilities_by_decision(d, decisions)
    while True:
        balls = parallel_sweep(graph, order, decisions, utilities)
        gone = [
            (parent, i)
            for k, i in enumerate(decisions)
            for parent in graph.parents[i]
            if not balls.reached(parent, k)
        ]
        if not gone:
            return Reduction(graph, tuple(removed))
        graph = graph.without(gone)
        removed += gone


def nonrequisite_links(d: CID, agent: str | None = None) -> tuple[Edge, ...]:
    """Return the information links that the minimal reduction deletes, in order of deletion.

    Parameters
    ----------
    d : CID
        The diagram.
    agent : str, optional
        Only this agent's links. By default each agent's in turn, the others' rules held fixed.

    Raises
    ------
    ScopeError
        If an agent has several decisions and they cannot be ordered (insufficient recall).

    Examples
    --------
    >>> import cid
    >>> d = cid.CID.parse("S -> D -> U; S -> U; Coin -> D", decisions="D", utilities="U")
    >>> cid.nonrequisite_links(d)
    (('Coin', 'D'),)
    """
    graph = adjacency(d)
    agents = d.agents if agent is None else (d.check_agent(agent),)
    links: list[Edge] = []
    for each in agents:
        decisions = d.decisions_of(each)
        if decisions:
            found = reduction(d, graph, d.numbered.index[decisions[0]], "The requisite graph")
            links += [(d.nodes[tail], d.nodes[head]) for tail, head in found.removed]
    return tuple(links)


def requisite_graph(d: CID, agent: str | None = None) -> CID:
    """Return the diagram without nonrequisite information links (the minimal reduction).

    Parameters and errors are those of :func:`nonrequisite_links`.

    Examples
    --------
    >>> import cid
    >>> d = cid.CID.parse("S -> D -> U; S -> U; Coin -> D", decisions="D", utilities="U")
    >>> cid.requisite_graph(d).parents("D")
    ('S',)
    """
    links = nonrequisite_links(d, agent)
    return d.without_edges(links)
