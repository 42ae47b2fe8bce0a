"""Which seeds are for what: tuning, demonstrations and examples, and results to report.

A result means something only on seeds that nobody looked at before the claims were fixed. So the
seeds come in three bands that a run cannot mix:

===============  ===========  ==========================================================
seeds            band         for
===============  ===========  ==========================================================
below 1000       tuning       choosing constants; reports are marked exploratory
1000 to 1999     demo         demonstrations, examples, fast runs
from 2000        reported     results
===============  ===========  ==========================================================
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Iterable, Sequence

from cid.errors import shorten
from training_models.errors import CaseError

__all__ = [
    "BLOCK",
    "FIRST_DEMO_SEED",
    "FIRST_REPORTED_SEED",
    "band",
    "blocks",
    "seed_list",
]

FIRST_DEMO_SEED = 1000
"""Seeds below are for tuning."""
FIRST_REPORTED_SEED = 2000
"""Results to report come from seeds that neither tuning nor a demonstration ever saw."""
BLOCK = 16
"""Seeds that are trained together at most; see :func:`blocks`."""


def band(seed: int) -> str:
    """Return what a seed is for.

    Examples
    --------
    >>> band(3), band(1003), band(2003)
    ('tuning', 'demo', 'reported')
    """
    if seed < FIRST_DEMO_SEED:
        return "tuning"
    return "demo" if seed < FIRST_REPORTED_SEED else "reported"


def seed_list(
    seeds: int | Iterable[int], first: int | None = None, *, fast: bool = False
) -> tuple[int, ...]:
    """Return the seeds meant: n consecutive ones from `first`, or those given.

    Parameters
    ----------
    seeds : int or iterable of int
        How many, or which.
    first : int, optional
        Where n consecutive seeds begin; by default at 2000, and for fast runs, which are
        demonstrations, at 1000.
    fast : bool
        Whether the run is a demonstration.

    Raises
    ------
    CaseError
        If they are not distinct whole numbers >= 0, or are of more than one band.

    Examples
    --------
    >>> seed_list(3), seed_list(3, fast=True)
    ((2000, 2001, 2002), (1000, 1001, 1002))
    >>> seed_list([0, 1, 1000])
    Traceback (most recent call last):
    ...
    training_models.errors.CaseError: The seed 0 is for tuning and the seed 1000 for ...
    """
    if first is None:
        first = FIRST_DEMO_SEED if fast else FIRST_REPORTED_SEED
    if isinstance(seeds, str | bytes | bool) or not isinstance(seeds, Iterable):
        count = _whole(seeds, "The number of seeds")
        if count < 1:
            raise CaseError(f"The number of seeds is {shorten(count)}; at least one is needed.")
        if count > 1_000_000:
            raise CaseError(
                f"{shorten(count)} seeds are more than a run can hold. Give at most a million."
            )
        start = _whole(first, "The first seed")
        given: tuple[int, ...] = tuple(range(start, start + count))
    else:
        given = tuple(_whole(seed, "A seed") for seed in seeds)
    if not given:
        raise CaseError("The list of seeds is empty; at least one is needed.")
    low, high = min(given), max(given)
    for seed in (low, high):
        if not 0 <= seed < 2**63:
            raise CaseError(f"The seed {shorten(seed)} does not lie between 0 and 2**63 - 1.")
    if len(set(given)) < len(given):
        twice, _ = Counter(given).most_common(1)[0]
        raise CaseError(f"The seed {twice} is given twice; a repeated seed is no replication.")
    if band(low) != band(high):
        raise CaseError(
            f"The seed {low} is for {_purpose(low)} and the seed {high} for {_purpose(high)}; one "
            f"run cannot mix them. Seeds below {FIRST_DEMO_SEED} are for tuning, from there below "
            f"{FIRST_REPORTED_SEED} for demonstrations, and the rest for reporting. Run them apart."
        )
    return given


def _purpose(seed: int) -> str:
    return {"tuning": "tuning", "demo": "demonstrations", "reported": "reporting"}[band(seed)]


def _whole(value: object, what: str) -> int:
    try:
        if isinstance(value, bool):
            raise TypeError
        return operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise CaseError(f"{what} is a whole number, not {shorten(value)}.") from None


def blocks(seeds: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    """Cut seeds into the blocks that are trained together.

    The cut depends on the seeds alone, never on how many processes there are: sums over a batch
    may round differently in batches of other sizes, and the numbers must not depend on the
    machine.

    Examples
    --------
    >>> [len(block) for block in blocks(range(2000, 2040))]
    [16, 16, 8]
    """
    return tuple(tuple(seeds[i : i + BLOCK]) for i in range(0, len(seeds), BLOCK))
