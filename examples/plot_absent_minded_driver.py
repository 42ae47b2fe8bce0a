"""
One rule at two exits
=====================

A driver passes two exits that look the same. Leaving at the first pays 0, at the second 4, and
driving on 1. Whatever the rule is, it acts at both :cite:p:`piccione1997interpretation`, as the
weights of a network do at every position.
"""

from fractions import Fraction

import matplotlib.pyplot as plt
import numpy as np

import cid

d = cid.CID.parse("first -> U; second -> U", "first second", "U")


def driver(second_exit):
    """Return the model, given what leaving at the second exit pays."""
    return cid.SCIM(
        d,
        {"first": ("leave", "go"), "second": ("leave", "go")},
        {
            "U": lambda first, second: (
                0 if first == "leave" else second_exit if second == "leave" else 1
            )
        },
    )


solution = cid.solve_shared(driver(4), [["first", "second"]])
print(solution.policy["first"], "earns", solution.value)
print("the best deterministic rule earns", solution.deterministic)
print("told the exits apart the driver would earn", driver(4).solve().value)

# %%
# With one policy at both exits, the policy is where the choice is made.

fig, axes = plt.subplots(1, 2, figsize=(9, 3))
cid.draw.draw(d, ax=axes[0])
axes[0].set_title("two decisions")
cid.draw.draw(cid.policy_level(d, ["first", "second"]), ax=axes[1])
axes[1].set_title("one policy")
fig.tight_layout()

# %%
# The value of going on with probability p is a parabola: playing history by history gives the
# points, the library the optimum.

p = np.linspace(0, 1, 101)
fig, ax = plt.subplots(figsize=(6.5, 3.8))
ax.plot(p, 4 * p * (1 - p) + p**2, color="0.3")
grid = [Fraction(n, 10) for n in range(11)]
values = []
for q in grid:
    rule = {"leave": 1 - q, "go": q}
    values.append(driver(4).expected_utility({"first": rule, "second": rule}))
ax.plot(grid, values, ".", color="0.3")
best = solution.policy["first"]["go"]
ax.plot(best, solution.value, "o", color="#D55E00")
ax.annotate(
    f"go on with probability {best}: {solution.value}",
    (float(best), float(solution.value)),
    (0.5, float(solution.value) + 0.12),
    ha="center",
)
ax.axhline(float(solution.deterministic), color="#0072B2", linestyle="--")
ax.annotate(
    f"best deterministic rule: {solution.deterministic}",
    (0.98, float(solution.deterministic)),
    (0, -14),
    textcoords="offset points",
    ha="right",
    color="#0072B2",
)
ax.set(xlabel="probability of going on, at either exit", ylabel="expected payoff", ylim=(0, 1.6))
fig.tight_layout()

# %%
# When is it worth tossing a coin? When the second exit pays more than twice what driving on does.
# Up to there going on for certain is best.

payoffs = [Fraction(n, 8) for n in range(49)]
solved = [cid.solve_shared(driver(b), [["first", "second"]]) for b in payoffs]
fig, axes = plt.subplots(1, 2, figsize=(10, 3.4))
axes[0].plot(payoffs, [each.policy["first"].get("go", 0) for each in solved], color="#D55E00")
axes[0].set(xlabel="payoff at the second exit", ylabel="probability of going on", ylim=(0.4, 1.05))
axes[1].plot(payoffs, [each.value for each in solved], color="#D55E00", label="stochastic")
axes[1].plot(
    payoffs,
    [each.deterministic for each in solved],
    color="#0072B2",
    linestyle="--",
    label="deterministic",
)
axes[1].set(xlabel="payoff at the second exit", ylabel="expected payoff")
axes[1].legend(frameon=False)
fig.tight_layout()
plt.show()
