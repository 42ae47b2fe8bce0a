"""Every error this library raises on purpose, in one tree rooted at :class:`CIDError`.

A message names the thing (the node, edge, line or file), the rule it breaks, and the mend. Code
that wants to survive any mistake in a user's input catches :class:`CIDError`; no error of a
library below is meant to reach the caller.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

__all__ = [
    "CIDError",
    "CIDTypeError",
    "CatalogError",
    "CycleError",
    "DiagramError",
    "DrawError",
    "FormatError",
    "MissingLibraryError",
    "MissingRuleError",
    "ModelError",
    "ParameterError",
    "ParseError",
    "ScopeError",
    "ScopeWarning",
    "SizeError",
    "UnknownNodeError",
    "counted",
    "did_you_mean",
    "printable",
    "shorten",
]


MAX_MESSAGE = 1200
"""Letters of a message; a longer one loses its middle, so that thing and mend remain."""


def printable(text: str) -> str:
    r"""Return a text in which whatever is not printable, but for line ends, is escaped.

    A message quotes names and lines of files, and a terminal obeys control characters.

    Examples
    --------
    >>> print(printable("clear \x1b[2J"))
    clear \x1b[2J
    """
    if text.isprintable():
        return text
    return "".join(
        c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in text
    )


class CIDError(Exception):
    """Root of the tree. A message is printable and of bounded length, whatever it quotes."""

    def __str__(self) -> str:
        text = super().__str__()
        if len(text) > MAX_MESSAGE:
            text = f"{text[: MAX_MESSAGE // 2]} ... {text[-MAX_MESSAGE // 2 :]}"
        return printable(text)


class CIDTypeError(CIDError, TypeError):
    """An argument of the wrong type."""


class DiagramError(CIDError, ValueError):
    """The parts given do not make a causal influence diagram."""


class CycleError(DiagramError):
    """The edges close a cycle; the message shows it."""


class UnknownNodeError(DiagramError, LookupError):
    """A name that is no node (or no decision, or no agent) of the diagram."""


class ModelError(CIDError, ValueError):
    """Domains, mechanisms or policies that do not make a model."""


class ParseError(CIDError, ValueError):
    """Text in the diagram syntax that cannot be read; the message gives the line."""


class FormatError(CIDError, ValueError):
    """A file or a JSON text that is truncated, foreign or malformed."""


class CatalogError(CIDError, LookupError):
    """No such catalogue entry."""


class DrawError(CIDError, ValueError):
    """A picture that cannot be made as asked."""


class ScopeError(CIDError, ValueError):
    """A question outside the scope of the theorem or the definition that would answer it.

    The message names the assumption that is not met, and what to ask instead. Three causes have
    classes of their own: :class:`SizeError`, :class:`MissingRuleError` and
    :class:`ParameterError`.
    """


class SizeError(ScopeError, ModelError):
    """A table, a search or a list that would be too large; the message gives size and bound.

    It is raised before anything of that size is allocated. Sizes were once refused by a
    :class:`ScopeError` here and a :class:`ModelError` there: code that catches either of them
    still catches this.
    """


class MissingRuleError(ScopeError, ModelError):
    """A decision without a rule, where the answer depends on what it does.

    Once a :class:`ScopeError` here and a :class:`ModelError` there; it is caught as either.
    """


class ParameterError(ScopeError, ModelError):
    """Parameters without values, where numbers are needed; caught as either of its parents."""


class MissingLibraryError(CIDError, ImportError):
    """A library that is not required and not installed; the message says what brings it."""


class ScopeWarning(UserWarning):
    """A list leaves out nodes for which no theorem gives a verdict."""


def shorten(value: object, limit: int = 60) -> str:
    """Return ``repr(value)``, cut to `limit` characters, for use in a message.

    Examples
    --------
    >>> shorten("x" * 100, limit=12)
    "'xxxxxxxx..."
    """
    try:
        text = repr(value)
    except Exception:  # a foreign object's broken __repr__ must not hide our message
        text = f"<{type(value).__name__}>"
    return text if len(text) <= limit else text[: limit - 3] + "..."


def counted(number: int) -> str:
    """Return a count for a message, whatever its size.

    Examples
    --------
    >>> counted(10_000), counted(10**30)
    ('10,000', 'about 10^30')
    """
    if abs(number) < 10**15:
        return f"{number:,}"
    return f"about {'-' if number < 0 else ''}10^{int(abs(number).bit_length() * 0.30103)}"


def did_you_mean(name: str, known: Iterable[str], limit: int = 1000) -> str:
    """Return a hint such as `` Did you mean 'Gr'?`` or the known names, ready to append.

    Parameters
    ----------
    name : str
        What the user wrote.
    known : iterable of str
        What would have been understood.
    limit : int
        Compare with at most this many names, so that a typo in a huge diagram stays cheap.

    Examples
    --------
    >>> did_you_mean("grade", ["Grade", "Gender"])
    " Did you mean 'Grade'?"
    >>> did_you_mean("x", ["Grade", "Gender"])
    " Known: 'Grade', 'Gender'."
    """
    names = [known_name for known_name, _ in zip(known, range(limit), strict=False)]
    folded = {known_name.casefold(): known_name for known_name in names}
    if name.casefold() in folded:
        return f" Did you mean {shorten(folded[name.casefold()])}?"
    close = get_close_matches(name, names, n=1)
    if close:
        return f" Did you mean {shorten(close[0])}?"
    if not names:
        return " There are none."
    shown = ", ".join(map(shorten, names[:8]))
    return f" Known: {shown}{', ...' if len(names) > 8 else ''}."
