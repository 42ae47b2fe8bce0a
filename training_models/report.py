"""The record of one experiment: what was registered, what every seed gave, and the verdicts.

A report is plain data. Its file can be read without torch, and reading it recomputes everything
that can be recomputed: the hash of the registration, and every estimate, p-value and verdict from
the per-seed values. A file that does not agree with itself is refused.
"""

from __future__ import annotations

import dataclasses
import html
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cid
from cid.errors import CIDError, did_you_mean, shorten
from training_models.errors import CaseError, ResultError
from training_models.files import MEND, digest, read_json, write_json
from training_models.results import Decisive, Result, check_claims, evaluate
from training_models.stats import Estimate, Test, check_values
from training_models.verdict import Verdict

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "FIRST_REPORTED_SEED",
    "LEGEND",
    "ArmRecord",
    "Report",
    "align",
    "records",
    "verdict_table",
]

FIRST_REPORTED_SEED = 1000
"""Seeds below are for tuning; results to report come from seeds that tuning never saw."""
FORMAT, VERSION = "training-models-report", 1


class _MalformedError(Exception):
    """A field that is not what it should be; the loader adds the file's name."""


def _fields(data: object, what: str, **kinds: Any) -> dict[str, Any]:
    """Check that `data` is an object with exactly these keys, each of the given type(s)."""
    if not isinstance(data, dict):
        raise _MalformedError(f"{what} is {shorten(data)}, not an object")
    if odd := sorted(set(kinds).symmetric_difference(data)):
        raise _MalformedError(
            f"{what} has missing or unknown keys: {', '.join(map(repr, odd[:6]))}"
        )
    for key, kind in kinds.items():
        value = data[key]
        if not isinstance(value, kind) or (isinstance(value, bool) and kind not in (bool, _FLAG)):
            raise _MalformedError(f"{key!r} in {what} holds {shorten(value)}")
    return data


_NUMBER = (int, float)
_MAYBE = (int, float, type(None))
_FLAG = (bool, type(None))


def _strings(values: Sequence[object], what: str) -> tuple[str, ...]:
    for value in values:
        if not isinstance(value, str):
            raise _MalformedError(f"{what} holds {shorten(value)}, not text")
    return tuple(str(value) for value in values)


# ---- the report --------------------------------------------------------------------------------


@dataclass(frozen=True)
class ArmRecord:
    """An arm as plain data; `physical` and `objective` are read by ``cid.CID.from_dict``."""

    slug: str
    title: str
    role: str
    note: str
    physical: dict[str, Any]
    objective: dict[str, Any]


@dataclass(frozen=True)
class Report:
    """What one experiment registered, measured and concludes.

    Attributes
    ----------
    slug, title, question, about : str
        Of the case; `about` is its module's docstring.
    decision, variable : str
        Node names in the arms' diagrams: who chooses, and through what.
    config : dict
        Every constant of the run.
    config_hash : str
        SHA-256 digest of the registration: config, seeds, arms with their diagrams, and claims.
    seeds : tuple of int
        One replication each.
    fast : bool
        Whether the case's short configuration was used.
    device : str
        Where it was trained.
    seconds : float
        Training time summed over arms.
    versions : dict
        Of python, torch and numpy, and a digest of the case's source under ``"code"``.
    arms : tuple of ArmRecord
        In the order in which they are shown.
    measures : dict
        ``{arm: {measure: one float per seed}}``.
    family : tuple of float
        Uncorrected p-values of the hypotheses of the other cases in the same run, which share
        Holm's correction with this one.
    results : tuple of Result
        One per claim; the first is the headline.
    """

    slug: str
    title: str
    question: str
    about: str
    decision: str
    variable: str
    config: dict[str, Any]
    config_hash: str
    seeds: tuple[int, ...]
    fast: bool
    device: str
    seconds: float
    versions: dict[str, str]
    arms: tuple[ArmRecord, ...]
    measures: dict[str, dict[str, tuple[float, ...]]]
    family: tuple[float, ...]
    results: tuple[Result, ...]

    # ---- reading ---------------------------------------------------------------------------

    @property
    def exploratory(self) -> bool:
        """Whether tuning seeds were used, so that nothing here is a result to report."""
        return any(seed < FIRST_REPORTED_SEED for seed in self.seeds)

    @property
    def verdict(self) -> Verdict:
        """The headline: the verdict on the first claim."""
        return self.results[0].verdict

    @property
    def verdicts(self) -> dict[str, Verdict]:
        """Verdict by claim name."""
        return {result.name: result.verdict for result in self.results}

    @property
    def contradicted(self) -> tuple[Result, ...]:
        """Results that contradict what was predicted."""
        return tuple(result for result in self.results if result.agrees is False)

    @property
    def hypotheses(self) -> int:
        """Size of the family over which p-values are corrected."""
        return len(self.family) + sum(len(result.test.p_values) for result in self.results)

    def result(self, name: str) -> Result:
        """Return the result of the claim with this name.

        Raises
        ------
        CaseError
            If there is none, with a suggestion.
        """
        for result in self.results:
            if result.name == name:
                return result
        raise CaseError(
            f"{self.slug} has no claim {shorten(name)}."
            f"{did_you_mean(str(name), [result.name for result in self.results])}"
        )

    def registration(self) -> dict[str, Any]:
        """Return what was fixed before training, whose digest is :attr:`config_hash`."""
        return {
            "case": self.slug,
            "config": self.config,
            "seeds": list(self.seeds),
            "arms": [
                {
                    "slug": arm.slug,
                    "role": arm.role,
                    "physical": arm.physical,
                    "objective": arm.objective,
                }
                for arm in self.arms
            ],
            "claims": [
                {
                    "name": result.name,
                    "kind": result.kind,
                    "arm": result.arm,
                    "measure": result.measure,
                    "predicted": result.predicted.value,
                    "delta": result.delta,
                    "target": result.target,
                    "requires": list(result.requires),
                }
                for result in self.results
            ],
        }

    # ---- showing ---------------------------------------------------------------------------

    def to_text(self) -> str:
        """Return the report as text: a table, then every claim as a sentence."""
        seeds = _ranges(self.seeds)
        facts = [
            f"{len(self.seeds)} seeds ({seeds})",
            f"config {self.config_hash[:8]}",
            f"{self.seconds:.1f} s on {self.device}",
            f"{self.hypotheses} hypotheses in the run",
        ]
        if self.fast:
            facts.insert(1, "fast")
        lines = [f"{self.title} ({self.slug})", self.question, ", ".join(facts)]
        if self.exploratory:
            lines.append(
                f"EXPLORATORY: seeds below {FIRST_REPORTED_SEED} are for tuning, not for reporting."
            )
        lines += ["", verdict_table([self], with_case=False), ""]
        lines += [f"- {result.in_words()}" for result in self.results]
        lines += ["", LEGEND]
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.to_text()

    def _repr_html_(self) -> str:
        def row(cells: Sequence[str], tag: str) -> str:
            return "<tr>" + "".join(f"<{tag}>{html.escape(c)}</{tag}>" for c in cells) + "</tr>"

        rows = "".join(row(_cells(result), "td") for result in self.results)
        flag = " (exploratory)" if self.exploratory else ""
        return (
            f"<h4>{html.escape(self.title)}{flag}</h4><p>{html.escape(self.question)}</p>"
            f"<table><thead>{row(HEADER, 'th')}</thead><tbody>{rows}</tbody></table>"
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row per claim as a :class:`pandas.DataFrame`."""
        import pandas as pd

        return pd.DataFrame(
            {
                "case": self.slug,
                "claim": result.name,
                "kind": result.kind,
                "arm": result.arm,
                "measure": result.measure,
                "n": result.estimate.n,
                "effect": result.estimate.mean,
                "sd": result.estimate.sd,
                "low": result.estimate.low,
                "high": result.estimate.high,
                "target": result.target,
                "delta": result.delta,
                "p_present": result.holm.present,
                "p_absent": result.holm.absent,
                "predicted": result.predicted.value,
                "verdict": result.verdict.value,
                "agrees": result.agrees,
            }
            for result in self.results
        )

    # ---- saving and loading ----------------------------------------------------------------

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain data, fit for JSON."""
        return {"format": FORMAT, "version": VERSION, **dataclasses.asdict(self)}

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the report as JSON, atomically, and return the path.

        Raises
        ------
        ResultError
            If the place cannot be written.
        """
        return write_json(path, self.to_dict())

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Report:
        """Read a report, and check that it agrees with itself.

        Raises
        ------
        ResultError
            If the file is missing, truncated, foreign, of another version, holds NaN, or was
            changed: its registration must have the hash it states, and its results must follow
            from its per-seed values.
        """
        data = read_json(path)
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise ResultError(
                f"{path} is no report of an experiment: its key 'format' is not {FORMAT!r}. "
                "Choose another file, or another folder for results."
            )
        if data.get("version") != VERSION:
            raise ResultError(
                f"{path} has format version {shorten(data.get('version'))}; this library reads "
                f"version {VERSION}. Update the library, or move the file away and run again."
            )
        try:
            return _from_dict(data)
        except (_MalformedError, CIDError) as error:
            text = str(error).rstrip(".")
            raise ResultError(f"{path} is not a report that can be trusted: {text}. {MEND}") from (
                error
            )


def _from_dict(data: dict[str, Any]) -> Report:
    fields = _fields(
        data,
        "the report",
        format=str,
        version=int,
        slug=str,
        title=str,
        question=str,
        about=str,
        decision=str,
        variable=str,
        config=dict,
        config_hash=str,
        seeds=list,
        fast=bool,
        device=str,
        seconds=_NUMBER,
        versions=dict,
        arms=list,
        measures=dict,
        family=list,
        results=list,
    )
    seeds = tuple(fields["seeds"])
    if not seeds or any(type(seed) is not int for seed in seeds) or len(set(seeds)) != len(seeds):
        raise _MalformedError(f"its seeds are {shorten(list(seeds))}, not distinct whole numbers")
    family = tuple(fields["family"])
    if any(type(p) not in _NUMBER or not 0 <= p <= 1 for p in family):
        raise _MalformedError("its family holds something that is no p-value")
    _strings(tuple(fields["versions"].values()), "its versions")
    arms = tuple(_arm_from_dict(arm) for arm in fields["arms"])
    measures = {
        arm: {
            name: tuple(check_values(values, f"measure {name!r} of arm {arm!r}", seeds).tolist())
            for name, values in _fields(given, f"the measures of {arm!r}", **_lists(given)).items()
        }
        for arm, given in fields["measures"].items()
    }
    stored = tuple(_result_from_dict(result) for result in fields["results"])
    check_claims(stored, [arm.slug for arm in arms])
    for result in stored:
        if result.measure not in measures.get(result.arm, {}):
            raise _MalformedError(
                f"the measure {result.measure!r} of arm {result.arm!r} is missing"
            )
    computed = evaluate(stored, measures, family)
    for old, new in zip(stored, computed, strict=True):
        if not _matches(old, new):
            raise _MalformedError(
                f"the result of {old.name!r} does not follow from the per-seed values; one of "
                "them was changed"
            )
    report = Report(
        **{
            **{key: fields[key] for key in fields if key not in ("format", "version")},
            "seeds": seeds,
            "family": family,
            "arms": arms,
            "measures": measures,
            "results": stored,
        }
    )
    if digest(report.registration()) != report.config_hash:
        raise _MalformedError(
            "its config, seeds, diagrams or claims do not have the hash it states; something "
            "registered was changed"
        )
    return report


def _lists(data: object) -> dict[str, Any]:
    return dict.fromkeys(data, list) if isinstance(data, dict) else {}


def records(arms: Sequence[Any]) -> tuple[ArmRecord, ...]:
    """Return the arms of a case as plain data."""
    return tuple(
        ArmRecord(
            slug=arm.slug,
            title=arm.title,
            role=arm.role,
            note=arm.note,
            physical=arm.physical.to_dict(),
            objective=arm.objective.to_dict(),
        )
        for arm in arms
    )


def _arm_from_dict(data: object) -> ArmRecord:
    fields = _fields(
        data, "an arm", slug=str, title=str, role=str, note=str, physical=dict, objective=dict
    )
    for graph in ("physical", "objective"):
        cid.CID.from_dict(fields[graph])
    return ArmRecord(**fields)


def _result_from_dict(data: object) -> Result:
    fields = _fields(
        data,
        "a result",
        name=str,
        kind=str,
        arm=str,
        measure=str,
        predicted=str,
        delta=_NUMBER,
        target=_NUMBER,
        because=str,
        statement=str,
        requires=list,
        expected=_MAYBE,
        finding=(dict, type(None)),
        estimate=dict,
        test=dict,
        holm=dict,
        verdict=str,
        agrees=_FLAG,
        reversed=bool,
        why_inconclusive=str,
    )
    estimate = _fields(
        fields["estimate"],
        "an estimate",
        n=int,
        mean=_NUMBER,
        sd=_MAYBE,
        low=_MAYBE,
        high=_MAYBE,
        bca_low=_MAYBE,
        bca_high=_MAYBE,
    )
    p_values = {"n": int, "present": _NUMBER, "absent": _NUMBER, "reversed": _MAYBE}
    return Result(
        **{
            **fields,
            "predicted": _verdict(fields["predicted"]),
            "verdict": _verdict(fields["verdict"]),
            "requires": _strings(fields["requires"], "'requires'"),
            "finding": _decisive_from_dict(fields["finding"]),
            "estimate": Estimate(**estimate),
            "test": Test(**_fields(fields["test"], "a test", **p_values)),
            "holm": Test(**_fields(fields["holm"], "a test", **p_values)),
        }
    )


def _decisive_from_dict(data: object) -> Decisive | None:
    if data is None:
        return None
    fields = _fields(
        data,
        "a finding",
        concept=str,
        decision=str,
        node=str,
        holds=bool,
        path_nodes=list,
        path_edges=list,
    )
    edges = []
    for edge in fields["path_edges"]:
        if not isinstance(edge, list) or len(edge) != 2:
            raise _MalformedError(f"an edge of a path is {shorten(edge)}")
        tail, head = _strings(edge, "an edge of a path")
        edges.append((tail, head))
    nodes = _strings(fields["path_nodes"], "a path")
    return Decisive(**{**fields, "path_nodes": nodes, "path_edges": tuple(edges)})


def _verdict(text: str) -> Verdict:
    try:
        return Verdict(text)
    except ValueError:
        raise _MalformedError(f"{text!r} is no verdict") from None


def _matches(old: Result, new: Result) -> bool:
    """Whether two results agree up to what another version of numpy or scipy may round."""
    if (old.verdict, old.agrees, old.reversed) != (new.verdict, new.agrees, new.reversed):
        return False
    pairs = [
        (getattr(a, field.name), getattr(b, field.name))
        for a, b in ((old.estimate, new.estimate), (old.test, new.test), (old.holm, new.holm))
        for field in dataclasses.fields(a)
        if not field.name.startswith("bca")  # drawn at random: compared below
    ]
    if not all(_close(a, b, 1e-9) for a, b in pairs):
        return False
    width = (new.estimate.high or 0.0) - (new.estimate.low or 0.0)
    return all(
        _close(getattr(old.estimate, end), getattr(new.estimate, end), 0.1 * width)
        for end in ("bca_low", "bca_high")
    )


def _close(a: float | None, b: float | None, absolute: float) -> bool:
    if a is None or b is None:
        return a is b
    return math.isclose(a, b, rel_tol=1e-6, abs_tol=absolute)


# ---- tables ------------------------------------------------------------------------------------

LEGEND = "Of a closed form or an identity, ABSENT says that nothing deviates from it."
HEADER = ("claim", "measured [95 % interval]", "margin", "predicted", "verdict", "")


def _cells(result: Result) -> tuple[str, ...]:
    outcome = {True: "as predicted", False: "CONTRADICTED", None: "cannot tell"}[result.agrees]
    return (
        result.name,
        result.measured,
        result.margin,
        result.predicted.value,
        result.verdict.value,
        outcome,
    )


def verdict_table(reports: Sequence[Report], *, with_case: bool = True) -> str:
    """Return predicted against measured as an aligned table, one row per claim."""
    rows: list[tuple[str, ...]] = []
    for report in reports:
        for result in report.results:
            cells = _cells(result)
            rows.append((report.slug, *cells) if with_case else cells)
    header = ("case", *HEADER) if with_case else HEADER
    return align([header, *rows])


def align(rows: Sequence[Sequence[str]]) -> str:
    """Return rows of cells as text columns; the first row is underlined as a header."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    ruled = [rows[0], ["-" * width for width in widths], *rows[1:]]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in ruled
    )


def _ranges(seeds: Sequence[int]) -> str:
    """Return ``1000-1015`` for a run of consecutive seeds, else the seeds."""
    if len(seeds) > 1 and list(seeds) == list(range(seeds[0], seeds[0] + len(seeds))):
        return f"{seeds[0]}-{seeds[-1]}"
    shown = ", ".join(map(str, seeds[:8]))
    return shown + (", ..." if len(seeds) > 8 else "")
