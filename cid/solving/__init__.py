"""Solvers: what they find is optimal or says what it is, or they refuse."""
