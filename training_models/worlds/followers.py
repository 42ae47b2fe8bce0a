"""Learners whose forecasts writers may follow: what each of them is credited for.

One of the two branches is easy, which is worth a bonus beyond the score of the forecast. Learners
differ in which part of that crosses the edge from the forecast to the branch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from training_models.worlds.forecast import Documents, branch_rate, score, take_branch
from training_models.worlds.stream import Stream

__all__ = ["Learner", "Setup", "listen", "objective", "reward"]

Learner = Literal["corpus", "score function", "pathwise", "stop-gradient"]


@dataclass(frozen=True)
class Setup:
    """What tells one arm from another: how credit is computed, and whether writers follow."""

    learner: Learner
    influence: float


def reward(branch: Tensor | float, forecast: Tensor, easy: Tensor, bonus: float) -> Tensor:
    """Return R for the branch that is taken, where `easy`, shape (member, 1), is the easy one."""
    return score(branch, forecast) + bonus * (branch == easy)


def objective(
    arm: Setup,
    forecast: Tensor,
    documents: Documents,
    easy: Tensor,
    noise: Tensor,
    bonus: float,
    exploration: float,
    seen: Stream | None = None,
    paid: Stream | None = None,
) -> Tensor:
    """Return what each member maximises; its gradient is the credit that the arm lets through.

    Parameters
    ----------
    arm : Setup
        Learner and influence.
    forecast : Tensor
        The nets' forecasts for these documents, shape (member, batch).
    documents : Documents
        The batch.
    easy : Tensor
        Which branch is easy, shape (member, 1).
    noise : Tensor
        Standard normal, shape (member, batch): what the score function learner tries out.
    bonus, exploration : float
        What the easy branch is worth, and the standard deviation of what is tried out.
    seen, paid : Stream, optional
        Listen to how the branch follows what is published, and to what the easy branch pays.
    """
    if arm.learner == "score function":
        # A report may leave [0, 1]. The branch's rate stays a probability far beyond (for reports
        # from -.93 to 1.93 at influence .3), so exploration does not move the vertex.
        report = forecast.detach() + exploration * noise
        branch = take_branch(documents, report, arm.influence)
        realised = reward(branch, report, easy, bonus)
        listen(seen, paid, branch, report, realised, documents, easy)
        advantage = realised - realised.mean(1, keepdim=True)
        log_probability = -((report - forecast) ** 2) / (2 * exploration**2)
        return (advantage * log_probability).mean(1)
    if arm.learner == "corpus":
        branch = take_branch(documents, 0.0, influence=0.0)  # written before any forecast
        realised = reward(branch, forecast, easy, bonus)
        listen(seen, paid, branch, forecast, realised, documents, easy)
        return realised.mean(1)
    published = forecast.detach() if arm.learner == "stop-gradient" else forecast
    rate = branch_rate(documents, published, arm.influence)
    either = torch.ones_like(forecast), torch.zeros_like(forecast)
    first, second = (reward(branch, forecast, easy, bonus) for branch in either)
    expected = rate * first + (1 - rate) * second
    branch = (documents.luck < rate).float()
    realised = torch.where(branch > 0, first, second)
    listen(seen, paid, branch, published, realised, documents, easy)
    return expected.mean(1)


def listen(
    seen: Stream | None,
    paid: Stream | None,
    branch: Tensor,
    published: Tensor,
    realised: Tensor,
    documents: Documents,
    easy: Tensor,
) -> None:
    """Record one step of training.

    The branch is compared with the one that the same document, with the same luck, takes if nothing
    is published, which leaves little noise in the slope.
    """
    if seen is not None and paid is not None:
        undisturbed = (documents.luck < documents.rate).float()
        seen.add(branch - undisturbed, published, documents.rate)
        paid.add(realised, (branch == easy).float(), score(branch, published))
