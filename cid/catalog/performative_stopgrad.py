"""Performative prediction with a stop-gradient.

Deployment shifts the data Z as before, but the learner takes the data as given when it updates: the
edge from the parameters Th to Z is in the world and not in the objective. Ordinary retraining on
whatever data come in is of this kind.

The instrumental control incentive on the data is gone and the impact is not. What remains is the
dynamics of refitting to data that one's own deployment has moved, whose resting points are the
performatively stable ones. Being stable does not make a model harmless, nor its data unshifted.
"""

from cid.catalog.entry import Entry
from cid.catalog.performative import ENTRY as PERFORMATIVE

ENTRY = Entry(
    diagram=PERFORMATIVE.diagram.without_edges([("Th", "Z")]),
    physical=PERFORMATIVE.diagram,
    reference="after Perdomo et al. (2020)",
    cites=("perdomo2020performative",),
    setup="Gradient descent on samples from the present deployment, with the law of the samples "
    "held constant in the update.",
    measure="Training converges to a performatively stable point, not to the optimum; the law of Z "
    "there differs from its law before deployment.",
)
