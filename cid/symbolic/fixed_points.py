r"""Where retraining comes to rest, and where the deployed risk is least.

With the decoupled risk :math:`R(\theta, \varphi)` of parameters fitted on a deployed one's data:

- :math:`\theta` is *stable* iff no :math:`\varphi` of the interval has
  :math:`R(\theta, \varphi) < R(\theta, \theta)`. Inside the interval its derivative in
  :math:`\varphi` vanishes, which gives the candidates; each is compared with whatever else might
  be better on its data.
- :math:`\theta` is *optimal* iff it is a local minimum of :math:`R(\theta, \theta)`.

Both sets can hold an interval of points. Then the deployed symbol itself stands for every point
that meets the condition.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cid.engine.field import tidy
from cid.errors import ScopeError
from cid.symbolic.minima import condition_within, falls_below, is_least, is_minimum, value_at
from cid.symbolic.roots import Root, compared, real, stationary_points, substitution

if TYPE_CHECKING:
    from cid.symbolic.performative import Performative

__all__ = ["OptimalPoint", "StablePoint", "lowest", "optimal_points", "stable_points"]


@dataclass(frozen=True)
class StablePoint:
    """A parameter that is best on the data which it brings about itself.

    Attributes
    ----------
    value : sympy expression
        The parameter. The deployed symbol itself where every value is stable that meets the
        condition.
    slope : sympy expression
        Of the retraining map there: by what factor a small deviation grows at each retraining. NaN
        where the map has none.
    attracting : sympy Boolean
        Whether retraining from nearby comes back: the slope lies between -1 and 1.
    condition : sympy Boolean
        Where it is a real number in the interval at which no fitted parameter has a lower decoupled
        risk.
    """

    value: Any
    slope: Any
    attracting: Any
    condition: Any


@dataclass(frozen=True)
class OptimalPoint:
    """A parameter with the least deployed risk nearby.

    Attributes
    ----------
    value : sympy expression
        The parameter. The deployed symbol itself where the risk does not depend on it.
    kind : str
        ``"interior"``, ``"lower end"`` or ``"upper end"`` of the interval, or ``"every point"``.
    condition : sympy Boolean
        Where it is a local minimum: the first derivative that does not vanish is of even order and
        positive, or at an end points upwards into the interval.
    """

    value: Any
    kind: str
    condition: Any


def stable_points(model: Performative) -> tuple[StablePoint, ...]:
    """Return the stable points; see :meth:`Performative.stable_points`."""
    roots = stationary_points(model.direct_gradient, model.deployed, model.interval)
    numbers = not model.parameters
    found = [_stable_root(model, root) for root in roots if not numbers or _inside(model, root)]
    found += [_stable_end(model, end) for end in model.interval if end.is_finite]
    if numbers and roots and roots[0].value == model.deployed:  # an end may be one of every point
        every, *ends = found
        found = [every, *(x for x in ends if every.condition.subs(model.deployed, x.value) != True)]  # noqa: E712
    return tuple(point for point in found if point.condition != False)  # noqa: E712


def _inside(model: Performative, root: Root) -> bool:
    return root.value not in model.interval


def _stable_root(model: Performative, root: Root) -> StablePoint:
    """Return a stationary point as a stable one, with the condition under which it is stable."""
    import sympy

    value, given = root.value, substitution(root.condition)
    near = sympy.Rational(sympy.N(value, 30)) if _surd(value) else value
    on_data = model.decoupled_risk.subs(given).subs(model.deployed, near)
    least = is_least(on_data, model.fitted, near, model.interval, root.condition)
    slope = _slope(model, value)
    slope = slope.subs(given)
    bend, cross = (part.subs(given) for part in _second_derivatives(model, value))
    strict = least == compared(bend, sympy.Gt)
    within = condition_within(value, model.interval, sympy.Ge, bend if strict else None)
    condition = _all(root.condition, real(value), least, within)
    if not value.free_symbols:
        condition = sympy.And(condition, lawful(model, value))
    attracting = (
        sympy.And(compared(bend - cross, sympy.Gt), compared(bend + cross, sympy.Gt))
        if strict
        else _contracts(slope)
    )
    return StablePoint(tidy(value), slope, attracting, condition)


def _stable_end(model: Performative, end: Any) -> StablePoint:
    """Return an end as a stable point where it is one that is not a stationary one as well.

    A stationary point at an end is met inside, when parameters are open: as a root that the
    parameters move there. With numbers it is met here.
    """
    import sympy

    on_data = model.decoupled_risk.subs(model.deployed, end)
    least = is_least(on_data, model.fitted, end, model.interval, pushed=True)
    slope = sympy.Integer(0)
    if least != False and not model.parameters:  # noqa: E712 -- a sympy constant
        steep = sympy.diff(on_data, model.fitted).subs(model.fitted, end)
        if _zero(sympy.simplify(steep)):
            slope = _slope(model, end)
            slope = slope if slope is sympy.nan else sympy.Max(0, slope)  # it cannot leave
    return StablePoint(end, slope, _contracts(slope), sympy.And(least, lawful(model, end)))


def _all(*conditions: Any) -> Any:
    """Return the conjunction, without inequations that another part implies: b < 1 and b != 1."""
    import sympy

    parts = sympy.And.make_args(sympy.And(*conditions))
    implied = {
        part
        for part in parts
        if isinstance(part, sympy.Ne)
        and part.lhs.is_Symbol
        and any(other != part and other.subs(*part.args) == False for other in parts)  # noqa: E712
    }
    return sympy.And(*(part for part in parts if part not in implied))


def _surd(value: Any) -> bool:
    """Is it a number that is no fraction? Digits of it are faster to compute with."""
    return bool(value.is_number and not value.is_Rational)


def _second_derivatives(model: Performative, value: Any) -> tuple[Any, Any]:
    """Return those of the decoupled risk: in the fitted parameter, and in both."""
    import sympy

    if value.has(sympy.CRootOf):
        value = sympy.N(value, 30)
    steep = sympy.diff(model.decoupled_risk, model.fitted)
    here = [(model.fitted, value), (model.deployed, value)]
    bend, cross = (
        tidy(sympy.simplify(sympy.diff(steep, symbol).subs(here)))
        for symbol in (model.fitted, model.deployed)
    )
    return bend, cross


def _slope(model: Performative, value: Any) -> Any:
    """Return the slope of the retraining map at a stationary point."""
    import sympy

    bend, cross = _second_derivatives(model, value)
    if not _zero(bend):
        return tidy(sympy.simplify(-cross / bend))
    try:  # a flat minimum: the formula says 0 / 0
        moved = sympy.diff(model.retraining_map, model.deployed).subs(model.deployed, value)
    except ScopeError:
        return sympy.nan
    return tidy(sympy.simplify(moved))


def _zero(value: Any) -> bool:
    """Is a number zero, but for rounding where it was found by a search?"""
    import sympy

    return bool(value == 0 or (not value.free_symbols and abs(sympy.N(value, 30)) < 1e-12))


def _contracts(slope: Any) -> Any:
    import sympy

    if slope is sympy.nan:
        return sympy.false
    return sympy.And(compared(1 + slope, sympy.Gt), compared(1 - slope, sympy.Gt))


def optimal_points(model: Performative) -> tuple[OptimalPoint, ...]:
    """Return the local optima; see :meth:`Performative.optimal_points`."""
    import sympy

    symbol, interval = model.deployed, model.interval
    bend = sympy.diff(model.risk, symbol, 2)
    points = []
    for root in stationary_points(sympy.diff(model.risk, symbol), symbol, interval):
        if root.value == symbol:
            within = condition_within(symbol, interval, sympy.Ge)
            points.append(OptimalPoint(symbol, "every point", sympy.And(root.condition, within)))
        elif root.value not in interval:
            least = is_minimum(model.risk, symbol, root.value, interval, root.condition)
            here = bend.subs(substitution(root.condition)).subs(symbol, root.value)
            here = tidy(sympy.simplify(here)) if model.parameters else here
            strict = model.parameters and least == compared(here, sympy.Gt)
            within = condition_within(root.value, interval, sympy.Gt, here if strict else None)
            condition = _all(root.condition, real(root.value), least, within)
            points.append(OptimalPoint(tidy(root.value), "interior", condition))
    if not any(point.kind == "every point" and not model.parameters for point in points):
        for end, kind in zip(interval, ("lower end", "upper end"), strict=True):
            if end.is_finite:
                least = is_minimum(model.risk, symbol, end, interval)
                points.append(OptimalPoint(end, kind, least))
    points.sort(key=lambda point: point.kind == "every point")
    return tuple(point for point in points if point.condition != False)  # noqa: E712


def lowest(model: Performative) -> OptimalPoint:
    """Return the best optimal point of a model without parameters; see `Performative.optimum`."""
    points = optimal_points(model)
    context = (model.risk, model.deployed)

    def height(point: OptimalPoint) -> Any:
        return value_at(*context, point.value, model.interval)

    best = min(points, key=height, default=None)
    if best is None or falls_below(*context, height(best), model.interval):
        raise ScopeError("The deployed risk has no minimum in the interval.")
    return best


def lawful(model: Performative, point: Any) -> Any:
    """Return the condition that no probability of a finite law is negative at a point."""
    import sympy

    if not isinstance(model.law, dict):
        return sympy.true
    here = (sympy.sympify(p).subs(model.deployed, point) for p in model.law.values())
    return sympy.And(*(compared(p, sympy.Ge) for p in here))
