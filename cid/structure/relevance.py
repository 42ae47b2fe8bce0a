"""Which decision relies on which: the relevance graph, solubility and solve order.

The rule of a decision D' is *s-relevant* to a decision D when knowing it could matter for choosing
at D: give D' a new root parent, its rule; the rule is relevant unless it is d-separated from D's
own utilities downstream given D and D's parents. The *relevance graph* has an edge D' -> D
whenever D' is s-relevant to D, so that D' must be solved **before** D. (pycid draws the same edge
the other way round.) An agent whose relevance graph is acyclic has *sufficient recall*; the
diagram is then *soluble* by backward induction in topological order [1]_ [2]_.

.. [1] S. L. Lauritzen, D. Nilsson. "Representing and Solving Decision Problems with Limited
   Information". Management Science 47(9), 2001.
.. [2] D. Koller, B. Milch. "Multi-agent influence diagrams for representing and solving games".
   Games and Economic Behavior 45(1), 2003.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import networkx as nx

from cid.diagram import CID
from cid.errors import ScopeError
from cid.structure.dseparation import Sweep, sweep
from cid.structure.graph import Adjacency, adjacency, reach

__all__ = [
    "family_sweep",
    "is_soluble",
    "own_decisions",
    "own_utilities",
    "relevance_graph",
    "relevance_order",
    "solve_order",
    "sufficient_recall",
]


def own_decisions(d: CID, decision: int) -> list[int]:
    """Return the numbers of all decisions of the agent that owns `decision`."""
    agent = d._owner[d.nodes[decision]]
    return [d._index[name] for name in d.decisions if d._owner[name] == agent]


def own_utilities(d: CID, decision: int) -> list[int]:
    """Return the numbers of all utilities of the agent that owns `decision`."""
    agent = d._owner[d.nodes[decision]]
    return [d._index[name] for name in d.utilities if d._owner[name] == agent]


def family_sweep(d: CID, graph: Adjacency, decision: int) -> Sweep:
    """Sweep from the decision's own utilities downstream, given the decision and its parents."""
    below = reach([decision], graph.children)
    targets = [u for u in own_utilities(d, decision) if below[u]]
    return sweep(graph, targets, [decision, *graph.parents[decision]])


def relevance_order(
    d: CID, graph: Adjacency, decisions: Sequence[int]
) -> tuple[list[int], dict[int, list[int]]]:
    """Return a solve order of `decisions` and, where that fails, the relevance edges left over.

    The order is complete iff the relevance graph is acyclic; ties follow the order given.
    """
    relies_on: dict[int, list[int]] = {}
    for target in decisions:
        ball = family_sweep(d, graph, target)
        relies_on[target] = [i for i in decisions if i != target and ball.root_reached(i)]
    order: list[int] = []
    left = dict(relies_on)
    solved: set[int] = set()
    while left:
        ready = [i for i, needs in left.items() if all(need in solved for need in needs)]
        if not ready:
            break
        for i in ready:
            del left[i]
        order += ready
        solved.update(ready)
    return order, left


def _decisions(d: CID, agent: str | None) -> Iterable[str]:
    return d.decisions if agent is None else d.decisions_of(agent)


def relevance_graph(d: CID, agent: str | None = None) -> nx.DiGraph[str]:
    """Return the relevance graph: an edge D' -> D means "solve D' before D".

    Parameters
    ----------
    d : CID
        The diagram.
    agent : str, optional
        Restrict to one agent's decisions. By default all decisions of all agents, each with its
        own agent's utilities (r-relevance).

    Examples
    --------
    >>> import cid
    >>> d = cid.CID.parse("S1 -> D1 -> S2 -> D2 -> U; S2 -> U", "D1 D2", "U")
    >>> list(cid.relevance_graph(d).edges)
    [('D2', 'D1')]
    """
    graph: nx.DiGraph[str] = nx.DiGraph()
    names = list(_decisions(d, agent))
    graph.add_nodes_from(names)
    for target in names:
        ball = family_sweep(d, adjacency(d), d._index[target])
        for other in names:
            if other != target and ball.root_reached(d._index[other]):
                graph.add_edge(other, target)
    return graph


def is_soluble(d: CID) -> bool:
    """Can the diagram be solved by backward induction? True iff its relevance graph is acyclic.

    With several agents, all decisions are considered together.

    Examples
    --------
    >>> import cid
    >>> forgetful = cid.CID.parse("W -> D1 -> N -> D2 -> U; W -> U", "D1 D2", "U")
    >>> cid.is_soluble(forgetful)
    False
    """
    _, left = relevance_order(d, adjacency(d), [d._index[name] for name in d.decisions])
    return not left


def sufficient_recall(d: CID, agent: str | None = None) -> bool:
    """Is each agent's own relevance graph acyclic (or that of one agent)?"""
    agents = d.agents if agent is None else (d.check_agent(agent),)
    return not any(
        relevance_order(d, adjacency(d), [d._index[name] for name in d.decisions_of(each)])[1]
        for each in agents
    )


def solve_order(d: CID) -> tuple[str, ...]:
    """Return the decisions in the order in which backward induction solves them.

    Raises
    ------
    ScopeError
        If the diagram is insoluble; the message names the decisions that rely on each other.

    Examples
    --------
    >>> import cid
    >>> cid.solve_order(cid.CID.parse("S1 -> D1 -> S2 -> D2 -> U; S2 -> U", "D1 D2", "U"))
    ('D2', 'D1')
    """
    order, left = relevance_order(d, adjacency(d), [d._index[name] for name in d.decisions])
    if left:
        raise ScopeError(insoluble_message(d, left))
    return tuple(d.nodes[i] for i in order)


def insoluble_message(
    d: CID, left: dict[int, list[int]], asking: str = "Backward induction"
) -> str:
    """Say which decisions rely on each other, and what to do about it."""
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_edges_from((need, target) for target, needs in left.items() for need in needs)
    cycle = [d.nodes[i] for i, _ in nx.find_cycle(graph)]
    shown = ", ".join(cycle)
    return (
        f"{asking} assumes a soluble diagram (sufficient recall), but the best rules of {shown} "
        "rely on each other. Add the recall links that are missing (what was known or done at the "
        "earlier decision), merge the decisions, or hold all but one rule fixed with d.fix(...)."
    )
