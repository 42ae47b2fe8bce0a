"""Message passing on a junction tree, for probabilities and expected utilities at once.

A *potential* is a stack of tables over the same variables: a probability, and for each agent a
probability-weighted utility. Potentials multiply as

    (p, w) * (q, v) = (p q, p v + w q)

and are summed entry by entry. Multiplying all of them and summing out everything therefore gives
the total probability and, for each agent, the *sum* of its expected utilities. No table ever spans
two utilities just because both are there.

Variables are eliminated in min-fill order; the cliques of that elimination form a tree along which
messages are passed. A message is kept until a potential behind it changes. Solving decisions one
after the other changes one potential at a time and asks for the belief nearby, so the total work
for a chain of decisions is linear in its length.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from cid.engine.arithmetic import Arithmetic
from cid.engine.order import min_fill
from cid.engine.potentials import Potential, fit, times
from cid.engine.size import check_axes, check_work

__all__ = ["JunctionTree"]

Array = np.ndarray[Any, Any]


class JunctionTree:
    """Cliques, their potentials, and cached messages.

    Parameters
    ----------
    potentials : sequence of Potential
        The factors of the model. Their positions are handles for :meth:`replace`.
    sizes : sequence of int
        Number of values of each variable.
    numbers : Arithmetic
        What the tables hold.

    Raises
    ------
    ModelError
        If a clique's table would be too large to hold.
    """

    def __init__(
        self, potentials: Sequence[Potential], sizes: Sequence[int], numbers: Arithmetic
    ) -> None:
        self.sizes = sizes
        self._height = len(potentials[0].table)
        self._factors = list(potentials)
        order = min_fill([p.scope for p in potentials], sizes)
        place = {i: k for k, (i, _) in enumerate(order)}
        self.cliques: list[tuple[int, ...]] = [tuple(sorted((i, *near))) for i, near in order]
        parent = [min((place[a] for a in near), default=None) for _, near in order]
        # A clique that lies inside a child's brings nothing: the child takes its place.
        self._home = list(range(len(order)))
        for k, up in enumerate(parent):
            fits = up is not None and len(self.cliques[up]) == len(self.cliques[k]) - 1
            if up is not None and fits and self._home[up] == up:
                self._home[up] = k
        self._near: list[list[int]] = [[] for _ in order]
        for k, up in enumerate(parent):
            if up is not None and self._find(k) != self._find(up):
                self._near[self._find(k)].append(self._find(up))
                self._near[self._find(up)].append(self._find(k))
        self._members: list[list[int]] = [[] for _ in order]
        self._clique_of: list[int] = []
        for number, potential in enumerate(self._factors):
            first = min((place[i] for i in potential.scope), default=-1)
            clique = self._find(first) if first >= 0 else -1
            self._clique_of.append(clique)
            if clique >= 0:
                self._members[clique].append(number)
        self._constant = [p for p in self._factors if not p.scope]
        self.steps = 0
        self.work, largest = self._cost()
        check_work(largest, self.work, numbers)
        check_axes(1 + max(map(len, self.cliques), default=0))
        self._local: dict[int, Array] = {}
        self._messages: dict[tuple[int, int], Potential] = {}
        self._numbers = numbers

    def _cost(self) -> tuple[float, float]:
        """Return the operations of one pass over the tree, and the entries of the largest table."""
        work, largest = 0.0, 0.0
        for k, clique in enumerate(self.cliques):
            if self._find(k) == k:
                cells = math.prod((self.sizes[i] for i in clique), start=float(self._height))
                steps = 1 + len(self._members[k]) + len(self._near[k])
                self.steps += steps
                work += cells * steps
                largest = max(largest, cells)
        return work, largest

    def _find(self, k: int) -> int:
        while self._home[k] != k:
            k = self._home[k]
        return k

    def _unit(self, axes: int) -> Array:
        made = self._numbers.full((self._height, *(1,) * axes), self._numbers.zero)
        made[0] = self._numbers.one
        return made

    # ---- tables ------------------------------------------------------------------------------

    def _potential(self, clique: int) -> Array:
        if clique not in self._local:
            onto = self.cliques[clique]
            table: Array | None = None
            for number in self._members[clique]:
                factor = self._factors[number]
                fitted = fit(factor, onto)
                table = fitted if table is None else times(table, fitted)
            if table is None:
                table = self._unit(len(onto))
            self._local[clique] = table
        return self._local[clique]

    def _product(self, clique: int, but: int | None) -> Array:
        table = self._potential(clique)
        onto = self.cliques[clique]
        for other in self._near[clique]:
            if other != but:
                message = self._messages[other, clique]
                table = times(table, fit(message, onto))
        full = (self._height, *(self.sizes[i] for i in onto))
        return table if table.shape == full else np.broadcast_to(table, full)

    def _send(self, source: int, target: int) -> None:
        table = self._product(source, target)
        onto = self.cliques[source]
        keep = set(self.cliques[target])
        axes = tuple(k + 1 for k, i in enumerate(onto) if i not in keep)
        scope = tuple(i for i in onto if i in keep)
        self._messages[source, target] = Potential(scope, table.sum(axis=axes) if axes else table)

    # ---- queries -----------------------------------------------------------------------------

    def _collect(self, root: int) -> None:
        """Pass the messages towards `root` that are missing, leaves first."""
        pending: list[tuple[int, int]] = []
        stack = [(root, -1)]
        while stack:
            clique, towards = stack.pop()
            for other in self._near[clique]:
                if other != towards and (other, clique) not in self._messages:
                    pending.append((other, clique))
                    stack.append((other, clique))
        for source, target in reversed(pending):
            self._send(source, target)

    def belief(self, scope: Sequence[int], number: int) -> Array:
        """Return the tables over `scope`, within the clique of factor `number`.

        `scope` may be in any order; other connected components are not multiplied in.
        """
        clique = self._clique_of[number]
        self._collect(clique)
        table = self._product(clique, None)
        onto = self.cliques[clique]
        keep = set(scope)
        axes = tuple(k + 1 for k, i in enumerate(onto) if i not in keep)
        reduced = table.sum(axis=axes) if axes else table
        left = [i for i in onto if i in keep]
        return reduced.transpose([0, *(1 + left.index(i) for i in scope)])

    def replace(self, number: int, table: Array) -> None:
        """Put another table in place of a factor, and forget the messages that knew the old one."""
        factor = self._factors[number]
        self._factors[number] = Potential(factor.scope, table)
        clique = self._clique_of[number]
        self._local.pop(clique, None)
        stack = [(clique, -1)]
        while stack:
            here, origin = stack.pop()
            for other in self._near[here]:
                if other != origin and self._messages.pop((here, other), None) is not None:
                    stack.append((other, here))

    def total(self) -> Array:
        """Return total probability and, for each agent, total weighted utility."""
        total = self._unit(0)
        for factor in self._constant:
            total = times(total, factor.table)
        seen: set[int] = set()
        for clique in range(len(self.cliques)):
            if self._find(clique) != clique or clique in seen:
                continue
            stack = [clique]
            while stack:
                here = stack.pop()
                if here not in seen:
                    seen.add(here)
                    stack += self._near[here]
            self._collect(clique)
            product = self._product(clique, None)
            total = times(total, product.reshape(self._height, -1).sum(axis=1))
        return total
