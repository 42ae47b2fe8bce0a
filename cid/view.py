"""What a diagram says of its nodes: kinds, owners, parents, ancestors.

:class:`View` holds a checked diagram and answers by name; :class:`cid.CID` adds to it how diagrams
are made, changed, written and drawn.
"""

from __future__ import annotations

from collections.abc import Sequence

from cid.errors import UnknownNodeError, did_you_mean, shorten
from cid.names import check_name
from cid.parts import DECISION, KINDS, Edge, Numbered

__all__ = ["View"]


class View:
    """A diagram, read by name; base of :class:`cid.CID`."""

    __slots__ = (
        "agents",
        "chance",
        "decisions",
        "edges",
        "nodes",
        "numbered",
        "utilities",
    )

    nodes: tuple[str, ...]
    """All nodes, in order of first mention."""
    edges: tuple[Edge, ...]
    """All edges, in the order given."""
    chance: tuple[str, ...]
    """Nodes that are neither decision nor utility."""
    decisions: tuple[str, ...]
    """Decision nodes of all agents, in the order given."""
    utilities: tuple[str, ...]
    """Utility nodes of all agents, in the order given."""
    agents: tuple[str, ...]
    """Agents, in order of first mention; ``("agent",)`` when none was named."""

    numbered: Numbered
    """The diagram with numbers for nodes, for graph algorithms."""

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name in self.numbered.index

    def check_node(self, name: object) -> str:
        """Return `name` if it is a node, else raise with a suggestion.

        Raises
        ------
        UnknownNodeError
            If there is no such node.
        CIDTypeError
            If `name` is not a string.
        """
        if not isinstance(name, str):
            check_name(name)
        if name not in self.numbered.index:
            raise UnknownNodeError(
                f"{shorten(name)} is no node of the diagram.{did_you_mean(str(name), self.nodes)}"
            )
        return str(name)

    def _number(self, name: str) -> int:
        """Return a node's number. Most names are right, so that only the others are checked."""
        try:
            return self.numbered.index[name]
        except (KeyError, TypeError):
            return self.numbered.index[self.check_node(name)]

    def check_decision(self, name: object) -> str:
        """Return `name` if it is a decision, else raise with the decisions there are."""
        node = self.check_node(name)
        if self.numbered.kinds[self.numbered.index[node]] != DECISION:
            have = ", ".join(map(repr, self.decisions)) or "none"
            raise UnknownNodeError(
                f"{node!r} is a {self.kind(node)} node, not a decision. Decisions: {have}."
            )
        return node

    def check_agent(self, name: object) -> str:
        """Return `name` if it is an agent, else raise with a suggestion."""
        if not isinstance(name, str):
            check_name(name, "agent label")
        if name not in self.agents:
            raise UnknownNodeError(
                f"{shorten(name)} is no agent of the diagram.{did_you_mean(str(name), self.agents)}"
            )
        return str(name)

    def kind(self, name: str) -> str:
        """Return ``"chance"``, ``"decision"`` or ``"utility"``."""
        return KINDS[self.numbered.kinds[self._number(name)]]

    def agent_of(self, name: str) -> str | None:
        """Return the agent that owns a decision or utility; None for a chance node."""
        return self.numbered.owner.get(self.check_node(name))

    def decisions_of(self, agent: str) -> tuple[str, ...]:
        """Return one agent's decisions."""
        self.check_agent(agent)
        return tuple(name for name in self.decisions if self.numbered.owner[name] == agent)

    def utilities_of(self, agent: str) -> tuple[str, ...]:
        """Return one agent's utilities."""
        self.check_agent(agent)
        return tuple(name for name in self.utilities if self.numbered.owner[name] == agent)

    def parents(self, name: str) -> tuple[str, ...]:
        """Return the parents of a node, in edge order."""
        return tuple([self.nodes[i] for i in self.numbered.parents[self._number(name)]])

    def children(self, name: str) -> tuple[str, ...]:
        """Return the children of a node, in edge order."""
        return tuple([self.nodes[i] for i in self.numbered.children[self._number(name)]])

    def _closure(self, name: str, step: Sequence[Sequence[int]]) -> tuple[str, ...]:
        start = self._number(name)
        seen = {start}
        stack = [start]
        while stack:
            for i in step[stack.pop()]:
                if i not in seen:
                    seen.add(i)
                    stack.append(i)
        seen.remove(start)
        return tuple(self.nodes[i] for i in self.numbered.order if i in seen)

    def ancestors(self, name: str) -> tuple[str, ...]:
        """Return the strict ancestors of a node in topological order."""
        return self._closure(name, self.numbered.parents)

    def descendants(self, name: str) -> tuple[str, ...]:
        """Return the strict descendants of a node in topological order."""
        return self._closure(name, self.numbered.children)

    @property
    def topological_order(self) -> tuple[str, ...]:
        """All nodes, every parent before its children."""
        return tuple(self.nodes[i] for i in self.numbered.order)
