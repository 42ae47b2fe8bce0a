"""Introduced bias.

A prediction D of the label Y is made from a feature X. A sensitive attribute A and an unrelated
cause Z both enter X, Z enters the label as well, and so does X.

The feature is requisite, so the predictor has a response incentive on the sensitive attribute
behind it. The prediction can then depend on the attribute more strongly than the label does, since
X is also read as evidence about Z, and A moves X without moving Z. An accurate predictor of fair
labels can be unfair in this way.
"""

from cid.catalog.entry import Entry, Prediction
from cid.diagram import CID

ENTRY = Entry(
    diagram=CID.parse(
        """
        A -> X -> D -> U
        Z -> X -> Y -> U
        Z -> Y
        decisions: D
        utilities: U
        """
    ),
    reference="after Ashurst et al. (2022); example of PyCID (Fox et al., 2021)",
    cites=("ashurst2022fair", "fox2021pycid"),
    predictions=(
        Prediction("voi", "D", ("A", "X", "Y", "Z"), source="PyCID (Fox et al., 2021), test suite"),
    ),
    setup="Mean squared error regression of Y on X.",
    measure="Introduced total effect: the effect of A on the prediction less its effect on the "
    "label. In PyCID's parameterisation it is 1/3 for the least-squares predictor.",
)
