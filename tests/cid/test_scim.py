"""Models: what is accepted, what is refused and how, and what interventions do."""

import copy
import gc
import itertools
import json
import math
import os
import pickle
import random
import subprocess
import sys
import weakref
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import diagrams, hostile_diagrams

import cid
from cid import SCIM, Noisy, distribution, expectation, probability, random_diagram, random_scim
from cid.model.mechanism import Mechanism

HALF = Fraction(1, 2)
COIN = {0: HALF, 1: HALF}
D = cid.CID.parse("S -> D -> X -> U; S -> U", decisions="D", utilities="U")
DOMAINS = {"S": (0, 1), "D": (0, 1)}
MECHANISMS = {
    "S": {0: Fraction(1, 4), 1: Fraction(3, 4)},
    "X": lambda D: D,
    "U": lambda S, X: int(S == X),
}
MODEL = SCIM(D, DOMAINS, MECHANISMS)


def model(d=D, domains=None, **mechanisms):
    return SCIM(d, DOMAINS | (domains or {}), MECHANISMS | mechanisms)


def one(given, parents=None, domain=None):
    """Return a model of Y alone, or of Y below P with some values."""
    if parents is None:
        return SCIM(cid.CID([], nodes=["Y"]), {} if domain is None else {"Y": domain}, {"Y": given})
    d = cid.CID([(p, "Y") for p in parents])
    domains = dict(parents) | ({} if domain is None else {"Y": domain})
    return SCIM(d, domains, {p: values[0] for p, values in parents.items()} | {"Y": given})


# ---- forms of a mechanism ------------------------------------------------------------------------

P = {"A": (0, 1), "B": ("x", "y", "z")}


def rule(A, B):
    return f"{B}{A}"


def shape_of(A, B):
    return {"x0": 0.25, f"{B}{A}": 0.75} if (A, B) != (0, "x") else "x0"


@pytest.mark.parametrize(
    "given",
    [
        rule,
        lambda B, A: rule(A, B),
        lambda *, A, B: rule(A, B),
        lambda **every: rule(**every),
        lambda B, **rest: rule(rest["A"], B),
        lambda A, B, k=7: rule(A, B),
        lambda A, B=None: rule(A, B),  # a default does not hide a parent
        {(a, b): rule(a, b) for b in "zyx" for a in (1, 0)},
        {(a, b): {rule(a, b): 1} for a in (0, 1) for b in "xyz"},
        {
            (a, b): {rule(a, b): 1.0, "x0": 0.0} if (a, b) != (0, "x") else "x0"
            for a in (0, 1)
            for b in "xyz"
        },
        Noisy(lambda A, B, e: rule(A, B), {None: 1}),
    ],
)
def test_forms_of_one_function(given):
    s = one(given, P)
    assert s.mechanism("Y").deterministic
    assert s == one(rule, P)
    assert hash(s) == hash(one(rule, P))
    for a, b in itertools.product(*P.values()):
        done = s.do(A=a, B=b)
        assert {v for v, p in distribution(done, "Y").items() if p} == {rule(a, b)}


@pytest.mark.parametrize(
    "given",
    [
        shape_of,
        {(a, b): shape_of(a, b) for a in (0, 1) for b in "xyz"},
        lambda **every: shape_of(**every),
    ],
)
def test_forms_of_one_distribution(given):
    s = one(given, P)
    assert not s.mechanism("Y").deterministic
    assert s == one(shape_of, P)
    assert distribution(s.do(A=1, B="x"), "Y")["x1"] == 0.75


def test_a_distribution_whatever_the_parents():
    s = one({"l": HALF, "r": HALF}, P)
    assert s.cpd("Y").shape == (2, 3, 2)
    assert (s.cpd("Y") == HALF).all()
    assert (
        one({0: HALF, 1: HALF}, {"A": (0, 1)}, domain=(0, 1)).cpd("Y").tolist() == [[HALF] * 2] * 2
    )


def test_table_or_distribution():
    a = {"A": (0, 1)}
    # Keys are the parent's values, and only one reading makes sense.
    assert one({0: 1, 1: 0}, a) == one(lambda A: 1 - A, a)
    assert one({0: 0.25, 1: 0.75}, a, domain=(0.25, 0.75)) == one(lambda A: A / 2 + 0.25, a)
    assert one({0: 0.25, 1: 0.75}, a, domain=(0, 1)) == one(lambda A: {0: 0.25, 1: 0.75}, a)
    assert one({0: 0.25, 1: 0.5}, a).domains["Y"] == (0.25, 0.5)  # does not sum to one
    four = {(i, j): 0.25 for i in (0, 1) for j in (0, 1)}
    assert one(four, {"A": (0, 1), "B": (0, 1)}).domains["Y"] == (0.25,)
    # Both readings make sense: no guess.
    for both in ({0: 0.25, 1: 0.75}, {0: sympy.Symbol("p"), 1: 1 - sympy.Symbol("p")}):
        with pytest.raises(cid.ModelError, match=r"may be a table.*or one distribution"):
            one(both, a)


def test_arrays_and_lists():
    a, b = P["A"], P["B"]
    values = [[rule(x, y) for y in b] for x in a]
    assert one(values, P) == one(np.array(values), P) == one(rule, P)
    pay = one([[3, 0], [5, 1]], {"A": (0, 1), "B": (0, 1)})  # rows by the first parent
    assert pay.domains["Y"] == (0, 1, 3, 5)
    assert pay.mean("Y").tolist() == [[3, 0], [5, 1]]
    shape = one(shape_of, P)
    domain = shape.domains["Y"]
    assert one(shape.cpd("Y"), P, domain) == one(shape.cpd("Y").tolist(), P, domain) == shape
    assert one([HALF, HALF], domain=("l", "r")).cpd("Y").tolist() == [HALF, HALF]
    assert one(np.array(3)) == one(3)
    assert one([[0, 1], [1, 0]], {"A": (0, 1)}, (0, 1)) == one(lambda A: 1 - A, {"A": (0, 1)})
    policy = MODEL.with_policy({"D": [[0.2, 0.8], [1, 0]]})
    assert policy.cpd("D").tolist() == [[0.2, 0.8], [1, 0]]
    assert MODEL.with_policy({"D": [1, 0]}) == MODEL.with_policy({"D": lambda S: 1 - S})


def test_distributions_of_expressions():
    x, p = sympy.symbols("A p")
    a = {"A": (0, 1, 2)}
    s = one({x: 1 - p, 2 - x: p}, a)
    assert s.domains["Y"] == (0, 1, 2)
    assert s.cpd("Y").tolist() == [[1 - p, 0, p], [0, 1, 0], [p, 0, 1 - p]]
    exact = one({1: x / 2, 0: 1 - x / 2}, a)
    assert exact.arithmetic == "exact"
    assert exact.cpd("Y").tolist() == [[1, 0], [HALF, HALF], [0, 1]]
    # Where the keys are also the parent's values, it is a distribution all the same.
    assert one({0: 1 - x * p, 1: x * p}, {"A": (0, 1)}).cpd("Y").tolist() == [[1, 0], [1 - p, p]]
    assert one(sympy.Lambda(x, p * x), a) == one(p * x, a)


def test_tuples_as_values_of_a_single_parent():
    a = {"A": (("u", 0), ("v", 1))}
    expected = one(lambda A: A[1], a)
    assert one({("u", 0): 0, ("v", 1): 1}, a) == expected
    assert one({(("u", 0),): 0, (("v", 1),): 1}, a) == expected


def test_a_mechanism_of_another_model():
    s = one(shape_of, P)
    d = cid.CID([("B", "Y"), ("A", "Y")])  # the parents in another order
    t = SCIM(d, P, {"A": 0, "B": "x", "Y": s.mechanism("Y")})
    assert t.cpd("Y", ("A", "B")).tolist() == s.cpd("Y").tolist()
    assert t == s
    with pytest.raises(cid.ModelError, match="reads A, B; the parents are A"):
        one(s.mechanism("Y"), {"A": (0, 1)})
    fewer = {"A": (0, 1), "B": ("y", "x")}
    assert one(s.mechanism("Y"), fewer) == one(shape_of, fewer, s.domains["Y"])
    with pytest.raises(cid.ModelError, match="made for 'B' with the values"):
        one(s.mechanism("Y"), {"A": (0, 1), "B": ("x", "w")})
    bare = Mechanism(("A", "B"), s.domains["Y"], s.cpd("Y"))  # does not know the parents' values
    with pytest.raises(cid.ModelError, match="table of shape"):
        one(bare, fewer)
    with pytest.raises(cid.ModelError, match="domain is"):
        one(s.mechanism("Y"), P, domain=("x0",))


# ---- numbers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("p", "kind", "value"),
    [
        (Fraction(1, 4), "exact", Fraction(1, 4)),
        (Decimal("0.25"), "exact", Fraction(1, 4)),
        (sympy.Rational(1, 4), "exact", Fraction(1, 4)),
        (1, "exact", 1),
        (True, "exact", 1),
        (np.int8(1), "exact", 1),
        (0.25, "float", 0.25),
        (np.float32(0.25), "float", 0.25),
        (sympy.Float("0.25"), "float", 0.25),
        (sympy.sqrt(2) / 2, "symbolic", sympy.sqrt(2) / 2),
        (sympy.Symbol("p"), "symbolic", sympy.Symbol("p")),
    ],
)
def test_arithmetic(p, kind, value):
    s = one({"a": 1 - p, "b": p})
    assert s.arithmetic == ("exact" if value == 1 else kind)
    answer = probability(s, {"Y": "b"})
    assert answer == value
    assert type(answer) is {"exact": Fraction, "float": float}.get(kind, type(answer))
    assert s.parameters == ((value,) if value == sympy.Symbol("p") else ())


def test_one_float_makes_the_model_float():
    assert model(S={0: 0.25, 1: 0.75}).arithmetic == "float"
    assert model(U=lambda S, X: 0.5 * S).arithmetic == "float"
    assert MODEL.arithmetic == "exact"
    assert (
        model(S={0: 0.25, 1: 0.75}, U=lambda S, X: S * sympy.Symbol("k")).arithmetic == "symbolic"
    )


def test_values_become_plain():
    s = one({np.int64(0): HALF, sympy.Integer(1): HALF})
    assert [type(v) for v in s.domains["Y"]] == [int, int]
    s = one(lambda A: sympy.Eq(A, 1), {"A": (0, 1)})
    assert s.domains["Y"] == (False, True)
    assert [type(v) for v in s.domains["Y"]] == [bool, bool]
    assert one(sympy.Rational(1, 2)).domains["Y"] == (HALF,)
    assert one(np.array([1, 2])[0], domain=np.arange(3)).domains["Y"] == (0, 1, 2)


def test_inferred_domains():
    assert one({2: HALF, -1: HALF}).domains["Y"] == (-1, 2)  # numbers by size
    assert one({"r": HALF, "l": HALF}).domains["Y"] == ("r", "l")  # others as they come
    assert one({0: HALF, "l": HALF}).domains["Y"] == (0, "l")


def test_floats_are_normalised_and_not_required_to_sum_exactly():
    s = one(dict(enumerate([0.1] * 10)))
    assert s.cpd("Y").sum() == pytest.approx(1, abs=1e-15)


# ---- expressions ---------------------------------------------------------------------------------


def test_expressions_and_parameters():
    k, p = sympy.symbols("k p")
    x, s_ = sympy.symbols("X S")
    s = model(S={0: 1 - p, 1: p}, U=k * x * s_ - x / 3)
    assert s.parameters == (k, p)
    assert repr(s) == "<SCIM: 4 nodes, symbolic, parameters k, p>"
    value = expectation(s, policy={"D": 1})
    assert sympy.simplify(value - (k * p - sympy.Rational(1, 3))) == 0
    numbers = {"k": 3, p: Fraction(1, 4)}
    t = s.at(numbers)
    assert t.arithmetic == "exact"
    assert t.parameters == ()
    assert t == model(
        S={0: Fraction(3, 4), 1: Fraction(1, 4)},
        U=lambda S, X: 3 * X * S - Fraction(X, 3),
        domains={"U": t.domains["U"]},
    )
    assert expectation(t, policy={"D": 1}) == Fraction(5, 12)
    assert s.at({"k": 2}).parameters == (p,)
    assert s.at({"k": p}).parameters == (p,)
    assert s.at(k=p, p=k).at(k=p, p=k) == s  # all at once, not one after the other
    assert s.at(k=p, p=k).cpd("S").tolist() == [1 - k, k]
    whole = one(sympy.Symbol("A") * k, {"A": (0, 1)}).at(k=3)
    assert [type(value) for value in whole.domains["Y"]] == [int, int]
    assert s.at({}) == s
    assert distribution(s, "S", given={"X": 1}, policy={"D": lambda S: S}) == {0: 0, 1: 1}


def test_truth_values_of_expressions():
    A, B = sympy.symbols("A B")  # noqa: N806
    two = {"A": (0, 1), "B": (0, 1)}
    for said, expected in (
        (A & B, lambda A, B: bool(A and B)),
        (sympy.Xor(A, B), lambda A, B: A != B),
        (sympy.Eq(A, B), lambda A, B: A == B),
        (A <= B, lambda A, B: A <= B),
    ):
        s = one(said, two)
        assert [type(value) for value in s.domains["Y"]] == [bool, bool]
        assert s == one(expected, two)
    assert [type(value) for value in one(A, two).domains["Y"]] == [int, int]


def test_conditioning_on_symbols():
    p, q = sympy.symbols("p q", positive=True)
    d = cid.CID.parse("S -> X")
    s = SCIM(d, {}, {"S": {0: 1 - p, 1: p}, "X": lambda S: {0: q, 1: 1 - q} if S else 0})
    answer = probability(s, {"S": 1}, {"X": 0})
    for at in ({p: HALF, q: Fraction(1, 3)}, {p: Fraction(1, 7), q: Fraction(1, 2)}):
        by_hand = at[p] * at[q] / (at[p] * at[q] + 1 - at[p])
        assert answer.subs(at) == by_hand
        assert probability(s.at(at), {"S": 1}, {"X": 0}) == by_hand
    with pytest.raises(cid.ModelError, match="probability zero"):
        probability(s.at({q: 1}), {"S": 1}, {"X": 1})


def test_values_that_come_to_coincide():
    a, b = sympy.symbols("a b")
    # A utility's values may; they are merged.
    s = model(U=lambda S, X: (a, b)[X]).at({a: 2, b: 2})
    assert s.domains["U"] == (2,)
    assert expectation(s, policy={"D": 0}) == 2
    # Those of a node with children may not: the children could tell them apart.
    d = cid.CID.parse("X -> Y")
    t = SCIM(d, {}, {"X": {a: HALF, b: HALF}, "Y": {a: 0, b: 1}})
    assert t.at({a: 1, b: 2}).domains["X"] == (1, 2)
    with pytest.raises(cid.ModelError, match="two values of 'X' coincide"):
        t.at({a: 1, b: 1})


def test_parameters_are_not_confused_with_nodes():
    with pytest.raises(cid.ModelError, match=r"'D' is a node and is used as a parameter.*'U'"):
        model(U=sympy.Symbol("D") * 2)  # D is no parent of U
    with pytest.raises(cid.ModelError, match="'X' is a node"):
        model(S={0: 1 - sympy.Symbol("X"), 1: sympy.Symbol("X")})
    p, q = sympy.Symbol("p"), sympy.Symbol("p", positive=True)
    with pytest.raises(cid.ModelError, match="Two parameters are called 'p'"):
        model(S={0: 1 - p, 1: p}, U=q * sympy.Symbol("X"))


# ---- what is refused -----------------------------------------------------------------------------

NAN = float("nan")


class Rude:
    def __repr__(self):
        raise RuntimeError

    __hash__ = None


def fails(S, X):
    return [1, 2][S + X]


REFUSED = {
    "no diagram": (lambda: SCIM([("S", "D")], {}, {}), cid.CIDTypeError, "made on a CID"),
    "domains": (lambda: SCIM(D, [], {}), cid.CIDTypeError, "domains is a mapping"),
    "mechanisms": (lambda: SCIM(D, {}, []), cid.CIDTypeError, "mechanisms is a mapping"),
    "typo in domains": (lambda: model(domains={"d": (0,)}), cid.UnknownNodeError, "mean 'D'"),
    "typo in mechanisms": (lambda: model(x=0), cid.UnknownNodeError, "Did you mean 'X'"),
    "no number as name": (lambda: SCIM(D, {3: (0,)}, {}), cid.CIDTypeError, "not 3"),
    "no domain": (lambda: SCIM(D, {}, MECHANISMS), cid.ModelError, "'D' has no domain"),
    "no mechanism": (lambda: SCIM(D, DOMAINS, {"S": 0}), cid.ModelError, "'X' has no mechanism"),
    "rule": (lambda: model(D=0), cid.ModelError, "'D' is a decision and has a mechanism"),
    "set": (lambda: model(domains={"D": {0, 1}}), cid.ModelError, "Give a tuple"),
    "text": (lambda: model(domains={"D": "01"}), cid.ModelError, "Give a tuple"),
    "number": (lambda: model(domains={"D": 2}), cid.ModelError, "Give a tuple"),
    "empty": (lambda: model(domains={"D": ()}), cid.ModelError, "is empty"),
    "twice": (lambda: model(domains={"D": (0, 1, True)}), cid.ModelError, "holds a value twice"),
    "unhashable": (lambda: model(domains={"D": ([],)}), cid.ModelError, "hashable"),
    "nan domain": (lambda: model(domains={"D": (0.0, NAN)}), cid.ModelError, "nan. Give a finite"),
    "matrix": (lambda: model(domains={"D": np.eye(2)}), cid.ModelError, "hashable"),
    "sum": (lambda: model(S={0: 0.5, 1: 0.6}), cid.ModelError, "sums to 1.1, not 1"),
    "exact sum": (lambda: model(S={0: HALF, 1: Fraction(1, 3)}), cid.ModelError, "5/6, not 1"),
    "row sum": (
        lambda: model(X=lambda D: {0: 0.5, 1: 0.5 + D}),
        cid.ModelError,
        r"'X' at \{'D': 1\} sums to 2",
    ),
    "symbolic sum": (
        lambda: model(S={0: sympy.Symbol("p"), 1: sympy.Symbol("p")}),
        cid.ModelError,
        "2\\*p, not 1 for all parameter values",
    ),
    "negative": (lambda: model(S={0: -0.5, 1: 1.5}), cid.ModelError, "negative probability -0.5"),
    "symbolic negative": (
        lambda: model(S={0: -(p := sympy.Symbol("p", positive=True)), 1: 1 + p}),
        cid.ModelError,
        "negative probability -p",
    ),
    "nan": (lambda: model(S={0: NAN, 1: 1.0}), cid.ModelError, "is nan"),
    "infinite": (lambda: model(S={0: math.inf, 1: 1.0}), cid.ModelError, "is inf"),
    "text probability": (
        lambda: model(S={0: "1"}),
        cid.CIDTypeError,
        "'1' \\(str\\), not a number",
    ),
    "complex": (lambda: model(S={0: sympy.I, 1: 1 - sympy.I}), cid.ModelError, "not real"),
    "no values": (lambda: model(S={}), cid.ModelError, "is empty"),
    "too large for floats": (
        lambda: model(S={0: 0.5, 1: 0.5}, U=lambda S, X: 10**400).mean("U"),
        cid.ModelError,
        "too large for floats",
    ),
    "leaves the domain": (lambda: model(S={2: 1}), cid.ModelError, "2, which is not in its domain"),
    "raises": (lambda: model(U=fails), cid.ModelError, "fails at X=1, S=1: IndexError"),
    "unhashable value": (lambda: model(X=lambda D: [D]), cid.ModelError, "hashable"),
    "rude value": (lambda: model(X=lambda D: Rude()), cid.ModelError, "<Rude>, which cannot"),
    "nan value": (lambda: model(X=lambda D: NAN), cid.ModelError, "is nan"),
    "text utility": (lambda: model(U=lambda S, X: "good"), cid.CIDTypeError, "not a number"),
    "none utility": (lambda: model(U=lambda S, X: None), cid.CIDTypeError, "not a number"),
    "nan utility": (lambda: model(U=lambda S, X: NAN), cid.ModelError, "is nan"),
    "zoo utility": (lambda: model(U=1 / sympy.Symbol("S")), cid.ModelError, "zoo"),
    "foreign argument": (lambda: model(X=lambda S: S), cid.ModelError, "reads 'S', which is not"),
    "argument typo": (lambda: model(U=lambda S, x: S), cid.ModelError, "Did you mean 'X'"),
    "positional": (lambda: model(U=lambda S, X, /: S), cid.ModelError, "each by name"),
    "star": (lambda: model(U=lambda *a: 0), cid.ModelError, "each by name"),
    "builtin": (lambda: model(U=max), cid.ModelError, "cannot be read|each by name"),
    "table row missing": (lambda: model(X={0: 1}), cid.ModelError, r"lacks \(1,\)"),
    "foreign row": (lambda: model(X={0: 1, 1: 0, 2: 0}), cid.ModelError, r"foreign row \(2,\)"),
    "array of other shape": (
        lambda: model(X=np.eye(3)),
        cid.ModelError,
        r"array of shape \(3, 3\)\. One axis for each parent \(D\) gives values, shape \(2,\)",
    ),
    "array without a domain": (
        lambda: one([[0.1, 0.9], [1, 0]], {"A": (0, 1)}),
        cid.ModelError,
        r"array of probabilities, and 'Y' has no domain .* domains=\{'Y': \.\.\.\}",
    ),
    "array rows": (
        lambda: model(domains={"X": (0, 1)}, X=[[0.1, 0.8], [1, 0]]),
        cid.ModelError,
        r"'X' at \{'D': 0\} sums to 0\.9",
    ),
    "lists of other lengths": (lambda: model(X=[[1], [1, 2]]), cid.ModelError, "array|hashable"),
    "ragged": (lambda: model(U=[[[1, 2], [3]], [1, 2]]), cid.ModelError, "array|hashable"),
    "lambda of sympy": (
        lambda: model(X=sympy.Lambda(sympy.Symbol("S"), 1)),
        cid.ModelError,
        r"reads 'S', which is not among its parents \('D'\)",
    ),
    "expressions that sum to more": (
        lambda: model(X={0: sympy.Symbol("D"), 1: 1}),
        cid.ModelError,
        "sums to 2",
    ),
    "no noise": (
        lambda: model(X=Noisy(lambda D: D, {0: 1})),
        cid.ModelError,
        "exactly one noise argument",
    ),
    "two noises": (
        lambda: model(X=Noisy(lambda D, e, f: D, {0: 1})),
        cid.ModelError,
        "exactly one noise argument",
    ),
    "noise sum": (
        lambda: model(X=Noisy(lambda D, e: e, {0: 0.5})),
        cid.ModelError,
        "The noise of 'X' sums to 0.5",
    ),
    "noisy what": (lambda: Noisy(3, {0: 1}), cid.CIDTypeError, "Noisy takes a function"),
    "text in expression": (
        lambda: one(sympy.Symbol("A") + 1, {"A": ("__import__('os')", "b")}),
        cid.CIDTypeError,
        "not a number",
    ),
    "huge": (
        lambda: SCIM(
            cid.CID([(f"X{i}", "Y") for i in range(40)]),
            {},
            {f"X{i}": COIN for i in range(40)} | {"Y": 0},
        ),
        cid.ModelError,
        "40 parents with 1,099,511,627,776 joint values",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case):
    make, error, match = REFUSED[case]
    with pytest.raises(error, match=match) as caught:
        make()
    assert isinstance(caught.value, cid.CIDError)
    assert len(str(caught.value)) < 400


def test_huge_tables_are_refused_at_once():
    # A deterministic node may take many values; its table of probabilities is made when asked for.
    d = cid.CID([(f"X{i}", "Y") for i in range(12)])
    s = SCIM(
        d,
        {},
        {f"X{i}": COIN for i in range(12)}
        | {"Y": lambda **x: sum(v << int(k[1:]) for k, v in x.items())},
    )
    assert s.mean("Y").sum() == 2**11 * (2**12 - 1)
    with pytest.raises(cid.ModelError, match="16,777,216 probabilities is refused"):
        s.cpd("Y")


# ---- frozen values -------------------------------------------------------------------------------


def test_frozen():
    with pytest.raises(AttributeError, match="frozen; 'diagram'"):
        MODEL.diagram = D
    with pytest.raises(TypeError):
        MODEL.domains["S"] = (0,)
    for table in (MODEL.cpd("S"), MODEL.cpd("X"), model(S={0: 0.5, 1: 0.5}).cpd("S")):
        with pytest.raises(ValueError, match="read-only"):
            table[...] = 0


def test_equality():
    assert model() == MODEL
    assert model(S=COIN) != MODEL
    assert model(domains={"D": (1, 0)}) != MODEL
    assert MODEL != "a model"
    assert model(S={0: 0.25, 1: 0.75}) == MODEL  # equal numbers
    # Equal distributions with different noise answer counterfactuals differently.
    noise = {0: HALF, 1: HALF}
    assert model(X=Noisy(lambda D, e: D ^ e, noise)) != model(X=Noisy(lambda D, e: e, noise))
    assert model(X=Noisy(lambda D, e: e, noise)) != model(X=lambda D: COIN)
    biased = {0: Fraction(1, 3), 1: Fraction(2, 3)}
    assert model(X=Noisy(lambda D, e: e, noise)) != model(X=Noisy(lambda D, e: e, biased))
    assert model(X=Noisy(lambda D, e: e, noise)) == model(X=Noisy(lambda f: f, noise))
    shuffled = cid.CID.parse("X -> U; S -> U; S -> D -> X", decisions="D", utilities="U")
    assert SCIM(shuffled, DOMAINS, MECHANISMS) == MODEL
    assert hash(SCIM(shuffled, DOMAINS, MECHANISMS)) == hash(MODEL)


@settings(max_examples=40)
@given(diagrams(decisions=(1, 2), agents=(1, 2)), st.integers(0, 99), st.booleans())
def test_copies_and_pickles(d, seed, exact):
    s = random_scim(d, 3, exact=exact, noise=(None, 1, 3)[seed % 3], seed=seed)
    for twin in (copy.copy(s), copy.deepcopy(s), pickle.loads(pickle.dumps(s))):
        assert twin == s
        assert hash(twin) == hash(s)
        assert twin.arithmetic == s.arithmetic
        assert repr(twin) == repr(s)


# ---- interventions -------------------------------------------------------------------------------


def test_hard_intervention():
    s = MODEL.do(X=1)
    assert s.diagram == D.without_edges([("D", "X")])
    assert s.domains == MODEL.domains
    assert distribution(s, "X") == {0: 0, 1: 1}
    assert distribution(s, "S") == distribution(MODEL, "S")
    assert MODEL.do() == MODEL
    assert model() == MODEL  # unchanged
    d = MODEL.do({"D": 0})
    assert d.diagram.decisions == ()
    assert d.expected_utility() == Fraction(1, 4)
    assert MODEL.do(S=0, X=1) == MODEL.do(X=1).do({"S": 0})


def test_soft_intervention():
    s = MODEL.replace(X=lambda D: 1 - D, S={0: 1})
    assert s.diagram == D
    assert expectation(s, policy={"D": 1}) == 1
    assert s.replace(X=MODEL.mechanism("X"), S=MODEL.mechanism("S")) == MODEL


def test_interventions_before_and_after_the_policy_is_chosen():
    # D sees a report O of S and guesses S. Jam the report at 0.
    d = cid.CID.parse("S -> O -> D -> U; S -> U", decisions="D", utilities="U")
    s = SCIM(
        d,
        {"D": (0, 1)},
        {
            "S": {0: Fraction(1, 4), 1: Fraction(3, 4)},
            "O": lambda S: S,
            "U": lambda S, D: int(S == D),
        },
    )
    frozen = s.solve().policy
    assert s.solve().value == 1
    # Pre-policy: the agent knows that the report is jammed, and guesses the likelier state.
    before = s.do(O=0)
    assert before.solve().value == Fraction(3, 4)
    assert before.solve().policy["D"](O=0) == 1
    # Post-policy: the agent trusts the report as before.
    after = s.do_post_policy(frozen, O=0)
    assert after.expected_utility() == Fraction(1, 4)
    assert after == s.with_policy(frozen).do({"O": 0})
    # The same numbers as questions; an intervention in a question comes after the policy.
    from cid import potential_response

    assert expectation(s, potential_response("U", O=0), policy=frozen) == Fraction(1, 4)
    assert expectation(s.do(O=0), policy=before.solve().policy) == Fraction(3, 4)
    # Soft: the report is inverted. An agent that knows adapts fully, a frozen one is always wrong.
    assert s.replace(O=lambda S: 1 - S).solve().value == 1
    inverted = s.replace_post_policy(frozen, O=lambda S: 1 - S)
    assert inverted.expected_utility() == 0
    assert inverted == s.replace_post_policy(frozen, {"O": lambda S: 1 - S})
    assert inverted == s.with_policy(frozen).replace(O=lambda S: 1 - S)


def test_rules_are_mappings():
    both = MODEL.solve().policy["D"]
    assert dict(both) == {(0,): 0, (1,): 1}
    assert (both[0], both[1,], both(S=1, X=0), both.ties(1)) == (0, 1, 1, (1,))
    assert (both.get((7,)), both.get(7, "none"), (1,) in both, (7,) in both) == (
        None,
        "none",
        True,
        False,
    )


def test_policies():
    for rule_ in (lambda S: S, {0: 0, 1: 1}, {(0,): 0, (1,): 1}, MODEL.solve().policy["D"]):
        s = MODEL.with_policy({"D": rule_})
        assert s.diagram == D.fix("D")
        assert s.expected_utility() == 1
    assert MODEL.with_policy({"D": 1}).expected_utility() == Fraction(3, 4)
    assert MODEL.with_policy({"D": {0: HALF, 1: HALF}}).expected_utility() == HALF
    assert MODEL.with_policy(
        {"D": lambda S: {S: Fraction(9, 10), 1 - S: Fraction(1, 10)}}
    ).expected_utility() == Fraction(9, 10)
    assert MODEL.with_policy({}) == MODEL
    # A mechanism of another model knows its contexts by their values, too.
    turned = model(domains={"S": (1, 0), "X": (1, 0)})
    for said in (lambda S: 1 - S, lambda S: {S: Fraction(9, 10), 1 - S: Fraction(1, 10)}):
        fixed = MODEL.with_policy({"D": said})
        assert turned.with_policy({"D": fixed.mechanism("D")}) == turned.with_policy({"D": said})
    assert turned.replace(U=MODEL.mechanism("U")) == turned
    with pytest.raises(cid.ModelError, match=r"made for 'S' with the values \(0, 1\); here"):
        model(domains={"S": (0, 1, 2)}).with_policy({"D": fixed.mechanism("D")})
    # A rule knows its contexts by their values, in whatever order a model lists them.
    assert model(domains={"S": (1, 0)}).expected_utility(MODEL.solve().policy) == 1
    # A model's own mechanism of a fixed decision is a rule again.
    fixed = MODEL.with_policy({"D": lambda S: 1 - S})
    assert MODEL.with_policy({"D": fixed.mechanism("D")}) == fixed


@pytest.mark.parametrize(
    ("make", "error", "match"),
    [
        (lambda: MODEL.do(X=7), cid.ModelError, "7 is not in the domain of 'X'"),
        (lambda: MODEL.do(X=[0]), cid.ModelError, "not in the domain"),
        (lambda: MODEL.do(Y=0), cid.UnknownNodeError, "'Y' is no node"),
        (lambda: MODEL.do("X"), cid.CIDTypeError, "do takes"),
        (lambda: MODEL.replace(D=0), cid.ModelError, "'D' is a decision"),
        (lambda: MODEL.replace(X=7), cid.ModelError, "not in its domain"),
        (lambda: MODEL.replace(3), cid.CIDTypeError, "replace takes"),
        (lambda: MODEL.with_policy(3), cid.CIDTypeError, "mapping from decisions"),
        (lambda: MODEL.with_policy({"X": 0}), cid.UnknownNodeError, "not a decision"),
        (lambda: MODEL.with_policy({"D": 7}), cid.ModelError, "not in its domain"),
        (lambda: MODEL.with_policy({"D": lambda X: X}), cid.ModelError, "reads 'X'"),
        (lambda: MODEL.with_policy({"D": {0: 1}}), cid.ModelError, "lacks"),
        (
            lambda: model(domains={"D": (1, 0)}).with_policy(MODEL.solve().policy),
            cid.ModelError,
            "gives values of",
        ),
        (
            lambda: model(domains={"S": (0, 1, 2)}).with_policy(MODEL.solve().policy),
            cid.ModelError,
            r"made for 'S' with the values \(0, 1\); here they are \(0, 1, 2\)",
        ),
        (lambda: MODEL.solve().policy["D"][7,], cid.ModelError, r"\(7,\) is no context.*'D'"),
        (lambda: MODEL.solve().policy["D"][7,], KeyError, r"^\(7,\) is no context"),
        (lambda: MODEL.solve().policy["D"].ties("S"), cid.ModelError, "'S' is no context"),
        (lambda: MODEL.with_link("X", "D"), cid.CycleError, "cycle"),
        (lambda: MODEL.with_link("S", "X"), cid.UnknownNodeError, "not a decision"),
        (lambda: MODEL.without_link("X", "D"), cid.UnknownNodeError, "no edge"),
        (lambda: MODEL.mechanism("D"), cid.ModelError, "until a policy is given"),
        (lambda: MODEL.cpd("U", ["S"]), cid.ModelError, "not the parents"),
        (lambda: MODEL.utility_values("S"), cid.ModelError, "no utility"),
        (lambda: one("a").mean("Y"), cid.CIDTypeError, "not a number"),
        (lambda: MODEL.at({"p": 1}), cid.UnknownNodeError, "'p' is no parameter"),
        (lambda: MODEL.at(3), cid.CIDTypeError, "mapping"),
    ],
)
def test_interventions_refused(make, error, match):
    with pytest.raises(error, match=match):
        make()


def test_at_refuses():
    p = sympy.Symbol("p")
    s = model(S={0: 1 - p, 1: p})
    for bad in (2, -HALF, 1.5):
        with pytest.raises(cid.ModelError, match="negative probability"):
            s.at({"p": bad})
    with pytest.raises(cid.CIDTypeError, match="not a number"):
        s.at({"p": "__import__('os').system('true')"})
    assert s.at(p=HALF) == s.at({p: HALF}) == s.at({"p": HALF})
    noisy = model(X=Noisy(lambda D, e: 0, {0: p, 1: 1 - p}))
    with pytest.raises(cid.ModelError, match="negative probability"):
        noisy.at({p: 2})  # although the distribution of X would be in order


def test_links():
    d = cid.CID.parse("S -> U; D -> U", decisions="D", utilities="U")
    s = SCIM(d, {"D": (0, 1)}, {"S": COIN, "U": lambda S, D: int(S == D)})
    seeing = s.with_link("S", "D")
    assert (s.solve().value, seeing.solve().value) == (HALF, 1)
    assert seeing.without_link("S", "D") == s


def test_means_and_tables():
    s = model(U=lambda S, X: {0: HALF, 2: HALF} if S else X)
    assert s.cpd("U").shape == (2, 2, 3)
    assert D.parents("U") == ("X", "S")
    assert s.mean("U").tolist() == [[0, 1], [1, 1]]
    assert s.mean("U", ("S", "X")).tolist() == [[0, 1], [1, 1]]
    assert s.mean("X").tolist() == [0, 1]
    f = model(U=lambda S, X: 0.5 * X - S)
    assert f.mean("U").tolist() == [[0, -1], [0.5, -0.5]]
    assert f.mean("U", ("S", "X")).tolist() == [[0, 0.5], [-1, -0.5]]


# ---- JSON ----------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(st.one_of(diagrams(decisions=(1, 2), agents=(1, 2)), hostile_diagrams()), st.integers(0, 99))
def test_json_round_trip(d, seed):
    s = random_scim(d, 2, exact=bool(seed % 2), noise=(None, 1, 3)[seed % 3], seed=seed)
    back = SCIM.from_json(s.to_json())
    assert back == s
    assert back.to_json() == s.to_json()
    assert back.arithmetic == s.arithmetic
    assert back.diagram.nodes == d.nodes


def test_json_keeps_values_and_expressions():
    p = sympy.Symbol("p", positive=True)
    q = sympy.Symbol("\\alpha_1 of 'q'")
    x = sympy.Symbol("X")
    odd = (None, True, 2, -0.5, "text", Fraction(1, 3), ("a", (1, None)), frozenset({"a", 1}))
    s = SCIM(
        cid.CID.parse("A -> X -> U; D -> U", decisions="D", utilities="U"),
        {"A": odd, "D": (p, sympy.pi)},
        {
            "A": {value: Fraction(1, 8) for value in odd},
            "X": lambda A: {odd.index(A): p, 9: 1 - p},
            "U": sympy.Piecewise(
                (sympy.exp(-q * x) + sympy.sqrt(2), sympy.And(x > 3, q < 1)),
                (sympy.Max(q, 0.1) ** sympy.Rational(1, 3) / 7 + sympy.E, True),
            ),
        },
    )
    back = SCIM.from_json(s.to_json())
    assert back == s
    assert back.domains["A"] == odd
    assert [type(v) for v in back.domains["A"]] == [type(v) for v in odd]
    assert back.parameters == s.parameters
    assert back.parameters[-1].is_positive
    json.loads(s.to_json(), parse_constant=pytest.fail)


def test_json_refuses_what_it_cannot_say():
    class Colour:
        pass

    with pytest.raises(cid.ModelError, match="'D' cannot be written as JSON"):
        model(domains={"D": (Colour(), 1)}, X=0).to_json()
    f = sympy.Function("f")
    with pytest.raises(cid.ModelError, match="holds f, which is not written"):
        model(U=f(sympy.Symbol("k"))).to_json()


def _changed(**changes):
    data = MODEL.to_dict()
    data.update(changes)
    return data


def _deep(depth):
    tree = "p"
    for _ in range(depth):
        tree = ["sin", tree]
    return tree


def _expression(tree):
    s = MODEL.to_dict()
    s["parameters"] = {"p": {}}
    s["domains"]["U"] = [0, {"expression": tree}]
    return s


def _mechanism(**parts):
    s = MODEL.to_dict()
    s["mechanisms"]["X"] = parts
    return s


BAD = {
    "nothing": "",
    "truncated": MODEL.to_json()[:-20],
    "a list": "[]",
    "a diagram": D.to_json(),
    "deep": "[" * 100_000,
    "endless number": '{"format": ' + "9" * 5000 + "}",
    "version": json.dumps(_changed(version=2)),
    "foreign key": json.dumps(_changed(extra=1)),
    "domains": json.dumps(_changed(domains=[])),
    "domain": json.dumps(_changed(domains={"S": 3})),
    "no domain": json.dumps(_changed(domains={})),
    "value": json.dumps(_changed(domains=MODEL.to_dict()["domains"] | {"S": [{"python": "1"}, 1]})),
    "nan": json.dumps(_changed(domains=MODEL.to_dict()["domains"] | {"U": [NAN, 1]})),
    "fraction": json.dumps(
        _changed(domains=MODEL.to_dict()["domains"] | {"U": [{"fraction": "1/0"}, 1]})
    ),
    "long fraction": json.dumps(
        _changed(domains=MODEL.to_dict()["domains"] | {"U": [{"fraction": "1e999999999"}, 1]})
    ),
    "mechanisms": json.dumps(_changed(mechanisms=[])),
    "unknown node": json.dumps(_changed(mechanisms={"Z": {"parents": [], "probabilities": [1]}})),
    "decision": json.dumps(
        _changed(mechanisms={"D": {"parents": ["S"], "noise": [1], "response": [0, 0]}})
    ),
    "keys": json.dumps(_mechanism(parents=["D"])),
    "code": json.dumps(_mechanism(parents=["D"], function="lambda D: D")),
    "parents": json.dumps(_mechanism(parents=["S"], noise=[1], response=[0, 1])),
    "unknown parent": json.dumps(_mechanism(parents=["Z"], noise=[1], response=[0, 1])),
    "parent type": json.dumps(_mechanism(parents=[["D"]], noise=[1], response=[0, 1])),
    "twice": json.dumps(_mechanism(parents=["D", "D"], noise=[1], response=[0, 1, 0, 1])),
    "length": json.dumps(_mechanism(parents=["D"], noise=[1], response=[0])),
    "position": json.dumps(_mechanism(parents=["D"], noise=[1], response=[0, 2])),
    "position type": json.dumps(_mechanism(parents=["D"], noise=[1], response=[0, True])),
    "noise": json.dumps(_mechanism(parents=["D"], noise=["1/2"], response=[0, 1])),
    "no noise": json.dumps(_mechanism(parents=["D"], noise=[], response=[])),
    "row": json.dumps(_mechanism(parents=["D"], probabilities=[1, 0, "1/2", "1/3"])),
    "negative": json.dumps(_mechanism(parents=["D"], probabilities=[1, 0, 2, -1])),
    "probability": json.dumps(_mechanism(parents=["D"], probabilities=[1, 0, None, 1])),
    "nan probability": json.dumps(_mechanism(parents=["D"], probabilities=[1, 0, NAN, 1])),
    "import": json.dumps(_expression(["__import__", "os"])),
    "attribute": json.dumps(_expression(["sympify", "p"])),
    "lambdify": json.dumps(_expression(["Lambda", "p", "p"])),
    "text": json.dumps(_expression("__import__('os').system('true')")),
    "empty": json.dumps(_expression([])),
    "no arguments": json.dumps(_expression(["Add"])),
    "arity": json.dumps(_expression(["Pow", "p"])),
    "relation": json.dumps(_expression(["Add", ["StrictLessThan", "p", 1], 1])),
    "tower": json.dumps(_expression(["Pow", 10, ["Pow", 10, 10]])),
    "tower in steps": json.dumps(_expression(["Pow", ["Pow", ["Pow", 10, 1000], 1000], 1000])),
    "deep expression": json.dumps(_expression(_deep(400))),
    "infinite expression": json.dumps(_expression(["Pow", 0, -1])),
    "assumption": json.dumps(_changed(parameters={"p": {"__class__": True}})),
    "assumption value": json.dumps(_changed(parameters={"p": {"positive": 1}})),
    "contradiction": json.dumps(_changed(parameters={"p": {"positive": True, "negative": True}})),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_json(case):
    with pytest.raises(cid.CIDError):
        SCIM.from_json(BAD[case])


def test_bad_json_type():
    with pytest.raises(cid.CIDTypeError, match="takes JSON text"):
        SCIM.from_json(MODEL.to_dict())
    with pytest.raises(cid.FormatError, match=r"SCIM\.to_json"):
        SCIM.from_dict([])


def test_a_root_has_one_context():
    # A rule reads {(): action} where there is nothing to see, and can be handed back so.
    d = cid.CID.parse("D -> U", "D", "U")
    s = SCIM(d, {"D": ("a", "b")}, {"U": lambda D: int(D == "b")})
    rule = s.solve().policy["D"]
    assert dict(rule) == {(): "b"}
    assert s.expected_utility({"D": dict(rule)}) == 1
    assert s.expected_utility({"D": {(): {"a": HALF, "b": HALF}}}) == HALF
    t = SCIM(cid.CID([], nodes=["X"]), {"X": ((), 1)}, {"X": {(): 1}})
    assert distribution(t, "X") == {(): 1, 1: 0}  # here it is a value


def test_symbolic_values_do_not_double():
    p = sympy.Symbol("p", positive=True)
    copied = {(0,): {0: 1 - p, 1: p}, (1,): {0: p, 1: 1 - p}}
    names = [f"X{k}" for k in range(40)]
    d = cid.CID([*itertools.pairwise(names), (names[-1], "U")], [], ["U"])
    mechanisms = {"X0": {0: 1 - p, 1: p}, "U": lambda X39: X39} | dict.fromkeys(names[1:], copied)
    s = SCIM(d, {}, mechanisms)
    truth = (1 - (1 - 2 * p) ** 40) / 2
    assert sympy.expand(s.expected_utility() - truth) == 0
    assert sympy.expand(s.solve().value - truth) == 0


# ---- samples -------------------------------------------------------------------------------------


def run(code, hash_seed):
    environment = {**os.environ, "PYTHONHASHSEED": str(hash_seed)}
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    return done.stdout


@settings(max_examples=15)
@given(diagrams(nodes=(2, 6)), st.integers(0, 99))
def test_frequencies(d, seed):
    n = 4000
    s = random_scim(d, 3, noise=(None, 1, 3)[seed % 3], seed=seed)
    policy = {
        v: {0: HALF, 1: HALF} if not d.parents(v) else (lambda **pa: sum(pa.values()) % 3)
        for v in d.decisions
    }
    drawn = s.sample(n, policy, seed)
    for name in d.nodes:
        for value, p in distribution(s, name, policy=policy).items():
            sigma = math.sqrt(p * (1 - p) / n)
            assert abs((drawn[name] == value).mean() - p) <= 5 * sigma
    # Jointly: a node together with its parents.
    v = d.nodes[-1]
    truth = distribution(s, [v, *d.parents(v)], policy=policy)
    rows = list(zip(drawn[v], *(drawn[p] for p in d.parents(v)), strict=True))
    for values, p in truth.items():
        sigma = math.sqrt(p * (1 - p) / n)
        assert abs(rows.count(values) / n - p) <= 5 * sigma


def test_samples_have_common_noise():
    # Sample by sample, the noise is that of the unintervened model: X = D ^ e with the same e.
    s = model(X=Noisy(lambda D, e: D ^ e, {0: 0.7, 1: 0.3}), S={0: 0.5, 1: 0.5})
    plain, forced = s.sample(500, {"D": 0}, seed=3), s.do(D=1).sample(500, seed=3)
    assert (plain["S"] == forced["S"]).all()
    assert (plain["X"] != forced["X"]).all()
    frozen = s.do_post_policy({"D": lambda S: S}, S=0).sample(500, seed=3)
    assert (frozen["X"] == plain["X"]).all()
    # Also where the intervention changes the order in which nodes can be computed.
    d = cid.CID.parse("A -> B -> C; A -> E")
    t = SCIM(
        d, {}, {v: {0: 0.5, 1: 0.5} for v in "A"} | {v: lambda **x: {0: 0.5, 1: 0.5} for v in "BCE"}
    )
    plain, forced = t.sample(500, seed=3), t.do(C=0).sample(500, seed=3)
    assert t.do(C=0).diagram.topological_order != d.topological_order
    assert all((plain[v] == forced[v]).all() for v in "ABE")


def test_sample_types_and_seeds():
    s = SCIM(
        cid.CID([], nodes=["I", "F", "B", "T", "W"]),
        {},
        {
            "I": COIN,
            "F": {0.5: HALF, 1: HALF},
            "B": {True: HALF, False: HALF},
            "T": {("a", 1): HALF, None: HALF},
            "W": {10**30: 1},
        },
    )
    drawn = s.sample(50, seed=1)
    assert [drawn[v].dtype.kind for v in "IFBTW"] == ["i", "f", "b", "O", "O"]
    assert set(drawn["T"]) == {("a", 1), None}
    assert drawn["W"][0] == 10**30
    assert all(len(values) == 50 for values in drawn.values())
    again = s.sample(50, seed=np.random.default_rng(1))
    assert all((drawn[v] == again[v]).all() for v in drawn)
    assert any((drawn[v] != s.sample(50, seed=2)[v]).any() for v in "IFB")
    rng = np.random.default_rng(1)
    first, second = s.sample(50, seed=rng), s.sample(50, seed=rng)
    assert (first["I"] != second["I"]).any()
    assert s.sample(0, seed=1)["I"].shape == (0,)
    state = np.random.get_state()[1].copy()
    s.sample(50)
    assert (np.random.get_state()[1] == state).all()  # the global generator is left alone


@pytest.mark.parametrize(
    ("ask", "error", "match"),
    [
        (lambda: MODEL.sample(5), cid.ModelError, "'D' has no rule"),
        (lambda: MODEL.sample(-1, {"D": 0}), cid.CIDTypeError, "number of samples"),
        (lambda: MODEL.sample(2.5, {"D": 0}), cid.CIDTypeError, "number of samples"),
        (lambda: MODEL.sample(True, {"D": 0}), cid.CIDTypeError, "number of samples"),
        (lambda: MODEL.sample(1, {"D": 0}, seed="a"), cid.CIDTypeError, "A seed is"),
        (lambda: MODEL.sample(1, {"D": 0}, seed=-1), cid.CIDTypeError, "from zero up"),
        (lambda: MODEL.sample(1, {"D": 0}, seed=1.0), cid.CIDTypeError, "A seed is"),
        (
            lambda: model(S={0: 1 - sympy.Symbol("p"), 1: sympy.Symbol("p")}).sample(1, {"D": 0}),
            cid.ModelError,
            "free parameters p",
        ),
        (lambda: cid.sample(D, 1), cid.CIDTypeError, "takes a SCIM"),
    ],
)
def test_sample_errors(ask, error, match):
    with pytest.raises(error, match=match):
        ask()


# ---- random diagrams and models ------------------------------------------------------------------

DRAW = """
import cid, hashlib
from cid import random_diagram, random_scim
text = []
for seed in range(20):
    d = random_diagram(9, 2, 2, agents=1 + seed % 2, edge_probability=0.5, max_parents=3, seed=seed)
    noise = [None, 2][seed % 2]
    s = random_scim(d, {d.nodes[0]: 3}, exact=bool(seed % 3), noise=noise, seed=seed)
    text.append(s.to_json())
    drawn = s.sample(20, {name: 0 for name in d.decisions}, seed)
    text.append(repr({name: values.tolist() for name, values in drawn.items()}))
print(hashlib.sha256("".join(text).encode()).hexdigest())
"""


def test_the_same_in_every_process():
    # pycid's RandomCPD seeds itself from hash() of strings, which differs from process to process.
    assert run(DRAW, 0) == run(DRAW, 1)


@pytest.mark.slow  # pycid takes seconds to import
def test_pycid_depends_on_the_hash_seed():
    code = (
        "import warnings; warnings.simplefilter('ignore'); import cid; "
        "pycid = cid.io.pycid.load_pycid(); print(pycid.RandomCPD(seed=1)(S='a', T='b'))"
    )
    code = code.replace("import warnings", "import sys; sys.warnoptions = []; import warnings")
    assert run(code, 0) != run(code, 1)


@settings(max_examples=200)
@given(st.data())
def test_random_diagrams(data):
    nodes = data.draw(st.integers(1, 12))
    utilities = data.draw(st.integers(0, nodes))
    decisions = data.draw(st.integers(0, nodes - utilities))
    most = min(decisions, utilities)
    agents = data.draw(st.integers(1, most)) if most else 1
    bounds = [data.draw(st.none() | st.integers(0, 4)) for _ in "pc"]
    seed = data.draw(st.integers(0, 10**6))
    d = random_diagram(
        nodes,
        decisions,
        utilities,
        agents,
        edge_probability=data.draw(st.floats(0, 1)),
        max_parents=bounds[0],
        max_children=bounds[1],
        seed=seed,
    )
    assert (len(d.nodes), len(d.decisions), len(d.utilities)) == (nodes, decisions, utilities)
    if decisions or utilities:
        assert len(d.agents) == agents
    assert all(d.decisions_of(a) and d.utilities_of(a) for a in d.agents if agents > 1)
    for name in d.nodes:
        assert len(d.parents(name)) <= (math.inf if bounds[0] is None else bounds[0])
        assert len(d.children(name)) <= (math.inf if bounds[1] is None else bounds[1])


def test_random_diagrams_fill_up():
    d = random_diagram(10, 2, 3, edge_probability=1, seed=0)
    assert len(d.edges) == 7 * 6 // 2 + 7 * 3
    assert random_diagram(10, edge_probability=0, seed=0).edges == ()
    counts = [len(random_diagram(10, 1, 1, edge_probability=0.3, seed=k).edges) for k in range(200)]
    assert abs(np.mean(counts) - 0.3 * 45) < 5 * math.sqrt(0.3 * 0.7 * 45 / 200)
    bounded = random_diagram(40, 5, 5, edge_probability=1, max_parents=2, seed=0)
    assert sum(len(bounded.parents(v)) == 2 for v in bounded.nodes) > 30


def test_random_soluble_diagrams():
    drawn = [random_diagram(7, 3, 2, edge_probability=0.5, soluble=True, seed=k) for k in range(20)]
    assert all(cid.is_soluble(d) for d in drawn)
    loose = [random_diagram(7, 3, 2, edge_probability=0.5, seed=k) for k in range(20)]
    assert not all(cid.is_soluble(d) for d in loose)


@settings(max_examples=60)
@given(diagrams(decisions=(1, 2)), st.integers(0, 10**6), st.booleans())
def test_random_models(d, seed, exact):
    rng = random.Random(seed)
    sizes = {v: rng.randint(1, 4) for v in rng.sample(d.nodes, len(d.nodes) // 2)}
    noise = rng.choice([None, 1, 2, 5])
    s = random_scim(d, sizes, exact=exact, noise=noise, utility_values=(-1, 7), seed=seed)
    for v in d.nodes:
        expected = (-1, 7) if v in d.utilities else tuple(range(sizes.get(v, 2)))
        assert s.domains[v] == expected
        if v not in d.decisions:
            rows = s.cpd(v).astype(float).reshape(-1, len(expected))
            assert np.allclose(rows.sum(axis=1), 1)
            states = 1 if v in d.utilities else noise
            found = s.mechanism(v).noise
            assert (found is None) == (states is None)
            assert found is None or len(found) == states
    assert s.arithmetic == "exact" or not exact


@pytest.mark.parametrize(
    ("draw", "error", "match"),
    [
        (lambda: random_diagram(3, 2, 2), cid.DiagramError, "do not fit into 3"),
        (lambda: random_diagram(0, 0, 0), cid.DiagramError, "do not fit"),
        (lambda: random_diagram(5, 1, 2, agents=2), cid.DiagramError, "2 agents cannot share"),
        (lambda: random_diagram(5, 1, 2, agents=0), cid.DiagramError, "0 agents"),
        (lambda: random_diagram(-5), cid.CIDTypeError, "nodes is an integer"),
        (lambda: random_diagram(5.0), cid.CIDTypeError, "nodes is an integer"),
        (lambda: random_diagram(max_parents=-1), cid.CIDTypeError, "max_parents"),
        (lambda: random_diagram(edge_probability=1.5), cid.DiagramError, "between 0 and 1"),
        (lambda: random_diagram(edge_probability=NAN), cid.DiagramError, "between 0 and 1"),
        (lambda: random_diagram(edge_probability="0.5"), cid.DiagramError, "between 0 and 1"),
        (lambda: random_diagram(edge_probability=None), cid.DiagramError, "between 0 and 1"),
        (lambda: random_diagram(10**6), cid.SizeError, "1,000,000 nodes are too many"),
        (lambda: random_diagram(seed="a"), cid.CIDTypeError, "A seed"),
        (
            lambda: random_diagram(16, 12, 4, edge_probability=0.5, soluble=True, seed=0),
            cid.DiagramError,
            "None of 1,000 diagrams is soluble",
        ),
        (lambda: random_scim("S -> D"), cid.CIDTypeError, "takes a CID"),
        (lambda: random_scim(D, 0), cid.CIDTypeError, "size of 'S'"),
        (lambda: random_scim(D, {"Z": 2}), cid.UnknownNodeError, "'Z'"),
        (lambda: random_scim(D, noise=0), cid.CIDTypeError, "states of the noise is an integer"),
        (lambda: random_scim(D, noise=10**10), cid.ModelError, "8,000,000 is the most"),
        (lambda: random_scim(D, 10**10), cid.ModelError, "size of 'S' is 10,000,000,000; 8,000,0"),
        (lambda: random_scim(D, utility_values=()), cid.CIDTypeError, "lists what"),
        (lambda: random_scim(D, utility_values=3), cid.CIDTypeError, "lists what"),
        (lambda: random_scim(D, utility_values=("a",)), cid.CIDTypeError, "not a number"),
        (
            lambda: random_scim(cid.CID([(f"X{i}", "Y") for i in range(40)])),
            cid.ModelError,
            "max_parents",
        ),
    ],
)
def test_random_errors(draw, error, match):
    with pytest.raises(error, match=match):
        draw()


def test_models_hold_no_reference_to_the_functions_they_were_made_from():
    class Big:
        def __call__(self, D):
            return D

    big = Big()
    watched = weakref.ref(big)
    s = model(X=big)
    del big
    gc.collect()
    assert watched() is None
    assert isinstance(s.mechanism("X"), Mechanism)
