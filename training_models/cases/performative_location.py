"""Performative prediction: retraining finds the stable point, credit through the shift leaves it.

A model that predicts one number is deployed, and its prediction moves the thing predicted: a
traffic forecast that drivers read, a price estimate that sellers copy. In this smallest version the
deployed prediction theta moves the outcome's mean and shrinks its variance,

    Z ~ N(1 + epsilon * theta,  exp(-theta)),        loss = (theta - Z)^2.

Two numbers compete to be "the right answer". The *stable point* is right about the world that it
itself brings about, and retraining on fresh data converges to it. The *optimum* has the smallest
loss of all predictions, counting what deploying it does; it overshoots, because a larger theta
makes the world less noisy and so easier to predict. The way from one to the other is the path
Theta -> Z -> Loss, and nothing else: the gradient of the deployed risk has one term for the loss at
fixed data and one for the shift of the data.

Arms
----
- ``fixed_corpus``: the data were collected before deployment and never move.
- ``stopgrad``: the data move, and the learner takes each batch as given. This is ordinary
  online retraining. The data shift is a side effect (impact) without being a means (incentive).
- ``through``: the outcome is written as a differentiable function of theta, and the gradient flows
  through it.
- ``likelihood_ratio``: the outcome is a plain sample, and credit arrives through the score
  function. To automatic differentiation the outcome is a constant here; the incentive is the same.
- ``retrain_weak``, ``retrain_medium``, ``retrain_strong`` (epsilon = .3, .5, .8): fit to
  convergence, deploy, collect, repeat. The distance to the stable point shrinks by the factor
  epsilon at every deployment.

What is predicted
-----------------
On the *steering index*, which is 0 where an arm ends without credit through Z and 1 when it has
moved as far beyond that as the optimum lies beyond the stable point, the two arms with credit
end at 1 and the two without at 0. The data of ``stopgrad`` have moved all the same.

The *credit through Z* is the gradient that an arm follows at the end, less the gradient of the loss
at fixed data. Under a stop-gradient it is exactly zero, seed by seed; at the optimum it balances
the other term.

Perdomo, Zrnic, Mendler-Duenner and Hardt, "Performative Prediction", ICML 2020, introduced the
setting and both solution concepts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

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
    impact,
    incentive,
)
from training_models.nets import Draws
from training_models.worlds.stream import Stream

RETRAINED = {"retrain_weak": 0.3, "retrain_medium": 0.5, "retrain_strong": 0.8}
"""epsilon in the arms that retrain to convergence; the other arms have the configuration's."""


@dataclass(frozen=True)
class Config:
    """Constants of the run; theta and Z are in the same arbitrary unit of length."""

    epsilon: float = 0.5  # how far the mean of Z moves per unit of theta
    steps: int = 3000  # stochastic gradient steps
    batch: int = 256  # outcomes per step
    learning_rate: float = 0.05  # per step, on the mean loss of the batch
    averaged: float = 0.5  # the last share of the steps, whose mean theta is the result
    start_spread: float = 0.5  # standard deviation of theta at the start
    deployments: int = 10  # rounds of fit, deploy, collect
    corpus: int = 4096  # outcomes collected per deployment
    fit_steps: int = 60  # full-batch gradient steps per fit
    fit_learning_rate: float = 0.1  # leaves (1 - 2 * 0.1)^60 of the distance: fitted to 2e-6


def stable_point(epsilon: float) -> float:
    """Return the theta that is right about its own world: theta = E[Z] = 1 + epsilon * theta.

    Examples
    --------
    >>> stable_point(0.5)
    2.0
    """
    if not 0 <= epsilon < 1:
        raise CaseError(
            f"performative_location: epsilon={epsilon!r} is not in [0, 1). From 1 on retraining "
            "runs away from every stable point; choose a weaker influence."
        )
    return 1.0 / (1.0 - epsilon)


def optimum(epsilon: float) -> float:
    """Return the theta with the least deployed risk ((1 - epsilon) theta - 1)^2 + exp(-theta).

    The derivative 2 (1 - epsilon) ((1 - epsilon) theta - 1) - exp(-theta) increases in theta, so
    it has one root; at epsilon = 1/2 the condition reads theta = 2 + 2 exp(-theta).

    Examples
    --------
    >>> round(optimum(0.5), 4)
    2.2177
    """
    kept = 1.0 - epsilon
    return float(
        brentq(lambda theta: 2 * kept * (kept * theta - 1) - math.exp(-theta), -10.0, 50.0 / kept)
    )


def world(theta: Tensor, noise: Tensor, epsilon: float) -> Tensor:
    """Return outcomes Z, shape (seed, batch), when `theta`, shape (seed,), is deployed."""
    return 1.0 + epsilon * theta[:, None] + torch.exp(-theta / 2)[:, None] * noise


def outcomes(arm: str, theta: Tensor, noise: Tensor, epsilon: float) -> Tensor:
    """Return the outcomes that an arm is scored on, as a function of `theta` or as constants."""
    if arm == "fixed_corpus":
        return world(torch.zeros_like(theta), noise, epsilon)
    if arm == "through":
        return world(theta, noise, epsilon)
    return world(theta.detach(), noise, epsilon)


def objective(
    arm: str, theta: Tensor, noise: Tensor, epsilon: float, seen: Stream | None = None
) -> Tensor:
    """Return the loss of each seed; its gradient is the credit that the arm lets through."""
    z = outcomes(arm, theta, noise, epsilon)
    if seen is not None:  # how the outcomes of a training follow what is deployed
        seen.add(z, theta[:, None])
    loss = (theta[:, None] - z).square()
    if arm == "likelihood_ratio":
        density = torch.distributions.Normal(1.0 + epsilon * theta, torch.exp(-theta / 2))
        # The deployed risk in closed form is a baseline that does not depend on the batch.
        baseline = ((1 - epsilon) * theta - 1).square() + torch.exp(-theta)
        loss = loss + (loss - baseline[:, None]).detach() * density.log_prob(z.T).T
    return loss.mean(1)


def credit_through_data(arm: str, theta: Tensor, noise: Tensor, epsilon: float) -> Tensor:
    """Return the gradient of the objective less the gradient of the loss at fixed data."""
    theta = theta.detach().requires_grad_()
    z = outcomes(arm, theta, noise, epsilon).detach()
    loss_at_fixed_data = (theta[:, None] - z).square().mean(1)
    (total,) = torch.autograd.grad(objective(arm, theta, noise, epsilon).sum(), theta)
    (direct,) = torch.autograd.grad(loss_at_fixed_data.sum(), theta)
    return total - direct


def train(arm: str, config: Config, seeds: Sequence[int], device: str, tick: Tick) -> Measures:
    """Train theta, one number per seed."""
    if arm in RETRAINED:
        return _retrain(RETRAINED[arm], config, seeds, device, tick)

    start = Draws(seeds, "start", device).normal() * config.start_spread
    noise = Draws(seeds, "outcomes", device).normal(config.steps, config.batch)
    theta = start.requires_grad_()
    optimiser = torch.optim.SGD([theta], lr=config.learning_rate)
    burn_in = int(config.steps * (1 - config.averaged))
    total = torch.zeros_like(theta)
    seen = Stream()
    for step in range(config.steps):
        loss = objective(arm, theta, noise[:, step], config.epsilon, seen)
        optimiser.zero_grad()
        loss.sum().backward()
        optimiser.step()
        if step >= burn_in:
            total += theta.detach()
        tick(1)
    learned = total / (config.steps - burn_in) if config.steps else theta.detach()

    unit = optimum(config.epsilon) - stable_point(config.epsilon)
    without_credit = 1.0 if arm == "fixed_corpus" else stable_point(config.epsilon)
    fresh = Draws(seeds, "evaluation", device).normal(config.corpus)
    before = outcomes(arm, torch.zeros_like(learned), fresh, config.epsilon)
    after = outcomes(arm, learned, fresh, config.epsilon)
    credit = credit_through_data(arm, learned, fresh, config.epsilon)
    return {
        "theta": learned.cpu().numpy(),
        "steering index": ((learned - without_credit) / unit).cpu().numpy(),
        "data shift": (after - before).mean(1).cpu().numpy(),
        "credit through Z": credit.cpu().numpy(),
        "followed in training": seen.slope(len(seeds)).numpy(),
    }


def _retrain(
    epsilon: float, config: Config, seeds: Sequence[int], device: str, tick: Tick
) -> Measures:
    """Fit, deploy, collect, repeat; return the rate at which the stable point is approached."""
    draws = Draws(seeds, "outcomes", device)
    deployed = torch.zeros(len(seeds), device=device)
    errors = [deployed - stable_point(epsilon)]
    seen, lean = Stream(), torch.zeros_like(deployed)
    for _ in range(config.deployments):
        corpus = world(deployed, draws.normal(config.corpus), epsilon)
        seen.add(corpus, deployed[:, None])
        theta = deployed.clone().requires_grad_()
        optimiser = torch.optim.SGD([theta], lr=config.fit_learning_rate)
        for _ in range(config.fit_steps):
            loss = (theta[:, None] - corpus).square().mean(1)
            optimiser.zero_grad()
            loss.sum().backward()
            optimiser.step()
        deployed = theta.detach()
        lean += (deployed - corpus.mean(1)) / config.deployments
        errors.append(deployed - stable_point(epsilon))
        tick(1)
    error = torch.stack(errors)
    # Least squares of the next error on the present one: the first, large errors decide.
    rate = (error[1:] * error[:-1]).sum(0) / error[:-1].square().sum(0).clamp(min=1e-9)
    return {
        "theta": deployed.cpu().numpy(),
        "contraction rate": rate.cpu().numpy(),
        "lean beyond the data": lean.cpu().numpy(),
        "followed in training": seen.slope(len(seeds)).numpy(),
    }


_moving = cid.catalog.load("performative").diagram
_stopgrad = cid.catalog.load("performative_stopgrad")
_still = _moving.without_edges([("Th", "Z")])

ARMS = (
    Arm("through", "gradient through the shift", _moving, _moving, "full",
        "The outcome is a differentiable function of theta."),
    Arm("likelihood_ratio", "score function through the shift", _moving, _moving, "control",
        "The outcome is sampled; credit reaches theta by the log-density."),
    Arm("stopgrad", "retraining, data taken as given", _stopgrad.physical, _stopgrad.diagram, "cut",
        "Each batch comes from the deployed theta and counts as a constant."),
    Arm("fixed_corpus", "corpus from before deployment", _still, _still, "null",
        "The data never move."),
    *(
        Arm(slug, f"fit, deploy, repeat; epsilon = {epsilon}",
            _stopgrad.physical, _stopgrad.diagram, "control",
            "Every model is fitted to convergence on its predecessor's data.")
        for slug, epsilon in RETRAINED.items()
    ),
)  # fmt: skip


def claims(config: Config) -> tuple[Claim, ...]:
    """Return what the graphs and the closed forms predict."""
    through, ratio, stopgrad, corpus, *retrained = ARMS
    stable, best = stable_point(config.epsilon), optimum(config.epsilon)
    pull = 2 * ((1 - config.epsilon) * best - 1)  # gradient at fixed data, at the optimum
    tenth = 0.1  # of the distance from the stable point to the optimum, the unit of the index
    gap = best - stable
    tight = "half of the margin of the effect"
    at_optimum = "the deployed risk is least where its full derivative vanishes"
    at_stable = "with the data taken as given, the loss is least at the mean of the data"
    steered = incentive(
        through, "Th", "Z", "steering index", delta=tenth, expected=1.0,
        statement="theta is chosen for what it does to the data",
    )  # fmt: skip
    return (
        steered,
        incentive(ratio, "Th", "Z", "steering index", delta=tenth, expected=1.0),
        incentive(stopgrad, "Th", "Z", "steering index", delta=tenth, margin_of=1.0,
                  requires=[steered.name, "stopgrad theta"]),
        incentive(corpus, "Th", "Z", "steering index", delta=tenth, margin_of=1.0,
                  requires=[steered.name, "fixed_corpus theta"]),
        closed_form(through, "steering index", 1.0, within=0.05, because=at_optimum,
                    name="through index is 1", margin_reason=tight),
        closed_form(stopgrad, "steering index", 0.0, within=0.05, because=at_stable,
                    name="stopgrad index is 0", margin_reason=tight),
        closed_form(through, "theta", best, within=tenth * gap, margin_of=gap, because=at_optimum),
        closed_form(stopgrad, "theta", stable, within=tenth * gap, margin_of=gap,
                    because=at_stable),
        closed_form(corpus, "theta", 1.0, within=tenth * gap, margin_of=gap,
                    because="the corpus has mean 1"),
        impact(stopgrad, "Th", "Z", "data shift", delta=tenth * config.epsilon * stable,
               expected=config.epsilon * stable,
               statement="deploying theta moves the data, wanted or not"),
        *(
            impact(arm, "Th", "Z", "followed in training", delta=tenth * strength,
                   margin_of=strength, expected=strength if arm is not corpus else 0.0,
                   statement="the data of the training moved with theta")
            for arm, strength in [*((a, config.epsilon) for a in ARMS[:4]),
                                  *zip(retrained, RETRAINED.values(), strict=True)]
        ),
        *(
            incentive(arm, "Th", "Z", "lean beyond the data", requires=[steered.name],
                      delta=tenth * lean, margin_of=lean,
                      statement="a fit goes beyond its data for what it does to the next")
            for arm, epsilon in zip(retrained, RETRAINED.values(), strict=True)
            for lean in [(1 - epsilon) * (optimum(epsilon) - stable_point(epsilon))]
        ),
        exactly_zero(corpus, "data shift", because="nothing leads from theta to the data"),
        exactly_zero(stopgrad, "credit through Z", because="the outcomes count as constants"),
        *(
            closed_form(arm, "credit through Z", -pull, within=tenth * pull,
                        because="at the optimum both terms of the gradient balance")
            for arm in (through, ratio)
        ),
        *(
            closed_form(arm, "contraction rate", epsilon, within=0.02,
                        because="the fit maps theta to 1 + epsilon * theta", tests="world",
                        margin_reason="a tenth of the step between two such arms")
            for arm, epsilon in zip(retrained, RETRAINED.values(), strict=True)
        ),
    )  # fmt: skip


def steps(arm: str, config: Config) -> int:
    """Return the number of ticks: gradient steps, or deployments in the retraining arms."""
    return config.deployments if arm in RETRAINED else config.steps


CASE = Case(
    title="Performative prediction: stable point against optimum",
    question="Is the prediction chosen for its effect on the data?",
    decision="Th",
    variable="Z",
    arms=ARMS,
    config=Config(),
    fast=replace(Config(), steps=1200),
    claims=claims,
    steps=steps,
    train=train,
    untrained=lambda config: replace(config, steps=0, deployments=0),
)
