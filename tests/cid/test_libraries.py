"""What a message says of installation can be done."""

import re
import tomllib
from pathlib import Path

import pytest

import cid
from cid.libraries import _EXTRAS, install_by, load_library

ROOT = Path(__file__).resolve().parents[2]


def test_every_extra_is_declared_and_brings_the_library():
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for library, extra in _EXTRAS.items():
        brought = " ".join(declared["optional-dependencies"][extra])
        assert library in brought or library == "pycid"  # its own pins no longer resolve
        assert f"pip install '.[{extra}]'" in install_by(library)


def test_no_text_names_a_distribution_that_is_not_there():
    for folder in ("cid", "docs", "training_models", "examples"):
        for file in (ROOT / folder).rglob("*"):
            if file.suffix in (".py", ".rst", ".md") and "generated" not in file.parts:
                assert not re.search(r"causal-influence-diagrams\[", file.read_text()), file


def test_a_library_that_is_missing_is_named_with_its_extra():
    with pytest.raises(cid.CIDError, match=r"which cannot.*pip install '\.\[pycid\]'"):
        load_library("pgmpy.nothing", "This")
