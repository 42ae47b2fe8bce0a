"""One experiment, once: train every arm, judge every claim, leave no files."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from training_models.plan import Experiment, Plan, make_plan
from training_models.report import Report
from training_models.runner.pool import check_device, check_jobs, train
from training_models.runner.units import Outcome, Unit, merge, units_of

__all__ = ["by_arm", "report_of", "run_once"]


def by_arm(trained: Iterable[tuple[Unit, Outcome]]) -> dict[str, Outcome]:
    """Return the outcomes of one plan's units by arm, its blocks of seeds put together."""
    blocks: dict[str, list[Outcome]] = {}
    for unit, outcome in trained:
        blocks.setdefault(unit.arm, []).append(outcome)
    return {arm: merge(parts) for arm, parts in blocks.items()}


def report_of(
    plan: Plan, outcomes: dict[str, Outcome], device: str, others: Sequence[float] = ()
) -> Report:
    """Judge the claims of a plan on what its arms gave."""
    return plan.report(
        {arm: outcome.measures for arm, outcome in outcomes.items()},
        {arm: outcome.untrained for arm, outcome in outcomes.items() if outcome.untrained},
        sum(outcome.seconds for outcome in outcomes.values()),
        device,
        others,
    )


def run_once(
    case: Experiment,
    seeds: int | Iterable[int] = 16,
    *,
    fast: bool = False,
    device: str = "cpu",
    jobs: int | None = 1,
    progress: bool = True,
) -> Report:
    """Train one experiment and return its report; see :meth:`training_models.Case.run`."""
    plan = make_plan(case, seeds, fast)
    where, processes = check_device(device), check_jobs(jobs)
    with tempfile.TemporaryDirectory() as folder:
        units = units_of(plan, where, Path(folder), keep=False)
        outcomes = train(units, Path(folder), processes, progress)
    return report_of(plan, by_arm(zip(units, outcomes, strict=True)), where)
