"""One experiment per file: adding one is adding a file with a module-level ``CASE``."""
