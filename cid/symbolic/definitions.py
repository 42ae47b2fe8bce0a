"""Which incentives a model has: the definitions, with every comparison put as a question.

Each function prepares tables of numbers and returns an algorithm for
:func:`cid.symbolic.explore.explore`. The model has one decision D; rules of other decisions
are mechanisms by now. Policies are deterministic, and "optimal" means optimal in every context that
has positive probability. No criterion on the graph is used.

Numbers are weighted with the probability of their context and not divided by it. In a context of
probability zero they are all zero, so that nothing is better there and nothing differs.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import networkx as nx
import numpy as np

from cid.errors import SizeError
from cid.symbolic.explore import Asker
from cid.symbolic.tables import Factor, Tables, ancestors, descendants

__all__ = ["MAX_RULES", "Algorithm", "control", "impact", "information", "instrumental", "response"]

Array = np.ndarray[Any, Any]
Algorithm = Callable[[Asker], bool]

MAX_RULES = 1024
"""More decision rules than this are not enumerated."""

MAX_TOTALS = 1024
"""Up to so many ways to act and to control are compared one by one."""

MAX_COMPARED = 64
"""Among more numbers than this, none is compared with all others beforehand."""


def _worse(ask: Asker, values: Array, action: int) -> bool:
    """Is some other action better? `values` has one entry for each action."""
    return any(ask.positive(other - values[action]) for other in values)


def _rows(table: Array, last: int = 1) -> Array:
    """Merge all axes but the last ones into one."""
    return table.reshape(-1, *table.shape[table.ndim - last :])


def information(t: Tables, decision: str, node: str) -> Algorithm:
    """Value of information: V* with the link less V* without it is positive.

    That is so iff in some context no single action is best for every value of the node.
    """
    rest = [p for p in t.d.parents(decision) if p != node]
    values = _rows(t.weighted(decision, [*rest, node, decision]), 2)
    actions = range(t.sizes[decision])

    def run(ask: Asker) -> bool:
        return any(
            all(any(_worse(ask, row, action) for row in context) for action in actions)
            for context in values
        )

    return run


def _responding(t: Tables, decision: str, node: str, changed: Array) -> Algorithm:
    """In some context every optimal action makes a change. Shape (context, action, change)."""
    values = _rows(t.weighted(decision, [*t.d.parents(decision), decision]))

    def run(ask: Asker) -> bool:
        return any(
            all(
                _worse(ask, row, action) or any(not ask.zero(c) for c in effects[action])
                for action in range(len(row))
            )
            for row, effects in zip(values, changed, strict=True)
        )

    return run


def instrumental(t: Tables, decision: str, node: str) -> Algorithm:
    """Instrumental control: in some context, for every optimal policy, E[U_{X_d}] != E[U].

    The node takes the value X_d that it has under action d; all else follows from the actual
    action.
    """
    observed = t.d.parents(decision)
    keep = [*observed, decision]
    usual = t.weighted(decision, keep)
    effects = [_nested(t, decision, node, keep, d) - usual for d in range(t.sizes[decision])]
    changed = _rows(np.stack(effects, axis=-1), 2)
    return _responding(t, decision, node, changed)


def _nested(t: Tables, decision: str, node: str, keep: Sequence[str], action: int) -> Array:
    """Return the weighted expectation of U_{X_d} for each context and actual action."""
    d = t.d
    changed = descendants(d, decision) & ancestors(d, [node])
    there = {name: f"{name}'" for name in (*changed, decision)}
    forced = d.without_edges([(p, node) for p in d.parents(node)]) if d.parents(node) else d
    total = t.field.full(tuple(t.sizes[v] for v in keep), t.field.zero)
    for utility in d.utilities_of(str(d.agent_of(decision))):
        actual = ancestors(forced, [utility, *keep])
        needs = node in actual
        copies = changed if needs else set()
        actual |= ancestors(d, set().union(*(d.parents(v) for v in copies)) - changed - {decision})
        factors = [t.certain(there[decision], decision, action)] if copies else []
        for name in actual - {node, decision}:
            if name not in copies:
                factors.append(t.chance(name, {node: there[node]} if needs else None))
        for name in copies:
            if name == node or name not in actual:
                factors.append(t.chance(name, there))
            else:
                factors += t.coupled(name, there)
        scored = there[node] if utility == node else utility
        total = total + t.total([*factors, t.score(utility, scored)], keep)
    return total


def impact(t: Tables, decision: str, node: str, baseline: Array) -> Algorithm:
    """Impact: every optimal policy makes the node differ from its value under the baseline policy.

    `baseline` has the index of an action for each context.
    """
    d = t.d
    observed = d.parents(decision)
    keep = [*observed, decision]
    changed = descendants(d, decision) & ancestors(d, [node])
    there = {name: f"{name}'" for name in (*changed, decision)}
    nodes = ancestors(d, [node, *keep])
    factors = [t.chance(name) for name in nodes - changed - {decision}]
    for name in changed:
        factors += t.coupled(name, there)
    rule = t.rule(decision, observed, baseline)
    factors.append(Factor((*observed, there[decision]), rule.table))
    moved = t.total([*factors, t.differ(node, there[node])], keep)
    return _responding(t, decision, node, _rows(moved)[..., None])


def response(t: Tables, decision: str, node: str) -> Algorithm:
    """Response: under every optimal policy some do(X = x) changes the action at some noise.

    A context and the one that do(X = x) would have put in its place, at the same noise, are
    linked. A policy does not respond iff it does the same at both ends of every link of positive
    probability, so each group of linked contexts can be looked at by itself.
    """
    d = t.d
    observed = d.parents(decision)
    values = _rows(t.weighted(decision, [*observed, decision]))
    links: dict[tuple[int, int], list[Any]] = {}
    for x in range(t.sizes[node]):
        for edge, weight in np.ndenumerate(_linked(t, decision, node, x)):
            if edge[0] != edge[1] and weight:
                links.setdefault((edge[0], edge[1]), []).append(weight)
    graph: nx.Graph[int] = nx.Graph()
    graph.add_edges_from(links)
    groups = [sorted(group) for group in nx.connected_components(graph)]
    actions = range(values.shape[1])
    for group in groups:
        if len(actions) ** len(group) > MAX_RULES:
            raise SizeError(
                f"{len(group)} contexts of {decision!r} are linked by {node!r}, and the rules on "
                f"them number {len(actions)}^{len(group)}; more than {MAX_RULES:,} are not "
                "enumerated. Give numbers to the parameters with at({...})."
            )

    def stays(ask: Asker, rule: dict[int, int]) -> bool:
        """Is the rule optimal and the same at both ends of every link?"""
        return not any(_worse(ask, values[c], action) for c, action in rule.items()) and not any(
            rule[a] != rule[b] and any(ask.positive(w) for w in weights)
            for (a, b), weights in links.items()
            if a in rule and b in rule
        )

    def run(ask: Asker) -> bool:
        return any(
            not any(
                stays(ask, dict(zip(group, rule, strict=True)))
                for rule in itertools.product(actions, repeat=len(group))
            )
            for group in groups
        )

    return run


def _linked(t: Tables, decision: str, node: str, x: int) -> Array:
    """Return the probability of each pair of contexts: as it is, and under do(X = x)."""
    d = t.d
    observed = d.parents(decision)
    above = ancestors(d, observed)
    changed = descendants(d, node) & above
    there = {name: f"{name}'" for name in (*changed, node)}
    copies = [there.get(v, v) for v in observed if v in changed or v == node]
    if not copies:
        count = int(np.prod([t.sizes[v] for v in observed], dtype=int))
        return t.field.full((count, count), t.field.zero)
    factors = [t.chance(name) for name in above - changed]
    for name in changed:
        factors += t.coupled(name, there)
    factors.append(t.certain(there[node], node, x))
    return _pairs(t, factors, observed, there)


def _pairs(
    t: Tables, factors: Sequence[Factor], observed: Sequence[str], there: dict[str, str]
) -> Array:
    """Return the joint table of contexts in both worlds, with unchanged observations repeated."""
    again = {v: there.get(v, f"{v}'") for v in observed}
    same = [
        Factor((v, again[v]), t.field.array(np.eye(t.sizes[v], dtype=int).astype(object)))
        for v in observed
        if v not in there
    ]
    keep = [*observed, *again.values()]
    table = t.total([*factors, *same], keep)
    count = int(np.prod([t.sizes[v] for v in observed], dtype=int))
    return table.reshape(count, count)


def control(t: Tables, decision: str, node: str) -> Algorithm:
    """Value of control: with a mechanism of one's own for the node, more than V* is reached."""
    d = t.d
    observed, inputs = d.parents(decision), d.parents(node)
    values = _rows(t.weighted(decision, [*observed, decision]))
    contexts, actions = values.shape
    if actions**contexts > MAX_RULES:
        raise SizeError(
            f"{decision!r} has {actions}^{contexts} decision rules; more than {MAX_RULES:,} are "
            "not enumerated. Give numbers to the parameters with at({...})."
        )
    keep = tuple(dict.fromkeys([*observed, decision, *inputs, node]))
    free = Factor(keep, _free(t, decision, node, keep))
    shape = [t.sizes[v] for v in observed]
    reached = []
    for rule in itertools.product(range(actions), repeat=contexts):
        ruled = t.rule(decision, observed, np.reshape(rule, shape))
        reached.append(_rows(t.total([free, ruled], [*inputs, node])))
    distinct = list({tuple(table.flat): table for table in reached}.values())
    rows = [_undominated(t, row) for row in values]
    options = [[_undominated(t, row) for row in table] for table in distinct]
    if sum(math.prod(map(len, table)) for table in options) > MAX_TOTALS:

        def run(ask: Asker) -> bool:
            best = _sum_of_best(ask, t, rows)
            return any(ask.positive(_sum_of_best(ask, t, table) - best) for table in options)

        return run
    # One comparison for each way to act and to control divides the parameters less than asking,
    # for each context, which value of the node is best there.
    totals = _undominated(
        t, [sum(each, t.field.zero) for table in options for each in itertools.product(*table)]
    )

    def compare(ask: Asker) -> bool:
        best = _sum_of_best(ask, t, rows)
        return any(ask.positive(total - best) for total in totals)

    return compare


def _undominated(t: Tables, values: Iterable[Any]) -> list[Any]:
    """Return numbers among which the largest is, for all parameter values, without repetition.

    Those are left out that are seen to be nowhere larger than another one.
    """
    left = list(dict.fromkeys(values))
    if len(left) > MAX_COMPARED:
        return left
    for value in tuple(left):
        others = (other for other in left if other is not value)
        if any(1 not in t.signs(value - other) for other in others):
            left.remove(value)
    return left


def _free(t: Tables, decision: str, node: str, keep: Sequence[str]) -> Array:
    """Return weighted utility where neither the decision nor the node has a rule."""
    d = t.d
    forced = d.without_edges([(p, node) for p in d.parents(node)]) if d.parents(node) else d
    total = t.field.full(tuple(t.sizes[v] for v in keep), t.field.zero)
    for utility in d.utilities_of(str(d.agent_of(decision))):
        nodes = ancestors(forced, [utility, *keep]) - {node, decision}
        factors = [t.chance(name) for name in nodes]
        total = total + t.total([*factors, t.score(utility)], keep)
    return total


def _sum_of_best(ask: Asker, t: Tables, values: Sequence[Sequence[Any]]) -> Any:
    """Return the sum over contexts of the largest entry."""
    total = t.field.zero
    for row in values:
        top = row[0]
        for value in row[1:]:
            if ask.positive(value - top):
                top = value
        total = total + top
    return total
