"""What solving returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cid.model.rule import Rule

__all__ = ["Solution"]


@dataclass(frozen=True)
class Solution:
    """An optimal policy with its value and how it was found.

    Attributes
    ----------
    policy : mapping from decision to Rule
        One optimal rule per decision, on requisite parents only. ``policy["D"][context]`` is an
        action, ``policy["D"].ties(context)`` are all optimal ones given the other rules.
    value : Fraction, float or sympy expression
        Its expected utility; in a game a mapping from agents.
    status : str
        ``"optimal"``, or ``"equilibrium"`` in a game.
    method : str
        How it was found.
    agent : str
        Whose policy it is; in a game all agents.
    optima : tuple of policies
        Where rules have to fit each other and were therefore enumerated: every optimal choice of
        the enumerated rules, `policy` first. Empty after backward induction, where ties can be
        broken in each context by itself.
    """

    policy: Mapping[str, Rule]
    value: Any
    status: str
    method: str
    agent: str
    optima: tuple[Mapping[str, Rule], ...] = field(default=(), repr=False)
