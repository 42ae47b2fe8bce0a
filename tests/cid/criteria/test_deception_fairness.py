"""Deception and introduced unfairness: the criteria by listing paths, and what they promise."""

from fractions import Fraction
from itertools import product

import networkx as nx
import numpy as np
import oracles
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from models import Model
from play import histories, on_all_parents
from strategies import diagrams

import cid

HALF = Fraction(1, 2)
GAME = cid.catalog.load("deception").diagram


# ---- deception -------------------------------------------------------------------------------


@settings(max_examples=300)
@given(diagrams(nodes=(4, 10), decisions=(2, 3), agents=(2, 3)), st.data())
def test_deception_by_listing_paths(d, data):
    sender, target = data.draw(st.permutations(d.decisions))[:2]
    single = all(len(d.decisions_of(d.agent_of(v))) == 1 for v in (sender, target))
    about = data.draw(st.lists(st.sampled_from(d.nodes), min_size=1, max_size=2, unique=True))
    below = set(d.descendants(target)) | {target}
    sound = not below & set(about) and not set(about) & set(d.utilities)
    if not single or d.agent_of(sender) == d.agent_of(target) or not sound:
        with pytest.raises(cid.ScopeError):
            cid.admits_deception(d, sender, target, about)
        return
    graph = oracles.graph_of(d)
    own = d.utilities_of(d.agent_of(sender))
    through = any(target in path for u in own for path in nx.all_simple_paths(graph, sender, u))
    wanted = through and not set(about) <= set(d.parents(target))
    finding = cid.admits_deception(d, sender, target, about)
    assert bool(finding) == wanted
    assert finding.verify()
    if wanted:
        assert finding.path_nodes[0] == sender
        assert target in finding.path_nodes
        assert finding.path_nodes[-1] in own
        assert all(edge in d.edges for edge in finding.path_edges)
        blind = d.without_edges([e for e in d.edges if e[1] == target])
        assert not finding.verify(blind) or sender in d.parents(target)
    assert str(finding).startswith(f"{sender} {'admits' if wanted else 'does not admit'} deception")


@settings(max_examples=80)
@given(diagrams(nodes=(4, 6), decisions=(2, 2), agents=(2, 2), max_decision_parents=2), st.data())
def test_without_the_path_no_sender_gains_by_what_the_target_does(d, data):
    sender, target = data.draw(st.permutations(d.decisions))
    free = [v for v in d.chance if v not in d.descendants(target) and v not in d.parents(target)]
    if not free or cid.admits_deception(d, sender, target, free):
        return
    rng = np.random.default_rng(data.draw(st.integers(0, 10**6)))
    # Intending to cause the target's action needs, at least, that it makes a difference.
    assert not Model.random(d, [sender], rng).solve().controls(sender, target)


def test_what_the_target_sees_it_cannot_be_wrong_about():
    seen = GAME.with_edges([("Z", "DT")])
    finding = cid.admits_deception(seen, "DS", "DT", "Z")
    assert not finding
    assert finding.verify()
    assert str(finding).endswith("DT observes Z, all that the proposition is about.")
    half = seen.with_edges([("Y", "DS")], nodes=["Y"])
    assert cid.admits_deception(half, "DS", "DT", ["Z", "Y"])
    assert not finding.verify(GAME)
    assert "Ward et al. 2023" in finding.explain()


def test_a_sender_under_lcdt_cannot_deceive():
    assert cid.admits_deception(GAME, "DS", "DT", "Z")
    assert not cid.admits_deception(cid.lcdt(GAME, "DS"), "DS", "DT", "Z")


def test_a_game_in_which_a_sender_deceives():
    """Z is rarely 1; the sender always wants action 1, the target wants to match Z.

    An equilibrium in which the target trusts is impossible with a sender this greedy, so the
    target's rule is given: it acts on what it is told. The sender then says 1 whatever is true,
    and the target acts as though Z were 1 when it is 0.
    """
    s = cid.SCIM(
        GAME,
        {"DS": (0, 1), "DT": (0, 1)},
        {
            "Z": {0: Fraction(3, 4), 1: Fraction(1, 4)},
            "US": lambda Z, DT: DT,
            "UT": lambda Z, DT: int(Z == DT),
        },
    )
    trusting = s.with_policy({"DT": lambda DS: DS})
    says = on_all_parents(s, "DS", trusting.solve().policy["DS"])
    rules = {"DS": says, "DT": {(0,): 0, (1,): 1}}
    fooled = [p for p, w in histories(s, rules) if w["Z"] == 0 and w["DT"] == 1]
    assert sum(fooled) == Fraction(3, 4)


@pytest.mark.parametrize(
    ("asking", "error", "words"),
    [
        (("DS", "DS", "Z"), cid.ScopeError, "between two agents"),
        (("DS", "DT", "DT"), cid.ScopeError, "comes after it"),
        (("DS", "DT", "US"), cid.ScopeError, "comes after it|is a utility"),
        (("DS", "DT", []), cid.ScopeError, "at least one variable"),
        (("DS", "DT", 3), cid.CIDTypeError, "about is a node name"),
        (("DS", "Z", "Z"), cid.UnknownNodeError, "decision"),
        (("DS", "DT", "Q"), cid.UnknownNodeError, "'Q'"),
    ],
)
def test_deception_has_a_scope(asking, error, words):
    with pytest.raises(error, match=words):
        cid.admits_deception(GAME, *asking)


def test_several_decisions_of_one_agent_are_refused():
    d = cid.CID(
        [("A", "B"), ("C", "B"), ("B", "U")],
        {"s": ["A", "C"], "t": ["B"]},
        {"s": ["U"]},
        nodes=["Z"],
    )
    with pytest.raises(cid.ScopeError, match=r"d\.fix\(\['C'\]\)"):
        cid.admits_deception(d, "A", "B", "Z")
    assert cid.admits_deception(d.fix("C"), "A", "B", "Z")


# ---- introduced unfairness -------------------------------------------------------------------


@st.composite
def learners(draw, nodes=(3, 6)):
    """Draw a supervised learning diagram over A, Y and others, D reading some of them."""
    size = draw(st.integers(*nodes))
    names = ["A", "Y", *"BCEF"[: size - 2]]
    order = draw(st.permutations(names))
    pairs = [(a, b) for i, b in enumerate(order) for a in order[:i]]
    keep = draw(st.lists(st.booleans(), min_size=len(pairs), max_size=len(pairs)))
    edges = [pair for pair, kept in zip(pairs, keep, strict=True) if kept]
    features = draw(
        st.lists(st.sampled_from([n for n in names if n != "Y"]), unique=True, max_size=2)
    )
    edges += [(x, "D") for x in features] + [("D", "U"), ("Y", "U")]
    return cid.CID(edges, ["D"], ["U"], nodes=names)


def by_trails(d, conditional_mean):
    graph = oracles.graph_of(d)
    features = d.parents("D")
    family = {*features, "D"}

    def connected(x, y, z):
        return x == y or not oracles.separated_by_trails(graph, x, [y], z)

    any_loss = any(connected("A", x, ()) and connected(x, "U", family - {x}) for x in features)
    if not conditional_mean:
        return any_loss
    return any_loss and "A" not in features and connected("A", "U", family)


@settings(max_examples=300)
@given(learners(), st.booleans())
def test_introduced_variation_by_listing_trails(d, conditional_mean):
    finding = cid.admits_introduced_variation(d, "A", conditional_mean)
    assert bool(finding) == by_trails(d, conditional_mean)
    assert finding.verify()
    assert finding.evidence
    assert all(edge in d.edges for edge in finding.path_edges)
    if finding:
        assert finding.path_edges[-1][1] == "D"
        assert not finding.verify(d.without_edges([e for e in d.edges if e[1] == "D"]))
    if conditional_mean and finding:
        assert cid.admits_introduced_variation(d, "A")


def law(d, rng):
    """Draw a binary model of everything but D and U, and return {values: probability}."""
    order = [v for v in d.topological_order if v not in ("D", "U")]
    tables = {
        v: {
            c: Fraction(int(rng.integers(1, 6)), 6)
            for c in product((0, 1), repeat=len(d.parents(v)))
        }
        for v in order
    }
    found = {(): Fraction(1)}
    for v in order:
        longer = {}
        for past, p in found.items():
            at = dict(past)
            one = tables[v][tuple(at[x] for x in d.parents(v))]
            longer[(*past, (v, 1))] = p * one
            longer[(*past, (v, 0))] = p * (1 - one)
        found = longer
    return [(dict(past), p) for past, p in found.items() if p]


def mean(worlds, value, given_):
    chosen = [(w, p) for w, p in worlds if all(w[k] == v for k, v in given_.items())]
    total = sum(p for _, p in chosen)
    return sum(p * value(w) for w, p in chosen) / total if total else None


def variation(worlds, value):
    one, zero = (mean(worlds, value, {"A": a}) for a in (1, 0))
    return abs(one - zero)


def introduced(worlds, d, predict):
    return variation(worlds, predict) - variation(worlds, lambda w: w["Y"])


@settings(max_examples=150)
@given(learners(), st.integers(0, 10**6))
def test_a_negative_verdict_holds_in_every_model(d, seed):
    worlds = law(d, np.random.default_rng(seed))
    features = d.parents("D")
    if not cid.admits_introduced_variation(d, "A", conditional_mean=True):
        # The square loss is minimised by the conditional mean.
        rule = {
            c: mean(worlds, lambda w: w["Y"], dict(zip(features, c, strict=True)))
            for c in product((0, 1), repeat=len(features))
        }
        assert introduced(worlds, d, lambda w: rule[tuple(w[x] for x in features)]) <= 0
    if not cid.admits_introduced_variation(d, "A"):
        # Whatever the loss, some optimal predictor reads requisite features only.
        needed = cid.requisite_graph(d).parents("D")
        loss = np.random.default_rng(seed + 1).integers(0, 9, (2, 2))
        rule = {}
        for c in product((0, 1), repeat=len(needed)):
            at = dict(zip(needed, c, strict=True))
            rule[c] = min(
                (0, 1),
                key=lambda a: mean(worlds, lambda w: Fraction(int(loss[a, w["Y"]])), at) or 0,
            )
        assert introduced(worlds, d, lambda w: rule[tuple(w[x] for x in needed)]) <= 0


def test_both_conditions_are_met_by_some_model():
    """Three diagrams, one for each pattern of verdicts, with models that show what is admitted."""
    biased = cid.catalog.load("introduced_bias").diagram
    shown = {
        loss: any(
            introduced(worlds, biased, rule) > 0
            for seed in range(40)
            for worlds in [law(biased, np.random.default_rng(seed))]
            for rule in [predictor(worlds, biased, loss)]
        )
        for loss in ("square", "zero-one")
    }
    assert shown == {"square": True, "zero-one": True}
    assert cid.admits_introduced_variation(biased, "A")
    assert cid.admits_introduced_variation(biased, "A", conditional_mean=True)
    # A reaches the label through the only feature: mean predictions are fair, thresholds are not.
    hiring = cid.CID.parse("A -> X; X -> Y; X -> D; D -> U; Y -> U", "D", "U")
    assert cid.admits_introduced_variation(hiring, "A")
    assert not cid.admits_introduced_variation(hiring, "A", conditional_mean=True)
    worlds = [
        ({"A": a, "X": x, "Y": y}, HALF * (Fraction(4, 5) if x == a else Fraction(1, 5)) * p)
        for a, x in product((0, 1), repeat=2)
        for y, p in ((1, Fraction(49 + 2 * x, 100)), (0, Fraction(51 - 2 * x, 100)))
    ]
    assert introduced(worlds, hiring, predictor(worlds, hiring, "zero-one")) == Fraction(3, 5) * (
        1 - Fraction(2, 100)
    )
    assert introduced(worlds, hiring, predictor(worlds, hiring, "square")) == 0
    grades = cid.CID.parse("A -> X; B -> Y; B -> D; D -> U; Y -> U; X -> D", "D", "U")
    assert not cid.admits_introduced_variation(grades, "A")


def predictor(worlds, d, loss):
    features = d.parents("D")

    def rule(w):
        at = {x: w[x] for x in features}
        p = mean(worlds, lambda v: v["Y"], at)
        return p if loss == "square" else int(p > HALF)

    return rule


@pytest.mark.parametrize(
    ("d", "attribute", "words"),
    [
        (GAME, "Z", "supervised learning"),
        (cid.catalog.load("content_recommendation").diagram, "O", "influences|one label"),
        (cid.CID.parse("A -> D -> U; A -> U; B -> U", "D", "U"), "A", "one label"),
        (cid.CID.parse("D -> Y -> U; D -> U; A -> D", "D", "U"), "A", "influences 'Y'"),
        (cid.CID.parse("A -> D -> U; Y -> U", "D", "U"), "Y", "its label"),
        (cid.CID.parse("A -> D -> U; Y -> U", "D", "U"), "D", "sensitive attribute is another"),
    ],
)
def test_introduced_variation_has_a_scope(d, attribute, words):
    with pytest.raises(cid.ScopeError, match=words):
        cid.admits_introduced_variation(d, attribute)


def test_an_unknown_attribute():
    with pytest.raises(cid.UnknownNodeError):
        cid.admits_introduced_variation(cid.catalog.load("introduced_bias").diagram, "Q")
