"""The net language of Hugin [1]_: Bayesian networks and influence diagrams.

Information links are those that the file draws; that nothing is forgotten is not added to them.

.. [1] "HUGIN API Reference Manual", chapter "The NET Language". Hugin Expert A/S.
"""

from __future__ import annotations

import math
from typing import Any

from cid.errors import FormatError
from cid.io.blocks import Words, decimal, flat
from cid.io.format import FileFormat
from cid.io.networks import Node, check_size, network_of

__all__ = ["FORMAT"]

_KINDS = {"node": "chance", "decision": "decision", "utility": "utility"}


def _node(words: Words, kind: str) -> Node:
    name = words.word()
    said = words.pairs()
    states: tuple[Any, ...] = tuple(flat(said.get("states", [])))
    if said.get("subtype") == "number" and "state_values" in said:
        values = flat(said["state_values"])
        states = tuple(decimal(value, f"A value of {name!r}") for value in values)
    if kind != "utility" and not states:
        raise FormatError(f"{name!r} has no states; only discrete nodes are read.")
    return Node(name, kind, () if kind == "utility" else states)


def _potential(words: Words, nodes: dict[str, Node]) -> None:
    words.take("(")
    heads = words.words_until("|", ")")
    words.skip("|")
    parents = tuple(words.words_until(")"))
    words.take(")")
    for name in (*heads, *parents):
        if name not in nodes:
            raise words.mistake(f"there is no node {name!r}")
    if len(heads) != 1:
        raise words.mistake("only potentials of one node are read")
    said = words.pairs()
    node = nodes[heads[0]]
    node.parents = parents
    if "data" in said:
        where = f"The table of {node.name!r}"
        node.numbers = [decimal(word, where) for word in flat(said["data"])]
    elif "model_data" in said:
        raise FormatError(f"The table of {node.name!r} is an expression; only numbers are read.")


def _read(text: str) -> Any:
    words = Words(text, "{}()=;|", "%")
    nodes: dict[str, Node] = {}
    while not words.ended():
        what = words.word()
        if what in ("discrete", "label"):
            continue
        if what in _KINDS:
            node = _node(words, _KINDS[what])
            nodes[node.name] = node
        elif what == "potential":
            _potential(words, nodes)
        elif what == "net":
            words.leave_out()
        else:
            raise words.mistake(f"{what!r} is not read; only node, decision, utility, potential")
    some = any(node.numbers is not None for node in nodes.values())
    for node in nodes.values():  # as Hugin has it: a table that is not given is uniform
        if some and node.kind == "chance" and node.numbers is None:
            rows = math.prod(len(nodes[parent].states) for parent in node.parents)
            check_size(node.name, rows * len(node.states))
            node.numbers = [1 / len(node.states)] * (rows * len(node.states))
    return network_of(nodes.values())


FORMAT = FileFormat(
    "Hugin net",
    (".net",),
    r"(%[^\n]*\n\s*)*(net\s*\{|((discrete|continuous)\s+)?(node|decision|utility|class)\s+\w+\s*\{)",
    _read,
)
