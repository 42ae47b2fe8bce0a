"""Exact, floating-point and symbolic numbers behind one small interface.

A model computes with Fractions when every number given is rational, with sympy expressions when one
of them holds a free symbol, and with floats otherwise. Exact and symbolic arrays have dtype object.
"""

from __future__ import annotations

import math
import numbers
import sys
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np

from cid.errors import CIDTypeError, ModelError, SizeError, shorten

__all__ = [
    "EXACT",
    "FLOAT",
    "KINDS",
    "SYMBOLIC",
    "TIE",
    "arithmetic",
    "array",
    "is_symbolic",
    "is_zero",
    "long_number",
    "number",
]

MAX_DIGITS = 4000
"""Digits of a number that is given; Python itself writes no more than 4,300."""
MAX_BITS = int(MAX_DIGITS * math.log2(10))
HUGE = 2 * MAX_BITS

KINDS = EXACT, FLOAT, SYMBOLIC = "exact", "float", "symbolic"

TIE = 1e-9
"""In floating point, numbers that differ by less, relative to the largest at hand, are equal."""


@cache
def _sympy() -> Any:
    import sympy

    return sympy


def is_symbolic(value: object) -> bool:
    """Is the value a sympy object? Tells without importing sympy."""
    sympy = sys.modules.get("sympy")
    return sympy is not None and isinstance(value, sympy.Basic)


def number(value: object, where: str) -> Any:
    """Return a number as Fraction, float or, when it is neither, sympy expression.

    Parameters
    ----------
    value : object
        An int, bool, Fraction, Decimal, float, numpy number or sympy expression.
    where : str
        Named in the message.

    Raises
    ------
    CIDTypeError
        If it is no number.
    ModelError
        If it is NaN, infinite or not real.

    Examples
    --------
    >>> number(1, "p"), number(0.5, "p")
    (Fraction(1, 1), 0.5)
    """
    if type(value) is float and math.isfinite(value):  # most are, and this is quick
        return value
    if isinstance(value, numbers.Rational):
        exact = Fraction(int(value.numerator), int(value.denominator))
        return _short(exact, where)
    if isinstance(value, np.bool_):
        return Fraction(int(value))
    if isinstance(value, Decimal) and value.is_finite():
        return _short(Fraction(value if abs(value.adjusted()) < HUGE else 1 << HUGE), where)
    if isinstance(value, numbers.Real | Decimal):
        if isinstance(value, Decimal) or not math.isfinite(value):
            raise ModelError(f"{where} is {value}. Give a finite number.")
        return float(value)
    if is_symbolic(value) and isinstance(value, _sympy().Expr):
        sympy = _sympy()
        if value.has(sympy.nan, sympy.zoo, sympy.oo, -sympy.oo):
            raise ModelError(f"{where} is {value}. Give a finite number.")
        if value.is_extended_real is False:
            raise ModelError(f"{where} is {value}, which is not real.")
        if value.is_Rational:
            return _short(Fraction(int(value.p), int(value.q)), where)
        return float(value) if value.is_Float else value
    raise CIDTypeError(f"{where} is {shorten(value)} ({type(value).__name__}), not a number.")


def long_number(value: object) -> str:
    """Return ``repr(value)``, also where it holds a number that Python would not write.

    Examples
    --------
    >>> long_number(Fraction(1, 3)), long_number(10**5000)
    ('Fraction(1, 3)', '<int of 16610 bits>')
    """
    try:
        return repr(value)
    except ValueError:  # more than 4,300 digits
        if isinstance(value, Fraction):
            over, under = (long_number(part) for part in value.as_integer_ratio())
            return f"Fraction({over}, {under})"
        size = value.bit_length() if isinstance(value, int) else "more"
        return f"<{type(value).__name__} of {size} bits>"


def _short(exact: Fraction, where: str) -> Fraction:
    if max(exact.numerator.bit_length(), exact.denominator.bit_length()) > MAX_BITS:
        raise SizeError(
            f"{where} is a number of more than {MAX_DIGITS:,} digits. Give a rounded one, such as "
            "a float."
        )
    return exact


def arithmetic(values: Iterable[Any]) -> str:
    """Return the arithmetic that some numbers, each made by :func:`number`, call for.

    Examples
    --------
    >>> arithmetic([number(1, "p"), number(0.5, "p")])
    'float'
    """
    found = EXACT
    for value in values:
        if is_symbolic(value):
            return SYMBOLIC
        if isinstance(value, float):
            found = FLOAT
    return found


def array(values: Any, kind: str) -> np.ndarray[Any, Any]:
    """Return an array of the arithmetic's numbers, of dtype float64 or object.

    Raises
    ------
    ModelError
        For a fraction that is too large for a float.
    """
    given = np.asarray(values, dtype=object)
    if kind == FLOAT:
        try:
            return given.astype(np.float64)
        except OverflowError:
            raise ModelError(
                "A number is too large for floats, with which the model computes because another "
                "number is a float. Give Fractions throughout."
            ) from None
    if kind == SYMBOLIC:
        sympify = np.frompyfunc(_symbol, 1, 1)
        return np.asarray(sympify(given), dtype=object)
    return given


def _symbol(value: Any) -> Any:
    sympy = _sympy()
    if isinstance(value, Fraction):
        return sympy.Rational(value.numerator, value.denominator)
    return sympy.sympify(value)


def is_zero(value: Any) -> bool:
    """Is a number zero? A symbolic one counts as zero when simplification shows it."""
    if is_symbolic(value):
        zero = value.is_zero
        if zero is not None:
            return bool(zero)
        canonical = value.is_rational_function(*value.free_symbols)
        return bool((_sympy().cancel if canonical else _sympy().simplify)(value) == 0)
    return bool(value == 0)
