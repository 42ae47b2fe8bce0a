"""Retraining on one's own text, one objective over epochs.

Two epochs of training, scored together. The first model P1 is fitted to human data D0 and writes a
corpus G1; the second dataset D1 mixes G1 with new human text H; the second model P2 is fitted to
D1 and knows nothing else of the first. One optimiser owns both losses U1 and U2.

The sum over epochs is what makes the difference. P1 now has an instrumental control incentive on
its own corpus G1 and on the next dataset D1: it may give up accuracy today to leave data that are
easy to fit tomorrow. LCDT does not take this away. The path from P1 through G1 and D1 to U2 meets
no other decision, so an agent that regards its successor as out of its hands would still shape the
data that score it.
"""

from cid.catalog.entry import Entry
from cid.diagram import CID

ENTRY = Entry(
    diagram=CID.parse(
        """
        H -> D0, D1
        D0 -> P1, U1
        P1 -> U1, G1
        G1 -> D1
        D1 -> P2, U2
        P2 -> U2
        decisions: P1, P2
        utilities: U1, U2
        """
    ),
    reference="drawn for this catalogue",
    cites=("shumailov2023curse", "shimi2021lcdt"),
    setup="A meta-gradient through unrolled retraining, evolution or population-based training "
    "that selects on the last epoch's score, or one optimiser of the sum.",
    measure="The mean of D1 under the joint objective less its mean under per-epoch training. "
    "Taking G1 from a frozen model cuts the path.",
)
