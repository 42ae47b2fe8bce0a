"""Worked diagrams, one file each; a file's name is the entry's slug.

An entry is a module with a docstring (its first line is the title, the rest the prose) and a
module-level ``ENTRY``. Adding a diagram is adding a file: the folder is scanned, and there is no
list to keep.

The prose says that there is an incentive where the diagram *admits* one: some world drawn like this
has it, and how much of it is for the parameterisation to say. That there is none holds of every
world drawn like this.

Examples
--------
>>> import cid
>>> entry = cid.catalog.load("content_recommendation")
>>> entry.title
'Content recommendation'
>>> entry.diagram.decisions
('P',)
>>> cid.catalog.load("content_rec")
Traceback (most recent call last):
...
cid.errors.CatalogError: No catalogue entry 'content_rec'. Did you mean ...
"""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib import import_module

from cid.catalog.entry import Entry, Prediction
from cid.errors import CatalogError, CIDTypeError, FormatError, did_you_mean, shorten

__all__ = ["Entry", "Prediction", "entries", "load", "names"]

_HELPERS = ("entry",)


@cache
def names() -> tuple[str, ...]:
    """Return the slugs of all entries in alphabetical order.

    Examples
    --------
    >>> import cid
    >>> "self_fulfilling" in cid.catalog.names()
    True
    """
    found = (module.name for module in pkgutil.iter_modules(__path__))
    return tuple(sorted(name for name in found if name not in _HELPERS and name[0] != "_"))


def load(slug: str) -> Entry:
    """Return one entry.

    Parameters
    ----------
    slug : str
        One of :func:`names`. Nothing else is ever imported.

    Raises
    ------
    CatalogError
        If there is no such entry; the message suggests one.
    CIDTypeError
        If `slug` is not a string.
    FormatError
        If the entry's file lacks its docstring or its ``ENTRY``.

    Examples
    --------
    >>> import cid
    >>> cid.catalog.load("performative").title
    'Performative prediction'
    """
    if not isinstance(slug, str):
        raise CIDTypeError(f"The slug of an entry is a string, not {shorten(slug)}.")
    if slug not in names():
        raise CatalogError(
            f"No catalogue entry {shorten(slug)}.{_hint(slug[:80])} cid.catalog.names() lists all."
        )
    return _load(slug)


def entries() -> Iterator[Entry]:
    """Yield all entries in the order of :func:`names`.

    Examples
    --------
    >>> import cid
    >>> any(entry.physical for entry in cid.catalog.entries())
    True
    """
    return map(load, names())


@cache
def _load(slug: str) -> Entry:
    module = import_module(f"{__name__}.{slug}")
    entry = getattr(module, "ENTRY", None)
    if not isinstance(entry, Entry):
        raise FormatError(f"The catalogue file {slug}.py defines no ENTRY = Entry(...).")
    title, _, prose = inspect.cleandoc(module.__doc__ or "").partition("\n\n")
    if not (title and prose):
        raise FormatError(
            f"The catalogue file {slug}.py has no docstring with a title line, a blank line and "
            "prose. (python -OO strips docstrings; run without it.)"
        )
    paragraphs = (" ".join(paragraph.split()) for paragraph in prose.split("\n\n"))
    return replace(entry, slug=slug, title=title.removesuffix("."), prose="\n\n".join(paragraphs))


def _hint(slug: str) -> str:
    """Suggest entries that share a word with `slug`, whole or as a prefix; else a near spelling."""
    words = [word for word in slug.casefold().replace("-", "_").split("_") if len(word) > 1]
    close = [
        name
        for name in names()
        if any(
            part.startswith(word) or word.startswith(part)
            for word in words
            for part in name.split("_")
        )
    ]
    return did_you_mean(slug, close or names())
