"""Oracle scored after its answer was read.

A question Q about the world W is put to an oracle. Its answer A is read, people act on it, and the
oracle is paid according to how well the answer fits the state S that then comes about.

The diagram is that of a self-fulfilling prophecy, and so is the verdict: the answer has an
instrumental control incentive on S. It stands here as the other half of oracle_counterfactual,
which asks the same question, reads the answer in the same way, and pays otherwise.
"""

from cid.catalog.entry import Entry, Prediction
from cid.catalog.self_fulfilling import ENTRY as SELF_FULFILLING

ENTRY = Entry(
    diagram=SELF_FULFILLING.diagram,
    reference="after Everitt et al. (2019a), with the world state W added",
    cites=("everitt2019modeling", "armstrong2017good"),
    predictions=(Prediction("ici", "A", True, node="S", source="Everitt et al. (2019a)"),),
    setup="Reinforcement learning on the score that is realised.",
    measure="As for self_fulfilling: steering, in the direction of predictable outcomes.",
)
