"""Content recommendation for predicted clicks.

The redesign of the content recommender. It is rewarded for predicted clicks PC, which a model of
the original opinions M computes from the posts P; the clicks of the user who has seen the posts no
longer count.

The instrumental control incentive on the influenced opinions I is gone, because no path leads from
them to the reward. The impact is not: P still influences I. What the redesign removes is the
selection for a particular way of changing the user. It gives no assurance about how much the user
changes.
"""

from cid.catalog.entry import Entry, Prediction
from cid.diagram import CID

ENTRY = Entry(
    diagram=CID.parse(
        """
        O -> I, M
        M -> P -> I
        P, M -> PC
        decisions: P
        utilities: PC
        """
    ),
    reference="Everitt et al. (2021), the redesign of Example 2",
    cites=("everitt2021agent", "fox2021pycid", "carey2025incentives"),
    predictions=(
        Prediction("ici", "P", False, node="I", source="Everitt et al. (2021)"),
        Prediction("ici", "P", True, node="PC", source="PyCID (Fox et al., 2021), test suite"),
        Prediction("voc", "P", False, node="I", source="PyCID (Fox et al., 2021), test suite"),
        Prediction("voc", "P", ("M", "O", "PC"), source="PyCID (Fox et al., 2021), test suite"),
        Prediction(
            "impact", "P", True, node="I", source="implied by the criterion of Carey et al. (2025)"
        ),
    ),
    setup="Train against a click model that is frozen before any recommendation is made.",
    measure="Opinions move no more, and in no other direction, than under a recommender that takes "
    "them to be fixed.",
)
