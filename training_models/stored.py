"""Reading records back from plain data, by the types that their fields declare.

A field that is missing, unknown or of another type is refused with its place in the file; nothing
is converted but whole numbers where a number may have a fraction.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from enum import StrEnum
from typing import Any

from cid.errors import shorten

__all__ = ["MalformedError", "read_record"]


class MalformedError(Exception):
    """Data that are not what they should be; the loader adds the file's name."""


def read_record(kind: Any, value: object, what: str) -> Any:
    """Return `value` as the type `kind`, a type as it stands in an annotation.

    Parameters
    ----------
    kind : type
        A dataclass, an enumeration of text, ``str``, ``int``, ``float``, ``bool``, or tuples,
        dictionaries, unions and literals of such.
    value : object
        What ``json.loads`` gives.
    what : str
        Where it stands, for messages.

    Raises
    ------
    MalformedError
        Naming the place.

    Examples
    --------
    >>> read_record(tuple[float, ...], [1, 2.5], "the mean")
    (1.0, 2.5)
    >>> read_record(int | None, "3", "the count")
    Traceback (most recent call last):
    ...
    training_models.stored.MalformedError: the count holds '3'
    """
    origin = typing.get_origin(kind)
    if kind is Any:
        return value
    if dataclasses.is_dataclass(kind):
        return _record(kind, value, what)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        if isinstance(value, str) and value in list(kind):
            return kind(value)
        raise MalformedError(f"{what}: {shorten(value)} is no {kind.__name__.lower()}")
    if origin is typing.Literal:
        if any(type(value) is type(each) and value == each for each in typing.get_args(kind)):
            return value
    elif origin in (typing.Union, types.UnionType):
        return _one_of(typing.get_args(kind), value, what)
    elif origin is tuple and isinstance(value, list):
        return _tuple(typing.get_args(kind), value, what)
    elif origin is dict and isinstance(value, dict):
        of = typing.get_args(kind)[1]
        return {key: read_record(of, each, f"{what}, {key!r},") for key, each in value.items()}
    elif kind is float and type(value) in (int, float):
        return _number(value, what)
    elif type(value) is kind:
        return value
    raise MalformedError(f"{what} holds {shorten(value)}")


def _number(value: Any, what: str) -> float:
    try:
        return float(value)
    except OverflowError:
        raise MalformedError(f"{what} holds {shorten(value)}, which is not finite") from None


def _record(kind: Any, value: object, what: str) -> Any:
    if not isinstance(value, dict):
        raise MalformedError(f"{what} is {shorten(value)}, not an object")
    hints = typing.get_type_hints(kind)
    names = [field.name for field in dataclasses.fields(kind)]
    if odd := sorted(set(names).symmetric_difference(value)):
        raise MalformedError(f"{what} has missing or unknown keys: {', '.join(map(repr, odd[:6]))}")
    return kind(
        **{name: read_record(hints[name], value[name], f"{name!r} in {what}") for name in names}
    )


def _one_of(kinds: tuple[Any, ...], value: object, what: str) -> Any:
    if value is None and type(None) in kinds:
        return None
    (kind,) = (each for each in kinds if each is not type(None))
    return read_record(kind, value, what)


def _tuple(kinds: tuple[Any, ...], value: list[Any], what: str) -> tuple[Any, ...]:
    if kinds[-1] is Ellipsis:
        return tuple(read_record(kinds[0], each, what) for each in value)
    if len(kinds) != len(value):
        raise MalformedError(f"{what} holds {shorten(value)}")
    return tuple(read_record(kind, each, what) for kind, each in zip(kinds, value, strict=True))
