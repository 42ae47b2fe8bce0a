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
from cid.symbolic.parameters import expression, parameter_values
from cid.symbolic.regions.relations import against_zero
from cid.symbolic.roots import real, stationary_points

__all__ = ["OptimalPoint", "Performative", "StablePoint"]


@dataclass(frozen=True)
class StablePoint:
    """A parameter that is best on the data which it brings about itself.

    Attributes
    ----------
    value : sympy expression
        The parameter.
    slope : sympy expression
        Of the retraining map there: by what factor a small deviation grows at each retraining.
    attracting : sympy Boolean
        Whether retraining from nearby comes back: the slope lies between -1 and 1.
    condition : sympy Boolean
        Where it is a real number, a minimum of the decoupled risk, and in the interval.
    """

    value: Any
    slope: Any
    attracting: Any
    condition: Any


@dataclass(frozen=True)
class OptimalPoint:
    """A parameter with the least deployed risk nearby.

    Attributes
    ----------
    value : sympy expression
        The parameter.
    kind : str
        ``"interior"``, ``"lower end"`` or ``"upper end"`` of the interval.
    condition : sympy Boolean
        Where it is a local minimum. In the interior it is a real number and the second derivative
        is positive; at an end the risk does not fall towards the inside.
    """

    value: Any
    kind: str
    condition: Any


@dataclass(frozen=True, eq=False)
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
    [a/(1 - b)]
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
                raise CIDTypeError(f"{name} is a sympy Symbol, not {given}.")
        object.__setattr__(self, "interval", _interval(self.interval))
        object.__setattr__(self, "loss", expression(self.loss, "The loss"))
        symbols = self.outcome if isinstance(self.outcome, tuple) else (self.outcome,)
        if not symbols or not all(isinstance(symbol, sympy.Symbol) for symbol in symbols):
            given = shorten(self.outcome)
            raise CIDTypeError(f"outcome is a sympy Symbol, or a tuple of them, not {given}.")
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

        Raises
        ------
        ScopeError
            If no closed form is found, or several minima are.
        """
        import sympy

        slope = sympy.diff(self.decoupled_risk, self.fitted)
        curvature = sympy.diff(slope, self.fitted)
        found = [
            value
            for value in stationary_points(slope, self.fitted, self.interval)
            if not sympy.simplify(curvature.subs(self.fitted, value)).is_negative
        ]
        if len(found) != 1:
            raise ScopeError(
                f"Retraining has {len(found)} candidate answers: {', '.join(map(str, found))}. A "
                "retraining map needs one; look at stable_points() instead."
            )
        return tidy(found[0])

    def stable_points(self) -> tuple[StablePoint, ...]:
        """Return the parameters at which retraining comes to rest.

        An end of the interval is one where the loss falls towards the outside at a finite rate; it
        attracts, and the retraining map is flat there. Points that certainly are no minimum,
        certainly lie outside the interval, or would need a negative probability are left out.

        Raises
        ------
        ScopeError
            If they have no closed form; give numbers with :meth:`at`.
        """
        import sympy

        slope = sympy.diff(self.decoupled_risk, self.fitted)
        curvature = sympy.diff(slope, self.fitted)
        cross = sympy.diff(slope, self.deployed)
        points = []
        for value in stationary_points(self.direct_gradient, self.deployed, self.interval):
            here = [(self.fitted, value), (self.deployed, value)]
            bend = tidy(sympy.simplify(curvature.subs(here)))
            factor = tidy(sympy.simplify(-cross.subs(here) / bend)) if bend != 0 else sympy.nan
            condition = sympy.And(
                real(value), against_zero(bend, sympy.Gt), self._within(value, bend, sympy.Ge)
            )
            if condition != False:  # noqa: E712 -- a sympy constant
                attracting = sympy.And(
                    against_zero(1 + factor, sympy.Gt), against_zero(1 - factor, sympy.Gt)
                )
                points.append(StablePoint(tidy(value), factor, attracting, condition))
        for end, side in zip(self.interval, ("+", "-"), strict=True):
            steep = self._at_end(self.direct_gradient, end, side) if end.is_finite else end
            if not steep.has(sympy.nan, sympy.oo, -sympy.oo):
                outwards = against_zero(steep, sympy.Gt if side == "+" else sympy.Lt)
                if sympy.And(outwards, self._lawful(end)) != False:  # noqa: E712
                    points.append(StablePoint(end, sympy.Integer(0), sympy.true, outwards))
        return tuple(points)

    def optimal_points(self) -> tuple[OptimalPoint, ...]:
        """Return the parameters with the least deployed risk nearby.

        Points that certainly are no local minimum are left out.

        Raises
        ------
        ScopeError
            If they have no closed form; give numbers with :meth:`at`.
        """
        import sympy

        slope = sympy.diff(self.risk, self.deployed)
        curvature = sympy.diff(slope, self.deployed)
        points = []
        for value in stationary_points(slope, self.deployed, self.interval):
            bend = tidy(sympy.simplify(curvature.subs(self.deployed, value)))
            condition = sympy.And(
                real(value), against_zero(bend, sympy.Gt), self._within(value, bend, sympy.Gt)
            )
            points.append(OptimalPoint(tidy(value), "interior", condition))
        for end, kind, side in zip(
            self.interval, ("lower end", "upper end"), ("+", "-"), strict=True
        ):
            if end.is_finite:
                steep = self._at_end(slope, end, side)
                inwards = against_zero(steep, sympy.Ge if side == "+" else sympy.Le)
                points.append(OptimalPoint(end, kind, inwards))
        return tuple(point for point in points if point.condition != False)  # noqa: E712

    def optimum(self) -> OptimalPoint:
        """Return the optimal point with the least deployed risk of all; for numbers only.

        Raises
        ------
        ScopeError
            If parameters are open, or there is no minimum.
        """
        import sympy

        if self.parameters:
            raise ScopeError(
                f"Which optimum is best depends on {', '.join(map(str, self.parameters))}. Give "
                "numbers with at({...}), or look at optimal_points()."
            )
        points = self.optimal_points()
        if not points:
            raise ScopeError("The deployed risk has no minimum in the interval.")

        def height(point: OptimalPoint) -> Any:
            side = "-" if point.kind == "upper end" else "+"
            here = self.risk.subs(self.deployed, point.value)
            if here.has(sympy.nan, sympy.zoo, sympy.oo, -sympy.oo):
                here = sympy.limit(self.risk, self.deployed, point.value, side)
            return sympy.N(here, 30)

        return min(points, key=height)

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
        if not isinstance(rounds, int) or isinstance(rounds, bool) or rounds < 0:
            raise ModelError(f"rounds is {shorten(rounds)}; give a whole number of at least 0.")
        step = self.retraining_map
        path = [expression(start, "The parameter that is deployed first")]
        for _ in range(rounds):
            path.append(step.subs(self.deployed, path[-1]))
        return path

    def _at_end(self, slope: Any, end: Any, side: str) -> Any:
        """Return the value of a derivative at an end of the interval, or its limit from inside."""
        import sympy

        steep = slope.subs(self.deployed, end)
        if steep.has(sympy.nan, sympy.zoo, sympy.oo, -sympy.oo):
            steep = sympy.limit(slope, self.deployed, end, side)
        return tidy(sympy.simplify(steep))

    def _lawful(self, point: Any) -> Any:
        """Return the condition that no probability of a finite law is negative at a point."""
        import sympy

        if not isinstance(self.law, Mapping):
            return sympy.true
        here = (sympy.sympify(p).subs(self.deployed, point) for p in self.law.values())
        return sympy.And(*(against_zero(p, sympy.Ge) for p in here))

    def _within(self, value: Any, bend: Any, relation: Any) -> Any:
        """Return the condition that a value lies inside the interval, where a bend is positive."""
        import sympy

        low, high = self.interval
        parts = []
        for end, gap in ((low, value - low), (high, high - value)):
            if end.is_finite:
                # Multiplied by what is positive there, a fraction often loses its denominator.
                forms = (tidy(gap), tidy(sympy.simplify(gap * bend)))
                parts.append(against_zero(min(forms, key=sympy.count_ops), relation))
        return sympy.And(*parts)


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
