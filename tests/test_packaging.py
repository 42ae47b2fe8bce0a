"""What a user installs: the wheel, tried outside the tree, and what `import cid` costs."""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import cid

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("cid", "training_models")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
CORE = {Requirement(text).name for text in PROJECT["dependencies"]}
EXTRAS = {
    extra: {canonicalize_name(Requirement(text).name) for text in texts}
    for extra, texts in PROJECT["optional-dependencies"].items()
}


def check_run(command, **kwargs):
    done = subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", check=False, **kwargs
    )
    assert done.returncode == 0, f"{command}:\n{done.stdout}\n{done.stderr}"
    return done.stdout


def shipped_files():
    """Every file of the two packages in the tree that is neither cached nor hidden."""
    return {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build the source archive, and the wheel from that archive, as for a release."""
    out = tmp_path_factory.mktemp("dist")
    check_run([sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(ROOT)])
    (path,) = out.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def outside(wheel, tmp_path_factory):
    """Install the wheel alone into a directory; return the environment that finds it there."""
    target = tmp_path_factory.mktemp("site")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    check_run([*pip, "--target", str(target), str(wheel)])
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    cache = str(tmp_path_factory.mktemp("pycache"))
    return {**kept, "PYTHONPATH": str(target), "PYTHONPYCACHEPREFIX": cache}


def python_outside(outside, code, tmp_path):
    """Run code that prints JSON, from a directory outside the tree."""
    out = check_run([sys.executable, "-W", "error", "-c", code], env=outside, cwd=tmp_path)
    return json.loads(out)


def test_the_wheel_holds_every_file_of_both_packages(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    inside = {name for name in names if name.split("/")[0] in PACKAGES}
    assert inside == shipped_files()
    assert {"cid/py.typed", "training_models/py.typed"} <= inside
    assert {name.split("/")[0] for name in names - inside} == {
        f"causal_influence_diagrams-{cid.__version__}.dist-info"
    }
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_the_wheel_works_outside_the_tree(outside, tmp_path):
    code = """
import json, cid
d = cid.CID.parse("S -> D -> X -> U; S -> U", decisions="D", utilities="U")
print(json.dumps([cid.__file__, cid.admits_ici_list(d, "D"), len(cid.catalog.names())]))
"""
    where, found, catalogue = python_outside(outside, code, tmp_path)
    assert Path(where).is_relative_to(outside["PYTHONPATH"])
    assert found == ["X", "U"]
    assert catalogue == len(cid.catalog.names()) > 0


def test_the_command_line_works_outside_the_tree(outside, tmp_path):
    listed = check_run([sys.executable, "-m", "cid", "list"], env=outside, cwd=tmp_path)
    assert all(slug in listed for slug in cid.catalog.names())


def test_import_cid_loads_its_own_dependencies_only(outside, tmp_path):
    code = """
import json, lazy_loader, networkx, numpy, sympy, sys
before = set(sys.modules)
import cid
print(json.dumps(sorted({name.split(".")[0] for name in set(sys.modules) - before})))
"""
    loaded = set(python_outside(outside, code, tmp_path))
    # numpy puts off loading parts of itself until they are named; these bring Cython's run time.
    loaded = {name for name in loaded if name != "numpy" and "cython" not in name}
    assert loaded - sys.stdlib_module_names == {"cid"}


def imported_distributions(package):
    """Return {distribution: files that import it} for what a package imports from outside."""
    by_module = packages_distributions()
    found = {}
    for path in (ROOT / package).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                modules = [node.module]
            else:
                continue
            for module in modules:
                top = module.split(".")[0]
                if top not in sys.stdlib_module_names and top not in PACKAGES:
                    name = canonicalize_name(by_module.get(top, [top])[0])
                    found.setdefault(name, set()).add(path.name)
    return found


@pytest.mark.parametrize(
    ("package", "extras"), [("cid", ("draw", "frames", "pycid")), ("training_models", ("train",))]
)
def test_every_import_is_declared(package, extras):
    declared = CORE.union(*(EXTRAS[extra] for extra in extras))
    if "pycid" in extras:
        declared |= {"pycid", "pygambit"}  # installed apart, and looked for without being needed
    imported = imported_distributions(package)
    assert {name: files for name, files in imported.items() if name not in declared} == {}


def test_every_requirement_is_pinned_and_the_pin_allowed():
    lines = (ROOT / "constraints/py311.txt").read_text("utf-8").splitlines()
    pins = dict(line.split("==") for line in lines if not line.startswith("#"))
    pins = {canonicalize_name(name): version for name, version in pins.items()}
    everything = [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]
    requirements = [Requirement(text) for texts in everything for text in texts]
    for requirement in requirements:
        assert requirement.specifier.contains(pins[canonicalize_name(requirement.name)])
    assert pins["torch"] == "2.13.0"


def test_makefile_and_readme_install_the_same():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    readme = (ROOT / "README.md").read_text("utf-8")
    extras = re.search(r"^EXTRAS := (\S+)$", makefile, re.M)[1]
    assert set(extras.split(",")) == set(EXTRAS)
    assert f'-c constraints/py311.txt -e ".[{extras}]"' in readme
    assert "CONSTRAINTS ?= constraints/py311.txt\n" in makefile
    for text in (makefile, readme):
        assert re.search(r"pip install .*--no-deps pycid==0\.8\.2$", text, re.M)
        assert "training_models run --all --fast --jobs" in text
