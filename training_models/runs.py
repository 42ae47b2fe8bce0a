"""Many experiments in one run: judged as one family, resumable, one result file each.

Every finished unit, an arm with a block of seeds, is written at once and atomically to
``OUT/.parts``. The same run started again takes it from there instead of training it: same
registration (its hash, which covers the source and torch, is in the file's name) and same device.
What a kill can cost is the units under way.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from training_models.case import Case
from training_models.errors import CaseError
from training_models.plan import Plan, make_plan
from training_models.report import Report
from training_models.results import Result, hypotheses
from training_models.runner.folder import check_in_the_way, prepare, read_part, write_report
from training_models.runner.once import by_arm, report_of
from training_models.runner.pool import check_device, check_jobs, train
from training_models.runner.units import Outcome, Unit, units_of
from training_models.scan import load_case
from training_models.seeds import seed_list
from training_models.tables import summary

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Run", "run"]


@dataclass(frozen=True)
class Run:
    """What one call of :func:`run` made.

    Attributes
    ----------
    reports : tuple of Report
        One per case, judged together: Holm's correction is over all of them.
    paths : tuple of Path
        Their files.
    trained, reused : int
        Units (an arm with a block of seeds) trained now, and taken from an earlier run that did
        not finish.
    seconds : float
        Wall-clock time.
    """

    reports: tuple[Report, ...]
    paths: tuple[Path, ...]
    trained: int
    reused: int
    seconds: float

    @property
    def contradicted(self) -> tuple[tuple[Report, Result], ...]:
        """Results that contradict what was predicted, each with its report."""
        return tuple((report, result) for report in self.reports for result in report.contradicted)

    def to_text(self) -> str:
        """Return the table of predicted against measured, and a summary."""
        return summary(self.reports)

    def __str__(self) -> str:
        return self.to_text()

    def _repr_html_(self) -> str:
        return "".join(report._repr_html_() for report in self.reports)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per claim as a :class:`pandas.DataFrame`."""
        import pandas as pd

        return pd.concat([report.to_frame() for report in self.reports], ignore_index=True)


def run(
    cases: str | Case | Iterable[str | Case],
    seeds: int | Iterable[int] = 16,
    *,
    fast: bool = False,
    jobs: int | None = None,
    out: str | os.PathLike[str] = "results",
    device: str = "cpu",
    progress: bool = True,
    fresh: bool = False,
) -> Run:
    """Train experiments, judge all their claims as one family, and write one file per case.

    Parameters
    ----------
    cases : str, Case, or several
        Slugs, paths ending in ``.py``, or loaded cases.
    seeds : int or sequence of int
        A number n means n seeds from 2000, or from 1000 if `fast`.
    fast : bool
        Use the cases' short configurations. Files are then named ``SLUG.fast.json``.
    jobs : int, optional
        Processes; one per core when None, or what :func:`joblib.parallel_config` says.
    out : path
        Folder for results; made if it is not there.
    device : str
        Any torch device.
    progress : bool
        Show a progress bar on standard error.
    fresh : bool
        Train every arm again instead of taking over those of an earlier run.

    Returns
    -------
    Run

    Raises
    ------
    CaseError
        If a case or an argument is wrong, or training fails.
    ResultError
        If a result file in the way cannot be read. Nothing is trained then, and the file is
        left as it is. A readable report with other numbers is renamed, never lost.
    """
    start = time.monotonic()
    given = list(cases) if isinstance(cases, Iterable) and not isinstance(cases, str) else [cases]
    if not given:
        raise CaseError("No case is named. list_cases() gives all of them.")
    loaded = [case if isinstance(case, Case) else load_case(case) for case in given]
    chosen = seed_list(seeds, fast=fast)
    plans = [make_plan(case, chosen, fast) for case in loaded]
    slugs = [plan.slug for plan in plans]
    if twice := [slug for slug in slugs if slugs.count(slug) > 1]:
        raise CaseError(f"The case {twice[0]!r} is named twice. Name each case once.")
    where, processes = check_device(device), check_jobs(jobs)
    folder, parts = prepare(out)
    for plan in plans:
        check_in_the_way(folder / plan.file_name, plan)

    work = [(plan, unit) for plan in plans for unit in units_of(plan, where, parts, keep=True)]
    kept = [None if fresh else read_part(unit, plan) for plan, unit in work]
    missing = [unit for (_, unit), outcome in zip(work, kept, strict=True) if outcome is None]
    new = iter(train(missing, parts, processes, progress))
    trained = [
        (plan, unit, next(new) if outcome is None else outcome)
        for (plan, unit), outcome in zip(work, kept, strict=True)
    ]

    reports = _judge(plans, trained, where)
    paths = [
        write_report(report, folder / plan.file_name)
        for report, plan in zip(reports, plans, strict=True)
    ]
    return Run(
        tuple(reports),
        tuple(paths),
        trained=len(missing),
        reused=len(work) - len(missing),
        seconds=time.monotonic() - start,
    )


def _judge(
    plans: Sequence[Plan], trained: Sequence[tuple[Plan, Unit, Outcome]], device: str
) -> list[Report]:
    """Judge all plans as one family of hypotheses."""
    arms = []
    for plan in plans:
        own = [(unit, outcome) for of, unit, outcome in trained if of is plan]
        arms.append(by_arm(own))
    p_values = [
        hypotheses(plan.claims, {arm: outcome.measures for arm, outcome in given.items()})
        for plan, given in zip(plans, arms, strict=True)
    ]
    return [
        report_of(
            plan,
            arms[i],
            device,
            others=[p for j, family in enumerate(p_values) if j != i for p in family],
        )
        for i, plan in enumerate(plans)
    ]
