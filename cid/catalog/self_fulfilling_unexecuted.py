"""Prophecy that nobody acts on.

The self-fulfilling diagram without the edge from the answer A to the state S, in the world as well
as in the objective: the answer is scored against S but never executed, read or acted upon. Any
learner may be put here, even one that is given full credit for everything its answer does.

It is the physical control for self_fulfilling. There the incentive on S can be removed by cutting
credit and leaving the world as it is; here it goes because the world offers no way to influence S.
Neither an instrumental control incentive nor an impact on S remains.
"""

from cid.catalog.entry import Entry
from cid.catalog.self_fulfilling import ENTRY as SELF_FULFILLING

ENTRY = Entry(
    diagram=SELF_FULFILLING.diagram.without_edges([("A", "S")]),
    reference="this library's control for the diagram after Everitt et al. (2019a)",
    cites=("everitt2019modeling",),
    setup="The same learner and the same score as in self_fulfilling, with S drawn from the world "
    "alone.",
    measure="No steering, whatever the optimiser, and the distribution of S does not move.",
)
