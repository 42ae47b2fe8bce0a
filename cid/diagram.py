"""Causal influence diagrams: the one type that everything else in the library reads.

A causal influence diagram (CID) is a directed acyclic graph over three kinds of node [1]_: chance
nodes, decisions and utilities. An edge into a decision is an *information link* (what the decision
rule may read); every other edge is causal. Utilities have no children. When several agents are
present, each decision and each utility belongs to one of them, and an agent's objective is the sum
of its utilities.

:class:`CID` is frozen: it is validated once, when it is made, and never changes. Methods such as
:meth:`CID.without_edges` return new diagrams.

.. [1] T. Everitt, R. Carey, E. Langlois, P. Ortega, S. Legg. "Agent Incentives: A Causal
   Perspective". AAAI 2021.

Examples
--------
>>> import cid
>>> d = cid.CID([("S", "D"), ("D", "X"), ("X", "U"), ("S", "U")], decisions=["D"], utilities=["U"])
>>> d.chance
('S', 'X')
>>> d.parents("U")
('X', 'S')
>>> d == cid.CID.parse("S -> D -> X -> U; S -> U", decisions="D", utilities="U")
True
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, NoReturn

import networkx as nx

from cid.errors import (
    CIDTypeError,
    CycleError,
    DiagramError,
    FormatError,
    UnknownNodeError,
    did_you_mean,
    shorten,
)
from cid.syntax import format_name, parse_json, parse_names, parse_statements

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cid.finding import Finding

__all__ = ["CID", "DEFAULT_AGENT", "Edge"]

Edge = tuple[str, str]
Owners = Mapping[str, Iterable[str]] | Iterable[str]

_KINDS = ("chance", "decision", "utility")

DEFAULT_AGENT = "agent"
"""The owner of decisions and utilities in a diagram that names no agents."""


def _check_name(name: object, what: str = "node name") -> str:
    if type(name) is str and name.isprintable() and name and not name.isspace():
        return name  # by far the most common case
    if not isinstance(name, str):
        mend = f" Write {shorten(str(name), 30)}." if isinstance(name, int | float) else ""
        raise CIDTypeError(
            f"Each {what} is a non-empty string, not {shorten(name)} ({type(name).__name__}).{mend}"
        )
    if not name.strip():
        raise DiagramError(f"Each {what} is a non-empty string, not {name!r}.")
    for char in name:
        if not char.isprintable() and unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp"):
            raise DiagramError(
                f"The {what} {shorten(name)} holds the unprintable character {char!r}. "
                "Names are one line of printable text."
            )
    return str(name)


def _check_edge(edge: object) -> Edge:
    if type(edge) is tuple and len(edge) == 2:
        return _check_name(edge[0]), _check_name(edge[1])
    if isinstance(edge, str) or not isinstance(edge, Sequence) or len(edge) != 2:
        raise CIDTypeError(
            f"An edge is a pair of node names such as ('S', 'D'), not {shorten(edge)}. "
            "For text, use CID.parse('S -> D')."
        )
    return _check_name(edge[0]), _check_name(edge[1])


def _check_edges(edges: object) -> list[Edge]:
    if isinstance(edges, str):
        raise CIDTypeError(f"Edges are pairs of names. For text, use CID.parse({shorten(edges)}).")
    if not isinstance(edges, Iterable):
        raise CIDTypeError(f"Edges are an iterable of pairs of names, not {shorten(edges)}.")
    checked = [_check_edge(edge) for edge in edges]
    if len(set(checked)) != len(checked):
        seen: set[Edge] = set()
        for edge in checked:
            if edge in seen:
                raise DiagramError(f"The edge {edge!r} is given twice. Give each edge once.")
            seen.add(edge)
    return checked


def _check_names(names: object, what: str) -> list[str]:
    if isinstance(names, str):
        return [_check_name(names)]
    if not isinstance(names, Iterable):
        raise CIDTypeError(f"{what} is a list of node names, not {shorten(names)}.")
    return [_check_name(name) for name in names]


def _owners(given: object, what: str) -> tuple[dict[str, list[str]], bool]:
    """Return {agent: names}, and whether agents were named."""
    if isinstance(given, Mapping):
        owners = {
            _check_name(agent, "agent label"): _check_names(names, f"{what}[{agent!r}]")
            for agent, names in given.items()
        }
        named = True
    else:
        names = _check_names(given, what)
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


class CID:
    """A causal influence diagram, single- or multi-agent.

    Parameters
    ----------
    edges : iterable of (str, str)
        Pairs (tail, head). No duplicates, no self-loops, no cycles.
    decisions : iterable of str, or mapping from agent to iterable of str
        Decision nodes. A mapping names the agents.
    utilities : iterable of str, or mapping from agent to iterable of str
        Utility nodes. They have no children.
    nodes : iterable of str, optional
        Nodes without edges, or the order in which :attr:`nodes` lists them. Nodes that only
        appear in `edges` follow in order of first mention.

    Raises
    ------
    DiagramError
        For a cycle (:class:`~cid.errors.CycleError`, which shows it), an unknown name
        (:class:`~cid.errors.UnknownNodeError`, which suggests one), a utility with children,
        a duplicate, or an empty diagram.
    CIDTypeError
        For arguments of the wrong type.

    Notes
    -----
    Two diagrams are equal when they have the same nodes, kinds, owners and edges, in any order.

    Examples
    --------
    >>> from cid import CID
    >>> game = CID(
    ...     [("M", "H"), ("D", "M"), ("H", "U"), ("H", "V")],
    ...     decisions={"ai": ["D"], "human": ["H"]},
    ...     utilities={"ai": ["U"], "human": ["V"]},
    ... )
    >>> game.agents, game.agent_of("H")
    (('ai', 'human'), 'human')
    >>> CID([("D", "X"), ("X", "D")])
    Traceback (most recent call last):
    ...
    cid.errors.CycleError: The edges close a cycle: D -> X -> D. A diagram is acyclic: drop an ...
    """

    __slots__ = (
        "__weakref__",
        "_child_ids",
        "_hash",
        "_index",
        "_kinds",
        "_order",
        "_owner",
        "_parent_ids",
        "agents",
        "chance",
        "decisions",
        "edges",
        "nodes",
        "utilities",
    )

    nodes: tuple[str, ...]
    """All nodes, in order of first mention."""
    edges: tuple[Edge, ...]
    """All edges, in the order given."""
    chance: tuple[str, ...]
    """Nodes that are neither decision nor utility."""
    decisions: tuple[str, ...]
    """Decision nodes of all agents, in the order given."""
    utilities: tuple[str, ...]
    """Utility nodes of all agents, in the order given."""
    agents: tuple[str, ...]
    """Agents, in order of first mention; ``("agent",)`` when none was named."""

    _index: dict[str, int]
    _kinds: bytes  # per node: 0 chance, 1 decision, 2 utility
    _parent_ids: tuple[tuple[int, ...], ...]
    _child_ids: tuple[tuple[int, ...], ...]
    _order: tuple[int, ...]
    _owner: dict[str, str]
    _hash: int

    def __init__(
        self,
        edges: Iterable[Edge],
        decisions: Owners = (),
        utilities: Owners = (),
        *,
        nodes: Iterable[str] = (),
    ) -> None:
        edge_list = _check_edges(edges)
        decision_map, decisions_named = _owners(decisions, "decisions")
        utility_map, utilities_named = _owners(utilities, "utilities")
        if decision_map and utility_map and decisions_named != utilities_named:
            raise CIDTypeError(
                "Give decisions and utilities both as lists (one agent) or both as mappings "
                "{agent: names}, not one of each."
            )
        index: dict[str, int] = {}
        for name in _check_names(nodes, "nodes"):
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
            kinds[index[name]] = 1
        for name in utility_names:
            kinds[index[name]] = 2

        def put(name: str, value: object) -> None:
            object.__setattr__(self, name, value)

        put("nodes", tuple(index))
        put("edges", tuple(edge_list))
        put("decisions", decision_names)
        put("utilities", utility_names)
        put("chance", tuple(name for name in index if name not in owner))
        put("agents", tuple(dict.fromkeys([*decision_map, *utility_map])) or (DEFAULT_AGENT,))
        put("_index", index)
        put("_kinds", bytes(kinds))
        put("_owner", owner)
        put("_parent_ids", tuple(map(tuple, parents)))
        put("_child_ids", tuple(map(tuple, children)))
        put("_order", tuple(order))
        put("_hash", hash(self._content()))

    # ---- frozen value ------------------------------------------------------------------------

    def _content(self) -> tuple[frozenset[Any], ...]:
        return (
            frozenset(self.chance),
            frozenset((name, self._owner[name]) for name in self.decisions),
            frozenset((name, self._owner[name]) for name in self.utilities),
            frozenset(self.edges),
        )

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(
            f"A CID is frozen; {name!r} cannot be set. with_edges(), without_edges(), relabel() "
            "and fix() return new diagrams."
        )

    def __delattr__(self, name: str) -> NoReturn:
        self.__setattr__(name, None)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, CID):
            return NotImplemented
        return self._hash == other._hash and self._content() == other._content()

    def __hash__(self) -> int:
        return self._hash

    def __reduce__(self) -> tuple[Any, ...]:
        decisions, utilities = self._arguments()
        return _rebuild, (self.edges, decisions, utilities, self.nodes)

    def __copy__(self) -> CID:
        return self

    def __deepcopy__(self, memo: object) -> CID:
        return self

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name in self._index

    def _arguments(self) -> tuple[Any, Any]:
        """Return `decisions` and `utilities` as the constructor takes them."""
        if self.agents == (DEFAULT_AGENT,):
            return list(self.decisions), list(self.utilities)
        return (
            {agent: list(self.decisions_of(agent)) for agent in self.agents},
            {agent: list(self.utilities_of(agent)) for agent in self.agents},
        )

    def __repr__(self) -> str:
        if len(self.edges) > 60 or len(self.nodes) > 60:
            return (
                f"<CID: {len(self.nodes)} nodes, {len(self.edges)} edges, "
                f"{len(self.decisions)} decisions, {len(self.utilities)} utilities>"
            )
        decisions, utilities = self._arguments()
        mentioned = dict.fromkeys(name for edge in self.edges for name in edge)
        nodes = "" if tuple(mentioned) == self.nodes else f", nodes={list(self.nodes)!r}"
        return f"CID({list(self.edges)!r}, decisions={decisions!r}, utilities={utilities!r}{nodes})"

    # ---- reading -----------------------------------------------------------------------------

    def check_node(self, name: object) -> str:
        """Return `name` if it is a node, else raise with a suggestion.

        Raises
        ------
        UnknownNodeError
            If there is no such node.
        CIDTypeError
            If `name` is not a string.
        """
        if not isinstance(name, str):
            _check_name(name)
        if name not in self._index:
            raise UnknownNodeError(
                f"{shorten(name)} is no node of the diagram.{did_you_mean(str(name), self.nodes)}"
            )
        return str(name)

    def check_decision(self, name: object) -> str:
        """Return `name` if it is a decision, else raise with the decisions there are."""
        node = self.check_node(name)
        if self._kinds[self._index[node]] != 1:
            have = ", ".join(map(repr, self.decisions)) or "none"
            raise UnknownNodeError(
                f"{node!r} is a {self.kind(node)} node, not a decision. Decisions: {have}."
            )
        return node

    def check_agent(self, name: object) -> str:
        """Return `name` if it is an agent, else raise with a suggestion."""
        if not isinstance(name, str):
            _check_name(name, "agent label")
        if name not in self.agents:
            raise UnknownNodeError(
                f"{shorten(name)} is no agent of the diagram.{did_you_mean(str(name), self.agents)}"
            )
        return str(name)

    def kind(self, name: str) -> str:
        """Return ``"chance"``, ``"decision"`` or ``"utility"``."""
        return _KINDS[self._kinds[self._index[self.check_node(name)]]]

    def agent_of(self, name: str) -> str | None:
        """Return the agent that owns a decision or utility; None for a chance node."""
        return self._owner.get(self.check_node(name))

    def decisions_of(self, agent: str) -> tuple[str, ...]:
        """Return one agent's decisions."""
        self.check_agent(agent)
        return tuple(name for name in self.decisions if self._owner[name] == agent)

    def utilities_of(self, agent: str) -> tuple[str, ...]:
        """Return one agent's utilities."""
        self.check_agent(agent)
        return tuple(name for name in self.utilities if self._owner[name] == agent)

    def parents(self, name: str) -> tuple[str, ...]:
        """Return the parents of a node, in edge order."""
        return tuple(self.nodes[i] for i in self._parent_ids[self._index[self.check_node(name)]])

    def children(self, name: str) -> tuple[str, ...]:
        """Return the children of a node, in edge order."""
        return tuple(self.nodes[i] for i in self._child_ids[self._index[self.check_node(name)]])

    def _closure(self, name: str, step: Sequence[Sequence[int]]) -> tuple[str, ...]:
        start = self._index[self.check_node(name)]
        seen = {start}
        stack = [start]
        while stack:
            for i in step[stack.pop()]:
                if i not in seen:
                    seen.add(i)
                    stack.append(i)
        seen.remove(start)
        return tuple(self.nodes[i] for i in self._order if i in seen)

    def ancestors(self, name: str) -> tuple[str, ...]:
        """Return the strict ancestors of a node in topological order."""
        return self._closure(name, self._parent_ids)

    def descendants(self, name: str) -> tuple[str, ...]:
        """Return the strict descendants of a node in topological order."""
        return self._closure(name, self._child_ids)

    @property
    def topological_order(self) -> tuple[str, ...]:
        """All nodes, every parent before its children."""
        return tuple(self.nodes[i] for i in self._order)

    # ---- new diagrams ------------------------------------------------------------------------

    def _replace(
        self,
        edges: Iterable[Edge],
        *,
        nodes: Iterable[str] | None = None,
        drop: Iterable[str] = (),
    ) -> CID:
        """Return a diagram with other edges; decisions in `drop` become chance nodes."""
        gone = set(drop)
        decisions, utilities = self._arguments()
        if isinstance(decisions, dict):
            decisions = {a: [n for n in names if n not in gone] for a, names in decisions.items()}
        else:
            decisions = [name for name in decisions if name not in gone]
        return CID(edges, decisions, utilities, nodes=self.nodes if nodes is None else nodes)

    def with_edges(self, edges: Iterable[Edge], *, nodes: Iterable[str] = ()) -> CID:
        """Return a diagram with more edges.

        Parameters
        ----------
        edges : iterable of (str, str)
            New edges between nodes of the diagram, or between these and `nodes`.
        nodes : iterable of str, optional
            New chance nodes.

        Examples
        --------
        >>> from cid import CID
        >>> d = CID([("S", "U"), ("D", "U")], decisions=["D"], utilities=["U"])
        >>> d.with_edges([("S", "D")]).parents("D")
        ('S',)
        """
        added = _check_edges(edges)
        new = _check_names(nodes, "nodes")
        for name in new:
            if name in self._index:
                raise DiagramError(f"{name!r} is a node of the diagram already.")
        known = set(new)
        for edge in added:
            for name in edge:
                if name not in known and name not in self._index:
                    raise UnknownNodeError(
                        f"{name!r} in the edge {edge!r} is no node of the diagram."
                        f"{did_you_mean(name, self.nodes)} A new node is declared with "
                        f"with_edges(..., nodes=[{name!r}])."
                    )
        return self._replace([*self.edges, *added], nodes=[*self.nodes, *new])

    def without_edges(self, edges: Iterable[Edge]) -> CID:
        """Return a diagram with fewer edges and the same nodes.

        Raises
        ------
        UnknownNodeError
            If an edge is not in the diagram.
        """
        gone = set(_check_edges(edges))
        for edge in gone.difference(self.edges):
            for name in edge:
                self.check_node(name)
            tail, head = edge
            hint = " The reverse edge is." if (head, tail) in self.edges else ""
            raise UnknownNodeError(f"There is no edge {edge!r} to remove.{hint}")
        return self._replace([edge for edge in self.edges if edge not in gone])

    def relabel(self, names: Mapping[str, str] | Callable[[str], str]) -> CID:
        """Return a diagram with other node names.

        Parameters
        ----------
        names : mapping or callable
            From old to new names. Nodes missing from a mapping keep their name.

        Examples
        --------
        >>> from cid import CID
        >>> CID([("D", "U")], ["D"], ["U"]).relabel({"D": "Act"}).nodes
        ('Act', 'U')
        """
        if isinstance(names, Mapping):
            for name in names:
                self.check_node(name)
            mapping = {name: names.get(name, name) for name in self.nodes}
        elif callable(names):
            mapping = {name: names(name) for name in self.nodes}
        else:
            raise CIDTypeError(f"relabel takes a mapping or a function, not {shorten(names)}.")
        seen: dict[str, str] = {}
        for old, new in mapping.items():
            _check_name(new)
            if new in seen:
                raise DiagramError(
                    f"relabel gives {seen[new]!r} and {old!r} the same name {new!r}."
                )
            seen[new] = old
        decisions, utilities = (
            {a: [mapping[n] for n in names] for a, names in part.items()}
            if isinstance(part, dict)
            else [mapping[n] for n in part]
            for part in self._arguments()
        )
        edges = [(mapping[tail], mapping[head]) for tail, head in self.edges]
        return CID(edges, decisions, utilities, nodes=[mapping[name] for name in self.nodes])

    def fix(self, decisions: str | Iterable[str]) -> CID:
        """Return a diagram in which some decisions follow a fixed rule: they become chance nodes.

        A verdict about the remaining decision then holds for every rule the fixed ones may follow,
        and says nothing about how they would respond.

        Examples
        --------
        >>> from cid import CID
        >>> d = CID.parse("D1 -> D2 -> U", decisions="D1 D2", utilities="U")
        >>> d.fix("D2").decisions, d.fix("D2").chance
        (('D1',), ('D2',))
        """
        names = [self.check_decision(name) for name in _check_names(decisions, "decisions")]
        return self._replace(self.edges, drop=names)

    # ---- text, JSON, networkx ----------------------------------------------------------------

    @classmethod
    def parse(
        cls,
        text: str,
        decisions: str | Owners | None = None,
        utilities: str | Owners | None = None,
    ) -> CID:
        """Read a diagram from text.

        Parameters
        ----------
        text : str
            Statements such as ``S -> D -> U``; see :mod:`cid.syntax`. It may hold
            ``decisions:`` and ``utilities:`` lines.
        decisions, utilities : str, iterable of str or mapping, optional
            In place of those lines. A string lists names separated by commas or spaces.

        Raises
        ------
        ParseError
            For text that cannot be read, with the line.

        Examples
        --------
        >>> from cid import CID
        >>> CID.parse('''
        ... S -> D -> U     # D sees S
        ... S -> U
        ... decisions: D
        ... utilities: U
        ... ''')
        CID([('S', 'D'), ('D', 'U'), ('S', 'U')], decisions=['D'], utilities=['U'])
        """
        if not isinstance(text, str):
            raise CIDTypeError(f"parse takes text such as 'S -> D -> U', not {shorten(text)}.")
        said = parse_statements(text.removeprefix("\ufeff"))
        roles: dict[str, Any] = {}
        for what, given, in_text in (
            ("decisions", decisions, said.decisions),
            ("utilities", utilities, said.utilities),
        ):
            if given is not None and in_text:
                raise DiagramError(f"{what} are given in the text and as an argument. Give one.")
            if isinstance(given, str):
                roles[what] = parse_names(given)
            elif given is not None:
                roles[what] = given
            elif None in in_text and len(in_text) > 1:
                raise DiagramError(
                    f"Some {what} have an agent and some have none. Write '{what}[agent]: names' "
                    "on every such line."
                )
            else:
                roles[what] = in_text.get(None, in_text)
        return cls(said.edges, **roles, nodes=dict.fromkeys(said.nodes))

    def to_text(self) -> str:
        """Write the diagram in the syntax that :meth:`parse` reads.

        Examples
        --------
        >>> from cid import CID
        >>> print(CID([("S", "D"), ("D", "U")], ["D"], ["U"]).to_text())
        nodes: S, D, U
        S -> D
        D -> U
        decisions: D
        utilities: U
        <BLANKLINE>
        """
        lines = ["nodes: " + ", ".join(map(format_name, self.nodes))]
        lines += [f"{format_name(tail)} -> {format_name(head)}" for tail, head in self.edges]
        named = self.agents != (DEFAULT_AGENT,)
        for what in ("decisions", "utilities"):
            for agent in self.agents:
                names = getattr(self, f"{what}_of")(agent)
                if names or named:
                    label = f"{what}[{format_name(agent)}]" if named else what
                    lines.append(f"{label}: {', '.join(map(format_name, names))}".rstrip())
        return "\n".join(lines) + "\n"

    def to_dict(self) -> dict[str, Any]:
        """Return the diagram as plain lists and dictionaries, fit for JSON."""
        decisions, utilities = self._arguments()
        return {
            "format": "causal-influence-diagram",
            "version": 1,
            "nodes": list(self.nodes),
            "edges": [list(edge) for edge in self.edges],
            "decisions": decisions,
            "utilities": utilities,
        }

    @classmethod
    def from_dict(cls, data: object) -> CID:
        """Make a diagram from the dictionary that :meth:`to_dict` returns.

        Raises
        ------
        FormatError
            If keys are missing or foreign.
        """
        if not isinstance(data, dict) or data.get("format") != "causal-influence-diagram":
            raise FormatError(
                "This is not a diagram written by CID.to_json: the key 'format' is not "
                "'causal-influence-diagram'."
            )
        if data.get("version") != 1:
            raise FormatError(
                f"The diagram has format version {shorten(data.get('version'))}; this library "
                "reads version 1. Update the library."
            )
        fields = {"format", "version", "nodes", "edges", "decisions", "utilities"}
        if set(data) != fields:
            odd = ", ".join(sorted(map(str, fields.symmetric_difference(data))))
            raise FormatError(f"Missing or unknown keys in the diagram: {odd}.")
        for key in ("nodes", "edges"):
            if not isinstance(data[key], list):
                raise FormatError(f"The key {key!r} holds {shorten(data[key])}, not a list.")
        for key in ("decisions", "utilities"):
            if not isinstance(data[key], list | dict):
                raise FormatError(
                    f"The key {key!r} holds {shorten(data[key])}, not a list or an object."
                )
        return cls(data["edges"], data["decisions"], data["utilities"], nodes=data["nodes"])

    def to_json(self) -> str:
        """Return the diagram as JSON text; :meth:`from_json` reads it back."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=1)

    @classmethod
    def from_json(cls, text: str | bytes) -> CID:
        """Read a diagram from JSON text written by :meth:`to_json`.

        Raises
        ------
        FormatError
            If the text is truncated, not JSON, or not a diagram.
        """
        return cls.from_dict(parse_json(text, "CID.to_json"))

    def to_networkx(self) -> nx.DiGraph[str]:
        """Return a new :class:`networkx.DiGraph` with node attributes ``kind`` and ``agent``."""
        graph: nx.DiGraph[str] = nx.DiGraph()
        for name, kind in zip(self.nodes, self._kinds, strict=True):
            graph.add_node(name, kind=_KINDS[kind], agent=self._owner.get(name))
        graph.add_edges_from(self.edges)
        return graph

    @classmethod
    def from_networkx(
        cls,
        graph: nx.DiGraph[Any],
        decisions: Owners | None = None,
        utilities: Owners | None = None,
    ) -> CID:
        """Make a diagram from a networkx graph.

        Parameters
        ----------
        graph : networkx.DiGraph
            Directed, its nodes strings.
        decisions, utilities : optional
            As in the constructor. When both are omitted, the node attributes ``kind`` and
            ``agent`` that :meth:`to_networkx` writes are read.

        Raises
        ------
        CIDTypeError
            If the graph is undirected or a multigraph.
        """
        if not isinstance(graph, nx.Graph) or not graph.is_directed() or graph.is_multigraph():
            raise CIDTypeError(
                f"from_networkx takes a networkx.DiGraph, not {shorten(type(graph).__name__)}. "
                "Convert with networkx.DiGraph(graph)."
            )
        if decisions is None and utilities is None:
            roles: dict[str, dict[str, list[str]]] = {"decision": {}, "utility": {}}
            for name, data in graph.nodes(data=True):
                kind = data.get("kind", "chance")
                if not isinstance(kind, str) or kind not in _KINDS:
                    raise DiagramError(
                        f"The node {shorten(name)} has kind={shorten(kind)}; expected 'chance', "
                        "'decision' or 'utility'."
                    )
                if kind in roles:
                    agent = data.get("agent")
                    owner = _check_name(DEFAULT_AGENT if agent is None else agent, "agent label")
                    roles[kind].setdefault(owner, []).append(name)
            return cls(graph.edges, roles["decision"], roles["utility"], nodes=graph.nodes)
        given = (() if names is None else names for names in (decisions, utilities))
        return cls(graph.edges, *given, nodes=graph.nodes)

    # ---- pictures ----------------------------------------------------------------------------

    def draw(
        self,
        ax: Axes | None = None,
        highlight: Finding | None = None,
        physical: CID | None = None,
    ) -> Axes:
        """Draw with matplotlib; see :func:`cid.draw.draw`."""
        from cid.draw import draw

        return draw(self, ax=ax, highlight=highlight, physical=physical)

    def _repr_svg_(self) -> str | None:
        from cid.draw import MAX_NODES, to_svg

        return to_svg(self) if len(self.nodes) <= MAX_NODES else None


def _rebuild(edges: Any, decisions: Any, utilities: Any, nodes: Any) -> CID:
    return CID(edges, decisions, utilities, nodes=nodes)
