"""Noisy signal.

A state S settles which choice of D pays, the payment being U, and all that D sees is a noisy signal
X of the state. This is the smallest diagram in which value of information has a size worth
computing.

The graph says that X and S have value of information; how much is a property of the
parameterisation. PyCID's example gives 0.6 for the signal against seeing nothing, and 0.4 for the
state itself when the signal is already seen. The value of knowing something depends on what else is
known, and a yes or no cannot say so.
"""

from cid.catalog.entry import Entry, Prediction
from cid.diagram import CID

ENTRY = Entry(
    diagram=CID.parse(
        """
        S -> X -> D -> U
        S -> U
        decisions: D
        utilities: U
        """
    ),
    reference="PyCID (Fox et al., 2021), example get_quantitative_voi_cid",
    cites=("fox2021pycid",),
    predictions=(
        Prediction("voi", "D", ("S", "X"), source="PyCID (Fox et al., 2021), test suite"),
    ),
    measure="With a signal that is right four times in five and payoffs of plus and minus one, the "
    "value of X is 0.6, and that of S given X is 0.4.",
)
