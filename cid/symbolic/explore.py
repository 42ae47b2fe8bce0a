"""Run an algorithm that compares numbers on a model whose numbers are symbols.

The algorithm asks "is this positive?" and "is this zero?". Where the parameters leave the answer
open, they are divided into regions, and the algorithm is run again in each, until every question
has one answer. Definitions can then be written down as they would be for a model with numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol, TypeVar

from cid.engine.field import Element, Field, Polynomial
from cid.errors import ModelError, SizeError
from cid.symbolic.regions.cube import Box
from cid.symbolic.regions.line import Line
from cid.symbolic.regions.signs import Signs

__all__ = ["MAX_REGIONS", "Asker", "Region", "Space", "explore", "space_of"]

MAX_REGIONS = 2000
"""More case distinctions than this are refused."""

Result = TypeVar("Result")


class Region(Protocol):
    """A set of parameter values."""

    def possible(self, element: Element) -> Signs:
        """Return signs among which an element's are."""

    def split(self, element: Element, wanted: Signs) -> Sequence[Region]:
        """Divide the region with regard to an element's sign."""


class Space(Protocol):
    """The parameter values that a model allows."""

    @property
    def start(self) -> Sequence[Any]:
        """Regions that together are the whole space."""

    @property
    def domain(self) -> Any:
        """The space as a sympy relation."""

    def condition(self, yes: Sequence[Any], no: Sequence[Any]) -> Any:
        """Return a relation true in the first regions and false in the others."""


class _Open(Exception):  # noqa: N818 -- a signal, not an error
    """The answer differs within the region."""

    def __init__(self, parts: Sequence[Region]) -> None:
        self.parts = parts


class Asker:
    """Answers questions about signs in one region."""

    def __init__(self, region: Region) -> None:
        self._region = region

    def positive(self, element: Element) -> bool:
        """Is the element greater than zero?"""
        return self._among(element, frozenset({1}))

    def zero(self, element: Element) -> bool:
        """Is the element zero?"""
        return self._among(element, frozenset({0}))

    def _among(self, element: Element, wanted: Signs) -> bool:
        possible = self._region.possible(element)
        if possible <= wanted:
            return True
        if not possible & wanted:
            return False
        raise _Open(self._region.split(element, wanted))


def explore(
    space: Space, run: Callable[[Asker], Result], what: str = "The answer"
) -> list[tuple[Any, Result]]:
    """Return the result of an algorithm for every case that it distinguishes.

    Parameters
    ----------
    space : Space
        The parameter values.
    run : callable
        The algorithm. It sees the parameters through the questions it asks only.
    what : str
        Named in the message.

    Returns
    -------
    list of (region, result)
        The regions are disjoint and make up the whole space.

    Raises
    ------
    ScopeError
        If there are more than :data:`MAX_REGIONS` cases.
    """
    waiting: list[Any] = list(reversed(space.start))
    done: list[tuple[Any, Result]] = []
    while waiting:
        region = waiting.pop()
        try:
            done.append((region, run(Asker(region))))
        except _Open as fork:
            waiting += reversed(fork.parts)
        if len(waiting) + len(done) > MAX_REGIONS:
            raise SizeError(
                f"{what} takes more than {MAX_REGIONS:,} case distinctions on the parameters. Give "
                "numbers to some of them with at({...})."
            )
    return done


def space_of(
    field: Field, nonnegative: Iterable[Element], nonzero: Iterable[Polynomial] = ()
) -> Space:
    """Return the space of parameter values in which some elements are at least zero.

    Raises
    ------
    ModelError
        If there are none.
    """
    kind = Line if len(field.symbols) == 1 == len(field.generators) else Box
    space: Space = kind(field, list(nonnegative), list(nonzero))
    if not space.start:
        raise ModelError(
            f"No values of {', '.join(map(str, field.symbols))} make every probability of the "
            "model lie between 0 and 1."
        )
    return space
