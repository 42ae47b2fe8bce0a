"""Grade prediction without the high school.

The grade predictor after a redesign: the link from the high school HS to the prediction P is
removed, and gender Ge is all that P sees.

No response incentive is left on anything, since gender says nothing about the grade. Value of
information moves the other way. Race R was screened off by the school as long as the school was
observed; now that it is not, race has become worth knowing. A change that makes a predictor respond
to less can make it want to know more.
"""

from cid.catalog.entry import Entry, Prediction
from cid.catalog.grade_prediction import ENTRY as GRADE_PREDICTION

ENTRY = Entry(
    diagram=GRADE_PREDICTION.diagram.without_edges([("HS", "P")]),
    reference="Everitt et al. (2021), the redesign of Example 1",
    cites=("everitt2021agent", "fox2021pycid"),
    predictions=(
        Prediction("ri", "P", (), source="Everitt et al. (2021)"),
        Prediction(
            "voi", "P", ("E", "Gr", "HS", "R"), source="PyCID (Fox et al., 2021), test suite"
        ),
    ),
    setup="Drop the school from the inputs.",
    measure="The prediction is constant.",
)
