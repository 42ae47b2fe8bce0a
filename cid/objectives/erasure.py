"""Models of erased oracles, which are scored only in episodes in which nobody read the answer.

In the diagram (:mod:`cid.transforms.erasure`; Armstrong and O'Rorke 2017 [1]_) the twins of what
the answer moves read a hidden answer, and the score counts in the episodes that were erased. What
is returned is an ordinary model: solve it, ask for its degrees of incentive, or put its policy into
the physical model to see the side effects.

.. [1] S. Armstrong, X. O'Rorke. "Good and safe uses of AI Oracles". 2017.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from cid.engine.numbers import is_symbolic, number
from cid.errors import ModelError
from cid.model.guards import check_model
from cid.model.mechanism import Mechanism
from cid.scim import SCIM
from cid.transforms.erasure import erasure, erasure_twins

__all__ = ["erased_model"]

Value = Hashable


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
    d = erasure(check_model(s, "erased_model").diagram, decision)
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
            mechanisms[name] = Mechanism(parents, values, *m.stated)
        else:
            mechanisms[name] = m
    return SCIM(d, domains, mechanisms)


def _hidden(m: Mechanism, decision: str, at: int, twins: Mapping[str, str]) -> Mechanism:
    """Return the mechanism of a twin: the hidden answer for the answer, twins for the rest."""
    rows, noise, response = m.stated
    parents = tuple(twins.get(p, p) for p in m.parents if p != decision)
    if decision in m.parents:
        axis = m.parents.index(decision)
        rows = None if rows is None else rows.take(at, axis=axis)
        response = None if response is None else response.take(at, axis=axis)
    return Mechanism(parents, m.domain, rows, noise, response)
