"""Introduced effects and variations, against sums over all worlds."""

import itertools
from fractions import Fraction

import numpy as np
import pytest

import cid
from cid import introduced_total_effect, introduced_total_variation

HALF = Fraction(1, 2)
D = cid.CID.parse(
    "Z -> A; Z -> X; A -> X; X -> D; A -> D; X -> Y; Z -> Y; D -> U; Y -> U", "D", "U"
)


def drawn(rng):
    """Chances of Z, of A given Z, and tables of X(A, Z), Y(X, Z) and D(X, A)."""
    chance = [Fraction(int(k), 7) for k in rng.integers(1, 7, 3)]
    x = rng.integers(0, 2, (2, 2))
    y, rule = rng.integers(-2, 3, (2, 2)), rng.integers(-2, 3, (2, 2))
    return chance, x, y, rule


def model(chance, x, y, rule):
    s = cid.SCIM(D, {"D": (-2, -1, 0, 1, 2)}, {
        "Z": {1: chance[0], 0: 1 - chance[0]},
        "A": lambda Z: {1: chance[1 + Z], 0: 1 - chance[1 + Z]},
        "X": lambda A, Z: int(x[A, Z]),
        "Y": lambda X, Z: int(y[X, Z]),
        "U": lambda D, Y: -((D - Y) ** 2),
    })  # fmt: skip
    return s, {"D": lambda X, A: int(rule[X, A])}


def means(chance, x, y, rule, a, *, setting):
    """E[D], E[Y] with the attribute set to a, or among those who have it."""
    total, sums = Fraction(0), [Fraction(0), Fraction(0)]
    for z, drawn_a in itertools.product((0, 1), repeat=2):
        weight = (chance[0] if z else 1 - chance[0]) * (
            chance[1 + z] if drawn_a else 1 - chance[1 + z]
        )
        if not setting and drawn_a != a:
            continue
        seen = x[a, z]
        total += weight
        sums[0] += weight * int(rule[seen, a])
        sums[1] += weight * int(y[seen, z])
    return [amount / total for amount in sums]


@pytest.mark.parametrize("seed", range(20))
def test_sizes_are_sums_over_worlds(seed):
    parts = drawn(np.random.default_rng(seed))
    s, policy = model(*parts)
    low, high = (means(*parts, a, setting=True) for a in (0, 1))
    effects = [after - before for before, after in zip(low, high, strict=True)]
    ours = introduced_total_effect(s, "A", "D", "Y", 0, 1, policy)
    assert ours == effects[0] - effects[1]
    assert introduced_total_effect(s, "A", "D", "Y", 1, 0, policy) == -ours
    unsigned = abs(effects[0]) - abs(effects[1])
    for ends in ((0, 1), (1, 0)):
        assert introduced_total_effect(s, "A", "D", "Y", *ends, policy, signed=False) == unsigned
    low, high = (means(*parts, a, setting=False) for a in (0, 1))
    gaps = [abs(after - before) for before, after in zip(low, high, strict=True)]
    for ends in ((0, 1), (1, 0)):
        found = introduced_total_variation(s, "A", "D", "Y", *ends, policy)
        assert found == gaps[0] - gaps[1]


def test_signed_and_unsigned_can_be_on_either_side_of_zero():
    signs = set()
    for seed in range(40):
        s, policy = model(*drawn(np.random.default_rng(seed)))
        signed = introduced_total_effect(s, "A", "D", "Y", 0, 1, policy)
        unsigned = introduced_total_effect(s, "A", "D", "Y", 0, 1, policy, signed=False)
        signs.add((signed > 0, unsigned > 0))
    assert len(signs) == 4


def copies():
    """The attribute and the label are copies of one coin, and the prediction reads the first."""
    d = cid.CID.parse("Z -> A -> D -> U; Z -> Y -> U", decisions="D", utilities="U")
    return cid.SCIM(d, {"D": (0, 1)}, {
        "Z": {0: HALF, 1: HALF},
        "A": lambda Z: Z,
        "Y": lambda Z: Z,
        "U": lambda D, Y: -((D - Y) ** 2),
    })  # fmt: skip


def test_the_criterion_is_about_the_variation_and_not_the_effect():
    s = copies()
    assert not cid.admits_introduced_variation(s.diagram, "A", conditional_mean=True)
    assert introduced_total_variation(s, "A", "D", "Y", 0, 1) == 0
    assert introduced_total_effect(s, "A", "D", "Y", 0, 1) == 1


@pytest.mark.parametrize("seed", range(10))
def test_an_attribute_that_is_a_feature_lets_the_conditional_mean_introduce_nothing(seed):
    chance, x, y, _ = drawn(np.random.default_rng(seed))
    assert not cid.admits_introduced_variation(D, "A", conditional_mean=True)
    seen = {}
    for a, value in itertools.product((0, 1), repeat=2):
        weights = [
            (chance[0] if z else 1 - chance[0]) * (chance[1 + z] if a else 1 - chance[1 + z])
            * (x[a, z] == value)
            for z in (0, 1)
        ]  # fmt: skip
        mean = sum(w * int(y[value, z]) for z, w in enumerate(weights))
        seen[value, a] = mean / sum(weights) if sum(weights) else Fraction(0)
    s, _ = model(chance, x, y, np.zeros((2, 2), int))
    fitted = cid.SCIM(
        D,
        {"D": tuple(sorted(set(seen.values())))},
        {name: s.mechanism(name) for name in ("Z", "A", "X", "Y")}
        | {"U": lambda D, Y: -((D - Y) ** 2)},
    )
    policy = {"D": lambda X, A: seen[X, A]}
    assert introduced_total_variation(fitted, "A", "D", "Y", 0, 1, policy) <= 0


def test_a_prediction_that_was_fitted_before_has_sizes_too():
    s = copies().with_policy({"D": lambda A: A})
    assert s.diagram.decisions == ()
    assert introduced_total_effect(s, "A", "D", "Y", 0, 1) == 1
    assert introduced_total_variation(s, "A", "D", "Y", 0, 1) == 0


def test_a_group_that_nobody_is_in_has_no_mean():
    s = copies().replace(Z={0: 1})
    with pytest.raises(cid.ModelError, match=r"probability (zero|0)"):
        introduced_total_variation(s, "A", "D", "Y", 0, 1)
    with pytest.raises(cid.ModelError, match="both as the prediction"):
        introduced_total_variation(s, "A", "D", "D", 0, 1)
