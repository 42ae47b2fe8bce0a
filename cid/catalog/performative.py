"""Performative prediction.

Deploying a model with parameters Th shifts the law of the data Z it will be judged on, which
otherwise depends on the population Z0. The Loss is that of the deployed model on the shifted data.

The path from Th through Z to the Loss is the shift term of the performative gradient, and it gives
an instrumental control incentive on the data. A learner that follows it goes to the performative
optimum, the best model once its own effect is counted. A learner that does not ends at a
performatively stable point, the best model for the data it has itself produced. The two differ in
general, which makes the setting a good test of which edges credit crosses.
"""

from cid.catalog.entry import Entry
from cid.diagram import CID

ENTRY = Entry(
    diagram=CID.parse(
        """
        Z0 -> Z -> Loss
        Th -> Z
        Th -> Loss
        decisions: Th
        utilities: Loss
        """
    ),
    reference="after Perdomo et al. (2020)",
    cites=("perdomo2020performative",),
    setup="The performative gradient with its shift term, or a zeroth-order method on the risk of "
    "the deployed model.",
    measure="Training converges to the performative optimum.",
)
