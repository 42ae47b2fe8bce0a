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
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, NoReturn

import networkx as nx

from cid import edits, forms
from cid.draw import MAX_NODES, draw, to_svg
from cid.parts import DECISION, UTILITY, Edge, Owners, Parts, check_names, numbered
from cid.syntax import parse_json
from cid.view import View

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cid.draw.scene import Highlight

__all__ = ["CID"]


class CID(View):
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

    __slots__ = ("__weakref__", "_hash")

    _hash: int

    def __init__(
        self,
        edges: Iterable[Edge],
        decisions: Owners = (),
        utilities: Owners = (),
        *,
        nodes: Iterable[str] = (),
    ) -> None:
        view, edge_list, agents = numbered(Parts(edges, decisions, utilities, nodes))

        def of_kind(kind: int) -> tuple[str, ...]:
            return tuple(name for name in view.owner if view.kinds[view.index[name]] == kind)

        put = object.__setattr__
        put(self, "numbered", view)
        put(self, "nodes", view.names)
        put(self, "edges", edge_list)
        put(self, "decisions", of_kind(DECISION))
        put(self, "utilities", of_kind(UTILITY))
        put(self, "chance", tuple(name for name in view.names if name not in view.owner))
        put(self, "agents", agents)
        put(self, "_hash", hash(self._content()))

    # ---- frozen value ------------------------------------------------------------------------

    def _content(self) -> tuple[frozenset[Any], ...]:
        return (
            frozenset(self.chance),
            frozenset((name, self.numbered.owner[name]) for name in self.decisions),
            frozenset((name, self.numbered.owner[name]) for name in self.utilities),
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
        decisions, utilities = forms.owners(self)
        return _rebuild, (self.edges, decisions, utilities, self.nodes)

    def __copy__(self) -> CID:
        return self

    def __deepcopy__(self, memo: object) -> CID:
        return self

    def __repr__(self) -> str:
        if len(self.edges) > 60 or len(self.nodes) > 60:
            return (
                f"<CID: {len(self.nodes)} nodes, {len(self.edges)} edges, "
                f"{len(self.decisions)} decisions, {len(self.utilities)} utilities>"
            )
        decisions, utilities = forms.owners(self)
        mentioned = dict.fromkeys(name for edge in self.edges for name in edge)
        nodes = "" if tuple(mentioned) == self.nodes else f", nodes={list(self.nodes)!r}"
        return f"CID({list(self.edges)!r}, decisions={decisions!r}, utilities={utilities!r}{nodes})"

    # ---- new diagrams ------------------------------------------------------------------------

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
        return self._of(edits.with_edges(self, edges, nodes))

    def without_edges(self, edges: Iterable[Edge]) -> CID:
        """Return a diagram with fewer edges and the same nodes.

        Raises
        ------
        UnknownNodeError
            If an edge is not in the diagram.
        """
        return self._of(edits.without_edges(self, edges))

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
        return self._of(edits.relabelled(self, names))

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
        names = [self.check_decision(name) for name in check_names(decisions, "decisions")]
        return self._of(edits.fixed(self, names))

    # ---- text, JSON, networkx ----------------------------------------------------------------

    @classmethod
    def _of(cls, parts: Parts) -> CID:
        return cls(parts.edges, parts.decisions, parts.utilities, nodes=parts.nodes)

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
        return cls._of(forms.from_text(text, decisions, utilities))

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
        return forms.to_text(self)

    def to_dict(self) -> dict[str, Any]:
        """Return the diagram as plain lists and dictionaries, fit for JSON."""
        return forms.to_dict(self)

    @classmethod
    def from_dict(cls, data: object) -> CID:
        """Make a diagram from the dictionary that :meth:`to_dict` returns.

        Raises
        ------
        FormatError
            If keys are missing or foreign.
        """
        return cls._of(forms.from_dict(data))

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
        return forms.to_networkx(self)

    @classmethod
    def from_networkx(
        cls,
        graph: nx.DiGraph[Any],
        decisions: Owners | None = None,
        utilities: Owners | None = None,
        names: Callable[[Any], str] | None = None,
    ) -> CID:
        """Make a diagram from a networkx graph.

        Parameters
        ----------
        graph : networkx.DiGraph
            Directed.
        decisions, utilities : optional
            As in the constructor, or nodes of the graph. When both are omitted, the node attributes
            ``kind`` and ``agent`` that :meth:`to_networkx` writes are read.
        names : callable, optional
            From a node that is no string to its name; ``names=str`` for numbers.

        Raises
        ------
        CIDTypeError
            If the graph is undirected or a multigraph, or a node is no string and `names` is not
            given.
        DiagramError
            If two nodes get the same name.

        Examples
        --------
        >>> import networkx as nx
        >>> from cid import CID
        >>> CID.from_networkx(nx.path_graph(3, nx.DiGraph), decisions=[1], names=str)
        CID([('0', '1'), ('1', '2')], decisions=['1'], utilities=[])
        """
        return cls._of(forms.from_networkx(graph, decisions, utilities, names))

    # ---- pictures ----------------------------------------------------------------------------

    def draw(
        self,
        ax: Axes | None = None,
        highlight: Highlight | None = None,
        physical: CID | None = None,
    ) -> Axes:
        """Draw with matplotlib; see :func:`cid.draw.draw`."""
        return draw(self, ax=ax, highlight=highlight, physical=physical)

    def _repr_svg_(self) -> str | None:
        return to_svg(self) if len(self.nodes) <= MAX_NODES else None


def _rebuild(edges: Any, decisions: Any, utilities: Any, nodes: Any) -> CID:
    return CID(edges, decisions, utilities, nodes=nodes)
