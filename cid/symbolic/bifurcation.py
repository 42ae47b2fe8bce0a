r"""Where an optimum splits, from the derivatives of the risk at a point that stays stationary.

At a stationary point x of a risk R the second derivative decides between minimum and maximum. Where
it vanishes at a parameter value, the next derivatives decide what happens: with a third derivative,
x exchanges stability with another branch (*transcritical*); without one, two branches leave x on
either side (*pitchfork*), and they are minima iff the fourth derivative is positive
(*supercritical*). These are the normal forms of Strogatz [1]_ for the gradient flow of R.

.. [1] S. H. Strogatz. "Nonlinear Dynamics and Chaos". Westview Press, 2nd edition, 2015, chapter 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cid.engine.field import tidy
from cid.engine.numbers import is_zero
from cid.errors import ModelError
from cid.symbolic.regions.relations import against_zero

__all__ = ["Bifurcation", "classify"]


@dataclass(frozen=True)
class Bifurcation:
    """What happens to a stationary point where its curvature vanishes.

    Attributes
    ----------
    point : sympy expression
        The stationary point.
    parameter : sympy.Symbol
        What is varied.
    critical : tuple of sympy expressions
        Values of the parameter at which the curvature vanishes.
    curvature : sympy expression
        Second derivative of the risk at the point.
    minimum : sympy Boolean
        Where the point is a minimum: the curvature is positive.
    kind : str
        ``"pitchfork"`` or ``"transcritical"``.
    supercritical : sympy Boolean or None
        For a pitchfork: whether the branches that leave the point are minima. None otherwise.
    """

    point: Any
    parameter: Any
    critical: tuple[Any, ...]
    curvature: Any
    minimum: Any
    kind: str
    supercritical: Any


def classify(risk: Any, symbol: Any, point: Any, parameter: Any) -> Bifurcation:
    """Return the bifurcation of a stationary point of `risk`; see :class:`Bifurcation`."""
    import sympy

    def derivative(order: int) -> Any:
        found = sympy.diff(risk, symbol, order).subs(symbol, point)
        return tidy(sympy.simplify(found))

    if not is_zero(derivative(1)):
        raise ModelError(
            f"{symbol} = {point} is not stationary: the derivative of the risk is {derivative(1)}."
        )
    curvature, third, fourth = (derivative(order) for order in (2, 3, 4))
    critical = tuple(sympy.solve(curvature, parameter)) if curvature.has(parameter) else ()
    if not critical:
        raise ModelError(
            f"The curvature at {symbol} = {point} is {curvature}, which vanishes at no value of "
            f"{parameter}."
        )
    at_critical = {parameter: critical[0]}
    if is_zero(third.subs(at_critical)):
        kind = "pitchfork"
        supercritical = against_zero(sympy.simplify(fourth.subs(at_critical)), sympy.Gt)
    else:
        kind, supercritical = "transcritical", None
    minimum = against_zero(curvature, sympy.Gt)
    return Bifurcation(point, parameter, critical, curvature, minimum, kind, supercritical)
