r"""Goal-directedness: how well does maximising a utility explain what is done?

Maximum entropy goal-directedness (MacDermott et al. 2024 [1]_) compares a policy :math:`\pi` with
the policies that are as random as possible among those that attain some expected utility. For a
decision taken once these are the Boltzmann policies
:math:`\pi_\beta(d \mid pa) \propto \exp(\beta\, Q(pa, d))`, from worst (:math:`\beta = -\infty`)
to uniform (0) to best (:math:`\infty`); for several decisions :math:`Q` counts the entropy of
later ones as well. Then

.. math::

   \mathrm{MEG}(\pi) = \max_\beta\, E_\pi\Big[\sum_D \big(\log \pi_\beta(D \mid Pa_D)
   - \log \tfrac{1}{|\mathrm{dom}\, D|}\big)\Big],

between 0, when the utility explains nothing that chance would not, and the sum of
:math:`\log |\mathrm{dom}\, D|`. The expectation is concave in :math:`\beta`, with slope
:math:`E_\pi[\mathcal U] - E_{\pi_\beta}[\mathcal U]`, so the maximum is where the two utilities
agree.

.. [1] M. MacDermott, J. Fox, F. Belardinelli, T. Everitt. "Measuring Goal-Directedness". NeurIPS
   2024. arXiv:2412.04758.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from cid.diagram import CID
from cid.engine.numbers import SYMBOLIC, TIE
from cid.errors import CIDTypeError, MissingRuleError, ModelError, ScopeError, shorten
from cid.incentives.incentive import Sized
from cid.model.guards import check_model
from cid.model.interface import Policy
from cid.scim import SCIM
from cid.solving.worlds import Worlds
from cid.structure.agents import only_player
from cid.structure.relevance import solve_order

__all__ = ["GoalDirectedness", "goal_directedness"]

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, eq=False)
class GoalDirectedness(Sized):
    """How far a policy is explained by a model's utility.

    Attributes
    ----------
    agent : str
        Whose decisions and utility.
    degree : float
        Maximum entropy goal-directedness, in nats, from 0 to `most`.
    most : float
        The sum over decisions of log(number of actions), in nats.
    beta : float
        Inverse temperature of the policy that explains it best, per unit of utility; ``inf`` for an
        optimal policy, ``-inf`` for a worst one, negative for one that avoids utility.
    utility : float
        Expected utility of the policy.
    """

    agent: str
    degree: float
    most: float
    beta: float
    utility: float


def goal_directedness(s: SCIM, policy: Policy, agent: str | None = None) -> GoalDirectedness:
    """Return the maximum entropy goal-directedness of a policy towards a model's utility.

    Parameters
    ----------
    s : SCIM
        The model. All its decisions without rules belong to one agent.
    policy : mapping from decision to rule
        What is done, stochastic or not, at each of these decisions.
    agent : str, optional
        By default the only agent with decisions.

    Returns
    -------
    GoalDirectedness

    Raises
    ------
    ScopeError
        If several agents decide, the decisions cannot be ordered once the entropy of each is valued
        too, or the model is too large to enumerate.
    ModelError
        If a rule is missing.

    Examples
    --------
    >>> import cid
    >>> d = cid.CID.parse("S -> D -> U; S -> U", decisions="D", utilities="U")
    >>> s = cid.SCIM(d, {"D": (0, 1)}, {"S": {0: 0.5, 1: 0.5}, "U": lambda S, D: int(S == D)})
    >>> follow, ignore = lambda S: {S: 0.75, 1 - S: 0.25}, lambda S: {0: 0.75, 1: 0.25}
    >>> round(cid.goal_directedness(s, {"D": follow}).degree, 4)
    0.1308
    >>> cid.goal_directedness(s, {"D": ignore}).degree
    0.0
    """
    d = check_model(s, "goal_directedness").diagram
    if not isinstance(policy, Mapping):
        raise CIDTypeError(f"A policy is a mapping from decisions, not {shorten(policy)}.")
    chosen = only_player(d, agent, "Goal-directedness")
    if not d.decisions:
        raise ScopeError("The model has no decision without a rule; there is nothing to explain.")
    missing = [name for name in d.decisions if name not in policy]
    if missing:
        raise MissingRuleError(f"The policy has no rule for {missing[0]!r}.")
    explained = _Explained(s, policy, chosen)
    beta = explained.best_beta()
    most = sum(math.log(len(s.domains[name])) for name in d.decisions)
    degree = min(max(explained.score(beta) + most, 0.0), most)
    return GoalDirectedness(chosen, degree, most, beta, explained.utility)


def _order(d: CID, agent: str) -> tuple[str, ...]:
    """Return the decisions, last first, where the entropy of each is a utility as well."""
    names = set(d.nodes)
    edges, entropies = list(d.edges), []
    for decision in d.decisions:
        name = f"entropy of {decision}"
        while name in names:
            name += "'"
        names.add(name)
        entropies.append(name)
        edges += [(tail, name) for tail in (*d.parents(decision), decision)]
    return solve_order(
        CID(
            edges,
            {agent: list(d.decisions)},
            {agent: [*d.utilities_of(agent), *entropies]},
            nodes=d.nodes,
        )
    )


class _Explained:
    """All joint actions in all worlds, with the probability of each under the policy."""

    def __init__(self, s: SCIM, policy: Policy, agent: str) -> None:
        d = s.diagram
        self.order = _order(d, agent)
        sizes = [len(s.domains[name]) for name in d.decisions]
        keep = [name for each in d.decisions for name in (each, *d.parents(each))]
        worlds = Worlds(s, keep, agent, beside=math.prod(sizes))
        self.shape = (math.prod(sizes), worlds.count)
        grid = np.indices(sizes).reshape(len(sizes), -1, 1)
        actions = dict(zip(d.decisions, grid, strict=True))
        values = worlds.run(actions)
        self.chance, utility = worlds.floats(worlds.utility(values))
        self.gain = np.broadcast_to(utility, self.shape)
        fixed = s.with_policy({name: policy[name] for name in d.decisions})
        if fixed.arithmetic == SYMBOLIC:
            raise ModelError("The policy has free parameters. Give numbers.")
        self.sizes = dict(zip(d.decisions, sizes, strict=True))
        self.place: dict[str, Array] = {}
        self.contexts: dict[str, int] = {}
        probability = np.broadcast_to(self.chance, self.shape)
        for name in d.decisions:
            met = np.broadcast_to(worlds.context(values, d.parents(name)), self.shape)
            numbers, cell = np.unique(met, return_inverse=True)
            self.place[name] = cell.reshape(self.shape) * self.sizes[name] + actions[name]
            self.contexts[name] = len(numbers)
            rule = fixed.cpd(name, d.parents(name)).astype(np.float64)
            table = rule.reshape(-1, self.sizes[name])[numbers]
            probability = probability * table.ravel()[self.place[name]]
        self.probability = probability
        self.utility = float((probability * self.gain).sum())
        self.scale = float(np.abs(self.gain).max()) + 1e-300

    def _mean(self, name: str, weight: Array, amount: Array) -> Array:
        """Return the mean amount per context and action of one decision."""
        count = self.contexts[name] * self.sizes[name]
        place = self.place[name].ravel()
        total = np.bincount(place, (weight * amount).ravel(), count)
        mass = np.bincount(place, weight.ravel(), count)
        found = np.divide(total, mass, out=np.zeros(count), where=mass > 0)
        return found.reshape(-1, self.sizes[name])

    def rules(self, beta: float) -> dict[str, Array]:
        """Return log-probabilities of the maximum entropy policy at an inverse temperature."""
        weight = np.broadcast_to(self.chance, self.shape)
        entropy = np.zeros(self.shape)
        found: dict[str, Array] = {}
        for name in self.order:
            gain = self._mean(name, weight, self.gain)
            later = self._mean(name, weight, entropy)
            if math.isinf(beta):
                towards = math.copysign(1.0, beta) * gain
                best = towards >= towards.max(axis=1, keepdims=True) - TIE * self.scale
                logits = np.where(best, later, -np.inf)
            else:
                logits = beta * gain + later
            top = logits.max(axis=1, keepdims=True)
            log = logits - top - np.log(np.exp(logits - top).sum(axis=1, keepdims=True))
            found[name] = log
            here = log.ravel()[self.place[name]]
            weight = weight * np.exp(here)
            entropy = entropy - np.where(np.isfinite(here), here, 0.0)
        return found

    def earns(self, beta: float) -> float:
        """Return the expected utility of the maximum entropy policy."""
        log = sum(rule.ravel()[self.place[name]] for name, rule in self.rules(beta).items())
        return float((self.chance * np.exp(log) * self.gain).sum())

    def score(self, beta: float) -> float:
        """Return the expected log-probability that it gives to what the policy does."""
        log = sum(rule.ravel()[self.place[name]] for name, rule in self.rules(beta).items())
        taken = self.probability > 0
        return float((self.probability[taken] * np.broadcast_to(log, self.shape)[taken]).sum())

    def best_beta(self) -> float:
        """Return the inverse temperature at which the maximum entropy policy earns as much."""
        lowest, highest = self.earns(-math.inf), self.earns(math.inf)
        near = TIE * self.scale
        if highest - lowest <= near:
            return 0.0
        for end, value in ((math.inf, highest), (-math.inf, lowest)):
            if abs(self.utility - value) <= near and math.isfinite(self.score(end)):
                return end
        below, above = self._bracket(highest - lowest)
        for _ in range(200):
            middle = (below + above) / 2
            if middle in (below, above):
                break
            if self.earns(middle) < self.utility:
                below = middle
            else:
                above = middle
        return above if abs(above) <= abs(below) else below

    def _bracket(self, spread: float) -> tuple[float, float]:
        below, above = -1.0 / spread, 1.0 / spread
        limit = 1e12 / spread
        while self.earns(above) < self.utility and above < limit:
            below, above = above, 2 * above
        while self.earns(below) > self.utility and below > -limit:
            below, above = 2 * below, below
        return below, above
