"""Grade prediction.

A university predicts the grade Gr of an applicant, P, to be scored by its accuracy Ac. It sees the
applicant's high school HS and gender Ge. Race R influences the school, the school the education E,
and education the grade.

The example separates what a predictor would like to know from what it responds to. Education and
grade have value of information but are not observed. There is a response incentive on race, which
is not observed either, because the school carries its trace and the school is worth using: an
optimal predictor may grade an applicant differently than it would have, had the applicant's race
been another. There is none on gender, which is observed and useless.
"""

from cid.catalog.entry import Entry, Prediction
from cid.diagram import CID

ENTRY = Entry(
    diagram=CID.parse(
        """
        R -> HS -> E -> Gr -> Ac
        HS, Ge -> P -> Ac
        decisions: P
        utilities: Ac
        """
    ),
    reference="Everitt et al. (2021), Example 1",
    cites=("everitt2021agent", "fox2021pycid", "kusner2017counterfactual"),
    predictions=(
        Prediction("voi", "P", ("E", "Gr", "HS"), source="Everitt et al. (2021)"),
        Prediction("voi", "P", False, node="Ge", source="PyCID (Fox et al., 2021), test suite"),
        Prediction("voi", "P", False, node="R", source="implied by Everitt et al. (2021)"),
        Prediction("ri", "P", ("HS", "R"), source="Everitt et al. (2021)"),
        Prediction("ri", "P", True, node="R", source="Everitt et al. (2021)"),
        Prediction("ri", "P", False, node="Ge", source="Everitt et al. (2021)"),
        Prediction("ri", "P", False, node="E", source="PyCID (Fox et al., 2021), test suite"),
        Prediction("requisite", "P", ("HS",), source="Everitt et al. (2021)"),
        Prediction("ici", "P", False, node="Gr", source="implied by Everitt et al. (2021)"),
    ),
    setup="Regress the grade on school and gender.",
    measure="Change of the prediction when the applicant's race is set to another value with all "
    "else as it was; no change for gender.",
)
