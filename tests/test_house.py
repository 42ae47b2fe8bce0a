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
import training_models

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = (cid, training_models)
MODULES = sorted(
    module.name
    for package in PACKAGES
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
)
FACES = {"cid.draw", "cid.catalog"}
"""Folders whose functions users call by the folder's name."""


def stems(folder):
    return {path.stem for path in (ROOT / "cid" / folder).glob("*.py")} - {"__init__"}


@pytest.mark.parametrize("name", MODULES)
def test_no_name_hides_a_module(name):
    if name.endswith(".__main__"):
        return
    module = importlib.import_module(name)
    parent, _, leaf = name.rpartition(".")
    assert getattr(importlib.import_module(parent), leaf) is module


def test_folders_export_nothing():
    for name in MODULES:
        module = cid if name.endswith(".__main__") else importlib.import_module(name)
        if hasattr(module, "__path__") and module is not cid and name not in FACES:
            public = {key: value for key, value in vars(module).items() if key[0] != "_"}
            assert all(isinstance(value, ModuleType) for value in public.values()), name


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.__name__)
def test_the_one_face_names_what_it_lists(package):
    for name in package.__all__:
        assert getattr(package, name) is not None


def test_modules_of_training_are_short():
    for path in (ROOT / "training_models").rglob("*.py"):
        assert len(path.read_text("utf-8").splitlines()) <= 400, path.name


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


TRAINING = ("jinja2", "torch", "scipy", "joblib", "cloudpickle", "tqdm", "matplotlib", "pandas")


@pytest.mark.parametrize("missing", ["jinja2", "torch", "scipy"])
def test_a_library_that_training_needs_is_named_with_what_installs_it(tmp_path, missing):
    code = f"""
import sys
sys.modules.update(dict.fromkeys({TRAINING!r} if {missing!r} == "torch" else ({missing!r},)))
import cid, training_models as tm
from training_models.__main__ import main
mend = 'pip install "causal-influence-diagrams[train]"'
for name in tm.__all__:
    try:
        getattr(tm, name)
    except cid.CIDError as error:
        assert mend in str(error), error
        assert isinstance(error, ImportError)
try:
    from training_models import Report, html, run
    tm.load_case("lcdt_note")
except (cid.CIDError, ModuleNotFoundError) as error:
    assert mend in str(error), error
else:
    raise AssertionError("nothing is missing")
assert main(["list"]) == 0
assert main(["run", "lcdt_note", "--fast", "--seeds", "1"]) == 2
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
    assert done.stderr.count("\n") == 1
    assert 'pip install "causal-influence-diagrams[train]"' in done.stderr
