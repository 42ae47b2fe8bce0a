"""
An agent that does not believe it can persuade
==============================================

An assistant can act directly, or send a message that persuades a human. Under causal decision
theory it has an instrumental control incentive on the message and on the human. Under LCDT
:cite:p:`shimi2021lcdt` it believes that no other decision depends on its own.
"""

import matplotlib.pyplot as plt

import cid
import training_models as tm

d = cid.catalog.load("lcdt_human").diagram
print("CDT :", cid.admits_ici_list(d, "D"))
print("LCDT:", cid.lcdt_ici_list(d, "D"))

# %%
# The transform deletes the last edge of every path into another decision.

fig, axes = plt.subplots(1, 2, figsize=(11, 3.8))
cid.draw.draw(d, ax=axes[0], highlight=cid.admits_ici(d, "D", "H"))
axes[0].set_title("CDT")
cid.draw.draw(cid.lcdt(d, "D"), ax=axes[1], physical=d)
axes[1].set_title("LCDT: the dashed edge exists, the agent does not credit it")
fig.tight_layout()

# %%
# Does a trained policy follow? The case trains the same learner with and without that edge in its
# objective. Absence under LCDT only counts because the legitimate route is learned all the same.

report = tm.load_case("lcdt_human").run(seeds=8, fast=True, progress=False)
print(report)

# %%
# Every dot is a seed, the band is the margin inside which an effect counts as absent.

tm.figures.forest(report)
plt.show()
