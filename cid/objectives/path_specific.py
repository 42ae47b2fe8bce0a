"""Models of path-specific objectives, which do not credit every effect.

The diagram of such an objective lacks some edges (:mod:`cid.transforms.path_specific`). A model has
to say what the nodes at their heads read instead. Farquhar et al. (2022 [1]_) have three baselines:

- *rollout*: what the tail would have been under a trusted policy or default action, with the same
  noise. The model then holds a second copy of the part of the world that the decision moves, in
  which the trusted policy acts;
- *natural*: a mechanism for the node's natural course, on its remaining parents;
- *frozen*: the value of another node, such as the same quantity a step earlier.

What is returned is an ordinary model: solve it, ask for its degrees of incentive, or put its policy
into the physical model to see the side effects.

.. [1] S. Farquhar, R. Carey, T. Everitt. "Path-Specific Objectives for Safer Agent Incentives".
   AAAI 2022.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from cid.diagram import CID
from cid.engine.numbers import number
from cid.errors import CIDTypeError, DiagramError, MissingRuleError, ModelError, ScopeError, shorten
from cid.model.guards import check_model
from cid.model.interface import Policy
from cid.model.mechanism import Mechanism
from cid.parts import Edge
from cid.scim import SCIM

__all__ = ["path_specific_model"]

Value = Hashable


def path_specific_model(
    s: SCIM,
    cut: Iterable[Edge],
    *,
    rollout: Policy | None = None,
    natural: Mapping[str, Any] | None = None,
    frozen: Mapping[str, str] | None = None,
) -> SCIM:
    """Return the model of an objective in which some edges are not credited.

    Parameters
    ----------
    s : SCIM
        The physical model.
    cut : iterable of edges
        What is not credited; see :func:`cid.path_specific_cut`.
    rollout : policy, optional
        Trusted rules or default actions of decisions. Give one of the three baselines.
    natural : mapping from node to mechanism, optional
        For every head of an edge in `cut`, on its parents that are left.
    frozen : mapping from node to node, optional
        For every head, the node whose value it keeps.

    Returns
    -------
    SCIM
        A model on the diagram without the edges in `cut`. With a rollout it has further nodes:
        ``X (baseline)`` for what X would have been, and ``noise of X`` where both share noise.

    Raises
    ------
    UnknownNodeError
        If an edge is not in the diagram.
    ScopeError
        If an edge leads into a decision, a rollout lacks a rule that it needs, or a node is frozen
        to one that the uncredited effect moves.
    ModelError
        If a baseline is missing for a head, a rollout moves no tail of an edge, or a mechanism does
        not fit.

    Examples
    --------
    Clicks C depend on a recommendation P and on opinions I, which P can move.

    >>> import cid
    >>> from fractions import Fraction
    >>> d = cid.CID.parse("O -> I; P -> I; P -> C; I -> C", decisions="P", utilities="C")
    >>> s = cid.SCIM(
    ...     d,
    ...     {"P": (0, 1)},
    ...     {"O": {0: Fraction(3, 4), 1: Fraction(1, 4)},
    ...      "I": lambda O, P: max(O, P), "C": lambda P, I: int(P == I)},
    ... )
    >>> s.solve().value
    Fraction(1, 1)
    >>> pso = cid.path_specific_model(s, [("P", "I")], rollout={"P": 0})
    >>> solution = pso.solve()
    >>> solution.policy["P"], solution.value
    ({(): 0}, Fraction(3, 4))
    """
    left = set(check_model(s, "path_specific_model").diagram.without_edges(cut).edges)
    edges = [edge for edge in s.diagram.edges if edge not in left]
    for edge in edges:
        if s.diagram.kind(edge[1]) == "decision":
            raise ScopeError(
                f"The edge {edge!r} is an information link. What a decision may know is not a "
                "matter of credit; use without_link, or cid.lcdt_model."
            )
    given = [b for b in (rollout, natural, frozen) if b is not None]
    if len(given) != 1:
        raise CIDTypeError("Give one baseline: rollout=, natural= or frozen=.")
    if not isinstance(given[0], Mapping):
        raise CIDTypeError(f"A baseline is a mapping, not {shorten(given[0])}.")
    if not edges:
        return s
    if rollout is not None:
        return _rollout(s, edges, rollout)
    heads = dict.fromkeys(head for _, head in edges)
    for head in (*heads, *given[0]):
        if head not in heads:
            raise ModelError(f"The baseline names {head!r}, into which no edge is cut.")
        if head not in given[0]:
            raise ModelError(f"The baseline says nothing of {head!r}, into which an edge is cut.")
    if natural is not None:
        return _rebuilt(s, s.diagram.without_edges(edges), natural)
    assert frozen is not None
    gone = [edge for edge in s.diagram.edges if edge[1] in frozen]
    copied = {head: s.diagram.check_node(source) for head, source in frozen.items()}
    d = s.diagram.without_edges(gone).with_edges((source, head) for head, source in copied.items())
    for tail, head in edges:
        source = copied[head]
        if source == tail or source in d.descendants(tail):
            raise ScopeError(
                f"{head!r} is frozen to {source!r}, which {tail!r} moves or is, and the edge "
                f"{(tail, head)!r} is not to be credited. Freeze it to a node that comes before."
            )
    copies = {
        head: {(value,): value for value in s.domains[source]} for head, source in copied.items()
    }
    return _rebuilt(s, d, copies)


def _rebuilt(s: SCIM, d: CID, changed: Mapping[str, Any]) -> SCIM:
    """Return the model on another diagram, with other mechanisms where these are given."""
    mechanisms = {
        name: changed[name] if name in changed else s.mechanism(name)
        for name in d.nodes
        if d.kind(name) != "decision"
    }
    return SCIM(d, s.domains, mechanisms)


# ---- rollout ---------------------------------------------------------------------------------


def _name(d: CID, name: str) -> str:
    if name in d:
        raise DiagramError(f"The new node {name!r} is a node already. Rename it with relabel.")
    return name


def _rollout(s: SCIM, cut: Sequence[Edge], policy: Policy) -> SCIM:
    d = s.diagram
    acting = [d.check_decision(name) for name in policy]
    moved = set(acting).union(*(d.descendants(name) for name in acting))
    copied: dict[str, str] = {}
    for tail, head in cut:
        if tail not in moved:
            raise ModelError(
                f"The rollout leaves {tail!r} as it is, so the edge {(tail, head)!r} would be "
                "credited all the same. Give a trusted rule for a decision that moves it: "
                "rollout={decision: rule}."
            )
    stack = [tail for tail, _ in cut]
    while stack:
        name = stack.pop()
        if name not in copied:
            copied[name] = _name(d, f"{name} (baseline)")
            if d.kind(name) == "decision" and name not in policy:
                raise MissingRuleError(
                    f"The rollout needs a rule for {name!r}, which lies downstream of "
                    f"{acting[0]!r}: give rollout={{{name!r}: ..., ...}}."
                )
            stack += [parent for parent in d.parents(name) if parent in moved]
    trusted = s.with_policy({name: policy[name] for name in acting if name in copied})
    parents: dict[str, tuple[str, ...]] = {}
    mechanisms: dict[str, Any] = {}
    domains: dict[str, Any] = {name: s.domains[name] for name in d.nodes}

    def base(name: str) -> str:
        return copied.get(name, name)

    for name in d.topological_order:
        if d.kind(name) == "decision":
            parents[name] = d.parents(name)
        else:
            m = s.mechanism(name)
            parents[name] = tuple(base(p) if (p, name) in cut else p for p in m.parents)
            mechanisms[name] = Mechanism(parents[name], m.domain, *m.stated)
        if name in copied:
            m = trusted.mechanism(name)
            twin = copied[name]
            domains[twin] = m.domain
            parents[twin] = tuple(map(base, m.parents))
            mechanisms[twin] = Mechanism(parents[twin], m.domain, *m.stated)
            if d.kind(name) != "decision" and not m.deterministic:
                source = _name(d, f"noise of {name}")
                weights, response = m.structural(name)
                domains[source] = tuple(range(len(weights)))
                parents[source] = ()
                mechanisms[source] = dict(enumerate(weights))
                for node in (name, twin):
                    parents[node] += (source,)
                    mechanisms[node] = _of_noise(parents[node], m.domain, response)
    edges = [(parent, name) for name, listed in parents.items() for parent in listed]
    new = CID(
        edges,
        {a: d.decisions_of(a) for a in d.agents},
        {a: d.utilities_of(a) for a in d.agents},
        nodes=[*d.nodes, *(name for name in parents if name not in d)],
    )
    return SCIM(new, domains, mechanisms)


def _of_noise(parents: tuple[str, ...], domain: tuple[Value, ...], response: Any) -> Mechanism:
    """Return the deterministic mechanism that reads its noise as a last parent."""
    one: Any = np.array([number(1, "one")], dtype=object)
    return Mechanism(parents, domain, None, one, np.asarray(response)[..., None])
