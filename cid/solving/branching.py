"""Agents that forget, exactly: branch and bound on contexts in which memory would be used.

An agent that remembers earns at least as much as one that forgets (:mod:`cid.solving.limid`). Its
best policy may act differently in two histories that the forgetful agent cannot tell apart. Where
it does not, it is a policy of the forgetful agent as well, and optimal. Where it does, the search
takes the context in which that matters most, and tries each action there. What is fixed in this way
binds the agent that remembers too, so every branch has a bound of its own. The branch with the
highest bound goes first (Yuan, Wu and Hansen 2010 [1]_ search influence diagrams by such bounds).

.. [1] C. Yuan, X. Wu, E. A. Hansen. "Solving Multistage Influence Diagrams using Branch-and-Bound
   Search". UAI 2010.
"""

from __future__ import annotations

import heapq
import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np

from cid.diagram import CID
from cid.engine.numbers import FLOAT, TIE
from cid.errors import SizeError
from cid.model.guards import check_limit, check_model
from cid.model.interface import Model
from cid.solving.enumeration import SIEVE, one_agent, reduced, utility_size
from cid.solving.limid import MAX_TABLE, Choices, best_start, largest_table
from cid.solving.solution import Solution
from cid.solving.tree import Tree
from cid.structure.recall import with_recall
from cid.structure.relevance import solve_order

__all__ = ["MAX_BRANCHES", "solve_by_branching"]

Array = np.ndarray[Any, Any]
Allowed = dict[str, Array]
"""For each decision which actions are left in each context, shape (context..., actions)."""

MAX_BRANCHES = 1_000
"""Branches that are bounded before an error says how far the search got."""

_STARTS = 8  # of single policy updating, for a first policy to beat


@dataclass(frozen=True)
class _Branch:
    """What an agent that remembers earns under some fixed actions, and where it uses its memory.

    `split` is a decision and a context in which it acts differently in different histories, or
    None; `choices` are then rules of the forgetful agent, and earn `bound`.
    """

    bound: Any
    choices: Choices
    split: tuple[str, tuple[int, ...]] | None


def solve_by_branching(s: Model, agent: str | None = None, limit: int = MAX_BRANCHES) -> Solution:
    """Return an optimal policy of a model that need not be soluble, by branch and bound.

    Parameters
    ----------
    s : SCIM
        The model; the decisions without rules belong to one agent.
    agent : str, optional
        That agent.
    limit : int
        Branches that are bounded at most.

    Returns
    -------
    Solution
        Its ``status`` is ``"optimal"``.

    Raises
    ------
    SizeError
        If the search takes more branches than `limit` (the message says between which numbers the
        best value lies), or an agent that remembers is too large to solve.
    MissingRuleError
        If several agents have open decisions.
    ParameterError
        If the model has free parameters.

    Examples
    --------
    A note to oneself that is misread one time in four:

    >>> import cid
    >>> from fractions import Fraction
    >>> d = cid.CID.parse("W -> D1 -> N -> D2 -> U; W -> U", "D1 D2", "U")
    >>> s = cid.SCIM(
    ...     d,
    ...     {"D1": (0, 1), "D2": (0, 1)},
    ...     {
    ...         "W": {0: Fraction(1, 2), 1: Fraction(1, 2)},
    ...         "N": lambda D1: {D1: Fraction(3, 4), 1 - D1: Fraction(1, 4)},
    ...         "U": lambda W, D2: int(W == D2),
    ...     },
    ... )
    >>> solution = cid.solve_by_branching(s)
    >>> solution.value, solution.status
    (Fraction(3, 4), 'optimal')
    """
    chosen = one_agent(check_model(s, "solve_by_branching"), agent, "Branch and bound")
    check_limit(limit)
    d = reduced(s.diagram, chosen)
    search = _Search(s, d, _memory(s, d, chosen), chosen)
    value, choices, count = search.run(limit)
    plural = "es" if count > 1 else ""
    return Solution(
        search.tree.profile(choices),
        value,
        "optimal",
        f"branch and bound, {count:,} branch{plural}",
        chosen,
    )


def _memory(s: Model, d: CID, agent: str) -> CID:
    """Return a soluble diagram of an agent that knows more, small enough to be solved."""
    sizes = []
    for everything in (False, True):
        wide = reduced(with_recall(d, everything), agent, keep=d.edges)
        sizes.append(largest_table(s, wide, agent))
        if sizes[-1] <= MAX_TABLE[s.arithmetic]:
            return wide
    raise SizeError(
        f"Branch and bound solves an agent that remembers, and that takes a table of "
        f"{min(sizes):,.0f} entries; {MAX_TABLE[s.arithmetic]:,} is the most. Use method='spu', "
        "or fix rules with with_policy({...})."
    )


class _Search:
    """Best-first search; in exact models floating point decides what is not close.

    Parameters
    ----------
    s : SCIM
        The model.
    d, wide : CID
        What the agent knows, and what one knows that remembers.
    agent : str
        The agent.
    """

    def __init__(self, s: Model, d: CID, wide: CID, agent: str) -> None:
        self.tree, self.memory = Tree(s, d, (agent,)), Tree(s, wide, (agent,))
        self.rough = self.memory
        self.margin = TIE * utility_size(s, agent)
        if s.arithmetic != FLOAT:
            self.rough = Tree(s, wide, (agent,), kind=FLOAT)
            self.margin = SIEVE * utility_size(s, agent)
        self.order = [name for name in solve_order(wide) if name in self.memory.number]

    def run(self, limit: int) -> tuple[Any, Choices, int]:
        """Return the best value, rules that earn it, and how many branches were bounded."""
        value, choices = best_start(self.tree, _STARTS, seed=0)
        sizes, d = self.tree.sizes, self.tree.d
        number = self.tree.number
        allowed: Allowed = {
            name: np.ones([sizes[number[n]] for n in (*d.parents(name), name)], dtype=bool)
            for name in self.order
        }
        ticket = itertools.count(1)
        root = self.bounded(allowed, value)
        open_ = [(-root.bound, next(ticket), root, allowed)]
        count = 1
        while open_:
            _, _, branch, allowed = heapq.heappop(open_)
            if not self.promises(branch, value):
                break
            if branch.split is None:
                return branch.bound, branch.choices, count
            name, context = branch.split
            for action in np.flatnonzero(allowed[name][context]):
                count += 1
                if count > limit:
                    raise SizeError(
                        f"Branch and bound has looked at {limit:,} branches, and the best value "
                        f"lies between {float(value):.6g} and {float(branch.bound):.6g}. Raise its "
                        "bound with limit=..., use method='spu', or fix rules with "
                        "with_policy({...})."
                    )
                only = allowed[name].copy()
                only[context] = np.arange(only.shape[-1]) == action
                narrower = {**allowed, name: only}
                made = self.bounded(narrower, value)
                if self.promises(made, value):
                    heapq.heappush(open_, (-made.bound, next(ticket), made, narrower))
        return value, choices, count

    def promises(self, branch: _Branch, value: Any) -> bool:
        """Can a branch hold something better?"""
        return bool(branch.bound > value + (self.margin if self.rough is self.memory else 0))

    def bounded(self, allowed: Allowed, value: Any) -> _Branch:
        """Bound a branch; exactly where it may come to an end."""
        branch = _bounded(self.tree, self.rough, self.order, allowed)
        if self.rough is self.memory:
            return branch
        close = abs(branch.bound - float(value)) <= self.margin
        if branch.split is None or close:
            return _bounded(self.tree, self.memory, self.order, allowed)
        return branch


def _bounded(tree: Tree, memory: Tree, order: list[str], allowed: Allowed) -> _Branch:
    """Solve the agent that remembers, held to some actions, by backward induction."""
    for name in order:
        memory.clear(name)
    taken = {name: _improve(tree, memory, name, allowed[name]) for name in order}
    choices: Choices = {}
    split: tuple[str, tuple[int, ...]] | None = None
    worst: Any = 0
    for name in order:
        # How often each action is taken in each context of the agent that forgets.
        actions = np.arange(allowed[name].shape[-1])
        often = memory.mass(name)[..., None] * (taken[name][..., None] == actions)
        often = _forget(tree, memory, name, often)
        choices[name] = np.where(allowed[name], often, -1).argmax(axis=-1)
        other = np.asarray(often.sum(axis=-1) - often.max(axis=-1))
        most = int(other.argmax())
        if other.flat[most] > worst:
            place = np.unravel_index(most, other.shape)
            worst, split = other.flat[most], (name, tuple(int(k) for k in place))
    return _Branch(memory.total()[0], choices, split)


def _improve(tree: Tree, memory: Tree, name: str, allowed: Array) -> Array:
    """Put and return the best rule of the allowed actions.

    Among equally good actions one is taken that is best whatever is remembered, if there is one.
    """
    mass, worth = memory.worth(name)
    free = _spread(tree, memory, name, allowed)
    top = np.where(free, worth, -np.inf).max(axis=-1, keepdims=True)
    slack: Any = TIE * np.abs(worth).max(axis=-1, keepdims=True) if memory.kind == FLOAT else 0
    best = np.asarray(free & (worth >= top - slack), dtype=bool)
    unmet = np.asarray(mass.sum(axis=-1, keepdims=True) <= 0, dtype=bool)
    blamed = _forget(tree, memory, name, (~(best | unmet)).astype(np.intp))
    common = best & _spread(tree, memory, name, blamed == 0)
    agreed = common.any(axis=-1)
    choice: Array = np.where(agreed, common.argmax(axis=-1), best.argmax(axis=-1))
    memory.put(name, choice)
    return choice


def _axes(tree: Tree, memory: Tree, name: str) -> list[int]:
    """Return which axis of the wider context holds each parent that is not forgotten."""
    wide = memory.d.parents(name)
    return [wide.index(parent) for parent in tree.d.parents(name)]


def _forget(tree: Tree, memory: Tree, name: str, table: Array) -> Array:
    """Add up a table over wider contexts and actions, by contexts of the agent that forgets."""
    kept = _axes(tree, memory, name)
    lost = tuple(k for k in range(table.ndim - 1) if k not in kept)
    summed = table.sum(axis=lost) if lost else table
    left = sorted(kept)
    return np.asarray(summed.transpose([*(left.index(k) for k in kept), summed.ndim - 1]))


def _spread(tree: Tree, memory: Tree, name: str, table: Array) -> Array:
    """Return a table over contexts and actions, over the wider contexts."""
    kept = _axes(tree, memory, name)
    sizes = [len(memory.s.domains[parent]) for parent in memory.d.parents(name)]
    order = sorted(range(len(kept)), key=kept.__getitem__)
    shape = [size if k in kept else 1 for k, size in enumerate(sizes)]
    moved = table.transpose([*order, table.ndim - 1]).reshape([*shape, table.shape[-1]])
    return np.asarray(np.broadcast_to(moved, [*sizes, table.shape[-1]]))
