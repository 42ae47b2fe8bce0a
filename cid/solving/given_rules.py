"""What an LCDT agent has to be told: the rules of all other decisions."""

from __future__ import annotations

from collections.abc import Mapping

from cid.errors import CIDTypeError, MissingRuleError, ModelError, shorten
from cid.model.guards import check_model, check_numbers
from cid.model.interface import Model, Policy

__all__ = ["check_rules"]


def check_rules(
    s: Model, decision: str, rules: Policy, *, symbolic: bool = False
) -> tuple[str, ...]:
    """Return the decisions besides one, or raise unless an LCDT agent knows the rule of each.

    Parameters
    ----------
    s : SCIM
        The model.
    decision : str
        The decision that is made by LCDT.
    rules : policy
        Rules of the others.
    symbolic : bool
        May the model have free parameters?
    """
    check_model(s, "LCDT").diagram.check_decision(decision)
    if not isinstance(rules, Mapping):
        raise CIDTypeError(f"rules maps the other decisions to rules, not {shorten(rules)}.")
    if not symbolic:
        check_numbers(s, "LCDT compares by number", ", or use cid.ratifiable_conditions")
    for name in rules:
        s.diagram.check_decision(name)
        if name == decision:
            raise ModelError(f"{name!r} is the decision being made; rules are for the others.")
    others = tuple(name for name in s.diagram.decisions if name != decision)
    for name in others:
        if name not in rules:
            raise MissingRuleError(
                f"{name!r} has no rule. An LCDT agent takes the other decisions' rules as given: "
                f"rules={{{name!r}: ...}}. Leave the decision open in the model itself, so that "
                "it is known to be one."
            )
    return others
