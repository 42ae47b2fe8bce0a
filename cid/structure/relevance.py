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

from collections.abc import Iterator, Sequence

import networkx as nx

from cid.diagram import CID
from cid.errors import ScopeError
from cid.structure.dseparation import Sweep, sweep
from cid.structure.graph import Adjacency, adjacency, reach
from cid.structure.parallel import parallel_sweep

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
    agent = d.numbered.owner[d.nodes[decision]]
    return [d.numbered.index[name] for name in d.decisions if d.numbered.owner[name] == agent]


def own_utilities(d: CID, decision: int) -> list[int]:
    """Return the numbers of all utilities of the agent that owns `decision`."""
    agent = d.numbered.owner[d.nodes[decision]]
    return [d.numbered.index[name] for name in d.utilities if d.numbered.owner[name] == agent]


def family_sweep(d: CID, graph: Adjacency, decision: int) -> Sweep:
    """Sweep from the decision's own utilities downstream, given the decision and its parents."""
    below = reach([decision], graph.children)
    targets = [u for u in own_utilities(d, decision) if below[u]]
    return sweep(graph, targets, [decision, *graph.parents[decision]])


def relevance_order(
    d: CID, graph: Adjacency, decisions: Sequence[int]
) -> tuple[list[int], dict[int, list[int]]]:
    """Return a solve order of `decisions` and, where that fails, the relevance edges left over.

    The order is complete iff the relevance graph is acyclic.
    """
    balls = parallel_sweep(
        graph, topological_order(d, graph), decisions, utilities_by_decision(d, decisions)
    )
    needed_by = [balls.root_reached(i) & ~(1 << k) for k, i in enumerate(decisions)]
    place = {node: position for position, node in enumerate(d.numbered.order)}
    last_first = sorted(range(len(decisions)), key=lambda k: -place[decisions[k]])
    solved_before = 0
    for k in last_first:  # nearly always an order already, and then no edge need be listed
        if needed_by[k] & solved_before:
            break
        solved_before |= 1 << k
    else:
        return [decisions[k] for k in last_first], {}
    waiting = [0] * len(decisions)
    for mask in needed_by:
        for k in _bits(mask):
            waiting[k] += 1
    ready = [k for k, count in enumerate(waiting) if count == 0]
    for k in ready:  # grows while it is read
        for other in _bits(needed_by[k]):
            waiting[other] -= 1
            if waiting[other] == 0:
                ready.append(other)
    solved = set(ready)
    left = {
        i: [decisions[j] for j, mask in enumerate(needed_by) if mask >> k & 1]
        for k, i in enumerate(decisions)
        if k not in solved
    }
    return [decisions[k] for k in ready], left


def _bits(mask: int) -> Iterator[int]:
    """Iterate over the positions of set bits."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def utilities_by_decision(d: CID, decisions: Sequence[int]) -> dict[int, list[int]]:
    """Return the utilities of each decision's agent, all by number."""
    by_agent: dict[str, list[int]] = {}
    for name in d.utilities:
        by_agent.setdefault(d.numbered.owner[name], []).append(d.numbered.index[name])
    return {i: by_agent.get(d.numbered.owner[d.nodes[i]], []) for i in decisions}


def topological_order(d: CID, graph: Adjacency) -> Sequence[int]:
    """Return the nodes, parents first; the diagram's own order unless a link was added."""
    position = {node: k for k, node in enumerate(d.numbered.order)}
    if all(position[p] < position[i] for i in position for p in graph.parents[i]):
        return d.numbered.order
    waiting = [len(p) for p in graph.parents]
    order = [i for i, count in enumerate(waiting) if count == 0]
    for i in order:
        for child in graph.children[i]:
            waiting[child] -= 1
            if waiting[child] == 0:
                order.append(child)
    return order


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
    edges = adjacency(d)
    names = list(d.decisions if agent is None else d.decisions_of(agent))
    graph.add_nodes_from(names)
    numbers = [d.numbered.index[name] for name in names]
    balls = parallel_sweep(edges, d.numbered.order, numbers, utilities_by_decision(d, numbers))
    for k, other in enumerate(names):
        relevant = balls.root_reached(numbers[k]) & ~(1 << k)
        graph.add_edges_from((other, names[target]) for target in _bits(relevant))
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
    _, left = relevance_order(d, adjacency(d), [d.numbered.index[name] for name in d.decisions])
    return not left


def sufficient_recall(d: CID, agent: str | None = None) -> bool:
    """Is each agent's own relevance graph acyclic (or that of one agent)?"""
    graph = adjacency(d)
    agents = d.agents if agent is None else (d.check_agent(agent),)
    return not any(
        relevance_order(d, graph, [d.numbered.index[name] for name in d.decisions_of(each)])[1]
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
    order, left = relevance_order(d, adjacency(d), [d.numbered.index[name] for name in d.decisions])
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
