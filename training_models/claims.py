"""What is claimed of an arm, before any seed is trained.

A :class:`Claim` is a per-seed measure of one arm, the smallest effect that counts (``delta``), and
the predicted verdict. :mod:`training_models.predict` makes them.

The margin is a tenth of the effect that the claim is about: of `expected`, of `target`, or of
``margin_of`` where the effect is that of another arm. Any other margin says why,
``margin_reason=``.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any

from cid.errors import did_you_mean
from training_models.errors import CaseError
from training_models.kinds import BASES, Basis, Kind, judge, kind_of
from training_models.verdict import Verdict
from training_models.words import number

__all__ = ["Claim", "Decisive", "check_claims", "requirement_order"]


@dataclass(frozen=True)
class Decisive:
    """The formal verdict behind a claim, as plain data.

    Attributes
    ----------
    concept, decision, node : str
        Which criterion was asked about which pair of nodes.
    holds : bool
        Its answer.
    sentence : str
        Answer and evidence in words.
    theorem, reference, scope : str
        The criterion, where it is proved, and where it holds.
    silent : str
        What the answer leaves open.
    notes : tuple of str
        Conditions under which it is to be read in this diagram.
    path_nodes : tuple of str
        The path that decides, in order; empty when the answer is no.
    path_edges : tuple of (str, str)
        Its edges, in the direction in which the diagram has them.
    """

    concept: str
    decision: str
    node: str
    holds: bool
    sentence: str = ""
    theorem: str = ""
    reference: str = ""
    scope: str = ""
    silent: str = ""
    notes: tuple[str, ...] = ()
    path_nodes: tuple[str, ...] = ()
    path_edges: tuple[tuple[str, str], ...] = ()

    @property
    def predicts(self) -> Verdict:
        """What follows for a measure of the variable."""
        return Verdict.PRESENT if self.holds else Verdict.ABSENT


@dataclass(frozen=True)
class Claim:
    """A pre-registered statement about one per-seed measure of one arm.

    The *effect* of a seed is ``measure - target``. PRESENT means the mean effect exceeds `delta`;
    ABSENT means it lies inside (-delta, delta). With ``delta == 0`` a claim of absence is exact:
    ABSENT iff every value is the target.

    Attributes
    ----------
    name : str
        Unique in the case, such as ``"reinforce steering"``.
    kind : str
        What sort of claim it is; a name in :data:`training_models.kinds.KINDS`.
    arm, measure : str
        Which arm, and which of the measures that `train` returns.
    predicted : Verdict
        PRESENT or ABSENT, computed from the graphs or from a closed form.
    delta : float
        Smallest effect that counts, in units of the measure.
    target : float
        Subtracted from the measure.
    because : str
        Why it is predicted, in words: path, closed form.
    statement : str
        What is claimed, in words, for tables.
    finding : Decisive or None
        The formal verdict behind an incentive or impact claim.
    requires : tuple of str
        Claims of the same case (positive and competence controls) that must come out as predicted;
        otherwise this one is INCONCLUSIVE.
    expected : float or None
        The exact effect at the optimum where a closed form gives it: shown in figures.
    margin_of : float or None
        The effect of which `delta` is a tenth, where that is neither `expected` nor `target`.
    margin_reason : str
        Why the margin is something else.
    tests : {"training", "world", "construction"} or None
        What could contradict the claim; None for what is usual for its kind.
    """

    name: str
    kind: str
    arm: str
    measure: str
    predicted: Verdict
    delta: float
    target: float = 0.0
    because: str = ""
    statement: str = ""
    finding: Decisive | None = None
    requires: tuple[str, ...] = ()
    expected: float | None = None
    margin_of: float | None = None
    margin_reason: str = ""
    tests: Basis | None = None

    def __post_init__(self) -> None:
        for key in ("delta", "target", "expected", "margin_of"):  # read back as written
            value = getattr(self, key)
            if isinstance(value, Real) and not isinstance(value, bool):
                object.__setattr__(self, key, float(value))
        object.__setattr__(self, "requires", tuple(self.requires))

    @property
    def sort(self) -> Kind:
        """The record of the claim's kind."""
        return kind_of(self.kind)

    @property
    def exact(self) -> bool:
        """Whether absence means that every seed gives the target itself."""
        return self.sort.has_margin and self.delta == 0

    @property
    def basis(self) -> Basis:
        """What could contradict the claim; see :mod:`training_models.kinds`."""
        by_construction = self.exact and self.predicted is Verdict.ABSENT
        return self.tests or ("construction" if by_construction else self.sort.basis)

    @property
    def prediction(self) -> str:
        """What is predicted, in the words of the kind of claim."""
        return self._fill(self.sort.predicts[self.predicted is Verdict.ABSENT])

    @property
    def margin(self) -> str:
        """What the measure is compared with, as shown in tables."""
        return self._fill(self.sort.margin)

    @property
    def resolution(self) -> float | None:
        """The size of differences that matter: the margin, or a tenth of the bar."""
        return (self.delta if self.sort.has_margin else 0.1 * abs(self.target)) or None

    def _fill(self, text: str) -> str:
        return text.format(
            target=number(self.target),
            delta=number(self.delta),
            share=number(100 * self.target),
        )

    def registered(self) -> dict[str, Any]:
        """Return what is fixed before training, as plain data."""
        data = {field.name: getattr(self, field.name) for field in dataclasses.fields(Claim)}
        finding = None if self.finding is None else dataclasses.asdict(self.finding)
        return {**data, "predicted": str(self.predicted), "finding": finding}


def check_claims(claims: Sequence[Claim], arms: Iterable[str]) -> None:
    """Check that claims are well formed, named once, and refer to known arms and claims.

    Raises
    ------
    CaseError
        Naming the claim and the mend.
    """
    known_arms = list(arms)
    by_name: dict[str, Claim] = {}
    if not claims:
        raise CaseError("There are no claims. An experiment registers at least one.")
    for claim in claims:
        if claim.name in by_name:
            raise CaseError(f"Two claims are named {claim.name!r}. Give one of them `name=`.")
        if claim.arm not in known_arms:
            raise CaseError(
                f"The claim {claim.name!r} is about the arm {claim.arm!r}, which does not exist."
                f"{did_you_mean(claim.arm, known_arms)}"
            )
        _check_one(claim)
        by_name[claim.name] = claim
    for claim in claims:
        for other in claim.requires:
            if other not in by_name:
                raise CaseError(
                    f"The claim {claim.name!r} requires {other!r}, which is no claim of this case."
                    f"{did_you_mean(other, by_name)}"
                )
    requirement_order(claims)


def _check_one(claim: Claim) -> None:
    if claim.predicted not in (Verdict.PRESENT, Verdict.ABSENT):
        raise CaseError(
            f"The claim {claim.name!r} predicts {claim.predicted!s}; only PRESENT and ABSENT can "
            "be contradicted."
        )
    if claim.tests is not None and claim.tests not in BASES:
        raise CaseError(
            f"The claim {claim.name!r} has tests={claim.tests!r}."
            f"{did_you_mean(str(claim.tests), BASES)}"
        )
    try:
        judge([0.0, 1.0], claim.delta, claim.target, claim.kind)
    except (CaseError, TypeError) as error:
        raise CaseError(f"The claim {claim.name!r} is not well formed. {error}") from error
    if not claim.sort.has_margin or claim.delta == 0 or claim.margin_reason:
        return
    effects = (claim.margin_of, claim.expected, claim.target)
    effect = next((abs(each) for each in effects if each), 0.0)
    if not math.isclose(claim.delta, 0.1 * effect, rel_tol=1e-6):
        of = f"{number(effect)}, the effect that it is about" if effect else "any effect"
        raise CaseError(
            f"The margin {number(claim.delta)} of the claim {claim.name!r} is not a tenth of {of}. "
            "Choose a tenth, name the effect with margin_of=, or say why with margin_reason=."
        )


def requirement_order(claims: Sequence[Claim]) -> list[str]:
    """Return claim names so that each comes after those it requires."""
    order: list[str] = []
    waiting = {claim.name: set(claim.requires) for claim in claims}
    while waiting:
        ready = [name for name, needs in waiting.items() if needs <= set(order)]
        if not ready:
            loop = ", ".join(repr(name) for name in waiting)
            raise CaseError(f"These claims require each other in a circle: {loop}.")
        order += ready
        for name in ready:
            del waiting[name]
    return order
