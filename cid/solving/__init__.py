"""Solvers: what they find is optimal, or they refuse."""
