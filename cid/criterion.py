"""All that the library knows of one concept, as records that everything else loops over.

Each file of :mod:`cid.criteria` holds a :class:`Criterion`, by which diagrams are judged. Three
more records say what is known of models, each optional:

==============  =====================  =======================================================
record          name in the file       asked by
==============  =====================  =======================================================
Criterion       ``CRITERION``          :func:`cid.analyze`, findings, the catalogue, pictures
Measure         ``MEASURE``            :func:`cid.degrees`
Construction    ``CONSTRUCTION``       :func:`cid.witness`
Definition      ``DEFINITION``         :func:`cid.incentive_conditions`
==============  =====================  =======================================================

A new concept is one file with as many of them as are known. The library's own measures and
definitions stand where the solvers that they call are at hand, :mod:`cid.incentives`,
:mod:`cid.construct` and :mod:`cid.symbolic`, so that a question about a diagram loads no numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cid.diagram import CID
    from cid.finding import Finding
    from cid.scim import SCIM
    from cid.structure.survey import Survey

__all__ = ["Construction", "Criterion", "Definition", "Holding", "Measure"]


@dataclass(frozen=True)
class Holding:
    """What a sweep finds for one decision, by node number.

    Attributes
    ----------
    nodes : sequence of int
        For which the criterion holds.
    unproven : sequence of int
        Those of `nodes` for which it is necessary only; see :attr:`Finding.proven`.
    unknown : mapping from int to str
        Nodes without verdict, and why no theorem gives one.
    """

    nodes: Sequence[int]
    unproven: Sequence[int] = ()
    unknown: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Criterion:
    """A concept: its names, its theorem, what its verdict leaves open, and how it is decided.

    Attributes
    ----------
    key : str
        Short name used in code, such as ``"ici"``.
    name : str
        Name in prose, such as "an instrumental control incentive".
    label : str
        Name in tables, such as "instrumental control incentive".
    preposition : str
        "on" or "for".
    theorem : str
        Statement of the graphical criterion.
    reference : str
        Where it is proved.
    scope : str
        Where it holds.
    silent : str
        What a positive and a negative verdict do not say.
    asked : callable
        From a survey of one decision to the nodes that the concept applies to, by number.
    holding : callable
        From a survey to the nodes for which the criterion holds, by a sweep. It raises
        :class:`~cid.errors.ScopeError` where the theorem says nothing of the decision.
    admit : callable
        From a survey and a node's name to the finding, with its evidence.
    recheck : callable
        From a diagram and a finding to the verdict, derived again by :mod:`cid.naive`.
    usual : bool
        Does :func:`cid.analyze` ask it unless told otherwise?
    place : int
        Where it stands in tables; smaller numbers come first.
    """

    key: str
    name: str
    label: str
    preposition: str
    theorem: str
    reference: str
    scope: str
    silent: str
    asked: Callable[[Survey], Sequence[int]] = field(repr=False)
    holding: Callable[[Survey], Holding] = field(repr=False)
    admit: Callable[[Survey, str], Finding] = field(repr=False)
    recheck: Callable[[CID, Finding], bool] = field(repr=False)
    usual: bool = True
    place: int = 100


@dataclass(frozen=True)
class Measure:
    """How the size of an incentive in a model is computed.

    Attributes
    ----------
    criterion : Criterion
        What the size is of.
    degree : callable
        From a model, a decision and a node to the size.
    below : bool
        Is the size zero by definition for what does not come after the decision? Such nodes are
        left out of tables.
    """

    criterion: Criterion
    degree: Callable[[SCIM, str, str], Any]
    below: bool = False


@dataclass(frozen=True)
class Construction:
    """How a model that has the incentive is made for a diagram that admits it.

    Attributes
    ----------
    criterion : Criterion
        The concept.
    make : callable
        From a diagram with one agent's decisions open, and a positive finding, to a model.
    has : callable
        From a model, a decision and a node to whether it has the incentive, by the definition.
    several : bool
        Is it known for an agent with several decisions?
    """

    criterion: Criterion
    make: Callable[[CID, Finding], SCIM]
    has: Callable[[SCIM, str, str], bool]
    several: bool = False


@dataclass(frozen=True)
class Definition:
    """How a concept's definition is evaluated with the parameters left open.

    Attributes
    ----------
    criterion : Criterion
        The concept.
    applies : callable
        From the node's kind, and whether it comes after the decision, to whether the definition can
        be met at all.
    algorithm : callable
        From :class:`~cid.symbolic.tables.Tables`, a decision and a node (and the baseline's choice)
        to a function that puts its comparisons to an :class:`~cid.symbolic.explore.Asker` and
        returns whether the definition is met.
    baseline : bool
        Does it compare with a baseline policy?
    """

    criterion: Criterion
    applies: Callable[[str, bool], bool]
    algorithm: Callable[..., Callable[[Any], bool]]
    baseline: bool = False
