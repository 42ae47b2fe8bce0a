"""Small causal influence models, and every incentive concept evaluated on them by its definition.

A :class:`Model` puts exact numbers on a diagram: each node but the agent's decisions has a table of
its parents and a finite noise variable. Noise weights and utilities are integers, so that expected
utilities are integers too (not divided by the total weight) and compare exactly. All deterministic
policies are evaluated at once, as arrays with one row per policy and one column per noise state.

Graphs are read for nothing but parents. No criterion, path or separation enters here.
"""

from graphlib import TopologicalSorter
from itertools import product

import numpy as np


class Model:
    """A diagram with tables.

    Parameters
    ----------
    d : CID
        The diagram.
    decisions : sequence of str
        The decisions of the agent in question.
    tables : mapping from str to array
        For every other node its value, by context (the parents' values, first parent slowest) and
        noise. Decisions of other agents are among these nodes.
    sizes : mapping from str to int, optional
        How many values a node has, 2 unless said otherwise. A utility has the four values 0 to 3.
    weights : mapping from str to array, optional
        How likely the values of a node's noise are; equally likely unless said otherwise.
    """

    def __init__(self, d, decisions, tables, sizes=None, weights=None):
        self.decisions = tuple(decisions)
        self.utilities = d.utilities_of(d.agent_of(decisions[0]))
        self.parents = {v: d.parents(v) for v in d.nodes}
        self.sizes = self.all_sizes(d, sizes)
        self.tables = tables
        levels = [tables[v].shape[1] for v in tables]
        states = np.array(list(product(*map(range, levels)))).reshape(-1, len(levels))
        self.noise = dict(zip(tables, states.T, strict=True))
        self.weight = np.ones(len(states), dtype=np.int64)
        for v, weight in (weights or {}).items():
            self.weight *= weight[self.noise[v]]

    @staticmethod
    def all_sizes(d, sizes):
        return dict.fromkeys(d.nodes, 2) | (sizes or {}) | dict.fromkeys(d.utilities, 4)

    @classmethod
    def random(cls, d, decisions, rng, sizes=None):
        """Draw tables and weights; half of the chance nodes have noise of two values."""
        size = cls.all_sizes(d, sizes)
        tables, weights = {}, {}
        for v in d.nodes:
            if v not in decisions:
                levels = 1 if v in d.utilities else int(rng.integers(1, 3))
                contexts = int(np.prod([size[p] for p in d.parents(v)], dtype=int))
                tables[v] = rng.integers(0, size[v], (contexts, levels))
                weights[v] = rng.integers(1, 4, levels)
        return cls(d, decisions, tables, sizes, weights)

    # ---- running the model -------------------------------------------------------------------

    def contexts(self, node, parents):
        """Count the joint values of a node's parents."""
        return int(np.prod([self.sizes[p] for p in parents[node]], dtype=np.int64))

    def context(self, values, names, shape=(1, 1)):
        """Number the joint values of some nodes."""
        number = np.zeros(shape, dtype=np.int64)
        for v in names:
            number = number * self.sizes[v] + values[v]
        return number

    def policies(self, parents=None):
        """Return all joint deterministic policies: {decision: array (policies, contexts)}."""
        rules = []
        for v in self.decisions:
            size, contexts = self.sizes[v], self.contexts(v, parents or self.parents)
            numbers = np.arange(size**contexts)[:, None]
            rules.append(numbers // size ** np.arange(contexts) % size)
        picks = np.meshgrid(*(np.arange(len(rule)) for rule in rules), indexing="ij")
        return {
            v: rule[pick.ravel()]
            for v, rule, pick in zip(self.decisions, rules, picks, strict=True)
        }

    def run(self, policies, do=None, parents=None):
        """Return the value of every node: {node: array (policies, noise states)}."""
        parents, do = parents or self.parents, do or {}
        rows = np.arange(len(policies[self.decisions[0]]))[:, None]
        values = {}
        for v in TopologicalSorter(parents).static_order():
            if v in do:
                found = do[v]
            elif v in self.tables:
                found = self.tables[v][self.context(values, parents[v]), self.noise[v]]
            else:
                found = policies[v][rows, self.context(values, parents[v])]
            values[v] = np.broadcast_to(found, (len(rows), len(self.weight)))
        return values

    def total(self, values):
        """Return the agent's utility."""
        return np.sum([values[u] for u in self.utilities], axis=0)

    def value(self, values):
        """Return the expected utility of each policy."""
        return self.total(values) @ self.weight

    def best(self, parents=None):
        """Return the value of an optimal policy; `parents` may differ at the decisions."""
        return int(self.value(self.run(self.policies(parents), parents=parents)).max())

    def solve(self):
        """Keep the optimal policies and what happens under them."""
        policies = self.policies()
        value = self.value(self.run(policies))
        keep = value == value.max()
        self.optimal = {v: rule[keep] for v, rule in policies.items()}
        self.outcome = self.run(self.optimal)
        return self

    def by_cell(self, cell, numbers):
        """Add up weighted numbers (policies, noise states) within each policy and cell."""
        rows, size = len(cell), int(cell.max()) + 1
        cell = cell + np.arange(rows)[:, None] * size
        weights = (numbers * self.weight).ravel()
        return np.bincount(cell.ravel(), weights, rows * size).reshape(rows, size)

    # ---- the definitions ---------------------------------------------------------------------

    def voi(self, decision, node):
        """V* with the information link less V* without."""
        rest = tuple(p for p in self.parents[decision] if p != node)
        linked = self.best({**self.parents, decision: (*rest, node)})
        return linked - self.best({**self.parents, decision: rest})

    def voc(self, node):
        """The best gain from a soft intervention, a new function of the node's own inputs.

        Given a policy the best function is found input by input, since the node's inputs do not
        depend on what it is set to.
        """
        policies = self.policies()
        plain = self.run(policies)
        inputs = self.context(plain, self.parents[node], plain[node].shape) * 2 + self.noise[node]
        forced = [
            self.by_cell(inputs, self.total(self.run(policies, {node: x})))
            for x in range(self.sizes[node])
        ]
        controlled = np.max(forced, axis=0).sum(axis=1)
        return int(controlled.max()) - int(self.value(plain).max())

    def responds(self, decision, node):
        """Does every optimal policy respond to the node?"""
        moved = [
            self.run(self.optimal, {node: x})[decision] != self.outcome[decision]
            for x in range(self.sizes[node])
        ]
        return bool(np.any(moved, axis=(0, 2)).all())

    def controls(self, decision, node):
        """Is there an instrumental control incentive in some context of positive probability?

        That is, a context in which for every optimal policy some action d has
        E[U with the node as under d | context] unlike E[U | context].
        """
        shape = self.outcome[node].shape
        context = self.context(self.outcome, self.parents[decision], shape)
        usual = self.total(self.outcome)
        differs = []
        for action in range(self.sizes[decision]):
            shifted = self.run(self.optimal, {decision: action})[node]
            nested = self.total(self.run(self.optimal, {node: shifted}))
            differs.append(self.by_cell(context, nested - usual) != 0)
        return bool(np.any(differs, axis=0).all(axis=0).any())

    def impacts(self, decision, node, action):
        """Does every optimal policy move the node, against always taking one action?

        The distance is the discrete one and the threshold any below the least attainable mean.
        """
        baseline = {**self.optimal, decision: np.full_like(self.optimal[decision], action)}
        return bool((self.outcome[node] != self.run(baseline)[node]).any(axis=1).all())
