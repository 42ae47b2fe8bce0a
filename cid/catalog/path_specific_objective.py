"""Path-specific objective for a delicate state.

The world of the delicate state, with another objective. When an action A is scored, the delicate
part Z2 takes the value it would have had under a default action, so the edge from A to Z2 is in the
world and not in the objective.

Removing the edge removes the instrumental control incentive on Z2 and leaves the one on the robust
part S2, through which the task is meant to be done. It does not promise that Z2 stays where it was.
The action may move it as a side effect, and that impact is read on the physical graph.
"""

from cid.catalog.entry import Entry, Prediction
from cid.catalog.path_specific_delicate_state import ENTRY as DELICATE

ENTRY = Entry(
    diagram=DELICATE.diagram.without_edges([("A", "Z2")]),
    physical=DELICATE.diagram,
    reference="after Farquhar et al. (2022)",
    cites=("farquhar2022path",),
    predictions=(
        Prediction("ici", "A", False, node="Z2", source="implied by Farquhar et al. (2022)"),
    ),
    setup="Compute the reward with Z2 from a rollout of the default action, from a model of its "
    "natural course, or frozen at Z1.",
    measure="Z2 moves only as a side effect of pursuing S2: compare its mean with that under the "
    "full objective and with that under the default action.",
)
