"""Train every seed of an arm at once: stacked parameters, one random stream per seed.

Looping over seeds in Python wastes almost all the time of a small net. Here the nets of all seeds
are stacked along a leading *member* axis and evaluated together with :func:`torch.vmap`; a loss
summed over members gives each member its own gradient. ``torch.optim.Adam`` and ``SGD`` act
element by element, so one ordinary optimiser over the stacked tensors is, for every member, the
optimiser it would have had alone. (Clipping by the *total* norm would couple members; do not.)

A seed's result must not depend on which other seeds were trained beside it. So every random
number comes from a generator that belongs to one seed: initial weights in :func:`stack`, data and
exploration noise in :class:`Draws`.

Examples
--------
Three nets, three seeds, one loop:

>>> import torch
>>> from training_models.nets import Draws, mlp, stack
>>> seeds = (0, 1, 2)
>>> nets = stack(lambda: mlp(1, 8, 1), seeds)
>>> draws = Draws(seeds, "data")
>>> optimiser = torch.optim.Adam(nets.parameters(), lr=0.03)
>>> for _ in range(200):
...     x = draws.uniform(32, 1)                       # (member, batch, 1)
...     loss = (nets(x) - x.square()).square().mean(dim=(1, 2))
...     optimiser.zero_grad()
...     loss.sum().backward()                          # members do not mix
...     optimiser.step()
>>> loss.shape, bool((loss < 0.05).all())
(torch.Size([3]), True)
"""

from __future__ import annotations

import copy
import itertools
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

__all__ = ["Draws", "Nets", "mlp", "stack"]


def mlp(inputs: int, hidden: int, outputs: int, layers: int = 1) -> nn.Sequential:
    """Build a tanh network with `layers` hidden layers of width `hidden` and a linear read-out.

    Examples
    --------
    >>> mlp(3, 16, 1)
    Sequential(
      (0): Linear(in_features=3, out_features=16, bias=True)
      (1): Tanh()
      (2): Linear(in_features=16, out_features=1, bias=True)
    )
    """
    widths = [inputs] + [hidden] * layers
    body: list[nn.Module] = []
    for fan_in, fan_out in itertools.pairwise(widths):
        body += [nn.Linear(fan_in, fan_out), nn.Tanh()]
    return nn.Sequential(*body, nn.Linear(widths[-1], outputs))


@dataclass(frozen=True)
class Nets:
    """Copies of one architecture with stacked parameters.

    Attributes
    ----------
    skeleton : nn.Module
        The architecture, without storage (on the ``meta`` device).
    params, buffers : mapping of str to Tensor
        Each with a leading member axis; the parameters are leaves that require gradients.
    """

    skeleton: nn.Module
    params: Mapping[str, Tensor]
    buffers: Mapping[str, Tensor]

    def parameters(self) -> Iterator[Tensor]:
        """Iterate over the stacked leaf tensors, for an optimiser."""
        return iter(self.params.values())

    def __call__(
        self, inputs: Tensor, params: Mapping[str, Tensor] | None = None, *, shared: bool = False
    ) -> Tensor:
        """Evaluate every member.

        Parameters
        ----------
        inputs : Tensor
            Shape (member, batch, ...), or (batch, ...) with ``shared=True``.
        params : mapping of str to Tensor, optional
            Other parameters than the nets' own, for :func:`torch.func.grad`.
        shared : bool
            Whether all members read the same inputs.

        Returns
        -------
        Tensor
            Shape (member, batch, ...).
        """

        def one(p: dict[str, Tensor], b: dict[str, Tensor], x: Tensor) -> Tensor:
            return torch.func.functional_call(self.skeleton, (p, b), (x,))

        own = dict(self.params if params is None else params)
        return torch.vmap(one, in_dims=(0, 0, None if shared else 0))(
            own, dict(self.buffers), inputs
        )


def stack(build: Callable[[], nn.Module], seeds: Sequence[int], device: str = "cpu") -> Nets:
    """Build one net per seed and stack them.

    Parameters
    ----------
    build : callable
        Makes a freshly initialised module; called once per seed with torch's generator seeded for
        that seed, and torch's global random state put back afterwards.
    seeds : sequence of int
        One member each. A seed that is listed twice gives two members with equal weights, which
        is how paired arms start from the same point.
    device : str
        Where the stacked parameters live; weights are drawn on the CPU, so they are the same
        everywhere.

    Examples
    --------
    >>> nets = stack(lambda: mlp(2, 4, 1), (7, 7, 8))
    >>> weight = nets.params["0.weight"]
    >>> weight.shape
    torch.Size([3, 4, 2])
    >>> bool((weight[0] == weight[1]).all()), bool((weight[0] == weight[2]).all())
    (True, False)
    """
    members = []
    with torch.random.fork_rng(devices=[]):
        for seed in seeds:
            torch.manual_seed(_stream(seed, "weights"))
            members.append(build())
    params, buffers = torch.func.stack_module_state(members)
    return Nets(
        copy.deepcopy(members[0]).to("meta"),
        {name: p.detach().to(device).requires_grad_() for name, p in params.items()},
        {name: b.detach().to(device) for name, b in buffers.items()},
    )


class Draws:
    """Random numbers with a leading member axis, one independent generator per seed.

    Parameters
    ----------
    seeds : sequence of int
        One member each; equal seeds give equal draws (common random numbers).
    stream : str
        What the numbers are for, such as ``"data"`` or ``"evaluation"``. Streams of one seed are
        independent of each other, so using more of one does not shift another.
    device : str
        Where the tensors go. They are drawn on the CPU, so they are the same everywhere.

    Notes
    -----
    A call costs some microseconds per seed; in a hot loop draw a block of many steps at once.

    Examples
    --------
    >>> Draws((3, 4), "data").uniform(2, 5).shape
    torch.Size([2, 2, 5])
    >>> alone = Draws((4,), "data").normal(6)[0]
    >>> bool((Draws((3, 4), "data").normal(6)[1] == alone).all())
    True
    """

    def __init__(self, seeds: Sequence[int], stream: str, device: str = "cpu") -> None:
        self._device = device
        self._generators = [torch.Generator().manual_seed(_stream(seed, stream)) for seed in seeds]

    def _each(self, draw: Callable[[torch.Generator], Tensor]) -> Tensor:
        return torch.stack([draw(generator) for generator in self._generators]).to(self._device)

    def uniform(self, *shape: int) -> Tensor:
        """Draw from the uniform distribution on [0, 1): shape (member, ...)."""
        return self._each(lambda generator: torch.rand(shape, generator=generator))

    def normal(self, *shape: int) -> Tensor:
        """Draw from the standard normal distribution: shape (member, ...)."""
        return self._each(lambda generator: torch.randn(shape, generator=generator))

    def integers(self, high: int, *shape: int) -> Tensor:
        """Draw integers uniformly from 0 to high - 1: shape (member, ...)."""
        return self._each(lambda generator: torch.randint(high, shape, generator=generator))


def _stream(seed: int, name: str) -> int:
    """Mix a seed with the name of a stream into a 63-bit generator seed."""
    words = np.random.SeedSequence([int(seed), zlib.crc32(name.encode())]).generate_state(2)
    return int(words[0]) << 31 ^ int(words[1])
