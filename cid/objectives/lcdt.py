r"""LCDT solved: what an agent does that believes no other decision depends on its own.

Lonely causal decision theory (Shimi and Hubinger 2021 [1]_) deletes from the agent's world model
the last edge of every path from its decision D to another one (:func:`cid.lcdt`). Which *action* is
best then depends on what the agent believes about the deleted inputs C of another decision D', and
the source leaves that to a prior. With R the inputs that D' keeps and :math:`\pi_{D'}` its rule,
four readings are told apart here:

- ``"marginal"``: D' acts as before the action is known,
  :math:`\sum_c P(c \mid r)\, \pi_{D'}(d' \mid r, c)`, with P computed in the true model under a
  *reference rule* for D, uniform unless another is given;
- ``"uniform"``: every value of the deleted inputs is equally likely;
- ``"null"``: D' reads what it would have read under a *null action* of D, with the same noise;
- *ratifiable*: as the first, with the agent's own final rule for reference. These are fixed points,
  and there may be several, mixed ones among them (:func:`ratifiable_lcdt`).

The four admit the same incentives, since none lets D move D'. Whether a model *has* one, and to
what degree, differs with the reading. The planning model deliberately mispredicts other agents;
each solution therefore also says what its rule earns in the true model.

.. [1] A. Shimi, E. Hubinger. "LCDT, A Myopic Decision Theory". AI Alignment Forum, 2021.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from cid.engine.numbers import array
from cid.errors import CIDTypeError, SizeError, shorten
from cid.model.interface import Policy
from cid.model.mechanism import Mechanism
from cid.objectives.path_specific import path_specific_model
from cid.parts import Edge
from cid.scim import SCIM
from cid.solving.given_rules import check_rules
from cid.solving.induction import expected_utility
from cid.solving.shared import MAX_CELLS
from cid.solving.tree import Tree
from cid.transforms.lcdt import lcdt_cut

__all__ = ["LCDTSolution", "joint", "lcdt_model", "solve_lcdt"]

Array = np.ndarray[Any, Any]
Value = Hashable

Believe = Callable[[Sequence[str], Sequence[str]], Array]
"""From kept and deleted inputs to the probability of the deleted ones given the kept."""

PRIORS = ("marginal", "uniform", "null")


@dataclass(frozen=True)
class LCDTSolution:
    """What one decision theory does at one decision.

    Attributes
    ----------
    theory : str
        ``"CDT"`` or ``"LCDT"``.
    prior : str
        What stands in for the deleted inputs; empty for CDT.
    decision : str
        The decision.
    rule : Rule or mapping
        What is done by context, in a form that :meth:`SCIM.with_policy` takes. ``rule.ties(...)``
        are all optimal actions of a deterministic rule.
    believed : number
        Expected utility in the agent's planning model.
    actual : number
        Expected utility in the true model.
    status : str
        ``"optimal"`` in the planning model, or ``"ratifiable"``.
    method : str
        How it was found.
    model : SCIM
        The planning model.
    """

    theory: str
    prior: str
    decision: str
    rule: Any
    believed: Any
    actual: Any
    status: str
    method: str
    model: SCIM = field(repr=False)


def lcdt_model(
    s: SCIM,
    decision: str,
    rules: Policy,
    prior: str = "marginal",
    *,
    reference: Any = None,
    null: Value | None = None,
) -> SCIM:
    """Return the model in which an LCDT agent plans.

    Parameters
    ----------
    s : SCIM
        The true model, all decisions open.
    decision : str
        The decision being made.
    rules : policy
        Rules of all other decisions.
    prior : {"marginal", "uniform", "null"}
        What stands in for the deleted inputs.
    reference : rule, optional
        The decision's rule under which the marginal is taken; uniform by default.
    null : action, optional
        The null action.

    Returns
    -------
    SCIM
        A model with `decision` as its only decision. Its diagram is :func:`cid.lcdt` of the true
        one, the other decisions as chance nodes; a null prior adds ``X (baseline)`` nodes.

    Raises
    ------
    ScopeError
        If a decision lacks a rule, or the model has free parameters.
    ModelError
        If a rule or the null action does not fit.
    """
    others = check_rules(s, decision, rules)
    if not isinstance(prior, str) or prior not in PRIORS:
        hint = " Use cid.ratifiable_lcdt." if prior == "ratifiable" else ""
        raise CIDTypeError(
            f"The prior is one of {', '.join(map(repr, PRIORS))}, not {shorten(prior)}.{hint}"
        )
    named = null is not None or (prior == "null" and None in s.domains[decision])
    if named != (prior == "null"):
        raise CIDTypeError("null= names the null action, and belongs to prior='null'.")
    if reference is not None and prior != "marginal":
        raise CIDTypeError("reference= is a rule for D, and belongs to prior='marginal'.")
    fixed = s.with_policy({name: rules[name] for name in others})
    cut = lcdt_cut(s.diagram, decision)
    if prior == "null":
        s.index(decision, null)
        return path_specific_model(fixed, cut, rollout={decision: null})
    if prior == "uniform":
        return _planning(fixed, cut, lambda kept, gone: _uniform(s, kept, gone))
    acting = {decision: _uniform_rule(s, decision) if reference is None else reference}
    usual = fixed.with_policy(acting)
    return _planning(fixed, cut, lambda kept, gone: _given(usual, kept, gone))


def _uniform_rule(s: SCIM, decision: str) -> Mechanism:
    actions, parents = s.domains[decision], s.diagram.parents(decision)
    shape = (*(len(s.domains[p]) for p in parents), len(actions))
    rows = np.full(shape, Fraction(1, len(actions)), dtype=object)
    return Mechanism(parents, actions, rows)


def joint(s: SCIM, nodes: Sequence[str]) -> Array:
    """Return the joint probabilities of some nodes; open decisions act uniformly at random.

    Raises
    ------
    ScopeError
        If there are more joint values than :data:`~cid.solving.shared.MAX_CELLS`.
    """
    cells = math.prod(len(s.domains[name]) for name in nodes)
    if cells > MAX_CELLS:
        raise SizeError(
            f"{', '.join(nodes)} have {cells:,} joint values; the bound is {MAX_CELLS:,}. Use "
            "smaller domains."
        )
    if not nodes:
        return array(Fraction(1), s.arithmetic)
    return np.asarray(Tree(s, s.diagram, (), nodes).joint()[0])


def _uniform(s: SCIM, kept: Sequence[str], gone: Sequence[str]) -> Array:
    """Return equal weights for all values of `gone`, the axes of `kept` first and of size one."""
    shape = (*(1 for _ in kept), *(len(s.domains[name]) for name in gone))
    return np.full(shape, array(Fraction(1, math.prod(shape)), s.arithmetic)[()])


def _given(s: SCIM, kept: Sequence[str], gone: Sequence[str]) -> Array:
    """Return P(gone | kept), the axes of `kept` first; uniform where `kept` cannot come up."""
    both = joint(s, (*kept, *gone))
    axes = tuple(range(len(kept), both.ndim))
    mass = both.sum(axis=axes, keepdims=True)
    count = math.prod(len(s.domains[name]) for name in gone)
    one = array(Fraction(1), s.arithmetic)[()]
    possible = np.broadcast_to(mass > 0, both.shape)
    safe = np.where(mass > 0, mass, one)
    return np.where(possible, both / safe, one / count)


def _planning(fixed: SCIM, cut: Sequence[Edge], believe: Believe) -> SCIM:
    """Return the mutilated model, each affected rule averaged over what the agent believes."""
    d = fixed.diagram.without_edges(cut) if cut else fixed.diagram
    changed: dict[str, Mechanism] = {}
    for name in dict.fromkeys(head for _, head in cut):
        gone = [p for p in fixed.diagram.parents(name) if (p, name) in cut]
        kept = [p for p in fixed.diagram.parents(name) if (p, name) not in cut]
        rule = fixed.cpd(name, (*kept, *gone))
        weights = believe(kept, gone)
        rows = (weights[..., None] * rule).sum(axis=tuple(range(len(kept), rule.ndim - 1)))
        changed[name] = Mechanism(tuple(kept), fixed.domains[name], rows.astype(object))
    return fixed.on(d, changed)


def solve_lcdt(
    s: SCIM,
    decision: str,
    rules: Policy,
    prior: str = "marginal",
    *,
    reference: Any = None,
    null: Value | None = None,
) -> LCDTSolution:
    """Return what an LCDT agent does at one decision.

    Parameters and errors are those of :func:`lcdt_model`.

    Examples
    --------
    A note to one's later self, which costs 1/4 to write and would always be read.

    >>> import cid
    >>> from fractions import Fraction
    >>> d = cid.CID.parse("W -> D1 -> N -> D2; W -> U; D2 -> U; D1 -> U", "D1 D2", "U")
    >>> s = cid.SCIM(
    ...     d,
    ...     {"D1": (0, 1), "D2": (0, 1)},
    ...     {
    ...         "W": {0: Fraction(1, 2), 1: Fraction(1, 2)},
    ...         "N": lambda D1: D1,
    ...         "U": lambda W, D1, D2: int(W == D2) - Fraction(D1, 4),
    ...     },
    ... )
    >>> reader = {"D2": lambda N: N}
    >>> s.with_policy(reader).solve().policy["D1"]
    {(0,): 0, (1,): 1}
    >>> never = cid.solve_lcdt(s, "D1", reader)
    >>> never.rule, never.believed, never.actual
    ({(0,): 0, (1,): 0}, Fraction(1, 2), Fraction(1, 2))
    """
    model = lcdt_model(s, decision, rules, prior, reference=reference, null=null)
    agent = str(s.diagram.agent_of(decision))
    found = model.solve(agent=agent)
    rule = found.policy[decision]
    names = {"marginal": "marginal", "uniform": "uniform", "null": f"null action {null!r}"}
    return LCDTSolution(
        "LCDT",
        names[prior],
        decision,
        rule,
        found.value,
        expected_utility(s, {**rules, decision: rule}, agent=agent),
        "optimal",
        found.method,
        model,
    )
