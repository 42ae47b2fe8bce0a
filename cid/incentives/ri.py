r"""Response incentive: does every optimal policy react to a node?

A policy responds to X when in some world setting X to some value changes the decision,
:math:`D_x(\varepsilon) \neq D(\varepsilon)`, and a model has a response incentive on X when every
optimal policy does (Everitt et al. 2021 [1]_). The question is decided exactly on a graph:

- its nodes are the contexts of D, those that come up and those that come up only when X is set;
- two contexts are joined when one is met in some world, and the other in the same world with X set;
- in a context that comes up, the best actions are admissible; in any other, all are.

A policy that does not respond takes one action throughout each connected component. So an optimal
one exists iff every component has an action that is admissible in all its contexts.

Where the agent has further decisions of consequence, which contexts come up depends on their rules,
and all optimal joint policies are listed instead.

.. [1] T. Everitt, R. Carey, E. Langlois, P. Ortega, S. Legg. "Agent Incentives: A Causal
   Perspective". AAAI 2021.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from cid.criteria.ri import CRITERION
from cid.criterion import Measure
from cid.errors import ScopeError, SizeError
from cid.incentives.incentive import Incentive, verdict_on
from cid.model.guards import check_model
from cid.scim import SCIM
from cid.solving.contexts import contexts_of, settle
from cid.solving.policies import JointPolicies
from cid.solving.worlds import Worlds

__all__ = ["Response", "response_incentive"]

Array = np.ndarray[Any, Any]

MAX_STEPS = 50_000
"""Partial assignments of actions to contexts that the search for the degree may look at."""

MAX_DEPTH = 800
"""Contexts that may be searched together: the search goes one call deeper with each."""


@dataclass(frozen=True, eq=False)
class Response(Incentive):
    """The response incentive of one decision on one node, in one model.

    Attributes
    ----------
    conflict : tuple of contexts
        Where the model has the incentive and no other decision matters, contexts (values of the
        decision's parents) that setting the node leads between and that share no admissible action;
        otherwise empty.
    """

    conflict: tuple[tuple[Any, ...], ...] = field(repr=False)


def response_incentive(s: SCIM, decision: str, node: str) -> Response:
    """Return whether every optimal policy responds to a node, and how often at least.

    Parameters
    ----------
    s : SCIM
        The model.
    decision, node : str
        The pair.

    Returns
    -------
    Response
        ``degree`` is the probability with which the decision responds to some value of the node,
        smallest over optimal policies; mixing them does not make it smaller.

    Raises
    ------
    ScopeError
        For the decision itself; if another agent's decision has no rule; or if the model is too
        large to enumerate.

    Examples
    --------
    High school predicts the grade, and race has an effect on it. The predictor need not see race to
    respond to it:

    >>> import cid
    >>> d = cid.CID.parse("R -> HS -> Gr -> Ac; HS -> P -> Ac", decisions="P", utilities="Ac")
    >>> copy = lambda value: {value: 0.75, 1 - value: 0.25}
    >>> s = cid.SCIM(
    ...     d,
    ...     domains={"P": (0, 1)},
    ...     mechanisms={
    ...         "R": {0: 0.5, 1: 0.5},
    ...         "HS": lambda R: copy(R),
    ...         "Gr": lambda HS: copy(HS),
    ...         "Ac": lambda P, Gr: int(P == Gr),
    ...     },
    ... )
    >>> found = cid.response_incentive(s, "P", "R")
    >>> found.has, found.degree, found.conflict
    (True, 0.5, ((0,), (1,)))
    """
    d = check_model(s, "response_incentive").diagram
    agent = str(d.agent_of(d.check_decision(decision)))
    if d.check_node(node) == decision:
        raise ScopeError(
            f"{decision!r} is the decision itself, and a decision responds to being set trivially. "
            "Ask about a node that comes before it."
        )
    finding = verdict_on(s, CRITERION.key, decision, node)
    settled = settle(s, agent, [decision])
    parents = settled.diagram.parents(decision)
    decisions = settled.diagram.decisions
    facing = Worlds(settled, parents, None, len(s.domains[node]), [node, *decisions])
    zero = facing.probability(0)
    if node not in facing.parents:
        return Response(CRITERION.key, decision, node, False, zero, finding, ())
    if len(decisions) > 1:
        worlds = Worlds(settled, [decision, *parents], agent, moved=[node, *decisions])
        least = worlds.probability(_among(worlds, decision, node))
        return Response(CRITERION.key, decision, node, bool(least > 0), least, finding, ())
    size = len(s.domains[decision])
    contexts = contexts_of(Worlds(settled, [decision, *parents], agent, size, decisions), decision)
    numbers, faced = _faced(facing, parents, decision, node)
    admissible = np.ones((len(numbers), size), dtype=bool)
    admissible[np.searchsorted(numbers, contexts.numbers)] = contexts.optimal
    groups = _grouped(facing, faced)
    conflicts = [
        component
        for component in _components(len(numbers), groups)
        if not np.logical_and.reduce(admissible[component]).any()
    ]
    if not conflicts:
        return Response(CRITERION.key, decision, node, False, zero, finding, ())
    total = sum(
        _least(admissible, [(g, w) for g, w in groups.items() if set(g) <= set(component)])
        for component in conflicts
    )
    named = tuple(facing.named(numbers[k], parents) for k in conflicts[0])
    return Response(CRITERION.key, decision, node, True, facing.probability(total), finding, named)


def _among(worlds: Worlds, decision: str, node: str) -> Any:
    """Return the least weight of the worlds in which a decision among several responds."""
    joint = JointPolicies(worlds, worlds.s.diagram.decisions, node)
    least = []
    for acting, shape in joint.parts(joint.optimal()):
        usual = worlds.run(acting)[decision]
        moved = np.zeros(shape, dtype=bool)
        for value in range(worlds.sizes[node]):
            moved |= worlds.run(acting, {node: np.array(value)})[decision] != usual
        least.append((moved * worlds.weight).sum(axis=-1).min())
    return min(least)


def _faced(worlds: Worlds, parents: Sequence[str], decision: str, node: str) -> tuple[Array, Array]:
    """Return all contexts, and which one is faced in each world as it is and with each setting."""
    anything = {decision: np.array(0)}
    values = np.arange(worlds.sizes[node])[:, None]
    plain = worlds.context(worlds.run(anything), parents)
    set_to = worlds.context(worlds.run(anything, {node: values}), parents)
    shape = (worlds.sizes[node], worlds.count)
    every = np.concatenate([plain[None], np.broadcast_to(set_to, shape)])
    numbers, faced = np.unique(every, return_inverse=True)
    return numbers, faced.reshape(every.shape)


def _grouped(worlds: Worlds, faced: Array) -> dict[tuple[int, ...], Any]:
    """Return the sets of contexts that worlds face, the one really met among them, with weights."""
    rows, place = np.unique(np.sort(faced.T, axis=1), axis=0, return_inverse=True)
    ones = np.ones((), dtype=worlds.weight.dtype)
    weights = worlds.gather(place.reshape(-1), ones, len(rows))
    groups: dict[tuple[int, ...], Any] = {}
    for row, weight in zip(rows, weights, strict=True):
        group = tuple(dict.fromkeys(int(k) for k in row))
        groups[group] = groups.get(group, 0) + weight
    return groups


def _components(count: int, groups: Iterable[tuple[int, ...]]) -> list[list[int]]:
    """Return the connected components of contexts, each ascending."""
    above = list(range(count))

    def top(k: int) -> int:
        while above[k] != k:
            above[k] = above[above[k]]
            k = above[k]
        return k

    for first, *rest in groups:
        for other in rest:
            above[top(other)] = top(first)
    found: dict[int, list[int]] = {}
    for k in range(count):
        found.setdefault(top(k), []).append(k)
    return list(found.values())


def _least(admissible: Array, groups: list[tuple[tuple[int, ...], Any]]) -> Any:
    """Return the least weight of groups whose contexts do not all get one action.

    Depth-first search over actions for one context after the other, cut off where the groups
    already split weigh as much as the best assignment found.
    """
    order = sorted({k for group, _ in groups for k in group}, key=lambda k: admissible[k].sum())
    place = {k: i for i, k in enumerate(order)}
    closing: list[list[tuple[tuple[int, ...], Any]]] = [[] for _ in order]
    for group, weight in groups:
        at = sorted(place[k] for k in group)
        for i in at[1:]:
            closing[i].append((tuple(j for j in at if j <= i), weight))
    options = [np.flatnonzero(admissible[k]).tolist() for k in order]
    chosen = [0] * len(order)
    if len(order) > MAX_DEPTH:
        raise SizeError(
            f"The least response over optimal policies needs a search over {len(order):,} contexts "
            f"at once; {MAX_DEPTH:,} is the most. Remove observations that are not needed."
        )
    best = sum(weight for _, weight in groups) + 1
    steps = 0

    def search(i: int, cost: Any) -> None:
        nonlocal best, steps
        if cost >= best:
            return
        if i == len(order):
            best = cost
            return
        steps += 1 + sum(len(members) for members, _ in closing[i]) * len(options[i]) // 16
        if steps > MAX_STEPS:
            raise SizeError(
                f"The least response over optimal policies needs a search over {len(order)} "
                f"contexts that takes more than {MAX_STEPS:,} steps. Remove observations that are "
                "not needed."
            )
        ranked = []
        for action in options[i]:
            chosen[i] = action
            added = sum(
                weight
                for members, weight in closing[i]
                if len({chosen[j] for j in members[:-1]}) == 1 and chosen[members[0]] != action
            )
            ranked.append((added, action))
        for added, action in sorted(ranked):
            chosen[i] = action
            search(i + 1, cost + added)

    search(0, best * 0)
    return best


MEASURE = Measure(CRITERION, lambda s, decision, node: response_incentive(s, decision, node).degree)
