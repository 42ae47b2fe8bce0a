"""Graph algorithms, linear in the size of the diagram."""
