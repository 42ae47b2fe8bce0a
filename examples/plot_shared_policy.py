"""
One policy, many instances
==========================

Two instances of one network, each paid for its own step only. An instance may help at a cost, and
what it does benefits the *other* one. Read action by action no instance has a reason to help. Read
policy by policy it has: whatever makes it help makes its copy help too.
"""

from fractions import Fraction

import matplotlib.pyplot as plt

import cid

diagram = cid.CID.parse(
    """
    Help1 -> Gift2 -> U2; Help1 -> U1
    Help2 -> Gift1 -> U1; Help2 -> U2
    decisions[first]: Help1
    decisions[second]: Help2
    utilities[first]: U1
    utilities[second]: U2
    """
)
policy = cid.policy_level(diagram, ["Help1", "Help2"], agent="first")

print(cid.admits_ici(diagram, "Help1", "Gift1"))
print(cid.admits_ici(policy, "Π", "Gift1"))

# %%
# The first instance's view: of its action, and of the policy that both instances run.

fig, axes = plt.subplots(1, 2, figsize=(10, 3.6), layout="constrained")
for ax, d, title in zip(
    axes, (diagram, policy), ("each action by itself", "the policy behind both"), strict=True
):
    cid.draw.draw(d, ax=ax)
    ax.set_title(title)

# %%
# Solved, for a gift that is worth 1 and costs c. As a game of two agents the only equilibrium is
# not to help. Chosen once for both instances, still for the first one's utility alone, helping is
# best as long as it costs less than it brings.


def world(cost):
    """Return the model in which helping costs `cost`."""
    return cid.SCIM(
        diagram,
        {"Help1": (0, 1), "Help2": (0, 1)},
        {
            "Gift1": lambda Help2: Help2,
            "Gift2": lambda Help1: Help1,
            "U1": lambda Help1, Gift1: Gift1 - cost * Help1,
            "U2": lambda Help2, Gift2: Gift2 - cost * Help2,
        },
    )


third = Fraction(1, 3)
(alone,) = cid.pure_equilibria(world(third))
print("equilibrium:", {name: rule[()] for name, rule in alone.policy.items()})
shared = cid.solve_shared(world(third), [["Help1", "Help2"]], agent="first")
print("one policy:", dict(shared.policy), "worth", shared.value, "to the first instance")

# %%
# What it is worth to the first instance, by cost: the policy for both, and its own action while the
# other does not help.

costs = [Fraction(n, 20) for n in range(31)]
value = {"policy": [], "action": []}
for cost in costs:
    both = cid.solve_shared(world(cost), [["Help1", "Help2"]], agent="first")
    value["policy"].append(both.value)
    selfish = world(cost).with_policy({"Help2": 0}).solve(agent="first")
    value["action"].append(selfish.value)
fig, ax = plt.subplots(figsize=(6, 3.4), layout="constrained")
ax.plot(costs, value["policy"], color="#D55E00", label="policy chosen for both instances")
ax.plot(costs, value["action"], color="#0072B2", label="action chosen for one")
ax.set(xlabel="c, cost of helping", ylabel="value to the first instance")
ax.legend(frameon=False)
plt.show()
