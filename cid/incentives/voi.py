r"""The value of information, in units of utility.

With :math:`V^*(M)` the best expected utility in M (Everitt et al. 2021 [1]_),

.. math:: \mathrm{VoI}(X) = V^*(M_{X \to D}) - V^*(M_{X \not\to D}).

A model from which a link is taken away may lack sufficient recall where the model has it. Such a
model is solved exactly by search (:mod:`cid.solving.value`), or refused when it is too large.

.. [1] T. Everitt, R. Carey, E. Langlois, P. Ortega, S. Legg. "Agent Incentives: A Causal
   Perspective". AAAI 2021.
"""

from __future__ import annotations

from typing import Any

from cid.criteria.voi import CRITERION
from cid.criterion import Measure
from cid.errors import ScopeError
from cid.incentives.incentive import gain
from cid.model.guards import check_model
from cid.scim import SCIM
from cid.solving.value import best_value

__all__ = ["quantitative_voi"]


def quantitative_voi(s: SCIM, decision: str, node: str) -> Any:
    """Return what observing a node is worth to the agent of a decision.

    Parameters
    ----------
    s : SCIM
        The model; it is not changed. It may already have the link or not.
    decision, node : str
        The pair.

    Returns
    -------
    Fraction or float
        The best expected utility with the link `node` -> `decision` less the best without, in units
        of utility; positive iff this model *has* value of information.

    Raises
    ------
    ScopeError
        If the node is the decision, a descendant of it or a utility, which cannot be observed
        first; if another agent's decision has no rule; or if the model with or without the link is
        insoluble and too large for an exact search.

    Examples
    --------
    A signal that is right four times in five, and then the state itself once the signal is seen:

    >>> import cid
    >>> from fractions import Fraction
    >>> d = cid.catalog.load("quantitative_voi").diagram
    >>> s = cid.SCIM(
    ...     d,
    ...     domains={"D": (-1, 0, 1)},
    ...     mechanisms={
    ...         "S": {-1: Fraction(1, 2), 1: Fraction(1, 2)},
    ...         "X": lambda S: {S: Fraction(4, 5), -S: Fraction(1, 5)},
    ...         "U": lambda S, D: S * D,
    ...     },
    ... )
    >>> cid.quantitative_voi(s, "D", "X"), cid.quantitative_voi(s, "D", "S")
    (Fraction(3, 5), Fraction(2, 5))
    """
    d = check_model(s, "quantitative_voi").diagram
    agent = str(d.agent_of(d.check_decision(decision)))
    kind = d.kind(node)
    if node == decision:
        raise ScopeError(f"{node!r} is the decision itself; it cannot be observed first.")
    if kind == "utility":
        raise ScopeError(
            f"{node!r} is a utility, and utilities have no children. To ask about a reward that "
            "is observed, give it a chance node of its own."
        )
    if node in d.descendants(decision):
        raise ScopeError(
            f"{node!r} is a descendant of {decision!r} and cannot be observed first. Value of "
            "information is defined for other nodes."
        )
    linked = node in d.parents(decision)
    with_link = s if linked else s.with_link(node, decision)
    without = s.without_link(node, decision) if linked else s
    return gain(best_value(with_link, agent), best_value(without, agent))


MEASURE = Measure(CRITERION, quantitative_voi)
