"""What a file says of each node of a network, to a diagram or a model."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from cid.diagram import CID
from cid.errors import FormatError, shorten

__all__ = ["MAX_NUMBERS", "Node", "check_size", "network_of"]

MAX_NUMBERS = 2**22
"""A table that a file does not write out number by number may have this many."""


def check_size(name: str, numbers: int) -> None:
    """Raise if a few words of a file stand for too large a table.

    Raises
    ------
    FormatError
        With the node and the number.
    """
    if numbers > MAX_NUMBERS:
        raise FormatError(
            f"The table of {shorten(name)} has {numbers:,} numbers, which the file does not write "
            f"out; up to {MAX_NUMBERS:,} are filled in. Give {shorten(name)} fewer parents or "
            "values."
        )


@dataclass
class Node:
    """A node as a file describes it.

    Attributes
    ----------
    name : str
        The node.
    kind : str
        ``"chance"``, ``"decision"`` or ``"utility"``.
    states : tuple
        The values of a chance node or a decision.
    parents : tuple of str
        The first changes slowest in `numbers`.
    numbers : list of float, optional
        Probabilities, the node's own values fastest; of a utility its values. None if there are
        none.
    """

    name: str
    kind: str
    states: tuple[Any, ...] = ()
    parents: tuple[str, ...] = ()
    numbers: list[float] | None = None


def network_of(nodes: Iterable[Node]) -> Any:
    """Return the model that some nodes make, or their diagram if none of them has numbers.

    Raises
    ------
    FormatError
        If a node is there twice, or a table has the wrong length or is missing.
    DiagramError, ModelError
        As :class:`cid.CID` and :class:`cid.SCIM`.

    Examples
    --------
    >>> network_of([Node("A", "chance", ("a", "b")), Node("B", "chance", ("a", "b"), ("A",))])
    CID([('A', 'B')], decisions=[], utilities=[])
    """
    listed = list(nodes)
    known: dict[str, Node] = {}
    for node in listed:
        if node.name in known:
            raise FormatError(f"The node {shorten(node.name)} is there twice.")
        known[node.name] = node
    edges = [(parent, node.name) for node in listed for parent in node.parents]
    foreign = next((pair for pair in edges if pair[0] not in known), None)
    if foreign is not None:
        raise FormatError(f"{shorten(foreign[1])} has the parent {foreign[0]!r}, which is no node.")
    roles = {
        kind: [node.name for node in listed if node.kind == kind]
        for kind in ("decision", "utility")
    }
    d = CID(edges, roles["decision"], roles["utility"], nodes=list(known))
    lacking = [n.name for n in listed if n.kind != "decision" and n.numbers is None]
    if len(lacking) == len(listed) - len(roles["decision"]):
        return d
    if lacking:
        raise FormatError(f"{lacking[0]!r} has no table, and other nodes have one.")
    return _model(d, known, listed)


def _model(d: CID, known: dict[str, Node], listed: Sequence[Node]) -> Any:
    import numpy as np  # only for models: a diagram is read without

    from cid.io.tables import model_of_tables, utility_table

    domains = {node.name: node.states for node in listed if node.kind != "utility"}
    tables = {}
    for node in listed:
        if node.numbers is None or node.kind == "decision":
            continue
        sizes = [len(known[parent].states) for parent in node.parents]
        if node.kind == "chance":
            sizes.append(len(node.states))
        if len(node.numbers) != math.prod(sizes):
            raise FormatError(
                f"The table of {node.name!r} has {len(node.numbers):,} numbers; its parents and "
                f"values ask for {math.prod(sizes):,}."
            )
        table = np.array(node.numbers, dtype=np.float64).reshape(sizes)
        if node.kind == "utility":
            domains[node.name], table = utility_table(table)
        tables[node.name] = table
    return model_of_tables(d, domains, tables)
