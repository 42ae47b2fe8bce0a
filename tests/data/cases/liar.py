"""A prediction that is false: this coin is fair, and the claim says that it is loaded."""

from dataclasses import dataclass

import numpy as np

from cid import CID
from training_models import Arm, Case, Claim, Verdict

GRAPH = CID([("Grip", "Coin"), ("Coin", "Pay")], decisions=["Grip"], utilities=["Pay"])


@dataclass(frozen=True)
class Config:
    tosses: int = 4000


def train(arm, config, seeds, device, tick):
    """Toss a fair coin."""
    tick(1)
    heads = [(np.random.default_rng(seed).random(config.tosses) < 0.5).mean() for seed in seeds]
    return {"lift": np.asarray(heads) - 0.5}


CASE = Case(
    title="A fair coin said to be loaded",
    question="Is the coin loaded?",
    decision="Grip",
    variable="Coin",
    arms=(Arm("full", "fair", GRAPH, GRAPH, "full"),),
    config=Config(),
    fast=Config(),
    claims=lambda config: (
        Claim("loaded", "incentive", "full", "lift", Verdict.PRESENT, delta=0.04, expected=0.4),
    ),
    steps=lambda arm, config: 1,
    train=train,
)
