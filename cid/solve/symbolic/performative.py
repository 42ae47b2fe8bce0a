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

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cid.errors import CIDTypeError, ModelError, ScopeError, shorten
from cid.model.numbers import is_zero
from cid.solve.symbolic.bifurcation import Bifurcation, classify
from cid.solve.symbolic.field import exact, tidy
from cid.solve.symbolic.parameters import parameter_values
from cid.solve.symbolic.relations import against_zero
from cid.solve.symbolic.roots import stationary_points

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
        Where it is a minimum of the decoupled risk and lies in the interval.
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
        Where it is a local minimum. In the interior the second derivative is positive; at an end
        the risk does not fall towards the inside.
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
        If the law does not sum to one, or mentions the fitted parameter.

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
        low, high = (
            default if end is None else exact(end)
            for end, default in zip(self.interval, (-sympy.oo, sympy.oo), strict=True)
        )
        if not bool(low < high):
            raise ModelError(f"The interval goes from {low} to {high}; give low < high.")
        object.__setattr__(self, "interval", (low, high))
        object.__setattr__(self, "loss", exact(self.loss))
        if isinstance(self.law, Mapping):
            law = {value: exact(p) for value, p in self.law.items()}
            if not is_zero(sum(law.values()) - 1):
                raise ModelError(f"The data law sums to {sum(law.values())}, not 1.")
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
            at = dict(zip(symbols, map(exact, values), strict=True))
            total += probability * self.loss.subs(at)
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
            self.loss.subs(chosen), law, self.outcome, self.deployed, self.fitted, self.interval
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

        Points that certainly are no minimum, or certainly lie outside the interval, are left out.

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
            condition = sympy.And(against_zero(bend, sympy.Gt), self._within(value))
            if condition != False:  # noqa: E712 -- a sympy constant
                attracting = sympy.And(factor > -1, factor < 1)
                points.append(StablePoint(tidy(value), factor, attracting, condition))
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
            condition = sympy.And(against_zero(bend, sympy.Gt), self._within(value))
            points.append(OptimalPoint(tidy(value), "interior", condition))
        for end, kind, side in zip(
            self.interval, ("lower end", "upper end"), ("+", "-"), strict=True
        ):
            if end.is_finite:
                steep = slope.subs(self.deployed, end)
                if steep.has(sympy.nan, sympy.zoo, sympy.oo, -sympy.oo):
                    steep = sympy.limit(slope, self.deployed, end, side)
                steep = tidy(sympy.simplify(steep))
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
        return tidy(sympy.simplify(bend.subs(self.deployed, exact(point))))

    def bifurcation(self, point: Any, parameter: Any) -> Bifurcation:
        """Return where an optimal point stops to be one as a parameter grows, and what follows.

        Parameters
        ----------
        point : number or sympy expression
            A stationary point of the deployed risk for every value of the parameter.
        parameter : sympy.Symbol
            What is varied.

        Returns
        -------
        Bifurcation

        Raises
        ------
        ModelError
            If the point is not stationary, or its curvature never vanishes.
        """
        return classify(self.risk, self.deployed, exact(point), parameter)

    def trajectory(self, start: Any, rounds: int) -> list[Any]:
        """Return the parameters that retraining goes through, the start included.

        Parameters
        ----------
        start : number
            The parameter that is deployed first.
        rounds : int
            How often it is retrained.
        """
        if not isinstance(rounds, int) or rounds < 0:
            raise ModelError(f"rounds is {shorten(rounds)}; give a whole number of at least 0.")
        step = self.retraining_map
        path = [exact(start)]
        for _ in range(rounds):
            path.append(step.subs(self.deployed, path[-1]))
        return path

    def _within(self, value: Any) -> Any:
        """Return the condition that a value lies in the interior of the interval."""
        import sympy

        low, high = self.interval
        parts = []
        if low.is_finite:
            parts.append(against_zero(value - low, sympy.Gt))
        if high.is_finite:
            parts.append(against_zero(high - value, sympy.Gt))
        return sympy.And(*parts)
