"""Finding experiments: a case's slug is its file name, and there is no central list.

A file in ``training_models/cases/`` with a module-level ``CASE`` is an experiment. So is any file
of yours outside: ``load_case("path/to/my_case.py")``. Loading runs the file, as importing does;
load only what you would run.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import importlib
import importlib.util
import inspect
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType

from cid.errors import did_you_mean, shorten
from training_models.case import Case
from training_models.errors import CaseError

__all__ = ["code_digest", "headline", "list_cases", "load_case"]

FOLDER = Path(__file__).resolve().parent / "cases"


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


def load_case(name: str | os.PathLike[str]) -> Case:
    """Load one experiment.

    Parameters
    ----------
    name : str or path
        A slug that :func:`list_cases` lists, or the path of your own ``.py`` file.

    Returns
    -------
    Case
        With `slug` from the file name and `about` from the module's docstring.

    Raises
    ------
    CaseError
        If there is no such case, or the file cannot be run or holds no ``CASE``.
    """
    if not isinstance(name, str | os.PathLike):
        raise CaseError(f"A case is named by a slug or a path, not {shorten(name)}.")
    text = os.fspath(name)
    if not isinstance(text, str):
        raise CaseError(f"A case is named by a slug or a path, not {shorten(text)}.")
    if text.endswith(".py"):
        path = Path(text).resolve()
        if not path.is_file():
            raise CaseError(f"There is no file {text}.")
        if not path.stem.isidentifier():
            raise CaseError(
                f"{text} cannot be a case: its slug {path.stem!r} is not an identifier. Use "
                "letters, digits and underscores in the file name."
            )
        if path.parent == FOLDER:
            return load_case(path.stem)
        return _case_of(lambda: _run_file(path), path)
    if text not in list_cases():
        raise CaseError(
            f"There is no case {shorten(text)}.{did_you_mean(text, list_cases())} "
            "For a file of your own, give its path ending in .py."
        )
    return _case_of(
        lambda: importlib.import_module(f"training_models.cases.{text}"), FOLDER / f"{text}.py"
    )


def _run_file(path: Path) -> ModuleType:
    # One name per path, the same in every process: what a worker is sent refers to it.
    name = f"training_models_case_{hashlib.sha256(str(path).encode()).hexdigest()[:12]}"
    spec = importlib.util.spec_from_file_location(name, path)
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


def _case_of(load: Callable[[], ModuleType], path: Path) -> Case:
    try:
        module = load()
    except Exception as error:  # whatever the file does wrong is about the file
        raise CaseError(
            f"The case file {path} cannot be run: {type(error).__name__}: {error}"
        ) from error
    case = getattr(module, "CASE", None)
    if not isinstance(case, Case):
        found = "no CASE" if case is None else f"CASE = {shorten(case)}"
        raise CaseError(f"The case file {path} has {found}. Write CASE = Case(...) in it.")
    about = inspect.cleandoc(module.__doc__ or "")
    return replace(case, slug=path.stem, about=about, source=str(path))


def code_digest(case: Case) -> str | None:
    """Return a digest of the source that trains a case, or None if it has no file.

    Covers the case's file and, transitively, the modules that it uses from this package or from
    its own folder. A stored arm is only reused when this digest is unchanged: after an edit of the
    training loop, old numbers would be wrong.
    """
    if not case.source:
        return None
    train: object = case.train
    while isinstance(train, functools.partial):
        train = train.func
    trainer = sys.modules.get(getattr(train, "__module__", ""))
    own = [m for m in list(sys.modules.values()) if getattr(m, "__file__", None) == case.source]
    files = _sources([*own, *([trainer] if trainer else [])], Path(case.source).parent)
    if trainer is None or trainer.__file__ not in files or case.source not in files:
        return None  # a training loop from elsewhere, such as a notebook
    parts = sorted(hashlib.sha256(text).hexdigest() for text in files.values())
    return hashlib.sha256("".join(parts).encode()).hexdigest()


def _sources(modules: list[ModuleType], folder: Path) -> dict[str, bytes]:
    """Return {file: text} of `modules` and what they use from this package or from `folder`."""
    files: dict[str, bytes] = {}
    waiting = list(modules)
    while waiting:
        module = waiting.pop()
        file = getattr(module, "__file__", None)
        if file is None or file in files:
            continue
        if module.__name__.partition(".")[0] != __package__ and Path(file).parent != folder:
            continue
        files[file] = Path(file).read_bytes()
        for value in list(vars(module).values()):
            if isinstance(value, ModuleType):
                waiting.append(value)
            elif isinstance(name := getattr(value, "__module__", None), str):
                waiting += [sys.modules[name]] if name in sys.modules else []
    return files
