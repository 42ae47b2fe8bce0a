"""Diagrams with other edges, other names, or fewer decisions, as :class:`~cid.parts.Parts`.

The methods of :class:`cid.CID` are what users call; its constructor checks the parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from cid.errors import CIDTypeError, DiagramError, UnknownNodeError, did_you_mean, shorten
from cid.forms import owners
from cid.names import check_name
from cid.parts import Diagram, Edge, Parts, check_edges, check_names

__all__ = ["fixed", "relabelled", "with_edges", "without_edges"]


def _known(d: Diagram, name: str) -> None:
    if name not in d:
        raise UnknownNodeError(f"There is no node {name!r}.{did_you_mean(name, d.nodes)}")


def with_edges(d: Diagram, edges: Iterable[Edge], nodes: Iterable[str]) -> Parts:
    """Add edges between nodes of the diagram and new chance nodes."""
    added = check_edges(edges)
    new = check_names(nodes, "nodes")
    for name in new:
        if name in d:
            raise DiagramError(f"{name!r} is a node of the diagram already.")
    known = set(new)
    for edge in added:
        for name in edge:
            if name not in known and name not in d:
                raise UnknownNodeError(
                    f"{name!r} in the edge {edge!r} is no node of the diagram."
                    f"{did_you_mean(name, d.nodes)} A new node is declared with "
                    f"with_edges(..., nodes=[{name!r}])."
                )
    return Parts([*d.edges, *added], *owners(d), [*d.nodes, *new])


def without_edges(d: Diagram, edges: Iterable[Edge]) -> Parts:
    """Leave out edges; the first of several that are not there is named."""
    gone = check_edges(edges)
    there = set(d.edges)
    for tail, head in gone:
        if (tail, head) not in there:
            _known(d, tail)
            _known(d, head)
            hint = " The reverse edge is." if (head, tail) in there else ""
            raise UnknownNodeError(f"There is no edge {(tail, head)!r} to remove.{hint}")
    left = there.difference(gone)
    return Parts([edge for edge in d.edges if edge in left], *owners(d), d.nodes)


def relabelled(d: Diagram, names: Mapping[str, str] | Callable[[str], str]) -> Parts:
    """Give nodes other names."""
    if isinstance(names, Mapping):
        for name in names:
            _known(d, check_name(name))
        mapping = {name: names.get(name, name) for name in d.nodes}
    elif callable(names):
        try:
            mapping = {name: names(name) for name in d.nodes}
        except Exception as error:
            raise DiagramError(
                f"relabel's function fails: {type(error).__name__}: {str(error)[:200]}."
            ) from error
    else:
        raise CIDTypeError(f"relabel takes a mapping or a function, not {shorten(names)}.")
    seen: dict[str, str] = {}
    for old, new in mapping.items():
        check_name(new)
        if new in seen:
            raise DiagramError(f"relabel gives {seen[new]!r} and {old!r} the same name {new!r}.")
        seen[new] = old
    decisions, utilities = (
        {a: [mapping[n] for n in names] for a, names in part.items()}
        if isinstance(part, dict)
        else [mapping[n] for n in part]
        for part in owners(d)
    )
    edges = [(mapping[tail], mapping[head]) for tail, head in d.edges]
    return Parts(edges, decisions, utilities, [mapping[name] for name in d.nodes])


def fixed(d: Diagram, names: Iterable[str]) -> Parts:
    """Make decisions chance nodes."""
    gone = set(names)
    decisions, utilities = owners(d)
    if isinstance(decisions, dict):
        decisions = {a: [n for n in held if n not in gone] for a, held in decisions.items()}
    else:
        decisions = [name for name in decisions if name not in gone]
    return Parts(d.edges, decisions, utilities, d.nodes)
