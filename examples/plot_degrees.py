"""
How much of an incentive?
=========================

A diagram says which incentives are possible. With numbers on it, the same questions have sizes:
what observing or controlling a variable is worth, and how far a decision is made for its effect on
one.
"""

from fractions import Fraction

import matplotlib.pyplot as plt
import numpy as np

import cid

HALF = Fraction(1, 2)

# %%
# **Content recommendation.** The system sees a model M of the user's opinions O. A post moves the
# user to its side with some probability, the drift, and earns a click when both agree.


def content(drift, right=Fraction(3, 4)):
    """Return the recommender, with a user model that is `right` so often."""
    return cid.SCIM(
        cid.catalog.load("content_recommendation").diagram,
        domains={"P": (0, 1)},
        mechanisms={
            "O": {0: HALF, 1: HALF},
            "M": lambda O: {O: right, 1 - O: 1 - right},  # noqa: E741
            "I": lambda O, P: {P: drift, O: 1 - drift} if O != P else O,  # noqa: E741
            "C": lambda P, I: int(P == I),  # noqa: E741
        },
    )


print(cid.degrees(content(Fraction(1, 5))).to_text())

# %%
# The diagram admits all of these for every drift. The more a user can be moved, the more posts are
# chosen to move them, and the less it is worth to know what they think.

drifts = [Fraction(k, 20) for k in range(21)]
curves = {
    "instrumental control of I": lambda s: cid.instrumental_control(s, "P", "I").degree,
    "value of information of M": lambda s: cid.quantitative_voi(s, "P", "M"),
    "value of control of I": lambda s: cid.quantitative_voc(s, "I"),
}
styles = [
    ("#D55E00", "-", (0.26, 0.66)),
    ("#0072B2", "-", (0.45, 0.2)),
    ("#0072B2", "--", (0.22, 0.045)),
]
fig, ax = plt.subplots(figsize=(6.5, 3.6))
for (label, measure), (color, line, place) in zip(curves.items(), styles, strict=True):
    sizes = [float(measure(content(drift, right=Fraction(4, 5)))) for drift in drifts]
    ax.plot([float(drift) for drift in drifts], sizes, line, color=color)
    ax.text(*place, label, color=color, va="center")
ax.set(xlabel="drift: probability that a post moves the user", ylabel="clicks", ylim=(0, 1.02))
ax.spines[["top", "right"]].set_visible(False)
fig.tight_layout()

# %%
# **Grade prediction.** Race R, school HS, education E and grade Gr are each a noisy copy of the one
# before. Only school and gender are seen.


def noisy(value, right=Fraction(3, 4)):
    """Return a copy that is right so often."""
    return {value: right, 1 - value: 1 - right}


grades = cid.SCIM(
    cid.catalog.load("grade_prediction").diagram,
    domains={"P": (0, 1)},
    mechanisms={
        "R": {0: HALF, 1: HALF},
        "Ge": {0: HALF, 1: HALF},
        "HS": lambda R: noisy(R),
        "E": lambda HS: noisy(HS),
        "Gr": lambda E: noisy(E),
        "Ac": lambda P, Gr: int(Gr == P),
    },
)
table = cid.degrees(grades)
print(table.to_text())

# %%
# Where the diagram does not admit an incentive no choice of numbers makes a bar. Race is worth
# nothing to know and, with these numbers, nothing to control. Yet in half of all worlds the
# prediction would have been another, had race been: that is a response incentive.

fig, axes = plt.subplots(1, 3, figsize=(9.5, 3.2), sharey=True)
titles = {
    "voi": "value of information",
    "voc": "value of control",
    "ri": "response: probability",
}
names = ["R", "HS", "E", "Gr", "Ge"]
for ax, (concept, title) in zip(axes, titles.items(), strict=True):
    rows = {row.node: row for row in table.where(concept)}
    height = np.arange(len(names))
    ax.barh(height, [float(rows[name].degree) for name in names], color="#0072B2", height=0.6)
    for y, name in zip(height, names, strict=True):
        if not rows[name].has:
            words = "admitted, 0 here" if rows[name].admits else "not admitted"
            ax.text(0.01, y, words, va="center", color="0.45", fontsize=9)
    ax.set(title=title, yticks=height, yticklabels=names, xlim=(0, 1 if concept == "ri" else 0.5))
    ax.invert_yaxis() if concept == "voi" else None
    ax.spines[["top", "right"]].set_visible(False)
fig.tight_layout()
plt.show()
