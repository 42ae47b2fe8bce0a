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

from itertools import pairwise
from typing import Any

import networkx as nx

from cid.diagram import CID
from cid.engine.numbers import SYMBOLIC
from cid.errors import CIDTypeError, ScopeError, shorten
from cid.model.guards import check_model, check_rules
from cid.model.interface import Model, Policy
from cid.model.query import expectation
from cid.model.rule import Rule
from cid.solving.branching import solve_by_branching
from cid.solving.enumeration import solve_by_enumeration
from cid.solving.limid import solve_by_updating
from cid.solving.solution import Solution
from cid.solving.tree import Tree, anything
from cid.structure.agents import only_player, players, which_agent
from cid.structure.graph import adjacency
from cid.structure.relevance import relevance_graph, relevance_order, sufficient_recall
from cid.structure.requisite import requisite_graph
from cid.structure.subgames import relevance_components

__all__ = ["expected_utility", "solve"]


def _players(s: Model, agent: str | None) -> tuple[str, ...]:
    if agent is None:
        return players(s.diagram)
    return (only_player(s.diagram, agent, "A best response", ", or solve the game, agent=None"),)


METHODS = ("enumeration", "branch and bound", "spu")
"""Methods for one agent that forgets, besides the one that is chosen by itself."""


def solve(s: Model, agent: str | None = None, method: str | None = None) -> Solution:
    """Return an optimal policy.

    Parameters
    ----------
    s : SCIM
        The model. Every decision without a rule is solved.
    agent : str, optional
        Whose utilities count. By default the only agent with decisions; with several, an
        equilibrium by backward induction, and ``value`` is a mapping from agents.
    method : {"enumeration", "branch and bound", "spu"}, optional
        For one agent that forgets: :func:`cid.solve_by_enumeration`,
        :func:`cid.solve_by_branching`, or single policy updating, :func:`cid.solve_by_updating`,
        which promises a local optimum only.

    Returns
    -------
    Solution
        Its ``method`` says how it was found: by backward induction where the diagram is soluble;
        otherwise, for one agent, by :func:`cid.solve_by_enumeration`, which tries up to 20,000
        joint rules and can be told to try more.

    Raises
    ------
    ScopeError
        If the model has free parameters; if an insoluble model has too many rules to enumerate; or
        if the decisions of a game rely on each other, so that backward induction has no beginning.

    Notes
    -----
    Time and memory are governed by the largest clique of a min-fill junction tree over decisions,
    requisite observations and the nodes between them and the utilities.
    """
    players = _players(check_model(s, "solve"), agent)
    if method is not None:
        return _by_method(s, agent, method)
    several = len(players) > 1
    order, left = _order(s.diagram)
    if left and not several:
        return solve_by_enumeration(s, agent=players[0])
    d = requisite_graph(s.diagram) if not left or sufficient_recall(s.diagram) else s.diagram
    if left:
        order, left = _order(d)
    if left:
        groups = [group for group in relevance_components(d) if len(group) > 1]
        raise ScopeError(
            "The game has no order of backward induction: decisions rely on each other's rules "
            f"({'; '.join(', '.join(group) for group in groups)}). Use cid.pure_equilibria, or fix "
            "a rule with with_policy({...})."
        )
    tree = Tree(s, d, players)
    policy = _rules(s, d, tree, order)
    if s.arithmetic == SYMBOLIC:  # then whatever decisions there are do not matter
        s = s.with_policy(policy)
        values = [expected_utility(s, agent=a) for a in players]
    else:
        values = tree.total()
    return Solution(
        {name: policy[name] for name in d.decisions},
        dict(zip(players, values, strict=True)) if several else values[0],
        "equilibrium" if several else "optimal",
        "backward induction",
        ", ".join(players),
    )


def _by_method(s: Model, agent: str | None, method: str) -> Solution:
    if not isinstance(method, str):
        raise CIDTypeError(f"method is the name of one, not {shorten(method)}.")
    if method == "enumeration":
        return solve_by_enumeration(s, agent)
    if method == "branch and bound":
        return solve_by_branching(s, agent)
    if method == "spu":
        return solve_by_updating(s, agent)
    raise CIDTypeError(
        f"The method is one of {', '.join(map(repr, METHODS))}, not {shorten(method)}. Without one "
        "it is backward induction where that has a beginning, or else enumeration."
    )


def _order(d: CID) -> tuple[list[str], bool]:
    """Return the decisions in solve order, and whether some are left over.

    An order of a diagram is one of its reduction as well: a rule that is irrelevant stays so when a
    nonrequisite link is removed.
    """
    order, left = relevance_order(d, adjacency(d), [d.numbered.index[name] for name in d.decisions])
    return [d.nodes[i] for i in order], bool(left)


def _rules(s: Model, d: CID, tree: Tree, order: list[str]) -> dict[str, Rule]:
    """Solve the decisions one by one.

    A rule that is in place already can make contexts of a later decision impossible. Where that
    decision does not rely on the rule, the rule is set aside meanwhile, so that what is best is
    known in these contexts as well.
    """
    place = {name: k for k, name in enumerate(s.diagram.topological_order)}
    backwards = all(place[a] > place[b] for a, b in pairwise(order))
    relevance = None if backwards else relevance_graph(d)
    policy: dict[str, Rule] = {}
    for name in order:
        if name not in tree.number:
            policy[name] = anything(s, name)
            continue
        above = set() if relevance is None else set(d.ancestors(name)) & set(policy)
        if relevance is not None:
            above -= nx.ancestors(relevance, name)
        for other in above:
            tree.clear(other)
        policy[name] = tree.improve(name)
        for other in above:
            tree.put(other, policy[other].choice)
    return policy


def expected_utility(s: Model, policy: Policy | None = None, agent: str | None = None) -> Any:
    """Return the expected utility of a policy.

    Parameters
    ----------
    s : SCIM
        The model.
    policy : mapping from decision to rule
        Rules for all decisions that have none in the model.
    agent : str, optional
        Whose utility; with several agents it must be named.

    Returns
    -------
    Fraction, float or sympy expression
        With free parameters, the shortest of the expanded and the factored form.

    Raises
    ------
    ModelError
        If a decision is left without a rule.
    """
    check_model(s, "expected_utility")
    fixed = s.with_policy(policy) if policy is not None else s
    check_rules(fixed)
    chosen = which_agent(fixed.diagram, agent, "Expected utility")
    if fixed.arithmetic == SYMBOLIC:
        from cid.engine.field import tidy  # symbolic solving builds on this module

        return tidy(expectation(fixed, fixed.diagram.utilities_of(chosen)))
    return Tree(fixed, fixed.diagram, (chosen,)).total()[0]
