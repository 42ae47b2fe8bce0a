"""Results that stay as they were made: mappings, arrays and attributes that cannot be set."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from cid.errors import CIDTypeError, shorten

if TYPE_CHECKING:
    import numpy as np

__all__ = ["FrozenMapping", "frozen_array", "refuse"]

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class FrozenMapping(Mapping[K, V]):
    """A read-only copy of a mapping. Unlike ``MappingProxyType`` it can be pickled and copied.

    Examples
    --------
    >>> FrozenMapping({"D": 1})
    {'D': 1}
    >>> FrozenMapping({"D": 1}) == {"D": 1}
    True
    """

    __slots__ = ("_held",)

    _held: dict[K, V]

    def __init__(self, given: Mapping[K, V]) -> None:
        if not isinstance(given, Mapping):
            raise CIDTypeError(f"Expected a mapping, not {shorten(given)}.")
        object.__setattr__(self, "_held", dict(given))

    def __getitem__(self, key: K) -> V:
        return self._held[key]

    def __iter__(self) -> Iterator[K]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)

    def __repr__(self) -> str:
        return repr(self._held)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        refuse(self, name)

    def __delattr__(self, name: str) -> NoReturn:
        refuse(self, name)

    def __reduce__(self) -> tuple[Any, ...]:
        return FrozenMapping, (dict(self._held),)


def frozen_array(given: Any) -> np.ndarray[Any, Any]:
    """Return an array that cannot be written to: a copy, unless the one given is read-only."""
    import numpy as np  # diagrams do without it

    if not isinstance(given, np.ndarray | np.generic):
        raise CIDTypeError(f"Expected an array, not {shorten(given)}.")
    array = np.asarray(given)
    if array.flags.writeable:
        array = array.copy()
        array.flags.writeable = False
    return array


def refuse(owner: object, name: str, hint: str = "") -> NoReturn:
    """Raise, since an attribute of something frozen was to be set or deleted."""
    raise AttributeError(
        f"{type(owner).__name__} is frozen; {name!r} cannot be set or deleted.{hint}"
    )
