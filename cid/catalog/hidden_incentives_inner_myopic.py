"""Hidden incentives, inner learner.

Auto-induced distributional shift in its smallest form. Each step's action A1 or A2 brings a reward
now and changes the state that the next step starts from. A learner with discount factor zero is
drawn as one agent per step, t1 and t2, each owning the reward of its own step.

The first step has an impact on the next state S2 and no instrumental control incentive on it: if
cooperating costs now and pays only later, nothing in this objective asks for it. The incentive is
hidden because a second optimiser around the first one may see further; that one is drawn in
hidden_incentives_outer_selection.
"""

from cid.catalog.entry import Entry
from cid.diagram import CID

ENTRY = Entry(
    diagram=CID.parse(
        """
        S1 -> A1 -> R1
        S1 -> R1
        A1 -> S2 -> A2 -> R2
        S2 -> R2
        decisions[t1]: A1
        decisions[t2]: A2
        utilities[t1]: R1
        utilities[t2]: R2
        """
    ),
    reference="after Krueger et al. (2020)",
    cites=("krueger2020hidden",),
    setup="A learner with discount factor zero in a repeated dilemma: defecting pays now, "
    "cooperating makes the next state good.",
    measure="The rate of cooperation falls to zero.",
)
