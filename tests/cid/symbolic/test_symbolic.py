"""Models with free parameters, against exact enumeration at rational parameter values."""

from fractions import Fraction
from itertools import product
from math import lcm

import numpy as np
import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from models import Model
from strategies import diagrams

import cid
from cid import incentive_conditions, ratifiable_conditions, ratifiable_lcdt, symbolic_policy
from cid.symbolic import explore

HALF = sympy.Rational(1, 2)
COST = sympy.Symbol("c", real=True)
CHANCES = sympy.symbols("p q r")
SHARES = [Fraction(0), Fraction(1, 4), Fraction(1, 3), Fraction(1, 2), Fraction(2, 3), Fraction(1)]
SUMS = [Fraction(-1), Fraction(0), Fraction(1, 2), Fraction(1), Fraction(2), Fraction(7, 2)]


def fraction(number):
    number = sympy.Rational(number)
    return Fraction(int(number.p), int(number.q))


# ---- models with parameters, and the same at numbers -----------------------------------------


class Priced(Model):
    """A model with given payoffs, in which noise of weight zero does not occur."""

    def __init__(self, d, decisions, tables, sizes, weights, payoffs):
        whole = {}
        for v, row in weights.items():
            unit = lcm(*(w.denominator for w in row))
            whole[v] = np.array([int(w * unit) for w in row])
        super().__init__(d, decisions, tables, sizes, whole)
        met = self.weight > 0
        self.weight = self.weight[met]
        self.noise = {v: states[met] for v, states in self.noise.items()}
        coin = lcm(*(pay.denominator for row in payoffs.values() for pay in row))
        self.payoffs = {u: np.array([int(pay * coin) for pay in row]) for u, row in payoffs.items()}
        self.unit = int(self.weight.sum()) * coin

    def total(self, values):
        return np.sum([self.payoffs[u][values[u]] for u in self.utilities], axis=0)


class Parametric:
    """Tables of numbers; weights of noise and payoffs with parameters."""

    def __init__(self, d, rng, chances, prices, shared=False):
        self.d, self.decisions = d, d.decisions
        own = {v: int(rng.integers(2, 4)) for v in d.decisions}
        plain = Model.random(d, d.decisions, rng, own)
        self.tables, self.sizes = plain.tables, plain.sizes
        self.weights = {}
        for v, table in self.tables.items():
            counts = [int(n) for n in rng.integers(1, 4, table.shape[1])]
            self.weights[v] = [sympy.Rational(n, sum(counts)) for n in counts]
        noisy = [v for v, row in self.weights.items() if len(row) == 2]
        noisy = [noisy[k] for k in rng.permutation(len(noisy))]
        for v, chance in zip(noisy, CHANCES[:chances], strict=False):
            self.weights[v] = [1 - chance, chance]
        if shared and chances and len(noisy) > 1:  # makes polynomials of second degree
            self.weights[noisy[1]] = [1 - CHANCES[0], CHANCES[0]]
        self.payoffs = {
            u: [sympy.Integer(int(k)) for k in rng.permutation(6)[:4]] for u in d.utilities
        }
        for u in d.utilities[:prices]:
            self.payoffs[u][int(rng.integers(4))] = 6 + COST

    def scim(self):
        mechanisms, domains = {}, {}
        for v in self.d.nodes:
            domains[v] = tuple(self.payoffs.get(v, range(self.sizes[v])))
            if v in self.tables:
                shape = [self.sizes[p] for p in self.d.parents(v)]
                row = [fraction(w) if w.is_number else w for w in self.weights[v]]
                mechanisms[v] = cid.Mechanism(
                    self.d.parents(v),
                    domains[v],
                    None,
                    np.array(row, dtype=object),
                    self.tables[v].reshape(*shape, len(row)).astype(np.intp),
                )
        return cid.SCIM(self.d, domains, mechanisms)

    def at(self, values):
        """Return the model at {symbol: Fraction}."""
        exact = {symbol: sympy.Rational(v.numerator, v.denominator) for symbol, v in values.items()}
        weights = {v: [fraction(w.subs(exact)) for w in row] for v, row in self.weights.items()}
        payoffs = {u: [fraction(p.subs(exact)) for p in row] for u, row in self.payoffs.items()}
        sizes = {v: self.sizes[v] for v in self.decisions}
        return Priced(self.d, self.decisions, self.tables, sizes, weights, payoffs)


def points(parameters, condition, rng, count):
    """Draw rational values of the parameters, among them the numbers in a condition."""
    inside = [fraction(n) for n in sympy.sympify(condition).atoms(sympy.Rational)]
    grids = []
    for symbol in parameters:
        grid = SUMS if symbol == COST else SHARES
        grids.append(sorted({*grid, *(n for n in inside if grid[0] <= n <= grid[-1])}))
    every = list(product(*grids))
    picked = rng.permutation(len(every))[:count]
    return [dict(zip(parameters, every[k], strict=True)) for k in picked]


# ---- conditions ------------------------------------------------------------------------------


def has(model, concept, decision, node, baseline):
    """Evaluate the definition."""
    if concept == "voi":
        return model.voi(decision, node) > 0
    if concept == "voc":
        return model.voc(node) > 0
    model.solve()
    if concept == "ri":
        return model.responds(decision, node)
    if concept == "ici":
        return model.controls(decision, node)
    return model.impacts(decision, node, baseline)


def questions(d):
    """List concepts with nodes to which they apply."""
    (decision,) = d.decisions
    below = d.descendants(decision)
    yield from (("voi", x) for x in d.chance if x not in below)
    yield from (("ri", x) for x in d.chance)
    yield from (("voc", x) for x in d.nodes if x != decision)
    yield from (("ici", x) for x in d.nodes if x != decision)
    yield from (("impact", x) for x in d.chance)


def compare(d, seed, chances, prices, shared, count):
    """Compare every condition with the definition at some points."""
    rng = np.random.default_rng(seed)
    model = Parametric(d, rng, chances, prices, shared)
    s = model.scim()
    (decision,) = d.decisions
    baseline = int(rng.integers(model.sizes[decision]))
    for concept, node in questions(d):
        given = {"baseline": baseline} if concept == "impact" else {}
        found = incentive_conditions(s, concept, decision, node, **given)
        for values in points(s.parameters, found.condition, rng, count):
            expected = has(model.at(values), concept, decision, node, baseline)
            assert found.holds_at(values) == expected, (concept, node, values, str(found))


SMALL = diagrams(nodes=(4, 6), max_decision_parents=2, densities=(140, 180))
SEEDS = st.integers(0, 2**32 - 1)


@settings(max_examples=50)
@given(SMALL, SEEDS, st.booleans())
def test_conditions_in_one_probability(d, seed, shared):
    compare(d, seed, 1, 0, shared, count=12)


@settings(max_examples=20)
@given(SMALL, SEEDS)
def test_conditions_in_a_payoff(d, seed):
    compare(d, seed, 0, 1, False, count=12)


@settings(max_examples=20)
@given(SMALL, SEEDS, st.booleans())
def test_conditions_in_several_parameters(d, seed, shared):
    compare(d, seed, 2, 1, shared, count=20)


WORLDS = (
    "W -> S -> D -> U; W -> U",
    "W -> S -> D -> X -> U; W -> U; D -> U",
    "W -> S -> D -> U; V -> S; V -> D; W, V -> U",
    "W -> S, T; S, T -> D; D -> X -> U; W -> X; D -> U",
)


@pytest.mark.parametrize("text", WORLDS)
def test_conditions_where_signals_matter(text):
    d = cid.CID.parse(text, "D", "U")
    for seed in range(8):
        compare(d, seed, 1, seed % 2, False, count=10)


@pytest.mark.slow
@settings(max_examples=150)
@given(SMALL, SEEDS, st.integers(0, 3), st.integers(0, 1), st.booleans())
def test_conditions_more_thoroughly(d, seed, chances, prices, shared):
    compare(d, seed, chances, prices, shared, count=25)


def forecast(**given):
    """A signal that is right with chance p; acting on it costs c."""
    p, c = sympy.Symbol("p"), sympy.Symbol("c", positive=True)
    d = cid.CID.parse("W -> S -> D -> U; W -> U; D -> X -> U", "D", "U")
    return p, c, cid.SCIM(
        d,
        {"W": (0, 1), "S": (0, 1), "D": (0, 1), "X": (0, 1)},
        {
            "W": {0: HALF, 1: HALF},
            "S": cid.Noisy(lambda W, wrong: W ^ wrong, {0: p, 1: 1 - p}),
            "X": lambda D: D,
            "U": lambda W, D, X: int(W == X) - c * D,
        }
        | given,
    )  # fmt: skip


def test_conditions_are_written_for_reading():
    p, c, s = forecast()
    told = incentive_conditions(s, "voi", "D", "S")
    assert told.condition == sympy.Or(c + 2 * p < 1, 2 * p > c + 1)
    assert told.domain == sympy.And(p >= 0, p <= 1)
    assert str(told) == (
        "D has positive value of information for S iff (2*p > c + 1) | (c + 2*p < 1), "
        "where (p >= 0) & (p <= 1)."
    )
    assert told.to_latex() == sympy.latex(told.condition)
    assert told._repr_latex_().startswith("$")
    at_half = incentive_conditions(s.at({c: HALF}), "voi", "D", "S")
    assert at_half.condition == sympy.Or(p < sympy.Rational(1, 4), p > sympy.Rational(3, 4))


def test_a_condition_without_parameters_is_true_or_false():
    p, c, s = forecast()
    numbers = s.at({p: Fraction(4, 5), c: Fraction(1, 10)})
    found = incentive_conditions(numbers, "ici", "D", "X")
    assert found.condition == sympy.true
    assert found.parameters == ()
    assert found.holds_at({})
    assert str(found) == ("D has an instrumental control incentive on X for all parameter values.")
    coin = numbers.replace(S={0: 0.5, 1: 0.5})
    assert incentive_conditions(coin, "voi", "D", "S").condition == sympy.false


def test_algebraic_bounds_are_exact():
    # Two independent signals must both be right: p^2 against a sure half.
    p = sympy.Symbol("p", positive=True)
    d = cid.CID.parse("A -> U; B -> U; D -> X -> U", "D", "U")
    s = cid.SCIM(d, {"D": (0, 1), "X": (0, 1)}, {
        "A": {0: 1 - p, 1: p}, "B": {0: 1 - p, 1: p},
        "X": lambda D: D, "U": lambda A, B, X: A * B if X else HALF,
    })  # fmt: skip
    found = incentive_conditions(s, "ici", "D", "X")
    assert found.condition == sympy.Ne(p, sympy.sqrt(2) / 2)
    assert not found.holds_at({p: sympy.sqrt(2) / 2})
    assert found.holds_at({p: 0.7071})
    best = symbolic_policy(s)
    assert best.value == sympy.Piecewise((HALF, p <= sympy.sqrt(2) / 2), (p**2, True))


def test_floats_mean_the_fractions_they_show():
    p, c, s = forecast()
    as_floats = incentive_conditions(s.at({c: 0.1}), "voi", "D", "S")
    exact = incentive_conditions(s.at({c: Fraction(1, 10)}), "voi", "D", "S")
    assert as_floats.condition == exact.condition
    assert not as_floats.holds_at({p: 0.55})
    assert as_floats.holds_at({p: 0.5500001})


def test_assumptions_and_joint_domains_are_used():
    # Three outcomes with chances p, q and the rest: the domain is a triangle.
    p, q = sympy.symbols("p q", positive=True)
    d = cid.CID.parse("W -> U; D -> U", "D", "U")
    s = cid.SCIM(d, {"D": (0, 1)}, {
        "W": {"a": p, "b": q, "c": 1 - p - q}, "U": lambda W, D: D * (1 if W == "c" else -1),
    })  # fmt: skip
    found = incentive_conditions(s, "ici", "D", "U")
    assert found.domain == (p + q <= 1)
    assert found.condition == sympy.Ne(2 * p + 2 * q, 1)
    with pytest.raises(cid.ModelError, match="needs"):
        found.holds_at({p: 0.6, q: 0.6})
    with pytest.raises(cid.ModelError, match="p is declared as positive and cannot be 0"):
        found.holds_at({p: 0, q: 0.6})
    # The third outcome has a chance unless p + q = 1, and then there is nothing to learn.
    assert incentive_conditions(s, "voi", "D", "W").condition == (p + q < 1)


def test_powers_and_exponentials_are_generators_of_their_own():
    t = sympy.Symbol("t", real=True)
    d = cid.CID.parse("D -> X -> U", "D", "U")
    s = cid.SCIM(d, {"D": (0, 1), "X": (0, 1)}, {
        "X": lambda D: D, "U": lambda X: sympy.exp(t) if X else 2,
    })  # fmt: skip
    found = incentive_conditions(s, "ici", "D", "X")
    assert found.condition == sympy.Ne(sympy.exp(t), 2)
    assert found.holds_at({t: 0})
    assert not found.holds_at({t: sympy.log(2)})
    assert symbolic_policy(s).value == sympy.Piecewise((sympy.exp(t), sympy.exp(t) > 2), (2, True))


def test_fractions_of_parameters():
    k = sympy.Symbol("k", positive=True)
    d = cid.CID.parse("W -> U; D -> U", "D", "U")
    s = cid.SCIM(d, {"D": (0, 1)}, {
        "W": {0: 1 / (1 + k), 1: k / (1 + k)}, "U": lambda W, D: int(W == D),
    })  # fmt: skip
    assert incentive_conditions(s, "ici", "D", "U").condition == sympy.Ne(k, 1)
    assert incentive_conditions(s, "voi", "D", "W").condition == sympy.true
    best = symbolic_policy(s)
    assert best.case_at({k: 3}).policy["D"][()] == 1
    assert sympy.simplify(best.value.subs(k, 3) - sympy.Rational(3, 4)) == 0


def test_questions_out_of_scope():
    p, c, s = forecast()
    with pytest.raises(cid.CIDTypeError, match=r"Unknown concept 'vo1'\. Did you mean 'voi'"):
        incentive_conditions(s, "vo1", "D", "S")
    with pytest.raises(cid.CIDTypeError, match="Unknown concept"):
        incentive_conditions(s, ["voi"], "D", "S")
    with pytest.raises(cid.UnknownNodeError, match="not a decision"):
        incentive_conditions(s, "voi", "S", "D")
    with pytest.raises(cid.UnknownNodeError):
        incentive_conditions(s, "voi", "D", "T")
    with pytest.raises(cid.CIDTypeError, match="SCIM"):
        incentive_conditions(s.diagram, "voi", "D", "S")
    with pytest.raises(cid.ModelError, match="baseline=0"):
        incentive_conditions(s, "impact", "D", "X")
    with pytest.raises(cid.CIDTypeError, match="impact"):
        incentive_conditions(s, "ici", "D", "X", baseline=0)
    with pytest.raises(cid.ModelError, match="deterministic"):
        incentive_conditions(s, "impact", "D", "X", baseline={0: HALF, 1: HALF})
    two = cid.CID.parse("D1 -> U; D2 -> U", "D1 D2", "U")
    both = cid.SCIM(two, {"D1": (0, 1), "D2": (0, 1)}, {"U": lambda D1, D2: c * D1 * D2})
    with pytest.raises(cid.ScopeError, match=r"'D2' has no rule"):
        incentive_conditions(both, "ici", "D1", "U")
    assert incentive_conditions(both.with_policy({"D2": 1}), "ici", "D1", "U").condition == True  # noqa: E712
    # A bare distribution with symbols has no noise, and responding is a question about it.
    bare = s.replace(S=lambda W: {W: p, 1 - W: 1 - p})
    assert incentive_conditions(bare, "voi", "D", "S").holds_at({p: 0.9, c: 0.5})
    with pytest.raises(cid.ScopeError, match="Noisy"):
        incentive_conditions(bare, "ri", "D", "W")
    for concept, node in (("voi", "X"), ("voi", "U"), ("ri", "U"), ("ici", "W"), ("ici", "D")):
        assert incentive_conditions(s, concept, "D", node).condition == sympy.false
    told = incentive_conditions(s, "voi", "D", "S")
    with pytest.raises(cid.ModelError, match="c has no value"):
        told.holds_at({p: 0.5})
    with pytest.raises(cid.UnknownNodeError, match="'k' is no parameter"):
        told.holds_at({p: 0.5, c: 1, "k": 1})
    with pytest.raises(cid.ModelError, match="p <= 1"):
        told.holds_at({p: 1.5, c: 1})
    with pytest.raises(cid.CIDTypeError):
        told.holds_at(0.5)


def test_control_takes_few_case_distinctions(monkeypatch):
    """Of 81 rules and four ways to control, most are nowhere better than others."""
    p, q = sympy.symbols("p q")
    cost = sympy.Symbol("c", positive=True)
    d = cid.CID.parse("W -> S; N, W -> T; S, T -> D; D, W -> U", "D", "U")
    s = cid.SCIM(
        d,
        {"W": (0, 1), "N": (0, 1), "S": (0, 1), "T": (0, 1), "D": ("a", "b", None)},
        {
            "W": {0: p, 1: 1 - p},
            "N": {0: q, 1: 1 - q},
            "S": 0,
            "T": lambda W: W,
            "U": lambda D, W: {"a": 2 - 2 * W, "b": -2 * W, None: -2 * p if W else -cost}[D],
        },
    )
    monkeypatch.setattr(explore, "MAX_REGIONS", 50)
    assert incentive_conditions(s, "voc", "D", "S").condition == sympy.false
    # Control of T loses what T tells, unless the control keeps it; control of W wins the prize.
    assert incentive_conditions(s, "voc", "D", "T").condition == sympy.false
    assert incentive_conditions(s, "voc", "D", "W").holds_at({p: 0.5, q: 0.5, cost: 1})


def test_sizes_out_of_scope(monkeypatch):
    p = sympy.Symbol("p")
    wide = cid.CID([(f"W{k}", "D") for k in range(11)] + [("W0", "U"), ("D", "U")], ["D"], ["U"])
    coins = {f"W{k}": {0: 1 - p, 1: p} for k in range(11)}
    s = cid.SCIM(wide, {"D": (0, 1)}, coins | {"U": lambda W0, D: int(W0 == D)})
    assert incentive_conditions(s, "voi", "D", "W0").condition == sympy.And(p > 0, p < 1)
    with pytest.raises(cid.ScopeError, match="decision rules"):
        incentive_conditions(s, "voc", "D", "W0")
    with pytest.raises(cid.ModelError, match="needs a table of"):
        incentive_conditions(s, "ri", "D", "W0")
    monkeypatch.setattr(explore, "MAX_REGIONS", 100)
    many = sympy.symbols("a:14")
    d = cid.CID([("W", "D"), ("W", "U"), ("D", "U")], ["D"], ["U"])
    free = cid.SCIM(d, {"W": tuple(range(14)), "D": (0, 1)}, {
        "W": {k: sympy.Rational(1, 14) for k in range(14)}, "U": lambda W, D: D * many[W],
    })  # fmt: skip
    with pytest.raises(cid.ScopeError, match="case distinctions"):
        symbolic_policy(free)
    impossible = cid.SCIM(d, {"W": (0, 1), "D": (0, 1)}, {
        "W": {0: 2 + p**2, 1: -1 - p**2}, "U": lambda W, D: W * D,
    })  # fmt: skip
    with pytest.raises(cid.ModelError, match="No values of p"):
        symbolic_policy(impossible)


# ---- pictures --------------------------------------------------------------------------------


def test_the_shaded_region_is_where_the_incentive_exists():
    p, c, s = forecast()
    told = incentive_conditions(s, "voi", "D", "S")
    ax = told.plot(x=(p, -0.25, 1.25), y=(c, 0, 1))
    (image,) = ax.images
    shaded = ~np.ma.getmaskarray(image.get_array())
    rows, columns = shaded.shape
    for i, k in product(range(7, rows, 41), range(7, columns, 41)):
        at = {p: Fraction(-1, 4) + Fraction(3 * k, 2 * (columns - 1)), c: Fraction(i, rows - 1)}
        inside = 0 <= at[p] <= 1
        assert shaded[i, k] == (inside and told.holds_at(at))
    assert (ax.get_xlim(), ax.get_ylim()) == ((-0.25, 1.25), (0, 1))
    assert "S" in ax.get_title()
    drawn = np.concatenate([line.get_xydata() for line in ax.lines])
    gap = np.minimum(abs(drawn @ [2, -1] - 1), abs(drawn @ [2, 1] - 1))
    assert gap.max() < 1e-9
    assert drawn[:, 0].min() < 0.01
    assert drawn[:, 0].max() > 0.99


def test_a_line_left_out_of_the_region_is_dotted_and_one_in_it_is_solid():
    p, q = sympy.symbols("p q", positive=True)
    d = cid.CID.parse("D -> X -> U", "D", "U")
    s = cid.SCIM(d, {"D": (0, 1), "X": (0, 1)}, {"X": lambda D: D, "U": lambda X: p if X else q})
    ax = incentive_conditions(s, "ici", "D", "X").plot()
    assert ax.images[0].get_array().count() > 160_000 - 500
    assert {line.get_linestyle() for line in ax.lines} == {"--"}  # matplotlib's word for dashes
    only = incentive_conditions(s, "ici", "D", "X")
    turned = type(only)(**{**vars(only), "condition": sympy.Eq(p, q)})
    assert {line.get_linestyle() for line in turned.plot().lines} == {"-"}


def test_a_picture_of_one_parameter_is_exact():
    p, c, s = forecast()
    told = incentive_conditions(s, "voi", "D", "S")
    ax = told.plot(at={c: HALF})
    ends = sorted((patch.get_x(), patch.get_x() + patch.get_width()) for patch in ax.patches)
    assert ends == [(0, 0.25), (0.75, 1)]
    marks = [line for line in ax.lines if line.get_marker() == "o"]
    assert [line.get_xdata()[0] for line in marks] == [0.25, 0.75]
    assert all(line.get_markerfacecolor() == "white" for line in marks)
    assert told.plot(ax, x=p, at={c: HALF}) is ax


def test_pictures_that_cannot_be_drawn():
    p, _, s = forecast(W={0: 1 - sympy.Symbol("q"), 1: sympy.Symbol("q")})
    told = incentive_conditions(s, "voi", "D", "S")
    with pytest.raises(cid.ScopeError, match="c, p, q"):
        told.plot()
    with pytest.raises(cid.ScopeError, match="one or two"):
        told.plot(at={p: HALF, "c": 1, "q": HALF})
    with pytest.raises(cid.CIDTypeError, match="An axis is a parameter"):
        told.plot(x=(p, 0), at={"q": HALF})
    with pytest.raises(cid.ModelError, match="low < high"):
        told.plot(x=(p, 1, 0), at={"q": HALF})
    with pytest.raises(cid.ModelError, match="twice"):
        told.plot(x=p, y=p, at={"q": HALF})
    with pytest.raises(cid.ModelError, match="no probabilities"):
        told.plot(at={"q": 2})
    with pytest.raises(cid.CIDTypeError, match="An end of the axis of p is 'a'"):
        told.plot(x=(p, "a", 1), at={"q": HALF})
    with pytest.raises(cid.ModelError, match="An end of the axis of p is inf"):
        told.plot(x=(p, 0, float("inf")), at={"q": HALF})
    with pytest.raises(cid.CIDTypeError, match="matplotlib Axes"):
        told.plot("ax", at={"q": HALF})


def test_one_axis_named_leaves_the_other_to_what_is_open():
    p, c, s = forecast()
    told = incentive_conditions(s, "voi", "D", "S")
    for axes in ({"y": (c, 0, 2)}, {"x": p, "y": (c, 0, 2)}):
        ax = told.plot(**axes)
        assert (ax.get_xlim(), ax.get_ylim()) == ((0, 1), (0, 2))


# ---- policies --------------------------------------------------------------------------------


@settings(max_examples=40)
@given(
    diagrams(nodes=(4, 6), decisions=(1, 2), max_decision_parents=2, densities=(140, 180)),
    SEEDS,
    st.integers(0, 2),
    st.integers(0, 1),
)
def test_policies_and_values(d, seed, chances, prices):
    assume(cid.is_soluble(d))
    rng = np.random.default_rng(seed)
    model = Parametric(d, rng, chances, prices)
    s = model.scim()
    found = symbolic_policy(s)
    for values in points(s.parameters, found.value, rng, 12):
        numbers = model.at(values)
        exact = {x: sympy.Rational(v.numerator, v.denominator) for x, v in values.items()}
        best = Fraction(numbers.best(), numbers.unit)
        assert fraction(sympy.sympify(found.value).subs(exact)) == best
        case = found.case_at(values)
        assert sum(bool(each.condition.subs(exact)) for each in found.cases) == 1
        rules = {}
        for name in d.decisions:
            contexts = product(*(range(numbers.sizes[p]) for p in d.parents(name)))
            seen = [dict(zip(d.parents(name), c, strict=True)) for c in contexts]
            rules[name] = np.array([[case.policy[name](**context) for context in seen]])
        assert Fraction(int(numbers.value(numbers.run(rules))[0]), numbers.unit) == best


@settings(max_examples=30)
@given(SMALL, SEEDS, st.integers(0, 2))
def test_where_an_action_is_optimal(d, seed, chances):
    rng = np.random.default_rng(seed)
    model = Parametric(d, rng, chances, 1)
    s = model.scim()
    (decision,) = d.decisions
    found = symbolic_policy(s)
    parents = found.cases[0].policy[decision].parents
    everywhere = [found.where(decision, context, 0) for context in found.contexts(decision)]
    for values in points(s.parameters, sympy.And(*everywhere), rng, 8):
        numbers = model.at(values).solve()
        exact = {x: sympy.Rational(v.numerator, v.denominator) for x, v in values.items()}
        all_contexts = product(*(range(numbers.sizes[p]) for p in d.parents(decision)))
        for k, context in enumerate(all_contexts):
            seen = dict(zip(d.parents(decision), context, strict=True))
            short = tuple(seen[p] for p in parents)
            for action in range(numbers.sizes[decision]):
                chosen = action in numbers.optimal[decision][:, k]
                condition = found.where(decision, short, action)
                if bool(condition.subs(exact)) != chosen:
                    # Some other context with the same requisite observations must come up.
                    assert chosen
                    assert len(parents) < len(d.parents(decision))


def test_values_of_actions():
    p, c, s = forecast()
    best = symbolic_policy(s)
    assert best.contexts("D") == ((0,), (1,))
    assert best.values("D", (1,)) == {0: 1 - p, 1: p - c}
    assert best.where("D", (1,), 1) == (2 * p >= c + 1)
    assert len(best.cases) == 3
    assert {case.value for case in best.cases} == {HALF, p - c / 2, 1 - p - c / 2}
    assert sympy.simplify(best.value.subs({p: 0.9, c: HALF}) - sympy.Rational(13, 20)) == 0
    assert "value" in str(best)
    assert best.to_latex() == sympy.latex(best.value)
    with pytest.raises(cid.ModelError, match=r"\(2,\) is no context of 'D'"):
        best.where("D", (2,), 1)
    with pytest.raises(cid.ModelError, match="not in the domain"):
        best.where("D", (1,), 7)
    with pytest.raises(cid.UnknownNodeError):
        best.where("W", (1,), 1)


def test_policies_out_of_scope():
    c = sympy.Symbol("c")
    forgetful = cid.CID.parse("W -> D1 -> N -> D2 -> U; W -> U", "D1 D2", "U")
    domains = dict.fromkeys(("W", "D1", "N", "D2"), (0, 1))
    s = cid.SCIM(forgetful, domains, {
        "W": {0: c, 1: 1 - c}, "N": lambda D1: D1, "U": lambda W, D2: int(W == D2),
    })  # fmt: skip
    with pytest.raises(cid.ScopeError, match="rely on each other"):
        symbolic_policy(s)
    with pytest.raises(cid.ModelError, match="no decision"):
        symbolic_policy(s.with_policy({"D1": 0, "D2": 0}))
    game = cid.CID.parse("A -> B -> U; A -> V", {"a": ["A"], "b": ["B"]}, {"a": ["V"], "b": ["U"]})
    play = cid.SCIM(game, {"A": (0, 1), "B": (0, 1)}, {"U": lambda B: B, "V": lambda A: c * A})
    with pytest.raises(cid.ScopeError, match="A symbolic policy is for one agent"):
        symbolic_policy(play)
    with pytest.raises(cid.CIDTypeError, match="SCIM"):
        symbolic_policy(game)
    imaginary = sympy.Symbol("z", imaginary=True)
    alone = cid.CID.parse("A -> V", "A", "V")
    with pytest.raises(cid.CIDError, match="real"):
        symbolic_policy(cid.SCIM(alone, {"A": (0, 1)}, {"V": lambda A: imaginary * A}))


def test_expected_utility_is_tidy():
    p, c, s = forecast()
    assert cid.expected_utility(s, {"D": lambda S: S}) == p - c / 2
    assert cid.expected_utility(s, {"D": 0}) == HALF


# ---- LCDT: the note and the door -------------------------------------------------------------


def door():
    c, k = sympy.symbols("c k", positive=True)
    d = cid.catalog.load("lcdt_door").diagram
    s = cid.SCIM(d, dict.fromkeys(("D1", "Door", "D2"), (0, 1)), {
        "Door": lambda D1: D1,
        "R1": lambda D1, Door, D2: (1 if Door else -k) * D2 - c * D1,
        "R2": lambda Door, D2: (1 if Door else -1) * D2,
    })  # fmt: skip
    return c, k, s


def test_the_door():
    c, k, s = door()
    walks = {"D2": lambda Door: Door}
    opens = symbolic_policy(s.with_policy(walks))
    assert opens.where("D1", (), 1) == (c <= 1)
    assert opens.value == sympy.Piecewise((1 - c, c < 1), (0, True))
    found = ratifiable_conditions(s, "D1", walks)
    assert [(each.policy[()][1], each.condition) for each in found] == [
        (0, sympy.true),
        (1, c <= k + 1),
        (c / (1 + k), c < k + 1),
    ]
    for each in found:  # the prior is the rule: the later self does as the door is
        assert each.prior["D2"][()][1] == each.policy[()][1]
    # Under LCDT with any prior, the incentive on the door stays.
    prior = sympy.Symbol("p0")
    planning = s.without_link("Door", "D2").with_policy({"D2": {0: 1 - prior, 1: prior}})
    assert symbolic_policy(planning).where("D1", (), 1) == (c <= k * prior + prior)
    stays = incentive_conditions(planning, "ici", "D1", "Door")
    assert stays.condition == sympy.Gt(prior, 0)
    assert cid.admits_lcdt_ici(s.diagram, "D1", "Door")


@pytest.mark.parametrize(("cost", "fine"), [(0.5, 1), (1.5, 1), (2.5, 1), (1, 3)])
def test_ratifiable_rules_at_numbers(cost, fine):
    c, k, s = door()
    walks = {"D2": lambda Door: Door}
    at = {c: Fraction(cost), k: Fraction(fine)}
    put = {symbol: sympy.Rational(v.numerator, v.denominator) for symbol, v in at.items()}
    symbolic = {
        fraction(sympy.sympify(each.policy[()][1]).subs(put))
        for each in ratifiable_conditions(s, "D1", walks)
        if bool(each.condition.subs(put))
    }
    numeric = {
        Fraction(each.rule[()]) if () in each.rule else Fraction(each.rule.get(1, 0))
        for each in ratifiable_lcdt(s.at(at), "D1", walks)
    }
    assert symbolic == numeric


def note(cost):
    d = cid.CID.parse(
        "W -> D1 -> N -> D2; W, D2, D1 -> R1; W, D2 -> R2",
        {"now": ["D1"], "later": ["D2"]},
        {"now": ["R1"], "later": ["R2"]},
    )
    return cid.SCIM(d, dict.fromkeys(("W", "D1", "N", "D2"), (0, 1)), {
        "W": {0: HALF, 1: HALF},
        "N": lambda D1: D1,
        "R1": lambda W, D2, D1: int(W == D2) - cost * D1,
        "R2": lambda W, D2: int(W == D2),
    })  # fmt: skip


def test_the_note():
    c = sympy.Symbol("c", positive=True)
    s, reads = note(c), {"D2": lambda N: N}
    marks = symbolic_policy(s.with_policy(reads))
    assert marks.value == sympy.Piecewise((1 - c / 2, c < 1), (HALF, True))
    assert marks.case_at({c: 0.5}).policy["D1"] == {(0,): 0, (1,): 1}
    (never,) = ratifiable_conditions(s, "D1", reads)
    assert never.policy == {(0,): {0: 1, 1: 0}, (1,): {0: 1, 1: 0}}
    assert never.condition == sympy.true
    # When writing is free an LCDT agent is indifferent, and a free symbol stands for its whim.
    idle = ratifiable_conditions(note(0), "D1", reads)
    assert len(idle) == 9
    assert any(each.policy[0,][1].free_symbols for each in idle)


def test_ratifiable_rules_out_of_scope():
    _, _, s = door()
    with pytest.raises(cid.ScopeError, match="'D2' has no rule"):
        ratifiable_conditions(s, "D1", {})
    with pytest.raises(cid.CIDTypeError, match="SCIM"):
        ratifiable_conditions(s.diagram, "D1", {})
    d = cid.CID.parse("W -> D1 -> N -> D2 -> R; W -> R", "D1 D2", "R")
    big = cid.SCIM(d, {"W": range(4), "D1": range(4), "N": range(4), "D2": range(4)}, {
        "W": {k: Fraction(1, 4) for k in range(4)}, "N": lambda D1: D1,
        "R": lambda W, D2: int(W == D2),
    })  # fmt: skip
    with pytest.raises(cid.ScopeError, match="ways to mix"):
        ratifiable_conditions(big, "D1", {"D2": lambda N: N})


def test_bounds_of_one_symbol_are_written_once_and_agree():
    from cid.symbolic.regions.cover import _tightest

    x, z = sympy.symbols("x z", real=True)
    assert _tightest([x <= 4, x < 3, x <= 3, z > 0, x * z > 1]) == [x * z > 1, x < 3, z > 0]
    assert _tightest([x >= 1, x <= 1, z >= 0]) == [x >= 1, x <= 1, z >= 0]
    assert _tightest([x >= 4, x <= 2, z > 0]) == [sympy.false]
    assert _tightest([x > 1, x <= 1]) == [sympy.false]
    assert _tightest([sympy.true, sympy.Ne(x, 1)]) == [sympy.true, sympy.Ne(x, 1)]
