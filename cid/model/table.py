"""The normal form of a mechanism: probabilities per context, and the noise behind them if known.

What a node *would* have done in another context (a counterfactual) is more than its distribution in
each. It needs the noise. A deterministic mechanism has none, :class:`~cid.Noisy` says it, and
for a bare distribution contexts are coupled by quantiles: one uniform number decides, and the
same number decides in every context.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Hashable, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from cid.engine.numbers import EXACT, FLOAT, arithmetic, array, is_symbolic, is_zero
from cid.engine.size import check_axes
from cid.errors import CIDTypeError, ModelError, ParameterError, SizeError, shorten
from cid.model.distributions import ROUNDING, TOLERANCE, normalised

__all__ = ["MAX_CELLS", "Mechanism", "check_mechanism", "point_mechanism"]

Value = Hashable
Array = np.ndarray[Any, Any]

MAX_CELLS = 8_000_000
"""Larger tables are refused: they would not fit into memory as Python numbers."""


class Mechanism:
    """A mechanism in normal form. Its arrays cannot be written to.

    Parameters
    ----------
    parents : tuple of str
        Order of the leading axes.
    domain : tuple
        The node's values; the last axis of `probabilities`.
    probabilities : ndarray of object, optional
        Shape (size of each parent..., len(domain)); rows sum to one. When omitted, they follow from
        noise and response.
    noise : ndarray of object, optional
        Probabilities of the explicit noise values; None when only the distribution is known.
    response : ndarray of int, optional
        Shape (size of each parent..., len(noise)): index of the value in `domain`.
    inputs : tuple of tuple, optional
        The values of each parent, in the order of its axis. With them the mechanism fits into
        models that list these values in another order.
    """

    def __init__(
        self,
        parents: tuple[str, ...],
        domain: tuple[Value, ...],
        probabilities: Array | None = None,
        noise: Array | None = None,
        response: Array | None = None,
        inputs: tuple[tuple[Value, ...], ...] | None = None,
    ) -> None:
        self.parents = parents
        self.inputs = inputs
        self.domain = domain
        self.noise = noise
        self.response = response
        self._rows = probabilities
        for part in (probabilities, noise, response):
            if part is not None:
                if not isinstance(part, np.ndarray):
                    raise CIDTypeError(f"A mechanism holds arrays, not {shorten(part)}.")
                part.setflags(write=False)

    def __repr__(self) -> str:
        return f"<Mechanism on {', '.join(self.parents) or 'nothing'}: {shorten(self.domain)}>"

    @cached_property
    def probabilities(self) -> Array:
        """P(value | parents), shape (size of each parent..., len(domain)), as Python numbers."""
        if self._rows is not None:
            return self._rows
        assert self.noise is not None
        assert self.response is not None
        cells = self.response.size // len(self.noise) * len(self.domain)
        if cells > MAX_CELLS:
            raise SizeError(
                f"A table of {cells:,} probabilities is refused; {MAX_CELLS:,} is the most. Split "
                f"the node that takes {len(self.domain):,} values by an intermediate node."
            )
        table = spread(self.noise, self.response, len(self.domain))
        table.setflags(write=False)
        return table

    @property
    def stated(self) -> tuple[Array | None, Array | None, Array | None]:
        """Tables, noise and response as given: no tables where the noise tells them."""
        return (None if self.noise is not None else self.probabilities), self.noise, self.response

    @property
    def deterministic(self) -> bool:
        """Does each context determine the value?"""
        return self.noise is not None and len(self.noise) == 1

    @cached_property
    def arithmetic(self) -> str:
        """The arithmetic that the probabilities call for; see :mod:`cid.engine.numbers`."""
        return arithmetic(self.noise if self.noise is not None else self.probabilities.flat)

    @cached_property
    def symbols(self) -> frozenset[Any]:
        """Free symbols of the probabilities and of the values."""
        numbers = self.noise if self.noise is not None else self.probabilities.flat
        found = [p for p in numbers if is_symbolic(p)]
        found += [v for v in self.domain if is_symbolic(v)]
        return frozenset(symbol for entry in found for symbol in entry.free_symbols)

    @cached_property
    def _floats(self) -> Array:
        table = array(self.probabilities, FLOAT)
        table.setflags(write=False)
        return table

    def table(self, kind: str) -> Array:
        """Return the probabilities in an arithmetic."""
        if kind == FLOAT:
            return self._floats
        return self.probabilities if kind == EXACT else array(self.probabilities, kind)

    def in_order(self, parents: Sequence[str]) -> Mechanism:
        """Return the same mechanism with its parents in another order."""
        if tuple(parents) == self.parents:
            return self
        axes = [self.parents.index(name) for name in parents]
        rows, response = (
            None if part is None else part.transpose(*axes, part.ndim - 1)
            for part in (self._rows, self.response)
        )
        inputs = None if self.inputs is None else tuple(self.inputs[axis] for axis in axes)
        return Mechanism(tuple(parents), self.domain, rows, self.noise, response, inputs)

    def fitted(self, inputs: Sequence[tuple[Value, ...]], what: str) -> Mechanism:
        """Return the same mechanism for parents whose values are listed in another order.

        Raises
        ------
        ModelError
            Naming `what`, if a parent has values that the mechanism does not know.
        """
        if self.inputs is None or self.inputs == tuple(inputs):
            return self
        rows, response = self._rows, self.response
        for axis, (name, known, wanted) in enumerate(
            zip(self.parents, self.inputs, inputs, strict=True)
        ):
            place = {value: k for k, value in enumerate(known)}
            if not place.keys() >= set(wanted):
                raise ModelError(
                    f"{what} was made for {name!r} with the values {shorten(known)}; here they are "
                    f"{shorten(wanted)}. Give a function of the parents."
                )
            spots = [place[value] for value in wanted]
            rows, response = (
                None if part is None else part.take(spots, axis=axis) for part in (rows, response)
            )
        return Mechanism(self.parents, self.domain, rows, self.noise, response, tuple(inputs))

    def narrowed(self) -> Mechanism:
        """Return the same mechanism without the parents on which it does not depend."""
        rows, noise, response = self.stated
        table = self.probabilities if response is None else response
        read = []
        for axis, name in enumerate(self.parents):
            first = table.take([0], axis=axis)
            if bool(np.all(table == first)):
                table = first
            else:
                read.append(name)
        cut = tuple(slice(None) if name in read else 0 for name in self.parents)
        rows, response = (None if part is None else part[cut] for part in (rows, response))
        return Mechanism(tuple(read), self.domain, rows, noise, response)

    def mean(self, values: Array) -> Array:
        """Return the expectation per context of the numbers that stand for the domain.

        Parameters
        ----------
        values : ndarray
            One number per value of the domain, in the model's arithmetic.

        Returns
        -------
        ndarray
            Shape (size of each parent...).
        """
        if self.noise is None or self.response is None:
            kind = FLOAT if values.dtype.kind == "f" else EXACT
            return np.asarray(self.table(kind) @ values, dtype=values.dtype)
        weights = self.noise.astype(values.dtype)
        return np.asarray(values[self.response] @ weights, dtype=values.dtype)

    def same(self, other: Mechanism) -> bool:
        """Do two mechanisms give the same values with the same probabilities and noise?"""
        if self.domain != other.domain:
            return False
        if set(self.parents) != set(other.parents):
            mine, theirs = self.narrowed(), other.narrowed()
            return set(mine.parents) == set(theirs.parents) and mine.same(theirs)
        turned = other.in_order(self.parents)
        if self.noise is None or turned.noise is None:
            both = self.noise is None and turned.noise is None
            return both and np.array_equal(self.probabilities, turned.probabilities)
        assert self.response is not None
        assert turned.response is not None
        return np.array_equal(self.noise, turned.noise) and np.array_equal(
            self.response, turned.response
        )

    def structural(self, node: str) -> tuple[Array, Array]:
        """Return noise probabilities and responses; bare distributions are coupled by quantiles.

        Returns
        -------
        noise : ndarray of object
            Shape (states,).
        response : ndarray of int
            Shape (size of each parent..., states).

        Raises
        ------
        ParameterError
            For a distribution with free symbols that depends on the parents: its quantiles have no
            order.
        """
        if self.noise is not None and self.response is not None:
            return self.noise, self.response
        rows = self.probabilities.reshape(-1, len(self.domain))
        if bool(np.all(rows == rows[:1])):  # whatever the context, the value itself is the noise
            response = np.broadcast_to(np.arange(len(self.domain)), self.probabilities.shape)
            return rows[0], response
        if any(is_symbolic(p) and p.free_symbols for p in self.probabilities.flat):
            raise ParameterError(
                f"A counterfactual needs the noise of {node!r}, and its distribution has free "
                "symbols, so that contexts cannot be coupled by quantiles. Give the mechanism as "
                "Noisy(function, noise)."
            )
        return self._coupled

    @cached_property
    def _coupled(self) -> tuple[Array, Array]:
        rows = self.probabilities.reshape(-1, len(self.domain))
        ends = [list(itertools.accumulate(row)) for row in rows.tolist()]
        exact = self.arithmetic == EXACT
        if not exact:
            ends = [[float(end) for end in row] for row in ends]
        # Floats that differ by rounding only are one cut.
        tolerance: Any = 0 if exact else 1e-12
        cuts: list[Any] = []
        for cut in sorted({end for row in ends for end in row[:-1]}):
            if cut - (cuts[-1] if cuts else 0) > tolerance and 1 - cut > tolerance:
                cuts.append(cut)
        edges: list[Any] = [0, *cuts, 1]
        states = len(edges) - 1
        if len(rows) * states > MAX_CELLS:
            raise SizeError(
                f"{len(rows):,} distributions with {states:,} quantiles among them are too many to "
                "couple. Give the mechanism as Noisy(function, noise)."
            )
        one: Any = Fraction(1) if exact else 1.0
        weights = [one * (end - start) for start, end in itertools.pairwise(edges)]
        middles = [one * (start + end) / 2 for start, end in itertools.pairwise(edges)]
        response = np.array(
            [[bisect_right(row, m, hi=len(row) - 1) for m in middles] for row in ends],
            dtype=np.intp,
        )
        shape = (*self.probabilities.shape[:-1], states)
        return np.array(weights, dtype=object), response.reshape(shape)


def point_mechanism(domain: tuple[Value, ...], index: int) -> Mechanism:
    """Return the mechanism of a node that is set to one value and reads nothing."""
    one = np.array([Fraction(1)], dtype=object)
    return Mechanism((), domain, None, one, np.array([index], dtype=np.intp))


def check_mechanism(
    m: Mechanism,
    node: str,
    parents: tuple[str, ...],
    inputs: Sequence[tuple[Value, ...]],
    domain: tuple[Value, ...] | None,
    within: float = TOLERANCE,
) -> Mechanism:
    """Return a mechanism made elsewhere, in the order of `parents`, once it is seen to fit.

    Parameters
    ----------
    m : Mechanism
        In normal form.
    node : str
        Named in messages.
    parents : tuple of str
        The node's parents.
    inputs : sequence of tuple
        Their values.
    domain : tuple or None
        The node's values, or None if those of the mechanism will do.
    within : float
        How far a row of floats may miss the sum one; it is then divided by its sum.

    Raises
    ------
    ModelError
        If it reads other parents, or tables of another size, or its rows are no distributions.
    """
    what = f"The mechanism given for {node!r}"
    check_axes(len(m.parents) + 2)
    if not set(m.parents) <= set(parents) or len(set(m.parents)) < len(m.parents):
        raise ModelError(
            f"{what} reads {', '.join(m.parents) or 'nothing'}; the parents are "
            f"{', '.join(parents) or 'none'}."
        )
    values = dict(zip(parents, inputs, strict=True))
    parents = tuple(name for name in parents if name in m.parents)
    inputs = [values[name] for name in parents]
    if domain is not None and m.domain != domain:
        raise ModelError(
            f"{what} gives values of {shorten(m.domain)}; the domain is {shorten(domain)}."
        )
    sizes = tuple(map(len, inputs))
    m = m.in_order(parents).fitted(inputs, what)
    if (m.noise is None) != (m.response is None):
        raise ModelError(f"{what} has noise or a response to noise, and not the other.")
    if m.noise is not None and m.response is not None:
        _check_noise(m.noise, m.response, sizes, len(m.domain), what)
        noise = normalised(m.noise, f"The noise of {what[:1].lower()}{what[1:]}", within)
        if noise is not m.noise:
            return Mechanism(m.parents, m.domain, None, noise, m.response, m.inputs)
    if m.probabilities.shape != (*sizes, len(m.domain)):
        raise ModelError(
            f"{what} has a table of shape {m.probabilities.shape}; its parents and its domain ask "
            f"for {(*sizes, len(m.domain))}."
        )
    if m.noise is None:
        rows = normalised(m.probabilities, what, within)
        if rows is not m.probabilities:
            return Mechanism(m.parents, m.domain, rows, inputs=m.inputs)
    elif m.response is not None and not _agree(
        m.probabilities, spread(m.noise, m.response, len(m.domain))
    ):
        raise ModelError(f"{what} has probabilities that do not follow from its noise.")
    return m


def _check_noise(
    noise: Array, response: Array, sizes: tuple[int, ...], count: int, what: str
) -> None:
    if noise.ndim != 1 or not len(noise) or response.shape != (*sizes, len(noise)):
        raise ModelError(
            f"{what} has a response of shape {response.shape}; its parents and its "
            f"{len(noise)} states of noise ask for {(*sizes, len(noise))}."
        )
    if response.dtype.kind != "i" or response.min() < 0 or response.max() >= count:
        raise ModelError(f"{what} has a response that is no position in its domain.")


def _agree(left: Array, right: Array) -> bool:
    return all(
        abs(gap) <= ROUNDING if isinstance(gap, float) else is_zero(gap)
        for gap in (left - right).flat
    )


def spread(noise: Array, response: Array, size: int) -> Array:
    """Return the probabilities that follow from noise and the response to it."""
    flat = response.reshape(-1, len(noise))
    table = np.full((len(flat), size), Fraction(0), dtype=object)
    rows = np.arange(len(flat))
    for state, weight in enumerate(noise):
        table[rows, flat[:, state]] += weight
    return table.reshape(*response.shape[:-1], size)
