"""Which signs can a polynomial have, when each of its variables is confined to an interval?

The answer is by Bernstein's argument: put x = (low + high t) / (1 + t) with t >= 0; if no
coefficient of the resulting polynomial in t is negative, neither is the polynomial. The test is
sound and not complete: a sign that is impossible may be left in.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from cid.engine.field import fraction

__all__ = ["ANY", "Interval", "Signs", "assumed", "plus", "product", "sign_range"]

Signs = frozenset[int]
ANY: Signs = frozenset({-1, 0, 1})


@dataclass(frozen=True)
class Interval:
    """Bounds of a variable; None where there is none, and whether the ends belong to it."""

    low: Fraction | None = None
    high: Fraction | None = None
    low_closed: bool = False
    high_closed: bool = False

    def meet(self, other: Interval) -> Interval:
        """Return the intersection."""
        low, low_closed = max(
            (self.low, self.low_closed), (other.low, other.low_closed), key=_lower
        )
        high, high_closed = min(
            (self.high, self.high_closed), (other.high, other.high_closed), key=_upper
        )
        return Interval(low, high, low_closed, high_closed)


def _lower(end: tuple[Fraction | None, bool]) -> tuple[float | Fraction, bool]:
    value, closed = end
    return (-math.inf if value is None else value), not closed


def _upper(end: tuple[Fraction | None, bool]) -> tuple[float | Fraction, bool]:
    value, closed = end
    return (math.inf if value is None else value), closed


def assumed(generator: Any) -> Interval:
    """Return the interval that sympy's assumptions give for a generator with real parameters."""
    import sympy

    real = {
        symbol: sympy.Dummy(**{**symbol.assumptions0, "real": True})
        for symbol in generator.free_symbols
    }
    known = generator.xreplace(real)
    zero = Fraction(0)
    if known.is_positive:
        return Interval(low=zero)
    if known.is_nonnegative:
        return Interval(low=zero, low_closed=True)
    if known.is_negative:
        return Interval(high=zero)
    if known.is_nonpositive:
        return Interval(high=zero, high_closed=True)
    return Interval()


def plus(a: int, b: int) -> Signs:
    """Return the possible signs of a sum of numbers with these signs."""
    if a == 0 or b == 0 or a == b:
        return frozenset({a or b})
    return ANY


def product(sign: int, factors: Iterable[tuple[Signs, bool]]) -> Signs:
    """Return the possible signs of a product.

    Parameters
    ----------
    sign : int
        Of its constant factor.
    factors : iterable of (signs, odd)
        Possible signs of each other factor, and whether its power is odd.
    """
    found = {sign}
    for signs, odd in factors:
        found = {s * (t if odd else t * t) for s in found for t in signs}
    return frozenset(found)


def _powers(first: Fraction, second: Fraction, power: int) -> list[Fraction]:
    """Return the coefficients of (first + second t) ** power."""
    return [math.comb(power, k) * first ** (power - k) * second**k for k in range(power + 1)]


def _product(a: Sequence[Fraction], b: Sequence[Fraction]) -> list[Fraction]:
    out = [Fraction(0)] * (len(a) + len(b) - 1)
    for i, x in enumerate(a):
        for k, y in enumerate(b):
            out[i + k] += x * y
    return out


def _substitute(
    terms: Mapping[tuple[int, ...], Fraction], axis: int, interval: Interval, degree: int
) -> dict[tuple[int, ...], Fraction]:
    """Write one variable in terms of t >= 0."""
    one = Fraction(1)
    found: dict[tuple[int, ...], Fraction] = {}
    for exponents, coefficient in terms.items():
        k = exponents[axis]
        if interval.low is not None and interval.high is not None:
            polynomial = _product(
                _powers(interval.low, interval.high, k), _powers(one, one, degree - k)
            )
        elif interval.low is not None:
            polynomial = _powers(interval.low, one, k)
        elif interval.high is not None:
            polynomial = _powers(interval.high, -one, k)
        else:
            polynomial = [Fraction(0)] * k + [one]
        for power, factor in enumerate(polynomial):
            if factor:
                key = (*exponents[:axis], power, *exponents[axis + 1 :])
                found[key] = found.get(key, Fraction(0)) + coefficient * factor
    return {key: value for key, value in found.items() if value}


def sign_range(polynomial: Any, intervals: Sequence[Interval]) -> Signs:
    """Return a set that holds every sign the polynomial takes on the box.

    Parameters
    ----------
    polynomial : PolyElement
        Not zero.
    intervals : sequence of Interval
        One for each generator of its ring.

    Examples
    --------
    >>> import sympy
    >>> p, q = sympy.symbols("p q")
    >>> _, polynomial = sympy.sring(2 - p - q, p, q)
    >>> unit = Interval(Fraction(0), Fraction(1), low_closed=True, high_closed=True)
    >>> sorted(sign_range(polynomial, [unit, unit]))
    [0, 1]
    """
    terms = {exponents: fraction(coefficient) for exponents, coefficient in polynomial.terms()}
    axes = range(len(intervals))
    degree = [max(exponents[axis] for exponents in terms) for axis in axes]
    for axis in axes:
        if degree[axis]:
            terms = _substitute(terms, axis, intervals[axis], degree[axis])
    free = [i for i in axes if intervals[i].low is None and intervals[i].high is None]
    if any(exponents[axis] % 2 for exponents in terms for axis in free):
        return ANY
    sides = {1 if value > 0 else -1 for value in terms.values()}
    if len(sides) > 1:
        return ANY
    zero = not all(_face_has_a_term(terms, face) for face in _faces(intervals, degree, free))
    return frozenset(sides | ({0} if zero else set()))


def _faces(
    intervals: Sequence[Interval], degree: Sequence[int], free: Sequence[int]
) -> itertools.product[tuple[int | None, ...]]:
    """List the open faces of the box: per variable None inside, or the only power that is left."""
    choices = []
    for axis, interval in enumerate(intervals):
        here: list[int | None] = [None]
        if degree[axis]:
            if axis in free or (interval.low is not None and interval.low_closed):
                here.append(0)
            elif interval.low is None and interval.high_closed:
                here.append(0)  # there t counts from the upper end
            if interval.low is not None and interval.high is not None and interval.high_closed:
                here.append(degree[axis])
        choices.append(here)
    return itertools.product(*choices)


def _face_has_a_term(terms: Mapping[tuple[int, ...], Fraction], face: Sequence[int | None]) -> bool:
    return any(
        all(want is None or power == want for power, want in zip(exponents, face, strict=True))
        for exponents in terms
    )
