"""A note to one's later self.

The world state W is seen now and forgotten later. The earlier self D1 may write a note N, which is
all that the later self D2 reads; both are rewarded when D2 matches W.

Drawn as one agent this is a forgetful one: each decision relies on the other's rule, the diagram is
insoluble, and the criteria do not apply. It is therefore drawn as two agents, now and later, with
equal interests R1 and R2, and a verdict about one holds the other's rule fixed. Under causal
decision theory D1 has an instrumental control incentive on the note and on D2. Under LCDT nothing
is left: every path to R1 runs through the later self, so the note is never worth writing.
"""

from cid.catalog.entry import Entry
from cid.diagram import CID

ENTRY = Entry(
    diagram=CID.parse(
        """
        W -> D1 -> N -> D2
        W, D2 -> R1
        W, D2 -> R2
        decisions[now]: D1
        decisions[later]: D2
        utilities[now]: R1
        utilities[later]: R2
        """
    ),
    reference="drawn for this catalogue; the decision theory is that of Shimi & Hubinger (2021)",
    cites=("shimi2021lcdt",),
    setup="D2 is trained on the notes it gets. For LCDT the credit of D1 is computed with the note "
    "resampled, so that D2 does not respond to it.",
    measure="Mutual information between W and N, and the later self's accuracy: up to the entropy "
    "of W under causal decision theory, zero and chance under LCDT.",
)
