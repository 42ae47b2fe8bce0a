"""
Fixed points of retraining, and where they split
================================================

A model is retrained on data that its own deployment moves. Two questions: where does retraining
come to rest, and what would be best? Both are derived here from a loss and a data law, with the
parameters left open.
"""

import matplotlib.pyplot as plt
import numpy as np
import sympy
from sympy.stats import Normal

import cid

# %%
# A prediction that moves what it predicts
# ----------------------------------------
# Deploying θ moves the mean of the outcome and shrinks its variance
# :cite:p:`perdomo2020performative`. Retraining takes the data as given; the optimum counts what
# deploying does.

theta, phi, z = sympy.symbols("theta phi z", real=True)
epsilon = sympy.Symbol("epsilon", positive=True)
location = cid.Performative(
    loss=(z - phi) ** 2,
    law=Normal("Z", 1 + epsilon * theta, sympy.exp(-theta / 2)),
    outcome=z,
    deployed=theta,
    fitted=phi,
)
(stable,) = location.stable_points()
print("retraining map:", location.retraining_map)
print("stable point:", stable.value, " slope:", stable.slope, " attracting if", stable.attracting)
print("credit through the data:", location.shift_gradient)
at_half = location.at({epsilon: sympy.Rational(1, 2)})
best = at_half.optimum()
print("optimum at ε = 1/2:", best.value, "≈", sympy.N(best.value, 5))

# %%
fig, ax = plt.subplots(figsize=(5, 4), layout="constrained")
grid = np.linspace(-0.2, 2.8, 200)
step = sympy.lambdify(theta, at_half.retraining_map)
ax.plot(grid, step(grid), color="0.3", label="retrained on data of θ")
ax.plot(grid, grid, color="0.7", linewidth=1)
path = np.array([float(x) for x in at_half.trajectory(0, 8)])
ax.plot(np.repeat(path, 2)[:-1], np.r_[0, np.repeat(path[1:], 2)], color="#0072B2", linewidth=1)
ax.plot(2, 2, "o", color="#0072B2", label="stable point")
ax.axvline(float(best.value), color="#D55E00", linestyle="--", label="optimum")
ax.set(xlabel="deployed θ", ylabel="next θ", ylim=(-0.2, 2.8))
ax.legend()

# %%
# Two epochs, one objective
# -------------------------
# People write 1 at the rate h, and today's model at the rate p₁. A share α of tomorrow's corpus was
# written by today's model, and tomorrow's model is refitted to it. If one objective adds tomorrow's
# loss with weight λ, today's model is paid for making the corpus easy.

h, alpha, weight, p, q = sympy.symbols("h alpha lambda p_1 q_1", positive=True)
human, corpus = sympy.symbols("human corpus")
rate = (1 - alpha) * h + alpha * p


def surprise(flip, chance):
    """Return the cross-entropy of a coin flip."""
    return -flip * sympy.log(chance) - (1 - flip) * sympy.log(1 - chance)


law = {(i, j): (h if i else 1 - h) * (rate if j else 1 - rate) for i in (0, 1) for j in (0, 1)}
epochs = cid.Performative(
    loss=surprise(human, q) + weight * surprise(corpus, rate),
    law=law,
    outcome=(human, corpus),
    deployed=p,
    fitted=q,
    interval=(0, 1),
)
print("each epoch for itself:", epochs.stable_points()[0].value)
print("both as one:", epochs.at({h: 0.6, alpha: 0.8, weight: 1}).optimum().value)

# %%
# At h = 1/2 the honest model is best as long as it is a minimum. The derivatives of the risk say
# up to which weight, and what comes after.

fair = epochs.at({h: sympy.Rational(1, 2)})
split = fair.bifurcation(sympy.Rational(1, 2), weight)
print(f"{split.kind} at λ = {split.critical[0]}; honest is a minimum iff {split.minimum}")
print("the two branches are minima iff", split.supercritical)

# %%
# The branches: the condition that the derivative of the risk vanishes is linear in λ, so it gives λ
# as a function of p₁. Dots: gradient descent on the risk from 40 random starts.

share = sympy.Rational(4, 5)
fig, ax = plt.subplots(figsize=(6.5, 4.2), layout="constrained")
for human_rate, colour in ((sympy.Rational(1, 2), "#0072B2"), (sympy.Rational(13, 25), "#E69F00")):
    model = epochs.at({h: human_rate, alpha: share})
    (branch,) = sympy.solve(sympy.diff(model.risk, p), weight)
    points = np.linspace(0.02, 0.98, 1998)
    lam = sympy.lambdify(p, branch)(points)
    bend = sympy.lambdify((p, weight), sympy.diff(model.risk, p, 2))(points, lam)
    lam[(lam < 0) | (np.abs(points - 0.5) < 1e-3)] = np.nan
    ax.plot(np.where(bend > 0, lam, np.nan), points, color=colour, label=f"h = {float(human_rate)}")
    ax.plot(np.where(bend <= 0, lam, np.nan), points, color=colour, linestyle=":")
critical = float(split.critical[0].subs(alpha, share))
ax.plot([0, critical], [0.5, 0.5], color="#0072B2")
ax.plot([critical, 4], [0.5, 0.5], color="#0072B2", linestyle=":")
ax.axvline(critical, color="0.7", linewidth=1)
ax.annotate("λα² = 1", (critical, 0.05), ha="right", rotation=90, color="0.4")

slope = sympy.lambdify((p, weight), sympy.diff(fair.at({alpha: share}).risk, p))
logit = np.random.default_rng(0).normal(0, 0.5, (8, 40))
weights = np.linspace(0.25, 3.75, 8)[:, None]
for _ in range(4000):
    chance = 1 / (1 + np.exp(-logit))
    logit -= 0.5 * chance * (1 - chance) * slope(chance, weights)
ax.plot(np.broadcast_to(weights, logit.shape).ravel(), (1 / (1 + np.exp(-logit))).ravel(), ".",
        color="0.25", markersize=4, zorder=3)  # fmt: skip
ax.set(xlabel="weight λ of tomorrow's loss", ylabel="rate p₁ of today's model", xlim=(0, 4),
       ylim=(0, 1))  # fmt: skip
ax.legend(loc="upper left")
plt.show()
