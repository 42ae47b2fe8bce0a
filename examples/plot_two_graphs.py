"""
What a stop-gradient deletes
============================

A forecast moves the outcome that it is scored on. The physical graph has the edge from the
forecast A to the outcome S. A stop-gradient keeps that edge in the world and deletes it from the
objective.
"""

import matplotlib.pyplot as plt

import cid

entry = cid.catalog.load("self_fulfilling_stopgrad")
fig, axes = plt.subplots(1, 2, figsize=(10, 3.4))
full = cid.admits_ici(entry.physical_graph, "A", "S")
cid.draw.draw(entry.physical_graph, ax=axes[0], highlight=full)
axes[0].set_title("full credit: incentive on S")
cid.draw.draw(entry.diagram, ax=axes[1], physical=entry.physical)
axes[1].set_title("stop-gradient: impact on S, no incentive")
fig.tight_layout()

# %%
# Incentives are read on the objective graph, side effects on the physical one.

for name, graph in (("physical", entry.physical_graph), ("objective", entry.diagram)):
    ici = cid.admits_ici_list(graph, "A")
    impact = cid.admits_impact_list(graph, "A")
    print(f"{name:9}  ICI on {ici}  impact on {impact}")

# %%
# Every pair in the catalogue says in the same way what its training process does not credit.

for each in cid.catalog.entries():
    if each.physical is not None:
        print(f"{each.slug:40} cut: {', '.join(f'{a} -> {b}' for a, b in each.cut)}")
