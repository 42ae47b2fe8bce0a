"""Instrumental control incentive: is D chosen for its effect on X?

A diagram admits an instrumental control incentive (ICI) on X iff a directed path leads from D
through X to a utility of D's agent (Everitt et al. 2021, Theorem 18). For the decision itself the
definition is met whenever it affects a utility; the answer is positive, and lists leave it out.

For an agent with several decisions no complete criterion is published. Three things can be said
of a soluble diagram:

- *No path in the minimal reduction: no ICI.* The optimal policy that ignores nonrequisite links is
  unaffected by X, and an ICI asks for all optimal policies. A later decision that merely may, but
  need not, look at what D does creates no incentive.
- *A path that avoids the agent's other decisions: the diagram admits an ICI.* The model in which
  the nodes of the path copy D's action, everything else being constant, has one; the other
  decisions are idle in it.
- *A path in the minimal reduction, but only through the agent's other decisions:* the necessary
  condition is met and nothing more is proved. The finding is positive with ``proven=False``.
"""

from __future__ import annotations

from cid import naive
from cid.criteria.scope import fixed_rules, require_soluble
from cid.criterion import Criterion, Holding
from cid.diagram import CID
from cid.evidence import Evidence
from cid.finding import Finding
from cid.structure.certificates import no_path, path_through, removed_links
from cid.structure.graph import reach
from cid.structure.survey import Survey

__all__ = ["CRITERION", "admits_ici", "admits_ici_list"]


def asked(survey: Survey) -> list[int]:
    """Return the nodes the concept applies to: all but the decision itself."""
    return [i for i in range(len(survey.d.nodes)) if i != survey.root]


def holding(survey: Survey) -> Holding:
    """Return the nodes that hold."""
    if len(survey.own_decisions) == 1:
        below, above = survey.below, survey.above_utilities(survey.graph)
    else:
        require_soluble(survey, CRITERION)
        graph = survey.reduction(CRITERION.name).graph
        below, above = reach([survey.root], graph.children), survey.above_utilities(graph)
    found = [i for i in asked(survey) if below[i] and above[i]]
    return Holding(found, _unproven(survey, found))


def _unproven(survey: Survey, found: list[int]) -> list[int]:
    """Return the nodes of `found` that paths reach or leave only through own decisions."""
    if len(survey.own_decisions) == 1:
        return []
    blocked = survey.other_own_decisions
    below = reach([survey.root], survey.graph.children, blocked)
    above = survey.above_utilities(survey.graph, blocked)
    return [i for i in found if not (below[i] and above[i])]


def admit(survey: Survey, node: str) -> Finding:
    """Answer for one node, with evidence."""
    require_soluble(survey, CRITERION)
    d = survey.d
    i = d.numbered.index[d.check_node(node)]
    notes = fixed_rules(survey)
    evidence: tuple[Evidence, ...]
    several = len(survey.own_decisions) > 1
    reduced = survey.reduction(CRITERION.name)
    graph, removed = (reduced.graph, reduced.removed) if several else (survey.graph, ())
    records = removed_links(survey, survey.graph, reduced) if several else ()
    below, above = reach([survey.root], graph.children), survey.above_utilities(graph)
    if not below[i]:
        holds, proven = False, True
        evidence = (no_path(survey, graph, survey.root, [i], removed=removed), *records)
    elif not above[i]:
        holds, proven = False, True
        utilities = survey.own_utilities
        evidence = (no_path(survey, graph, i, utilities, removed=removed), *records)
    else:
        holds = True
        proven = not _unproven(survey, [i])
        marks = survey.other_own_decisions if proven else b""
        path = path_through(survey, graph, i, removed=removed, blocked=marks)
        evidence = (path, *records)
    if several and proven and holds:
        notes += (
            "The path avoids the agent's other decisions, which suffices: they are idle in the "
            "model in which the path copies the action.",
        )
    elif several and holds:
        notes += (
            "Every path runs through other decisions of the same agent. For several decisions no "
            "complete criterion is known: absence cannot be concluded, and presence is not proved.",
        )
    elif several:
        notes += (
            "The agent has several decisions; absence is read off the minimal reduction, where an "
            "optimal policy that ignores nonrequisite links is unaffected by the node.",
        )
    return Finding(
        CRITERION.key, survey.decision, d.nodes[i], holds, d, evidence, CRITERION, proven, notes
    )


def recheck(d: CID, finding: Finding) -> bool:
    """Look for a path in the naive reduction."""
    minimal = naive.requisite_graph(d, finding.decision)
    utilities = naive.own_utilities(d, finding.decision)
    return naive.on_a_path(minimal, finding.decision, finding.node, utilities)


def admits_ici(d: CID, decision: str, node: str) -> Finding:
    """Does the diagram admit an instrumental control incentive on `node`?

    Parameters
    ----------
    d : CID
        The objective graph: edges that the optimiser's credit crosses.
    decision, node : str
        The pair. For the decision itself the answer is whether it affects a utility of its agent.

    Returns
    -------
    Finding
        Positive: the directed path. Negative: that there is none.

    Raises
    ------
    ScopeError
        If the agent has several decisions and the diagram is insoluble.

    Examples
    --------
    >>> import cid
    >>> d = cid.catalog.load("content_recommendation").diagram
    >>> print(cid.admits_ici(d, "P", "I"))
    P admits an instrumental control incentive on I: the directed path P → I → C.
    >>> bool(cid.admits_ici(d, "P", "O"))
    False
    """
    return admit(Survey(d, decision), node)


def admits_ici_list(d: CID, decision: str) -> list[str]:
    """Return the nodes on which the diagram admits an instrumental control incentive.

    The decision itself is not listed; its utilities are.

    Raises
    ------
    ScopeError
        If the agent has several decisions and the diagram is insoluble.

    Examples
    --------
    >>> import cid
    >>> cid.admits_ici_list(cid.catalog.load("content_recommendation").diagram, "P")
    ['I', 'C']
    """
    survey = Survey(d, decision)
    return list(survey.names(holding(survey).nodes))


CRITERION = Criterion(
    key="ici",
    name="an instrumental control incentive",
    label="instrumental control incentive",
    preposition="on",
    theorem=(
        "a diagram admits an instrumental control incentive on X iff it has a directed path from D "
        "through X to a utility of D's agent"
    ),
    reference="Everitt et al. 2021, Theorem 18",
    scope=(
        "sound and complete for one decision; with several, absence is read off the minimal "
        "reduction of a soluble diagram"
    ),
    silent=(
        "A positive verdict means that in some model over this diagram every optimal policy is "
        "chosen for its effect on the node, not that it is so in yours, nor in which direction; a "
        "negative one rules the incentive out but not a side effect (impact)."
    ),
    asked=asked,
    holding=holding,
    admit=admit,
    recheck=recheck,
    place=4,
)
