"""Values, domains and tables of numpy, torch and pandas as Python's own objects.

None of these libraries is imported: an object is known by what it offers, and a pandas object can
only be there once pandas is.
"""

from __future__ import annotations

import sys
from collections.abc import Hashable, Sequence
from fractions import Fraction
from typing import Any

from cid.engine.numbers import is_symbolic, number
from cid.errors import ModelError, SizeError, shorten

__all__ = [
    "check_length",
    "domain_values",
    "is_array",
    "named_table",
    "plain",
    "scalar",
    "spread_row",
]

Value = Hashable

HUGE = 2**64
"""Whole numbers beyond it are looked at closely."""
MAX_VALUES = 2**18
"""Values of one node; a table has a row for each."""


def is_array(given: object) -> bool:
    """Is this an array or a tensor, of whatever library?"""
    return hasattr(given, "shape") and hasattr(given, "tolist") and hasattr(given, "ndim")


def scalar(value: Any) -> Any:
    """Return an array scalar, or a tensor without axes, as Python's own number."""
    return value.item() if hasattr(value, "item") and getattr(value, "ndim", 1) == 0 else value


def plain(value: Any, where: str) -> Value:
    """Return a value of a node as a hashable Python object.

    Scalars of numpy and torch and rational numbers of sympy become Python's own.

    Raises
    ------
    ModelError
        If it is not hashable, or a number that is not finite.
    """
    if type(value) is str or (type(value) is int and -HUGE < value < HUGE):  # the usual case, quick
        return value
    value = scalar(value)
    if is_symbolic(value) and value.is_Boolean and value.is_Atom and not value.free_symbols:
        value = bool(value)
    try:
        hash(value)
    except TypeError:
        raise ModelError(
            f"{where} gives {shorten(value)}, which cannot be a value: values are hashable."
        ) from None
    if isinstance(value, Fraction) or (isinstance(value, int) and abs(value) >= HUGE):
        number(value, f"A value that {where[:1].lower()}{where[1:]} gives")
    if isinstance(value, float) or (is_symbolic(value) and value.is_number):
        finite = number(value, f"A value that {where[:1].lower()}{where[1:]} gives")
        if is_symbolic(value):
            whole = isinstance(finite, Fraction) and finite.denominator == 1
            value = finite.numerator if whole else finite
    known: Value = value
    return known


def check_length(values: Any, what: str) -> int:
    """Return how many values there are, or raise before they are listed.

    Raises
    ------
    SizeError
        If there are more than a node may have.
    """
    try:
        size = getattr(values, "size", None)  # a method, in torch
        length = size if isinstance(size, int) else len(values)
    except OverflowError:  # a range beyond what len can say
        length = sys.maxsize
    if length > MAX_VALUES:
        raise SizeError(
            f"{what} has {length:,} values; {MAX_VALUES:,} is the most. Give coarser values."
        )
    return length


def domain_values(name: str, values: object) -> tuple[Value, ...]:
    """Return a node's domain as a tuple of values.

    Parameters
    ----------
    name : str
        The node, named in messages.
    values : sequence, range, array, or column or index of pandas
        The values, each once. What ``Series.unique()`` returns will do.

    Raises
    ------
    ModelError
        If there are none, one stands twice, or one cannot be a value.

    Examples
    --------
    >>> import numpy as np
    >>> domain_values("S", np.array([0, 1]))
    (0, 1)
    """
    array = hasattr(values, "tolist") and getattr(values, "ndim", 1) > 0
    if isinstance(values, str | bytes) or not (array or isinstance(values, Sequence | range)):
        raise ModelError(
            f"The domain of {name!r} is {shorten(values)}. Give a tuple of values, such as (0, 1)."
        )
    check_length(values, f"The domain of {name!r}")
    given: Any = values.tolist() if array else values  # type: ignore[attr-defined]
    listed = tuple(plain(value, f"The domain of {name!r}") for value in given)
    if not listed:
        raise ModelError(f"The domain of {name!r} is empty. Give at least one value.")
    if len(set(listed)) < len(listed):
        raise ModelError(f"The domain of {name!r} holds a value twice: {shorten(listed)}.")
    return listed


def named_table(given: Any, node: str, parents: Sequence[str]) -> Any:
    """Return a pandas object as the mapping or the function that it stands for, others as given.

    Levels of an index that bear names are matched with the parents by name. A level called like the
    node itself makes the entries probabilities, as ``value_counts(normalize=True)`` leaves them.
    Columns of a frame are the node's values. An index without names is a mapping's keys.

    Parameters
    ----------
    given : object
        A Series or a DataFrame; anything else is returned as it is.
    node : str
        The node.
    parents : sequence of str
        Its parents.

    Raises
    ------
    ModelError
        If the index names no parent, or holds an entry twice.
    """
    pandas = sys.modules.get("pandas")
    if pandas is None or not isinstance(given, pandas.Series | pandas.DataFrame):
        return given
    if not given.index.is_unique:
        raise ModelError(
            f"The {type(given).__name__} for {node!r} has an entry twice in its index. Give one "
            "row for each combination of the parents' values."
        )
    names = list(given.index.names)
    keys = [key if isinstance(key, tuple) else (key,) for key in given.index]
    frame = isinstance(given, pandas.DataFrame)
    rows = [row.to_dict() for _, row in given.iterrows()] if frame else given.tolist()
    if all(name is None for name in names):
        return dict(zip(given.index, rows, strict=True))
    read = [name for name in names if frame or name != node]
    foreign = [name for name in read if name not in parents]
    if foreign:
        raise ModelError(
            f"The index of the {type(given).__name__} for {node!r} has the level "
            f"{shorten(foreign[0])}; its parents are {', '.join(parents) or 'none'}. Name the "
            "levels like the parents."
        )
    table: dict[tuple[Any, ...], Any] = {}
    for key, row in zip(keys, rows, strict=True):
        at = dict(zip(names, key, strict=True))
        context = tuple(at[name] for name in read)
        if len(read) == len(names):
            table[context] = row
        else:
            table.setdefault(context, {})[at[node]] = row
    if not read:
        return table[()]

    def look_up(**values: Value) -> Any:
        context = tuple(values[name] for name in read)
        if context not in table:
            raise LookupError("there is no such row")
        return table[context]

    return look_up


def spread_row(row: Any, domain: tuple[Value, ...] | None, where: str) -> Any:
    """Return a row that is an array over the domain, or a column of pandas, as a distribution."""
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(row, pandas.Series):
        return row.to_dict()
    if not is_array(row) or row.ndim == 0 or is_symbolic(row):
        return row
    if domain is None or tuple(row.shape) != (len(domain),):
        what = "there is no domain" if domain is None else f"the domain has {len(domain)} values"
        raise ModelError(
            f"{where} gives an array of shape {tuple(row.shape)}. One probability for each value "
            f"of the domain makes a distribution; {what}."
        )
    return dict(zip(domain, row.tolist(), strict=True))
