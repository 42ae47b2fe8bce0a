"""Samples from a model, reproducible from a seed."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np

from cid.engine.numbers import FLOAT, array
from cid.errors import CIDTypeError, SizeError, counted, shorten
from cid.model.guards import check_model, check_numbers, check_rules
from cid.model.interface import Model, Policy

__all__ = ["generator", "sample", "value_array"]

Array = np.ndarray[Any, Any]

MAX_DRAWS = 2**26
"""Numbers of a sample, over all nodes: each takes some dozen bytes."""


def generator(seed: int | np.random.Generator | None) -> np.random.Generator:
    """Return a random generator.

    Parameters
    ----------
    seed : int, numpy.random.Generator or None
        A generator is used as it is, and so moves on. None draws a fresh seed from the system.

    Raises
    ------
    CIDTypeError
        For anything else.
    """
    if isinstance(seed, np.random.Generator):
        return seed
    if seed is None or (isinstance(seed, int | np.integer) and not isinstance(seed, bool)):
        if seed is not None and seed < 0:
            raise CIDTypeError(f"A seed is an integer from zero up, not {shorten(seed)}.")
        return np.random.default_rng(seed)
    raise CIDTypeError(f"A seed is an int, a numpy Generator or None, not {shorten(seed)}.")


def value_array(domain: Sequence[Hashable], index: Array) -> Array:
    """Return the values at some positions of a domain.

    The array holds integers, floats or Booleans where the whole domain does, else Python objects.
    """
    values = np.empty(len(domain), dtype=object)
    for k, value in enumerate(domain):
        values[k] = value
    kinds = {type(value) for value in domain}
    if kinds == {bool}:
        values = values.astype(np.bool_)
    elif kinds == {int} and all(abs(int(value)) < 2**63 for value in values):
        values = values.astype(np.int64)
    elif kinds in ({float}, {int, float}):
        values = values.astype(np.float64)
    return np.asarray(values[index])


def sample(
    s: Model,
    n: int,
    policy: Policy | None = None,
    seed: int | np.random.Generator | None = None,
) -> dict[str, Array]:
    """Draw independent samples of all nodes.

    Each node has a random number of its own for each sample, whether it needs one or not, so that
    with one seed a model and the same model under an intervention are sampled with common noise:
    the i-th samples of both are counterfactuals of each other.

    Parameters
    ----------
    s : SCIM
        The model. It has no free parameters.
    n : int
        How many samples.
    policy : mapping from decision to rule, optional
        Rules for the decisions that have none in the model.
    seed : int, numpy.random.Generator or None
        Where the random numbers come from.

    Returns
    -------
    dict
        From each node to an array of shape (n,) of values.

    Raises
    ------
    ModelError
        If a decision has no rule, or the model has free parameters.

    Examples
    --------
    >>> import cid
    >>> d = cid.CID.parse("S -> D -> U; S -> U", decisions="D", utilities="U")
    >>> s = cid.SCIM(d, {"D": (0, 1)}, {"S": {0: 0.5, 1: 0.5}, "U": lambda S, D: int(S == D)})
    >>> drawn = s.sample(1000, {"D": lambda S: S}, seed=0)
    >>> drawn["U"].mean(), abs(drawn["S"].mean() - 0.5) < 0.05
    (np.float64(1.0), np.True_)
    """
    check_model(s, "sample")
    if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 0:
        raise CIDTypeError(f"The number of samples is an integer from zero up, not {shorten(n)}.")
    if n * len(s.diagram.nodes) > MAX_DRAWS:
        raise SizeError(
            f"A sample of {counted(int(n))} draws from {len(s.diagram.nodes):,} nodes is refused; "
            f"{MAX_DRAWS:,} numbers in all is the most. Draw it in parts."
        )
    model = s.with_policy(policy) if policy is not None else s
    d = model.diagram
    check_rules(model)
    check_numbers(model, "a sample is of numbers")
    rng = generator(seed)
    uniform = {name: rng.random(n) for name in d.nodes}
    index: dict[str, Array] = {}
    for name in d.topological_order:
        m = model.mechanism(name)
        context = tuple(index[parent] for parent in m.parents)
        if m.noise is not None and m.response is not None:
            ends = np.cumsum(array(m.noise, FLOAT))[:-1]
            state = np.searchsorted(ends, uniform[name], side="right")
            index[name] = m.response[(*context, state)]
        else:
            ends = np.cumsum(m.table(FLOAT), axis=-1)[..., :-1]
            index[name] = (uniform[name][:, None] >= ends[context]).sum(axis=-1)
    return {name: value_array(s.domains[name], index[name]) for name in d.nodes}
