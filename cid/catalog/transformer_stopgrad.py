"""Transformer with a stop-gradient between positions.

The same network, with keys and values of earlier positions detached when a later position reads
them. Each position is then an agent of its own, p1, p2 or p3, that owns its own loss.

Information still flows from K1 into h2, so there is an impact; credit does not flow back, so there
is no instrumental control incentive of K1 on h2. What position 1 computes may help position 2, and
is not selected for helping. The clean verdict assumes that positions have weights of their own.
When weights are shared, an update made for one position's loss changes the others too, a coupling
that this graph does not draw.
"""

from cid.catalog.entry import Entry, Prediction
from cid.diagram import CID

ENTRY = Entry(
    diagram=CID.parse(
        """
        x1 -> x2, x3, x4
        x2 -> x3, x4
        x3 -> x4
        x1 -> K1, K2, K3
        x2 -> K2, K3
        x3 -> K3
        K1 -> h2, h3, K2, K3, L1
        K2 -> h2, h3, K3
        K3 -> h3
        x2 -> L1
        h2, x3 -> L2
        h3, x4 -> L3
        decisions[p1]: K1
        decisions[p2]: K2
        decisions[p3]: K3
        utilities[p1]: L1
        utilities[p2]: L2
        utilities[p3]: L3
        """
    ),
    reference="drawn for this catalogue, after janus (2023) and Wu et al. (2024)",
    cites=("janus2023myopic", "wu2024language", "carey2025incentives"),
    predictions=(
        Prediction("ici", "K1", False, node="h2", source="janus (2023), in words"),
        Prediction(
            "impact",
            "K1",
            True,
            node="h2",
            source="implied by the criterion of Carey et al. (2025)",
        ),
    ),
    setup="Keys and values of past positions are detached where another position reads them; a "
    "position's own keep their gradient.",
    measure="Credit off the diagonal is exactly zero. With untied weights the loss on later tokens "
    "is higher than under full credit by whatever was stored for them.",
)
