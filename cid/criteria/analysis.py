"""All concepts for all nodes at once.

One :class:`~cid.structure.survey.Survey` per decision serves every criterion, so that an agent's
only decision costs one Bayes-ball sweep and a few breadth-first searches, O(V + E) in all.
"""

from __future__ import annotations

from collections.abc import Collection

from cid.criterion import Criterion
from cid.diagram import CID
from cid.errors import CIDTypeError, ScopeError, did_you_mean, shorten
from cid.finding import Finding
from cid.findings import Block, Findings, OutOfScope
from cid.folder import collect
from cid.guards import check_diagram
from cid.pair import check_pair
from cid.structure.survey import Survey

__all__ = ["CONCEPTS", "analyze", "ask", "criterion"]

CONCEPTS: dict[str, Criterion] = {
    each.key: each
    for each in sorted(collect("CRITERION", "cid.criteria").values(), key=lambda c: c.place)
}
"""Every concept by key: the criteria that the files of :mod:`cid.criteria` hold."""


def criterion(concept: object) -> Criterion:
    """Return a criterion by its key.

    Raises
    ------
    CIDTypeError
        If there is none; the message suggests one.

    Examples
    --------
    >>> criterion("ri").reference
    'Everitt et al. 2021, Theorem 12'
    """
    if isinstance(concept, str) and concept in CONCEPTS:
        return CONCEPTS[concept]
    hint = did_you_mean(concept, CONCEPTS) if isinstance(concept, str) else ""
    raise CIDTypeError(f"Unknown concept {shorten(concept)}.{hint}")


def ask(d: CID, concept: str, decision: str, node: str, physical: CID | None = None) -> Finding:
    """Answer one question by concept key.

    Parameters and errors are those of :func:`analyze`, and of the function for the concept.

    Examples
    --------
    >>> import cid
    >>> d = cid.catalog.load("self_fulfilling").diagram
    >>> bool(ask(d, "ici", "A", "S"))
    True
    """
    return criterion(concept).admit(Survey(d, decision, physical), node)


def analyze(
    d: CID,
    decisions: str | Collection[str] | None = None,
    concepts: str | Collection[str] | None = None,
    *,
    physical: CID | None = None,
) -> Findings:
    """Ask every concept for every node it applies to.

    Parameters
    ----------
    d : CID
        The diagram.
    decisions, concepts : str or collection of str, optional
        Restrict to some decisions, or to some of :data:`cid.CONCEPTS`. By default the concepts
        that every diagram may be asked about: ``voi``, ``ri``, ``voc``, ``ici``, ``impact``.
    physical : CID, optional
        The physical graph, when `d` is an objective graph: one of a :class:`cid.GraphPair`, or
        what :func:`cid.lcdt` or :func:`cid.path_specific` returns. Impact is then read on it,
        everything else on `d`.

    Returns
    -------
    Findings
        A sequence of findings. What lies outside a theorem's scope is listed with the reason in
        ``out_of_scope`` instead of being answered.

    Notes
    -----
    O(V + E) for a decision whose agent has no other. For an agent with k decisions each candidate
    information link needs its own reduction: O(k V (V + E)) for all of VoI; leave ``voi`` out of
    `concepts` when that is too slow.

    Examples
    --------
    >>> import cid
    >>> d = cid.catalog.load("content_recommendation").diagram
    >>> print(cid.analyze(d).to_text())
    decision  concept                       admitted on
    P         value of information          O, M
    P         response incentive            O, M
    P         value of control              O, I, M, C
    P         instrumental control incentive  I, C
    P         impact incentive              I

    A stop-gradient removes the incentive and leaves the side effect:

    >>> entry = cid.catalog.load("self_fulfilling_stopgrad")
    >>> both = cid.analyze(entry.diagram, physical=entry.physical)
    >>> [f.concept for f in both.where(node="S", holds=True) if f.concept in ("ici", "impact")]
    ['impact']
    """
    check_diagram(d, "analyze")
    asked_decisions = (
        d.decisions
        if decisions is None
        else [d.check_decision(name) for name in _listed(decisions, "decisions")]
    )
    if physical is not None:
        check_pair(physical, d)
    chosen = (
        [each for each in CONCEPTS.values() if each.usual]
        if concepts is None
        else sorted(map(criterion, _listed(concepts, "concepts")), key=lambda c: c.place)
    )
    blocks: list[Block] = []
    outside: list[OutOfScope] = []
    for decision in asked_decisions:
        survey = Survey(d, decision, physical)
        for each in chosen:
            try:
                found = each.holding(survey)
            except ScopeError as error:
                outside.append(OutOfScope(each.key, decision, None, str(error)))
                continue
            nodes = survey.names(i for i in each.asked(survey) if i not in found.unknown)
            holding, unproven = map(survey.names, (found.nodes, found.unproven))
            blocks.append(Block(each.key, decision, nodes, frozenset(holding), frozenset(unproven)))
            outside += [
                OutOfScope(each.key, decision, d.nodes[i], why) for i, why in found.unknown.items()
            ]
    return Findings(d, blocks, CONCEPTS, outside, physical)


def _listed(given: object, what: str) -> list[str]:
    if isinstance(given, str):
        return [given]
    if not isinstance(given, Collection) or not all(isinstance(name, str) for name in given):
        raise CIDTypeError(f"{what} is a name or a list of names, not {shorten(given)}.")
    return list(dict.fromkeys(given))
