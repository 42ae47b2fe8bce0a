"""Questions to a model: probabilities, distributions, expectations, also of counterfactuals.

Every question takes nodes and potential responses alike, and conditions on both. Three layers of
questions thus have one form [1]_: what is seen, what would follow from doing, and what would have
been.

=========================================================  ======================================
``probability(s, {"X": 1}, given={"S": 0})``               P(X = 1 | S = 0)
``probability(s, {potential_response("X", D=1): 1})``      P(X = 1) under do(D = 1)
``probability(s, {potential_response("X", D=1): 1},``      P(X would be 1 under do(D = 1) | D was 0)
``            given={"D": 0})``
=========================================================  ======================================

Evidence about the noise is weighed, the action is set, and its effect predicted, in one pass of
variable elimination over the worlds that the question spans; see :mod:`cid.model.response`. Answers
are exact in exact models.

The noise of a deterministic mechanism or of a :class:`~cid.Noisy` one is known. Where a node
is given by a bare distribution the model does not say how its values in different worlds go
together, and this library couples them by quantiles. Questions about one world at a time do not
depend on that.

.. [1] J. Pearl, D. Mackenzie. "The Book of Why: The New Science of Cause and Effect". Basic Books,
   2018, chapter 1.

Examples
--------
A drug D cures (Y = 1) one patient in two and harms nobody: it works for those whose noise is one,
and the others get well only by themselves.

>>> import cid
>>> from fractions import Fraction
>>> from cid import Noisy, counterfactual, potential_response, probability
>>> half = Fraction(1, 2)
>>> s = cid.SCIM(
...     cid.CID.parse("D -> Y", decisions="D"),
...     domains={"D": (0, 1)},
...     mechanisms={"Y": Noisy(lambda D, kind: int(kind == "well" or (D and kind == "helped")),
...                            noise={"well": half / 2, "helped": half, "ill": half / 2})},
... )
>>> probability(s, {potential_response("Y", D=1): 1})
Fraction(3, 4)
>>> counterfactual(s, "Y", do={"D": 1}, given={"Y": 0}, policy={"D": 0})
{0: Fraction(1, 3), 1: Fraction(2, 3)}
"""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from cid.engine.elimination import contract
from cid.engine.numbers import arithmetic, array, is_zero, number
from cid.engine.potentials import potential
from cid.engine.size import check_size
from cid.errors import CIDTypeError, ModelError, shorten
from cid.model.asking import (
    answer,
    given_known,
    impossible,
    network_of,
    node_of,
    positions,
    sum_out,
    terms_of,
    under_any_rule,
    weight,
)
from cid.model.guards import check_model
from cid.model.interface import Model, Policy, Value
from cid.model.response import PotentialResponse, Term, potential_response
from cid.structure.agents import which_agent

__all__ = ["counterfactual", "distribution", "expectation", "probability"]


def probability(
    s: Model,
    event: Mapping[Term, Value],
    given: Mapping[Term, Value] | None = None,
    policy: Policy | None = None,
) -> Any:
    """Return the probability of an event.

    Parameters
    ----------
    s : SCIM
        The model.
    event, given : mapping from node or potential response to value
        What is asked, and what is known.
    policy : mapping from decision to rule, optional
        Rules for decisions. One is needed where the answer depends on it: where it is not the same
        for every rule under which the condition can happen.

    Returns
    -------
    Fraction, float or sympy expression

    Raises
    ------
    ModelError
        If the condition has probability zero, whatever the rules of open decisions; or the answer
        depends on a rule that is not given.

    Examples
    --------
    >>> import cid
    >>> from cid import probability
    >>> d = cid.CID.parse("S -> X <- D", decisions="D")
    >>> s = cid.SCIM(d, {"D": (0, 1)}, {"S": {0: 0.75, 1: 0.25}, "X": lambda S, D: S | D})
    >>> probability(s, {"X": 1}, given={"D": 0})
    0.25
    >>> probability(s, {"S": 1}, given={"X": 1}, policy={"D": 0})
    1.0
    """
    network = network_of(s, policy)
    known = positions(network, given, "given")
    wanted = positions(network, event, "the event")
    if known is None:
        raise impossible(given)
    live = network.live([*known, *(wanted or ())])
    missing = network.rules_missing(wanted or (), known, live)
    if missing:
        return under_any_rule(network, missing, live, lambda m: probability(m, event, given))
    parts = network.parts(live)
    total = weight(network, parts, known, given)
    if wanted is None or any(known.get(i, k) != k for i, k in wanted.items()):
        return answer(total * 0)
    return answer(sum_out(network, parts, {**known, **wanted}, ())[()] / total)


def distribution(
    s: Model,
    of: Term | Sequence[Term],
    given: Mapping[Term, Value] | None = None,
    policy: Policy | None = None,
) -> dict[Any, Any]:
    """Return the distribution of a node, or the joint distribution of several.

    Parameters
    ----------
    s : SCIM
        The model.
    of : node or potential response, or sequence of these
        What is asked.
    given, policy
        As for :func:`probability`.

    Returns
    -------
    dict
        From each value of the domain, or each tuple of values, to its probability.

    Raises
    ------
    ModelError
        If the condition has probability zero, whatever the rules of open decisions; or the answer
        depends on a rule that is not given.

    Examples
    --------
    >>> import cid
    >>> from cid import distribution
    >>> d = cid.CID.parse("S -> X")
    >>> s = cid.SCIM(d, {}, {"S": {0: 0.75, 1: 0.25}, "X": lambda S: {"a": 0.5, "b": 0.5}})
    >>> distribution(s, "S")
    {0: 0.75, 1: 0.25}
    >>> distribution(s, ["S", "X"], given={"X": "a"})
    {(0, 'a'): 0.75, (0, 'b'): 0.0, (1, 'a'): 0.25, (1, 'b'): 0.0}
    """
    single = isinstance(of, str | PotentialResponse)
    terms = terms_of(of)
    network = network_of(s, policy)
    references = [network.resolve(term) for term in terms]
    known = positions(network, given, "given")
    if known is None:
        raise impossible(given)
    live = network.live([*known, *references])
    missing = network.rules_missing(references, known, live)
    if missing:
        found: dict[Any, Any] = under_any_rule(
            network, missing, live, lambda m: distribution(m, of, given)
        )
        return found
    keep = list(dict.fromkeys(i for i in references if i >= 0 and i not in known))
    parts = network.parts(live)
    joint = sum_out(network, parts, known, keep)
    total = weight(network, parts, known, given)
    domains = [s.domains[node_of(term)] for term in terms]
    check_size(map(len, domains), network.numbers)
    out = {}
    for spots in itertools.product(*(range(len(domain)) for domain in domains)):
        at = dict(known)
        fits = True
        for i, k in zip(references, spots, strict=True):
            fits = fits and (~i == k if i < 0 else at.setdefault(i, k) == k)
        p = joint[tuple(at[i] for i in keep)] / total if fits else total * 0
        values = tuple(domain[k] for domain, k in zip(domains, spots, strict=True))
        out[values[0] if single else values] = answer(p)
    return out


def expectation(
    s: Model,
    of: Term | Sequence[Term] | Callable[..., Any] | None = None,
    given: Mapping[Term, Value] | None = None,
    policy: Policy | None = None,
) -> Any:
    """Return an expected value.

    Parameters
    ----------
    s : SCIM
        The model.
    of : node or potential response, sequence of these, or function, optional
        A sequence stands for the sum, without a joint distribution of its terms. A function is
        called with the values of the nodes that its arguments name; other arguments with a default
        keep it. By default the utilities of the only agent.
    given, policy
        As for :func:`probability`.

    Returns
    -------
    Fraction, float or sympy expression

    Raises
    ------
    ModelError
        If the condition has probability zero, whatever the rules of open decisions; or the answer
        depends on a rule that is not given.

    Examples
    --------
    >>> import cid
    >>> from cid import expectation, potential_response
    >>> d = cid.CID.parse("S -> U <- D", decisions="D", utilities="U")
    >>> s = cid.SCIM(d, {"D": (0, 1)}, {"S": {0: 0.75, 1: 0.25}, "U": lambda S, D: 4 * S - D})
    >>> expectation(s, given={"D": 1}), expectation(s, potential_response("U", D=1, S=1))
    (0.0, 3.0)
    >>> expectation(s, lambda S: (S - 0.25) ** 2)
    0.1875
    """
    check_model(s, "expectation")
    if of is None:
        mend = "of=s.diagram.utilities_of({!r})"
        of = s.diagram.utilities_of(which_agent(s.diagram, None, "Expected utility", mend=mend))
    if callable(of):
        return _expected_function(s, of, given, policy)
    return answer(_expected_sum(s, terms_of(of), given, policy))


def counterfactual(
    s: Model,
    of: str | Sequence[str],
    do: Mapping[str, Value],
    given: Mapping[Term, Value] | None = None,
    policy: Policy | None = None,
) -> dict[Any, Any]:
    """Return what nodes would have been under an intervention, given what was observed without it.

    Parameters
    ----------
    s : SCIM
        The model.
    of : str or sequence of str
        Nodes, in the world in which the intervention is made.
    do : mapping from node to value
        The intervention. A value may be a :func:`potential_response` of the node that is set, for
        nested counterfactuals.
    given : mapping from node or potential response to value
        What was observed in the world in which nothing was set.
    policy : mapping from decision to rule, optional
        Rules for decisions, followed in both worlds.

    Returns
    -------
    dict
        As for :func:`distribution`, whose special case this is.

    Examples
    --------
    >>> import cid
    >>> from cid import Noisy, counterfactual
    >>> d = cid.CID.parse("D -> X", decisions="D")
    >>> x = Noisy(lambda D, e: D ^ e, noise={0: 0.9, 1: 0.1})
    >>> s = cid.SCIM(d, {"D": (0, 1)}, {"X": x})
    >>> counterfactual(s, "X", do={"D": 1}, given={"D": 0, "X": 1})
    {0: 1.0, 1: 0.0}
    """
    names = [of] if isinstance(of, str) else terms_of(of)
    for name in names:
        if not isinstance(name, str):
            raise CIDTypeError(f"counterfactual asks for nodes, not {shorten(name)}.")
    responses = [potential_response(str(name), do) for name in names]
    asked = responses[0] if isinstance(of, str) else responses
    return distribution(s, asked, given=given, policy=policy)


def _expected_sum(
    s: Model,
    terms: Sequence[Term],
    given: Mapping[Term, Value] | None,
    policy: Policy | None,
) -> Any:
    """Return the expectation of a sum, by one elimination."""
    values = {node: s.numbers(node) for node in dict.fromkeys(node_of(term) for term in terms)}
    network = network_of(s, policy, arithmetic(v for part in values.values() for v in part.flat))
    asked = [(network.resolve(term), node_of(term)) for term in terms]
    known = positions(network, given, "given")
    if known is None:
        raise impossible(given)
    live = network.live([*known, *(i for i, _ in asked)])
    missing = network.rules_missing([i for i, _ in asked], known, live)
    if missing:
        return under_any_rule(
            network, missing, live, lambda m: _expected_sum(m, terms, given, None)
        )
    # A leaf's own values need no axis: its expectation given its parents stands for it.
    leaves = network.leaves(live).intersection(i for i, _ in asked).difference(known)
    factors = [
        given_known(part, known) for part in network.parts(i for i in live if i not in leaves)
    ]
    certain = network.one * 0
    for i, node in asked:
        numbers = array(values[node], network.kind)
        if i < 0:
            certain = certain + numbers[~i]
            continue
        scope, worth = network.mean(i) if i in leaves else ([i], numbers)
        stack = np.stack([network.numbers.full(worth.shape, network.one), worth])
        factors.append(potential(scope, stack, known))
    total, *carried = contract(factors, network.sizes, (), network.numbers)
    if known and is_zero(total):
        raise impossible(given)
    expected = carried[0] if carried else network.numbers.zero
    return certain + (expected / total if known else expected)


def _expected_function(
    s: Model,
    function: Callable[..., Any],
    given: Mapping[Term, Value] | None,
    policy: Policy | None,
) -> Any:
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        raise CIDTypeError(
            f"{shorten(function)} has arguments that cannot be read. Wrap it in a lambda."
        ) from None
    names = []
    for parameter in parameters:
        if parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
            raise CIDTypeError(
                f"{shorten(function)} takes {parameter}; its arguments are nodes, each by name."
            )
        if parameter.default is parameter.empty or parameter.name in s.diagram:
            names.append(parameter.name)
    total: Any = 0
    for values, p in distribution(s, names, given=given, policy=policy).items():
        if is_zero(p):
            continue  # the function need not make sense of what cannot happen
        known = dict(zip(names, values, strict=True))
        try:
            value = function(**known)
        except Exception as error:
            raise ModelError(
                f"{shorten(function)} fails at {known}: {type(error).__name__}: {str(error)[:200]}"
            ) from error
        total += p * number(value, f"What {shorten(function)} gives at {known}")
    return answer(total)
