"""What an agent would know if it forgot nothing: links that make an insoluble diagram soluble.

Decisions rely on each other's rules where the later one does not know what the earlier one knew and
did. Links from there, added within each group of decisions that rely on each other, leave no such
group. Whoever knows more can do at least as well, so the value of the diagram that results bounds
that of the one given from above (Nilsson and Höhle 2001 [1]_).

.. [1] D. Nilsson, M. Höhle. "Computing Bounds on Expected Utilities for Optimal Policies Based on
   Limited Information". Dina Research Report 94, 2001.
"""

from __future__ import annotations

from cid.diagram import CID
from cid.structure.subgames import relevance_components

__all__ = ["with_recall"]


def with_recall(d: CID, everything: bool = False) -> CID:
    """Return a soluble diagram in which decisions know at least what they know in this one.

    A soluble diagram is returned as it is.

    Parameters
    ----------
    d : CID
        The diagram.
    everything : bool
        Show a decision all that comes before it, not just what earlier decisions of its group knew
        and did. That is more than is needed, yet after :func:`cid.requisite_graph` it can be fewer
        links: who sees the state needs no history.

    Examples
    --------
    >>> import cid
    >>> d = cid.CID.parse("W -> D1 -> N -> D2 -> U; W -> U", "D1 D2", "U")
    >>> soluble = with_recall(d)
    >>> soluble.parents("D2"), cid.is_soluble(soluble)
    (('N', 'W', 'D1'), True)
    """
    order = [name for name in d.topological_order if d.kind(name) != "utility"]
    place = {name: k for k, name in enumerate(order)}
    while True:
        groups = [group for group in relevance_components(d) if len(group) > 1]
        if not groups:
            return d
        links = []
        for group in groups:
            known: list[str] = []
            for name in sorted(group, key=place.__getitem__):
                if everything:
                    known = order[: place[name]]
                seen = d.parents(name)
                links += [(x, name) for x in known if x not in seen]
                known = list(dict.fromkeys([*known, *seen, name]))
        d = d.with_edges(links)
