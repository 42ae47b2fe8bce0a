"""What a catalogue entry holds: a diagram, what it is a picture of, and what was published of it.

A training process is drawn twice over the same variables, as a :class:`~cid.pair.GraphPair`.
Instrumental control incentives are read on the objective graph, impact on the physical one. Where
nothing is cut the two are the same diagram.
"""

from __future__ import annotations

from dataclasses import dataclass

from cid.criteria.analysis import CONCEPTS
from cid.diagram import CID
from cid.errors import CIDTypeError, DiagramError, FormatError, did_you_mean, shorten
from cid.pair import GraphPair
from cid.parts import Edge
from cid.references import REFERENCES

__all__ = ["Entry", "Prediction"]

REQUISITE = "requisite"
"""The concept of a prediction about an information link: the reduction keeps it."""


@dataclass(frozen=True)
class Prediction:
    """A verdict that somebody published about a diagram.

    Attributes
    ----------
    concept : str
        One of :data:`cid.CONCEPTS`, or ``"requisite"``: an information link that the reduction
        keeps.
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

    concept: str
    decision: str
    answer: bool | tuple[str, ...]
    node: str | None = None
    source: str = ""

    def __post_init__(self) -> None:
        if self.concept not in (known := (*CONCEPTS, REQUISITE)):
            hint = did_you_mean(str(self.concept), known)
            raise FormatError(f"{shorten(self.concept)} is no concept of a prediction.{hint}")
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
        If the graphs are no :class:`~cid.pair.GraphPair`, or `physical` is given and is the same;
        or if a prediction names a node that is not there.
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
        if self.physical is not None and not self.pair.cut:
            raise DiagramError("The two graphs are the same. Leave out physical.")
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
    def pair(self) -> GraphPair:
        """Both graphs."""
        return GraphPair(self.physical_graph, self.diagram)

    @property
    def cut(self) -> tuple[Edge, ...]:
        """The physical edges that credit does not cross."""
        return self.pair.cut
