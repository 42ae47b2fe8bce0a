"""Response incentive: does every optimal policy respond to X?

A diagram admits a response incentive on a chance node X iff there is a directed path from X to D
in the minimal reduction, that is, iff X is an ancestor of a requisite observation or is one
(Everitt et al. 2021, Theorem 12).
"""

from __future__ import annotations

from cid import naive
from cid.criteria.scope import fixed_rules, other_kind, require_single_decision
from cid.criterion import Criterion, Holding
from cid.diagram import CID
from cid.evidence import Evidence
from cid.finding import Finding
from cid.structure.certificates import no_path, removed_links, separation_or_trail, shortest
from cid.structure.graph import reach
from cid.structure.survey import Survey

__all__ = ["CRITERION", "admits_ri", "admits_ri_list"]


def asked(survey: Survey) -> list[int]:
    """Return the nodes the concept applies to: chance nodes."""
    kinds = survey.d.numbered.kinds
    return [i for i in range(len(kinds)) if kinds[i] == 0]


def holding(survey: Survey) -> Holding:
    """Return the nodes that hold."""
    require_single_decision(survey, CRITERION)
    reduced = survey.reduction(CRITERION.name).graph
    above = reach(reduced.parents[survey.root], reduced.parents)
    return Holding([i for i in asked(survey) if above[i]])


def admit(survey: Survey, node: str) -> Finding:
    """Answer for one node, with evidence."""
    require_single_decision(survey, CRITERION)
    d = survey.d
    i = d.numbered.index[d.check_node(node)]
    reduced = survey.reduction(CRITERION.name)
    evidence: tuple[Evidence, ...]
    if d.numbered.kinds[i] != 0:
        holds, evidence = False, other_kind(survey, i, "chance nodes")
    elif reach([survey.root], reduced.graph.parents)[i]:
        holds = True
        path = shortest(survey, reduced.graph, i, [survey.root], removed=reduced.removed)
        observation = d.numbered.index[path.nodes[-2]]
        evidence = (
            path,
            separation_or_trail(survey, survey.graph, observation),
            *removed_links(survey, survey.graph, reduced),
        )
    else:
        holds = False
        evidence = (
            no_path(survey, reduced.graph, i, [survey.root], removed=reduced.removed),
            *removed_links(survey, survey.graph, reduced),
        )
    return Finding(
        CRITERION.key,
        survey.decision,
        d.nodes[i],
        holds,
        d,
        evidence,
        CRITERION,
        notes=fixed_rules(survey),
    )


def recheck(d: CID, finding: Finding) -> bool:
    """Look for a path in the naive reduction."""
    minimal = naive.requisite_graph(d, finding.decision)
    reaches = naive.reaches(minimal, finding.node, [finding.decision])
    return d.kind(finding.node) == "chance" and reaches


def admits_ri(d: CID, decision: str, node: str) -> Finding:
    """Does the diagram admit a response incentive on `node`?

    Parameters
    ----------
    d : CID
        A diagram in which the owner of `decision` has no other decision.
    decision, node : str
        The pair. For a node that is not a chance node the answer is negative.

    Returns
    -------
    Finding
        Positive: a directed path to the decision through requisite links, and the trail that makes
        the last one requisite. Negative: the links removed, and that no path is left.

    Raises
    ------
    ScopeError
        If the agent has several decisions.

    Examples
    --------
    >>> import cid
    >>> d = cid.catalog.load("grade_prediction").diagram
    >>> cid.admits_ri(d, "P", "R").path_nodes
    ('R', 'HS', 'P')
    """
    return admit(Survey(d, decision), node)


def admits_ri_list(d: CID, decision: str) -> list[str]:
    """Return the chance nodes on which the diagram admits a response incentive.

    Raises
    ------
    ScopeError
        If the agent has several decisions.

    Examples
    --------
    >>> import cid
    >>> cid.admits_ri_list(cid.catalog.load("grade_prediction").diagram, "P")
    ['R', 'HS']
    """
    survey = Survey(d, decision)
    return list(survey.names(holding(survey).nodes))


CRITERION = Criterion(
    key="ri",
    name="a response incentive",
    label="response incentive",
    preposition="on",
    theorem=(
        "a diagram admits a response incentive on X iff the minimal reduction has a directed path "
        "from X to D"
    ),
    reference="Everitt et al. 2021, Theorem 12",
    scope="sound and complete for one decision",
    silent=(
        "A positive verdict means that in some model over this diagram every optimal policy "
        "responds to the node; a negative one that in every model some optimal policy does not. "
        "Neither speaks of policies that are not optimal."
    ),
    asked=asked,
    holding=holding,
    admit=admit,
    recheck=recheck,
    place=2,
)
