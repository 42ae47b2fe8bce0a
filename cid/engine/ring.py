"""Symbolic sums of products, computed in one polynomial ring.

Products and sums of sympy expressions grow with every step, and doubling expressions make a chain
of a dozen nodes a matter of minutes. The entries of all tables are therefore taken into one
polynomial ring over the rationals, or into its field of fractions, where equal numbers have one
form, and only what comes out becomes an expression again. What is no polynomial in a parameter,
such as ``exp(p)``, is a generator of the ring.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from cid.engine.factors import Factor, contract

__all__ = ["contract_symbols"]

Array = np.ndarray[Any, Any]


def contract_symbols(
    factors: Iterable[Factor], sizes: Mapping[int, int], keep: Sequence[int], one: Any
) -> tuple[Array, Array]:
    """Do what :func:`cid.engine.factors.contract` does, on tables of sympy expressions.

    Tables that hold what no ring does, such as ``Piecewise``, are contracted as they are.
    """
    import sympy
    from sympy.polys.fields import sfield
    from sympy.polys.rings import sring

    bank = list(factors)
    tables = [table for f in bank for table in (f.table, f.worth) if table is not None]
    entries = list(dict.fromkeys(entry for table in tables for entry in table.flat))
    pieces = [sympy.together(entry).as_numer_denom() for entry in entries]
    make = sfield if any(below.free_symbols for _, below in pieces) else sring
    seeds = [sympy.Dummy(), sympy.Rational(1, 2)]  # so that there is a ring, over the rationals
    try:
        ring, elements = make([*seeds, *entries])
    except sympy.PolynomialError:
        return contract(bank, sizes, keep, one)
    element = dict(zip(entries, elements[len(seeds) :], strict=True))
    lift = np.frompyfunc(element.__getitem__, 1, 1)
    back = np.frompyfunc(lambda e: e.as_expr(), 1, 1)
    lifted = [
        Factor(
            f.scope,
            np.asarray(lift(f.table), dtype=object),
            None if f.worth is None else np.asarray(lift(f.worth), dtype=object),
        )
        for f in bank
    ]
    table, worth = contract(lifted, sizes, keep, ring.one)
    return np.asarray(back(table), dtype=object), np.asarray(back(worth), dtype=object)
