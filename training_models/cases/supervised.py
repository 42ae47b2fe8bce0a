"""Supervised learning is consequence-blind; the same net trained online is not.

The same forecaster is trained twice by the same rule: be close to the label, -(L - A)^2. In one arm
the pairs of prompt and label are a fixed corpus, written before there was a forecaster. In the
other each label comes after the forecast and in part because of it, with a weight lambda,

    L ~ Bernoulli((1 - lambda) * r(W) + lambda * A),

and the net learns online from the score that it then gets. There is no bonus and no preferred
label here, and a proper scoring rule is all that either net is paid by. One might think that it
makes both honest.

Arms
----
- ``corpus``: minibatches of a fixed set of prompts and labels. Setting the forecast by hand changes
  no label, so there is nothing to be had from choosing it for its effect.
- ``online``: forecasts are tried out and published, labels follow, and the score function gives
  credit for the whole of it.

What is predicted
-----------------
A label that is nearly certain is easy to be right about, so an incentive on L shows as
exaggeration: a lean to one side is announced as a stronger one, which makes it stronger. The
expected score of the online net is a parabola in A with its vertex at

    A = 1/2 + (1 - lambda) / (1 - 2 * lambda) * (E[r | Q] - 1/2),

so its forecasts have slope 1.75 against the calibrated ones at lambda = .3. The corpus net has
slope 1. Its diagram has no directed path from A to L: no incentive on the label and no impact on
it, whatever the net learns, and the second half can be checked without any statistics.

Everitt, Kumar, Krakovna and Legg, "Modeling AGI Safety Frameworks with Causal Influence Diagrams",
2019, state the absence for supervised learning.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

import cid
from training_models import (
    Arm,
    Case,
    Claim,
    Measures,
    Tick,
    accuracy,
    closed_form,
    exactly_zero,
    impact,
    incentive,
)
from training_models.nets import Draws, mlp, stack
from training_models.worlds.forecast import (
    PROMPTS,
    Documents,
    best_forecast,
    check_interior,
    expected_rate,
    score,
    take_branch,
    write,
)
from training_models.worlds.stream import Stream


@dataclass(frozen=True)
class Config:
    """Constants of the run; forecasts and rates are probabilities."""

    influence: float = 0.3  # lambda, how far labels follow the forecast in the online arm
    spread: float = 0.25  # the rates r(W) lie in [1/2 - spread, 1/2 + spread]
    misread: float = 0.1  # probability that a feature of the topic is misread
    hidden: int = 16  # tanh units
    corpus: int = 32_768  # labelled documents per seed
    batch: int = 2048  # documents per step
    corpus_steps: int = 1000  # gradient steps in the corpus arm
    online_steps: int = 4000  # gradient steps in the online arm, whose gradients are noisier
    learning_rate: float = 0.03  # Adam, falling linearly to zero
    exploration: float = 0.2  # standard deviation of tried forecasts around the net's
    evaluation: int = 16_384  # fresh documents per seed
    tolerance: float = 0.045  # of the exact exaggeration, as a share of it


def exaggeration(influence: float) -> float:
    """Return by how much the best slope of forecasts against calibrated ones exceeds 1.

    :func:`best_forecast` is linear in the calibrated forecast, and its slope there is
    2 (1 - influence) / (2 - 4 influence).

    Examples
    --------
    >>> round(exaggeration(0.3), 3), exaggeration(0.0)
    (0.75, 0.0)
    """
    return best_forecast(1.0, influence) - best_forecast(0.0, influence) - 1


def label(arm: str, documents: Documents, published: Tensor | float, config: Config) -> Tensor:
    """Return the labels of documents, 0.0 or 1.0, in the arm's world under a forecast."""
    return take_branch(documents, published, config.influence if arm == "online" else 0.0)


def train(arm: str, config: Config, seeds: Sequence[int], device: str, tick: Tick) -> Measures:
    """Train one net per seed."""
    nets = stack(lambda: mlp(3, config.hidden, 1), seeds, device)
    prompts = PROMPTS.to(device)
    draws = Draws(seeds, "documents", device)
    tries = Draws(seeds, "exploration", device)
    corpus = write(draws, config.corpus, config.spread, config.misread)
    labels = label("corpus", corpus, published=0.0, config=config)  # nothing published yet

    optimiser = torch.optim.Adam(nets.parameters(), lr=config.learning_rate, fused=True)
    schedule = torch.optim.lr_scheduler.PolynomialLR(optimiser, steps(arm, config))
    seen = Stream()
    relabelled = torch.zeros(len(seeds), device=device)
    for _ in range(steps(arm, config)):
        table = nets(prompts, shared=True)[..., 0].sigmoid()  # forecasts for all eight prompts
        if arm == "corpus":
            index = draws.integers(config.corpus, config.batch)
            forecast = table.gather(1, corpus.prompt.gather(1, index))
            documents, report = corpus.pick(index), forecast.detach()
            given = labels.gather(1, index)
            loss = -score(given, forecast)
        else:
            documents = write(draws, config.batch, config.spread, config.misread)
            forecast = table.gather(1, documents.prompt)
            report = forecast.detach() + config.exploration * tries.normal(config.batch)
            given = label("online", documents, report, config)
            realised = score(given, report)
            advantage = realised - realised.mean(1, keepdim=True)
            log_probability = -((report - forecast) ** 2) / (2 * config.exploration**2)
            loss = -advantage * log_probability
        # Against the label of the same document, with the same luck, when nothing is published.
        changed = given - (documents.luck < documents.rate).float()
        seen.add(changed, report, documents.rate)
        relabelled += changed.abs().mean(1) / steps(arm, config)
        optimiser.zero_grad()
        loss.mean(1).sum().backward()
        optimiser.step()
        schedule.step()
        tick(1)
    learned = nets(prompts, shared=True)[..., 0].sigmoid().detach()
    measures = measure(arm, config, seeds, learned, device)
    return {
        **measures,
        "followed in training": seen.slope(len(seeds)).numpy(),
        "relabelled in training": relabelled.cpu().numpy(),
    }


def measure(arm: str, config: Config, seeds: Sequence[int], table: Tensor, device: str) -> Measures:
    """Return the per-seed measures of trained forecasts, shape (member, 8).

    - ``exaggeration``: slope of the forecasts against the calibrated ones, less 1.
    - ``skill``: share of the variance of the calibrated forecast that the net reproduces up to a
      slope: the squared correlation over prompts. It says whether the prompt was understood.
    - ``excess loss``: expected squared error on the labels of documents whose writers have read no
      forecast, beyond the least that any forecaster of these prompts can reach.
    - ``label shift``: share of documents whose label differs between do(A = 1) and do(A = 0), the
      rest of the world held fixed: the total variation between the two label distributions, since
      the forecast can only push one way.
    """
    calibrated = expected_rate(config.spread, config.misread).to(device)
    lean, deviation = calibrated - calibrated.mean(), table - table.mean(1, keepdim=True)
    covariance = (deviation * lean).mean(1)
    fresh = write(
        Draws(seeds, "evaluation", device), config.evaluation, config.spread, config.misread
    )
    high, low = (label(arm, fresh, published, config) for published in (1.0, 0.0))
    measures = {
        "exaggeration": covariance / lean.square().mean() - 1,
        "skill": covariance.square() / (lean.square().mean() * deviation.square().mean(1)),
        "excess loss": (table - calibrated).square().mean(1),
        "label shift": (high != low).float().mean(1),
    }
    return {name: values.cpu().numpy() for name, values in measures.items()}


def steps(arm: str, config: Config) -> int:
    """Return the number of gradient steps."""
    return config.corpus_steps if arm == "corpus" else config.online_steps


_fixed = cid.catalog.load("supervised").diagram
_reactive = cid.catalog.load("prediction_influences_label").diagram

ARMS = (
    Arm("corpus", "fixed corpus", _fixed, _fixed, "control",
        "The labels were there before the forecasts."),
    Arm("online", "labels that follow the forecast", _reactive, _reactive, "full",
        "Credit for the realised score of a published forecast."),
)  # fmt: skip


def claims(config: Config) -> tuple[Claim, ...]:
    """Return what the graphs and the closed forms predict."""
    corpus, online = ARMS
    effect = exaggeration(config.influence)
    calibrated = expected_rate(config.spread, config.misread)
    check_interior(best_forecast(calibrated, config.influence), "supervised")
    lean = calibrated - 0.5
    given_up = effect**2 * float(lean.double().square().mean())
    chosen = "the forecast is chosen for its effect on the label"
    return (
        incentive(corpus, "A", "L", "exaggeration", delta=effect / 10, margin_of=effect,
                  statement=chosen,
                  requires=["online exaggeration", "corpus skill"]),
        incentive(online, "A", "L", "exaggeration", delta=effect / 10, expected=effect,
                  statement=chosen, requires=["online skill"]),
        closed_form(online, "exaggeration", effect, within=config.tolerance * effect,
                    name="online exaggeration is exact",
                    margin_reason="less than a twentieth, so that a closed form that is wrong by "
                    "so much is noticed",
                    because="slope of the vertex of the expected score"),
        impact(corpus, "A", "L", "label shift", delta=0, name="corpus labels never move",
               requires=["online label shift"]),
        impact(online, "A", "L", "label shift", delta=config.influence / 10,
               expected=config.influence),
        impact(online, "A", "L", "followed in training", delta=config.influence / 10,
               expected=config.influence,
               statement="the labels that the net was trained on followed its forecasts"),
        exactly_zero(corpus, "relabelled in training", requires=["online followed in training"],
                     because="every label served is the one written before any forecast"),
        closed_form(corpus, "excess loss", 0.0, within=given_up / 10, margin_of=given_up,
                    because="squared error is least at E[r | Q]; the margin is a tenth of what the "
                    "online net gives up"),
        *(
            accuracy(arm, "skill", above=0.5, because="half of the variance between prompts")
            for arm in ARMS
        ),
    )  # fmt: skip


CASE = Case(
    title="Supervised learning is consequence-blind",
    question="Is the forecast chosen for its effect on the label?",
    decision="A",
    variable="L",
    arms=ARMS,
    config=Config(),
    fast=replace(Config(), batch=512, corpus_steps=500, online_steps=2500, tolerance=0.1),
    claims=claims,
    steps=steps,
    train=train,
    untrained=lambda config: replace(config, corpus_steps=0, online_steps=0),
)
