"""What is fixed before training, and its digest: one function, for writing and for loading.

A registration holds everything that could be adjusted to a result: the configuration, the seeds,
the arms with both graphs, every word and number of every claim, a digest of the code that trains,
and the version of torch. A result file states the digest and can be checked against it.

It protects against mistakes: a claim edited after the fact, a margin that moved, numbers of other
code, a file of another run. It does not protect against forgery, since whoever can edit the file
can compute a digest. For that, publish the digest before training, where others can see it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cid
from training_models.claims import Claim
from training_models.errors import ResultError
from training_models.files import digest
from training_models.predict import Arm, decisive

__all__ = ["ArmRecord", "Registered", "check_predictions", "records"]

GRAPHS = ("physical", "objective")


@dataclass(frozen=True)
class ArmRecord:
    """An arm as plain data; `physical` and `objective` are read by ``cid.CID.from_dict``."""

    slug: str
    title: str
    role: str
    note: str
    physical: dict[str, Any]
    objective: dict[str, Any]

    def graph(self, which: str) -> cid.CID:
        """Return the ``"physical"`` or the ``"objective"`` graph."""
        return cid.CID.from_dict(getattr(self, which))

    @property
    def pair(self) -> cid.GraphPair:
        """Both graphs, checked."""
        return cid.GraphPair(self.graph("physical"), self.graph("objective"))


def records(arms: Iterable[Arm]) -> tuple[ArmRecord, ...]:
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


@dataclass(frozen=True, kw_only=True)
class Registered:
    """What is fixed before training: a plan has it, and so has the report made of it.

    Attributes
    ----------
    slug, title, question : str
        Of the case.
    decision, variable : str
        Node names in the arms' diagrams: who chooses, and through what.
    config : dict
        Every constant of the run.
    seeds : tuple of int
        One replication each.
    fast : bool
        Whether the case's short configuration is used.
    code, torch : str
        Digest of the source that trains, empty for a case without a file; version of torch.
    arms : tuple of ArmRecord
        In the order in which they are shown.
    """

    slug: str
    title: str
    question: str
    decision: str
    variable: str
    config: dict[str, Any]
    seeds: tuple[int, ...]
    fast: bool
    code: str
    torch: str
    arms: tuple[ArmRecord, ...]
    if TYPE_CHECKING:
        claims: Sequence[Claim]  # what a plan registers and what a report has results of

    @property
    def unclaimed(self) -> tuple[tuple[str, str], ...]:
        """Graphs that enter no claim, as (arm, "physical" or "objective").

        Where both are the same graph, a claim that reads one reads the other.
        """
        claimed = {
            (claim.arm, claim.sort.graph) for claim in self.claims if claim.finding is not None
        }
        for arm in self.arms:
            if arm.physical == arm.objective and {(arm.slug, g) for g in GRAPHS} & claimed:
                claimed |= {(arm.slug, graph) for graph in GRAPHS}
        return tuple(
            (arm.slug, graph)
            for arm in self.arms
            for graph in GRAPHS
            if (arm.slug, graph) not in claimed
        )

    def registration(self) -> dict[str, Any]:
        """Return everything that is fixed before training, as plain data."""
        fixed = {field.name: getattr(self, field.name) for field in dataclasses.fields(Registered)}
        return {
            **fixed,
            "seeds": list(self.seeds),
            "arms": [dataclasses.asdict(arm) for arm in self.arms],
            "claims": [claim.registered() for claim in self.claims],
        }

    def registration_digest(self) -> str:
        """Return the SHA-256 digest of the registration, which result files state."""
        return digest(self.registration())


def check_predictions(of: Registered) -> None:
    """Ask the criteria again, and check that the predictions are what the graphs say.

    Raises
    ------
    ResultError
        Naming the claim.
    """
    pairs = {arm.slug: arm.pair for arm in of.arms}
    for claim in of.claims:
        stated, sort = claim.finding, claim.sort
        if stated is None or sort.asks is None:
            continue
        found = decisive(sort.asks(pairs[claim.arm], stated.decision, stated.node))
        same = (stated.concept, stated.holds, stated.path_nodes, stated.path_edges)
        if same != (found.concept, found.holds, found.path_nodes, found.path_edges):
            raise ResultError(
                f"the {sort.graph} graph of the arm {claim.arm!r} does not say what the claim "
                f"{claim.name!r} says it does: {found.sentence}"
            )
        if claim.predicted is not found.predicts:
            raise ResultError(
                f"the claim {claim.name!r} predicts {claim.predicted}, and its graph says "
                f"{found.predicts}"
            )
