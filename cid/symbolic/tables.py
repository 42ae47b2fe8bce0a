"""Sums of products over a symbolic model, and the same model in two worlds at once.

A factor is a table over named variables; sums of products are those of
:mod:`cid.engine.elimination`. A counterfactual is a second copy of the nodes that
an intervention changes; node and copy share the noise, and the copies read everything else from
the actual world [1]_.

.. [1] A. Balke, J. Pearl. "Probabilistic Evaluation of Counterfactual Queries". AAAI 1994.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from cid.diagram import CID
from cid.engine.arithmetic import Arithmetic
from cid.engine.elimination import contract
from cid.engine.field import Field, exact
from cid.engine.numbers import is_symbolic, number
from cid.engine.potentials import potential
from cid.errors import SizeError
from cid.model.mechanism import Mechanism
from cid.scim import SCIM
from cid.symbolic.explore import Space, space_of
from cid.symbolic.regions.signs import Signs

__all__ = ["MAX_CELLS", "Factor", "Tables", "ancestors", "descendants"]

Array = np.ndarray[Any, Any]

MAX_CELLS = 100_000
"""Larger tables are refused."""
MAX_WORK = 2**21
MEND = "Give numbers to all parameters with at({...}), or make the model smaller."


@dataclass(frozen=True, eq=False)
class Factor:
    """A table with one axis for each variable."""

    scope: tuple[str, ...]
    table: Array


def ancestors(d: CID, nodes: Iterable[str]) -> set[str]:
    """Return nodes and everything above them."""
    found = set(nodes)
    return found.union(*(d.ancestors(name) for name in found))


def descendants(d: CID, node: str) -> set[str]:
    """Return everything below a node, without it."""
    return set(d.descendants(node)) - {node}


def _numbers(values: Array) -> Array:
    """Return an array of numbers as Fractions and sympy expressions."""
    made = np.empty(values.shape, dtype=object)
    for place, value in np.ndenumerate(values):
        made[place] = number(exact(value), "A number")
    return made


def _exact_mechanism(s: SCIM, name: str) -> Mechanism:
    m = s.mechanism(name)
    cells = m.probabilities.size
    if cells > MAX_CELLS:
        raise SizeError(
            f"{name!r} has a table of {cells:,} entries; with parameters left open more than "
            f"{MAX_CELLS:,} are refused. Split the node by an intermediate one."
        )
    noise = None if m.noise is None else _numbers(m.noise)
    return Mechanism(m.parents, m.domain, _numbers(m.probabilities), noise, m.response)


class Tables:
    """A model's tables in the arithmetic of its parameters.

    Parameters
    ----------
    s : SCIM
        The model.
    diagram : CID, optional
        Its diagram, less some information links.

    Attributes
    ----------
    field : Field
        The arithmetic.
    space : Space
        The parameter values for which no probability is negative.
    """

    def __init__(self, s: SCIM, diagram: CID | None = None) -> None:
        self.s, self.d = s, s.diagram if diagram is None else diagram
        self.sizes = {name: len(s.domains[name]) for name in self.d.nodes}
        self._mechanisms: dict[str, Mechanism] = {}
        for name in self.d.topological_order:
            if self.d.kind(name) != "decision":
                self._mechanisms[name] = _exact_mechanism(s, name)
        self._scores = {
            name: _numbers(np.array([number(v, name) for v in s.domains[name]], dtype=object))
            for name in self.d.utilities
        }
        found = self._mechanisms.values()
        rows = [p for m in found for p in m.probabilities.flat]
        noises = [p for m in found for p in (m.probabilities if m.noise is None else m.noise).flat]
        scores = [value for values in self._scores.values() for value in values]
        self.field = Field([Fraction(0), Fraction(1), *rows, *noises, *scores], s.parameters)
        self.numbers = Arithmetic(self.field.one, MAX_CELLS, MAX_WORK, MEND)
        uncertain = [self.field.element(p) for p in dict.fromkeys(noises) if is_symbolic(p)]
        self.space: Space = space_of(self.field, uncertain, self.field.denominators())

    def signs(self, element: Any) -> Signs:
        """Return signs among which an element's are for all parameter values of the model."""
        return frozenset().union(*(region.possible(element) for region in self.space.start))

    # ---- factors -----------------------------------------------------------------------------

    def chance(self, node: str, world: Mapping[str, str] | None = None) -> Factor:
        """Return P(node | parents); `world` renames variables."""
        mechanism = self._mechanisms[node]
        names = world or {}
        scope = tuple(names.get(v, v) for v in (*mechanism.parents, node))
        return Factor(scope, self.field.array(mechanism.probabilities))

    def certain(self, variable: str, node: str, index: int) -> Factor:
        """Return the certainty that a variable has a value of a node's domain."""
        table = self.field.full((self.sizes[node],), self.field.zero)
        table[index] = self.field.one
        return Factor((variable,), table)

    def rule(self, decision: str, parents: tuple[str, ...], choice: Array) -> Factor:
        """Return the certainty that a decision follows a rule, a table of indices of actions."""
        hit = choice[..., None] == np.arange(self.sizes[decision])
        return Factor((*parents, decision), self._indicator(hit))

    def uniform(self, decision: str) -> Factor:
        """Return the rule that takes every action with the same probability."""
        size = self.sizes[decision]
        return Factor((decision,), self.field.full((size,), self.field.rational(Fraction(1, size))))

    def score(self, utility: str, variable: str | None = None) -> Factor:
        """Return a utility's number as a function of its value."""
        return Factor((variable or utility,), self.field.array(self._scores[utility]))

    def differ(self, node: str, variable: str) -> Factor:
        """Return one where a node and another variable with its values differ, and zero else."""
        return Factor((node, variable), self._indicator(~np.eye(self.sizes[node], dtype=bool)))

    def coupled(self, node: str, world: Mapping[str, str]) -> list[Factor]:
        """Return the factors of a node and its copy, which share the noise.

        Raises
        ------
        ScopeError
            If the noise is not known; see :class:`cid.Noisy`.
        """
        mechanism = self._mechanisms[node]
        flat = mechanism.probabilities.reshape(-1, self.sizes[node])
        if mechanism.noise is None and bool(np.all(flat == flat[0])):  # the value is the noise
            weights: Array = flat[0]
            response = np.broadcast_to(np.arange(self.sizes[node]), mechanism.probabilities.shape)
        else:
            weights, response = mechanism.structural(node)
        table = np.empty(len(weights), dtype=object)
        for k, weight in enumerate(weights):
            known = is_symbolic(weight) or mechanism.noise is not None
            table[k] = self.field.element(weight) if known else self.field.rational(weight)
        noise = f"noise of {node}"
        hit = self._indicator(response[..., None] == np.arange(self.sizes[node]))
        there = tuple(world.get(v, v) for v in mechanism.parents)
        return [
            Factor((noise,), table),
            Factor((*mechanism.parents, noise, node), hit),
            Factor((*there, noise, world[node]), hit),
        ]

    def _indicator(self, hit: Array) -> Array:
        table = self.field.full(hit.shape, self.field.zero)
        table[hit] = self.field.one
        return table

    # ---- sums of products --------------------------------------------------------------------

    def total(self, factors: Iterable[Factor], keep: Sequence[str]) -> Array:
        """Return the sum of the product of factors over all variables but `keep`.

        Raises
        ------
        ModelError
            If a table would have more than :data:`MAX_CELLS` entries.
        """
        parts = list(factors)
        sizes = {v: n for f in parts for v, n in zip(f.scope, f.table.shape, strict=True)}
        sizes |= {v: self.sizes[v] for v in keep if v not in sizes}
        place = {v: i for i, v in enumerate(sizes)}
        bank = [potential([place[v] for v in f.scope], f.table[None]) for f in parts]
        counts = dict(enumerate(sizes.values()))
        return contract(bank, counts, [place[v] for v in keep], self.numbers).squeeze(0)

    # ---- the actual world --------------------------------------------------------------------

    def world(
        self,
        nodes: Collection[str],
        rules: Mapping[str, Factor],
        renamed: Mapping[str, str] | None = None,
    ) -> list[Factor]:
        """Return the factors of some nodes; a decision without a rule has none."""
        return [
            rules[name] if name in rules else self.chance(name, renamed)
            for name in nodes
            if name in rules or self.d.kind(name) != "decision"
        ]

    def weighted(
        self, decision: str, keep: Sequence[str], rules: Mapping[str, Factor] | None = None
    ) -> Array:
        """Return expected utility times probability, for values of `keep`.

        Parameters
        ----------
        decision : str
            Its agent's utilities count.
        keep : sequence of str
            Variables that stay open.
        rules : mapping, optional
            Rules of decisions that are not in `keep`.
        """
        agent = self.d.agent_of(decision)
        total = self.field.full(tuple(self.sizes[v] for v in keep), self.field.zero)
        for utility in self.d.utilities_of(str(agent)):
            nodes = ancestors(self.d, [utility, *keep])
            factors = self.world(nodes, rules or {})
            total = total + self.total([*factors, self.score(utility)], keep)
        return np.asarray(total, dtype=object)

    def probability(self, keep: Sequence[str], rules: Mapping[str, Factor] | None = None) -> Array:
        """Return the probability of the values of `keep`."""
        return self.total(self.world(ancestors(self.d, keep), rules or {}), keep)
