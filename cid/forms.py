"""A diagram as text, as plain data, as a networkx graph, and back.

What reads returns the :class:`~cid.parts.Parts` of a diagram, which its constructor checks. The
methods of :class:`cid.CID` are what users call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import networkx as nx

from cid.errors import CIDTypeError, DiagramError, FormatError, shorten
from cid.names import check_name
from cid.parts import DEFAULT_AGENT, KINDS, Diagram, Owners, Parts
from cid.syntax import format_name, parse_names, parse_statements

__all__ = [
    "from_dict",
    "from_networkx",
    "from_text",
    "named",
    "named_owners",
    "owners",
    "to_dict",
    "to_networkx",
    "to_text",
]


def owners(d: Diagram) -> tuple[Any, Any]:
    """Return `decisions` and `utilities` as the constructor takes them."""
    if d.agents == (DEFAULT_AGENT,):
        return list(d.decisions), list(d.utilities)
    return (
        {agent: list(d.decisions_of(agent)) for agent in d.agents},
        {agent: list(d.utilities_of(agent)) for agent in d.agents},
    )


def from_text(
    text: str, decisions: str | Owners | None = None, utilities: str | Owners | None = None
) -> Parts:
    """Read a diagram from statements such as ``S -> D -> U``; see :mod:`cid.syntax`."""
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
    return Parts(said.edges, roles["decisions"], roles["utilities"], dict.fromkeys(said.nodes))


def to_text(d: Diagram) -> str:
    """Write the statements that :func:`from_text` reads."""
    lines = ["nodes: " + ", ".join(map(format_name, d.nodes))]
    lines += [f"{format_name(tail)} -> {format_name(head)}" for tail, head in d.edges]
    named = d.agents != (DEFAULT_AGENT,)
    for what in ("decisions", "utilities"):
        for agent in d.agents:
            names = getattr(d, f"{what}_of")(agent)
            if names or named:
                label = f"{what}[{format_name(agent)}]" if named else what
                lines.append(f"{label}: {', '.join(map(format_name, names))}".rstrip())
    return "\n".join(lines) + "\n"


def to_dict(d: Diagram) -> dict[str, Any]:
    """Return plain lists and dictionaries, fit for JSON."""
    decisions, utilities = owners(d)
    return {
        "format": "causal-influence-diagram",
        "version": 1,
        "nodes": list(d.nodes),
        "edges": [list(edge) for edge in d.edges],
        "decisions": decisions,
        "utilities": utilities,
    }


def from_dict(data: object) -> Parts:
    """Read the dictionary that :func:`to_dict` returns."""
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
    return Parts(data["edges"], data["decisions"], data["utilities"], data["nodes"])


def to_networkx(d: Diagram) -> nx.DiGraph[str]:
    """Return a new graph with node attributes ``kind`` and ``agent``."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    kinds = dict.fromkeys(d.decisions, "decision") | dict.fromkeys(d.utilities, "utility")
    for name in d.nodes:
        graph.add_node(name, kind=kinds.get(name, "chance"), agent=d.agent_of(name))
    graph.add_edges_from(d.edges)
    return graph


def named(labels: Iterable[Any], names: Callable[[Any], str] | None, caller: str) -> dict[Any, str]:
    """Return the name of each node of a graph of another library, whose nodes may be anything.

    Parameters
    ----------
    labels : iterable
        The graph's nodes.
    names : callable or None
        From a node that is no string to its name, such as ``str``.
    caller : str
        Named in messages.

    Raises
    ------
    CIDTypeError
        If a node is no string and there are no `names`, or a name is no string.
    DiagramError
        If two nodes get one name.

    Examples
    --------
    >>> named([0, "A"], str, "from_networkx")
    {0: '0', 'A': 'A'}
    """
    if names is not None and not callable(names):
        raise CIDTypeError(
            f"names is a function from a node to its name, such as str, not {shorten(names)}."
        )
    found: dict[Any, str] = {}
    for label in labels:
        if not isinstance(label, str) and names is None:
            raise CIDTypeError(
                f"The node {shorten(label)} ({type(label).__name__}) is no string, and names of "
                f"nodes are. {caller}(..., names=str) takes str({shorten(label)}) as its name."
            )
        found[label] = label if isinstance(label, str) or names is None else names(label)
        check_name(found[label])
    if len(set(found.values())) < len(found):
        seen: dict[str, Any] = {}
        for label, name in found.items():
            if name in seen:
                raise DiagramError(
                    f"The nodes {shorten(seen[name])} and {shorten(label)} are both called "
                    f"{name!r}. Give names= a function that tells them apart."
                )
            seen[name] = label
    return found


def named_owners(given: Any, names: Mapping[Any, str]) -> Any:
    """Return decisions or utilities, given as nodes or as names of nodes, as names.

    What is neither is left as it is, for the constructor to refuse.
    """

    def name(node: Any) -> Any:
        try:
            return node if isinstance(node, str) else names.get(node, node)
        except TypeError:  # it has no hash
            return node

    if given is None or isinstance(given, str):
        return given
    if isinstance(given, Mapping):
        return {agent: named_owners(nodes, names) for agent, nodes in given.items()}
    if not isinstance(given, Iterable):
        return given if name(given) is given else [name(given)]
    return [name(node) for node in given]


def from_networkx(
    graph: nx.DiGraph[Any],
    decisions: Any = None,
    utilities: Any = None,
    names: Callable[[Any], str] | None = None,
) -> Parts:
    """Read a networkx graph; without roles, the node attributes ``kind`` and ``agent``."""
    if not isinstance(graph, nx.Graph) or not graph.is_directed() or graph.is_multigraph():
        raise CIDTypeError(
            f"from_networkx takes a networkx.DiGraph, not {shorten(type(graph).__name__)}. "
            "Convert with networkx.DiGraph(graph)."
        )
    known = named(graph.nodes, names, "CID.from_networkx")
    edges = [(known[tail], known[head]) for tail, head in graph.edges]
    if decisions is None and utilities is None:
        roles: dict[str, dict[str, list[str]]] = {"decision": {}, "utility": {}}
        for label, data in graph.nodes(data=True):
            kind = data.get("kind", "chance")
            if not isinstance(kind, str) or kind not in KINDS:
                raise DiagramError(
                    f"The node {shorten(label)} has kind={shorten(kind)}; expected 'chance', "
                    "'decision' or 'utility'."
                )
            if kind in roles:
                agent = data.get("agent")
                owner = check_name(DEFAULT_AGENT if agent is None else agent, "agent label")
                roles[kind].setdefault(owner, []).append(known[label])
        return Parts(edges, roles["decision"], roles["utility"], known.values())
    chosen = [
        () if nodes is None else named_owners(nodes, known) for nodes in (decisions, utilities)
    ]
    return Parts(edges, chosen[0], chosen[1], known.values())
