"""What queries and solvers ask of a model.

:class:`cid.SCIM` is the model that the library ships. Whatever offers the same members can be
queried and solved: tables come from :meth:`Model.mechanism`, other models from :meth:`Model.on`.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, Self, runtime_checkable

if TYPE_CHECKING:
    import numpy as np

    from cid.diagram import CID
    from cid.model.mechanism import Mechanism

__all__ = ["Model", "Policy", "Value"]

Value = Hashable
Policy = Mapping[str, Any]
"""{decision: rule}; a rule takes every form that a mechanism takes."""


@runtime_checkable
class Model(Protocol):
    """A diagram with finite domains and a mechanism for every node but the open decisions."""

    @property
    def diagram(self) -> CID:
        """The graph."""

    @property
    def domains(self) -> Mapping[str, tuple[Value, ...]]:
        """Values of every node."""

    @property
    def arithmetic(self) -> str:
        """``"exact"``, ``"float"`` or ``"symbolic"``."""

    @property
    def parameters(self) -> tuple[Any, ...]:
        """Free symbols, by name."""

    def mechanism(self, node: str) -> Mechanism:
        """Return a node's mechanism in normal form."""

    def cpd(self, node: str, order: Sequence[str] | None = None) -> np.ndarray[Any, Any]:
        """Return P(node | parents), shape (size of each parent..., size of the node)."""

    def mean(self, node: str, order: Sequence[str] | None = None) -> np.ndarray[Any, Any]:
        """Return E[node | parents], shape (size of each parent...)."""

    def numbers(self, node: str) -> np.ndarray[Any, Any]:
        """Return the numbers that a node's domain holds."""

    def utility_values(self, node: str) -> np.ndarray[Any, Any]:
        """Return the numbers that a utility's domain holds."""

    def index(self, node: str, value: Value) -> int:
        """Return the position of a value in a node's domain."""

    def on(self, diagram: CID, mechanisms: Mapping[str, Mechanism]) -> Self:
        """Return the model on another diagram, with some mechanisms changed."""

    def do(self, values: Mapping[str, Value] | None = None, /, **named: Value) -> Self:
        """Return the model in which nodes are set to constants."""

    def replace(self, mechanisms: Mapping[str, Any] | None = None, /, **named: Any) -> Self:
        """Return the model with other mechanisms."""

    def with_policy(self, policy: Policy) -> Self:
        """Return the model with rules for some decisions."""

    def with_link(self, tail: str, decision: str) -> Self:
        """Return the model in which a decision also observes `tail`."""

    def without_link(self, tail: str, decision: str) -> Self:
        """Return the model in which a decision no longer observes `tail`."""
