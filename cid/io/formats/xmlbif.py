"""XMLBIF, which Weka, SamIam, pgmpy and pyAgrum write [1]_ (pyAgrum as ``.bifxml``).

.. [1] F. Cozman. "The Interchange Format for Bayesian Networks", version 0.3, 1998.
"""

from __future__ import annotations

from typing import Any

from cid.errors import FormatError
from cid.io.blocks import decimal
from cid.io.format import FileFormat
from cid.io.networks import Node, network_of
from cid.io.xml import parse_xml, words

__all__ = ["FORMAT"]

_KINDS = {"nature": "chance", "decision": "decision", "utility": "utility"}


def _read(text: str) -> Any:
    network = parse_xml(text).find("NETWORK")
    if network is None:
        raise FormatError("There is no <NETWORK>. The file may be truncated.")
    nodes: dict[str, Node] = {}
    for variable in network.findall("VARIABLE"):
        name = (variable.findtext("NAME") or "").strip()
        kind = variable.get("TYPE", "nature").lower()
        if kind not in _KINDS:
            raise FormatError(f"{name!r} is of the type {kind!r}, which is not read.")
        states = tuple(
            (v.text or "").strip() for tag in ("OUTCOME", "VALUE") for v in variable.findall(tag)
        )
        if name in nodes:
            raise FormatError(f"The variable {name!r} is there twice.")
        nodes[name] = Node(name, _KINDS[kind], () if kind == "utility" else states)
    for definition in network.findall("DEFINITION"):
        name = (definition.findtext("FOR") or "").strip()
        if name not in nodes:
            raise FormatError(f"There is a definition of {name!r}, and no such variable.")
        node = nodes[name]
        node.parents = tuple((given.text or "").strip() for given in definition.findall("GIVEN"))
        if definition.find("TABLE") is not None and node.kind != "decision":
            where = f"The table of {name!r}"
            node.numbers = [decimal(word, where) for word in words(definition, "TABLE")]
    return network_of(nodes.values())


FORMAT = FileFormat("XMLBIF", (".bifxml", ".xmlbif"), r"(?=<)(?s:.{0,9999}?)<BIF\b", _read)
