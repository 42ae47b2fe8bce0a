"""Two rules that serve one aim, each blind to part of what the other sees.

A first mover sees a context c and picks x, a second sees k and picks d, and with A[c, x, k, d] the
weighted utility of the worlds in which that happens the two rules f and g earn

    sum over c and k of A[c, f(c), k, g(k)].

Given f the best g is found context by context, and the other way round; both at once is a search.
It runs depth first over the contexts of one of them, and is cut off by two bounds on what the rest
can add: as if the second mover could see which x was picked, and as if the first mover could
choose x anew for every k and d. Contexts that do not meet in a k for which d matters are searched
apart, so that where the second mover sees what the first one saw nothing is left to search.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from cid.errors import SizeError

__all__ = ["MAX_STEPS", "best_pair"]

Array = np.ndarray[Any, Any]

MAX_STEPS = 50_000
"""Partial rules that the search may look at."""

MAX_ENTRIES = 1 << 28
"""Entries of tables that it may go through; a Python integer takes as long as a hundred floats."""

MAX_DEPTH = 800
"""Contexts that may be searched together: the search goes one call deeper with each."""


def best_pair(table: Array, asking: str, slack: float = 0.0) -> Any:
    """Return the largest total over pairs of rules.

    Parameters
    ----------
    table : ndarray, shape (first contexts, first actions, second contexts, second actions)
        Weighted utilities; integers, or floats.
    asking : str
        Begins the message when the search is given up.
    slack : float
        Improvements of at most this much are not searched for; zero where numbers are exact.

    Raises
    ------
    ScopeError
        If the search takes more than :data:`MAX_STEPS` steps.
    """
    firsts, xs, seconds, ds = table.shape
    if table.dtype.kind == "i" and 4 * seconds * int(np.abs(table).sum()) >= 1 << 62:
        table = table.astype(object)  # bounds may exceed what any policy earns
    if seconds * np.log(ds) < firsts * np.log(xs):
        table = table.transpose(2, 3, 0, 1)
    base = table.min(axis=3)
    sure = base.sum(axis=2)  # what (c, x) earns whatever the second mover does
    extra = table - base[..., None]
    budget = [MAX_STEPS]
    total = table.dtype.type(0) if table.dtype != object else 0
    for part in _parts(extra):
        total = total + _search(sure[part], extra[part], budget, asking, slack)
    return total


def _parts(extra: Array) -> list[list[int]]:
    """Return groups of first contexts that share a second context in which d matters."""
    meets = (extra != 0).any(axis=(1, 3))
    above = list(range(len(extra)))

    def top(c: int) -> int:
        while above[c] != c:
            above[c] = above[above[c]]
            c = above[c]
        return c

    for column in meets.T:
        first, *rest = np.flatnonzero(column).tolist() or [0]
        for other in rest:
            above[top(other)] = top(first)
    found: dict[int, list[int]] = {}
    for c in range(len(extra)):
        found.setdefault(top(c), []).append(c)
    return list(found.values())


def _kinds(sure: Array, extra: Array) -> list[int]:
    """Return the first mover's actions, less those that never earn more than another one."""
    kept: list[int] = []
    for x in np.argsort(-(sure + extra.sum(axis=(1, 2))), kind="stable").tolist():
        lead = [sure[y] - sure[x] + (extra[y] - extra[x]).min(axis=1).sum() for y in kept]
        if not any(ahead >= 0 for ahead in lead):
            kept.append(x)
    return kept


def _search(sure: Array, extra: Array, budget: list[int], asking: str, slack: float) -> Any:
    order = np.argsort([-(e.max(axis=2).sum(axis=1).max()) for e in extra], kind="stable").tolist()
    kinds = [_kinds(sure[c], extra[c]) for c in order]
    alone = [sure[c][x] for c, x in zip(order, kinds, strict=True)]
    tables = [extra[c][x] for c, x in zip(order, kinds, strict=True)]
    count = len(order)
    weight = max(table.size for table in tables) * (100 if extra.dtype == object else 1)
    steps = min(MAX_STEPS, MAX_ENTRIES // max(1, weight))
    budget[0] = min(budget[0], steps)
    if count > MAX_DEPTH:
        raise SizeError(
            f"{asking} is a team problem without perfect recall, and {count:,} contexts would have "
            f"to be searched together; {MAX_DEPTH:,} is the most. Remove observations that are not "
            "needed."
        )
    zero = np.zeros(extra.shape[2:], dtype=extra.dtype)
    told: list[Any] = [zero.sum()] * (count + 1)  # second mover sees which x was picked
    free: list[Array] = [zero] * (count + 1)  # first mover chooses x anew for every k and d
    free_sure: list[Any] = [zero.sum()] * (count + 1)
    for i in reversed(range(count)):
        told[i] = told[i + 1] + (alone[i] + tables[i].max(axis=2).sum(axis=1)).max()
        free[i] = free[i + 1] + tables[i].max(axis=0)
        free_sure[i] = free_sure[i + 1] + alone[i].max()
    best = _climb(alone, tables)

    def search(i: int, earned: Any, gathered: Array) -> None:
        nonlocal best
        if i == count:
            best = max(best, earned + gathered.max(axis=1).sum())
            return
        budget[0] -= 1
        if budget[0] < 0:
            raise SizeError(
                f"{asking} is a team problem without perfect recall, and its exact search takes "
                f"more than {steps:,} steps. Use smaller domains, or remove observations that "
                "are not needed."
            )
        sums = gathered + tables[i]
        now = earned + alone[i]
        by_told = now + sums.max(axis=2).sum(axis=1) + told[i + 1]
        by_free = now + (sums + free[i + 1]).max(axis=2).sum(axis=1) + free_sure[i + 1]
        bound = np.minimum(by_told, by_free)
        for x in np.argsort(-bound, kind="stable").tolist():
            if bound[x] <= best + slack:
                break
            search(i + 1, now[x], sums[x])

    search(0, zero.sum(), zero)
    return best


def _climb(alone: list[Array], tables: list[Array]) -> Any:
    """Return what alternating improvement reaches, as a first answer to beat."""
    chosen = [
        int((a + t.max(axis=2).sum(axis=1)).argmax()) for a, t in zip(alone, tables, strict=True)
    ]
    best = None
    while True:
        gathered = sum(t[x] for t, x in zip(tables, chosen, strict=True))
        value = sum(a[x] for a, x in zip(alone, chosen, strict=True)) + gathered.max(axis=1).sum()
        if best is not None and value <= best:
            return best
        best = value
        reply = gathered.argmax(axis=1)
        picked = [t[:, np.arange(len(reply)), reply].sum(axis=1) for t in tables]
        chosen = [int((a + p).argmax()) for a, p in zip(alone, picked, strict=True)]
