"""The plan of the house: no name hides a module, folders bear each other's names, graphs need no
numbers."""

import importlib
import os
import pkgutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import cid

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted(module.name for module in pkgutil.walk_packages(cid.__path__, "cid."))
FACES = {"cid.draw", "cid.catalog"}
"""Folders whose functions users call by the folder's name."""


def stems(folder):
    return {path.stem for path in (ROOT / "cid" / folder).glob("*.py")} - {"__init__"}


@pytest.mark.parametrize("name", MODULES)
def test_no_name_hides_a_module(name):
    if name == "cid.__main__":
        return
    module = importlib.import_module(name)
    parent, _, leaf = name.rpartition(".")
    assert getattr(importlib.import_module(parent), leaf) is module


def test_folders_export_nothing():
    for name in MODULES:
        module = importlib.import_module(name) if name != "cid.__main__" else cid
        if hasattr(module, "__path__") and module is not cid and name not in FACES:
            public = {key: value for key, value in vars(module).items() if key[0] != "_"}
            assert all(isinstance(value, ModuleType) for value in public.values()), name


def test_the_one_face_names_what_it_lists():
    for name in cid.__all__:
        assert getattr(cid, name) is not None


def test_what_is_admitted_and_what_is_had_bear_the_same_names():
    assert {"voi", "voc", "ri", "ici", "impact", "fairness"} <= stems("criteria") & stems(
        "incentives"
    )


def test_diagrams_and_their_objectives_bear_the_same_names():
    assert {"lcdt", "path_specific", "erasure"} <= stems("transforms") & stems("objectives")


def test_graphs_need_no_numbers(tmp_path):
    """Everything about a diagram works where numpy and sympy are not installed."""
    code = """
import sys
sys.modules.update(dict.fromkeys(("numpy", "sympy", "scipy", "matplotlib", "pandas")))
import cid
d = cid.CID.parse("S -> D -> X -> U; S -> U", decisions="D", utilities="U")
assert cid.admits_ici(d, "D", "X").verify()
assert len(cid.analyze(d)) and cid.is_soluble(d) and cid.requisite_graph(d)
assert cid.lcdt_ici_list(d, "D") and cid.unroll and cid.mechanised(d) and cid.erasure(d, "D")
assert cid.CID.from_json(d.to_json()) == d and cid.draw.to_svg(d) and cid.draw.to_tikz(d)
for name in cid.catalog.names():
    cid.analyze(cid.catalog.load(name).diagram)
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
