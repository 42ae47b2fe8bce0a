"""The best expected utility of one agent, whether or not its decisions have recall.

Decisions of no consequence are set aside. Two decisions that need each other's rule are solved by
the search of :mod:`cid.solving.team`; everything else is left to :func:`cid.solve`.

The search wants a table of what each pair of actions is worth in each pair of contexts. Where the
two decisions observe little, one pass over a junction tree makes it, however large the rest of the
model is. Where they observe much, most contexts cannot come up, and those that do are listed world
by world.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np

from cid.engine.numbers import TIE
from cid.errors import SizeError
from cid.model.interface import Model
from cid.solving.contexts import settle
from cid.solving.induction import solve
from cid.solving.shared import family_table
from cid.solving.team import best_pair
from cid.solving.worlds import MAX_CELLS, Worlds
from cid.structure.relevance import sufficient_recall

__all__ = ["best_value"]

Array = np.ndarray[Any, Any]

MAX_JOINT = 1 << 14
"""Joint values of two decisions and what they observe for which the table is made in full."""


def best_value(s: Model, agent: str) -> Any:
    """Return the agent's best expected utility over all policies.

    Raises
    ------
    ScopeError
        If another agent's decision has no rule, the model has free parameters, or it is insoluble
        and too large for an exact search.
    """
    settled = settle(s, agent, ())
    decisions = settled.diagram.decisions
    if len(decisions) != 2 or sufficient_recall(settled.diagram, agent):
        return solve(settled, agent).value
    first, second = (n for n in settled.diagram.topological_order if n in decisions)
    d = settled.diagram
    seen = {first, second, *d.parents(first), *d.parents(second)}
    if math.prod(len(settled.domains[name]) for name in seen) <= MAX_JOINT:
        return _by_messages(settled, first, second, agent)
    return _by_worlds(settled, first, second, agent)


def _by_messages(s: Model, first: str, second: str, agent: str) -> Any:
    """Return the best value of two decisions, the second no ancestor of the first.

    What both observe splits the problem: each of its values is searched apart.
    """
    nodes, table, constant = family_table(s, (first, second), agent, MAX_JOINT)
    scale = 1
    if table.dtype == object:
        scale = math.lcm(*(Fraction(value).denominator for value in table.flat))
        table = np.frompyfunc(lambda value: int(value * scale), 1, 1)(table)
        if sum(map(abs, table.flat)) < 1 << 62:
            table = table.astype(np.int64)
    asking, slack = f"Choosing {first!r} and {second!r}", 0.0
    if table.dtype == np.float64:
        slack = TIE * float(np.abs(table).sum())
    total = sum(best_pair(part, asking, slack) for part in _split(s, nodes, table, first, second))
    if table.dtype == np.float64:
        return float(constant + total)
    return constant + Fraction(int(total), scale)


def _split(
    s: Model, nodes: tuple[str, ...], table: Array, first: str, second: str
) -> Iterator[Array]:
    """Iterate over tables (first context, first action, second context, second action)."""
    left, right = s.diagram.parents(first), s.diagram.parents(second)
    groups = (
        [name for name in left if name in right],
        [name for name in left if name not in right],
        [first],
        [name for name in right if name not in left and name != first],
        [second],
    )
    order = [nodes.index(name) for group in groups for name in group]
    sizes = [math.prod(len(s.domains[name]) for name in group) for group in groups]
    for part in table.transpose(order).reshape(sizes):
        if first not in right:
            yield part
            continue
        contexts, xs, seconds, ds = part.shape
        seen = np.zeros((contexts, xs, xs, seconds, ds), dtype=table.dtype)
        for x in range(xs):  # the second mover sees which action it was
            seen[:, x, x] = part[:, x]
        yield seen.reshape(contexts, xs, xs * seconds, ds)


def _by_worlds(s: Model, first: str, second: str, agent: str) -> Any:
    """Return the best value of two decisions, the second no ancestor of the first."""
    d = s.diagram
    xs, ds = len(s.domains[first]), len(s.domains[second])
    keep = [first, second, *d.parents(first), *d.parents(second)]
    worlds = Worlds(s, keep, agent, beside=xs * ds)
    values = worlds.run({first: np.arange(xs)[:, None, None], second: np.arange(ds)[:, None]})
    seen, c = np.unique(
        np.broadcast_to(worlds.context(values, d.parents(first)), (xs, ds, worlds.count)),
        return_inverse=True,
    )
    met, k = np.unique(
        np.broadcast_to(worlds.context(values, d.parents(second)), (xs, ds, worlds.count)),
        return_inverse=True,
    )
    shape = (len(seen), xs, len(met), ds)
    if math.prod(shape) > MAX_CELLS:
        raise SizeError(
            f"{first!r} and {second!r} meet {len(seen):,} and {len(met):,} contexts; a table over "
            f"pairs of them and of actions would have {math.prod(shape):,} entries, and "
            f"{MAX_CELLS:,} is the most. Remove observations that are not needed."
        )
    axes = (xs, ds, worlds.count)
    place = np.ravel_multi_index(
        (c.reshape(axes), values[first], k.reshape(axes), values[second]), shape
    )
    table = worlds.pool(place, worlds.utility(values), math.prod(shape)).reshape(shape)
    slack = 0.0 if worlds.exact else TIE * float(np.abs(table).sum())
    asking = f"Choosing {first!r} and {second!r}"
    return worlds.mean(best_pair(table, asking, slack))
