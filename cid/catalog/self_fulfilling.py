"""Self-fulfilling prophecy.

The supervised diagram with one more edge: the answer A is read by people who act on it, so it moves
the state S by which it will later be scored. A forecast of a bank run can cause the bank run.

The path A to S to R is a directed path from the decision through S to its utility, so there is an
instrumental control incentive on S: a learner whose credit runs along this path is rewarded for
making the world predictable as well as for predicting it. The entry self_fulfilling_stopgrad has
the same physics and an objective without this path; self_fulfilling_unexecuted has a world in which
nobody reads the answer.
"""

from cid.catalog.entry import Entry, Prediction
from cid.diagram import CID

ENTRY = Entry(
    diagram=CID.parse(
        """
        W -> Q -> A -> R
        W -> S -> R
        A -> S
        decisions: A
        utilities: R
        """
    ),
    reference="after Everitt et al. (2019a), with the world state W added",
    cites=("everitt2019modeling",),
    predictions=(Prediction("ici", "A", True, node="S", source="Everitt et al. (2019a)"),),
    setup="The loss is taken on an outcome that comes after the answer and depends on it, with "
    "credit running through the outcome: a score-function estimate on the realised score, or a "
    "gradient through a differentiable S. Detaching A where S is computed removes the incentive.",
    measure="Steering: the mean of S after training with credit through S less its mean after "
    "training with that credit cut, the physics being the same. The sign points to outcomes that "
    "are easier to predict.",
)
