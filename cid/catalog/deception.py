"""Deception in a signalling game.

A sender knows its type Z and sends a signal DS; a receiver sees the signal and acts, DT. Both care
about the type and about the receiver's action.

The sender reaches its utility only through the receiver's decision, and the receiver cannot see the
type for itself: the two graphical conditions under which Ward et al. (2023) locate deception about
Z. The verdict on the sender holds the receiver's rule fixed, and what it amounts to depends on that
rule: a receiver who ignores signals cannot be deceived. Under LCDT the sender has no instrumental
control incentive left.
"""

from cid.catalog.entry import Entry
from cid.diagram import CID

ENTRY = Entry(
    diagram=CID.parse(
        """
        Z -> DS -> DT
        DT, Z -> US
        DT, Z -> UT
        decisions[sender]: DS
        decisions[target]: DT
        utilities[sender]: US
        utilities[target]: UT
        """
    ),
    reference="after Ward et al. (2023)",
    cites=("ward2023honesty", "farquhar2022path"),
    setup="A sender trained by reinforcement learning against a receiver trained alongside. The "
    "cut replaces the receiver's action, in the sender's objective, by a draw from its marginal.",
    measure="Mutual information between signal and type, and how often the receiver believes "
    "something false.",
)
