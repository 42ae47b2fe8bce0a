r"""Total effects, and the effect that a prediction introduces.

The total effect of a node on another is what setting it to one value rather than another changes in
the other's expectation, under a policy that stays as it is. The *introduced* total effect of an
attribute A is its effect on a prediction D less its effect on the target Y that D predicts
(Ashurst et al. 2022 [1]_),

.. math:: E[D_{a_1}] - E[D_{a_0}] - (E[Y_{a_1}] - E[Y_{a_0}]).

Where it is not zero the prediction depends on the attribute more, or less, than what it predicts.

.. [1] C. Ashurst, R. Carey, S. Chiappa, T. Everitt. "Why Fair Labels Can Yield Unfair Predictions:
   Graphical Conditions for Introduced Unfairness". AAAI 2022.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from cid.errors import ModelError
from cid.model.guards import check_model
from cid.model.interface import Policy
from cid.model.query import expectation
from cid.model.response import potential_response
from cid.scim import SCIM
from cid.solving.induction import solve

__all__ = ["introduced_total_effect", "total_effect"]

Value = Hashable


def total_effect(
    s: SCIM, cause: str, on: str, low: Value, high: Value, policy: Policy | None = None
) -> Any:
    """Return the change of one node's expectation as another is set to `high` rather than `low`.

    Parameters
    ----------
    s : SCIM
        The model.
    cause, on : str
        What is set, and what is looked at; the values of `on` are numbers.
    low, high : values
        Of `cause`.
    policy : mapping from decision to rule, optional
        Rules for all decisions that matter; by default an optimal policy of `s`. It is the same for
        both values.

    Returns
    -------
    Fraction, float or sympy expression

    Raises
    ------
    ModelError
        If a value is not in its domain, or a rule is missing.

    Examples
    --------
    >>> import cid
    >>> d = cid.CID.parse("A -> X -> Y")
    >>> s = cid.SCIM(d, {}, {"A": {0: 0.5, 1: 0.5}, "X": lambda A: 1 - A, "Y": lambda X: 3 * X})
    >>> cid.total_effect(s, "A", "Y", 0, 1)
    -3.0
    """
    d = check_model(s, "total_effect").diagram
    d.check_node(on)
    for value in (low, high):
        s.index(cause, value)
    chosen = solve(s).policy if policy is None and d.decisions else policy
    ends = [
        expectation(s, potential_response(on, {cause: value}), policy=chosen)
        for value in (low, high)
    ]
    return ends[1] - ends[0]


def introduced_total_effect(
    s: SCIM,
    attribute: str,
    decision: str,
    target: str,
    low: Value,
    high: Value,
    policy: Policy | None = None,
) -> Any:
    """Return the effect of an attribute on a prediction less its effect on the target.

    Parameters
    ----------
    s : SCIM
        The model, in which the prediction and the target take numbers.
    attribute, decision, target : str
        The sensitive attribute, the prediction, and what is predicted. The prediction is a decision
        or a node that stands for one, such as the output of a predictor that was fitted before.
    low, high : values
        Of the attribute. Exchanging them changes the sign.
    policy : mapping from decision to rule, optional
        By default an optimal policy, if there are decisions.

    Returns
    -------
    Fraction, float or sympy expression
        In the units of the prediction.

    Raises
    ------
    ModelError
        If prediction and target are the same node, a value is not in its domain, or a rule is
        missing.

    Examples
    --------
    Labels in which the attribute has an effect of 1/2 lead to predictions in which it has one of
    5/6, because X is also read as evidence about Z:

    >>> import cid
    >>> from fractions import Fraction
    >>> half = Fraction(1, 2)
    >>> s = cid.SCIM(
    ...     cid.catalog.load("introduced_bias").diagram,
    ...     domains={"D": (0, Fraction(1, 3), 1, 2)},
    ...     mechanisms={
    ...         "A": {0: half, 1: half},
    ...         "Z": {0: half, 1: half},
    ...         "X": lambda A, Z: A * Z,
    ...         "Y": lambda X, Z: X + Z,
    ...         "U": lambda D, Y: -((D - Y) ** 2),
    ...     },
    ... )
    >>> cid.introduced_total_effect(s, "A", "D", "Y", low=0, high=1)
    Fraction(1, 3)
    """
    check_model(s, "introduced_total_effect").diagram.check_node(decision)
    if s.diagram.check_node(target) == decision:
        raise ModelError(f"{decision!r} is given both as the prediction and as its target.")
    chosen = solve(s).policy if policy is None and s.diagram.decisions else policy
    on_decision, on_target = (
        total_effect(s, attribute, name, low, high, chosen) for name in (decision, target)
    )
    return on_decision - on_target
