r"""Where a function of one variable has a minimum on an interval, and whether it is the least.

With parameters open the answer is a condition on them. A point is a local minimum iff the first
derivative that does not vanish there is of even order and positive; at an end of the interval the
function has one side only, and the first derivative that does not vanish has to point upwards. With
numbers only, the slope is looked at on either side, which needs no derivative of high order, and
values are compared.
"""

from __future__ import annotations

import itertools
from functools import lru_cache
from typing import Any

from cid.engine.field import tidy
from cid.errors import ScopeError
from cid.symbolic.roots import (
    Root,
    compared,
    real,
    stationary_points,
    substitution,
    vanishes,
)

__all__ = ["ORDERS", "condition_within", "falls_below", "is_least", "is_minimum", "value_at"]

ORDERS = 8
"""Derivatives that are looked at. A point at which all of them vanish is not called a minimum."""
DIGITS, NEAR = 30, 1e-15
"""Digits that values are compared with, and the relative difference that counts as none."""

Interval = tuple[Any, Any]


def is_minimum(
    function: Any,
    symbol: Any,
    point: Any,
    interval: Interval,
    given: Any = True,
    pushed: bool = False,
) -> Any:
    """Return the condition that a stationary point, or an end, is a local minimum.

    Parameters
    ----------
    function : sympy expression
        In the symbol, and in parameters.
    symbol : sympy.Symbol
        The variable.
    point : sympy expression
        A root of the derivative, or a finite end of the interval.
    interval : (low, high)
        What the variable ranges over.
    given : sympy Boolean
        What holds anyway.
    pushed : bool
        With parameters open, ask for a minimum that is one because the interval ends there.

    Returns
    -------
    sympy Boolean

    Examples
    --------
    >>> import sympy
    >>> a, x = sympy.symbols("a x", real=True)
    >>> everywhere = (-sympy.oo, sympy.oo)
    >>> is_minimum(a * x**2 + x**4, x, 0, everywhere), is_minimum(x**3, x, 0, everywhere)
    (a >= 0, False)
    >>> is_minimum(x**3, x, 0, (0, 1)), is_minimum(-(x**2), x, 0, (0, 1))
    (True, False)
    """
    import sympy

    point = sympy.sympify(point)
    side = _side(point, interval)
    numbers = not function.free_symbols - {symbol} and not point.free_symbols
    if numbers and not _rises_from(function, symbol, point, interval):
        return sympy.false
    if side and _infinite(_limit(function, symbol, point, side)):
        return sympy.false
    if numbers:
        return sympy.true
    return _by_derivatives(function, symbol, point, side, sympy.sympify(given), pushed)


def is_least(
    function: Any,
    symbol: Any,
    point: Any,
    interval: Interval,
    given: Any = True,
    pushed: bool = False,
) -> Any:
    """Return the condition that a function is nowhere in the interval lower than at a point.

    The point is a stationary one, or an end of the interval. It is compared with all others. With
    `pushed`, the point is an end, and what is asked is that the end alone makes it a minimum: the
    first derivative that does not vanish is of odd order. `given` is what holds anyway.

    Raises
    ------
    ScopeError
        If the others have no closed form.
    """
    import sympy

    point = sympy.sympify(point)
    here = is_minimum(function, symbol, point, interval, given, pushed)
    slope = sympy.diff(function, symbol)
    if here == False or sympy.simplify(sympy.diff(slope, symbol)).is_positive:  # noqa: E712
        return here
    if not function.free_symbols - {symbol} and not point.free_symbols:
        mine = value_at(function, symbol, point, interval)
        rivals = [root.value for root in stationary_points(slope, symbol, interval)]
        return sympy.sympify(
            not any(_lower(value_at(function, symbol, x, interval), mine) for x in rivals)
            and not falls_below(function, symbol, mine, interval)
        )
    others = [
        root
        for root in stationary_points(slope, symbol, interval)
        if root.value != symbol and sympy.simplify(root.value - point) != 0
    ]
    ends = [end for end in interval if end != point]
    if not others:
        return here  # nowhere else does the function turn
    return sympy.And(
        here,
        *(_not_lower(function, symbol, point, root, interval) for root in others),
        *(_end_not_lower(function, symbol, point, end, interval) for end in ends),
    )


def falls_below(function: Any, symbol: Any, value: Any, interval: Interval) -> bool:
    """Does a function of numbers go below a value towards an end of the interval?"""
    if not function.has(symbol):
        return False
    return any(
        _lower(value_at(function, symbol, end, interval), value)
        for end in interval
        if end.is_infinite or _rises_from(function, symbol, end, interval)
    )


def value_at(function: Any, symbol: Any, point: Any, interval: Interval) -> Any:
    """Return a function's value at a number, or its limit from inside, to thirty digits."""
    import sympy

    if point == symbol:  # the function is constant
        point = sympy.Integer(0)
    side = _side(point, interval)
    return sympy.N(_limit(function, symbol, point, side), DIGITS)


def condition_within(value: Any, interval: Interval, relation: Any, positive: Any = None) -> Any:
    """Return the condition that a value lies inside an interval.

    Parameters
    ----------
    value : sympy expression
        The value.
    interval : (low, high)
        Ends, infinite where there is none.
    relation : class
        ``sympy.Ge`` with the ends, ``sympy.Gt`` without.
    positive : sympy expression, optional
        What is positive anyway. Multiplied by it, a fraction often loses its denominator.
    """
    import sympy

    low, high = interval
    if value.is_number:
        near = sympy.N(value, DIGITS)
        return sympy.And(relation(near, low), relation(high, near))
    parts = []
    for end, gap in ((low, value - low), (high, high - value)):
        if end.is_finite:
            forms = [tidy(gap)]
            if positive is not None:
                forms.append(tidy(sympy.simplify(gap * positive)))
            parts.append(compared(min(forms, key=sympy.count_ops), relation))
    return sympy.And(*parts)


# ---- parameters open -------------------------------------------------------------------------


def _by_derivatives(
    function: Any, symbol: Any, point: Any, side: int, known: Any, pushed: bool
) -> Any:
    """Return the condition that the first derivative which does not vanish points upwards."""
    import sympy

    given = substitution(known)
    steps = []  # of each order: the condition that it decides for a minimum, and that it vanishes
    last = sympy.false
    derivative = function.subs(given)
    for order in range(1, ORDERS + 1):
        derivative = sympy.diff(derivative, symbol).subs(given)
        if derivative.equals(0):
            last = sympy.false if pushed else sympy.true
            break
        value = _limit(derivative, symbol, sympy.sympify(point).subs(given), side)
        value = tidy(sympy.simplify(value))
        upwards = sympy.false
        if side if order % 2 else not pushed:
            upwards = compared(-value if order % 2 and side < 0 else value, sympy.Gt)
        flat = vanishes(value) if not _infinite(value) else sympy.false
        flat = flat if sympy.And(flat, known) != False else sympy.false  # noqa: E712
        steps.append((upwards, flat, value, order))
        if flat == False:  # noqa: E712
            break
        given = {**given, **substitution(flat)}
    for upwards, flat, value, order in reversed(steps):
        if last == True and upwards not in (sympy.true, sympy.false):  # noqa: E712
            last = compared(-value if order % 2 and side < 0 else value, sympy.Ge)
        else:
            last = sympy.Or(upwards, sympy.And(flat, last))
    return last


def _not_lower(function: Any, symbol: Any, point: Any, other: Root, interval: Interval) -> Any:
    """Return the condition that another stationary point is outside, or not lower."""
    import sympy

    gap = function.subs(symbol, other.value) - function.subs(symbol, point)
    inside = sympy.And(
        other.condition, real(other.value), condition_within(other.value, interval, sympy.Ge)
    )
    return sympy.Or(sympy.Not(inside), compared(tidy(sympy.simplify(gap)), sympy.Ge))


def _end_not_lower(function: Any, symbol: Any, point: Any, end: Any, interval: Interval) -> Any:
    """Return the condition that a function does not go lower towards an end."""
    import sympy

    gap = sympy.expand(function - function.subs(symbol, point))
    if end.is_finite:
        gap = _limit(gap, symbol, end, _side(end, interval))
    elif gap.is_polynomial(symbol) and gap.has(symbol):
        poly = sympy.Poly(gap, symbol)
        gap = poly.LC() * (-1 if end.is_negative and poly.degree() % 2 else 1)
    else:
        gap = sympy.limit(gap, symbol, end)
    if gap.has(sympy.nan, sympy.Limit, sympy.AccumBounds):
        raise ScopeError(f"How {function} behaves towards {symbol} = {end} is not known.")
    return compared(tidy(sympy.simplify(gap)), sympy.Ge)


# ---- numbers only ----------------------------------------------------------------------------


def _rises_from(function: Any, symbol: Any, point: Any, interval: Interval) -> bool:
    """Is a function of numbers not lower on either side of a point?"""
    import sympy

    slope = sympy.diff(function, symbol)
    breaks = _breaks(function, symbol, interval)
    if breaks is None:
        return True  # constant
    here = sympy.N(point, DIGITS)
    others = [x for x in breaks if abs(x - here) > NEAR * max(1, abs(here))]
    low, high = (sympy.N(end, DIGITS) for end in interval)
    for way, wall in ((-1, low), (1, high)):
        if not way * (wall - here) > NEAR:
            continue
        gaps = [way * (x - here) for x in others if way * (x - here) > 0 and x.is_finite]
        step = min([sympy.Rational(1, 8), *(gap / 2 for gap in gaps)])
        steep = sympy.N(slope.subs(symbol, sympy.Rational(here) + way * step), DIGITS)
        if steep.is_real and way * steep < 0:
            return False
    return True


@lru_cache(maxsize=64)
def _breaks(function: Any, symbol: Any, interval: Interval) -> list[Any] | None:
    """Return where the slope of a function may change its sign; None if it is zero throughout."""
    import sympy

    slope = sympy.diff(function, symbol)
    roots = [root.value for root in stationary_points(slope, symbol, interval)]
    if symbol in roots:
        return None
    below = sympy.fraction(sympy.together(slope))[1]
    poles = (
        [root.value for root in stationary_points(below, symbol, interval)]
        if below.has(symbol) and below.is_polynomial(symbol)
        else []
    )
    return [sympy.N(x, DIGITS) for x in itertools.chain(roots, poles, interval)]


def _lower(one: Any, other: Any) -> bool:
    """Is a value lower than another one by more than rounding? What is no number is not."""
    if not one.is_extended_real or not other.is_extended_real:
        return False
    if one.is_infinite or other.is_infinite:
        return bool(one < other)
    return bool(other - one > NEAR * max(1, abs(one), abs(other)))


# ---- ends ------------------------------------------------------------------------------------


def _side(point: Any, interval: Interval) -> int:
    """Return 1 at the lower end of an interval, -1 at the upper one, and 0 in between."""
    return {interval[0]: 1, interval[1]: -1}.get(point, 0)


def _infinite(value: Any) -> bool:
    import sympy

    return bool(value.has(sympy.oo, -sympy.oo, sympy.zoo, sympy.nan))


def _limit(function: Any, symbol: Any, point: Any, side: int) -> Any:
    """Return a function's value at a point, or its limit from inside at an end without a value."""
    import sympy

    if point.is_infinite:
        return sympy.limit(function, symbol, point)
    here = function.subs(symbol, point)
    if side and _infinite(here):
        here = sympy.limit(function, symbol, point, "+" if side > 0 else "-")
    return here
