r"""Fixed points of self-reference: a model that moves the data it is fitted to and scored on.

Deploying a parameter :math:`\theta` brings about a data law :math:`D(\theta)`. Two objectives share
these physics and differ in the credit that crosses the data (Perdomo et al. 2020 [1]_):

- fitted to the data as given, :math:`\varphi` minimises the *decoupled* risk
  :math:`E_{z \sim D(\theta)}\, \ell(z; \varphi)`. Retraining repeats this with :math:`\theta` set
  to the last :math:`\varphi`; where it comes to rest is a *stable point*.
- with credit through the data, :math:`\theta` minimises the *deployed* risk, in which it occurs
  twice: :math:`E_{z \sim D(\theta)}\, \ell(z; \theta)`. Its minimum is the *optimal point*.

.. [1] J. C. Perdomo, T. Zrnic, C. Mendler-Dünner, M. Hardt. "Performative Prediction". ICML 2020.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cid.engine.field import tidy
from cid.engine.numbers import is_zero
from cid.errors import CIDTypeError, ModelError, ScopeError, UnknownNodeError, shorten
from cid.symbolic.bifurcation import Bifurcation, classify
from cid.symbolic.fixed_points import (
    OptimalPoint,
    StablePoint,
    lowest,
    optimal_points,
    stable_points,
)
from cid.symbolic.parameters import expression, parameter_values
from cid.symbolic.roots import stationary_points

__all__ = ["Performative"]


@dataclass(frozen=True)
class Performative:
    """A loss, and a data law that depends on the deployed parameter.

    Parameters
    ----------
    loss : sympy expression
        Loss of the fitted parameter on an outcome. Whatever is a fact of the world that the
        deployed model made, its later refitted self included, is written with `deployed`.
    law : mapping from outcome to probability, or sympy random variable
        The data law, written with `deployed`. A mapping has finitely many outcomes; a random
        variable of :mod:`sympy.stats` may be continuous.
    outcome : sympy.Symbol or tuple of them
        What stands for the outcome in the loss; a tuple for outcomes that are tuples.
    deployed, fitted : sympy.Symbol
        The parameter in its two roles: credit crosses the second only.
    interval : (low, high)
        Values that the parameter may take; all real numbers by default.

    Raises
    ------
    ModelError
        If the law does not sum to one, has a negative probability or mentions the fitted parameter,
        or the outcomes do not fit the symbols that stand for them.
    CIDTypeError
        If something is no number, symbol or expression.
    ScopeError
        If an end of the interval is no number.

    Examples
    --------
    A forecast p moves the chance of the event to a + b p and is scored by its squared error.

    >>> import sympy
    >>> a, b, p, q, y = sympy.symbols("a b p q y", real=True)
    >>> forecast = Performative(
    ...     loss=(y - q) ** 2, law={1: a + b * p, 0: 1 - a - b * p}, outcome=y,
    ...     deployed=p, fitted=q, interval=(0, 1),
    ... )
    >>> forecast.retraining_map
    a + b*p
    >>> [point.value for point in forecast.stable_points()]
    [a/(1 - b), p]

    The second one stands for every forecast, where the event follows it: a = 0 and b = 1.

    >>> forecast.at({a: 0.2, b: 0.3}).optimum().value
    1/8
    """

    loss: Any
    law: Any
    outcome: Any
    deployed: Any
    fitted: Any
    interval: tuple[Any, Any] = (None, None)

    def __post_init__(self) -> None:
        import sympy

        for name in ("deployed", "fitted"):
            if not isinstance(getattr(self, name), sympy.Symbol):
                given = shorten(getattr(self, name))
                raise CIDTypeError(f"{name} is a sympy Symbol, not {shorten(given)}.")
        object.__setattr__(self, "interval", _interval(self.interval))
        object.__setattr__(self, "loss", expression(self.loss, "The loss"))
        symbols = self.outcome if isinstance(self.outcome, tuple) else (self.outcome,)
        if not symbols or not all(isinstance(symbol, sympy.Symbol) for symbol in symbols):
            given = self.outcome
            raise CIDTypeError(
                f"outcome is a sympy Symbol, or a tuple of them, not {shorten(given)}."
            )
        if len({*symbols, self.deployed, self.fitted}) < len(symbols) + 2:
            raise ModelError(
                "The outcome, the deployed and the fitted parameter are different symbols; one of "
                f"{', '.join(map(str, (*symbols, self.deployed, self.fitted)))} is used twice."
            )
        if isinstance(self.law, Mapping):
            law = {
                self._outcome(value): expression(p, f"The probability of {shorten(value)}")
                for value, p in self.law.items()
            }
            if not is_zero(sum(law.values()) - 1):
                raise ModelError(f"The data law sums to {sum(law.values())}, not 1.")
            for value, p in law.items():
                if p.is_negative:
                    raise ModelError(f"The probability of {shorten(value)} is {p}, below zero.")
            object.__setattr__(self, "law", law)
            mentioned = set().union(*(p.free_symbols for p in law.values()))
        elif isinstance(self.law, sympy.stats.rv.RandomSymbol):
            mentioned = self.law.pspace.distribution.free_symbols
        else:
            raise CIDTypeError(
                "The data law is a mapping from outcomes to probabilities, or a random variable of "
                f"sympy.stats, not {shorten(self.law)}."
            )
        if self.fitted in mentioned:
            raise ModelError(
                f"The data law mentions {self.fitted}, the fitted parameter. The data see what is "
                f"deployed: write it with {self.deployed}."
            )

    def __hash__(self) -> int:
        law = frozenset(self.law.items()) if isinstance(self.law, Mapping) else self.law
        return hash((self.loss, law, self.outcome, self.deployed, self.fitted, self.interval))

    def _outcome(self, value: Any) -> Any:
        """Return an outcome of the law as what its symbols stand for."""
        if not isinstance(self.outcome, tuple):
            return expression(value, "An outcome of the law")
        if not isinstance(value, tuple) or len(value) != len(self.outcome):
            raise ModelError(
                f"The law has the outcome {shorten(value)}; the loss reads "
                f"{', '.join(map(str, self.outcome))}, so give a tuple of {len(self.outcome)}."
            )
        return tuple(expression(part, "An outcome of the law") for part in value)

    # ---- risks -------------------------------------------------------------------------------

    @cached_property
    def decoupled_risk(self) -> Any:
        """Expected loss of the fitted parameter on the data of the deployed one."""
        import sympy
        from sympy.stats import E as expectation  # noqa: N811 -- sympy's name

        if not isinstance(self.law, Mapping):
            mean = expectation(self.loss.xreplace({self.outcome: self.law}))
            return sympy.expand(sympy.simplify(mean))
        symbols = self.outcome if isinstance(self.outcome, tuple) else (self.outcome,)
        total = sympy.Integer(0)
        for value, probability in self.law.items():
            values = value if isinstance(self.outcome, tuple) else (value,)
            total += probability * self.loss.subs(dict(zip(symbols, values, strict=True)))
        return total

    @cached_property
    def risk(self) -> Any:
        """Expected loss of the deployed parameter on the data that it brings about."""
        return self.decoupled_risk.subs(self.fitted, self.deployed)

    @cached_property
    def direct_gradient(self) -> Any:
        """Derivative of the risk with the data taken as given."""
        import sympy

        slope = sympy.diff(self.decoupled_risk, self.fitted)
        return sympy.simplify(slope.subs(self.fitted, self.deployed))

    @cached_property
    def shift_gradient(self) -> Any:
        """The rest of the risk's derivative: credit through the data."""
        import sympy

        return sympy.simplify(sympy.diff(self.risk, self.deployed) - self.direct_gradient)

    @cached_property
    def parameters(self) -> tuple[Any, ...]:
        """Free symbols besides the parameter itself, by name."""
        own = {self.deployed, self.fitted}
        return tuple(sorted(self.decoupled_risk.free_symbols - own, key=str))

    def at(self, values: Mapping[Any, Any]) -> Performative:
        """Return the same with numbers for some parameters, by symbol or by name."""
        chosen = parameter_values(self.parameters, values)
        law = (
            {value: p.subs(chosen) for value, p in self.law.items()}
            if isinstance(self.law, Mapping)
            else self.law.xreplace(chosen)
        )
        return Performative(
            self.loss.subs(chosen),
            law,
            self.outcome,
            self.deployed,
            self.fitted,
            self.interval,
        )

    # ---- fixed points ------------------------------------------------------------------------

    @cached_property
    def retraining_map(self) -> Any:
        """The parameter that retraining finds on the data of the deployed one.

        Where it is no minimum, or lies outside the interval, the formula does not apply: retraining
        then goes to an end, as :meth:`trajectory` does.

        Raises
        ------
        ScopeError
            If no closed form is found, or several minima are.
        """
        import sympy

        slope = sympy.diff(self.decoupled_risk, self.fitted)
        curvature = sympy.diff(slope, self.fitted)
        everywhere = (-sympy.oo, sympy.oo)
        roots = stationary_points(slope, self.fitted, self.interval) or stationary_points(
            slope, self.fitted, everywhere
        )
        found = [
            root.value
            for root in roots
            if root.value != self.fitted
            and not sympy.simplify(curvature.subs(self.fitted, root.value)).is_negative
        ]
        if len(found) != 1:
            raise ScopeError(
                f"Retraining has {len(found)} candidate answers: {', '.join(map(str, found))}. A "
                "retraining map needs one; look at stable_points() instead."
            )
        return tidy(found[0])

    def stable_points(self) -> tuple[StablePoint, ...]:
        """Return the parameters at which retraining comes to rest.

        No other parameter of the interval is better on the data of such a point. At an end of the
        interval the loss may still fall towards the outside; then the retraining map is flat there.
        With parameters open, an end is listed for where the loss does fall; where it only just does
        not, another point has moved there. Points that certainly are not stable, or would need a
        negative probability, are left out.

        Raises
        ------
        ScopeError
            If they have no closed form; give numbers with :meth:`at`.

        Examples
        --------
        A forecast that comes true whatever it says: every point is stable.

        >>> import sympy
        >>> p, q, y = sympy.symbols("p q y", real=True)
        >>> oracle = Performative((y - q) ** 2, {1: p, 0: 1 - p}, y, p, q, interval=(0, 1))
        >>> oracle.stable_points()
        (StablePoint(value=p, slope=1, attracting=False, condition=(p >= 0) & (p <= 1)),)
        """
        return stable_points(self)

    def optimal_points(self) -> tuple[OptimalPoint, ...]:
        """Return the parameters with the least deployed risk nearby.

        Points that certainly are no local minimum are left out.

        Raises
        ------
        ScopeError
            If they have no closed form; give numbers with :meth:`at`.
        """
        return optimal_points(self)

    def optimum(self) -> OptimalPoint:
        """Return the optimal point with the least deployed risk of all; for numbers only.

        Raises
        ------
        ScopeError
            If parameters are open, or there is no minimum.
        """
        if self.parameters:
            raise ScopeError(
                f"Which optimum is best depends on {', '.join(map(str, self.parameters))}. Give "
                "numbers with at({...}), or look at optimal_points()."
            )
        return lowest(self)

    def curvature(self, point: Any) -> Any:
        """Return the second derivative of the deployed risk at a point."""
        import sympy

        bend = sympy.diff(self.risk, self.deployed, 2)
        return tidy(sympy.simplify(bend.subs(self.deployed, expression(point, "The point"))))

    def bifurcation(self, point: Any, parameter: Any) -> Bifurcation:
        """Return where an optimal point stops to be one as a parameter grows, and what follows.

        Parameters
        ----------
        point : number or sympy expression
            A stationary point of the deployed risk for every value of the parameter.
        parameter : sympy.Symbol or str
            What is varied.

        Returns
        -------
        Bifurcation

        Raises
        ------
        ModelError
            If the point is not stationary, or its curvature never vanishes.
        UnknownNodeError
            If the parameter is none.
        """
        by_name = {str(symbol): symbol for symbol in self.parameters}
        if str(parameter) not in by_name:
            raise UnknownNodeError(
                f"{shorten(str(parameter))} is no parameter. Parameters: "
                f"{', '.join(by_name) or 'none'}."
            )
        varied = by_name[str(parameter)]
        return classify(self.risk, self.deployed, expression(point, "The point"), varied)

    def trajectory(self, start: Any, rounds: int) -> list[Any]:
        """Return the parameters that retraining goes through, the start included.

        Parameters
        ----------
        start : number
            The parameter that is deployed first.
        rounds : int
            How often it is retrained.
        """
        import sympy

        if not isinstance(rounds, int) or isinstance(rounds, bool) or rounds < 0:
            raise ModelError(f"rounds is {shorten(rounds)}; give a whole number of at least 0.")
        step = self.retraining_map
        path = [expression(start, "The parameter that is deployed first")]
        low, high = self.interval
        for _ in range(rounds):
            found = step.subs(self.deployed, path[-1])
            path.append(sympy.Max(low, sympy.Min(high, found)) if found.is_number else found)
        return path


def _interval(given: Any) -> tuple[Any, Any]:
    """Return the ends of an interval of numbers, infinite where there is none."""
    import sympy

    if not isinstance(given, Sequence) or isinstance(given, str) or len(given) != 2:
        raise CIDTypeError(
            f"An interval is (low, high), with None for no bound, not {shorten(given)}."
        )
    low, high = (
        default if end is None or end == default else expression(end, "An end of the interval")
        for end, default in zip(given, (-sympy.oo, sympy.oo), strict=True)
    )
    for end in (low, high):
        if end.free_symbols:
            raise ScopeError(f"An end of the interval is {end}. Give numbers.")
    if not bool(low < high):
        raise ModelError(f"The interval goes from {low} to {high}; give low < high.")
    return low, high
