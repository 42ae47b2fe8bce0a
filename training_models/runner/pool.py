"""Many units side by side: processes, a progress bar, and an end without leftovers.

Units are independent, so they go through :class:`joblib.Parallel`, longest first. Another backend
needs no change here::

    with joblib.parallel_config(backend="dask"):
        training_models.run(training_models.list_cases())

(On several machines, ``out`` must be a folder that all of them see.)

No process may outlive a run. Ctrl-C is the parent's to handle, and it ends the pool. A parent that
is killed ends nothing, so every worker watches from its first moment whether its parent is still
there.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import BrokenExecutor, InvalidStateError
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import joblib
from joblib.externals.loky.backend.resource_tracker import ensure_running
from tqdm import tqdm

from cid.errors import shorten
from training_models.errors import CaseError
from training_models.runner.units import TICK_SECONDS, Outcome, Unit, train_unit

__all__ = ["check_device", "check_jobs", "train"]

IDLE_SECONDS = 30
"""Processes without work for so long end."""


def train(units: Sequence[Unit], folder: Path, jobs: int | None, progress: bool) -> list[Outcome]:
    """Train units side by side and return their outcomes in the order given.

    Raises
    ------
    CaseError
        If training fails, or a process is killed.
    """
    order = sorted(range(len(units)), key=lambda i: -units[i].steps)
    backend, chosen = joblib.parallel.get_active_backend()
    ours: dict[str, Any] = {}
    if chosen is None and type(backend).__name__ == "LokyBackend":
        if jobs is None:
            jobs = min(joblib.cpu_count(), max(1, len(units)))
        if jobs != 1:  # processes that this run starts itself
            ours = {
                "initializer": watch_parent,
                "initargs": (os.getpid(),),
                "idle_worker_timeout": IDLE_SECONDS,
            }
    # A generator comes back as soon as the processes have started; not every backend has one.
    lazy = bool(getattr(backend, "supports_return_generator", False))
    with _fresh_ticks(folder), _quiet_end(), _bar(units, progress):
        try:
            workers = joblib.Parallel(
                n_jobs=jobs,
                batch_size=1,
                pre_dispatch="all",
                return_as="generator" if lazy else "list",
                **ours,
            )
            with _children_ignore_interrupts() if ours else nullcontext():
                results = workers(joblib.delayed(train_unit)(units[i]) for i in order)
            outcomes = list(results)
        except BrokenExecutor as error:
            raise CaseError(
                "A worker process was killed, perhaps for want of memory. Run again, with fewer "
                "jobs: arms that were finished are kept."
            ) from error
    return [outcome for _, outcome in sorted(zip(order, outcomes, strict=True), key=lambda p: p[0])]


def watch_parent(parent: int) -> None:
    """In a worker that `parent` has just started: end when it is gone, and leave Ctrl-C to it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    if os.getppid() != parent:
        os._exit(1)
    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def _children_ignore_interrupts() -> Iterator[None]:
    """Start processes that never see Ctrl-C, which is the parent's to handle.

    They inherit that it is blocked. Here it waits until they have started, and is not lost.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    ensure_running()  # unblocks Ctrl-C when it starts, so it starts first
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _quiet_end() -> Iterator[None]:
    """Keep an interrupted pool from printing that its work was taken out of its hands."""
    taken = (KeyError, InvalidStateError, OSError)  # its queue, its futures, its pipes
    before = threading.excepthook

    def hook(what: threading.ExceptHookArgs) -> None:
        if "ExecutorManager" not in getattr(what.thread, "name", "") or not issubclass(
            what.exc_type, taken
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


def check_device(device: object) -> str:
    """Return the device if it can hold numbers here.

    Raises
    ------
    CaseError
        If it cannot.
    """
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


def check_jobs(jobs: object) -> int | None:
    """Return the number of processes if it is one.

    Raises
    ------
    CaseError
        If it is not.
    """
    if jobs is None:
        return None
    if isinstance(jobs, bool) or not isinstance(jobs, int) or (jobs < 1 and jobs != -1):
        raise CaseError(
            f"jobs is a whole number of processes, or -1 for one per core, not {shorten(jobs)}."
        )
    return jobs
