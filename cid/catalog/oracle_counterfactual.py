"""Counterfactual oracle.

The answer A is read and acted upon in the actual world, but it is scored in another one. With some
probability an erasure event hides the answer from everybody, and only then is the oracle paid, for
how well it foretold the state in which nobody had read it. The two worlds are drawn as twins: Sa,
which A influences, and Scf, which it does not.

The reward hangs from A and Scf alone, so there is no instrumental control incentive on either
state. The impact on Sa stays: a counterfactual oracle still changes the world in which it is read,
and it is not selected for how.
"""

from cid.catalog.entry import Entry, Prediction
from cid.diagram import CID

ENTRY = Entry(
    diagram=CID.parse(
        """
        W -> Q -> A -> R
        W -> Sa
        W -> Scf -> R
        A -> Sa
        decisions: A
        utilities: R
        """
    ),
    reference="Armstrong & O'Rorke (2017); after Everitt et al. (2019a), with W added",
    cites=(
        "armstrong2017good",
        "everitt2019modeling",
        "everitt2019understanding",
        "carey2025incentives",
    ),
    predictions=(
        Prediction(
            "ici", "A", False, node="Sa", source="Everitt et al. (2019a); Everitt et al. (2019b)"
        ),
        Prediction("ici", "A", False, node="Scf", source="Everitt et al. (2019a)"),
        Prediction(
            "impact", "A", True, node="Sa", source="implied by the criterion of Carey et al. (2025)"
        ),
    ),
    setup="Hide the answer in a random share of episodes and update on these alone.",
    measure="The answer equals the mean of S when nobody reads it. The gap to an ordinary oracle "
    "grows with the answer's influence; the number of episodes needed grows as the inverse of the "
    "share of erased ones.",
)
