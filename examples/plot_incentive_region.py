"""
Where does an incentive exist?
==============================

A diagram *admits* an incentive or does not. Give the model, leave some of its numbers open as
symbols, and the question becomes: for which numbers does it *have* the incentive?

A recommender posts one of two plain articles or a piece of bait. A plain article is clicked if it
fits the user's opinion, of which the recommender has a guess that is right with chance q. Bait is
clicked if it stirs the user up, with chance s, and costs c in reputation.
"""

import matplotlib.pyplot as plt
import sympy

import cid

q, s = sympy.symbols("q s")
c = sympy.Symbol("c", positive=True)
half = sympy.Rational(1, 2)

diagram = cid.CID.parse(
    "Opinion -> Guess -> Post; Post -> Stirred; Opinion, Post, Stirred -> Clicks",
    decisions="Post",
    utilities="Clicks",
)
model = cid.SCIM(
    diagram,
    domains={"Post": ("left", "right", "bait")},
    mechanisms={
        "Opinion": {"left": half, "right": half},
        "Guess": cid.Noisy(
            lambda Opinion, right: (Opinion == "left") == right, noise={True: q, False: 1 - q}
        ),
        "Stirred": cid.Noisy(
            lambda Post, hit: Post == "bait" and hit, noise={True: s, False: 1 - s}
        ),
        "Clicks": lambda Opinion, Post, Stirred: (
            int(Stirred) - c if Post == "bait" else int(Post == Opinion)
        ),
    },
)
diagram.draw()

# %%
# The graph admits value of information for the guess, and an incentive to stir. By the
# definitions, evaluated with q, s and c left open, the model has them here:

know = cid.incentive_conditions(model, "voi", "Post", "Guess")
stir = cid.incentive_conditions(model, "ici", "Post", "Stirred")
for finding, condition in (
    (cid.admits_voi(diagram, "Post", "Guess"), know),
    (cid.admits_ici(diagram, "Post", "Stirred"), stir),
):
    print(finding)
    print(condition, end="\n\n")

# %%
# Either the recommender wants to know the user, or it wants to change the user. Dotted: the
# incentive does not exist on the boundary itself, where both kinds of post are optimal.

fig, axes = plt.subplots(1, 2, figsize=(8.5, 3.8), sharey=True, layout="constrained")
for ax, condition in zip(axes, (know, stir), strict=True):
    condition.plot(ax, x=q, y=s, at={c: sympy.Rational(1, 5)})
axes[0].text(0.25, 0.4, "worth knowing", ha="center")
axes[1].text(0.5, 0.87, "worth changing", ha="center")
axes[1].set_ylabel("")

# %%
# The policy behind it, case by case.

best = cid.symbolic_policy(model)
for case in best.cases:
    print(case.policy["Post"], "worth", case.value, "if", case.condition)

# %%
# One parameter: the bounds are exact.

fig, ax = plt.subplots(figsize=(6, 1.6), layout="constrained")
stir.plot(ax, x=s, at={q: 0.7, c: 0.1})
print(cid.incentive_conditions(model.at({q: 0.7, c: 0.1}), "ici", "Post", "Stirred"))
plt.show()
