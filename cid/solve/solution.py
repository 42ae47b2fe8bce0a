"""What solving returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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
        Its expected utility.
    status : str
        ``"optimal"``.
    method : str
        How it was found.
    agent : str
        Whose policy it is.
    """

    policy: Mapping[str, Rule]
    value: Any
    status: str
    method: str
    agent: str
