"""Impact incentive: does every optimal policy make X other than a baseline policy would?

A diagram admits an impact incentive on a chance node X iff directed paths lead from D to X and
from D to a utility of its agent; the two need not share anything (Carey et al. 2025). X may change
on purpose or as a side effect.

Where an objective graph lacks edges of the physical one, the first path is read on the physical
graph, since an objective graph may have cut the paths of side effects, and the second on the
objective graph. Without a path there, no utility that the decision is chosen for depends on it.
Every rule is then optimal, a baseline included, and no model has the impact.
"""

from __future__ import annotations

from dataclasses import replace

from cid import naive
from cid.criteria.scope import fixed_rules, other_kind, require_single_decision
from cid.criterion import Criterion, Holding
from cid.diagram import CID
from cid.evidence import Evidence
from cid.finding import Finding
from cid.structure.certificates import no_path, shortest
from cid.structure.survey import Survey

__all__ = ["CRITERION", "admits_impact", "admits_impact_list"]


def asked(survey: Survey) -> list[int]:
    """Return the nodes the concept applies to: chance nodes."""
    kinds = survey.d.numbered.kinds
    return [i for i in range(len(kinds)) if kinds[i] == 0]


def holding(survey: Survey) -> Holding:
    """Return the nodes that hold."""
    require_single_decision(survey, CRITERION)
    moved = survey.moved
    return Holding([i for i in asked(survey) if moved[i]] if survey.targets else [])


def admit(survey: Survey, node: str) -> Finding:
    """Answer for one node, with evidence; the finding is about the physical graph."""
    require_single_decision(survey, CRITERION)
    i = survey.d.numbered.index[survey.d.check_node(node)]
    world, cut = survey.world, survey.cut
    place = world.d.numbered.index[node]
    evidence: tuple[Evidence, ...]
    holds = False
    if survey.d.numbered.kinds[i] != 0:
        evidence = other_kind(survey, i, "chance nodes")
    elif not survey.moved[i]:
        evidence = (no_path(world, world.graph, world.root, [place]),)
    elif not survey.targets:
        missing = no_path(survey, survey.graph, survey.root, survey.own_utilities)
        evidence = (replace(missing, cut=cut),)
    else:
        holds = True
        useful = shortest(survey, survey.graph, survey.root, survey.own_utilities)
        evidence = (
            shortest(world, world.graph, world.root, [place]),
            replace(useful, cut=cut),
        )
    return Finding(
        CRITERION.key,
        survey.decision,
        survey.d.nodes[i],
        holds,
        world.d,
        evidence,
        CRITERION,
        notes=fixed_rules(survey),
        cut=cut,
    )


def recheck(d: CID, finding: Finding) -> bool:
    """Look for both paths, the second without the edges that credit does not cross."""
    graph = d.to_networkx()
    credited = graph.copy()
    credited.remove_edges_from(finding.cut)
    return (
        d.kind(finding.node) == "chance"
        and naive.reaches(graph, finding.decision, [finding.node])
        and bool(naive.targets(d, credited, finding.decision))
    )


def admits_impact(d: CID, decision: str, node: str, objective: CID | None = None) -> Finding:
    """Does the diagram admit an impact incentive on `node`?

    Parameters
    ----------
    d : CID
        The physical graph, in which the owner of `decision` has no other decision.
    decision, node : str
        The pair. For a node that is not a chance node the answer is negative.
    objective : CID, optional
        The objective graph, where credit does not cross every edge of `d`.

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

    Without credit for anything there is no reason to depart from a baseline:

    >>> d = cid.CID.parse("A -> Z -> R", decisions="A", utilities="R")
    >>> print(cid.admits_impact(d, "A", "Z", objective=cid.path_specific(d, "A", "Z")))
    A does not admit an impact incentive on Z: there is no directed path from A to R in the
    objective graph.
    """
    return admit(Survey(d if objective is None else objective, decision, d), node)


def admits_impact_list(d: CID, decision: str, objective: CID | None = None) -> list[str]:
    """Return the chance nodes on which the diagram admits an impact incentive.

    Parameters and errors are those of :func:`admits_impact`.

    Examples
    --------
    >>> import cid
    >>> cid.admits_impact_list(cid.catalog.load("lcdt_human").diagram, "D")
    ['M', 'O', 'E']
    """
    survey = Survey(d if objective is None else objective, decision, d)
    return list(survey.names(holding(survey).nodes))


CRITERION = Criterion(
    key="impact",
    name="an impact incentive",
    label="impact incentive",
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
    asked=asked,
    holding=holding,
    admit=admit,
    recheck=recheck,
    place=5,
)
