"""Imitation.

A clone A is scored by how well it matches a human action AH in the situation X. Its action also has
a consequence S2 in the world, which the score UIM does not look at.

Imitation is consequence-blind although its actions have consequences: there is an impact on S2 and
no instrumental control incentive on it. The verdict concerns the objective, not the demonstrator. A
faithful clone of a human who seeks power will seek power, as a terminal habit copied from the data
rather than as a means that training rewards.
"""

from cid.catalog.entry import Entry
from cid.diagram import CID

ENTRY = Entry(
    diagram=CID.parse(
        """
        X -> A -> UIM
        X -> AH -> UIM
        A, X -> S2
        decisions: A
        utilities: UIM
        """
    ),
    reference="drawn for this catalogue",
    cites=("janus2023myopic",),
    setup="Cross-entropy to the human's action.",
    measure="S2 under the clone is distributed as S2 under the human. Break the route from A to S2 "
    "in the world, retrain on the same human actions, and the clone behaves as before.",
)
