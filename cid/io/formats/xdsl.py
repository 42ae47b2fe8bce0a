"""XDSL, the format of GeNIe and SMILE [1]_: Bayesian networks and influence diagrams.

Information links are those that the file draws; that nothing is forgotten is not added to them.
The first parent changes slowest in a table, but for files of pyAgrum, where it changes fastest.

.. [1] "GeNIe Modeler User Manual", section "XDSL file format". BayesFusion, LLC.
"""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

from cid.errors import FormatError, shorten
from cid.io.blocks import decimal
from cid.io.format import FileFormat
from cid.io.networks import Node, check_size, network_of
from cid.io.xml import parse_xml, words

__all__ = ["FORMAT"]

_KINDS = {"cpt": "chance", "deterministic": "chance", "decision": "decision", "utility": "utility"}
_NUMBERS = {"cpt": "probabilities", "utility": "utilities"}


def _node(element: Element, first_is_fastest: bool) -> Node:
    name = element.get("id", "")
    if element.tag not in _KINDS:
        raise FormatError(
            f"{name!r} is a node of the type {shorten(element.tag)}; read are "
            f"{', '.join(f'<{tag}>' for tag in _KINDS)}. Let GeNIe change its type."
        )
    states = tuple(state.get("id", "") for state in element.findall("state"))
    parents = words(element, "parents")
    if first_is_fastest:
        parents.reverse()
    node = Node(name, _KINDS[element.tag], states, tuple(parents))
    where = f"The table of {name!r}"
    if element.tag in _NUMBERS and element.find(_NUMBERS[element.tag]) is not None:
        node.numbers = [decimal(w, where) for w in words(element, _NUMBERS[element.tag])]
    elif element.tag == "deterministic" and element.find("resultingstates") is not None:
        check_size(name, len(words(element, "resultingstates")) * len(states))
        node.numbers = []
        for word in words(element, "resultingstates"):
            if word not in states:
                raise FormatError(f"{where} holds {word!r}, which is no state.")
            node.numbers += [float(state == word) for state in states]
    return node


def _read(text: str) -> Any:
    root = parse_xml(text)
    nodes, program = root.find("nodes"), root.find("extensions/genie")
    if nodes is None:
        raise FormatError("There is no <nodes>. The file may be truncated.")
    of_pyagrum = program is not None and program.get("app", "").startswith("aGrUM")
    return network_of(_node(element, of_pyagrum) for element in nodes)


FORMAT = FileFormat("GeNIe XDSL", (".xdsl",), r"(?=<)(?s:.{0,9999}?)<smile\b", _read)
