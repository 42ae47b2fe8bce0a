"""Few and short cases: cubes with the same answer are merged and written as relations.

Each cube is made as large as it can be without touching one with another answer, and as few are
kept as cover them all. These are the first steps of two-level logic minimisation [1]_, with three
values, the signs, in place of two.

.. [1] R. K. Brayton, G. D. Hachtel, C. T. McMullen, A. L. Sangiovanni-Vincentelli. "Logic
   Minimization Algorithms for VLSI Synthesis". Kluwer, 1984.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cid.engine.field import Polynomial
from cid.symbolic.regions.deduction import Deduction, Literals
from cid.symbolic.regions.relations import against_zero
from cid.symbolic.regions.signs import ANY, Signs

__all__ = ["disjunction", "literal"]


def disjunction(yes: Sequence[Literals], no: Sequence[Literals], known: Deduction) -> Any:
    """Return a relation that holds in the first cubes and not in the others.

    Parameters
    ----------
    yes, no : sequence of literals
        Cubes that together fill the domain.
    known : Deduction
        What follows from signs in the domain.
    """
    import sympy

    if not yes:
        return sympy.false
    if not no:
        return sympy.true
    polynomials = {f for cube in (*yes, *no) for f in cube}
    full = [{f: known.signs_in(cube, f) for f in polynomials} for cube in yes]
    primes: list[Literals] = []
    for leaf in full:
        if not any(_inside(leaf, prime) for prime in primes):
            primes.append(_expand(dict(leaf), no, known))
    return sympy.Or(*(_conjunction(prime, known) for prime in _cover(primes, full)))


def _expand(
    literals: dict[Polynomial, Signs], against: Sequence[Literals], known: Deduction
) -> dict[Polynomial, Signs]:
    """Let each literal allow as much as it can without touching a cube of `against`."""
    for polynomial in sorted(literals, key=lambda f: (-len(f), str(f))):  # drop the longest first
        base, now = known.base(polynomial), literals[polynomial]
        for signs in [base, *(now | {s} for s in sorted(base - now))]:
            trial = {**literals, polynomial: signs}
            if signs != now and not any(_meet(trial, other, known) for other in against):
                literals[polynomial] = signs
                break
    return {f: signs for f, signs in literals.items() if signs != known.base(f)}


def _meet(a: Literals, b: Literals, known: Deduction) -> bool:
    """Have two cubes a point in common, as far as is known? The second one is narrow already."""
    if any(signs.isdisjoint(b.get(f, ANY)) for f, signs in a.items()):
        return False
    both = {**b, **{f: signs & b.get(f, ANY) for f, signs in a.items()}}
    fresh = [f for f in a if both[f] != b.get(f)]
    return known.narrow(both, fresh) is not None


def _inside(leaf: Literals, prime: Literals) -> bool:
    """Does a prime hold a leaf? The leaf says something of every polynomial."""
    return all(leaf[f] <= signs for f, signs in prime.items())


def _cover(primes: Sequence[Literals], leaves: Sequence[Literals]) -> list[Literals]:
    """Pick few primes that together hold every leaf, the shorter of two equally good ones."""
    held = [{k for k, leaf in enumerate(leaves) if _inside(leaf, prime)} for prime in primes]
    left = set(range(len(leaves)))
    chosen = []
    while left:
        best = max(range(len(primes)), key=lambda i: (len(held[i] & left), -len(primes[i])))
        chosen.append(primes[best])
        left -= held[best]
    return chosen


def _conjunction(literals: Literals, known: Deduction) -> Any:
    """Write a cube; where it gives a symbol a value, the other relations have the value."""
    import sympy

    relations = [literal(f, signs, known.base(f)) for f, signs in literals.items()]
    given = {
        relation.lhs: relation.rhs
        for relation in relations
        if isinstance(relation, sympy.Eq) and relation.lhs.is_Symbol and relation.rhs.is_number
    }
    fixed = [sympy.Eq(symbol, value) for symbol, value in given.items()]
    rest = [relation for relation in relations if relation not in fixed]
    if given:
        rest = [
            against_zero((relation.lhs - relation.rhs).xreplace(given), relation.func)
            for relation in rest
            if not relation.is_Atom  # true and false have no sides
        ] + [relation for relation in rest if relation.is_Atom]
    return sympy.And(*fixed, *_tightest(rest))


def _tightest(relations: Sequence[Any]) -> list[Any]:
    """Return relations without bounds that follow from others, and false for bounds that exclude.

    Values put in turn polynomials of several symbols into bounds of one.
    """
    import sympy

    lower, upper = (sympy.Gt, sympy.Ge), (sympy.Lt, sympy.Le)
    bounds: dict[tuple[Any, bool], Any] = {}
    others = []
    for relation in relations:
        if (
            not isinstance(relation, (*lower, *upper))
            or not relation.lhs.is_Symbol
            or not relation.rhs.is_number
        ):
            others.append(relation)
            continue
        key = (relation.lhs, isinstance(relation, lower))
        known = bounds.setdefault(key, relation)
        sharper = relation.rhs > known.rhs if key[1] else relation.rhs < known.rhs
        if sharper or (relation.rhs == known.rhs and isinstance(relation, (sympy.Gt, sympy.Lt))):
            bounds[key] = relation
    for (symbol, is_lower), low in bounds.items():
        high = bounds.get((symbol, False)) if is_lower else None
        strict = isinstance(low, sympy.Gt) or isinstance(high, sympy.Lt)
        if high is not None and (low.rhs > high.rhs or (strict and low.rhs == high.rhs)):
            return [sympy.false]
    return [*others, *bounds.values()]


def literal(polynomial: Polynomial, signs: Signs, base: Signs) -> Any:
    """Write "the polynomial's sign is among `signs`", given that it is among `base`."""
    import sympy

    if signs >= base:
        return sympy.true
    if not signs & base:
        return sympy.false
    relation = {
        frozenset({1}): sympy.Gt,
        frozenset({0, 1}): sympy.Ge,
        frozenset({0}): sympy.Eq,
        frozenset({-1, 1}): sympy.Ne,
        frozenset({-1, 0}): sympy.Le,
        frozenset({-1}): sympy.Lt,
    }[signs & base]
    return against_zero(polynomial.as_expr(), relation)
