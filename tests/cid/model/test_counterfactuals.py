"""Questions to a model against the definitions: every state of the noise, one after the other.

The oracle below keeps its own tables and walks the graph in plain Python. It shares no table,
no network of worlds and no elimination with the library.
"""

import itertools
import math
import random
from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import diagrams

import cid
from cid import (
    Noisy,
    counterfactual,
    distribution,
    expectation,
    noise_states,
    potential_response,
    probability,
)

HALF = Fraction(1, 2)


class Oracle:
    """A random model as functions of parents and noise, run state by state.

    With ``known`` noise, each node has 1 to 3 states of noise and an arbitrary response, and the
    SCIM is told both. Otherwise each context has a distribution with probabilities in quarters and
    the SCIM is told only that; the oracle then lays the values out over four equal states of the
    noise, in the order of the domain, which is what coupling by quantiles means.
    """

    def __init__(self, d, seed, known):
        rng = random.Random(seed)
        self.d = d
        self.domains = {
            v: ((0, 1, 2, 5) if v in d.utilities else (3, 1, 7))[: rng.randint(2, 3)]
            for v in d.nodes
        }
        self.noise, self.table, given = {}, {}, {}
        for v in d.nodes:
            contexts = list(itertools.product(*(self.domains[p] for p in d.parents(v))))
            if known:
                weights = [rng.randint(1, 3) for _ in range(rng.randint(1, 3))]
                self.noise[v] = [Fraction(w, sum(weights)) for w in weights]
                for c in contexts:
                    for e in range(len(weights)):
                        self.table[v, c, e] = rng.choice(self.domains[v])
                given[v] = Noisy(
                    lambda e, v=v, **pa: self.table[v, tuple(pa[p] for p in d.parents(v)), e],
                    noise=dict(enumerate(self.noise[v])),
                )
            else:
                self.noise[v] = [Fraction(1, 4)] * 4
                given[v] = {}
                for c in contexts:
                    drawn = sorted(rng.choices(self.domains[v], k=4), key=self.domains[v].index)
                    self.table.update({(v, c, e): value for e, value in enumerate(drawn)})
                    given[v][c] = {x: Fraction(drawn.count(x), 4) for x in self.domains[v]}
                if not contexts[0]:
                    given[v] = given[v][()]
        self.policy = {v: given.pop(v) for v in d.decisions}
        self.scim = cid.SCIM(d, self.domains, given)
        sizes = [range(len(self.noise[v])) for v in d.nodes]
        self.states = [dict(zip(d.nodes, e, strict=True)) for e in itertools.product(*sizes)]

    def weight(self, state):
        return math.prod(self.noise[v][e] for v, e in state.items())

    def run(self, state, do=None):
        """Return every node's value in one state of the noise."""
        values = {}
        for v in self.d.topological_order:
            context = tuple(values[p] for p in self.d.parents(v))
            values[v] = do[v] if do and v in do else self.table[v, context, state[v]]
        return values

    def value(self, term, state):
        """Return the value of a node or of a potential response in one state of the noise."""
        if isinstance(term, str):
            return self.run(state)[term]
        do = {name: x if isinstance(x, str | int) else self.value(x, state) for name, x in term.do}
        return self.run(state, do)[term.node]

    def joint(self, of, given):
        """Return P(of | given) by counting states; None if nothing satisfies the condition."""
        found, total = {}, Fraction(0)
        for state in self.states:
            if all(self.value(term, state) == x for term, x in given.items()):
                weight = self.weight(state)
                total += weight
                key = tuple(self.value(term, state) for term in of)
                found[key] = found.get(key, 0) + weight
        return {key: p / total for key, p in found.items()} if total else None


def term(rng, oracle, depth=0):
    """Draw a node, or a potential response, nested up to twice."""
    node = rng.choice(oracle.d.nodes)
    if rng.random() < 0.35 and depth == 0:
        return node
    do = {}
    for name in rng.sample(oracle.d.nodes, rng.randint(1, 2)):
        if depth < 2 and rng.random() < 0.4:
            inner = term(rng, oracle, depth + 1)
            do[name] = potential_response(name, dict(inner.do))
        else:
            do[name] = rng.choice(oracle.domains[name])
    return potential_response(node, do)


SMALL = diagrams(nodes=(2, 5), max_decision_parents=2, densities=(130, 180))


@settings(max_examples=120)
@given(SMALL, st.integers(0, 10**6), st.booleans())
def test_any_question_about_any_worlds(d, seed, known):
    oracle = Oracle(d, seed, known)
    rng = random.Random(seed)
    of = [term(rng, oracle) for _ in range(rng.randint(1, 2))]
    condition = {}
    for _ in range(rng.randint(0, 2)):
        t = term(rng, oracle)
        condition[t] = rng.choice(oracle.domains[t if isinstance(t, str) else t.node])
    truth = oracle.joint(of, condition)

    def ask():
        return distribution(oracle.scim, of, given=condition, policy=oracle.policy)

    if truth is None:
        with pytest.raises(cid.ModelError, match="has probability zero"):
            ask()
        return
    answer = ask()
    assert {key: p for key, p in answer.items() if p} == truth
    assert all(type(p) is Fraction for p in answer.values())
    for key, p in itertools.islice(truth.items(), 2):
        event = {}
        for t, x in zip(of, key, strict=True):
            event[t] = x
        if len(event) == len(of):
            assert probability(oracle.scim, event, condition, oracle.policy) == p


@settings(max_examples=120)
@given(SMALL, st.integers(0, 10**6), st.booleans())
def test_expectations(d, seed, known):
    oracle = Oracle(d, seed, known)
    rng = random.Random(seed)
    asked = term(rng, oracle)
    # Half of the time the condition is about another copy of the very node that is asked for.
    other = term(rng, oracle)
    if rng.random() < 0.5 and not isinstance(other, str):
        other = potential_response(asked if isinstance(asked, str) else asked.node, dict(other.do))
    condition = {other: oracle.value(other, oracle.states[0])}
    truth = sum(p * key[0] for key, p in oracle.joint([asked], condition).items())
    assert expectation(oracle.scim, asked, condition, oracle.policy) == truth
    total = sum(p * sum(key) for key, p in oracle.joint(d.utilities, condition).items())
    assert expectation(oracle.scim, None, condition, oracle.policy) == total


@settings(max_examples=40)
@given(SMALL, st.integers(0, 10**6))
def test_floats_agree_with_fractions(d, seed):
    oracle = Oracle(d, seed, known=False)
    floats = {
        v: m.probabilities.astype(float).astype(object)
        for v, m in ((v, oracle.scim.mechanism(v)) for v in d.nodes if v not in d.decisions)
    }
    s = cid.SCIM(
        d,
        oracle.domains,
        {v: cid.Mechanism(d.parents(v), oracle.domains[v], rows) for v, rows in floats.items()},
    )
    assert s.arithmetic == "float"
    rng = random.Random(seed)
    of = [term(rng, oracle)]
    exact = distribution(oracle.scim, of, policy=oracle.policy)
    answer = distribution(s, of, policy=oracle.policy)
    assert answer.keys() == exact.keys()
    assert all(type(p) is float for p in answer.values())
    assert np.allclose(list(answer.values()), [float(p) for p in exact.values()], atol=1e-12)


@settings(max_examples=60)
@given(SMALL, st.integers(0, 10**6), st.booleans())
def test_noise_states(d, seed, known):
    oracle = Oracle(d, seed, known)
    states = noise_states(oracle.scim, oracle.policy)
    assert states.probability.sum() == 1
    rng = random.Random(seed)
    name, other = rng.choice(d.nodes), rng.choice(d.nodes)
    x = rng.choice(oracle.domains[name])
    usual, forced = states.respond(), states.respond({name: x})
    nested = states.respond({other: forced[other]})
    found = {}
    for k in range(len(states)):
        key = tuple(values[v][k] for values in (usual, forced, nested) for v in d.nodes)
        found[key] = found.get(key, 0) + states.probability[k]
    truth = {}
    for state in oracle.states:
        runs = [oracle.run(state), oracle.run(state, {name: x})]
        runs.append(oracle.run(state, {other: runs[1][other]}))
        key = tuple(run[v] for run in runs for v in d.nodes)
        truth[key] = truth.get(key, 0) + oracle.weight(state)
    assert found == truth


# ---- the three kinds of knowledge about noise ----------------------------------------------------


def test_same_distribution_different_counterfactual():
    # Both mechanisms make Y a fair coin whatever D is; one flips with D, the other ignores it.
    d = cid.CID.parse("D -> Y", decisions="D")
    coin = {0: HALF, 1: HALF}
    flips = cid.SCIM(d, {"D": (0, 1)}, {"Y": Noisy(lambda D, e: D ^ e, coin)})
    stays = cid.SCIM(d, {"D": (0, 1)}, {"Y": Noisy(lambda e: e, coin)})
    bare = cid.SCIM(d, {"D": (0, 1)}, {"Y": lambda D: coin})
    for s in (flips, stays, bare):
        assert [probability(s, {"Y": 1}, {"D": a}) for a in (0, 1)] == [HALF, HALF]
    answers = [
        counterfactual(s, "Y", do={"D": 1}, given={"Y": 0}, policy={"D": 0})[1]
        for s in (flips, stays, bare)
    ]
    assert answers == [1, 0, 0]
    assert flips != stays
    assert stays != bare


def test_quantiles_couple_monotonically():
    d = cid.CID.parse("D -> Y", decisions="D")
    low, high = {0: Fraction(3, 4), 1: Fraction(1, 4)}, {0: Fraction(1, 3), 1: Fraction(2, 3)}
    s = cid.SCIM(d, {"D": (0, 1)}, {"Y": {0: low, 1: high}})
    both = distribution(s, [potential_response("Y", D=0), potential_response("Y", D=1)])
    assert both == {
        (0, 0): Fraction(1, 3),
        (0, 1): Fraction(5, 12),
        (1, 0): 0,
        (1, 1): Fraction(1, 4),
    }


def test_tiny_exact_probabilities_are_not_lost_in_coupling():
    d = cid.CID.parse("D -> Y", decisions="D")
    tiny = Fraction(1, 10**15)
    s = cid.SCIM(d, {"D": (0, 1)}, {"Y": lambda D: {0: 1 - tiny * D, 1: tiny * D}})
    both = [potential_response("Y", D=0), potential_response("Y", D=1)]
    assert distribution(s, both)[0, 1] == tiny


def test_free_symbols_need_their_noise():
    import sympy

    p = sympy.Symbol("p")
    d = cid.CID.parse("D -> Y", decisions="D")
    both = [potential_response("Y", D=0), potential_response("Y", D=1)]
    bare = cid.SCIM(d, {"D": (0, 1)}, {"Y": lambda D: {0: 1 - p * D, 1: p * D}})
    with pytest.raises(cid.ModelError, match=r"'Y'.*free symbols.*Noisy"):
        distribution(bare, both)
    assert distribution(bare, both[1]) == {0: 1 - p, 1: p}  # one world needs no coupling
    known = cid.SCIM(d, {"D": (0, 1)}, {"Y": Noisy(lambda D, e: D & e, {0: 1 - p, 1: p})})
    assert distribution(known, both) == {(0, 0): 1 - p, (0, 1): p, (1, 0): 0, (1, 1): 0}


# ---- named results -------------------------------------------------------------------------------


def test_firing_squad():
    # Pearl's firing squad: had rifleman A not fired, would the prisoner be alive?
    p = Fraction(3, 5)
    d = cid.CID.parse("Court -> Captain -> A, B; A, B -> Death")
    s = cid.SCIM(
        d,
        {},
        {
            "Court": {False: 1 - p, True: p},
            "Captain": lambda Court: Court,
            "A": lambda Captain: Captain,
            "B": lambda Captain: Captain,
            "Death": lambda A, B: A or B,
        },
    )
    had_a_not = counterfactual(s, "Death", do={"A": False}, given={"Death": True})
    assert had_a_not == {False: 0, True: 1}
    assert distribution(s, potential_response("Death", A=False))[True] == p


def test_nested_counterfactual_of_the_incentive_definition():
    # D -> X -> U and S -> D, S -> U: with D = S optimal, U with X as under D = d drops to 1/2.
    d = cid.CID.parse("S -> D -> X -> U; S -> U", decisions="D", utilities="U")
    s = cid.SCIM(
        d,
        {"D": (0, 1)},
        {"S": {0: HALF, 1: HALF}, "X": lambda D: D, "U": lambda S, X: int(S == X)},
    )
    policy = s.solve().policy
    nested = potential_response("U", X=potential_response("X", D=0))
    assert expectation(s, policy=policy) == 1
    assert expectation(s, nested, policy=policy) == HALF
    assert [expectation(s, nested, {"S": x}, policy) for x in (0, 1)] == [1, 0]
    # The decision itself keeps its action in the second evaluation.
    acts = potential_response("D", X=potential_response("X", D=0))
    assert distribution(s, ["D", acts], policy=policy)[1, 1] == HALF


def test_contradictions_and_constants():
    d = cid.CID.parse("X -> Y")
    s = cid.SCIM(d, {}, {"X": {0: HALF, 1: HALF}, "Y": lambda X: X})
    fixed = potential_response("X", X=1)
    assert distribution(s, fixed) == {0: 0, 1: 1}
    assert probability(s, {fixed: 0}) == 0
    assert expectation(s, potential_response("Y", X=1)) == 1
    assert expectation(s, [fixed, "X", fixed, "X", "Y"]) == 2 + 3 * HALF
    assert expectation(s, [fixed, "X"], given={"Y": 1}) == 2
    assert expectation(s, []) == 0
    with pytest.raises(cid.ModelError, match=r"X\[X=1\] = 0 has probability zero"):
        distribution(s, "Y", given={fixed: 0})
    # The same variable under two names.
    same = potential_response("X", Y=0)
    assert distribution(s, ["X", same]) == {(0, 0): HALF, (0, 1): 0, (1, 0): 0, (1, 1): HALF}
    with pytest.raises(cid.ModelError, match="probability zero"):
        distribution(s, "Y", given={"X": 0, same: 1})
    assert probability(s, {"X": 0, same: 1}) == 0


# ---- errors --------------------------------------------------------------------------------------

S = cid.SCIM(
    cid.CID.parse("S -> D -> U; S -> U", decisions="D", utilities="U"),
    {"D": (0, 1)},
    {"S": {0: HALF, 1: HALF}, "U": lambda S, D: int(S == D)},
)


@pytest.mark.parametrize(
    ("ask", "error", "match"),
    [
        (lambda: distribution(S, "V"), cid.UnknownNodeError, "'V' is no node"),
        (lambda: distribution(S, 3), cid.CIDTypeError, "not 3"),
        (lambda: distribution(S, ["S", 3]), cid.CIDTypeError, "not 3"),
        (lambda: distribution("S", "S"), cid.CIDTypeError, "takes a SCIM"),
        (lambda: distribution(S, "S", given=["S"]), cid.CIDTypeError, "given is a mapping"),
        (lambda: distribution(S, "S", given={"S": 7}), cid.ModelError, "7 is not in the domain"),
        (lambda: distribution(S, "S", given={"S": [0]}), cid.ModelError, "not in the domain"),
        (lambda: probability(S, {"S": 7}), cid.ModelError, "not in the domain of 'S'"),
        (lambda: distribution(S, "D"), cid.ModelError, "rule of 'D'"),
        (lambda: distribution(S, potential_response("U", S=0)), cid.ModelError, "rule of 'D'"),
        (lambda: distribution(S, "U", policy=S.solve()), cid.CIDTypeError, "solution.policy"),
        (lambda: expectation(S, "D", policy={"D": "?"}), cid.ModelError, "not in its domain"),
        (lambda: expectation(S, lambda S: "a"), cid.CIDTypeError, "not a number"),
        (lambda: expectation(S, lambda S: 1 / S), cid.ModelError, "ZeroDivisionError"),
        (lambda: expectation(S, lambda V: 1), cid.UnknownNodeError, "'V'"),
        (lambda: expectation(S, lambda *a: 1), cid.CIDTypeError, r"takes \*a; its arguments are"),
        (lambda: expectation(S, lambda **k: 1), cid.CIDTypeError, r"takes \*\*k; its arguments"),
        (lambda: expectation(S.diagram, "S"), cid.CIDTypeError, "takes a SCIM"),
        (lambda: potential_response("U", X=potential_response("Y")), cid.ModelError, "of its own"),
        (lambda: potential_response("U", {3: 1}), cid.CIDTypeError, "sets nodes"),
        (lambda: potential_response(3), cid.CIDTypeError, "not of 3"),
        (lambda: potential_response("U", D=[1]), cid.ModelError, "not hashable"),
        (lambda: counterfactual(S, 3, {}), cid.CIDTypeError, "not 3"),
        (
            lambda: counterfactual(S, potential_response("S"), {}),
            cid.CIDTypeError,
            "asks for nodes",
        ),
        (lambda: counterfactual(S, "S", do=3), cid.CIDTypeError, "mapping"),
        (lambda: noise_states(S), cid.ModelError, "'D' has no rule"),
        (lambda: noise_states(S.diagram), cid.CIDTypeError, "takes a SCIM"),
        (lambda: noise_states(S, {"D": 0}).respond(S=7), cid.ModelError, "not in the domain"),
        (lambda: noise_states(S, {"D": 0}).respond(V=7), cid.UnknownNodeError, "'V'"),
        (lambda: noise_states(S, {"D": 0}).respond(3), cid.CIDTypeError, "mapping"),
        (
            lambda: noise_states(S, {"D": 0}).respond(S=np.array([0, 1, 1])),
            cid.ModelError,
            "there are 2 states",
        ),
    ],
)
def test_errors(ask, error, match):
    with pytest.raises(error, match=match):
        ask()


def test_defaults_of_a_function_are_left_alone():
    assert expectation(S, lambda S, k=3: k * S) == 3 * HALF
    assert expectation(S, lambda S=7: S) == HALF  # a node


def test_several_agents_must_be_named():
    d = cid.CID([("D", "U"), ("D", "V")], {"a": ["D"], "b": []}, {"a": ["U"], "b": ["V"]})
    s = cid.SCIM(d, {"D": (0, 1)}, {"U": lambda D: D, "V": lambda D: -D})
    with pytest.raises(cid.ScopeError, match="there are several: "):
        expectation(s, policy={"D": 1})
    assert expectation(s, d.utilities_of("b"), policy={"D": 1}) == -1


# ---- which rules matter --------------------------------------------------------------------------


def test_rules_that_do_not_matter_need_not_be_given():
    assert distribution(S, "S") == {0: HALF, 1: HALF}
    assert distribution(S, "U", given={"S": 0, "D": 0}) == {0: 0, 1: 1}
    assert expectation(S, potential_response("U", D=1)) == HALF
    assert distribution(S, "S", given={"D": 1}, policy={"D": lambda S: S}) == {0: 0, 1: 1}
    with pytest.raises(cid.ModelError, match=r"policy=\{'D'"):
        distribution(S, "S", given={"D": 1})


@settings(max_examples=60)
@given(diagrams(nodes=(3, 6), decisions=(1, 2)), st.integers(0, 10**6))
def test_an_answer_without_a_rule_holds_for_every_rule(d, seed):
    rng = random.Random(seed)
    s = cid.random_scim(d, seed=seed)
    condition = {v: 0 for v in rng.sample(d.nodes, rng.randint(0, 2)) if v not in d.utilities}
    of = rng.choice(d.nodes)
    try:
        answer = distribution(s, of, given=condition)
    except cid.ModelError as error:
        assert "depends on the rule" in str(error)  # noqa: PT017
        return
    for _ in range(3):
        mixed = {}
        for v in d.decisions:
            rows = {
                c: {0: (w := Fraction(rng.randint(1, 9), 10)), 1: 1 - w}
                for c in itertools.product((0, 1), repeat=len(d.parents(v)))
            }
            mixed[v] = rows if d.parents(v) else rows[()]
        assert distribution(s, of, given=condition, policy=mixed) == answer


# ---- size ----------------------------------------------------------------------------------------


def test_long_chains_are_cheap():
    n = 400
    d = cid.CID([(f"X{i}", f"X{i + 1}") for i in range(n)])
    flip = Noisy(lambda e, **x: e ^ next(iter(x.values())), {0: Fraction(3, 4), 1: Fraction(1, 4)})
    s = cid.SCIM(d, {}, {"X0": {0: HALF, 1: HALF}} | {f"X{i + 1}": flip for i in range(n)})
    same = distribution(s, [f"X{n}", potential_response(f"X{n}", X0=0)], given={"X0": 1})
    # Flipping the first node flips the last, whatever the noise.
    assert same[0, 0] == same[1, 1] == 0
    assert same[0, 1] == HALF * (1 - HALF**n)


def test_symbolic_chains_are_cheap():
    # Each step keeps the bit, or with probability q turns it over.
    p, q = sympy.symbols("p q")
    n = 30
    d = cid.CID([(f"X{k}", f"X{k + 1}") for k in range(n)])
    x0 = {0: 1 - p, 1: p}
    steps = {f"X{k + 1}": lambda **x: {(x := sum(x.values())): 1 - q, 1 - x: q} for k in range(n)}
    s = cid.SCIM(d, {}, {"X0": x0, **steps})
    half = sympy.Rational(1, 2)
    last = sympy.expand(half + (p - half) * (1 - 2 * q) ** n)
    assert sympy.expand(probability(s, {f"X{n}": 1}) - last) == 0
    assert sympy.expand(expectation(s, f"X{n}") - last) == 0
    first = probability(s, {"X0": 1}, given={f"X{n}": 1})
    stay = sympy.expand(half + half * (1 - 2 * q) ** n)
    assert sympy.cancel(first - p * stay / last) == 0


def test_what_no_ring_holds_is_computed_all_the_same():
    p = sympy.Symbol("p", positive=True)
    d = cid.CID.parse("A -> B")
    bent = sympy.Piecewise((p, 2 * p < 1), (1 - p, True))
    keep, lose = sympy.exp(-p), p / (1 + p)
    s = cid.SCIM(
        d,
        {},
        {
            "A": {0: 1 - bent, 1: bent},
            "B": lambda A: {A: keep, 1 - A: 1 - keep - lose, 2: lose},
        },
    )
    answer = probability(s, {"A": 1}, given={"B": 1})
    for value in (Fraction(1, 5), Fraction(4, 5)):
        e, f, a = math.exp(-value), float(value / (1 + value)), float(min(value, 1 - value))
        expected = a * e / (a * e + (1 - a) * (1 - e - f))
        assert float(answer.subs(p, sympy.Rational(value))) == pytest.approx(expected)
        exact = probability(s.at({p: value}), {"A": 1}, given={"B": 1})
        assert float(exact) == pytest.approx(expected)


def test_many_utilities_are_added_one_by_one():
    # The joint distribution of 40 utilities has 2 ** 40 entries; no such table is made.
    n = 40
    d = cid.CID(
        [("S", "D"), *(("D", f"U{i}") for i in range(n))], ["D"], [f"U{i}" for i in range(n)]
    )
    s = cid.SCIM(
        d,
        {"D": (0, 1)},
        {"S": {0: HALF, 1: HALF}} | {f"U{i}": lambda D: {D: 0.75, 1 - D: 0.25} for i in range(n)},
    )
    assert expectation(s, policy={"D": lambda S: S}, given={"S": 1}) == pytest.approx(30)
    with pytest.raises(cid.ModelError, match="needs a table of"):
        distribution(s, d.utilities, policy={"D": 0})


def test_a_utility_with_many_values_needs_no_axis_for_them():
    n = 12
    d = cid.CID([(f"X{i}", "U") for i in range(n)], (), ["U"])
    s = cid.SCIM(
        d,
        {},
        {f"X{i}": {0: HALF, 1: HALF} for i in range(n)}
        | {"U": lambda **x: sum(v << int(k[1:]) for k, v in x.items())},
    )
    assert len(s.domains["U"]) == 2**n
    assert expectation(s) == Fraction(2**n - 1, 2)
    assert expectation(s, given={"X11": 1}) == Fraction(2**n - 1, 2) + 2**10


def test_too_many_states_of_noise():
    d = cid.CID([], nodes=[f"X{i}" for i in range(80)])
    s = cid.SCIM(d, {}, {f"X{i}": {0: HALF, 1: HALF} for i in range(80)})
    with pytest.raises(cid.ModelError, match="joint states"):
        noise_states(s)
    still = s.do({f"X{i}": 0 for i in range(3, 80)})
    assert len(noise_states(still)) == 8
