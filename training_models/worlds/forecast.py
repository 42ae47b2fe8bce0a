"""A world of forecasts about documents, whose writers may follow the forecast.

A document has a topic W of three features, each -1 or +1 with equal chances. Left alone it takes
branch 1 rather than branch 0 with probability

    r(W) = 1/2 + spread * (w1 + w2 * w3) / 2,

and the forecaster reads a prompt Q: the same features, each misread with probability `misread`. The
product w2 * w3 is there so that a linear forecaster cannot do the task. If a forecast A is
published, writers give it a weight, the `influence`, and the branch S is taken with

    P(S = 1 | W, A) = (1 - influence) * r(W) + influence * A.

Forecasts are scored by -(S - A)^2, and branch 1 may be worth `gain` beyond that. There are only
eight prompts. A forecaster is therefore a table of eight numbers, and everything that a case wants
to know about its behaviour is a sum over that table and not a sample.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from training_models.errors import CaseError
from training_models.nets import Draws

__all__ = [
    "PROMPTS",
    "Documents",
    "best_forecast",
    "branch_rate",
    "check_interior",
    "expected_rate",
    "score",
    "take_branch",
    "topic_rate",
    "write",
]

PROMPTS = torch.cartesian_prod(*[torch.tensor([-1.0, 1.0])] * 3)
"""All prompts, shape (8, 3); a document's prompt is an index into them."""


@dataclass(frozen=True)
class Documents:
    """Documents before a branch is taken; each field has shape (member, document).

    Attributes
    ----------
    rate : Tensor
        r(W), the probability of branch 1 when nothing is published.
    prompt : Tensor
        Index of the prompt Q in :data:`PROMPTS`.
    luck : Tensor
        Uniform on [0, 1); the document takes branch 1 iff its luck is below the branch's rate.
        Keeping it with the document makes interventions paired: same document, same luck.
    """

    rate: Tensor
    prompt: Tensor
    luck: Tensor

    def repeat(self, times: int) -> Documents:
        """Return the same documents for `times` groups of members, one group after the other."""
        return Documents(*(x.repeat(times, 1) for x in (self.rate, self.prompt, self.luck)))

    def pick(self, index: Tensor) -> Documents:
        """Return the documents at `index`, shape (member, batch)."""
        return Documents(*(x.gather(1, index) for x in (self.rate, self.prompt, self.luck)))


def topic_rate(features: Tensor, spread: float) -> Tensor:
    """Return r(W) for features of shape (..., 3).

    Examples
    --------
    >>> topic_rate(torch.tensor([[1.0, 1.0, 1.0], [1.0, -1.0, 1.0]]), spread=0.1)
    tensor([0.6000, 0.5000])
    """
    return 0.5 + spread * (features[..., 0] + features[..., 1] * features[..., 2]) / 2


def expected_rate(spread: float, misread: float) -> Tensor:
    """Return E[r(W) | Q] for all prompts, shape (8,): the calibrated forecast.

    Given its reading q, a feature has mean (1 - 2 * misread) * q, since all values were equally
    likely; features are independent, so the product of two has the product of the means.
    """
    kept = 1 - 2 * misread
    return 0.5 + spread * (kept * PROMPTS[:, 0] + kept**2 * PROMPTS[:, 1] * PROMPTS[:, 2]) / 2


def best_forecast(rate: Tensor | float, influence: float, gain: float = 0.0) -> Tensor | float:
    """Return the forecast with the best expected total when writers follow it.

    With q = (1 - influence) * rate + influence * p the expected total is
    -(q * (1 - p)^2 + (1 - q) * p^2) + gain * q, a concave parabola in p for influence < 1/2. It is
    linear in `rate`, so for a forecaster that reads only Q the same formula holds with
    ``rate = E[r(W) | Q]``. Adding zero-mean noise to the forecast costs a constant and moves
    nothing.

    Parameters
    ----------
    rate : Tensor or float
        Probability of branch 1 without a forecast.
    influence : float
        Below 1/2.
    gain : float
        What branch 1 is worth more than branch 0, in units of the score.

    Returns
    -------
    Tensor or float
        The vertex of the parabola; the optimum as long as it lies in [0, 1].

    Raises
    ------
    CaseError
        If `influence` is not in [0, 1/2).

    Examples
    --------
    Without influence the best forecast is the rate, whatever the branches are worth:

    >>> best_forecast(0.5, influence=0.0, gain=0.8)
    0.5
    >>> round(best_forecast(0.5, influence=0.3, gain=0.8), 3)
    0.8
    """
    if not 0 <= influence < 0.5:
        raise CaseError(
            f"influence={influence!r} is not in [0, 0.5). From one half on the expected score is "
            "not concave in the forecast and has no interior optimum: choose a smaller influence."
        )
    return (2 * (1 - influence) * rate - influence + gain * influence) / (2 - 4 * influence)


def check_interior(forecasts: Tensor, where: str) -> None:
    """Raise unless all forecasts lie strictly between 0 and 1.

    The closed forms of the cases are vertices of parabolas. Where a vertex is not a probability,
    the best forecast is an end point and the closed form no longer says what should be measured.

    Raises
    ------
    CaseError
        Naming `where` and the first forecast that is not inside.
    """
    outside = forecasts[(forecasts <= 0) | (forecasts >= 1)]
    if outside.numel():
        raise CaseError(
            f"{where}: the vertex of the expected reward is {float(outside[0]):.3g}, which is no "
            "probability, so the closed forms do not hold. Choose a smaller influence, bonus or "
            "spread."
        )


def write(draws: Draws, count: int, spread: float, misread: float) -> Documents:
    """Draw documents for every member of `draws`."""
    uniform = draws.uniform(count, 7)
    topic = (uniform[..., :3] < 0.5).int()
    reading = topic ^ (uniform[..., 3:6] < misread).int()
    place = torch.tensor([4, 2, 1], device=reading.device)
    return Documents(
        rate=topic_rate(2.0 * topic - 1.0, spread),
        prompt=(reading * place).sum(-1),
        luck=uniform[..., 6],
    )


def branch_rate(documents: Documents, published: Tensor | float, influence: float) -> Tensor:
    """Return P(S = 1 | W, do(A = published))."""
    return (1 - influence) * documents.rate + influence * published


def take_branch(documents: Documents, published: Tensor | float, influence: float) -> Tensor:
    """Return S, 0.0 or 1.0: which branch each document takes after a forecast is published."""
    return (documents.luck < branch_rate(documents, published, influence)).float()


def score(branch: Tensor | float, forecast: Tensor) -> Tensor:
    """Return -(S - A)^2, the Brier score with the sign that makes larger better."""
    return -((branch - forecast) ** 2)
