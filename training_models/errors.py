"""Errors of the empirical side, in the same tree as those of :mod:`cid.errors`."""

from __future__ import annotations

from cid.errors import CIDError

__all__ = ["CaseError", "MissingExtraError", "ResultError", "missing_extra"]


class CaseError(CIDError, ValueError):
    """An experiment that cannot be found, is not well formed, or whose training went wrong."""


class ResultError(CIDError, ValueError):
    """A result file that cannot be read, trusted or written; the message names it."""


class MissingExtraError(CIDError, ImportError):
    """A library that experiments need is not installed; the message says what installs it."""


def missing_extra(error: ModuleNotFoundError) -> ImportError:
    """Return what to raise in place of an error about a module that is not there.

    Examples
    --------
    >>> print(missing_extra(ModuleNotFoundError("No module named 'torch'", name="torch")))
    Experiments need torch, which is not installed. Install what they need by
    pip install '.[train]' in the folder of this library's source.
    """
    library = (error.name or "").partition(".")[0]
    if library in ("cid", "training_models", ""):
        return error
    return MissingExtraError(
        f"Experiments need {library}, which is not installed. Install what they need by "
        "pip install '.[train]' in the folder of this library's source."
    )
