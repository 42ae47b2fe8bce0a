"""The guard on what functions of a diagram are given: one message for the mistake.

Its sibling for models is :func:`cid.model.guards.check_model`.
"""

from __future__ import annotations

from cid.diagram import CID
from cid.errors import CIDTypeError, shorten

__all__ = ["check_diagram"]


def check_diagram(d: object, caller: str = "") -> CID:
    """Return a diagram, or raise where a model or something else was given in its place.

    Parameters
    ----------
    d : object
        What was given.
    caller : str
        Name of the function for the message.

    Raises
    ------
    CIDTypeError
        If it is no diagram.

    Examples
    --------
    >>> import cid
    >>> cid.analyze(cid.random_scim(cid.CID.parse("D -> U", "D", "U")))
    Traceback (most recent call last):
    ...
    cid.errors.CIDTypeError: analyze takes a CID, not <...>. Give its diagram, s.diagram.
    """
    if isinstance(d, CID):
        return d
    inside = isinstance(getattr(d, "diagram", None), CID)
    hint = "Give its diagram, s.diagram." if inside else "Make one with cid.CID(...)."
    expected = f"{caller} takes a CID" if caller else "Expected a CID"
    raise CIDTypeError(f"{expected}, not {shorten(d)}. {hint}")
