"""Small worlds that more than one case is set in."""
