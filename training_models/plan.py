"""What is fixed before any seed is trained, and the report made of it afterwards."""

from __future__ import annotations

import json
import platform
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, fields, is_dataclass
from importlib.metadata import version
from typing import Any, Protocol

from cid.errors import CIDError, shorten
from training_models.claims import Claim, check_claims
from training_models.errors import CaseError
from training_models.predict import Arm
from training_models.registration import Registered, records
from training_models.report import Report
from training_models.results import Values, evaluate
from training_models.seeds import band, seed_list
from training_models.source import code_digest, torch_version

__all__ = ["Plan", "make_plan"]


class Experiment(Protocol):
    """What is planned and trained; :class:`training_models.Case` is one."""

    @property
    def slug(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def question(self) -> str: ...
    @property
    def about(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def decision(self) -> str: ...
    @property
    def variable(self) -> str: ...
    @property
    def arms(self) -> tuple[Arm, ...]: ...
    @property
    def config(self) -> Any: ...
    @property
    def fast(self) -> Any: ...
    @property
    def claims(self) -> Callable[[Any], tuple[Claim, ...]]: ...
    @property
    def steps(self) -> Callable[[str, Any], int]: ...
    @property
    def train(self) -> Any: ...
    @property
    def untrained(self) -> Callable[[Any], Any] | None: ...


@dataclass(frozen=True, kw_only=True)
class Plan(Registered):
    """An experiment with everything chosen: configuration, seeds, claims, and code.

    Attributes
    ----------
    slug, title, question, decision, variable, config, seeds, fast, code, torch, arms
        What is registered; see :class:`training_models.registration.Registered`.
    claims : tuple of Claim
        The first is the headline.
    case : Experiment
        What is trained.
    constants : frozen dataclass
        ``case.fast`` or ``case.config``; `config` is the same as plain data.
    steps : dict
        ``{arm: ticks}``.
    """

    claims: tuple[Claim, ...]
    case: Experiment
    constants: Any
    steps: dict[str, int]

    @property
    def file_name(self) -> str:
        """Name of the result file; fast and exploratory runs never take the place of others."""
        kind = ".exploratory" if band(self.seeds[0]) == "tuning" else ""
        return f"{self.slug}{kind}{'.fast' if self.fast else ''}.json"

    def report(
        self,
        measures: Values,
        untrained: Values,
        seconds: float,
        device: str,
        others: Sequence[float] = (),
    ) -> Report:
        """Judge the claims on what was measured."""
        registered = {field.name: getattr(self, field.name) for field in fields(Registered)}
        return Report(
            **registered,
            about=self.case.about,
            config_hash=self.registration_digest(),
            device=device,
            seconds=round(seconds, 3),
            versions={
                "python": platform.python_version(),
                "numpy": version("numpy"),
                "scipy": version("scipy"),
            },
            measures=_frozen(measures),
            untrained=_frozen(untrained),
            family=tuple(others),
            results=evaluate(self.claims, measures, others, untrained),
        )


def _frozen(measures: Values) -> dict[str, dict[str, tuple[float, ...]]]:
    return {
        arm: {name: tuple(values) for name, values in given.items()}
        for arm, given in measures.items()
    }


def make_plan(case: Experiment, seeds: int | Iterable[int], fast: bool) -> Plan:
    """Check a case and fix everything that is fixed before training.

    Raises
    ------
    CaseError
        Naming the case, the part that is not well formed, and the mend.
    """
    chosen = seed_list(seeds, fast=fast)
    if not case.slug.isidentifier():
        raise CaseError(
            f"The case {case.title!r} has the slug {case.slug!r}. Load it with load_case, or give "
            "slug= as letters, digits and underscores."
        )
    try:
        return _plan(case, chosen, bool(fast))
    except CaseError as error:
        raise CaseError(f"{case.slug}: {error}") from error
    except Exception as error:  # the case's own functions may raise anything
        raise CaseError(f"{case.slug} is not well formed: {_named(error)}") from error


def _plan(case: Experiment, seeds: tuple[int, ...], fast: bool) -> Plan:
    slugs = [arm.slug for arm in case.arms]
    if not slugs:
        raise CaseError("There are no arms. An experiment trains at least one.")
    for slug in slugs:
        if not slug.isidentifier() or slugs.count(slug) > 1:
            raise CaseError(
                f"The arm slug {slug!r} is not an identifier, or is used twice. Use distinct "
                "names of letters, digits and underscores."
            )
    constants = case.fast if fast else case.config
    plan = Plan(
        slug=case.slug,
        title=case.title,
        question=case.question,
        decision=case.decision,
        variable=case.variable,
        case=case,
        constants=constants,
        fast=fast,
        config=_as_data(constants),
        seeds=seeds,
        arms=records(case.arms),
        claims=_claims(case, constants),
        code=code_digest(case.train, case.source) or "",
        torch=torch_version(),
        steps={slug: int(case.steps(slug, constants)) for slug in slugs},
    )
    for slug, count in plan.steps.items():
        if count < 1:
            raise CaseError(f"steps({slug!r}, config) is {count}; a training has at least 1.")
    return plan


def _as_data(config: Any) -> dict[str, Any]:
    if not is_dataclass(config) or isinstance(config, type):
        raise CaseError(f"The config is {shorten(config)}, not an instance of a dataclass.")
    try:
        text = json.dumps(asdict(config), allow_nan=False, sort_keys=True)
    except (TypeError, ValueError) as error:
        raise CaseError(
            f"The config cannot be registered ({error}). Use finite numbers, text, booleans and "
            "tuples of them."
        ) from error
    data = json.loads(text)
    if json.dumps(data, sort_keys=True) != text:
        raise CaseError("The config has keys that are not text. Use text as keys.")
    return {field.name: data[field.name] for field in fields(config)}


def _claims(case: Experiment, config: Any) -> tuple[Claim, ...]:
    """Ask for the claims, twice: what is registered must not depend on when it is asked."""
    claims = tuple(case.claims(config))
    check_claims(claims, [arm.slug for arm in case.arms])
    again = tuple(case.claims(config))
    for claim, other in zip(claims, again, strict=False):
        if claim.registered() != other.registered():
            raise CaseError(
                f"Asked twice, claims(config) gives two different claims {claim.name!r}. Claims "
                "are fixed before training: compute them from the config and the graphs alone."
            )
    if len(claims) != len(again):
        raise CaseError(
            f"Asked twice, claims(config) gives {len(claims)} claims and then {len(again)}. Claims "
            "are fixed before training: compute them from the config and the graphs alone."
        )
    return claims


def _named(error: BaseException) -> str:
    return str(error) if isinstance(error, CIDError) else f"{type(error).__name__}: {error}"
