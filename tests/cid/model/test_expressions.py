"""Expressions from a file are refused before sympy is asked for what would never end."""

import json
import math

import pytest

import cid
from cid.model.expressions import MAX_BITS, MAX_TERMS, read_expression, read_fraction

LETTERS = "abcdefghijklmnopqrstuv"


def text(tree, parameters):
    """Return a model's JSON whose node A has a probability written as a tree."""
    d = cid.CID([("A", "D"), ("A", "U"), ("D", "U")], "D", "U")
    s = cid.SCIM(d, {"D": (0, 1)}, {"A": {0: 0.5, 1: 0.5}, "U": lambda A, D: A * D})
    data = json.loads(s.to_json())
    data["parameters"] = {name: {} for name in parameters}
    rest = ["Add", 1, ["Mul", -1, tree]]
    data["mechanisms"]["A"]["probabilities"] = [{"expression": tree}, {"expression": rest}]
    return json.dumps(data)


def nested(name, times, tree="p"):
    for _ in range(times):
        tree = [name, tree]
    return tree


BOMBS = [
    (["Pow", ["Add", "p", 1], 90000], "high a power"),
    (["Pow", ["Add", *"abcdef"], 60], "terms"),
    (["Pow", ["Add", *"abcdef"], 1000], "terms"),
    (["floor", ["exp", ["exp", 20]]], "bits"),
    (["sin", ["exp", ["exp", 100]]], "bits"),
    (nested("sin", 95), "inside each other"),
    (nested("exp", 5), "bits"),
    (["Max", *LETTERS, *LETTERS], "Max has 44 parts"),
    (["Mul", *(["Add", c, 1] for c in LETTERS)], "terms"),
    (["Add", *(["Pow", ["Add", c, k + 1], -1] for k, c in enumerate(LETTERS))], "terms"),
    (["Pow", ["Mul", 2, "p"], 10**9], "high a power"),
    (["Pow", "p", -(10**9)], "high a power"),
    (["Pow", ["Pow", ["Add", "p", 1], 1000], 1000], "high a power"),
    (["Pow", 2, ["Pow", 2, ["Pow", 2, 40]]], "bits"),
    (["Pow", 7, {"fraction": "1/1000000007"}], "high a power"),
    (["Mod", "p", 0], "Mod cannot be applied"),
    (["Mul", 0, ["Pow", 0, -1]], "A"),  # sympy's nan
    (nested("Abs", 150), "inside each other|nested too deeply"),
    (10**1300, "bits"),
]


@pytest.mark.parametrize(("tree", "said"), BOMBS, ids=[str(tree)[:30] for tree, _ in BOMBS])
def test_a_bomb_is_refused(tree, said):
    with pytest.raises((cid.FormatError, cid.ModelError), match=said):
        cid.SCIM.from_json(text(tree, "p" + LETTERS))


def test_the_bound_is_met_before_sympy_is_called(monkeypatch):
    import sympy

    def power(*args):
        raise AssertionError(args)

    monkeypatch.setattr(sympy, "Pow", power)
    monkeypatch.setattr(sympy, "exp", power)
    symbol = {"p": sympy.Symbol("p")}
    with pytest.raises(cid.FormatError):
        read_expression(["Pow", "p", MAX_BITS + 1], symbol)
    with pytest.raises(cid.FormatError):
        read_expression(["exp", 5000], symbol)


def test_ordinary_expressions_are_read():
    share = ["Pow", ["Add", 1, ["exp", ["Mul", -1, "p"]]], -1]
    s = cid.SCIM.from_json(text(share, "p"))
    assert s.at(p=0).cpd("A")[0] == 0.5
    softmax = ["Mul", ["exp", "p"], ["Pow", ["Add", *(["exp", c] for c in LETTERS)], -1]]
    assert cid.SCIM.from_json(text(softmax, "p" + LETTERS)).parameters
    again = cid.SCIM.from_json(s.to_json())
    assert again.to_json() == s.to_json()


@pytest.mark.parametrize("power", [1, 2, 5, 9])
def test_terms_are_those_that_sympy_finds(power):
    import sympy

    symbols = {c: sympy.Symbol(c) for c in "abc"}
    tree = ["Mul", ["Pow", ["Add", "a", "b", "c"], power], ["Add", "a", "b"]]
    made, cost = read_expression(tree, symbols)
    assert len(made.expand().args) <= cost.terms <= MAX_TERMS
    assert read_expression(["Pow", ["Add", "a", "b", "c"], power], symbols)[1].terms == math.comb(
        power + 2, 2
    )


@pytest.mark.parametrize(
    "given", [" 1/2 ", "1_0/20", "٣/6", "1/0", "1e5", "0.5", "", "/2", "1/", 1]
)
def test_what_is_no_fraction(given):
    with pytest.raises(cid.FormatError, match="no fraction"):
        read_fraction(given)


def test_fractions():
    assert [str(read_fraction(t)) for t in ("1/2", "-3/6", "7")] == ["1/2", "-1/2", "7"]
