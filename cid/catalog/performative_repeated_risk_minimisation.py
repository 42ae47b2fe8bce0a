"""Repeated risk minimisation.

One round of retraining, drawn for itself. The data Zprev come from the previous deployment, which
is over and done when the parameters Th are chosen; the Loss is taken on them, and then Th is
deployed.

Within the round Zprev has no parent that Th could reach, so there is neither an instrumental
control incentive nor an impact on any data. The effect on the world is outside the picture: it
appears once rounds are strung together, as the iteration whose fixed points are performatively
stable. The entry performative_stopgrad draws that effect and cuts its credit; this one leaves it
out by drawing a shorter span of time. Both give the same incentives, and only one shows the side
effect.
"""

from cid.catalog.entry import Entry
from cid.diagram import CID

ENTRY = Entry(
    diagram=CID.parse(
        """
        Z0 -> Zprev -> Loss
        Th -> Loss
        decisions: Th
        utilities: Loss
        """
    ),
    reference="after Perdomo et al. (2020)",
    cites=("perdomo2020performative",),
    setup="Minimise the loss on the last batch to convergence, deploy, collect the next batch.",
    measure="Convergence to the stable point, and the rate at which successive rounds contract.",
)
