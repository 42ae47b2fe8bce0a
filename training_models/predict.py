"""Claims computed from an arm's graphs, and claims of closed forms, competence and identities.

What the theory says about an arm is *computed*: :func:`incentive` asks the instrumental control
incentive criterion of the objective graph, :func:`impact` asks of the physical graph whether there
is a side effect, and the answer is what is predicted.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import cid
from training_models.claims import Claim, Decisive
from training_models.errors import CaseError
from training_models.kinds import Basis, kind_of
from training_models.verdict import Verdict
from training_models.words import number

__all__ = [
    "Arm",
    "accuracy",
    "closed_form",
    "decisive",
    "exactly_zero",
    "fraction",
    "impact",
    "incentive",
]

Role = Literal["full", "cut", "null", "control"]


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
            _ = self.pair
        except cid.DiagramError as error:
            raise cid.DiagramError(f"The arm {self.slug!r}: {error}") from None

    @property
    def pair(self) -> cid.GraphPair:
        """Both graphs, checked."""
        return cid.GraphPair(self.physical, self.objective)


def decisive(finding: cid.Finding) -> Decisive:
    """Return a finding as plain data."""
    return Decisive(
        concept=finding.concept,
        decision=finding.decision,
        node=finding.node,
        holds=bool(finding),
        sentence=str(finding),
        theorem=finding.theorem,
        reference=finding.reference,
        scope=finding.scope,
        silent=finding.about.silent if finding.proven else "",
        notes=tuple(finding.notes),
        path_nodes=tuple(finding.path_nodes),
        path_edges=tuple((tail, head) for tail, head in finding.path_edges),
    )


# ---- claims that the graphs make ---------------------------------------------------------------


def _read(
    kind: str, arm: Arm, decision: str, variable: str, measure: str, statement: str, **fields: Any
) -> Claim:
    """Ask the criterion of a kind about an arm's graph, and claim its answer."""
    sort = kind_of(kind)
    assert sort.asks is not None
    finding = decisive(sort.asks(arm.pair, decision, variable))
    if not finding.holds and fields["expected"] is None:
        fields["expected"] = 0.0
    return Claim(
        name=fields.pop("name") or f"{arm.slug} {measure}",
        kind=kind,
        arm=arm.slug,
        measure=measure,
        predicted=finding.predicts,
        because=finding.sentence,
        statement=statement,
        finding=finding,
        **fields,
    )


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
    margin_of: float | None = None,
    margin_reason: str = "",
    tests: Basis | None = None,
) -> Claim:
    """Claim what the instrumental control incentive criterion says of the arm's objective graph.

    Parameters
    ----------
    expected : float, optional
        Exact effect at the optimum. A diagram that *admits* an incentive need not *have* one in
        this parameterisation, so a PRESENT prediction needs an expected effect above `delta`.

    Raises
    ------
    CaseError
        If PRESENT is predicted and `expected` is missing or does not exceed `delta`.
    """
    claim = _read(
        "incentive",
        arm,
        decision,
        variable,
        measure,
        statement or f"{decision} is chosen for its effect on {variable}",
        delta=delta,
        expected=expected,
        requires=tuple(requires),
        name=name,
        margin_of=margin_of,
        margin_reason=margin_reason,
        tests=tests,
    )
    if claim.predicted is Verdict.ABSENT:
        return dataclasses.replace(claim, expected=0.0)
    if expected is None or expected <= delta:
        raise CaseError(
            f"The objective graph of {arm.slug!r} admits an incentive on {variable!r}, but the "
            f"expected effect {expected!r} does not exceed delta={delta!r}. Admitting is not "
            "having: claim the closed form instead, or choose a parameterisation with a degree "
            "above delta."
        )
    return claim


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
    margin_of: float | None = None,
    margin_reason: str = "",
    tests: Basis | None = None,
) -> Claim:
    """Claim what the impact criterion says of the arm's *physical* graph: a side effect or none?

    The objective graph says whether the decision is chosen for anything at all.
    """
    return _read(
        "impact",
        arm,
        decision,
        variable,
        measure,
        statement or f"{decision} changes {variable}",
        delta=delta,
        expected=expected,
        requires=tuple(requires),
        name=name,
        margin_of=margin_of,
        margin_reason=margin_reason,
        tests=tests,
    )


# ---- claims of other kinds ---------------------------------------------------------------------


def closed_form(
    arm: Arm,
    measure: str,
    target: float,
    *,
    within: float,
    because: str,
    name: str | None = None,
    statement: str = "",
    requires: Sequence[str] = (),
    margin_of: float | None = None,
    margin_reason: str = "",
    tests: Basis | None = None,
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
        statement=statement or f"{measure} is {number(target)}",
        requires=tuple(requires),
        expected=0.0,
        margin_of=margin_of,
        margin_reason=margin_reason,
        tests=tests,
    )


def accuracy(
    arm: Arm,
    measure: str,
    *,
    above: float,
    because: str,
    name: str | None = None,
    statement: str = "",
    requires: Sequence[str] = (),
    tests: Basis | None = None,
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
        statement=statement or f"{measure} exceeds {number(above)}",
        requires=tuple(requires),
        tests=tests,
    )


def exactly_zero(
    arm: Arm,
    measure: str,
    *,
    because: str,
    name: str | None = None,
    statement: str = "",
    requires: Sequence[str] = (),
    tests: Basis | None = None,
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
        statement=statement or f"{measure} is zero",
        requires=tuple(requires),
        expected=0.0,
        tests=tests,
    )


def fraction(
    arm: Arm,
    measure: str,
    *,
    above: float,
    because: str,
    name: str | None = None,
    statement: str = "",
    requires: Sequence[str] = (),
    tests: Basis | None = None,
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
        statement=statement or f"{measure} in more than {number(100 * above)} % of seeds",
        requires=tuple(requires),
        tests=tests,
    )
