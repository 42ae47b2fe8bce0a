"""Best replies to themselves, exactly, on every face of a product of simplices.

On a face (a choice of which actions have positive probability) the actions that are taken have to
be equally good: as many polynomial equations as free variables. A solution counts if it lies inside
the face and no action outside it is better.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from cid.engine.polynomial import (
    Polynomial,
    Singular,
    exceeds,
    rational,
    real_roots,
    solve_linear,
)
from cid.engine.simplices import Slot, on_face

__all__ = ["fixed_points"]


def fixed_points(
    worth: Mapping[int, Polynomial],
    slots: Sequence[Slot],
    face: Sequence[tuple[int, ...]],
    slack: float,
) -> Iterator[dict[int, Any]]:
    """Iterate over the rules with a given support that are best responses to themselves.

    Raises
    ------
    Singular
        If indifference does not single out finitely many, or cannot be solved.
    """
    free, put = on_face(slots, face)
    inside = {v: worth[v].put(put) for slot in slots for v in slot.variables}
    equations = [
        Polynomial.sum_of(
            [*inside[v].terms.items(), *((m, -c) for m, c in inside[chosen[-1]].terms.items())]
        )
        for chosen in face
        for v in chosen[:-1]
    ]
    for solution in _solve(equations, free):
        at = dict(zip(free, solution, strict=True))
        point = {v: put[v].at(at) if v in put else at[v] for s in slots for v in s.variables}
        if any(not exceeds(point[v], 0, 0) for chosen in face for v in chosen):
            continue
        if all(
            not exceeds(inside[v].at(at), inside[chosen[0]].at(at), slack)
            for slot, chosen in zip(slots, face, strict=True)
            for v in slot.variables
            if v not in chosen
        ):
            yield point


def _solve(equations: Sequence[Polynomial], free: Sequence[int]) -> list[list[Any]]:
    """Solve as many polynomial equations as variables exactly."""
    if all(e.degree() <= 1 for e in equations):
        solution = solve_linear(equations, free)
        return [] if solution is None else [solution]
    if len(free) == 1:
        return [[root] for root in real_roots(equations[0], free[0])]
    import sympy

    symbols = {v: sympy.Symbol(f"x{v}") for v in free}
    system = [
        sum(
            (
                rational(c) * math.prod((symbols[v] for v in m), start=sympy.Integer(1))
                for m, c in e.terms.items()
            ),
            sympy.Integer(0),
        )
        for e in equations
    ]
    try:
        solutions = sympy.solve_poly_system(system, *symbols.values())
    except (NotImplementedError, sympy.PolynomialError):
        raise Singular from None
    return [
        [Fraction(int(x.p), int(x.q)) if x.is_Rational else x for x in found]
        for found in solutions or []
        if all(x.is_real for x in found)
    ]
