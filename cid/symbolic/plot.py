"""Pictures of conditions in one or two parameters."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from cid.criteria.analysis import CONCEPTS
from cid.errors import CIDTypeError, ModelError, ScopeError, shorten
from cid.symbolic.parameters import expression, latex, parameter_values

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cid.symbolic.conditions import IncentiveCondition

__all__ = ["plot_region"]

Array = np.ndarray[Any, Any]

FILL, LINE, OUTSIDE = "#CCE3F0", "#0072B2", "#BBBBBB"
GRID = 401
"""Points along each axis."""


def plot_region(
    result: IncentiveCondition, ax: Axes | None, x: Any, y: Any, at: Mapping[Any, Any]
) -> Axes:
    """Draw where a condition holds; see :meth:`IncentiveCondition.plot`."""
    import sympy

    if ax is not None and not hasattr(ax, "imshow"):
        raise CIDTypeError(f"ax is a matplotlib Axes, not {shorten(ax)}.")
    fixed = parameter_values(result.parameters, at)
    domain = sympy.sympify(result.domain).xreplace(fixed)
    condition = sympy.sympify(result.condition).xreplace(fixed)
    if domain == False:  # noqa: E712 -- a sympy constant
        raise ModelError(f"At {dict(at)} the model has no probabilities; it needs {result.domain}.")
    axes = _axes(result, fixed, domain, x, y)
    if ax is None:
        import matplotlib.pyplot as plt

        _, ax = plt.subplots()
    if len(axes) == 1:
        _draw_line(ax, axes[0], condition, domain)
    else:
        _draw_plane(ax, axes[0], axes[1], condition, domain)
        ax.set_ylabel(f"${latex(axes[1][0])}$")
    about = CONCEPTS[result.concept]
    ax.set_xlabel(f"${latex(axes[0][0])}$")
    head = about.name.removeprefix("an ").removeprefix("a ").removeprefix("positive ")
    words = f"{head} {about.preposition} {result.node}"
    ax.set_title(words[:1].upper() + words[1:])
    return ax


Span = tuple[Any, float, float]
"""A parameter and the ends of its axis."""


def _axes(
    result: IncentiveCondition, fixed: Mapping[Any, Any], domain: Any, x: Any, y: Any
) -> list[Span]:
    left = [symbol for symbol in result.parameters if symbol not in fixed]
    given = [None if axis is None else _span(result, domain, axis) for axis in (x, y)]
    shown = [span[0] for span in given if span is not None]
    if len(set(shown)) < len(shown) or any(symbol in fixed for symbol in shown):
        raise ModelError("A parameter is on one axis, or has a value in `at`, and not twice.")
    rest = [symbol for symbol in left if symbol not in shown]
    spans = []
    for span in given:
        if span is not None:
            spans.append(span)
        elif rest:
            spans.append(_span(result, domain, rest.pop(0)))
    if rest or not spans:
        names = ", ".join(map(str, left)) or "none"
        raise ScopeError(
            f"A picture shows one or two parameters, and those left open are: {names}. "
            "Give numbers to the others with at={...}."
        )
    return spans


def _span(result: IncentiveCondition, domain: Any, given: Any) -> Span:
    """Read (symbol, low, high), or a symbol whose axis goes as far as its domain."""
    parts = tuple(given) if isinstance(given, Sequence) and not isinstance(given, str) else (given,)
    by_name = {str(symbol): symbol for symbol in result.parameters}
    symbol = by_name.get(str(parts[0]))
    if symbol is None or len(parts) not in (1, 3):
        raise CIDTypeError(
            f"An axis is a parameter, or (parameter, low, high), not {shorten(given)}. Parameters: "
            f"{', '.join(by_name) or 'none'}."
        )
    if len(parts) == 3:
        low, high = (float(expression(end, f"An end of the axis of {symbol}")) for end in parts[1:])
    else:
        low, high = _bounds(domain, symbol)
    if not low < high:
        raise ModelError(f"The axis of {symbol} goes from {low:g} to {high:g}; give low < high.")
    return symbol, low, high


def _bounds(domain: Any, symbol: Any) -> tuple[float, float]:
    """Return the bounds that a domain puts on one parameter, or 0 and 1."""
    import sympy

    low, high = 0.0, 1.0
    for relation in domain.atoms(sympy.core.relational.Relational):
        if relation.gts == symbol and relation.lts.is_number:
            low = float(relation.lts)
        elif relation.lts == symbol and relation.gts.is_number:
            high = float(relation.gts)
    return low, high


# ---- one parameter ---------------------------------------------------------------------------


def _breaks(symbol: Any, low: float, high: float, *conditions: Any) -> list[Any]:
    """Return where the relations of some conditions change, between two bounds."""
    import sympy

    found = set()
    for condition in conditions:
        for relation in condition.atoms(sympy.core.relational.Relational):
            gap = sympy.numer(sympy.together(relation.lhs - relation.rhs))
            if gap.is_polynomial(symbol):
                found |= set(sympy.Poly(gap, symbol).real_roots())
    return sorted(root for root in found if low < root < high)


def _draw_line(ax: Axes, span: Span, condition: Any, domain: Any) -> None:
    import sympy

    symbol, low, high = span
    inner = _breaks(symbol, low, high, condition, domain)
    ends = [sympy.nsimplify(low, rational=True), *inner, sympy.nsimplify(high, rational=True)]
    for left, right in itertools.pairwise(ends):
        middle = {symbol: (left + right) / 2}
        if not bool(domain.xreplace(middle)):
            ax.axvspan(
                float(left),
                float(right),
                facecolor="none",
                edgecolor=OUTSIDE,
                hatch="///",
                linewidth=0,
            )
        elif bool(condition.xreplace(middle)):
            ax.axvspan(float(left), float(right), facecolor=FILL, linewidth=0)
    for root in inner:
        if bool(domain.xreplace({symbol: root})):
            holds = bool(condition.xreplace({symbol: root}))
            ax.axvline(float(root), color=LINE, linewidth=1, linestyle="-" if holds else ":")
            face = LINE if holds else "white"
            ax.plot([float(root)], [0.5], "o", color=LINE, markerfacecolor=face, zorder=3)
    ax.set(xlim=(low, high), ylim=(0, 1), yticks=[])


# ---- two parameters --------------------------------------------------------------------------


def _evaluate(condition: Any, symbols: tuple[Any, Any], points: tuple[Array, Array]) -> Array:
    """Evaluate a condition at many points in floating point."""
    import sympy

    if not condition.free_symbols:
        return np.full(points[0].shape, bool(condition))
    constants = {c: sympy.Float(c) for c in condition.atoms(sympy.CRootOf)}
    function = sympy.lambdify(symbols, condition.xreplace(constants), "numpy")
    with np.errstate(all="ignore"):
        return np.broadcast_to(function(*points), points[0].shape).astype(bool)


def _curves(condition: Any) -> dict[Any, list[tuple[Any, int]]]:
    """Group the relations of a condition by the curve on which both sides are equal.

    Each relation comes with the orientation of its curve: 1, or -1 when left less right is the
    curve's expression with the other sign.
    """
    import sympy

    curves: dict[Any, list[tuple[Any, int]]] = {}
    for relation in condition.atoms(sympy.core.relational.Relational):
        gap = sympy.expand(relation.lhs - relation.rhs)
        _, gap = gap.primitive()
        if gap.could_extract_minus_sign():
            curves.setdefault(-gap, []).append((relation, -1))
        else:
            curves.setdefault(gap, []).append((relation, 1))
    return curves


def _with_sign(condition: Any, relations: Sequence[tuple[Any, int]], sign: int) -> Any:
    """Return the condition given the sign of a curve's expression."""
    import sympy

    truth = {
        relation: sympy.true if relation.func(sympy.Integer(sign * way), 0) else sympy.false
        for relation, way in relations
    }
    return condition.xreplace(truth)


def _draw_plane(ax: Axes, x: Span, y: Span, condition: Any, domain: Any) -> None:
    from matplotlib.colors import ListedColormap

    symbols = (x[0], y[0])
    columns, rows = np.meshgrid(np.linspace(x[1], x[2], GRID), np.linspace(y[1], y[2], GRID))
    inside = _evaluate(domain, symbols, (columns, rows))
    holds = _evaluate(condition, symbols, (columns, rows)) & inside
    extent = (x[1], x[2], y[1], y[2])
    shaded = np.ma.masked_where(~holds, holds)
    ax.imshow(
        shaded, extent=extent, origin="lower", aspect="auto", cmap=ListedColormap([FILL]),
        interpolation="nearest",
    )  # fmt: skip
    if not inside.all():
        hatched = ax.contourf(
            columns, rows, inside.astype(float), levels=[-0.5, 0.5], colors="none", hatches=["///"]
        )
        hatched.set_edgecolor(OUTSIDE)
    for curve, relations in _curves(condition).items():
        for points in _traces(curve, symbols, columns, rows):
            states = _states(condition, relations, domain, symbols, points)
            _draw_pieces(ax, points, states)
    ax.set(xlim=(x[1], x[2]), ylim=(y[1], y[2]))


def _traces(curve: Any, symbols: tuple[Any, Any], columns: Array, rows: Array) -> list[Array]:
    """Return the points at which an expression is zero, as polygonal lines."""
    import sympy
    from matplotlib.figure import Figure

    function = sympy.lambdify(symbols, curve, "numpy")
    with np.errstate(all="ignore"):
        height = np.broadcast_to(function(columns, rows), columns.shape)
    if not ((height <= 0).any() and (height >= 0).any()):
        return []
    scratch = Figure().subplots()
    parts = scratch.contour(columns, rows, height, [0.0]).allsegs[0]
    return [np.asarray(part) for part in parts if len(part)]  # matplotlib lists empty ones, too


def _states(
    condition: Any,
    relations: Sequence[tuple[Any, int]],
    domain: Any,
    symbols: tuple[Any, Any],
    points: Array,
) -> Array:
    """Return for each point 0 if it is no boundary, 1 if the line is left out, 2 if included."""
    at = (points[:, 0], points[:, 1])
    below, on, above = (
        _evaluate(_with_sign(condition, relations, sign), symbols, at) for sign in (-1, 0, 1)
    )
    boundary = (below != above) | (on != below)
    return np.where(boundary & _evaluate(domain, symbols, at), np.where(on, 2, 1), 0)


def _draw_pieces(ax: Axes, points: Array, states: Array) -> None:
    """Draw stretches of a line in the style of their state."""
    cuts = [0, *(np.flatnonzero(np.diff(states)) + 1), len(states)]
    for start, stop in itertools.pairwise(cuts):
        if states[start]:
            piece = points[start : stop + 1]
            style = "-" if states[start] == 2 else (0, (1.5, 2))
            ax.plot(piece[:, 0], piece[:, 1], color=LINE, linewidth=1.4, linestyle=style)
