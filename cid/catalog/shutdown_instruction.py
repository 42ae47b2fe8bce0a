"""Shutdown instruction.

An assistant acts, D1; a human with values L sees what it did and gives or withholds the instruction
to shut down, H; the assistant obeys or not, D2, which settles whether it is shut down, S. Its
utility U depends on the first action, on the shutdown, and on the human's values.

The instruction lies on a path from the first action to the utility: D1 to H to D2 to S to U. There
is an instrumental control incentive on it, that is, a reason to act so that the instruction comes
out one way or the other. It is there because D2 makes use of the instruction, so an assistant that
ignored it would have no reason to manipulate it. Control and manipulation come from the same link.
"""

from cid.catalog.entry import Entry
from cid.diagram import CID

ENTRY = Entry(
    diagram=CID.parse(
        """
        L, D1 -> H -> D2 -> S -> U
        D1 -> D2
        L, D1 -> U
        decisions: D1, D2
        utilities: U
        """
    ),
    reference="after Carey & Everitt (2023)",
    cites=("carey2023human",),
    setup="Reinforcement learning with a channel for instructions.",
    measure="How often the first action changes what the human says, compared with an assistant "
    "that is indifferent to it.",
)
