"""One rule at several decisions, against grids of stochastic rules, each played out."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from play import expected

import cid
from cid.engine.bernstein import maximise
from cid.engine.polynomial import Polynomial
from cid.engine.simplices import Slot, maxima

HALF = Fraction(1, 2)


def driver(*payoffs):
    """Leave at one of several exits that look the same, or drive to the end."""
    exits = [f"exit{k}" for k in range(len(payoffs) - 1)]

    def paid(**turns):
        for name, payoff in zip(exits, payoffs, strict=False):
            if turns[name] == "leave":
                return payoff
        return payoffs[-1]

    d = cid.CID([(name, "U") for name in exits], exits, ["U"])
    table = {
        turns: paid(**dict(zip(exits, turns, strict=True)))
        for turns in product(("leave", "go"), repeat=len(exits))
    }
    if len(exits) == 1:
        table = {turns[0]: value for turns, value in table.items()}
    return cid.SCIM(d, dict.fromkeys(exits, ("leave", "go")), {"U": table}), exits


def as_rules(s, policy):
    """Return a solution's tables in the form that :mod:`play` reads."""
    return {v: table if s.diagram.parents(v) else {(): table} for v, table in policy.items()}


# ---- the absent-minded driver ----------------------------------------------------------------


def test_the_absent_minded_driver():
    s, exits = driver(0, 4, 1)
    solution = cid.solve_shared(s, [exits])
    assert solution.value == Fraction(4, 3)
    assert solution.deterministic == 1
    for name in exits:
        assert solution.policy[name] == {"leave": Fraction(1, 3), "go": Fraction(2, 3)}
    assert (solution.status, solution.gap) == ("optimal", 0)
    assert "quadratic" in solution.method
    assert len(solution.optima) == 1
    assert s.expected_utility(solution.policy) == Fraction(4, 3)
    assert expected(s, as_rules(s, solution.policy), "agent") == Fraction(4, 3)


def test_with_rules_of_their_own_the_exits_are_told_apart():
    s, exits = driver(0, 4, 1)
    apart = cid.solve_shared(s, [])
    assert apart.value == apart.deterministic == s.solve().value == 4
    assert [apart.policy[name] for name in exits] == [{"go": 1}, {"leave": 1}]


def test_three_exits_have_an_irrational_optimum():
    s, exits = driver(0, 1, 4, 1)
    solution = cid.solve_shared(s, [exits])
    p = sympy.Symbol("p")
    value = 1 * p * (1 - p) + 4 * p**2 * (1 - p) + p**3
    best = max(
        sympy.solveset(value.diff(p), p, sympy.Interval(0, 1)), key=lambda x: value.subs(p, x)
    )
    assert sympy.simplify(solution.policy["exit0"]["go"] - best) == 0
    assert sympy.simplify(solution.value - value.subs(p, best)) == 0
    assert not best.is_rational
    assert "roots" in solution.method
    assert solution.deterministic == 1


def test_a_fixed_exit_leaves_the_rest_to_be_solved():
    s, exits = driver(0, 4, 1)
    fixed = s.with_policy({exits[0]: "go"})
    assert cid.solve_shared(fixed, [exits[1:]]).value == 4


# ---- random models ---------------------------------------------------------------------------


@st.composite
def twins(draw, actions=(2, 2), observe=(0, 1), decisions=(2, 3)):
    """Draw decisions in a row that share a rule, each with an observation of its own, or none."""
    count = draw(st.integers(*decisions))
    size = draw(st.integers(*actions))
    seeing = draw(st.integers(*observe))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    names = [f"D{k}" for k in range(count)]
    edges = [(name, "U") for name in names]
    mechanisms = {}
    if seeing:
        for k, name in enumerate(names):
            edges.append((f"S{k}", name))
            before = names[k - 1 : k] if draw(st.booleans()) else []
            edges += [(other, f"S{k}") for other in before]
            rows = {
                context: {0: Fraction(w, 3), 1: Fraction(3 - w, 3)}
                for context in product(range(size), repeat=len(before))
                for w in [int(rng.integers(0, 4))]
            }
            mechanisms[f"S{k}"] = rows if before else rows[()]
    mechanisms["U"] = {
        turns: int(rng.integers(-3, 5)) for turns in product(range(size), repeat=count)
    }
    d = cid.CID(edges, names, ["U"])
    domains = {name: tuple(range(size)) for name in names}
    if seeing:
        domains |= {f"S{k}": (0, 1) for k in range(count)}
    return cid.SCIM(d, domains, mechanisms), names


def simplex(size, steps):
    """List the points of a grid on a simplex."""
    if size == 1:
        return [(steps,)]
    return [(k, *rest) for k in range(steps + 1) for rest in simplex(size - 1, steps - k)]


def grid(s, names, steps):
    """Yield shared rules on a grid."""
    domain = s.domains[names[0]]
    seen = list(product(*(s.domains[p] for p in s.diagram.parents(names[0]))))
    points = simplex(len(domain), steps)
    for choice in product(points, repeat=len(seen)):
        rule = {
            c: {a: Fraction(k, steps) for a, k in zip(domain, row, strict=True) if k}
            for c, row in zip(seen, choice, strict=True)
        }
        yield dict.fromkeys(names, rule)


def check(s, names, steps):
    solution = cid.solve_shared(s, [names])
    assert set(map(str, solution.optima[0])) == set(names)
    for policy in solution.optima:
        assert abs(expected(s, as_rules(s, policy), "agent") - solution.value) < 1e-12
        assert all(policy[name] == policy[names[0]] for name in names) or s.diagram.parents(
            names[0]
        )
    best = max(expected(s, rules, "agent") for rules in grid(s, names, steps))
    assert best - solution.value <= solution.gap
    assert solution.deterministic == max(expected(s, rules, "agent") for rules in grid(s, names, 1))
    return solution


@settings(max_examples=60)
@given(twins())
def test_no_rule_on_a_grid_is_better(drawn):
    s, names = drawn
    check(s, names, 12 if not s.diagram.parents(names[0]) else 6)


@settings(max_examples=20)
@given(twins(actions=(3, 3), observe=(0, 0)))
def test_no_rule_over_three_actions_is_better(drawn):
    s, names = drawn
    solution = check(s, names, 8)
    assert solution.gap < 1e-8


@settings(max_examples=30)
@given(twins(observe=(1, 1), decisions=(2, 2)))
def test_floats_agree_with_fractions(drawn):
    s, names = drawn
    given_as = {
        v: {
            context: {value: float(p) for value, p in row.items()}
            for context, row in _rows(s, v).items()
        }
        for v in s.diagram.chance
    }
    rough = cid.SCIM(
        s.diagram,
        s.domains,
        {v: rows if s.diagram.parents(v) else rows[()] for v, rows in given_as.items()}
        | {"U": s.mechanism("U")},
    )
    exact = cid.solve_shared(s, [names])
    close = cid.solve_shared(rough, [names])
    assert isinstance(close.value, float)
    assert close.value == pytest.approx(float(exact.value), abs=1e-9)
    assert rough.expected_utility(close.policy) == pytest.approx(close.value, abs=1e-9)


def _rows(s, v):
    m = s.mechanism(v)
    return {
        context: dict(zip(s.domains[v], m.probabilities[index], strict=True))
        for context, index in zip(
            product(*(s.domains[p] for p in m.parents)),
            np.ndindex(m.probabilities.shape[:-1]),
            strict=True,
        )
    }


# ---- copies of one network -------------------------------------------------------------------

COPIES = cid.CID.parse(
    """
    D1, D2 -> U1, U2
    decisions[first]: D1
    decisions[second]: D2
    utilities[first]: U1
    utilities[second]: U2
    """
)
DILEMMA = cid.SCIM(
    COPIES,
    {"D1": ("help", "keep"), "D2": ("help", "keep")},
    {
        "U1": lambda D1, D2: 3 * (D2 == "help") - (D1 == "help"),
        "U2": lambda D1, D2: 3 * (D1 == "help") - (D2 == "help"),
    },
)


def test_instances_that_value_only_themselves_help_each_other_when_they_share_a_rule():
    (alone,) = cid.pure_equilibria(DILEMMA)
    assert alone.policy["D1"][()] == alone.policy["D2"][()] == "keep"
    assert alone.value == {"first": 0, "second": 0}
    together = cid.solve_shared(DILEMMA, [["D1", "D2"]], agent="first")
    assert together.policy["D1"] == together.policy["D2"] == {"help": 1}
    assert together.value == together.deterministic == 2
    assert together.agent == "first"
    # The diagram says so too: policy by policy there is an incentive that no action has.
    assert "D2" not in cid.admits_ici_list(COPIES, "D1")
    assert "D2" in cid.admits_ici_list(cid.policy_level(COPIES, ["D1", "D2"], "first"), "Π")


def test_a_chicken_against_oneself_is_mixed():
    chicken = cid.SCIM(
        COPIES,
        {"D1": (0, 1), "D2": (0, 1)},
        {"U1": lambda D1, D2: D1 + D2 - 2 * D1 * D2, "U2": 0},
    )
    solution = cid.solve_shared(chicken, [["D1", "D2"]], agent="first")
    assert solution.value == HALF
    assert solution.policy["D1"] == {0: HALF, 1: HALF}
    assert solution.deterministic == 0


# ---- observations ----------------------------------------------------------------------------


def test_observations_correspond_in_the_order_given():
    d = cid.CID.parse("A -> D1; B -> D1; B -> D2; A -> D2; A -> U; D1 -> U; D2 -> U", "D1 D2", "U")
    s = cid.SCIM(
        d,
        {"D1": (0, 1), "D2": (0, 1)},
        {
            "A": {0: HALF, 1: HALF},
            "B": {0: HALF, 1: HALF},
            "U": lambda A, D1, D2: (D1 == A) + (D2 == A),
        },
    )
    matched = cid.solve_shared(s, [{"D1": ["A", "B"], "D2": ["A", "B"]}])
    assert matched.value == 2
    crossed = cid.solve_shared(s, [["D1", "D2"]])  # what D1 sees of A, D2 sees of B
    assert crossed.value == Fraction(3, 2)
    assert s.expected_utility(matched.policy) == 2
    assert s.expected_utility(crossed.policy) == Fraction(3, 2)


def test_optima_are_listed():
    d = cid.CID.parse("D1 -> U; D2 -> U", "D1 D2", "U")
    s = cid.SCIM(d, {"D1": (0, 1), "D2": (0, 1)}, {"U": lambda D1, D2: int(D1 == D2)})
    solution = cid.solve_shared(s, [["D1", "D2"]])
    assert [p["D1"] for p in solution.optima] == [{0: 1}, {1: 1}]


# ---- messages --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shared", "error", "words"),
    [
        ("D1", cid.CIDTypeError, "list of groups"),
        (["D1"], cid.CIDTypeError, "list of decisions"),
        ([["D1", "D1"]], cid.ModelError, "listed twice"),
        ([["D1"], ["D1", "D2"]], cid.ModelError, "listed twice"),
        ([[]], cid.ModelError, "empty"),
        ([["D1", "X"]], cid.UnknownNodeError, "'X'"),
        ([["D1", "S"]], cid.UnknownNodeError, "decision"),
        ([["D1", "D3"]], cid.ModelError, "different actions"),
        ([["D1", "D4"]], cid.ModelError, "does not match in number"),
        ([{"D1": ["S"]}], cid.ModelError, "observes nothing, not S"),
    ],
)
def test_groups_that_make_no_sense_are_explained(shared, error, words):
    d = cid.CID.parse("S -> D4; D1, D2, D3, D4 -> U", "D1 D2 D3 D4", "U")
    s = cid.SCIM(
        d,
        {"D1": (0, 1), "D2": (0, 1), "D3": (0, 1, 2), "D4": (0, 1)},
        {"S": {0: HALF, 1: HALF}, "U": lambda D1, D2, D3, D4: D1 + D2 + D3 + D4},
    )
    with pytest.raises(error, match=words):
        cid.solve_shared(s, shared)


def test_scope():
    with pytest.raises(cid.ScopeError, match="agent='first'"):
        cid.solve_shared(DILEMMA, [["D1", "D2"]])
    with pytest.raises(cid.ScopeError, match="'D2', a decision of 'second', has no rule"):
        cid.solve_shared(DILEMMA, [["D1"]], agent="first")
    with pytest.raises(cid.ScopeError, match="No decision is left"):
        cid.solve_shared(DILEMMA.with_policy({"D1": "help", "D2": "help"}), [])
    s, exits = driver(0, sympy.Symbol("b"), 1)
    with pytest.raises(cid.ScopeError, match="free parameters b"):
        cid.solve_shared(s, [exits])
    s, exits = driver(0, 4, 1)
    with pytest.raises(cid.ScopeError, match="the bound is 1"):
        cid.solve_shared(s, [exits], limit=1)
    d = cid.CID.parse("V -> D1 -> U; W -> D2 -> U", "D1 D2", "U")
    mechanisms = {v: {k: Fraction(1, 400) for k in range(400)} for v in ("V", "W")}
    many = cid.SCIM(d, {"D1": (0, 1), "D2": (0, 1)}, {**mechanisms, "U": lambda D1, D2: D1 * D2})
    with pytest.raises(cid.ScopeError, match="640,000 joint values; the bound is 262,144"):
        cid.solve_shared(many, [["D1", "D2"]])


# ---- the maximum of a polynomial -------------------------------------------------------------


@settings(max_examples=60)
@given(st.lists(st.integers(2, 4), min_size=1, max_size=3), st.integers(0, 10**6))
def test_branch_and_bound_encloses_the_maximum(shape, seed):
    table = np.random.default_rng(seed).integers(-5, 6, shape).astype(float)
    found = maximise(table)
    points = np.meshgrid(*(np.linspace(0, 1, 41),) * len(shape), indexing="ij")
    values = sum(
        c * np.prod([x**k for x, k in zip(points, index, strict=True)], axis=0)
        for index, c in np.ndenumerate(table)
    )
    assert values.max() <= found.bound + 1e-9
    assert found.value == pytest.approx(
        sum(c * np.prod(found.point**index) for index, c in np.ndenumerate(table)), abs=1e-9
    )
    assert 0 <= found.bound - found.value <= 1e-9 * max(1, np.abs(table).max())
    assert ((found.point >= 0) & (found.point <= 1)).all()


def test_a_quadratic_on_two_simplices_by_hand():
    # x(1 - x) + 2 y(1 - y) - (x - 1/2)(y - 1/2) with x and y in [0, 1]: maximum 3/4 in the middle.
    x, not_x, y, not_y = range(4)
    p = Polynomial(
        {
            (x, not_x): Fraction(1),
            (y, not_y): Fraction(2),
            (x, y): Fraction(-1),
            (x,): HALF,
            (y,): HALF,
            (): Fraction(-1, 4),
        }
    )
    found = maxima(p, [Slot(0, 2), Slot(2, 4)], 100)
    assert found.value == Fraction(3, 4)
    assert found.points == ((HALF, HALF, HALF, HALF),)
    assert found.gap == 0
