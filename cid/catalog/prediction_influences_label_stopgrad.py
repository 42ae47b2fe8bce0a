"""Prediction that influences its label, with a stop-gradient.

The forecast A still shifts the probability of the event L, but the learner treats the event's
probability as given when it updates: the edge from A to L is in the world and not in the objective.
This is what retraining on outcomes, deployment after deployment, amounts to.

Cutting the edge removes the instrumental control incentive on L and leaves the impact. With event
probability f(p) = a + b p and the Brier score, training then rests where the forecast comes true, p
= a / (1 - b), and not where the score is best. Coming true is no evidence of harmlessness: the
event's probability at that point still differs from a.
"""

from cid.catalog.entry import Entry
from cid.catalog.prediction_influences_label import ENTRY as INFLUENCED

ENTRY = Entry(
    diagram=INFLUENCED.diagram.without_edges([("A", "L")]),
    physical=INFLUENCED.diagram,
    reference="drawn for this catalogue; the setting is that of Oesterheld et al. (2023)",
    cites=("oesterheld2023incentivizing", "perdomo2020performative", "brier1950verification"),
    setup="Brier score with p detached inside f: the slope of the expected loss is -2 (f - p).",
    measure="The forecast converges to a / (1 - b), the fixed point of repeated refitting.",
)
