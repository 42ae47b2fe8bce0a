"""Slow, obvious re-derivations of every verdict, for checking the fast ones.

Nothing here shares code with :mod:`cid.structure`: separation goes through the moral graph of the
ancestral set [1]_ rather than a Bayes-ball sweep, paths through :func:`networkx.has_path`, and the
requisite graph through a fixpoint that tests one link at a time. :meth:`cid.Finding.verify` uses
this module.

.. [1] S. L. Lauritzen, A. P. Dawid, B. N. Larsen, H.-G. Leimer. "Independence properties of
   directed Markov fields". Networks 20, 1990.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import networkx as nx

from cid.diagram import CID

__all__ = ["d_separated", "is_soluble", "requisite_graph", "verdict"]


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


def _targets(d: CID, graph: nx.DiGraph[Any], decision: str) -> set[str]:
    """Return the decision's own utilities downstream of it."""
    agent = d.agent_of(decision)
    below = nx.descendants(graph, decision)
    return {u for u in d.utilities if d.agent_of(u) == agent and u in below}


def _requisite(d: CID, graph: nx.DiGraph[Any], parent: str, decision: str) -> bool:
    given = {decision, *graph.predecessors(decision)} - {parent}
    return not d_separated(graph, {parent}, _targets(d, graph, decision), given)


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
            utilities = _targets(d, graph, target)
            if other != target and not d_separated(graph, {rule}, utilities, family):
                relevance.add_edge(other, target)
        graph.remove_node(rule)
    return bool(nx.is_directed_acyclic_graph(relevance))


def _passes(graph: nx.DiGraph[Any], decision: str, node: str, utilities: Iterable[str]) -> bool:
    return bool(nx.has_path(graph, decision, node)) and any(
        nx.has_path(graph, node, utility) for utility in utilities
    )


def verdict(concept: str, d: CID, decision: str, node: str) -> bool:
    """Re-derive what a criterion says of one node, one definition at a time.

    Parameters
    ----------
    concept : {"voi", "ri", "voc", "ici", "impact", "lcdt_ici"}
        Which criterion.
    d : CID
        A diagram within the criterion's scope.
    decision, node : str
        The pair asked about.
    """
    graph = d.to_networkx()
    own_utilities = d.utilities_of(str(d.agent_of(decision)))
    if node == decision:
        return False
    if concept == "voi":
        if d.kind(node) == "utility" or nx.has_path(graph, decision, node):
            return False
        linked = d if node in d.parents(decision) else d.with_edges([(node, decision)])
        return bool(requisite_graph(linked, decision).has_edge(node, decision))
    if concept == "ri":
        minimal = requisite_graph(d, decision)
        return d.kind(node) == "chance" and nx.has_path(minimal, node, decision)
    if concept == "voc":
        minimal = requisite_graph(d, decision)
        return d.kind(node) != "decision" and any(
            nx.has_path(minimal, node, utility) for utility in own_utilities
        )
    if concept == "ici":
        return _passes(requisite_graph(d, decision), decision, node, own_utilities)
    if concept == "impact":
        useful = bool(_targets(d, graph, decision))
        return d.kind(node) == "chance" and useful and nx.has_path(graph, decision, node)
    if concept == "lcdt_ici":
        graph.remove_nodes_from([other for other in d.decisions if other != decision])
        return graph.has_node(node) and _passes(graph, decision, node, own_utilities)
    raise ValueError(f"unknown concept {concept!r}")
