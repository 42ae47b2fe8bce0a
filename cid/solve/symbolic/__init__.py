"""Solving with parameters left open: conditions, policies and fixed points as functions of them.

- :mod:`~cid.solve.symbolic.conditions` -- for which parameter values an incentive exists
- :mod:`~cid.solve.symbolic.policy` -- optimal policies by case distinction
- :mod:`~cid.solve.symbolic.performative` -- stable and optimal points of self-reference
- :mod:`~cid.solve.symbolic.ratifiable` -- LCDT policies that agree with their own prior
- :mod:`~cid.solve.symbolic.simplex` -- regularised policies

Beneath them: exact arithmetic with parameters (``field``), sums of products over a model and its
counterfactual copy (``tables``), definitions as algorithms (``definitions``), and the case
distinction that runs them (``explore``), on the ``line`` for one parameter and by ``cube`` for
several.
"""

from cid.solve.symbolic.bifurcation import Bifurcation
from cid.solve.symbolic.conditions import IncentiveCondition, incentive_conditions
from cid.solve.symbolic.performative import OptimalPoint, Performative, StablePoint
from cid.solve.symbolic.policy import PolicyCase, SymbolicPolicy, symbolic_policy
from cid.solve.symbolic.ratifiable import RatifiableCase, ratifiable_conditions
from cid.solve.symbolic.simplex import simplex_optimum

__all__ = [
    "Bifurcation",
    "IncentiveCondition",
    "OptimalPoint",
    "Performative",
    "PolicyCase",
    "RatifiableCase",
    "StablePoint",
    "SymbolicPolicy",
    "incentive_conditions",
    "ratifiable_conditions",
    "simplex_optimum",
    "symbolic_policy",
]
