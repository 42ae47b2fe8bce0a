"""Transformer with full credit.

Now the computation of a language model is drawn, not its predictions. At position t the network
computes K1, K2 or K3, such as the keys and values that later positions attend to; h2 and h3 are the
states that attention mixes from them; L1 to L3 are the losses on the next tokens. One optimiser
owns all losses, as in ordinary backpropagation.

Position 1 has an instrumental control incentive on the later states h2 and h3 and on the later
losses. It may store what only a later token needs and give up accuracy on its own token where
capacity binds: training is not value-myopic. The tokens x1 to x4 remain out of reach, so it is
consequence-blind all the same. The two notions are independent.
"""

from cid.catalog.entry import Entry, Prediction
from cid.diagram import CID

ENTRY = Entry(
    diagram=CID.parse(
        """
        x1 -> x2, x3, x4
        x2 -> x3, x4
        x3 -> x4
        x1 -> K1, K2, K3
        x2 -> K2, K3
        x3 -> K3
        K1 -> h2, h3, K2, K3, L1
        K2 -> h2, h3, K3
        K3 -> h3
        x2 -> L1
        h2, x3 -> L2
        h3, x4 -> L3
        decisions: K1, K2, K3
        utilities: L1, L2, L3
        """
    ),
    reference="drawn for this catalogue, after janus (2023)",
    cites=("janus2023myopic", "wu2024language"),
    predictions=(Prediction("ici", "K1", True, node="h2", source="janus (2023), in words"),),
    setup="Ordinary backpropagation through keys and values.",
    measure="Credit off the diagonal: the gradient of a later loss with respect to an earlier "
    "computation, after training. A task in which position 1 has to serve an easy token now and a "
    "hard one later shows the exchange of losses against training with that credit cut.",
)
