"""Numbers that a user gives for parameters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cid.engine.field import exact
from cid.engine.numbers import number
from cid.errors import CIDTypeError, ModelError, UnknownNodeError, did_you_mean, shorten
from cid.findings import escape_latex

__all__ = ["check_domain", "expression", "latex", "parameter_values"]


def expression(value: Any, where: str) -> Any:
    """Return a number or sympy expression that a user gave, without floating-point parts.

    Raises
    ------
    CIDTypeError
        If it is neither.
    ModelError
        If it is NaN, infinite or not real.
    """
    return exact(number(value, where))


def parameter_values(parameters: tuple[Any, ...], values: Mapping[Any, Any]) -> dict[Any, Any]:
    """Return {symbol: exact number} for some parameters.

    Raises
    ------
    UnknownNodeError
        For a name that is no parameter.
    ModelError
        For a value that the assumptions on its symbol rule out.
    """
    if not isinstance(values, Mapping):
        raise CIDTypeError(f"Give parameter values as {{symbol: number}}, not {shorten(values)}.")
    by_name = {str(symbol): symbol for symbol in parameters}
    found = {}
    for name, given in values.items():
        symbol = by_name.get(str(name))
        if symbol is None:
            raise UnknownNodeError(
                f"{shorten(str(name))} is no parameter.{did_you_mean(str(name), by_name)}"
            )
        value = exact(number(given, f"The value of {symbol}"))
        for assumption in ("positive", "negative", "nonnegative", "nonpositive", "nonzero"):
            if symbol.assumptions0.get(assumption) and not getattr(value, f"is_{assumption}"):
                raise ModelError(f"{symbol} is declared as {assumption} and cannot be {value}.")
        found[symbol] = value
    return found


def check_domain(parameters: tuple[Any, ...], domain: Any, at: Mapping[Any, Any]) -> None:
    """Raise unless each parameter has a value and the values lie in a domain.

    Raises
    ------
    ModelError
        Naming the parameter or the domain.
    """
    missing = [str(symbol) for symbol in parameters if symbol not in at]
    if missing:
        raise ModelError(f"{missing[0]} has no value. Give one to each parameter.")
    if not bool(domain.xreplace(dict(at))):
        shown = ", ".join(f"{symbol}={value}" for symbol, value in at.items())
        raise ModelError(f"At {shown} the model has no probabilities; it needs {domain}.")


def latex(expression: Any) -> str:
    r"""Return an expression as LaTeX in which the name of a parameter is text and no command.

    Examples
    --------
    >>> import sympy
    >>> print(latex(sympy.Symbol("alpha_1") / 2))
    \frac{\alpha_{1}}{2}
    >>> print(latex(sympy.Symbol("50% off")))
    \text{50\% off}
    """
    import sympy

    names = {
        symbol: rf"\text{{{escape_latex(symbol.name)}}}"
        for symbol in expression.atoms(sympy.Symbol)
        if not re.fullmatch(r"\w+'*", symbol.name, re.ASCII)
    }
    return str(sympy.latex(expression, symbol_names=names))
