"""Value of control: would choosing X's mechanism, beside D's rule, be worth anything?

The mechanism is a new function of what X depends on already, chosen together with the policy.

A diagram admits positive value of control for a node X that is no decision iff the minimal
reduction has a directed path from X to a utility (Everitt et al. 2021, Theorem 16).
"""

from __future__ import annotations

from cid import naive
from cid.criteria.scope import fixed_rules, other_kind, require_single_decision
from cid.criterion import Criterion, Holding
from cid.diagram import CID
from cid.errors import ScopeError
from cid.evidence import Evidence
from cid.finding import Finding
from cid.guards import check_diagram
from cid.structure.certificates import no_path, removed_links, shortest
from cid.structure.survey import Survey

__all__ = ["CRITERION", "admits_voc", "admits_voc_list"]


def asked(survey: Survey) -> list[int]:
    """Return the nodes the concept applies to: all but decisions."""
    kinds = survey.d.numbered.kinds
    return [i for i in range(len(kinds)) if kinds[i] != 1]


def holding(survey: Survey) -> Holding:
    """Return the nodes that hold."""
    require_single_decision(survey, CRITERION)
    above = survey.above_utilities(survey.reduction(CRITERION.name).graph)
    return Holding([i for i in asked(survey) if above[i]])


def admit(survey: Survey, node: str) -> Finding:
    """Answer for one node, with evidence."""
    require_single_decision(survey, CRITERION)
    d = survey.d
    i = d.numbered.index[d.check_node(node)]
    reduced = survey.reduction(CRITERION.name)
    evidence: tuple[Evidence, ...]
    if d.numbered.kinds[i] == 1:
        holds, evidence = False, other_kind(survey, i, "other nodes")
    else:
        holds = bool(survey.above_utilities(reduced.graph)[i])
        find = shortest if holds else no_path
        evidence = (
            find(survey, reduced.graph, i, survey.own_utilities, removed=reduced.removed),
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
    utilities = naive.own_utilities(d, finding.decision)
    reaches = naive.reaches(minimal, finding.node, utilities)
    return d.kind(finding.node) != "decision" and reaches


def _only_decision(d: CID, decision: str | None) -> str:
    check_diagram(d)
    if decision is not None:
        return decision
    if len(d.decisions) == 1:
        return d.decisions[0]
    have = ", ".join(map(repr, d.decisions)) or "none"
    raise ScopeError(
        f"The criterion for {CRITERION.name} ({CRITERION.reference}) is proved for a single "
        f"decision; this diagram has {have}. Name one with decision=..., and hold the agent's "
        "others fixed with d.fix(...)."
    )


def admits_voc(d: CID, node: str, decision: str | None = None) -> Finding:
    """Does the diagram admit positive value of control for `node`?

    Parameters
    ----------
    d : CID
        A diagram in which the owner of `decision` has no other decision.
    node : str
        The node to control. For a decision the answer is negative.
    decision : str, optional
        Whose utilities count, and which links may be removed; by default the only decision.

    Returns
    -------
    Finding
        Positive: a directed path to a utility. Negative: the links removed, and that no path is
        left.

    Raises
    ------
    ScopeError
        If the agent has several decisions, or the diagram none or several and `decision` is not
        given.

    Examples
    --------
    >>> import cid
    >>> d = cid.catalog.load("content_recommendation").diagram
    >>> cid.admits_voc(d, "O").path_nodes
    ('O', 'I', 'C')
    """
    return admit(Survey(d, _only_decision(d, decision)), node)


def admits_voc_list(d: CID, decision: str | None = None) -> list[str]:
    """Return the nodes for which the diagram admits positive value of control.

    Parameters and errors are those of :func:`admits_voc`.

    Examples
    --------
    >>> import cid
    >>> cid.admits_voc_list(cid.catalog.load("content_recommendation").diagram)
    ['O', 'I', 'M', 'C']
    """
    survey = Survey(d, _only_decision(d, decision))
    return list(survey.names(holding(survey).nodes))


CRITERION = Criterion(
    key="voc",
    name="positive value of control",
    label="value of control",
    preposition="for",
    theorem=(
        "a diagram admits value of control for a non-decision X iff the minimal reduction has a "
        "directed path from X to a utility"
    ),
    reference="Everitt et al. 2021, Theorem 16",
    scope="sound and complete for one decision",
    silent=(
        "A positive verdict means that controlling the node pays in some model over this diagram; "
        "whether the decision can control it is another question (instrumental control)."
    ),
    asked=asked,
    holding=holding,
    admit=admit,
    recheck=recheck,
    place=3,
)
