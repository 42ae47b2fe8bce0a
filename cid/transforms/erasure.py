"""Erasure: an answer is scored in a world in which nobody could read it.

A counterfactual oracle (Armstrong and O'Rorke 2017 [1]_) is paid only in episodes in which an
erasure event hid its answer, and for how well the answer fits what came about then. The diagram
holds both worlds. Every node that the answer influences on the way to a utility gets an *erased
twin*, with the same causes but without the answer; the utility reads the twins and the answer
itself. The answer still moves the actual nodes, and nothing rewards it for that.

.. [1] S. Armstrong, X. O'Rorke. "Good and safe uses of AI Oracles". 2017.
"""

from __future__ import annotations

from cid.diagram import CID
from cid.errors import DiagramError, ScopeError
from cid.forms import owners
from cid.guards import check_diagram

__all__ = ["erasure", "erasure_twins"]

SUFFIX = "_erased"


def erasure_twins(d: CID, decision: str) -> dict[str, str]:
    """Return the nodes that get a twin when a decision's answer is erased, and the twins' names.

    Parameters and errors are those of :func:`erasure`.

    Examples
    --------
    >>> import cid
    >>> cid.erasure_twins(cid.catalog.load("oracle_ordinary").diagram, "A")
    {'S': 'S_erased'}
    """
    check_diagram(d, "erasure")
    name = d.check_decision(decision)
    below = d.descendants(name)
    own = d.utilities_of(str(d.agent_of(name)))
    above = set().union(*(d.ancestors(u) for u in own))
    between = [node for node in below if node in above]
    for node in between:
        if d.kind(node) == "decision":
            raise ScopeError(
                f"The decision {node!r} lies between {name!r} and its utility. In the erased world "
                f"it acts without the answer, by a rule of its own: fix it with d.fix({node!r})."
            )
    twins = {node: node + SUFFIX for node in between}
    for node, twin in twins.items():
        if twin in d:
            raise DiagramError(
                f"The erased twin of {node!r} would be called {twin!r}, which is a node already. "
                "Rename it with relabel."
            )
    return twins


def erasure(d: CID, decision: str) -> CID:
    """Return the diagram of an agent that is scored only when its answer was erased.

    Parameters
    ----------
    d : CID
        The diagram of the agent that is scored on what its answer brings about.
    decision : str
        The answer.

    Returns
    -------
    CID
        All nodes of `d`, and a twin ``X_erased`` of each node X on the way from the answer to a
        utility of its agent. Twins have the parents of the originals, twins in place of nodes that
        have one, without the answer. The agent's utilities read twins in place of originals.

    Raises
    ------
    ScopeError
        If another decision lies between the answer and the utility.
    DiagramError
        If a twin's name is taken.

    Examples
    --------
    >>> import cid
    >>> d = cid.erasure(cid.catalog.load("oracle_ordinary").diagram, "A")
    >>> d.parents("R"), d.parents("S"), d.parents("S_erased")
    (('A', 'S_erased'), ('W', 'A'), ('W',))
    >>> cid.admits_ici_list(d, "A"), cid.admits_impact_list(d, "A")
    (['R'], ['S'])
    """
    twins = erasure_twins(d, decision)
    own = set(d.utilities_of(str(d.agent_of(decision))))
    edges = []
    for tail, head in d.edges:
        edges.append((twins.get(tail, tail), head) if head in own else (tail, head))
        if head in twins and tail != decision:
            edges.append((twins.get(tail, tail), twins[head]))
    return CID(edges, *owners(d), nodes=[*d.nodes, *twins.values()])
