"""All concepts for all nodes at once.

One :class:`~cid.structure.survey.Survey` per decision serves every criterion, so that an agent's
only decision costs one Bayes-ball sweep and a few breadth-first searches, O(V + E) in all.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from cid.criteria import ici, impact, ri, voc, voi
from cid.criteria.ici import admits_ici
from cid.criteria.impact import admits_impact
from cid.criteria.ri import admits_ri
from cid.criteria.voc import admits_voc
from cid.criteria.voi import admits_voi
from cid.diagram import CID
from cid.errors import CIDTypeError, ScopeError, did_you_mean, shorten
from cid.findings import Block, Finding, Findings, OutOfScope
from cid.pair import check_pair
from cid.structure.survey import Survey

__all__ = ["CONCEPTS", "analyze", "ask"]

CONCEPTS = {module.CONCEPT.key: module.CONCEPT for module in (voi, ri, voc, ici, impact)}
"""The five concepts by key: voi, ri, voc, ici, impact."""


def ask(d: CID, concept: str, decision: str, node: str) -> Finding:
    """Answer one question by concept key.

    Examples
    --------
    >>> import cid
    >>> d = cid.catalog.load("self_fulfilling").diagram
    >>> bool(ask(d, "ici", "A", "S"))
    True
    """
    if concept == "voi":
        return admits_voi(d, decision, node)
    if concept == "ri":
        return admits_ri(d, decision, node)
    if concept == "voc":
        return admits_voc(d, node, decision)
    if concept == "ici":
        return admits_ici(d, decision, node)
    if concept == "impact":
        return admits_impact(d, decision, node)
    hint = did_you_mean(concept, CONCEPTS) if isinstance(concept, str) else ""
    raise CIDTypeError(f"Unknown concept {shorten(concept)}.{hint}")


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
        Restrict to some decisions, or to some of ``voi``, ``ri``, ``voc``, ``ici``, ``impact``.
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
    if not isinstance(d, CID):
        raise CIDTypeError(f"analyze takes a CID, not {shorten(d)}.")
    world = d if physical is None else physical
    check_pair(world, d)
    asked_decisions = (
        d.decisions
        if decisions is None
        else [d.check_decision(name) for name in _listed(decisions, "decisions")]
    )
    asked_concepts = list(CONCEPTS) if concepts is None else _listed(concepts, "concepts")
    for key in asked_concepts:
        if key not in CONCEPTS:
            raise CIDTypeError(f"Unknown concept {shorten(key)}.{did_you_mean(key, CONCEPTS)}")
    blocks: list[Block] = []
    outside: list[OutOfScope] = []
    for decision in asked_decisions:
        surveys = {graph: Survey(graph, decision) for graph in (d, world)}
        for module in (voi, ri, voc, ici, impact):
            key = module.CONCEPT.key
            if key not in asked_concepts:
                continue
            survey = surveys[world if module is impact else d]
            unknown: dict[int, str] = {}
            try:
                if module is voi:
                    found, unknown = voi.holding(survey)
                else:
                    found = module.holding(survey)
            except ScopeError as error:
                outside.append(OutOfScope(key, decision, None, str(error)))
                continue
            nodes = survey.names(i for i in module.asked(survey) if i not in unknown)
            doubtful = module.unproven(survey, found) if module in (voi, ici) else ()
            holding, unproven = map(frozenset, (survey.names(found), survey.names(doubtful)))
            blocks.append(Block(key, decision, nodes, holding, unproven))
            outside += [OutOfScope(key, decision, d.nodes[i], why) for i, why in unknown.items()]
    return Findings(d, blocks, partial(_ask_of_pair, world), outside)


def _ask_of_pair(world: CID, d: CID, concept: str, decision: str, node: str) -> Finding:
    return ask(world if concept == "impact" else d, concept, decision, node)


def _listed(given: object, what: str) -> list[str]:
    if isinstance(given, str):
        return [given]
    if not isinstance(given, Collection) or not all(isinstance(name, str) for name in given):
        raise CIDTypeError(f"{what} is a name or a list of names, not {shorten(given)}.")
    return list(dict.fromkeys(given))
