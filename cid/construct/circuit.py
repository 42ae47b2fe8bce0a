"""Models made of named bits: each node carries some, and each bit is a gate of bits at parents.

Constructions that show what a diagram admits lay several signals over it, and signals may share a
node. Here each signal is a bit with a name. A node with one bit has the values 0 and 1, a node with
several has tuples of 0 and 1, in the order in which its bits were put, and a node with none has the
single value 0.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np

from cid.diagram import CID
from cid.model.mechanism import Mechanism
from cid.scim import SCIM

__all__ = ["ACT", "Circuit"]

Array = np.ndarray[Any, Any]
Source = tuple[str, str]
"""A bit at a parent: (node, bit)."""
Gate = Callable[..., Any]

ACT = "act"
"""The bit that a decision chooses."""


@dataclass(frozen=True)
class _Bit:
    gate: Gate
    inputs: tuple[Source, ...]
    coin: Fraction | None
    """Probability of heads, for a bit that also reads a coin of its own, last."""


class Circuit:
    """Bits laid over a diagram, to be made into a model by :meth:`model`.

    Parameters
    ----------
    d : CID
        The diagram; its decisions choose one bit each.
    """

    def __init__(self, d: CID) -> None:
        self.d = d
        self.bits: dict[str, dict[str, _Bit]] = {name: {} for name in d.nodes}

    # ---- laying bits -------------------------------------------------------------------------

    def put(
        self, node: str, bit: str, gate: Gate, *inputs: Source, coin: Fraction | None = None
    ) -> None:
        """Let a bit be a gate of bits at parents; a bit that is there already is replaced."""
        self.bits[node][bit] = _Bit(gate, inputs, coin)

    def constant(self, node: str, bit: str) -> None:
        """Let a bit be zero always."""
        self.put(node, bit, lambda: np.intp(0))

    def toss(self, node: str, bit: str, heads: Fraction = Fraction(1, 2)) -> None:
        """Let a bit be a coin."""
        self.put(node, bit, lambda coin: coin, coin=heads)

    def copy(self, node: str, bit: str, source: Source) -> None:
        """Let a bit be another one."""
        self.put(node, bit, lambda value: value, source)

    def carry(self, path: Sequence[str], bit: str, first: str | None = None) -> None:
        """Copy a bit along a directed path; at its start it is called `first`, if given."""
        for i, (tail, head) in enumerate(pairwise(path)):
            self.copy(head, bit, (tail, first if first and i == 0 else bit))

    # ---- making a model ----------------------------------------------------------------------

    def domain(self, node: str) -> tuple[Any, ...]:
        """Return a node's values."""
        if self.d.kind(node) == "decision":
            return (0, 1)
        count = len(self.bits[node])
        if count <= 1:
            return tuple(range(1 + count))
        return tuple(itertools.product((0, 1), repeat=count))

    def model(self, d: CID | None = None) -> SCIM:
        """Return the circuit as a model with exact probabilities.

        Parameters
        ----------
        d : CID, optional
            The diagram of the model, where its information links are not those of the circuit's.
        """
        domains = {name: self.domain(name) for name in self.d.nodes}
        rest = [name for name in self.d.nodes if self.d.kind(name) != "decision"]
        mechanisms = {name: self._mechanism(name, domains) for name in rest}
        return SCIM(self.d if d is None else d, domains, mechanisms)

    def _read(self, source: Source, size: int) -> Array:
        """Return a bit as a function of the position of its node's value in the domain."""
        node, bit = source
        if self.d.kind(node) == "decision":
            return np.arange(size)
        names = list(self.bits[node])
        return np.arange(size) >> (len(names) - 1 - names.index(bit)) & 1

    def _mechanism(self, node: str, domains: Mapping[str, tuple[Any, ...]]) -> Mechanism:
        parents = self.d.parents(node)
        bits = self.bits[node]
        coins = {name: bit.coin for name, bit in bits.items() if bit.coin is not None}
        sizes = [len(domains[parent]) for parent in parents]
        tossed = np.indices((2,) * len(coins)).reshape(len(coins), 2 ** len(coins))
        shape = (*sizes, tossed.shape[1])
        response = np.zeros(shape, dtype=np.intp)
        for bit in bits.values():
            inputs = []
            for source in bit.inputs:
                axis = parents.index(source[0])
                values = self._read(source, sizes[axis])
                inputs.append(values.reshape([-1 if k == axis else 1 for k in range(len(shape))]))
            if bit.coin is not None:
                inputs.append(tossed[[b is bit for b in bits.values() if b.coin is not None]][0])
            response = 2 * response + bit.gate(*inputs)
        return Mechanism(parents, domains[node], None, _chances(coins.values(), tossed), response)


def _chances(coins: Iterable[Fraction], tossed: Array) -> Array:
    """Return the probability of each joint outcome of some coins."""
    total = np.full(tossed.shape[1], Fraction(1), dtype=object)
    for heads, outcome in zip(coins, tossed, strict=True):
        total = total * np.array([1 - heads, heads], dtype=object)[outcome]
    return total
