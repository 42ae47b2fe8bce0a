r"""Impact: how far does every optimal policy move a node, on purpose or not?

Given a baseline policy :math:`\pi'`, a distance :math:`\delta` and a threshold c, a model has an
impact incentive on X when every optimal policy :math:`\pi` has

.. math:: E[\delta(X_\pi(\varepsilon), X_{\pi'}(\varepsilon))] > c,

the two values being taken in the same world (Carey et al. 2025 [1]_). Side effects count: X need
not lie on a path to a utility.

.. [1] R. Carey, E. Langlois, C. van Merwijk, S. Legg, T. Everitt. "Incentives for Responsiveness,
   Instrumental Control and Impact". Artificial Intelligence 348, 2025. arXiv:2001.07118.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from cid.criteria.impact import CRITERION
from cid.engine.numbers import SYMBOLIC, TIE, is_symbolic, number
from cid.errors import ModelError
from cid.incentives.incentive import Incentive, verdict_on
from cid.model.guards import check_model, own_rule
from cid.scim import SCIM
from cid.solving.contexts import contexts_of, settle
from cid.solving.policies import JointPolicies
from cid.solving.worlds import Worlds, dependencies

__all__ = ["Impact", "impact_incentive"]

Array = np.ndarray[Any, Any]
Value = Hashable
Distance = Callable[[Any, Any], Any]


@dataclass(frozen=True, eq=False)
class Impact(Incentive):
    """The impact incentive of one decision on one node, in one model.

    Attributes
    ----------
    threshold : Fraction or float
        What the degree must exceed.
    """

    threshold: Any = field(repr=False)


def impact_incentive(
    s: SCIM,
    decision: str,
    node: str,
    baseline: Any,
    *,
    distance: Distance | None = None,
    threshold: Any = 0,
) -> Impact:
    """Return how far every optimal policy moves a node from where a baseline leaves it.

    Parameters
    ----------
    s : SCIM
        The model of the physics.
    decision, node : str
        The pair.
    baseline : rule
        What the decision is compared with: an action, a table from contexts, a function of the
        parents, or any other form that a rule takes in :meth:`SCIM.with_policy`; or a policy that
        holds a rule for the decision.
    distance : callable, optional
        From two values of the node, the one under the optimal policy first, to a number that is not
        negative. By default 0 for equal values and 1 for different ones.
    threshold : number
        The incentive is there if the degree exceeds it; not negative.

    Returns
    -------
    Impact
        ``degree`` is the expected distance, smallest over optimal policies; mixing them does not
        make it smaller. Other decisions of the agent keep their rules when this one follows the
        baseline.

    Raises
    ------
    ScopeError
        If another agent's decision has no rule, or the model is too large to enumerate.
    ModelError
        If the baseline, a distance or the threshold cannot be used.

    Examples
    --------
    >>> import cid
    >>> d = cid.CID.parse("D -> X; D -> U", decisions="D", utilities="U")
    >>> s = cid.SCIM(d, {"D": (0, 1, 2)}, {"X": lambda D: 10 * D, "U": lambda D: min(D, 1)})
    >>> far = lambda x, y: abs(x - y)
    >>> cid.impact_incentive(s, "D", "X", baseline=0, distance=far).degree
    Fraction(10, 1)
    """
    d = check_model(s, "impact_incentive").diagram
    d.check_node(node)
    agent = str(d.agent_of(d.check_decision(decision)))
    finding = verdict_on(s, CRITERION.key, decision, node)
    least = _number(threshold, "The threshold")
    settled = settle(s, agent, [decision, *dependencies(s, [decision, node])])
    several = len(settled.diagram.decisions) > 1
    size = len(s.domains[decision])
    parents = d.parents(decision)
    worlds = Worlds(
        settled,
        [decision, *parents, node],
        agent,
        1 if several else size,
        settled.diagram.decisions,
    )
    rule = settled.with_policy({decision: own_rule(settled, decision, baseline)})
    if rule.arithmetic == SYMBOLIC:
        raise ModelError("The baseline has free parameters. Give numbers.")
    chances = rule.cpd(decision, parents).reshape(-1, size)
    distances = _distances(s, node, distance)
    measure = _among if several else _alone
    degree = measure(worlds, decision, node, chances, distances)
    slack = 0 if isinstance(degree, Fraction) else TIE * max(1.0, abs(float(degree)))
    return Impact(
        CRITERION.key, decision, node, bool(degree - slack > least), degree, finding, least
    )


def _alone(worlds: Worlds, decision: str, node: str, chances: Array, distances: Array) -> Any:
    """Return the degree for a decision that is alone, context by context."""
    contexts = contexts_of(worlds, decision)
    size, count = worlds.sizes[decision], len(contexts.numbers)
    values = worlds.run({decision: np.arange(size)[:, None]})[node]
    under = np.broadcast_to(values, (size, worlds.count))
    expected = np.full((size, count), worlds.probability(0), dtype=object)
    for action, instead in itertools.product(range(size), repeat=2):
        far = _mean(worlds, contexts.cell, under[action], under[instead], distances)
        expected[action] += chances[contexts.numbers, instead] * far
    return sum(
        (expected[contexts.optimal[k], k].min() for k in range(count)),
        start=worlds.probability(0),
    )


def _among(worlds: Worlds, decision: str, node: str, chances: Array, distances: Array) -> Any:
    """Return the degree for one decision among several, by listing policies."""
    joint = JointPolicies(worlds, worlds.s.diagram.decisions)
    parents = worlds.s.diagram.parents(decision)
    least: Any = None
    for acting, shape in joint.parts(joint.optimal()):
        plain = worlds.run(acting)
        here, met = (
            np.broadcast_to(each, shape) for each in (plain[node], worlds.context(plain, parents))
        )
        there = [
            np.broadcast_to(worlds.run(acting, {decision: np.array(instead)})[node], shape)
            for instead in range(worlds.sizes[decision])
        ]
        for row in range(shape[0]):
            numbers, cell = np.unique(met[row], return_inverse=True)
            expected = sum(
                (
                    chances[numbers, instead] @ _mean(worlds, cell, here[row], far[row], distances)
                    for instead, far in enumerate(there)
                ),
                start=worlds.probability(0),
            )
            least = expected if least is None else min(least, expected)
    return least


def _number(given: Any, where: str) -> Any:
    found = number(given, where)
    if is_symbolic(found) or found < 0:
        raise ModelError(f"{where} is {found}. Give a number that is not negative.")
    return found


def _distances(s: SCIM, node: str, distance: Distance | None) -> Array:
    """Return the distance between any two values of the node."""
    domain = s.domains[node]
    if distance is None:
        return np.array([[Fraction(int(x != y)) for y in domain] for x in domain], dtype=object)
    table = np.empty((len(domain), len(domain)), dtype=object)
    for i, x in enumerate(domain):
        for j, y in enumerate(domain):
            try:
                given = distance(x, y)
            except Exception as error:
                raise ModelError(
                    f"The distance fails at {x!r}, {y!r}: {type(error).__name__}: {error}. It "
                    f"must give a number for any two values of {node!r}."
                ) from error
            table[i, j] = _number(given, f"The distance of {x!r} and {y!r}")
    return table


def _mean(worlds: Worlds, cell: Array, here: Array, there: Array, distances: Array) -> Array:
    """Return, per context, the sum over its worlds of probability times distance."""
    size = len(distances)
    count = int(cell.max()) + 1
    place = (cell * size + here) * size + there
    mass = worlds.gather(place, np.ones((), dtype=worlds.weight.dtype), count * size * size)
    chance = np.frompyfunc(worlds.probability, 1, 1)(mass).reshape(count, size * size)
    return np.asarray((chance * distances.ravel()).sum(axis=1))
