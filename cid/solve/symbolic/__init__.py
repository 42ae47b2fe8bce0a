"""Solving with parameters left open."""

from cid.solve.symbolic.conditions import IncentiveCondition, incentive_conditions
from cid.solve.symbolic.policy import PolicyCase, SymbolicPolicy, symbolic_policy

__all__ = [
    "IncentiveCondition",
    "PolicyCase",
    "SymbolicPolicy",
    "incentive_conditions",
    "symbolic_policy",
]
