"""Signs of polynomials in several parameters: case distinction on the signs of their factors.

A *cube* says of some irreducible polynomials which signs they may have. Deciding a question splits
a cube on a factor whose sign matters and is open. Cubes that cannot be met are dropped as far as
three sound tests see it: the interval of each parameter, the real roots of polynomials in the same
single parameter, and identities f = r g + h in which the sign of h is known.

Cubes that got the same answer are merged by making each as large as it can be without touching one
with another answer, and keeping as few as cover them all (the first steps of two-level logic
minimisation [1]_, with three values in place of two).

.. [1] R. K. Brayton, G. D. Hachtel, C. T. McMullen, A. L. Sangiovanni-Vincentelli. "Logic
   Minimization Algorithms for VLSI Synthesis". Kluwer, 1984.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from typing import Any

from cid.solve.symbolic.box import ANY, Interval, Signs, assumed, plus, sign_range
from cid.solve.symbolic.field import Element, Field, Polynomial, fraction, tidy
from cid.solve.symbolic.line import Cell, cut, sign_at, whole_line

__all__ = ["Box", "Cube"]

Literals = Mapping[Polynomial, Signs]


def _times(sign: int, signs: Iterable[int], odd: bool) -> Signs:
    return frozenset(sign * (s if odd else s * s) for s in signs)


@dataclass(frozen=True, eq=False)
class Cube:
    """Signs that some polynomials may have, in a space of parameters."""

    space: Box = field(repr=False)
    literals: Literals

    def possible(self, element: Element) -> Signs:
        """Return signs among which an element's are, everywhere in the cube."""
        sign, factors = self.space.field.signature(element)
        found = frozenset({sign})
        for polynomial, odd in factors:
            signs = self._of(polynomial)
            found = frozenset().union(*(_times(s, signs, odd) for s in found))
        return found

    def _of(self, polynomial: Polynomial) -> Signs:
        known = self.literals.get(polynomial)
        if known is not None:
            return known
        narrowed = self.space.narrow({**self.literals, polynomial: self.space.base(polynomial)})
        return ANY if narrowed is None else narrowed[polynomial]

    def split(self, element: Element, wanted: Signs) -> list[Cube]:
        """Return cubes, together all of this one, that each know more of the element's sign.

        When a single factor is open, they are those in which the sign is among `wanted` and those
        in which it is not.
        """
        sign, factors = self.space.field.signature(element)
        open_factors = []
        for polynomial, odd in factors:
            signs = self._of(polynomial)
            if len(signs) > 1:
                open_factors.append((polynomial, odd, signs))
            elif odd:
                sign *= next(iter(signs))
        polynomial, odd, signs = open_factors[0]
        if len(open_factors) == 1:
            good = frozenset(s for s in signs if (sign * s if odd else sign * s * s) in wanted)
            parts = [good, signs - good]
        else:
            parts = [frozenset({s}) for s in sorted(signs)]
        cubes = (self.space.narrow({**self.literals, polynomial: part}) for part in parts)
        return [Cube(self.space, cube) for cube in cubes if cube is not None]


class Box:
    """The values of several parameters that a model allows.

    Parameters
    ----------
    field : Field
        Its generators are the parameters, and terms such as ``exp(p)`` if there are any.
    nonnegative : iterable of elements
        What the model needs to be at least zero.
    nonzero : iterable of polynomials
        What it divides by.
    """

    def __init__(
        self, field: Field, nonnegative: Iterable[Element], nonzero: Iterable[Polynomial]
    ) -> None:
        self.field = field
        self.base = cache(self._base)
        self._relations = cache(self._find_relations)
        self._seen: dict[frozenset[tuple[Polynomial, Signs]], dict[Polynomial, Signs] | None] = {}
        self._fixed: dict[Polynomial, Signs] = {}
        self.intervals = [assumed(generator) for generator in field.generators]
        needed = list(dict.fromkeys(nonnegative))
        for axis, generator in enumerate(field.generators):
            if generator.is_Symbol:
                own = [e for e in needed if self._only_in(e) == generator]
                self.intervals[axis] = self.intervals[axis].meet(self._bounds(generator, own))
        sides = {factor: ANY - {0} for factor in nonzero}
        for element in needed:
            sign, factors = field.signature(element)
            loose = [(f, odd) for f, odd in factors if len(self.base(f)) > 1]
            if len(loose) == 1 and loose[0][1]:
                polynomial = loose[0][0]
                for other, _ in factors:
                    if other != polynomial:
                        sign *= next(iter(self.base(other)))
                sides[polynomial] = sides.get(polynomial, ANY) & {0, sign}
        self.base.cache_clear()
        self._fixed = {f: signs for f, signs in sides.items() if not self.base(f) <= signs}
        self.base.cache_clear()
        self._needed = needed
        self._nonzero = list(nonzero)

    def _only_in(self, element: Element) -> Any:
        """Return the symbol in which an element is a polynomial, if it is one in one symbol."""
        symbols = {s for f, _ in self.field.signature(element)[1] for s in f.as_expr().free_symbols}
        plain = all(self._symbol(f) is not None for f, _ in self.field.signature(element)[1])
        return next(iter(symbols)) if len(symbols) == 1 and plain else None

    def _symbol(self, polynomial: Polynomial) -> Any:
        """Return the symbol in which an irreducible polynomial is one, if there is only one."""
        used = [
            generator
            for axis, generator in enumerate(self.field.generators)
            if any(exponents[axis] for exponents, _ in polynomial.terms())
        ]
        return used[0] if len(used) == 1 and used[0].is_Symbol else None

    def _bounds(self, symbol: Any, nonnegative: Sequence[Element]) -> Interval:
        """Return rational bounds of a symbol from the constraints in it alone."""
        factors = [f for e in nonnegative for f, _ in self.field.signature(e)[1]]
        cells = []
        for cell in cut(whole_line(), factors, symbol):
            signs = []
            for element in nonnegative:
                sign, each = self.field.signature(element)
                for polynomial, odd in each:
                    here = sign_at(polynomial, symbol, cell)
                    sign *= here if odd else here * here
                signs.append(sign)
            if all(sign >= 0 for sign in signs):
                cells.append(cell)
        if not cells:
            return Interval()
        low, high = cells[0], cells[-1]
        return Interval(
            _rational(low.low), _rational(high.high), low.is_point, high.is_point
        )

    # ---- what is known of signs --------------------------------------------------------------

    def _base(self, polynomial: Polynomial) -> Signs:
        """Return the signs of an irreducible polynomial anywhere in the domain."""
        known = sign_range(polynomial, self.intervals)
        return known & self._fixed.get(polynomial, ANY)

    def _range(self, polynomial: Polynomial) -> Signs:
        """Return the signs of any polynomial anywhere in the domain."""
        if not polynomial:
            return frozenset({0})
        coefficient, factors = polynomial.factor_list()
        found: Signs = frozenset({1 if coefficient > 0 else -1})
        for factor, power in factors:
            found = frozenset().union(*(_times(s, self.base(factor), bool(power % 2)) for s in found))
        return found

    def _find_relations(self, f: Polynomial, g: Polynomial) -> tuple[tuple[int, Signs], ...]:
        """Return (sign of r, signs of h) for identities f = r g + h that say something."""
        ours, theirs = dict(f.terms()), dict(g.terms())
        found = set()
        for monomial in ours.keys() & theirs.keys():
            ratio = fraction(ours[monomial]) / fraction(theirs[monomial])
            rest = f * ratio.denominator - g * ratio.numerator
            signs = self._range(rest)
            if signs != ANY:
                found.add((1 if ratio > 0 else -1, signs))
        return tuple(found)

    def narrow(self, literals: Literals) -> dict[Polynomial, Signs] | None:
        """Return the literals with what follows from them, or None when they contradict."""
        key = frozenset(literals.items())
        if key not in self._seen:
            self._seen[key] = self._narrow({**self._fixed_literals(), **literals})
        return self._seen[key]

    def _fixed_literals(self) -> dict[Polynomial, Signs]:
        return {polynomial: self.base(polynomial) for polynomial in self._fixed}

    def _narrow(self, literals: dict[Polynomial, Signs]) -> dict[Polynomial, Signs] | None:
        changed = True
        while changed:
            changed = False
            for f, g in itertools.permutations(literals, 2):
                allowed = literals[f]
                for ratio, rest in self._relations(f, g):
                    sums = (plus(ratio * s, h) for s in literals[g] for h in rest)
                    allowed &= frozenset().union(*sums)
                if allowed != literals[f]:
                    literals[f], changed = allowed, True
                if not allowed:
                    return None
            for symbol in self.field.symbols:
                alone = [f for f in literals if self._symbol(f) == symbol]
                if alone and not changed:
                    changed |= self._narrow_on_line(symbol, alone, literals)
            if not all(literals.values()):
                return None
        return literals

    def _narrow_on_line(
        self, symbol: Any, alone: Sequence[Polynomial], literals: dict[Polynomial, Signs]
    ) -> bool:
        """Keep the signs that polynomials in one symbol have together somewhere."""
        axis = self.field.generators.index(symbol)
        vectors = [
            vector
            for cell, vector in self._vectors(symbol, frozenset(alone), tuple(alone))
            if _overlaps(cell, self.intervals[axis])
            and all(s in literals[f] for f, s in zip(alone, vector, strict=True))
        ]
        changed = False
        for k, f in enumerate(alone):
            left = frozenset(vector[k] for vector in vectors)
            if left != literals[f]:
                literals[f], changed = left, True
        return changed

    def _vectors(
        self, symbol: Any, _key: frozenset[Polynomial], alone: tuple[Polynomial, ...]
    ) -> list[tuple[Cell, tuple[int, ...]]]:
        cells = cut(whole_line(), alone, symbol)
        return [(cell, tuple(sign_at(f, symbol, cell) for f in alone)) for cell in cells]

    # ---- regions and conditions --------------------------------------------------------------

    @property
    def start(self) -> list[Cube]:
        """The regions from which exploring starts."""
        literals = self.narrow({})
        return [] if literals is None else [Cube(self, literals)]

    @property
    def domain(self) -> Any:
        """The values allowed, as a sympy relation."""
        import sympy

        parts = []
        for axis, symbol in enumerate(self.field.generators):
            if symbol.is_Symbol:
                bounds = self.intervals[axis]
                if bounds.low is not None:
                    relation = sympy.Ge if bounds.low_closed else sympy.Gt
                    parts.append(relation(symbol, _number(bounds.low)))
                if bounds.high is not None:
                    relation = sympy.Le if bounds.high_closed else sympy.Lt
                    parts.append(relation(symbol, _number(bounds.high)))
        for element in self._needed:
            sign, factors = self.field.signature(element)
            signs = frozenset({sign})
            for f, odd in factors:
                alone = sign_range(f, self.intervals)
                signs = frozenset().union(*(_times(s, alone, odd) for s in signs))
            if -1 in signs:
                parts.append(sympy.Ge(self.field.expression(element), 0))
        parts += [_literal(f, ANY - {0}, ANY) for f in self._nonzero if 0 in sign_range(f, self.intervals)]
        return sympy.And(*parts)

    def condition(self, yes: Sequence[Cube], no: Sequence[Cube]) -> Any:
        """Return a relation that holds in the first cubes and not in the others."""
        import sympy

        if not yes:
            return sympy.false
        if not no:
            return sympy.true
        against = [dict(cube.literals) for cube in no]
        primes = [self._expand(dict(cube.literals), against) for cube in yes]
        chosen = _cover(primes, [dict(cube.literals) for cube in yes], self.base)
        return sympy.Or(
            *(
                sympy.And(*(_literal(f, signs, self.base(f)) for f, signs in prime.items()))
                for prime in chosen
            )
        )

    def _expand(
        self, literals: dict[Polynomial, Signs], against: Sequence[Literals]
    ) -> dict[Polynomial, Signs]:
        """Let each literal allow as much as it can without touching a cube of `against`."""
        hardest = sorted(literals, key=lambda f: (-len(f), str(f)))
        for polynomial in hardest:
            base = self.base(polynomial)
            now = literals[polynomial]
            wider = [base] + [now | {s} for s in sorted(base - now)]
            for signs in wider:
                trial = {**literals, polynomial: signs}
                if signs != now and not any(self._meet(trial, other) for other in against):
                    literals[polynomial] = signs
                    break
        return {f: signs for f, signs in literals.items() if signs != self.base(f)}

    def _meet(self, a: Literals, b: Literals) -> bool:
        both = {f: a.get(f, ANY) & b.get(f, ANY) for f in {**a, **b}}
        return all(both.values()) and self.narrow(both) is not None


def _overlaps(cell: Cell, interval: Interval) -> bool:
    import sympy

    low = -sympy.oo if interval.low is None else _number(interval.low)
    high = sympy.oo if interval.high is None else _number(interval.high)
    if cell.is_point:
        above = cell.low > low or (interval.low_closed and cell.low == low)
        below = cell.low < high or (interval.high_closed and cell.low == high)
        return bool(above) and bool(below)
    return bool(cell.low < high) and bool(low < cell.high)


def _cover(
    primes: Sequence[Literals], leaves: Sequence[Literals], base: Any
) -> list[Literals]:
    """Pick few primes that together hold every leaf, shortest first."""
    distinct = list({frozenset(prime.items()): prime for prime in primes}.values())
    held = [
        {
            k
            for k, leaf in enumerate(leaves)
            if all(leaf.get(f, base(f)) <= signs for f, signs in prime.items())
        }
        for prime in distinct
    ]
    left = set(range(len(leaves)))
    chosen = []
    while left:
        best = max(range(len(distinct)), key=lambda i: (len(held[i] & left), -len(distinct[i])))
        chosen.append(distinct[best])
        left -= held[best]
    return chosen


def _number(value: Fraction) -> Any:
    import sympy

    return sympy.Rational(value.numerator, value.denominator)


def _rational(value: Any) -> Fraction | None:
    """Return a bound if it is rational; an irrational one is left to the constraints."""
    return Fraction(int(value.p), int(value.q)) if value.is_Rational else None


def _literal(polynomial: Polynomial, signs: Signs, base: Signs) -> Any:
    """Write "the polynomial's sign is among these", positive terms left and negative ones right."""
    import sympy

    if signs >= base:
        return sympy.true
    if not signs:
        return sympy.false
    relation = {
        frozenset({1}): sympy.Gt,
        frozenset({0, 1}): sympy.Ge,
        frozenset({0}): sympy.Eq,
        frozenset({-1, 1}): sympy.Ne,
        frozenset({-1, 0}): sympy.Le,
        frozenset({-1}): sympy.Lt,
    }[signs]
    expression = sympy.expand(polynomial.as_expr())
    free = expression.free_symbols
    if len(free) == 1:
        (symbol,) = free
        whole = sympy.Poly(expression, symbol) if expression.is_polynomial(symbol) else None
        if whole is not None and whole.degree() == 1:
            slope, start = whole.all_coeffs()
            at = -start / slope
            return relation(symbol, at) if slope > 0 else relation(at, symbol)
    terms = sympy.Add.make_args(expression)
    left = [term for term in terms if not term.could_extract_minus_sign()]
    right = [-term for term in terms if term.could_extract_minus_sign()]
    return relation(tidy(sympy.Add(*left)), tidy(sympy.Add(*right)))
