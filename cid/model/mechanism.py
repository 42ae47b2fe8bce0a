"""Mechanisms: how a node gets its value from its parents and its own noise.

A user may write a mechanism as

- a constant, ``"X": 3``;
- a distribution for a node whose parents do not matter, ``"S": {0: 1/4, 1: 3/4}``;
- a function whose argument names are the parents, in any order, ``"U": lambda S, D: S * D``. It
  returns a value, or a distribution ``{value: probability}``;
- :class:`Noisy`: a function with one more argument, the noise, and the noise's distribution;
- a table from parent values to values or distributions, ``{(0, 1): 3, ...}``, keys in the order of
  the diagram's parents (a single parent's key needs no tuple);
- a sympy expression in symbols named like the parents, with free parameters.

All become a :class:`Mechanism`: an array of probabilities, one row per parent context. What a node
*would* have done in another context (a counterfactual) is more than that. It needs the noise. A
deterministic mechanism has none, :class:`Noisy` says it, and for a bare distribution the library
couples contexts by quantiles: one uniform number decides, and the same number decides in every
context.
"""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from cid.errors import ModelError, ScopeError, did_you_mean, shorten
from cid.model.numbers import is_symbolic, is_zero, number

__all__ = ["Mechanism", "Noisy", "make_mechanism"]

Value = Hashable
MAX_CONTEXTS = 2_000_000
"""Larger tables are refused: they would not fit into memory as Python numbers."""


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


@dataclass(frozen=True, eq=False)
class Mechanism:
    """A mechanism in normal form.

    Attributes
    ----------
    parents : tuple of str
        Order of the leading axes.
    domain : tuple
        The node's values; the last axis of `probabilities`.
    probabilities : ndarray of object
        Shape (size of each parent..., len(domain)); rows sum to one.
    noise : ndarray of object or None
        Probabilities of the explicit noise values; None when only the distribution is known.
    response : ndarray of int or None
        Shape (size of each parent..., len(noise)): index of the value in `domain`.
    """

    parents: tuple[str, ...]
    domain: tuple[Value, ...]
    probabilities: np.ndarray[Any, Any] = field(repr=False)
    noise: np.ndarray[Any, Any] | None = field(default=None, repr=False)
    response: np.ndarray[Any, Any] | None = field(default=None, repr=False)

    @property
    def deterministic(self) -> bool:
        """Does each context determine the value?"""
        return self.noise is not None and len(self.noise) == 1

    def structural(self, node: str) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """Return noise probabilities and responses; bare distributions are coupled by quantiles.

        Raises
        ------
        ScopeError
            For a distribution with free symbols, whose quantiles have no order.
        """
        if self.noise is not None and self.response is not None:
            return self.noise, self.response
        rows = self.probabilities.reshape(-1, len(self.domain))
        if any(is_symbolic(p) for p in rows.flat):
            raise ScopeError(
                f"A counterfactual needs the noise of {node!r}, and its distribution has free "
                "symbols, so that contexts cannot be coupled by quantiles. Give the mechanism as "
                "Noisy(function, noise)."
            )
        ends = [list(itertools.accumulate(row)) for row in rows]
        cuts = sorted({end for row in ends for end in row[:-1] if 0 < end < 1} | {Fraction(1)})
        merged: list[Any] = []
        for cut in cuts:  # floats that differ by rounding are one cut
            if not merged or float(cut - merged[-1]) > 1e-12:
                merged.append(cut)
        merged[-1] = Fraction(1) if isinstance(merged[-1], Fraction) else 1.0
        starts = [Fraction(0), *merged[:-1]]
        weights = [end - start for start, end in zip(starts, merged, strict=True)]
        middles = [
            (float(start) + float(end)) / 2 for start, end in zip(starts, merged, strict=True)
        ]
        response = np.array(
            [
                [next((i for i, end in enumerate(row) if m < end), len(row) - 1) for m in middles]
                for row in ends
            ],
            dtype=np.intp,
        ).reshape(*self.probabilities.shape[:-1], len(weights))
        return np.array(weights, dtype=object), response


def _is_distribution(value: object) -> bool:
    return isinstance(value, Mapping)


def _arguments(function: Callable[..., Any], node: str) -> tuple[str, ...]:
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        raise ModelError(
            f"The mechanism of {node!r} is {shorten(function)}, whose argument names cannot be "
            "read. Wrap it in a lambda that names the parents."
        ) from None
    names = []
    for parameter in signature.parameters.values():
        if parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
            raise ModelError(
                f"The mechanism of {node!r} takes {parameter}; its arguments are the parents, "
                "each by name."
            )
        if parameter.default is inspect.Parameter.empty:
            names.append(parameter.name)
    return tuple(names)


def _check_arguments(names: Sequence[str], parents: Sequence[str], node: str) -> None:
    for name in names:
        if name not in parents:
            raise ModelError(
                f"The mechanism of {node!r} reads {name!r}, which is not among its parents "
                f"({', '.join(map(repr, parents)) or 'it has none'})."
                f"{did_you_mean(name, parents) if parents else ''} Add the edge, or rename the "
                "argument."
            )


def _call(function: Callable[..., Any], node: str, arguments: Mapping[str, Value]) -> Any:
    try:
        return function(**arguments)
    except Exception as error:
        shown = ", ".join(f"{name}={value!r}" for name, value in arguments.items())
        raise ModelError(
            f"The mechanism of {node!r} fails at {shown}: {type(error).__name__}: {error}. It must "
            "give a value for every combination of its parents' values."
        ) from error


def _distribution(given: Mapping[Any, Any], where: str) -> dict[Value, Any]:
    if not given:
        raise ModelError(f"{where} is empty; give a probability to each value.")
    weights = {
        value: number(p, f"{where}, probability of {value!r},") for value, p in given.items()
    }
    for value, p in weights.items():
        if not is_symbolic(p) and p < 0:
            raise ModelError(f"{where} gives {value!r} the negative probability {p}.")
        if is_symbolic(p) and p.is_negative:
            raise ModelError(f"{where} gives {value!r} the negative probability {p}.")
    total = sum(weights.values())
    if is_symbolic(total):
        if not is_zero(total - 1):
            raise ModelError(f"{where} sums to {total}, which is not 1 for all parameter values.")
    elif isinstance(total, float):
        if abs(total - 1) > 1e-9:
            raise ModelError(f"{where} sums to {total:.12g}, not 1.")
        weights = {value: p / total for value, p in weights.items()}
    elif total != 1:
        raise ModelError(f"{where} sums to {total}, not 1.")
    return weights


def _plain(value: Any) -> Value:
    """Return numpy scalars as Python ones, and rational sympy numbers as Fractions."""
    if isinstance(value, np.generic):
        value = value.item()
    if is_symbolic(value) and getattr(value, "is_Rational", False):
        value = Fraction(int(value.p), int(value.q))
        return value.numerator if value.denominator == 1 else value
    known: Value = value
    return known


def _rows(
    given: object, node: str, parents: tuple[str, ...], contexts: list[tuple[Value, ...]]
) -> tuple[list[Any], Mapping[Value, Any] | None]:
    """Return, per context, a value, a distribution, or a value per noise; and the noise."""
    rows: list[Any] = []
    if isinstance(given, Noisy):
        noise = _distribution(given.noise, f"The noise of {node!r}")
        names = _arguments(given.function, node)
        extra = [name for name in names if name not in parents]
        if len(extra) != 1:
            raise ModelError(
                f"The noisy mechanism of {node!r} takes {', '.join(names) or 'nothing'}; besides "
                f"parents ({', '.join(parents) or 'none'}) it takes exactly one noise argument."
            )
        used = [name for name in names if name in parents]
        for context in contexts:
            known = {name: context[parents.index(name)] for name in used}
            rows.append(
                [_plain(_call(given.function, node, {**known, extra[0]: e})) for e in noise]
            )
        return rows, noise
    if is_symbolic(given) and getattr(given, "free_symbols", None):
        symbols = {str(s): s for s in given.free_symbols}  # type: ignore[attr-defined]
        used = [name for name in parents if name in symbols]
        for context in contexts:
            at = {symbols[name]: context[parents.index(name)] for name in used}
            rows.append(_plain(given.subs(at)))  # type: ignore[attr-defined]
        return rows, None
    if callable(given):
        names = _arguments(given, node)
        _check_arguments(names, parents, node)
        for context in contexts:
            known = {name: context[parents.index(name)] for name in names}
            row = _call(given, node, known)
            rows.append(row if _is_distribution(row) else _plain(row))
        return rows, None
    if isinstance(given, Mapping):
        keys = {key if isinstance(key, tuple) else (key,) for key in given} if parents else set()
        if parents and keys == set(contexts):
            by_key = {k if isinstance(k, tuple) else (k,): v for k, v in given.items()}
            return [
                by_key[c] if _is_distribution(by_key[c]) else _plain(by_key[c]) for c in contexts
            ], None
        if parents and any(key in set(contexts) for key in keys):
            missing = next((c for c in contexts if c not in keys), None)
            foreign = next((k for k in keys if k not in set(contexts)), None)
            what = f"lacks {missing}" if missing is not None else f"has the foreign row {foreign}"
            raise ModelError(
                f"The table of {node!r} {what}. It needs one row for each combination of its "
                f"parents ({', '.join(parents)})."
            )
        return [given] * len(contexts), None
    return [_plain(given)] * len(contexts), None


def make_mechanism(
    given: object,
    node: str,
    parents: tuple[str, ...],
    parent_domains: Sequence[tuple[Value, ...]],
    domain: tuple[Value, ...] | None,
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
        The node's values; None to infer them, in order of first appearance.

    Raises
    ------
    ModelError
        If it does not cover every context, leaves the domain, or is no distribution.
    """
    sizes = tuple(map(len, parent_domains))
    if int(np.prod(sizes, dtype=object)) > MAX_CONTEXTS:
        raise ModelError(
            f"{node!r} has {len(parents)} parents with {np.prod(sizes, dtype=object):,} joint "
            f"values; a table of more than {MAX_CONTEXTS:,} is refused. Split it by an "
            "intermediate node."
        )
    contexts = list(itertools.product(*parent_domains))
    rows, noise = _rows(given, node, parents, contexts)
    if noise is not None:
        values = [value for row in rows for value in row]
    else:
        values = [v for row in rows for v in (row if _is_distribution(row) else (row,))]
    for value in values:
        try:
            hash(value)
        except TypeError:
            raise ModelError(
                f"The mechanism of {node!r} gives {shorten(value)}, which cannot be a value: "
                "values are hashable."
            ) from None
    if domain is None:
        domain = tuple(dict.fromkeys(map(_plain, values)))
    position = {value: i for i, value in enumerate(domain)}
    for value in values:
        if _plain(value) not in position:
            raise ModelError(
                f"The mechanism of {node!r} gives {value!r}, which is not in its domain "
                f"{shorten(domain)}. Extend the domain or mend the mechanism."
            )
    probabilities = np.full((len(contexts), len(domain)), Fraction(0), dtype=object)
    shape = (*sizes, len(domain))
    if noise is not None:
        weights = np.array(list(noise.values()), dtype=object)
        response = np.array([[position[_plain(v)] for v in row] for row in rows], dtype=np.intp)
        for context, answers in enumerate(response):
            for answer, weight in zip(answers, weights, strict=True):
                probabilities[context, answer] += weight
        response = response.reshape(*sizes, len(weights))
        return Mechanism(parents, domain, probabilities.reshape(shape), weights, response)
    certain = True
    for context, row in enumerate(rows):
        if _is_distribution(row):
            certain = False
            at = dict(zip(parents, contexts[context], strict=True))
            where = f"The distribution of {node!r}" + (f" at {at}" if at else "")
            for value, p in _distribution(row, where).items():
                probabilities[context, position[_plain(value)]] += p
        else:
            probabilities[context, position[row]] = Fraction(1)
    if not certain:
        return Mechanism(parents, domain, probabilities.reshape(shape))
    response = np.array([position[row] for row in rows], dtype=np.intp).reshape(*sizes, 1)
    one = np.array([Fraction(1)], dtype=object)
    return Mechanism(parents, domain, probabilities.reshape(shape), one, response)
