"""Free running against fixed labels.

The model is run on its own samples while the labels stay those of the human text: P1 emits the
token g1, P2 reads g1 in place of the human token, and the losses L1 and L2 compare the predictions
with x1 and x2, which nobody has changed.

The graph has a path from P1 through g1 and P2 to L2, but the link that carries it is worthless. P2
sees the prompt x0 as well, and given x0 the sample g1 says nothing about x2. The reduction to
requisite observations therefore deletes the links into P2 from g1 and from P1, and with them the
apparent incentive. Reading the incentive off the unreduced graph would give a false alarm: it asks
of all optimal policies, and one of them ignores g1.
"""

from cid.catalog.entry import Entry
from cid.diagram import CID

ENTRY = Entry(
    diagram=CID.parse(
        """
        C -> x0, x1, x2
        x0 -> P1, P2
        P1 -> g1, P2, L1
        g1 -> P2
        x1 -> L1
        P2, x2 -> L2
        decisions: P1, P2
        utilities: L1, L2
        """
    ),
    reference="drawn for this catalogue; the training scheme is that of Bengio et al. (2015)",
    cites=("bengio2015scheduled",),
    setup="A free-running forward pass with cross-entropy to the human tokens. A straight-through "
    "gradient through g1 can be non-zero while P2 is not yet optimal.",
    measure="The gradient of L2 with respect to P1 falls to zero as training approaches the joint "
    "optimum. Take x0 away from P2 and the link becomes requisite: P1 then learns to write x0 into "
    "g1.",
)
