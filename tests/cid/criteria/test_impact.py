"""Impact where credit does not cross every edge: chosen in one graph, a rule acts in another."""

import copy
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from models import Model
from strategies import diagrams

import cid

CHAIN = cid.CID.parse("A -> X -> U", "A", "U")
DELICATE = cid.CID.parse("A -> Z -> R", "A", "R")


@pytest.mark.parametrize(
    ("physical", "objective", "node"),
    [
        (CHAIN, CHAIN.without_edges([("A", "X")]), "X"),
        (CHAIN, CHAIN.without_edges([("X", "U")]), "X"),
        (DELICATE, cid.path_specific(DELICATE, "A", "Z"), "Z"),
    ],
)
def test_without_credit_for_anything_every_rule_is_optimal_the_baseline_included(
    physical, objective, node
):
    assert cid.admits_impact(physical, "A", node)
    finding = cid.admits_impact(physical, "A", node, objective=objective)
    assert not finding
    assert finding.verify()
    assert str(finding).endswith("in the objective graph.")
    assert finding.diagram == physical
    assert cid.admits_impact_list(physical, "A", objective=objective) == []
    both = cid.analyze(objective, physical=physical, concepts="impact")
    assert not any(both)
    assert all(f.verify() for f in both)
    assert cid.admits_impact(physical, "A", node, objective=physical)


def test_a_side_effect_of_what_is_credited_is_an_impact():
    physical = cid.CID.parse("A -> X -> U; A -> Y -> U", "A", "U")
    objective = physical.without_edges([("A", "X")])
    finding = cid.admits_impact(physical, "A", "X", objective=objective)
    assert finding
    assert str(finding).endswith(
        "the directed path A → X; the directed path A → Y → U in the objective graph."
    )
    assert finding.path_nodes == ("A", "X")
    assert finding.verify()
    assert not finding.verify(physical.without_edges([("Y", "U")]))
    assert cid.draw.to_svg(objective, highlight=finding, physical=physical)


def test_the_objective_is_one_of_the_physical_graph():
    with pytest.raises(cid.DiagramError, match="missing from the physical graph"):
        cid.admits_impact(CHAIN, "A", "X", objective=CHAIN.with_edges([("A", "U")]))
    with pytest.raises(cid.CIDTypeError):
        cid.admits_impact(CHAIN, "A", "X", objective="A -> U")


def uncredited(model, d, cut):
    """Return the model in which what the cut edges carry is taken as given: the first value."""
    objective = copy.copy(model)
    kept = d.without_edges(cut)
    objective.parents = {v: kept.parents(v) for v in d.nodes}
    objective.tables = dict(model.tables)
    for v, table in model.tables.items():
        by_parent = table.reshape(*(model.sizes[p] for p in d.parents(v)), -1)
        taken = tuple(0 if (p, v) in cut else slice(None) for p in d.parents(v))
        objective.tables[v] = by_parent[taken].reshape(-1, table.shape[1])
    return objective


def test_a_negative_verdict_about_a_pair_holds_in_every_model():
    counts = Counter()

    @settings(max_examples=300)
    @given(
        diagrams(nodes=(3, 6), max_decision_parents=2, densities=(130, 180)),
        st.integers(0, 2**32 - 1),
    )
    def check(d, seed):
        rng = np.random.default_rng(seed)
        (decision,) = d.decisions
        moved = {decision, *d.descendants(decision)}
        cut = [edge for edge in d.edges if edge[0] in moved and rng.random() < 0.4]
        objective = d.without_edges(cut)
        admitted = cid.admits_impact_list(d, decision, objective=objective)
        alone = cid.admits_impact_list(d, decision)
        for _ in range(6):
            world = Model.random(d, [decision], rng)
            world.optimal = uncredited(world, d, cut).solve().optimal
            world.outcome = world.run(world.optimal)
            for x in d.chance:
                has = world.impacts(decision, x, int(rng.integers(2)))
                assert x in admitted or not has
                counts[x in alone, x in admitted, has] += 1

    check()
    assert counts[True, True, True] > 20, counts
    assert counts[True, False, False] > 20, counts
    assert not counts[False, True, False] + counts[False, True, True]
