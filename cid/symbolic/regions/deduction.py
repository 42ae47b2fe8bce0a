"""What the signs of some polynomials say about the signs of others.

Three sound tests, none of them complete: polynomials in the same single parameter are looked at on
the line; a polynomial that is zero and linear in a parameter gives the parameter's value, which is
put into the others; and identities f = r g + h with a number r carry signs of g and h over to f.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any

from cid.engine.field import Factored, Field, Polynomial, exact, fraction
from cid.symbolic.regions.line import Cell, cut, sign_at, whole_line
from cid.symbolic.regions.signs import ANY, Interval, Signs, plus, product, sign_range

__all__ = ["Deduction", "Literals"]

Literals = Mapping[Polynomial, Signs]
"""Signs that some irreducible polynomials may have."""


class Deduction:
    """Consequences of signs within a domain.

    Parameters
    ----------
    field : Field
        The arithmetic.
    intervals : sequence of Interval
        Bounds of its generators.
    restrictions : mapping
        Signs that the domain leaves to polynomials.
    """

    def __init__(self, field: Field, intervals: Sequence[Interval], restrictions: Literals) -> None:
        self.field, self.intervals, self.restrictions = field, intervals, restrictions
        self.base = cache(self._base)
        self._identities = cache(self._find_identities)
        self._where_zero = cache(self._find_where_zero)
        self._seen: dict[frozenset[tuple[Polynomial, Signs]], dict[Polynomial, Signs] | None] = {}

    def _base(self, polynomial: Polynomial) -> Signs:
        """Return the signs of an irreducible polynomial anywhere in the domain."""
        signs = sign_range(polynomial, self.intervals)
        return signs & self.restrictions.get(polynomial, ANY)

    def signs_in(self, literals: Literals, polynomial: Polynomial) -> Signs:
        """Return the signs that an irreducible polynomial may have, given those of others.

        `literals` are narrow already.
        """
        known = literals.get(polynomial)
        if known is not None:
            return known
        narrowed = self.narrow({**literals, polynomial: self.base(polynomial)}, {polynomial})
        return ANY if narrowed is None else narrowed[polynomial]

    def narrow(
        self, literals: Literals, fresh: Collection[Polynomial] | None = None
    ) -> dict[Polynomial, Signs] | None:
        """Return the literals with what follows from them, or None when they contradict.

        Parameters
        ----------
        literals : mapping
            Signs of polynomials.
        fresh : collection of polynomials, optional
            Those that make the difference to literals which are narrow already; all by default.
        """
        key = frozenset(literals.items())
        if key not in self._seen:
            fixed = {polynomial: self.base(polynomial) for polynomial in self.restrictions}
            whole = {**fixed, **literals}
            self._seen[key] = self._narrow(whole, set(whole if fresh is None else fresh))
        return self._seen[key]

    def _narrow(
        self, literals: dict[Polynomial, Signs], fresh: set[Polynomial]
    ) -> dict[Polynomial, Signs] | None:
        """Apply the tests that something new bears on, until nothing changes."""
        while fresh:
            before = dict(literals)
            for f, g in itertools.permutations(literals, 2):
                identities, sources = self._identities(f, g)
                if identities and (f in fresh or not sources.isdisjoint(fresh)):
                    literals[f] &= self._by_identities(identities, g, literals)
                if literals[f] == {0} and (f in fresh or g in fresh):
                    rest = self._where_zero(f, g)
                    literals[g] &= ANY if rest is None else self._signs(rest, literals)
            if not all(literals.values()):
                return None
            for symbol in {self.field.only_symbol(f) for f in fresh} - {None}:
                self._by_line(symbol, literals)
            if not all(literals.values()):
                return None
            fresh = {f for f, signs in literals.items() if signs != before[f]}
        return literals

    def _signs(self, factored: Factored, literals: Literals) -> Signs:
        """Return the signs of a product, given those of some polynomials."""
        sign, factors = factored
        return product(sign, ((literals.get(f) or self.base(f), odd) for f, odd in factors))

    # ---- identities --------------------------------------------------------------------------

    def _by_identities(
        self, identities: Sequence[tuple[int, Factored]], g: Polynomial, literals: Literals
    ) -> Signs:
        """Return the signs that f may have because of g."""
        allowed = ANY
        for ratio, rest in identities:
            allowed &= _sum(ratio, literals[g], self._signs(rest, literals))
        return allowed

    def _find_identities(
        self, f: Polynomial, g: Polynomial
    ) -> tuple[tuple[tuple[int, Factored], ...], frozenset[Polynomial]]:
        """Return (sign of r, h in factors) for identities f = r g + h with few terms in h.

        And the polynomials whose signs they draw on.
        """
        ours, theirs = dict(f.terms()), dict(g.terms())
        found = {}
        for monomial in ours.keys() & theirs.keys():
            ratio = fraction(ours[monomial]) / fraction(theirs[monomial])
            rest = f * ratio.denominator - g * ratio.numerator
            if len(rest) <= max(len(f), len(g)):  # longer ones say little and cost much
                found[ratio] = (1 if ratio > 0 else -1, self.field.factored(rest))
        factors = {factor for _, rest in found.values() for factor, _ in rest[1]}
        return tuple(found.values()), frozenset(factors | {g})

    # ---- values ------------------------------------------------------------------------------

    def _find_where_zero(self, f: Polynomial, g: Polynomial) -> Factored | None:
        """Return g in factors where f is zero; None unless f is linear in one symbol alone."""
        symbol = self.field.only_symbol(f)
        if symbol is None or max(f.degrees()) > 1:
            return None
        at = -fraction(f.coeff(1)) / fraction(f.LC)
        if self.field.fractional and at.denominator > 1:
            return None  # the coefficients of numerators are integers
        axis = self.field.generators.index(symbol)
        return self.field.factored(g.subs(f.ring.gens[axis], f.ring.domain.from_sympy(exact(at))))

    # ---- the line ----------------------------------------------------------------------------

    def _by_line(self, symbol: Any, literals: dict[Polynomial, Signs]) -> None:
        """Keep the signs that polynomials in one symbol have together somewhere."""
        alone = tuple(f for f in literals if self.field.only_symbol(f) == symbol)
        if not alone:
            return
        interval = self.intervals[self.field.generators.index(symbol)]
        vectors = []
        for cell in cut(whole_line(), alone, symbol):
            vector = [sign_at(f, symbol, cell) for f in alone]
            fits = all(s in literals[f] for f, s in zip(alone, vector, strict=True))
            if fits and _overlaps(cell, interval):
                vectors.append(vector)
        for k, f in enumerate(alone):
            literals[f] = frozenset(vector[k] for vector in vectors)


@cache
def _sum(ratio: int, signs: Signs, rest: Signs) -> Signs:
    """Return the signs of r g + h."""
    found: Signs = frozenset()
    for s, h in itertools.product(signs, rest):
        found |= plus(ratio * s, h)
    return found


def _overlaps(cell: Cell, interval: Interval) -> bool:
    """Do a cell and an interval have a point in common?"""
    import sympy

    low = -sympy.oo if interval.low is None else exact(interval.low)
    high = sympy.oo if interval.high is None else exact(interval.high)
    if cell.is_point:
        above = cell.low > low or (interval.low_closed and cell.low == low)
        below = cell.low < high or (interval.high_closed and cell.low == high)
        return bool(above) and bool(below)
    return bool(cell.low < high) and bool(low < cell.high)
