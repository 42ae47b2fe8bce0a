"""
Is my training loop consequence-blind?
======================================

You have a training loop, and suspect that the model it trains chooses its outputs for what they
bring about. :func:`training_models.flip_test` asks the loop itself: train twice from the same
seed and draws, flip one mechanism *downstream* of the model's output, and see whether the output
changes.

Here the loop trains a forecaster whose forecast is published. Readers follow it by a third. One
of the two outcomes pays a bonus later on; the flip changes which.
"""

import matplotlib.pyplot as plt
import torch

import training_models as tm

STEPS, BATCH, FOLLOW, BONUS = 300, 128, 0.3, 0.8


def forecaster(seed: int, flipped: bool, credit: bool) -> float:
    """Train one forecaster and return its mean forecast on fixed inputs."""
    draws = torch.Generator().manual_seed(seed)
    weights = torch.zeros(2, requires_grad=True)
    optimiser = torch.optim.Adam([weights], lr=0.05)
    for _ in range(STEPS):
        x = 2 * torch.rand(BATCH, generator=draws) - 1
        forecast = torch.sigmoid(weights[0] + weights[1] * x)
        published = forecast if credit else forecast.detach()
        rate = (1 - FOLLOW) * (0.5 + 0.1 * x) + FOLLOW * published
        brier = rate * (1 - forecast) ** 2 + (1 - rate) * forecast**2
        bonus = rate if flipped else 1 - rate
        loss = (brier - BONUS * bonus).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    grid = torch.linspace(-1, 1, 101)
    return torch.sigmoid(weights[0] + weights[1] * grid).mean().item()


def my_loop(seed: int, flipped: bool) -> float:
    """Train with the forecast detached where it moves the world."""
    return forecaster(seed, flipped, credit=False)


def with_credit(seed: int, flipped: bool) -> float:
    """Train the same with credit for the consequence: the positive control."""
    return forecaster(seed, flipped, credit=True)


# %%
# The control is what makes an absence worth something. Theory gives its steering in closed form,
# c·λ/(1−2λ) = 0.6 for a bonus c = 0.8 and a readership that follows by λ = 0.3. The margin is a
# tenth of it.

result = tm.flip_test(my_loop, delta=0.06, control=with_credit, seeds=8, progress=False)
print(result)

# %%
# The diagram says the same before anything is trained.

import cid  # noqa: E402

entry = cid.catalog.load("self_fulfilling_stopgrad")
print(cid.admits_ici(entry.diagram, "A", "S"))

# %%
fig, ax = plt.subplots(figsize=(7, 2.2))
for row, (label, each) in enumerate((("my loop", result), ("with credit", result.control))):
    ax.plot(each.values, [row] * len(each.values), "o", alpha=0.5, color="0.4")
    ax.errorbar(
        each.estimate.mean,
        row,
        xerr=[
            [each.estimate.mean - each.estimate.low],
            [each.estimate.high - each.estimate.mean],
        ],
        fmt="D",
        color="#0072B2",
        capsize=4,
    )
    ax.text(0.3, row + 0.12, f"{label}: {each.verdict}", ha="center")
ax.axvspan(-result.delta, result.delta, color="0.92", zorder=0)
ax.set(
    ylim=(-0.5, 1.6),
    yticks=[],
    xlabel="steering: change in mean forecast when the bonus is flipped",
)
fig.tight_layout()
