"""The diagram syntax: text that a person types, to plain lists, with line numbers in errors.

A text is a list of statements, one a line or separated by ``;``. ``#`` starts a comment.

.. code-block:: text

    # grade prediction, after Everitt et al. (2021)
    Race -> School -> Education -> Grade -> Accuracy
    School, Gender -> P          # several tails (or heads) at once
    Accuracy <- P                # arrows may point either way
    Weather                      # a node without edges
    decisions: P
    utilities: Accuracy

With several agents, name them in brackets: ``decisions[human]: H``. A name that holds a space or
one of ``, ; : # " [ ] { }``, or what looks like an arrow, is written as a JSON string:
``"World state" -> D``. Texts in the languages of other programs are refused and not misread: braces
do not group here, and arrows are ``->`` and ``<-`` only.

This module knows nothing about diagrams: it returns a :class:`Statements`, which
:meth:`cid.CID.parse` turns into a diagram, or what a JSON text holds.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from cid.errors import CIDTypeError, FormatError, ParseError, shorten

__all__ = [
    "MAX_EDGES",
    "Statements",
    "check_size",
    "format_name",
    "parse_json",
    "parse_names",
    "parse_statements",
]

_TOKEN = re.compile(
    r"""(?P<space>[^\S\n]+)|(?P<comment>\#[^\n]*)|(?P<end>[\n;])|(?P<right>->|→)|(?P<left><-|←)
    |(?P<comma>,)|(?P<colon>:)|(?P<open>\[)|(?P<close>\])
    |(?P<quoted>"(?:[^"\\\n]|\\[^\n])*")
    |(?P<bare>(?:(?!->|<-|→|←)[^\s,;:\#"\[\]])+)""",
    re.VERBOSE,
)
MAX_EDGES = 10**6
"""A text may say this many edges; two lists of names on the sides of an arrow say very many."""
_LIKE_AN_ARROW = re.compile(r"--|[-=~–—.]>|<[-=~–—]|^>|<$|^[-–—](?!\d)|[-–—=]$")
_FOREIGN = (
    (r"<[?!A-Za-z]", "XML", "cid.read reads .xdsl, .bifxml and .xmlbif files"),
    (r"(strict\s+)?(di)?graph\b[^{;\n#>]*\{", "Graphviz text", "cid.from_dagitty reads it"),
    (r"(dag|mag|pdag|pag)\b[^{;\n#>]*\{", "dagitty text", "cid.from_dagitty reads it"),
    (r"(graph|flowchart)\s+(LR|RL|TB|TD|BT)\b", "Mermaid text", "write its edges as A -> B"),
    (r"network\b[^{;\n#>]*\{", "a BIF file", "cid.read reads .bif files"),
    (r"(net|class\b[^{;\n#>]*)\s*\{", "a Hugin file", "cid.read reads .net files"),
    (r"(//[^\n]*\n\s*)*bnet\b[^{;\n#>]*\{", "a Netica file", "cid.read reads .dne files"),
    (r"[{\[]\s*[\"{\[\]}]", "JSON", "CID.from_json and SCIM.from_json read it"),
)
_KEYWORDS = ("nodes", "decisions", "utilities")
_SAFE = re.compile(r"(?:(?!->|<-|→|←)[^\s,;:\#\"\[\]{}])+")


@dataclass
class Statements:
    """What a text says: edges, lone nodes, and who decides and values what."""

    edges: list[tuple[str, str]] = field(default_factory=list)
    nodes: list[str] = field(default_factory=list)
    decisions: dict[str | None, list[str]] = field(default_factory=dict)
    utilities: dict[str | None, list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Token:
    kind: str
    value: str
    line: int


def _looks_like_an_arrow(name: str) -> bool:
    """Is a word, or a part of it, an arrow as another program or a word processor writes it?"""
    if _LIKE_AN_ARROW.search(name):
        return True
    called = ("" if char.isascii() else unicodedata.name(char, "") for char in name)
    return any(re.search("(LEFT|RIGHT).*(ARROW|HARPOON)", words) for words in called)


def check_size(known: int, tails: int, heads: int, line: int) -> None:
    """Raise if one more arrow, which joins two groups of nodes, would say too many edges.

    Raises
    ------
    ParseError
        With the line and the numbers.
    """
    if known + tails * heads > MAX_EDGES:
        raise ParseError(
            f"line {line}: an arrow from {tails:,} to {heads:,} nodes is {tails * heads:,} edges, "
            f"and a text may say {MAX_EDGES:,}. Make the diagram with CID(edges), or write fewer "
            "names beside the arrow."
        )


def _check_bare(name: str, line: int) -> None:
    """Raise if an unquoted word is written as other programs write edges and groups."""
    if "{" in name or "}" in name:
        raise ParseError(
            f"line {line}: {shorten(name, 40)} holds a brace, and braces do not group here. "
            "Several heads are written A -> B, C; a name with a brace is quoted: "
            f"{_quoted(name[:40])}."
        )
    if _looks_like_an_arrow(name):
        raise ParseError(
            f"line {line}: {shorten(name, 40)} looks like an arrow. Edges are written A -> B or "
            "A <- B; in place of A <-> B add a common cause, L -> A, B. A name with such marks is "
            f"quoted: {_quoted(name[:40])}."
        )


def _check_language(text: str) -> None:
    """Raise if a text is in the language of another program."""
    for pattern, what, mend in _FOREIGN:
        if re.match(rf"\s*{pattern}", text):
            raise ParseError(f"line 1: this is {what}, not the diagram syntax; {mend}.")


def _tokens(text: str) -> list[_Token]:
    tokens, position, line = [], 0, 1
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            rest = text[position:].split("\n", 1)[0]
            raise ParseError(
                f"line {line}: cannot read {shorten(rest, 40)}. A quoted name ends with a "
                f'double quote on the same line, as in "World state" -> D.'
            )
        kind, value = str(match.lastgroup), match.group()
        if kind == "quoted":
            try:
                value = json.loads(value)
            except json.JSONDecodeError:
                raise ParseError(
                    f"line {line}: {shorten(value, 40)} is not a JSON string. "
                    'Write a quotation mark as \\" and a backslash as \\\\.'
                ) from None
            kind = "name"
        elif kind == "bare":
            _check_bare(value, line)
            kind = "name"
        if kind not in ("space", "comment"):
            tokens.append(_Token(kind, value, line))
        line += match.group().count("\n")
        position = match.end()
    tokens.append(_Token("end", "\n", line))
    return tokens


def _names(tokens: list[_Token], line: int, where: str) -> list[str]:
    """Read ``A, B C``: names separated by commas or spaces."""
    names = []
    previous = "comma"
    for token in tokens:
        if token.kind == "name":
            names.append(token.value)
        elif token.kind != "comma" or previous == "comma":
            raise ParseError(
                f"line {line}: expected a node name {where}, found {token.value!r}. "
                'Names with special characters are quoted: "a, b".'
            )
        previous = token.kind
    if previous == "comma" and tokens:
        raise ParseError(f"line {line}: a node name is missing after the comma {where}.")
    return names


def _edge_statement(tokens: list[_Token], out: Statements) -> None:
    """Read ``A, B -> C -> D``."""
    line = tokens[0].line
    groups: list[list[_Token]] = [[]]
    arrows: list[str] = []
    for token in tokens:
        if token.kind in ("right", "left"):
            arrows.append(token.kind)
            groups.append([])
        else:
            groups[-1].append(token)
    names = []
    for group in groups:
        found = _names(group, line, "in an edge")
        if not found:
            raise ParseError(
                f"line {line}: an arrow has no node on one side. Write edges as A -> B."
            )
        if len(found) > 1 and not all(
            token.kind == ("name" if i % 2 == 0 else "comma") for i, token in enumerate(group)
        ):
            raise ParseError(
                f"line {line}: {found[0]!r} and {found[1]!r} stand side by side. Put an arrow or "
                f'a comma between them, or quote one name: "{found[0]} {found[1]}".'
            )
        names.append(found)
    if not arrows:
        out.nodes.extend(names[0])
    for arrow, first, second in zip(arrows, names[:-1], names[1:], strict=True):
        tails, heads = (first, second) if arrow == "right" else (second, first)
        check_size(len(out.edges), len(tails), len(heads), line)
        for tail in tails:
            for head in heads:
                out.edges.append((tail, head))
                out.nodes.extend((tail, head) if arrow == "right" else (head, tail))


def _keyword_statement(tokens: list[_Token], out: Statements) -> None:
    """Read ``decisions: A B`` or ``decisions[human]: A B``."""
    keyword, line = tokens[0].value, tokens[0].line
    if keyword not in _KEYWORDS:
        raise ParseError(
            f"line {line}: unknown keyword {keyword!r}. Keywords are "
            f"{', '.join(name + ':' for name in _KEYWORDS)}; quote a name that holds a colon."
        )
    colon = next((i for i, token in enumerate(tokens) if token.kind == "colon"), len(tokens))
    head = tokens[1:colon]
    agent: str | None = None
    if head:
        kinds = [token.kind for token in head]
        if keyword == "nodes" or kinds != ["open", "name", "close"] or colon == len(tokens):
            raise ParseError(
                f"line {line}: expected '{keyword}: names' or 'decisions[agent]: names'."
            )
        agent = head[1].value
    names = _names(tokens[colon + 1 :], line, f"after {keyword!r}")
    if keyword == "nodes":
        out.nodes.extend(names)
    else:
        getattr(out, keyword).setdefault(agent, []).extend(names)


def parse_statements(text: str) -> Statements:
    """Read a whole text.

    Raises
    ------
    ParseError
        With the line number and the mend.

    Examples
    --------
    >>> parse_statements("S -> D -> U; decisions: D").edges
    [('S', 'D'), ('D', 'U')]
    """
    _check_language(text)
    out = Statements()
    statement: list[_Token] = []
    for token in _tokens(text):
        if token.kind != "end":
            statement.append(token)
            continue
        if statement:
            second = statement[1].kind if len(statement) > 1 else ""
            if second in ("colon", "open"):
                _keyword_statement(statement, out)
            else:
                _edge_statement(statement, out)
        statement = []
    return out


def parse_names(text: str) -> list[str]:
    """Read a list of names such as ``"D1, D2"`` or ``"D1 D2"``.

    Examples
    --------
    >>> parse_names('D1, "D 2"')
    ['D1', 'D 2']
    """
    tokens = [token for token in _tokens(text) if token.kind != "end"]
    return _names(tokens, 1, "in a list of names")


def format_name(name: str) -> str:
    """Write a name so that the parser reads it back, quoted only when it must be.

    Examples
    --------
    >>> print(format_name("S"), format_name("World state"))
    S "World state"
    """
    safe = _SAFE.fullmatch(name) and not _looks_like_an_arrow(name)
    return name if safe else _quoted(name)


def _quoted(name: str) -> str:
    return json.dumps(name, ensure_ascii=not name.isprintable())


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object, each of whose keys stands there once."""
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise FormatError(f"The key {shorten(twice)} is there twice in one JSON object. Drop one.")
    return found


def parse_json(text: str | bytes, writer: str) -> Any:
    """Return what JSON text holds.

    Parameters
    ----------
    text : str or bytes
        The text.
    writer : str
        The method that writes such text, for messages.

    Raises
    ------
    FormatError
        If it is truncated or not JSON, or a key is there twice.
    """
    if not isinstance(text, str | bytes | bytearray):
        raise CIDTypeError(f"from_json takes JSON text, not {shorten(text)}.")
    try:
        if isinstance(text, bytes | bytearray):
            text = text.decode(json.detect_encoding(text))
        return json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_once)
    except FormatError:
        raise
    except (ValueError, RecursionError) as error:  # ValueError also for endless numbers
        raise FormatError(
            f"This is not JSON ({error}). The file may be truncated: write it again with {writer}."
        ) from None
