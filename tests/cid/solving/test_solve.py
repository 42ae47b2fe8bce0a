"""Values and policies against pyAgrum's LIMID inference, an independent solver.

Two things about pyAgrum 3.3.1 were found here. Its value is too low, and below that of its own
search space by enumeration, in models with a decision that no utility depends on once nonrequisite
links are gone. And it takes some soluble diagrams for insoluble. The models compared leave the
first out, and few meet the second.
"""

import itertools
from collections import Counter

import networkx as nx
import numpy as np
import pytest

import cid

gum = cid.io.pyagrum.load_pyagrum()


def drawn(seed):
    """Return a random soluble model whose decisions all matter; utilities have parents."""
    rng = np.random.default_rng(seed)
    while True:
        utilities = int(rng.integers(1, 4))
        decisions = int(rng.integers(1, 5))
        d = cid.random_diagram(
            decisions + utilities + int(rng.integers(1, 6)),
            decisions,
            utilities,
            edge_probability=float(rng.choice([0.4, 0.6, 0.8])),
            max_parents=4,
            soluble=True,
            seed=rng,
        )
        graph = cid.requisite_graph(d).to_networkx()
        matters = all(nx.descendants(graph, x) & set(d.utilities) for x in d.decisions)
        if matters and all(d.parents(u) for u in d.utilities):
            return cid.random_scim(d, 2 + seed % 2, seed=rng)


def solved(s):
    """Return pyAgrum's value and policy: an action in every context. None if it refuses."""
    d = s.diagram
    engine = gum.ShaferShenoyLIMIDInference(cid.to_pyagrum(s))
    if not engine.isSolvable():
        return None
    engine.makeInference()
    policy = {}
    for decision in d.decisions:
        rule = engine.optimalDecision(decision)
        axes = rule.names[::-1]
        table = rule.toarray()
        policy[decision] = {}
        for context in itertools.product(*(s.domains[p] for p in d.parents(decision))):
            seen = zip(d.parents(decision), context, strict=True)
            at = {p: s.domains[p].index(v) for p, v in seen}
            (best,) = np.flatnonzero(table[tuple(at.get(v, slice(None)) for v in axes)])
            policy[decision][context] = s.domains[decision][best]
    return engine.MEU()["mean"], policy


def compare(seed, counts):
    s = drawn(seed)
    d = s.diagram
    theirs = solved(s)
    if theirs is None:
        counts["refused"] += 1
        return
    value, policy = theirs
    ours = s.solve()
    assert (ours.status, ours.method) == ("optimal", "backward induction")
    assert float(ours.value) == pytest.approx(value, abs=1e-9), seed
    assert float(s.expected_utility(ours.policy)) == pytest.approx(value, abs=1e-9), seed
    assert float(s.expected_utility(policy)) == pytest.approx(value, abs=1e-9), seed
    for decision, rule in ours.policy.items():
        # In contexts that its policy never meets pyAgrum puts any action.
        parents = d.parents(decision)
        met = cid.distribution(s, parents, policy=policy) if parents else {(): 1}
        for context in [context for context, p in met.items() if p > 0]:
            seen = dict(zip(parents, context, strict=True))
            ties = rule.ties(tuple(seen[p] for p in rule.parents))
            assert policy[decision][context] in ties, (seed, decision, context)
            counts["one" if len(ties) == 1 else "several"] += 1
    counts["models"] += 1
    counts["several decisions"] += len(d.decisions) > 1


@pytest.mark.parametrize("block", range(6))
def test_random_soluble_models(block):
    counts = Counter()
    for seed in range(100 * block, 100 * (block + 1)):
        compare(seed, counts)
    assert counts["models"] >= 95
    assert counts["several decisions"] > 30
    # In most contexts one action is best, so that agreement is no matter of luck.
    assert counts["one"] > counts["several"] > 0


def test_a_decision_that_does_not_matter():
    # D2 is seen by D3 and changes nothing. pyAgrum's value is below the best in many such models.
    d = cid.CID.parse("D1 -> D2 -> D3; D1, X -> D3; D1, X, D3 -> U", "D1 D2 D3", "U")
    for seed in range(10):
        s = cid.random_scim(d, 2, seed=seed)
        pay = s.mean("U", ("D1", "X", "D3")).astype(float)
        chance = s.cpd("X").astype(float)
        best = max(chance @ pay[d1].max(axis=1) for d1 in range(2))
        assert float(s.solve().value) == pytest.approx(best)
        assert solved(s)[0] <= best + 1e-9
