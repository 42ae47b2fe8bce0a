"""The best expected utility of one agent, whether or not its decisions have recall.

Decisions of no consequence are set aside. Two decisions that need each other's rule are solved by
the search of :mod:`cid.solve.team`; everything else is left to :func:`cid.solve.solve`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from cid.model.scim import SCIM
from cid.solve.contexts import settle
from cid.solve.policy import solve
from cid.solve.team import best_pair
from cid.solve.worlds import TIE, Worlds
from cid.structure import sufficient_recall

__all__ = ["best_value"]


def best_value(s: SCIM, agent: str) -> Any:
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
    return _pair(settled, first, second, agent)


def _pair(s: SCIM, first: str, second: str, agent: str) -> Any:
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
    axes = (xs, ds, worlds.count)
    place = np.ravel_multi_index(
        (c.reshape(axes), values[first], k.reshape(axes), values[second]), shape
    )
    table = worlds.pool(place, worlds.utility(values), math.prod(shape)).reshape(shape)
    slack = 0.0 if worlds.exact else TIE * float(np.abs(table).sum())
    asking = f"Choosing {first!r} and {second!r}"
    return worlds.mean(best_pair(table, asking, slack))
