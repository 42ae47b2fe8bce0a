"""Names that a reader can tell apart.

A name is one line of text that shows all it holds. Characters that cannot be seen and those that
turn the direction of writing are refused, but for the two joiners that some scripts and emoji need.
Two names of a diagram that differ in nothing that can be seen, such as a letter with its accent in
one character or in two, are refused as well.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import islice
from typing import Any

from cid.errors import CIDTypeError, DiagramError, SizeError, shorten

__all__ = ["check_apart", "check_name", "listed", "looks"]

_JOINERS = "\u200c\u200d"
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200c\u200d\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0100-\U000e01ef]"
)
"""What is printable by its category, or a joiner, and leaves no mark of its own."""


def check_name(name: object, what: str = "node name") -> str:
    r"""Return a name that is one line of visible text, else raise.

    Examples
    --------
    >>> check_name("Grade")
    'Grade'
    >>> check_name("Grade\u200b")
    Traceback (most recent call last):
    ...
    cid.errors.DiagramError: The node name 'Grade\u200b' holds the invisible ...
    """
    if type(name) is str and name.isprintable() and name and not name.isspace():
        return name  # by far the most common case
    if not isinstance(name, str):
        mend = (
            f" Write {shorten(str(name), 30)}."
            if isinstance(name, int | float) and abs(name) < 1e30
            else ""
        )
        raise CIDTypeError(
            f"Each {what} is a non-empty string, not {shorten(name)} ({type(name).__name__}).{mend}"
        )
    if not name.strip():
        raise DiagramError(f"Each {what} is a non-empty string, not {shorten(name)}.")
    for char in name:
        category = "" if char.isprintable() else unicodedata.category(char)
        if category in ("Cc", "Cs", "Zl", "Zp"):
            raise DiagramError(
                f"The {what} {shorten(name)} holds the unprintable character {char!r}. "
                "Names are one line of printable text."
            )
        if category == "Cf" and char not in _JOINERS:
            called = unicodedata.name(char, "").lower() or "format character"
            raise DiagramError(
                f"The {what} {shorten(name)} holds the invisible character {char!r} ({called}). "
                "Leave it out: names show all they hold."
            )
    return str(name)


def looks(name: str) -> str:
    r"""Return what two names have in common if they cannot be told apart by eye.

    Examples
    --------
    >>> looks("cafe\u0301") == looks("caf\u00e9"), looks("World\u00a0 state")
    (True, 'World state')
    """
    if name.isascii() and " " not in name:
        return name
    return " ".join(unicodedata.normalize("NFC", _UNSEEN.sub("", name)).split())


def check_apart(names: Iterable[str], what: str = "node") -> None:
    r"""Raise if two names, all of them different, look the same.

    Examples
    --------
    >>> check_apart(["caf\u00e9", "cafe\u0301"])
    Traceback (most recent call last):
    ...
    cid.errors.DiagramError: The nodes 'caf\xe9' and 'cafe\u0301' look the same. Rename one ...
    """
    seen: dict[str, str] = {}
    for name in names:
        other = seen.setdefault(looks(name), name)
        if other is not name:
            raise DiagramError(
                f"The {what}s {other!a} and {name!a} look the same. Rename one, or write "
                "both with the same characters if they are one."
            )


def listed(given: Any, what: str, most: int = 100_000) -> list[Any]:
    """Return what was given as a list, or raise if it is none or too long.

    Parameters
    ----------
    given : iterable
        Names, edges or records; a text is none.
    what : str
        What it is: the subject of the message.
    most : int
        How many at most.

    Raises
    ------
    CIDTypeError
        If it cannot be iterated over.
    SizeError
        If it is longer.

    Examples
    --------
    >>> listed(("A", "B"), "nodes")
    ['A', 'B']
    """
    if isinstance(given, str | bytes) or not isinstance(given, Iterable):
        raise CIDTypeError(f"{what} is a list, not {shorten(given)}.")
    found = list(islice(given, most + 1))
    if len(found) > most:
        raise SizeError(f"{what} has more than {most:,} entries, which is the most.")
    return found
