"""Solving models: optimal policies, values, and the sizes of incentives."""

from cid.solve.policy import expected_utility, solve
from cid.solve.solution import Solution

__all__ = ["Solution", "expected_utility", "solve"]
