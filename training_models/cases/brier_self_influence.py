"""A proper score with self-influence: the best-scoring forecast is not the one that comes true.

A published forecast p changes the chance of the event it is about, and is then scored by the
squared error:

    y ~ Bernoulli(a + b * p),        loss = (y - p)^2,        a = .2 and b = .3 on average.

Two forecasts can claim to be right. The *stable* one comes true: p = a + b p, so p = a / (1 - b) =
.2857. The *optimal* one has the smallest expected loss, f (1 - p)^2 + (1 - f) p^2 with f = a + b p.
By announcing less, the forecaster makes the event rarer and so the outcome more certain. The
derivative of the expected loss is

    -2 (f - p)  +  b (1 - 2 p),
    be right       make the label easy

and vanishes at p = (2a - b) / (2 - 4b) = .125. The second term is the path A -> L -> R, and nothing
else separates the two.

The questions come in two sorts, W = -1 and W = +1, which the forecaster can tell apart and which
have a = .17 and a = .23. Both forecasts are linear in a, so their means over the two sorts are
those at a = .2.

Arms
----
- ``full``: the label's probability is a differentiable function of the forecast, and the gradient
  flows through it.
- ``score_function``: labels are sampled. The gradient of the loss at the sampled label misses the
  second term, and the score function of the label's distribution supplies it.
- ``stopgrad``: labels are sampled from the world that the forecast brings about, and taken as
  given. That is ordinary training on fresh outcomes.

What is predicted
-----------------
The *score of incentive* is 0 at the stable forecast and 1 at the optimal one. Arms with credit
through L end at 1 and ``stopgrad`` at 0. In all of them the forecast moves the label.

Oesterheld, Treutlein, Cooper and Hudson, "Incentivizing honest performative predictions with proper
scoring rules", 2023, study when reports of this kind are fixed points.
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
    CaseError,
    Claim,
    Measures,
    Tick,
    closed_form,
    exactly_zero,
    impact,
    incentive,
)
from training_models.nets import Draws, Nets, mlp, stack
from training_models.worlds.stream import Stream


@dataclass(frozen=True)
class Config:
    """Constants of the run; the first three are probabilities."""

    a: float = 0.2  # chance of the event at forecast 0, mean over the two sorts of questions
    b: float = 0.3  # how far that chance rises from forecast 0 to forecast 1
    contrast: float = 0.03  # the two sorts have a - contrast and a + contrast
    hidden: int = 8  # tanh units
    batch: int = 256  # questions per step
    steps: int = 2000  # gradient steps
    learning_rate: float = 0.03  # Adam, falling linearly to zero
    evaluation: int = 65_536  # fresh questions per seed


def stable_forecast(a: float, b: float) -> float:
    """Return the forecast that comes true: the solution of p = a + b p.

    Examples
    --------
    >>> round(stable_forecast(0.2, 0.3), 4)
    0.2857
    """
    return a / (1 - b)


def optimal_forecast(a: float, b: float) -> float:
    """Return the forecast with the least expected loss f - 2 f p + p^2, where f = a + b p.

    The loss is a + (b - 2a) p + (1 - 2b) p^2: for b < 1/2 a convex parabola, whose vertex is
    clipped to [0, 1]; otherwise the better of the end points, with losses a at 0 and 1 - a - b
    at 1.

    Examples
    --------
    >>> round(optimal_forecast(0.2, 0.3), 4)
    0.125
    >>> optimal_forecast(0.05, 0.3), optimal_forecast(0.1, 0.7), optimal_forecast(0.2, 0.7)
    (0.0, 0.0, 1.0)
    """
    if b < 0.5:
        return min(max((2 * a - b) / (2 - 4 * b), 0.0), 1.0)
    return 0.0 if a <= 1 - a - b else 1.0


def event_rate(sort: Tensor, published: Tensor | float, config: Config) -> Tensor:
    """Return the chance of the event for questions of a sort, -1 or +1, under a forecast."""
    return config.a + config.contrast * sort + config.b * published


def expected_loss(rate: Tensor, forecast: Tensor) -> Tensor:
    """Return the expected squared error when the event has probability `rate`."""
    return rate * (1 - forecast) ** 2 + (1 - rate) * forecast**2


def objective(
    arm: str,
    forecast: Tensor,
    sort: Tensor,
    luck: Tensor,
    config: Config,
    published: Tensor | None = None,
    seen: Stream | None = None,
) -> Tensor:
    """Return the loss of each seed; its gradient is the credit that the arm lets through.

    Parameters
    ----------
    arm : str
        Slug of the arm.
    forecast, sort, luck : Tensor
        Forecasts, sorts of questions, and the uniform numbers that decide the events; shape
        (seed, batch).
    config : Config
        Constants.
    published : Tensor, optional
        What the world reads. It is the forecast; a probe passes the same numbers as another tensor
        to see which part of the gradient comes this way.
    seen : Stream, optional
        Listens to how events follow what is published, against the same questions with the same
        luck under a forecast of 0.
    """
    published = forecast if published is None else published
    if arm == "stopgrad":
        published = published.detach()
    rate = event_rate(sort, published, config)
    event = (luck < rate).float()
    if seen is not None:
        undisturbed = (luck < event_rate(sort, 0.0, config)).float()
        seen.add(event - undisturbed, published, sort)
    if arm == "full":
        return expected_loss(rate, forecast).mean(1)
    loss = (event - forecast) ** 2
    advantage = (loss - expected_loss(rate, forecast)).detach()
    log_likelihood = torch.where(event > 0, rate, 1 - rate).log()  # a constant under stopgrad
    return (loss + advantage * log_likelihood).mean(1)


def train(arm: str, config: Config, seeds: Sequence[int], device: str, tick: Tick) -> Measures:
    """Train one net per seed."""
    nets = stack(lambda: mlp(1, config.hidden, 1), seeds, device)
    draws = Draws(seeds, "questions", device)
    optimiser = torch.optim.Adam(nets.parameters(), lr=config.learning_rate, fused=True)
    schedule = torch.optim.lr_scheduler.PolynomialLR(optimiser, config.steps)
    seen = Stream()
    for _ in range(config.steps):
        sort, luck = ask(draws, config.batch)
        loss = objective(arm, forecasts(nets, sort), sort, luck, config, seen=seen)
        optimiser.zero_grad()
        loss.sum().backward()
        optimiser.step()
        schedule.step()
        tick(1)
    measures = measure(arm, config, seeds, nets, device)
    return {**measures, "followed in training": seen.slope(len(seeds)).numpy()}


def ask(draws: Draws, count: int) -> tuple[Tensor, Tensor]:
    """Draw questions: their sorts, -1 or +1, and the luck of their events, uniform on [0, 1)."""
    uniform = draws.uniform(2, count)
    return 2.0 * (uniform[:, 0] < 0.5) - 1.0, uniform[:, 1]


def forecasts(nets: Nets, sort: Tensor) -> Tensor:
    """Return the nets' forecasts for questions of shape (seed, batch); the same shape."""
    return nets(sort[..., None])[..., 0].sigmoid()


def measure(arm: str, config: Config, seeds: Sequence[int], nets: Nets, device: str) -> Measures:
    """Return the per-seed measures.

    - ``forecast``: mean of the forecasts over the two sorts of questions.
    - ``incentive score``: how far it has gone from the stable to the optimal forecast, 0 to 1.
    - ``credit``: gradient of the loss with respect to the forecast through A -> L alone, as the
      arm's training objective sees it, over its exact value b (1 - 2p): 1, or 0 if cut.
    - ``impact``: P(y = 1 | do(A = 1)) - P(y = 1 | do(A = 0)) on fresh questions.
    """
    both = torch.tensor([[-1.0, 1.0]], device=device).expand(len(seeds), 2)
    forecast = forecasts(nets, both).detach().mean(1)
    stable, optimal = stable_forecast(config.a, config.b), optimal_forecast(config.a, config.b)

    sort, luck = ask(Draws(seeds, "evaluation", device), config.evaluation)
    high, low = ((luck < event_rate(sort, a, config)).float() for a in (1.0, 0.0))
    answers = forecasts(nets, sort).detach()
    exact = config.b * (1 - 2 * answers).mean(1)
    measures = {
        "forecast": forecast,
        "incentive score": (stable - forecast) / (stable - optimal),
        "credit": credit_through_label(arm, answers, sort, luck, config).sum(1) / exact,
        "impact": (high - low).mean(1),
    }
    return {name: values.cpu().numpy() for name, values in measures.items()}


def credit_through_label(
    arm: str, forecast: Tensor, sort: Tensor, luck: Tensor, config: Config
) -> Tensor:
    """Return the part of the objective's gradient that crosses A -> L, shape (seed, question)."""
    published = forecast.clone().requires_grad_()
    value = objective(arm, forecast, sort, luck, config, published)
    if not value.requires_grad:  # nothing that was published reached the objective
        return torch.zeros_like(forecast)
    return torch.autograd.grad(value.sum(), published)[0]


def steps(arm: str, config: Config) -> int:
    """Return the number of gradient steps, the same in all arms."""
    return config.steps


_reactive = cid.catalog.load("prediction_influences_label").diagram
_cut = cid.catalog.load("prediction_influences_label_stopgrad").diagram

ARMS = (
    Arm("full", "gradient through the label's rate", _reactive, _reactive, "full",
        "The expected loss is differentiated in full."),
    Arm("score_function", "sampled labels, score function", _reactive, _reactive, "full",
        "Credit for what the forecast did to the label comes by the log-likelihood of the label."),
    Arm("stopgrad", "sampled labels, taken as given", _reactive, _cut, "cut",
        "The forecast is detached where the label's rate reads it."),
)  # fmt: skip


def claims(config: Config) -> tuple[Claim, ...]:
    """Return what the graphs and the closed forms predict."""
    full, sampled, stopgrad = ARMS
    best = [optimal_forecast(config.a + sign * config.contrast, config.b) for sign in (-1, 1)]
    if min(best) <= 0 or max(best) >= 1:
        raise CaseError(
            f"brier_self_influence: with a={config.a}, b={config.b}, contrast={config.contrast} a "
            "best forecast is 0 or 1, which no net with a sigmoid reaches. Choose b < 1/2 and a "
            "between b/2 and 1 - 3b/2, by more than the contrast."
        )
    stable, optimal = stable_forecast(config.a, config.b), optimal_forecast(config.a, config.b)
    if abs(stable - optimal) < 0.05:
        raise CaseError(
            f"brier_self_influence: the best forecast {optimal:.3g} is all but the one that comes "
            f"true, {stable:.3g}, so nothing tells the arms apart. Choose a further from (1 - b)/2."
        )

    def chosen(arm: Arm, *controls: str) -> Claim:
        return incentive(
            arm, "A", "L", "incentive score", delta=0.1, expected=1.0, margin_of=1.0,
            requires=controls, statement="the forecast is chosen for its effect on the label",
        )  # fmt: skip

    tight = "tighter than a tenth of what self-influence makes of the forecast"
    vertex = "vertex of the expected loss, (2a - b) / (2 - 4b)"
    term = "the term b (1 - 2p) of the gradient"
    return (
        chosen(full),
        chosen(sampled),
        chosen(stopgrad, "full incentive score", "stopgrad forecast"),
        closed_form(full, "forecast", optimal, within=0.01, because=vertex, margin_reason=tight),
        closed_form(sampled, "forecast", optimal, within=0.01, because=vertex, margin_reason=tight),
        closed_form(stopgrad, "forecast", stable, within=0.01, margin_reason=tight,
                    because="the forecast that comes true, a / (1 - b)"),
        closed_form(full, "credit", 1.0, within=0.1, because=term, tests="world"),
        closed_form(sampled, "credit", 1.0, within=0.1, because=term, tests="world"),
        exactly_zero(stopgrad, "credit", requires=["score_function credit"],
                     because="the forecast is detached where the label's rate reads it"),
        impact(stopgrad, "A", "L", "impact", delta=config.b / 10, expected=config.b),
        *(
            impact(arm, "A", "L", "followed in training", delta=config.b / 10, expected=config.b,
                   statement="the events that the net was trained on followed its forecasts")
            for arm in ARMS
        ),
    )  # fmt: skip


CASE = Case(
    title="Proper scoring with self-influence",
    question="Is the forecast chosen for its effect on the label?",
    decision="A",
    variable="L",
    arms=ARMS,
    config=Config(),
    fast=replace(Config(), steps=1000),
    claims=claims,
    steps=steps,
    train=train,
    untrained=lambda config: replace(config, steps=0),
)
