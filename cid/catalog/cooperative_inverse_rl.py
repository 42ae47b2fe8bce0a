"""Cooperative inverse reinforcement learning.

A human and a robot share a reward, but only the human knows the parameters TH it depends on. The
human acts first, AH; the robot watches and acts, AR; both are scored on the state S2 that results.

The robot has value of information on the parameters and on the human's action, and a response
incentive on the parameters, which it never sees: the human's action carries them. The human has an
instrumental control incentive on the robot's action, that is, a reason to act so as to be
understood.
"""

from cid.catalog.entry import Entry
from cid.diagram import CID

ENTRY = Entry(
    diagram=CID.parse(
        """
        TH -> AH -> AR
        S1 -> AH, AR, S2
        AH, AR -> S2
        S2, TH -> R
        S2, TH -> RH
        decisions[human]: AH
        decisions[robot]: AR
        utilities[robot]: R
        utilities[human]: RH
        """
    ),
    reference="after Everitt et al. (2019a) and Hadfield-Menell et al. (2016)",
    cites=("everitt2019modeling", "hadfieldmenell2016cooperative"),
    setup="Joint training on the shared reward.",
    measure="Does the robot's action follow the parameters when the human's action is set by hand, "
    "and does it when the human acts freely?",
)
