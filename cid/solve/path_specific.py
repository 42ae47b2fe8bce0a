"""Models of objectives that do not credit every effect: path-specific and erased ones.

The diagram of such an objective lacks some edges (:mod:`cid.transforms`). A model has to say what
the nodes at their heads read instead. For a path-specific objective (Farquhar et al. 2022 [1]_)
there are three baselines:

- *rollout*: what the tail would have been under a trusted policy or default action, with the same
  noise. The model then holds a second copy of the part of the world that the decision moves, in
  which the trusted policy acts;
- *natural*: a mechanism for the node's natural course, on its remaining parents;
- *frozen*: the value of another node, such as the same quantity a step earlier.

For an erased oracle (Armstrong and O'Rorke 2017 [2]_) the twins read a hidden answer, and the score
counts in the episodes that were erased.

What is returned is an ordinary model: solve it, ask for its degrees of incentive, or put its policy
into the physical model to see the side effects.

.. [1] S. Farquhar, R. Carey, T. Everitt. "Path-Specific Objectives for Safer Agent Incentives".
   AAAI 2022.
.. [2] S. Armstrong, X. O'Rorke. "Good and safe uses of AI Oracles". 2017.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from cid.diagram import CID, Edge
from cid.errors import CIDTypeError, DiagramError, ModelError, ScopeError, shorten
from cid.model import Mechanism
from cid.model.numbers import is_symbolic, number
from cid.model.scim import SCIM, Policy
from cid.solve.checks import check_scim
from cid.transforms import erasure, erasure_twins

__all__ = ["erased_model", "path_specific_model"]

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
    left = set(check_scim(s, "path_specific_model").diagram.without_edges(cut).edges)
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
                raise ScopeError(
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
            mechanisms[name] = Mechanism(parents[name], m.domain, *_parts(m))
        if name in copied:
            m = trusted.mechanism(name)
            twin = copied[name]
            domains[twin] = m.domain
            parents[twin] = tuple(map(base, m.parents))
            mechanisms[twin] = Mechanism(parents[twin], m.domain, *_parts(m))
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


def _parts(m: Mechanism) -> tuple[Any, Any, Any]:
    """Return a mechanism's tables; the probabilities only where there is no noise to tell them."""
    return (None if m.noise is not None else m.probabilities), m.noise, m.response


def _of_noise(parents: tuple[str, ...], domain: tuple[Value, ...], response: Any) -> Mechanism:
    """Return the deterministic mechanism that reads its noise as a last parent."""
    one: Any = np.array([number(1, "one")], dtype=object)
    return Mechanism(parents, domain, None, one, np.asarray(response)[..., None])


# ---- erasure ---------------------------------------------------------------------------------


def erased_model(s: SCIM, decision: str, hidden: Value, probability: Any = 1) -> SCIM:
    """Return the model of an agent that is scored only when its answer was erased.

    Parameters
    ----------
    s : SCIM
        The model of the agent that is scored on what its answer brings about.
    decision : str
        The answer.
    hidden : hashable
        The answer that a hidden one acts as, of the decision's domain.
    probability : number
        How often the answer is erased. The utilities of the erased world are multiplied by it,
        since no other episode is scored; it scales the incentive and does not change the optimum.

    Returns
    -------
    SCIM
        A model on :func:`cid.erasure` of the diagram. A twin behaves as its original would under
        the hidden answer.

    Raises
    ------
    ScopeError
        If another decision lies between the answer and its utility.
    ModelError
        If `hidden` is not in the domain, or the probability is not above 0 and at most 1.

    Examples
    --------
    >>> import cid
    >>> d = cid.CID.parse("A -> S; A -> R; S -> R", decisions="A", utilities="R")
    >>> s = cid.SCIM(
    ...     d,
    ...     {"A": (0, 1)},
    ...     {"S": lambda A: 1 - A, "R": lambda A, S: int(A == S)},
    ... )
    >>> s.solve().value, cid.erased_model(s, "A", hidden=0).solve().policy["A"]
    (Fraction(0, 1), {(): 1})
    """
    d = erasure(check_scim(s, "erased_model").diagram, decision)
    twins = erasure_twins(s.diagram, decision)
    at = s.index(decision, hidden)
    share = number(probability, "The probability of erasure")
    if not is_symbolic(share) and not 0 < share <= 1:
        raise ModelError(f"The probability of erasure is {share}; it is above 0 and at most 1.")
    own = set(s.diagram.utilities_of(str(s.diagram.agent_of(decision))))
    domains: dict[str, Any] = {n: s.domains[n] for n in s.diagram.nodes if n not in own}
    mechanisms: dict[str, Any] = {}
    for name in s.diagram.nodes:
        if s.diagram.kind(name) == "decision":
            continue
        m = s.mechanism(name)
        if name in twins:
            domains[twins[name]] = m.domain
            mechanisms[twins[name]] = _hidden(m, decision, at, twins)
        if name in own:
            values = tuple(share * number(value, name) for value in m.domain)
            parents = tuple(twins.get(p, p) for p in m.parents)
            mechanisms[name] = Mechanism(parents, values, *_parts(m))
        else:
            mechanisms[name] = m
    return SCIM(d, domains, mechanisms)


def _hidden(m: Mechanism, decision: str, at: int, twins: Mapping[str, str]) -> Mechanism:
    """Return the mechanism of a twin: the hidden answer for the answer, twins for the rest."""
    rows, noise, response = _parts(m)
    parents = tuple(twins.get(p, p) for p in m.parents if p != decision)
    if decision in m.parents:
        axis = m.parents.index(decision)
        rows = None if rows is None else rows.take(at, axis=axis)
        response = None if response is None else response.take(at, axis=axis)
    return Mechanism(parents, m.domain, rows, noise, response)
