"""Diagrams in the syntax of :mod:`cid.syntax`; ``.cid`` by custom, or no suffix at all."""

from __future__ import annotations

from typing import Any

from cid.diagram import CID
from cid.errors import FormatError
from cid.io.format import FileFormat

__all__ = ["FORMAT"]


def _write(what: Any) -> str:
    if not isinstance(what, CID):
        raise FormatError(
            "A model is written as JSON. Name a .json file, or write its diagram, s.diagram."
        )
    return what.to_text()


FORMAT = FileFormat("diagram text", (".cid", ".txt", ""), "", CID.parse, _write)
