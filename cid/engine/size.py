"""How much is computed before an error says that it is too much.

Sizes are known before anything is allocated: that of the largest table, and the work, which is the
number of additions and multiplications. Fractions take about five hundred times as long as floats
and a dozen times the memory, so that every bound has two values.
"""

from __future__ import annotations

from typing import Any

from cid.errors import ModelError, ScopeError

__all__ = ["MAX_AXES", "check_axes", "check_size", "check_work"]

MAX_FLOATS = 2**24
MAX_OBJECTS = 2**21
"""Most entries of a table: some hundred megabytes of floats, or of fractions."""

MAX_AXES = 32
"""Most axes of a table: more is not to be had in numpy 1."""

MAX_FLOAT_WORK = 2**28
MAX_OBJECT_WORK = 2**21
"""Most operations in one pass over a model: some seconds."""


def check_size(size: float, one: Any) -> None:
    """Raise if a table would be too large to hold.

    Parameters
    ----------
    size : float
        How many numbers it would have.
    one : object
        The number one of the arithmetic.

    Raises
    ------
    ModelError
        With the size and what to do.
    """
    most = MAX_FLOATS if isinstance(one, float) else MAX_OBJECTS
    if size > most:
        raise ModelError(
            f"The answer needs a table of {size:,.0f} numbers; {most:,} is the most. Ask for fewer "
            "nodes at once, condition on more, or estimate it from sample()."
        )


def check_axes(count: int) -> None:
    """Raise if a table would have more axes than an array can have.

    Raises
    ------
    ScopeError
        With the numbers and what to do.
    """
    if count > MAX_AXES:
        raise ScopeError(
            f"The model needs a table over {count} variables; "
            f"{MAX_AXES} is the most. Leave out links, such as those from nodes with one value."
        )


def check_work(size: float, work: float, one: Any, times: float = 1.0, also: str = "") -> None:
    """Raise if a pass over a model would need too large a table, or too many operations.

    Parameters
    ----------
    size : float
        How many numbers the largest table would have.
    work : float
        How many operations the pass would take.
    one : object
        The number one of the arithmetic.
    times : float
        How many times the usual number of operations may be spent.
    also : str
        What else would help, at the end of the message.

    Raises
    ------
    ScopeError
        With the numbers and what to do.
    """
    exact = not isinstance(one, float)
    most = MAX_OBJECTS if exact else 2 * MAX_FLOATS  # the tables of an agent come in pairs
    if size > most:
        raise ScopeError(
            f"The model needs a table of {size:,.0f} numbers; {most:,} is the most. Use fewer "
            "values or links, or fix nodes of no interest with do(...)."
        )
    bound = times * (MAX_OBJECT_WORK if exact else MAX_FLOAT_WORK)
    if work > bound:
        hint = "Give probabilities as floats, which are faster, or use" if exact else "Use"
        raise ScopeError(
            f"The model asks for {work:,.0f} operations on {'fractions' if exact else 'floats'}; "
            f"{bound:,.0f} is the most. {hint} fewer values or links{also}."
        )
