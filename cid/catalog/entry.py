"""What a catalogue entry holds: a diagram, what it is a picture of, and what was published of it.

A training process is drawn twice over the same variables. The *physical* graph has an edge A -> B
iff setting A changes B in the world. The *objective* graph is the physical graph without the edges
that the optimiser's credit does not cross. Instrumental control incentives are read on the
objective graph, impact on the physical one. Where nothing is cut the two are the same diagram.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from cid.diagram import CID
from cid.errors import CIDTypeError, DiagramError, FormatError, did_you_mean, shorten
from cid.parts import Edge
from cid.references import REFERENCES

__all__ = ["Concept", "Entry", "Prediction"]

Concept = Literal["voi", "ri", "voc", "ici", "impact", "requisite", "lcdt_ici"]


@dataclass(frozen=True)
class Prediction:
    """A verdict that somebody published about a diagram.

    Attributes
    ----------
    concept : str
        ``"voi"``, ``"ri"``, ``"voc"``, ``"ici"``, ``"impact"``, ``"requisite"`` (an information
        link that the reduction keeps) or ``"lcdt_ici"`` (ICI of a decision made by LCDT).
    decision : str
        The decision it is about.
    answer : bool or tuple of str
        With `node`, whether the verdict holds of it; without, all nodes of which it holds, the
        decision itself left out.
    node : str or None
        The variable, or None for a list.
    source : str
        Where it is stated. A verdict that the source only implies says so here.

    Raises
    ------
    FormatError
        If the concept is unknown, the source is missing, or `answer` and `node` do not fit.

    Examples
    --------
    >>> Prediction("ici", "P", True, node="I", source="Everitt et al. (2021)").answer
    True
    >>> Prediction("ici", "P", True, source="Everitt et al. (2021)")
    Traceback (most recent call last):
    ...
    cid.errors.FormatError: A prediction about no node in particular lists the nodes: give ...
    """

    concept: Concept
    decision: str
    answer: bool | tuple[str, ...]
    node: str | None = None
    source: str = ""

    def __post_init__(self) -> None:
        if self.concept not in get_args(Concept):
            known = did_you_mean(str(self.concept), get_args(Concept))
            raise FormatError(f"{shorten(self.concept)} is no concept of a prediction.{known}")
        if self.node is None and not (
            isinstance(self.answer, tuple) and all(isinstance(name, str) for name in self.answer)
        ):
            raise FormatError(
                "A prediction about no node in particular lists the nodes: give a tuple of names "
                f"as answer, not {shorten(self.answer)}, or name the node."
            )
        if self.node is not None and not isinstance(self.answer, bool):
            raise FormatError(
                f"A prediction about the node {self.node!r} is True or False, not "
                f"{shorten(self.answer)}."
            )
        if not self.source:
            raise FormatError("A prediction names its source.")


@dataclass(frozen=True)
class Entry:
    """A worked diagram.

    Attributes
    ----------
    diagram : CID
        The objective graph: what credit crosses. ICI, VoI, VoC and RI are read here.
    physical : CID or None
        What happens in the world, when that is more; impact is read here. None when it is the
        same diagram.
    reference : str
        Where the diagram comes from, in words.
    cites : tuple of str
        Keys of :data:`cid.references.REFERENCES`.
    predictions : tuple of Prediction
        Published verdicts. All others are computed.
    setup : str
        What training realises the incentive, or kills it.
    measure : str
        What one would see in an experiment.
    slug, title, prose : str
        File name and module docstring, filled in by the folder scan of :mod:`cid.catalog`.

    Raises
    ------
    DiagramError
        If the physical graph has other nodes, kinds or owners, lacks an edge of the objective, has
        no further edge, or has one that lies on no directed path from a decision to a utility of
        the same agent; or if a prediction names a node that is not there.
    FormatError
        If a citation is unknown or the reference is missing.

    Examples
    --------
    >>> import cid
    >>> entry = cid.catalog.load("self_fulfilling_stopgrad")
    >>> entry.cut
    (('A', 'S'),)
    >>> entry.physical_graph == cid.catalog.load("self_fulfilling").diagram
    True
    """

    diagram: CID
    reference: str
    cites: tuple[str, ...]
    physical: CID | None = None
    predictions: tuple[Prediction, ...] = ()
    setup: str = ""
    measure: str = ""
    slug: str = ""
    title: str = ""
    prose: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.diagram, CID):
            raise CIDTypeError(f"The diagram of an entry is a CID, not {shorten(self.diagram)}.")
        if self.physical is not None:
            _check_pair(self.diagram, self.physical)
        if not self.reference:
            raise FormatError("An entry says where its diagram comes from: reference='...'.")
        for key in self.cites:
            if key not in REFERENCES:
                raise FormatError(
                    f"{shorten(key)} is no key of cid.references.REFERENCES."
                    f"{did_you_mean(str(key), REFERENCES)}"
                )
        for prediction in self.predictions:
            self.diagram.check_decision(prediction.decision)
            listed = prediction.answer if isinstance(prediction.answer, tuple) else ()
            for name in (*listed, *([] if prediction.node is None else [prediction.node])):
                self.diagram.check_node(name)

    @property
    def physical_graph(self) -> CID:
        """The physical graph; the diagram itself where credit crosses every edge."""
        return self.diagram if self.physical is None else self.physical

    @property
    def cut(self) -> tuple[Edge, ...]:
        """The physical edges that credit does not cross."""
        kept = set(self.diagram.edges)
        return tuple(edge for edge in self.physical_graph.edges if edge not in kept)


def _roles(d: CID) -> dict[str, tuple[str, str | None]]:
    return {name: (d.kind(name), d.agent_of(name)) for name in d.nodes}


def _check_pair(objective: CID, physical: CID) -> None:
    """Raise unless `physical` is `objective` with more edges, each one where credit could run."""
    if not isinstance(physical, CID):
        raise CIDTypeError(f"The physical graph of an entry is a CID, not {shorten(physical)}.")
    ours, theirs = _roles(objective), _roles(physical)
    odd = sorted(name for name in {*ours, *theirs} if ours.get(name) != theirs.get(name))
    if odd:
        raise DiagramError(
            "The physical and the objective graph have the same nodes, kinds and owners; they "
            f"differ in {', '.join(map(repr, odd))}."
        )
    for edge in objective.edges:
        if edge not in physical.edges:
            raise DiagramError(
                f"The objective edge {edge!r} is missing from the physical graph. Credit crosses "
                "only edges that are there: add it to the physical graph."
            )
    if len(physical.edges) == len(objective.edges):
        raise DiagramError("The two graphs are the same. Leave out physical.")
    for tail, head in physical.edges:
        if (tail, head) not in objective.edges and not _on_credit_path(physical, tail, head):
            raise DiagramError(
                f"The edge {(tail, head)!r} lies on no directed path from a decision to a utility "
                "of the same agent, so no credit could cross it. Put it into both graphs."
            )


def _on_credit_path(d: CID, tail: str, head: str) -> bool:
    deciders = {
        d.agent_of(name) for name in d.decisions if name == tail or tail in d.descendants(name)
    }
    return any(
        d.agent_of(name) in deciders
        for name in d.utilities
        if name == head or head in d.ancestors(name)
    )
