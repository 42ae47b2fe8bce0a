"""What one model *has*, next to what its diagram *admits*.

A diagram admits an incentive when some model over it has the incentive. A given model may have it
to any degree or not at all. The records returned by :func:`cid.instrumental_control`,
:func:`cid.response_incentive` and :func:`cid.impact_incentive` say both.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from numbers import Number
from typing import Any

from cid.criteria.analysis import CONCEPTS, ask
from cid.engine.numbers import TIE
from cid.errors import ScopeError
from cid.finding import Finding
from cid.scim import SCIM

__all__ = ["Incentive", "Sized", "gain", "verdict_on"]


def verdict_on(s: SCIM, concept: str, decision: str, node: str) -> Finding | None:
    """Return the graphical verdict, or None where no theorem gives one."""
    try:
        return ask(s.diagram, concept, decision, node)
    except ScopeError:
        return None


class Sized:
    """A record that stands for its `degree` where a number is asked for.

    That is in ``float(record)``, in comparisons and in differences.

    Examples
    --------
    >>> import cid
    >>> d = cid.CID.parse("D -> X -> U", decisions="D", utilities="U")
    >>> s = cid.SCIM(d, {"D": (0, 1)}, {"X": lambda D: D, "U": lambda X: 3 * X})
    >>> found = cid.instrumental_control(s, "D", "X")
    >>> float(found), found > 2, found == 3, abs(found - 3)
    (3.0, True, True, Fraction(0, 1))
    """

    degree: Any

    def __float__(self) -> float:
        return float(self.degree)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Number):
            return bool(self.degree == other)
        if type(other) is not type(self):
            return NotImplemented
        mine = fields(self)  # type: ignore[arg-type]
        return all(getattr(self, x.name) == getattr(other, x.name) for x in mine)

    def __hash__(self) -> int:
        return hash(self.degree)

    def __lt__(self, other: Any) -> bool:
        return bool(self.degree < _degree_of(other))

    def __le__(self, other: Any) -> bool:
        return bool(self.degree <= _degree_of(other))

    def __gt__(self, other: Any) -> bool:
        return bool(self.degree > _degree_of(other))

    def __ge__(self, other: Any) -> bool:
        return bool(self.degree >= _degree_of(other))

    def __sub__(self, other: Any) -> Any:
        return self.degree - _degree_of(other)

    def __rsub__(self, other: Any) -> Any:
        return other - self.degree


def _degree_of(other: Any) -> Any:
    return other.degree if isinstance(other, Sized) else other


@dataclass(frozen=True, eq=False)
class Incentive(Sized):
    """An incentive of one decision, in one model.

    Attributes
    ----------
    concept : str
        Key of the criterion, one of :data:`cid.CONCEPTS`.
    decision, node : str
        The pair.
    has : bool
        Does this model have the incentive, by its definition? Also the truth value of the record.
    degree : Fraction or float
        How strongly; what it measures is said by the function that computes it.
    finding : Finding or None
        What the diagram alone says; None where no theorem covers it.
    """

    concept: str
    decision: str
    node: str
    has: bool
    degree: Any
    finding: Finding | None = field(repr=False)

    def __bool__(self) -> bool:
        return self.has

    @property
    def admits(self) -> bool | None:
        """Does the diagram admit the incentive? None where no theorem says."""
        return None if self.finding is None else self.finding.holds

    def __str__(self) -> str:
        about = CONCEPTS[self.concept]
        said = {
            True: "The diagram admits",
            False: "The diagram does not admit",
            None: "No theorem says whether the diagram admits",
        }[self.admits]
        has = f"has it, to the degree {self.degree}" if self.has else "does not have it"
        return (
            f"{said} {about.name} of {self.decision} {about.preposition} {self.node}; "
            f"this model {has}."
        )


def gain(after: Any, before: Any) -> Any:
    """Return a difference that cannot be negative; in floating point rounding is taken off."""
    gain = after - before
    if isinstance(gain, float) and gain <= TIE * max(abs(after), abs(before)):
        return 0.0
    return gain
