"""Models as plain data: what :meth:`SCIM.to_json` writes and :meth:`SCIM.from_json` reads.

Mechanisms are written as tables, values and probabilities as tagged JSON, expressions as trees of
names from a fixed list. Reading builds numbers and sympy expressions from such a tree, node by
node; no text is ever evaluated.

======================  =======================================================
value                   JSON
======================  =======================================================
int, float, str, bool   itself
None                    ``null``
``Fraction(1, 3)``      ``{"fraction": "1/3"}``
``("a", 1)``            ``{"tuple": ["a", 1]}``
``frozenset({1})``      ``{"set": [1]}``
``p * (1 - q)``         ``{"expression": ["Mul", "p", ["Add", 1, ["Mul", -1, "q"]]]}``
======================  =======================================================
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from cid.diagram import CID
from cid.engine.numbers import is_symbolic
from cid.errors import FormatError, ModelError, shorten
from cid.model.expressions import (
    ASSUMPTIONS,
    CONSTANTS,
    FUNCTIONS,
    Cost,
    check_rows_cost,
    read_expression,
    read_fraction,
)
from cid.model.interface import Model
from cid.model.table import MAX_CELLS, Mechanism

__all__ = ["FORMAT", "model_parts", "model_to_dict"]

Value = Hashable
FORMAT = "structural-causal-influence-model"
KEYS = {"format", "version", "diagram", "parameters", "domains", "mechanisms"}


# ---- writing ---------------------------------------------------------------------------------


def model_to_dict(s: Model) -> dict[str, Any]:
    """Return a model as plain lists and dictionaries.

    Raises
    ------
    ModelError
        If it holds a value that JSON has no form for here.
    """
    return {
        "format": FORMAT,
        "version": 1,
        "diagram": s.diagram.to_dict(),
        "parameters": {symbol.name: _assumed(symbol) for symbol in s.parameters},
        "domains": {
            name: [_write(value, f"{shorten(value)} in the domain of {name!r}") for value in domain]
            for name, domain in s.domains.items()
        },
        "mechanisms": {
            name: _write_mechanism(s.mechanism(name), name)
            for name in s.diagram.nodes
            if s.diagram.kind(name) != "decision"
        },
    }


def _write_mechanism(m: Mechanism, name: str) -> dict[str, Any]:
    out: dict[str, Any] = {"parents": list(m.parents)}
    where = f"A probability of {name!r}"
    if m.noise is None or m.response is None:
        out["probabilities"] = [_write_number(p, where) for p in m.probabilities.flat]
    else:
        out["noise"] = [_write_number(p, where) for p in m.noise]
        out["response"] = m.response.ravel().tolist()
    return out


def _write_number(p: Any, where: str) -> Any:
    if isinstance(p, Fraction):
        return p.numerator if p.denominator == 1 else str(p)
    return _write(p, where)


def _write(value: Any, where: str) -> Any:
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Fraction):
        return {"fraction": str(value)}
    if isinstance(value, tuple):
        return {"tuple": [_write(part, where) for part in value]}
    if isinstance(value, frozenset):
        return {"set": [_write(part, where) for part in sorted(value, key=repr)]}
    if is_symbolic(value):
        return {"expression": _write_tree(value, where)}
    raise ModelError(
        f"{where} cannot be written as JSON. Strings, numbers, Booleans, None, sympy expressions, "
        "tuples and frozensets can."
    )


def _write_tree(e: Any, where: str) -> Any:
    kind = type(e).__name__
    if e.is_Symbol and kind == "Symbol":
        return e.name
    if e.is_Integer:
        return int(e)
    if e.is_Rational:
        return {"fraction": f"{e.p}/{e.q}"}
    if e.is_Float:
        return float(e)
    if kind in ("BooleanTrue", "BooleanFalse"):
        return bool(e)
    if kind in CONSTANTS or (kind in FUNCTIONS and e.args):
        return [kind, *(_write_tree(arg, where) for arg in e.args)]
    raise ModelError(
        f"{where} holds {kind}, which is not written as JSON. Known functions: "
        f"{', '.join(sorted(FUNCTIONS))}."
    )


def _assumed(symbol: Any) -> dict[str, bool]:
    known: dict[str, bool] = symbol.assumptions0
    return {k: known[k] for k in sorted(known) if (k, known[k]) != ("commutative", True)}


# ---- reading ---------------------------------------------------------------------------------


def model_parts(data: object) -> tuple[CID, dict[str, Any], dict[str, Any]]:
    """Read what :func:`model_to_dict` returns: diagram, domains and mechanisms of a model.

    Raises
    ------
    FormatError
        If the data are malformed.
    DiagramError, ModelError
        If what they say is no diagram or no model.
    """
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise FormatError(
            f"This is not a model written by SCIM.to_json: the key 'format' is not {FORMAT!r}. "
            "A diagram is read with CID.from_json."
        )
    if data.get("version") != 1:
        raise FormatError(
            f"The model has format version {shorten(data.get('version'))}; this library reads "
            "version 1. Update the library."
        )
    if set(data) != KEYS:
        odd = ", ".join(sorted(map(str, KEYS.symmetric_difference(data))))
        raise FormatError(f"Missing or unknown keys in the model: {odd}.")
    diagram = CID.from_dict(data["diagram"])
    try:
        symbols = {
            name: _read_symbol(name, given)
            for name, given in _expect(data["parameters"], dict, "parameters").items()
        }
        domains = {
            name: tuple(_read(value, symbols) for value in _expect(values, list, f"domain {name}"))
            for name, values in _expect(data["domains"], dict, "domains").items()
        }
        for name in diagram.nodes:
            if name not in domains:
                raise FormatError(f"The model gives no domain for {name!r}.")
        mechanisms = {
            name: _read_mechanism(diagram.check_node(name), given, domains, symbols)
            for name, given in _expect(data["mechanisms"], dict, "mechanisms").items()
        }
    except RecursionError:
        raise FormatError("The model holds values that are nested too deeply.") from None
    return diagram, domains, mechanisms


def _expect(given: object, kind: type, what: str) -> Any:
    if not isinstance(given, kind):
        name = "an object" if kind is dict else "a list"
        raise FormatError(f"{what} should be {name}, not {shorten(given)}.")
    return given


def _read_mechanism(
    name: str, given: object, domains: Mapping[str, tuple[Value, ...]], symbols: dict[str, Any]
) -> Mechanism:
    parts = _expect(given, dict, f"The mechanism of {name!r}")
    if set(parts) not in ({"parents", "probabilities"}, {"parents", "noise", "response"}):
        raise FormatError(
            f"The mechanism of {name!r} has the keys {sorted(map(str, parts))}; expected 'parents' "
            "with 'probabilities', or with 'noise' and 'response'."
        )
    parents = tuple(_expect(parts["parents"], list, f"The parents of {name!r}"))
    for parent in parents:
        if not isinstance(parent, str) or parent not in domains:
            raise FormatError(f"{name!r} has the unknown parent {shorten(parent)}.")
    domain = domains[name]
    sizes = [len(domains[parent]) for parent in parents]
    if "probabilities" in parts:
        table = _numbers(parts["probabilities"], name, symbols, len(domain))
        return Mechanism(parents, domain, _shaped(table, (*sizes, len(domain)), name))
    noise = _numbers(parts["noise"], name, symbols, None)
    answers = _expect(parts["response"], list, f"The response of {name!r}")
    if not all(type(k) is int and 0 <= k < len(domain) for k in answers):
        raise FormatError(f"The response of {name!r} holds what is no position in its domain.")
    response = _shaped(np.array(answers, dtype=np.intp), (*sizes, len(noise)), name)
    return Mechanism(parents, domain, None, noise, response)


def _shaped(flat: np.ndarray[Any, Any], shape: tuple[int, ...], name: str) -> Any:
    if math.prod(shape) != len(flat) or len(flat) > MAX_CELLS:
        raise FormatError(
            f"The table of {name!r} has {len(flat):,} entries; its parents and its domain ask for "
            f"{math.prod(shape):,}."
        )
    return flat.reshape(shape)


def _numbers(
    given: object, name: str, symbols: dict[str, Any], row: int | None
) -> np.ndarray[Any, Any]:
    """Return probabilities; each `row` of them is summed, so that it may not cost too much."""
    entries = _expect(given, list, f"The probabilities of {name!r}")
    out = np.empty(len(entries), dtype=object)
    costs = [Cost()] * len(entries)
    for k, entry in enumerate(entries):
        if isinstance(entry, str):
            out[k] = read_fraction(entry)
        elif type(entry) is int:
            out[k] = Fraction(entry)
        elif isinstance(entry, float):
            out[k] = entry
        elif isinstance(entry, dict) and set(entry) == {"expression"}:
            out[k], costs[k] = read_expression(entry["expression"], symbols)
        else:
            raise FormatError(f"{name!r} has the probability {shorten(entry)}.")
    if any(isinstance(entry, dict) for entry in entries):
        check_rows_cost(costs, row or len(entries), name)
    return out


def _read(given: Any, symbols: dict[str, Any]) -> Value:
    if given is None or isinstance(given, str | bool | int | float):
        return given
    if isinstance(given, dict) and len(given) == 1:
        ((tag, inner),) = given.items()
        if tag == "fraction":
            return read_fraction(inner)
        if tag == "expression":
            expression: Value = read_expression(inner, symbols)[0]
            return expression
        if tag in ("tuple", "set") and isinstance(inner, list):
            parts = [_read(part, symbols) for part in inner]
            return tuple(parts) if tag == "tuple" else frozenset(parts)
    raise FormatError(f"{shorten(given)} is no value: see the forms that SCIM.to_json writes.")


def _read_symbol(name: str, given: object) -> Any:
    import sympy

    assumptions = _expect(given, dict, f"The parameter {name!r}")
    for key, value in assumptions.items():
        if key not in ASSUMPTIONS or not isinstance(value, bool):
            raise FormatError(f"The parameter {name!r} has the unknown assumption {shorten(key)}.")
    try:
        return sympy.Symbol(name, **assumptions)
    except ValueError as error:
        raise FormatError(f"The parameter {name!r} has contradictory assumptions.") from error
