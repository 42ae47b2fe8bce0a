"""Instrumental control incentives under LCDT.

No decision is left downstream of D in the diagram that an LCDT agent plans in
(:mod:`cid.transforms.lcdt`), so D's instrumental control incentives are those of a single decision
with the other rules held fixed. They sit on the directed paths from D to a utility that avoid every
other decision; :func:`lcdt_ici_list` finds them by one forward and one backward search.
"""

from __future__ import annotations

from cid import naive
from cid.criterion import Criterion, Holding
from cid.diagram import CID
from cid.evidence import Evidence
from cid.finding import Finding
from cid.structure.certificates import no_path, path_through
from cid.structure.graph import reach
from cid.structure.survey import Survey

__all__ = ["CRITERION", "admits_lcdt_ici", "lcdt_ici_list"]


def asked(survey: Survey) -> list[int]:
    """Return the nodes the concept applies to: all but the decision itself."""
    return [i for i in range(len(survey.d.nodes)) if i != survey.root]


def holding(survey: Survey) -> Holding:
    """Return the nodes that hold."""
    blocked = survey.other_decisions
    below = reach([survey.root], survey.graph.children, blocked)
    above = survey.above_utilities(survey.graph, blocked)
    return Holding([i for i in asked(survey) if below[i] and above[i]])


def admit(survey: Survey, node: str) -> Finding:
    """Answer for one node, with evidence."""
    d = survey.d
    i = d.numbered.index[d.check_node(node)]
    blocked = survey.other_decisions
    below = reach([survey.root], survey.graph.children, blocked)
    above = survey.above_utilities(survey.graph, blocked)
    evidence: tuple[Evidence, ...]
    holds = False
    if not below[i]:
        evidence = (no_path(survey, survey.graph, survey.root, [i], blocked=blocked),)
    elif not above[i]:
        utilities = survey.own_utilities
        evidence = (no_path(survey, survey.graph, i, utilities, blocked=blocked),)
    else:
        holds = True
        evidence = (path_through(survey, survey.graph, i, blocked=blocked),)
    return Finding(CRITERION.key, survey.decision, d.nodes[i], holds, d, evidence, CRITERION)


def recheck(d: CID, finding: Finding) -> bool:
    """Take the other decisions out, and look for a path."""
    graph = d.to_networkx()
    graph.remove_nodes_from([other for other in d.decisions if other != finding.decision])
    utilities = naive.own_utilities(d, finding.decision)
    return finding.node in graph and naive.on_a_path(
        graph, finding.decision, finding.node, utilities
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
    return list(survey.names(holding(survey).nodes))


def admits_lcdt_ici(d: CID, decision: str, node: str) -> Finding:
    """Does an LCDT agent have an instrumental control incentive on `node`?

    Examples
    --------
    >>> import cid
    >>> d = cid.catalog.load("lcdt_human").diagram
    >>> bool(cid.admits_lcdt_ici(d, "D", "H")), bool(cid.admits_lcdt_ici(d, "D", "E"))
    (False, True)
    """
    return admit(Survey(d, decision), node)


CRITERION = Criterion(
    key="lcdt_ici",
    name="an instrumental control incentive under LCDT",
    label="instrumental control incentive under LCDT",
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
    asked=asked,
    holding=holding,
    admit=admit,
    recheck=recheck,
    usual=False,
    place=6,
)
