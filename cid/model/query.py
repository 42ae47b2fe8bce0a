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

The noise of a deterministic mechanism or of a :class:`~cid.model.Noisy` one is known. Where a node
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
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from cid.engine.elimination import contract
from cid.engine.numbers import EXACT, arithmetic, array, is_symbolic, is_zero, number
from cid.engine.potentials import Potential, potential
from cid.engine.size import check_size
from cid.errors import CIDTypeError, ModelError, shorten
from cid.model.guards import check_model
from cid.model.interface import Model, Policy
from cid.model.response import Network, Part, PotentialResponse, Term, potential_response
from cid.structure.agents import which_agent

__all__ = ["counterfactual", "distribution", "expectation", "probability"]

Value = Hashable


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
        Rules for decisions. One is needed where the answer depends on it.

    Returns
    -------
    Fraction, float or sympy expression

    Raises
    ------
    ModelError
        If the condition has probability zero, or the answer depends on a rule that is not given.

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
    network = _network(s, policy)
    known = _known(network, given, "given")
    wanted = _known(network, event, "the event")
    if known is None:
        raise _impossible(given)
    live = network.live([*known, *(wanted or ())])
    network.check_rules(wanted or (), known, live)
    parts = network.parts(live)
    total = _total(network, parts, known, given)
    if wanted is None or any(known.get(i, k) != k for i, k in wanted.items()):
        return _answer(total * 0)
    return _answer(_sum(network, parts, {**known, **wanted}, ())[()] / total)


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
        If the condition has probability zero, or the answer depends on a rule that is not given.

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
    terms = _terms(of)
    network = _network(s, policy)
    references = [network.resolve(term) for term in terms]
    known = _known(network, given, "given")
    if known is None:
        raise _impossible(given)
    live = network.live([*known, *references])
    network.check_rules(references, known, live)
    keep = list(dict.fromkeys(i for i in references if i >= 0 and i not in known))
    parts = network.parts(live)
    joint = _sum(network, parts, known, keep)
    total = _total(network, parts, known, given)
    domains = [s.domains[_node(term)] for term in terms]
    check_size(map(len, domains), network.numbers)
    out = {}
    for spots in itertools.product(*(range(len(domain)) for domain in domains)):
        at = dict(known)
        fits = True
        for i, k in zip(references, spots, strict=True):
            fits = fits and (~i == k if i < 0 else at.setdefault(i, k) == k)
        p = joint[tuple(at[i] for i in keep)] / total if fits else total * 0
        values = tuple(domain[k] for domain, k in zip(domains, spots, strict=True))
        out[values[0] if single else values] = _answer(p)
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
        If the condition has probability zero, or the answer depends on a rule that is not given.

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
    return _answer(_expected_sum(s, _terms(of), given, policy))


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
    names = [of] if isinstance(of, str) else _terms(of)
    for name in names:
        if not isinstance(name, str):
            raise CIDTypeError(f"counterfactual asks for nodes, not {shorten(name)}.")
    responses = [potential_response(str(name), do) for name in names]
    asked = responses[0] if isinstance(of, str) else responses
    return distribution(s, asked, given=given, policy=policy)


# ---- parts -----------------------------------------------------------------------------------


def _network(s: Model, policy: Policy | None, kind: str = EXACT) -> Network:
    model = check_model(s, "A query")
    return Network(model.with_policy(policy) if policy is not None else model, kind)


def _terms(of: object) -> list[Term]:
    if isinstance(of, str | PotentialResponse):
        return [of]
    if not isinstance(of, Iterable):
        raise CIDTypeError(f"Expected a node, a potential response or several, not {shorten(of)}.")
    terms = list(of)
    for term in terms:
        if not isinstance(term, str | PotentialResponse):
            raise CIDTypeError(f"Expected a node or a potential response, not {shorten(term)}.")
    return terms


def _node(term: Term) -> str:
    return term if isinstance(term, str) else term.node


def _known(network: Network, given: object, what: str) -> dict[int, int] | None:
    """Return {variable: position of its value}, or None if that contradicts itself."""
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise CIDTypeError(f"{what} is a mapping {{node: value}}, not {shorten(given)}.")
    known: dict[int, int] = {}
    consistent = True
    for term in _terms(given):
        i, k = network.resolve(term), network.s.index(_node(term), given[term])
        consistent = consistent and (~i == k if i < 0 else known.setdefault(i, k) == k)
    return known if consistent else None


def _impossible(given: Mapping[Term, Value] | None) -> ModelError:
    shown = ", ".join(f"{term} = {value!r}" for term, value in (given or {}).items())
    return ModelError(
        f"The condition {shown} has probability zero, so nothing follows from it. Condition on "
        "something that can happen, or intervene."
    )


def _sum(
    network: Network, parts: Iterable[Part], known: Mapping[int, int], keep: Sequence[int]
) -> np.ndarray[Any, Any]:
    factors = [_potential(scope, table, known) for scope, table in parts]
    return contract(factors, network.sizes, keep, network.numbers).squeeze(0)


def _potential(
    scope: Sequence[int], table: np.ndarray[Any, Any], known: Mapping[int, int]
) -> Potential:
    return potential(scope, table[None], known)


def _total(
    network: Network,
    parts: Iterable[Part],
    known: Mapping[int, int],
    given: Mapping[Term, Value] | None,
) -> Any:
    """Return the weight of what is known, which is not zero."""
    if not known:
        return network.one
    total = _sum(network, parts, known, ())[()]
    if is_zero(total):
        raise _impossible(given)
    return total


def _answer(value: Any) -> Any:
    """Return a number as the caller expects it."""
    if is_symbolic(value):
        import sympy

        return sympy.cancel(value)
    return float(value) if isinstance(value, float) else value


def _expected_sum(
    s: Model,
    terms: Sequence[Term],
    given: Mapping[Term, Value] | None,
    policy: Policy | None,
) -> Any:
    """Return the expectation of a sum, by one elimination."""
    values = {node: s.numbers(node) for node in dict.fromkeys(_node(term) for term in terms)}
    network = _network(s, policy, arithmetic(v for part in values.values() for v in part.flat))
    asked = [(network.resolve(term), _node(term)) for term in terms]
    known = _known(network, given, "given")
    if known is None:
        raise _impossible(given)
    live = network.live([*known, *(i for i, _ in asked)])
    network.check_rules([i for i, _ in asked], known, live)
    # A leaf's own values need no axis: its expectation given its parents stands for it.
    leaves = network.leaves(live).intersection(i for i, _ in asked).difference(known)
    factors = [
        _potential(*part, known) for part in network.parts(i for i in live if i not in leaves)
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
        raise _impossible(given)
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
    return _answer(total)
