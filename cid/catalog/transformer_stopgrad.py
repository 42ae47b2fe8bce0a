"""Transformer with a stop-gradient between positions.

The same network, with keys and values of earlier positions detached when a later position reads
them. The edges from K1 and K2 into the states of later positions stay in the physical graph and are
missing from the objective graph, as with every stop-gradient of this catalogue.

Information still flows from K1 into h2, so there is an impact; credit does not flow back, so there
is no instrumental control incentive of K1 on h2. What position 1 computes may help position 2, and
is not selected for helping.

The impact criterion is proved for one decision at a time. Hold the rules of the other positions
fixed, or read each position as an agent of its own that owns its own loss: with that device of
drawing the physical graph alone says the same, as no path leads from K1 to the loss of position 1
through h2. The clean verdict assumes that positions have weights of their own. When weights are
shared, an update made for one position's loss changes the others too, a coupling that this graph
does not draw.
"""

from cid.catalog.entry import Entry, Prediction
from cid.catalog.transformer_full_credit import ENTRY as FULL_CREDIT

ENTRY = Entry(
    diagram=FULL_CREDIT.diagram.without_edges([("K1", "h2"), ("K1", "h3"), ("K2", "h3")]),
    physical=FULL_CREDIT.diagram,
    reference="drawn for this catalogue, after janus (2023) and Wu et al. (2024)",
    cites=("janus2023myopic", "wu2024language"),
    predictions=(Prediction("ici", "K1", False, node="h2", source="janus (2023), in words"),),
    setup="Keys and values of past positions are detached where another position reads them; a "
    "position's own keep their gradient.",
    measure="Credit off the diagonal is exactly zero. With untied weights the loss on later tokens "
    "is higher than under full credit by whatever was stored for them.",
)
