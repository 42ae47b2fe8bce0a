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
that was registered stands in the result file (:mod:`training_models.registration`).

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

All public names are here; ``__init__.pyi`` lists where each is defined, and it is loaded when it is
first used: ``python -m training_models list`` needs no torch.
"""

from typing import Any

import lazy_loader

from training_models.errors import missing_extra

_load, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)


def __getattr__(name: str) -> Any:
    try:
        return _load(name)
    except ModuleNotFoundError as error:
        raise missing_extra(error) from error
