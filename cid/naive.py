"""Slow, obvious graph questions, for checking the answers of the fast ones.

Nothing here shares code with :mod:`cid.structure`: separation goes through the moral graph of the
ancestral set [1]_ rather than a Bayes-ball sweep, paths through :func:`networkx.has_path`, and the
requisite graph through a fixpoint that tests one link at a time. Every criterion is derived again
from these by a function of its own file, ``recheck``, for :meth:`cid.Finding.verify`.

.. [1] S. L. Lauritzen, A. P. Dawid, B. N. Larsen, H.-G. Leimer. "Independence properties of
   directed Markov fields". Networks 20, 1990.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import networkx as nx

from cid.diagram import CID

__all__ = [
    "d_separated",
    "is_soluble",
    "on_a_path",
    "own_utilities",
    "reaches",
    "requisite_graph",
    "targets",
]


def d_separated(
    graph: nx.DiGraph[Any], left: Iterable[str], right: Iterable[str], given: Iterable[str]
) -> bool:
    """Are two sets d-separated given a third? By the moral graph of their ancestral set.

    Examples
    --------
    >>> import networkx as nx
    >>> collider = nx.DiGraph([("A", "C"), ("B", "C")])
    >>> d_separated(collider, {"A"}, {"B"}, set()), d_separated(collider, {"A"}, {"B"}, {"C"})
    (True, False)
    """
    z = set(given)
    a, b = set(left) - z, set(right) - z
    if a & b:
        return False
    keep = a | b | z
    for node in list(keep):
        keep |= nx.ancestors(graph, node)
    moral = nx.moral_graph(graph.subgraph(keep))
    moral.remove_nodes_from(z)
    return not any(nx.has_path(moral, x, y) for x in a for y in b)


def own_utilities(d: CID, decision: str) -> set[str]:
    """Return the utilities of the decision's agent."""
    return {u for u in d.utilities if d.agent_of(u) == d.agent_of(decision)}


def targets(d: CID, graph: nx.DiGraph[Any], decision: str) -> set[str]:
    """Return the decision's own utilities downstream of it in a graph."""
    return own_utilities(d, decision).intersection(nx.descendants(graph, decision))


def _requisite(d: CID, graph: nx.DiGraph[Any], parent: str, decision: str) -> bool:
    given = {decision, *graph.predecessors(decision)} - {parent}
    return not d_separated(graph, {parent}, targets(d, graph, decision), given)


def _own(d: CID, decision: str) -> list[str]:
    return [other for other in d.decisions if d.agent_of(other) == d.agent_of(decision)]


def requisite_graph(d: CID, decision: str) -> nx.DiGraph[Any]:
    """Delete nonrequisite links into the decision owner's decisions until none is left."""
    graph = d.to_networkx()
    changed = True
    while changed:
        changed = False
        for own in _own(d, decision):
            for parent in list(graph.predecessors(own)):
                if not _requisite(d, graph, parent, own):
                    graph.remove_edge(parent, own)
                    changed = True
    return graph


def is_soluble(d: CID, decision: str) -> bool:
    """Is the relevance graph of the decision owner's decisions acyclic?

    A rule parent is added to each decision in turn and tested for separation.
    """
    graph = d.to_networkx()
    relevance: nx.DiGraph[str] = nx.DiGraph()
    own = _own(d, decision)
    relevance.add_nodes_from(own)
    for other in own:
        rule: Any = ("rule of", other)
        graph.add_edge(rule, other)
        for target in own:
            family = {target, *(p for p in graph.predecessors(target) if isinstance(p, str))}
            utilities = targets(d, graph, target)
            if other != target and not d_separated(graph, {rule}, utilities, family):
                relevance.add_edge(other, target)
        graph.remove_node(rule)
    return bool(nx.is_directed_acyclic_graph(relevance))


def reaches(graph: nx.DiGraph[Any], start: str, ends: Iterable[str]) -> bool:
    """Is there a directed path to one of some nodes?"""
    return any(nx.has_path(graph, start, end) for end in ends)


def on_a_path(graph: nx.DiGraph[Any], start: str, node: str, ends: Iterable[str]) -> bool:
    """Does a directed path lead from `start` through `node` to one of some nodes?"""
    return bool(nx.has_path(graph, start, node)) and reaches(graph, node, ends)
