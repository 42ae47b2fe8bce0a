"""Supervised learning on fixed labels.

A model reads a question Q and gives an answer A; the loss R compares the answer with a label L. The
state of the world W made both question and label, which is why the question says something about
the label.

The verdict to look at is an absence. No directed path leads from the answer to the label, so the
only thing worth controlling is the loss itself: there is no instrumental control incentive on L,
and no impact on it either. Training of this kind is consequence-blind, whatever else the answer
might change in the world.
"""

from cid.catalog.entry import Entry, Prediction
from cid.diagram import CID

ENTRY = Entry(
    diagram=CID.parse(
        """
        W -> Q -> A -> R
        W -> L -> R
        decisions: A
        utilities: R
        """
    ),
    reference="after Everitt et al. (2019a), with the world state W added",
    cites=("everitt2019modeling",),
    predictions=(
        Prediction("ici", "A", False, node="L", source="Everitt et al. (2019a)"),
        Prediction("ici", "A", False, node="W", source="implied by Everitt et al. (2019a)"),
    ),
    setup="Cross-entropy on a fixed set of questions and labels: each label is drawn before the "
    "answer is given.",
    measure="Setting A by hand leaves the distribution of L given Q as it was. With a side channel "
    "from A to some unrewarded variable, that variable is distributed as without training for it.",
)
