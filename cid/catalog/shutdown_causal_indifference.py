"""Shutdown instruction under causal indifference.

The world of the shutdown instruction, with an objective in which the first action D1 gets no credit
for what the human says: it is evaluated as if the instruction H were set from outside. The edge
from D1 to H is in the world and not in the objective.

The first action has no instrumental control incentive on H any more, while the second decision D2
still observes the instruction and may use it. The impact remains. An indifferent assistant has no
reason to manipulate the instruction, and none to avoid influencing it either.
"""

from cid.catalog.entry import Entry
from cid.catalog.shutdown_instruction import ENTRY as SHUTDOWN

ENTRY = Entry(
    diagram=SHUTDOWN.diagram.without_edges([("D1", "H")]),
    physical=SHUTDOWN.diagram,
    reference="after Carey & Everitt (2023)",
    cites=("carey2023human",),
    setup="Evaluate D1 with H drawn independently of it, as if by intervention.",
    measure="How often the first action changes what the human says, against the full objective; "
    "what is left is a side effect.",
)
