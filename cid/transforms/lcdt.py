"""LCDT: an agent that believes it cannot influence any agent, its later self included.

Lonely causal decision theory (Shimi and Hubinger 2021) takes the model that a causal decision
theorist would use for the decision D being made and removes the last edge of every directed path
from D to another decision, whoever makes it. The agent then acts as if other decisions were
causally independent of its own.

In diagram terms: every edge P -> D' with D' another decision and P equal to D or a descendant of
D is deleted. No decision is left downstream of D, so D's instrumental control incentives are
those of a single decision with the other rules held fixed. They sit on the directed paths from D
to a utility that avoid every other decision; :func:`lcdt_ici_list` finds them by one forward and
one backward search.

What stands in for a deleted input, the agent's prior about the other decision, is not part of the
diagram: the presence and absence of incentives do not depend on it, the action chosen does.

LCDT blocks influence *through agents* only. It keeps incentives on environment nodes that reach a
utility without passing a decision, so it is neither reward myopia nor consequence-blindness.
"""

from __future__ import annotations

from cid.diagram import CID, Edge
from cid.evidence import Evidence, KindOf
from cid.finding import Concept, Finding
from cid.structure.certificates import no_path, path_through
from cid.structure.graph import reach
from cid.structure.survey import Survey

__all__ = ["CONCEPT", "admits_lcdt_ici", "lcdt", "lcdt_cut", "lcdt_ici_list"]

CONCEPT = Concept(
    key="lcdt_ici",
    name="an instrumental control incentive under LCDT",
    preposition="on",
    theorem=(
        "under LCDT the diagram admits an instrumental control incentive on X iff it has a "
        "directed path from D through X to a utility of D's agent that avoids every other decision"
    ),
    reference=(
        "Everitt et al. 2021, Theorem 18, applied to the transform of Shimi and Hubinger 2021"
    ),
    scope="the rules of all other decisions are held fixed, the agent's own later ones included",
    silent=(
        "LCDT removes incentives that run through agents only; what the agent does also depends on "
        "the prior that stands in for the deleted inputs."
    ),
)


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
        (tail, head) for tail, head in d.edges if others[d._index[head]] and below[d._index[tail]]
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


def lcdt_ici_list(d: CID, decision: str) -> list[str]:
    """Return the nodes on which an LCDT agent has an instrumental control incentive.

    Defined for every diagram, soluble or not, since all other rules are held fixed.

    Examples
    --------
    >>> import cid
    >>> d = cid.catalog.load("lcdt_human").diagram
    >>> cid.admits_ici_list(d, "D"), cid.lcdt_ici_list(d, "D")
    (['M', 'H', 'O', 'E', 'U'], ['E', 'U'])
    """
    survey = Survey(d, decision)
    blocked = survey.other_decisions
    below = reach([survey.root], survey.graph.children, blocked)
    above = survey.above_utilities(survey.graph, blocked)
    return [d.nodes[i] for i in range(len(d.nodes)) if below[i] and above[i] and i != survey.root]


def admits_lcdt_ici(d: CID, decision: str, node: str) -> Finding:
    """Does an LCDT agent have an instrumental control incentive on `node`?

    Examples
    --------
    >>> import cid
    >>> d = cid.catalog.load("lcdt_human").diagram
    >>> bool(cid.admits_lcdt_ici(d, "D", "H")), bool(cid.admits_lcdt_ici(d, "D", "E"))
    (False, True)
    """
    survey = Survey(d, decision)
    i = d._index[d.check_node(node)]
    blocked = survey.other_decisions
    below = reach([survey.root], survey.graph.children, blocked)
    above = survey.above_utilities(survey.graph, blocked)
    evidence: tuple[Evidence, ...]
    holds = False
    if i == survey.root:
        why = f"{node} is the decision itself, and the concept is asked about other nodes"
        evidence = (KindOf(node=node, kind="decision", why=why),)
    elif not below[i]:
        evidence = (no_path(survey, survey.graph, survey.root, [i], blocked=blocked),)
    elif not above[i]:
        utilities = survey.own_utilities
        evidence = (no_path(survey, survey.graph, i, utilities, blocked=blocked),)
    else:
        holds = True
        evidence = (path_through(survey, survey.graph, i, blocked=blocked),)
    return Finding("lcdt_ici", survey.decision, d.nodes[i], holds, d, evidence, CONCEPT)
