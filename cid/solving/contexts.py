"""The contexts in which one decision is made, what each action is worth there, and which are best.

With one decision of consequence the chance that a context is met does not depend on the policy,
and each context can be solved by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from cid.engine.numbers import TIE
from cid.errors import MissingRuleError, ScopeError
from cid.model.interface import Model
from cid.solving.worlds import Worlds, moves_utility

__all__ = ["Contexts", "best_actions", "contexts_of", "settle", "single"]

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, eq=False)
class Contexts:
    """One decision's contexts of positive probability.

    Attributes
    ----------
    worlds : Worlds
        What was enumerated.
    decision : str
        The decision.
    parents : tuple of str
        What it observes.
    numbers : ndarray of int, shape (contexts,)
        Each context's number, ascending; see :meth:`Worlds.context`.
    cell : ndarray of int, shape (worlds,)
        Position in `numbers` of the context met in each world.
    mass : ndarray, shape (contexts,)
        Weight of each context.
    value : ndarray, shape (contexts, actions)
        Weighted utility of each action in each context.
    optimal : ndarray of bool, shape (contexts, actions)
        Which actions are best.
    """

    worlds: Worlds
    decision: str
    parents: tuple[str, ...]
    numbers: Array = field(repr=False)
    cell: Array = field(repr=False)
    mass: Array = field(repr=False)
    value: Array = field(repr=False)
    optimal: Array = field(repr=False)

    def named(self, k: int) -> tuple[Any, ...]:
        """Return the observed values that make up a context."""
        return self.worlds.named(self.numbers[k], self.parents)


def best_actions(value: Array, exact: bool) -> Array:
    """Mark the largest entries along the last axis; in floating point up to rounding."""
    top = np.maximum.reduce(value, axis=-1, keepdims=True)
    if exact:
        return np.asarray(value == top, dtype=bool)
    scale = np.abs(value).max(axis=-1, keepdims=True) + 1e-300
    return np.asarray(value >= top - TIE * scale, dtype=bool)


def settle(s: Model, agent: str, keep: Iterable[str]) -> Model:
    """Return the model in which decisions of no consequence have their first action for a rule.

    Such a decision moves no utility of the agent, whatever is done elsewhere, so every rule of it
    is optimal and which one it has changes nothing. Decisions in `keep` stay.

    Raises
    ------
    ScopeError
        If another agent's decision has no rule.
    """
    s.diagram.check_agent(agent)
    foreign = [name for name in s.diagram.decisions if s.diagram.agent_of(name) != agent]
    if foreign:
        raise MissingRuleError(
            f"{foreign[0]!r}, a decision of {s.diagram.agent_of(foreign[0])!r}, has no rule. What "
            f"{agent!r} gains depends on it: fix it with with_policy({{{foreign[0]!r}: ...}})."
        )
    moving = moves_utility(s, agent)
    idle = [name for name in s.diagram.decisions if name not in moving and name not in keep]
    return s.with_policy({name: s.domains[name][0] for name in idle}) if idle else s


def single(s: Model, decision: str, concept: str) -> Model:
    """Return the model with `decision` as its only decision, or raise.

    Raises
    ------
    ScopeError
        If another decision of the same agent moves its utility.
    """
    agent = str(s.diagram.agent_of(s.diagram.check_decision(decision)))
    settled = settle(s, agent, [decision])
    others = [name for name in settled.diagram.decisions if name != decision]
    if others:
        listed = ", ".join(map(repr, others))
        raise ScopeError(
            f"{concept} is defined for one decision, and {agent!r} has others of consequence: "
            f"{listed}. Fix them with with_policy({{{others[0]!r}: ...}})."
        )
    return settled


def contexts_of(worlds: Worlds, decision: str) -> Contexts:
    """Solve each context of the only decision by itself."""
    count = worlds.sizes[decision]
    values = worlds.run({decision: np.arange(count)[:, None]})
    parents = worlds.s.diagram.parents(decision)
    met = worlds.context(values, parents)
    numbers, cell = np.unique(met, return_inverse=True)
    value = worlds.gather(cell, worlds.full(worlds.utility(values)), len(numbers))
    value = np.broadcast_to(value, (count, len(numbers))).T
    mass = worlds.gather(cell, np.ones((), dtype=worlds.weight.dtype), len(numbers))
    return Contexts(
        worlds, decision, parents, numbers, cell, mass, value, best_actions(value, worlds.exact)
    )
