"""A door that one's later self may walk through.

The earlier self D1 may open a door, at a cost to itself; the later self D2 sees whether it is open
and may walk. Walking through an open door pays both, walking into a shut one hurts both. As in
lcdt_note, each decision relies on the other's rule, so the two selves are drawn as two agents, now
and later, and a verdict about one holds the other's rule fixed.

LCDT cuts the door out of the later self's decision but leaves the path from the door to the reward.
So the LCDT agent keeps an instrumental control incentive on the state of the door, and whether it
opens it depends on how likely it thinks the later self is to walk anyway. That LCDT rules out
long-term effects on the world is therefore not true in general.
"""

from cid.catalog.entry import Entry
from cid.diagram import CID

ENTRY = Entry(
    diagram=CID.parse(
        """
        D1 -> Door -> D2
        D1, Door, D2 -> R1
        Door, D2 -> R2
        decisions[now]: D1
        decisions[later]: D2
        utilities[now]: R1
        utilities[later]: R2
        """
    ),
    reference="drawn for this catalogue; the decision theory is that of Shimi & Hubinger (2021)",
    cites=("shimi2021lcdt",),
    setup="Opening costs c; walking pays 1 through an open door and costs k at a shut one. Under "
    "LCDT the later self walks with a prior probability p0 that opening does not move.",
    measure="Causal decision theory opens iff c < 1. LCDT opens iff p0 (1 + k) > c; a prior that "
    "agrees with the later self's conduct is 0, c / (1 + k) or 1.",
)
