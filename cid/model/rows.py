"""One row per context, from each form in which a user may write a mechanism.

A row is a value or a distribution ``{value: probability}``; what holds for all rows, whatever they
were written as, is checked afterwards, in :mod:`cid.model.mechanism`.
"""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

import numpy as np

from cid.engine.numbers import is_symbolic, number
from cid.errors import CIDError, ModelError, did_you_mean, shorten
from cid.model.distributions import TOLERANCE, sums_to_one

__all__ = [
    "arguments",
    "array_rows",
    "call",
    "expression_rows",
    "function_rows",
    "reads_parents",
    "table_rows",
]

Value = Hashable
Context = tuple[Value, ...]


# ---- functions -------------------------------------------------------------------------------


def arguments(
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


def call(function: Callable[..., Any], node: str, arguments: Mapping[str, Value]) -> Any:
    """Return what a function gives; a failure names the node and the context."""
    try:
        return function(**arguments)
    except Exception as error:
        shown = ", ".join(f"{name}={shorten(value)}" for name, value in arguments.items())
        raise ModelError(
            f"The mechanism of {node!r} fails at {shown or 'no arguments'}: "
            f"{type(error).__name__}: {str(error)[:200]}. It must give a value for every "
            "combination of its parents' values."
        ) from error


def function_rows(
    given: Callable[..., Any], node: str, parents: tuple[str, ...], contexts: list[Context]
) -> list[Any]:
    """Return what a function of the parents gives in each context."""
    names, every = arguments(given, parents, node)
    for name in names:
        if name not in parents:
            raise ModelError(
                f"The mechanism of {node!r} reads {name!r}, which is not among its parents "
                f"({', '.join(map(repr, parents)) or 'it has none'})."
                f"{did_you_mean(name, parents) if parents else ''} Add the edge, or rename the "
                "argument."
            )
    used = [k for k, name in enumerate(parents) if every or name in names]
    return [call(given, node, {parents[k]: context[k] for k in used}) for context in contexts]


# ---- expressions, arrays, tables -------------------------------------------------------------


def reads_parents(given: Mapping[Any, Any], parents: tuple[str, ...]) -> bool:
    """Does a distribution hold expressions in the parents?"""
    parts = itertools.chain(given, given.values())
    return any(str(s) in parents for e in parts if is_symbolic(e) for s in e.free_symbols)


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


def expression_rows(
    given: Any, node: str, parents: tuple[str, ...], contexts: list[Context]
) -> list[Any]:
    """Return the values of an expression, or of a distribution made of expressions."""
    given = _body(given, node, parents)
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


def array_rows(
    given: Any,
    node: str,
    parents: tuple[str, ...],
    sizes: tuple[int, ...],
    domain: tuple[Value, ...] | None,
) -> list[Any]:
    """Return the rows of an array, a tensor or lists of values or of probabilities."""
    own = isinstance(given, np.ndarray | list)
    try:
        table = np.array(given if own else given.tolist(), dtype=object)
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


def table_rows(
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
    return in_range and sums_to_one(entries, TOLERANCE) and not all(p in (0, 1) for p in entries)
