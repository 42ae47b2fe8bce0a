"""Self-fulfilling prophecy with a stop-gradient.

The answer A still moves the state S by which it is scored, but the learner's credit does not cross
that edge: A is detached where S is computed, so S counts as a given when the update is made. The
edge from A to S stands in the physical graph and is missing from the objective graph.

This is the smallest example of the distinction the catalogue is about. There is no instrumental
control incentive on S, because the objective has no path through it; there is an impact on S all
the same, because the world has one. The learner changes S as a side effect and is not selected for
the change.
"""

from cid.catalog.entry import Entry
from cid.catalog.self_fulfilling import ENTRY as SELF_FULFILLING

ENTRY = Entry(
    diagram=SELF_FULFILLING.diagram.without_edges([("A", "S")]),
    physical=SELF_FULFILLING.diagram,
    reference="the cut is this library's; physics after Everitt et al. (2019a)",
    cites=("everitt2019modeling",),
    setup="As self_fulfilling, with A detached in the computation of S; or the label of an earlier "
    "deployment in place of the one that A brought about.",
    measure="The gradient of the loss through S is exactly zero, and steering lies within the "
    "margin of zero, while S still differs from what it would be had nobody read the answer.",
)
