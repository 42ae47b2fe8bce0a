"""What a verdict rests on, in a form that can be checked without trusting the verdict.

Each kind of evidence is a small frozen record with two methods: :meth:`Evidence.holds_in` checks it
against a diagram by a naive method that shares no code with the fast algorithms, and
:meth:`Evidence.words` says it in a phrase.

Evidence may speak of a variation of the diagram, with an information link added (value of
information asks about a link that need not exist) or nonrequisite links removed; ``added`` and
``removed`` say which. Where a concept is asked of a physical graph, some evidence speaks of the
objective graph; ``cut`` are the edges that this one lacks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import networkx as nx

from cid import naive
from cid.diagram import CID
from cid.parts import Edge

__all__ = [
    "ActiveTrail",
    "ClosedSet",
    "DirectedPath",
    "Evidence",
    "KindOf",
    "RemovedLink",
    "Separation",
]


def _set(names: Iterable[str]) -> str:
    return "{" + ", ".join(names) + "}"


def _several(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else _set(names)


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Base: which variation of the diagram the evidence speaks of."""

    added: tuple[Edge, ...] = ()
    removed: tuple[Edge, ...] = ()
    cut: tuple[Edge, ...] = ()

    def graph(self, d: CID) -> nx.DiGraph[str]:
        """Return the variation of `d` as a networkx graph."""
        graph = d.to_networkx()
        graph.add_edges_from(self.added)
        graph.remove_edges_from(self.removed)
        graph.remove_edges_from(self.cut)
        return graph

    def place(self) -> str:
        """Return the words that say of which graph the evidence speaks, if not of the diagram."""
        return " in the objective graph" if self.cut else ""

    def holds_in(self, d: CID) -> bool:
        """Check the evidence against a diagram, naively."""
        raise NotImplementedError

    def words(self) -> str:
        """Say it in a phrase."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class DirectedPath(Evidence):
    """A directed path.

    Examples
    --------
    >>> import cid
    >>> d = cid.CID.parse("D -> X -> U", decisions="D", utilities="U")
    >>> DirectedPath(nodes=("D", "X", "U")).holds_in(d)
    True
    """

    nodes: tuple[str, ...]

    def holds_in(self, d: CID) -> bool:
        """Check that every step is an edge."""
        graph = self.graph(d)
        return set(self.nodes) <= set(graph) and all(
            graph.has_edge(tail, head) for tail, head in pairwise(self.nodes)
        )

    def words(self) -> str:
        """Return the path with arrows."""
        if len(self.nodes) == 1:
            return f"the path that consists of {self.nodes[0]} alone"
        return f"the directed path {' → '.join(self.nodes)}{self.place()}"


@dataclass(frozen=True, kw_only=True)
class ActiveTrail(Evidence):
    """A trail along which information flows, given what is observed."""

    nodes: tuple[str, ...]
    forward: tuple[bool, ...]
    given: tuple[str, ...]

    def holds_in(self, d: CID) -> bool:
        """Check each edge, each non-collider and each collider."""
        graph = self.graph(d)
        nodes, given = self.nodes, set(self.given)
        if not (set(nodes) | given) <= set(graph) or len(set(nodes)) < len(nodes):
            return False
        for i, (left, right) in enumerate(pairwise(nodes)):
            tail, head = (left, right) if self.forward[i] else (right, left)
            if not graph.has_edge(tail, head):
                return False
        if nodes[0] in given or nodes[-1] in given:
            return False
        for i in range(1, len(nodes) - 1):
            if self.forward[i - 1] and not self.forward[i]:
                if not given & ({nodes[i]} | nx.descendants(graph, nodes[i])):
                    return False
            elif nodes[i] in given:
                return False
        return True

    def words(self) -> str:
        """Return the trail with arrows and its condition."""
        text = self.nodes[0]
        for node, forward in zip(self.nodes[1:], self.forward, strict=True):
            text += f" {'→' if forward else '←'} {node}"
        return f"the trail {text}, active given {_set(self.given)}"


@dataclass(frozen=True, kw_only=True)
class Separation(Evidence):
    """One node is d-separated from some others given a set."""

    node: str
    others: tuple[str, ...]
    given: tuple[str, ...]

    def holds_in(self, d: CID) -> bool:
        """Check by the moral graph of the ancestral set."""
        graph = self.graph(d)
        named = {self.node, *self.others, *self.given}
        return named <= set(graph) and naive.d_separated(
            graph, {self.node}, self.others, self.given
        )

    def words(self) -> str:
        """Return the separation as a phrase."""
        return f"{self.node} is d-separated from {_several(self.others)} given {_set(self.given)}"


@dataclass(frozen=True, kw_only=True)
class RemovedLink(Evidence):
    """A nonrequisite information link, with the separation that makes it so.

    `others` are the decision's own utilities downstream; when there are none the link is
    nonrequisite because the decision affects nothing its agent values.
    """

    link: Edge
    others: tuple[str, ...]
    given: tuple[str, ...]

    def holds_in(self, d: CID) -> bool:
        """Check the link, that `others` are all relevant utilities, and the separation."""
        graph = self.graph(d)
        parent, decision = self.link
        if not graph.has_edge(parent, decision):
            return False
        below = nx.descendants(graph, decision)
        own = d.utilities_of(str(d.agent_of(decision)))
        family = {decision, *graph.predecessors(decision)} - {parent}
        return (
            {u for u in own if u in below} == set(self.others)
            and family == set(self.given)
            and naive.d_separated(graph, {parent}, self.others, self.given)
        )

    def words(self) -> str:
        """Return the reason as a phrase."""
        parent, decision = self.link
        if not self.others:
            return (
                f"the link {parent} → {decision} is nonrequisite, as {decision} affects no "
                "utility of its agent"
            )
        return (
            f"the link {parent} → {decision} is nonrequisite, as {parent} is d-separated from "
            f"{_several(self.others)} given {_set(self.given)}"
        )


@dataclass(frozen=True, kw_only=True)
class ClosedSet(Evidence):
    """There is no directed path: a set closed under children holds the start and no target."""

    start: str
    targets: tuple[str, ...]
    closed: frozenset[str]
    without: tuple[str, ...] = ()
    """Nodes that the path may not visit."""

    def holds_in(self, d: CID) -> bool:
        """Check that no edge leaves the set."""
        graph = self.graph(d)
        graph.remove_nodes_from(self.without)
        if self.start not in graph:
            return self.start in self.without
        return (
            self.start in self.closed
            and not self.closed.intersection(self.targets)
            and self.closed <= set(graph)
            and all(head in self.closed for tail in self.closed for head in graph[tail])
        )

    def words(self) -> str:
        """Return the absence as a phrase."""
        what = _several(self.targets) if self.targets else "any utility of the agent"
        avoiding = f" that avoids {_several(self.without)}" if self.without else ""
        after = " once nonrequisite links are removed" if self.removed else ""
        return (
            f"there is no directed path from {self.start} to {what}{avoiding}{after}{self.place()}"
        )


@dataclass(frozen=True, kw_only=True)
class KindOf(Evidence):
    """The node is of a kind to which the concept does not apply."""

    node: str
    kind: str
    why: str

    def holds_in(self, d: CID) -> bool:
        """Check the node's kind."""
        return self.node in d and d.kind(self.node) == self.kind

    def words(self) -> str:
        """Return the reason."""
        return self.why
