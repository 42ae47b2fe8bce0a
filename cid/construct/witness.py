"""For a positive verdict a model that exhibits it.

That a diagram *admits* an incentive means that some model over it *has* it. :func:`witness` returns
one. How it is made is known for some concepts (:mod:`cid.construct.constructions`), for an agent
with one decision (and for instrumental control by a path that avoids its other decisions). Every
model is checked against the definition, exactly, before it is returned.
"""

from __future__ import annotations

from cid.construct.constructions import CONSTRUCTIONS
from cid.criterion import Construction
from cid.errors import CIDError, CIDTypeError, ScopeError, shorten
from cid.finding import Finding
from cid.folder import collect
from cid.scim import SCIM

__all__ = ["witness"]


def witness(finding: Finding) -> SCIM:
    """Return a model over the finding's diagram that has the incentive.

    Parameters
    ----------
    finding : Finding
        A positive verdict on value of information, value of control, a response incentive, an
        instrumental control incentive or an impact incentive.

    Returns
    -------
    SCIM
        Exact, with 0 and 1 for utilities. For value of information it is a model of the diagram as
        it is, whether or not the link is there: :func:`cid.quantitative_voi` adds it. For an impact
        incentive the baseline is the action 0. Decisions of other agents have fixed rules, constant
        unless a signal runs through them, and so are chance nodes.

    Raises
    ------
    ScopeError
        If the verdict is negative or not proven, or no construction is known.

    Examples
    --------
    Would a grade predictor profit from knowing the applicant's education?

    >>> import cid
    >>> d = cid.catalog.load("grade_prediction").diagram
    >>> w = cid.witness(cid.admits_voi(d, "P", "E"))
    >>> cid.quantitative_voi(w, "P", "E")
    Fraction(1, 2)

    A school that race has an effect on makes every optimal policy respond to race:

    >>> w = cid.witness(cid.admits_ri(d, "P", "R"))
    >>> cid.response_incentive(w, "P", "R").degree
    Fraction(1, 1)
    """
    if not isinstance(finding, Finding):
        raise CIDTypeError(
            f"witness takes a Finding such as cid.admits_voi(d, D, X), not {shorten(finding)}."
        )
    everywhere: tuple[Construction, ...] = (
        *CONSTRUCTIONS,
        *collect("CONSTRUCTION", "cid.criteria").values(),
    )
    known = {each.criterion.key: each for each in everywhere}
    if finding.concept not in known:
        raise ScopeError(f"No construction is known for the concept {finding.concept!r}.")
    if not finding.holds:
        raise ScopeError(
            f"{finding} A negative verdict holds in every model: there is no witness against it."
        )
    if not finding.proven:
        raise ScopeError(
            f"{finding} No theorem says that a model over this diagram has the incentive, so there "
            "is no construction of one."
        )
    d, decision = finding.diagram, finding.decision
    agent = str(d.agent_of(decision))
    construction = known[finding.concept]
    if not construction.several and len(d.decisions_of(agent)) > 1:
        raise ScopeError(
            f"{agent!r} has several decisions, {', '.join(d.decisions_of(agent))}, and the "
            "construction is for one: a later decision may make up for what an earlier one does "
            "not know. Hold the others fixed with d.fix(...) and ask again."
        )
    others = [name for name in d.decisions if d.agent_of(name) != agent]
    fixed = d.fix(others) if others else d
    model = construction.make(fixed, finding)
    if not construction.has(model, decision, finding.node):
        raise CIDError(
            f"The construction for {finding.concept!r} of {decision!r} on {finding.node!r} does "
            f"not have the incentive. This is a fault of the library; the diagram is {d!r}."
        )
    return model
