"""Folders in which a new file is a new member: no list is kept.

A folder is scanned for what each of its files calls by one name, such as ``CRITERION``.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import Any

__all__ = ["collect"]


def collect(folder: str, name: str) -> dict[str, Any]:
    """Return what the files of a folder call `name`, by file name; files without it are left out.

    Parameters
    ----------
    folder : str
        A package, such as ``"cid.criteria"``.
    name : str
        A module-level name.

    Examples
    --------
    >>> sorted(collect("cid.criteria", "CRITERION"))[-3:]
    ['ri', 'voc', 'voi']
    """
    found = {}
    for file in pkgutil.iter_modules(import_module(folder).__path__):
        module = import_module(f"{folder}.{file.name}")
        if hasattr(module, name):
            found[file.name] = getattr(module, name)
    return found
