r"""Ratifiable LCDT: rules that are optimal given the prior which they themselves bring about.

An LCDT agent predicts another decision D' by what it does *before the action is known*. If the
reference for that is the agent's own final rule, the rule has to be a best response to itself. The
averaged rule of D' is affine in the agent's rule, since the agent acts once; expected utility is a
polynomial in it, linear when only one other decision is affected. For every choice of which actions
have positive probability (the *support*), indifference between them is a system of equations, which
is solved exactly, and a solution counts if no action outside the support is better.

There is always a ratifiable rule, and often several: the agent that expects to open the door and
the one that expects to leave it shut can both be right.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, overload

import numpy as np

from cid.engine.fixed_points import fixed_points
from cid.engine.numbers import FLOAT, TIE, is_symbolic
from cid.engine.polynomial import Polynomial, Singular, fractions
from cid.engine.simplices import Slot, supports
from cid.errors import SizeError
from cid.model.guards import check_limit
from cid.model.interface import Policy
from cid.model.rule import Rule
from cid.objectives.lcdt import LCDTSolution, joint, lcdt_model, solve_lcdt
from cid.scim import SCIM
from cid.solving.enumeration import MAX_RULES
from cid.solving.given_rules import check_rules
from cid.solving.induction import expected_utility
from cid.solving.shared import family_table
from cid.transforms.lcdt import lcdt_cut

__all__ = ["Ratifiable", "compare_lcdt", "ratifiable_lcdt"]

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Ratifiable(Sequence[LCDTSolution]):
    """The ratifiable rules of an LCDT agent.

    Attributes
    ----------
    found : tuple of LCDTSolution
        Deterministic ones first. The rule of a mixed one is a table of probabilities.
    complete : bool
        Are these all? False when some form a continuum, of which deterministic ones are listed
        only, or when a system of equations could not be solved.
    status : str
        The same in words.
    """

    found: tuple[LCDTSolution, ...]
    complete: bool
    status: str

    @overload
    def __getitem__(self, index: int) -> LCDTSolution: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[LCDTSolution, ...]: ...
    def __getitem__(self, index: int | slice) -> LCDTSolution | tuple[LCDTSolution, ...]:
        return self.found[index]

    def __len__(self) -> int:
        return len(self.found)


def _averaged(
    fixed: SCIM, decision: str, cut: Sequence[tuple[str, str]], slots: Mapping[Any, Slot]
) -> dict[str, tuple[list[str], dict[Any, Polynomial]]]:
    """Return each affected rule, averaged over its deleted inputs, as polynomials.

    For a decision: the inputs it keeps, and {(*kept, action): probability}.
    """
    observed = fixed.diagram.parents(decision)
    averaged = {}
    for name in dict.fromkeys(head for _, head in cut):
        gone = [p for p in fixed.diagram.parents(name) if (p, name) in cut]
        kept = [p for p in fixed.diagram.parents(name) if (p, name) not in cut]
        rule = fractions(fixed.cpd(name, (*kept, *gone)))
        nodes = list(dict.fromkeys([*observed, decision, *kept, *gone]))
        axis = {node: k for k, node in enumerate(nodes)}
        # P(observations, kept and deleted inputs | action): the action was drawn uniformly.
        courses = fractions(joint(fixed, nodes)) * len(fixed.domains[decision])
        by_kept: dict[Any, dict[Any, Any]] = {}
        for cell in np.ndindex(courses.shape):
            if courses[cell]:
                r = tuple(cell[axis[p]] for p in kept)
                c = tuple(cell[axis[p]] for p in gone)
                context = tuple(cell[axis[p]] for p in observed)
                variable = slots[context].start + cell[axis[decision]]
                weights = by_kept.setdefault(r, {})
                weights[variable, c] = weights.get((variable, c), 0) + courses[cell]
        table: dict[Any, Polynomial] = {}
        actions = range(len(fixed.domains[name]))
        sizes = [range(len(fixed.domains[p])) for p in kept]
        for r in itertools.product(*sizes):
            weights = by_kept.get(r, {})
            mass = sum(weights.values()) / len(fixed.domains[decision])
            for action in actions:
                table[(*r, action)] = (
                    Polynomial.sum_of(
                        ((variable,), w * rule[(*r, *c, action)] / mass)
                        for (variable, c), w in weights.items()
                    )
                    if weights
                    else Polynomial({(): Fraction(1, len(actions))})
                )
        averaged[name] = (kept, table)
    return averaged


def _worth(
    s: SCIM, fixed: SCIM, decision: str, rules: Policy, slots: Mapping[Any, Slot]
) -> dict[int, Polynomial]:
    """Return, for each context and action, its weighted utility as a polynomial in the rule."""
    cut = lcdt_cut(s.diagram, decision)
    averaged = _averaged(fixed, decision, cut, slots)
    open_ = s.with_policy({name: rule for name, rule in rules.items() if name not in averaged})
    mutilated = open_.diagram.without_edges(cut) if cut else open_.diagram
    planning = open_.on(mutilated, {})
    agent = str(s.diagram.agent_of(decision))
    nodes, table, _ = family_table(planning, [decision, *averaged], agent)
    axis = {node: k for k, node in enumerate(nodes)}
    observed = [axis[p] for p in s.diagram.parents(decision)]
    total: dict[int, dict[tuple[int, ...], Any]] = {}
    numbers = fractions(table)
    for cell in np.ndindex(numbers.shape):
        if not numbers[cell]:
            continue
        part = Polynomial({(): numbers[cell]})
        for name, (kept, probabilities) in averaged.items():
            part = part.times(probabilities[(*(cell[axis[p]] for p in kept), cell[axis[name]])])
        slot = slots[tuple(cell[k] for k in observed)]
        terms = total.setdefault(slot.start + cell[axis[decision]], {})
        for monomial, c in part.terms.items():
            terms[monomial] = terms.get(monomial, 0) + c
    return {v: Polynomial(total.get(v, {})) for slot in slots.values() for v in slot.variables}


def ratifiable_lcdt(s: SCIM, decision: str, rules: Policy, limit: int = MAX_RULES) -> Ratifiable:
    """Return the rules of an LCDT agent that are optimal given the prior they bring about.

    Parameters
    ----------
    s : SCIM
        The true model, all decisions open.
    decision : str
        The decision being made.
    rules : policy
        Rules of all other decisions.
    limit : int
        Supports that are looked at, at most.

    Returns
    -------
    Ratifiable
        All of them unless ``complete`` is false.

    Raises
    ------
    ScopeError
        If a decision lacks a rule, the model has free parameters, or is too large.

    Examples
    --------
    A door costs 1/2 to open; the later self walks through it iff it is open.

    >>> import cid
    >>> from fractions import Fraction
    >>> d = cid.CID.parse("D1 -> Door -> D2; D1 -> U; Door -> U; D2 -> U", "D1 D2", "U")
    >>> s = cid.SCIM(
    ...     d,
    ...     {"D1": (0, 1), "D2": (0, 1)},
    ...     {
    ...         "Door": lambda D1: D1,
    ...         "U": lambda D1, Door, D2: D2 * (1 if Door else -1) - Fraction(D1, 2),
    ...     },
    ... )
    >>> found = cid.ratifiable_lcdt(s, "D1", {"D2": lambda Door: Door})
    >>> [each.rule for each in found]
    [{(): 0}, {(): 1}, {0: Fraction(3, 4), 1: Fraction(1, 4)}]
    """
    others = check_rules(s, decision, rules)
    check_limit(limit)
    given = {name: rules[name] for name in others}
    fixed = s.with_policy(given)
    observed = fixed.diagram.parents(decision)
    reachable = joint(fixed, observed) > 0
    actions = len(s.domains[decision])
    slots: dict[Any, Slot] = {}
    for k, context in enumerate(np.ndindex(reachable.shape)):
        slots[context] = Slot(k * actions, (k + 1) * actions)
    live = [slot for context, slot in slots.items() if reachable[context]]
    count = (2**actions - 1) ** len(live)
    if count > limit:
        raise SizeError(
            f"The rules of {decision!r} have {count:,} supports; the bound is {limit:,}. Use fewer "
            "actions or observations, or raise it with limit=..."
        )
    worth = _worth(s, fixed, decision, given, slots)
    slack = TIE if s.arithmetic == FLOAT else 0
    points: list[dict[int, Any]] = []
    loose = False
    for face in supports(live):
        try:
            points += fixed_points(worth, live, face, slack)
        except Singular:
            loose = True
    found = tuple(_solution(s, decision, given, slots, live, point) for point in points)
    extra = "; others form a continuum or were not found" if loose else ""
    count_of = f"{len(found)} ratifiable rule{'' if len(found) == 1 else 's'}"
    return Ratifiable(found, not loose, count_of + extra)


def _solution(
    s: SCIM,
    decision: str,
    rules: Policy,
    slots: Mapping[Any, Slot],
    live: Sequence[Slot],
    point: Mapping[int, Any],
) -> LCDTSolution:
    """Return a fixed point with its planning model and what it earns."""
    parents = s.diagram.parents(decision)
    actions = s.domains[decision]
    table: dict[Any, dict[Any, Any]] = {}
    choice = np.zeros([len(s.domains[p]) for p in parents], dtype=np.intp)
    pure = True
    for context, slot in slots.items():
        weights = [point[v] if slot in live else int(v == slot.start) for v in slot.variables]
        if s.arithmetic == FLOAT:
            weights = [float(w) for w in weights]
        key = tuple(s.domains[p][i] for p, i in zip(parents, context, strict=True))
        table[key] = {a: w for a, w in zip(actions, weights, strict=True) if w != 0}
        pure = pure and len(table[key]) == 1
        choice[context] = max(range(len(actions)), key=lambda k: weights[k])
    mixed: Any = table if parents else table[()]
    model = lcdt_model(s, decision, rules, "marginal", reference=mixed)
    agent = str(s.diagram.agent_of(decision))
    best = model.solve(agent=agent)
    rule: Any = mixed
    if pure:
        rule = _chosen(s, decision, best.policy[decision], choice)
    return LCDTSolution(
        "LCDT",
        "ratifiable",
        decision,
        rule,
        _simple(best.value),
        _simple(expected_utility(s, {**rules, decision: rule}, agent=agent)),
        "ratifiable",
        "exact indifference on every support",
        model,
    )


def _simple(value: Any) -> Any:
    """Return an algebraic number in a simple form."""
    if not is_symbolic(value):
        return value
    import sympy

    return sympy.radsimp(sympy.expand(value))


def _chosen(s: SCIM, decision: str, given: Rule, choice: Array) -> Rule:
    """Return a rule on all observations, with the ties that a rule on some of them has."""
    parents = s.diagram.parents(decision)
    domains = [s.domains[p] for p in parents]
    index = tuple(slice(None) if p in given.parents else None for p in parents)
    source = [given.parents.index(p) for p in parents if p in given.parents]
    ties = given.optimal.transpose([*source, len(source)])[index]
    met = given.reachable.transpose(source)[index]
    shape = choice.shape
    return Rule(
        decision,
        parents,
        domains,
        s.domains[decision],
        choice,
        np.broadcast_to(ties, (*shape, len(s.domains[decision]))),
        np.broadcast_to(met, shape),
    )


def compare_lcdt(
    s: SCIM,
    decision: str,
    rules: Policy,
    *,
    reference: Any = None,
    null: Any = None,
) -> tuple[LCDTSolution, ...]:
    """Return what CDT does, and what LCDT does under each prior.

    Parameters and errors are those of :func:`cid.lcdt_model`. The null prior is left out unless a
    null action is given; ratifiable rules come last, as many as there are.

    Examples
    --------
    >>> import cid
    >>> d = cid.CID.parse("D1 -> N -> D2 -> U; D1 -> U", "D1 D2", "U")
    >>> s = cid.SCIM(
    ...     d,
    ...     {"D1": (0, 1), "D2": (0, 1)},
    ...     {"N": lambda D1: D1, "U": lambda D1, D2: 3 * D2 - D1},
    ... )
    >>> for each in cid.compare_lcdt(s, "D1", {"D2": lambda N: N}, null=0):
    ...     print(each.theory, each.prior, each.rule[()], each.believed, each.actual)
    CDT  1 2 2
    LCDT marginal 0 3/2 0
    LCDT uniform 0 3/2 0
    LCDT null action 0 0 0 0
    LCDT ratifiable 0 0 0
    """
    others = check_rules(s, decision, rules)
    agent = str(s.diagram.agent_of(decision))
    fixed = s.with_policy({name: rules[name] for name in others})
    found = fixed.solve(agent=agent)
    first = LCDTSolution(
        "CDT",
        "",
        decision,
        found.policy[decision],
        found.value,
        found.value,
        "optimal",
        found.method,
        fixed,
    )
    nulls = [] if null is None else [solve_lcdt(s, decision, rules, "null", null=null)]
    return (
        first,
        solve_lcdt(s, decision, rules, "marginal", reference=reference),
        solve_lcdt(s, decision, rules, "uniform"),
        *nulls,
        *ratifiable_lcdt(s, decision, rules),
    )
