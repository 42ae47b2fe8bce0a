"""A model as potentials on a junction tree, in which rules can be put and improved.

One potential per mechanism, rule and utility; see :mod:`cid.engine.junction`. A decision without a
rule of its own yet acts uniformly at random, so that every context that can come up does.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from cid.diagram import CID
from cid.engine.arithmetic import arithmetic_of
from cid.engine.junction import JunctionTree
from cid.engine.numbers import EXACT, FLOAT, TIE, array, is_zero
from cid.engine.potentials import Potential, potential
from cid.engine.size import check_axes, check_work
from cid.model.guards import check_numbers
from cid.model.interface import Model
from cid.model.rule import Rule

__all__ = ["Tree", "anything", "relevant"]

Array = np.ndarray[Any, Any]

PASSES = 4.0
"""Many passes over a tree may take this many times as long as the longest single one."""

USUAL_LIMIT = 20_000
"""Rules or profiles that are tried by default."""


def relevant(d: CID, agents: Iterable[str], also: Iterable[str] = ()) -> list[str]:
    """Return the nodes that some utility of the agents depends on, in topological order."""
    wanted: set[str] = set()
    stack = [*also, *(name for agent in agents for name in d.utilities_of(agent))]
    while stack:
        name = stack.pop()
        if name not in wanted:
            wanted.add(name)
            stack += d.parents(name)
    return [name for name in d.topological_order if name in wanted]


class Tree:
    """The model as potentials: one per mechanism, rule and utility.

    Parameters
    ----------
    s : SCIM
        The model.
    d : CID
        Its diagram, or that less some information links.
    agents : tuple of str
        Whose utilities are summed, each apart.
    joint : sequence of str
        Nodes whose joint table :meth:`joint` returns.
    kind : str, optional
        The arithmetic, if not the model's own.
    """

    def __init__(
        self,
        s: Model,
        d: CID,
        agents: tuple[str, ...],
        joint: Sequence[str] = (),
        kind: str | None = None,
    ) -> None:
        self.s, self.d, self.agents, self._joint = s, d, agents, tuple(joint)
        self.kind = s.arithmetic if kind is None else kind
        self.numbers = arithmetic_of(self.kind)
        self.one: Any = self.numbers.one
        nodes = [n for n in relevant(d, agents, joint) if d.kind(n) != "utility"]
        self.number = {name: k for k, name in enumerate(nodes)}
        self.sizes = [len(s.domains[name]) for name in nodes]
        self.factor: dict[str, int] = {}
        factors: list[Potential] = []
        self._check(nodes)
        for name in nodes:
            self.factor[name] = len(factors)
            read = d.parents(name) if d.kind(name) == "decision" else s.mechanism(name).parents
            scope = [self.number[parent] for parent in (*read, name)]
            factors.append(potential(scope, self._weigh(self._rule_or_cpd(name))))
        for k, agent in enumerate(agents):
            for name in d.utilities_of(agent):
                expected = array(s.mean(name, d.parents(name)), self.kind)
                table = np.full((1 + len(agents), *np.shape(expected)), self.one * 0)
                table[0] = self.one
                table[1 + k] = expected
                factors.append(potential([self.number[p] for p in d.parents(name)], table))
        self._last = len(factors)
        if joint:
            shape = [len(s.domains[name]) for name in joint]
            ones = self._weigh(np.full(shape, self.one))
            factors.append(potential([self.number[name] for name in joint], ones))
        self.tree = JunctionTree(factors, self.sizes, self.numbers) if factors else None

    def _check(self, nodes: Sequence[str]) -> None:
        """Raise before a table that spans a decision, a utility's parents or the joint nodes."""
        families = [(*self.d.parents(n), n) for n in nodes if self.d.kind(n) == "decision"]
        families += [self.d.parents(n) for agent in self.agents for n in self.d.utilities_of(agent)]
        for family in (*families, self._joint):
            sizes = [len(self.s.domains[name]) for name in family]
            size = math.prod(sizes) * (1 + len(self.agents))
            check_work(size, size, self.numbers)
            check_axes(1 + len(sizes))

    def check_passes(self, count: int, limit: int) -> None:
        """Raise before more passes over the tree than some seconds allow.

        Parameters
        ----------
        count : int
            How many passes will be made.
        limit : int
            The caller's bound on what is tried; a higher one than usual allows more passes.

        Raises
        ------
        ScopeError
            With the number of operations.
        """
        if self.tree is not None:
            # Beside the arithmetic a step takes the time of many operations.
            extra = (5000.0 if self.kind == FLOAT else 10.0) * self.tree.steps
            times = PASSES * max(1.0, float(min(limit, 10**15)) / USUAL_LIMIT)
            work = float(count) * (self.tree.work + extra)
            check_work(0.0, work, self.numbers, times, ", or raise limit")

    def _rule_or_cpd(self, name: str) -> Array:
        if self.d.kind(name) != "decision":
            return self.s.mechanism(name).table(self.kind)
        count = len(self.s.domains[name])
        shape = [*(len(self.s.domains[p]) for p in self.d.parents(name)), count]
        return np.full(shape, self.one / count)

    def _weigh(self, probability: Array) -> Array:
        table = np.full((1 + len(self.agents), *probability.shape), self.one * 0)
        table[0] = probability
        return table

    def mix(self, decision: str, probability: Array) -> None:
        """Give a decision a rule: probabilities, shape (size of each parent..., actions)."""
        assert self.tree is not None
        scope = [self.number[name] for name in (*self.d.parents(decision), decision)]
        made = potential(scope, self._weigh(probability))
        self.tree.replace(self.factor[decision], made.table)

    def put(self, decision: str, choice: Array) -> None:
        """Give a decision a deterministic rule: the action's position in each context."""
        hits = choice[..., None] == np.arange(len(self.s.domains[decision]))
        self.mix(decision, np.where(hits, self.one, self.one * 0))

    def clear(self, decision: str) -> None:
        """Let a decision act uniformly at random again."""
        self.mix(decision, self._rule_or_cpd(decision))

    def mass(self, decision: str) -> Array:
        """Return the probability of each context of a decision."""
        assert self.tree is not None
        scope = [self.number[parent] for parent in self.d.parents(decision)]
        return np.asarray(self.tree.belief(scope, self.factor[decision])[0])

    def worth(self, decision: str) -> tuple[Array, Array]:
        """Return the probability of each context and action, and the agent's weighted utility."""
        assert self.tree is not None
        scope = [self.number[name] for name in (*self.d.parents(decision), decision)]
        agent = self.agents.index(str(self.d.agent_of(decision)))
        belief = self.tree.belief(scope, self.factor[decision])
        return belief[0], belief[1 + agent]

    def best(self, decision: str) -> Rule:
        """Return a rule that is optimal given all the others, with all ties.

        Actions are compared where the decision's own rule lets them come up, so clear it first.
        """
        parents = self.d.parents(decision)
        return _best(self.s, self.kind, decision, parents, *self.worth(decision))

    def improve(self, decision: str) -> Rule:
        """Replace the decision's rule by an optimal one, and return it."""
        rule = self.best(decision)
        self.put(decision, rule.choice)
        return rule

    def profile(self, choices: Mapping[str, Array]) -> dict[str, Rule]:
        """Put deterministic rules, and return them with every action that is as good.

        What an action is worth is seen in every context that the *other* rules let come up. A
        decision that no utility depends on may do anything.
        """
        for name, choice in choices.items():
            self.put(name, choice)
        found: dict[str, Rule] = {}
        for name in self.s.diagram.decisions:
            if name not in choices:
                found[name] = anything(self.s, name)
                continue
            self.clear(name)
            given = self.best(name)
            self.put(name, choices[name])
            found[name] = Rule(
                name,
                given.parents,
                given.domains,
                given.actions,
                choices[name],
                given.optimal,
                given.reachable,
            )
        return found

    def joint(self) -> Array:
        """Return probability, and each agent's weighted utility, over the joint nodes.

        Utilities that no trail connects with these nodes are left out.
        """
        assert self.tree is not None
        return self.tree.belief([self.number[name] for name in self._joint], self._last)

    def total(self) -> list[Any]:
        """Return each agent's expected utility."""
        if self.tree is None:
            return [self.one * 0 for _ in self.agents]
        probability, *weighted = self.tree.total()
        assert is_zero(probability - 1) or abs(float(probability) - 1) < 1e-6
        return [float(w) if isinstance(w, float) else w for w in weighted]


def _digits(table: Array) -> Array:
    """Return algebraic numbers as Fractions, rounded to 40 digits, so that they can be compared."""

    def rounded(value: Any) -> Fraction:
        return round(Fraction(str(value.evalf(60))), 40)

    return np.asarray(np.frompyfunc(rounded, 1, 1)(table), dtype=object)


def _best(
    s: Model,
    kind: str,
    decision: str,
    parents: tuple[str, ...],
    probability: Array,
    weighted: Array,
) -> Rule:
    """Return the rule that maximises weighted utility, with all ties."""
    domains = [tuple(s.domains[parent]) for parent in parents]
    actions = tuple(s.domains[decision])
    if kind == FLOAT:
        best = weighted.max(axis=-1, keepdims=True)
        mass = probability.sum(axis=-1, keepdims=True)
        scale = np.abs(weighted).max(axis=-1, keepdims=True) + 1e-300
        optimal = (weighted >= best - TIE * scale) | (mass <= 0)
        reachable = mass[..., 0] > 0
    else:
        if s.parameters:
            check_numbers(s, "an optimal action depends on them", ", or use cid.symbolic_policy")
        if kind != EXACT:
            probability, weighted = _digits(probability), _digits(weighted)
        best = np.maximum.reduce(weighted, axis=-1, keepdims=True)
        optimal = np.asarray(weighted == best, dtype=bool)
        reachable = np.asarray(probability.sum(axis=-1) > 0, dtype=bool)
    choice = np.asarray(optimal.argmax(axis=-1))
    return Rule(decision, parents, domains, actions, choice, optimal, reachable)


def anything(s: Model, decision: str) -> Rule:
    """Return the rule of a decision that no utility depends on: every action is optimal."""
    actions = tuple(s.domains[decision])
    yes = np.ones(len(actions), dtype=bool)
    return Rule(decision, (), (), actions, np.array(0), yes, np.array(True))
