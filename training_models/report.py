"""The record of one experiment: what was registered, what every seed gave, and the verdicts.

A report is plain data. Its file can be read without torch, and reading it checks a digest over the
whole content and recomputes everything that can be recomputed: the registration's digest, the
predictions from the graphs, and every estimate, p-value and verdict from the per-seed values. A
file that does not agree with itself is refused.
"""

from __future__ import annotations

import dataclasses
import html
import math
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cid.errors import CIDError, did_you_mean, shorten
from training_models import tables
from training_models.claims import check_claims
from training_models.errors import CaseError, ResultError
from training_models.files import MEND, content_digest, read_json, shown_path, write_json
from training_models.kinds import Basis
from training_models.registration import Registered, check_predictions
from training_models.results import Result, evaluate
from training_models.samples import effective_seeds, unseen_share
from training_models.seeds import band
from training_models.stats import check_values
from training_models.stored import MalformedError, read_record
from training_models.verdict import Verdict

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Report"]

FORMAT, VERSION = "training-models-report", 2


@dataclass(frozen=True, kw_only=True)
class Report(Registered):
    """What one experiment registered, measured and concludes.

    Attributes
    ----------
    slug, title, question, decision, variable, config, seeds, fast, code, torch, arms
        As registered; see :class:`training_models.registration.Registered`.
    about : str
        The docstring of the case's module.
    config_hash : str
        SHA-256 digest of the registration.
    device : str
        Where it was trained.
    seconds : float
        Training time summed over arms.
    versions : dict
        Of python, numpy and scipy.
    measures : dict
        ``{arm: {measure: one float per seed}}``.
    untrained : dict
        The same with zero steps of training; empty for a case that does not say how.
    family : tuple of float
        Uncorrected p-values of the hypotheses of the other cases in the same run, which share
        Holm's correction with this one.
    results : tuple of Result
        One per claim; the first is the headline.
    """

    about: str
    config_hash: str
    device: str
    seconds: float
    versions: dict[str, str]
    measures: dict[str, dict[str, tuple[float, ...]]]
    untrained: dict[str, dict[str, tuple[float, ...]]]
    family: tuple[float, ...]
    results: tuple[Result, ...]

    # ---- reading ---------------------------------------------------------------------------

    @property
    def claims(self) -> tuple[Result, ...]:
        """What was registered; a result is a claim and more."""
        return self.results

    @property
    def exploratory(self) -> bool:
        """Whether tuning seeds were used, so that nothing here is a result to report."""
        return any(band(seed) == "tuning" for seed in self.seeds)

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

    @property
    def tally(self) -> dict[Basis, Counter[bool | None]]:
        """How the claims of each basis came out: ``{basis: {agrees: how many}}``."""
        return tables.tally(self.results)

    @property
    def repeated(self) -> dict[str, int]:
        """Arms whose seeds are not all different, with the number of different ones."""
        different = {arm: effective_seeds(*given.values()) for arm, given in self.measures.items()}
        return {arm: count for arm, count in different.items() if count < len(self.seeds)}

    @property
    def unseen_share(self) -> float:
        """Largest share of deviating seeds that so many agreeing seeds do not speak against."""
        return unseen_share(len(self.seeds))

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

    # ---- showing ---------------------------------------------------------------------------

    def to_text(self) -> str:
        """Return the report as text: a table, then every claim as a sentence."""
        return tables.report_text(self)

    def __str__(self) -> str:
        return self.to_text()

    def _repr_html_(self) -> str:
        def row(cells: Sequence[str], tag: str) -> str:
            return "<tr>" + "".join(f"<{tag}>{html.escape(c)}</{tag}>" for c in cells) + "</tr>"

        rows = "".join(row(tables.cells(result), "td") for result in self.results)
        flag = " (exploratory)" if self.exploratory else ""
        notes = "".join(f"<p>{html.escape(note)}</p>" for note in tables.notes(self))
        return (
            f"<h4>{html.escape(self.title)}{flag}</h4><p>{html.escape(self.question)}</p>"
            f"<table><thead>{row(tables.HEADER, 'th')}</thead><tbody>{rows}</tbody></table>{notes}"
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row per claim as a :class:`pandas.DataFrame`."""
        import pandas as pd

        return pd.DataFrame(
            {
                "case": self.slug,
                "claim": result.name,
                "kind": result.kind,
                "basis": result.basis,
                "arm": result.arm,
                "measure": result.measure,
                "n": result.estimate.n,
                "effect": result.estimate.mean,
                "sd": result.estimate.sd,
                "low": result.estimate.low,
                "high": result.estimate.high,
                "untrained": result.untrained,
                "target": result.target,
                "delta": result.delta,
                "p_present": result.holm.present,
                "p_absent": result.holm.absent,
                "predicted": result.predicted.value,
                "verdict": result.verdict.value,
                "found": result.found,
                "agrees": result.agrees,
            }
            for result in self.results
        )

    # ---- saving and loading ----------------------------------------------------------------

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain data, fit for JSON, with a digest over all of it."""
        data = {"format": FORMAT, "version": VERSION, **dataclasses.asdict(self)}
        return {**data, "digest": content_digest(data)}

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
            changed: its content must have the digest it states, its registration the hash, its
            predictions must follow from its graphs, and its results from its per-seed values.
        """
        data, where = read_json(path), shown_path(path)
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise ResultError(
                f"{where} is no report of an experiment: its key 'format' is not {FORMAT!r}. "
                "Choose another file, or another folder for results."
            )
        if type(data.get("version")) is not int or data["version"] != VERSION:
            raise ResultError(
                f"{where} has format version {shorten(data.get('version'))}; this library reads "
                f"version {VERSION}. Update the library, or move the file away and run again."
            )
        try:
            if data.pop("digest", None) != content_digest(data):
                raise MalformedError("it was changed after it was written, or cut short")
            del data["format"], data["version"]
            report = read_record(cls, data, "the report")
            _check(report)
        except (MalformedError, CIDError) as error:
            text = str(error).rstrip(".")
            raise ResultError(f"{where} is not a report that can be trusted: {text}. {MEND}") from (
                error
            )
        return report  # type: ignore[no-any-return]


def _check(report: Report) -> None:
    """Check that a report agrees with itself."""
    seeds = report.seeds
    if not seeds or len(set(seeds)) != len(seeds):
        raise MalformedError(f"its seeds are {shorten(list(seeds))}, not distinct whole numbers")
    if not all(0 <= p <= 1 for p in report.family):
        raise MalformedError("its family holds something that is no p-value")
    slugs = [arm.slug for arm in report.arms]
    for values in (report.measures, report.untrained):
        for arm, given in values.items():
            for name, sample in given.items():
                check_values(sample, f"measure {name!r} of arm {arm!r}", seeds)
    check_claims(report.results, slugs)
    for result in report.results:
        if result.measure not in report.measures.get(result.arm, {}):
            raise MalformedError(f"the measure {result.measure!r} of arm {result.arm!r} is missing")
    check_predictions(report)
    computed = evaluate(report.results, report.measures, report.family, report.untrained)
    for old, new in zip(report.results, computed, strict=True):
        if not _matches(old, new):
            raise MalformedError(
                f"the result of {old.name!r} does not follow from the per-seed values; one of "
                "them was changed"
            )
    if report.registration_digest() != report.config_hash:
        raise MalformedError(
            "its config, seeds, diagrams or claims do not have the hash it states; something "
            "registered was changed"
        )


def _matches(old: Result, new: Result) -> bool:
    """Whether two results agree up to what another version of numpy or scipy may round."""
    verdicts = [(r.verdict, r.agrees, r.reversed, r.already) for r in (old, new)]
    if verdicts[0] != verdicts[1] or not _close(old.untrained, new.untrained, 1e-9):
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
