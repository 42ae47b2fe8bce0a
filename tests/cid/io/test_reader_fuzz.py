"""Whatever a file holds, reading it ends in a diagram, a model or one of our errors."""

import contextlib
import json
import random
import warnings

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cid
from cid.io.format import all_formats

D = cid.CID.parse('S -> D -> U; S, "a b" -> U', "D", "U")
MODEL = cid.random_scim(D, 2, seed=1)
gum = cid.io.pyagrum.load_pyagrum()

CHARACTERS = [
    *"(){}[]<>;,:=|\"'%/#\\ \n\r\t09.e-+aA&*@!?",
    "",
    "->",
    "<->",
    "nan",
    "1e999",
    "9" * 400,
    "\x00",
    "\x1b[2J",
    "\u200b",
    "\u202e",
    "e\u0301",
    "\ufeff",
    "\u2028",
    "<!--",
    "]]>",
    "&#0;",
    '{"a":1,"a":2}',
]
FEW = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def valid(tmp_path_factory):
    """Return a text of each format, by suffix."""
    folder = tmp_path_factory.mktemp("valid")
    for suffix in ("cid", "json", "dot", "dagitty"):
        cid.write(D, folder / f"d.{suffix}")
    cid.write(MODEL, folder / "m.json")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        gum.initRandom(1)
        network = gum.fastBN("A[3]->B->C;A->C")
        for suffix in ("bif", "xdsl", "net"):
            gum.saveBN(network, str(folder / f"n.{suffix}"))
        gum.saveID(cid.to_pyagrum(MODEL), str(folder / "i.bifxml"))
    (folder / "n.dne").write_text(
        "bnet b { node A { states = (a, b); probs = (0.5, 0.5); }; node B { kind = UTILITY; "
        "parents = (A); functable = (1, 2); }; };"
    )
    return {file.name: file.read_text(encoding="utf-8") for file in sorted(folder.iterdir())}


def read(file, data):
    """Read bytes; a message of ours names the file and holds no control characters."""
    file.write_bytes(data)
    with warnings.catch_warnings(), contextlib.suppress(cid.CIDError):
        warnings.simplefilter("error")
        try:
            return cid.read(file)
        except cid.CIDError as error:
            said = str(error)
            assert file.name in said
            assert len(said) < 2_000
            assert not [c for c in said if ord(c) < 32 and c != "\n"], said
            raise


def changed(text, rng):
    """Cut, repeat, swap or overwrite a few places of a text."""
    parts = list(text)
    for _ in range(rng.randint(1, 5)):
        if not parts:
            break
        spot, other = rng.randrange(len(parts)), rng.randrange(len(parts))
        low, high = sorted((spot, other))
        kind = rng.randrange(6)
        if kind == 0:
            del parts[spot:]
        elif kind == 1:
            del parts[low : min(high, low + 40)]
        elif kind == 2:
            parts[other:other] = parts[low : min(high, low + 60)]
        else:
            parts[spot] = rng.choice(CHARACTERS)
    return "".join(parts)


def test_the_valid_texts_are_of_every_format(valid):
    known = {suffix for form in all_formats() for suffix in form.suffixes if suffix}
    tried = {f".{name.rpartition('.')[2]}" for name in valid}
    # one of each format; some have a second suffix
    assert len([form for form in all_formats() if tried & set(form.suffixes)]) == len(all_formats())
    assert tried <= known


def test_the_valid_texts_are_read(valid, tmp_path):
    for name, text in valid.items():
        assert read(tmp_path / name, text.encode()) is not None, name


@FEW
@given(st.randoms(use_true_random=False))
def test_changed_texts(valid, tmp_path, rng):
    for name, text in valid.items():
        read(tmp_path / name, changed(text, rng).encode("utf-8", "replace"))


@FEW
@given(st.randoms(use_true_random=False), st.binary(max_size=60))
def test_bytes_and_changed_bytes(valid, tmp_path, rng, junk):
    name = rng.choice(sorted(valid))
    data = bytearray(valid[name].encode())
    for _ in range(rng.randint(1, 6)):
        data[rng.randrange(len(data))] = rng.randrange(256)
    read(tmp_path / name, bytes(data))
    read(tmp_path / name, junk)
    read(tmp_path / name, data[: rng.randrange(len(data))] + junk)


@FEW
@given(st.text(max_size=200))
def test_any_text(valid, tmp_path, text):
    for name in valid:
        read(tmp_path / name, text.encode("utf-8", "surrogatepass"))


@FEW
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
        max_leaves=8,
    ),
    st.randoms(use_true_random=False),
)
def test_json_with_another_value_somewhere(valid, tmp_path, value, rng):
    for name in ("d.json", "m.json"):
        data = json.loads(valid[name])
        at = data
        while True:
            key = rng.choice(list(at)) if isinstance(at, dict) else rng.randrange(len(at))
            if isinstance(at[key], dict | list) and at[key] and rng.random() < 0.8:
                at = at[key]
                continue
            at[key] = value
            break
        read(tmp_path / name, json.dumps(data).encode())


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_many_changed_texts(valid, tmp_path, seed):
    rng = random.Random(seed)
    for _ in range(100):
        for name, text in valid.items():
            read(tmp_path / name, changed(text, rng).encode("utf-8", "replace"))
