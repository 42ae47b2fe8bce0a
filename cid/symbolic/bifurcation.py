r"""Where an optimum splits, from the derivatives of the risk at a point that stays stationary.

At a stationary point x of a risk R the second derivative decides between minimum and maximum. Where
it vanishes at a parameter value, the next derivatives decide what happens: with a third derivative,
x exchanges stability with another branch (*transcritical*); without one, two branches leave x on
either side (*pitchfork*), and they are minima iff the fourth derivative is positive
(*supercritical*). Where that vanishes too, the next one that does not is asked in its place. These
are the normal forms of Strogatz [1]_ for the gradient flow of R.

.. [1] S. H. Strogatz. "Nonlinear Dynamics and Chaos". Westview Press, 2nd edition, 2015, chapter 3.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cid.engine.field import tidy
from cid.engine.numbers import is_zero
from cid.errors import ModelError, ScopeError
from cid.symbolic.minima import ORDERS, is_minimum
from cid.symbolic.roots import compared

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
        Values of the parameter at which the curvature changes its sign.
    curvature : sympy expression
        Second derivative of the risk at the point.
    minimum : sympy Boolean
        Where the point is a minimum: the curvature is positive, or the minimum is a flat one.
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
    curvature = derivative(2)
    critical = _critical(curvature, parameter)
    if not critical:
        raise ModelError(
            f"The curvature at {symbol} = {point} is {curvature}, which changes its sign at no "
            f"value of {parameter}."
        )
    kinds = [_kind(derivative, {parameter: value}) for value in critical]
    if kinds != kinds[:1] * len(kinds):
        shown = ", ".join(map(str, critical))
        raise ScopeError(
            f"What happens at {parameter} = {shown} is not the same. Narrow {parameter} down by "
            "an assumption on its symbol, such as positive=True."
        )
    minimum = is_minimum(risk, symbol, point, (-sympy.oo, sympy.oo))
    return Bifurcation(point, parameter, critical, curvature, minimum, *kinds[0])


def _critical(curvature: Any, parameter: Any) -> tuple[Any, ...]:
    """Return the parameter values at which a curvature changes its sign."""
    import sympy

    found = sympy.solve(curvature, parameter) if curvature.has(parameter) else ()
    slope = sympy.diff(curvature, parameter)
    return tuple(
        value
        for value in found
        if value.is_real is not False and not is_zero(sympy.simplify(slope.subs(parameter, value)))
    )


def _kind(derivative: Callable[[int], Any], at: Mapping[Any, Any]) -> tuple[str, Any]:
    """Return the kind of a bifurcation, and whether a pitchfork is supercritical."""
    import sympy

    for order in range(3, ORDERS + 1):
        value = sympy.simplify(derivative(order).subs(at))
        if is_zero(value):
            continue
        if order % 2:
            return "transcritical", None
        return "pitchfork", compared(value, sympy.Gt)
    raise ScopeError(
        f"The derivatives of orders 3 to {ORDERS} vanish with the curvature; which bifurcation it "
        "is remains open."
    )
