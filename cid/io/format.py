"""What a file format is, and which format a file has."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cid.errors import FormatError, shorten
from cid.io import formats

__all__ = ["FileFormat", "all_formats", "format_of", "writer_of"]


@dataclass(frozen=True)
class FileFormat:
    """A format of files.

    Parameters
    ----------
    name : str
        For messages.
    suffixes : tuple of str
        In lower case with the dot; ``""`` for files without one.
    starts : str
        A regular expression that the beginning of such a text matches and others' do not, white
        space apart. It costs little: it is tried on every file.
    read : callable
        From text to a diagram or a model.
    write : callable, optional
        From a diagram or a model to text. It raises a :class:`~cid.errors.CIDError` for what the
        format cannot hold. None if the format is only read.
    """

    name: str
    suffixes: tuple[str, ...]
    starts: str
    read: Callable[[str], Any]
    write: Callable[[Any], str] | None = None

    def begins(self, text: str) -> bool:
        """Does a text begin as such texts do?"""
        return re.match(rf"\ufeff?\s*(?:{self.starts})", text) is not None


def all_formats() -> list[FileFormat]:
    """Return the formats that the folder :mod:`cid.io.formats` holds, by the names of their files.

    Examples
    --------
    >>> [form.name for form in all_formats()]
    ['BIF', 'dagitty text', 'Graphviz text', 'Hugin net', ...]
    """
    found = []
    for entry in pkgutil.iter_modules(formats.__path__):
        module = importlib.import_module(f"{formats.__name__}.{entry.name}")
        found.append(module.FORMAT)
    return found


def format_of(path: Path, text: str) -> FileFormat:
    """Return the format of a file, by how its text begins and by its name.

    Content comes first, so that a text of another program is not misread whatever it is called.

    Raises
    ------
    FormatError
        If the name is that of no format, and the text begins as in none: half of what other
        programs write could be read as a diagram, such as a table or a program with arrows.
    """
    known = all_formats()
    named = [form for form in known if path.suffix.lower() in form.suffixes]
    alike = [form for form in known if form.starts and form.begins(text)]
    both = [form for form in named if form in alike]
    own = [form for form in known if "" in form.suffixes and not path.suffix]
    for form in both or alike or named or own:
        return form
    raise FormatError(
        f"No format is called {path.suffix!r}, and the text begins as in none. Read are "
        f"{', '.join(suffix for form in known for suffix in form.suffixes if suffix)}; a diagram "
        "in the text syntax is called .cid."
    )


def writer_of(path: Path) -> Callable[[Any], str]:
    """Return what writes the format that a file's suffix asks for.

    Raises
    ------
    FormatError
        If there is none, or it is only read.
    """
    suffix = path.suffix.lower()
    known = all_formats()
    for form in known:
        if suffix in form.suffixes and form.write is not None:
            return form.write
    offered = ", ".join(s for form in known if form.write for s in form.suffixes if s)
    only_read = next((form.name for form in known if suffix in form.suffixes), None)
    what = f"{only_read} is read and not written" if only_read else "no format is called so"
    raise FormatError(
        f"{shorten(path.name)} cannot be written: {what}. Written are {offered}; pictures are "
        "drawn by cid.draw.save, and pgmpy and pyAgrum write what to_pgmpy and to_pyagrum return."
    )
