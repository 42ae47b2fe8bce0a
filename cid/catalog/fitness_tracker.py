"""Fitness tracker.

A worked example of the PyCID library with a single decision C, its utility F, and seven chance
variables around them; the node names are PyCID's. It is useful because the ways in which control
can have value all occur in it.

P is worth controlling directly: it has a path to F that avoids the decision. SC has value of
control only through the decision that observes it, so control over it is worth having just because
the decision makes use of it. The link from EWD into the decision is nonrequisite, given SC and TF
it says nothing more about F, and with the link goes the value of control of EWD and of EF.
"""

from cid.catalog.entry import Entry, Prediction
from cid.diagram import CID

ENTRY = Entry(
    diagram=CID.parse(
        """
        TD -> TF -> SC -> C -> F
        TF -> C
        EF -> EWD -> C
        P -> D, SC, F
        SC -> EWD
        decisions: C
        utilities: F
        """
    ),
    reference="PyCID (Fox et al., 2021), example get_fitness_tracker",
    cites=("fox2021pycid", "everitt2021agent"),
    predictions=(
        Prediction(
            "voc",
            "C",
            True,
            node="F",
            source="PyCID (Fox et al., 2021), test suite: direct value of control",
        ),
        Prediction(
            "voc",
            "C",
            True,
            node="P",
            source="PyCID (Fox et al., 2021), test suite: direct value of control",
        ),
        Prediction(
            "voc",
            "C",
            True,
            node="SC",
            source="PyCID (Fox et al., 2021), test suite: indirect value of control",
        ),
    ),
)
