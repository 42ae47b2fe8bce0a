"""A mechanism on all the parents that its node has in the diagram.

The rules that solvers find read requisite observations only, and a decision may observe dozens of
nodes besides. As mechanisms they stay on the parents that they read. Whoever wants one axis for
every parent asks here, and is refused a table that would not fit into memory.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

import numpy as np

from cid.engine.size import MAX_AXES
from cid.errors import ModelError, SizeError, shorten
from cid.model.interface import Model
from cid.model.table import MAX_CELLS, Mechanism

__all__ = ["whole"]


def whole(s: Model, node: str, order: Sequence[str] | None = None) -> Mechanism:
    """Return a node's mechanism with one axis for each of its parents.

    Parameters
    ----------
    s : SCIM
        The model.
    node : str
        A chance or utility node.
    order : sequence of str, optional
        Its parents, in the order of the diagram by default.

    Raises
    ------
    SizeError
        If the table would be too large.

    Examples
    --------
    >>> import cid
    >>> d = cid.CID.parse("S -> D -> U; S -> U; Coin -> D", decisions="D", utilities="U")
    >>> half = {0: 0.5, 1: 0.5}
    >>> s = cid.SCIM(
    ...     d, {"D": (0, 1)}, {"S": half, "Coin": half, "U": lambda S, D: int(S == D)}
    ... )
    >>> fixed = s.with_policy(s.solve().policy)
    >>> fixed.mechanism("D").parents, whole(fixed, "D").parents
    (('S',), ('S', 'Coin'))
    """
    m = s.mechanism(node)
    parents = s.diagram.parents(node)
    if order is not None:
        some = isinstance(order, Iterable) and not isinstance(order, str)
        given: tuple[Any, ...] = tuple(islice(order, len(parents) + 1)) if some else (order,)
        if not all(isinstance(n, str) for n in given) or sorted(given) != sorted(parents):
            raise ModelError(
                f"{shorten(order)} are not the parents of {node!r}: {', '.join(parents)}."
            )
        parents = given
    if len(parents) == len(m.parents):
        return m.in_order(parents)
    sizes = [len(s.domains[name]) for name in parents]
    states = len(m.domain) if m.noise is None else len(m.noise)
    cells = math.prod(sizes) * states
    if cells > MAX_CELLS or len(sizes) >= MAX_AXES:
        raise SizeError(
            f"{node!r} has {len(sizes)} parents; a table over all of them would have {cells:,} "
            f"entries on {len(sizes) + 1} axes, and {MAX_CELLS:,} on {MAX_AXES} are the most. Ask "
            f"for its mechanism, which reads {shorten(', '.join(m.parents) or 'nothing')}."
        )
    read = [name for name in parents if name in m.parents]
    thin = [size if name in read else 1 for name, size in zip(parents, sizes, strict=True)]
    own = m.in_order(read)
    rows, noise, response = own.stated
    rows, response = (
        None
        if part is None
        else np.broadcast_to(part.reshape(*thin, states), (*sizes, states)).copy()
        for part in (rows, response)
    )
    return Mechanism(parents, m.domain, rows, noise, response)
