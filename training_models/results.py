"""What became of a claim: its estimate, its corrected p-values, and the verdict in words."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from training_models.claims import Claim, requirement_order
from training_models.kinds import estimate, judge
from training_models.samples import deviating_seeds, effective_seeds
from training_models.stats import ALPHA, MIN_SEEDS, Estimate, Test, holm
from training_models.verdict import Verdict
from training_models.words import interval, number, spaced

__all__ = ["Result", "Values", "evaluate", "hypotheses"]

Values = Mapping[str, Mapping[str, Sequence[float]]]
"""``{arm: {measure: one value per seed}}``."""

SECOND_LOOK = "a second look counts only if it was registered with its share of alpha"


@dataclass(frozen=True, kw_only=True)
class Result(Claim):
    """A claim together with what the seeds say about it.

    Attributes
    ----------
    name, kind, arm, measure, predicted, delta, target, because, statement, finding, requires, \
expected, margin_of, margin_reason, tests
        As registered in the :class:`Claim`.
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
    untrained : float or None
        Mean of the measure over the same seeds with zero steps of training; None where the case
        does not say how to train for zero steps.
    already : str
        Of a claim that training could contradict, and that the untrained learner satisfies as
        well: what makes it say something all the same, or that nothing does. Empty otherwise.
    """

    estimate: Estimate
    test: Test
    holm: Test
    verdict: Verdict
    agrees: bool | None
    reversed: bool = False
    why_inconclusive: str = ""
    untrained: float | None = None
    already: str = ""

    @property
    def found(self) -> str:
        """The verdict in the words of the kind of claim, such as "present" or "on theory"."""
        if self.reversed:
            return "reversed"
        if self.verdict is Verdict.INCONCLUSIVE:
            return "inconclusive"
        return self.sort.found[self.verdict is Verdict.ABSENT]

    @property
    def verdict_in_words(self) -> str:
        """What was found, and what it was compared with."""
        if self.reversed:
            says = "the effect exceeds the margin in the direction opposite to the prediction"
        elif self.verdict is Verdict.INCONCLUSIVE:
            says = self.why_inconclusive
        else:
            says = self._fill(self.sort.says[self.verdict is Verdict.ABSENT])
        return f"{self.found}: {says}"

    @property
    def outcome(self) -> str:
        """Whether the prediction came out, with a sign that does not need colour."""
        if self.agrees and self.basis == "construction":
            return "✓ by construction"
        return {True: "✓ as predicted", False: "✗ contradicted", None: "? cannot tell"}[self.agrees]

    def mean(self, level: float = 0.0) -> str:
        """Return the mean of ``measure - target + level`` with its 95 % interval.

        With ``level=0`` it is the effect, with ``level=result.target`` the measure itself.
        """
        e = self.estimate
        low, high = (None if end is None else end + level for end in (e.low, e.high))
        return interval(e.mean + level, low, high, level == 0, self.resolution)

    @property
    def measured(self) -> str:
        """The measure, or for an incentive or impact its effect, with the 95 % interval."""
        return self.mean(0.0 if self.sort.signed else self.target)

    @property
    def before(self) -> str:
        """The measure of the untrained learner, as shown in tables; a tick where it would do."""
        if self.untrained is None:
            return "–"
        level = self.untrained - (self.target if self.sort.signed else 0.0)
        return number(level, sign=self.sort.signed) + (" ✓" if self.already else "")

    def in_words(self) -> str:
        """Return hypothesis, arm, effect, interval, margin and verdict as one sentence."""
        versus = self.margin
        compared = f", margin {versus}" if self.sort.has_margin and self.delta else ""
        if self.agrees is None:
            outcome = f"predicted was {self.prediction}"
        elif self.agrees:
            outcome = self.outcome[2:]
        else:
            outcome = f"this contradicts the prediction {self.prediction}"
        text = (
            f'"{self.statement or self.name}", arm {self.arm}: {spaced(self.measure)} is '
            f"{self.measured} (95 % interval, {self.estimate.n} seeds{compared}); "
            f"{self.verdict_in_words}; {outcome}."
        )
        return f"{text} {self.already}" if self.already else text


def hypotheses(claims: Sequence[Claim], measures: Values) -> tuple[float, ...]:
    """Return the uncorrected p-values that these claims contribute to the family of a run."""
    return tuple(p for claim in claims for p in _test(claim, measures).p_values)


def _test(claim: Claim, measures: Values) -> Test:
    return judge(measures[claim.arm][claim.measure], claim.delta, claim.target, claim.kind)


def evaluate(
    claims: Sequence[Claim],
    measures: Values,
    others: Sequence[float] = (),
    untrained: Values | None = None,
) -> tuple[Result, ...]:
    """Judge all claims of one case.

    Parameters
    ----------
    claims : sequence of Claim
        What was registered.
    measures : mapping
        ``{arm: {measure: one value per seed}}``.
    others : sequence of float
        p-values of the hypotheses of the other cases in the same run: Holm's correction is over
        all of them.
    untrained : mapping, optional
        The same measures with zero steps of training.

    Returns
    -------
    tuple of Result
        In the order of `claims`.
    """
    tests = [_test(claim, measures) for claim in claims]
    own = [p for test in tests for p in test.p_values]
    corrected = iter(holm([*own, *others])[: len(own)])
    different = {arm: effective_seeds(*given.values()) for arm, given in measures.items()}
    results: dict[str, Result] = {}
    for claim, test in zip(claims, tests, strict=True):
        adjusted = Test(test.n, *(next(corrected) for _ in test.p_values))
        values = np.asarray(measures[claim.arm][claim.measure], dtype=float)
        family = len(own) + len(others)
        results[claim.name] = _decide(claim, values, test, adjusted, family, different[claim.arm])
    for name in requirement_order(claims):
        results[name] = _hold_to_controls(results[name], results)
    before = {
        claim.name: np.asarray(untrained[claim.arm][claim.measure], dtype=float)
        for claim in claims
        if untrained and claim.measure in untrained.get(claim.arm, {})
    }
    return tuple(_beside_untrained(results[claim.name], results, before) for claim in claims)


def _decide(
    claim: Claim, values: np.ndarray, test: Test, adjusted: Test, family: int, different: int
) -> Result:
    verdict, why = Verdict.INCONCLUSIVE, ""
    opposite = adjusted.reversed is not None and adjusted.reversed <= ALPHA
    if few := _why_few(claim, values, test, different):
        opposite, why = False, few
    elif adjusted.present <= ALPHA:
        verdict = Verdict.PRESENT
    elif adjusted.absent <= ALPHA:
        verdict = Verdict.ABSENT
    elif opposite and claim.predicted is Verdict.ABSENT:
        verdict = Verdict.PRESENT  # a prediction of absence is contradicted on either side
    elif opposite:
        why = "the effect lies beyond the margin in the direction opposite to the registered one"
    else:
        why = _why_undecided(claim, values, test, adjusted, family)
    agrees = False if opposite else None if why else verdict is claim.predicted
    registered = {field.name: getattr(claim, field.name) for field in dataclasses.fields(Claim)}
    return Result(
        **registered,
        estimate=estimate(values, claim.target, claim.kind),
        test=test,
        holm=adjusted,
        verdict=verdict,
        agrees=agrees,
        reversed=opposite,
        why_inconclusive=why,
    )


def _why_few(claim: Claim, values: np.ndarray, test: Test, different: int) -> str:
    """Say why there are too few seeds, or nothing; seeds that are one computation count as one."""
    if values.size < MIN_SEEDS:
        return f"{values.size} seeds are too few for a claim; use {MIN_SEEDS} or more"
    if test.n < MIN_SEEDS:
        return f"all {values.size} seeds gave the same number, which counts as one seed"
    if different < MIN_SEEDS and not claim.exact:
        same = "one computation, which counts as one seed"
        return f"the {values.size} seeds of this arm are " + (
            same if different == 1 else f"{different} different computations: too few for a claim"
        )
    return ""


def _why_undecided(
    claim: Claim, values: np.ndarray, test: Test, adjusted: Test, family: int
) -> str:
    apart = int(deviating_seeds(values - claim.target, claim.delta).sum())
    if apart and min(test.p_values) == 1:
        verb = "seed stands" if apart == 1 else "seeds stand"
        return (
            f"{apart} {verb} far apart from the others, beyond the margin: no mean speaks for "
            "several basins"
        )
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
            f"its control {control.name!r} came out {control.found}, and must come out "
            f"{control.sort.found[control.predicted is Verdict.ABSENT]} for this claim to mean "
            "anything"
        ),
    )


def _satisfied(claim: Claim, before: Mapping[str, np.ndarray]) -> bool:
    values = before.get(claim.name)
    return values is not None and (
        claim.sort.region(values - claim.target, claim.delta) is claim.predicted
    )


def _beside_untrained(
    result: Result, results: Mapping[str, Result], before: Mapping[str, np.ndarray]
) -> Result:
    """Say what the untrained learner gives, and whether a claim needs training at all."""
    if result.name not in before:
        return result
    already = ""
    if result.basis == "training" and _satisfied(result, before):
        gates = [
            name
            for name in result.requires
            if results[name].arm == result.arm and not _satisfied(results[name], before)
        ]
        already = "An untrained learner satisfies this too; " + (
            f"what it fails, and this claim requires, is {gates[0]!r}."
            if gates
            else "nothing in this claim tells a trained learner from it."
        )
    return replace(result, untrained=float(before[result.name].mean()), already=already)
