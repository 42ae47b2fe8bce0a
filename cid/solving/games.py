"""Games: equilibria in deterministic rules, subgame perfection, and mixed ones through Gambit.

An equilibrium is a choice of rules such that no agent gains by changing *all* of its own at once.
Where the relevance graph of all decisions is acyclic, :func:`cid.solve` finds one by backward
induction. Otherwise, and to find them all, :func:`pure_equilibria` compares every combination of
deterministic rules. There may be none: matching pennies has a mixed equilibrium only
(:func:`mixed_equilibria`).

Off the path of play an equilibrium may rest on threats that would not be carried out. A *subgame
perfect* one does not: its rules are an equilibrium in each group of decisions that must be solved
together, given the rules of the groups before and whatever is done elsewhere (Koller and Milch
2003 [1]_, Hammond et al. 2023 [2]_; see :func:`cid.relevance_components`).

.. [1] D. Koller, B. Milch. "Multi-agent influence diagrams for representing and solving games".
   Games and Economic Behavior 45(1), 2003.
.. [2] L. Hammond, J. Fox, T. Everitt, R. Carey, A. Abate, M. Wooldridge. "Reasoning about causality
   in games". Artificial Intelligence 320, 2023.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, overload

import networkx as nx
import numpy as np

from cid.engine.numbers import FLOAT, TIE
from cid.errors import CIDTypeError, ScopeError, shorten
from cid.libraries import load_library
from cid.model.guards import check_limit, check_model
from cid.model.interface import Model
from cid.model.rule import Rule
from cid.parts import check_flag
from cid.solving.solution import Solution
from cid.solving.strategic import Strategic, strategic_form
from cid.solving.tree import Tree
from cid.structure.relevance import relevance_graph
from cid.structure.subgames import relevance_components

__all__ = ["MAX_PROFILES", "Equilibria", "MixedEquilibrium", "mixed_equilibria", "pure_equilibria"]

Array = np.ndarray[Any, Any]

FORM = 8
"""Making one strategic form takes about as long as this many passes over the model."""

MAX_PROFILES = 20_000
"""Profiles of deterministic rules that are compared before an error says how many there are."""


@dataclass(frozen=True)
class Equilibria(Sequence[Solution]):
    """All equilibria in deterministic rules.

    Attributes
    ----------
    found : tuple of Solution
        Each with a rule for every decision and, as value, a mapping from agents.
    status : str
        How many there are, also when there are none.
    method : str
        What was compared.
    """

    found: tuple[Solution, ...]
    status: str
    method: str

    @overload
    def __getitem__(self, index: int) -> Solution: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Solution, ...]: ...
    def __getitem__(self, index: int | slice) -> Solution | tuple[Solution, ...]:
        return self.found[index]

    def __len__(self) -> int:
        return len(self.found)


def pure_equilibria(
    s: Model, subgame_perfect: bool = False, limit: int = MAX_PROFILES
) -> Equilibria:
    """Return all equilibria in deterministic rules.

    Parameters
    ----------
    s : SCIM
        The game. Decisions without rules are the agents' to choose.
    subgame_perfect : bool
        Only those without empty threats.
    limit : int
        Profiles that are compared at most.

    Returns
    -------
    Equilibria
        Rules that differ in a context that cannot come up, or at a decision that no utility
        depends on, are not told apart.

    Raises
    ------
    ScopeError
        If there are more profiles than `limit`, or the model has free parameters.

    Examples
    --------
    >>> import cid
    >>> d = cid.CID(
    ...     [("A", "UA"), ("B", "UA"), ("A", "UB"), ("B", "UB")],
    ...     decisions={"a": ["A"], "b": ["B"]},
    ...     utilities={"a": ["UA"], "b": ["UB"]},
    ... )
    >>> game = cid.SCIM(
    ...     d,
    ...     {"A": ("stag", "hare"), "B": ("stag", "hare")},
    ...     {
    ...         "UA": lambda A, B: 2 if A == "hare" else 3 if B == "stag" else 0,
    ...         "UB": lambda A, B: 2 if B == "hare" else 3 if A == "stag" else 0,
    ...     },
    ... )
    >>> for found in cid.pure_equilibria(game):
    ...     print(found.policy["A"], found.policy["B"], dict(found.value))
    {(): 'stag'} {(): 'stag'} {'a': Fraction(3, 1), 'b': Fraction(3, 1)}
    {(): 'hare'} {(): 'hare'} {'a': Fraction(2, 1), 'b': Fraction(2, 1)}
    """
    check_model(s, "pure_equilibria")
    check_limit(limit)
    groups: Sequence[Sequence[str]] = [s.diagram.decisions]
    if check_flag(subgame_perfect, "subgame_perfect"):
        groups = relevance_components(s.diagram)
    relevance = relevance_graph(s.diagram)
    whole = Tree(s, s.diagram, s.diagram.agents)
    partial: list[dict[str, Array]] = [{}]
    compared, forms = 0, 0
    for group in groups:
        forms += len(partial)
        whole.check_passes(forms * (FORM + len(group)), limit)
        longer: list[dict[str, Array]] = []
        needed = set().union(*(nx.ancestors(relevance, name) for name in group))
        for profile in partial:
            given = s.with_policy(
                {n: _rule(s, n, row) for n, row in profile.items() if n in needed}
            )
            form = strategic_form(given, group, limit, "cid.pure_equilibria", compared)
            compared += math.prod(len(rules) for rules in form.rules.values())
            for index in _equilibrium_profiles(s, form):
                rows = {n: form.rules[n][i] for n, i in zip(form.decisions, index, strict=True)}
                longer.append({**profile, **rows})
        partial = longer
    kind = "subgame perfect " if subgame_perfect else ""
    noun = "equilibria" if len(partial) > 1 else "equilibrium"
    count = f"{len(partial) or 'no'} {kind}{noun} in deterministic rules"
    method = f"comparison of {compared:,} profile{'' if compared == 1 else 's'}"
    whole.check_passes(len(partial) * (1 + len(s.diagram.decisions)), limit)
    found = tuple(_solution(s, profile, method) for profile in partial)
    return Equilibria(found, count, method)


def _rule(s: Model, name: str, row: Array) -> Rule:
    """Return a rule whose ties are not known."""
    parents = s.diagram.parents(name)
    actions = s.domains[name]
    chosen = row[..., None] == np.arange(len(actions))
    domains = [s.domains[p] for p in parents]
    return Rule(name, parents, domains, actions, row, chosen, np.ones(row.shape, dtype=bool))


def _equilibrium_profiles(s: Model, form: Strategic) -> list[tuple[int, ...]]:
    """Return the profiles from which no agent gains by changing all of its rules."""
    shape = tuple(len(form.rules[name]) for name in form.decisions)
    good = np.ones(shape, dtype=bool)
    for agent in s.diagram.agents:
        own = tuple(k for k, n in enumerate(form.decisions) if s.diagram.agent_of(n) == agent)
        if own:
            payoff = form.payoffs[agent]
            best = np.maximum.reduce(payoff, axis=own, keepdims=True)
            slack = 0
            if s.arithmetic == FLOAT:
                slack = TIE * (1 + np.abs(payoff).max())
            good &= np.asarray(payoff >= best - slack, dtype=bool)
    return [tuple(map(int, index)) for index in np.argwhere(good)]


def _solution(s: Model, profile: Mapping[str, Array], method: str) -> Solution:
    """Return a profile with its values, and every action that is optimal given the others."""
    agents = s.diagram.agents
    tree = Tree(s, s.diagram, agents)
    policy = tree.profile(profile)
    values = dict(zip(agents, tree.total(), strict=True))
    return Solution(policy, values, "equilibrium", method, ", ".join(agents))


# ---- mixed equilibria ------------------------------------------------------------------------


@dataclass(frozen=True)
class MixedEquilibrium:
    """An equilibrium in which agents may randomise over joint rules.

    Attributes
    ----------
    mixture : mapping from agent to list of (probability, {decision: Rule})
        What each agent does with which probability.
    value : mapping from agent to number
        Expected utility.
    method : str
        The solver.
    """

    mixture: Mapping[str, Sequence[tuple[Any, Mapping[str, Rule]]]]
    value: Mapping[str, Any]
    method: str


_SOLVERS = {
    "enumpure": ("enumpure_solve", None),
    "enummixed": ("enummixed_solve", 2),
    "lcp": ("lcp_solve", 2),
    "gnm": ("gnm_solve", None),
}


def mixed_equilibria(
    s: Model, solver: str = "enummixed", limit: int = MAX_PROFILES
) -> tuple[MixedEquilibrium, ...]:
    """Return equilibria of a small game, mixed ones included, computed by Gambit.

    Parameters
    ----------
    s : SCIM
        The game.
    solver : {"enummixed", "lcp", "enumpure", "gnm"}
        Gambit's method. The first two are for two agents with decisions; "enummixed" finds the
        extreme points of all equilibria. "gnm" follows a path to some, in floating point.
    limit : int
        Profiles of deterministic rules at most.

    Raises
    ------
    ScopeError
        If pygambit is not installed, the game is too large or has the wrong number of agents, or
        the model has free parameters.
    """
    check_model(s, "mixed_equilibria")
    check_limit(limit)
    if not isinstance(solver, str) or solver not in _SOLVERS:
        raise CIDTypeError(
            f"The solver is one of {', '.join(map(repr, _SOLVERS))}, not {shorten(solver)}."
        )
    gambit = _gambit()
    form = strategic_form(s, s.diagram.decisions, limit, "cid.mixed_equilibria")
    agents = [
        a for a in s.diagram.agents if any(s.diagram.agent_of(n) == a for n in form.decisions)
    ]
    name, count = _SOLVERS[solver]
    if count is not None and len(agents) != count:
        raise ScopeError(
            f"Gambit's {solver!r} is for {count} agents with decisions; there are {len(agents)}. "
            "Use solver='enumpure' or solver='gnm'."
        )
    tables = [_by_agent(s, form, agents, agent) for agent in agents]
    game = gambit.Game.from_arrays(*tables)
    exact = s.arithmetic != FLOAT and solver != "gnm"
    options = {} if solver in ("enumpure", "gnm") else {"rational": exact}
    profiles = getattr(gambit.nash, name)(game, **options).equilibria
    return tuple(_mixture(s, form, agents, tables, profile, solver, exact) for profile in profiles)


def _gambit() -> Any:
    return load_library(
        "pygambit", "A mixed equilibrium", "cid.pure_equilibria needs nothing more."
    )


def _by_agent(s: Model, form: Strategic, agents: Sequence[str], agent: str) -> Array:
    """Return an agent's payoffs with one axis per agent, over its joint rules."""
    order = [k for a in agents for k, n in enumerate(form.decisions) if s.diagram.agent_of(n) == a]
    sizes = [
        math.prod(len(form.rules[n]) for n in form.decisions if s.diagram.agent_of(n) == a)
        for a in agents
    ]
    return form.payoffs[agent].transpose(order).reshape(sizes)


def _mixture(
    s: Model,
    form: Strategic,
    agents: Sequence[str],
    tables: Sequence[Array],
    profile: Any,
    solver: str,
    exact: bool,
) -> MixedEquilibrium:
    weights: list[list[Any]] = []
    mixture: dict[str, list[tuple[Any, Mapping[str, Rule]]]] = {}
    for agent, player in zip(agents, profile.game.players, strict=True):
        row = [profile[strategy] for strategy in player.strategies]
        row = [Fraction(str(p)) for p in row] if exact else [float(p) for p in row]
        weights.append(row)
        own = [n for n in form.decisions if s.diagram.agent_of(n) == agent]
        joint = itertools.product(*(form.rules[n] for n in own))
        mixture[agent] = [
            (p, {n: _rule(s, n, row) for n, row in zip(own, rows, strict=True)})
            for p, rows in zip(row, joint, strict=True)
            if p > 0
        ]
    value = {}
    for agent, table in zip(agents, tables, strict=True):
        total: Any = table
        for row in weights:
            total = np.tensordot(np.array(row, dtype=table.dtype), total, axes=(0, 0))
        number = np.asarray(total)[()]
        value[agent] = number if s.arithmetic != FLOAT and exact else float(number)
    return MixedEquilibrium(mixture, value, f"Gambit {solver}")
