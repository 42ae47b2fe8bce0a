"""For which parameter values does an incentive exist?

The diagram says which incentives *some* model over it has. Here the model is given up to a few
parameters, and the answer is the set of parameter values at which the definition of the incentive
is met: not "admits" but "has".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cid.criteria import ici, impact, ri, voc, voi
from cid.criteria.analysis import criterion
from cid.criterion import Definition
from cid.errors import CIDTypeError, MissingRuleError, ModelError, ScopeError
from cid.folder import collect
from cid.model.guards import check_model
from cid.model.whole import whole
from cid.scim import SCIM
from cid.symbolic import definitions
from cid.symbolic.explore import explore
from cid.symbolic.parameters import check_domain, latex, parameter_values
from cid.symbolic.tables import Tables

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["IncentiveCondition", "incentive_conditions"]


@dataclass(frozen=True)
class IncentiveCondition:
    """Where an incentive exists.

    Attributes
    ----------
    concept : str
        ``"voi"``, ``"ri"``, ``"voc"``, ``"ici"`` or ``"impact"``.
    decision, node : str
        The pair asked about.
    parameters : tuple of sympy.Symbol
        The model's free parameters, by name.
    condition : sympy Boolean
        True exactly where the incentive exists, as far as :attr:`domain` reaches. It takes the
        domain and the symbols' assumptions for granted.
    domain : sympy Boolean
        Parameter values for which every probability of the model lies in [0, 1].
    """

    concept: str
    decision: str
    node: str
    parameters: tuple[Any, ...]
    condition: Any
    domain: Any

    def holds_at(self, values: Mapping[Any, Any]) -> bool:
        """Does the incentive exist at these parameter values?

        Parameters
        ----------
        values : mapping
            A number for each parameter, by symbol or by name.

        Raises
        ------
        UnknownNodeError
            For a name that is no parameter.
        ModelError
            If a parameter is missing, or the values leave the domain.
        """
        at = parameter_values(self.parameters, values)
        check_domain(self.parameters, self.domain, at)
        return bool(self.condition.xreplace(at))

    def to_latex(self) -> str:
        """Return the condition as LaTeX, for use in mathematics."""
        return latex(self.condition)

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.to_latex()}$"

    def __str__(self) -> str:
        about = criterion(self.concept)
        head = f"{self.decision} has {about.name} {about.preposition} {self.node}"
        if self.condition == True:  # noqa: E712 -- a sympy constant
            text = f"{head} for all parameter values"
        elif self.condition == False:  # noqa: E712
            text = f"{head} for no parameter values"
        else:
            text = f"{head} iff {self.condition}"
        return f"{text}." if self.domain == True else f"{text}, where {self.domain}."  # noqa: E712

    def plot(
        self,
        ax: Axes | None = None,
        x: Any = None,
        y: Any = None,
        at: Mapping[Any, Any] | None = None,
    ) -> Axes:
        """Draw the region of one or two parameters in which the incentive exists.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default.
        x, y : (symbol, low, high), or symbol, optional
            The parameters on the axes. By default the first two that `at` leaves open, between the
            bounds that the domain gives, or 0 and 1.
        at : mapping, optional
            Numbers for further parameters.

        Returns
        -------
        matplotlib Axes

        Raises
        ------
        ScopeError
            If more than two parameters are left open.

        Notes
        -----
        Shaded: the incentive exists. Lines are boundaries: solid where the incentive exists on the
        line itself, dotted where it does not. Hatched: outside the domain.
        """
        from cid.symbolic.plot import plot_region

        return plot_region(self, ax, x, y, at or {})


def incentive_conditions(
    s: SCIM, concept: str, decision: str, node: str, baseline: Any = None
) -> IncentiveCondition:
    """Return the condition on the parameters under which an incentive exists.

    The definitions are those of the concepts' sources: *all* optimal policies respond, or have
    E[U_{X_d}] differ from E[U] for some action d; the value of information or of control is
    positive. They are evaluated with the parameters left open, by case distinction. Policies are
    deterministic.

    Parameters
    ----------
    s : SCIM
        A small model with one decision whose rule is open. Any number of its probabilities and
        utilities may hold symbols; symbols are real numbers, and assumptions on them
        (``positive=True``) are respected. Without symbols the condition is true or false.
    concept : str
        ``"voi"``, ``"ri"``, ``"voc"``, ``"ici"`` or ``"impact"``.
    decision, node : str
        The pair. For a node to which the concept does not apply, the condition is false.
    baseline : rule, optional
        For ``"impact"``: the policy that the agent's is compared with, such as a constant action.
        The distance is 1 where the node differs and 0 where it does not, the threshold is 0.

    Returns
    -------
    IncentiveCondition

    Raises
    ------
    ScopeError
        If another decision has no rule (give it one with ``with_policy``), if a counterfactual
        needs a noise that the model does not state (see :class:`cid.Noisy`), or if the model is
        too large: a table of more than 100,000 entries, more than 1,024 decision rules to compare,
        or more than 2,000 case distinctions.
    ModelError
        If no parameter values make a model.

    Notes
    -----
    The condition is equivalent to the definition throughout the domain. With one parameter it is
    written with the exact bounds of the parameter. With several it is a union of cases in which
    polynomials have given signs; few cases and few signs, not always the fewest.

    Examples
    --------
    A report D is right with probability p when it follows the signal S, and following costs c.

    >>> import cid, sympy
    >>> p, c = sympy.Symbol("p"), sympy.Symbol("c", positive=True)
    >>> d = cid.CID.parse("W -> S -> D -> U; W -> U", decisions="D", utilities="U")
    >>> s = cid.SCIM(d, {"W": (0, 1), "S": (0, 1), "D": (0, 1)}, {
    ...     "W": {0: sympy.Rational(1, 2), 1: sympy.Rational(1, 2)},
    ...     "S": lambda W: {W: p, 1 - W: 1 - p},
    ...     "U": lambda W, D: int(W == D) - c * D,
    ... })
    >>> told = incentive_conditions(s, "voi", "D", "S")
    >>> told.condition
    (2*p > c + 1) | (c + 2*p < 1)
    >>> told.holds_at({p: 0.9, c: 0.5}), told.holds_at({p: 0.7, c: 0.5})
    (True, False)
    """
    check_model(s, "incentive_conditions")
    about = criterion(concept)
    if concept not in DEFINITIONS:
        raise ScopeError(
            f"Conditions are not worked out for {about.name}. Ask about one of "
            f"{', '.join(map(repr, DEFINITIONS))}."
        )
    d = s.diagram
    d.check_decision(decision)
    d.check_node(node)
    others = [name for name in d.decisions if name != decision]
    if others:
        raise MissingRuleError(
            f"Conditions are worked out for one decision, and {', '.join(map(repr, others))} has "
            "no rule either. Give it one with with_policy({...})."
        )
    if baseline is not None and not DEFINITIONS[concept].baseline:
        compared = ", ".join(repr(key) for key, each in DEFINITIONS.items() if each.baseline)
        raise CIDTypeError(f"A baseline policy is for the concept {compared} only.")
    tables = Tables(s)
    algorithm = _algorithm(s, tables, concept, decision, node, baseline)
    if algorithm is None:
        condition = _false()
    else:
        cases = explore(tables.space, algorithm, f"The condition for {concept} of {node!r}")
        condition = tables.space.condition(
            [region for region, holds in cases if holds],
            [region for region, holds in cases if not holds],
        )
    return IncentiveCondition(
        concept, decision, node, tuple(s.parameters), condition, tables.space.domain
    )


def _false() -> Any:
    import sympy

    return sympy.false


DEFINITIONS: dict[str, Definition] = {
    each.criterion.key: each
    for each in (
        Definition(
            voi.CRITERION,
            lambda kind, below: kind == "chance" and not below,
            definitions.information,
        ),
        Definition(ri.CRITERION, lambda kind, below: kind == "chance", definitions.response),
        Definition(voc.CRITERION, lambda kind, below: kind != "decision", definitions.control),
        Definition(ici.CRITERION, lambda kind, below: below, definitions.instrumental),
        Definition(
            impact.CRITERION,
            lambda kind, below: kind == "chance" and below,
            definitions.impact,
            baseline=True,
        ),
        *collect("DEFINITION", "cid.criteria").values(),
    )
}
"""The concepts for which conditions are worked out."""


def _algorithm(
    s: SCIM, tables: Tables, concept: str, decision: str, node: str, baseline: Any
) -> definitions.Algorithm | None:
    """Return the definition as an algorithm; None for a node it does not apply to."""
    d, definition = s.diagram, DEFINITIONS[concept]
    choice = _choice(s, decision, baseline) if definition.baseline else None
    if not definition.applies(d.kind(node), node in d.descendants(decision)):
        return None
    if choice is None:
        return definition.algorithm(tables, decision, node)
    return definition.algorithm(tables, decision, node, choice)


def _choice(s: SCIM, decision: str, baseline: Any) -> np.ndarray[Any, Any]:
    """Return the action that the baseline policy takes in every context."""
    if baseline is None:
        raise ModelError(
            "An impact is the difference to a baseline policy. Name one, such as the constant "
            f"action baseline={s.domains[decision][0]!r}."
        )
    rule = whole(s.with_policy({decision: baseline}), decision)
    if not rule.deterministic:
        raise ModelError("The baseline policy is deterministic here. Give one action per context.")
    assert rule.response is not None
    return np.asarray(rule.response[..., 0])
