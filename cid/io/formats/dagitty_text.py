"""Texts of dagitty; see :mod:`cid.io.dagitty`."""

from __future__ import annotations

from cid.io.dagitty import from_dagitty, to_dagitty
from cid.io.format import FileFormat

__all__ = ["FORMAT"]

FORMAT = FileFormat("dagitty text", (".dagitty",), r"dag\b[^{;\n#>]*\{", from_dagitty, to_dagitty)
