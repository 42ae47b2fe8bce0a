"""LCDT: an agent that believes it cannot influence any agent, its later self included.

Lonely causal decision theory (Shimi and Hubinger 2021) takes the model that a causal decision
theorist would use for the decision D being made and removes the last edge of every directed path
from D to another decision, whoever makes it. The agent then acts as if other decisions were
causally independent of its own.

In diagram terms: every edge P -> D' with D' another decision and P equal to D or a descendant of
D is deleted. No decision is left downstream of D, and the incentives that stay are those of
:mod:`cid.criteria.lcdt`.

What stands in for a deleted input, the agent's prior about the other decision, is not part of the
diagram: which incentives are admitted does not depend on it; the action chosen does, and with it
whether a model has one.

LCDT blocks influence *through agents* only. It keeps incentives on environment nodes that reach a
utility without passing a decision, so it is neither reward myopia nor consequence-blindness.
"""

from __future__ import annotations

from cid.diagram import CID
from cid.parts import Edge
from cid.structure.survey import Survey

__all__ = ["lcdt", "lcdt_cut"]


def lcdt_cut(d: CID, decision: str) -> tuple[Edge, ...]:
    """Return the edges that the LCDT transform deletes.

    Examples
    --------
    >>> import cid
    >>> cid.lcdt_cut(cid.catalog.load("lcdt_human").diagram, "D")
    (('M', 'H'),)
    """
    survey = Survey(d, decision)
    below, others = survey.below, survey.other_decisions
    return tuple(
        (tail, head)
        for tail, head in d.edges
        if others[d.numbered.index[head]] and below[d.numbered.index[tail]]
    )


def lcdt(d: CID, decision: str) -> CID:
    """Return the diagram as an LCDT agent sees it when making `decision`.

    Parameters
    ----------
    d : CID
        The diagram of the causal model.
    decision : str
        The decision being made.

    Returns
    -------
    CID
        The same nodes, less every edge into another decision from `decision` or its descendants.

    Examples
    --------
    >>> import cid
    >>> d = cid.catalog.load("lcdt_human").diagram
    >>> set(d.edges) - set(cid.lcdt(d, "D").edges)
    {('M', 'H')}
    """
    cut = lcdt_cut(d, decision)
    return d.without_edges(cut) if cut else d
