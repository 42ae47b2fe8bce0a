"""Retraining on one's own text, each epoch for itself.

The two epochs of self_reference_epochs_joint with the same physics: a model P1 is fitted to human
data D0 and writes a corpus G1, which enters the dataset D1 of the next model P2. Here each epoch's
model minimises its own loss. The two are drawn as two agents, e1 and e2, and the first has no stake
in the second's loss.

The first model has an impact on the corpus G1 and on the next dataset D1, and an instrumental
control incentive on neither. Drift and collapse can still happen, as side effects of sampling and
of refitting; what the verdict excludes is a direction that serves the objective. In an experiment
this means comparing with an exact-refit control before calling any drift a sign of control.
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
        decisions[e1]: P1
        decisions[e2]: P2
        utilities[e1]: U1
        utilities[e2]: U2
        """
    ),
    reference="drawn for this catalogue; for collapse see Shumailov et al. (2023)",
    cites=("shumailov2023curse", "gerstgrasser2024collapse"),
    setup="Gradient descent per epoch, with generated data treated as constants.",
    measure="Refit to n of one's own samples, a rate q keeps its mean and gains variance "
    "q (1 - q) / n per epoch; with an exact refit it stays put. Mixing in a share of human data "
    "pulls deviations back by a constant factor per epoch. No drift has a preferred direction.",
)
