"""Names that cannot be told apart are refused, and nothing that can be seen is."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cid
from cid.names import check_name, looks

INVISIBLE = [chr(c) for c in range(0x110000) if unicodedata.category(chr(c)) == "Cf"]


@pytest.mark.parametrize("char", ["\u200b", "\u200e", "\u202e", "\u2066", "\u00ad", "\ufeff"])
def test_what_cannot_be_seen_is_refused_by_name(char):
    called = unicodedata.name(char).lower()
    for call in (
        lambda: cid.CID([(f"A{char}", "B")]),
        lambda: cid.CID.parse(f'"A{char}" -> B'),
        lambda: cid.CID([("D", "U")], {f"a{char}": ["D"]}, {"a": ["U"]}),
        lambda: cid.CID([("A", "B")]).relabel({"A": f"A{char}"}),
    ):
        with pytest.raises(cid.DiagramError, match=f"invisible character .*{called}.*Leave it out"):
            call()


def test_every_format_character_is_refused_but_the_joiners():
    for char in INVISIBLE:
        if char in "\u200c\u200d":
            assert check_name(f"A{char}B") == f"A{char}B"
        else:
            with pytest.raises(cid.DiagramError, match="invisible"):
                check_name(f"A{char}")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("\u00e9", "e\u0301"),
        ("\u00c5", "\u212b"),
        ("A", "A\u200d"),
        ("A", "A\ufe0f"),
        ("A", "A\u3164"),
        ("A B", "A\u00a0B"),
        ("A B", "A  B"),
        ("A", "A "),
    ],
)
def test_two_names_that_look_the_same_are_refused(one, other):
    for call in (
        lambda: cid.CID([(one, other)]),
        lambda: cid.CID([("X", one)], nodes=[other]),
        lambda: cid.CID.from_json(cid.CID([(one, "X")]).to_json().replace('"X"', f'"{other}"')),
        lambda: cid.CID([("D", "U")], {one: ["D"]}, {other: ["U"]}),
    ):
        with pytest.raises(cid.DiagramError, match="look the same"):
            call()


def test_scripts_and_emoji_that_need_joiners_are_names():
    family, word = "\U0001f468\u200d\U0001f469", "\u0645\u06cc\u200c\u062e"
    assert cid.CID([(family, word), (word, "\u00e9")]).nodes == (family, word, "\u00e9")


@given(st.text(min_size=1))
def test_looks_are_stable_and_never_longer_than_needed(name):
    assert looks(looks(name)) == looks(name)
    assert looks(unicodedata.normalize("NFD", name)) == looks(name)
