"""Mechanisms: how a node gets its value from its parents and its own noise.

A user may write a mechanism as

- a constant, ``"X": 3``;
- a distribution, ``"S": {0: Fraction(1, 4), 1: Fraction(3, 4)}``, the same whatever the parents;
- a function whose argument names are the parents, in any order, ``"U": lambda S, D: S * D``. It
  returns a value, or a distribution ``{value: probability}``. ``**others`` takes all parents that
  are not named, which helps where names are no Python identifiers;
- :class:`Noisy`: a function with one more argument, the noise, and the noise's distribution;
- a table from parent values to values or distributions, ``{(0, 1): 3, ...}``, keys in the order of
  the diagram's parents (a single parent's key needs no tuple). A mapping whose keys are the
  contexts is a table, unless only a distribution makes sense; where both do it is an error;
- a numpy array, a torch tensor or nested lists with one axis per parent, of values; or with one
  axis more, of probabilities over the node's domain, as :meth:`cid.SCIM.cpd` returns it;
- a pandas Series or DataFrame whose index names the parents. A level more that names the node makes
  the entries probabilities, as ``value_counts(normalize=True)`` leaves them; so do columns, as
  ``crosstab(..., normalize="index")`` leaves them;
- a sympy expression in symbols named like the parents, with free parameters; or a distribution
  whose values and probabilities are such expressions, ``"X": {S: 1 - p, 1 - S: p}``;
- a :class:`Mechanism` of another model.

Probabilities that are exact sum to exactly one. Floats may be rounded: a row that misses one by at
most 1e-4 is divided by its sum; ``SCIM(..., normalise=)`` sets another bound.

All become a :class:`Mechanism`: an array of probabilities, one row per parent context, with the
noise behind it where that is known.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from numbers import Real
from typing import Any

import numpy as np

from cid.engine.numbers import is_symbolic
from cid.engine.size import check_axes
from cid.errors import CIDTypeError, ModelError, SizeError, shorten
from cid.model.distributions import TOLERANCE, distribution
from cid.model.rows import (
    arguments,
    array_rows,
    call,
    expression_rows,
    function_rows,
    reads_parents,
    table_rows,
)
from cid.model.table import MAX_CELLS, Mechanism, check_mechanism
from cid.model.values import is_array, named_table, plain, spread_row

__all__ = ["Mechanism", "Noisy", "make_mechanism"]

Value = Hashable
Context = tuple[Value, ...]


@dataclass(frozen=True)
class Noisy:
    """A function of the parents and of one exogenous noise variable.

    Parameters
    ----------
    function : callable
        Its arguments are the parents and one more name, the noise.
    noise : mapping
        Probability of each noise value.

    Examples
    --------
    >>> flip = Noisy(lambda S, e: S ^ e, noise={0: 0.9, 1: 0.1})
    """

    function: Callable[..., Value]
    noise: Mapping[Value, Any]

    def __post_init__(self) -> None:
        if not callable(self.function) or not isinstance(self.noise, Mapping):
            raise CIDTypeError(
                "Noisy takes a function and the probabilities of its noise, as in "
                "Noisy(lambda S, e: S ^ e, noise={0: 0.9, 1: 0.1})."
            )


def make_mechanism(
    given: object,
    node: str,
    parents: tuple[str, ...],
    parent_domains: Sequence[tuple[Value, ...]],
    domain: tuple[Value, ...] | None,
    within: float = TOLERANCE,
) -> Mechanism:
    """Bring a mechanism into normal form.

    Parameters
    ----------
    given : object
        Any of the forms in the module's docstring.
    node : str
        Named in messages.
    parents : tuple of str
        In the order of the diagram.
    parent_domains : sequence of tuple
        Their values.
    domain : tuple or None
        The node's values; None to infer them: numbers by size, others as they first appear.
    within : float
        How far a row of floats may miss the sum one; see :mod:`cid.model.distributions`.

    Raises
    ------
    ModelError
        If it does not cover every context, leaves the domain, or is no distribution.
    """
    sizes = tuple(map(len, parent_domains))
    count = math.prod(sizes)
    if isinstance(given, Mechanism):
        return check_mechanism(given, node, parents, parent_domains, domain, within)
    if count * max(1, len(domain or ())) > MAX_CELLS:
        raise SizeError(
            f"{node!r} has {len(parents)} parents with {count:,} joint values; a table of more "
            f"than {MAX_CELLS:,} entries is refused. Split it by an intermediate node."
        )
    check_axes(len(parents) + 2)
    contexts = list(itertools.product(*parent_domains))
    given = named_table(given, node, parents)
    if isinstance(given, Noisy):
        answers, weights = _noisy(given, node, parents, contexts, within)
        return _from_responses(answers, weights, node, parents, parent_domains, domain)
    rows: list[Any] | None
    if is_symbolic(given):
        rows = expression_rows(given, node, parents, contexts)
    elif callable(given):
        rows = function_rows(given, node, parents, contexts)
    elif isinstance(given, list) or is_array(given):
        rows = array_rows(given, node, parents, sizes, domain)
    elif isinstance(given, Mapping) and reads_parents(given, parents):
        rows = expression_rows(given, node, parents, contexts)
    elif isinstance(given, Mapping):
        rows = table_rows(given, node, parents, contexts, domain)
        rows = [given] * count if rows is None else rows
    else:
        rows = [given] * count
    return _from_rows(rows, node, parents, parent_domains, domain, within)


def _noisy(
    given: Noisy, node: str, parents: tuple[str, ...], contexts: list[Context], within: float
) -> tuple[list[list[Value]], list[Any]]:
    """Return, per context, the value for each state of the noise; and their probabilities."""
    weights = distribution(given.noise, f"The noise of {node!r}", within)
    names, every = arguments(given.function, parents, node)
    extra = [name for name in names if name not in parents]
    if len(extra) != 1:
        raise ModelError(
            f"The noisy mechanism of {node!r} takes {', '.join(names) or 'nothing'}; besides "
            f"parents ({', '.join(parents) or 'none'}) it takes exactly one noise argument."
        )
    used = [k for k, name in enumerate(parents) if every or name in names]
    where = f"The mechanism of {node!r}"
    rows = []
    for context in contexts:
        known = {parents[k]: context[k] for k in used}
        rows.append(
            [plain(call(given.function, node, {**known, extra[0]: e}), where) for e in weights]
        )
    return rows, list(weights.values())


def _from_rows(
    rows: list[Any],
    node: str,
    parents: tuple[str, ...],
    parent_domains: Sequence[tuple[Value, ...]],
    domain: tuple[Value, ...] | None,
    within: float,
) -> Mechanism:
    """Return the mechanism whose rows are values or distributions."""
    where = f"The mechanism of {node!r}"
    one = Fraction(1)
    shared: dict[int, dict[Value, Any]] = {}  # one distribution may stand in every row
    weights = []
    for given, context in zip(rows, itertools.product(*parent_domains), strict=True):
        row = spread_row(given, domain, where)
        if not isinstance(row, Mapping):
            weights.append({plain(row, where): one})
            continue
        if id(given) not in shared:
            at = f" at {dict(zip(parents, context, strict=True))}" if parents else ""
            shared[id(given)] = distribution(row, f"The distribution of {node!r}{at}", within)
        weights.append(shared[id(given)])
    support = [[value for value, p in row.items() if p == 1] for row in weights]
    if domain is None:
        domain = _inferred(value for row in weights for value in row)
    position = _positions((value for row in weights for value in row), node, domain)
    if all(support):
        answers = [[values[0]] for values in support]
        return _from_responses(answers, [one], node, parents, parent_domains, domain)
    table = np.full((len(rows), len(position)), Fraction(0), dtype=object)
    for k, row in enumerate(weights):
        for value, p in row.items():
            table[k, position[value]] = p
    table = table.reshape(*map(len, parent_domains), len(position))
    return Mechanism(parents, domain, table, inputs=tuple(parent_domains))


def _from_responses(
    answers: list[list[Value]],
    weights: list[Any],
    node: str,
    parents: tuple[str, ...],
    parent_domains: Sequence[tuple[Value, ...]],
    domain: tuple[Value, ...] | None,
) -> Mechanism:
    """Return the mechanism that answers each state of its noise with a value."""
    if domain is None:
        domain = _inferred(value for row in answers for value in row)
    position = _positions((value for row in answers for value in row), node, domain)
    response = np.array([[position[v] for v in row] for row in answers], dtype=np.intp)
    response = response.reshape(*map(len, parent_domains), len(weights))
    noise = np.array(weights, dtype=object)
    return Mechanism(parents, domain, None, noise, response, tuple(parent_domains))


def _inferred(values: Iterable[Value]) -> tuple[Value, ...]:
    """Return the domain that some values make up: numbers by size, others as they first appear."""
    found = tuple(dict.fromkeys(values))
    if all(isinstance(value, Real) for value in found):
        return tuple(sorted(found))  # type: ignore[type-var]
    return found


def _positions(values: Iterable[Value], node: str, domain: tuple[Value, ...]) -> dict[Value, int]:
    """Return the position of each value in the domain."""
    known = {value: k for k, value in enumerate(domain)}
    for value in values:
        if value not in known:
            raise ModelError(
                f"The mechanism of {node!r} gives {shorten(value)}, which is not in its domain "
                f"{shorten(domain)}. Extend the domain or mend the mechanism. A mapping whose keys "
                "are the parents' values is a table of values."
            )
    return known
