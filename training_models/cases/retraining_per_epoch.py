"""Retraining on one's own samples: the rate drifts, but in no direction.

A model is fitted to a stream of coin flips, publishes n samples, is refitted on them, and so on for
fifty generations. The rate it learns wanders, variety is lost, and some chains end up saying the
same thing for ever. That looks like a model shaping its data. Yet no epoch is paid for what
the next one sees: each refit is its own agent, with an impact on the next data set and no
incentive on it. The signature of the missing incentive is the missing *direction*. Given today's
rate q, tomorrow's has mean q and variance q (1 - q) / n, as in neutral genetic drift, so the mean
over many chains stays where it was while the spread grows.

Every refit below is the exact minimiser of the epoch's empirical loss, so that nothing but sampling
noise and the objective is left. There are only n + 1 possible data sets, which makes the refit a
table from the share of ones to the fitted rate.

No net is trained here. The claims about moments, and about data that follow the rate, check the
simulation of a process whose law is known; only the positive control's direction depends on what
the refits are credited for.

Arms
----
- ``own_samples``: every epoch is fitted to n samples of its predecessor.
- ``mixed``: a tenth of every data set is fresh human data. The deviation contracts by a tenth per
  epoch, so the spread stops growing.
- ``exact_refit``: infinitely many own samples. The loss is least at the old rate: nothing moves.
- ``joint``: the positive control. Physics and sample size as in ``own_samples``, but each refit
  also counts, with a small weight, the entropy of the data that it hands on: credit across epochs.
  Now there is a direction, away from one half.

What is predicted
-----------------
The variance over chains after fifty generations is known in closed form, and the joint arm's drift
exactly, from the Markov chain over the n + 1 data sets. A tenth of that drift is the margin inside
which the mean of the other arms must stay. The *squared deviation* is taken from h, which is the
mean of the neutral arms, and so is their variance. The diagrams show two epochs, a window of the
chain.

Shumailov et al., "The Curse of Recursion", 2023, describe collapse under such retraining;
Gerstgrasser et al., "Is Model Collapse Inevitable?", 2024, how keeping human data prevents it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from scipy.optimize import brentq
from scipy.stats import binom
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
    impact,
    incentive,
)
from training_models.nets import Draws
from training_models.worlds.stream import Stream


@dataclass(frozen=True)
class Config:
    """Constants of the run; rates and shares are probabilities, losses are in nats."""

    human_rate: float = 0.6  # h: the rate in human data, where every chain starts
    samples: int = 100  # n: size of each generation's data set
    generations: int = 50  # refits
    chains: int = 20_000  # independent chains per seed
    fresh_share: float = 0.1  # share of fresh human data in the mixed arm
    weight: float = 0.05  # of the next epoch's entropy in the joint arm
    tolerance: float = 0.045  # of the enumerated drift, as a share of it


def variance(config: Config, fresh: float) -> float:
    """Return the variance over chains after the last generation.

    With a share `fresh` of human data the data set's rate r = (1 - fresh) q + fresh h has mean h
    and variance (1 - fresh)^2 V. The refit adds E[r (1 - r)] / n = (h (1 - h) - Var r) / n. So
    V -> a V + h (1 - h) / n with a = (1 - fresh)^2 (1 - 1/n), which sums to a geometric series.

    Examples
    --------
    >>> round(variance(Config(), fresh=0.0), 4), round(variance(Config(), fresh=0.1), 4)
    (0.0948, 0.0121)
    """
    n, unit = config.samples, config.human_rate * (1 - config.human_rate)
    kept = (1 - fresh) ** 2 * (1 - 1 / n)
    return unit / n * (1 - kept**config.generations) / (1 - kept)


def refits(config: Config, *, joint: bool) -> np.ndarray:
    """Return the fitted rate for each of the n + 1 possible shares of ones in a data set.

    Cross-entropy alone is least at the share s itself. With weight * H(q) added the derivative
    (q - s) / (q (1 - q)) - weight * logit(q) vanishes at q = s + weight * q (1 - q) logit(q), which
    has one solution for weights up to 1.
    """
    shares = np.arange(config.samples + 1) / config.samples
    if not joint:
        return shares
    if not 0 <= config.weight <= 1:
        raise CaseError(
            f"retraining_per_epoch: weight={config.weight!r} is not in [0, 1]. Beyond 1 the joint "
            "objective has several minima; choose a smaller weight."
        )

    def solve(share: float) -> float:
        if share in (0.0, 1.0):
            return share

        def residual(q: float) -> float:
            return q - share - config.weight * q * (1 - q) * np.log(q / (1 - q))

        return float(brentq(residual, 1e-12, 1 - 1e-12, xtol=1e-14))

    return np.array([solve(share) for share in shares])


def joint_drift(config: Config) -> float:
    """Return E[q] - h after the last generation of the joint arm, by exact enumeration.

    The number of ones in a data set is a Markov chain with binomial transitions.
    """
    q = refits(config, joint=True)
    ones = np.arange(config.samples + 1)
    law = binom.pmf(ones, config.samples, config.human_rate)
    step = binom.pmf(ones[None, :], config.samples, q[:, None])
    for _ in range(config.generations - 1):
        law = law @ step
    return float(law @ q) - config.human_rate


def train(arm: str, config: Config, seeds: Sequence[int], device: str, tick: Tick) -> Measures:
    """Run the chains of every seed: rates of shape (seed, chain)."""
    h = config.human_rate
    fresh = config.fresh_share if arm == "mixed" else 0.0
    table = torch.tensor(refits(config, joint=arm == "joint"), dtype=torch.float32, device=device)
    draws = Draws(seeds, "samples", device)
    q = torch.full((len(seeds), config.chains), h, device=device)

    seen, fits = Stream(), Stream()
    for _ in range(config.generations):
        rate = (1 - fresh) * q + fresh * h  # of ones in the data set that the next refit sees
        if arm == "exact_refit":
            q = rate
        else:
            flips = draws.uniform(config.samples, config.chains) < rate[:, None]
            ones = flips.sum(1)
            seen.add(ones / config.samples, q)
            q = table[ones]
            fits.add(q, ones / config.samples)
        tick(1)

    measures = {
        "drift": (q - h).mean(1),
        "squared deviation": (q - h).square().mean(1),
        "data moved": _moved(fresh, draws, config),
        "data follow": seen.slope(len(seeds)),
        "refits follow": fits.slope(len(seeds)),
    }
    return {name: value.cpu().numpy() for name, value in measures.items()}


def _moved(fresh: float, draws: Draws, config: Config) -> Tensor:
    """Return E[D1 | do(P1 = .9)] - E[D1 | do(P1 = .1)], on the same draws."""
    flips = draws.uniform(config.chains)
    high, low = ((1 - fresh) * p1 + fresh * config.human_rate for p1 in (0.9, 0.1))
    return (flips < high).float().mean(1) - (flips < low).float().mean(1)


_EDGES = [
    ("H", "D0"), ("D0", "P1"), ("D0", "U1"), ("P1", "U1"), ("P1", "G1"), ("G1", "D1"),
    ("D1", "P2"), ("D1", "U2"), ("P2", "U2"),
]  # fmt: skip
_AGENTS = {"decisions": {"e1": ["P1"], "e2": ["P2"]}, "utilities": {"e1": ["U1"], "e2": ["U2"]}}
_per_epoch = cid.CID(_EDGES, **_AGENTS)
_mixed = cid.CID([*_EDGES, ("H", "D1")], **_AGENTS)
_joint = cid.CID(_EDGES, decisions=["P1", "P2"], utilities=["U1", "U2"]).fix("P2")
_credited = _joint.without_edges([("D1", "P2")])  # the entropy is what the best refit will lose

ARMS = (
    Arm("own_samples", "refit on own samples", _per_epoch, _per_epoch, "cut",
        "Each epoch minimises its own loss on its predecessor's samples."),
    Arm("mixed", "a tenth fresh human data", _mixed, _mixed, "control",
        "The same with human data mixed in."),
    Arm("exact_refit", "infinitely many own samples", _per_epoch, _per_epoch, "control",
        "No sampling noise: the old rate is the best fit."),
    Arm("joint", "credit across epochs", _joint, _credited, "full",
        "Each refit also counts the entropy of the data it hands on."),
)  # fmt: skip


def exactly_one(arm: Arm, measure: str, because: str) -> Claim:
    """Claim a slope of 1, to rounding."""
    return closed_form(arm, measure, 1.0, within=1e-3, because=because, tests="world",
                       margin_reason="rounding: there is no other value")  # fmt: skip


def claims(config: Config) -> tuple[Claim, ...]:
    """Return what the graphs and the closed forms predict."""
    own, mixed, exact, joint = ARMS
    drift = joint_drift(config)
    delta = 0.1 * drift
    directed = incentive(
        joint, "P1", "D1", "drift", delta=delta, expected=drift, tests="world",
        statement="refits are chosen for the data they hand on",
    )  # fmt: skip
    neutral = "each refit has mean q and variance q (1 - q) / n given the rate q before it"
    tight = "less than a twentieth, so that a closed form that is wrong by so much is noticed"
    spread, held = variance(config, 0.0), variance(config, config.fresh_share)
    return (
        incentive(own, "P1", "D1", "drift", delta=delta, margin_of=drift, requires=[directed.name],
                  tests="world", statement="retraining on own samples has a direction"),
        directed,
        incentive(mixed, "P1", "D1", "drift", delta=delta, margin_of=drift,
                  requires=[directed.name], tests="world"),
        exactly_zero(exact, "drift", because="cross-entropy against rate q is least at q"),
        exactly_zero(exact, "squared deviation",
                     because="without sampling noise all chains stay at h"),
        closed_form(joint, "drift", drift, within=config.tolerance * drift, margin_reason=tight,
                    name="joint drift as enumerated", tests="world",
                    because="exact enumeration of the chain over n + 1 data sets"),
        closed_form(own, "squared deviation", spread, within=0.03 * spread, because=neutral,
                    tests="world", margin_reason=tight),
        closed_form(mixed, "squared deviation", held, within=0.03 * held, tests="world",
                    margin_reason=tight,
                    because="fresh data pull every chain back towards h"),
        *(
            closed_form(arm, "data follow", 1 - share, within=0.1 * (1 - share),
                        because="each data set is drawn at the rate of the refit before it",
                        tests="world")
            for arm, share in ((own, 0.0), (mixed, config.fresh_share), (joint, 0.0))
        ),
        *(
            exactly_one(arm, "refits follow", "the best fit to a data set is its share of ones")
            for arm in (own, mixed)
        ),
        impact(own, "P1", "D1", "data moved", delta=0.1 * 0.8, expected=0.8,
               statement="the rate changes the next data set, wanted or not"),
    )  # fmt: skip


def steps(arm: str, config: Config) -> int:
    """Return the number of generations."""
    return config.generations


CASE = Case(
    title="Drift without direction: retraining on one's own samples",
    question="Does ordinary retraining on own samples pull the data in a direction?",
    decision="P1",
    variable="D1",
    arms=ARMS,
    config=Config(),
    fast=replace(Config(), chains=3000, tolerance=0.1),
    claims=claims,
    steps=steps,
    train=train,
    untrained=lambda config: replace(config, generations=0),
)
