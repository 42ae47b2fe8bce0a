"""Folders in which a new file is a new member: no list is kept.

Folders are scanned for what each of their files calls by one name, such as ``CRITERION``.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import Any

__all__ = ["collect"]


def collect(name: str, *folders: str) -> dict[str, Any]:
    """Return what the files of some folders call `name`, by module; files without it are left out.

    Parameters
    ----------
    name : str
        A module-level name.
    *folders : str
        Packages, such as ``"cid.criteria"``.

    Examples
    --------
    >>> sorted(collect("CRITERION", "cid.criteria"))[-2:]
    ['cid.criteria.voc', 'cid.criteria.voi']
    """
    found = {}
    for folder in folders:
        for file in pkgutil.iter_modules(import_module(folder).__path__, f"{folder}."):
            module = import_module(file.name)
            if hasattr(module, name):
                found[file.name] = getattr(module, name)
    return found
