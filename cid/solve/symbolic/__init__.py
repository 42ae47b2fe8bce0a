"""Solving with parameters left open."""

from cid.solve.symbolic.conditions import IncentiveCondition, incentive_conditions

__all__ = ["IncentiveCondition", "incentive_conditions"]
