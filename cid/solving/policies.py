"""All deterministic joint policies of a small model, side by side.

Definitions that speak of *every* optimal policy of an agent with several decisions are evaluated by
listing them. A rule is listed on the contexts that can come up at all, whatever is done and
whatever the node in question is set to: in a nested counterfactual a later decision may face a
context that no policy leads to.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from cid.errors import SizeError
from cid.solving.worlds import MAX_CELLS, Values, Worlds

__all__ = ["MAX_POLICIES", "JointPolicies"]

Array = np.ndarray[Any, Any]
Acting = dict[str, Callable[[Values], Array]]
"""Rules to run, the policies along the first axis."""

MAX_POLICIES = 1 << 16
"""More joint deterministic policies than this are not listed."""


class JointPolicies:
    """Deterministic joint policies as tables, one row per policy.

    Parameters
    ----------
    worlds : Worlds
        The model.
    decisions : sequence of str
        The decisions without rules.
    node : str, optional
        A node that will be set to any of its values.

    Raises
    ------
    ScopeError
        If there are too many.
    """

    def __init__(self, worlds: Worlds, decisions: Sequence[str], node: str | None = None) -> None:
        self.worlds, self.decisions = worlds, tuple(decisions)
        self.numbers = self._reachable(node)
        rows = math.prod(worlds.sizes[name] ** len(self.numbers[name]) for name in self.decisions)
        if rows > MAX_POLICIES or rows * worlds.count > 16 * MAX_CELLS:
            raise SizeError(
                f"{', '.join(self.decisions)} have {rows:,} joint deterministic policies in "
                f"{worlds.count:,} worlds. The definition speaks of every optimal one, and up to "
                f"{MAX_POLICIES:,} are listed. Fix a decision with with_policy({{...}}), or remove "
                "observations that are not needed."
            )
        self.tables = self._all(rows)
        self.rows = rows

    def _reachable(self, node: str | None) -> dict[str, Array]:
        worlds = self.worlds
        sizes = [worlds.sizes[name] for name in self.decisions]
        if math.prod(sizes) * worlds.count > MAX_CELLS:
            raise SizeError(
                f"{', '.join(self.decisions)} have {math.prod(sizes):,} joint actions in "
                f"{worlds.count:,} worlds, more than are enumerated."
            )
        grid = np.indices(sizes).reshape(len(sizes), -1, 1)
        actions = dict(zip(self.decisions, grid, strict=True))
        settings: list[dict[str, Array]] = [{}]
        if node in worlds.parents:
            settings += [{str(node): np.array(x)} for x in range(worlds.sizes[str(node)])]
        runs = [worlds.run(actions, do) for do in settings]
        return {
            name: np.unique(
                np.concatenate(
                    [
                        np.unique(worlds.context(values, worlds.s.diagram.parents(name)))
                        for values in runs
                    ]
                )
            )
            for name in self.decisions
        }

    def _all(self, rows: int) -> dict[str, Array]:
        choices = [
            np.array(
                list(itertools.product(range(self.worlds.sizes[n]), repeat=len(self.numbers[n]))),
                dtype=np.intp,
            )
            for n in self.decisions
        ]
        picks = np.unravel_index(np.arange(rows), [len(table) for table in choices])
        return {
            name: table[pick]
            for name, table, pick in zip(self.decisions, choices, picks, strict=True)
        }

    def acting(self, tables: Mapping[str, Array]) -> Acting:
        """Return rules to run, the policies along the first axis."""

        def rule(name: str, table: Array) -> Callable[[Values], Array]:
            parents, numbers = self.worlds.s.diagram.parents(name), self.numbers[name]
            row = np.arange(len(table))[:, None]

            def act(values: Values) -> Array:
                met = np.searchsorted(numbers, self.worlds.context(values, parents))
                return np.asarray(table[row, met])

            return act

        return {name: rule(name, table) for name, table in tables.items()}

    def parts(self, tables: Mapping[str, Array]) -> Iterator[tuple[Acting, tuple[int, int]]]:
        """Iterate over rules for as many policies as are run beside each other, and their shape."""
        step = max(1, MAX_CELLS // self.worlds.count)
        for start in range(0, len(tables[self.decisions[0]]), step):
            part = {name: table[start : start + step] for name, table in tables.items()}
            yield self.acting(part), (len(part[self.decisions[0]]), self.worlds.count)

    def values(self) -> Array:
        """Return the weighted utility of every policy, shape (policies,)."""
        worlds = self.worlds
        totals = []
        for acting, shape in self.parts(self.tables):
            utility = worlds.utility(worlds.run(acting))
            totals.append(np.broadcast_to(utility * worlds.weight, shape).sum(axis=-1))
        return np.concatenate(totals)

    def optimal(self) -> dict[str, Array]:
        """Return the tables of the optimal policies."""
        values = self.values()
        keep = self.worlds.equal(values, values.max(), np.abs(values).max())
        return {name: table[keep] for name, table in self.tables.items()}
