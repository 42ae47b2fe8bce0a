"""Diagrams from diagrams."""
