"""Guards on what the solvers are given."""

from __future__ import annotations

from cid.diagram import CID
from cid.errors import CIDTypeError, shorten
from cid.model.scim import SCIM

__all__ = ["check_limit", "check_scim"]


def check_scim(s: object, caller: str) -> SCIM:
    """Return a model, or raise where something else was given in its place."""
    if isinstance(s, SCIM):
        return s
    hint = (
        " A diagram has no numbers: make a model with cid.SCIM(...)." if isinstance(s, CID) else ""
    )
    raise CIDTypeError(f"{caller} takes a SCIM, not {shorten(s)}.{hint}")


def check_limit(limit: object) -> int:
    """Return a bound on how much is tried, or raise if it is no whole number."""
    if isinstance(limit, int) and not isinstance(limit, bool):
        return limit
    raise CIDTypeError(f"limit is a whole number, not {shorten(limit)}.")
