"""Turn marks into evidence: paths, closed sets, removed links, active trails."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from cid.diagram import CID
from cid.evidence import ActiveTrail, ClosedSet, DirectedPath, RemovedLink, Separation
from cid.parts import Edge
from cid.structure.dseparation import trail
from cid.structure.graph import Adjacency, reach, shortest_path
from cid.structure.requisite import Reduction
from cid.structure.survey import Survey

__all__ = [
    "edges",
    "forward_flags",
    "no_path",
    "path_through",
    "removed_links",
    "separation_or_trail",
    "shortest",
]


def _marks(size: int, numbers: Iterable[int]) -> bytearray:
    marks = bytearray(size)
    for i in numbers:
        marks[i] = 1
    return marks


def edges(d: CID, links: Iterable[tuple[int, int]]) -> tuple[Edge, ...]:
    """Return edges by name for edges by number."""
    return tuple((d.nodes[tail], d.nodes[head]) for tail, head in links)


def shortest(
    survey: Survey,
    graph: Adjacency,
    start: int,
    targets: Iterable[int],
    *,
    removed: Iterable[tuple[int, int]] = (),
    blocked: bytes | bytearray = b"",
) -> DirectedPath:
    """Return a shortest directed path that is known to exist."""
    marks = _marks(len(graph.parents), targets)
    found = shortest_path(start, marks, graph.children, blocked)
    assert found is not None, "the marks promise a path"
    return DirectedPath(nodes=survey.names(found), removed=edges(survey.d, removed))


def path_through(
    survey: Survey,
    graph: Adjacency,
    node: int,
    *,
    removed: Iterable[tuple[int, int]] = (),
    blocked: bytes | bytearray = b"",
) -> DirectedPath:
    """Return a directed path from the decision through a node to a utility of its agent."""
    links = tuple(removed)
    first = shortest(survey, graph, survey.root, [node], removed=links, blocked=blocked)
    second = shortest(survey, graph, node, survey.own_utilities, removed=links, blocked=blocked)
    return DirectedPath(nodes=first.nodes + second.nodes[1:], removed=first.removed)


def no_path(
    survey: Survey,
    graph: Adjacency,
    start: int,
    targets: Iterable[int],
    *,
    removed: Iterable[tuple[int, int]] = (),
    blocked: bytes | bytearray = b"",
) -> ClosedSet:
    """Return the closed set that shows there is no directed path."""
    marks = reach([start], graph.children, blocked)
    closed = frozenset(survey.names(i for i in range(len(marks)) if marks[i]))
    without = survey.names(i for i in range(len(blocked)) if blocked[i]) if blocked else ()
    return ClosedSet(
        start=survey.d.nodes[start],
        targets=survey.names(targets),
        closed=closed,
        removed=edges(survey.d, removed),
        without=without,
    )


def removed_links(
    survey: Survey, graph: Adjacency, found: Reduction, added: tuple[Edge, ...] = ()
) -> tuple[RemovedLink, ...]:
    """Return the nonrequisite links, each with its separation, in order of deletion.

    Each link is judged with those before it gone: a nonrequisite link stays nonrequisite when
    another one is deleted.
    """
    d = survey.d
    records: list[RemovedLink] = []
    for k, (tail, head) in enumerate(found.removed):
        below = reach([head], graph.children)
        targets = (u for u in survey.own_utilities if below[u])
        given = (i for i in (head, *graph.parents[head]) if i != tail)
        records.append(
            RemovedLink(
                link=(d.nodes[tail], d.nodes[head]),
                others=survey.names(targets),
                given=survey.names(given),
                added=added,
                removed=edges(d, found.removed[:k]),
            )
        )
        graph = graph.without([(tail, head)])
    return tuple(records)


def forward_flags(graph: Adjacency, walk: list[int]) -> tuple[bool, ...]:
    """Return, for each step of a trail, whether its edge points along the trail."""
    return tuple(head in graph.children[tail] for tail, head in pairwise(walk))


def separation_or_trail(
    survey: Survey,
    graph: Adjacency,
    node: int,
    *,
    added: tuple[Edge, ...] = (),
    removed: Iterable[tuple[int, int]] = (),
) -> Separation | ActiveTrail:
    """Is the node connected to the decision's utilities given the decision and its other parents?

    `graph` is the graph with `added` and without `removed` edges.
    """
    below = reach([survey.root], graph.children)
    targets = [u for u in survey.own_utilities if below[u]]
    given = [i for i in [survey.root, *graph.parents[survey.root]] if i != node]
    walk = trail(graph, node, _marks(len(graph.parents), targets), given)
    if walk is None:
        return Separation(
            node=survey.d.nodes[node],
            others=survey.names(targets),
            given=survey.names(given),
            added=added,
            removed=edges(survey.d, removed),
        )
    return ActiveTrail(
        nodes=survey.names(walk),
        forward=forward_flags(graph, walk),
        given=survey.names(given),
        added=added,
        removed=edges(survey.d, removed),
    )
