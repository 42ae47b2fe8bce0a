"""A unit of work: one arm of one case with one block of seeds, and what training it gives."""

from __future__ import annotations

import dataclasses
import pickle
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cloudpickle

from cid.errors import did_you_mean, shorten
from training_models.claims import Claim
from training_models.errors import CaseError
from training_models.files import digest, write_json
from training_models.plan import Plan
from training_models.seeds import blocks
from training_models.source import run_file
from training_models.stats import check_values

__all__ = [
    "PART",
    "PART_VERSION",
    "TICK_SECONDS",
    "Outcome",
    "Unit",
    "check_measures",
    "merge",
    "train_unit",
    "units_of",
]

PART, PART_VERSION = "training-models-part", 2
TICK_SECONDS = 0.2
"""How often a training loop's progress is written down, and the bar redrawn."""

UNPACKING = threading.Lock()
"""Where workers are threads, none reads a module that another one is just running."""
Measured = dict[str, list[float]]


@dataclass(frozen=True)
class Unit:
    """One arm of one case with one block of seeds, as sent to a worker.

    Attributes
    ----------
    slug, arm : str
        What is trained.
    seeds : tuple of int
        The block, in the order of the run.
    steps : int
        How many ticks training takes.
    device : str
        Where to train.
    source : str
        Path of the case's file; what was pickled refers to its module.
    work : bytes
        The case, its config and its claims, pickled.
    config_hash : str
        Digest of the registration.
    code, torch : str
        What must be the same, with the device, for stored numbers to be taken over.
    part : Path or None
        Where the outcome is kept.
    ticks : Path
        Where progress is written down.
    """

    slug: str
    arm: str
    seeds: tuple[int, ...]
    steps: int
    device: str
    source: str
    work: bytes
    config_hash: str
    code: str
    torch: str
    part: Path | None
    ticks: Path

    @property
    def provenance(self) -> dict[str, str]:
        """What must be the same for numbers to be taken over."""
        return {"code": self.code, "device": self.device, "torch": self.torch}


@dataclass(frozen=True)
class Outcome:
    """What training a unit gave.

    Attributes
    ----------
    measures, untrained : dict
        ``{measure: one float per seed}``, after training and with zero steps of it.
    seconds : float
        What it took.
    """

    measures: Measured
    untrained: Measured
    seconds: float


def merge(outcomes: Sequence[Outcome]) -> Outcome:
    """Put the blocks of an arm together, in the order given.

    Raises
    ------
    CaseError
        If they do not have the same measures.

    Examples
    --------
    >>> merge([Outcome({"x": [1.0]}, {}, 2.0), Outcome({"x": [3.0]}, {}, 0.5)])
    Outcome(measures={'x': [1.0, 3.0]}, untrained={}, seconds=2.5)
    """
    return Outcome(
        _joined([outcome.measures for outcome in outcomes]),
        _joined([outcome.untrained for outcome in outcomes]),
        sum(outcome.seconds for outcome in outcomes),
    )


def _joined(parts: Sequence[Measured]) -> Measured:
    names = list(parts[0])
    if any(set(part) != set(names) for part in parts):
        raise CaseError("The blocks of seeds of one arm returned different measures.")
    return {name: [value for part in parts for value in part[name]] for name in names}


def units_of(plan: Plan, device: str, folder: Path, keep: bool) -> list[Unit]:
    """Cut a plan into units.

    Parameters
    ----------
    folder : Path
        For progress, and for outcomes if `keep`.

    Raises
    ------
    CaseError
        If the case cannot be sent to another process.
    """
    bare = tuple(dataclasses.replace(claim, finding=None) for claim in plan.claims)
    try:
        work = cloudpickle.dumps((plan.case, plan.constants, bare))
    except Exception as error:
        raise CaseError(
            f"{plan.slug} cannot be sent to a worker process ({error}). Put the case into a "
            "file and load it with load_case('path/to/file.py')."
        ) from error
    hashed, units = plan.registration_digest(), []
    for arm, steps in plan.steps.items():
        for block in blocks(plan.seeds):
            name = f"{plan.slug}.{arm}.{hashed[:16]}.{block[0]}"
            units.append(
                Unit(
                    slug=plan.slug,
                    arm=arm,
                    seeds=block,
                    steps=steps,
                    device=device,
                    source=plan.case.source,
                    work=work,
                    config_hash=hashed,
                    code=plan.code,
                    torch=plan.torch,
                    part=folder / f"{name}.json" if keep else None,
                    ticks=folder / f"{name}.tick",
                )
            )
    return units


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


def train_unit(unit: Unit) -> Outcome:
    """Train one unit and keep its outcome; runs in a worker process."""
    import torch

    with UNPACKING:
        if unit.source:
            run_file(unit.source)  # what was pickled refers to the module of this file
        case, config, claims = pickle.loads(unit.work)
    ticks = _Ticks(unit.ticks)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # units run side by side, and sums do not depend on the machine
    start = time.perf_counter()
    try:
        raw = case.train(unit.arm, config, unit.seeds, unit.device, ticks)
        before: Any = {}
        if case.untrained is not None:
            idle = case.untrained(config)
            before = case.train(unit.arm, idle, unit.seeds, unit.device, lambda count: None)
    except Exception as error:
        raise CaseError(
            f"{unit.slug}: training the arm {unit.arm!r} failed with "
            f"{type(error).__name__}: {error}"
        ) from error
    finally:
        torch.set_num_threads(threads)
    seconds = time.perf_counter() - start
    outcome = Outcome(
        check_measures(claims, unit, raw),
        check_measures(claims, unit, before) if before else {},
        seconds,
    )
    if unit.part is not None:
        data = {
            "format": PART,
            "version": PART_VERSION,
            "slug": unit.slug,
            "arm": unit.arm,
            "config_hash": unit.config_hash,
            "provenance": unit.provenance,
            "seeds": list(unit.seeds),
            **dataclasses.asdict(outcome),
        }
        write_json(unit.part, {**data, "digest": digest(data)})
    ticks.done = unit.steps
    ticks.write()
    return outcome


def check_measures(claims: Sequence[Claim], unit: Unit, measures: object) -> Measured:
    """Check what a training loop returned, and return it as plain lists.

    Raises
    ------
    CaseError
        Naming the case, arm, measure and seeds.
    """
    slug, arm = unit.slug, unit.arm
    if not isinstance(measures, Mapping):
        raise CaseError(
            f"{slug}: training the arm {arm!r} returned {shorten(measures)}, not a mapping "
            "{measure: one value per seed}."
        )
    for name in measures:
        if not isinstance(name, str):
            raise CaseError(f"{slug}: the arm {arm!r} names a measure {shorten(name)}; use text.")
    for claim in claims:
        if claim.arm == arm and claim.measure not in measures:
            raise CaseError(
                f"{slug}: the claim {claim.name!r} needs the measure {claim.measure!r}, which "
                f"training the arm {arm!r} did not return."
                f"{did_you_mean(claim.measure, measures)}"
            )
    return {
        name: check_values(values, f"{slug}: measure {name!r} of arm {arm!r}", unit.seeds).tolist()
        for name, values in measures.items()
    }
