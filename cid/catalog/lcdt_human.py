"""LCDT and a human who can be persuaded.

An assistant's decision D sends a message M to a human and also has a direct effect E. The human
decides H on the strength of the message and of the situation W, which leads to an outcome O. The
assistant is rewarded for E and for O; the human has an interest of their own, UH.

A causal decision theorist has instrumental control incentives on everything along both routes: it
may persuade as well as act. LCDT cuts the message out of the human's decision, as the assistant
sees it, so that M, H and O drop out and only the direct effect E remains. The route left open
matters as much as the one that is closed, because an agent that has learned nothing also
manipulates nobody.
"""

from cid.catalog.entry import Entry, Prediction
from cid.diagram import CID

ENTRY = Entry(
    diagram=CID.parse(
        """
        W -> D -> M -> H -> O
        W -> H
        D -> E
        E, O, W -> U
        O, W -> UH
        decisions[ai]: D
        decisions[human]: H
        utilities[ai]: U
        utilities[human]: UH
        """
    ),
    reference="drawn for this catalogue; the decision theory is that of Shimi & Hubinger (2021)",
    cites=("shimi2021lcdt", "everitt2021agent"),
    predictions=(
        Prediction("lcdt_ici", "D", False, node="H", source="Shimi & Hubinger (2021), definition"),
        Prediction(
            "lcdt_ici",
            "D",
            False,
            node="O",
            source="implied by the definition of Shimi & Hubinger (2021)",
        ),
        Prediction(
            "lcdt_ici",
            "D",
            True,
            node="E",
            source="implied by the definition of Shimi & Hubinger (2021) and the criterion of "
            "Everitt et al. (2021)",
        ),
        Prediction(
            "ici", "D", True, node="O", source="implied by the criterion of Everitt et al. (2021)"
        ),
    ),
    setup="Decouple the human: when the assistant's credit is computed, H is fed the message of "
    "another episode with the same context, and credit runs through E alone.",
    measure="How often the persuasive message is sent, over its base rate, under causal decision "
    "theory and under LCDT; the direct effect has to be learned equally well in both.",
)
