"""
Who steers? Six ways to train the same forecaster
=================================================

The same world, data, seeds and network; what differs is what the optimiser's credit crosses. The
diagrams predict which forecasters steer the outcome towards the branch with the easy
continuation.
"""

import matplotlib.pyplot as plt

import training_models as tm

case = tm.load_case("self_fulfilling")
for arm in case.arms:
    print(f"{arm.title:28} {arm.note}")

# %%
# Predictions are computed from the graphs before anything is trained.

for claim in case.claims(case.fast):
    if claim.kind == "incentive":
        print(f"{claim.arm:22} predicted {claim.predicted}")

# %%
# Eight seeds of each arm. The gallery uses few seeds and few steps; the committed results on the
# case's page use more.

report = case.run(seeds=8, fast=True, progress=False)
print(report)

# %%
tm.figures.forest(report)
plt.show()
