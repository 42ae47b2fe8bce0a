"""Files: ``.cid`` holds a diagram in the text syntax, ``.json`` a diagram or a model as JSON.

Files are data: nothing in them is ever executed.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from cid.diagram import CID
from cid.errors import CIDError, CIDTypeError, FormatError, shorten
from cid.model.data import FORMAT
from cid.scim import SCIM
from cid.writing import write_whole

__all__ = ["read", "write"]

MAX_BYTES = 64 * 2**20
"""Larger files are refused: a diagram of a million edges takes less, and all but few models."""


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


def read(path: str | os.PathLike[str]) -> CID | SCIM:
    """Read a diagram or a model from a file.

    Parameters
    ----------
    path : path
        A ``.json`` file written by :func:`write`, or a text in the syntax of :mod:`cid.syntax`
        (any other suffix; ``.cid`` by custom).

    Returns
    -------
    CID or SCIM
        What was written. A model holds its diagram as ``.diagram``.

    Raises
    ------
    FormatError
        If the file is missing, unreadable, too large, not UTF-8, or malformed JSON.
    ParseError
        If the text cannot be read; the message gives file and line.
    DiagramError, ModelError
        If what it says is no diagram, or no model.

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
            raise FormatError(f"{file} is larger than {MAX_BYTES // 2**20} MiB.")
        text = data.decode("utf-8")
    except FileNotFoundError:
        raise FormatError(f"There is no file {str(file)!r}. Check the path.") from None
    except UnicodeDecodeError as error:
        raise FormatError(
            f"{file} is not UTF-8 text (byte {error.start}). Save it as UTF-8."
        ) from None
    except OSError as error:
        raise FormatError(
            f"{file} cannot be read: {error.strerror}. Name a file of a diagram or a model."
        ) from None
    try:
        return _from_json(text) if file.suffix.lower() == ".json" else CID.parse(text)
    except CIDError as error:
        raise type(error)(f"{file}: {error}") from None


def _from_json(text: str) -> CID | SCIM:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return CID.from_json(text)  # which says what is wrong
    model = isinstance(data, dict) and data.get("format") == FORMAT
    return SCIM.from_dict(data) if model else CID.from_dict(data)


def _text(what: object, file: Path) -> str:
    as_json = file.suffix.lower() == ".json"
    if isinstance(what, CID):
        return what.to_json() if as_json else what.to_text()
    if not isinstance(what, SCIM):
        raise CIDTypeError(f"write takes a CID or a SCIM, not {shorten(what)}.")
    if not as_json:
        raise FormatError(
            f"A model is written as JSON, and {str(file)!r} does not end in .json. Name a .json "
            "file, or write its diagram, s.diagram."
        )
    return what.to_json()


def write(what: CID | SCIM, path: str | os.PathLike[str]) -> Path:
    """Write a diagram or a model to a file; :func:`read` reads it back.

    The file appears whole or not at all. One that is there keeps its permissions, a link is
    followed, and what is no regular file or is read-only is refused.

    Parameters
    ----------
    what : CID or SCIM
        A diagram is written as JSON if the suffix is ``.json``, else as text; a model as JSON.
    path : path
        Where to.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    FormatError
        If it cannot be written, or a model's file is not called ``.json``.
    ModelError
        If a model holds a value that JSON has no form for; see :meth:`cid.SCIM.to_dict`.

    Examples
    --------
    >>> import cid, pathlib, tempfile
    >>> d = cid.catalog.load("self_fulfilling").diagram
    >>> cid.read(cid.write(d, pathlib.Path(tempfile.mkdtemp()) / "d.json")) == d
    True
    """
    file = _path(path)
    text = _text(what, file)
    try:
        write_whole(file, text.encode())
    except OSError as error:
        raise FormatError(
            f"{file} cannot be written: {error.strerror}. Choose a file that you may write, in a "
            "folder that exists."
        ) from None
    return file
