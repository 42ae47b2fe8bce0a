r"""Instrumental control: how far is the decision made for its effect on a node?

An optimal policy controls X in a context of D when there is an action d such that

.. math:: E[\mathcal U_{X_d} \mid pa_D] \neq E[\mathcal U \mid pa_D],

where :math:`\mathcal U_{X_d}` is a nested counterfactual: D does what it does, but X takes the
value it would have had under d. A model has an instrumental control incentive (ICI) on X when every
optimal policy controls X (Everitt et al. 2021 [1]_). What D gains or loses when its effect on X is
that of another action is how much the effect matters to it, and that amount is the degree.

With one decision all policies meet the same contexts, and every optimal policy controls X iff there
is a context in which all do. With several, optimal policies may meet different contexts; here each
of them is to control X in some context that it meets.

**Which policies.** In the definition a policy may read noise of its own, so that "every optimal
policy" includes those that mix optimal actions. Where several actions are optimal, their effects
can cancel in a mixture: each of two actions controls X, and tossing a coin between them does not.
The graphical criterion is the same under both readings, since no policy controls X without a path,
and with one some model has a single optimal policy. In a model the two can differ. Training ends in
one policy and breaks ties, so `degree` and `has` are over *deterministic* optimal policies, which
is this library's choice; `randomised` is over all of them, the literal reading.

.. [1] T. Everitt, R. Carey, E. Langlois, P. Ortega, S. Legg. "Agent Incentives: A Causal
   Perspective". AAAI 2021.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from cid.criteria.ici import CRITERION
from cid.criterion import Measure
from cid.engine.numbers import TIE
from cid.incentives.incentive import Incentive, verdict_on
from cid.model.guards import check_model
from cid.scim import SCIM
from cid.solving.contexts import Contexts, contexts_of, settle
from cid.solving.policies import JointPolicies
from cid.solving.worlds import Worlds
from cid.solving.zero_sum import least_largest

__all__ = ["Control", "instrumental_control"]

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, eq=False)
class Control(Incentive):
    """The instrumental control incentive of one decision on one node, in one model.

    Attributes
    ----------
    contexts : mapping from context to degree
        For each context that an optimal policy meets (the values of the decision's parents, in the
        diagram's order) the smallest, over the optimal policies that meet it, of the largest, over
        actions d, of ``|E[U_{X_d} | context] - E[U | context]|``, in units of utility.
    randomised : Fraction, float or None
        The degree when optimal policies may mix actions: at most `degree`, and zero where control
        can be mixed away. None for one decision among several, where it depends on how a mixing
        policy draws its actions in the nested counterfactual.
    """

    contexts: Mapping[tuple[Any, ...], Any] = field(repr=False)
    randomised: Any = field(default=None, repr=False)

    def __str__(self) -> str:
        if self.randomised is None or self.randomised == self.degree:
            return super().__str__()
        return (
            f"{super().__str__()} Among policies that mix actions the degree is {self.randomised}."
        )


def instrumental_control(s: SCIM, decision: str, node: str) -> Control:
    """Return how far, in this model, the decision is made for its effect on a node.

    Parameters
    ----------
    s : SCIM
        The model of the objective: what the optimiser's credit crosses.
    decision, node : str
        The pair. For the decision itself the degree is what another action would cost.

    Returns
    -------
    Control
        ``degree``, in units of utility, is how far every optimal policy controls the node in some
        context that it meets: with one decision, the largest of the contexts' degrees. ``has`` is
        whether it is positive.

    Raises
    ------
    ScopeError
        If another agent's decision has no rule; or if the model is too large to enumerate.

    Notes
    -----
    The degree is over deterministic optimal policies; ``randomised`` is over all of them. With one
    decision its own draw enters no counterfactual, and the expected change under a mixture is the
    mixture of the changes, so that the least over mixtures is the value of a zero-sum game. With
    several decisions of consequence all deterministic joint policies are listed.

    Examples
    --------
    >>> import cid
    >>> d = cid.CID.parse("S -> D -> X -> U; S -> U", decisions="D", utilities="U")
    >>> s = cid.SCIM(
    ...     d,
    ...     domains={"D": (0, 1)},
    ...     mechanisms={"S": {0: 0.5, 1: 0.5}, "X": lambda D: D, "U": lambda S, X: int(S == X)},
    ... )
    >>> found = cid.instrumental_control(s, "D", "X")
    >>> print(found)
    The diagram admits an instrumental control incentive of D on X; this model has it, to the degree
    1.0.
    >>> found.contexts
    {(0,): 1.0, (1,): 1.0}
    """
    d = check_model(s, "instrumental_control").diagram
    d.check_decision(decision)
    d.check_node(node)
    agent = str(d.agent_of(decision))
    settled = settle(s, agent, [decision])
    size = len(s.domains[decision])
    keep = [decision, *settled.diagram.parents(decision)]
    if len(settled.diagram.decisions) == 1:
        worlds = Worlds(settled, keep, agent, size * size, [decision])
        contexts, mixed = _alone(contexts_of(worlds, decision), node)
        degree, randomised = max(contexts.values()), max(mixed)
    else:
        moved = [*settled.diagram.decisions, node]
        worlds = Worlds(settled, keep, agent, moved=moved)
        degree, contexts = _among(worlds, decision, node)
        randomised = None
    finding = verdict_on(s, CRITERION.key, decision, node)
    return Control(
        CRITERION.key, decision, node, bool(degree > 0), degree, finding, contexts, randomised
    )


def _degree(worlds: Worlds, change: Any, mass: Any, scale: Any) -> Any:
    """Return a weighted change as an expected one; rounding errors become zero."""
    if not worlds.exact and change <= TIE * scale:
        return 0.0
    return worlds.mean(change) / worlds.probability(mass)


def _alone(contexts: Contexts, node: str) -> tuple[dict[tuple[Any, ...], Any], list[Any]]:
    """Return each context's degree for a decision that is alone, and that over mixed policies."""
    worlds, decision = contexts.worlds, contexts.decision
    count, size = len(contexts.numbers), worlds.sizes[decision]
    if node not in worlds.parents:
        return {contexts.named(k): worlds.mean(0) for k in range(count)}, [worlds.mean(0)]
    action = np.arange(size)[:, None, None]
    plain = worlds.run({decision: action})
    under = np.broadcast_to(plain[node], (size, 1, worlds.count))
    nested = worlds.run({decision: action}, {node: under.transpose(1, 0, 2)})
    usual = worlds.utility(plain)
    change = worlds.gather(contexts.cell, worlds.utility(nested) - usual, count)
    change = np.broadcast_to(change, (size, size, count))
    largest = np.abs(change).max(axis=1)
    scale = worlds.gather(contexts.cell, np.abs(usual), count).reshape(-1, count).max(axis=0)
    pure, mixed = {}, []
    for k in range(count):
        mass, optimal = contexts.mass[k], contexts.optimal[k]
        pure[contexts.named(k)] = min(
            _degree(worlds, amount, mass, scale[k]) for amount in largest[optimal, k]
        )
        mixed.append(_mixed(worlds, change[optimal, :, k], mass, scale[k]))
    return pure, mixed


def _mixed(worlds: Worlds, change: Any, mass: Any, scale: Any) -> Any:
    """Return the least, over mixtures of actions (rows), of the largest expected change."""
    if len(change) == 1 or not np.abs(change).max(axis=1).all():
        return _degree(worlds, np.abs(change).max(axis=1).min(), mass, scale)
    distinct = {tuple(column) for column in change.T.tolist()}
    least = least_largest([[*row, *(-x for x in row)] for row in zip(*distinct, strict=True)])
    if not worlds.exact and least <= TIE * scale:
        return 0.0
    return least * worlds.mean(1) / worlds.probability(mass)


def _among(worlds: Worlds, decision: str, node: str) -> tuple[Any, dict[tuple[Any, ...], Any]]:
    """Return the degree and each context's, for one decision among several, by listing policies."""
    parents = worlds.s.diagram.parents(decision)
    joint = JointPolicies(worlds, worlds.s.diagram.decisions, node)
    least: dict[tuple[Any, ...], Any] = {}
    highest = []
    for acting, shape in joint.parts(joint.optimal()):
        plain = worlds.run(acting)
        numbers, cell = np.unique(
            np.broadcast_to(worlds.context(plain, parents), shape), return_inverse=True
        )
        cell = cell.reshape(shape)
        usual = np.broadcast_to(worlds.utility(plain), shape)
        largest = np.zeros((shape[0], len(numbers)), dtype=worlds.weight.dtype)
        for action in range(worlds.sizes[decision] if node in worlds.parents else 0):
            under = worlds.run(acting, {decision: np.array(action)})[node]
            nested = worlds.run(acting, {node: under})
            change = worlds.gather(cell, worlds.utility(nested) - usual, len(numbers))
            largest = np.maximum(largest, np.abs(change))
        mass = worlds.gather(cell, np.ones((), dtype=worlds.weight.dtype), len(numbers))
        scale = worlds.gather(cell, np.abs(usual), len(numbers))
        for row in range(shape[0]):
            met = {
                worlds.named(numbers[k], parents): _degree(
                    worlds, largest[row, k], mass[row, k], scale[row, k]
                )
                for k in np.flatnonzero(mass[row] > 0)
            }
            highest.append(max(met.values()))
            for context, found in met.items():
                least[context] = min(found, least.get(context, found))
    return min(highest), least


MEASURE = Measure(
    CRITERION,
    lambda s, decision, node: instrumental_control(s, decision, node).degree,
    below=True,
)
