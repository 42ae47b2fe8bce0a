"""Joint retraining: credit across epochs bends today's model towards predictable data tomorrow.

A model's outputs end up in the corpus on which its successor is trained. Here the corpus is a
stream of coin flips: people write 1 at the rate h. The first model is one number, the rate p1 it
assigns to 1. It is scored by cross-entropy on human data, and it publishes samples. The second
training set holds a share alpha of those samples, so its rate is

    d = (1 - alpha) * h + alpha * p1,

and the second model is refitted on it. The best it can do is to lose the entropy H(d).

If both epochs are *one* objective, CE(h, p1) + weight * H(d), then it pays to make the second
data set easy: the first model gives up some accuracy on human data and publishes a more lopsided
stream. If each epoch is its own agent, the data move just as far when p1 moves, but nobody
is paid for moving them, and p1 stays at h.

Arms
----
- ``joint``: credit for the second loss reaches p1 through its published samples (a score-function
  term: the samples are discrete). The second model is refitted on the mixed data all along.
- ``per_epoch``: the same physics and the same refits; generated data count as constants.
- ``not_published``: credit as in ``joint``, physics changed: alpha = 0.
- ``lcdt``: as ``joint``, but the first model believes that its successor is none of its business:
  the edge D1 -> P2 is cut, and the successor in its sums is the one that it expected beforehand,
  refitted on a decoupled history in which p1 = h. This is LCDT with the prior-marginal reading of
  the cut input. It is *not* free of the incentive: the path P1 -> G1 -> D1 -> U2 avoids P2. The
  first model steers the data towards what it expects its successor to say. (With the ratifiable
  reading, in which the expected successor is the actual one, LCDT changes nothing here: the second
  model sits at the minimum of its own loss, so its response has no first-order effect on it.)
- ``pitchfork_below``, ``pitchfork_above``: ``joint`` with h = 1/2, where a lopsided stream is as
  good to one side as to the other. The symmetric point is stable exactly while
  weight * alpha^2 < 1. Below that the graph admits an incentive that these numbers do not exhibit:
  admitting is not having. Above it there are two self-fulfilling optima, and chance decides which.
  A mean over the two basins would mean nothing, so the claims are about fractions of seeds.

What is predicted
-----------------
The optimum of each arm follows from a one-dimensional first-order condition. Human data at rate
.6, alpha = .8 and weight 1 give p1 = .739 and d = .711 for ``joint``, against .6 and .6.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import torch
from scipy.optimize import brentq
from torch import Tensor

import cid
from training_models import (
    Arm,
    Case,
    CaseError,
    Claim,
    Measures,
    Tick,
    closed_form,
    exactly_zero,
    fraction,
    impact,
    incentive,
)
from training_models.nets import Draws
from training_models.worlds.stream import Stream

CONSTANT_DATA = ("per_epoch",)
"""Arms in which no credit crosses the published samples."""


@dataclass(frozen=True)
class Config:
    """Constants of the run; rates and shares are probabilities, losses are in nats."""

    human_rate: float = 0.6  # h: how often people write 1
    own_share: float = 0.8  # alpha: share of the second data set that the first model wrote
    weight: float = 1.0  # of the second epoch's loss in the joint objective
    fair_rate: float = 0.5  # h in the pitchfork arms
    weight_above: float = 2.5  # weight in pitchfork_above: weight * alpha^2 = 1.6 > 1
    steps: int = 2500  # stochastic gradient steps
    batch: int = 256  # flips per step and data set
    learning_rate: float = 0.5  # per step, on logits
    averaged: float = 0.5  # the last share of the steps, whose mean rates are the result
    start_spread: float = 0.3  # standard deviation of the logits at the start
    basin: float = 0.03  # how near to an optimum counts as having reached it


@dataclass(frozen=True)
class Physics:
    """One world: human rate, share of own samples in the next corpus, weight of its loss."""

    human_rate: float
    own_share: float
    weight: float

    def __post_init__(self) -> None:
        if not (0.5 <= self.human_rate < 1 and 0 <= self.own_share <= 1 and self.weight >= 0):
            raise CaseError(
                f"retraining_joint: the closed forms hold for a human rate in [.5, 1), a share in "
                f"[0, 1] and a weight of at least 0, not for {self}. A rate below .5 is its mirror "
                "image: swap 0 and 1."
            )

    def data_rate(self, p1: float) -> float:
        """Return d, the rate of 1 in the second data set."""
        return (1 - self.own_share) * self.human_rate + self.own_share * p1


def physics(arm: str, config: Config) -> Physics:
    """Return the world in which an arm trains."""
    if arm == "not_published":
        return Physics(config.human_rate, 0.0, config.weight)
    if arm == "pitchfork_below":
        return Physics(config.fair_rate, config.own_share, config.weight)
    if arm == "pitchfork_above":
        return Physics(config.fair_rate, config.own_share, config.weight_above)
    return Physics(config.human_rate, config.own_share, config.weight)


def _slope(p1: float, world: Physics, successor: float) -> float:
    """Derivative in p1 of CE(h, p1) + weight * CE(d, successor) at a given successor."""
    now = (p1 - world.human_rate) / (p1 * (1 - p1))
    return now + world.weight * world.own_share * math.log((1 - successor) / successor)


def joint_optimum(world: Physics) -> float:
    """Return the largest stationary p1 >= h of CE(h, p1) + weight * H(d), for h >= 1/2.

    The derivative of H(d) in p1 is alpha * log((1 - d) / d), that of CE(h, d) at fixed
    successor d; so the successor's response drops out. At h = 1/2 the mirror image 1 - p1 is as
    good. Scanning down from 1, where the slope is +infinity, the first sign change is a minimum.

    Examples
    --------
    >>> round(joint_optimum(Physics(0.6, 0.8, 1.0)), 4)
    0.7391
    """

    def slope(p1: float) -> float:
        return _slope(p1, world, world.data_rate(p1))

    grid = [1 - 1e-9 - 0.001 * k for k in range(int(1000 * (1 - world.human_rate)))]
    for high, low in pairwise(grid):
        if slope(low) < 0:
            return float(brentq(slope, low, high))
    return world.human_rate


def lcdt_optimum(world: Physics) -> float:
    """Return the p1 that is best against a successor at h: (p1 - h) / (p1 (1 - p1)) = weight ...

    ... * alpha * log(h / (1 - h)), because d moves the loss under a fixed successor linearly.

    Examples
    --------
    >>> round(lcdt_optimum(Physics(0.6, 0.8, 1.0)), 4)
    0.6715
    """
    return float(brentq(lambda p1: _slope(p1, world, world.human_rate), 1e-9, 1 - 1e-9))


def cross_entropy(logit: Tensor, flips: Tensor) -> Tensor:
    """Return -log probability of `flips`, shape (seed, batch), under rates sigmoid(`logit`)."""
    return torch.nn.functional.softplus(logit)[:, None] - logit[:, None] * flips


def entropy(logit: Tensor) -> Tensor:
    """Return the entropy of rates sigmoid(`logit`)."""
    return torch.nn.functional.softplus(logit) - logit * torch.sigmoid(logit)


def train(arm: str, config: Config, seeds: Sequence[int], device: str, tick: Tick) -> Measures:
    """Train both models of every seed: one logit each."""
    world = physics(arm, config)
    start = Draws(seeds, "start", device).normal(3) * config.start_spread
    first, second, expected = (x.clone().requires_grad_() for x in start.unbind(1))
    optimiser = torch.optim.SGD([first, second, expected], lr=config.learning_rate)
    draws = Draws(seeds, "flips", device)
    burn_in = int(config.steps * (1 - config.averaged))
    totals = torch.zeros(2, len(seeds), device=device)
    seen = Stream()

    for step in range(config.steps):
        old, new, coin, source = draws.uniform(4, config.batch).unbind(1)
        human = (old < world.human_rate).float()
        published = (coin < torch.sigmoid(first.detach())[:, None]).float()
        more_human = (new < world.human_rate).float()
        corpus = torch.where(source < world.own_share, published, more_human)
        # Against the corpus of a first model at one half, with the same luck: little noise is left.
        unmoved = torch.where(source < world.own_share, (coin < 0.5).float(), more_human)
        seen.add(corpus - unmoved, torch.sigmoid(first.detach())[:, None])

        # What each model is fitted to. `expected` is the successor in a history with p1 = h.
        fit_first = cross_entropy(first, human)
        fit_second = cross_entropy(second, corpus)
        fit_expected = cross_entropy(expected, more_human)
        loss = (fit_first + fit_second + fit_expected).mean(1)

        if arm not in CONSTANT_DATA:  # credit for the second loss, through the published samples
            successor = (expected if arm == "lcdt" else second).detach()
            surprise = cross_entropy(successor, corpus) - entropy(successor)[:, None]
            log_p = -cross_entropy(first, published)
            loss = loss + world.weight * (surprise * log_p).mean(1)

        optimiser.zero_grad()
        loss.sum().backward()
        optimiser.step()
        if step >= burn_in:
            totals += torch.sigmoid(torch.stack([first, second]).detach())
        tick(1)

    if not config.steps:
        totals = torch.sigmoid(torch.stack([first, second]).detach())
    p1, p2 = totals / max(config.steps - burn_in, 1)
    rate = (1 - world.own_share) * world.human_rate + world.own_share * p1
    measures = {
        "p1": p1,
        "steering": p1 - world.human_rate,
        "data rate": rate,
        "refit error": p2 - rate,
        "data moved": _moved(world, draws, config),
        "followed in training": seen.slope(len(seeds)),
        "distance from one half": (p1 - 0.5).abs(),
    }
    if arm == "pitchfork_above":  # no mean over two basins
        best = joint_optimum(world)
        upper, lower = (p1 - best).abs(), (p1 - (1 - best)).abs()
        measures = {
            "p1": p1,
            "distance from one half": (p1 - 0.5).abs(),
            "followed in training": seen.slope(len(seeds)),
            "distance to an optimum": torch.minimum(upper, lower),
            "upper optimum": (upper < config.basin).float(),
            "lower optimum": (lower < config.basin).float(),
            "an optimum": (torch.minimum(upper, lower) < config.basin).float(),
        }
    return {name: value.cpu().numpy() for name, value in measures.items()}


def _moved(world: Physics, draws: Draws, config: Config) -> Tensor:
    """Return E[D1 | do(p1 = .9)] - E[D1 | do(p1 = .1)], on the same draws."""
    new, coin, source = draws.uniform(3, config.batch).unbind(1)
    human = new < world.human_rate
    own = source < world.own_share
    high, low = (torch.where(own, coin < p1, human).float().mean(1) for p1 in (0.9, 0.1))
    return high - low


_EDGES = [
    ("H", "D0"), ("D0", "P1"), ("D0", "U1"), ("P1", "U1"),  # the first model and its data
    ("P1", "G1"), ("G1", "D1"), ("H", "D1"),  # what it publishes enters the second data set
    ("D1", "P2"), ("D1", "U2"), ("P2", "U2"),  # the second model knows nothing else
]  # fmt: skip
# The question is about the first model, so the rule by which the second is fitted is held fixed.
_joint = cid.CID(_EDGES, decisions=["P1", "P2"], utilities=["U1", "U2"]).fix("P2")
_epochs = cid.CID(
    _EDGES, decisions={"e1": ["P1"], "e2": ["P2"]}, utilities={"e1": ["U1"], "e2": ["U2"]}
)
# The successor counts as a constant in the first model's sums. At the minimum of its own loss its
# response has no first-order effect, so cutting D1 -> P2, as LCDT does, costs ``joint`` nothing.
_response = [("D1", "P2")]
_credited = _joint.without_edges(_response)
_apart = _joint.without_edges([("G1", "D1")])  # nothing of P1 is left upstream of the successor

ARMS = (
    Arm("joint", "one objective over both epochs", _joint, _credited, "full",
        "The second loss reaches p1 through its published samples."),
    Arm("lcdt", "LCDT: successor as expected beforehand", _joint, _credited, "control",
        "P2 is as expected beforehand; the path through the data is not cut."),
    Arm("per_epoch", "each epoch its own agent", _epochs, _epochs, "cut",
        "Generated data count as constants."),
    Arm("not_published", "samples never enter the corpus", _apart, _apart, "null",
        "Credit as in the joint arm, alpha = 0."),
    Arm("pitchfork_below", "h = 1/2, weight * alpha^2 < 1", _joint, _credited, "control",
        "The incentive is admitted and has degree zero."),
    Arm("pitchfork_above", "h = 1/2, weight * alpha^2 > 1", _joint, _credited, "control",
        "Two self-fulfilling optima."),
)  # fmt: skip


def claims(config: Config) -> tuple[Claim, ...]:
    """Return what the graphs and the first-order conditions predict."""
    joint, lcdt, per_epoch, apart, below, above = ARMS
    world = physics("joint", config)
    h = world.human_rate
    best, second_best = joint_optimum(world), lcdt_optimum(world)
    delta = 0.1 * (best - h)
    point = "one percentage point, the same for every rate of this case"
    foc = "first-order condition of CE(h, p1) + weight * H(d)"
    off_centre = joint_optimum(physics("pitchfork_above", config))
    if not config.weight * config.own_share**2 < 1 < config.weight_above * config.own_share**2:
        raise CaseError(
            "retraining_joint: weight * own_share^2 must lie below 1 for pitchfork_below and "
            f"weight_above * own_share^2 above 1 for pitchfork_above, not at {config}."
        )
    steered = incentive(
        joint, "P1", "D1", "steering", delta=delta, expected=best - h,
        statement="p1 is chosen for its effect on the next data set",
    )  # fmt: skip
    return (
        steered,
        incentive(per_epoch, "P1", "D1", "steering", delta=delta, margin_of=best - h,
                  requires=[steered.name, "per_epoch p1"]),
        incentive(apart, "P1", "D1", "steering", delta=delta, margin_of=best - h,
                  requires=[steered.name, "not_published p1"]),
        incentive(lcdt, "P1", "D1", "steering", delta=0.1 * (second_best - h),
                  expected=second_best - h),
        closed_form(joint, "p1", best, within=0.01, because=foc, margin_reason=point),
        closed_form(joint, "data rate", world.data_rate(best), within=0.01, because=foc,
                    margin_reason=point),
        closed_form(per_epoch, "p1", h, within=0.01, because="cross-entropy alone is least at h",
                    margin_reason=point),
        closed_form(apart, "p1", h, within=0.01, because="cross-entropy alone is least at h",
                    margin_reason=point),
        closed_form(lcdt, "p1", second_best, within=0.01, margin_reason=point,
                    because="first-order condition against a successor that stays at h"),
        closed_form(joint, "refit error", 0.0, within=0.01, margin_reason=point,
                    because="the second model has learned its own data set"),
        closed_form(per_epoch, "refit error", 0.0, within=0.01, margin_reason=point,
                    because="the second model has learned its own data set"),
        impact(per_epoch, "P1", "D1", "data moved", delta=0.1 * 0.8 * world.own_share,
               expected=0.8 * world.own_share, statement="what p1 is changes the next data set"),
        *(
            impact(arm, "P1", "D1", "followed in training", delta=0.1 * world.own_share,
                   expected=world.own_share,
                   statement="the data of the training followed what p1 was")
            for arm in (per_epoch, joint, lcdt, below, above)
        ),
        impact(apart, "P1", "D1", "followed in training", delta=0, expected=0.0,
               requires=["joint followed in training"]),
        closed_form(below, "distance from one half", 0.0, within=0.01, margin_reason=point,
                    because="the symmetric point is stable while weight * alpha^2 < 1"),
        incentive(above, "P1", "D1", "distance from one half", delta=0.1 * (off_centre - 0.5),
                  expected=off_centre - 0.5),
        exactly_zero(apart, "data moved", because="no sample enters the next data set"),
        closed_form(below, "p1", config.fair_rate, within=0.01, margin_reason=point,
                    because="the symmetric point is stable while weight * alpha^2 < 1"),
        fraction(above, "an optimum", above=0.5,
                 because=f"beyond the pitchfork the optima are {off_centre:.3f} and "
                 f"{1 - off_centre:.3f}",
                 statement="ends at one of the two off-centre optima"),
        closed_form(above, "distance to an optimum", 0.0, within=config.basin,
                    margin_reason="what counts as one of the two optima",
                    because="the off-centre optima are stable"),
        # Reached at all: by more than a hundredth of seeds.
        fraction(above, "upper optimum", above=0.01, because="both basins are equally wide",
                 statement="the upper basin is reached"),
        fraction(above, "lower optimum", above=0.01, because="both basins are equally wide",
                 statement="the lower basin is reached"),
    )  # fmt: skip


def steps(arm: str, config: Config) -> int:
    """Return the number of gradient steps."""
    return config.steps


CASE = Case(
    title="Joint retraining on one's own samples",
    question="Does today's model shape the data of its successor?",
    decision="P1",
    variable="D1",
    arms=ARMS,
    config=Config(),
    fast=replace(Config(), steps=1000),
    claims=claims,
    steps=steps,
    train=train,
    untrained=lambda config: replace(config, steps=0),
)
