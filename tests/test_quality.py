"""Style, types, layers, examples and documentation: each a test, so that one run lists them all."""

import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

import cid
import training_models

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = sorted((ROOT / "examples").glob("plot_*.py"))


def run(*command, **environment):
    """Run a command in the project's root; when it fails, so does the test, with its output."""
    done = subprocess.run(
        [str(word) for word in command],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode:
        tail = "\n".join(done.stdout.splitlines()[-200:])
        pytest.fail(f"{' '.join(map(str, command))}: exit {done.returncode}\n{tail}", pytrace=False)
    return done.stdout


def test_style():
    run(sys.executable, "-m", "ruff", "check", "--no-cache")


def test_format():
    run(sys.executable, "-m", "ruff", "format", "--check", "--no-cache")


def test_types():
    assert "Success" in run(sys.executable, "-m", "mypy")


def test_layers():
    script = Path(sysconfig.get_path("scripts")) / "lint-imports"
    assert re.search(r"\b0 broken", run(script, "--no-cache", PYTHONPATH=str(ROOT)))


@pytest.mark.parametrize("script", EXAMPLES, ids=lambda path: path.stem)
def test_example(script, tmp_path):
    # In a process of its own, as a reader would run it, with warnings as errors. Without a screen
    # plt.show() warns that it shows nothing; that alone is allowed.
    runner = (
        "import runpy, sys, warnings; "
        "warnings.simplefilter('error'); "
        "warnings.filterwarnings('ignore', message='FigureCanvasAgg is non-interactive'); "
        "runpy.run_path(sys.argv[1], run_name='__main__')"
    )
    run(sys.executable, "-c", runner, script, PYTHONPATH=str(ROOT), MPLBACKEND="Agg")


@pytest.mark.docs
def test_docs(tmp_path):
    build = [sys.executable, "-m", "sphinx", "-E", "-W", "--keep-going", "-q", "-b", "html"]
    run(*build, "-d", tmp_path / "doctrees", "docs", "docs/_build/html", PYTHONPATH=str(ROOT))


@pytest.mark.parametrize("package", [cid, training_models], ids=lambda module: module.__name__)
def test_every_public_name_is_in_the_api_page(package):
    page = (ROOT / "docs/api.rst").read_text("utf-8")
    listed = set(re.findall(r"^ {3}(\w+)$", page, re.M))
    listed |= {name.split(".")[-1] for name in re.findall(r"automodule:: ([\w.]+)$", page, re.M)}
    assert set(package.__all__) - listed == set()


def test_one_version_everywhere():
    citation = (ROOT / "CITATION.cff").read_text("utf-8")
    assert re.findall(r"^version: (\S+)$", citation, re.M) == [cid.__version__]
    changes = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert re.findall(r"^## \[(\d\S*)\]", changes, re.M)[:1] == [cid.__version__]
