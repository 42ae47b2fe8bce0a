"""Loading experiments: a case's slug is its file name, and there is no central list.

A file in ``training_models/cases/`` with a module-level ``CASE`` is an experiment. So is any file
of yours outside: ``load_case("path/to/my_case.py")``. Loading runs the file, as importing does;
load only what you would run.
"""

from __future__ import annotations

import inspect
import os
from dataclasses import replace
from pathlib import Path

from cid.errors import did_you_mean, shorten
from training_models.case import Case
from training_models.errors import CaseError, missing_extra
from training_models.files import shown_path
from training_models.source import FOLDER, list_cases, run_file

__all__ = ["load_case"]


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
            raise CaseError(f"There is no file {shown_path(text)}.")
        if not path.stem.isidentifier():
            raise CaseError(
                f"{shown_path(text)} cannot be a case: its slug {path.stem!r} is not an "
                "identifier. Use letters, digits and underscores in the file name."
            )
        if path.parent == FOLDER:
            return load_case(path.stem)
        return _case_of(path)
    if text not in list_cases():
        raise CaseError(
            f"There is no case {shorten(text)}.{did_you_mean(text, list_cases())} "
            "For a file of your own, give its path ending in .py."
        )
    return _case_of(FOLDER / f"{text}.py")


def _case_of(path: Path) -> Case:
    try:
        module = run_file(path)
    except ModuleNotFoundError as error:
        if path.parent == FOLDER:
            raise missing_extra(error) from error
        raise CaseError(f"The case file {path} cannot be run: {error}.") from error
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
