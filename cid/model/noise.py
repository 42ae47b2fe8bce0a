"""Every state of a model's noise, and what each node does in it.

Definitions such as "some setting of the noise for which D_x differs from D" speak of single states.
:func:`noise_states` lists them all, with their probabilities, and answers for all of them at once.
Noise multiplies, so this is for small models; a question about a distribution is better put to
:func:`cid.distribution`, which never lists states.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from cid.engine.numbers import FLOAT, array, is_zero
from cid.errors import CIDTypeError, ModelError, SizeError, shorten
from cid.model.guards import check_model, check_rules
from cid.model.interface import Model, Policy
from cid.model.sample import value_array

__all__ = ["NoiseStates", "noise_states"]

Array = np.ndarray[Any, Any]
Value = Hashable

MAX_STATES = 2**20
"""More joint states of the noise than this are not listed."""


@dataclass(frozen=True, eq=False)
class NoiseStates:
    """All joint states of the noise that have positive probability.

    Attributes
    ----------
    model : SCIM
        The model, every decision with a rule.
    probability : ndarray
        Of each state, in the model's arithmetic; shape (states,).
    """

    model: Model
    probability: Array
    _state: Mapping[str, Array]
    _response: Mapping[str, Array]

    def __len__(self) -> int:
        return len(self.probability)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, NoiseStates):
            return NotImplemented
        return self.model == other.model and all(
            one.keys() == two.keys() and all(np.array_equal(one[k], two[k]) for k in one)
            for one, two in ((self._state, other._state), (self._response, other._response))
        )

    def __hash__(self) -> int:
        return hash((NoiseStates, len(self), self.model.diagram))

    def __repr__(self) -> str:
        return f"<NoiseStates: {len(self)} states of {self.model!r}>"

    def respond(self, do: Mapping[str, Any] | None = None, /, **named: Any) -> dict[str, Array]:
        """Return what every node is in every state, under an intervention if one is given.

        Parameters
        ----------
        do : mapping, optional
            {node: value}, or {node: array of one value per state} to set a node to another value in
            each state, as nested counterfactuals do.
        **named
            The same by keyword.

        Returns
        -------
        dict
            From each node to an array of shape (states,) of values.

        Raises
        ------
        ModelError
            For a value outside a node's domain.
        """
        if do is not None and not isinstance(do, Mapping):
            raise CIDTypeError(f"An intervention is a mapping {{node: value}}, not {shorten(do)}.")
        s = self.model
        index = {name: self._index(name, v) for name, v in {**(do or {}), **named}.items()}
        for name in s.diagram.topological_order:
            if name not in index:
                context = tuple(index[parent] for parent in s.mechanism(name).parents)
                index[name] = self._response[name][(*context, self._state[name])]
        return {name: value_array(s.domains[name], index[name]) for name in s.diagram.nodes}

    def _index(self, name: str, given: Any) -> Array:
        self.model.diagram.check_node(name)
        if not isinstance(given, np.ndarray):
            return np.full(len(self), self.model.index(name, given), dtype=np.intp)
        if given.shape != (len(self),):
            raise ModelError(
                f"{name!r} is set to an array of shape {given.shape}; there are {len(self)} states."
            )
        values = given.tolist()
        place = {value: self.model.index(name, value) for value in dict.fromkeys(values)}
        return np.array([place[value] for value in values], dtype=np.intp)


def noise_states(s: Model, policy: Policy | None = None) -> NoiseStates:
    """List the joint states of the noise of a model.

    Parameters
    ----------
    s : SCIM
        The model.
    policy : mapping from decision to rule, optional
        Rules for the decisions that have none in the model. A mixed rule has noise too.

    Returns
    -------
    NoiseStates

    Raises
    ------
    ModelError
        If a decision has no rule, or the states are more than about a million.
    ScopeError
        If a bare distribution has free symbols.

    Examples
    --------
    Does some setting of the noise make the decision respond to S?

    >>> import cid
    >>> from fractions import Fraction
    >>> d = cid.CID.parse("S -> X -> D -> U; S -> U", decisions="D", utilities="U")
    >>> s = cid.SCIM(d, {"D": (0, 1)}, {
    ...     "S": {0: Fraction(1, 2), 1: Fraction(1, 2)},
    ...     "X": cid.Noisy(lambda S, e: S ^ e, noise={0: Fraction(9, 10), 1: Fraction(1, 10)}),
    ...     "U": lambda S, D: int(S == D)})
    >>> states = cid.noise_states(s, {"D": lambda X: X})
    >>> usual, shifted = states.respond(), states.respond(S=1)
    >>> bool((usual["D"] != shifted["D"]).any())
    True

    The nested counterfactual in which X is what it would be had S been 1:

    >>> nested = states.respond(X=shifted["X"])
    >>> (states.probability * usual["U"]).sum(), (states.probability * nested["U"]).sum()
    (Fraction(9, 10), Fraction(1, 2))
    """
    check_model(s, "noise_states")
    model = s.with_policy(policy) if policy is not None else s
    check_rules(model)
    weights: dict[str, Array] = {}
    responses: dict[str, Array] = {}
    for name in model.diagram.nodes:
        noise, response = model.mechanism(name).structural(name)
        possible = np.array([not is_zero(p) for p in noise])
        weights[name] = array(noise[possible], model.arithmetic)
        responses[name] = response[..., possible]
    count = math.prod(map(len, weights.values()))
    if count > MAX_STATES:
        raise SizeError(
            f"The noise has {count:,} joint states; {MAX_STATES:,} is the most that are listed. "
            "Ask for a distribution or an expectation instead, which needs no list."
        )
    kind = np.float64 if model.arithmetic == FLOAT else object
    probability = np.full(count, array(Fraction(1), model.arithmetic)[()], dtype=kind)
    states: dict[str, Array] = {}
    stride = 1
    for name, weight in weights.items():
        states[name] = np.arange(count) // stride % len(weight)
        stride *= len(weight)
        probability = probability * weight[states[name]]
    return NoiseStates(model, probability, states, responses)
