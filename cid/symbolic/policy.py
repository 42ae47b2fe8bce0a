"""Optimal policies as functions of the parameters.

Backward induction, as for numbers, with case distinction: where the parameters leave it open which
action is best in a context, each possibility is followed up by itself. Cases that end in the same
policy are put together again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from cid.errors import ModelError, shorten
from cid.model.guards import check_model
from cid.model.rule import Rule
from cid.scim import SCIM
from cid.structure.agents import only_player
from cid.structure.relevance import solve_order
from cid.structure.requisite import requisite_graph
from cid.symbolic.explore import Asker, explore
from cid.symbolic.parameters import check_domain, latex, parameter_values
from cid.symbolic.tables import Factor, Tables

__all__ = ["PolicyCase", "SymbolicPolicy", "symbolic_policy"]

Array = np.ndarray[Any, Any]
Choices = tuple[tuple[int, ...], ...]
"""For each decision in solve order, the index of the action in each context."""


@dataclass(frozen=True)
class PolicyCase:
    """One optimal policy and where it is optimal.

    Attributes
    ----------
    condition : sympy Boolean
        The parameter values at which the policy is chosen; the domain is taken for granted.
    policy : mapping from decision to Rule
        Rules on requisite parents. Ties listed by ``ties`` are those that hold throughout.
    value : sympy expression
        Its expected utility.
    """

    condition: Any
    policy: Mapping[str, Rule]
    value: Any


@dataclass(frozen=True)
class SymbolicPolicy:
    """An optimal policy for all parameter values of a model.

    Attributes
    ----------
    cases : tuple of PolicyCase
        Their conditions exclude each other and together fill the domain. At a tie the action that
        comes first in the decision's domain is taken.
    parameters : tuple of sympy.Symbol
        The model's free parameters, by name.
    domain : sympy Boolean
        Parameter values for which every probability of the model lies in [0, 1].
    """

    cases: tuple[PolicyCase, ...]
    parameters: tuple[Any, ...]
    domain: Any
    _induction: _Induction = field(repr=False, compare=False)

    @cached_property
    def value(self) -> Any:
        """The optimal value as a sympy expression, piecewise where it has several cases."""
        import sympy

        *first, last = [(case.value, case.condition) for case in self.cases]
        return sympy.Piecewise(*first, (last[0], True)) if first else last[0]

    def case_at(self, values: Mapping[Any, Any]) -> PolicyCase:
        """Return the case that holds at a number for each parameter.

        Raises
        ------
        ModelError
            If a parameter is missing, or the values leave the domain.
        """
        at = parameter_values(self.parameters, values)
        check_domain(self.parameters, self.domain, at)
        return next(case for case in self.cases if bool(case.condition.xreplace(at)))

    def contexts(self, decision: str) -> tuple[tuple[Any, ...], ...]:
        """Return the contexts of a decision: values of its requisite parents, in edge order."""
        return tuple(self._induction.rule(decision, ()))

    def where(self, decision: str, context: tuple[Any, ...], action: Any) -> Any:
        """Return the condition under which an action is optimal in a context, ties included.

        Parameters
        ----------
        decision : str
            A decision.
        context : tuple
            One of :meth:`contexts`.
        action : object
            A value of the decision.

        Returns
        -------
        sympy Boolean
        """
        return self._induction.where(decision, context, action)

    def values(self, decision: str, context: tuple[Any, ...]) -> dict[Any, Any]:
        """Return what each action is worth in a context: {action: sympy expression}.

        Expected utility given the context and the action, when the decisions solved before follow
        the optimal policy and those still open are made uniformly at random. In a context that
        never comes up nothing is worth anything, and the mapping is empty.
        """
        return self._induction.values(decision, context, self.cases)

    def to_latex(self) -> str:
        """Return the optimal value as LaTeX, for use in mathematics."""
        return latex(self.value)

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.to_latex()}$"

    def __str__(self) -> str:
        lines = []
        for case in self.cases:
            rules = "; ".join(f"{name}: {rule!r}" for name, rule in case.policy.items())
            lines.append(f"{rules}  value {case.value}  if {case.condition}")
        return "\n".join([*lines, f"where {self.domain}"])


class _Induction:
    """Backward induction on a model's tables."""

    def __init__(self, s: SCIM) -> None:
        self.s = s
        self.d = requisite_graph(s.diagram)
        self.order = solve_order(self.d)
        self.tables = Tables(s, self.d)
        self.weights = lru_cache(maxsize=None)(self._weights)

    def __reduce__(self) -> tuple[type[_Induction], tuple[SCIM]]:
        return _Induction, (self.s,)  # what was computed is computed again in a copy

    def _rules(self, choices: Choices, last: int) -> dict[str, Factor]:
        """Return factors of the decisions: solved ones, and uniform ones but for the last."""
        rules = {}
        for k, decision in enumerate(self.order):
            parents = self.d.parents(decision)
            if k < len(choices):
                shape = [self.tables.sizes[p] for p in parents]
                choice = np.reshape(choices[k], shape)
                rules[decision] = self.tables.rule(decision, parents, choice)
            elif k != last:
                rules[decision] = self.tables.uniform(decision)
        return rules

    def _weights(self, choices: Choices) -> Array:
        """Return weighted utility of the next decision, shape (contexts, actions)."""
        decision = self.order[len(choices)]
        keep = [*self.d.parents(decision), decision]
        rules = self._rules(choices, len(choices))
        table = self.tables.weighted(decision, keep, rules)
        return table.reshape(-1, self.tables.sizes[decision])

    def run(self, ask: Asker, upto: int | None = None) -> Choices:
        """Solve the decisions in order, the first `upto` of them."""
        choices: Choices = ()
        for _ in self.order[:upto]:
            picked = []
            for row in self.weights(choices):
                best = 0
                for action in range(1, len(row)):
                    if ask.positive(row[action] - row[best]):
                        best = action
                picked.append(best)
            choices = (*choices, tuple(picked))
        return choices

    def value(self, choices: Choices) -> Any:
        """Return the expected utility of a policy."""
        rules = self._rules(choices, -1)
        total = self.tables.weighted(self.order[0], (), rules)
        return self.tables.field.expression(total[()])

    def rule(self, decision: str, choices: Choices) -> Rule:
        """Return a decision's rule."""
        k = self.order.index(decision)
        parents = self.d.parents(decision)
        domains = [tuple(self.s.domains[p]) for p in parents]
        actions = tuple(self.s.domains[decision])
        shape = tuple(map(len, domains))
        if k >= len(choices):
            choice = np.zeros(shape, dtype=np.intp)
            optimal = np.ones((*shape, len(actions)), dtype=bool)
        else:
            choice = np.reshape(choices[k], shape)
            rows = self.weights(choices[:k])
            same = [
                [not value - row[best] for value in row]
                for row, best in zip(rows, choices[k], strict=True)
            ]
            optimal = np.reshape(same, (*shape, len(actions)))
        uniform = {name: self.tables.uniform(name) for name in self.order}
        mass = self.tables.probability(parents, uniform)
        reachable = np.reshape([bool(p) for p in mass.flat], shape)
        return Rule(decision, parents, domains, actions, choice, optimal, reachable)

    def _place(self, decision: str, context: tuple[Any, ...]) -> tuple[int, int]:
        """Return the positions of a decision and of one of its contexts."""
        self.s.diagram.check_decision(decision)
        listed = list(self.rule(decision, ()))
        if context not in listed:
            raise ModelError(
                f"{shorten(context)} is no context of {decision!r}; a context is a tuple of values "
                f"of {', '.join(self.d.parents(decision)) or 'nothing'}, such as {listed[0]}."
            )
        return self.order.index(decision), listed.index(context)

    def where(self, decision: str, context: tuple[Any, ...], action: Any) -> Any:
        k, row = self._place(decision, context)
        mine = self.s.index(decision, action)

        def best(ask: Asker) -> bool:
            values = self.weights(self.run(ask, k))[row]
            return not any(ask.positive(value - values[mine]) for value in values)

        space = self.tables.space
        cases = explore(space, best, f"The rule of {decision!r}")
        return space.condition(
            [region for region, holds in cases if holds],
            [region for region, holds in cases if not holds],
        )

    def values(
        self, decision: str, context: tuple[Any, ...], cases: tuple[PolicyCase, ...]
    ) -> dict[Any, Any]:
        import sympy

        k, row = self._place(decision, context)
        uniform = {name: self.tables.uniform(name) for name in self.order[k:]}
        found: dict[Any, list[tuple[Any, Any]]] = {a: [] for a in self.s.domains[decision]}
        for case in cases:
            choices = tuple(
                tuple(int(i) for i in case.policy[name].choice.flat) for name in self.order[:k]
            )
            rules = {**uniform, **self._rules(choices, -1)}
            mass = self.tables.probability(self.d.parents(decision), rules).reshape(-1)[row]
            if not mass:
                return {}
            for action, value in zip(found, self.weights(choices)[row], strict=True):
                worth = self.tables.field.divide(value, mass)
                found[action].append((worth, case.condition))
        return {
            action: sympy.Piecewise(*parts[:-1], (parts[-1][0], True))
            for action, parts in found.items()
        }


def symbolic_policy(s: SCIM) -> SymbolicPolicy:
    """Return an optimal policy as a function of the model's free parameters.

    Parameters
    ----------
    s : SCIM
        A small soluble model. Probabilities and utilities may hold symbols, which are real numbers;
        assumptions on them (``positive=True``) are respected.

    Returns
    -------
    SymbolicPolicy

    Raises
    ------
    ScopeError
        If several agents have decisions without rules, if the decisions cannot be ordered, or if
        the model is too large: a table of more than 100,000 entries, or more than 2,000 case
        distinctions.
    ModelError
        If there is no decision, or no parameter values make a model.

    Examples
    --------
    A door may be opened, at cost c, before one walks; walking into a shut door costs k.

    >>> import cid, sympy
    >>> c, k = sympy.symbols("c k", positive=True)
    >>> d = cid.CID.parse("Open -> Walk; Open, Walk -> U", "Open Walk", "U")
    >>> s = cid.SCIM(d, {"Open": (0, 1), "Walk": (0, 1)}, {
    ...     "U": lambda Open, Walk: (1 if Open else -k) * Walk - c * Open,
    ... })
    >>> best = symbolic_policy(s)
    >>> best.value
    Piecewise((1 - c, c < 1), (0, True))
    >>> best.where("Open", (), 1)
    c <= 1
    """
    check_model(s, "symbolic_policy")
    if not s.diagram.decisions:
        raise ModelError("The model has no decision without a rule.")
    only_player(s.diagram, None, "A symbolic policy")
    induction = _Induction(s)
    space = induction.tables.space
    found = explore(space, induction.run, "The optimal policy")
    by_policy: dict[Choices, list[Any]] = {}
    for region, choices in found:
        by_policy.setdefault(choices, []).append(region)
    cases = []
    for choices, regions in by_policy.items():
        others = [region for region, other in found if other != choices]
        policy = {name: induction.rule(name, choices) for name in s.diagram.decisions}
        cases.append(PolicyCase(space.condition(regions, others), policy, induction.value(choices)))
    return SymbolicPolicy(tuple(cases), tuple(s.parameters), space.domain, induction)
