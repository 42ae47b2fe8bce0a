"""Impact incentive: does every optimal policy make X other than a baseline policy would?

A diagram admits an impact incentive on a chance node X iff directed paths lead from D to X and
from D to a utility of its agent; the two need not share anything (Carey et al. 2025). X may change
on purpose or as a side effect. Impact is read on the physical graph, since an objective graph may
have cut the paths of side effects.
"""

from __future__ import annotations

from cid.criteria.scope import fixed_rules, other_kind, require_single_decision
from cid.diagram import CID
from cid.evidence import Evidence
from cid.findings import Concept, Finding
from cid.structure.certificates import no_path, shortest
from cid.structure.survey import Survey

__all__ = ["CONCEPT", "admits_impact", "admits_impact_list", "asked", "holding"]

CONCEPT = Concept(
    key="impact",
    name="an impact incentive",
    preposition="on",
    theorem=(
        "a diagram admits an impact incentive on a chance node X iff it has directed paths from D "
        "to X and from D to a utility of D's agent"
    ),
    reference="Carey et al. 2025, impact criterion",
    scope="sound and complete for one decision",
    silent=(
        "An impact may be a side effect that the agent gains nothing from; whether D is chosen for "
        "it is the question of instrumental control."
    ),
)


def asked(survey: Survey) -> list[int]:
    """Return the nodes the concept applies to: chance nodes."""
    kinds = survey.d.numbered.kinds
    return [i for i in range(len(kinds)) if kinds[i] == 0]


def holding(survey: Survey) -> list[int]:
    """Return the nodes that hold."""
    require_single_decision(survey, CONCEPT)
    below = survey.below
    return [i for i in asked(survey) if below[i]] if survey.targets else []


def admits_impact(d: CID, decision: str, node: str) -> Finding:
    """Does the diagram admit an impact incentive on `node`?

    Parameters
    ----------
    d : CID
        The physical graph, in which the owner of `decision` has no other decision.
    decision, node : str
        The pair. For a node that is not a chance node the answer is negative.

    Returns
    -------
    Finding
        Positive: a path to the node and a path to a utility. Negative: which one is missing.

    Raises
    ------
    ScopeError
        If the agent has several decisions.

    Examples
    --------
    >>> import cid
    >>> d = cid.catalog.load("content_recommendation_modified").diagram
    >>> bool(cid.admits_ici(d, "P", "I")), bool(cid.admits_impact(d, "P", "I"))
    (False, True)
    """
    survey = Survey(d, decision)
    require_single_decision(survey, CONCEPT)
    i = d.numbered.index[d.check_node(node)]
    evidence: tuple[Evidence, ...]
    holds = False
    if d.numbered.kinds[i] != 0:
        evidence = other_kind(survey, i, "chance nodes")
    elif not survey.below[i]:
        evidence = (no_path(survey, survey.graph, survey.root, [i]),)
    elif not survey.targets:
        evidence = (no_path(survey, survey.graph, survey.root, survey.own_utilities),)
    else:
        holds = True
        evidence = (
            shortest(survey, survey.graph, survey.root, [i]),
            shortest(survey, survey.graph, survey.root, survey.own_utilities),
        )
    return Finding(
        "impact",
        survey.decision,
        d.nodes[i],
        holds,
        d,
        evidence,
        CONCEPT,
        notes=fixed_rules(survey),
    )


def admits_impact_list(d: CID, decision: str) -> list[str]:
    """Return the chance nodes on which the diagram admits an impact incentive.

    Raises
    ------
    ScopeError
        If the agent has several decisions.

    Examples
    --------
    >>> import cid
    >>> cid.admits_impact_list(cid.catalog.load("lcdt_human").diagram, "D")
    ['M', 'O', 'E']
    """
    survey = Survey(d, decision)
    return list(survey.names(holding(survey)))
