"""Insoluble models and games against playing out every combination of rules."""

from fractions import Fraction
from itertools import product

import networkx as nx
import numpy as np
import oracles
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from play import expected, met, on_all_parents, profiles, rules_of, uniform
from strategies import diagrams

import cid

HALF = Fraction(1, 2)


@st.composite
def scims(draw, exact=True, **shape):
    """Draw a small model: binary nodes, integer utilities, half of the chance nodes noisy."""
    d = draw(diagrams(**shape))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    mechanisms = {}
    for v in d.nodes:
        if v in d.decisions:
            continue
        rows = {}
        for context in product((0, 1), repeat=len(d.parents(v))):
            if v in d.utilities:
                row = int(rng.integers(0, 5))
            else:
                weight = int(rng.choice([0, 0, 1, 2, 3, 3]))
                row = {0: Fraction(weight, 3), 1: Fraction(3 - weight, 3)}
                if not exact:
                    row = {value: float(p) for value, p in row.items()}
            rows[context] = row
        mechanisms[v] = rows if d.parents(v) else rows[()]
    domains = {v: (0, 1) for v in d.nodes if v not in d.utilities}
    return cid.SCIM(d, domains, mechanisms)


def small(s, most=3000):
    """Has the model few enough combinations of rules to play them all?"""
    count = 1
    for v, seen in met(s).items():
        count *= len(s.domains[v]) ** len(seen)
    return count <= most


FORGETFUL = cid.CID.parse("W -> D1 -> N -> D2 -> U; W -> U; D1 -> U", "D1 D2", "U")


def note(cost, values=(0, 1)):
    """The earlier self sees W and may mark a note, all that the later self reads."""
    return cid.SCIM(
        FORGETFUL,
        {"D1": values, "D2": values},
        {
            "W": {v: Fraction(1, len(values)) for v in values},
            "N": lambda D1: D1,
            "U": lambda W, D1, D2: int(W == D2) - cost * int(D1 != 0),
        },
    )


# ---- insoluble models ------------------------------------------------------------------------


@settings(max_examples=150)
@given(scims(nodes=(3, 7), decisions=(2, 3), max_decision_parents=2))
def test_enumeration_finds_the_best_of_all_policies(s):
    if not small(s):
        return
    agent = s.diagram.agents[0]
    solution = cid.solve_by_enumeration(s)
    best = max(expected(s, rules, agent) for rules in profiles(s))
    assert solution.value == best
    for policy in (solution.policy, *solution.optima):
        rules = {v: on_all_parents(s, v, policy[v]) for v in s.diagram.decisions}
        assert expected(s, rules, agent) == best
        assert s.expected_utility(policy) == best


@settings(max_examples=40)
@given(scims(nodes=(4, 7), decisions=(2, 2), max_decision_parents=2))
def test_solve_is_exact_with_and_without_recall_and_its_ties_are_all_optimal_actions(s):
    if not small(s):
        return
    agent = s.diagram.agents[0]
    solution = s.solve()
    assert solution.value == max(expected(s, rules, agent) for rules in profiles(s))
    rules = {v: on_all_parents(s, v, solution.policy[v]) for v in s.diagram.decisions}
    for v, rule in solution.policy.items():
        for context in rule:
            if not rule.reachable[rule._at(context)]:
                continue
            at = dict(zip(rule.parents, context, strict=True))
            for action in s.domains[v]:
                changed = {
                    c: action
                    if all(dict(zip(s.diagram.parents(v), c, strict=True))[x] == at[x] for x in at)
                    else a
                    for c, a in rules[v].items()
                }
                value = expected(s, {**rules, v: changed}, agent)
                # A tie is optimal given the rules that backward induction had fixed before; an
                # action that is not one of them must lose whenever the context comes up.
                if action in rule.ties(context):
                    assert value <= solution.value
                    if "enumeration" in solution.method:
                        assert value == solution.value
                elif context in {
                    tuple(c[s.diagram.parents(v).index(x)] for x in rule.parents)
                    for c in met(s, rules)[v]
                }:
                    assert value < solution.value


def test_a_note_to_oneself():
    solution = note(Fraction(1, 4)).solve()
    assert solution.value == 1 - Fraction(1, 8)
    assert solution.status == "optimal"
    assert solution.method.startswith("enumeration of 4 rules of D")
    assert len(solution.optima) == 2  # mark on 1, or mark on 0 and read it the other way round
    marks = {tuple(p["D1"][(w,)] for w in (0, 1)) for p in solution.optima}
    assert marks == {(0, 1), (1, 0)}
    for policy in solution.optima:
        assert [policy["D2"][(policy["D1"][(w,)],)] for w in (0, 1)] == [0, 1]
    free = note(0).solve()
    assert free.value == 1
    assert note(1).solve().value == HALF


def test_enumeration_tries_the_cheapest_decisions_only():
    d = FORGETFUL.with_edges([("V", "D1")], nodes=["V"]).with_edges([("V", "U")])
    s = cid.SCIM(
        d,
        {"D1": (0, 1), "D2": (0, 1)},
        {
            "W": {0: HALF, 1: HALF},
            "V": {v: Fraction(1, 8) for v in range(8)},
            "N": lambda D1: D1,
            "U": lambda W, V, D1, D2: int(W == D2) + V * D1,
        },
    )
    assert s.solve().method == "enumeration of 4 rules of D2, backward induction for the rest"


def test_a_nonrequisite_link_does_not_count():
    d = FORGETFUL.with_edges([("Coin", "D2")], nodes=["Coin"])
    mechanisms = {
        "W": {0: HALF, 1: HALF},
        "Coin": {v: Fraction(1, 20) for v in range(20)},
        "N": lambda D1: D1,
        "U": lambda W, D1, D2: int(W == D2),
    }
    s = cid.SCIM(d, {"D1": (0, 1), "D2": (0, 1)}, mechanisms)
    assert cid.solve_by_enumeration(s, limit=4).value == 1


def test_the_bound_is_named():
    s = note(0, values=tuple(range(8)))
    with pytest.raises(cid.ScopeError, match=r"16,777,216 joint rules .* the bound is 20,000"):
        s.solve()
    with pytest.raises(cid.ScopeError, match="the bound is 3"):
        cid.solve_by_enumeration(note(0), limit=3)
    assert cid.solve_by_enumeration(note(0), limit=4).value == 1


def test_enumeration_in_floating_point_keeps_ties():
    s = cid.SCIM(
        FORGETFUL,
        {"D1": (0, 1), "D2": (0, 1)},
        {
            "W": {0: 0.1 + 0.2, 1: 0.7},
            "N": lambda D1: D1,
            "U": lambda W, D1, D2: int(W == D2),
        },
    )
    solution = s.solve()
    assert solution.value == pytest.approx(1, abs=1e-12)
    assert len(solution.optima) == 2


def test_enumeration_says_what_it_does_not_do():
    import sympy

    c = sympy.Symbol("c")
    with pytest.raises(cid.ScopeError, match="free parameters c"):
        note(c).solve()
    game = signalling(lambda Z, DT: 0, lambda Z, DT: 0)
    with pytest.raises(cid.ScopeError, match="Enumeration is for one agent"):
        cid.solve_by_enumeration(game)
    with pytest.raises(cid.UnknownNodeError):
        cid.solve_by_enumeration(note(0), agent="nobody")


def test_nothing_mutates():
    s = note(Fraction(1, 4))
    before = s.to_json()
    first, second = s.solve(), s.solve()
    assert first.value == second.value
    assert {v: dict(r) for v, r in first.policy.items()} == {
        v: dict(r) for v, r in second.policy.items()
    }
    assert s.to_json() == before


# ---- games -----------------------------------------------------------------------------------


def signalling(sender, target):
    """A sender that knows Z, and a target that sees the signal only."""
    return cid.SCIM(
        cid.catalog.load("deception").diagram,
        {"DS": (0, 1), "DT": (0, 1)},
        {"Z": {0: Fraction(1, 4), 1: Fraction(3, 4)}, "US": sender, "UT": target},
    )


def gains(s, rules, agent):
    """Could an agent gain by changing all of its rules?"""
    own = s.diagram.decisions_of(agent)
    value = expected(s, rules, agent)
    return any(expected(s, {**rules, **other}, agent) > value for other in profiles(s, own))


GAMES = {"nodes": (4, 6), "decisions": (2, 3), "agents": (2, 2), "max_decision_parents": 1}


@settings(max_examples=60)
@given(scims(**GAMES))
def test_pure_equilibria_are_those_that_playing_everything_finds(s):
    if not small(s, 300):
        return
    live = {
        v for v in s.diagram.decisions if set(s.diagram.descendants(v)) & set(s.diagram.utilities)
    }
    seen = {v: contexts if v in live else set() for v, contexts in met(s).items()}

    def key(rules):
        return tuple(tuple(sorted(rules[v].items())) for v in s.diagram.decisions)

    wanted = {
        key(rules)
        for rules in profiles(s, seen=seen)
        if not any(gains(s, rules, agent) for agent in s.diagram.agents)
    }
    found = cid.pure_equilibria(s)
    assert {
        key({v: on_all_parents(s, v, each.policy[v]) for v in s.diagram.decisions})
        for each in found
    } == wanted
    assert len(found) == len(wanted)
    for each in found:
        rules = {v: on_all_parents(s, v, each.policy[v]) for v in s.diagram.decisions}
        assert {a: expected(s, rules, a) for a in s.diagram.agents} == each.value
        for rule in each.policy.values():
            assert all(rule[context] in rule.ties(context) for context in rule)
    assert ("no equilibrium" in found.status) == (not wanted)


@settings(max_examples=60)
@given(scims(**{**GAMES, "nodes": (4, 8), "max_decision_parents": 2}))
def test_backward_induction_in_a_game_finds_a_subgame_perfect_equilibrium(s):
    if not small(s, 600):
        return
    try:
        solution = s.solve()
    except cid.ScopeError:
        assert not cid.is_soluble(s.diagram)
        return
    rules = {v: on_all_parents(s, v, solution.policy[v]) for v in s.diagram.decisions}
    assert solution.status == "equilibrium"
    for agent in s.diagram.agents:
        assert not gains(s, rules, agent)
        assert expected(s, rules, agent) == solution.value[agent]
    # Each rule is optimal in every context, given the rules that come before it in solve order and
    # whatever the others do.
    place = {v: k for k, v in enumerate(cid.solve_order(s.diagram))}
    for v in s.diagram.decisions:
        acting = {x: rules[x] if place[x] <= place[v] else uniform(s, x) for x in place}
        value = expected(s, acting, s.diagram.agent_of(v))
        assert all(
            expected(s, {**acting, v: other}, s.diagram.agent_of(v)) <= value
            for other in rules_of(s, v)
        )


@settings(max_examples=40)
@given(scims(**GAMES))
def test_subgame_perfect_equilibria_are_equilibria_of_every_subgame(s):
    if not small(s, 200):
        return
    found = cid.pure_equilibria(s, subgame_perfect=True)
    everything = cid.pure_equilibria(s)
    assert len(found) <= len(everything)

    def perfect(rules):
        return not any(
            expected(s, {**acting, **other}, agent) > expected(s, acting, agent)
            for group in cid.subgames(s.diagram)
            for acting in [
                {v: rules[v] if v in group else uniform(s, v) for v in s.diagram.decisions}
            ]
            for agent in s.diagram.agents
            for other in profiles(s, [v for v in group if s.diagram.agent_of(v) == agent])
        )

    def key(each):
        return tuple(
            tuple(sorted(on_all_parents(s, v, each.policy[v]).items())) for v in s.diagram.decisions
        )

    wanted = {
        key(each)
        for each in everything
        if perfect({v: on_all_parents(s, v, each.policy[v]) for v in s.diagram.decisions})
    }
    assert {key(each) for each in found} == wanted


ENTRY = cid.CID(
    [("In", "Fight"), ("In", "UE"), ("Fight", "UE"), ("In", "UI"), ("Fight", "UI")],
    decisions={"entrant": ["In"], "incumbent": ["Fight"]},
    utilities={"entrant": ["UE"], "incumbent": ["UI"]},
)


def test_an_empty_threat_is_an_equilibrium_and_not_a_perfect_one():
    game = cid.SCIM(
        ENTRY,
        {"In": (0, 1), "Fight": (0, 1)},
        {
            "UE": lambda In, Fight: 0 if not In else -1 if Fight else 1,
            "UI": lambda In, Fight: 2 if not In else 0 if Fight else 1,
        },
    )
    nash = cid.pure_equilibria(game)
    outcomes = sorted((e.policy["In"][()], e.policy["Fight"][(1,)]) for e in nash)
    assert outcomes == [(0, 1), (0, 1), (1, 0), (1, 0)]
    assert nash.status == "4 equilibria in deterministic rules"
    perfect = cid.pure_equilibria(game, subgame_perfect=True)
    assert {(e.policy["In"][()], e.policy["Fight"][(1,)]) for e in perfect} == {(1, 0)}
    solution = game.solve()
    assert solution.policy["In"][()] == 1
    assert solution.value == {"entrant": 1, "incumbent": 1}
    assert solution.policy["Fight"].ties((0,)) == (0, 1)


TWO = cid.CID(
    [("A", "UA"), ("B", "UA"), ("A", "UB"), ("B", "UB")],
    decisions={"a": ["A"], "b": ["B"]},
    utilities={"a": ["UA"], "b": ["UB"]},
)
PENNIES = cid.SCIM(
    TWO,
    {"A": (0, 1), "B": (0, 1)},
    {"UA": lambda A, B: 1 if A == B else -1, "UB": lambda A, B: -1 if A == B else 1},
)


def test_matching_pennies_has_no_equilibrium_in_deterministic_rules():
    found = cid.pure_equilibria(PENNIES)
    assert not found
    assert found.status == "no equilibrium in deterministic rules"
    assert found.method == "comparison of 4 profiles"


def test_a_game_without_an_order_says_which_decisions_rely_on_each_other():
    with pytest.raises(cid.ScopeError, match=r"\(A, B\)\. Use cid\.pure_equilibria"):
        PENNIES.solve()
    with pytest.raises(cid.ScopeError, match=r"have no rules\. Fix them"):
        PENNIES.solve(agent="a")


def test_the_number_of_profiles_is_bounded():
    with pytest.raises(cid.ScopeError, match=r"4 joint rules \(A 2, B 2\); the bound is 3"):
        cid.pure_equilibria(PENNIES, limit=3)


def test_mixed_equilibria_need_gambit_and_say_so(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "pygambit", None)
    with pytest.raises(cid.MissingLibraryError, match="pip install pygambit"):
        cid.mixed_equilibria(PENNIES)
    with pytest.raises(cid.CIDTypeError, match="'enummixed'"):
        cid.mixed_equilibria(PENNIES, solver="guess")


def test_mixed_equilibria_leave_nothing_to_gain():
    pytest.importorskip("pygambit")
    battle = cid.SCIM(
        TWO,
        {"A": (0, 1), "B": (0, 1)},
        {
            "UA": lambda A, B: 0 if A != B else 2 if A else 1,
            "UB": lambda A, B: 0 if A != B else 1 if A else Fraction(2, 3),
        },
    )
    assert len(cid.mixed_equilibria(PENNIES)) == 1
    found = cid.mixed_equilibria(battle)
    assert len(found) == 3
    for each in found:
        tables = {
            v: {(): {r[v][()]: p for p, r in each.mixture[a]}} for v, a in (("A", "a"), ("B", "b"))
        }
        for v, agent in (("A", "a"), ("B", "b")):
            value = expected(battle, tables, agent)
            assert value == each.value[agent]
            for action in (0, 1):
                assert expected(battle, {**tables, v: {(): action}}, agent) <= value


# ---- structure -------------------------------------------------------------------------------


@given(diagrams(nodes=(3, 9), decisions=(2, 5), agents=(1, 3)))
def test_components_and_subgames_are_those_of_the_relevance_graph(d):
    relevance = oracles.relevance(
        d, oracles.graph_of(d), d.decisions, oracles.separated_by_networkx
    )
    components = cid.relevance_components(d)
    assert {frozenset(c) for c in components} == {
        frozenset(c) for c in nx.strongly_connected_components(relevance)
    }
    solved = set()
    for group in components:
        for name in group:
            assert set(relevance.predecessors(name)) <= solved | set(group)
        solved |= set(group)
    wanted = {
        frozenset(chosen)
        for chosen in map(set, _subsets(d.decisions))
        if all(set(relevance.predecessors(name)) <= chosen for name in chosen)
    }
    assert {frozenset(game) for game in cid.subgames(d)} == wanted
    assert cid.subgames(d)[-1] == d.decisions


def _subsets(names):
    return [
        [n for n, keep in zip(names, bits, strict=True) if keep]
        for bits in product((0, 1), repeat=len(names))
        if any(bits)
    ]


def test_too_many_subgames_are_refused():
    many = cid.CID([(f"D{k}", "U") for k in range(17)], [f"D{k}" for k in range(17)], ["U"])
    apart = cid.CID(
        [(f"D{k}", f"U{k}") for k in range(17)],
        {f"a{k}": [f"D{k}"] for k in range(17)},
        {f"a{k}": [f"U{k}"] for k in range(17)},
    )
    assert len(cid.subgames(many)) == 1
    with pytest.raises(cid.ScopeError, match="17 components"):
        cid.subgames(apart)
