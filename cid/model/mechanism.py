"""Mechanisms: how a node gets its value from its parents and its own noise.

A user may write a mechanism as

- a constant, ``"X": 3``;
- a distribution, ``"S": {0: Fraction(1, 4), 1: Fraction(3, 4)}``, the same whatever the parents;
- a function whose argument names are the parents, in any order, ``"U": lambda S, D: S * D``. It
  returns a value, or a distribution ``{value: probability}``. ``**others`` takes all parents that
  are not named, which helps where names are no Python identifiers;
- :class:`Noisy`: a function with one more argument, the noise, and the noise's distribution;
- a table from parent values to values or distributions, ``{(0, 1): 3, ...}``, keys in the order of
  the diagram's parents (a single parent's key needs no tuple). A mapping whose keys are the
  contexts is a table, unless only a distribution makes sense; where both do it is an error;
- a numpy array or nested lists with one axis per parent, of values; or with one axis more, of
  probabilities over the node's domain, as :meth:`cid.SCIM.cpd` returns it;
- a sympy expression in symbols named like the parents, with free parameters; or a distribution
  whose values and probabilities are such expressions, ``"X": {S: 1 - p, 1 - S: p}``;
- a :class:`Mechanism` of another model.

All become a :class:`Mechanism`: an array of probabilities, one row per parent context, with the
noise behind it where that is known.
"""

from __future__ import annotations

import inspect
import itertools
import math
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from numbers import Real
from typing import Any

import numpy as np

from cid.engine.numbers import is_symbolic, number
from cid.errors import CIDError, CIDTypeError, ModelError, did_you_mean, shorten
from cid.model.table import MAX_CELLS, Mechanism, check_mechanism, show, sums_to_one

__all__ = ["Mechanism", "Noisy", "make_mechanism", "plain"]

Value = Hashable
Context = tuple[Value, ...]


@dataclass(frozen=True)
class Noisy:
    """A function of the parents and of one exogenous noise variable.

    Parameters
    ----------
    function : callable
        Its arguments are the parents and one more name, the noise.
    noise : mapping
        Probability of each noise value.

    Examples
    --------
    >>> flip = Noisy(lambda S, e: S ^ e, noise={0: 0.9, 1: 0.1})
    """

    function: Callable[..., Value]
    noise: Mapping[Value, Any]

    def __post_init__(self) -> None:
        if not callable(self.function) or not isinstance(self.noise, Mapping):
            raise CIDTypeError(
                "Noisy takes a function and the probabilities of its noise, as in "
                "Noisy(lambda S, e: S ^ e, noise={0: 0.9, 1: 0.1})."
            )


def plain(value: Any, where: str) -> Value:
    """Return a value of a node as a hashable Python object.

    Scalars of numpy and rational numbers of sympy become Python's own.

    Raises
    ------
    ModelError
        If it is not hashable, or a number that is not finite.
    """
    if type(value) in (int, str):  # the usual case, quick
        return value  # type: ignore[no-any-return]
    if isinstance(value, np.generic):
        value = value.item()
    if is_symbolic(value) and value.is_Boolean and value.is_Atom and not value.free_symbols:
        value = bool(value)
    try:
        hash(value)
    except TypeError:
        raise ModelError(
            f"{where} gives {shorten(value)}, which cannot be a value: values are hashable."
        ) from None
    if isinstance(value, float) or (is_symbolic(value) and value.is_number):
        finite = number(value, f"A value that {where[:1].lower()}{where[1:]} gives")
        if is_symbolic(value):
            whole = isinstance(finite, Fraction) and finite.denominator == 1
            value = finite.numerator if whole else finite
    known: Value = value
    return known


# ---- functions -------------------------------------------------------------------------------


def _arguments(
    function: Callable[..., Any], parents: Sequence[str], node: str
) -> tuple[list[str], bool]:
    """Return the names that a function asks for, and whether it takes all other parents too.

    An argument with a default is left alone, unless it is named like a parent.
    """
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        raise ModelError(
            f"The mechanism of {node!r} is {shorten(function)}, whose argument names cannot be "
            "read. Wrap it in a lambda that names the parents."
        ) from None
    names, every = [], False
    for parameter in signature.parameters.values():
        if parameter.kind is parameter.VAR_KEYWORD:
            every = True
        elif parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
            raise ModelError(
                f"The mechanism of {node!r} takes {parameter}; its arguments are the parents, "
                "each by name."
            )
        elif parameter.default is inspect.Parameter.empty or parameter.name in parents:
            names.append(parameter.name)
    return names, every


def _call(function: Callable[..., Any], node: str, arguments: Mapping[str, Value]) -> Any:
    try:
        return function(**arguments)
    except Exception as error:
        shown = ", ".join(f"{name}={shorten(value)}" for name, value in arguments.items())
        raise ModelError(
            f"The mechanism of {node!r} fails at {shown or 'no arguments'}: "
            f"{type(error).__name__}: {str(error)[:200]}. It must give a value for every "
            "combination of its parents' values."
        ) from error


def _function_rows(
    given: Callable[..., Any], node: str, parents: tuple[str, ...], contexts: list[Context]
) -> list[Any]:
    names, every = _arguments(given, parents, node)
    for name in names:
        if name not in parents:
            raise ModelError(
                f"The mechanism of {node!r} reads {name!r}, which is not among its parents "
                f"({', '.join(map(repr, parents)) or 'it has none'})."
                f"{did_you_mean(name, parents) if parents else ''} Add the edge, or rename the "
                "argument."
            )
    used = [k for k, name in enumerate(parents) if every or name in names]
    return [_call(given, node, {parents[k]: context[k] for k in used}) for context in contexts]


def _noisy(
    given: Noisy, node: str, parents: tuple[str, ...], contexts: list[Context]
) -> tuple[list[list[Value]], list[Any]]:
    """Return, per context, the value for each state of the noise; and their probabilities."""
    weights = _distribution(given.noise, f"The noise of {node!r}")
    names, every = _arguments(given.function, parents, node)
    extra = [name for name in names if name not in parents]
    if len(extra) != 1:
        raise ModelError(
            f"The noisy mechanism of {node!r} takes {', '.join(names) or 'nothing'}; besides "
            f"parents ({', '.join(parents) or 'none'}) it takes exactly one noise argument."
        )
    used = [k for k, name in enumerate(parents) if every or name in names]
    where = f"The mechanism of {node!r}"
    rows = []
    for context in contexts:
        known = {parents[k]: context[k] for k in used}
        rows.append(
            [plain(_call(given.function, node, {**known, extra[0]: e}), where) for e in weights]
        )
    return rows, list(weights.values())


# ---- expressions, tables, distributions ------------------------------------------------------


def _reads_parents(given: Mapping[Any, Any], parents: tuple[str, ...]) -> bool:
    """Does a distribution hold expressions in the parents?"""
    parts = itertools.chain(given, given.values())
    return any(str(s) in parents for e in parts if is_symbolic(e) for s in e.free_symbols)


def _expression_rows(
    given: Any, node: str, parents: tuple[str, ...], contexts: list[Context]
) -> list[Any]:
    """Return the values of an expression, or of a distribution made of expressions."""
    spread = isinstance(given, Mapping)
    parts = [part for pair in given.items() for part in pair] if spread else [given]
    symbols = {s for part in parts if is_symbolic(part) for s in part.free_symbols}
    read = {s: parents.index(str(s)) for s in symbols if str(s) in parents}
    rows: list[Any] = []
    for context in contexts:
        at = {
            symbol: number(context[k], f"{node!r} is an expression; its parent {parents[k]!r}")
            for symbol, k in read.items()
        }
        put = [part.subs(at) if is_symbolic(part) else part for part in parts]
        if not spread:
            truth = given.is_Boolean and put[0] in (0, 1)
            rows.append(bool(put[0]) if truth else put[0])
            continue
        row: dict[Any, Any] = {}
        for value, p in zip(put[::2], put[1::2], strict=True):
            row[value] = row.get(value, 0) + p
        rows.append(row)
    return rows


def _body(given: Any, node: str, parents: tuple[str, ...]) -> Any:
    """Return an expression; of a sympy Lambda its body."""
    if type(given).__name__ != "Lambda":
        return given
    for name in map(str, given.variables):
        if name not in parents:
            raise ModelError(
                f"The mechanism of {node!r} reads {name!r}, which is not among its parents "
                f"({', '.join(map(repr, parents)) or 'it has none'})."
            )
    return given.expr


def _array_rows(
    given: Any,
    node: str,
    parents: tuple[str, ...],
    sizes: tuple[int, ...],
    domain: tuple[Value, ...] | None,
) -> list[Any]:
    """Return the rows of an array of values or of probabilities."""
    try:
        table = np.array(given, dtype=object)
    except ValueError:  # some lists of different lengths
        raise ModelError(f"The mechanism of {node!r} is no array: {shorten(given)}.") from None
    if table.shape == sizes:
        return list(table.flat)
    if domain is not None and table.shape == (*sizes, len(domain)):
        return [dict(zip(domain, row, strict=True)) for row in table.reshape(-1, len(domain))]
    if domain is None and table.shape[:-1] == sizes:
        raise ModelError(
            f"The mechanism of {node!r} is an array of probabilities, and {node!r} has no domain "
            f"that they belong to. Give one: domains={{{node!r}: ...}}."
        )
    raise ModelError(
        f"The mechanism of {node!r} is an array of shape {table.shape}. One axis for each parent "
        f"({', '.join(parents) or 'there are none'}) gives values, shape {sizes}; one axis more, "
        "over the domain of the node, gives probabilities."
    )


def _table_rows(
    given: Mapping[Any, Any],
    node: str,
    parents: tuple[str, ...],
    contexts: list[Context],
    domain: tuple[Value, ...] | None,
) -> list[Any] | None:
    """Return the rows of a table, or None when the mapping is a distribution."""
    known = set(contexts)
    if not parents:
        alone = set(given) == {()} and () not in (domain or ())
        return [given[()]] if alone else None
    rows = {}
    for key, row in given.items():
        whole = isinstance(key, tuple) and key in known
        rows[key if whole else (key,) if len(parents) == 1 else key] = row
    if not any(key in known for key in rows):
        return None
    missing = next((context for context in contexts if context not in rows), None)
    foreign = next((key for key in rows if key not in known), None)
    if missing is not None or foreign is not None:
        what = f"lacks {missing}" if missing is not None else f"has the foreign row {foreign}"
        raise ModelError(
            f"The table of {node!r} {what}. It needs one row for each combination of its "
            f"parents ({', '.join(parents)}). To give one distribution for all of them, write a "
            f"function: {_lambda(parents)} {{...}}."
        )
    may_be_values = len(parents) == 1 if domain is None else all(key in domain for key in given)
    if may_be_values and _looks_like_weights(given):
        if domain is not None and not all(row in domain for row in given.values()):
            return None
        raise ModelError(
            f"{shorten(given)} for {node!r} may be a table, from parents to values, "
            f"or one distribution over values. Write a function: {_lambda(parents)} ..."
        )
    return [rows[context] for context in contexts]


def _lambda(parents: Sequence[str]) -> str:
    """Return how a function of these parents begins; odd names are read from a mapping."""
    plain_names = all(name.isidentifier() for name in parents)
    return f"lambda {', '.join(parents)}:" if plain_names else "lambda **parents:"


def _looks_like_weights(given: Mapping[Any, Any]) -> bool:
    """Could the entries be probabilities, and are they not just zeros and a one?"""
    try:
        entries = [number(p, "An entry") for p in given.values()]
    except CIDError:
        return False
    known = [p for p in entries if not is_symbolic(p) or p.is_number]
    in_range = all(0 <= p <= 1 for p in known)
    return in_range and sums_to_one(entries) and not all(p in (0, 1) for p in entries)


def _distribution(given: Mapping[Any, Any], where: str) -> dict[Value, Any]:
    if not given:
        raise ModelError(f"{where} is empty; give a probability to each value.")
    weights: dict[Value, Any] = {}
    for key, p in given.items():
        value = plain(key, where)
        weights[value] = weights.get(value, 0) + number(
            p, f"{where}, probability of {shorten(value)},"
        )
    for value, p in weights.items():
        if p.is_negative if is_symbolic(p) else p < 0:
            raise ModelError(f"{where} gives {shorten(value)} the negative probability {show(p)}.")
    if not sums_to_one(list(weights.values())):
        total = sum(weights.values())
        always = " for all parameter values" if is_symbolic(total) else ""
        raise ModelError(f"{where} sums to {show(total)}, not 1{always}.")
    total = sum(weights.values())
    if isinstance(total, float):
        weights = {value: p / total for value, p in weights.items()}
    return weights


# ---- normal form -----------------------------------------------------------------------------


def make_mechanism(
    given: object,
    node: str,
    parents: tuple[str, ...],
    parent_domains: Sequence[tuple[Value, ...]],
    domain: tuple[Value, ...] | None,
) -> Mechanism:
    """Bring a mechanism into normal form.

    Parameters
    ----------
    given : object
        Any of the forms in the module's docstring.
    node : str
        Named in messages.
    parents : tuple of str
        In the order of the diagram.
    parent_domains : sequence of tuple
        Their values.
    domain : tuple or None
        The node's values; None to infer them: numbers by size, others as they first appear.

    Raises
    ------
    ModelError
        If it does not cover every context, leaves the domain, or is no distribution.
    """
    sizes = tuple(map(len, parent_domains))
    count = math.prod(sizes)
    if isinstance(given, Mechanism):
        return check_mechanism(given, node, parents, parent_domains, domain)
    if count * max(1, len(domain or ())) > MAX_CELLS:
        raise ModelError(
            f"{node!r} has {len(parents)} parents with {count:,} joint values; a table of more "
            f"than {MAX_CELLS:,} entries is refused. Split it by an intermediate node."
        )
    contexts = list(itertools.product(*parent_domains))
    if isinstance(given, Noisy):
        answers, weights = _noisy(given, node, parents, contexts)
        return _from_responses(answers, weights, node, parents, parent_domains, domain)
    rows: list[Any] | None
    if is_symbolic(given):
        rows = _expression_rows(_body(given, node, parents), node, parents, contexts)
    elif callable(given):
        rows = _function_rows(given, node, parents, contexts)
    elif isinstance(given, np.ndarray | list):
        rows = _array_rows(given, node, parents, sizes, domain)
    elif isinstance(given, Mapping) and _reads_parents(given, parents):
        rows = _expression_rows(given, node, parents, contexts)
    elif isinstance(given, Mapping):
        rows = _table_rows(given, node, parents, contexts, domain)
        rows = [given] * count if rows is None else rows
    else:
        rows = [given] * count
    return _from_rows(rows, node, parents, parent_domains, domain)


def _from_rows(
    rows: list[Any],
    node: str,
    parents: tuple[str, ...],
    parent_domains: Sequence[tuple[Value, ...]],
    domain: tuple[Value, ...] | None,
) -> Mechanism:
    """Return the mechanism whose rows are values or distributions."""
    where = f"The mechanism of {node!r}"
    one = Fraction(1)
    shared: dict[int, dict[Value, Any]] = {}  # one distribution may stand in every row
    weights = []
    for row, context in zip(rows, itertools.product(*parent_domains), strict=True):
        if not isinstance(row, Mapping):
            weights.append({plain(row, where): one})
            continue
        if id(row) not in shared:
            at = f" at {dict(zip(parents, context, strict=True))}" if parents else ""
            shared[id(row)] = _distribution(row, f"The distribution of {node!r}{at}")
        weights.append(shared[id(row)])
    support = [[value for value, p in row.items() if p == 1] for row in weights]
    if domain is None:
        domain = _inferred(value for row in weights for value in row)
    position = _positions((value for row in weights for value in row), node, domain)
    if all(support):
        answers = [[values[0]] for values in support]
        return _from_responses(answers, [one], node, parents, parent_domains, domain)
    table = np.full((len(rows), len(position)), Fraction(0), dtype=object)
    for k, row in enumerate(weights):
        for value, p in row.items():
            table[k, position[value]] = p
    table = table.reshape(*map(len, parent_domains), len(position))
    return Mechanism(parents, domain, table, inputs=tuple(parent_domains))


def _from_responses(
    answers: list[list[Value]],
    weights: list[Any],
    node: str,
    parents: tuple[str, ...],
    parent_domains: Sequence[tuple[Value, ...]],
    domain: tuple[Value, ...] | None,
) -> Mechanism:
    """Return the mechanism that answers each state of its noise with a value."""
    if domain is None:
        domain = _inferred(value for row in answers for value in row)
    position = _positions((value for row in answers for value in row), node, domain)
    response = np.array([[position[v] for v in row] for row in answers], dtype=np.intp)
    response = response.reshape(*map(len, parent_domains), len(weights))
    noise = np.array(weights, dtype=object)
    return Mechanism(parents, domain, None, noise, response, tuple(parent_domains))


def _inferred(values: Iterable[Value]) -> tuple[Value, ...]:
    """Return the domain that some values make up: numbers by size, others as they first appear."""
    found = tuple(dict.fromkeys(values))
    if all(isinstance(value, Real) for value in found):
        return tuple(sorted(found))  # type: ignore[type-var]
    return found


def _positions(values: Iterable[Value], node: str, domain: tuple[Value, ...]) -> dict[Value, int]:
    """Return the position of each value in the domain."""
    known = {value: k for k, value in enumerate(domain)}
    for value in values:
        if value not in known:
            raise ModelError(
                f"The mechanism of {node!r} gives {shorten(value)}, which is not in its domain "
                f"{shorten(domain)}. Extend the domain or mend the mechanism. A mapping whose keys "
                "are the parents' values is a table of values."
            )
    return known
