"""How much is computed before an error says that it is too much.

Sizes are known before anything is allocated: that of the largest table, and the work, which is the
number of additions and multiplications. An :class:`~cid.engine.arithmetic.Arithmetic` says how much
of either it bears.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from cid.engine.arithmetic import Arithmetic
from cid.errors import SizeError

__all__ = ["MAX_AXES", "check_axes", "check_size", "check_work"]

MAX_AXES = 32
"""Most axes of a table: more is not to be had in numpy 1."""


def _shown(count: float) -> str:
    return f"{count:,.0f}" if count < 1e15 else f"10^{math.log10(count):.0f}"


def check_size(sizes: Iterable[int], numbers: Arithmetic) -> None:
    """Raise if a table would be too large to hold.

    Parameters
    ----------
    sizes : iterable of int
        The length of each axis.
    numbers : Arithmetic
        What the table holds.

    Raises
    ------
    ModelError
        With the size, the bound and what to do.
    """
    size = math.prod(map(float, sizes))
    if size > numbers.most:
        raise SizeError(
            f"The answer needs a table of {_shown(size)} numbers; {numbers.most:,} is the most. "
            f"{numbers.mend}"
        )


def check_axes(count: int) -> None:
    """Raise if a table would have more axes than an array can have.

    Raises
    ------
    ScopeError
        With the numbers and what to do.
    """
    if count > MAX_AXES:
        raise SizeError(
            f"The model needs a table over {count} variables; "
            f"{MAX_AXES} is the most. Leave out links, such as those from nodes with one value."
        )


def check_work(
    size: float, work: float, numbers: Arithmetic, times: float = 1.0, also: str = ""
) -> None:
    """Raise if a pass over a model would need too large a table, or too many operations.

    Parameters
    ----------
    size : float
        How many numbers the largest table would have.
    work : float
        How many operations the pass would take.
    numbers : Arithmetic
        What the tables hold.
    times : float
        How many times the usual number of operations may be spent.
    also : str
        What else would help, at the end of the message.

    Raises
    ------
    ScopeError
        With the numbers and what to do.
    """
    exact = not isinstance(numbers.one, float)
    most = numbers.most if exact else 2 * numbers.most  # the tables of an agent come in pairs
    if size > most:
        raise SizeError(
            f"The model needs a table of {_shown(size)} numbers; {most:,} is the most. Use fewer "
            "values or links, or fix nodes of no interest with do(...)."
        )
    bound = times * numbers.effort
    if work > bound:
        hint = "Give probabilities as floats, which are faster, or use" if exact else "Use"
        raise SizeError(
            f"The model asks for {_shown(work)} operations on "
            f"{'fractions' if exact else 'floats'}; {bound:,.0f} is the most. {hint} fewer values "
            f"or links{also}."
        )
