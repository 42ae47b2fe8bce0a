"""Files that are whole: written at once or not at all, and read strictly.

A writer here behaves as a user who edits the file would expect: it follows links, keeps the mode
of a file that is there, leaves the mode of a new one to the umask, and refuses what is marked
read-only or is no regular file. When the disk is full the old file is still there.
"""

from __future__ import annotations

import errno
import hashlib
import json
import math
import os
import re
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from cid.errors import shorten
from cid.writing import write_whole
from training_models.errors import ResultError

__all__ = [
    "MEND",
    "content_digest",
    "digest",
    "read_json",
    "remove_leftovers",
    "write_bytes",
    "write_json",
]

MEND = "Delete it or move it away, and run the experiment again."
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
LEFTOVER = re.compile(r"\..+\.[0-9a-f]{12}")
"""Names of the hidden files that :func:`cid.writing.write_whole` renames once they are complete."""
OLD = 3600.0
"""Seconds after which such a file belongs to nobody: its writer was killed."""


def digest(data: object) -> str:
    """Return the SHA-256 digest of plain data, independent of the order of keys."""
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def content_digest(data: dict[str, Any]) -> str:
    """Return the SHA-256 digest of everything in a document but its own digest.

    The order of keys counts: it is the order in which things are shown.
    """
    rest = {key: value for key, value in data.items() if key != "digest"}
    return hashlib.sha256(json.dumps(rest).encode()).hexdigest()


def write_bytes(path: str | os.PathLike[str], data: bytes) -> Path:
    """Write a file that is either the old one or complete, never half written.

    Raises
    ------
    ResultError
        If the place cannot be written: it is read-only, a folder, a pipe or a device, its folder
        does not exist, or the disk is full.
    """
    given = Path(path)
    try:
        write_whole(given, data)
    except (OSError, ValueError) as error:
        raise ResultError(f"Cannot write {shown_path(given)}: {_reason(given, error)}") from error
    return given


def _reason(path: Path, error: Exception) -> str:
    """Say what was in the way, and what to do about it."""
    if not isinstance(error, OSError):
        return "this cannot be the name of a file. Choose another name."
    reason = error.strerror or str(error)
    if error.errno in FULL:
        return f"{reason}. Free some space, or choose a place on another disk."
    if path.is_symlink() and not path.exists():
        there = shown_path(Path(os.path.realpath(path)))
        return f"{reason}. It is a link to {there}, which does not exist; make that first."
    return f"{reason}. Choose a folder that exists and may be written."


def shown_path(path: str | os.PathLike[str]) -> str:
    """Return a path as it may stand in a message: as it is, or quoted where it is unusual."""
    text = os.fspath(path)
    return text if isinstance(text, str) and text.isprintable() else shorten(text, 200)


def remove_leftovers(folder: Path) -> None:
    """Remove what writers that were killed left half written, but nothing still being written."""
    for path in folder.glob(".*"):
        with suppress(OSError):
            if LEFTOVER.fullmatch(path.name) and time.time() - path.stat().st_mtime > OLD:
                path.unlink()


def write_json(path: str | os.PathLike[str], data: object) -> Path:
    """Write strict JSON, as :func:`write_bytes` does."""
    text = json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    return write_bytes(path, text.encode("utf-8"))


def read_json(path: str | os.PathLike[str]) -> Any:
    """Read strict JSON: no NaN, no infinity, no duplicate keys.

    Raises
    ------
    ResultError
        Naming the file and what is wrong with it.
    """

    def refuse(constant: str) -> Any:
        raise ValueError(f"it holds {shorten(constant)}, which is no number")

    def number(text: str) -> float:
        value = float(text)
        return value if math.isfinite(value) else refuse(text)

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        data = dict(pairs)
        if len(data) != len(pairs):
            raise ValueError("an object in it has the same key twice")
        return data

    where = shown_path(path)
    text = ""
    try:
        text = Path(path).read_bytes().decode("utf-8-sig")
        data = json.loads(text, parse_constant=refuse, parse_float=number, object_pairs_hook=unique)
        json.dumps(data, ensure_ascii=False).encode()  # half a surrogate pair cannot be shown
        return data
    except OSError as error:
        raise ResultError(f"Cannot read {where}: {error.strerror or error}.") from error
    except json.JSONDecodeError as error:
        what = "It is empty" if not text.strip() else f"It is truncated or no JSON ({error})"
        raise ResultError(f"{where} cannot be read. {what}. {MEND}") from error
    except RecursionError as error:
        raise ResultError(f"{where} cannot be read: it is nested too deeply. {MEND}") from error
    except ValueError as error:
        raise ResultError(f"{where} cannot be read: {error}. {MEND}") from error
