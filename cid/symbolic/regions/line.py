"""Signs of polynomials in one parameter, exactly: the line is cut at their real roots.

Between two neighbouring roots no polynomial changes its sign, so a question about signs has one
answer in each *cell*: an open interval between roots, or a root. Roots are algebraic numbers and
are compared exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cmp_to_key, lru_cache
from typing import Any

from cid.engine.field import Element, Field, Polynomial, exact, fraction
from cid.symbolic.regions.signs import ANY, Signs, product

__all__ = ["Cell", "Line", "cut", "roots", "sign_at", "whole_line"]


@lru_cache(maxsize=4096)
def roots(polynomial: Polynomial, symbol: Any) -> tuple[Any, ...]:
    """Return the real roots of an irreducible polynomial in one symbol, in ascending order."""
    import sympy

    return tuple(sympy.Poly(polynomial.as_expr(), symbol).real_roots())


def _below(a: Any, b: Any) -> bool:
    import sympy

    return bool(sympy.sympify(a) < sympy.sympify(b))


def _ascending(a: Any, b: Any) -> int:
    return 0 if a == b else (-1 if _below(a, b) else 1)


@dataclass(frozen=True)
class Cell:
    """An open interval, or a point: the root of an irreducible polynomial.

    Attributes
    ----------
    low, high : sympy number or infinity
        Ends; equal for a point.
    root_of : PolyElement or None
        A point's polynomial.
    """

    low: Any
    high: Any
    root_of: Polynomial | None = None

    @property
    def is_point(self) -> bool:
        """Is it a single number?"""
        return self.root_of is not None

    def sample(self) -> Fraction:
        """Return a rational number inside an open interval."""
        import sympy

        if self.low.is_infinite and self.high.is_infinite:
            return Fraction(0)
        if self.low.is_infinite:
            return Fraction(int(sympy.ceiling(self.high)) - 1)
        if self.high.is_infinite:
            return Fraction(int(sympy.floor(self.low)) + 1)
        parts = 1
        while True:  # the coarsest dyadic grid with a point inside
            inside = Fraction(int(sympy.floor(self.low * parts)) + 1, parts)
            if _below(exact(inside), self.high):
                return inside
            parts *= 2


@lru_cache(maxsize=4096)
def sign_at(polynomial: Polynomial, symbol: Any, cell: Cell) -> int:
    """Return a polynomial's sign in a cell in which it has no root, or whose point is its root."""
    if cell.root_of == polynomial:
        return 0
    axis = polynomial.ring.symbols.index(symbol)
    if not cell.is_point:
        at = cell.sample()
        value: Any = Fraction(0)
        for exponents, coefficient in polynomial.terms():
            value += fraction(coefficient) * at ** exponents[axis]
    else:  # not zero: two irreducible polynomials share no root
        value = polynomial.as_expr().xreplace({symbol: cell.low})
        digits = 20
        while abs(value.evalf(digits)) < 10 ** (-digits // 2):
            digits *= 2
        value = value.evalf(digits)
    return 1 if value > 0 else -1


def cut(cell: Cell, polynomials: Iterable[Polynomial], symbol: Any) -> list[Cell]:
    """Cut a cell at the roots of polynomials; from left to right."""
    if cell.is_point:
        return [cell]
    inside = {
        root: polynomial
        for polynomial in polynomials
        for root in roots(polynomial, symbol)
        if _below(cell.low, root) and _below(root, cell.high)
    }
    ends = sorted(inside, key=cmp_to_key(_ascending))
    pieces: list[Cell] = []
    low = cell.low
    for root in ends:
        pieces += [Cell(low, root), Cell(root, root, inside[root])]
        low = root
    return [*pieces, Cell(low, cell.high)]


def whole_line() -> Cell:
    """Return the cell of all real numbers."""
    import sympy

    return Cell(-sympy.oo, sympy.oo)


@dataclass(frozen=True)
class Region:
    """The parameter lies in one cell."""

    space: Line = field(repr=False)
    cell: Cell

    def possible(self, element: Element) -> Signs:
        """Return the signs that an element takes in the cell, or all when it has a root inside."""
        symbol = self.space.symbol
        sign, factors = self.space.field.signature(element)
        if any(len(cut(self.cell, [polynomial], symbol)) > 1 for polynomial, _ in factors):
            return ANY
        return product(
            sign, ((frozenset({sign_at(f, symbol, self.cell)}), odd) for f, odd in factors)
        )

    def split(self, element: Element, wanted: Signs) -> list[Region]:
        """Cut the cell where the element changes its sign."""
        _, factors = self.space.field.signature(element)
        pieces = cut(self.cell, [polynomial for polynomial, _ in factors], self.space.symbol)
        return [Region(self.space, piece) for piece in pieces]


class Line:
    """The values of one parameter that a model allows.

    Parameters
    ----------
    field : Field
        Its only generator is the parameter.
    nonnegative : iterable of elements
        What the model needs to be at least zero.
    nonzero : iterable of polynomials
        What it divides by.
    """

    def __init__(
        self, field: Field, nonnegative: Iterable[Element], nonzero: Iterable[Polynomial]
    ) -> None:
        self.field = field
        self.symbol = field.generators[0]
        needed = [field.signature(element) for element in dict.fromkeys(nonnegative)]
        apart = list(nonzero)
        itself = self.symbol
        self._own = field.signature(field.gens[0])[1][0][0]
        factors = [f for _, each in needed for f, _ in each] + apart + [self._own]
        self._all = cut(whole_line(), factors, itself)
        self._allowed = []
        for cell in self._all:
            region = Region(self, cell)
            fits = all(max(region.possible(element)) >= 0 for element in nonnegative)
            if fits and self._assumed(cell) and all(sign_at(f, itself, cell) for f in apart):
                self._allowed.append(cell)

    def _assumed(self, cell: Cell) -> bool:
        """Do sympy's assumptions on the symbol allow the cell?"""
        sign = sign_at(self._own, self.symbol, cell)
        known = self.symbol
        return not (
            (known.is_positive and sign <= 0)
            or (known.is_nonnegative and sign < 0)
            or (known.is_negative and sign >= 0)
            or (known.is_nonpositive and sign > 0)
            or (known.is_nonzero and sign == 0)
        )

    @property
    def start(self) -> list[Region]:
        """The regions from which exploring starts."""
        return [Region(self, cell) for cell in self._allowed]

    @property
    def domain(self) -> Any:
        """The values allowed, as a sympy relation."""
        kept = set(self._allowed)
        return _relation(self.symbol, [(cell, cell in kept) for cell in self._all])

    def condition(self, yes: Sequence[Region], no: Sequence[Region]) -> Any:
        """Return the relation that holds in the first regions and not in the others."""
        import sympy

        if not yes:
            return sympy.false
        marked = {each.cell: True for each in yes} | {each.cell: False for each in no}
        cells = sorted(marked, key=cmp_to_key(_before))
        return _relation(self.symbol, [(cell, marked[cell]) for cell in cells])


def _before(a: Cell, b: Cell) -> int:
    return _ascending(a.low, b.low) or _ascending(a.high, b.high)


def _relation(symbol: Any, cells: Sequence[tuple[Cell, bool]]) -> Any:
    """Write a union of cells as relations; `cells` are sorted and say whether they belong to it.

    A lone point that is left out of an interval becomes an inequation, and an interval that ends
    with the last cell has no bound there.
    """
    import sympy

    runs: list[list[int]] = []  # first and last cell of each stretch
    holes: list[list[Any]] = []
    for k, (_, belongs) in enumerate(cells):
        if not belongs:
            continue
        if runs and runs[-1][1] == k - 1:
            runs[-1][1] = k
        elif runs and runs[-1][1] == k - 2 and cells[k - 1][0].is_point:
            runs[-1][1] = k
            holes[-1].append(cells[k - 1][0].low)
        else:
            runs.append([k, k])
            holes.append([])
    parts = []
    for (first, last), missing in zip(runs, holes, strict=True):
        low, high = cells[first][0], cells[last][0]
        if first == last and low.is_point and len(cells) > 1:
            parts.append(sympy.Eq(symbol, low.low))
            continue
        bounds = [sympy.Ne(symbol, value) for value in missing]
        if first > 0:
            bounds.append((sympy.Ge if low.is_point else sympy.Gt)(symbol, low.low))
        if last < len(cells) - 1:
            bounds.append((sympy.Le if high.is_point else sympy.Lt)(symbol, high.high))
        parts.append(sympy.And(*bounds))
    return sympy.Or(*parts)
