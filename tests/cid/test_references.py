"""The bibliography: what is listed is cited somewhere, and what is cited is listed."""

import re
from pathlib import Path

import pytest

import cid
from cid.references import REFERENCES

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs").rglob("*.rst")) + sorted((ROOT / "examples").glob("*.py"))


def cited_in_pages():
    """Keys by page, of ``:cite:p:`key``` and its like."""
    return {
        key.strip(): page
        for page in PAGES
        for keys in re.findall(r":cite(?::\w+)?:`([^`]+)`", page.read_text(encoding="utf-8"))
        for key in keys.split(",")
    }


CITED = set(cited_in_pages()).union(*(entry.cites for entry in cid.catalog.entries()))


def test_pages_and_the_catalogue_cite():
    assert len(cited_in_pages()) > 20
    assert len(CITED) > 30


@pytest.mark.parametrize("key", REFERENCES)
def test_what_is_listed_is_cited(key):
    assert key in CITED


@pytest.mark.parametrize("key", sorted(CITED))
def test_what_is_cited_is_listed(key):
    assert key in REFERENCES
