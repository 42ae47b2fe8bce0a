"""Reinforcement learning on generated text.

The tokens are now actions. Given a prompt x0, a policy writes A1, A2 and A3, each seen by the later
ones; the finished text has a quality Y and earns a reward R at the end.

The contrast is with self-supervised pretraining on a fixed corpus, which has the same positions and
the same network. Here every token has an instrumental control incentive on the quality Y and the
reward: it may be chosen for the text it will be part of, which is what the loss of pretraining
never asks for. How much a given reward makes of that is a question of degree that the graph does
not answer. The criterion also lists the later tokens, where it is a necessary condition only: a
policy that writes every token from the prompt alone does as well as any, and its later tokens do
not react to earlier ones.
"""

from cid.catalog.entry import Entry
from cid.diagram import CID

ENTRY = Entry(
    diagram=CID.parse(
        """
        x0 -> A1, A2, A3, Y, R
        A1 -> A2, A3, Y
        A2 -> A3, Y
        A3 -> Y -> R
        decisions: A1, A2, A3
        utilities: R
        """
    ),
    reference="drawn for this catalogue",
    cites=("williams1992simple", "janus2023myopic"),
    setup="REINFORCE or a descendant of it on sampled text: the score of an early token is "
    "multiplied by the later reward.",
    measure="Take a corpus in which one first token leads to an easy continuation and another to a "
    "hard one, and reward the log-likelihood of the text under a frozen model. The probability of "
    "the easy start rises above its frequency in the data as entropy regularisation is lowered; "
    "at temperature one the optimum is the data distribution.",
)
