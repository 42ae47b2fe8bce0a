"""Diagrams in and out: files that a person can type, JSON, pycid. One format per module."""

from cid.io.files import read, write
from cid.io.pycid import from_pycid, load_pycid, to_pycid

__all__ = ["from_pycid", "load_pycid", "read", "to_pycid", "write"]
