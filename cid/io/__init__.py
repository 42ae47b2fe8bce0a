"""Files, and other libraries' diagrams and models."""

from cid.io import dagitty, files, pgmpy, pyagrum, pycid

__all__ = ["dagitty", "files", "pgmpy", "pyagrum", "pycid"]
