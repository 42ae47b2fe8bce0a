"""Debate.

Two debaters B1 and B2 know the question Q and the truth T and speak in turn; a judge J sees the
question and both statements but not the truth. Each debater is rewarded by the verdict, the judge
by its agreement with the truth.

Each debater reaches its reward only through the judge, so there is an instrumental control
incentive on the judge's decision, and under LCDT there is nothing left to gain. Debate relies on
the very incentive that LCDT removes. The truth has value of information for the judge, and the
statements are requisite because they may carry it.
"""

from cid.catalog.entry import Entry
from cid.diagram import CID

ENTRY = Entry(
    diagram=CID.parse(
        """
        Q -> T, B1, B2, J
        T -> B1, B2, UJ
        B1 -> B2, J
        B2 -> J
        J -> U1, U2, UJ
        decisions[debater1]: B1
        decisions[debater2]: B2
        decisions[judge]: J
        utilities[debater1]: U1
        utilities[debater2]: U2
        utilities[judge]: UJ
        """
    ),
    reference="after Everitt et al. (2019a) and Irving et al. (2018)",
    cites=("everitt2019modeling", "irving2018debate"),
    setup="Self-play with the judge's verdict as reward.",
    measure="The judge's error with trained debaters against its error with honest ones.",
)
