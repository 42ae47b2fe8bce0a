"""To and from the text of dagitty [1]_, structure only.

dagitty.net and the R package of that name draw graphs and find adjustment sets. They know neither
decisions nor utilities. Decisions are written as exposures and utilities as outcomes, which is what
one would ask dagitty about, and read back the same way; with several agents an attribute ``agent``,
which dagitty keeps and ignores, says whose they are.

.. [1] J. Textor, B. van der Zander, M. S. Gilthorpe, M. Liśkiewicz, G. T. H. Ellison. "Robust
   causal inference using directed acyclic graphs: the R package 'dagitty'". International Journal
   of Epidemiology 45(6), 2016.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from cid.diagram import CID
from cid.errors import CIDTypeError, DiagramError, ParseError, shorten
from cid.guards import check_diagram
from cid.parts import DEFAULT_AGENT
from cid.syntax import check_size

__all__ = ["Statements", "from_dagitty", "read_statements", "to_dagitty"]

Owners = Mapping[str, Iterable[str]] | Iterable[str]

_TOKEN = re.compile(
    r"""(?P<space>(?:[\s;]|//[^\n]*|/\*(?s:.*?)\*/|\#[^\n]*)+)
    |(?P<arrow>@->|<-@|<->|->|<-|--@|@--|@-@|--)|(?P<mark>[{}\[\]=,])
    |(?P<defaults>(?:graph|node|edge)(?=\s*\[))
    |(?P<subgraph>subgraph(?=\s*(?:"[^"]*"|[0-9A-Za-z_.]*)\s*\{))
    |(?P<bare>-?[0-9A-Za-z_.]+(?:-[0-9A-Za-z_.]+)*)|"(?P<quoted>(?:[^"\\]|\\"|\\)*)\"""",
    re.VERBOSE,
)
_BARE = re.compile(r"[0-9A-Za-z_.]+")
_TYPES = ("dag", "digraph")
_DECISION = ("exposure", "source", "e")
_UTILITY = ("outcome", "target", "o")


# ---- writing ---------------------------------------------------------------------------------


def _quote(name: str) -> str:
    if name in ("graph", "node"):
        raise DiagramError(f"dagitty keeps the name {name!r} for itself. Rename it with relabel().")
    if _BARE.fullmatch(name) and name not in ("edge", "subgraph"):
        return name
    if name.endswith("\\") or '\\"' in name:
        raise DiagramError(
            f"dagitty cannot write {name!r}: a backslash before a quotation mark. Rename it with "
            "relabel()."
        )
    return '"' + name.replace('"', '\\"') + '"'


def to_dagitty(d: CID) -> str:
    """Write a diagram as dagitty text, decisions as exposures and utilities as outcomes.

    Raises
    ------
    DiagramError
        For a name that dagitty cannot write.

    Examples
    --------
    >>> import cid
    >>> d = cid.CID.parse("S -> D -> U; S -> U", decisions="D", utilities="U")
    >>> print(cid.to_dagitty(d))
    dag {
    S
    D [exposure]
    U [outcome]
    S -> D
    D -> U
    S -> U
    }
    >>> cid.from_dagitty(cid.to_dagitty(d)) == d
    True
    """
    check_diagram(d, "to_dagitty")
    lines = ["dag {"]
    for name in d.nodes:
        words = {"decision": ["exposure"], "utility": ["outcome"]}.get(d.kind(name), [])
        agent = d.agent_of(name)
        if agent is not None and d.agents != (DEFAULT_AGENT,):
            words = [*words, f"agent={_quote(agent)}"]
        lines.append(f"{_quote(name)} [{','.join(words)}]" if words else _quote(name))
    lines += [f"{_quote(tail)} -> {_quote(head)}" for tail, head in d.edges]
    return "\n".join([*lines, "}"])


# ---- reading ---------------------------------------------------------------------------------


@dataclass
class Statements:
    """A walk over tokens that collects nodes, their attributes, and edges."""

    tokens: list[tuple[str, str, int]]
    add_latents: bool = False
    spot: int = 0
    nodes: dict[str, dict[str, str]] = field(default_factory=dict)
    edges: dict[tuple[str, str], None] = field(default_factory=dict)
    confounded: dict[tuple[str, str], None] = field(default_factory=dict)
    clusters: dict[str, list[str]] = field(default_factory=dict)

    def peek(self) -> str:
        """Return the kind of the next token, or the token itself if it is a mark."""
        kind, text, _ = self.tokens[self.spot]
        return text if kind == "mark" else kind

    def take(self, wanted: str) -> str:
        """Return the next token, which must be of a kind."""
        kind, text, line = self.tokens[self.spot]
        if self.peek() != wanted:
            shown = "the end" if kind == "end" else repr(text)
            names = {"name": "a name", "end": "the end"}
            raise ParseError(f"line {line}: expected {names.get(wanted, wanted)}, found {shown}.")
        self.spot += 1
        return text

    def statements(self, depth: int = 0) -> list[str]:
        """Read statements up to a closing brace, and return the nodes they mention."""
        if depth > 50:
            raise ParseError("Subgraphs are nested too deeply.")
        found: dict[str, None] = {}
        while self.peek() != "}":
            if self.peek() == "name" and self.tokens[self.spot + 1][:2] == ("mark", "="):
                self.spot += 2  # an option of the whole graph, such as its bounding box
                self.take("name")
                continue
            if self.peek() == "defaults":  # how all nodes or edges look
                self.take("defaults")
                self.attributes()
                continue
            groups, arrows = [self.group(depth)], []
            while self.peek() == "arrow":
                arrows.append(self.arrow())
                groups.append(self.group(depth))
            attributes = self.attributes()
            for name in (name for group in groups for name in group):
                found[name] = None
                if not arrows:
                    self.nodes[name].update(attributes)
            for k, arrow in enumerate(arrows):
                left, right = groups[k], groups[k + 1]
                said = len(self.edges) + len(self.confounded)
                check_size(said, len(left), len(right), self.tokens[self.spot][2])
                if arrow == "<->":
                    self.confounded.update({(a, b): None for a in left for b in right})
                    continue
                tails, heads = (left, right) if arrow == "->" else (right, left)
                self.edges.update({(tail, head): None for tail in tails for head in heads})
        self.take("}")
        return list(found)

    def group(self, depth: int) -> list[str]:
        """Read a name, or the nodes of a subgraph in braces."""
        if self.peek() == "subgraph":
            self.take("subgraph")
            called = self.take("name") if self.peek() == "name" else ""
            self.take("{")
            self.clusters[called] = self.statements(depth + 1)
            return self.clusters[called]
        if self.peek() == "{":
            self.take("{")
            return self.statements(depth + 1)
        name = self.take("name")
        self.nodes.setdefault(name, {})
        return [name]

    def arrow(self) -> str:
        """Read an arrow that this diagram can have."""
        line = self.tokens[self.spot][2]
        text = self.take("arrow")
        if text not in ("->", "<-", "<->") or (text == "<->" and not self.add_latents):
            raise ParseError(
                f"line {line}: {text} is no directed edge. A diagram has directed edges only: in "
                "place of A <-> B add the common cause, L -> A and L -> B. latents='add' does it."
            )
        return text

    def attributes(self) -> dict[str, str]:
        """Read ``[exposure, pos="0,1"]``, if it is there."""
        found = {}
        if self.peek() == "[":
            self.take("[")
            while self.peek() != "]":
                key = self.take("name")
                found[key] = ""
                if self.peek() == "=":
                    self.take("=")
                    found[key] = self.take("name")
                if self.peek() == ",":
                    self.take(",")
            self.take("]")
        return found


def _tokens(text: str) -> list[tuple[str, str, int]]:
    tokens, spot, line = [], 0, 1
    while spot < len(text):
        match = _TOKEN.match(text, spot)
        if match is None:
            rest = text[spot:].split("\n", 1)[0]
            raise ParseError(f"line {line}: cannot read {shorten(rest, 40)} as dagitty text.")
        kind = str(match.lastgroup)
        if kind == "quoted":
            tokens.append(("name", match["quoted"].replace('\\"', '"'), line))
        elif kind == "bare":
            tokens.append(("name", match["bare"], line))
        elif kind != "space":
            tokens.append((kind, match.group(), line))
        line += match.group().count("\n")
        spot = match.end()
    return [*tokens, ("end", "", line)]


def read_statements(text: str, add_latents: bool = False) -> Statements:
    """Return what a text says of nodes and edges, in dagitty's language or in Graphviz's.

    Raises
    ------
    ParseError
        For text that cannot be read, with the line.
    """
    reader = Statements(_tokens(text.removeprefix("\ufeff")), add_latents)
    if reader.tokens[0][1].casefold() == "strict":
        reader.take("name")
    kind = reader.take("name")
    if kind.casefold() not in _TYPES:
        raise ParseError(f"line 1: the text starts with {kind!r}, not with 'dag'.")
    if reader.peek() == "name":
        reader.take("name")
    reader.take("{")
    reader.statements()
    reader.take("end")
    return reader


def from_dagitty(
    text: str,
    decisions: Owners | None = None,
    utilities: Owners | None = None,
    latents: Literal["add"] | None = None,
) -> CID:
    """Read a diagram from dagitty text, or from DOT text of a directed graph.

    Parameters
    ----------
    text : str
        As dagitty.net shows it under "Model code". Positions and labels are ignored; latent nodes
        are nodes like others.
    decisions, utilities : optional
        As for :class:`cid.CID`. By default exposures are decisions, and outcomes utilities. In
        dagitty these words mark a question and not a role, so that an outcome may have children
        there; name the utilities then, or none, ``utilities=()``.
    latents : "add", optional
        Replace each edge ``A <-> B`` by a new node, ``L_A_B``, that is a parent of both.

    Raises
    ------
    ParseError
        For text that cannot be read, with the line, and for edges that are not directed.
    DiagramError
        If what it says is no diagram.

    Examples
    --------
    >>> import cid
    >>> cid.from_dagitty('dag { bb="0,0,1,1" S -> {D U} D [exposure] U [outcome] D -> U }')
    CID([('S', 'D'), ('S', 'U'), ('D', 'U')], decisions=['D'], utilities=['U'])
    >>> cid.from_dagitty("dag { A <-> B }", latents="add").edges
    (('L_A_B', 'A'), ('L_A_B', 'B'))
    """
    if not isinstance(text, str):
        raise CIDTypeError(f"from_dagitty takes text, not {shorten(text)}.")
    if latents is not None and not (isinstance(latents, str) and latents == "add"):
        raise CIDTypeError(f"latents is 'add' or None, not {shorten(latents)}.")
    reader = read_statements(text, add_latents=latents == "add")
    for left, right in reader.confounded:
        latent = f"L_{left}_{right}"
        while latent in reader.nodes:
            latent += "'"
        reader.nodes[latent] = {}
        reader.edges.update({(latent, left): None, (latent, right): None})
    actors: Any = _owned(reader.nodes, _DECISION)
    outcomes: Any = _owned(reader.nodes, _UTILITY)
    if utilities is None:
        _check_outcomes(reader, [name for names in outcomes.values() for name in names])
    if decisions is not None or utilities is not None:  # then agents are as the user says
        actors, outcomes = ([v for vs in role.values() for v in vs] for role in (actors, outcomes))
    return CID(
        list(reader.edges),
        actors if decisions is None else decisions,
        outcomes if utilities is None else utilities,
        nodes=list(reader.nodes),
    )


def _check_outcomes(reader: Statements, outcomes: Iterable[str]) -> None:
    """Raise if an outcome has children, and say what a user can do about it."""
    children = {edge[0]: edge[1] for edge in reader.edges}
    for name in outcomes:
        if name in children:
            raise DiagramError(
                f"The outcome {name!r} has the child {children[name]!r}, and utilities are "
                "childless. dagitty's outcomes mark a question: name the utilities, "
                "utilities=[...], or read the graph alone, decisions=(), utilities=()."
            )


def _owned(nodes: Mapping[str, Mapping[str, str]], words: Iterable[str]) -> dict[str, list[str]]:
    """Return {agent: nodes} of the nodes that have one of some attributes."""
    found: dict[str, list[str]] = {}
    for name, attributes in nodes.items():
        if any(word in attributes for word in words):
            found.setdefault(attributes.get("agent", DEFAULT_AGENT), []).append(name)
    return found
