"""Policies of an LCDT agent that agree with what the agent believes of other decisions.

An LCDT agent takes every other decision to be out of its hands. Its prior about the other decision
has to come from somewhere; if it comes from the agent's own final rule, the rule and the prior
must fit: the rule is *ratifiable* when it is optimal, in the LCDT model, under the prior that it
gives rise to. Such a rule may be mixed, there may be several, and with parameters left open each
exists under a condition.

LCDT is Shimi and Hubinger's [1]_; they leave the prior open, and this reading of it is one of
several.

.. [1] A. Shimi, E. Hubinger. "LCDT, A Myopic Decision Theory". AI Alignment Forum, 2021.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cid.engine.field import tidy
from cid.errors import ScopeError, SizeError
from cid.scim import SCIM
from cid.solving.given_rules import check_rules
from cid.symbolic.regions.relations import against_zero
from cid.symbolic.tables import Tables
from cid.transforms.lcdt import lcdt_cut

__all__ = ["MAX_SUPPORTS", "RatifiableCase", "ratifiable_conditions"]

MAX_SUPPORTS = 512
"""More ways to choose which actions have positive probability are refused."""

Context = tuple[Any, ...]
Mixed = dict[Context, dict[Any, Any]]
"""Probability of each action in each context."""


@dataclass(frozen=True)
class RatifiableCase:
    """A rule that is optimal under the prior it gives rise to.

    Attributes
    ----------
    policy : mapping from context to {action: probability}
        The rule of the decision; contexts are values of its parents in edge order. A symbol that
        is no parameter of the model is a probability that may be chosen freely.
    prior : mapping from decision to {context: {action: probability}}
        How each other decision with a deleted input is then expected to be made, by the values of
        its inputs that are left.
    condition : sympy Boolean
        For which parameter values it exists, within the model's domain.
    """

    policy: Mapping[Context, Mapping[Any, Any]]
    prior: Mapping[str, Mapping[Context, Mapping[Any, Any]]]
    condition: Any


def ratifiable_conditions(
    s: SCIM, decision: str, rules: Mapping[str, Any]
) -> tuple[RatifiableCase, ...]:
    """Return the ratifiable rules of an LCDT agent, each with the condition for it to exist.

    Parameters
    ----------
    s : SCIM
        A small model, with or without free parameters.
    decision : str
        The decision that is made by LCDT.
    rules : mapping from decision to rule
        How all other decisions are really made.

    Returns
    -------
    tuple of RatifiableCase
        Ordered by how many actions are mixed.

    Raises
    ------
    CIDTypeError
        If `rules` is no mapping.
    ModelError
        If `rules` has one for the decision itself.
    ScopeError
        If a decision is left without a rule, if there are more than 512 ways to choose which
        actions have positive probability, or if the conditions of indifference have no closed form.

    Notes
    -----
    For a model with numbers, :func:`cid.ratifiable_lcdt` does the same and says what each rule
    earns. A mixed rule solves a condition of indifference. At parameter values where that condition
    says nothing, such as a cost of zero, there may be more rules than those listed.

    Examples
    --------
    Opening a door costs c. One's later self walks iff it sees the door open; walking into a shut
    door costs k.

    >>> import cid, sympy
    >>> c, k = sympy.symbols("c k", positive=True)
    >>> d = cid.CID.parse("D1 -> Door -> D2; D1, Door, D2 -> R", "D1 D2", "R")
    >>> s = cid.SCIM(d, {"D1": (0, 1), "D2": (0, 1)}, {
    ...     "Door": lambda D1: D1,
    ...     "R": lambda D1, Door, D2: (1 if Door else -k) * D2 - c * D1,
    ... })
    >>> for found in ratifiable_conditions(s, "D1", {"D2": lambda Door: Door}):
    ...     print(found.policy[()][1], "if", found.condition)
    0 if True
    1 if c <= k + 1
    c/(k + 1) if c < k + 1
    """
    check_rules(s, decision, rules, symbolic=True)
    mixed, unknown = _mixed_rule(s, decision)
    prior = _prior(s, decision, rules, mixed)
    worth = _worth(s, decision, rules, prior)
    found = []
    for support in _supports(s, decision, worth):
        found += list(_with_support(mixed, prior, worth, support, unknown))
    return tuple(sorted(found, key=_mixing))


def _mixing(found: RatifiableCase) -> int:
    """Count the actions that have positive probability."""
    return sum(p != 0 for row in found.policy.values() for p in row.values())


def _mixed_rule(s: SCIM, decision: str) -> tuple[Mixed, list[Any]]:
    """Return a rule whose probabilities are unknowns; the first action has the rest."""
    import sympy

    domains = [s.domains[parent] for parent in s.diagram.parents(decision)]
    first, *others = s.domains[decision]
    taken = {str(symbol) for symbol in s.parameters} | set(s.diagram.nodes)
    numbers = (n for n in itertools.count() if f"x{n}" not in taken)
    mixed: Mixed = {}
    unknown = []
    for context in itertools.product(*domains):
        row = {action: sympy.Symbol(f"x{next(numbers)}", nonnegative=True) for action in others}
        unknown += list(row.values())
        mixed[context] = {first: 1 - sum(row.values()), **row}
    return mixed, unknown


def _as_rule(s: SCIM, name: str, parents: Sequence[str], table: Mapping[Context, Any]) -> Any:
    """Return a table from contexts as a rule, a single row where there are no parents."""
    return dict(table) if parents else table[()]


def _prior(
    s: SCIM, decision: str, rules: Mapping[str, Any], mixed: Mixed
) -> dict[str, dict[Context, dict[Any, Any]]]:
    """Return how the other decisions are expected to be made when the decision is made as given."""
    d = s.diagram
    actual = s.with_policy({**rules, decision: _as_rule(s, decision, d.parents(decision), mixed)})
    tables = Tables(actual)
    cut: dict[str, list[str]] = {}
    for tail, head in lcdt_cut(d, decision):
        cut.setdefault(head, []).append(tail)
    prior = {}
    for other, lost in cut.items():
        left = [parent for parent in d.parents(other) if parent not in lost]
        joint = tables.probability([*left, other])
        actions = s.domains[other]
        rows = joint.reshape(-1, len(actions))
        contexts = itertools.product(*(s.domains[parent] for parent in left))
        prior[other] = {
            context: {
                action: tables.field.divide(p, row.sum())
                for action, p in zip(actions, row, strict=True)
            }
            for context, row in zip(contexts, rows, strict=True)
            if row.sum()
        }
        _fill(prior[other], itertools.product(*(s.domains[parent] for parent in left)), actions)
    return prior


def _fill(table: dict[Context, Any], contexts: Iterator[Context], actions: Sequence[Any]) -> None:
    """Give contexts that never come up any distribution at all."""
    import sympy

    for context in contexts:
        table.setdefault(
            context, {action: sympy.Integer(int(k == 0)) for k, action in enumerate(actions)}
        )


def _worth(
    s: SCIM, decision: str, rules: Mapping[str, Any], prior: Mapping[str, Any]
) -> dict[Context, dict[Any, Any]]:
    """Return weighted utility of each action in each context of the LCDT model."""
    model = s
    for tail, head in lcdt_cut(s.diagram, decision):
        model = model.without_link(tail, head)
    expected = {
        name: _as_rule(s, name, model.diagram.parents(name), table) for name, table in prior.items()
    }
    tables = Tables(model.with_policy({**rules, **expected}))
    parents = s.diagram.parents(decision)
    actions = s.domains[decision]
    weighted = tables.weighted(decision, [*parents, decision]).reshape(-1, len(actions))
    mass = np.asarray(tables.probability(parents)).reshape(-1)
    contexts = itertools.product(*(s.domains[parent] for parent in parents))
    return {
        context: {a: tables.field.expression(w) for a, w in zip(actions, row, strict=True)}
        for context, row, p in zip(contexts, weighted, mass, strict=True)
        if p
    }


def _supports(
    s: SCIM, decision: str, worth: Mapping[Context, Any]
) -> Iterator[dict[Context, tuple[Any, ...]]]:
    """List the ways to choose which actions have positive probability, few actions first."""
    actions = s.domains[decision]
    choices = [
        subset
        for size in range(1, len(actions) + 1)
        for subset in itertools.combinations(actions, size)
    ]
    if len(choices) ** len(worth) > MAX_SUPPORTS:
        raise SizeError(
            f"{decision!r} has {len(actions)} actions in {len(worth)} contexts: "
            f"{len(choices) ** len(worth):,} ways to mix them, and more than {MAX_SUPPORTS} are "
            "refused."
        )
    for picked in itertools.product(choices, repeat=len(worth)):
        yield dict(zip(worth, picked, strict=True))


def _with_support(
    mixed: Mixed,
    prior: Mapping[str, Mapping[Context, Mapping[Any, Any]]],
    worth: Mapping[Context, Mapping[Any, Any]],
    support: Mapping[Context, tuple[Any, ...]],
    unknown: Sequence[Any],
) -> Iterator[RatifiableCase]:
    """Solve for the ratifiable rules in which just these actions have positive probability."""
    import sympy

    equations = [
        mixed[context][action]
        for context, used in support.items()
        for action in mixed[context]
        if action not in used
    ]
    equations += [
        worth[context][used[0]] - worth[context][action]
        for context, used in support.items()
        for action in used[1:]
    ]
    equations = [e for e in map(sympy.simplify, equations) if e != 0]
    given = [e for e in equations if not e.free_symbols & set(unknown)]
    equations = [e for e in equations if e not in given]
    try:
        answers = sympy.solve(equations, list(unknown), dict=True) if equations else [{}]
    except NotImplementedError:
        raise ScopeError(
            f"The conditions of indifference have no closed form: {equations}. Give numbers to "
            "the parameters with at({...})."
        ) from None
    for answer in answers:

        def put(expression: Any, answer: Mapping[Any, Any] = answer) -> Any:
            return tidy(sympy.simplify(sympy.sympify(expression).subs(answer)))

        parts = [against_zero(e, sympy.Eq) for e in given]
        for context, used in support.items():
            values = {action: put(w) for action, w in worth[context].items()}
            for action in mixed[context]:
                if action not in used:
                    parts.append(against_zero(values[used[0]] - values[action], sympy.Ge))
                elif len(used) > 1:
                    parts.append(against_zero(put(mixed[context][action]), sympy.Gt))
        condition = sympy.And(*parts)
        if condition == False:  # noqa: E712 -- a sympy constant
            continue
        yield RatifiableCase(
            {context: {a: put(p) for a, p in row.items()} for context, row in mixed.items()},
            {
                name: {c: {a: put(p) for a, p in row.items()} for c, row in table.items()}
                for name, table in prior.items()
            },
            condition,
        )
