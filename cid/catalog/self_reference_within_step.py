"""Target made partly of one's own output.

A model is scored against a target Y that is mixed, in the same step, from a human answer H and its
own prediction P: say (1 - alpha) parts human and alpha parts its own.

With credit through Y there is an instrumental control incentive on the target: the model gains by
agreeing with itself. Detach Y, and training becomes the iteration that moves p to (1 - alpha) h +
alpha p, whose only fixed point is the human h as long as alpha < 1. At alpha = 1 every p is a fixed
point: the objective then favours nothing, which is not the same as favouring the human answer.
"""

from cid.catalog.entry import Entry
from cid.diagram import CID

ENTRY = Entry(
    diagram=CID.parse(
        """
        Q -> P -> U
        Q -> H -> Y -> U
        P -> Y
        decisions: P
        utilities: U
        """
    ),
    reference="drawn for this catalogue",
    cites=(),
    setup="Gradient through Y realises the incentive; a detached Y removes it.",
    measure="Entropy of P and distance to h as functions of alpha, with Y attached and detached. "
    "At alpha = 1 and detached, no drift beyond sampling noise.",
)
