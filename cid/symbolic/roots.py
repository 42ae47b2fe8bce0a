"""Where a derivative vanishes: in closed form if there is one, otherwise as numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from cid.errors import ScopeError
from cid.symbolic.regions.relations import against_zero

__all__ = ["SCAN", "real", "stationary_points"]

SCAN = 4001
"""Points at which a function without a closed form is looked at; closer roots may be missed."""


def stationary_points(slope: Any, symbol: Any, interval: tuple[Any, Any]) -> list[Any]:
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
        if root.is_real is not False
        and not sympy.simplify(below.subs(symbol, root)).is_zero
        and (root - low).is_negative is not True
        and (high - root).is_negative is not True
    ]


def _polynomial_roots(polynomial: Any, symbol: Any) -> list[Any] | None:
    import sympy

    if not polynomial.has(symbol):
        return []
    if polynomial.free_symbols == {symbol}:
        return list(dict.fromkeys(sympy.Poly(polynomial, symbol).real_roots()))
    roots = sympy.roots(sympy.Poly(polynomial, symbol))
    degree = sympy.degree(polynomial, symbol)
    # Cardano's formula writes real roots with complex parts, which cancel.
    written = sum(roots.values()) == degree and not any(map(_cardano, roots))
    return list(roots) if written else None


def _cardano(root: Any) -> bool:
    """Is a root written with the imaginary unit, or with a root other than a square root?"""
    import sympy

    powers = [power.exp for power in root.atoms(sympy.Pow)]
    return bool(root.has(sympy.I)) or any(e.is_Rational and e.q > 2 for e in powers)


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
        *(against_zero(p.base, sympy.Ge) for p in powers if p.exp.is_Rational and p.exp.q == 2)
    )


def _closed_form(expression: Any, symbol: Any) -> list[Any] | None:
    """Solve an expression with at most one term that is not a power of the symbol."""
    import sympy

    moving = [g for g in sympy.Poly(sympy.expand(expression)).gens if g.has(symbol)]
    logarithms = [g for g in moving if isinstance(g, sympy.log)]
    if len(moving) > 2 or (len(moving) == 2 and symbol not in moving and moving != logarithms):
        return None
    try:
        return list(sympy.solve(expression, symbol, simplify=False))
    except NotImplementedError:
        return None


def _scan(expression: Any, symbol: Any, interval: tuple[Any, Any]) -> list[Any]:
    import sympy

    low, high = (float(end) for end in interval)
    if not (np.isfinite(low) and np.isfinite(high)):
        raise ScopeError(
            f"{expression} = 0 has no closed form in {symbol}; the search for its roots needs an "
            f"interval with finite ends, not ({interval[0]}, {interval[1]})."
        )
    points = np.linspace(low, high, SCAN + 2)[1:-1]
    with np.errstate(all="ignore"):
        heights = np.broadcast_to(sympy.lambdify(symbol, expression, "numpy")(points), points.shape)
    found = [sympy.Float(x) for x, height in zip(points, heights, strict=True) if height == 0]
    for k in np.flatnonzero(heights[:-1] * heights[1:] < 0):
        ends = (float(points[k]), float(points[k + 1]))
        root = sympy.nsolve(expression, symbol, ends, solver="anderson", prec=30, verify=False)
        if abs(expression.subs(symbol, root).evalf(30)) < 1e-12:  # not a pole
            found.append(sympy.Float(root, 20))
    return sorted(found)
