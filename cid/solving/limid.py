"""Agents that forget, too large to enumerate: single policy updating, and a bound from above.

*Single policy updating* improves one rule at a time, the others held fixed, until no rule can be
improved by itself (Lauritzen and Nilsson 2001 [1]_). Where decisions rely on each other that is a
*local* optimum: better ones may need two rules to change at once. Several starts, the uniform rules
first and then random ones, find better ones.

How much can be missed is bounded from above. An agent that remembers can do at least as well, its
diagram is soluble, and its value is found by backward induction (Nilsson and Höhle 2001 [2]_). If
the bound is met the policy is optimal.

.. [1] S. L. Lauritzen, D. Nilsson. "Representing and Solving Decision Problems with Limited
   Information". Management Science 47(9), 2001.
.. [2] D. Nilsson, M. Höhle. "Computing Bounds on Expected Utilities for Optimal Policies Based on
   Limited Information". Dina Research Report 94, 2001.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from cid.diagram import CID
from cid.engine.numbers import EXACT, FLOAT, TIE, array
from cid.engine.order import min_fill
from cid.errors import CIDTypeError, shorten
from cid.model.guards import check_limit, check_model
from cid.model.interface import Model
from cid.solving.enumeration import one_agent, reduced, utility_size
from cid.solving.solution import Solution
from cid.solving.tree import Tree, relevant
from cid.structure.recall import with_recall
from cid.structure.relevance import solve_order
from cid.structure.requisite import requisite_graph

__all__ = ["MAX_TABLE", "best_start", "solve_by_updating", "upper_bound"]

Array = np.ndarray[Any, Any]
Choices = dict[str, Array]
"""A deterministic rule for each decision: the action's position in each context."""

MAX_TABLE = {FLOAT: 1 << 18, EXACT: 1 << 10}
"""Entries of the largest table for which an agent that remembers is solved, by arithmetic."""

_WEIGHTS = 9  # random rules give each action a weight from one to this


def solve_by_updating(
    s: Model, agent: str | None = None, starts: int = 8, seed: int = 0
) -> Solution:
    """Return a policy that no change of a single rule improves, with a bound on what is missed.

    Parameters
    ----------
    s : SCIM
        The model; the decisions without rules belong to one agent.
    agent : str, optional
        That agent.
    starts : int
        How many times updating is begun: from uniform rules, then from random ones.
    seed : int
        Of the random rules.

    Returns
    -------
    Solution
        Its ``status`` is ``"optimal"`` where the bound is met, otherwise ``"local optimum"``; its
        ``bound`` is what no policy exceeds, or None where an agent that remembers is too large to
        solve.

    Raises
    ------
    MissingRuleError
        If several agents have open decisions.
    ParameterError
        If the model has free parameters.

    Examples
    --------
    A note to oneself, whose meaning both selves have to agree on:

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
    >>> solution = cid.solve_by_updating(s)
    >>> solution.value, solution.status, solution.bound
    (Fraction(3, 4), 'local optimum', Fraction(1, 1))
    >>> solution.method
    'single policy updating, best of 8 starts'
    """
    chosen = one_agent(check_model(s, "solve_by_updating"), agent, "Single policy updating")
    _check_starts(starts, seed)
    d = reduced(s.diagram, chosen)
    tree = Tree(s, d, (chosen,))
    value, choices = best_start(tree, starts, seed)
    bound = upper_bound(s, d, chosen)
    slack = TIE * utility_size(s, chosen) if s.arithmetic == FLOAT else 0
    met = bound is not None and value >= bound - slack
    plural = "s" if starts > 1 else ""
    return Solution(
        tree.profile(choices),
        value,
        "optimal" if met else "local optimum",
        f"single policy updating, best of {starts} start{plural}",
        chosen,
        bound=bound,
    )


def _check_starts(starts: object, seed: object) -> None:
    check_limit(starts, "starts")
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise CIDTypeError(f"seed is a whole number that is not negative, not {shorten(seed)}.")


def best_start(tree: Tree, starts: int, seed: int) -> tuple[Any, Choices]:
    """Return the best local optimum that updating reaches, and its value."""
    rng = np.random.default_rng(seed)
    last_first = [n for n in reversed(tree.d.topological_order) if n in tree.number]
    order = [name for name in last_first if tree.d.kind(name) == "decision"]
    slack = TIE * utility_size(tree.s, tree.agents[0]) if tree.kind == FLOAT else 0
    best: tuple[Any, Choices] | None = None
    for start in range(starts):
        for name in order:
            tree.clear(name)
            if start:
                tree.mix(name, _random_rule(tree, name, rng))
        found = _update(tree, order, slack)
        if best is None or found[0] > best[0] + slack:
            best = found
    assert best is not None
    return best


def _random_rule(tree: Tree, decision: str, rng: np.random.Generator) -> Array:
    """Return a rule that takes every action with some probability."""
    shape = [len(tree.s.domains[name]) for name in (*tree.d.parents(decision), decision)]
    weights = rng.integers(1, _WEIGHTS + 1, shape)
    exact = np.frompyfunc(Fraction, 2, 1)(weights, weights.sum(axis=-1, keepdims=True))
    return array(exact, tree.kind)


def _update(tree: Tree, order: list[str], slack: float) -> tuple[Any, Choices]:
    """Improve one rule after the other, from those in place, until none can be improved.

    A rule that is still among the best ones stays, so that equally good rules do not take turns.
    """
    choices: Choices = {}
    value: Any = None
    while True:
        for name in order:
            tree.clear(name)
            best = tree.best(name)
            choice = best.choice
            if name in choices:
                stays = np.take_along_axis(best.optimal, choices[name][..., None], axis=-1)
                choice = np.where(stays[..., 0], choices[name], choice)
            tree.put(name, choice)
            choices[name] = choice
        new = tree.total()[0]
        if value is not None and new <= value + slack:
            return new, choices
        value = new


def upper_bound(s: Model, d: CID, agent: str) -> Any:
    """Return what an agent that remembers would earn, or None if that takes too large a table.

    It is asked what an agent earns that knows what its earlier decisions knew and did, and if that
    takes too large a table, what one earns that sees all that came before.
    """
    for everything in (False, True):
        wide = requisite_graph(with_recall(d, everything))
        if largest_table(s, wide, agent) <= MAX_TABLE[s.arithmetic]:
            tree = Tree(s, wide, (agent,))
            for name in solve_order(wide):
                if name in tree.number:
                    tree.improve(name)
            return tree.total()[0]
    return None


def largest_table(s: Model, d: CID, agent: str) -> float:
    """Return how many entries the largest table of a junction tree would have."""
    nodes = relevant(d, (agent,))
    number = {name: k for k, name in enumerate(n for n in nodes if d.kind(n) != "utility")}
    sizes = [len(s.domains[name]) for name in number]
    scopes = [[number[n] for n in (*d.parents(name), name) if n in number] for name in nodes]
    cliques = [(i, *near) for i, near in min_fill(scopes, sizes)]
    return max((math.prod(float(sizes[i]) for i in clique) for clique in cliques), default=1.0)
