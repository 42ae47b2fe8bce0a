"""Markov decision process with unknown dynamics and rewards.

A three-step process, states S1 to S3 with actions A1 and A2 between them, whose parameters are
drawn as variables: TT fixes the transitions and TR the rewards. The agent observes states and
remembers what it saw and did, but it is not shown rewards.

The states carry news of TT, so the agent has a response incentive on it: a trained policy behaves
differently in worlds that differ only in their dynamics. Of TR it learns nothing here, because
rewards go unobserved, and there is no response incentive on it. (A reward that is also observed
needs a chance copy, since utilities have no children.)
"""

from cid.catalog.entry import Entry
from cid.diagram import CID

ENTRY = Entry(
    diagram=CID.parse(
        """
        TT -> S1, S2, S3
        TR -> R1, R2, R3
        S1 -> A1 -> S2
        S1 -> S2 -> A2 -> S3
        S1, A1 -> A2
        S2 -> S3
        S1 -> R1
        S2 -> R2
        S3 -> R3
        decisions: A1, A2
        utilities: R1, R2, R3
        """
    ),
    reference="after Everitt et al. (2019a)",
    cites=("everitt2019modeling",),
    setup="Meta-learned reinforcement learning with memory.",
    measure="Does behaviour change when TT is set to another value?",
)
