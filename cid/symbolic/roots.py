"""Where a derivative vanishes: in closed form if there is one, otherwise as numbers.

A formula for the roots of a polynomial divides by its leading coefficient. Where that vanishes, a
polynomial of lower degree is left, with roots of its own; where all coefficients vanish, every
point is a root. Each root therefore comes with the condition under which it is one.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np

from cid.engine.field import tidy
from cid.errors import ScopeError
from cid.symbolic.regions.relations import against_zero

__all__ = ["SCAN", "Root", "compared", "real", "stationary_points", "substitution", "vanishes"]

SCAN = 4001
"""Points at which a function without a closed form is looked at; closer roots may be missed."""


@dataclass(frozen=True)
class Root:
    """Where a function vanishes.

    Attributes
    ----------
    value : sympy expression
        The root. The function's own symbol stands for every point.
    condition : sympy Boolean
        Where it is one: the leading coefficient does not vanish, or those above it do.
    """

    value: Any
    condition: Any


def stationary_points(slope: Any, symbol: Any, interval: tuple[Any, Any]) -> list[Root]:
    """Return the roots of a derivative that may lie inside an interval.

    Polynomials and fractions of them are solved exactly. Other expressions are solved by sympy
    where they have one transcendental term. Failing that, and without other free symbols, the roots
    are found where the sign changes between :data:`SCAN` points, to fifteen digits.

    Raises
    ------
    ScopeError
        If there is no closed form and symbols are left open.
    """
    import sympy

    expression = sympy.simplify(slope)
    above, below = sympy.fraction(sympy.together(expression))
    if above.is_polynomial(symbol):
        found = _polynomial_roots(sympy.expand(above), symbol)
    else:
        found = _closed_form(above, symbol)
    if found is None:
        if expression.free_symbols - {symbol}:
            names = ", ".join(map(str, sorted(expression.free_symbols - {symbol}, key=str)))
            raise ScopeError(
                f"{expression} = 0 has no closed form in {symbol}. Give numbers to {names} with "
                "at({...})."
            )
        found = _scan(expression, symbol, interval)
    low, high = interval
    return [
        root
        for root in found
        if root.value == symbol
        or (
            root.value.is_real is not False
            and not sympy.simplify(below.subs(symbol, root.value)).is_zero
            and (root.value - low).is_negative is not True
            and (high - root.value).is_negative is not True
        )
    ]


def vanishes(expression: Any) -> Any:
    """Return the condition that an expression is zero, by its factors.

    Examples
    --------
    >>> import sympy
    >>> a, b = sympy.symbols("a b", real=True)
    >>> vanishes(2 - 2 * b), vanishes(a * (b**2 + 1)), vanishes(b - b)
    (Eq(b, 1), Eq(a, 0), True)
    >>> vanishes(b**2 - 3), vanishes(sympy.Symbol("c", positive=True) ** 2 - 3)
    (Eq(b, sqrt(3)) | Eq(b, -sqrt(3)), Eq(c, sqrt(3)))
    """
    import sympy

    above = sympy.fraction(sympy.together(expression))[0]
    if not above.free_symbols:
        return sympy.true if above.equals(0) else sympy.false
    if sympy.expand(above) == 0:
        return sympy.true
    factors = [factor for factor, _ in sympy.factor_list(above)[1] if not factor.is_nonzero]
    return sympy.Or(*itertools.chain.from_iterable(map(_equations, factors)))


def _equations(factor: Any) -> list[Any]:
    """Return equations of which one holds where an irreducible factor vanishes."""
    import sympy

    symbols = sorted(factor.free_symbols, key=str)
    for symbol in symbols:
        if not factor.is_polynomial(symbol):
            continue
        poly = sympy.Poly(factor, symbol)
        if poly.degree() == 1 and poly.LC().is_nonzero:
            slope, start = poly.all_coeffs()
            return [sympy.Eq(symbol, sympy.expand(-start / slope))]
        if len(symbols) == 1 and all(c.is_Rational for c in poly.all_coeffs()):
            return [sympy.Eq(symbol, root) for root in poly.real_roots()]
    return [sympy.Eq(factor, 0)]


def substitution(condition: Any) -> dict[Any, Any]:
    """Return {symbol: value} for the equations of that form that a condition implies."""
    import sympy

    return {
        part.lhs: part.rhs
        for part in sympy.And.make_args(condition)
        if isinstance(part, sympy.Eq) and part.lhs.is_Symbol
    }


def _polynomial_roots(polynomial: Any, symbol: Any) -> list[Root] | None:
    import sympy

    if not polynomial.has(symbol):
        everywhere = vanishes(polynomial)
        return [] if everywhere == False else [Root(symbol, everywhere)]  # noqa: E712 -- sympy's
    poly = sympy.Poly(polynomial, symbol)
    if polynomial.free_symbols == {symbol}:
        if not all(coefficient.is_Rational for coefficient in poly.all_coeffs()):
            return _irrational_roots(poly)
        return [Root(value, sympy.true) for value in dict.fromkeys(poly.real_roots())]
    roots = sympy.roots(poly)
    # Cardano's formula writes real roots with complex parts, which cancel.
    if sum(roots.values()) != poly.degree() or any(map(_cardano, roots)):
        return None
    flat = vanishes(poly.LC())
    found = [Root(value, sympy.Not(flat)) for value in roots]
    if flat == False:  # noqa: E712
        return found
    rest = (polynomial - poly.LC() * symbol ** poly.degree()).subs(substitution(flat))
    lower = _polynomial_roots(sympy.expand(rest), symbol)
    if lower is None:
        return None
    degenerate = [Root(root.value, sympy.And(flat, root.condition)) for root in lower]
    return found + [root for root in degenerate if root.condition != False]  # noqa: E712


def _irrational_roots(poly: Any) -> list[Root]:
    """Return the real roots of a polynomial with coefficients such as √2: exact, or as numbers."""
    import sympy

    exact = sympy.roots(poly)
    if sum(exact.values()) == poly.degree() and not any(map(_cardano, exact)):
        return [Root(value, sympy.true) for value in exact if value.is_real]
    near = [sympy.re(value) for value in poly.nroots(n=30, maxsteps=200)
            if abs(sympy.im(value)) < sympy.Float("1e-12")]  # fmt: skip
    return [Root(sympy.Float(value, 20), sympy.true) for value in near]


def _cardano(root: Any) -> bool:
    """Is a root written with the imaginary unit, or with a root other than a square root?"""
    import sympy

    powers = [power.exp for power in root.atoms(sympy.Pow)]
    return bool(root.has(sympy.I)) or any(e.is_Rational and e.q > 2 for e in powers)


def compared(expression: Any, relation: Any) -> Any:
    """Return an expression's relation to zero so that it can be read off at all parameter values.

    Without a fraction, which would be undefined where its denominator vanishes, and with square
    roots of absolute values: that what is under them is positive is :func:`real`'s to say.

    Examples
    --------
    >>> import sympy
    >>> a, b = sympy.symbols("a b", real=True)
    >>> compared(a / b, sympy.Ge), compared(sympy.sqrt(a) - 1, sympy.Gt)
    (a*b >= 0, sqrt(Abs(a)) > 1)
    """
    import sympy

    expression = sympy.sympify(expression).replace(_is_root, _of_absolute)
    above, below = sympy.fraction(sympy.together(expression))
    if not (below.is_positive or below.is_negative):
        expression = tidy(above * below)
    return against_zero(expression, relation)


def _is_root(part: Any) -> bool:
    power = part.is_Pow and part.exp.is_Rational and part.exp.q == 2
    return bool(power and part.base.free_symbols and part.base.is_nonnegative is not True)


def _of_absolute(part: Any) -> Any:
    import sympy

    above, below = sympy.fraction(sympy.together(part.base))
    return abs(above * below) ** part.exp * abs(below) ** (-2 * part.exp)


def real(value: Any) -> Any:
    """Return the condition that a root is a real number: no square root of what is negative.

    Examples
    --------
    >>> import sympy
    >>> a = sympy.Symbol("a", real=True)
    >>> real(1 - sympy.sqrt(a - 1)), real(1 / a)
    (a >= 1, True)
    """
    import sympy

    powers = sorted(value.atoms(sympy.Pow), key=str)
    return sympy.And(
        *(compared(p.base, sympy.Ge) for p in powers if p.exp.is_Rational and p.exp.q == 2)
    )


def _closed_form(expression: Any, symbol: Any) -> list[Root] | None:
    """Solve an expression with at most one term that is not a power of the symbol."""
    import sympy

    moving = [g for g in sympy.Poly(sympy.expand(expression)).gens if g.has(symbol)]
    logarithms = [g for g in moving if isinstance(g, sympy.log)]
    if len(moving) > 2 or (len(moving) == 2 and symbol not in moving and moving != logarithms):
        return None
    try:
        found = sympy.solve(expression, symbol, simplify=False)
    except NotImplementedError:
        return None
    return [Root(value, sympy.true) for value in found]


def _scan(expression: Any, symbol: Any, interval: tuple[Any, Any]) -> list[Root]:
    import sympy

    low, high = (float(end) for end in interval)
    if not (np.isfinite(low) and np.isfinite(high)):
        raise ScopeError(
            f"{expression} = 0 has no closed form in {symbol}; the search for its roots needs an "
            f"interval with finite ends, not ({interval[0]}, {interval[1]})."
        )
    points = np.linspace(low, high, SCAN + 2)[1:-1]
    near = (high - low) * np.logspace(-12, -4, 9)  # roots may crowd at the ends
    points = np.concatenate([low + near, points, (high - near)[::-1]])
    with np.errstate(all="ignore"):
        heights = np.broadcast_to(sympy.lambdify(symbol, expression, "numpy")(points), points.shape)
    found = [sympy.Float(x) for x, height in zip(points, heights, strict=True) if height == 0]
    for k in np.flatnonzero(heights[:-1] * heights[1:] < 0):
        ends = (float(points[k]), float(points[k + 1]))
        root = sympy.nsolve(expression, symbol, ends, solver="anderson", prec=30, verify=False)
        if abs(expression.subs(symbol, root).evalf(30)) < 1e-12:  # not a pole
            found.append(sympy.Float(root, 20))
    exact = (_simple(root, expression, symbol) for root in sorted(found))
    return [Root(value, sympy.true) for value in dict.fromkeys(exact)]


def _simple(root: Any, expression: Any, symbol: Any) -> Any:
    """Return the simple fraction that a root is within rounding, if it is one exactly."""
    import sympy

    near = sympy.Rational(root).limit_denominator(1000)
    if abs(near - root) < 1e-8 and expression.subs(symbol, near).equals(0):
        return near
    return root
