"""Trained networks against the theorems: does an agent pursue what its diagram says it may?

:mod:`cid` reads incentives off a causal influence diagram. This package asks whether a trained
network has them. An experiment (:class:`Case`) is one small world and one learner, trained in
several *arms*. An arm draws its training process twice over the same variables:

- the **physical graph** says what changes what in the world,
- the **objective graph** keeps the edges that the optimiser's credit crosses: a gradient, a
  score-function term, a selection pressure.

Stop-gradient, teacher forcing, replay, erasure and LCDT all keep a physical edge and delete its
twin in the objective graph. The theory says what should then follow. An instrumental control
incentive is read on the objective graph, a side effect on the physical one, and both become
:class:`Claim` objects *before* any seed is trained: a measure, the smallest effect that counts, and
a predicted :class:`Verdict`.

Verdicts have three values. PRESENT: the effect exceeds the margin. ABSENT: the effect lies inside
the margin, by an equivalence test; failing to find an effect is not finding its absence. Otherwise
INCONCLUSIVE, and the report says why. All hypotheses of a run share one correction
(:mod:`training_models.stats`), seeds below 1000 are for tuning only, and the digest of everything
that was registered stands in the result file.

Examples
--------
What there is, and one experiment, from the diagram to the verdict::

    import training_models as tm

    tm.list_cases()
    case = tm.load_case("self_fulfilling")
    print(case.about)
    report = case.run(seeds=16, fast=True)     # a progress bar, some seconds
    print(report)                              # predicted against measured, in words
    report.verdict, report.contradicted
    report.save("self_fulfilling.json")
    tm.Report.load("self_fulfilling.json") == report

Many at once, on all cores, resumable; the shell command ``python -m training_models run --all``
does the same::

    done = tm.run(tm.list_cases(), fast=True, out="results")
    done.to_frame()

An experiment of your own is one file with a module-level ``CASE``; load it by its path,
``tm.load_case("my_case.py")``. :mod:`training_models.case` says what goes into it.
"""

from training_models import figures, html
from training_models.case import (
    Arm,
    Case,
    Claim,
    accuracy,
    closed_form,
    exactly_zero,
    fraction,
    impact,
    incentive,
)
from training_models.errors import CaseError, ResultError
from training_models.flip import Flip, flip_test
from training_models.report import Report
from training_models.results import Result
from training_models.run import Run, run
from training_models.scan import list_cases, load_case
from training_models.stats import Estimate, Test, estimate, holm, judge
from training_models.verdict import Verdict

__all__ = [
    "Arm",
    "Case",
    "CaseError",
    "Claim",
    "Estimate",
    "Flip",
    "Report",
    "Result",
    "ResultError",
    "Run",
    "Test",
    "Verdict",
    "accuracy",
    "closed_form",
    "estimate",
    "exactly_zero",
    "figures",
    "flip_test",
    "fraction",
    "holm",
    "html",
    "impact",
    "incentive",
    "judge",
    "list_cases",
    "load_case",
    "run",
]
