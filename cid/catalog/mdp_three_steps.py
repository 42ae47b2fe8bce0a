"""Markov decision process of three steps.

The textbook case: states S1, S2 and S3, actions A1 and A2 that see the current state, and a reward
of each state. The agent owns both actions and the sum of rewards.

The first action has instrumental control incentives on everything later, the second action
included; that is what planning is. The diagram serves as the baseline against which frameworks are
compared, and as a reminder that LCDT is not the same as short-sightedness: the states S2 and S3 lie
on a path that avoids A2, so an LCDT agent still has an incentive to control them. Only a utility
made of the present reward alone would remove it.
"""

from cid.catalog.entry import Entry, Prediction
from cid.diagram import CID

ENTRY = Entry(
    diagram=CID.parse(
        """
        S1 -> A1 -> S2
        S1 -> S2 -> A2 -> S3
        S2 -> S3
        S1 -> R1
        S2 -> R2
        S3 -> R3
        decisions: A1, A2
        utilities: R1, R2, R3
        """
    ),
    reference="Everitt et al. (2019a)",
    cites=("everitt2019modeling",),
    predictions=(
        Prediction(
            "ici",
            "A1",
            ("A2", "R2", "R3", "S2", "S3"),
            source="implied by Everitt et al. (2019a)",
        ),
    ),
    setup="Policy gradient or Q-learning with a positive discount factor.",
    measure="The nested-counterfactual score on S2: how far expected utility falls when S2 takes "
    "the value it would have had under another first action. A discount factor of zero makes it "
    "zero.",
)
