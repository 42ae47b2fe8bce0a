"""Relations written the way a person would."""

from __future__ import annotations

from typing import Any

from cid.engine.field import tidy

__all__ = ["against_zero"]


def against_zero(expression: Any, relation: Any) -> Any:
    """Return the relation of an expression to zero, each term on the side where it is positive.

    Numbers go to the right, and the shorter side to the left.

    Parameters
    ----------
    expression : sympy expression
        Real.
    relation : class
        A relation of sympy, such as ``sympy.Gt``.

    Examples
    --------
    >>> import sympy
    >>> b, c = sympy.symbols("b c")
    >>> against_zero(2 - 4 * b, sympy.Gt), against_zero(c - 2 * b * c + b, sympy.Ge)
    (b < 1/2, b + c >= 2*b*c)
    """
    import sympy

    above, below = sympy.fraction(sympy.together(expression))
    if not (below.is_positive or below.is_negative):
        return relation(tidy(expression), 0)
    expanded = sympy.expand(above if below.is_positive else -above)
    free = expanded.free_symbols
    if not free:
        return relation(expanded, 0)
    (symbol, *others) = free
    if not others and expanded.is_polynomial(symbol):
        polynomial = sympy.Poly(expanded, symbol)
        if polynomial.degree() == 1:
            slope, start = polynomial.all_coeffs()
            if slope.is_positive:
                return relation(symbol, -start / slope)
            return _turned(relation(-start / slope, symbol))
    _, whole = expanded.primitive()
    terms = sympy.Add.make_args(whole)
    left = [term for term in terms if not term.could_extract_minus_sign()]
    right = [-term for term in terms if term.could_extract_minus_sign()]
    one, other = tidy(sympy.Add(*left)), tidy(sympy.Add(*right))
    written = relation(one, other)
    if other.is_number or (not one.is_number and one.count_ops() <= other.count_ops()):
        return written
    return _turned(written)


def _turned(relation: Any) -> Any:
    """Swap the sides of a relation, unless it is true or false."""
    return relation if relation.is_Boolean and relation.is_Atom else relation.reversed
