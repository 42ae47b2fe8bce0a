"""
Three kinds of myopia, side by side
===================================

"Is a language model myopic?" is three questions: whether it thinks about the future, whether it
cares for later predictions, and whether it chooses for the effects of choosing. Each is another
query on a diagram.
"""

import matplotlib.pyplot as plt

import cid

corpus = cid.catalog.load("self_supervised_fixed_data").diagram
full = cid.catalog.load("transformer_full_credit").diagram
stopped = cid.catalog.load("transformer_stopgrad").diagram
joint = cid.catalog.load("self_reference_epochs_joint").diagram

# %%
# *Cognitive.* The first prediction would profit from knowing later tokens, and knows something
# about them through their common cause: it pays to think ahead.

alone = corpus.fix(["P2", "P3"])
print("worth knowing for P1:", cid.admits_voi_list(alone, "P1"))

# %%
# *Value.* With full credit the first position's computation K1 is for later losses too. With
# stop-gradients in attention it is for its own.

fig, axes = plt.subplots(2, 1, figsize=(10, 8))
cid.draw.draw(full, ax=axes[0], highlight=cid.admits_ici(full, "K1", "L3"))
axes[0].set_title("full credit through attention")
cid.draw.draw(stopped, ax=axes[1], highlight=cid.admits_ici(stopped, "K1", "L1"))
axes[1].set_title("stop-gradient: no credit across positions")
fig.tight_layout()
print("full credit  :", [u for u in cid.admits_ici_list(full, "K1") if u in full.utilities])
print("stop-gradient:", [u for u in cid.admits_ici_list(stopped, "K1") if u in stopped.utilities])

# %%
# *Consequence-blindness.* On a fixed corpus a prediction is chosen for its own loss only. When
# the model's output becomes training data and credit crosses that, it is chosen for the data as
# well.

print("fixed corpus    :", cid.admits_ici_list(corpus, "P1"))
print("joint retraining:", cid.admits_ici_list(joint, "P1"))
