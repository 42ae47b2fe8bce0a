"""What a learner's world did while it was trained, seen in the numbers that it was trained on.

A claim such as "forecasts move the branch here, too" is about the training world. Asking a
simulator afterwards shows what the simulator can do, not what the learner met. :class:`Stream`
therefore listens inside the training loop: at every step it is given a response and its causes, as
they enter the loss, and ends with one regression per seed. Where the response is linear in its
causes, the slope on what the learner put out is the effect of do(output), and it is zero in a world
that does not listen.
"""

from __future__ import annotations

import torch
from torch import Tensor

__all__ = ["Stream"]


class Stream:
    """Least squares with an intercept, one regression per member, over all steps of a training.

    Examples
    --------
    >>> stream = Stream()
    >>> for output in (0.1, 0.5, 0.9):
    ...     x = torch.full((2, 1), output)
    ...     stream.add(torch.tensor([[0.3], [0.0]]) * x + 0.2, x)
    >>> [round(slope, 4) for slope in stream.slope(2).tolist()]
    [0.3, 0.0]

    Without a step, or where the learner's output never varied, nothing was seen to move:

    >>> Stream().slope(2)
    tensor([0., 0.], dtype=torch.float64)
    """

    def __init__(self) -> None:
        self._moments: Tensor | None = None

    def add(self, response: Tensor, output: Tensor, *others: Tensor) -> None:
        """Record one step; shapes (member, batch), or any that expand to that of `response`."""
        with torch.no_grad():
            columns = [torch.ones_like(response), output, *others, response]
            rows = torch.stack([c.detach().expand_as(response).double() for c in columns], 1)
            moments = rows @ rows.transpose(1, 2)
            self._moments = moments if self._moments is None else self._moments + moments

    def slope(self, members: int) -> Tensor:
        """Return the coefficient on the output, shape (member,)."""
        if self._moments is None:
            return torch.zeros(members, dtype=torch.float64)
        causes, response = self._moments[:, :-1, :-1].cpu(), self._moments[:, :-1, -1].cpu()
        return (torch.linalg.pinv(causes, hermitian=True) @ response[..., None])[:, 1, 0]
