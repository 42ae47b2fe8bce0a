"""Which decisions must be solved together, and which can be solved by themselves.

Decisions whose best rules rely on each other form a strongly connected component of the relevance
graph. Contracting every component to a point leaves an acyclic graph, the *condensed relevance
graph*, and its components can be solved one after the other (Koller and Milch 2003 [1]_). A set of
decisions that relies on no decision outside is a *subgame*: it can be solved whatever the rest does
(Hammond et al. 2023 [2]_).

.. [1] D. Koller, B. Milch. "Multi-agent influence diagrams for representing and solving games".
   Games and Economic Behavior 45(1), 2003.
.. [2] L. Hammond, J. Fox, T. Everitt, R. Carey, A. Abate, M. Wooldridge. "Reasoning about causality
   in games". Artificial Intelligence 320, 2023.
"""

from __future__ import annotations

import itertools

import networkx as nx

from cid.diagram import CID
from cid.errors import SizeError
from cid.structure.relevance import relevance_graph

__all__ = ["relevance_components", "subgames"]

MAX_COMPONENTS = 16
"""With more components the subgames, up to two to their number, are not listed."""


def relevance_components(d: CID) -> tuple[tuple[str, ...], ...]:
    """Return groups of decisions that rely on each other, in the order in which to solve them.

    Each group needs the rules of earlier groups only. A diagram is soluble iff every group is a
    single decision.

    Examples
    --------
    >>> import cid
    >>> d = cid.CID.parse(
    ...     '''
    ...     D3 -> D1, D2; D1, D2 -> U1, U2, U3; D3 -> U3
    ...     decisions[a]: D1
    ...     decisions[b]: D2
    ...     decisions[c]: D3
    ...     utilities[a]: U1
    ...     utilities[b]: U2
    ...     utilities[c]: U3
    ...     '''
    ... )
    >>> cid.relevance_components(d)
    (('D1', 'D2'), ('D3',))
    """
    condensed, members = _condensed(d)
    place = {name: k for k, name in enumerate(d.decisions)}
    order = nx.lexicographical_topological_sort(
        condensed, key=lambda c: min(place[name] for name in members[c])
    )
    return tuple(tuple(sorted(members[c], key=place.__getitem__)) for c in order)


def _condensed(d: CID) -> tuple[nx.DiGraph[int], dict[int, set[str]]]:
    condensed = nx.condensation(relevance_graph(d))
    return condensed, {c: set(condensed.nodes[c]["members"]) for c in condensed}


def subgames(d: CID) -> tuple[tuple[str, ...], ...]:
    """Return every set of decisions that can be solved by itself, smallest first.

    The last one is the whole game.

    Raises
    ------
    ScopeError
        If the relevance graph has more than 16 components.

    Examples
    --------
    >>> import cid
    >>> d = cid.catalog.load("mdp_three_steps").diagram
    >>> cid.subgames(d)
    (('A2',), ('A1', 'A2'))
    """
    condensed, members = _condensed(d)
    if len(condensed) > MAX_COMPONENTS:
        raise SizeError(
            f"The decisions fall into {len(condensed)} components, which may have "
            f"2^{len(condensed)} subgames; they are listed for up to {MAX_COMPONENTS}. "
            "relevance_components lists the components."
        )
    needs = {c: nx.ancestors(condensed, c) for c in condensed}
    found = []
    for size in range(1, len(condensed) + 1):
        for chosen in itertools.combinations(condensed, size):
            if all(needs[c] <= set(chosen) for c in chosen):
                inside = set().union(*(members[c] for c in chosen))
                found.append(tuple(name for name in d.decisions if name in inside))
    return tuple(sorted(found, key=len))
