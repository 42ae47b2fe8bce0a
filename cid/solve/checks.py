"""Guards on what the solvers are given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cid.diagram import CID
from cid.errors import CIDTypeError, shorten
from cid.model.rule import Rule
from cid.model.scim import SCIM

__all__ = ["check_limit", "check_scim", "own_rule"]


def check_scim(s: object, caller: str) -> SCIM:
    """Return a model, or raise where something else was given in its place."""
    if isinstance(s, SCIM):
        return s
    hint = (
        " A diagram has no numbers: make a model with cid.SCIM(...)." if isinstance(s, CID) else ""
    )
    raise CIDTypeError(f"{caller} takes a SCIM, not {shorten(s)}.{hint}")


def check_limit(limit: object) -> int:
    """Return a bound on how much is tried, or raise if it is no positive whole number."""
    if isinstance(limit, int) and not isinstance(limit, bool) and limit > 0:
        return limit
    raise CIDTypeError(f"limit is a positive whole number, not {shorten(limit)}.")


def own_rule(s: SCIM, decision: str, given: Any) -> Any:
    """Return a rule for one decision, given as such or as part of a policy.

    A mapping that has the decision's name for a key is a policy, unless its keys are actions or
    contexts.
    """
    if isinstance(given, Rule) or not isinstance(given, Mapping) or decision not in given:
        return given
    values = [*s.domains[decision], *(v for p in s.diagram.parents(decision) for v in s.domains[p])]
    return given if decision in values else given[decision]
