"""Potential responses, and the network of worlds that a question about them spans.

The potential response X_d is what X would have been, had D been set to d, all noise being as it was
[1]_. A response may itself be what a node is set to. The nested counterfactual U_{X_d} first finds
what X would be under do(D = d), then sets X to that in the world in which D does what it does.

A question may speak of several worlds. Each node has a copy in each, and all copies of a node share
its noise. Two copies whose parents have the same copies are one and the same variable, so that
worlds are told apart only downstream of what sets them apart (the twin network [2]_, merged). A
node with one copy needs no noise at all: its probability table will do.

.. [1] J. Pearl. "Causality: Models, Reasoning, and Inference". 2nd edition, 2009, chapter 7.
.. [2] A. Balke, J. Pearl. "Probabilistic Evaluation of Counterfactual Queries". AAAI 1994.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cid.engine.arithmetic import arithmetic_of
from cid.engine.numbers import KINDS, array
from cid.engine.size import check_size
from cid.errors import CIDTypeError, ModelError, shorten
from cid.model.interface import Model
from cid.structure.dseparation import sweep
from cid.structure.graph import Adjacency, reach

__all__ = ["Network", "PotentialResponse", "Term", "potential_response"]

Value = Hashable
Array = np.ndarray[Any, Any]
Part = tuple[list[int], Array]
"""The variable of each axis, and the table."""


@dataclass(frozen=True)
class PotentialResponse:
    """A node as it would be under an intervention; made by :func:`potential_response`.

    Attributes
    ----------
    node : str
        Whose response.
    do : tuple of (str, value)
        What is set to what, by name. A value may be a potential response of the same node.
    """

    node: str
    do: tuple[tuple[str, Value], ...]

    def __repr__(self) -> str:
        return f"{self.node}[{', '.join(f'{name}={value!r}' for name, value in self.do)}]"


Term = str | PotentialResponse
"""What a question is about: a node as it is, or as it would be."""


def potential_response(
    node: str, do: Mapping[str, Value] | None = None, /, **named: Value
) -> PotentialResponse:
    """Return a node as it would be under an intervention, for use in a question.

    Parameters
    ----------
    node : str
        Whose response.
    do : mapping, optional
        {node: value}, for names that are not Python identifiers. A value may be a potential
        response of the node that is set.
    **named
        The same by keyword.

    Examples
    --------
    >>> import cid
    >>> cid.potential_response("X", D=1)
    X[D=1]
    >>> cid.potential_response("U", X=cid.potential_response("X", D=1))
    U[X=X[D=1]]
    """
    if not isinstance(node, str):
        raise CIDTypeError(f"A potential response is that of a node, not of {shorten(node)}.")
    if do is not None and not isinstance(do, Mapping):
        raise CIDTypeError(f"An intervention is a mapping {{node: value}}, not {shorten(do)}.")
    wanted = {**(do or {}), **named}
    for name, value in wanted.items():
        if not isinstance(name, str):
            raise CIDTypeError(f"An intervention sets nodes, not {shorten(name)}.")
        if isinstance(value, PotentialResponse) and value.node != name:
            raise ModelError(
                f"{name!r} is set to {value!r}, a response of {value.node!r}. A node is set to a "
                "value or to a response of its own."
            )
        if not isinstance(value, Hashable):
            raise ModelError(f"{name!r} is set to {shorten(value)}, which is not hashable.")
    return PotentialResponse(node, tuple(sorted(wanted.items(), key=lambda item: item[0])))


class Network:
    """The variables of several worlds, and their tables.

    A variable is the copy of a node whose parents are given by *references*: the number of a
    variable, or ``~k`` for the constant at position k of a domain.

    Parameters
    ----------
    s : SCIM
        The model. Decisions without a rule are *open*.
    kind : str
        Arithmetic of the tables.
    """

    def __init__(self, s: Model, kind: str) -> None:
        self.s = s
        self.kind = max(s.arithmetic, kind, key=KINDS.index)
        self.numbers = arithmetic_of(self.kind)
        self.one: Any = self.numbers.one
        self.nodes: list[str] = []
        self.inputs: list[tuple[int, ...]] = []
        self.sizes: dict[int, int] = {}
        self._number: dict[tuple[str, tuple[int, ...]], int] = {}
        self._found: dict[tuple[tuple[str, int], ...], dict[str, int]] = {}  # by world
        self._place = {name: k for k, name in enumerate(s.diagram.topological_order)}

    def _parents(self, node: str) -> tuple[str, ...]:
        d = self.s.diagram
        return d.parents(node) if node in d.decisions else self.s.mechanism(node).parents

    # ---- variables -----------------------------------------------------------------------------

    def resolve(self, term: Term) -> int:
        """Return the reference of a node or of a potential response.

        Raises
        ------
        UnknownNodeError
            For names that are no nodes.
        ModelError
            For values outside a domain.
        """
        if not isinstance(term, PotentialResponse):
            return self._copy(self.s.diagram.check_node(term), {})
        world = {}
        for name, value in term.do:
            if isinstance(value, PotentialResponse):
                world[name] = self.resolve(value)
            else:
                world[name] = ~self.s.index(name, value)
        return self._copy(self.s.diagram.check_node(term.node), world)

    def _copy(self, node: str, world: Mapping[str, int]) -> int:
        """Return the copy of a node in the world where some nodes are set."""
        found = self._found.setdefault(tuple(sorted(world.items())), dict(world))
        above = {node} - found.keys()
        stack = list(above)
        while stack:
            new = [p for p in self._parents(stack.pop()) if p not in above and p not in found]
            above.update(new)
            stack += new
        for name in sorted(above, key=self._place.__getitem__):
            key = name, tuple(found[p] for p in self._parents(name))
            if key not in self._number:
                self._number[key] = self._new(name, key[1])
            found[name] = self._number[key]
        return found[node]

    def _new(self, node: str, inputs: tuple[int, ...]) -> int:
        number = len(self.nodes)
        self.nodes.append(node)
        self.inputs.append(inputs)
        self.sizes[number] = len(self.s.domains[node])
        return number

    def live(self, asked: Iterable[int]) -> list[int]:
        """Return the variables that some references depend on, in ascending order."""
        above = [[i for i in inputs if i >= 0] for inputs in self.inputs]
        marks = reach([i for i in asked if i >= 0], above)
        return [i for i, mark in enumerate(marks) if mark]

    # ---- open decisions --------------------------------------------------------------------------

    def rules_missing(
        self, asked: Iterable[int], known: Iterable[int], live: Sequence[int]
    ) -> list[str]:
        """Return the open decisions on whose rule the answer may depend, by the graph.

        The rule is a parent of all copies of the decision. The answer is the same for every rule if
        it is d-separated from what is asked, given what is known.
        """
        roots: dict[str, int] = {}  # noise and rules, by node
        place = {i: k for k, i in enumerate(live)}
        parents = [[place[j] for j in self.inputs[i] if j >= 0] for i in live]
        for i in live:
            root = roots.setdefault(self.nodes[i], len(live) + len(roots))
            parents[place[i]].append(root)
        parents += [[] for _ in roots]
        children: list[list[int]] = [[] for _ in parents]
        for k, above in enumerate(parents):
            for j in above:
                children[j].append(k)
        observed = {place[i] for i in known}
        sources = {place[i] for i in asked if i >= 0} - observed
        ball = sweep(Adjacency(parents, children), sources, observed)
        return [
            name for name in self.s.diagram.decisions if name in roots and ball.reached(roots[name])
        ]

    # ---- tables ----------------------------------------------------------------------------------

    def parts(self, live: Iterable[int]) -> list[Part]:
        """Return the tables whose product is the joint distribution of some variables.

        Open decisions contribute none; see :meth:`rules_missing`.
        """
        copies: dict[str, list[int]] = {}
        for i in live:
            copies.setdefault(self.nodes[i], []).append(i)
        out: list[Part] = []
        for node, numbers in copies.items():
            if node in self.s.diagram.decisions:
                continue
            m = self.s.mechanism(node)
            if len(numbers) == 1:
                out.append(self._slice(numbers[0], m.table(self.kind), [numbers[0]]))
                continue
            weights, response = m.structural(node)
            noise = self._noise(node, len(weights))
            out.append(([noise], array(weights, self.kind)))
            for i in numbers:
                scope, answers = self._slice(i, response, [noise])
                count = self.sizes[i]
                check_size((answers.size, count), self.numbers)
                hits = answers[..., None] == np.arange(count)
                out.append(([*scope, i], np.where(hits, self.one, self.one * 0)))
        return out

    def _noise(self, node: str, states: int) -> int:
        number = -2 - self._place[node]  # below the variables
        self.sizes[number] = states
        return number

    def _slice(self, i: int, table: Array, last: list[int]) -> Part:
        """Drop the axes of parents that are constant."""
        inputs = self.inputs[i]
        cut = table[tuple(~j if j < 0 else slice(None) for j in inputs)]
        return [*(j for j in inputs if j >= 0), *last], np.asarray(cut, dtype=table.dtype)

    def leaves(self, live: Sequence[int]) -> set[int]:
        """Return those of some variables that have no children and no other copy among them."""
        copies = Counter(self.nodes[i] for i in live)
        used = {j for i in live for j in self.inputs[i]}
        return {i for i in live if copies[self.nodes[i]] == 1 and i not in used}

    def mean(self, i: int) -> Part:
        """Return the expectation of a variable's numbers given its parents."""
        node = self.nodes[i]
        values = array(self.s.numbers(node), self.kind)
        return self._slice(i, self.s.mechanism(node).mean(values), [])
