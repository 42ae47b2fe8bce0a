"""Arithmetics as objects: their numbers, how many of them a table may hold, and a ring to work in.

Whatever sums products of tables is written once, for an :class:`Arithmetic`. There are three kinds
(:data:`cid.engine.numbers.KINDS`): Fractions and floats are computed with as they are; sympy
expressions are taken into a polynomial ring first, where equal numbers have one form, since sums
and products of expressions grow with every step. A :class:`~cid.engine.field.Field` of parameters
brings its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from cid.engine.numbers import EXACT, FLOAT, SYMBOLIC, array

__all__ = ["Arithmetic", "arithmetic_of", "in_a_ring"]

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Arithmetic:
    """Numbers to compute with.

    Attributes
    ----------
    one : number
        Its one; ``one * 0`` is its zero.
    most : int
        Most entries of a table.
    effort : int
        Most operations in one pass over a model.
    mend : str
        What to do where a table would have more.
    symbolic : bool
        Are the numbers sympy expressions?
    """

    one: Any
    most: int
    effort: int
    mend: str
    symbolic: bool = False

    @property
    def zero(self) -> Any:
        """The number zero."""
        return self.one * 0

    @property
    def dtype(self) -> Any:
        """The dtype of tables."""
        return np.float64 if isinstance(self.one, float) else object

    def full(self, shape: tuple[int, ...], value: Any) -> Array:
        """Return a table filled with one number."""
        made = np.empty(shape, dtype=self.dtype)
        made.fill(value)
        return made


MEND = "Ask for fewer nodes at once, condition on more, or estimate it from sample()."
# Some hundred megabytes, and some seconds. Fractions take five hundred times as long as floats
# and a dozen times the memory.
_MOST = {FLOAT: 2**24, EXACT: 2**21, SYMBOLIC: 2**21}
_EFFORT = {FLOAT: 2**28, EXACT: 2**21, SYMBOLIC: 2**21}
_ARITHMETICS: dict[str, Arithmetic] = {}


def arithmetic_of(kind: str) -> Arithmetic:
    """Return the arithmetic of a kind of model.

    Examples
    --------
    >>> arithmetic_of("exact").one, arithmetic_of("float").one
    (Fraction(1, 1), 1.0)
    """
    if kind not in _ARITHMETICS:
        one: Any = 1.0 if kind == FLOAT else array(Fraction(1), kind)[()]
        _ARITHMETICS[kind] = Arithmetic(one, _MOST[kind], _EFFORT[kind], MEND, kind == SYMBOLIC)
    return _ARITHMETICS[kind]


def in_a_ring(tables: list[Array]) -> tuple[list[Array], Any, Callable[[Array], Array]] | None:
    """Take tables of sympy expressions into one polynomial ring, or its field of fractions.

    What is no polynomial in a parameter, such as ``exp(p)``, is a generator of the ring.

    Returns
    -------
    list of ndarray
        The tables, with elements of the ring.
    element
        The ring's one.
    callable
        Takes a table of elements back to expressions.
    None
        If the tables hold what no ring does, such as ``Piecewise``.
    """
    import sympy
    from sympy.polys.fields import sfield
    from sympy.polys.rings import sring

    entries = list(dict.fromkeys(entry for table in tables for entry in table.flat))
    pieces = [sympy.together(entry).as_numer_denom() for entry in entries]
    make = sfield if any(below.free_symbols for _, below in pieces) else sring
    seeds = [sympy.Dummy(), sympy.Rational(1, 2)]  # so that there is a ring, over the rationals
    try:
        ring, elements = make([*seeds, *entries])
    except sympy.PolynomialError:
        return None
    element = dict(zip(entries, elements[len(seeds) :], strict=True))
    lift = np.frompyfunc(element.__getitem__, 1, 1)
    back = np.frompyfunc(lambda e: e.as_expr(), 1, 1)
    lifted = [np.asarray(lift(table), dtype=object) for table in tables]
    return lifted, ring.one, lambda table: np.asarray(back(table), dtype=object)
