"""The value of a zero-sum game, against linear programming and games whose value is known."""

from fractions import Fraction

import numpy as np
import pytest
from scipy.optimize import linprog

from cid.solving.zero_sum import least_largest


def by_linear_programming(rows):
    """The same value from a general solver: least v such that no mixed entry is above it."""
    rows = np.array(rows, dtype=float)
    count, width = rows.shape
    found = linprog(
        [0] * count + [1],
        A_ub=np.hstack([rows.T, -np.ones((width, 1))]),
        b_ub=np.zeros(width),
        A_eq=[[1] * count + [0]],
        b_eq=[1],
        bounds=[(0, None)] * count + [(None, None)],
    )
    assert found.success
    return found.fun


@pytest.mark.parametrize(
    ("rows", "value"),
    [
        ([[3]], 3),
        ([[-2, 5, 1]], 5),
        ([[1, -1], [-1, 1]], 0),
        ([[0, 1, -1], [-1, 0, 1], [1, -1, 0]], 0),
        ([[3, -1], [-2, 1]], Fraction(1, 7)),
        ([[2, 2], [1, 1]], 1),
        ([[0, 0], [0, 0], [1, 1]], 0),
    ],
)
def test_games_whose_value_is_known(rows, value):
    found = least_largest(rows)
    assert found == value
    assert isinstance(found, Fraction)


@pytest.mark.parametrize("seed", range(60))
def test_random_games_have_the_value_of_linear_programming(seed):
    rng = np.random.default_rng(seed)
    shape = rng.integers(1, 7, 2)
    rows = rng.integers(-3, 4, shape)  # few numbers, so that the simplex method meets ties
    exact = least_largest(rows.tolist())
    assert isinstance(exact, Fraction)
    assert float(exact) == pytest.approx(by_linear_programming(rows), abs=1e-9)
    assert least_largest((rows / 7).tolist()) == pytest.approx(float(exact) / 7, abs=1e-9)
