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
from cid.solve.symbolic import incentive_conditions, symbolic_policy

HALF = sympy.Rational(1, 2)
CHANCES = [Fraction(0), Fraction(1, 4), Fraction(1, 3), Fraction(1, 2), Fraction(2, 3), Fraction(1)]
SUMS = [Fraction(-1), Fraction(0), Fraction(1, 2), Fraction(1), Fraction(2), Fraction(7, 2)]


def fraction(value):
    value = sympy.Rational(value)
    return Fraction(int(value.p), int(value.q))


# ---- models with parameters, and the same at numbers -----------------------------------------


class Priced(Model):
    """A model of given payoffs in which noise of weight zero does not occur."""

    def __init__(self, d, decisions, tables, sizes, weights, payoffs):
        whole = {}
        for v, given_weights in weights.items():
            unit = lcm(*(w.denominator for w in given_weights))
            whole[v] = np.array([int(w * unit) for w in given_weights])
        super().__init__(d, decisions, tables, sizes, whole)
        met = self.weight > 0
        self.weight = self.weight[met]
        self.noise = {v: states[met] for v, states in self.noise.items()}
        coin = lcm(*(pay.denominator for row in payoffs.values() for pay in row))
        self.payoffs = {u: np.array([int(p * coin) for p in row]) for u, row in payoffs.items()}
        self.unit = int(self.weight.sum()) * coin

    def total(self, values):
        return np.sum([self.payoffs[u][values[u]] for u in self.utilities], axis=0)


class Parametric:
    """Tables without parameters; weights of noise and payoffs with them."""

    def __init__(self, d, rng, chances, prices, shared=False):
        self.d, self.decisions = d, d.decisions
        self.sizes = {v: int(rng.integers(2, 4)) for v in d.decisions}
        plain = Model.random(d, d.decisions, rng, self.sizes)
        self.tables = plain.tables
        levels = {v: table.shape[1] for v, table in self.tables.items()}
        self.weights = {v: self.draw(rng, n) for v, n in levels.items()}
        two = [v for v in rng.permutation([v for v in levels if levels[v] == 2])]
        symbols = sympy.symbols("p q r")[:chances]
        for v, symbol in zip(two, symbols, strict=False):
            self.weights[str(v)] = [1 - symbol, symbol]
        if shared and len(two) > 1:  # a polynomial of second degree
            self.weights[str(two[1])] = [1 - symbols[0], symbols[0]]
        self.payoffs = {
            u: [sympy.Integer(int(k)) for k in rng.permutation(6)[:4]] for u in d.utilities
        }
        cost = sympy.Symbol("c", real=True)
        for u in d.utilities[:prices]:
            self.payoffs[u][int(rng.integers(4))] = 6 + cost
        self.grids = {"c": SUMS, "p": CHANCES, "q": CHANCES, "r": CHANCES}

    @staticmethod
    def draw(rng, levels):
        counts = [int(n) for n in rng.integers(1, 4, levels)]
        return [sympy.Rational(n, sum(counts)) for n in counts]

    def scim(self):
        mechanisms, domains = {}, {}
        for v in self.d.nodes:
            size = Model.all_sizes(self.d, self.sizes)[v]
            domains[v] = tuple(self.payoffs.get(v, range(size)))
            if v in self.tables:
                sizes = [len(Model.all_sizes(self.d, self.sizes) and range(
                    Model.all_sizes(self.d, self.sizes)[p])) for p in self.d.parents(v)]
                noise = np.array([
                    fraction(w) if w.is_number else w for w in self.weights[v]
                ], dtype=object)
                response = self.tables[v].reshape(*sizes, -1).astype(np.intp)
                mechanisms[v] = cid.model.Mechanism(
                    self.d.parents(v), domains[v], None, noise, response
                )
        return cid.SCIM(self.d, domains, mechanisms)

    def at(self, values):
        """Return the model at {name: Fraction}."""
        put = {sympy.Symbol("c", real=True) if k == "c" else sympy.Symbol(k): v
               for k, v in values.items()}
        exact = {symbol: sympy.Rational(v.numerator, v.denominator) for symbol, v in put.items()}
        weights = {v: [fraction(w.subs(exact)) for w in row] for v, row in self.weights.items()}
        payoffs = {u: [fraction(p.subs(exact)) for p in row] for u, row in self.payoffs.items()}
        return Priced(self.d, self.decisions, self.tables, self.sizes, weights, payoffs)

    def points(self, parameters, condition, rng, count):
        """Draw rational values of the parameters, numbers in the condition among them."""
        inside = sorted(fraction(n) for n in condition.atoms(sympy.Rational))
        grids = []
        for symbol in parameters:
            grid = self.grids[str(symbol)]
            grids.append(sorted({*grid, *(n for n in inside if grid[0] <= n <= grid[-1])}))
        points = list(product(*grids))
        picked = rng.permutation(len(points))[:count]
        return [dict(zip(map(str, parameters), points[k], strict=True)) for k in picked]


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
    """List the pairs of a concept and a node to which it applies."""
    (decision,) = d.decisions
    below = d.descendants(decision)
    yield from (("voi", x) for x in d.chance if x not in below)
    yield from (("ri", x) for x in d.chance)
    yield from (("voc", x) for x in d.nodes if x != decision)
    yield from (("ici", x) for x in d.nodes if x != decision)
    yield from (("impact", x) for x in d.chance)


def compare(d, seed, chances, prices, shared, points):
    rng = np.random.default_rng(seed)
    model = Parametric(d, rng, chances, prices, shared)
    s = model.scim()
    (decision,) = d.decisions
    baseline = int(rng.integers(model.sizes[decision]))
    for concept, node in questions(d):
        given = {"baseline": baseline} if concept == "impact" else {}
        found = incentive_conditions(s, concept, decision, node, **given)
        for values in model.points(s.parameters, found.condition, rng, points):
            expected = has(model.at(values), concept, decision, node, baseline)
            assert found.holds_at(values) == expected, (concept, node, values, str(found))


SMALL = diagrams(nodes=(3, 6), max_decision_parents=2)
SEEDS = st.integers(0, 2**32 - 1)


@settings(max_examples=40)
@given(SMALL, SEEDS, st.booleans())
def test_conditions_in_one_parameter(d, seed, shared):
    compare(d, seed, 1, 0, shared, points=12)


@settings(max_examples=15)
@given(SMALL, SEEDS)
def test_conditions_in_a_payoff(d, seed):
    compare(d, seed, 0, 1, False, points=12)


@settings(max_examples=15)
@given(SMALL, SEEDS, st.booleans())
def test_conditions_in_several_parameters(d, seed, shared):
    compare(d, seed, 2, 1, shared, points=20)


@pytest.mark.slow
@settings(max_examples=300)
@given(SMALL, SEEDS, st.integers(0, 3), st.integers(0, 2), st.booleans())
def test_conditions_more_thoroughly(d, seed, chances, prices, shared):
    compare(d, seed, chances, prices, shared, points=30)
