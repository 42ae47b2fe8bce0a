"""Exact arithmetic with free parameters: polynomials and fractions with rational coefficients.

All tables of a symbolic model are brought into one polynomial ring (or its field of fractions)
whose generators are the parameters. Its elements are canonical, so that equal numbers are equal
objects, and they factor into irreducible polynomials, of which only the signs matter for a
comparison. What is not a polynomial in a parameter, such as ``exp(p)``, becomes a generator of its
own. Floats are taken for the simplest fraction within rounding: 0.1 is one tenth.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np

from cid.engine.numbers import is_symbolic
from cid.errors import ParameterError

__all__ = ["Factored", "Field", "exact", "fraction", "tidy"]

Array = np.ndarray[Any, Any]
Element = Any
"""An element of the ring or field."""
Polynomial = Any
"""An irreducible polynomial, as an element of a polynomial ring."""
Factored = tuple[int, tuple[tuple[Polynomial, bool], ...]]
"""Sign of the constant factor, and each irreducible factor with whether its power is odd."""


def exact(value: Any) -> Any:
    """Return a number as a sympy expression without floating-point parts.

    Examples
    --------
    >>> exact(0.1), exact(Fraction(1, 3))
    (1/10, 1/3)
    """
    import sympy

    if isinstance(value, float):
        value = _simplest(value)
    if isinstance(value, Fraction):
        return sympy.Rational(value.numerator, value.denominator)
    expression = sympy.sympify(value)
    return expression.xreplace({x: exact(float(x)) for x in expression.atoms(sympy.Float)})


def _simplest(value: float) -> Fraction:
    """Return the fraction with a small denominator that rounds to a float, if there is one."""
    near = Fraction(value).limit_denominator(10**9)
    return near if abs(near - Fraction(value)) <= 1e-15 * abs(value) else Fraction(str(value))


def fraction(coefficient: Any) -> Fraction:
    """Return a coefficient of a polynomial as a Fraction."""
    return Fraction(int(coefficient.numerator), int(coefficient.denominator))


def tidy(expression: Any) -> Any:
    """Return the shortest of an expression's expanded, factored and cancelled forms.

    Examples
    --------
    >>> import sympy
    >>> c = sympy.Symbol("c")
    >>> tidy((1 - c) / 2 + sympy.Rational(1, 2))
    1 - c/2
    """
    import sympy

    if not is_symbolic(expression) or not expression.free_symbols:
        return expression
    whole = sympy.cancel(sympy.together(expression))
    above, below = sympy.fraction(whole)
    forms = [expression, sympy.expand(whole), sympy.factor(whole), whole, (-above) / (-below)]
    forms = [form.func(*form.args) if form.args else form for form in forms]  # 2 (p + q) is spread
    return min(forms, key=lambda form: (sympy.count_ops(form), len(str(form))))


class Field:
    """The arithmetic of a model's numbers.

    Parameters
    ----------
    numbers : iterable
        All numbers that will be computed with: Fractions, floats and sympy expressions.
    symbols : sequence of sympy.Symbol
        The parameters, real numbers.

    Raises
    ------
    ParameterError
        If a parameter is declared as not real.
    """

    def __init__(self, numbers: Iterable[Any], symbols: Sequence[Any]) -> None:
        import sympy
        from sympy.polys.fields import sfield
        from sympy.polys.rings import sring

        for symbol in symbols:
            if symbol.is_extended_real is False:
                raise ParameterError(
                    f"The parameter {symbol} is not real. Parameters are real numbers."
                )
        self.symbols = tuple(symbols)
        found = list(dict.fromkeys(numbers))
        expressions = [exact(value) for value in found]
        # The parameters come first, so that the ring has them as generators. A half makes its
        # coefficients rational.
        seeds = [*(self.symbols or (sympy.Dummy(),)), sympy.Rational(1, 2)]
        pieces = [sympy.together(expression).as_numer_denom() for expression in expressions]
        self.fractional = any(below.free_symbols for _, below in pieces)
        make = sfield if self.fractional else sring
        known, elements = make([*seeds, *expressions])
        self.generators: tuple[Any, ...] = tuple(known.symbols)
        self.gens: tuple[Element, ...] = tuple(known.gens)
        self.zero, self.one = known.zero, known.one
        self._element = dict(zip(found, elements[len(seeds) :], strict=True))
        self._met: dict[Polynomial, Polynomial] = {}
        self.signature = cache(self._signature)

    def element(self, value: Any) -> Element:
        """Return one of the numbers given as an element."""
        return self._element[value]

    def array(self, values: Any) -> Array:
        """Return an array of the numbers given as an array of elements."""
        given = np.asarray(values, dtype=object)
        made = np.empty(given.shape, dtype=object)
        for place, value in np.ndenumerate(given):
            made[place] = self._element[value]
        return made

    def rational(self, value: Fraction) -> Element:
        """Return any rational number as an element."""
        return self.one * value.numerator / value.denominator

    def full(self, shape: tuple[int, ...], value: Element) -> Array:
        """Return an array filled with one element."""
        made = np.empty(shape, dtype=object)
        made.fill(value)
        return made

    def expression(self, element: Element) -> Any:
        """Return an element as a tidy sympy expression in the parameters."""
        return tidy(element.as_expr())

    def divide(self, above: Element, below: Element) -> Any:
        """Return the quotient of two elements as a tidy sympy expression."""
        return tidy(above.as_expr() / below.as_expr())

    def factored(self, polynomial: Any) -> Factored:
        """Return a polynomial's irreducible factors."""
        if not polynomial:
            return 0, ()
        coefficient, factors = polynomial.factor_list()
        sign = 1 if coefficient > 0 else -1
        return sign, tuple((self._same(factor), bool(power % 2)) for factor, power in factors)

    def _same(self, polynomial: Polynomial) -> Polynomial:
        """Return one object for equal polynomials, which makes looking them up fast."""
        return self._met.setdefault(polynomial, polynomial)

    def _signature(self, element: Element) -> Factored:
        """Return an element's irreducible factors; the denominator's count like the numerator's.

        For they have the same sign.
        """
        halves = (element.numer, element.denom) if self.fractional else (element,)
        sign = 1
        odd: dict[Polynomial, bool] = {}
        for half in halves:
            own, factors = self.factored(half)
            sign *= own
            for factor, way in factors:
                odd[factor] = odd.get(factor, False) ^ way
        return sign, tuple(odd.items())

    def only_symbol(self, polynomial: Polynomial) -> Any:
        """Return the parameter in which a polynomial is one, if there is only one; else None."""
        used = [
            generator
            for axis, generator in enumerate(self.generators)
            if any(exponents[axis] for exponents, _ in polynomial.terms())
        ]
        return used[0] if len(used) == 1 and used[0].is_Symbol else None

    def denominators(self) -> set[Polynomial]:
        """Return the irreducible factors of the denominators of the numbers given."""
        if not self.fractional:
            return set()
        return {
            factor for each in self._element.values() for factor, _ in each.denom.factor_list()[1]
        }
