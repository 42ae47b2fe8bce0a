"""Libraries that are not required, imported when a function that needs them is called."""

from __future__ import annotations

import importlib
import warnings
from typing import Any

from cid.errors import CIDError

__all__ = ["load_library"]


def load_library(name: str, install: str) -> Any:
    """Import a library and return it.

    Parameters
    ----------
    name : str
        Of the module.
    install : str
        What to hand to pip.

    Raises
    ------
    CIDError
        If it cannot be imported; the message says how to install it.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # deprecations inside the library
            return importlib.import_module(name)
    except ImportError as error:
        raise CIDError(
            f"{name} cannot be imported ({error}). Install it by 'pip install {install}'."
        ) from error
