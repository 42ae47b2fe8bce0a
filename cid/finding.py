"""A verdict that carries its reasons.

A :class:`Finding` answers one question, such as "does D admit an instrumental control incentive on
X?". It acts as a bool, keeps the evidence, names the theorem with its scope, and can be checked by
a naive method.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from cid.criterion import Criterion
from cid.diagram import CID
from cid.evidence import ActiveTrail, DirectedPath, Evidence
from cid.guards import check_diagram
from cid.parts import Edge

__all__ = ["Finding"]


@dataclass(frozen=True)
class Finding:
    """One verdict.

    Attributes
    ----------
    concept : str
        The criterion's key, one of :data:`cid.CONCEPTS`.
    decision, node : str
        The pair asked about.
    holds : bool
        Does the diagram admit the incentive? This is also the truth value of the finding.
    diagram : CID
        The diagram asked about.
    evidence : tuple of Evidence
        What the verdict rests on; see :mod:`cid.evidence`.
    proven : bool
        False when the diagram meets the criterion but no completeness theorem covers it: the
        criterion is then necessary, and absence cannot be concluded.
    notes : tuple of str
        Conditions under which the verdict is to be read, such as fixed rules of other agents.
    about : Criterion
        The concept with its theorem, reference and scope.
    cut : tuple of edges
        Where the concept is asked of a physical graph, its edges that credit does not cross.

    Examples
    --------
    >>> import cid
    >>> d = cid.CID.parse("S -> D -> X -> U; S -> U", decisions="D", utilities="U")
    >>> finding = cid.admits_ici(d, "D", "X")
    >>> bool(finding), finding.path_nodes, finding.verify(d)
    (True, ('D', 'X', 'U'), True)
    >>> print(finding)
    D admits an instrumental control incentive on X: the directed path D → X → U.
    """

    concept: str
    decision: str
    node: str
    holds: bool
    diagram: CID = field(repr=False)
    evidence: tuple[Evidence, ...] = field(repr=False)
    about: Criterion = field(repr=False, compare=False)
    proven: bool = True
    notes: tuple[str, ...] = field(default=(), repr=False)
    cut: tuple[Edge, ...] = field(default=(), repr=False)

    def __bool__(self) -> bool:
        return self.holds

    def __str__(self) -> str:
        return self.sentence

    @property
    def theorem(self) -> str:
        """The graphical criterion in a sentence."""
        return self.about.theorem

    @property
    def reference(self) -> str:
        """Where the criterion is proved."""
        return self.about.reference

    @property
    def scope(self) -> str:
        """Where the criterion holds."""
        return self.about.scope

    def _named(self) -> tuple[str, ...]:
        """Return the nodes that the question names, besides the decision."""
        return (self.node,)

    def _decisive(self) -> DirectedPath | ActiveTrail | None:
        if not self.holds:
            return None
        paths = (e for e in self.evidence if isinstance(e, DirectedPath | ActiveTrail))
        return next(paths, None)

    @property
    def path_nodes(self) -> tuple[str, ...]:
        """Nodes of the decisive path or trail, in order; empty for a negative verdict."""
        decisive = self._decisive()
        return decisive.nodes if decisive else ()

    @property
    def path_edges(self) -> tuple[Edge, ...]:
        """Edges of the decisive path or trail, each in its own direction.

        For value of information the link from the node into the decision comes first.
        """
        decisive = self._decisive()
        if decisive is None:
            return ()
        nodes = decisive.nodes
        steps = list(pairwise(nodes))
        if isinstance(decisive, ActiveTrail):
            steps = [
                (left, right) if forward else (right, left)
                for (left, right), forward in zip(steps, decisive.forward, strict=True)
            ]
            steps.insert(0, (self.node, self.decision))
        return tuple(steps)

    @property
    def sentence(self) -> str:
        """The verdict with its evidence; the first sentence of :meth:`explain`."""
        verb = "admits" if self.holds else "does not admit"
        if self.holds and not self.proven:
            verb = "meets the necessary condition for"
        name = self.about.name
        because = "; ".join(evidence.words() for evidence in self.evidence)
        return f"{self.decision} {verb} {name} {self.about.preposition} {self.node}: {because}."

    def explain(self) -> str:
        """Return the verdict as a paragraph: evidence, theorem, scope, what it leaves open.

        Examples
        --------
        >>> import cid
        >>> d = cid.CID.parse("S -> D -> U; S -> U", decisions="D", utilities="U")
        >>> print(cid.admits_ici(d, "D", "S").explain())
        D does not admit an instrumental control incentive on S: there is no directed path from D
        to S. Theorem: ...
        """
        parts = [
            self.sentence,
            f"Theorem: {self.about.theorem} [{self.about.reference}; {self.about.scope}].",
            *self.notes,
        ]
        if self.proven:
            parts.append(self.about.silent)
        return " ".join(parts)

    def verify(self, diagram: CID | None = None) -> bool:
        """Check the finding naively: every piece of evidence, then the verdict itself.

        Separations are checked in moral graphs, paths edge by edge, and the verdict is derived
        again by means of :mod:`cid.naive`, which shares no code with the sweeps.

        Parameters
        ----------
        diagram : CID, optional
            Check against another diagram; by default the one that was asked about.

        Returns
        -------
        bool
            False if any check fails, or if the diagram lacks the nodes.
        """
        d = self.diagram if diagram is None else check_diagram(diagram, "verify")
        if self.decision not in d.decisions or not all(name in d for name in self._named()):
            return False
        if not all(evidence.holds_in(d) for evidence in self.evidence):
            return False
        return self.about.recheck(d, self) == self.holds
