"""Diagram files: ``.cid`` holds the text syntax, ``.json`` the JSON form.

Files are data: nothing in them is ever executed.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from cid.diagram import CID
from cid.errors import CIDError, CIDTypeError, FormatError, shorten

__all__ = ["read", "write"]

MAX_BYTES = 64 * 2**20
"""Larger files are refused: a diagram of a million edges takes less."""


def _path(path: object) -> Path:
    text = os.fspath(path) if isinstance(path, str | os.PathLike) else None
    if not isinstance(text, str):
        raise CIDTypeError(f"Expected a path, not {shorten(path)}.")
    try:
        if b"\0" in os.fsencode(text):
            raise FormatError(f"{shorten(text)} is no path: it holds a NUL character.")
    except UnicodeEncodeError:
        raise FormatError(f"{shorten(text)} is no path: it cannot be encoded.") from None
    return Path(text)


def read(path: str | os.PathLike[str]) -> CID:
    """Read a diagram from a file.

    Parameters
    ----------
    path : path
        A ``.json`` file written by :func:`write`, or a text in the syntax of :mod:`cid.syntax`
        (any other suffix; ``.cid`` by custom).

    Raises
    ------
    FormatError
        If the file is missing, unreadable, too large, not UTF-8, or malformed JSON.
    ParseError
        If the text cannot be read; the message gives file and line.
    DiagramError
        If what it says is no diagram.

    Examples
    --------
    >>> import cid, pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "two.cid"
    >>> _ = file.write_text("S -> D -> U; decisions: D; utilities: U")
    >>> cid.read(file).nodes
    ('S', 'D', 'U')
    """
    file = _path(path)
    try:
        with file.open("rb") as handle:
            data = handle.read(MAX_BYTES + 1)  # a device may have no end
        if len(data) > MAX_BYTES:
            raise FormatError(f"{file} is larger than {MAX_BYTES // 2**20} MiB; no diagram is.")
        text = data.decode("utf-8")
    except FileNotFoundError:
        raise FormatError(f"There is no file {str(file)!r}. Check the path.") from None
    except UnicodeDecodeError as error:
        raise FormatError(
            f"{file} is not UTF-8 text (byte {error.start}). Save it as UTF-8."
        ) from None
    except OSError as error:
        raise FormatError(
            f"{file} cannot be read: {error.strerror}. Name a diagram file."
        ) from None
    try:
        return CID.from_json(text) if file.suffix.lower() == ".json" else CID.parse(text)
    except CIDError as error:
        raise type(error)(f"{file}: {error}") from None


def write(d: CID, path: str | os.PathLike[str]) -> Path:
    """Write a diagram to a file, as JSON if the suffix is ``.json``, else as text.

    The file appears whole or not at all.

    Examples
    --------
    >>> import cid, pathlib, tempfile
    >>> d = cid.catalog.load("self_fulfilling").diagram
    >>> cid.read(cid.write(d, pathlib.Path(tempfile.mkdtemp()) / "d.json")) == d
    True
    """
    file = _path(path)
    if not isinstance(d, CID):
        raise CIDTypeError(f"write takes a CID, not {shorten(d)}.")
    text = d.to_json() if file.suffix.lower() == ".json" else d.to_text()
    try:
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=".cid-") as folder:
            whole = Path(folder, "diagram")
            whole.write_text(text, encoding="utf-8")
            os.replace(whole, file)
    except OSError as error:
        raise FormatError(
            f"{file} cannot be written: {error.strerror}. Check the folder."
        ) from None
    return file
