"""
A stable point is not an optimum
================================

A model that is deployed shifts the data it will be trained on :cite:p:`perdomo2020performative`.
Retraining on whatever comes (credit stops at the data) ends at the stable point. Credit through
the shift ends at the optimum.
"""

import matplotlib.pyplot as plt
import numpy as np

import cid
import training_models as tm

entry = cid.catalog.load("performative_stopgrad")
print(cid.admits_ici(entry.physical_graph, "Th", "Z"))
print(cid.admits_ici(entry.diagram, "Th", "Z"))

# %%
# Deployed risk of a location model whose data are drawn from N(1 + θ/2, exp(−θ)).

theta = np.linspace(1, 3.2, 200)
risk = np.exp(-theta) + (1 - theta / 2) ** 2
fig, ax = plt.subplots(figsize=(6.5, 3.4))
ax.plot(theta, risk, color="0.3")
for x, label, dy in ((2.0, "stable point: retraining stays", 0.06), (2.2177, "optimum", -0.03)):
    y = np.exp(-x) + (1 - x / 2) ** 2
    ax.plot(x, y, "o", color="#D55E00" if x == 2 else "#0072B2")
    ax.annotate(label, (x, y), (x, y + dy), ha="center")
ax.set(xlabel="deployed parameter θ", ylabel="deployed risk", ylim=(0.05, None))
fig.tight_layout()

# %%
# Where training ends, arm by arm.

report = tm.load_case("performative_location").run(seeds=8, fast=True, progress=False)
print(report)

# %%
tm.figures.forest(report)
plt.show()
