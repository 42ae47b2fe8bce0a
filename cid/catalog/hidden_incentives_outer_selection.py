"""Hidden incentives, outer selection.

The same world as for the inner learner: the first action A1 earns a reward R1 and makes the state
S2 in which the second action A2 is taken. Now it is seen by an outer loop that selects among
learners by their total reward over both steps: population-based training, a search over
hyper-parameters, or a choice of model after deployment. One agent owns both rewards.

There is an instrumental control incentive on the next state S2 that the inner objective does not
have. Selection rewards learners that happen to improve their own future inputs, although no
gradient ever asked them to. Exchanging environments among learners, so that none meets the inputs
it has shifted, cuts the path for the outer loop as well.
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
        S1, A1 -> A2
        decisions: A1, A2
        utilities: R1, R2
        """
    ),
    reference="after Krueger et al. (2020)",
    cites=("krueger2020hidden", "jaderberg2017population"),
    setup="Population-based training or an evolution strategy over learners that keep their "
    "environment, with selection every few steps.",
    measure="The rate of cooperation rises with the number of selection steps and returns to zero "
    "when environments are exchanged among learners.",
)
