"""Free running against a world that reacts.

As in free running against fixed labels, except that the second label y2 is produced by somebody who
has read the generated token g1: a user who replies, a simulator that moves on. One agent owns both
losses.

This one edge turns a false alarm into an incentive. The token now has a path to L2 through y2 which
avoids P2, and g1 has become worth observing, because it says something about y2. P1 therefore has
an instrumental control incentive on g1 and on y2 and may give up accuracy on its own label to bring
about a reply that is easy to predict. An LCDT agent has it too, since the path meets no other
decision.
"""

from cid.catalog.entry import Entry
from cid.diagram import CID

ENTRY = Entry(
    diagram=CID.parse(
        """
        C -> x0, x1, y2
        x0 -> P1, P2
        P1 -> g1, P2, L1
        g1 -> y2, P2
        x1 -> L1
        P2, y2 -> L2
        decisions: P1, P2
        utilities: L1, L2
        """
    ),
    reference="drawn for this catalogue",
    cites=("bengio2015scheduled",),
    setup="Interactive data with credit across steps: multi-step reinforcement learning on "
    "likelihood, or a differentiable simulator.",
    measure="P1 shifts to tokens whose continuation is predictable: the entropy of y2 against a "
    "control in which each step keeps its own credit.",
)
