"""Intention and goal-directedness, against their definitions spelled out."""

import itertools
import math
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scims import all_policies, contexts, random_pair
from strategies import diagrams

import cid
from cid import goal_directedness, intention, noise_states, random_scim
from cid.incentives.goal_directedness import _Explained

HALF = Fraction(1, 2)
DENSE = (130, 180, 220)
SEEDS = st.integers(0, 2**32 - 1)


# ---- intention ---------------------------------------------------------------------------------


def intended(s, decision, policy, node):
    """Try every set of pairs of a node and a state of the noise, as the definition says.

    Returns the probability of the states in which the policy intentionally causes the node's value.
    """
    d = s.diagram
    names = [decision, *d.descendants(decision)]
    count = len(noise_states(s.with_policy({decision: policy})))
    pairs = [(name, state) for name in names for state in range(count)]

    def states(rule):
        return noise_states(s.with_policy({decision: rule}))

    own = states(policy)
    values = own.respond()
    (utility,) = d.utilities
    goal = (own.probability * values[utility]).sum()
    found = set()
    for rule in all_policies(s, decision):
        other = states(rule)
        forced = {}  # utility by state, for each set of nodes that takes the policy's values
        for chosen in itertools.chain.from_iterable(
            itertools.combinations(names, k) for k in range(len(names) + 1)
        ):
            do = {name: values[name] for name in chosen}
            forced[frozenset(chosen)] = other.respond(do)[utility]

        def enough(choice, forced=forced, other=other):
            total = 0
            for state in range(count):
                here = frozenset(name for name, at in choice if at == state)
                total += other.probability[state] * forced[here][state]
            return goal <= total

        reaching = set()
        for size in range(len(pairs) + 1):
            for choice in map(frozenset, itertools.combinations(pairs, size)):
                if any(smaller <= choice for smaller in reaching):
                    continue
                if enough(choice):
                    reaching.add(choice)
                    found |= {state for name, state in choice if name == node}
    return sum((own.probability[state] for state in found), start=Fraction(0))


def small_model(seed):
    """Draw a model with at most 12 pairs of a node below the decision and a state of the noise.

    The utility tells all states apart: idle noise is dropped by the library, and would make finer
    sets of worlds.
    """
    rng = np.random.default_rng(seed)
    while True:
        shape = ["S -> D -> X -> U; S -> U", "D -> X -> U; D -> Y -> U", "S -> D -> X -> U; D -> U"]
        d = cid.CID.parse(shape[rng.integers(3)], decisions="D", utilities="U")
        s = random_scim(d, noise=int(rng.integers(1, 3)), seed=rng)
        states = noise_states(s.with_policy({"D": lambda: 0}))
        below = ["D", *(name for name in d.descendants("D") if name != "U")]
        joint = itertools.product(*(s.domains[name] for name in below))
        seen = [states.respond(dict(zip(below, values, strict=True)))["U"] for values in joint]
        told_apart = len(set(zip(*seen, strict=True))) == len(states)
        if told_apart and len(states) * (1 + len(below)) <= 12:
            return rng, s


def test_intention_is_its_definition():
    counts = Counter()
    for seed in range(60):
        rng, s = small_model(seed)
        policies = list(all_policies(s, "D"))
        policy = policies[rng.integers(len(policies))]
        for node in s.diagram.nodes:
            ours = intention(s, "D", policy, node)
            theirs = (
                intended(s, "D", policy, node)
                if node == "D" or node in s.diagram.descendants("D")
                else 0
            )
            assert ours.degree == theirs, (seed, node)
            assert ours.has == bool(ours) == (theirs > 0)
            assert sum(ours.outcomes.values()) == theirs
            counts[node, ours.has] += 1
    assert counts["X", True] > 5
    assert counts["X", False] > 5


def test_nothing_is_intended_that_the_diagram_rules_out():
    counts = Counter()

    @settings(max_examples=100)
    @given(diagrams(nodes=(3, 6), max_decision_parents=2, densities=DENSE), SEEDS)
    def check(d, seed):
        model, s, _ = random_pair(d, d.decisions, np.random.default_rng(seed))
        if len(model.weight) > 16:
            return
        (decision,) = d.decisions
        best = s.solve().policy[decision]
        for node in d.nodes:
            found = intention(s, decision, best, node)
            assert not (found.has and found.admits is False)
            assert (found.admits is None) == (node == decision)
            counts[found.admits, found.has] += 1

    check()
    assert min(counts[True, True], counts[True, False], counts[False, False]) > 20


def poisoned():
    """A poisons B for an inheritance; by chance the poison may also kill C, who has nothing."""
    d = cid.CID.parse("D -> B -> U; D -> C; W -> C", decisions="D", utilities="U")
    return cid.SCIM(
        d,
        {"D": ("spare", "poison")},
        {
            "W": {0: Fraction(2, 3), 1: Fraction(1, 3)},
            "B": lambda D: "dead" if D == "poison" else "alive",
            "C": lambda D, W: "dead" if D == "poison" and W else "alive",
            "U": lambda B: int(B == "dead"),
        },
    )


def test_side_effects_are_not_intended():
    s = poisoned()
    means = intention(s, "D", "poison", "B")
    assert (means.has, means.degree, means.outcomes) == (True, 1, {"dead": 1})
    assert intention(s, "D", "poison", "C").has is False
    assert intention(s, "D", "poison", ["B", "C"]).has is False
    assert intention(s, "D", "poison", ["B", "U"]).has is False  # either alone would do
    # sparing B gains nothing over any policy, so there is nothing it is for
    assert intention(s, "D", "spare", "B").has is False
    assert intention(s, "D", "poison", "B", reference=["poison"]).has is False


def test_two_means_are_intended_together():
    d = cid.CID.parse("D -> X -> U; D -> Y -> U", decisions="D", utilities="U")
    s = cid.SCIM(d, {"D": (0, 1)}, {"X": lambda D: D, "Y": lambda D: D, "U": lambda X, Y: X * Y})
    assert intention(s, "D", 1, "X").has
    assert intention(s, "D", 1, ["X", "Y"]).outcomes == {(1, 1): 1}
    either = cid.SCIM(
        d, {"D": (0, 1)}, {"X": lambda D: D, "Y": lambda D: D, "U": lambda X, Y: max(X, Y)}
    )
    assert intention(either, "D", 1, "X").has
    assert not intention(either, "D", 1, ["X", "Y"]).has  # one of them is enough


def test_an_outcome_is_intended_in_the_worlds_in_which_it_helps():
    d = cid.CID.parse("W -> U; D -> X -> U", decisions="D", utilities="U")
    s = cid.SCIM(
        d,
        {"D": (0, 1)},
        {"W": {0: Fraction(1, 4), 1: Fraction(3, 4)}, "X": lambda D: D, "U": lambda W, X: W * X},
    )
    found = intention(s, "D", 1, "X")
    assert (found.degree, found.outcomes) == (Fraction(3, 4), {1: Fraction(3, 4)})


def test_what_is_intended_does_not_depend_on_how_finely_noise_is_split():
    d = cid.CID.parse("W -> U; D -> X -> U", decisions="D", utilities="U")
    third = Fraction(1, 3)
    degrees = set()
    for noise, of in (
        ({0: third, 1: 2 * third}, lambda e: e),
        ({0: third, 1: third, 2: third}, lambda e: min(e, 1)),
        (dict.fromkeys(range(12), third / 4), lambda e: int(e % 3 > 0)),
        ({0: third, 1: 2 * third, 2: 0}, lambda e: e % 2),
    ):
        s = cid.SCIM(
            d,
            {"D": (0, 1)},
            {"W": cid.Noisy(of, noise), "X": lambda D: D, "U": lambda W, X: W + X * (1 + W)},
        )
        degrees |= {intention(s, "D", 1, node, [0]).degree for node in ("X", "U")}
        assert intention(s, "D", {"D": 1}, "X", [{"D": 0}]) == intention(s, "D", 1, "X", [0])
    assert degrees == {1}


@pytest.mark.parametrize(
    ("ask", "error", "message"),
    [
        (
            lambda s: intention(s, "D", lambda: {"spare": 0.5, "poison": 0.5}, "B"),
            cid.ModelError,
            "The policy for 'D' is not deterministic",
        ),
        (lambda s: intention(s, "D", "poison", "Z"), cid.UnknownNodeError, "'Z' is no node"),
        (lambda s: intention(s, "D", "poison", []), cid.ModelError, "at least one"),
        (lambda s: intention(s, "D", "poison", 3), cid.CIDTypeError, "a node name or several"),
        (lambda s: intention(s, "D", "poison", "B", "spare"), cid.CIDTypeError, "list of rules"),
        (lambda s: intention(s, "B", "poison", "U"), cid.UnknownNodeError, "not a decision"),
        (lambda s: intention(s, "D", "stab", "B"), cid.ModelError, "stab"),
    ],
)
def test_a_question_about_intention_without_an_answer_is_refused(ask, error, message):
    with pytest.raises(error, match=message):
        ask(poisoned())


# ---- goal-directedness -------------------------------------------------------------------------


def matching(right=HALF):
    d = cid.CID.parse("S -> D -> U; S -> U", decisions="D", utilities="U")
    return cid.SCIM(
        d, {"D": (0, 1)}, {"S": {0: right, 1: 1 - right}, "U": lambda S, D: int(S == D)}
    )


def follows(p):
    return {"D": lambda S: {S: p, 1 - S: 1 - p}}


@pytest.mark.parametrize("p", [0.5, 0.6, 0.9, 0.999])
def test_following_a_fair_coin_in_closed_form(p):
    # pi_beta follows with p when beta = log(p / (1 - p)); the score is log 2 less the entropy
    found = goal_directedness(matching(), follows(p))
    entropy = -sum(q * math.log(q) for q in (p, 1 - p))
    assert found.degree == pytest.approx(math.log(2) - entropy, abs=1e-9)
    assert found.beta == pytest.approx(math.log(p / (1 - p)), abs=1e-6)
    assert (found.most, found.utility) == (math.log(2), pytest.approx(p))


def test_the_ends_of_the_scale():
    best = goal_directedness(matching(), {"D": lambda S: S})
    assert (best.degree, best.beta) == (pytest.approx(math.log(2)), math.inf)
    worst = goal_directedness(matching(), {"D": lambda S: 1 - S})
    assert (worst.degree, worst.beta) == (pytest.approx(math.log(2)), -math.inf)
    assert goal_directedness(matching(), follows(0.25)).beta == pytest.approx(-math.log(3))
    blind = goal_directedness(matching(), {"D": 0})  # certain, and to no purpose
    assert blind.degree == pytest.approx(0, abs=1e-9)


def test_a_decision_that_moves_no_utility_has_none():
    d = cid.CID.parse("D -> X; S -> U", decisions="D", utilities="U")
    s = random_scim(d, seed=0)
    assert goal_directedness(s, {"D": 1}).degree == pytest.approx(0, abs=1e-12)


def random_rules(s, rng):
    """Draw a stochastic rule for each decision."""
    rules = {}
    for name in s.diagram.decisions:
        actions = s.domains[name]
        table = rng.dirichlet(np.ones(len(actions)), size=contexts(s, name))
        seen = itertools.product(*(s.domains[p] for p in s.diagram.parents(name)))
        rows = [dict(zip(actions, row.tolist(), strict=True)) for row in table]
        rules[name] = dict(zip(seen, rows, strict=True)) if s.diagram.parents(name) else rows[0]
    return rules


def by_grid(s, policy):
    """For one decision: the best score of Boltzmann policies over a grid of temperatures."""
    (name,) = s.diagram.decisions
    parents = s.diagram.parents(name)
    actions = s.domains[name]
    rule = s.with_policy(policy).cpd(name, parents).reshape(-1, len(actions)).astype(float)
    rows, value, chance = [], [], []
    for context, probabilities in zip(
        itertools.product(*(s.domains[p] for p in parents)), rule, strict=True
    ):
        given = dict(zip(parents, context, strict=True))
        chance.append(float(cid.probability(s, given)) if given else 1.0)
        value.append(
            [float(cid.expectation(s, "U1", {**given, name: a}, policy)) for a in actions]
            if chance[-1] and all(probabilities > 0)
            else [0.0] * len(actions)
        )
        rows.append(probabilities)
    rows, value, chance = map(np.array, (rows, value, chance))
    best = -math.inf
    for beta in np.linspace(-60, 60, 24001):
        logits = beta * value
        logits -= logits.max(axis=1, keepdims=True)
        log = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
        best = max(best, float((chance[:, None] * rows * log).sum()) + math.log(len(actions)))
    return best


@pytest.mark.parametrize("seed", range(12))
def test_no_temperature_on_a_grid_does_better_and_one_does_as_well(seed):
    rng = np.random.default_rng(seed)
    d = cid.random_diagram(5, edge_probability=0.7, max_parents=2, seed=rng)
    s = random_scim(d, {"D1": 3}, seed=rng)
    policy = random_rules(s, rng)
    found = goal_directedness(s, policy)
    assert 0 <= found.degree <= found.most
    assert found.degree == pytest.approx(by_grid(s, policy), abs=1e-5)


@pytest.mark.parametrize("seed", range(8))
def test_it_does_not_depend_on_scale_or_origin_of_utility(seed):
    rng = np.random.default_rng(seed)
    d = cid.CID.parse("S -> D -> X -> U; S -> U", decisions="D", utilities="U")
    values = (0, 1, 5)
    s = random_scim(d, {"D": 3}, utility_values=values, seed=7)
    other = random_scim(d, {"D": 3}, utility_values=[100 - 3 * v for v in values], seed=7)
    policy = random_rules(s, rng)
    one, two = goal_directedness(s, policy), goal_directedness(other, policy)
    assert one.degree == pytest.approx(two.degree, abs=1e-8)
    assert one.beta == pytest.approx(-3 * two.beta, rel=1e-4, abs=1e-6)


def steps():
    """Two moves on a line with slips; the second decision sees where the first one led."""
    d = cid.CID.parse("D1 -> X -> D2 -> Y; X -> Y -> U; X -> V", "D1 D2", "U V")
    slip = Fraction(1, 8)
    return cid.SCIM(
        d,
        {"D1": (0, 1), "D2": (0, 1)},
        {
            "X": lambda D1: {D1: 1 - slip, 1 - D1: slip},
            "Y": lambda X, D2: X if D2 else {0: HALF, 1: HALF},
            "U": lambda Y: 2 * Y,
            "V": lambda X: -X,
        },
    )


def entropy_and_utility(rules):
    """The causal entropy of two stochastic rules for :func:`steps`, and what they earn."""
    first, second = rules
    one = first[1] * 7 / 8 + first[0] / 8
    met = np.array([1 - one, one])

    def entropy(rows):
        return -np.where(rows > 0, rows * np.log(np.where(rows > 0, rows, 1)), 0).sum(axis=-1)

    # with D2 = 1 the second state is the first one, and else a coin
    reached = met[0] * second[0, 0] / 2 + met[1] * (second[1, 0] / 2 + second[1, 1])
    return entropy(first) + met @ entropy(second), 2 * reached - one


@pytest.mark.parametrize("seed", range(4))
def test_the_policies_it_compares_with_are_the_most_random_that_earn_as_much(seed):
    s = steps()
    rng = np.random.default_rng(seed)
    first, second = rng.dirichlet([1, 1]), rng.dirichlet([1, 1], size=2)
    policy = {"D1": lambda: dict(enumerate(first)), "D2": lambda X: dict(enumerate(second[X]))}
    by_hand = entropy_and_utility((first, second))[1]
    assert float(s.expected_utility(policy)) == pytest.approx(by_hand)
    found = goal_directedness(s, policy)

    logs = _Explained(s, policy, "agent").rules(found.beta)
    entropy, earned = entropy_and_utility((np.exp(logs["D1"][0]), np.exp(logs["D2"])))
    assert earned == pytest.approx(found.utility, abs=1e-9)
    # the most that entropy can be is concave in what is earned, with slope -beta here
    close = 0
    for a, b, c in itertools.product(np.linspace(0, 1, 41), repeat=3):
        other = np.array([1 - a, a]), np.array([[1 - b, b], [1 - c, c]])
        randomness, earning = entropy_and_utility(other)
        assert randomness <= entropy - found.beta * (earning - found.utility) + 1e-9
        close += abs(earning - found.utility) < 0.01
    assert close > 100

    # and the score is best at that temperature
    def score(beta):
        return _Explained(s, policy, "agent").score(beta) + found.most

    assert score(found.beta) == pytest.approx(found.degree, abs=1e-12)
    assert all(score(beta) <= found.degree + 1e-12 for beta in np.linspace(-20, 20, 81))


def test_decisions_that_rely_on_each_other_are_refused():
    d = cid.CID.parse("W -> D1 -> N -> D2 -> U; W -> U", "D1 D2", "U")
    with pytest.raises(cid.ScopeError, match="rely on each other"):
        goal_directedness(random_scim(d, seed=0), {"D1": lambda W: W, "D2": lambda N: N})


def test_a_rule_that_is_missing_is_named():
    with pytest.raises(cid.ModelError, match="no rule for 'D'"):
        goal_directedness(matching(), {})
    with pytest.raises(cid.CIDTypeError, match="a mapping from decisions"):
        goal_directedness(matching(), 1)
    with pytest.raises(cid.ScopeError, match="nothing to explain"):
        goal_directedness(matching().with_policy({"D": 0}), {})
