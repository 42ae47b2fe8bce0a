"""Files that are whole: written at once or not at all, and read strictly."""

from __future__ import annotations

import hashlib
import json
import math
import os
import tempfile
from pathlib import Path
from typing import Any

from training_models.errors import ResultError

__all__ = ["MEND", "digest", "read_json", "write_bytes", "write_json"]

MEND = "Delete it or move it away, and run the experiment again."


def digest(data: object) -> str:
    """Return the SHA-256 digest of plain data, independent of the order of keys."""
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def write_bytes(path: str | os.PathLike[str], data: bytes) -> Path:
    """Write a file that is either the old one or complete, never half written.

    Raises
    ------
    ResultError
        If the place cannot be written.
    """
    target = Path(path)
    try:
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(temporary, 0o644)  # mkstemp makes it private to its owner
            os.replace(temporary, target)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise ResultError(
            f"Cannot write {target}: {error.strerror or error}. Choose a folder that exists and "
            "may be written."
        ) from error
    return target


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
        raise ValueError(f"it holds {constant}, which is no number")

    def number(text: str) -> float:
        value = float(text)
        return value if math.isfinite(value) else refuse(text)

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        data = dict(pairs)
        if len(data) != len(pairs):
            raise ValueError("an object in it has the same key twice")
        return data

    try:
        text = Path(path).read_bytes().decode("utf-8")
        data = json.loads(text, parse_constant=refuse, parse_float=number, object_pairs_hook=unique)
        json.dumps(data, ensure_ascii=False).encode()  # half a surrogate pair cannot be shown
        return data
    except OSError as error:
        raise ResultError(f"Cannot read {path}: {error.strerror or error}.") from error
    except json.JSONDecodeError as error:
        what = "It is empty" if not text.strip() else f"It is truncated or no JSON ({error})"
        raise ResultError(f"{path} cannot be read. {what}. {MEND}") from error
    except RecursionError as error:
        raise ResultError(f"{path} cannot be read: it is nested too deeply. {MEND}") from error
    except ValueError as error:
        raise ResultError(f"{path} cannot be read: {error}. {MEND}") from error
