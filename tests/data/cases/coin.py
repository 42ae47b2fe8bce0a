"""Tosses of a coin that the tosser may load: an experiment small enough to know the truth.

The tosser is paid for heads. Where it may load the coin, heads come up with probability .9; where
its pay does not depend on the coin, the coin stays fair.
"""

import os
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cid import CID
from training_models import Arm, Case, accuracy, closed_form, exactly_zero, fraction, incentive

LOADED = CID([("Grip", "Coin"), ("Coin", "Pay")], decisions=["Grip"], utilities=["Pay"])
UNPAID = LOADED.without_edges([("Coin", "Pay")])


@dataclass(frozen=True)
class Config:
    tosses: int = 400
    loaded: float = 0.9


FULL = Arm("full", "paid for heads", LOADED, LOADED, "full", "The tosser loads the coin.")
CUT = Arm("cut", "paid anyhow", LOADED, UNPAID, "cut", "Pay does not depend on the coin.")


def claims(config):
    lift = config.loaded - 0.5
    return (
        incentive(FULL, "Grip", "Coin", "lift", delta=0.1 * lift, expected=lift, name="loads"),
        incentive(
            CUT, "Grip", "Coin", "lift", delta=0.1 * lift, margin_of=lift, name="leaves fair",
            requires=["loads"],
        ),
        closed_form(FULL, "heads", config.loaded, within=0.02, because="it is a coin",
                    margin_reason="one toss in fifty"),
        accuracy(FULL, "counted", above=0.95, because="counting is easy"),
        fraction(FULL, "mostly heads", above=0.5, because="nine in ten are heads"),
        exactly_zero(CUT, "miscounted", because="counting is exact"),
    )  # fmt: skip


def train(arm, config, seeds, device, tick):
    """Toss every seed's coin."""
    if "COIN_LOG" in os.environ:
        with Path(os.environ["COIN_LOG"]).open("a") as log:
            log.write(f"{arm}\n")
    chance = config.loaded if arm == "full" else 0.5
    heads = []
    for _ in range(10):
        time.sleep(float(os.environ.get("COIN_PAUSE", "0")) / 10)
        tick(config.tosses // 10)
    for seed in seeds:
        heads.append(float((np.random.default_rng(seed).random(config.tosses) < chance).mean()))
    heads = np.asarray(heads)
    return {
        "heads": heads,
        "lift": heads - 0.5,
        "counted": 1 - np.array(seeds) % 97 * 1e-5,
        "mostly heads": heads > 0.5,
        "miscounted": np.zeros(len(seeds), dtype=int),
    }


CASE = Case(
    title="A coin that may be loaded",
    question="Is the coin loaded for the sake of the pay?",
    decision="Grip",
    variable="Coin",
    arms=(FULL, CUT),
    config=Config(tosses=4000),
    fast=Config(),
    claims=claims,
    steps=lambda arm, config: config.tosses,
    train=train,
)
