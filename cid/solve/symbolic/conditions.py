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

from cid.criteria import CONCEPTS
from cid.errors import (
    CIDTypeError,
    ModelError,
    ScopeError,
    UnknownNodeError,
    did_you_mean,
    shorten,
)
from cid.finding import escape_latex
from cid.model.scim import SCIM
from cid.solve.symbolic import definitions
from cid.solve.symbolic.explore import explore
from cid.solve.symbolic.field import exact
from cid.solve.symbolic.tables import Tables

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["IncentiveCondition", "incentive_conditions", "parameter_values"]


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
        missing = [str(symbol) for symbol in self.parameters if symbol not in at]
        if missing:
            raise ModelError(f"{missing[0]} has no value. Give one to each parameter.")
        if not bool(self.domain.xreplace(at)):
            raise ModelError(
                f"At {_shown(at)} the model has no probabilities: it needs {self.domain}."
            )
        return bool(self.condition.xreplace(at))

    def to_latex(self) -> str:
        """Return the condition as LaTeX, for use in mathematics."""
        import sympy

        return str(sympy.latex(self.condition))

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.to_latex()}$"

    def __str__(self) -> str:
        about = CONCEPTS[self.concept]
        head = f"{self.decision} has {about.name} {about.preposition} {self.node}"
        if self.condition in (True, False):
            never = " for no parameter values" if not self.condition else " for all values"
            text = f"{head}{never}"
        else:
            text = f"{head} iff {self.condition}"
        return f"{text}, within {self.domain}." if self.domain != True else f"{text}."  # noqa: E712
