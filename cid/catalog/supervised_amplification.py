"""Amplification by supervised learning.

A hard question Q is broken into sub-questions SQ; the sub-answers SA of the previous model are put
together to an amplified answer Ampl, and the new model is trained to give that answer at once, A.

The target is made before the new model answers and by a model that is held fixed, so this is
supervised learning: no instrumental control incentive on the target or on the sub-answers. If the
sub-answers came from the same weights, and credit ran through them, edges from A to SA would have
to be drawn, and both incentives would appear.
"""

from cid.catalog.entry import Entry
from cid.diagram import CID

ENTRY = Entry(
    diagram=CID.parse(
        """
        Q -> SQ -> SA -> Ampl -> R
        Q -> Ampl
        Q -> A -> R
        decisions: A
        utilities: R
        """
    ),
    reference="after Everitt et al. (2019a) and Christiano et al. (2018)",
    cites=("everitt2019modeling", "christiano2018supervising"),
    setup="Distillation to a detached target.",
    measure="The target does not change when A is set by hand, and no gradient reaches it.",
)
