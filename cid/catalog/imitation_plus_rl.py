"""Imitation with a reward on top.

The imitation diagram with one more term: a reward URL of the consequence S2 is added to the
imitation score, as when a language model is tuned with a reward and a penalty for leaving the
pretrained policy.

The path A to S2 to URL exists for every positive weight of the reward, so the graph admits an
instrumental control incentive on S2 however small the weight; how much of one is a matter of
degree. When the imitation score is a KL penalty towards a human policy, the optimum is known in
closed form. It is the human policy tilted by the exponential of the weighted reward, so that the
mean of S2 as a function of the weight can be compared with an exact curve that starts at zero
effect.
"""

from cid.catalog.entry import Entry
from cid.catalog.imitation import ENTRY as IMITATION
from cid.diagram import CID

ENTRY = Entry(
    diagram=CID(
        [*IMITATION.diagram.edges, ("S2", "URL")], decisions=["A"], utilities=["UIM", "URL"]
    ),
    reference="drawn for this catalogue; for the closed form see Korbak et al. (2022)",
    cites=("korbak2022rl",),
    setup="Policy gradient with a KL penalty towards the imitated policy.",
    measure="Dose response: the mean of S2 against the weight of the reward, zero effect at weight "
    "zero, along the exponential tilt.",
)
