"""
A first verdict, and the picture for the paper
==============================================

A recommender chooses a post after looking at a model of the user's opinions. The post influences
the user's opinions, and is paid by clicks :cite:p:`everitt2021agent`. Is it chosen *for* its
influence?
"""

import matplotlib.pyplot as plt

import cid

d = cid.CID.parse(
    """
    opinions -> model -> post
    opinions, post -> influenced
    post, influenced -> clicks
    """,
    decisions="post",
    utilities="clicks",
)
cid.analyze(d)

# %%
# A finding is true or false and says why. It can be checked by a method that shares no code with
# the one that found it.

finding = cid.admits_ici(d, "post", "influenced")
print(finding.explain())
print("verified:", finding.verify())

# %%
# The decisive path, highlighted. ``draw`` takes an ``ax`` and returns it, so a diagram fits into
# any figure.

fig, ax = plt.subplots(figsize=(7, 3.2))
cid.draw.draw(d, ax=ax, highlight=finding)
fig.tight_layout()

# %%
# What if clicks are predicted by a model of the *original* opinions? The incentive is gone, the
# side effect is not.

modified = d.without_edges([("influenced", "clicks")]).with_edges([("model", "clicks")])
print(cid.admits_ici(modified, "post", "influenced"))
print(cid.admits_impact(modified, "post", "influenced"))

# %%
# For a LaTeX paper, the same picture in TikZ:

print("\n".join(cid.draw.to_tikz(d, standalone=False).splitlines()[:6]), "\n...")
