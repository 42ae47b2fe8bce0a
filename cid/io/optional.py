"""Libraries that are not required, imported when a function that needs them is called."""

from __future__ import annotations

import importlib
import warnings
from typing import Any

from cid.errors import CIDError
from cid.extras import install_by

__all__ = ["load_library"]


def load_library(name: str) -> Any:
    """Import a library and return it.

    Parameters
    ----------
    name : str
        Of the module.

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
            f"{name} cannot be imported ({error}); {install_by(name.partition('.')[0])}."
        ) from error
