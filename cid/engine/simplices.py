"""Maximising a polynomial over a product of simplices.

The variables fall into *slots*; those of a slot are the probabilities of the actions in one
context, not negative and summing to one.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from cid.engine import bernstein
from cid.engine.polynomial import (
    Polynomial,
    Singular,
    constant,
    exceeds,
    real_roots,
    solve_linear,
)
from cid.errors import SizeError

__all__ = ["Maxima", "Slot", "maxima", "on_face", "supports"]

Array = np.ndarray[Any, Any]
Inner = tuple[list[dict[int, Any]], Any, float, str]


@dataclass(frozen=True)
class Slot:
    """A range of variables that are the probabilities of one context's actions."""

    start: int
    stop: int

    @property
    def variables(self) -> range:
        """The variables' numbers."""
        return range(self.start, self.stop)


@dataclass(frozen=True)
class Maxima:
    """The largest value of a polynomial on a product of simplices, and where it is taken.

    Attributes
    ----------
    points : tuple of tuple
        Points, with a probability for each variable.
    value : Fraction, float or sympy number
        The value there.
    deterministic : Fraction
        The largest value at a vertex.
    gap : float
        How far the value can be from the maximum; 0 when exact.
    method : str
        How it was found.
    """

    points: tuple[tuple[Any, ...], ...]
    value: Any
    deterministic: Any
    gap: float
    method: str


def maxima(p: Polynomial, slots: Sequence[Slot], limit: int, slack: float = 0.0) -> Maxima:
    """Maximise a polynomial over a product of simplices.

    Parameters
    ----------
    p : Polynomial
        With Fractions for coefficients.
    slots : sequence of Slot
        The simplices. In a slot of degree at most one a vertex is optimal.
    limit : int
        How many combinations of vertices or faces are tried.
    slack : float
        Values that differ by less, relative to the largest, count as equal.

    Raises
    ------
    ScopeError
        If there are more combinations.
    """
    degrees = [p.degree(slot.variables) for slot in slots]
    linear = [slot for slot, degree in zip(slots, degrees, strict=True) if degree == 1]
    curved = [slot for slot, degree in zip(slots, degrees, strict=True) if degree > 1]
    size = slots[-1].stop if slots else 0
    base: list[Any] = [Fraction(0)] * size
    for slot, degree in zip(slots, degrees, strict=True):
        if degree == 0:
            base[slot.start] = Fraction(1)
    vertices = math.prod(slot.stop - slot.start for slot in (*linear, *curved))
    if vertices > limit:
        raise SizeError(
            f"There are {vertices:,} combinations of deterministic choices; the bound is "
            f"{limit:,}. Use fewer actions or observations, or raise it with limit=..."
        )
    inner = _inner(p, curved, limit)
    best: Any = None
    vertex: Any = None
    gap = 0.0
    points: list[tuple[Any, ...]] = []
    methods: dict[str, None] = {}
    for picks in itertools.product(*(slot.variables for slot in linear)):
        ones = {v: constant(Fraction(int(v in picks))) for slot in linear for v in slot.variables}
        rest = p.put(ones)
        fixed = max(
            rest.at({v: Fraction(int(v in corner)) for s in curved for v in s.variables})
            for corner in itertools.product(*(slot.variables for slot in curved))
        )
        vertex = fixed if vertex is None else max(vertex, fixed)
        found, value, off, method = inner(rest)
        methods[method] = None
        gap = max(gap, off)
        margin = slack * (1 + abs(value)) if slack else 0
        if best is None or exceeds(value, best, margin):
            best, points = value, []
        elif exceeds(best, value, margin):
            continue
        for given in found:
            point = list(base)
            for v in picks:
                point[v] = Fraction(1)
            for v, x in given.items():
                point[v] = x
            points.append(tuple(point))
    return Maxima(tuple(points), best, vertex, gap, ", ".join(methods))


def _inner(p: Polynomial, curved: Sequence[Slot], limit: int) -> Any:
    """Return the method for the slots in which the polynomial is not linear."""
    free = sum(slot.stop - slot.start - 1 for slot in curved)
    variables = [v for slot in curved for v in slot.variables]
    faces = math.prod(2 ** (slot.stop - slot.start) - 1 for slot in curved)
    if not curved:
        return lambda rest: ([{}], rest.at({}), 0.0, "deterministic choices tried")
    if p.degree(variables) == 2:
        if faces > limit:
            raise SizeError(
                f"The rules have {faces:,} supports; the bound is {limit:,}. Use fewer actions or "
                "observations, or raise it with limit=..."
            )
        return lambda rest: _quadratic(rest, curved)
    if free == 1:
        return lambda rest: _univariate(rest, curved[0])
    return lambda rest: _enclosed(rest, curved)


def supports(slots: Sequence[Slot]) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Iterate over the faces of a product of simplices, smallest first."""
    each = [
        [
            chosen
            for size in range(1, slot.stop - slot.start + 1)
            for chosen in itertools.combinations(slot.variables, size)
        ]
        for slot in slots
    ]
    yield from sorted(itertools.product(*each), key=lambda face: sum(map(len, face)))


def on_face(
    slots: Sequence[Slot], face: Sequence[tuple[int, ...]]
) -> tuple[list[int], dict[int, Polynomial]]:
    """Return the free variables of a face, and what the other variables are in terms of them."""
    free: list[int] = []
    put: dict[int, Polynomial] = {}
    for slot, chosen in zip(slots, face, strict=True):
        *own, last = chosen
        free += own
        for v in slot.variables:
            if v not in chosen:
                put[v] = constant(Fraction(0))
        terms: dict[tuple[int, ...], Any] = {(v,): Fraction(-1) for v in own}
        put[last] = Polynomial({(): Fraction(1), **terms})
    return free, put


def _keep(
    best: Any, points: list[dict[int, Any]], value: Any, point: dict[int, Any]
) -> tuple[Any, list[dict[int, Any]]]:
    if best is None or exceeds(value, best, 0):
        return value, [point]
    if not exceeds(best, value, 0):
        points.append(point)
    return best, points


def _quadratic(p: Polynomial, slots: Sequence[Slot]) -> Inner:
    """Look at the critical point of each face.

    Where a face's critical points are not unique they form a flat piece on which the polynomial is
    constant and which reaches the face's boundary, so nothing is lost by passing over it.
    """
    best: Any = None
    points: list[dict[int, Any]] = []
    for face in supports(slots):
        free, put = on_face(slots, face)
        inside = p.put(put)
        try:
            solution = solve_linear([inside.derivative(v) for v in free], free)
        except Singular:
            continue
        if solution is None:
            continue
        at = dict(zip(free, solution, strict=True))
        point = {v: put[v].at(at) if v in put else at[v] for s in slots for v in s.variables}
        if all(point[v] > 0 for chosen in face for v in chosen):
            best, points = _keep(best, points, p.at(point), point)
    return points, best, 0.0, "exact critical points of a quadratic on every face"


def _univariate(p: Polynomial, slot: Slot) -> Inner:
    """Look at both ends and at the roots of the derivative."""
    first, last = slot.variables
    (t,), put = on_face([slot], [(first, last)])
    inside = p.put(put)
    roots = real_roots(inside.derivative(t), t)
    best: Any = None
    points: list[dict[int, Any]] = []
    for root in [Fraction(0), Fraction(1), *(r for r in roots if 0 < r < 1)]:
        value = inside.at({t: root})
        best, points = _keep(best, points, value, {first: root, last: 1 - root})
    return points, best, 0.0, "exact roots of the derivative"


def _enclosed(p: Polynomial, slots: Sequence[Slot]) -> Inner:
    """Enclose the maximum, each simplex written as a box by breaking sticks."""
    axes: list[int] = []
    put: dict[int, Polynomial] = {}
    for slot in slots:
        left = constant(Fraction(1))
        for v in slot.variables[:-1]:
            axes.append(v)
            put[v] = left.times(Polynomial({(v,): Fraction(1)}))
            left = left.times(Polynomial({(): Fraction(1), (v,): Fraction(-1)}))
        put[slot.stop - 1] = left
    inside = p.put(put)
    shape = [inside.degree([v]) + 1 for v in axes]
    coefficients = np.zeros(shape)
    for monomial, c in inside.terms.items():
        coefficients[tuple(monomial.count(v) for v in axes)] += float(c)
    found = bernstein.maximise(coefficients)
    at = dict(zip(axes, map(float, found.point), strict=True))
    point = {v: float(put[v].at(at)) for v in put}
    gap = max(found.bound - found.value, np.finfo(float).eps * float(np.abs(coefficients).sum()))
    return [point], found.value, gap, "branch and bound"
