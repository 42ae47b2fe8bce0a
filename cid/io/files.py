"""Files of diagrams and models, in this library's formats and in those of other programs.

=====================  ==========================================  =======
suffix                 what                                        written
=====================  ==========================================  =======
``.cid``, ``.txt``     a diagram in the text syntax                yes
``.json``              a diagram or a model                        yes
``.dagitty``           a diagram as dagitty text                   yes
``.dot``, ``.gv``      a diagram as Graphviz text                  yes
``.bif``               a Bayesian network, as bnlearn keeps them   no
``.xmlbif .bifxml``    the same in XML, and influence diagrams     no
``.net``               a network or influence diagram of Hugin     no
``.xdsl``              the same of GeNIe                           no
``.dne``               the same of Netica                          no
=====================  ==========================================  =======

A file is known by how its text begins, then by its name. Each format is one file of the folder
:mod:`cid.io.formats`. Files are data: nothing in them is ever executed.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from cid.diagram import CID
from cid.errors import CIDError, CIDTypeError, FormatError, shorten
from cid.io.format import format_of, writer_of
from cid.writing import write_whole

if TYPE_CHECKING:  # brings numpy, which a diagram does not need
    from cid.scim import SCIM

__all__ = ["read", "write"]

MAX_BYTES = 64 * 2**20
"""Larger files are refused: a diagram of a million edges takes less, and all but few models."""


_PACKED = {
    b"\x1f\x8b": "packed with gzip",
    b"PK\x03\x04": "a zip archive",
    b"BZh": "packed with bzip2",
    b"\xfd7zXZ": "packed with xz",
    b"\x28\xb5\x2f\xfd": "packed with zstandard",
}


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
        A file in one of the formats of :mod:`cid.io.files`. One without a suffix that begins like
        none of them is read in the syntax of :mod:`cid.syntax`.

    Returns
    -------
    CID or SCIM
        What was written. A model holds its diagram as ``.diagram``. All nodes of a Bayesian network
        are chance nodes; :func:`cid.from_pgmpy` and :func:`cid.from_pyagrum` take roles.

    Raises
    ------
    FormatError
        If the file is missing, unreadable, packed, too large, not UTF-8, of no known format, or
        malformed.
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
        packed = next((what for start, what in _PACKED.items() if data.startswith(start)), None)
        if packed is not None:
            raise FormatError(f"{file} is {packed}, not text. Unpack it, and read what it holds.")
        if len(data) > MAX_BYTES:
            raise FormatError(f"{file} is larger than {MAX_BYTES // 2**20} MiB.")
        text = _decoded(data)
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
        found: CID | SCIM = format_of(file, text).read(text)
    except CIDError as error:
        raise type(error)(f"{file}: {error}") from None
    return found


def _decoded(data: bytes) -> str:
    """Return the text of a file, in UTF-8 unless an XML declaration names another code.

    A byte order mark is dropped, and lines end with a line feed, whatever ended them before.
    """
    declared = re.match(rb'\s*<\?xml[^>]*encoding=["\']([A-Za-z0-9_-]+)', data[:200])
    try:
        text = data.decode(declared[1].decode("ascii") if declared else "utf-8")
    except LookupError:
        text = data.decode("utf-8")
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def write(what: CID | SCIM, path: str | os.PathLike[str]) -> Path:
    """Write a diagram or a model to a file; :func:`read` reads it back.

    The file appears whole or not at all. One that is there keeps its permissions, a link is
    followed, and what is no regular file or is read-only is refused.

    Parameters
    ----------
    what : CID or SCIM
        What to write.
    path : path
        Where to. Its suffix chooses the format, see :mod:`cid.io.files`; without one it is text.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    FormatError
        If it cannot be written, or the suffix is of a format that is not written or that cannot
        hold it: a model is written as ``.json``.
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
    if not hasattr(what, "to_json"):
        raise CIDTypeError(f"write takes a CID or a SCIM, not {shorten(what)}.")
    try:
        text = writer_of(file)(what)
    except FormatError as error:
        raise FormatError(f"{file}: {error}") from None
    try:
        write_whole(file, text.encode())
    except OSError as error:
        raise FormatError(
            f"{file} cannot be written: {error.strerror}. Choose a file that you may write, in a "
            "folder that exists."
        ) from None
    return file
