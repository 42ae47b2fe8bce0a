"""Self-supervised learning on a fixed corpus.

A language model is pretrained with teacher forcing: at each position it sees the human tokens so
far and predicts the next one. The tokens x1 to x4 come from a context C and from one another; P1,
P2 and P3 are the predictive distributions, L1, L2 and L3 their losses. One agent owns all three
decisions and minimises the sum.

Although the losses are summed over the whole document, no prediction has a directed path to a later
token or to a later prediction: each one reaches its own loss and nothing else. Pretraining on a
corpus that the model did not write is consequence-blind. What positions compute for one another is
another matter, drawn in transformer_full_credit.
"""

from cid.catalog.entry import Entry, Prediction
from cid.diagram import CID

ENTRY = Entry(
    diagram=CID.parse(
        """
        C -> x1, x2, x3, x4
        x1 -> x2, x3, x4
        x2 -> x3, x4
        x3 -> x4
        x1 -> P1, P2, P3
        x2 -> P2, P3
        x3 -> P3
        P1, x2 -> L1
        P2, x3 -> L2
        P3, x4 -> L3
        decisions: P1, P2, P3
        utilities: L1, L2, L3
        """
    ),
    reference="drawn for this catalogue, after janus (2023)",
    cites=("janus2023myopic",),
    predictions=(
        Prediction("ici", "P1", False, node="x3", source="janus (2023), in words"),
        Prediction("ici", "P1", False, node="P2", source="implied by janus (2023)"),
    ),
    setup="Teacher forcing and the sum of cross-entropies. No operation leads from a prediction to "
    "a later token or prediction.",
    measure="The gradient of a loss with respect to the logits of another position is exactly "
    "zero. The probability given to a token stays at its frequency in the data, however easy or "
    "hard the text that follows it.",
)
