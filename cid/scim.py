"""Structural causal influence models: a diagram with domains and mechanisms.

A :class:`SCIM` puts a finite domain and a mechanism on every node of a diagram but the decisions,
which get a domain and no mechanism [1]_. It is frozen; interventions return new models.

Two questions about an intervention must not be confused. *Pre-policy*: the agent knows of it and
chooses its policy in the changed model; :meth:`SCIM.do` and :meth:`SCIM.replace` change the
model, and solving the result answers this one. *Post-policy*: the policy stays as it was;
:meth:`SCIM.do_post_policy` and :meth:`SCIM.replace_post_policy` freeze it first. `do` is a hard
intervention, which sets a node to a value, `replace` a soft one, which gives it another mechanism.

.. [1] T. Everitt, R. Carey, E. Langlois, P. Ortega, S. Legg. "Agent Incentives: A Causal
   Perspective". AAAI 2021.

Examples
--------
>>> import cid
>>> from fractions import Fraction
>>> d = cid.CID.parse("S -> D -> X -> U; S -> U", decisions="D", utilities="U")
>>> s = cid.SCIM(
...     d,
...     domains={"S": (0, 1), "D": (0, 1)},
...     mechanisms={
...         "S": {0: Fraction(1, 4), 1: Fraction(3, 4)},
...         "X": lambda D: D,
...         "U": lambda S, X: int(S == X),
...     },
... )
>>> solution = s.solve()
>>> solution.value, solution.policy["D"]
(Fraction(1, 1), {(0,): 0, (1,): 1})
>>> s.do(X=1).solve().value
Fraction(3, 4)
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NoReturn

import numpy as np

from cid.diagram import CID
from cid.engine.numbers import KINDS, arithmetic, array, number
from cid.errors import CIDTypeError, MissingRuleError, ModelError, shorten
from cid.frozen import refuse
from cid.model import changes
from cid.model.data import model_parts, model_to_dict
from cid.model.distributions import TOLERANCE, bound
from cid.model.interface import Policy, Value
from cid.model.parameters import parameters_of, placed
from cid.model.sample import sample
from cid.model.table import Mechanism
from cid.model.values import domain_values
from cid.model.whole import whole
from cid.solving.induction import expected_utility, solve
from cid.solving.solution import Solution
from cid.syntax import parse_json

__all__ = ["SCIM"]


class SCIM:
    """A structural causal influence model with finite domains.

    Parameters
    ----------
    diagram : CID
        The graph.
    domains : mapping from node to sequence of values
        Values are hashable; those of utilities are numbers. A decision needs a domain. For other
        nodes it may be left out: it is then what the mechanism gives.
    mechanisms : mapping from node to mechanism
        One for every chance and utility node, in any form of :mod:`cid.model.mechanism`.
    normalise : float or bool
        A row of floats that misses the sum one by no more is divided by its sum; False divides
        none. Exact numbers are held to the sum one whatever it says.

    Raises
    ------
    ModelError
        If a domain or mechanism is missing, does not cover every combination of parent values,
        leaves the domain, is not a distribution, or holds NaN.
    UnknownNodeError
        For names that are no nodes.
    """

    __slots__ = ("_mechanisms", "arithmetic", "diagram", "domains", "parameters")

    diagram: CID
    """The graph."""
    domains: Mapping[str, tuple[Value, ...]]
    """Values of every node."""
    arithmetic: str
    """``"exact"`` (Fractions), ``"float"`` or ``"symbolic"`` (sympy)."""
    parameters: tuple[Any, ...]
    """Free symbols, by name; empty unless the model is symbolic."""
    _mechanisms: dict[str, Mechanism]

    def __init__(
        self,
        diagram: CID,
        domains: Mapping[str, Sequence[Value]],
        mechanisms: Mapping[str, Any],
        normalise: float = TOLERANCE,
    ) -> None:
        within = bound(normalise)
        if not isinstance(diagram, CID):
            raise CIDTypeError(f"A model is made on a CID, not {shorten(diagram)}.")
        for what, given in (("domains", domains), ("mechanisms", mechanisms)):
            if not isinstance(given, Mapping):
                raise CIDTypeError(f"{what} is a mapping from node names, not {shorten(given)}.")
            for name in given:
                diagram.check_node(name)
        for name in diagram.decisions:
            if name not in domains:
                raise ModelError(f"The decision {name!r} has no domain: domains={{{name!r}: ...}}.")
            if name in mechanisms:
                raise ModelError(
                    f"{name!r} is a decision and has a mechanism. A rule for it is a policy: "
                    "with_policy({...})."
                )
        known: dict[str, tuple[Value, ...]] = {}
        for name, values in domains.items():
            known[name] = domain_values(name, values)
        made: dict[str, Mechanism] = {}
        for name in diagram.topological_order:
            if diagram.kind(name) == "decision":
                continue
            if name not in mechanisms:
                raise ModelError(
                    f"{name!r} has no mechanism. Give one in mechanisms, such as a function of "
                    f"{', '.join(diagram.parents(name)) or 'nothing, or a distribution'}."
                )
            made[name] = changes.made(
                mechanisms[name], name, diagram, known, known.get(name), within
            )
            known.setdefault(name, made[name].domain)
        for name in diagram.utilities:
            for value in known[name]:
                number(value, f"A value of the utility {name!r}")
        self._put(diagram, {name: known[name] for name in diagram.nodes}, made)

    def _put(
        self, diagram: CID, domains: dict[str, tuple[Value, ...]], made: dict[str, Mechanism]
    ) -> None:
        values = [number(v, u) for u in diagram.utilities for v in domains[u]]
        kinds = {arithmetic(values), *(m.arithmetic for m in made.values())}
        put = object.__setattr__
        put(self, "diagram", diagram)
        put(self, "domains", MappingProxyType(domains))
        put(self, "_mechanisms", made)
        put(self, "arithmetic", max(kinds, key=KINDS.index))
        put(self, "parameters", parameters_of(diagram, domains, made))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        refuse(self, name, " Use do(), replace() or with_policy().")

    def __delattr__(self, name: str) -> NoReturn:
        refuse(self, name)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (self.diagram, dict(self.domains), dict(self._mechanisms))

    def __repr__(self) -> str:
        free = f", parameters {', '.join(map(str, self.parameters))}" if self.parameters else ""
        return f"<SCIM: {len(self.diagram.nodes)} nodes, {self.arithmetic}{free}>"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SCIM):
            return NotImplemented
        return (
            self.diagram == other.diagram
            and dict(self.domains) == dict(other.domains)
            and all(m.same(other._mechanisms[name]) for name, m in self._mechanisms.items())
        )

    def __hash__(self) -> int:
        return hash((self.diagram, frozenset(self.domains.items())))

    def mechanism(self, node: str) -> Mechanism:
        """Return a node's mechanism in normal form."""
        name = self.diagram.check_node(node)
        if name not in self._mechanisms:
            raise MissingRuleError(
                f"{name!r} is a decision; it has no mechanism until a policy is given."
            )
        return self._mechanisms[name]

    def cpd(self, node: str, order: Sequence[str] | None = None) -> np.ndarray[Any, Any]:
        """Return P(node | parents) in the model's arithmetic.

        Parameters
        ----------
        node : str
            A chance or utility node.
        order : sequence of str, optional
            Its parents in another order.

        Returns
        -------
        ndarray
            Shape (size of each parent..., size of the node's domain).
        """
        mechanism = self._in_order(node, order)
        return mechanism.table(self.arithmetic)

    def _in_order(self, node: str, order: Sequence[str] | None) -> Mechanism:
        self.mechanism(node)  # says that decisions have none
        return whole(self, node, order)

    def mean(self, node: str, order: Sequence[str] | None = None) -> np.ndarray[Any, Any]:
        """Return E[node | parents] of a node whose values are numbers.

        No table over the node's own values is made, so they may be many.

        Parameters
        ----------
        node : str
            A chance or utility node.
        order : sequence of str, optional
            Its parents in another order.

        Returns
        -------
        ndarray
            Shape (size of each parent...), in the model's arithmetic.
        """
        return self._in_order(node, order).mean(self.numbers(node))

    def numbers(self, node: str) -> np.ndarray[Any, Any]:
        """Return the numbers that a node's domain holds, in the model's arithmetic."""
        domain = self.domains[self.diagram.check_node(node)]
        values = [number(value, f"A value of {node!r}") for value in domain]
        return array(values, max(self.arithmetic, arithmetic(values), key=KINDS.index))

    def utility_values(self, node: str) -> np.ndarray[Any, Any]:
        """Return the numbers that a utility's domain holds, in the model's arithmetic."""
        if self.diagram.kind(node) != "utility":
            raise ModelError(f"{node!r} is no utility.")
        return self.numbers(node)

    def index(self, node: str, value: Value) -> int:
        """Return the position of a value in a node's domain."""
        domain = self.domains[self.diagram.check_node(node)]
        try:
            return domain.index(value)
        except Exception:  # what comparison with a foreign object may raise
            raise ModelError(
                f"{shorten(value)} is not in the domain of {node!r}: {shorten(domain)}."
            ) from None

    # ---- new models --------------------------------------------------------------------------

    def on(self, diagram: CID, mechanisms: Mapping[str, Mechanism]) -> SCIM:
        """Return the model on another diagram, with some mechanisms changed.

        Parameters
        ----------
        diagram : CID
            Its nodes are nodes of this model, or have a mechanism in `mechanisms`.
        mechanisms : mapping from node to Mechanism
            In normal form and taken as they are. The others stay.

        Returns
        -------
        SCIM
            Nothing is checked again: this is what interventions and solvers are made with.
        """
        made: dict[str, Any] = dict(mechanisms) if isinstance(mechanisms, Mapping) else {"": 0}
        if not isinstance(diagram, CID) or not all(isinstance(m, Mechanism) for m in made.values()):
            raise CIDTypeError(f"on takes a CID and Mechanisms, not {shorten(mechanisms)}.")
        new = object.__new__(SCIM)
        domains = {
            name: mechanisms[name].domain if name in mechanisms else self.domains[name]
            for name in diagram.nodes
        }
        made = {**self._mechanisms, **made}
        for name in diagram.decisions:
            made.pop(name, None)
        new._put(diagram, domains, made)
        return new

    do = changes.do
    do_post_policy = changes.do_post_policy
    replace = changes.replace
    replace_post_policy = changes.replace_post_policy
    with_decision = changes.with_decision
    with_link = changes.with_link
    with_mechanism = changes.with_mechanism
    with_policy = changes.with_policy
    without_link = changes.without_link

    def at(self, values: Mapping[Any, Any] | None = None, /, **named: Any) -> SCIM:
        """Return the model with numbers for parameters.

        Parameters
        ----------
        values : mapping, optional
            From parameters (symbols or their names) to numbers, or to expressions.
        **named
            The same by keyword.

        Raises
        ------
        UnknownNodeError
            For a name that is no parameter.
        ModelError
            If probabilities leave [0, 1], or two values of a node come to coincide.

        Examples
        --------
        >>> import cid, sympy
        >>> p = sympy.Symbol("p")
        >>> s = cid.SCIM(cid.CID([], nodes=["S"]), {}, {"S": {0: 1 - p, 1: p}})
        >>> s.at(p=0.25).cpd("S")
        array([0.75, 0.25])
        """
        given = changes.merged("at", values, named)
        return _rebuild(self.diagram, *placed(self, given))

    def solve(self, agent: str | None = None, method: str | None = None) -> Solution:
        """Return an optimal policy; see :func:`cid.solve`."""
        return solve(self, agent=agent, method=method)

    def expected_utility(self, policy: Policy | None = None, agent: str | None = None) -> Any:
        """Return the expected utility of a policy; see :func:`cid.expected_utility`."""
        return expected_utility(self, policy, agent=agent)

    def sample(
        self, n: int, policy: Policy | None = None, seed: int | np.random.Generator | None = None
    ) -> dict[str, np.ndarray[Any, Any]]:
        """Draw `n` independent samples; see :func:`cid.sample`."""
        return sample(self, n, policy, seed)

    def to_dict(self) -> dict[str, Any]:
        """Return the model as plain lists and dictionaries, fit for JSON.

        Raises
        ------
        ModelError
            If a value is neither a string, a number, a Boolean, None, a sympy expression, nor a
            tuple or frozenset of these.
        """
        return model_to_dict(self)

    @classmethod
    def from_dict(cls, data: object) -> SCIM:
        """Make a model from the dictionary that :meth:`to_dict` returns.

        Raises
        ------
        FormatError
            If keys are missing or foreign.
        ModelError
            If the tables do not make a model.
        """
        return cls(*model_parts(data))

    def to_json(self) -> str:
        """Return the model as JSON text; :meth:`from_json` reads it back.

        Mechanisms are written as tables, so that nothing in the text is ever executed.

        Examples
        --------
        >>> import cid
        >>> d = cid.CID.parse("S -> D -> U; S -> U", decisions="D", utilities="U")
        >>> s = cid.SCIM(d, {"D": (0, 1)}, {"S": {0: 0.5, 1: 0.5}, "U": lambda S, D: int(S == D)})
        >>> cid.SCIM.from_json(s.to_json()) == s
        True
        """
        return json.dumps(self.to_dict(), ensure_ascii=False, allow_nan=False)

    @classmethod
    def from_json(cls, text: str | bytes) -> SCIM:
        """Read a model from JSON text written by :meth:`to_json`.

        Raises
        ------
        FormatError
            If the text is truncated, not JSON, or not a model.
        """
        return cls.from_dict(parse_json(text, "SCIM.to_json"))


def _rebuild(diagram: CID, domains: Any, mechanisms: Any) -> SCIM:
    new = object.__new__(SCIM)
    new._put(diagram, domains, mechanisms)
    return new
