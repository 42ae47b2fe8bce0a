"""Errors of the empirical side, in the same tree as those of :mod:`cid.errors`."""

from __future__ import annotations

from cid.errors import CIDError

__all__ = ["CaseError", "ResultError"]


class CaseError(CIDError, ValueError):
    """An experiment that cannot be found, is not well formed, or whose training went wrong."""


class ResultError(CIDError, ValueError):
    """A result file that cannot be read, trusted or written; the message names it."""
