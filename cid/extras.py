"""What is installed beside this library for some of its functions, and how messages say so."""

from __future__ import annotations

__all__ = ["install_by"]

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
