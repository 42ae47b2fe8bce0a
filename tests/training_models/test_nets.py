"""Stacked nets: each member trains as it would alone, whoever trains beside it."""

import pytest
import torch
from torch import nn

from training_models.nets import Draws, mlp, stack


def build():
    return mlp(3, 5, 2, layers=2)


def train(nets, draws, steps=20):
    optimiser = torch.optim.Adam(nets.parameters(), lr=0.05)
    for _ in range(steps):
        x = draws.normal(8, 3)
        loss = (nets(x).sum(-1) - x.prod(-1)).square().mean(1)
        optimiser.zero_grad()
        loss.sum().backward()
        optimiser.step()
    return nets(torch.ones(1, 3), shared=True).detach()


def test_a_member_trains_as_an_ordinary_module_does():
    seed = 5
    together = train(stack(build, (4, seed, 6)), Draws((4, seed, 6), "data"))

    nets = stack(build, (seed,))
    module = build()
    module.load_state_dict({name: p[0].detach() for name, p in nets.params.items()})
    optimiser = torch.optim.Adam(module.parameters(), lr=0.05)
    draws = Draws((seed,), "data")
    for _ in range(20):
        x = draws.normal(8, 3)[0]
        loss = (module(x).sum(-1) - x.prod(-1)).square().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    torch.testing.assert_close(together[1], module(torch.ones(1, 3)).detach())


def test_other_parameters_can_be_evaluated_and_the_own_ones_stay():
    nets = stack(build, (0, 1))
    x = torch.ones(2, 4, 3)
    silent = {name: torch.zeros_like(p) for name, p in nets.params.items()}
    before = nets(x)
    assert nets(x, silent).abs().max() == 0
    assert torch.equal(nets(x), before)


def test_shared_inputs_are_inputs_given_to_everyone():
    nets, x = stack(build, (0, 1, 2)), torch.randn(4, 3, generator=torch.Generator())
    torch.testing.assert_close(nets(x, shared=True), nets(x.expand(3, 4, 3)))


def test_buffers_are_stacked_too():
    nets = stack(lambda: nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2)).eval(), (0, 1))
    assert nets.buffers["1.running_mean"].shape == (2, 2)
    assert nets(torch.ones(2, 3, 2)).shape == (2, 3, 2)


@pytest.mark.parametrize("draw", ["uniform", "normal", "integers"])
def test_draws_of_a_seed_do_not_depend_on_companions_nor_on_block_size(draw):
    def numbers(seeds, *shape):
        arguments = (1000, *shape) if draw == "integers" else shape
        return getattr(Draws(seeds, "data"), draw)(*arguments)

    alone = numbers((7,), 64)[0]
    assert torch.equal(numbers((3, 7), 64)[1], alone)
    assert not torch.equal(numbers((3, 7), 64)[0], alone)
    assert torch.equal(numbers((7,), 4, 16)[0].flatten(), alone)


def test_streams_of_a_seed_are_independent():
    data, noise = (Draws((0,), name).normal(4096)[0] for name in ("data", "noise"))
    assert abs(torch.corrcoef(torch.stack([data, noise]))[0, 1]) < 0.08  # five standard errors


def test_neighbouring_seeds_are_independent():
    draws = Draws(range(64), "data").normal(512)
    correlation = torch.corrcoef(draws) - torch.eye(64)
    assert correlation.abs().max() < 0.25  # sd 1/sqrt(512) = .044, 2016 pairs


def test_the_global_random_state_is_left_alone():
    before = torch.random.get_rng_state()
    stack(build, (0, 1))
    Draws((0, 1), "data").uniform(3)
    assert torch.equal(torch.random.get_rng_state(), before)
