"""Parameters: free symbols in the numbers of a model, and numbers in their place."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from cid.engine.numbers import is_symbolic, number
from cid.errors import ModelError, UnknownNodeError, did_you_mean, shorten
from cid.model.distributions import check_rows
from cid.model.interface import Model, Value
from cid.model.table import Mechanism
from cid.model.values import plain
from cid.parts import Diagram

__all__ = ["parameters_of", "placed"]


def parameters_of(
    diagram: Diagram, domains: Mapping[str, tuple[Value, ...]], made: Mapping[str, Mechanism]
) -> tuple[Any, ...]:
    """Return the free symbols of domains and mechanisms, by name.

    Raises
    ------
    ModelError
        If two of them share a name, or one has the name of a node.
    """
    symbols = {s for m in made.values() for s in m.symbols}
    every: Any = [value for domain in domains.values() for value in domain]
    symbols.update(s for value in every if is_symbolic(value) for s in value.free_symbols)
    parameters = sorted(symbols, key=str)
    for name, following in zip(map(str, parameters), map(str, parameters[1:]), strict=False):
        if name == following:
            raise ModelError(
                f"Two parameters are called {name!r}, with different assumptions. Use one "
                "symbol, or two names."
            )
    for symbol in parameters:
        if str(symbol) in diagram:
            users = [name for name, m in made.items() if symbol in m.symbols]
            raise ModelError(
                f"{str(symbol)!r} is a node and is used as a parameter"
                f"{f' in the mechanism of {users[0]!r}' if users else ''}. Add the edge and "
                "give an expression or a function of the parents, or rename the parameter."
            )
    return tuple(parameters)


def placed(
    s: Model, values: Mapping[Any, Any]
) -> tuple[dict[str, tuple[Value, ...]], dict[str, Mechanism]]:
    """Return the domains and the mechanisms of a model with numbers for parameters.

    Raises
    ------
    UnknownNodeError
        For a name that is no parameter.
    ModelError
        If probabilities leave [0, 1], or two values of a node come to coincide.
    """
    by_name = {str(symbol): symbol for symbol in s.parameters}
    chosen = {}
    for name, value in values.items():
        if str(name) not in by_name:
            raise UnknownNodeError(
                f"{shorten(str(name))} is no parameter.{did_you_mean(str(name), by_name)}"
            )
        chosen[by_name[str(name)]] = number(value, f"The parameter {str(name)!r}")

    def put(entry: Any) -> Any:
        return entry.subs(chosen, simultaneous=True) if is_symbolic(entry) else entry

    place = np.frompyfunc(lambda p: number(put(p), f"At {values}, {p}"), 1, 1)
    domains = {}
    for name, domain in s.domains.items():
        domains[name] = tuple(plain(put(value), f"{name!r}") for value in domain)
    mechanisms = {}
    for name in s.diagram.topological_order:
        if s.diagram.kind(name) == "decision":
            continue
        m = s.mechanism(name)
        new = _placed(m, place, domains[name], s.diagram.kind(name) == "utility")
        domains[name] = new.domain
        numbers = new.probabilities if new.noise is None else new.noise
        check_rows(numbers, f"At {values}, {name!r}")
        mechanisms[name] = new
    for name, domain in domains.items():
        if len(set(domain)) < len(domain):
            raise ModelError(f"At {values}, two values of {name!r} coincide: {shorten(domain)}.")
    return domains, mechanisms


def _placed(m: Mechanism, place: np.ufunc, domain: tuple[Value, ...], merge: bool) -> Mechanism:
    """Return a mechanism with numbers put in place of parameters.

    Utilities have no children, so values of theirs that coincide can be merged.
    """
    kept = tuple(dict.fromkeys(domain)) if merge else domain
    position = np.array([kept.index(value) for value in domain], dtype=np.intp)
    if m.noise is not None and m.response is not None:
        return Mechanism(m.parents, kept, None, place(m.noise), position[m.response])
    table = np.full((*m.probabilities.shape[:-1], len(kept)), Fraction(0), dtype=object)
    for old, new in enumerate(position):
        table[..., new] += place(m.probabilities[..., old])
    return Mechanism(m.parents, kept, table)
