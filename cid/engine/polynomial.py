"""Polynomials in many variables with exact coefficients, and equations between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

__all__ = [
    "Polynomial",
    "Singular",
    "constant",
    "exceeds",
    "fractions",
    "rational",
    "real_roots",
    "solve_linear",
]

Array = np.ndarray[Any, Any]


ROUNDING = 1e-12
"""Floats below this, relative to the largest of a table, are rounding errors."""


class Singular(Exception):  # noqa: N818
    """Linear equations with infinitely many solutions."""


class Polynomial:
    """A polynomial as {monomial: coefficient}; a monomial lists its variables in order."""

    def __init__(self, terms: Mapping[tuple[int, ...], Any]) -> None:
        self.terms = {monomial: c for monomial, c in terms.items() if c != 0}

    @classmethod
    def sum_of(cls, terms: Iterable[tuple[Iterable[int], Any]]) -> Polynomial:
        """Add up monomials, their variables in any order."""
        total: dict[tuple[int, ...], Any] = {}
        for variables, c in terms:
            key = tuple(sorted(variables))
            total[key] = total.get(key, 0) + c
        return cls(total)

    def degree(self, variables: Iterable[int] | None = None) -> int:
        """Return the degree, counting all variables or some."""
        among = None if variables is None else set(variables)
        return max(
            (sum(1 for v in m if among is None or v in among) for m in self.terms), default=0
        )

    def times(self, other: Polynomial) -> Polynomial:
        """Return the product."""
        return Polynomial.sum_of(
            (m + n, c * e) for m, c in self.terms.items() for n, e in other.terms.items()
        )

    def put(self, values: Mapping[int, Polynomial]) -> Polynomial:
        """Return the polynomial with polynomials in place of some variables."""
        total: dict[tuple[int, ...], Any] = {}
        for monomial, c in self.terms.items():
            left = tuple(v for v in monomial if v not in values)
            part = Polynomial({left: c})
            for v in monomial:
                if v in values:
                    part = part.times(values[v])
            for m, e in part.terms.items():
                total[m] = total.get(m, 0) + e
        return Polynomial(total)

    def derivative(self, variable: int) -> Polynomial:
        """Return the derivative by one variable."""
        terms: dict[tuple[int, ...], Any] = {}
        for monomial, c in self.terms.items():
            count = monomial.count(variable)
            if count:
                k = monomial.index(variable)
                terms[monomial[:k] + monomial[k + 1 :]] = c * count
        return Polynomial(terms)

    def at(self, point: Mapping[int, Any] | Sequence[Any]) -> Any:
        """Return the value at a point."""
        total: Any = Fraction(0)
        for monomial, c in self.terms.items():
            part: Any = c
            for v in monomial:
                part = part * point[v]
            total = total + part
        return total


def constant(c: Any) -> Polynomial:
    """Return a polynomial without variables."""
    return Polynomial({(): c})


def fractions(table: Array) -> Array:
    """Return numbers as Fractions; of floats, those that are rounding errors become zero."""
    if table.dtype != np.float64:
        return table
    floor = ROUNDING * float(np.abs(table).max(initial=0.0))
    exact = np.frompyfunc(lambda x: Fraction(x) if abs(x) > floor else Fraction(0), 1, 1)
    return np.asarray(exact(table), dtype=object)


def exceeds(left: Any, right: Any, margin: Any) -> bool:
    """Is one number larger than another? Numbers may be algebraic."""
    difference = left - right
    if isinstance(difference, Fraction | int | float):
        return bool(difference > margin)
    return bool(difference.is_zero is not True and difference.evalf(40) > 10**-30 + margin)


def solve_linear(equations: Sequence[Polynomial], variables: Sequence[int]) -> list[Any] | None:
    """Solve as many linear equations as variables exactly.

    Returns
    -------
    list of Fraction or None
        None when there is no solution.

    Raises
    ------
    Singular
        When there are infinitely many.
    """
    rows = [
        [e.terms.get((v,), Fraction(0)) for v in variables] + [-e.terms.get((), Fraction(0))]
        for e in equations
    ]
    pivots = 0
    for k in range(len(variables)):
        pivot = next((i for i in range(pivots, len(rows)) if rows[i][k] != 0), None)
        if pivot is None:
            continue
        rows[pivots], rows[pivot] = rows[pivot], rows[pivots]
        rows[pivots] = [x / rows[pivots][k] for x in rows[pivots]]
        for i in range(len(rows)):
            if i != pivots and rows[i][k] != 0:
                rows[i] = [x - rows[i][k] * y for x, y in zip(rows[i], rows[pivots], strict=True)]
        pivots += 1
    if any(row[-1] != 0 for row in rows[pivots:]):
        return None
    if pivots < len(variables):
        raise Singular
    return [row[-1] for row in rows]


def real_roots(p: Polynomial, variable: int) -> list[Any]:
    """Return the distinct real roots of a polynomial in one variable, exactly.

    Rational ones are Fractions, others sympy's algebraic numbers. A constant has none.
    """
    import sympy

    x = sympy.Symbol("x")
    terms = (rational(c) * x ** len(m) for m, c in p.terms.items())
    poly = sympy.Poly(sum(terms, sympy.Integer(0)), x)
    assert set().union(*p.terms, [variable]) == {variable}
    if poly.degree() < 1:
        return []
    return [
        Fraction(int(root.p), int(root.q)) if root.is_Rational else root
        for root in dict.fromkeys(poly.real_roots())
    ]


def rational(c: Fraction) -> Any:
    """Return a Fraction as sympy's number."""
    import sympy

    return sympy.Rational(c.numerator, c.denominator)
