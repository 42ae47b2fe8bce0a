"""Source files of experiments: finding them, running them, and what their code was.

This is all that a worker process needs to know of cases: what it is sent refers to the module of a
case's file, and :func:`run_file` makes that module.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import importlib
import importlib.util
import os
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import ModuleType

__all__ = ["code_digest", "headline", "list_cases", "run_file", "torch_version"]

FOLDER = Path(__file__).resolve().parent / "cases"
TRAINING = ("cases", "nets", "worlds")
"""Parts of this package that training loops are made of."""


def list_cases() -> tuple[str, ...]:
    """Return the slugs of all experiments, sorted.

    Examples
    --------
    >>> from training_models import list_cases, load_case
    >>> all(load_case(slug).slug == slug for slug in list_cases())
    True
    """
    return tuple(
        sorted(
            path.stem
            for path in FOLDER.glob("*.py")
            if path.stem.isidentifier() and not path.stem.startswith("_")
        )
    )


def headline(slug: str) -> str:
    """Return the first line of a case's docstring without running the file."""
    text = (FOLDER / f"{slug}.py").read_text(encoding="utf-8")
    return (ast.get_docstring(ast.parse(text)) or "").partition("\n")[0]


def run_file(path: str | os.PathLike[str]) -> ModuleType:
    """Run a case's file, as importing does, and return its module.

    A file of this package is the module that it always is. Any other gets one name per path, the
    same in every process, so that what is pickled here is found there.
    """
    file = Path(path).resolve()
    if file.parent == FOLDER:
        return importlib.import_module(f"{__package__}.cases.{file.stem}")
    name = f"training_models_case_{hashlib.sha256(str(file).encode()).hexdigest()[:12]}"
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up while they are defined
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def torch_version() -> str:
    """Return torch's version, or nothing where it is not installed."""
    try:
        return version("torch")
    except PackageNotFoundError:
        return ""


def code_digest(train: object, source: str) -> str | None:
    """Return a digest of the source that trains a case, or None if it has no file.

    Covers the case's file and, transitively, the modules that it uses from its own folder and from
    the training code of this package. A stored part is only reused when this digest is unchanged:
    after an edit of the training loop, old numbers would be wrong.

    Parameters
    ----------
    train : callable
        The training loop.
    source : str
        Path of the case's file; empty when it has none.
    """
    if not source:
        return None
    while isinstance(train, functools.partial):
        train = train.func
    trainer = sys.modules.get(getattr(train, "__module__", ""))
    own = [m for m in list(sys.modules.values()) if getattr(m, "__file__", None) == source]
    files = _sources([*own, *([trainer] if trainer else [])], Path(source).parent)
    if trainer is None or trainer.__file__ not in files or source not in files:
        return None  # a training loop from elsewhere, such as a notebook
    parts = sorted(hashlib.sha256(text).hexdigest() for text in files.values())
    return hashlib.sha256("".join(parts).encode()).hexdigest()


def _sources(modules: list[ModuleType], folder: Path) -> dict[str, bytes]:
    """Return {file: text} of `modules` and what training uses beside them, transitively."""
    files: dict[str, bytes] = {}
    waiting = list(modules)
    while waiting:
        module = waiting.pop()
        file = getattr(module, "__file__", None)
        if file is None or file in files:
            continue
        package, _, rest = module.__name__.partition(".")
        ours = package == __package__ and rest.partition(".")[0] in TRAINING
        if not ours and Path(file).parent != folder:
            continue
        files[file] = Path(file).read_bytes()
        waiting += _used(module)
    return files


def _used(module: ModuleType) -> Iterator[ModuleType]:
    """Yield the modules whose contents a module has under some name."""
    for value in list(vars(module).values()):
        if isinstance(value, ModuleType):
            yield value
        elif isinstance(name := getattr(value, "__module__", None), str) and name in sys.modules:
            yield sys.modules[name]
