"""Value of information: would observing X before choosing D be worth anything?

A diagram admits positive value of information for a node X that is not a descendant of D iff X is
requisite once the link X -> D is added: X is d-connected to D's utilities downstream given D and
its other parents (Everitt et al. 2021, Theorem 9). For an agent with several decisions the link
must survive in the minimal reduction of the diagram with the link; that criterion is complete for
chance nodes in soluble diagrams (van Merwijk et al. 2022, Theorem 7). Adding the link can make a
soluble diagram insoluble, or an insoluble one soluble, so solubility is checked with the link in
place only.
"""

from __future__ import annotations

import warnings

from cid import naive
from cid.criteria.scope import fixed_rules, require_soluble
from cid.criterion import Criterion, Holding
from cid.diagram import CID
from cid.errors import ScopeError, ScopeWarning
from cid.evidence import ActiveTrail, Evidence, KindOf
from cid.finding import Finding
from cid.structure.certificates import no_path, removed_links, separation_or_trail, shortest
from cid.structure.graph import Adjacency
from cid.structure.requisite import Reduction, reduction
from cid.structure.survey import Survey

__all__ = ["CRITERION", "admits_voi", "admits_voi_list"]


def _inapplicable(survey: Survey, node: int) -> tuple[Evidence, ...]:
    """Return why the node cannot be observed before D, or nothing."""
    name = survey.d.nodes[node]
    if survey.d.numbered.kinds[node] == 2:
        return (KindOf(node=name, kind="utility", why=f"{name} is a utility, not an observation"),)
    if node == survey.root:
        return (KindOf(node=name, kind="decision", why=f"{name} is the decision itself"),)
    if survey.below[node]:
        return (shortest(survey, survey.graph, survey.root, [node]),)
    return ()


def _with_link(survey: Survey, node: int) -> tuple[Adjacency, Reduction]:
    """Add the link, check solubility again, and reduce."""
    graph = survey.graph
    name = survey.d.nodes[node]
    if node not in graph.parents[survey.root]:
        graph = graph.plus(node, survey.root)
    asking = (
        f"The criterion for {CRITERION.name} ({CRITERION.reference}), with the link "
        f"{name} -> {survey.decision} in place,"
    )
    return graph, reduction(survey.d, graph, survey.root, asking)


def asked(survey: Survey) -> list[int]:
    """Return the nodes the concept applies to: non-descendants that are no utilities."""
    kinds, below = survey.d.numbered.kinds, survey.below
    return [i for i in range(len(kinds)) if kinds[i] != 2 and not below[i]]


def holding(survey: Survey) -> Holding:
    """Return the nodes that hold, and the nodes without verdict with the reason."""
    nodes = asked(survey)
    if len(survey.own_decisions) == 1:
        up, down = survey.ball.up, survey.ball.down
        return Holding([i for i in nodes if up[i] or down[i]])
    found, unknown = [], {}
    for i in nodes:
        try:
            _, reduced = _with_link(survey, i)
        except ScopeError as error:
            unknown[i] = str(error)
            continue
        if i in reduced.graph.parents[survey.root]:
            found.append(i)
    if len(unknown) == len(nodes):
        require_soluble(survey, CRITERION)
    return Holding(found, _unproven(survey, found), unknown)


def _unproven(survey: Survey, found: list[int]) -> list[int]:
    """Return the nodes of `found` for which the criterion is necessary only."""
    return [i for i in found if survey.other_own_decisions[i]]


def admit(survey: Survey, node: str) -> Finding:
    """Answer for one node, with evidence."""
    d = survey.d
    i = d.numbered.index[d.check_node(node)]
    notes = fixed_rules(survey)
    proven = True
    evidence = _inapplicable(survey, i)
    if evidence:
        require_soluble(survey, CRITERION)
        holds = False
        if survey.below[i] and i != survey.root and d.numbered.kinds[i] != 2:
            notes += (
                f"{node} is downstream of {survey.decision} and cannot be observed before it.",
            )
    else:
        linked = i in survey.graph.parents[survey.root]
        added = () if linked else ((d.nodes[i], survey.decision),)
        if len(survey.own_decisions) == 1 and not survey.targets:
            holds = False
            evidence = (no_path(survey, survey.graph, survey.root, survey.own_utilities),)
        elif len(survey.own_decisions) == 1:
            graph = survey.graph if linked else survey.graph.plus(i, survey.root)
            last = separation_or_trail(survey, graph, i, added=added)
            holds, evidence = isinstance(last, ActiveTrail), (last,)
        else:
            graph, found = _with_link(survey, i)
            records = removed_links(survey, graph, found, added)
            holds = i in found.graph.parents[survey.root]
            if holds:
                shown = separation_or_trail(
                    survey, found.graph, i, added=added, removed=found.removed
                )
                evidence = (shown, *records)
            else:
                own = (d.nodes[i], survey.decision)
                evidence = records[: 1 + [record.link for record in records].index(own)]
            proven = not (holds and _unproven(survey, [i]))
            if not proven:
                notes += (
                    "The completeness theorem speaks of chance nodes; for a decision of the same "
                    "agent the criterion is necessary only.",
                )
    return Finding(
        CRITERION.key, survey.decision, d.nodes[i], holds, d, evidence, CRITERION, proven, notes
    )


def recheck(d: CID, finding: Finding) -> bool:
    """Add the link, and see whether the naive reduction keeps it."""
    decision, node = finding.decision, finding.node
    if d.kind(node) == "utility" or naive.reaches(d.to_networkx(), decision, [node]):
        return False
    linked = d if node in d.parents(decision) else d.with_edges([(node, decision)])
    return bool(naive.requisite_graph(linked, decision).has_edge(node, decision))


def admits_voi(d: CID, decision: str, node: str) -> Finding:
    """Does the diagram admit positive value of information for `node` at `decision`?

    Parameters
    ----------
    d : CID
        The diagram.
    decision : str
        A decision node.
    node : str
        The node to observe, a parent of the decision or not. For utilities and for the decision
        and its descendants, which cannot be observed first, the answer is negative.

    Returns
    -------
    Finding
        Positive: an active trail from the node to a utility. Negative: the separation.

    Raises
    ------
    ScopeError
        If the agent has several decisions and the diagram, with the link in place, is insoluble.

    Examples
    --------
    >>> import cid
    >>> d = cid.catalog.load("grade_prediction").diagram
    >>> print(cid.admits_voi(d, "P", "E"))
    P admits positive value of information for E: the trail E → Gr → Ac, active given {P, HS, Ge}.
    >>> bool(cid.admits_voi(d, "P", "Ge"))
    False
    """
    return admit(Survey(d, decision), node)


def admits_voi_list(d: CID, decision: str) -> list[str]:
    """Return the nodes for which the diagram admits positive value of information at `decision`.

    Utilities and descendants of the decision are never listed.

    Raises
    ------
    ScopeError
        If the agent has several decisions, and the diagram is insoluble with whatever link.

    Warns
    -----
    ScopeWarning
        If the diagram is insoluble with the link from some node in place, so that no theorem gives
        a verdict for that node. It is left out of the list; :func:`cid.analyze` records it.

    Examples
    --------
    >>> import cid
    >>> cid.admits_voi_list(cid.catalog.load("grade_prediction").diagram, "P")
    ['HS', 'E', 'Gr']
    """
    survey = Survey(d, decision)
    found = holding(survey)
    if found.unknown:
        listed = ", ".join(survey.names(found.unknown))
        warnings.warn(
            f"No verdict on the value of information of {listed} for {survey.decision}: with the "
            "link in place the diagram is insoluble. They are left out of the list.",
            ScopeWarning,
            stacklevel=2,
        )
    return list(survey.names(found.nodes))


CRITERION = Criterion(
    key="voi",
    name="positive value of information",
    label="value of information",
    preposition="for",
    theorem=(
        "a diagram admits value of information for a non-descendant X of D iff X, once observed, "
        "is d-connected to a utility downstream of D given D and its other parents"
    ),
    reference="Everitt et al. 2021, Theorem 9; van Merwijk et al. 2022, Theorem 7",
    scope="sound and complete for one decision, and for chance nodes of soluble diagrams",
    silent=(
        "A positive verdict means that observing the node pays in some model over this diagram, "
        "not that it pays in yours; a negative one holds in every model."
    ),
    asked=asked,
    holding=holding,
    admit=admit,
    recheck=recheck,
    place=1,
)
