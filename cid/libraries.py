"""Libraries that are not required, imported when a function that needs them is called.

What brings each of them is listed here, so that one message names the extra wherever it is missing.
"""

from __future__ import annotations

import importlib
import warnings
from typing import Any

from cid.errors import MissingLibraryError

__all__ = ["install_by", "load_library"]

_EXTRAS = {"matplotlib": "draw", "pandas": "frames", "pgmpy": "pycid", "pycid": "pycid"}
"""The extra, as the project declares it, that brings a library."""


def install_by(library: str) -> str:
    """Return how to install a library, as the end of a sentence in a message.

    The project is installed from its source, so that an extra is named where that source is.

    Examples
    --------
    >>> print(install_by("pgmpy"))
    install it by pip install '.[pycid]' in the folder of this library's source
    >>> print(install_by("pyagrum"))
    install it by pip install pyagrum
    """
    if library not in _EXTRAS:
        return f"install it by pip install {library}"
    extra = _EXTRAS[library]
    return f"install it by pip install '.[{extra}]' in the folder of this library's source"


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
            f"{what} needs {library}, which cannot be imported ({error}); {install_by(library)}."
            f"{f' {instead}' if instead else ''}",
            name=library,
        ) from error
