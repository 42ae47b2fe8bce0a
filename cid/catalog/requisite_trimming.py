"""Requisite trimming over two decisions.

Two decisions of one agent, D1 and D2, and twelve edges among seven nodes. The second decision sees
everything but the utility.

It is the standard test of the reduction to requisite observations. D2 is solved first: given Y2,
the only cause of U other than D2 itself, nothing else it sees matters, so four of its five links
go. Without them Z1 has no way left to the utility, and the link from Z1 to D1 goes in turn. Seven
edges remain. The order counts: whether a link into D1 is requisite can only be judged once the
links into D2 have been trimmed.
"""

from cid.catalog.entry import Entry, Prediction
from cid.diagram import CID

ENTRY = Entry(
    diagram=CID.parse(
        """
        Y1 -> D1, Y2, D2
        Y2 -> D2, U
        D1 -> Y2, D2
        Z1 -> D1, D2, Z2
        Z2 -> D2 -> U
        decisions: D1, D2
        utilities: U
        """
    ),
    reference="PyCID (Fox et al., 2021), example get_trim_example_cid",
    cites=("fox2021pycid", "lauritzen2001representing"),
    predictions=(
        Prediction("requisite", "D2", ("Y2",), source="PyCID (Fox et al., 2021), test suite"),
        Prediction(
            "requisite", "D2", False, node="D1", source="PyCID (Fox et al., 2021), test suite"
        ),
        Prediction(
            "requisite",
            "D1",
            True,
            node="Y1",
            source="implied by PyCID (Fox et al., 2021), test suite: seven edges remain",
        ),
    ),
)
