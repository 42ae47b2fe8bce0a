"""The text format of Netica [1]_: Bayesian networks and decision networks.

Information links are those that the file draws; that nothing is forgotten is not added to them.

.. [1] "DNET File Format". Norsys Software Corp.
"""

from __future__ import annotations

import re
from typing import Any

from cid.errors import FormatError, shorten
from cid.io.blocks import Words, decimal, flat
from cid.io.format import FileFormat
from cid.io.networks import Node, check_size, network_of

__all__ = ["FORMAT"]

_KINDS = {"NATURE": "chance", "DECISION": "decision", "UTILITY": "utility"}


def _count(said: Any, name: str) -> int:
    """Return a number of states, which a few digits can make very large."""
    if not re.fullmatch(r"\d{1,5}", str(said)):
        raise FormatError(f"{name!r} has {shorten(said)} states; up to 99999 are read.")
    return int(said)


def _node(name: str, said: dict[str, Any]) -> Node:
    kind = str(said.get("kind", "NATURE"))
    if kind not in _KINDS:
        raise FormatError(f"{name!r} is of the kind {shorten(kind)}, which is not read.")
    states: tuple[Any, ...] = tuple(flat(said.get("states", [])))
    if not states and "numstates" in said:
        states = tuple(range(_count(said["numstates"], name)))
    if not states and "levels" in said:
        states = tuple(range(len(flat(said["levels"])) - 1))
    node = Node(name, _KINDS[kind], states, tuple(flat(said.get("parents", []))))
    where = f"The table of {name!r}"
    if node.kind == "utility":
        node.states = ()
        for key in ("functable", "probs"):
            if key in said:
                node.numbers = [decimal(word, where) for word in flat(said[key])]
    elif not states:
        raise FormatError(f"{name!r} has no states; only discrete nodes are read.")
    elif node.kind == "chance" and "probs" in said:
        node.numbers = [decimal(word, where) for word in flat(said["probs"])]
    elif node.kind == "chance" and "functable" in said:
        check_size(name, len(flat(said["functable"])) * len(states))
        node.numbers = []
        for word in flat(said["functable"]):
            names = [*states, *(f"#{k}" for k in range(len(states)))]
            if word not in names:
                raise FormatError(f"{where} holds {word!r}, which is no state.")
            spot = names.index(word) % len(states)
            node.numbers += [float(k == spot) for k in range(len(states))]
    return node


def _read(text: str) -> Any:
    words = Words(text, "{}()=;,", "//")
    words.take("bnet")
    words.word()
    words.take("{")
    nodes = []
    while not words.skip("}"):
        if words.skip("node"):
            name = words.word()
            nodes.append(_node(name, words.pairs()))
            words.skip(";")
        else:
            words.leave_out()
    return network_of(nodes)


FORMAT = FileFormat("Netica text", (".dne",), r"(//[^\n]*\n\s*)*bnet\b[^{;\n#>]*\{", _read)
