"""What an experiment is: a diagram pair per arm, claims computed from it, and a training loop.

A :class:`Case` holds the physics of one small world fixed and trains the same learner in several
*arms*. Arms differ only in their objective graph (which edges the optimiser's credit crosses) or
in one named mechanism. Each arm names two diagrams from :mod:`cid.catalog`:

- the **physical graph**: A -> B iff setting A changes B in the world;
- the **objective graph**: the same less the edges that credit does not cross.

What the theory says about an arm is *computed* from these graphs by :func:`incentive` and
:func:`impact` and becomes a :class:`Claim`: a per-seed measure, the smallest effect that counts
(``delta``), and the predicted verdict. Claims are fixed before any seed is trained; their hash goes
into the result file.

Adding an experiment is adding one file to ``training_models/cases/`` with a module-level ``CASE``.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np

import cid
from training_models.verdict import Verdict

if TYPE_CHECKING:
    from training_models.report import Report

__all__ = [
    "Arm",
    "Case",
    "Claim",
    "Tick",
    "accuracy",
    "closed_form",
    "exactly_zero",
    "fraction",
    "impact",
    "incentive",
]

Role = Literal["full", "cut", "null", "control"]
Kind = Literal["incentive", "impact", "identity", "closed form", "competence", "fraction"]
Measures = Mapping[str, np.ndarray]
Tick = Callable[[int], None]
"""Called by a training loop with the number of steps just done; drives the progress bar."""


@dataclass(frozen=True)
class Arm:
    """One way to train in the case's world.

    Attributes
    ----------
    slug, title : str
        Identifier, and a name for tables and figures.
    physical, objective : CID
        What happens in the world, and what credit crosses.
    role : {"full", "cut", "null", "control"}
        Credit along every edge; a path through the variable removed from the objective; the
        variable's effect on utility switched off in the physics; any other control.
    note : str
        One sentence: what this arm does.

    Raises
    ------
    cid.DiagramError
        If the two graphs are no :class:`cid.GraphPair`.
    """

    slug: str
    title: str
    physical: cid.CID
    objective: cid.CID
    role: Role
    note: str = ""

    def __post_init__(self) -> None:
        try:
            cid.GraphPair(self.physical, self.objective)
        except cid.DiagramError as error:
            raise cid.DiagramError(f"The arm {self.slug!r}: {error}") from None


@dataclass(frozen=True)
class Claim:
    """A pre-registered statement about one per-seed measure of one arm.

    The *effect* of a seed is ``measure - target``. PRESENT means the mean effect exceeds `delta`;
    ABSENT means it lies inside (-delta, delta). With ``delta == 0`` the claim is an identity:
    ABSENT iff every value is exactly the target.

    Attributes
    ----------
    name : str
        Unique in the case, such as ``"reinforce steering"``.
    kind : str
        What sort of claim it is; decides how it is tested and worded.
    arm, measure : str
        Which arm, and which of the measures that `train` returns.
    predicted : Verdict
        PRESENT or ABSENT, computed from the graphs or from a closed form.
    delta : float
        Smallest effect that counts, in units of the measure.
    target : float
        Subtracted from the measure.
    because : str
        Why it is predicted, in words: theorem, path, closed form.
    statement : str
        What is claimed, in words, for tables.
    finding : Finding or None
        The formal verdict behind an incentive or impact claim.
    requires : tuple of str
        Claims of the same case (positive and competence controls) that must come out as predicted;
        otherwise this one is INCONCLUSIVE.
    expected : float or None
        The exact effect at the optimum where a closed form gives it: shown in figures.
    """

    name: str
    kind: Kind
    arm: str
    measure: str
    predicted: Verdict
    delta: float
    target: float = 0.0
    because: str = ""
    statement: str = ""
    finding: cid.Finding | None = field(default=None, compare=False)
    requires: tuple[str, ...] = ()
    expected: float | None = None


def _from_finding(finding: cid.Finding) -> Verdict:
    return Verdict.PRESENT if finding else Verdict.ABSENT


def incentive(
    arm: Arm,
    decision: str,
    variable: str,
    measure: str,
    *,
    delta: float,
    expected: float | None = None,
    requires: Sequence[str] = (),
    name: str | None = None,
    statement: str = "",
) -> Claim:
    """Claim what the instrumental control incentive criterion says of the arm's objective graph.

    Parameters
    ----------
    expected : float, optional
        Exact effect at the optimum. A diagram that *admits* an incentive need not *have* one in
        this parameterisation, so a PRESENT prediction needs an expected effect above `delta`.

    Raises
    ------
    ValueError
        If PRESENT is predicted and `expected` is missing or does not exceed `delta`.
    """
    finding = cid.admits_ici(arm.objective, decision, variable)
    if finding and (expected is None or expected <= delta):
        raise ValueError(
            f"The objective graph of {arm.slug!r} admits an incentive on {variable!r}, but the "
            f"expected effect {expected!r} does not exceed delta={delta!r}. Admitting is not "
            "having: claim the closed form instead, or choose a parameterisation with a degree "
            "above delta."
        )
    return Claim(
        name=name or f"{arm.slug} {measure}",
        kind="incentive",
        arm=arm.slug,
        measure=measure,
        predicted=_from_finding(finding),
        delta=delta,
        because=finding.explain(),
        statement=statement or f"{decision} is chosen for its effect on {variable}",
        finding=finding,
        requires=tuple(requires),
        expected=expected if finding else 0.0,
    )


def impact(
    arm: Arm,
    decision: str,
    variable: str,
    measure: str,
    *,
    delta: float,
    expected: float | None = None,
    requires: Sequence[str] = (),
    name: str | None = None,
    statement: str = "",
) -> Claim:
    """Claim what the impact criterion says of the arm's *physical* graph: a side effect or none?

    The objective graph says whether the decision is chosen for anything at all.
    """
    finding = cid.admits_impact(arm.physical, decision, variable, objective=arm.objective)
    return Claim(
        name=name or f"{arm.slug} {measure}",
        kind="impact",
        arm=arm.slug,
        measure=measure,
        predicted=_from_finding(finding),
        delta=delta,
        because=finding.explain(),
        statement=statement or f"{decision} changes {variable}",
        finding=finding,
        requires=tuple(requires),
        expected=expected,
    )


def closed_form(
    arm: Arm,
    measure: str,
    target: float,
    *,
    within: float,
    because: str,
    name: str | None = None,
    statement: str = "",
) -> Claim:
    """Claim that a measure equals its closed form up to `within` (an equivalence test)."""
    return Claim(
        name=name or f"{arm.slug} {measure}",
        kind="closed form",
        arm=arm.slug,
        measure=measure,
        predicted=Verdict.ABSENT,
        delta=within,
        target=float(target),
        because=because,
        statement=statement or f"{measure} differs from {target:.4g}",
        expected=0.0,
    )


def accuracy(
    arm: Arm,
    measure: str,
    *,
    above: float,
    because: str,
    name: str | None = None,
    statement: str = "",
) -> Claim:
    """Claim competence: the measure exceeds `above`, so that an absence means something."""
    return Claim(
        name=name or f"{arm.slug} {measure}",
        kind="competence",
        arm=arm.slug,
        measure=measure,
        predicted=Verdict.PRESENT,
        delta=0.0,
        target=float(above),
        because=because,
        statement=statement or f"{measure} exceeds {above:.4g}",
    )


def exactly_zero(
    arm: Arm,
    measure: str,
    *,
    because: str,
    name: str | None = None,
    statement: str = "",
    requires: Sequence[str] = (),
) -> Claim:
    """Claim an identity: the measure is exactly zero in every seed (no statistics needed)."""
    return Claim(
        name=name or f"{arm.slug} {measure}",
        kind="identity",
        arm=arm.slug,
        measure=measure,
        predicted=Verdict.ABSENT,
        delta=0.0,
        because=because,
        statement=statement or f"{measure} is non-zero",
        requires=tuple(requires),
        expected=0.0,
    )


def fraction(
    arm: Arm,
    measure: str,
    *,
    above: float,
    because: str,
    name: str | None = None,
    statement: str = "",
) -> Claim:
    """Claim that a 0/1 measure holds in more than a share `above` of seeds (Clopper-Pearson).

    For outcomes with several fixed points, where a mean over basins means nothing.
    """
    return Claim(
        name=name or f"{arm.slug} {measure}",
        kind="fraction",
        arm=arm.slug,
        measure=measure,
        predicted=Verdict.PRESENT,
        delta=0.0,
        target=float(above),
        because=because,
        statement=statement or f"{measure} in more than {above:.0%} of seeds",
    )


class Train(Protocol):
    """Train all seeds of one arm at once and return per-seed measures."""

    def __call__(
        self, arm: str, config: Any, seeds: Sequence[int], device: str, tick: Tick
    ) -> Measures:
        """Return {measure: array of shape (len(seeds),)}; call ``tick(n)`` after n steps."""
        ...


@dataclass(frozen=True)
class Case:
    """An experiment.

    Attributes
    ----------
    title, question : str
        For tables and pages; the question is answered yes (PRESENT) or no (ABSENT).
    decision, variable : str
        Node names in the arms' diagrams: who chooses, and through what.
    arms : tuple of Arm
        In the order in which they are shown.
    config, fast : frozen dataclass
        Every constant of the run; `fast` has fewer steps for ``--fast``.
    claims : callable
        ``claims(config) -> tuple[Claim, ...]``; the first one is the headline.
    steps : callable
        ``steps(arm_slug, config) -> int``: how many ticks training takes, for progress bars.
    train : Train
        The training loop.
    slug, about, source : str
        File name, module docstring and path, filled in by the folder scan.
    """

    title: str
    question: str
    decision: str
    variable: str
    arms: tuple[Arm, ...]
    config: Any
    fast: Any
    claims: Callable[[Any], tuple[Claim, ...]]
    steps: Callable[[str, Any], int]
    train: Train
    slug: str = ""
    about: str = ""
    source: str = ""

    def arm(self, slug: str) -> Arm:
        """Return the arm with this slug."""
        return {arm.slug: arm for arm in self.arms}[slug]

    def run(
        self,
        seeds: int | Sequence[int] = 16,
        fast: bool = False,
        device: str = "cpu",
        jobs: int | None = 1,
        progress: bool = True,
    ) -> Report:
        """Train every arm and judge every claim.

        Parameters
        ----------
        seeds : int or sequence of int
            A number n means seeds 1000 to 1000 + n - 1. Seeds below 1000 are for tuning: the
            report is marked exploratory.
        fast : bool
            Use the case's short configuration.
        device : str
            Any torch device.
        jobs : int or None
            Processes that train arms side by side; None for one per core. The numbers do not
            depend on it.
        progress : bool
            Show a progress bar on standard error.

        Returns
        -------
        Report

        Raises
        ------
        CaseError
            If the case is not well formed, an argument is wrong, or training fails.
        """
        from training_models.run import run_case

        return run_case(self, seeds, fast=fast, device=device, jobs=jobs, progress=progress)

    def preregistration(self, config: Any, seeds: Sequence[int]) -> dict[str, Any]:
        """Return everything that is fixed before training, as plain data."""
        return {
            "case": self.slug,
            "config": dataclasses.asdict(config),
            "seeds": [int(seed) for seed in seeds],
            "arms": [
                {
                    "slug": arm.slug,
                    "role": arm.role,
                    "physical": arm.physical.to_dict(),
                    "objective": arm.objective.to_dict(),
                }
                for arm in self.arms
            ],
            "claims": [
                {
                    "name": claim.name,
                    "kind": claim.kind,
                    "arm": claim.arm,
                    "measure": claim.measure,
                    "predicted": claim.predicted.value,
                    "delta": float(claim.delta),
                    "target": float(claim.target),
                    "requires": list(claim.requires),
                }
                for claim in self.claims(config)
            ],
        }

    def config_hash(self, config: Any, seeds: Sequence[int]) -> str:
        """Return a SHA-256 digest of the pre-registration."""
        text = json.dumps(self.preregistration(config, seeds), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()
