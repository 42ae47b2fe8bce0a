"""The folder of a run: outcomes kept on the way, and result files that never take others' place."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

from training_models.errors import CaseError, ResultError
from training_models.files import digest, read_json, remove_leftovers, shown_path
from training_models.plan import Plan
from training_models.report import Report
from training_models.runner.units import PART, PART_VERSION, Outcome, Unit, check_measures

__all__ = ["check_in_the_way", "is_kept_aside", "prepare", "read_part", "write_report"]


def prepare(out: str | os.PathLike[str]) -> tuple[Path, Path]:
    """Return the folder for results and the one for parts, made where they are not there.

    Raises
    ------
    ResultError
        If they cannot be made or written to.
    """
    folder = Path(out)
    parts = folder / ".parts"
    try:
        if folder.is_symlink() and not folder.exists():
            there = shown_path(os.path.realpath(folder))
            raise FileNotFoundError(2, f"it is a link to {there}, which does not exist")
        parts.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder), tempfile.TemporaryFile(dir=parts):
            pass
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ResultError(
            f"Cannot write to the folder {shown_path(folder)}: {reason}. Choose another with "
            "out= (on the command line --out)."
        ) from error
    for place in (folder, parts):
        remove_leftovers(place)
    return folder, parts


def read_part(unit: Unit, plan: Plan) -> Outcome | None:
    """Return what an earlier run stored for this unit, or None if it must be trained.

    Raises
    ------
    ResultError
        If the file is corrupt or foreign.
    """
    if unit.part is None or not unit.part.exists():
        return None
    data, where = read_json(unit.part), shown_path(unit.part)
    mend = "Delete it and run again."
    if not isinstance(data, dict) or (data.get("format"), data.get("version")) != (
        PART,
        PART_VERSION,
    ):
        raise ResultError(f"{where} was not written by this library's runs. {mend}")
    if data.pop("digest", None) != digest(data):
        raise ResultError(f"{where} was changed after it was written. {mend}")
    expected = (unit.slug, unit.arm, unit.config_hash, list(unit.seeds))
    if tuple(data.get(k) for k in ("slug", "arm", "config_hash", "seeds")) != expected:
        raise ResultError(f"{where} belongs to another run than its name says. {mend}")
    if not unit.code or data.get("provenance") != unit.provenance:
        return None
    try:
        untrained = data["untrained"] and check_measures(plan.claims, unit, data["untrained"])
        measures = check_measures(plan.claims, unit, data["measures"])
        return Outcome(measures, untrained, float(data["seconds"]))
    except (CaseError, KeyError, TypeError, ValueError) as error:
        raise ResultError(f"{where} cannot be used: {error} {mend}") from error


def check_in_the_way(path: Path, plan: Plan) -> None:
    """Refuse to run where the result file would take the place of something else.

    Raises
    ------
    ResultError
        If a file is there that is no report of this case.
    """
    if path.exists() or path.is_symlink():
        old = Report.load(path)
        if old.slug != plan.slug:
            raise ResultError(
                f"{shown_path(path)} holds the report of {old.slug!r}, not of {plan.slug!r}. Move "
                "it away and run again."
            )


def write_report(report: Report, path: Path) -> Path:
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
