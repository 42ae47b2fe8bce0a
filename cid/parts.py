"""What a diagram is made of: names, edges and owners, checked and numbered.

:class:`Parts` is a diagram as its constructor takes it; :func:`numbered` checks the parts and gives
every node a number. The graph algorithms work on the numbers, which :attr:`cid.CID.numbered`
offers. :class:`Diagram` is what pictures and texts need to know of a diagram.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from types import MappingProxyType
from typing import NamedTuple, Protocol, runtime_checkable

from cid.errors import (
    CIDTypeError,
    CycleError,
    DiagramError,
    UnknownNodeError,
    did_you_mean,
    shorten,
)
from cid.names import check_apart, check_name

__all__ = [
    "CHANCE",
    "DECISION",
    "DEFAULT_AGENT",
    "KINDS",
    "UTILITY",
    "Diagram",
    "Edge",
    "Numbered",
    "Owners",
    "Parts",
    "check_edge",
    "check_edges",
    "check_flag",
    "check_names",
    "is_diagram",
    "numbered",
]

Edge = tuple[str, str]
Owners = Iterable[str] | Mapping[str, Iterable[str]]
KINDS = ("chance", "decision", "utility")
CHANCE, DECISION, UTILITY = range(3)

DEFAULT_AGENT = "agent"
"""The owner of decisions and utilities in a diagram that names no agents."""


def check_flag(value: object, what: str) -> bool:
    """Return a yes or no, or raise :class:`CIDTypeError` if it is anything else."""
    if isinstance(value, bool) or type(value).__name__ in ("bool", "bool_"):
        return bool(value)
    raise CIDTypeError(f"{what} is True or False, not {shorten(value)}.")


def check_edge(edge: object) -> Edge:
    """Return a pair of names, else raise."""
    if type(edge) is tuple and len(edge) == 2:
        return check_name(edge[0]), check_name(edge[1])
    if isinstance(edge, str) or not isinstance(edge, Sequence) or len(edge) != 2:
        raise CIDTypeError(
            f"An edge is a pair of node names such as ('S', 'D'), not {shorten(edge)}. "
            "For text, use CID.parse('S -> D')."
        )
    return check_name(edge[0]), check_name(edge[1])


def check_edges(edges: object) -> list[Edge]:
    """Return pairs of names, each given once, else raise."""
    if isinstance(edges, str):
        raise CIDTypeError(f"Edges are pairs of names. For text, use CID.parse({shorten(edges)}).")
    if not isinstance(edges, Iterable):
        raise CIDTypeError(f"Edges are an iterable of pairs of names, not {shorten(edges)}.")
    checked = [check_edge(edge) for edge in edges]
    if len(set(checked)) != len(checked):
        seen: set[Edge] = set()
        for edge in checked:
            if edge in seen:
                raise DiagramError(f"The edge {edge!r} is given twice. Give each edge once.")
            seen.add(edge)
    return checked


def check_names(names: object, what: str) -> list[str]:
    """Return a list of names; one name alone is a list of one."""
    if isinstance(names, str):
        return [check_name(names)]
    if not isinstance(names, Iterable):
        raise CIDTypeError(f"{what} is a list of node names, not {shorten(names)}.")
    return [check_name(name) for name in names]


def _owners(given: object, what: str) -> tuple[dict[str, list[str]], bool]:
    """Return {agent: names}, and whether agents were named."""
    if isinstance(given, Mapping):
        owners = {
            check_name(agent, "agent label"): check_names(names, f"{what}[{agent!r}]")
            for agent, names in given.items()
        }
        named = True
    else:
        names = check_names(given, what)
        owners = {DEFAULT_AGENT: names} if names else {}
        named = False
    seen: set[str] = set()
    for names in owners.values():
        for name in names:
            if name in seen:
                raise DiagramError(f"{name!r} is listed twice in {what}. List each node once.")
            seen.add(name)
    return owners, named


def _show_cycle(nodes: Sequence[str], parents: Sequence[Sequence[int]], left: set[int]) -> str:
    """Walk parents inside `left`, where every node has one, until a node comes back."""
    start = min(left)
    position: dict[int, int] = {}
    walk: list[int] = []
    while start not in position:
        position[start] = len(walk)
        walk.append(start)
        start = next(p for p in parents[start] if p in left)
    cycle = [nodes[i] for i in reversed([*walk[position[start] :], start])]
    if len(cycle) > 12:
        return " -> ".join([*cycle[:6], "...", *cycle[-5:]])
    return " -> ".join(cycle)


class Parts(NamedTuple):
    """A diagram as its constructor takes it."""

    edges: Iterable[Edge]
    decisions: Owners
    utilities: Owners
    nodes: Iterable[str]


@runtime_checkable
class Diagram(Protocol):
    """What pictures and texts need to know of a diagram."""

    @property
    def nodes(self) -> tuple[str, ...]:
        """All nodes."""

    @property
    def edges(self) -> tuple[Edge, ...]:
        """All edges."""

    @property
    def decisions(self) -> tuple[str, ...]:
        """Decision nodes of all agents."""

    @property
    def utilities(self) -> tuple[str, ...]:
        """Utility nodes of all agents."""

    @property
    def agents(self) -> tuple[str, ...]:
        """Agents."""

    def __contains__(self, name: object) -> bool: ...

    def agent_of(self, name: str) -> str | None:
        """Return the owner of a decision or utility."""

    def decisions_of(self, agent: str) -> tuple[str, ...]:
        """Return one agent's decisions."""

    def utilities_of(self, agent: str) -> tuple[str, ...]:
        """Return one agent's utilities."""


def is_diagram(given: object) -> bool:
    """Is this a diagram? A class, which has the same attributes, is none."""
    return isinstance(given, Diagram) and not isinstance(given, type)


@dataclass(frozen=True)
class Numbered:
    """A diagram with numbers for nodes, which is what the graph algorithms read.

    Attributes
    ----------
    names : tuple of str
        Node names; a node's number is its position.
    index : mapping
        {name: number}.
    kinds : bytes
        Per node :data:`CHANCE`, :data:`DECISION` or :data:`UTILITY`.
    owner : mapping
        {name: agent} of decisions and utilities.
    parents, children : tuple of tuple of int
        Per node, in edge order.
    order : tuple of int
        Every parent before its children.
    """

    names: tuple[str, ...]
    index: Mapping[str, int]
    kinds: bytes
    owner: Mapping[str, str]
    parents: tuple[tuple[int, ...], ...]
    children: tuple[tuple[int, ...], ...]
    order: tuple[int, ...]


def numbered(parts: Parts) -> tuple[Numbered, tuple[Edge, ...], tuple[str, ...]]:
    """Check the parts of a diagram and number its nodes.

    Returns
    -------
    Numbered
        The nodes.
    tuple of edges
        As given.
    tuple of str
        The agents.

    Raises
    ------
    DiagramError, CIDTypeError
        As :class:`cid.CID` says.
    """
    edge_list = check_edges(parts.edges)
    decision_map, decisions_named = _owners(parts.decisions, "decisions")
    utility_map, utilities_named = _owners(parts.utilities, "utilities")
    if decision_map and utility_map and decisions_named != utilities_named:
        raise CIDTypeError(
            "Give decisions and utilities both as lists (one agent) or both as mappings "
            "{agent: names}, not one of each."
        )
    index: dict[str, int] = {}
    for name in check_names(parts.nodes, "nodes"):
        if name in index:
            raise DiagramError(f"{name!r} is listed twice in nodes. List each node once.")
        index[name] = len(index)
    for name in chain.from_iterable(edge_list):
        if name not in index:
            index[name] = len(index)
    if not index:
        raise DiagramError(
            "A diagram needs at least one node. Give edges, or nodes=['X'] for one without."
        )
    check_apart(index)
    check_apart(dict.fromkeys([*decision_map, *utility_map]), "agent")
    owner: dict[str, str] = {}
    for what, mapping in (("decision", decision_map), ("utility", utility_map)):
        for agent, names in mapping.items():
            for name in names:
                if name not in index:
                    raise UnknownNodeError(
                        f"The {what} {name!r} is no node of the diagram."
                        f"{did_you_mean(name, index)} A node without edges is declared "
                        f"with nodes=[{name!r}]."
                    )
                if name in owner:
                    raise DiagramError(
                        f"{name!r} is listed as decision and as utility. A node is one of "
                        "them; add a chance copy for the other."
                    )
                owner[name] = agent

    parents: list[list[int]] = [[] for _ in index]
    children: list[list[int]] = [[] for _ in index]
    for tail, head in edge_list:
        i, j = index[tail], index[head]
        if i == j:
            raise DiagramError(f"The edge {(tail, head)!r} is a self-loop. Remove it.")
        parents[j].append(i)
        children[i].append(j)

    waiting = [len(p) for p in parents]
    order = [i for i, count in enumerate(waiting) if count == 0]
    for i in order:  # grows while it is read (Kahn's algorithm)
        for child in children[i]:
            waiting[child] -= 1
            if waiting[child] == 0:
                order.append(child)
    if len(order) < len(index):
        cycle = _show_cycle(list(index), parents, set(range(len(index))) - set(order))
        raise CycleError(
            f"The edges close a cycle: {cycle}. A diagram is acyclic: drop an edge, or unroll "
            "the loop over time steps with one node per step."
        )
    decision_names = tuple(name for names in decision_map.values() for name in names)
    utility_names = tuple(name for names in utility_map.values() for name in names)
    for utility in utility_names:
        if children[index[utility]]:
            heir = next(head for tail, head in edge_list if tail == utility)
            raise DiagramError(
                f"The utility {utility!r} has the child {heir!r}. Utilities are childless: if "
                f"{utility!r} is also observed or acted upon, add a chance node that copies it."
            )

    kinds = bytearray(len(index))
    for name in decision_names:
        kinds[index[name]] = DECISION
    for name in utility_names:
        kinds[index[name]] = UTILITY
    return (
        Numbered(
            tuple(index),
            MappingProxyType(index),
            bytes(kinds),
            MappingProxyType(owner),
            tuple(map(tuple, parents)),
            tuple(map(tuple, children)),
            tuple(order),
        ),
        tuple(edge_list),
        tuple(dict.fromkeys([*decision_map, *utility_map])) or (DEFAULT_AGENT,),
    )
