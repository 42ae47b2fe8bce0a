"""What solving returns.

===================  ===============================================================================
status               what it says
===================  ===============================================================================
``"optimal"``        No policy earns more; exactly in exact models, up to rounding in others.
``"equilibrium"``    In a game: no agent earns more by changing its own rules.
``"local optimum"``  No change of a *single* rule earns more. Two at once might, up to ``bound``.
===================  ===============================================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cid.engine.numbers import long_number
from cid.frozen import FrozenMapping
from cid.model.rule import Rule
from cid.names import listed

__all__ = ["Solution"]


@dataclass(frozen=True, repr=False)
class Solution:
    """A policy with its value, what is known of it, and how it was found.

    Attributes
    ----------
    policy : mapping from decision to Rule
        One rule per decision, on requisite parents only. ``policy["D"][context]`` is an
        action, ``policy["D"].ties(context)`` are all optimal ones given the other rules.
    value : Fraction, float or sympy expression
        Its expected utility; in a game a mapping from agents.
    status : str
        ``"optimal"``; ``"equilibrium"`` in a game; ``"local optimum"`` after single policy updating
        whose bound is not met.
    method : str
        How it was found.
    agent : str
        Whose policy it is; in a game all agents.
    optima : tuple of policies
        Where rules have to fit each other and were therefore enumerated: every optimal choice of
        the enumerated rules, `policy` first. Empty after backward induction, where ties can be
        broken in each context by itself.
    bound : Fraction, float or None
        After single policy updating: what no policy exceeds, if that could be found.
    """

    policy: Mapping[str, Rule]
    value: Any
    status: str
    method: str
    agent: str
    optima: tuple[Mapping[str, Rule], ...] = field(default=(), repr=False)
    bound: Any = field(default=None, repr=False)

    def __repr__(self) -> str:
        shown = f"policy={self.policy!r}, value={long_number(self.value)}"
        return (
            f"Solution({shown}, status={self.status!r}, method={self.method!r}, "
            f"agent={self.agent!r})"
        )

    def __post_init__(self) -> None:
        object.__setattr__(self, "policy", FrozenMapping(self.policy))
        if isinstance(self.value, Mapping):
            object.__setattr__(self, "value", FrozenMapping(self.value))
        object.__setattr__(
            self, "optima", tuple(map(FrozenMapping, listed(self.optima, "optima", 2**20)))
        )
