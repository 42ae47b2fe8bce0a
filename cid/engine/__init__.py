"""One sum-product for every arithmetic."""
