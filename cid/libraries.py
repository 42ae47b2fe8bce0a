"""Libraries that are not required, imported when a function that needs them is called.

What brings each of them is listed here, so that one message names the extra wherever it is missing.
"""

from __future__ import annotations

import importlib
import warnings
from typing import Any

from cid.errors import MissingLibraryError

__all__ = ["INSTALL", "load_library"]

INSTALL = {
    "matplotlib": '"causal-influence-diagrams[draw]"',
    "pandas": '"causal-influence-diagrams[frames]"',
    "pgmpy": '"causal-influence-diagrams[pycid]"',
    "pyagrum": "pyagrum",
    "pygambit": "pygambit",
}
"""What to hand to pip, by the name of the library."""


def load_library(name: str, what: str, instead: str = "") -> Any:
    """Import a module of a library that is not required, and return it.

    Parameters
    ----------
    name : str
        Of the module, such as ``"matplotlib.pyplot"``.
    what : str
        What needs it: the subject of the message.
    instead : str
        What does without it: a sentence at the end of the message.

    Raises
    ------
    MissingLibraryError
        If it cannot be imported; the message says how to install it.

    Examples
    --------
    >>> load_library("json", "Writing").dumps([1])
    '[1]'
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # deprecations inside the library
            return importlib.import_module(name)
    except ImportError as error:
        library = name.split(".")[0]
        raise MissingLibraryError(
            f"{what} needs {library}, which cannot be imported ({error}). Install it: pip install "
            f"{INSTALL.get(library, library)}.{f' {instead}' if instead else ''}",
            name=library,
        ) from error
