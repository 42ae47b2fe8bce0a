"""Optimal policies of soluble models, by backward induction on a junction tree.

Decisions are solved in relevance order: when the turn of D comes, every rule that matters to it
is in place already, and the others may be anything, here uniform. D's best action in a context
maximises the expected sum of its agent's utilities, read off the belief of the clique that holds
D and its requisite parents (single policy updating, Lauritzen and Nilsson 2001 [1]_).
Nonrequisite links are removed first, and nodes that no utility depends on are dropped.

With several agents the same loop finds, where the relevance graph of *all* decisions is acyclic,
a pure equilibrium in which every rule is optimal given the ones solved before it (Koller and
Milch 2003 [2]_).

.. [1] S. L. Lauritzen, D. Nilsson. "Representing and Solving Decision Problems with Limited
   Information". Management Science 47(9), 2001.
.. [2] D. Koller, B. Milch. "Multi-agent influence diagrams for representing and solving games".
   Games and Economic Behavior 45(1), 2003.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import numpy as np

from cid.diagram import CID
from cid.errors import ScopeError
from cid.model.numbers import EXACT, FLOAT, array, is_zero
from cid.model.rule import Rule
from cid.model.scim import SCIM, Policy
from cid.solve.junction import JunctionTree, Potential, potential
from cid.solve.solution import Solution
from cid.structure import requisite_graph, solve_order

__all__ = ["expected_utility", "solve"]

Array = np.ndarray[Any, Any]

TIE = 1e-9
"""In floating point, actions whose values differ by less, relative to the largest, are ties."""


def _relevant(d: CID, agents: Iterable[str]) -> list[str]:
    """Return the nodes that some utility of the agents depends on, in topological order."""
    wanted: set[str] = set()
    stack = [name for agent in agents for name in d.utilities_of(agent)]
    while stack:
        name = stack.pop()
        if name not in wanted:
            wanted.add(name)
            stack += d.parents(name)
    return [name for name in d.topological_order if name in wanted]


class _Tree:
    """The model as potentials: one per mechanism, rule and utility."""

    def __init__(self, s: SCIM, d: CID, agents: tuple[str, ...]) -> None:
        self.s, self.d, self.agents = s, d, agents
        self.one: Any = array(Fraction(1), s.arithmetic)[()]
        nodes = [n for n in _relevant(d, agents) if d.kind(n) != "utility"]
        self.number = {name: k for k, name in enumerate(nodes)}
        self.sizes = [len(s.domains[name]) for name in nodes]
        self.factor: dict[str, int] = {}
        factors: list[Potential] = []
        for name in nodes:
            self.factor[name] = len(factors)
            scope = [self.number[parent] for parent in (*d.parents(name), name)]
            factors.append(potential(scope, self._weigh(self._rule_or_cpd(name))))
        for k, agent in enumerate(agents):
            for name in d.utilities_of(agent):
                expected = s.cpd(name, d.parents(name)) @ s.utility_values(name)
                table = np.full((1 + len(agents), *np.shape(expected)), self.one * 0)
                table[0] = self.one
                table[1 + k] = expected
                factors.append(potential([self.number[p] for p in d.parents(name)], table))
        self.tree = JunctionTree(factors, self.sizes, self.one) if factors else None

    def _rule_or_cpd(self, name: str) -> Array:
        if self.d.kind(name) != "decision":
            return self.s.cpd(name, self.d.parents(name))
        count = len(self.s.domains[name])
        shape = [*(len(self.s.domains[p]) for p in self.d.parents(name)), count]
        return np.full(shape, self.one / count)

    def _weigh(self, probability: Array) -> Array:
        table = np.full((1 + len(self.agents), *probability.shape), self.one * 0)
        table[0] = probability
        return table

    def improve(self, decision: str) -> Rule:
        """Replace the decision's rule by an optimal one, and return it."""
        assert self.tree is not None
        parents = self.d.parents(decision)
        scope = [self.number[parent] for parent in (*parents, decision)]
        agent = self.agents.index(str(self.d.agent_of(decision)))
        belief = self.tree.belief(scope, self.factor[decision])
        rule = _best(self.s, decision, parents, belief[0], belief[1 + agent])
        order = sorted(range(len(scope)), key=scope.__getitem__)
        hits = rule.choice[..., None] == np.arange(len(rule.actions))
        table = np.where(hits, self.one, self.one * 0)
        self.tree.replace(
            self.factor[decision], self._weigh(table).transpose([0, *(1 + k for k in order)])
        )
        return rule


def _best(
    s: SCIM, decision: str, parents: tuple[str, ...], probability: Array, weighted: Array
) -> Rule:
    """Return the rule that maximises weighted utility, with all ties."""
    domains = [tuple(s.domains[parent]) for parent in parents]
    actions = tuple(s.domains[decision])
    if s.arithmetic == FLOAT:
        best = weighted.max(axis=-1, keepdims=True)
        mass = probability.sum(axis=-1, keepdims=True)
        scale = np.abs(weighted).max(axis=-1, keepdims=True) + 1e-300
        optimal = (weighted >= best - TIE * scale) | (mass <= 0)
        reachable = mass[..., 0] > 0
    elif s.arithmetic == EXACT:
        best = np.maximum.reduce(weighted, axis=-1, keepdims=True)
        optimal = np.asarray(weighted == best, dtype=bool)
        reachable = np.asarray(probability.sum(axis=-1) > 0, dtype=bool)
    else:
        raise ScopeError(
            "The model has free parameters, so an optimal action is a function of them: use "
            "cid.symbolic_policy, or give numbers with at({...})."
        )
    choice = np.asarray(optimal.argmax(axis=-1))
    return Rule(decision, parents, domains, actions, choice, optimal, reachable)


def _players(s: SCIM, agent: str | None) -> tuple[str, ...]:
    playing = tuple(a for a in s.diagram.agents if s.diagram.decisions_of(a))
    if agent is None:
        return playing or s.diagram.agents
    s.diagram.check_agent(agent)
    others = [a for a in playing if a != agent]
    if others:
        raise ScopeError(
            f"The decisions of {', '.join(map(repr, others))} have no rules. Fix them with "
            "with_policy({...}) to find a best response, or solve the game with agent=None."
        )
    return (agent,)


def solve(s: SCIM, agent: str | None = None) -> Solution:
    """Return an optimal policy of a soluble model.

    Parameters
    ----------
    s : SCIM
        The model. Every decision without a rule is solved.
    agent : str, optional
        Whose utilities count. By default the only agent with decisions; with several, an
        equilibrium by backward induction, and ``value`` is a mapping from agents.

    Returns
    -------
    Solution

    Raises
    ------
    ScopeError
        If the decisions cannot be ordered (insufficient recall), or the model has free parameters.

    Notes
    -----
    Time and memory are governed by the largest clique of a min-fill junction tree over decisions,
    requisite observations and the nodes between them and the utilities.
    """
    players = _players(s, agent)
    several = len(players) > 1
    d = requisite_graph(s.diagram) if s.diagram.decisions else s.diagram
    order = solve_order(d)
    tree = _Tree(s, d, players)
    policy: dict[str, Rule] = {}
    for name in order:
        if name in tree.number:
            policy[name] = tree.improve(name)
        else:
            policy[name] = _anything(s, name)
    values = _total(tree)
    return Solution(
        {name: policy[name] for name in s.diagram.decisions},
        dict(zip(players, values, strict=True)) if several else values[0],
        "optimal",
        "backward induction",
        ", ".join(players),
    )


def _anything(s: SCIM, decision: str) -> Rule:
    """Return the rule of a decision that no utility depends on: every action is optimal."""
    actions = tuple(s.domains[decision])
    yes = np.ones(len(actions), dtype=bool)
    return Rule(decision, (), (), actions, np.array(0), yes, np.array(True))


def _total(tree: _Tree) -> list[Any]:
    if tree.tree is None:
        return [tree.one * 0 for _ in tree.agents]
    probability, *weighted = tree.tree.total()
    assert is_zero(probability - 1) or abs(float(probability) - 1) < 1e-6
    return [float(w) if isinstance(w, float) else w for w in weighted]


def expected_utility(s: SCIM, policy: Policy | None = None, agent: str | None = None) -> Any:
    """Return the expected utility of a policy.

    Parameters
    ----------
    s : SCIM
        The model.
    policy : mapping from decision to rule
        Rules for all decisions that have none in the model.
    agent : str, optional
        Whose utility; with several agents it must be named.

    Raises
    ------
    ModelError
        If a decision is left without a rule.
    """
    fixed = s.with_policy(policy) if policy else s
    if fixed.diagram.decisions:
        raise ScopeError(
            f"{fixed.diagram.decisions[0]!r} has no rule. Give one in the policy, or solve() first."
        )
    agents = fixed.diagram.agents
    if agent is None and len(agents) > 1:
        raise ScopeError(f"Name the agent whose utility is meant: {', '.join(map(repr, agents))}.")
    chosen = agents[0] if agent is None else fixed.diagram.check_agent(agent)
    return _total(_Tree(fixed, fixed.diagram, (chosen,)))[0]
