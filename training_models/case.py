"""What an experiment is: a diagram pair per arm, claims computed from it, and a training loop.

A :class:`Case` holds the physics of one small world fixed and trains the same learner in several
*arms*. Arms differ only in their objective graph (which edges the optimiser's credit crosses) or
in one named mechanism. Each arm names two diagrams:

- the **physical graph**: A -> B iff setting A changes B in the world;
- the **objective graph**: the same less the edges that credit does not cross.

What the theory says about an arm is *computed* from these graphs
(:mod:`training_models.predict`) and becomes a :class:`training_models.Claim`. Claims are fixed
before any seed is trained; their digest goes into the result file.

Adding an experiment is adding one file to ``training_models/cases/`` with a module-level ``CASE``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from training_models.claims import Claim
from training_models.plan import make_plan
from training_models.predict import Arm
from training_models.report import Report
from training_models.runner.once import run_once

__all__ = ["Case", "Measures", "Tick", "Train"]

Measures = Mapping[str, np.ndarray]
"""``{measure: one value per seed}``."""
Tick = Callable[[int], None]
"""Called by a training loop with the number of steps just done; drives the progress bar."""


class Train(Protocol):
    """Train all seeds of one arm at once and return per-seed measures."""

    def __call__(
        self, arm: str, config: Any, seeds: Sequence[int], device: str, tick: Tick
    ) -> Measures:
        """Return {measure: array of shape (len(seeds),)}; call ``tick(n)`` after n steps."""
        ...


@dataclass(frozen=True)
class Case:
    """An experiment.

    Attributes
    ----------
    title, question : str
        For tables and pages; the question is answered yes (PRESENT) or no (ABSENT).
    decision, variable : str
        Node names in the arms' diagrams: who chooses, and through what.
    arms : tuple of Arm
        In the order in which they are shown.
    config, fast : frozen dataclass
        Every constant of the run; `fast` has fewer steps for ``--fast``.
    claims : callable
        ``claims(config) -> tuple[Claim, ...]``; the first one is the headline.
    steps : callable
        ``steps(arm_slug, config) -> int``: how many ticks training takes, for progress bars.
    train : Train
        The training loop.
    untrained : callable, optional
        ``untrained(config)`` is the config that trains for zero steps: its measures stand beside
        those of the trained learner.
    slug, about, source : str
        File name, module docstring and path, filled in by the folder scan.
    """

    title: str
    question: str
    decision: str
    variable: str
    arms: tuple[Arm, ...]
    config: Any
    fast: Any
    claims: Callable[[Any], tuple[Claim, ...]]
    steps: Callable[[str, Any], int]
    train: Train
    untrained: Callable[[Any], Any] | None = None
    slug: str = ""
    about: str = ""
    source: str = ""

    def arm(self, slug: str) -> Arm:
        """Return the arm with this slug."""
        return {arm.slug: arm for arm in self.arms}[slug]

    def run(
        self,
        seeds: int | Sequence[int] = 16,
        fast: bool = False,
        device: str = "cpu",
        jobs: int | None = 1,
        progress: bool = True,
    ) -> Report:
        """Train every arm and judge every claim.

        Parameters
        ----------
        seeds : int or sequence of int
            A number n means n seeds from 2000, or from 1000 if `fast`. Seeds below 1000 are for
            tuning: the report is marked exploratory.
        fast : bool
            Use the case's short configuration.
        device : str
            Any torch device.
        jobs : int or None
            Processes that train arms side by side; None for one per core. The numbers do not
            depend on it.
        progress : bool
            Show a progress bar on standard error.

        Returns
        -------
        Report

        Raises
        ------
        CaseError
            If the case is not well formed, an argument is wrong, or training fails.
        """
        return run_once(self, seeds, fast=fast, device=device, jobs=jobs, progress=progress)

    def registration(self, seeds: int | Sequence[int] = 16, fast: bool = False) -> dict[str, Any]:
        """Return everything that a run would fix before training, as plain data.

        Raises
        ------
        CaseError
            If the case is not well formed.
        """
        return make_plan(self, seeds, fast).registration()
