"""Regions of parameter space, and the signs of polynomials on them."""
