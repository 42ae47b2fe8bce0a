"""Expressions from a file: trees of names from a fixed list, with a bound on what they cost.

A text of a hundred letters can ask for a number with a million digits, or for a sum that has a
million terms once it is multiplied out. So three things are counted before sympy is given
anything, from the leaves up:

- ``bits``: a bound on the length of a number, with every parameter taken to be of moderate size;
- ``terms``: how many terms the expression has when it is multiplied out, over a common denominator;
- ``nested``: how many functions such as ``sin`` stand inside each other.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from cid.errors import FormatError, shorten

__all__ = [
    "ASSUMPTIONS",
    "CONSTANTS",
    "FUNCTIONS",
    "Cost",
    "check_rows_cost",
    "read_expression",
    "read_fraction",
]

_FUNCTIONS = """
Add Mul Pow exp log sin cos tan asin acos atan sinh cosh tanh Abs sign floor ceiling Mod
Heaviside Min Max Piecewise ExprCondPair And Or Not Xor ITE
Equality Unequality StrictLessThan LessThan StrictGreaterThan GreaterThan
"""
_ASSUMPTIONS = """
algebraic antihermitian commutative complex composite even extended_negative extended_nonnegative
extended_nonpositive extended_nonzero extended_positive extended_real finite hermitian imaginary
infinite integer irrational negative noninteger nonnegative nonpositive nonzero odd positive prime
rational real transcendental zero
"""
FUNCTIONS = frozenset(_FUNCTIONS.split())
ASSUMPTIONS = frozenset(_ASSUMPTIONS.split())
CONSTANTS = {"Pi": "pi", "Exp1": "E"}

MAX_BITS = 4096
"""Longer numbers are refused, and so are powers of a parameter higher than this."""
MAX_TERMS = 2000
"""Sums with more terms, once multiplied out, are refused."""
MAX_TABLE = 100_000
"""Terms in all rows of a table together."""
MAX_NESTED = 8
"""More functions inside each other are refused: sympy asks each what it knows of the inner ones."""
MAX_CHOICES = 24
"""``Max``, ``Min``, ``Piecewise`` and conditions of more parts: sympy compares them in pairs."""
MAX_DEPTH = 100
"""Deeper expressions are refused: sympy walks them by recursion."""
_CHOOSE = {"Min", "Max", "Piecewise", "And", "Or", "Not", "Xor", "ITE"}


@dataclass(frozen=True)
class Cost:
    """What an expression would cost; see the head of this module.

    Attributes
    ----------
    terms : float
        Terms of the numerator.
    bits : float
        Length of a number in bits.
    nested : int
        Functions inside each other.
    below : mapping
        The factors of the denominator, with their power and their terms.
    """

    terms: float = 1.0
    bits: float = 1.0
    nested: int = 0
    below: Mapping[Any, tuple[float, float]] = field(default_factory=dict)

    def checked(self) -> Cost:
        """Return the cost, or raise :class:`FormatError` if it is too high."""
        if not self.bits <= MAX_BITS:
            raise FormatError(
                f"An expression asks for a number of more than {MAX_BITS:,} bits, or for as high a "
                "power. Write the number out, or leave the power out."
            )
        if not max(self.terms, _terms(self.below)) <= MAX_TERMS:
            raise FormatError(
                f"An expression has more than {MAX_TERMS:,} terms when it is multiplied out. Split "
                "the node, or give a parameter to a part of it."
            )
        if self.nested > MAX_NESTED:
            raise FormatError(
                f"An expression has more than {MAX_NESTED} functions inside each other. Give a "
                "parameter to the inner ones."
            )
        return self


def _terms(below: Mapping[Any, tuple[float, float]]) -> float:
    """Return how many terms a product of powers has when multiplied out."""
    return math.prod(_power(terms, power) for power, terms in below.values())


def _power(terms: float, power: float) -> float:
    """Return how many terms a power of a sum has, at most."""
    if terms <= 1 or power <= 0:
        return 1.0
    if terms > MAX_TERMS or power > MAX_TERMS:
        return math.inf
    n, k = math.ceil(power) + math.ceil(terms) - 1, math.ceil(terms) - 1
    log = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    return math.inf if log > 1 + math.log(MAX_TERMS) else float(math.comb(n, k))


def _added(costs: Iterable[Cost]) -> Cost:
    """Return the cost of a sum, over the least common denominator."""
    parts = list(costs)
    common: dict[Any, tuple[float, float]] = {}
    for part in parts:
        for base, (power, terms) in part.below.items():
            common[base] = (max(power, common.get(base, (0.0, 0.0))[0]), terms)
    total = 0.0
    for part in parts:
        missing = {
            base: (power - part.below.get(base, (0.0, 0.0))[0], terms)
            for base, (power, terms) in common.items()
        }
        total += part.terms * _terms(missing)
    bits = max(part.bits for part in parts) + math.log2(len(parts))
    return Cost(total, bits, max(part.nested for part in parts), common)


def _multiplied(costs: list[Cost]) -> Cost:
    common: dict[Any, tuple[float, float]] = {}
    for part in costs:
        for base, (power, terms) in part.below.items():
            common[base] = (power + common.get(base, (0.0, 0.0))[0], terms)
    return Cost(
        math.prod(part.terms for part in costs),
        sum(part.bits for part in costs),
        max(part.nested for part in costs),
        common,
    )


def _raised(base: Cost, exponent: Cost, args: list[Any]) -> Cost:
    """Return the cost of a power."""
    nested = max(base.nested, exponent.nested)
    if not args[1].is_Rational:
        return Cost(1.0, base.bits * _two_to(exponent.bits), nested + 1)
    size = float(max(abs(args[1].p), args[1].q)) if exponent.bits < 60 else math.inf
    bits = base.bits * size
    if not args[1].is_Integer:
        return Cost(1.0, bits, nested)
    up = {b: (size * power, terms) for b, (power, terms) in base.below.items()}
    whole = _power(base.terms, size)
    if args[1].p >= 0:
        return Cost(whole, bits, nested, up)
    return Cost(_terms(up), bits, nested, {args[0]: (size, base.terms)})


def _two_to(bits: float) -> float:
    return 2.0**bits if bits < 60 else math.inf


def _applied(name: str, costs: list[Cost], args: list[Any]) -> Cost:
    """Return what a function of some arguments costs, before it is applied."""
    if name == "Add":
        return _added(costs)
    if name == "Mul":
        return _multiplied(costs)
    if name == "Pow" and len(args) == 2:
        return _raised(costs[0], costs[1], args)
    bits = max(cost.bits for cost in costs)
    nested = 1 + max(cost.nested for cost in costs)
    if name in _CHOOSE and len(args) > MAX_CHOICES:
        raise FormatError(
            f"{name} has {len(args):,} parts; {MAX_CHOICES} is the most. Split the node."
        )
    if name in ("exp", "sinh", "cosh"):
        bits = 1.5 * _two_to(bits)
    terms = sum(max(cost.terms, _terms(cost.below)) for cost in costs)
    return Cost(terms if name in (*_CHOOSE, "ExprCondPair") else 1.0, bits, nested)


def check_rows_cost(costs: list[Cost], row: int, name: str) -> None:
    """Raise if the rows of a table, each of which is summed, have too many terms.

    Raises
    ------
    FormatError
        With the node and the bound.
    """
    total = 0.0
    for k in range(0, len(costs), row):
        total += _added(costs[k : k + row]).checked().terms
    if total > MAX_TABLE:
        raise FormatError(
            f"The probabilities of {name!r} have {total:,.0f} terms when multiplied out; "
            f"{MAX_TABLE:,} is the most. Split the node."
        )


def read_fraction(text: object) -> Fraction:
    """Return a fraction from its text: digits, and digits below a line.

    Raises
    ------
    FormatError
        If it is anything else.
    """
    if isinstance(text, str) and text.isascii():
        above, line, below = text.partition("/")
        digits = above.removeprefix("-")
        if digits.isdigit() and (below.isdigit() if line else True):
            try:
                return Fraction(int(above), int(below) if line else 1)
            except (ValueError, ZeroDivisionError):
                pass
    raise FormatError(f"{shorten(text)} is no fraction such as '1/3'.")


def read_expression(given: Any, symbols: Mapping[str, Any], depth: int = 0) -> tuple[Any, Cost]:
    """Return the sympy expression that a tree stands for, and its cost.

    Parameters
    ----------
    given : str, bool, number, dict or list
        A parameter, a number, or a list of a function and its arguments.
    symbols : mapping
        The parameters.
    depth : int
        How far below the root the tree stands.

    Raises
    ------
    FormatError
        If the tree has another form, or would cost too much.
    """
    import sympy

    if depth > MAX_DEPTH:
        raise FormatError("An expression is nested too deeply.")
    if isinstance(given, str):
        if given not in symbols:
            raise FormatError(f"An expression holds {shorten(given)}, which is no parameter.")
        return symbols[given], Cost()
    if isinstance(given, bool):
        return (sympy.true if given else sympy.false), Cost()
    if isinstance(given, int):
        return sympy.Integer(given), Cost(bits=max(1.0, given.bit_length())).checked()
    if isinstance(given, float):
        return sympy.Float(given), Cost(bits=_length(given))
    if isinstance(given, dict) and set(given) == {"fraction"}:
        value = read_fraction(given["fraction"])
        bits = max(1, value.numerator.bit_length(), value.denominator.bit_length())
        return sympy.Rational(value.numerator, value.denominator), Cost(bits=bits).checked()
    if isinstance(given, list) and given and isinstance(given[0], str):
        name, *inner = given
        if name in CONSTANTS and not inner:
            return getattr(sympy, CONSTANTS[name]), Cost(bits=2.0)
        if name in FUNCTIONS and inner:
            parts = [read_expression(part, symbols, depth + 1) for part in inner]
            args = [part for part, _ in parts]
            cost = _applied(name, [cost for _, cost in parts], args).checked()
            return _make(name, args), cost
    raise FormatError(f"{shorten(given)} is no expression: see the forms that SCIM.to_json writes.")


def _length(value: float) -> float:
    return max(1.0, abs(math.frexp(value)[1])) if math.isfinite(value) else 1.0


def _make(name: str, args: list[Any]) -> Any:
    import sympy

    make: Callable[..., Any] = tuple if name == "ExprCondPair" else getattr(sympy, name)
    try:
        return make(args) if name == "ExprCondPair" else make(*args)
    except (TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise FormatError(f"{name} cannot be applied: {str(error)[:100]}.") from error
