"""What is fixed before any seed is trained, and the report made of it afterwards."""

from __future__ import annotations

import dataclasses
import json
import operator
import platform
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from cid.errors import CIDError, did_you_mean, shorten
from training_models.case import Case, Claim
from training_models.errors import CaseError
from training_models.files import digest
from training_models.report import FIRST_REPORTED_SEED, Report, records
from training_models.results import Values, check_claims, evaluate
from training_models.scan import code_digest
from training_models.stats import check_values

__all__ = ["Plan", "check_measures", "make_plan", "seed_list"]


@dataclass(frozen=True)
class Plan:
    """A case with everything chosen: configuration, seeds, claims, and the digest of them all.

    Attributes
    ----------
    case : Case
        The experiment.
    config : frozen dataclass
        ``case.fast`` or ``case.config``.
    seeds : tuple of int
        One replication each.
    fast : bool
        Which configuration.
    claims : tuple of Claim
        The first is the headline.
    config_hash : str
        Digest of the registration.
    code : str or None
        Digest of the source that trains; None for a case without a file.
    steps : dict
        ``{arm: ticks}``.
    """

    case: Case
    config: Any
    seeds: tuple[int, ...]
    fast: bool
    claims: tuple[Claim, ...]
    config_hash: str
    code: str | None
    steps: dict[str, int]

    @property
    def file_name(self) -> str:
        """Name of the result file; fast and exploratory runs never take the place of others."""
        kind = ".exploratory" if min(self.seeds) < FIRST_REPORTED_SEED else ""
        return f"{self.case.slug}{kind}{'.fast' if self.fast else ''}.json"

    def report(
        self, measures: Values, seconds: float, device: str, others: Sequence[float] = ()
    ) -> Report:
        """Judge the claims on what was measured."""
        case = self.case
        return Report(
            slug=case.slug,
            title=case.title,
            question=case.question,
            about=case.about,
            decision=case.decision,
            variable=case.variable,
            config=json.loads(json.dumps(dataclasses.asdict(self.config))),
            config_hash=self.config_hash,
            seeds=self.seeds,
            fast=self.fast,
            device=device,
            seconds=round(seconds, 3),
            versions={
                "python": platform.python_version(),
                "torch": version("torch"),
                "numpy": version("numpy"),
                "scipy": version("scipy"),
                "code": (self.code or "")[:16],
            },
            arms=records(case.arms),
            measures={
                arm: {name: tuple(values) for name, values in given.items()}
                for arm, given in measures.items()
            },
            family=tuple(others),
            results=evaluate(self.claims, measures, others),
        )


def seed_list(seeds: int | Iterable[int], first: int = FIRST_REPORTED_SEED) -> tuple[int, ...]:
    """Return the seeds meant: n consecutive ones from `first`, or those given.

    Raises
    ------
    CaseError
        If they are not distinct whole numbers >= 0, or mix tuning seeds with reported ones.

    Examples
    --------
    >>> seed_list(3)
    (1000, 1001, 1002)
    >>> seed_list([0, 1, 1000])
    Traceback (most recent call last):
    ...
    training_models.errors.CaseError: Seeds below 1000 are for tuning, seeds from 1000 for ...
    """
    if isinstance(seeds, str | bytes | bool) or not isinstance(seeds, Iterable):
        count = _whole(seeds, "The number of seeds")
        if count < 1:
            raise CaseError(f"The number of seeds is {count}; at least one is needed.")
        if count > 1_000_000:
            raise CaseError(f"{count} seeds are more than a run can hold. Give at most a million.")
        start = _whole(first, "The first seed")
        given: tuple[int, ...] = tuple(range(start, start + count))
    else:
        given = tuple(_whole(seed, "A seed") for seed in seeds)
    if not given:
        raise CaseError("The list of seeds is empty; at least one is needed.")
    for seed in (min(given), max(given)):
        if not 0 <= seed < 2**63:
            raise CaseError(f"The seed {seed} does not lie between 0 and 2**63 - 1.")
    if len(set(given)) < len(given):
        twice, _ = Counter(given).most_common(1)[0]
        raise CaseError(f"The seed {twice} is given twice; a repeated seed is no replication.")
    if min(given) < FIRST_REPORTED_SEED <= max(given):
        raise CaseError(
            f"Seeds below {FIRST_REPORTED_SEED} are for tuning, seeds from {FIRST_REPORTED_SEED} "
            "for reporting; one run cannot mix them. Run them apart."
        )
    return given


def _whole(value: object, what: str) -> int:
    try:
        if isinstance(value, bool):
            raise TypeError
        return operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise CaseError(f"{what} is a whole number, not {shorten(value)}.") from None


def make_plan(case: Case, seeds: int | Iterable[int], fast: bool) -> Plan:
    """Check a case and fix everything that is fixed before training.

    Raises
    ------
    CaseError
        Naming the case, the part that is not well formed, and the mend.
    """
    if not isinstance(case, Case):
        raise CaseError(f"{shorten(case)} is no Case. Load one with load_case(slug).")
    chosen = seed_list(seeds)
    if not case.slug.isidentifier():
        raise CaseError(
            f"The case {case.title!r} has the slug {case.slug!r}. Load it with load_case, or give "
            "slug= as letters, digits and underscores."
        )
    config = case.fast if fast else case.config
    try:
        return _plan(case, config, chosen, bool(fast))
    except CaseError as error:
        raise CaseError(f"{case.slug}: {error}") from error
    except Exception as error:  # the case's own functions may raise anything
        raise CaseError(f"{case.slug} is not well formed: {_named(error)}") from error


def _plan(case: Case, config: Any, seeds: tuple[int, ...], fast: bool) -> Plan:
    slugs = [arm.slug for arm in case.arms]
    if not slugs:
        raise CaseError("There are no arms. An experiment trains at least one.")
    for slug in slugs:
        if not slug.isidentifier() or slugs.count(slug) > 1:
            raise CaseError(
                f"The arm slug {slug!r} is not an identifier, or is used twice. Use distinct "
                "names of letters, digits and underscores."
            )
    if not dataclasses.is_dataclass(config) or isinstance(config, type):
        raise CaseError(f"The config is {shorten(config)}, not an instance of a dataclass.")
    claims = tuple(case.claims(config))
    check_claims(claims, slugs)
    try:
        registered = case.preregistration(config, seeds)
        text = json.dumps(registered, allow_nan=False, sort_keys=True)
    except (TypeError, ValueError) as error:
        raise CaseError(
            f"The config cannot be registered ({error}). Use finite numbers, text, booleans and "
            "tuples of them."
        ) from error
    if json.dumps(json.loads(text), sort_keys=True) != text:
        raise CaseError("The config has keys that are not text. Use text as keys.")
    steps = {slug: int(case.steps(slug, config)) for slug in slugs}
    if bad := [slug for slug, count in steps.items() if count < 1]:
        raise CaseError(f"steps({bad[0]!r}, config) is {steps[bad[0]]}; a training has at least 1.")
    return Plan(case, config, seeds, fast, claims, digest(registered), code_digest(case), steps)


def check_measures(
    plan_claims: Sequence[Claim], slug: str, arm: str, seeds: Sequence[int], measures: object
) -> dict[str, list[float]]:
    """Check what a training loop returned, and return it as plain lists.

    Raises
    ------
    CaseError
        Naming the case, arm, measure and seeds.
    """
    if not isinstance(measures, Mapping):
        raise CaseError(
            f"{slug}: training the arm {arm!r} returned {shorten(measures)}, not a mapping "
            "{measure: one value per seed}."
        )
    for name in measures:
        if not isinstance(name, str):
            raise CaseError(f"{slug}: the arm {arm!r} names a measure {shorten(name)}; use text.")
    for claim in plan_claims:
        if claim.arm == arm and claim.measure not in measures:
            raise CaseError(
                f"{slug}: the claim {claim.name!r} needs the measure {claim.measure!r}, which "
                f"training the arm {arm!r} did not return."
                f"{did_you_mean(claim.measure, measures)}"
            )
    return {
        name: check_values(values, f"{slug}: measure {name!r} of arm {arm!r}", seeds).tolist()
        for name, values in measures.items()
    }


def _named(error: BaseException) -> str:
    return str(error) if isinstance(error, CIDError) else f"{type(error).__name__}: {error}"
