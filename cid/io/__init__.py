"""Files, and other libraries' diagrams and models."""

import lazy_loader  # type: ignore[import-untyped]

# loaded when they are first used: most of them bring numpy, which files of diagrams do not need
__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__, submodules={"dagitty", "files", "optional", "pgmpy", "pyagrum", "pycid"}
)
