"""Training experiments: work units, their progress, resuming, and the files left behind.

A *unit* is one arm of one case, with all its seeds at once. Units are independent, so they go
through :class:`joblib.Parallel`, longest first. Another backend needs no change here::

    with joblib.parallel_config(backend="dask"):
        training_models.run(training_models.list_cases())

(On several machines, ``out`` must be a folder that all of them see.)

Every finished unit is written at once, and atomically, to ``OUT/.parts``. The same run started
again takes it from there instead of training it: same registration (its hash is in the file's
name), same source, same device, same torch. What a kill can cost is the units under way.
"""

from __future__ import annotations

import functools
import os
import pickle
import re
import signal
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cloudpickle
import joblib
from tqdm import tqdm

from cid.errors import shorten
from training_models.case import Case
from training_models.errors import CaseError, ResultError
from training_models.files import digest, read_json, write_json
from training_models.plan import Plan, check_measures, make_plan, seed_list
from training_models.report import LEGEND, Report, verdict_table
from training_models.results import Result, hypotheses
from training_models.scan import load_case

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Run", "is_kept_aside", "run", "run_case"]

PART = "training-models-part"
TICK_SECONDS = 0.2
"""How often a training loop's progress is written down, and the bar redrawn."""


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
        Units trained now, and taken from an earlier run that did not finish.
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


def summary(reports: Sequence[Report]) -> str:
    """Return the table of predicted against measured, and what it amounts to in words."""
    results = [(report, result) for report in reports for result in report.results]
    agree = sum(result.agrees is True for _, result in results)
    lines = [verdict_table(reports), ""]
    lines.append(f"{agree} of {len(results)} predictions came out. {LEGEND}")
    for report, result in results:
        if result.agrees is not True:
            lines.append(f"- {report.slug}: {result.in_words()}")
    if any(report.exploratory for report in reports):
        lines.append("EXPLORATORY: seeds below 1000 are for tuning, not for reporting.")
    return "\n".join(lines)


# ---- one unit ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Unit:
    """One arm to train, as sent to a worker."""

    slug: str
    arm: str
    source: str
    work: bytes
    seeds: tuple[int, ...]
    steps: int
    device: str
    config_hash: str
    code: str
    part: Path | None
    ticks: Path
    parent: int

    @property
    def provenance(self) -> dict[str, str]:
        """What must be the same for numbers to be taken over."""
        return {"code": self.code, "device": self.device, "torch": version("torch")}


@dataclass(frozen=True)
class Outcome:
    """What training a unit gave."""

    measures: dict[str, list[float]]
    seconds: float


class _Ticks:
    """Counts steps and writes the count to a file now and then."""

    def __init__(self, path: Path) -> None:
        self.path, self.done, self.written = path, 0, 0.0

    def __call__(self, steps: int) -> None:
        self.done += steps
        if time.monotonic() - self.written > TICK_SECONDS:
            self.write()

    def write(self) -> None:
        self.written = time.monotonic()
        with suppress(OSError):  # progress is a courtesy: training goes on without it
            self.path.write_text(str(self.done))


@functools.cache
def _die_with(parent: int) -> None:
    """In a child of `parent`, end when it is gone: its queue would be worked off for nobody."""
    if os.getppid() != parent:  # in the parent itself, or on another machine
        return

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def train_unit(unit: Unit) -> Outcome:
    """Train one arm; runs in a worker process."""
    _die_with(unit.parent)
    import torch

    if unit.source:
        load_case(unit.source)  # what was pickled refers to the module of this file
    case, config, claims = pickle.loads(unit.work)
    ticks = _Ticks(unit.ticks)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # arms run side by side, and sums do not depend on the machine
    start = time.perf_counter()
    try:
        raw = case.train(unit.arm, config, unit.seeds, unit.device, ticks)
    except Exception as error:
        raise CaseError(
            f"{unit.slug}: training the arm {unit.arm!r} failed with "
            f"{type(error).__name__}: {error}"
        ) from error
    finally:
        torch.set_num_threads(threads)
    seconds = time.perf_counter() - start
    measures = check_measures(claims, unit.slug, unit.arm, unit.seeds, raw)
    if unit.part is not None:
        write_json(
            unit.part,
            {
                "format": PART,
                "version": 1,
                "slug": unit.slug,
                "arm": unit.arm,
                "config_hash": unit.config_hash,
                "provenance": unit.provenance,
                "seeds": list(unit.seeds),
                "seconds": seconds,
                "measures": measures,
                "digest": digest(measures),
            },
        )
    ticks.done = unit.steps
    ticks.write()
    return Outcome(measures, seconds)


def read_part(unit: Unit, plan: Plan) -> Outcome | None:
    """Return what an earlier run stored for this unit, or None if it must be trained.

    Raises
    ------
    ResultError
        If the file is corrupt or foreign.
    """
    if unit.part is None or not unit.part.exists():
        return None
    data = read_json(unit.part)
    mend = "Delete it and run again."
    if not isinstance(data, dict) or data.get("format") != PART or data.get("version") != 1:
        raise ResultError(f"{unit.part} was not written by this library's runs. {mend}")
    expected = (unit.slug, unit.arm, unit.config_hash, list(unit.seeds))
    if tuple(data.get(k) for k in ("slug", "arm", "config_hash", "seeds")) != expected:
        raise ResultError(f"{unit.part} belongs to another run than its name says. {mend}")
    seconds, measures = data.get("seconds"), data.get("measures")
    if not isinstance(seconds, int | float) or data.get("digest") != digest(measures):
        raise ResultError(f"{unit.part} was changed after it was written. {mend}")
    if not unit.code or data.get("provenance") != unit.provenance:
        return None
    try:
        return Outcome(
            check_measures(plan.claims, unit.slug, unit.arm, unit.seeds, measures), seconds
        )
    except CaseError as error:
        raise ResultError(f"{unit.part} cannot be used: {error} {mend}") from error


def _units(plan: Plan, device: str, folder: Path, keep: bool) -> list[Unit]:
    bare = tuple(replace(claim, finding=None) for claim in plan.claims)
    try:
        work = cloudpickle.dumps((plan.case, plan.config, bare))
    except Exception as error:
        raise CaseError(
            f"{plan.case.slug} cannot be sent to a worker process ({error}). Put the case into a "
            "file and load it with load_case('path/to/file.py')."
        ) from error
    units = []
    for arm, steps in plan.steps.items():
        name = f"{plan.case.slug}.{arm}.{plan.config_hash[:16]}"
        units.append(
            Unit(
                slug=plan.case.slug,
                arm=arm,
                source=plan.case.source,
                work=work,
                seeds=plan.seeds,
                steps=steps,
                device=device,
                config_hash=plan.config_hash,
                code=plan.code or "",
                part=folder / f"{name}.json" if keep else None,
                ticks=folder / f"{name}.tick",
                parent=os.getpid(),
            )
        )
    return units


# ---- many units --------------------------------------------------------------------------------


def _train(units: Sequence[Unit], folder: Path, jobs: int | None, progress: bool) -> list[Outcome]:
    """Train units side by side and return their outcomes in the order given."""
    order = sorted(range(len(units)), key=lambda i: -units[i].steps)
    backend, chosen = joblib.parallel.get_active_backend()
    if jobs is None and chosen is None and type(backend).__name__ == "LokyBackend":
        jobs = min(joblib.cpu_count(), max(1, len(units)))
    # A generator comes back as soon as the processes have started; not every backend has one.
    lazy = bool(getattr(backend, "supports_return_generator", False))
    with _fresh_ticks(folder), _quiet_end(), _bar(units, progress):
        try:
            workers = joblib.Parallel(
                n_jobs=jobs,
                batch_size=1,
                pre_dispatch="all",
                return_as="generator" if lazy else "list",
            )
            with _children_ignore_interrupts() if lazy else nullcontext():
                results = workers(joblib.delayed(train_unit)(units[i]) for i in order)
            outcomes = list(results)
        except BrokenExecutor as error:
            raise CaseError(
                "A worker process was killed, perhaps for want of memory. Run again, with fewer "
                "jobs: arms that were finished are kept."
            ) from error
    return [outcome for _, outcome in sorted(zip(order, outcomes, strict=True), key=lambda p: p[0])]


@contextmanager
def _children_ignore_interrupts() -> Iterator[None]:
    """Start processes that ignore Ctrl-C, which is the parent's to handle: they inherit it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)


@contextmanager
def _quiet_end() -> Iterator[None]:
    """Keep an interrupted pool from printing that its queue was emptied under its hands."""
    before = threading.excepthook

    def hook(what: threading.ExceptHookArgs) -> None:
        if "ExecutorManager" not in getattr(what.thread, "name", "") or not issubclass(
            what.exc_type, KeyError
        ):
            before(what)

    threading.excepthook = hook
    try:
        yield
    finally:
        threading.excepthook = before


@contextmanager
def _fresh_ticks(folder: Path) -> Iterator[None]:
    """Start counting at zero, and leave no counts behind, nor those of a run that was killed."""

    def clear() -> None:
        for path in folder.glob("*.tick"):
            path.unlink(missing_ok=True)

    clear()
    try:
        yield
    finally:
        clear()


@contextmanager
def _bar(units: Sequence[Unit], progress: bool) -> Iterator[None]:
    """Show the steps that workers write down, until the block ends."""
    stop = threading.Event()
    live = None
    with tqdm(
        total=sum(unit.steps for unit in units),
        desc="training",
        unit=" steps",
        unit_scale=True,
        dynamic_ncols=True,
        mininterval=0,
        disable=not (progress and units),
    ) as bar:
        done = [0] * len(units)

        def show() -> None:
            for i, unit in enumerate(units):
                done[i] = max(done[i], min(_count(unit.ticks), unit.steps))
            finished = sum(d == unit.steps for d, unit in zip(done, units, strict=True))
            bar.set_postfix_str(f"{finished}/{len(units)} arms", refresh=False)
            bar.n = sum(done)
            bar.refresh()

        def watch() -> None:
            pause = TICK_SECONDS if bar.fp.isatty() else 2.0
            while not stop.wait(pause):
                show()

        if not bar.disable:
            live = threading.Thread(target=watch, daemon=True)
            live.start()
        try:
            yield
        finally:
            stop.set()
            if live is not None:
                live.join()
                show()


def _count(path: Path) -> int:
    try:
        return int(path.read_text())
    except (OSError, ValueError):  # not begun, or caught while it is written
        return 0


def _check_device(device: object) -> str:
    if not isinstance(device, str):
        raise CaseError(f"A device is named by text such as 'cpu', not {shorten(device)}.")
    if device == "cpu":
        return device
    import torch

    try:
        if torch.device(device).type == "meta":
            raise CaseError("The device 'meta' holds no numbers. Use 'cpu' or an accelerator.")
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        found = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]
        found += ["mps"] if torch.backends.mps.is_available() else []
        raise CaseError(
            f"The device {device!r} is not available here. Available: {', '.join(found)}."
        ) from error
    return device


def _check_jobs(jobs: object) -> int | None:
    if jobs is None:
        return None
    if isinstance(jobs, bool) or not isinstance(jobs, int) or (jobs < 1 and jobs != -1):
        raise CaseError(
            f"jobs is a whole number of processes, or -1 for one per core, not {shorten(jobs)}."
        )
    return jobs


def run_case(
    case: Case,
    seeds: int | Iterable[int] = 16,
    *,
    fast: bool = False,
    device: str = "cpu",
    jobs: int | None = 1,
    progress: bool = True,
) -> Report:
    """Train one case and return its report, leaving no files; see :meth:`Case.run`."""
    plan = make_plan(case, seeds, fast)
    where, processes = _check_device(device), _check_jobs(jobs)
    with tempfile.TemporaryDirectory() as folder:
        units = _units(plan, where, Path(folder), keep=False)
        outcomes = _train(units, Path(folder), processes, progress)
    measures = {u.arm: o.measures for u, o in zip(units, outcomes, strict=True)}
    return plan.report(measures, sum(o.seconds for o in outcomes), where)


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
        A number n means seeds 1000 to 1000 + n - 1.
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
    chosen = seed_list(seeds)
    plans = [make_plan(case, chosen, fast) for case in loaded]
    slugs = [plan.case.slug for plan in plans]
    if twice := [slug for slug in slugs if slugs.count(slug) > 1]:
        raise CaseError(f"The case {twice[0]!r} is named twice. Name each case once.")
    where, processes = _check_device(device), _check_jobs(jobs)
    folder = _prepare(out)
    for plan in plans:
        _check_in_the_way(folder / plan.file_name, plan)

    parts = folder / ".parts"
    work = [(plan, unit) for plan in plans for unit in _units(plan, where, parts, keep=True)]
    outcomes = {
        (unit.slug, unit.arm): None if fresh else read_part(unit, plan) for plan, unit in work
    }
    missing = [unit for _, unit in work if outcomes[unit.slug, unit.arm] is None]
    for unit, outcome in zip(missing, _train(missing, parts, processes, progress), strict=True):
        outcomes[unit.slug, unit.arm] = outcome

    reports = _judge(plans, outcomes, where)
    paths = [
        _write(report, folder / plan.file_name) for report, plan in zip(reports, plans, strict=True)
    ]
    return Run(
        tuple(reports),
        tuple(paths),
        trained=len(missing),
        reused=len(work) - len(missing),
        seconds=time.monotonic() - start,
    )


def _judge(plans: Sequence[Plan], outcomes: dict[Any, Any], device: str) -> list[Report]:
    measures = {
        plan.case.slug: {arm: outcomes[plan.case.slug, arm].measures for arm in plan.steps}
        for plan in plans
    }
    p_values = [hypotheses(plan.claims, measures[plan.case.slug]) for plan in plans]
    return [
        plan.report(
            measures[plan.case.slug],
            sum(outcomes[plan.case.slug, arm].seconds for arm in plan.steps),
            device,
            others=[p for j, family in enumerate(p_values) if j != i for p in family],
        )
        for i, plan in enumerate(plans)
    ]


# ---- result files ------------------------------------------------------------------------------


def _prepare(out: str | os.PathLike[str]) -> Path:
    folder = Path(out)
    try:
        (folder / ".parts").mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder), tempfile.TemporaryFile(dir=folder / ".parts"):
            pass
    except OSError as error:
        raise ResultError(
            f"Cannot write to the folder {folder}: {error.strerror or error}. Choose another with "
            "out= (on the command line --out)."
        ) from error
    return folder


def _check_in_the_way(path: Path, plan: Plan) -> None:
    if path.exists() or path.is_symlink():
        old = Report.load(path)
        if old.slug != plan.case.slug:
            raise ResultError(
                f"{path} holds the report of {old.slug!r}, not of {plan.case.slug!r}. Move it away "
                "and run again."
            )


def _write(report: Report, path: Path) -> Path:
    """Write a report; one with other numbers that is in the way is renamed, never lost."""
    if path.exists():
        old = Report.load(path)
        if (old.config_hash, old.measures) != (report.config_hash, report.measures):
            os.replace(path, _free_name(path, old.config_hash[:8]))
    return report.save(path)


def _free_name(path: Path, label: str) -> Path:
    candidate, count = path.with_name(f"{path.stem}.{label}.json"), 2
    while candidate.exists():
        candidate, count = path.with_name(f"{path.stem}.{label}-{count}.json"), count + 1
    return candidate


def is_kept_aside(path: str | os.PathLike[str]) -> bool:
    """Whether a file is an older report that made way for a newer one."""
    return re.search(r"\.[0-9a-f]{8}(-\d+)?\.json$", Path(path).name) is not None
