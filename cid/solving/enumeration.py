"""Insoluble models of one agent: exact optima by enumerating as few rules as possible.

When an agent forgets what it knew, its decisions rely on each other's rules and backward induction
has no beginning. Deterministic rules still suffice, since expected utility is linear in each rule,
so the optimum can be found by trying them. Three things keep the number small:

- a nonrequisite information link is ignored by some optimal policy, in insoluble models too
  (Lauritzen and Nilsson 2001 [1]_), and is dropped first;
- only decisions whose removal breaks every cycle of the relevance graph are enumerated; given
  their rules the others are solved by backward induction;
- a rule is enumerated on the contexts that can come up at all.

What is left may still be too much. The number of rules is counted beforehand, and an error names it
and the bound when it is.

.. [1] S. L. Lauritzen, D. Nilsson. "Representing and Solving Decision Problems with Limited
   Information". Management Science 47(9), 2001.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import networkx as nx
import numpy as np

from cid.diagram import CID
from cid.engine.numbers import EXACT, FLOAT, TIE
from cid.errors import SizeError
from cid.model.guards import check_limit, check_model, check_numbers
from cid.model.interface import Model
from cid.model.rule import Rule
from cid.solving.solution import Solution
from cid.solving.tree import USUAL_LIMIT, Tree, anything
from cid.structure.agents import only_player
from cid.structure.dseparation import d_separated
from cid.structure.relevance import relevance_graph

__all__ = [
    "MAX_RULES",
    "Enumerated",
    "choices",
    "count_rules",
    "one_agent",
    "reduced",
    "solve_by_enumeration",
    "utility_size",
]

Array = np.ndarray[Any, Any]

MAX_RULES = USUAL_LIMIT
"""Joint rules that are tried before an error says how many there are."""

SIEVE = 1e-6
"""Values that are closer in floating point, relative to the utilities, are told apart exactly."""

Rows = tuple[Array, ...]
"""One rule for each enumerated decision."""

_MAX_DECISIONS = 16  # within one cycle of relevance; the subsets of more are not searched


def reduced(d: CID, agent: str, keep: Iterable[tuple[str, str]] = ()) -> CID:
    """Return the diagram without nonrequisite links, one deleted at a time.

    Links in `keep` stay. That a link is nonrequisite means that whatever the other rules are, what
    an action is worth does not depend on it, so it stays so where some actions are ruled out.
    """
    kept = set(keep)
    while True:
        for decision in d.decisions:
            below = d.descendants(decision)
            targets = [u for u in d.utilities_of(agent) if u in below]
            family = (*d.parents(decision), decision)
            gone = next(
                (
                    parent
                    for parent in d.parents(decision)
                    if (parent, decision) not in kept
                    and d_separated(d, parent, targets, [n for n in family if n != parent])
                ),
                None,
            )
            if gone is not None:
                d = d.without_edges([(gone, decision)])
                break
        else:
            return d


@dataclass(frozen=True)
class Enumerated:
    """The deterministic rules of one decision, on the contexts that can come up.

    Attributes
    ----------
    decision : str
        Whose rules.
    reachable : ndarray of bool, shape (size of each parent...)
        Contexts of positive probability when every decision without a rule acts at random.
    actions : int
        The number of actions.
    """

    decision: str
    reachable: Array
    actions: int

    @property
    def count(self) -> int:
        """How many rules there are."""
        return int(self.actions ** int(self.reachable.sum()))

    def rule(self, picks: Sequence[int]) -> Array:
        """Return the rule that takes these actions in the contexts that can come up."""
        choice = np.zeros(self.reachable.shape, dtype=np.intp)
        choice[self.reachable] = picks
        return choice

    def all(self) -> Iterator[Array]:
        """Iterate over the rules: the action's position in each context."""
        for picks in itertools.product(range(self.actions), repeat=int(self.reachable.sum())):
            yield self.rule(picks)


def choices(tree: Tree, decision: str) -> Enumerated:
    """Return the rules of a decision in a tree whose open decisions act at random."""
    reachable = np.asarray(tree.mass(decision) > 0, dtype=bool)
    return Enumerated(decision, reachable, len(tree.s.domains[decision]))


def count_rules(
    rules: Sequence[Enumerated], limit: int, what: str, tried: int = 0, hint: str = ""
) -> int:
    """Return the number of joint rules, or raise if with those tried before it exceeds the bound.

    Raises
    ------
    ScopeError
        With the number and the bound.
    """
    count = math.prod(r.count for r in rules)
    if tried + count > limit:
        listed = ", ".join(f"{r.decision} {_many(r.count)}" for r in rules)
        before = f" after {_many(tried)} others" if tried else ""
        raise SizeError(
            f"{what} would try {_many(count)} joint rules ({listed}){before}; the bound is "
            f"{limit:,}. Remove observations or actions that are not needed, fix a rule with "
            f"with_policy({{...}}), or raise its bound with limit=...{hint}"
        )
    return count


def _many(count: int) -> str:
    return f"{count:,}" if count < 10**12 else f"10^{int(math.log10(count))}"


def _breakers(relevance: nx.DiGraph[str], cost: Mapping[str, float]) -> list[str]:
    """Return the cheapest decisions without which the relevance graph is acyclic.

    `cost` is the logarithm of a decision's number of rules.
    """
    found: list[str] = []
    for group in nx.strongly_connected_components(relevance):
        if len(group) == 1:
            continue
        inside = relevance.subgraph(group)
        if len(group) > _MAX_DECISIONS:
            raise SizeError(
                f"{len(group)} decisions rely on each other ({', '.join(sorted(group)[:6])}, ...). "
                f"Enumeration looks for the cheapest to try among at most {_MAX_DECISIONS}. Add "
                "recall links, or fix rules with with_policy({...})."
            )
        subsets = (
            chosen
            for size in range(1, len(group))
            for chosen in itertools.combinations(sorted(group), size)
            if nx.is_directed_acyclic_graph(inside.subgraph(group - set(chosen)))
        )
        found += min(subsets, key=lambda chosen: sum(cost[name] for name in chosen))
    return found


def solve_by_enumeration(s: Model, agent: str | None = None, limit: int = MAX_RULES) -> Solution:
    """Return an optimal policy of a model that need not be soluble, by trying rules.

    Parameters
    ----------
    s : SCIM
        The model; the decisions without rules belong to one agent.
    agent : str, optional
        That agent.
    limit : int
        Joint rules that are tried at most.

    Returns
    -------
    Solution
        ``optima`` lists the optimal policies by the rules of the decisions that were enumerated:
        where rules have to fit each other, several conventions can be equally good, and an action
        is optimal given one of them.

    Raises
    ------
    ScopeError
        If there are more rules than `limit`, several agents have open decisions, or the model has
        free parameters.

    Examples
    --------
    The earlier self sees W and writes a note, which is all that the later self reads.

    >>> import cid
    >>> from fractions import Fraction
    >>> d = cid.CID.parse("W -> D1 -> N -> D2 -> U; W -> U", "D1 D2", "U")
    >>> s = cid.SCIM(
    ...     d,
    ...     {"D1": (0, 1), "D2": (0, 1)},
    ...     {
    ...         "W": {0: Fraction(1, 2), 1: Fraction(1, 2)},
    ...         "N": lambda D1: D1,
    ...         "U": lambda W, D2: int(W == D2),
    ...     },
    ... )
    >>> solution = cid.solve_by_enumeration(s)
    >>> solution.value, len(solution.optima)
    (Fraction(1, 1), 2)
    """
    chosen = one_agent(check_model(s, "solve_by_enumeration"), agent, "Enumeration")
    check_limit(limit)
    d = reduced(s.diagram, chosen)
    tree = Tree(s, d, (chosen,))
    open_ = [name for name in d.decisions if name in tree.number]
    rules = {name: choices(tree, name) for name in open_}
    relevance = relevance_graph(d).subgraph(open_)
    tried = _breakers(relevance, {n: float(np.log(r.count)) for n, r in rules.items()})
    hint = " For one agent there are solve(method='branch and bound') and solve(method='spu')."
    count = count_rules(
        [rules[name] for name in tried], limit, "cid.solve_by_enumeration", hint=hint
    )
    rest = relevance.subgraph([name for name in open_ if name not in tried])
    order = list(nx.lexicographical_topological_sort(rest, key=open_.index))
    every: Iterable[Rows] = itertools.product(*(rules[name].all() for name in tried))
    count_left = count
    if tried and s.arithmetic == EXACT:  # a sieve in floating point spares most of the fractions
        rough = Tree(s, d, (chosen,), kind=FLOAT)
        rough.check_passes(count * (1 + len(order)), limit)
        _, close = _search(rough, tried, every, order, SIEVE * utility_size(s, chosen))
        every, count_left = close, len(close)
    tree.check_passes(count_left * (1 + len(order)), limit)
    slack = TIE * utility_size(s, chosen) if s.arithmetic == FLOAT else 0
    best, found = _search(tree, tried, every, order, slack)
    optima = tuple(_policy(s, tree, tried, rows, order) for rows in found)
    policy = optima[0]
    if tried:
        method = f"enumeration of {count:,} rules of {', '.join(tried)}"
        method += ", backward induction for the rest" if order else ""
    else:
        method, optima = "backward induction on the minimal reduction", ()
    return Solution(policy, best, "optimal", method, chosen, optima)


def utility_size(s: Model, agent: str) -> float:
    """Return how large the agent's utility can be."""
    own = s.diagram.utilities_of(agent)
    return float(sum(np.abs(s.utility_values(name)).max() for name in own)) or 1.0


def one_agent(s: Model, agent: str | None, asking: str) -> str:
    """Return the agent whose decisions are open, or raise unless its rules can be compared.

    Raises
    ------
    MissingRuleError
        If several agents have open decisions.
    ParameterError
        If the model has free parameters.
    """
    chosen = only_player(s.diagram, agent, asking, ", or use cid.pure_equilibria")
    check_numbers(s, "rules are compared by number")
    return chosen


def _search(
    tree: Tree, tried: list[str], every: Iterable[Rows], order: list[str], slack: float
) -> tuple[Any, list[Rows]]:
    """Return the best value, and the enumerated rules that come within some slack of it."""
    values: list[tuple[Any, Rows]] = []
    best: Any = None
    for rows in every:
        _settle(tree, tried, rows, order)
        value = tree.total()[0]
        if best is None or value > best:
            best = value
        if value >= best - slack:
            values.append((value, rows))
    return best, [rows for value, rows in values if value >= best - slack]


def _settle(
    tree: Tree, tried: list[str], rows: Sequence[Array], order: list[str]
) -> dict[str, Rule]:
    """Put the enumerated rules, and solve the rest from scratch."""
    for name in order:
        tree.clear(name)
    for name, row in zip(tried, rows, strict=True):
        tree.put(name, row)
    return {name: tree.improve(name) for name in order}


def _policy(
    s: Model, tree: Tree, tried: list[str], rows: Sequence[Array], order: list[str]
) -> dict[str, Rule]:
    policy = _settle(tree, tried, rows, order)
    for name, row in zip(tried, rows, strict=True):
        tree.clear(name)  # so that what each action is worth is seen in every context
        given = tree.best(name)
        tree.put(name, row)
        policy[name] = Rule(
            name, given.parents, given.domains, given.actions, row, given.optimal, given.reachable
        )
    return {
        name: policy[name] if name in policy else anything(s, name) for name in s.diagram.decisions
    }
