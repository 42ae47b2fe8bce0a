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

from typing import Any

from cid.errors import ScopeError
from cid.model.rule import Rule
from cid.model.scim import SCIM, Policy
from cid.solve.enumeration import solve_by_enumeration
from cid.solve.solution import Solution
from cid.solve.tree import Tree, anything
from cid.structure import (
    is_soluble,
    relevance_components,
    requisite_graph,
    solve_order,
    sufficient_recall,
)

__all__ = ["expected_utility", "solve"]


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
    """Return an optimal policy.

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
        Its ``method`` says how it was found: by backward induction where the diagram is soluble;
        otherwise, for one agent, by :func:`cid.solve_by_enumeration`.

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
    players = _players(s, agent)
    several = len(players) > 1
    recall = sufficient_recall(s.diagram)
    if not several and not recall:
        return solve_by_enumeration(s, agent=players[0])
    d = requisite_graph(s.diagram) if recall else s.diagram
    if several and not is_soluble(d):
        groups = [group for group in relevance_components(d) if len(group) > 1]
        raise ScopeError(
            "The game has no order of backward induction: decisions rely on each other's rules "
            f"({'; '.join(', '.join(group) for group in groups)}). Use cid.pure_equilibria, or fix "
            "a rule with with_policy({...})."
        )
    tree = Tree(s, d, players)
    policy: dict[str, Rule] = {}
    for name in solve_order(d):
        policy[name] = tree.improve(name) if name in tree.number else anything(s, name)
    values = tree.total()
    return Solution(
        {name: policy[name] for name in s.diagram.decisions},
        dict(zip(players, values, strict=True)) if several else values[0],
        "equilibrium" if several else "optimal",
        "backward induction",
        ", ".join(players),
    )


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
    return Tree(fixed, fixed.diagram, (chosen,)).total()[0]
