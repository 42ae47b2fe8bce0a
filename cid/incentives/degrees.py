"""Every incentive of one model, by size, next to what its diagram admits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from cid.criterion import Measure
from cid.errors import ScopeError
from cid.folder import collect
from cid.frozen import refuse
from cid.incentives.incentive import verdict_on
from cid.libraries import load_library
from cid.model.guards import check_model
from cid.names import listed
from cid.scim import SCIM
from cid.structure.survey import Survey

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Degree", "Degrees", "degrees"]

MEASURES: tuple[Measure, ...] = tuple(
    sorted(
        collect("MEASURE", "cid.incentives", "cid.criteria").values(),
        key=lambda m: m.criterion.place,
    )
)
"""One for each concept whose size is computed from a model, a decision and a node."""


@dataclass(frozen=True)
class Degree:
    """How much of one incentive a model has.

    Attributes
    ----------
    concept : str
        Key of the criterion, one of :data:`cid.CONCEPTS`.
    decision, node : str
        The pair.
    admits : bool or None
        What the diagram says; None where no theorem covers it.
    degree : Fraction, float or None
        Units of utility, or a probability for response incentives; None where the quantity is not
        computed, for the reason in `note`.
    note : str
        That reason, or empty.
    """

    concept: str
    decision: str
    node: str
    admits: bool | None
    degree: Any
    note: str = ""

    @property
    def has(self) -> bool | None:
        """Does the model have the incentive? None where that is not computed."""
        return None if self.degree is None else bool(self.degree > 0)


class Degrees(Sequence[Degree]):
    """A read-only sequence of :class:`Degree`, with a table."""

    _rows: tuple[Degree, ...]

    def __init__(self, rows: Sequence[Degree]) -> None:
        object.__setattr__(self, "_rows", tuple(listed(rows, "The table")))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        refuse(self, name)

    def __delattr__(self, name: str) -> NoReturn:
        refuse(self, name)

    def __reduce__(self) -> tuple[Any, ...]:
        return Degrees, (self._rows,)

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, index: Any) -> Any:
        return self._rows[index]

    def __iter__(self) -> Iterator[Degree]:
        return iter(self._rows)

    def __repr__(self) -> str:
        having = sum(bool(row.has) for row in self)
        unknown = sum(row.degree is None for row in self)
        rest = f", {unknown} not computed" if unknown else ""
        return f"<Degrees: {having} of {len(self)} incentives present{rest}>"

    def where(self, concept: str | None = None, decision: str | None = None) -> Degrees:
        """Return the rows of a concept, of a decision, or both."""
        return Degrees(
            [
                row
                for row in self
                if concept in (None, row.concept) and decision in (None, row.decision)
            ]
        )

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas frame with columns concept, decision, node, admits, has, degree."""
        pd = load_library("pandas", "to_frame")

        columns = ["concept", "decision", "node", "admits", "has", "degree"]
        return pd.DataFrame(
            [[getattr(row, name) for name in columns] for row in self], columns=columns
        )

    def to_text(self) -> str:
        """Return an aligned table, one line a row."""
        words = {True: "yes", False: "no", None: "-"}
        table = [("concept", "decision", "node", "admits", "has", "degree")]
        table += [
            (
                row.concept,
                row.decision,
                row.node,
                words[row.admits],
                words[row.has],
                "-" if row.degree is None else str(row.degree),
            )
            for row in self
        ]
        widths = [max(len(line[i]) for line in table) for i in range(5)]
        return "\n".join(
            "  ".join([*(cell.ljust(w) for cell, w in zip(line, widths, strict=False)), line[5]])
            for line in table
        )


def degrees(s: SCIM, decision: str | None = None) -> Degrees:
    """Return the size of every value of information and control, response and control incentive.

    Parameters
    ----------
    s : SCIM
        The model. Other agents' decisions have rules.
    decision : str, optional
        By default every decision.

    Returns
    -------
    Degrees
        One row per decision, concept and node to which the concept applies. Impact is not among
        them, since it needs a baseline; see :func:`cid.impact_incentive`.

    Examples
    --------
    >>> import cid
    >>> d = cid.CID.parse("S -> D -> X -> U; S -> U", decisions="D", utilities="U")
    >>> s = cid.SCIM(
    ...     d,
    ...     domains={"D": (0, 1)},
    ...     mechanisms={"S": {0: 0.5, 1: 0.5}, "X": lambda D: D, "U": lambda S, X: int(S == X)},
    ... )
    >>> print(cid.degrees(s).to_text())
    concept  decision  node  admits  has  degree
    voi      D         S     yes     yes  0.5
    ri       D         S     yes     yes  1.0
    ri       D         X     no      no   0.0
    voc      D         S     yes     no   0.0
    voc      D         X     yes     no   0.0
    voc      D         U     yes     no   0.0
    ici      D         X     yes     yes  1.0
    ici      D         U     yes     yes  1.0
    """
    d = check_model(s, "degrees").diagram
    chosen = d.decisions if decision is None else (d.check_decision(decision),)
    rows = []
    for each in chosen:
        survey = Survey(d, each)
        for measure in MEASURES:
            for i in measure.criterion.asked(survey):
                if survey.below[i] or not measure.below:
                    rows.append(_row(s, measure, each, d.nodes[i]))
    return Degrees(rows)


def _row(s: SCIM, measure: Measure, decision: str, node: str) -> Degree:
    concept = measure.criterion.key
    finding = verdict_on(s, concept, decision, node)
    try:
        degree, note = measure.degree(s, decision, node), ""
    except ScopeError as error:
        degree, note = None, str(error)
    return Degree(concept, decision, node, None if finding is None else finding.holds, degree, note)
