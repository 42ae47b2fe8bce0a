"""BIF, the interchange format of Bayesian networks in which the bnlearn repository is kept [1]_.

Probabilities of a table without contexts follow the node's own values first and slowest, as the
format's description says.

.. [1] F. Cozman and others. "The Interchange Format for Bayesian Networks", 1998.
"""

from __future__ import annotations

import itertools
import math
from typing import Any

from cid.errors import FormatError
from cid.io.blocks import Words, decimal
from cid.io.format import FileFormat
from cid.io.networks import Node, check_size, network_of

__all__ = ["FORMAT"]


def _variable(words: Words) -> Node:
    name = words.word()
    node = Node(name, "chance")
    words.take("{")
    while not words.skip("}"):
        if words.word() != "type":
            words.leave_out()
            continue
        if words.word() != "discrete":
            raise words.mistake(f"{name!r} is not discrete, and only discrete nodes are read")
        words.take("[")
        words.word()
        words.take("]")
        words.take("{")
        node.states = tuple(words.words_until("}"))
        words.take("}")
        words.skip(";")
    return node


def _numbers(words: Words, name: str) -> list[float]:
    found = [decimal(word, f"The table of {name!r}") for word in words.words_until(";")]
    words.take(";")
    return found


def _probability(words: Words, nodes: dict[str, Node]) -> None:
    words.take("(")
    heads = words.words_until("|", ")")
    words.skip("|")
    name, *parents = [*heads, *words.words_until(")")] or [""]  # older files have no bar
    words.take(")")
    for known in (name, *parents):
        if known not in nodes:
            raise words.mistake(f"there is no variable {known!r}")
    node, count = nodes[name], len(nodes[name].states)
    node.parents = tuple(parents)
    contexts = math.prod(len(nodes[parent].states) for parent in parents)
    rows: dict[tuple[str, ...], list[float]] = {}
    default: list[float] | None = None
    words.take("{")
    while not words.skip("}"):
        if words.skip("("):
            context = tuple(words.words_until(")"))
            words.take(")")
            rows[context] = _numbers(words, name)
        elif words.skip("table"):
            table = _numbers(words, name)
            if len(table) != contexts * count:
                raise words.mistake(f"the table of {name!r} has {len(table):,} numbers")
            node.numbers = [table[k + contexts * i] for k in range(contexts) for i in range(count)]
        elif words.skip("default"):
            default = _numbers(words, name)
        else:
            words.leave_out()
    if node.numbers is None and (rows or default):
        check_size(name, 0 if default is None else contexts * count)
        numbers: list[float] = []
        for context in itertools.product(*(nodes[parent].states for parent in parents)):
            row = rows.pop(context, default)
            if row is None or len(row) != count:
                what = "no row" if row is None else f"{len(row)} numbers"
                raise FormatError(f"The table of {name!r} has {what} for {context}.")
            numbers += row
        if rows:
            raise FormatError(f"The table of {name!r} has a row for {next(iter(rows))}.")
        node.numbers = numbers


def _read(text: str) -> Any:
    words = Words(text, "{}()[];,|", "//")
    nodes: dict[str, Node] = {}
    while not words.ended():
        what = words.word()
        if what == "variable":
            node = _variable(words)
            if node.name in nodes:
                raise FormatError(f"The variable {node.name!r} is there twice.")
            nodes[node.name] = node
        elif what == "probability":
            _probability(words, nodes)
        else:
            words.leave_out()
    return network_of(nodes.values())


FORMAT = FileFormat("BIF", (".bif",), r"(//[^\n]*\n\s*)*network\b[^{;\n#>]*\{", _read)
