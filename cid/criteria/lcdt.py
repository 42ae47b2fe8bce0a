"""Instrumental control incentives under LCDT.

No decision is left downstream of D in the diagram that an LCDT agent plans in
(:mod:`cid.transforms.lcdt`), so D's instrumental control incentives are those of a single decision
with the other rules held fixed. They sit on the directed paths from D to a utility that avoid every
other decision; :func:`lcdt_ici_list` finds them by one forward and one backward search.
"""

from __future__ import annotations

from cid.diagram import CID
from cid.evidence import Evidence, KindOf
from cid.findings import Concept, Finding
from cid.structure.certificates import no_path, path_through
from cid.structure.graph import reach
from cid.structure.survey import Survey

__all__ = ["CONCEPT", "admits_lcdt_ici", "lcdt_ici_list"]

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
    i = d.numbered.index[d.check_node(node)]
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
