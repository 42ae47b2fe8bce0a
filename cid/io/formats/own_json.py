"""Diagrams and models as JSON, as :meth:`cid.CID.to_json` and :meth:`cid.SCIM.to_json` write it."""

from __future__ import annotations

from typing import Any

from cid.diagram import CID
from cid.io.format import FileFormat
from cid.syntax import parse_json

__all__ = ["FORMAT"]

_MODEL = "structural-causal-influence-model"


def _read(text: str) -> Any:
    data = parse_json(text, "cid.write")
    if isinstance(data, dict) and data.get("format") == _MODEL:
        from cid.scim import SCIM  # brings numpy, which a diagram does not need

        return SCIM.from_dict(data)
    return CID.from_dict(data)


def _write(what: Any) -> str:
    return str(what.to_json())


FORMAT = FileFormat("JSON", (".json",), r'[{\[]\s*["{\[\]}]', _read, _write)
