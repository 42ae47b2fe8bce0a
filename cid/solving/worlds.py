"""Every way the noise can fall, as arrays: what counterfactual definitions are evaluated on.

A *world* is one joint value of all noise variables. Given actions, each node has one value in each
world, so a counterfactual is the same world run again with a node set to something else, and an
expectation is a weighted sum over worlds. :class:`Worlds` runs all worlds at once, and any number
of actions or interventions beside each other as leading axes.

Only what can matter is enumerated: a parent on which a mechanism does not depend is dropped, and
with it every node that nothing of interest depends on any more. States of a node's noise to which
it responds alike are one state. Nodes that nothing which is set or done can move are the same in
every run; their joint distribution stands in for their noise where that is smaller.

Weights and utilities of an exact model are scaled to integers by a common denominator, so that sums
are exact; :meth:`Worlds.mean` scales back.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from cid.engine.numbers import EXACT, TIE, number
from cid.errors import SizeError
from cid.model.guards import check_numbers
from cid.model.interface import Model
from cid.solving.tree import Tree

__all__ = [
    "MAX_CELLS",
    "Worlds",
    "dependencies",
    "functional_parents",
    "moves_utility",
]

Array = np.ndarray[Any, Any]
Values = dict[str, Array]
Action = Array | Callable[[Values], Array]
"""Indices of actions, or a rule that makes them from the values of earlier nodes."""

MAX_CELLS = 1 << 22
"""Worlds times whatever is run beside them, at most."""

_SAFE = 1 << 62


def functional_parents(s: Model, node: str) -> tuple[str, ...]:
    """Return the parents on which a node depends in this model; all parents of a decision."""
    if s.diagram.kind(node) == "decision":
        return s.diagram.parents(node)
    m = s.mechanism(node)
    table = m.probabilities if m.response is None else m.response
    return tuple(name for axis, name in enumerate(m.parents) if _varies(table, axis))


def _varies(table: Array, axis: int) -> bool:
    first = np.take(table, [0], axis=axis)
    return not bool(np.all(table == first))


def _merged(weights: Array, table: Array) -> tuple[Array, Array]:
    """Return noise and response with one state for all states to which the response is the same."""
    rows, first, place = np.unique(
        table.reshape(-1, len(weights)).T, axis=0, return_index=True, return_inverse=True
    )
    if len(rows) == len(weights):
        return weights, table
    order = np.argsort(first)
    merged = np.zeros(len(rows), dtype=object)
    np.add.at(merged, place.reshape(-1), weights)
    return merged[order], table[..., first[order]]


def dependencies(s: Model, targets: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the functional parents of the targets and of all that these depend on."""
    found: dict[str, tuple[str, ...]] = {}
    stack = list(targets)
    while stack:
        name = stack.pop()
        if name not in found:
            found[name] = functional_parents(s, name)
            stack += found[name]
    return found


def _unmoved(s: Model, used: Mapping[str, tuple[str, ...]], moved: Iterable[str]) -> set[str]:
    """Return the nodes that depend on none of those moved."""
    moving = set(moved)
    for name in s.diagram.topological_order:
        if name in used and not moving.isdisjoint(used[name]):
            moving.add(name)
    return used.keys() - moving


def moves_utility(s: Model, agent: str) -> frozenset[str]:
    """Return the nodes on which some utility of the agent depends in this model."""
    return frozenset(dependencies(s, s.diagram.utilities_of(agent)))


class Worlds:
    """All worlds of a model, as far as some nodes depend on them.

    Parameters
    ----------
    s : SCIM
        The model, exact or floating-point.
    keep : iterable of str
        The nodes whose values are wanted; what they depend on is kept as well.
    agent : str or None
        Whose utility :meth:`utility` adds up; None where no utility is wanted.
    beside : int
        How many runs will be made beside each other; for the bound on memory.
    moved : iterable of str, optional
        All nodes that will be set, and all decisions. A utility that none of them moves is then
        left out. By default no node is taken to be the same in every run.

    Raises
    ------
    ScopeError
        If the model has free parameters, or too many worlds.
    """

    def __init__(
        self,
        s: Model,
        keep: Iterable[str],
        agent: str | None,
        beside: int = 1,
        moved: Iterable[str] | None = None,
    ) -> None:
        check_numbers(s)
        self.s, self.agent = s, agent
        self.exact = s.arithmetic == EXACT
        own: Sequence[str] = () if agent is None else s.diagram.utilities_of(agent)
        wanted = tuple(keep)
        used = dependencies(s, [*wanted, *own])
        still: set[str] = set()
        if moved is not None:
            still = _unmoved(s, used, moved)
            own = [name for name in own if name not in still]
            used = dependencies(s, [*wanted, *own])
            still.difference_update(s.diagram.utilities)  # a tree has no variables for them
        self.sizes = {name: len(s.domains[name]) for name in s.diagram.nodes}
        self.parents = used
        self.order = tuple(name for name in s.diagram.topological_order if name in used)
        self._response: dict[str, Array] = {}
        noises, drawn = self._draw()
        noises, drawn = self._join(wanted, still, noises, drawn)
        self.count = math.prod(map(len, noises))
        if self.count * beside > MAX_CELLS:
            raise SizeError(
                f"The model has {self.count:,} joint values of its noise variables"
                + (f" to be run {beside:,} times" if beside > 1 else "")
                + f". Counterfactual quantities enumerate them, up to {MAX_CELLS:,} runs in all. "
                "Use a smaller model, or fix nodes of no interest with do(...)."
            )
        shape = tuple(map(len, noises))
        states = np.indices(shape, dtype=np.intp).reshape(len(shape), self.count)
        self._noise = {name: states[k] for name, k in drawn.items()}
        self.weight, self._unit = self._weigh(noises, states)
        self._payoff, self._coin = self._pay(own)

    def _draw(self) -> tuple[list[Array], dict[str, int]]:
        """Return the noise variables, and which of them each node reads."""
        noises: list[Array] = []
        drawn: dict[str, int] = {}
        for name in self.order:
            if self.s.diagram.kind(name) == "decision":
                continue
            mechanism, used = self.s.mechanism(name), self.parents[name]
            weights, response = mechanism.structural(name)
            index = tuple(slice(None) if p in used else 0 for p in mechanism.parents)
            possible = [i for i, weight in enumerate(weights) if weight > 0]
            chances, self._response[name] = _merged(
                np.array([weights[i] for i in possible], dtype=object),
                response[index][..., possible],
            )
            if len(chances) > 1:
                drawn[name] = len(noises)
                noises.append(chances)
        return noises, drawn

    def _join(
        self, wanted: Sequence[str], still: set[str], noises: list[Array], drawn: dict[str, int]
    ) -> tuple[list[Array], dict[str, int]]:
        """Put the joint distribution of nodes that are not moved for their noise, if it is smaller.

        Of these nodes only those are kept that are wanted, or that a moved node reads.
        """
        moving = [name for name in self.order if name not in still]
        read = set(wanted).union(*(self.parents[name] for name in moving))
        border = [name for name in self.order if name in still and name in read]
        separate = math.prod(len(noises[k]) for name, k in drawn.items() if name in still)
        if math.prod(self.sizes[name] for name in border) >= separate:
            return noises, drawn
        kept = [name for name in drawn if name not in still]
        left = [noises[drawn[name]] for name in kept]
        place = {name: k for k, name in enumerate(kept)}
        self.order = tuple(name for name in self.order if name in border or name not in still)
        self.parents = {name: () if name in still else self.parents[name] for name in self.order}
        if border:
            table = Tree(self.s, self.s.diagram, (), border).joint()[0]
            states = np.nonzero(table > 0)
            left.append(np.array(table[states].tolist(), dtype=object))
            for name, values in zip(border, states, strict=True):
                place[name], self._response[name] = len(kept), values
        return left, place

    # ---- numbers -----------------------------------------------------------------------------

    def _weigh(self, noises: list[Array], states: Array) -> tuple[Array, int]:
        """Return the weight of each world, and what a probability of one weighs."""
        if not self.exact:
            product = np.ones(self.count)
            for k, weights in enumerate(noises):
                product = product * weights.astype(np.float64)[states[k]]
            return product, 1
        unit = 1
        whole: list[Array] = []
        for weights in noises:
            common = math.lcm(*(w.denominator for w in weights))
            whole.append(np.array([int(w * common) for w in weights], dtype=object))
            unit *= common
        kind: Any = np.int64 if unit < _SAFE else object
        product = np.ones(self.count, dtype=kind)
        for k, weights in enumerate(whole):
            product = product * weights.astype(kind)[states[k]]
        return product, unit

    def _pay(self, own: Sequence[str]) -> tuple[dict[str, Array], int]:
        """Return the utility of each value, and what a utility of one counts."""
        given = {u: [number(v, u) for v in self.s.domains[u]] for u in own}
        if not self.exact:
            return {u: np.array([float(v) for v in row]) for u, row in given.items()}, 1
        coin = math.lcm(1, *(v.denominator for row in given.values() for v in row))
        largest = sum(max(abs(int(v * coin)) for v in row) for row in given.values())
        if (1 + 2 * largest) * self._unit >= _SAFE:
            self.weight = self.weight.astype(object)
        kind: Any = self.weight.dtype
        return {
            u: np.array([int(v * coin) for v in row], dtype=kind) for u, row in given.items()
        }, coin

    def probability(self, total: Any) -> Any:
        """Return a sum of weights as a probability."""
        return Fraction(int(total), self._unit) if self.exact else float(total)

    def mean(self, total: Any) -> Any:
        """Return a weighted sum of utilities as an expected utility."""
        return Fraction(int(total), self._unit * self._coin) if self.exact else float(total)

    def floats(self, utility: Array) -> tuple[Array, Array]:
        """Return the probability of each world, and scaled utilities, in floating point."""
        return (
            np.asarray(self.weight / self._unit, dtype=np.float64),
            np.asarray(utility / self._coin, dtype=np.float64),
        )

    def equal(self, left: Array, right: Array, scale: Any) -> Array:
        """Compare element by element; in floating point up to rounding, relative to `scale`."""
        if self.exact:
            return np.asarray(left == right, dtype=bool)
        return np.asarray(np.abs(left - right) <= TIE * (scale + 1e-300), dtype=bool)

    # ---- running -----------------------------------------------------------------------------

    def run(self, actions: Mapping[str, Action], do: Mapping[str, Array] | None = None) -> Values:
        """Return every node's value, as positions in its domain, shape (..., worlds).

        Parameters
        ----------
        actions : mapping from decision to array or callable
            What is done. Leading axes of different arrays broadcast against each other.
        do : mapping from node to array, optional
            Nodes that are set, decisions included.
        """
        values: Values = {}
        for name in self.order:
            if do and name in do:
                values[name] = np.asarray(do[name])
            elif name in self._response:
                noise = self._noise.get(name, np.intp(0))
                inputs = (*(values[p] for p in self.parents[name]), noise)
                values[name] = np.asarray(self._response[name][inputs])
            else:
                action = actions[name]
                values[name] = np.asarray(action(values) if callable(action) else action)
        return values

    def full(self, values: Array) -> Array:
        """Return values of one node with their last axis over all worlds."""
        return np.broadcast_to(values, np.broadcast_shapes(np.shape(values), (self.count,)))

    def utility(self, values: Values) -> Array:
        """Return the agent's utility, scaled, shape (..., worlds)."""
        total: Array = np.zeros(self.count, dtype=self.weight.dtype)
        for name, payoff in self._payoff.items():
            total = total + payoff[values[name]]
        return total

    def context(self, values: Values, names: Sequence[str]) -> Array:
        """Number the joint values of some nodes, the first one slowest, shape (..., worlds)."""
        if math.prod(self.sizes[name] for name in names) >= _SAFE:
            raise SizeError(
                f"{', '.join(names)} have too many joint values to be told apart by number."
            )
        total: Array = np.zeros(self.count, dtype=np.int64)
        for name in names:
            total = total * self.sizes[name] + values[name]
        return total

    def named(self, context: int, names: Sequence[str]) -> tuple[Any, ...]:
        """Return the values that a context's number stands for."""
        found: list[Any] = []
        rest = int(context)
        for name in reversed(names):
            rest, i = divmod(rest, self.sizes[name])
            found.append(self.s.domains[name][i])
        return tuple(reversed(found))

    def gather(self, cells: Array, amounts: Array, count: int) -> Array:
        """Add up weighted amounts by cell, shape (..., worlds) to (..., count)."""
        shape = np.broadcast_shapes(np.shape(cells), np.shape(amounts), (self.count,))
        rows = np.arange(math.prod(shape[:-1])).reshape(*shape[:-1], 1)
        return self.pool(cells + rows * count, amounts, rows.size * count).reshape(
            *shape[:-1], count
        )

    def pool(self, cells: Array, amounts: Array, count: int) -> Array:
        """Add up weighted amounts by cell, over all axes, shape (..., worlds) to (count,)."""
        shape = np.broadcast_shapes(np.shape(cells), np.shape(amounts), (self.count,))
        places = np.broadcast_to(cells, shape).ravel()
        weighted = np.broadcast_to(amounts * self.weight, shape).ravel()
        if weighted.dtype == np.float64:
            return np.bincount(places, weighted, count)
        found = np.zeros(count, dtype=weighted.dtype)
        np.add.at(found, places, weighted)
        return found
