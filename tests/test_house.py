"""The plan of the house: short modules, no circle, no import up, no name that hides a module.

Folders bear each other's names, and graphs need no numbers."""

import ast
import importlib
import os
import pkgutil
import re
import subprocess
import sys
import tomllib
from collections import defaultdict
from pathlib import Path
from types import ModuleType

import grimp
import networkx as nx
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
LONGEST = 400
TO_SPLIT = {"cid": {"references.py"}, "training_models": set()}
"""Modules that are longer; nothing is added here."""
CIRCLES = {"cid": set(), "training_models": set()}
"""Modules that import each other; nothing is added here."""


def stems(folder):
    return {path.stem for path in (ROOT / "cid" / folder).glob("*.py")} - {"__init__"}


def python(code, folder):
    """Run a program that finds this library, and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("package", TO_SPLIT)
def test_modules_are_short(package):
    lines = {
        str(path.relative_to(ROOT / package)): len(path.read_text("utf-8").splitlines())
        for path in (ROOT / package).rglob("*.py*")
        if path.suffix in (".py", ".pyi")
    }
    assert len(lines) > 20
    assert {name for name, count in lines.items() if count > LONGEST} <= TO_SPLIT[package]


@pytest.mark.parametrize("package", CIRCLES)
def test_no_modules_import_each_other(package):
    """Imports within functions count; those for type annotations only do not."""
    graph = grimp.build_graph(package, exclude_type_checking_imports=True, cache_dir=None)
    imports = nx.DiGraph(
        (name, other)
        for name in graph.modules
        for other in graph.find_modules_directly_imported_by(name)
    )
    assert len(imports) > 20
    circles = {
        name.removeprefix(f"{package}.")
        for found in nx.strongly_connected_components(imports)
        if len(found) > 1
        for name in found
    }
    assert circles <= CIRCLES[package]


def test_the_layers_leave_nothing_out():
    """The contracts themselves are kept by :func:`test_quality.test_layers`."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    assert not any(key.startswith("ignore") for contract in contracts for key in contract)
    layers = [contract for contract in contracts if contract["type"] == "layers"]
    assert ["cid"] in [contract["containers"] for contract in layers]
    assert all(contract["exhaustive"] for contract in layers)


def test_the_folders_of_tests_are_those_of_the_packages():
    for path in sorted((ROOT / "tests").rglob("*")):
        inner = path.relative_to(ROOT / "tests")
        if inner.parts[0] not in ("cid", "training_models") or path.name == "__pycache__":
            continue
        if path.is_dir():
            assert (ROOT / inner).is_dir(), f"tests/{inner} tests no folder"
        elif path.suffix == ".py" and "cases" not in inner.parts:
            assert path.name.startswith("test_"), f"tests/{inner}: what tests share lies in tests/"
            module = ROOT / inner.parent / path.name.removeprefix("test_")
            about = ast.get_docstring(ast.parse(path.read_text("utf-8")))
            assert module.exists() or about, f"tests/{inner} names no module and says no topic"


def test_nothing_is_written_twice():
    """No two modules hold the same function, beyond what a line or two says."""
    found = defaultdict(list)
    for path in (ROOT / "cid").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                if len(body) > 2 or any(isinstance(part, ast.For | ast.While) for part in body):
                    found["".join(map(ast.dump, body))].append(f"{path.name}: {node.name}")
    assert len(found) > 300
    assert not [where for where in found.values() if len(where) > 1]


def found(dotted):
    """Does a dotted name lead to something, a field of a record included?"""
    parts = dotted.split(".")
    for k in range(len(parts), 0, -1):
        try:
            thing = importlib.import_module(".".join(parts[:k]))
        except ImportError:
            continue
        for part in parts[k:]:
            if not hasattr(thing, part):
                return part in getattr(thing, "__annotations__", ())
            thing = getattr(thing, part)
        return True
    return False


def test_what_texts_refer_to_is_there():
    role = re.compile(
        r":(?:func|mod|class|meth|data|attr|exc):`[^`]*?((?:cid|training_models)\.[\w.]+)"
    )
    texts = [
        path
        for folder in ("cid", "training_models", "docs", "tests", "examples", "benchmarks")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".py", ".rst")
    ]
    referred = {
        (name, path.relative_to(ROOT))
        for path in texts
        for name in role.findall(path.read_text("utf-8"))
    }
    assert len(referred) > 100
    assert not [(name, str(where)) for name, where in referred if not found(name)]


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


def test_what_is_admitted_and_what_is_had_bear_the_same_names():
    assert {"voi", "voc", "ri", "ici", "impact", "fairness"} <= stems("criteria") & stems(
        "incentives"
    )


def test_diagrams_and_their_objectives_bear_the_same_names():
    assert {"lcdt", "path_specific", "erasure"} <= stems("transforms") & stems("objectives")


def test_the_library_loads_nothing_until_it_is_used(tmp_path):
    code = """
import sys
def loaded():
    heavy = ("networkx", "numpy", "sympy", "scipy", "matplotlib", "pandas", "pygambit", "torch")
    return [name for name in heavy if name in sys.modules]
import cid
print(loaded())
d = cid.CID.parse("S -> D -> X -> U; S -> U", decisions="D", utilities="U")
cid.analyze(d).to_text()
print(loaded())
fair = {"S": {0: 0.5, 1: 0.5}, "X": lambda D: D, "U": lambda S, X: S * X}
cid.SCIM(d, {"D": (0, 1)}, fair).solve()
print(loaded())
"""
    assert python(code, tmp_path).splitlines() == [
        "[]",
        "['networkx']",
        "['networkx', 'numpy']",
    ]


def test_graphs_need_no_numbers(tmp_path):
    """Everything about a diagram works where numpy and sympy are not installed."""
    code = """
import sys
sys.modules.update(dict.fromkeys(("numpy", "sympy", "scipy", "matplotlib", "pandas")))
import cid
d = cid.CID.parse("S -> D -> X -> U; S -> U", decisions="D", utilities="U")
assert cid.admits_ici(d, "D", "X").verify()
assert len(cid.analyze(d)) and cid.is_soluble(d) and cid.requisite_graph(d)
for key in list(cid.CONCEPTS)[:6]:
    assert len(cid.analyze(d, concepts=key)), key
assert cid.lcdt_ici_list(d, "D") and cid.unroll and cid.mechanised(d) and cid.erasure(d, "D")
assert cid.CID.from_json(d.to_json()) == d and cid.draw.to_svg(d) and cid.draw.to_tikz(d)
for name in ("d.cid", "d.json", "d.dagitty", "d.dot"):
    assert cid.read(cid.write(d, name)).edges == d.edges, name
for name in cid.catalog.names():
    cid.analyze(cid.catalog.load(name).diagram)
"""
    python(code, tmp_path)
