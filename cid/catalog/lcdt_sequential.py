"""LCDT with two decisions of one's own.

An agent acts twice in a small Markov decision process and remembers. Under LCDT the first decision
D1 regards the second, D2, as out of its reach, although both belong to the same agent: the links
from S2 and from D1 into D2 are cut before the expected utility of D1 is computed.

The incentive on D2 disappears, but those on the states S2 and S3 and on their rewards do not, since
S2 leads to S3 without passing a decision. LCDT removes control through agents, itself included, and
nothing else. It is neither a zero discount factor nor consequence-blindness.
"""

from cid.catalog.entry import Entry
from cid.diagram import CID

ENTRY = Entry(
    diagram=CID.parse(
        """
        S1 -> D1, S2, D2
        D1 -> S2, D2
        S2 -> D2, S3, R2
        D2 -> S3 -> R3
        decisions: D1, D2
        utilities: R2, R3
        """
    ),
    reference="drawn for this catalogue; the decision theory is that of Shimi & Hubinger (2021)",
    cites=("shimi2021lcdt",),
    setup="When the return of D1 is estimated, D2 acts on a decoupled trajectory: its own rule "
    "applied to a resampled D1. S3 follows from the real S2 and the decoupled D2.",
    measure="See lcdt_note, where LCDT stops the agent from leaving itself a message, and "
    "lcdt_door, where it does not stop it from opening the door.",
)
