"""Models with parameters: conditions, policies and fixed points in closed form."""
