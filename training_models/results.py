"""What became of a claim: its estimate, its corrected p-values, and the verdict in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from cid.errors import did_you_mean
from training_models.errors import CaseError
from training_models.stats import ALPHA, MIN_SEEDS, Estimate, Test, estimate, holm, judge
from training_models.verdict import Verdict

__all__ = ["Decisive", "Result", "check_claims", "evaluate", "hypotheses"]

Values = Mapping[str, Mapping[str, Sequence[float]]]
"""``{arm: {measure: one value per seed}}``."""


@dataclass(frozen=True)
class Decisive:
    """The formal verdict behind a claim, as plain data.

    Attributes
    ----------
    concept, decision, node : str
        Which criterion was asked about which pair of nodes.
    holds : bool
        Its answer.
    path_nodes : tuple of str
        The path that decides, in order; empty when the answer is no.
    path_edges : tuple of (str, str)
        Its edges, in the direction in which the diagram has them.
    """

    concept: str
    decision: str
    node: str
    holds: bool
    path_nodes: tuple[str, ...] = ()
    path_edges: tuple[tuple[str, str], ...] = ()


class ClaimLike(Protocol):
    """The registered part of a claim; both ``Claim`` and :class:`Result` have it."""

    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def arm(self) -> str: ...
    @property
    def measure(self) -> str: ...
    @property
    def predicted(self) -> Verdict: ...
    @property
    def delta(self) -> float: ...
    @property
    def target(self) -> float: ...
    @property
    def because(self) -> str: ...
    @property
    def statement(self) -> str: ...
    @property
    def requires(self) -> tuple[str, ...]: ...
    @property
    def expected(self) -> float | None: ...


@dataclass(frozen=True)
class Result:
    """A claim together with what the seeds say about it.

    Attributes
    ----------
    name, kind, arm, measure, predicted, delta, target, because, statement, requires, expected
        As registered in the claim.
    finding : Decisive or None
        The formal verdict from which `predicted` was computed.
    estimate : Estimate
        The effect, ``measure - target``.
    test : Test
        p-value of each hypothesis, not corrected.
    holm : Test
        The same after Holm's correction over all hypotheses of the run.
    verdict : Verdict
        PRESENT, ABSENT or INCONCLUSIVE.
    agrees : bool or None
        Whether the prediction came out; None when the experiment cannot tell.
    reversed : bool
        An effect beyond the margin in the direction opposite to the registered one was shown.
    why_inconclusive : str
        What stands in the way of a verdict; empty when there is one.
    """

    name: str
    kind: str
    arm: str
    measure: str
    predicted: Verdict
    delta: float
    target: float
    because: str
    statement: str
    requires: tuple[str, ...]
    expected: float | None
    finding: Decisive | None
    estimate: Estimate
    test: Test
    holm: Test
    verdict: Verdict
    agrees: bool | None
    reversed: bool = False
    why_inconclusive: str = ""

    @property
    def margin(self) -> str:
        """What the measure is compared with, as shown in tables."""
        match self.kind:
            case "identity":
                return f"= {self.target:g}"
            case "competence":
                return f"> {self.target:.4g}"
            case "fraction":
                return f"> {self.target:.0%} of seeds"
            case _:
                centre = "" if self.target == 0 else f"{self.target:.4g} "
                return f"{centre}±{self.delta:.3g}"

    @property
    def measured(self) -> str:
        """Mean of the measure (not less the target) with its interval, as shown in tables."""
        e, form = self.estimate, ".4g" if self.kind == "closed form" else ".3g"
        if self.kind in ("incentive", "impact") and self.target == 0:
            form = "+" + form
        mean = f"{e.mean + self.target:{form}}"
        if e.low is None or e.high is None:
            return mean
        return f"{mean} [{e.low + self.target:{form}}, {e.high + self.target:{form}}]"

    def in_words(self) -> str:
        """Return hypothesis, effect, interval, margin and verdict as one sentence."""
        what = f"{self.measure} is {self.measured} (95 % interval, {self.estimate.n} seeds), "
        if self.verdict is Verdict.INCONCLUSIVE:
            what += f"but {self.why_inconclusive}"
        else:
            what += self._against_margin()
        if self.agrees is None:
            outcome = f"{self.predicted} was predicted"
        elif self.agrees:
            outcome = "as predicted"
        else:
            outcome = f"this contradicts the prediction {self.predicted}"
        return f'"{self.statement or self.name}" is {self.verdict}: {what}; {outcome}.'

    def _against_margin(self) -> str:
        present = self.verdict is Verdict.PRESENT
        match self.kind:
            case "identity":
                return f"{'not ' if present else ''}exactly {self.target:g} in every seed"
            case "competence":
                return f"{'above' if present else 'not above'} the threshold {self.target:.4g}"
            case "fraction":
                side = "more" if present else "not more"
                return f"so {side} than {self.target:.0%} of all seeds"
            case "closed form":
                side = "farther than" if present else "within"
                return f"{side} {self.delta:.3g} from the closed form {self.target:.6g}"
            case _:
                side = "beyond" if present else "inside"
                if self.reversed:
                    side = "in the direction opposite to the registered one and beyond"
                return f"{side} the margin {self.margin}"


def check_claims(claims: Sequence[ClaimLike], arms: Iterable[str]) -> None:
    """Check that claims are named once, refer to known arms, and require known claims acyclically.

    Raises
    ------
    CaseError
        Naming the claim and the mend.
    """
    known_arms = list(arms)
    by_name: dict[str, ClaimLike] = {}
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
        if claim.predicted not in (Verdict.PRESENT, Verdict.ABSENT):
            raise CaseError(
                f"The claim {claim.name!r} predicts {claim.predicted!s}; only PRESENT and ABSENT "
                "can be contradicted."
            )
        try:
            judge([0.0, 1.0], claim.delta, claim.target, claim.kind)
        except (CaseError, TypeError) as error:
            raise CaseError(f"The claim {claim.name!r} is not well formed. {error}") from error
        by_name[claim.name] = claim
    for claim in claims:
        for other in claim.requires:
            if other not in by_name:
                raise CaseError(
                    f"The claim {claim.name!r} requires {other!r}, which is no claim of this case."
                    f"{did_you_mean(other, by_name)}"
                )
    _requirement_order(claims)


def _requirement_order(claims: Sequence[ClaimLike]) -> list[str]:
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


def hypotheses(claims: Sequence[ClaimLike], measures: Values) -> tuple[float, ...]:
    """Return the uncorrected p-values that these claims contribute to the family of a run."""
    return tuple(
        p
        for claim in claims
        for p in judge(
            measures[claim.arm][claim.measure], claim.delta, claim.target, claim.kind
        ).p_values
    )


def evaluate(
    claims: Sequence[ClaimLike], measures: Values, others: Sequence[float] = ()
) -> tuple[Result, ...]:
    """Judge all claims of one case.

    Parameters
    ----------
    claims : sequence of Claim or Result
        What was registered.
    measures : mapping
        ``{arm: {measure: one value per seed}}``.
    others : sequence of float
        p-values of the hypotheses of the other cases in the same run: Holm's correction is over
        all of them.

    Returns
    -------
    tuple of Result
        In the order of `claims`.
    """
    tests = [
        judge(measures[claim.arm][claim.measure], claim.delta, claim.target, claim.kind)
        for claim in claims
    ]
    own = [p for test in tests for p in test.p_values]
    corrected = iter(holm([*own, *others])[: len(own)])
    results: dict[str, Result] = {}
    for claim, test in zip(claims, tests, strict=True):
        adjusted = Test(test.n, *(next(corrected) for _ in test.p_values))
        values = measures[claim.arm][claim.measure]
        results[claim.name] = _decide(claim, values, test, adjusted, len(own) + len(others))
    for name in _requirement_order(claims):
        results[name] = _hold_to_controls(results[name], results)
    return tuple(results[claim.name] for claim in claims)


def _decide(
    claim: ClaimLike, values: Sequence[float], test: Test, adjusted: Test, family: int
) -> Result:
    verdict, why = Verdict.INCONCLUSIVE, ""
    opposite = adjusted.reversed is not None and adjusted.reversed <= ALPHA
    if test.n < MIN_SEEDS:
        opposite = False
        why = (
            f"all {len(values)} seeds gave the same number, which counts as one seed"
            if test.n < MIN_SEEDS <= len(values)
            else f"{test.n} seeds are too few for a claim; use {MIN_SEEDS} or more"
        )
    elif adjusted.present <= ALPHA:
        verdict = Verdict.PRESENT
    elif adjusted.absent <= ALPHA:
        verdict = Verdict.ABSENT
    elif opposite and claim.predicted is Verdict.ABSENT:
        verdict = Verdict.PRESENT  # a prediction of absence is contradicted on either side
    elif opposite:
        why = "the effect lies beyond the margin in the direction opposite to the registered one"
    else:
        why = _why_undecided(test, adjusted, family)
    agrees = False if opposite else None if why else verdict is claim.predicted
    return Result(
        name=claim.name,
        kind=claim.kind,
        arm=claim.arm,
        measure=claim.measure,
        predicted=claim.predicted,
        delta=float(claim.delta),
        target=float(claim.target),
        because=claim.because,
        statement=claim.statement,
        requires=tuple(claim.requires),
        expected=None if claim.expected is None else float(claim.expected),
        finding=_decisive(getattr(claim, "finding", None)),
        estimate=estimate(values, claim.target, claim.kind),
        test=test,
        holm=adjusted,
        verdict=verdict,
        agrees=agrees,
        reversed=opposite,
        why_inconclusive=why,
    )


SECOND_LOOK = "a second look counts only if it was registered with its share of alpha"


def _why_undecided(test: Test, adjusted: Test, family: int) -> str:
    best, corrected = min(zip(test.p_values, adjusted.p_values, strict=True))
    if best <= ALPHA:
        return (
            f"p = {best:.2g} becomes {corrected:.2g} by Holm's correction for the {family} "
            f"hypotheses of the run; {SECOND_LOOK}"
        )
    return (
        "the interval reaches across the margin (p = "
        f"{test.present:.2g} for present, {test.absent:.2g} for absent); {SECOND_LOOK}"
    )


def _hold_to_controls(result: Result, results: Mapping[str, Result]) -> Result:
    """Withdraw a verdict whose positive or competence control did not come out."""
    failed = [results[name] for name in result.requires if results[name].agrees is not True]
    if not failed or result.estimate.n < MIN_SEEDS:
        return result
    control = failed[0]
    return replace(
        result,
        verdict=Verdict.INCONCLUSIVE,
        agrees=None,
        reversed=False,
        why_inconclusive=(
            f"its control {control.name!r} came out {control.verdict}, not {control.predicted} as "
            "it must for this claim to mean anything"
        ),
    )


def _decisive(finding: Any) -> Decisive | None:
    if finding is None or isinstance(finding, Decisive):
        return finding
    return Decisive(
        concept=str(finding.concept),
        decision=str(finding.decision),
        node=str(finding.node),
        holds=bool(finding),
        path_nodes=tuple(finding.path_nodes),
        path_edges=tuple((tail, head) for tail, head in finding.path_edges),
    )
