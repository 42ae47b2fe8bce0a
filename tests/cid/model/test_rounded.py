"""Probabilities that are rounded, and those that numpy, torch and pandas hold."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cid
from cid.model.distributions import normalised
from cid.model.values import domain_values

torch = pytest.importorskip("torch")

THIRD = Fraction(1, 3)
GRAPH = cid.CID.parse("S -> D -> U; S -> X; S -> U", decisions="D", utilities="U")


def model(**mechanisms):
    given = {"S": {0: 0.5, 1: 0.5}, "X": lambda S: S, "U": lambda S, D: int(S == D)}
    return cid.SCIM(GRAPH, {"S": (0, 1), "X": (0, 1), "D": (0, 1)}, {**given, **mechanisms})


# ---- rounding ------------------------------------------------------------------------------------


@given(st.lists(st.integers(1, 99), min_size=2, max_size=5), st.floats(-1e-4, 1e-4))
def test_floats_are_divided_by_their_sum(weights, off):
    exact = [w / sum(weights) for w in weights]
    row = [p * (1 + off) for p in exact]
    s = cid.SCIM(cid.CID([], nodes=["S"]), {}, {"S": dict(enumerate(row))})
    assert s.cpd("S") == pytest.approx(exact, abs=1e-12)
    assert s.cpd("S").sum() == pytest.approx(1, abs=1e-12)
    table = cid.Mechanism((), tuple(range(len(row))), np.array(row, dtype=object))
    again = cid.SCIM(cid.CID([], nodes=["S"]), {}, {"S": table})
    assert again.cpd("S") == pytest.approx(exact, abs=2e-9)


def test_what_a_rounded_table_is_worth():
    """Three equal chances typed with four digits, as pgmpy and pycid take them."""
    thirds = {0: 0.3333, 1: 0.3333, 2: 0.3333}
    s = cid.SCIM(cid.CID([], nodes=["S"]), {}, {"S": thirds})
    assert s.cpd("S") == pytest.approx([1 / 3] * 3, abs=1e-15)


def test_exact_numbers_are_held_to_exactness():
    nearly = {0: Fraction(3333, 10**4), 1: Fraction(6666, 10**4)}
    with pytest.raises(cid.ModelError, match=r"sums to 9999/10000, not 1\. Exact numbers are held"):
        model(S=nearly)
    with pytest.raises(cid.ModelError, match="give rounded ones as floats"):
        cid.SCIM(cid.CID([], nodes=["S"]), {}, {"S": nearly}, normalise=0.5)
    one_more = np.array([THIRD, THIRD, THIRD + Fraction(1, 10**12)], dtype=object)
    with pytest.raises(cid.ModelError, match="Exact numbers"):
        normalised(one_more, "The table")


def test_the_user_sets_the_bound():
    lone = cid.CID([], nodes=["S"])
    rough = {"S": {0: 0.33, 1: 0.66}}
    with pytest.raises(cid.ModelError, match=r"sums to 0\.99, not 1.*0\.0001.*normalise="):
        cid.SCIM(lone, {}, rough)
    assert cid.SCIM(lone, {}, rough, normalise=0.011).cpd("S") == pytest.approx([1 / 3, 2 / 3])
    slightly = {"S": {0: 0.50001, 1: 0.5}}
    assert cid.SCIM(lone, {}, slightly, normalise=True).cpd("S").sum() == pytest.approx(1)
    for strict in (False, 0, 1e-6):
        with pytest.raises(cid.ModelError, match=r"sums to 1\.00001"):
            cid.SCIM(lone, {}, slightly, normalise=strict)
    for bad in (-0.1, 1.0, float("nan"), 2):
        with pytest.raises(cid.ModelError, match="normalise is"):
            cid.SCIM(lone, {}, rough, normalise=bad)
    for bad in ("no", None, [0.1]):
        with pytest.raises(cid.CIDTypeError, match="normalise is how far"):
            cid.SCIM(lone, {}, rough, normalise=bad)


def test_noise_is_rounded_too():
    noisy = cid.Noisy(lambda S, e: S ^ e, noise={0: 0.33333, 1: 0.66666})
    assert model(X=noisy).cpd("X")[0] == pytest.approx([1 / 3, 2 / 3], abs=1e-9)
    s = model(X=noisy)
    data = s.to_dict()
    assert cid.SCIM.from_dict(data) == s


def test_what_a_model_wrote_reads_back_bit_for_bit():
    s = model(S={0: 0.1 + 0.2, 1: 0.7}, X=np.float32([[0.3, 0.7], [0.1, 0.9]]))
    assert cid.SCIM.from_json(s.to_json()) == s


def test_leftover_probability_is_shared_among_the_values_with_none():
    assert model(S={0: 0.6, 1: None}).cpd("S").tolist() == pytest.approx([0.6, 0.4])
    exact = model(S={0: Fraction(1, 3), 1: None})
    assert exact.mechanism("S").table("exact").tolist() == [Fraction(1, 3), Fraction(2, 3)]
    assert model(S={0: None, 1: None}).cpd("S").tolist() == [0.5, 0.5]
    assert model(S={0: 1, 1: None}).cpd("S").tolist() == [1, 0]
    for wrong in ({0: 1.5, 1: None}, {0: Fraction(4, 3), 1: None}):
        with pytest.raises(cid.ModelError, match=r"nothing over for 1.*leftover"):
            model(S=wrong)
    with pytest.raises(cid.ModelError, match="gives 0 a probability and None"):
        model(S={0: 0.5, torch.tensor(0): None, 1: None})


# ---- torch ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
def test_a_softmax_is_a_rule(dtype):
    torch.manual_seed(0)
    for _ in range(20):
        rule = torch.softmax(torch.randn(2, 2, requires_grad=True), -1).to(dtype)
        if dtype == torch.bfloat16:  # three digits: the user says how rounded they are
            rule = rule / rule.sum(-1, keepdim=True)
            made = cid.SCIM(
                cid.CID.parse("S -> X"),
                {"S": (0, 1), "X": (0, 1)},
                {"S": {0: 0.5, 1: 0.5}, "X": rule},
                normalise=0.01,
            )
            assert made.cpd("X") == pytest.approx(rule.detach().float().numpy(), abs=0.01)
            continue
        value = model().expected_utility({"D": rule})
        assert value == pytest.approx(float(rule.detach().diagonal().mean()), abs=1e-6)


def test_tensors_as_values_and_rows():
    logits = torch.tensor([[0.0, 1.0], [2.0, 0.0]])
    whole = model(X=torch.softmax(logits, -1))
    by_row = model(X=lambda S: torch.softmax(logits[S], -1))
    assert whole.cpd("X") == pytest.approx(by_row.cpd("X"))
    assert model(U=torch.tensor([[1, 0], [0, 1]])).mean("U") == pytest.approx(np.eye(2))
    assert model(X=lambda S: torch.tensor(S)) == model()
    assert model(S={0: torch.tensor(0.25), 1: torch.tensor(0.75)}).cpd("S")[1] == 0.75
    with pytest.raises(cid.ModelError, match=r"array of shape \(3,\).*domain has 2 values"):
        model(X=lambda S: torch.ones(3) / 3)


# ---- pandas --------------------------------------------------------------------------------------

DATA = pd.DataFrame(
    {"S": [0, 0, 0, 1, 1, 1, 1], "D": [0, 1, 1, 0, 0, 1, 1], "X": [0, 0, 1, 1, 1, 1, 0]}
)


def test_frames_from_data():
    share = pd.crosstab(DATA["S"], DATA["X"], normalize="index")
    expected = [[2 / 3, 1 / 3], [1 / 4, 3 / 4]]
    assert model(X=share).cpd("X") == pytest.approx(np.array(expected))
    counted = DATA.groupby("S")["X"].value_counts(normalize=True)
    assert model(X=counted).cpd("X") == pytest.approx(np.array(expected))
    assert model(S=DATA["S"].value_counts(normalize=True)).cpd("S") == pytest.approx([3 / 7, 4 / 7])
    assert model(S=pd.Series({0: 0.25, 1: 0.75})).cpd("S") == pytest.approx([0.25, 0.75])
    assert model(X=lambda S: share.loc[S]).cpd("X") == pytest.approx(np.array(expected))


def test_levels_go_by_name_not_by_place():
    pay = pd.Series({(d, s): 10 * s + d for d in (0, 1) for s in (0, 1)}, name="U").rename_axis(
        ["D", "S"]
    )
    assert model(U=pay).mean("U", ["S", "D"]) == pytest.approx(np.array([[0, 1], [10, 11]]))
    only_one = pd.Series([5, 7], index=pd.Index([0, 1], name="D"))
    assert model(U=only_one).mean("U", ["S", "D"]) == pytest.approx(np.array([[5, 7], [5, 7]]))


def test_what_is_wrong_with_a_frame():
    with pytest.raises(cid.ModelError, match="level 'Z'; its parents are S"):
        model(X=pd.Series([0, 1], index=pd.Index([0, 1], name="Z")))
    with pytest.raises(cid.ModelError, match="an entry twice in its index"):
        model(X=pd.Series([0, 1], index=pd.Index([0, 0], name="S")))
    with pytest.raises(cid.ModelError, match=r"fails at S=1.*no such row"):
        model(X=pd.Series([0], index=pd.Index([0], name="S")))


@pytest.mark.parametrize(
    "values",
    [
        DATA["S"].unique(),
        pd.Series(["a", "b", "a"]).unique(),
        pd.Series(["a", "b", "a"], dtype="category").unique(),
        pd.Index([0, 1]),
        pd.Series([0.5, 1.5]),
        torch.tensor([0, 1]),
        np.array([True, False]),
    ],
    ids=repr,
)
def test_domains(values):
    found = domain_values("S", values)
    assert list(found) == list(values.tolist())
    assert all(type(v) in (int, float, str, bool) for v in found)
