"""Guards on what functions of a model are given: one message for each mistake."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cid.engine.numbers import SYMBOLIC
from cid.errors import CIDTypeError, MissingRuleError, ParameterError, shorten
from cid.model.interface import Model
from cid.model.rule import Rule
from cid.parts import is_diagram

__all__ = ["check_limit", "check_model", "check_numbers", "check_rules", "own_rule"]


def check_model(s: object, caller: str) -> Model:
    """Return a model, or raise where a diagram or something else was given in its place."""
    if isinstance(s, Model) and not isinstance(s, type):
        return s
    hint = (
        " A diagram has no numbers: make a model with cid.SCIM(d, domains, mechanisms), or ask "
        "what the diagram admits."
        if is_diagram(s)
        else ""
    )
    raise CIDTypeError(f"{caller} takes a SCIM, not {shorten(s)}.{hint}")


def check_numbers(s: Model, why: str = "this is computed with numbers", also: str = "") -> None:
    """Raise if a model has parameters without values.

    Parameters
    ----------
    s : SCIM
        The model.
    why : str
        Why that matters here.
    also : str
        What else would help, such as ``", or use cid.symbolic_policy"``.

    Raises
    ------
    ParameterError
        With the parameters by name.
    """
    if s.arithmetic == SYMBOLIC:
        what = (
            f"The model has the free parameters {', '.join(map(str, s.parameters))}"
            if s.parameters
            else "The model computes with expressions"
        )
        raise ParameterError(f"{what}; {why}. Give numbers with at({{...}}){also}.")


def check_rules(s: Model) -> None:
    """Raise if a decision of a model has no rule.

    Raises
    ------
    MissingRuleError
        With the first such decision.
    """
    if s.diagram.decisions:
        name = s.diagram.decisions[0]
        raise MissingRuleError(f"{name!r} has no rule. Give one: policy={{{name!r}: ...}}.")


def check_limit(limit: object, what: str = "limit") -> int:
    """Return a bound on how much is tried, or raise if it is no positive whole number."""
    if isinstance(limit, int) and not isinstance(limit, bool) and limit > 0:
        return limit
    raise CIDTypeError(f"{what} is a positive whole number, not {shorten(limit)}.")


def own_rule(s: Model, decision: str, given: Any) -> Any:
    """Return a rule for one decision, given as such or as part of a policy.

    A mapping that has the decision's name for a key is a policy, unless its keys are actions or
    contexts.
    """
    if isinstance(given, Rule) or not isinstance(given, Mapping) or decision not in given:
        return given
    values = [*s.domains[decision], *(v for p in s.diagram.parents(decision) for v in s.domains[p])]
    return given if decision in values else given[decision]
