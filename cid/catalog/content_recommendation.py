"""Content recommendation.

A system knows a model M of a user's original opinions O and recommends posts P. What the user sees
and held before makes up the influenced opinions I, and these decide, with the posts, how many
clicks C the posts earn.

There is an instrumental control incentive on the influenced opinions: clicks can be raised by
finding what the user likes or by changing what the user likes, and the objective does not
distinguish the two. There is none on the original opinions, which no recommendation can reach. The
system would gain from control over them, but it has none.
"""

from cid.catalog.entry import Entry, Prediction
from cid.diagram import CID

ENTRY = Entry(
    diagram=CID.parse(
        """
        O -> I, M
        M -> P -> I -> C
        P -> C
        decisions: P
        utilities: C
        """
    ),
    reference="Everitt et al. (2021), Example 2",
    cites=("everitt2021agent", "fox2021pycid"),
    predictions=(
        Prediction("ici", "P", ("C", "I"), source="Everitt et al. (2021)"),
        Prediction("ici", "P", True, node="I", source="Everitt et al. (2021)"),
        Prediction("ici", "P", False, node="O", source="Everitt et al. (2021)"),
        Prediction("voc", "P", ("C", "I", "M", "O"), source="Everitt et al. (2021)"),
    ),
    setup="Bandit or reinforcement learning on clicks, with a user whose opinions drift.",
    measure="How far opinions move, against a policy that recommends at random.",
)
