"""Rules to begin with: acting at random, in every context with every action.

Both functions return rules as tables, ready for :meth:`cid.SCIM.with_policy`: from contexts, tuples
of values in the order of the decision's parents, to distributions over actions. A decision that
observes nothing has a single distribution.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Hashable, Iterable
from fractions import Fraction
from typing import Any

import numpy as np

from cid.errors import SizeError
from cid.model.guards import check_model
from cid.model.interface import Model
from cid.model.sample import generator
from cid.model.table import MAX_CELLS
from cid.names import listed

__all__ = ["fully_mixed_policy", "uniform_policy"]

Value = Hashable
Table = dict[Any, Any]

_WEIGHTS = 1 << 20  # random weights are drawn up to this


def uniform_policy(s: Model, decisions: Iterable[str] | None = None) -> dict[str, Table]:
    """Return rules that take every action equally often, whatever is observed.

    Parameters
    ----------
    s : SCIM
        The model.
    decisions : iterable of str, optional
        Whose rules; by default those of all decisions.

    Returns
    -------
    dict
        From decisions to ``{context: {action: probability}}``, or to ``{action: probability}``
        where nothing is observed.

    Raises
    ------
    SizeError
        If a table would be too large.

    Examples
    --------
    >>> import cid
    >>> d = cid.CID.parse("S -> D -> U; S -> U", decisions="D", utilities="U")
    >>> s = cid.SCIM(d, {"D": (0, 1)}, {"S": {0: 0.5, 1: 0.5}, "U": lambda S, D: int(S == D)})
    >>> policy = cid.uniform_policy(s)
    >>> policy["D"][(0,)]
    {0: Fraction(1, 2), 1: Fraction(1, 2)}
    >>> s.expected_utility(policy)
    0.5
    """
    check_model(s, "uniform_policy")
    return _policy(s, decisions, lambda count: [1] * count)


def fully_mixed_policy(
    s: Model,
    decisions: Iterable[str] | None = None,
    seed: int | np.random.Generator | None = None,
) -> dict[str, Table]:
    """Return random rules that take every action with some probability in every context.

    Parameters
    ----------
    s : SCIM
        The model.
    decisions : iterable of str, optional
        Whose rules; by default those of all decisions.
    seed : int or numpy Generator, optional
        The same seed gives the same rules.

    Returns
    -------
    dict
        As for :func:`uniform_policy`.

    Raises
    ------
    SizeError
        If a table would be too large.

    Examples
    --------
    >>> import cid
    >>> d = cid.CID.parse("D -> U", decisions="D", utilities="U")
    >>> s = cid.SCIM(d, {"D": (0, 1, 2)}, {"U": lambda D: D})
    >>> rule = cid.fully_mixed_policy(s, seed=0)["D"]
    >>> all(p > 0 for p in rule.values()), sum(rule.values())
    (True, Fraction(1, 1))
    """
    check_model(s, "fully_mixed_policy")
    rng = generator(seed)
    return _policy(s, decisions, lambda count: rng.integers(1, _WEIGHTS, count).tolist())


def _policy(
    s: Model, decisions: Iterable[str] | None, weights: Callable[[int], list[int]]
) -> dict[str, Table]:
    if isinstance(decisions, str):
        decisions = [decisions]
    chosen = s.diagram.decisions if decisions is None else listed(decisions, "decisions")
    return {name: _rule(s, s.diagram.check_decision(name), weights) for name in chosen}


def _rule(s: Model, decision: str, weights: Callable[[int], list[int]]) -> Table:
    parents, actions = s.diagram.parents(decision), s.domains[decision]
    cells = math.prod(len(s.domains[name]) for name in (*parents, decision))
    if cells > MAX_CELLS:
        raise SizeError(
            f"A rule of {decision!r} is a table of {cells:,} entries; {MAX_CELLS:,} is the most. "
            "Give it as a function of the parents."
        )

    def row() -> dict[Value, Fraction]:
        drawn = weights(len(actions))
        return {a: Fraction(w, sum(drawn)) for a, w in zip(actions, drawn, strict=True)}

    if not parents:
        return row()
    return {context: row() for context in itertools.product(*(s.domains[p] for p in parents))}
