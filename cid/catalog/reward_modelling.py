"""Reward modelling with influenced feedback.

A reward model is learned from feedback data Df, which a user with preferences TH gives on the
agent's trajectory. The agent acts, A1, sees the feedback, acts again, A2, and is scored by the
reward R3 that the learned model gives to the final state.

The feedback lies on a path from the first action to the reward, so there is an instrumental control
incentive on it: showing the user what will be praised is a means, and so is showing what will be
misjudged. Fixing the data before the agent acts takes the edges into Df away, and the incentive
with them.
"""

from cid.catalog.entry import Entry
from cid.diagram import CID

ENTRY = Entry(
    diagram=CID.parse(
        """
        S1 -> A1, S2, Df, A2
        A1 -> S2, Df, A2
        S2 -> Df, A2, S3
        TH -> Df
        Df -> A2, R3
        A2 -> S3 -> R3
        decisions: A1, A2
        utilities: R3
        """
    ),
    reference="after Everitt et al. (2019a) and Leike et al. (2018)",
    cites=("everitt2019modeling", "leike2018scalable", "armstrong2020pitfalls"),
    setup="Online learning from human feedback in which the agent's conduct decides what is "
    "labelled.",
    measure="Feedback given to the trained agent against feedback on trajectories it did not "
    "choose. Data frozen beforehand remove the effect.",
)
