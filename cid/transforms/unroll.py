"""Unrolling: a diagram of one step, repeated.

Training over epochs and acting over time repeat themselves. :func:`unroll` takes the diagram of one
step, and *links* that say which node of a step feeds which node of the next, and returns the
diagram of as many steps as wanted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from cid.diagram import CID
from cid.errors import (
    CIDTypeError,
    DiagramError,
    SizeError,
    UnknownNodeError,
    counted,
    did_you_mean,
    shorten,
)
from cid.guards import check_diagram
from cid.names import listed
from cid.parts import check_flag

__all__ = ["unroll"]

Link = tuple[str, str, int]
MAX_SIZE = 20_000
"""Nodes, or edges, of an unrolled diagram."""


def _links(template: CID, links: object, steps: int) -> list[Link]:
    if isinstance(links, str) or not isinstance(links, Iterable):
        raise CIDTypeError(
            f"links are pairs (node of the previous step, node), not {shorten(links)}."
        )
    found: list[Link] = []
    for link in links:
        if isinstance(link, str) or not isinstance(link, Sequence) or len(link) not in (2, 3):
            raise CIDTypeError(
                "A link is (tail, head), from the previous step, or (tail, head, lag), not "
                f"{shorten(link)}."
            )
        tail, head, lag = (*link, 1)[:3]
        if not isinstance(lag, int) or isinstance(lag, bool) or lag < 1:
            raise DiagramError(f"The lag of the link {shorten(link)} is a whole number from 1 on.")
        if lag >= steps:
            raise DiagramError(
                f"The link {shorten(link)} reaches back {lag} steps, and there are {steps}."
            )
        found.append((template.check_node(tail), template.check_node(head), lag))
    if len(set(found)) < len(found):
        raise DiagramError("A link is given twice. Give each link once.")
    return found


def _shared(template: CID, shared: object) -> set[str]:
    if isinstance(shared, str):
        shared = (shared,)
    if not isinstance(shared, Iterable):
        raise CIDTypeError(f"shared is a list of node names, not {shorten(shared)}.")
    names = {template.check_node(name) for name in shared}
    for name in template.nodes:
        if name in names:
            own = [parent for parent in template.parents(name) if parent not in names]
            if own:
                raise DiagramError(
                    f"{name!r} is shared by all steps, so its parent {own[0]!r} has to be shared "
                    "as well."
                )
            if template.kind(name) == "utility":
                raise DiagramError(f"The utility {name!r} belongs to a step; it is not shared.")
    return names


def unroll(
    template: CID,
    steps: int,
    links: Iterable[Sequence[Any]] = (),
    *,
    shared: str | Iterable[str] = (),
    drop: str | Iterable[str] = (),
    agent_per_step: bool = False,
) -> CID:
    """Return the diagram of several steps.

    Parameters
    ----------
    template : CID
        One step.
    steps : int
        How many, numbered from 1. Node X of step t is called ``Xt``.
    links : iterable of (str, str) or (str, str, int)
        ``("S", "A")`` makes S of each step a parent of A in the next; a third entry reaches further
        back.
    shared : str or iterable of str
        Nodes that exist once and keep their name.
    drop : str or iterable of str
        Nodes of the result to leave out, such as the last step's action.
    agent_per_step : bool
        Does each step have agents of its own, who value their own step only? Agent a of step t is
        called ``at``. By default an agent values all steps.

    Raises
    ------
    DiagramError
        For an unknown name, a lag without a step to reach back to, a shared node with a parent in a
        step, names that coincide, or a link out of a utility.

    Examples
    --------
    >>> import cid
    >>> step = cid.CID.parse("S -> A; S -> R", decisions="A", utilities="R")
    >>> mdp = cid.unroll(step, 3, [("S", "S"), ("A", "S")], drop="A3")
    >>> mdp == cid.catalog.load("mdp_three_steps").diagram
    True
    """
    check_diagram(template, "unroll")
    if not isinstance(steps, int) or isinstance(steps, bool) or steps < 1:
        raise CIDTypeError(f"steps is a whole number from 1 on, not {shorten(steps)}.")
    check_flag(agent_per_step, "agent_per_step")
    once = _shared(template, shared)
    wanted = _links(template, links, steps)
    size = steps * max(len(template.nodes), len(template.edges) + len(wanted))
    if size > MAX_SIZE:
        raise SizeError(
            f"{counted(steps)} steps of this diagram have more nodes or edges than {MAX_SIZE:,}, "
            "which is the most. Unroll fewer steps."
        )
    for tail, head, _ in wanted:
        if tail in once or head in once:
            raise DiagramError(
                f"The link {(tail, head)!r} touches a node that is shared by all steps. An edge of "
                "the template already leads to every step."
            )

    def name(node: str, step: int) -> str:
        return node if node in once else f"{node}{step}"

    made = [name(node, t) for t in range(1, steps + 1) for node in template.nodes]
    nodes = dict.fromkeys(made)
    if len(nodes) < len(made) - (steps - 1) * len(once):
        twice = next(n for n in nodes if made.count(n) > 1 and n not in once)
        raise DiagramError(f"Two unrolled nodes are called {twice!r}. Rename one with relabel.")
    leaving = [drop] if isinstance(drop, str) else listed(drop, "drop")
    for node in leaving:
        if not isinstance(node, str) or node not in nodes:
            raise UnknownNodeError(
                f"{shorten(node)}, to be dropped, is no node of the unrolled diagram."
                f"{did_you_mean(str(node), nodes)}"
            )
    gone = set(leaving)
    edges: dict[tuple[str, str], None] = {}
    for t in range(1, steps + 1):
        for tail, head in template.edges:
            edges[name(tail, t), name(head, t)] = None
        for tail, head, lag in wanted:
            if t > lag:
                edges[name(tail, t - lag), name(head, t)] = None
    kept = [edge for edge in edges if not gone.intersection(edge)]
    owners: list[dict[str, list[str]]] = [{}, {}]
    for t in range(1, steps + 1):
        for agent in template.agents:
            label = f"{agent}{t}" if agent_per_step else agent
            for role, own in zip(
                owners, (template.decisions_of(agent), template.utilities_of(agent)), strict=True
            ):
                mine = role.setdefault(label, [])
                for node in own:
                    new = name(node, t)
                    if new not in gone and new not in mine:
                        mine.append(new)
    return CID(kept, *owners, nodes=[node for node in nodes if node not in gone])
