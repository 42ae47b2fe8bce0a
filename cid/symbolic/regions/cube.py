"""Signs of polynomials in several parameters: case distinction on the signs of their factors.

A *cube* says of some irreducible polynomials which signs they may have. Deciding a question splits
a cube on a factor whose sign matters and is open. Cubes that cannot be met are dropped as far as
:mod:`cid.symbolic.regions.deduction` sees it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from cid.engine.field import Element, Field, Polynomial, exact
from cid.symbolic.regions.cover import disjunction, literal
from cid.symbolic.regions.deduction import Deduction, Literals
from cid.symbolic.regions.line import cut, sign_at, whole_line
from cid.symbolic.regions.relations import against_zero
from cid.symbolic.regions.signs import ANY, Interval, Signs, assumed, product, sign_range

__all__ = ["Box", "Cube"]


@dataclass(frozen=True, eq=False)
class Cube:
    """Signs that some polynomials may have, in a space of parameters."""

    space: Box = field(repr=False)
    literals: Literals

    def possible(self, element: Element) -> Signs:
        """Return signs among which an element's are, everywhere in the cube."""
        sign, factors = self.space.field.signature(element)
        return product(sign, ((self.signs(factor), odd) for factor, odd in factors))

    def signs(self, polynomial: Polynomial) -> Signs:
        """Return the signs that an irreducible polynomial may have in the cube."""
        return self.space.deduction.signs_in(self.literals, polynomial)

    def split(self, element: Element, wanted: Signs) -> list[Cube]:
        """Return cubes, together all of this one, that each know more of the element's sign.

        When a single factor is open, they are those in which the sign is among `wanted` and those
        in which it is not.
        """
        sign, factors = self.space.field.signature(element)
        known = [(factor, odd, self.signs(factor)) for factor, odd in factors]
        still_open = [each for each in known if len(each[2]) > 1]
        polynomial, odd, signs = still_open[0]
        if len(still_open) == 1:
            others = [(s, way) for factor, way, s in known if factor != polynomial]
            good = frozenset(
                s for s in signs if product(sign, [*others, (frozenset({s}), odd)]) <= wanted
            )
            parts = [good, signs - good]
        else:
            parts = [frozenset({s}) for s in sorted(signs)]
        narrow = self.space.deduction.narrow
        cubes = (narrow({**self.literals, polynomial: part}, {polynomial}) for part in parts)
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
        self._needed = list(dict.fromkeys(nonnegative))
        self._nonzero = list(nonzero)
        self.intervals = [assumed(generator) for generator in field.generators]
        for axis, generator in enumerate(field.generators):
            if generator.is_Symbol:
                own = [e for e in self._needed if self._only_in(e, generator)]
                self.intervals[axis] = self.intervals[axis].meet(self._bounds(generator, own))
        self.deduction = Deduction(field, self.intervals, self._restrictions())

    def _only_in(self, element: Element, symbol: Any) -> bool:
        """Is an element made of polynomials in one symbol alone?"""
        _, factors = self.field.signature(element)
        return bool(factors) and all(self.field.only_symbol(f) == symbol for f, _ in factors)

    def _bounds(self, symbol: Any, nonnegative: Sequence[Element]) -> Interval:
        """Return rational bounds of a symbol from the constraints in it alone."""
        signatures = [self.field.signature(element) for element in nonnegative]
        polynomials = [factor for _, factors in signatures for factor, _ in factors]
        cells = []
        for cell in cut(whole_line(), polynomials, symbol):
            here = {f: frozenset({sign_at(f, symbol, cell)}) for f in polynomials}
            if all(
                -1 not in product(sign, ((here[f], odd) for f, odd in factors))
                for sign, factors in signatures
            ):
                cells.append(cell)
        if not cells:
            return Interval()
        low, high = cells[0], cells[-1]
        return Interval(_rational(low.low), _rational(high.high), low.is_point, high.is_point)

    def _restrictions(self) -> dict[Polynomial, Signs]:
        """Return the signs that the constraints leave to single polynomials in several symbols."""
        found = {factor: ANY - {0} for factor in self._nonzero}
        for element in self._needed:
            sign, factors = self.field.signature(element)
            ranges = [(f, odd, sign_range(f, self.intervals)) for f, odd in factors]
            loose = [each for each in ranges if len(each[2]) > 1]
            if len(loose) != 1 or not loose[0][1]:
                continue
            fixed = ((signs, odd) for f, odd, signs in ranges if f != loose[0][0])
            (rest,) = product(sign, fixed)
            if rest:
                found[loose[0][0]] = found.get(loose[0][0], ANY) & {0, rest}
        return found

    @property
    def start(self) -> list[Cube]:
        """The regions from which exploring starts."""
        literals = self.deduction.narrow({})
        return [] if literals is None else [Cube(self, literals)]

    @property
    def domain(self) -> Any:
        """The values allowed, as a sympy relation."""
        import sympy

        parts = []
        for symbol, bounds in zip(self.field.generators, self.intervals, strict=True):
            if symbol.is_Symbol and bounds.low is not None:
                relation = sympy.Ge if bounds.low_closed else sympy.Gt
                parts.append(relation(symbol, exact(bounds.low)))
            if symbol.is_Symbol and bounds.high is not None:
                relation = sympy.Le if bounds.high_closed else sympy.Lt
                parts.append(relation(symbol, exact(bounds.high)))
        for element in self._needed:
            sign, factors = self.field.signature(element)
            ranges = ((sign_range(f, self.intervals), odd) for f, odd in factors)
            if -1 in product(sign, ranges):
                parts.append(against_zero(element.as_expr(), sympy.Ge))
        for polynomial in self._nonzero:
            parts.append(literal(polynomial, ANY - {0}, sign_range(polynomial, self.intervals)))
        return sympy.And(*parts)

    def condition(self, yes: Sequence[Cube], no: Sequence[Cube]) -> Any:
        """Return a relation that holds in the first cubes and not in the others."""
        return disjunction(
            [cube.literals for cube in yes], [cube.literals for cube in no], self.deduction
        )


def _rational(value: Any) -> Fraction | None:
    """Return a bound if it is rational; an irrational one is left to the constraints."""
    return Fraction(int(value.p), int(value.q)) if value.is_Rational else None
