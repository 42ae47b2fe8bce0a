"""Models that differ from a model: nodes set, mechanisms replaced, rules given, links cut.

The functions are the methods of :class:`cid.SCIM` that bear their names. Each returns another
model; what it does not name is shared, not copied.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from cid.diagram import CID
from cid.engine.numbers import number
from cid.errors import CIDTypeError, ModelError, shorten
from cid.model.distributions import TOLERANCE
from cid.model.interface import Model, Policy, Value
from cid.model.mechanism import make_mechanism
from cid.model.rule import Rule
from cid.model.table import Mechanism, point_mechanism
from cid.model.values import domain_values
from cid.names import check_name, listed
from cid.structure.agents import which_agent

__all__ = [
    "do",
    "do_post_policy",
    "made",
    "merged",
    "replace",
    "replace_post_policy",
    "with_decision",
    "with_link",
    "with_mechanism",
    "with_policy",
    "without_link",
]

M = TypeVar("M", bound=Model)


def do(s: M, values: Mapping[str, Value] | None = None, /, **named: Value) -> M:
    """Return the model in which nodes are set to constants, pre-policy.

    An agent that decides in the returned model knows of the intervention. Edges into the nodes
    are cut; a decision that is set becomes a chance node.

    Parameters
    ----------
    values : mapping, optional
        {node: value}, for names that are not Python identifiers.
    **named
        The same by keyword.

    Raises
    ------
    ModelError
        If a value is not in the node's domain.

    Examples
    --------
    >>> import cid
    >>> d = cid.CID.parse("S -> D -> U; S -> U", decisions="D", utilities="U")
    >>> s = cid.SCIM(d, {"D": (0, 1)}, {"S": {0: 0.5, 1: 0.5}, "U": lambda S, D: S + D})
    >>> s.solve().value, s.do(S=1).solve().value
    (1.5, Fraction(2, 1))
    """
    wanted = merged("do", values, named)
    changed = {
        name: point_mechanism(s.domains[s.diagram.check_node(name)], s.index(name, v))
        for name, v in wanted.items()
    }
    gone = [edge for edge in s.diagram.edges if edge[1] in wanted]
    diagram = s.diagram.without_edges(gone) if gone else s.diagram
    fixed = [name for name in wanted if diagram.kind(name) == "decision"]
    return s.on(diagram.fix(fixed) if fixed else diagram, changed)


def replace(s: M, mechanisms: Mapping[str, Any] | None = None, /, **named: Any) -> M:
    """Return the model with other mechanisms (soft interventions), pre-policy.

    An agent that decides in the returned model knows of them. A new mechanism reads the same
    parents, or fewer, and gives values of the same domain.

    Parameters
    ----------
    mechanisms : mapping, optional
        {node: mechanism}, for names that are not Python identifiers.
    **named
        The same by keyword.

    Raises
    ------
    ModelError
        If a node is a decision, or a mechanism is refused as it would be in a new model.

    Examples
    --------
    >>> import cid
    >>> d = cid.CID.parse("S -> X", utilities="X")
    >>> s = cid.SCIM(d, {}, {"S": {0: 0.5, 1: 0.5}, "X": lambda S: S})
    >>> s.replace(X=lambda S: 1 - S).mean("X")
    array([1., 0.])
    """
    changed = {}
    for name, given in merged("replace", mechanisms, named).items():
        s.mechanism(name)  # says that decisions have none
        changed[name] = made(given, name, s.diagram, s.domains, s.domains[name])
    return s.on(s.diagram, changed)


def with_policy(s: M, policy: Policy) -> M:
    """Return the model with rules for some decisions, which become chance nodes.

    Parameters
    ----------
    policy : mapping from decision to rule
        A rule takes every form that a mechanism takes: a function of the parents, a table from
        contexts to actions or to distributions over them, a constant action.

    Raises
    ------
    ModelError
        If a rule does not cover every context or leaves the domain.
    """
    if not isinstance(policy, Mapping):
        hint = " Give solution.policy." if hasattr(policy, "policy") else ""
        raise CIDTypeError(
            f"A policy is a mapping from decisions to rules, not {shorten(policy)}.{hint}"
        )
    changed = {}
    for name, given in policy.items():
        s.diagram.check_decision(name)
        rule = given
        if isinstance(given, Rule):
            parents = s.diagram.parents(name)
            domains = [s.domains[parent] for parent in parents]
            rule = given.mechanism(parents, domains)
        changed[name] = made(rule, name, s.diagram, s.domains, s.domains[name])
    return s.on(s.diagram.fix(changed) if changed else s.diagram, changed)


def do_post_policy(
    s: M, policy: Policy, values: Mapping[str, Value] | None = None, /, **named: Value
) -> M:
    """Return the model under a frozen policy in which nodes are then set to constants.

    The policy keeps reading what it read; decisions that it does not name stay open.

    Parameters
    ----------
    policy : mapping from decision to rule
        What the agent does, not knowing of the intervention.
    values : mapping, optional
        {node: value}, as for :meth:`do`.
    **named
        The same by keyword.

    Examples
    --------
    >>> import cid
    >>> d = cid.CID.parse("S -> D -> U; S -> U", decisions="D", utilities="U")
    >>> s = cid.SCIM(d, {"D": (0, 1)}, {"S": {0: 0.5, 1: 0.5}, "U": lambda S, D: int(S == D)})
    >>> s.do_post_policy({"D": lambda S: 1 - S}, S=1).expected_utility()
    Fraction(0, 1)
    """
    return do(s.with_policy(policy), values, **named)


def replace_post_policy(
    s: M, policy: Policy, mechanisms: Mapping[str, Any] | None = None, /, **named: Any
) -> M:
    """Return the model under a frozen policy in which mechanisms are then replaced.

    The policy keeps reading what it read; decisions that it does not name stay open.

    Parameters
    ----------
    policy : mapping from decision to rule
        What the agent does, not knowing of the intervention.
    mechanisms : mapping, optional
        {node: mechanism}, as for :meth:`replace`.
    **named
        The same by keyword.

    Examples
    --------
    >>> import cid
    >>> d = cid.CID.parse("S -> O -> D -> U; S -> U", decisions="D", utilities="U")
    >>> s = cid.SCIM(
    ...     d,
    ...     {"D": (0, 1)},
    ...     {"S": {0: 0.5, 1: 0.5}, "O": lambda S: S, "U": lambda S, D: int(S == D)},
    ... )
    >>> policy = s.solve().policy
    >>> invert = lambda S: 1 - S
    >>> s.replace(O=invert).solve().value
    1.0
    >>> s.replace_post_policy(policy, O=invert).expected_utility()
    0.0
    """
    return replace(s.with_policy(policy), mechanisms, **named)


def with_link(s: M, tail: str, decision: str) -> M:
    """Return the model in which a decision also observes `tail`.

    Raises
    ------
    UnknownNodeError
        If one of them is no node, or `decision` no decision.
    DiagramError
        If the link makes a cycle, or starts at a utility.
    """
    s.diagram.check_decision(decision)
    return s.on(s.diagram.with_edges([(tail, decision)]), {})


def without_link(s: M, tail: str, decision: str) -> M:
    """Return the model in which a decision no longer observes `tail`.

    Raises
    ------
    UnknownNodeError
        If there is no such link, or `decision` is no decision.
    """
    s.diagram.check_decision(decision)
    return s.on(s.diagram.without_edges([(tail, decision)]), {})


def with_mechanism(
    s: M,
    node: str,
    mechanism: Any,
    parents: Iterable[str] | None = None,
    domain: Sequence[Value] | None = None,
) -> M:
    """Return the model in which a node has another mechanism, also with other parents or values.

    A node that is new becomes a chance node, a decision becomes one too. Where parents and values
    stay the same, :meth:`replace` does for several nodes at once.

    Parameters
    ----------
    node : str
        A node of the diagram, or the name of a new one.
    mechanism : mechanism
        In any form of :mod:`cid.model.mechanism`.
    parents : iterable of str, optional
        What the node reads from now on; by default what it reads now.
    domain : sequence of values, optional
        By default what the mechanism gives; the present domain for a node with children.

    Raises
    ------
    ModelError
        If the mechanism is refused as it would be in a new model, or the domain of a node with
        children is changed.
    DiagramError
        If a parent makes a cycle.

    Examples
    --------
    >>> import cid
    >>> d = cid.CID.parse("S -> D -> U; S -> U", decisions="D", utilities="U")
    >>> s = cid.SCIM(d, {"D": (0, 1)}, {"S": {0: 0.5, 1: 0.5}, "U": lambda S, D: int(S == D)})
    >>> taxed = s.with_mechanism("T", {0: 0.5, 1: 0.5}).with_mechanism(
    ...     "U", lambda S, D, T: int(S == D) - T, parents=["S", "D", "T"]
    ... )
    >>> taxed.solve().value
    0.5
    """
    d = s.diagram
    if node not in d:
        d = d.with_edges([], nodes=[node])
    elif d.kind(node) == "decision":
        d = d.fix(node)
    if parents is not None:
        d = _reading(d, node, parents)
    domains: dict[str, tuple[Value, ...]] = {**s.domains}
    old = domains.get(node)
    kept = old if old is not None and d.children(node) else None
    chosen = kept if domain is None else domain_values(node, domain)
    new = made(mechanism, node, d, domains, chosen)
    if kept is not None and new.domain != kept:
        raise ModelError(
            f"The children of {node!r}, {', '.join(d.children(node))}, have mechanisms for its "
            f"values {shorten(kept)}, so these stay. Make a new model for others."
        )
    if d.kind(node) == "utility":
        for value in new.domain:
            number(value, f"A value of the utility {node!r}")
    return s.on(d, {node: new})


def with_decision(
    s: M, node: str, parents: Iterable[str] | None = None, agent: str | None = None
) -> M:
    """Return the model in which a chance node is a decision; its mechanism is dropped.

    Parameters
    ----------
    node : str
        A chance node. Its values become the actions.
    parents : iterable of str, optional
        What the decision observes; by default what the node reads.
    agent : str, optional
        Who decides. May be left out where there is one agent, or none yet.

    Raises
    ------
    ModelError
        If the node is no chance node.
    ScopeError
        If there are several agents and none is named.

    Examples
    --------
    >>> import cid
    >>> d = cid.CID.parse("S -> X -> U; S -> U", utilities="U")
    >>> half = {0: 0.5, 1: 0.5}
    >>> s = cid.SCIM(d, {}, {"S": half, "X": lambda S: half, "U": lambda S, X: int(S == X)})
    >>> s.with_decision("X").solve().policy["X"]
    {(0,): 0, (1,): 1}
    """
    d = s.diagram
    if d.kind(node) != "chance":
        raise ModelError(f"{node!r} is a {d.kind(node)} node. Name a chance node.")
    if agent is not None:
        check_name(agent, "agent label")
    if d.agents and (agent is None or agent in d.agents):
        agent = which_agent(d, agent, "A decision")
    owner = agent or "agent"
    decisions = {name: list(d.decisions_of(name)) for name in d.agents}
    decisions.setdefault(owner, []).append(node)
    utilities = {name: list(d.utilities_of(name)) for name in d.agents}
    changed = CID(d.edges, decisions, utilities, nodes=d.nodes)
    return s.on(changed if parents is None else _reading(changed, node, parents), {})


def _reading(d: CID, node: str, parents: Iterable[str]) -> CID:
    """Return the diagram in which a node's parents are these."""
    if isinstance(parents, str):
        raise CIDTypeError(f"parents is a sequence of nodes, not the text {shorten(parents)}.")
    wanted = [d.check_node(name) for name in listed(parents, "parents")]
    cut = d.without_edges([(tail, node) for tail in d.parents(node)])
    return cut.with_edges([(tail, node) for tail in wanted])


def merged(what: str, given: object, named: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a method was told by mapping and by keyword, as one mapping."""
    if given is None:
        return dict(named)
    if not isinstance(given, Mapping):
        raise CIDTypeError(
            f"{what} takes a mapping {{name: ...}} or keywords, not {shorten(given)}."
        )
    return {**given, **named}


def made(
    given: object,
    name: str,
    diagram: CID,
    domains: Mapping[str, tuple[Value, ...]],
    domain: tuple[Value, ...] | None,
    within: float = TOLERANCE,
) -> Mechanism:
    """Return a mechanism in normal form, as a node of a diagram with these domains has it."""
    parents = diagram.parents(name)
    return make_mechanism(given, name, parents, [domains[p] for p in parents], domain, within)
