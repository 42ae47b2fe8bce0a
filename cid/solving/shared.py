r"""One rule at several decisions: absent-mindedness, weight tying, copies of one network.

A rule that serves several decisions does not know at which of them it is used. Expected utility is
then no longer linear in the rule but a polynomial in its probabilities, and a *stochastic* rule can
be strictly better than every deterministic one: the absent-minded driver of Piccione and
Rubinstein (1997 [1]_) should continue with probability 2/3. Criteria for soluble diagrams say
nothing about such agents.

The polynomial is made exactly, by one pass over the junction tree, and maximised over the product
of the simplices of action probabilities:

- a context that a play meets at most once enters linearly, so a deterministic choice there is
  optimal, and these choices are enumerated;
- if what is left has one degree of freedom, the roots of its derivative are found exactly;
- if it is quadratic, a linear system on each face of the product of simplices is solved exactly;
- otherwise branch and bound encloses the maximum (:mod:`cid.engine.bernstein`), and the solution
  says how far off it can be.

.. [1] M. Piccione, A. Rubinstein. "On the Interpretation of Decision Problems with Imperfect
   Recall". Games and Economic Behavior 20(1), 1997.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from cid.engine.numbers import FLOAT, TIE
from cid.engine.polynomial import Polynomial, fractions
from cid.engine.simplices import Slot, maxima
from cid.errors import CIDTypeError, MissingRuleError, ModelError, ScopeError, SizeError, shorten
from cid.model.guards import check_limit, check_model, check_numbers
from cid.model.interface import Model
from cid.solving.enumeration import MAX_RULES
from cid.solving.tree import Tree, relevant
from cid.structure.agents import which_agent

__all__ = ["SharedSolution", "family_table", "solve_shared"]

Array = np.ndarray[Any, Any]
Value = Hashable

MAX_CELLS = 1 << 18
"""Joint values of all decisions and observations, at most."""


@dataclass(frozen=True)
class SharedSolution:
    """An optimal rule shared by several decisions.

    Attributes
    ----------
    policy : mapping from decision to table
        For each decision the probabilities of actions by context, ``{context: {action: p}}``, or
        ``{action: p}`` where nothing is observed; :meth:`SCIM.with_policy` takes it.
    value : Fraction, float or sympy number
        Its expected utility.
    status : str
        ``"optimal"``, or ``"optimal to within ..."`` after branch and bound.
    method : str
        How it was found.
    agent : str
        Whose utility it maximises.
    deterministic : Fraction or float
        The value of the best deterministic shared rule.
    gap : float
        How much better another rule could be at most; 0 when exact.
    optima : tuple of policies
        All optimal policies found, `policy` first; of a continuum of optima, some points.
    """

    policy: Mapping[str, Any]
    value: Any
    status: str
    method: str
    agent: str
    deterministic: Any
    gap: float = 0.0
    optima: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class _Group:
    """Decisions with one rule; `observed` lists what each of them reads, position by position."""

    members: tuple[str, ...]
    observed: tuple[tuple[str, ...], ...]


def _groups(s: Model, given: object) -> list[_Group]:
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise CIDTypeError(
            f"shared is a list of groups of decisions, such as [['D1', 'D2']], not "
            f"{shorten(given)}."
        )
    found: list[_Group] = []
    taken: set[str] = set()
    for group in given:
        if isinstance(group, str) or not isinstance(group, Iterable):
            raise CIDTypeError(
                f"A group is a list of decisions, or {{decision: observations}}, not "
                f"{shorten(group)}."
            )
        members = tuple(s.diagram.check_decision(name) for name in group)
        for name in members:
            if name in taken or members.count(name) > 1:
                raise ModelError(f"{name!r} is listed twice; a decision follows one rule.")
        if not members:
            raise ModelError("A group is empty; it lists the decisions that share a rule.")
        taken |= set(members)
        if isinstance(group, Mapping):
            observed = tuple(tuple(group[name]) for name in members)
        else:
            observed = tuple(s.diagram.parents(name) for name in members)
        _check_group(s, members, observed)
        found.append(_Group(members, observed))
    return found


def _check_group(s: Model, members: tuple[str, ...], observed: tuple[tuple[str, ...], ...]) -> None:
    for name, parents in zip(members, observed, strict=True):
        if set(parents) != set(s.diagram.parents(name)) or len(set(parents)) < len(parents):
            raise ModelError(
                f"{name!r} observes {', '.join(s.diagram.parents(name)) or 'nothing'}, not "
                f"{', '.join(parents) or 'nothing'}."
            )
    first = members[0]
    for name, parents in zip(members, observed, strict=True):
        if s.domains[name] != s.domains[first]:
            raise ModelError(
                f"{name!r} and {first!r} share a rule and have different actions: "
                f"{shorten(s.domains[name])} and {shorten(s.domains[first])}."
            )
        domains = [s.domains[p] for p in parents]
        if domains != [s.domains[p] for p in observed[0]]:
            raise ModelError(
                f"{name!r} and {first!r} share a rule, but what they observe "
                f"({', '.join(parents) or 'nothing'}; {', '.join(observed[0]) or 'nothing'}) does "
                "not match in number and values. Give the order as {decision: observations}."
            )


def family_table(
    s: Model, decisions: Sequence[str], agent: str, limit: int = MAX_CELLS
) -> tuple[tuple[str, ...], Array, Any]:
    """Return what each course of play is worth, the decisions' own probabilities left out.

    Returns
    -------
    nodes : tuple of str
        The decisions and what they observe.
    table : ndarray
        For each joint value of these the utility that comes about, times the probability of the
        observations given the actions.
    constant : number
        Expected utility on which none of the nodes has a bearing.

    Raises
    ------
    ScopeError
        If the table has more cells than `limit`, or the model has free parameters.
    """
    check_numbers(s, "rules are compared by number")
    d = s.diagram
    family = {name for decision in decisions for name in (*d.parents(decision), decision)}
    nodes = tuple(name for name in d.topological_order if name in family)
    cells = math.prod(len(s.domains[name]) for name in nodes)
    if cells > limit:
        raise SizeError(
            f"The decisions {', '.join(decisions)} and what they observe have {cells:,} joint "
            f"values; the bound is {limit:,}. Use smaller domains, or fix rules with "
            "with_policy({...})."
        )
    tree = Tree(s, d, (agent,), nodes)
    _, weighted = tree.joint() if nodes else (None, np.zeros(()))
    scale = math.prod(len(s.domains[name]) for name in decisions)
    return nodes, weighted * scale, tree.total()[0] - weighted.sum()


def _slots(s: Model, groups: Sequence[_Group]) -> tuple[list[Slot], dict[tuple[int, Any], int]]:
    slots: list[Slot] = []
    where: dict[tuple[int, Any], int] = {}
    for g, group in enumerate(groups):
        sizes = [range(len(s.domains[p])) for p in group.observed[0]]
        actions = len(s.domains[group.members[0]])
        for context in itertools.product(*sizes):
            where[g, context] = len(slots)
            start = slots[-1].stop if slots else 0
            slots.append(Slot(start, start + actions))
    return slots, where


def _terms(
    nodes: tuple[str, ...],
    table: Array,
    groups: Sequence[_Group],
    slots: Sequence[Slot],
    where: Mapping[tuple[int, Any], int],
) -> Iterator[tuple[tuple[int, ...], Any]]:
    """Iterate over (variables that a course of play multiplies, its worth)."""
    axis = {name: k for k, name in enumerate(nodes)}
    readers = [
        (g, axis[name], [axis[p] for p in parents])
        for g, group in enumerate(groups)
        for name, parents in zip(group.members, group.observed, strict=True)
    ]
    for cell in np.ndindex(table.shape):
        worth = table[cell]
        if worth:
            yield (
                tuple(
                    slots[where[g, tuple(cell[k] for k in observed)]].start + cell[action]
                    for g, action, observed in readers
                ),
                worth,
            )


def solve_shared(
    s: Model,
    shared: Iterable[Iterable[str]],
    agent: str | None = None,
    limit: int = MAX_RULES,
) -> SharedSolution:
    """Return an optimal policy when some decisions share one rule, over stochastic rules.

    Parameters
    ----------
    s : SCIM
        The model.
    shared : iterable of groups
        Each group lists decisions with one rule, or maps them to their observations in the order in
        which these correspond, ``{"D1": ["S1"], "D2": ["S2"]}``. Decisions in no group have a rule
        of their own.
    agent : str, optional
        Whose utility is maximised; needed when the decisions have several owners.
    limit : int
        Combinations of deterministic choices, and faces, that are tried at most.

    Raises
    ------
    ModelError
        If decisions of a group differ in actions or observations.
    ScopeError
        If the model is too large, or has free parameters.

    Examples
    --------
    The absent-minded driver: leaving at the second exit is best, and the exits look the same.

    >>> import cid
    >>> d = cid.CID.parse("first -> U; second -> U", "first second", "U")
    >>> s = cid.SCIM(
    ...     d,
    ...     {"first": ("leave", "go"), "second": ("leave", "go")},
    ...     {"U": lambda first, second: 0 if first == "leave" else 4 if second == "leave" else 1},
    ... )
    >>> solution = cid.solve_shared(s, [["first", "second"]])
    >>> solution.policy["first"]["go"], solution.value, solution.deterministic
    (Fraction(2, 3), Fraction(4, 3), Fraction(1, 1))
    """
    groups = _groups(check_model(s, "solve_shared"), shared)
    check_limit(limit)
    chosen = _agent(s, groups, agent)
    inside = {name for group in groups for name in group.members}
    groups += [
        _Group((name,), (s.diagram.parents(name),))
        for name in s.diagram.decisions
        if name not in inside
    ]
    live = set(relevant(s.diagram, (chosen,)))
    idle = [name for name in s.diagram.decisions if name not in live]
    playing = [name for name in s.diagram.decisions if name in live]
    settled = s.with_policy({name: s.domains[name][0] for name in idle}) if idle else s
    nodes, table, constant = family_table(settled, playing, chosen)
    seen = [_without(group, idle) for group in groups]
    slots, where = _slots(s, groups)
    numbers = fractions(table)
    polynomial = Polynomial.sum_of(_terms(nodes, numbers, seen, slots, where))
    found = maxima(polynomial, slots, limit, TIE if s.arithmetic == FLOAT else 0)
    optima = tuple(_policy(s, groups, slots, where, point) for point in found.points)

    def number(value: Any) -> Any:
        whole = value + (Fraction(constant) if isinstance(constant, float) else constant)
        return float(whole) if s.arithmetic == FLOAT else whole

    return SharedSolution(
        optima[0],
        number(found.value),
        "optimal" if found.gap == 0 else f"optimal to within {found.gap:.1g}",
        found.method,
        chosen,
        number(found.deterministic),
        found.gap,
        optima,
    )


def _without(group: _Group, idle: Sequence[str]) -> _Group:
    pairs = [
        (name, parents)
        for name, parents in zip(group.members, group.observed, strict=True)
        if name not in idle
    ]
    return _Group(tuple(n for n, _ in pairs), tuple(p for _, p in pairs))


def _agent(s: Model, groups: Sequence[_Group], agent: str | None) -> str:
    owners = list(dict.fromkeys(str(s.diagram.agent_of(name)) for name in s.diagram.decisions))
    if not owners:
        raise ScopeError("No decision is left to solve; every one has a rule.")
    chosen = which_agent(s.diagram, agent, "The utility that is maximised", owners)
    inside = {name for group in groups for name in group.members}
    for name in s.diagram.decisions:
        if s.diagram.agent_of(name) != chosen and name not in inside:
            raise MissingRuleError(
                f"{name!r}, a decision of {s.diagram.agent_of(name)!r}, has no rule and is in no "
                "group. Fix it with with_policy({...})."
            )
    return chosen


def _policy(
    s: Model,
    groups: Sequence[_Group],
    slots: Sequence[Slot],
    where: Mapping[tuple[int, Any], int],
    point: Sequence[Any],
) -> dict[str, Any]:
    """Return the tables of a point of the product of simplices."""
    policy: dict[str, Any] = {}
    for g, group in enumerate(groups):
        for name, observed in zip(group.members, group.observed, strict=True):
            actions = s.domains[name]
            table: dict[Any, dict[Value, Any]] = {}
            for context in itertools.product(*(range(len(s.domains[p])) for p in observed)):
                slot = slots[where[g, context]]
                at = dict(zip(observed, context, strict=True))
                key = tuple(s.domains[p][at[p]] for p in s.diagram.parents(name))
                table[key] = {
                    action: float(p) if s.arithmetic == FLOAT else p
                    for action, p in zip(actions, point[slot.start : slot.stop], strict=True)
                    if p != 0
                }
            policy[name] = table if observed else table[()]
    return {name: policy[name] for name in s.diagram.decisions}
