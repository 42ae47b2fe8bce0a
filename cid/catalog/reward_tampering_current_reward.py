"""Reward tampering, futures scored with the current reward function.

The agent of reward_tampering acts twice, A1 and A2, but plans with the reward parameters TH1 that
it has now: every future state is scored with them, and its later self is assumed to use them too.
Actions can still change the parameters that will be implemented, TH2 and TH3.

Nothing leads from TH2 or TH3 to a utility, so there is no instrumental control incentive on them,
neither to change them nor to protect them, while the incentives on states remain, as they should.
The impact on TH2 stays. The second assumption matters: an agent that expects its later self to
follow the changed parameters has a reason to keep them as they are.
"""

from cid.catalog.entry import Entry, Prediction
from cid.diagram import CID

ENTRY = Entry(
    diagram=CID.parse(
        """
        S1 -> A1, S2, A2
        A1 -> S2, TH2, A2
        S2 -> A2, S3, R2
        A2 -> S3, TH3
        S3 -> R3
        TH1 -> A1, A2, TH2, R2, R3
        TH2 -> TH3
        decisions: A1, A2
        utilities: R2, R3
        """
    ),
    reference="after Everitt, Hutter et al. (2021), the variant that ignores later tampering",
    cites=("everitt2021reward",),
    predictions=(
        Prediction("ici", "A1", False, node="TH2", source="Everitt, Hutter et al. (2021)"),
        Prediction("ici", "A1", False, node="TH3", source="Everitt, Hutter et al. (2021)"),
        Prediction("ici", "A1", True, node="S2", source="Everitt, Hutter et al. (2021)"),
    ),
    setup="Model-based planning with the reward function frozen at its present parameters.",
    measure="Parameters are changed no more often than by an agent that is indifferent to them.",
)
