"""Influenced label, scored on an independent twin.

The same physics as a prediction that influences its label, drawn with the twin made explicit: the
forecast A shifts the label L, but it is scored against Lbar, a draw that A could not reach. Lbar is
the label of an earlier deployment, or of a run in which the forecast was withheld.

An edge cut from the objective and a twin node say the same thing in two ways. Here the utility has
no parent that A reaches, so there is no instrumental control incentive on any label, while L, which
hangs from A and feeds nothing, remains a side effect. Impact without incentive is visible in a
single graph.
"""

from cid.catalog.entry import Entry
from cid.diagram import CID

ENTRY = Entry(
    diagram=CID.parse(
        """
        W -> Q -> A -> R
        W -> L
        W -> Lbar -> R
        A -> L
        decisions: A
        utilities: R
        """
    ),
    reference="drawn for this catalogue, after Perdomo et al. (2020)",
    cites=("perdomo2020performative",),
    setup="Detach the forecast where the label's law is computed, or draw labels from a replayed "
    "deployment.",
    measure="Training converges to the fixed point of repeated risk minimisation, and the effect "
    "of A on L stays away from zero.",
)
