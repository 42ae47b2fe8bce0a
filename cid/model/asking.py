"""What every question does: find its variables, weigh what is known, sum the others out.

A question that leaves a decision open has an answer only where that is the same for every rule.
The graph shows most of these (:meth:`Network.rules_missing`). Numbers can make for more, as where
the only other parent of a decision has been set to a constant. An answer is a ratio of polynomials
in the probabilities of the rules, so if it depends on them at all, random rules give different
answers, but for a chance of less than one in a million that two rules happen to agree (the lemma of
Schwartz and Zippel [1]_ [2]_). Three rules are compared.

.. [1] J. T. Schwartz. "Fast Probabilistic Algorithms for Verification of Polynomial Identities".
   Journal of the ACM 27(4), 1980.
.. [2] R. Zippel. "Probabilistic Algorithms for Sparse Polynomials". EUROSAM 1979.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from cid.engine.elimination import contract
from cid.engine.numbers import EXACT, is_symbolic, is_zero
from cid.engine.potentials import Potential, potential
from cid.errors import CIDTypeError, MissingRuleError, ModelError, shorten
from cid.model.guards import check_model
from cid.model.interface import Model, Policy, Value
from cid.model.policies import fully_mixed_policy, uniform_policy
from cid.model.response import Network, Part, PotentialResponse, Term
from cid.names import listed

__all__ = [
    "answer",
    "given_known",
    "impossible",
    "network_of",
    "node_of",
    "positions",
    "sum_out",
    "terms_of",
    "under_any_rule",
    "weight",
]

MAX_RULE = 1 << 12
"""Entries of the rules that are compared."""


def network_of(s: Model, policy: Policy | None, kind: str = EXACT) -> Network:
    """Return the network that a question to a model is asked of."""
    model = check_model(s, "A query")
    return Network(model.with_policy(policy) if policy is not None else model, kind)


def terms_of(of: object) -> list[Term]:
    """Return what is asked as a list of nodes and potential responses."""
    if isinstance(of, str | PotentialResponse):
        return [of]
    if not isinstance(of, Iterable):
        raise CIDTypeError(f"Expected a node, a potential response or several, not {shorten(of)}.")
    terms = listed(of, "what is asked")
    for term in terms:
        if not isinstance(term, str | PotentialResponse):
            raise CIDTypeError(f"Expected a node or a potential response, not {shorten(term)}.")
    return terms


def node_of(term: Term) -> str:
    """Return the node whose value a term is."""
    return term if isinstance(term, str) else term.node


def positions(network: Network, given: object, what: str) -> dict[int, int] | None:
    """Return {variable: position of its value}, or None if that contradicts itself."""
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise CIDTypeError(f"{what} is a mapping {{node: value}}, not {shorten(given)}.")
    known: dict[int, int] = {}
    consistent = True
    for term in terms_of(given):
        i, k = network.resolve(term), network.s.index(node_of(term), given[term])
        consistent = consistent and (~i == k if i < 0 else known.setdefault(i, k) == k)
    return known if consistent else None


def impossible(given: Mapping[Term, Value] | None) -> ModelError:
    """Return the error that a condition cannot happen."""
    shown = ", ".join(f"{term} = {value!r}" for term, value in (given or {}).items())
    return ModelError(
        f"The condition {shown} has probability zero, so nothing follows from it. Condition on "
        "something that can happen, or intervene."
    )


def sum_out(
    network: Network, parts: Iterable[Part], known: Mapping[int, int], keep: Sequence[int]
) -> np.ndarray[Any, Any]:
    """Return the weight of what is known, together with each joint value of what is kept."""
    factors = [given_known(part, known) for part in parts]
    return contract(factors, network.sizes, keep, network.numbers).squeeze(0)


def given_known(part: Part, known: Mapping[int, int]) -> Potential:
    """Return a table as a potential, without the axes of what is known."""
    scope, table = part
    return potential(scope, table[None], known)


def weight(
    network: Network,
    parts: Iterable[Part],
    known: Mapping[int, int],
    given: Mapping[Term, Value] | None,
) -> Any:
    """Return the weight of what is known, which is not zero."""
    if not known:
        return network.one
    total = sum_out(network, parts, known, ())[()]
    if is_zero(total):
        raise impossible(given)
    return total


def answer(value: Any) -> Any:
    """Return a number as the caller expects it."""
    if is_symbolic(value):
        import sympy

        return sympy.cancel(value)
    return float(value) if isinstance(value, float) else value


# ---- open decisions ----------------------------------------------------------------------------


def under_any_rule(
    network: Network, missing: Sequence[str], live: Iterable[int], ask: Callable[[Model], Any]
) -> Any:
    """Return an answer that is the same for every rule under which the condition can happen.

    Parameters
    ----------
    network : Network
        Of the question.
    missing : sequence of str
        Decisions on whose rule the answer may depend.
    live : iterable of int
        The variables of the question.
    ask : callable
        The question, to a model in which these decisions have rules.

    Raises
    ------
    MissingRuleError
        If rules give different answers, or cannot be compared: where a decision is made in several
        worlds at once, or its rule is large.
    """
    s = network.s
    copies = [network.nodes[i] for i in live]
    for name in missing:
        cells = math.prod(len(s.domains[n]) for n in (*s.diagram.parents(name), name))
        if copies.count(name) > 1 or cells > MAX_RULE:
            raise _rule_needed(name)
    first = ask(s.with_policy(uniform_policy(s, missing)))
    for seed in (0, 1):
        other = ask(s.with_policy(fully_mixed_policy(s, missing, seed)))
        if not _same(first, other):
            raise _rule_needed(missing[0])
    return first


def _rule_needed(name: str) -> MissingRuleError:
    return MissingRuleError(
        f"The answer depends on the rule of {name!r}, and none is given. Give one: "
        f"policy={{{name!r}: ...}}."
    )


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, dict):
        return all(_same(value, right[key]) for key, value in left.items())
    if isinstance(left, float) or isinstance(right, float):
        return math.isclose(left, right, rel_tol=1e-9, abs_tol=1e-12)
    return is_zero(left - right)
