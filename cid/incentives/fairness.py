r"""Total effects, and how far a prediction varies more than what it predicts.

The total effect of a node on another is what setting it to one value rather than another changes in
the other's expectation, under a policy that stays as it is. The *introduced* total effect of an
attribute A is its effect on a prediction D less its effect on the target Y that D predicts
(after Ashurst et al. 2022 [1]_),

.. math:: E[D_{a_1}] - E[D_{a_0}] - (E[Y_{a_1}] - E[Y_{a_0}]),

so signed, as in PyCID, or the difference of the absolute values of the two effects. Where it is not
zero the prediction depends on the attribute more, or less, than what it predicts.

What the graphical criterion is about is another quantity, the *introduced total variation*

.. math:: |E[D \mid a_1] - E[D \mid a_0]| - |E[Y \mid a_1] - E[Y \mid a_0]|:

not what setting the attribute does, but how far the expectations differ between the groups. Where a
common cause Z moves both the attribute and the target, and the prediction reads the attribute, the
effect on the prediction may be large and that on the target zero, though they vary alike.

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

__all__ = ["introduced_total_effect", "introduced_total_variation", "total_effect"]

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
    *,
    signed: bool = True,
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
    signed : bool
        With False the difference of the absolute values of the two effects: positive where the
        prediction depends on the attribute more strongly, in whichever direction.

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
    chosen = _checked(s, "introduced_total_effect", decision, target, policy)
    on_decision, on_target = (
        total_effect(s, attribute, name, low, high, chosen) for name in (decision, target)
    )
    return on_decision - on_target if signed else abs(on_decision) - abs(on_target)


def introduced_total_variation(
    s: SCIM,
    attribute: str,
    decision: str,
    target: str,
    low: Value,
    high: Value,
    policy: Policy | None = None,
) -> Any:
    """Return how much further a prediction varies between two groups than its target does.

    Parameters and errors are those of :func:`introduced_total_effect`. Exchanging the values of the
    attribute changes nothing.

    Returns
    -------
    Fraction, float or sympy expression
        Positive where the prediction varies more. It is never positive for the conditional mean of
        the target where :func:`cid.admits_introduced_variation` is negative.

    Raises
    ------
    ModelError
        If a value of the attribute has probability zero.

    Examples
    --------
    A common cause Z is copied by the attribute, which the prediction reads, and by the label. The
    prediction is perfect, so it varies as the label does; that setting the attribute would move it
    and not the label is another matter.

    >>> import cid
    >>> d = cid.CID.parse("Z -> A -> D -> U; Z -> Y -> U", decisions="D", utilities="U")
    >>> s = cid.SCIM(d, {"D": (0, 1)}, {
    ...     "Z": {0: 0.5, 1: 0.5},
    ...     "A": lambda Z: Z,
    ...     "Y": lambda Z: Z,
    ...     "U": lambda D, Y: -((D - Y) ** 2),
    ... })
    >>> cid.introduced_total_variation(s, "A", "D", "Y", low=0, high=1)
    0.0
    >>> cid.introduced_total_effect(s, "A", "D", "Y", low=0, high=1)
    1.0
    """
    chosen = _checked(s, "introduced_total_variation", decision, target, policy)
    s.diagram.check_node(attribute)

    def variation(name: str) -> Any:
        ends = [expectation(s, name, given={attribute: v}, policy=chosen) for v in (low, high)]
        return abs(ends[1] - ends[0])

    return variation(decision) - variation(target)


def _checked(
    s: SCIM, asker: str, decision: str, target: str, policy: Policy | None
) -> Policy | None:
    """Return the policy in force, if any, after checking the prediction and its target."""
    d = check_model(s, asker).diagram
    if d.check_node(decision) == d.check_node(target):
        raise ModelError(f"{decision!r} is given both as the prediction and as its target.")
    return solve(s).policy if policy is None and d.decisions else policy
