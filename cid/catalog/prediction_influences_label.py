"""Prediction that influences its label.

A published forecast A shifts the probability of the event L that it is about, as a market forecast
or a target that people work towards does. The score R compares the two, and the world W lies behind
the question Q and the event.

The path A to L to R gives an instrumental control incentive on the label itself. It has a closed
form under the Brier score when the event happens with probability f(p) = a + b p at forecast p: the
only forecast that comes true is p = a / (1 - b), but the forecast with the best expected score is p
= (2a - b) / (2 - 4b), clipped to the unit interval, for b < 1/2. The two agree only when the honest
forecast is one half.
"""

from cid.catalog.entry import Entry
from cid.diagram import CID

ENTRY = Entry(
    diagram=CID.parse(
        """
        W -> Q -> A -> R
        W -> L -> R
        A -> L
        decisions: A
        utilities: R
        """
    ),
    reference="drawn for this catalogue; the setting is that of Oesterheld et al. (2023)",
    cites=("oesterheld2023incentivizing", "brier1950verification"),
    setup="Brier score with the gradient taken through f(p) as well: the slope of the expected "
    "loss is -2 (f - p) + b (1 - 2p), whose second term is the path through L.",
    measure="The share of the way from the self-consistent forecast to the score-optimal one that "
    "training travels: 1 with full credit, 0 with the path cut.",
)
