"""Path-specific objectives: credit for everything but what the action does to delicate nodes.

Some parts of the world are *delicate*: a user's opinions, another agent's goals. Their state has to
enter the objective, since what is good depends on it, and yet the agent had better not steer them.
A path-specific objective (Farquhar et al. 2022 [1]_) scores an action with each delicate node at
the value it would have had under a default action. In the diagram of that objective the edges by
which the action, or a robust node that the action moves, enters a delicate node are absent. An
instrumental control incentive on a delicate node is then impossible; a side effect on it is not.

:func:`path_specific` draws the objective graph. What takes the place of the deleted input belongs
to a model: :func:`cid.path_specific_model`.

.. [1] S. Farquhar, R. Carey, T. Everitt. "Path-Specific Objectives for Safer Agent Incentives".
   AAAI 2022.
"""

from __future__ import annotations

from collections.abc import Iterable

from cid.diagram import CID
from cid.errors import ScopeError
from cid.guards import check_diagram
from cid.names import listed
from cid.parts import Edge

__all__ = ["path_specific", "path_specific_cut"]


def _names(given: str | Iterable[str], what: str) -> list[str]:
    if isinstance(given, str):
        return [given]
    return listed(given, what)


def path_specific_cut(
    d: CID, decisions: str | Iterable[str], delicate: str | Iterable[str]
) -> tuple[Edge, ...]:
    """Return the edges that a path-specific objective does not credit.

    Parameters and errors are those of :func:`path_specific`.

    Examples
    --------
    >>> import cid
    >>> d = cid.catalog.load("path_specific_delicate_state").diagram
    >>> cid.path_specific_cut(d, "A", "Z2")
    (('A', 'Z2'),)
    """
    check_diagram(d, "path_specific")
    acting = [d.check_decision(name) for name in _names(decisions, "decisions")]
    kept = [d.check_node(name) for name in _names(delicate, "delicate")]
    for name in kept:
        if d.kind(name) == "decision":
            raise ScopeError(
                f"{name!r} is a decision. A delicate node is a state; to leave out what an action "
                "does to other decisions, use cid.lcdt."
            )
        if d.kind(name) == "utility":
            raise ScopeError(
                f"{name!r} is a utility. An objective that does not credit its own utility is "
                "empty; name the states that the utility reads."
            )
    moved = set(acting).union(*(d.descendants(name) for name in acting))
    return tuple(
        (tail, head)
        for tail, head in d.edges
        if head in kept and tail in moved and tail not in kept
    )


def path_specific(d: CID, decisions: str | Iterable[str], delicate: str | Iterable[str]) -> CID:
    """Return the objective graph of a path-specific objective.

    Parameters
    ----------
    d : CID
        The physical graph.
    decisions : str or iterable of str
        The decisions that get no credit for what they do to delicate nodes.
    delicate : str or iterable of str
        Chance nodes.

    Returns
    -------
    CID
        The same nodes, less every edge into a delicate node from one of the decisions or from a
        node downstream of them that is not delicate itself. No delicate node is left downstream.

    Raises
    ------
    ScopeError
        If a delicate node is a decision or a utility.

    Examples
    --------
    >>> import cid
    >>> d = cid.catalog.load("path_specific_delicate_state").diagram
    >>> objective = cid.path_specific(d, "A", "Z2")
    >>> cid.admits_ici_list(d, "A"), cid.admits_ici_list(objective, "A")
    (['S2', 'Z2', 'R'], ['S2', 'R'])
    >>> objective == cid.catalog.load("path_specific_objective").diagram
    True
    """
    cut = path_specific_cut(d, decisions, delicate)
    return d.without_edges(cut) if cut else d
