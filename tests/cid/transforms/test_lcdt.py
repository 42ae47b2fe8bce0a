"""The LCDT transform: no decision is left to influence, and no other incentive is lost."""

import networkx as nx
import numpy as np
import oracles
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from models import Model
from strategies import diagrams

import cid

ANY = st.one_of(diagrams(), diagrams(decisions=(2, 4)), diagrams(decisions=(2, 4), agents=(2, 3)))


def others(d, decision):
    return [name for name in d.decisions if name != decision]


def alone(d, decision):
    """The transformed diagram, all rules but that of the decision held fixed."""
    return cid.lcdt(d, decision).fix(others(d, decision))


@settings(max_examples=500)
@given(ANY)
def test_the_transform_cuts_the_last_edge_of_every_path_to_another_decision(d):
    graph = oracles.graph_of(d)
    for decision in d.decisions:
        last = {
            tuple(path[-2:])
            for other in others(d, decision)
            for path in nx.all_simple_paths(graph, decision, other)
        }
        assert set(cid.lcdt_cut(d, decision)) == last
        after = cid.lcdt(d, decision)
        assert set(after.edges) == set(d.edges) - last
        assert (after.nodes, after.decisions, after.agents) == (d.nodes, d.decisions, d.agents)
        assert not set(after.descendants(decision)) & set(d.decisions)
        assert cid.lcdt(after, decision) == after


@settings(max_examples=500)
@given(ANY)
def test_the_incentives_left_are_on_paths_past_the_other_decisions(d):
    for decision in d.decisions:
        listed = cid.lcdt_ici_list(d, decision)
        utilities = oracles.own_utilities(d, decision)
        paths = oracles.on_a_path(
            oracles.graph_of(d), decision, utilities, avoid=others(d, decision)
        )
        assert set(listed) == paths - {decision}
        assert listed == cid.admits_ici_list(alone(d, decision), decision)
        # cutting only edges that a path free of other decisions arrives at gives the same list
        below = nx.descendants(
            oracles.graph_of(d).subgraph(set(d.nodes) - set(others(d, decision))), decision
        )
        lazy = [
            (tail, head)
            for tail, head in d.edges
            if head in others(d, decision) and tail in below | {decision}
        ]
        lazily = d.without_edges(lazy).fix(others(d, decision))
        assert cid.admits_ici_list(lazily, decision) == listed
        assert not set(listed) & set(d.decisions)


@settings(max_examples=200)
@given(ANY, st.randoms(use_true_random=False))
def test_findings_agree_with_the_list_and_verify(d, numbers):
    for decision in d.decisions:
        listed = cid.lcdt_ici_list(d, decision)
        for node in d.nodes:
            finding = cid.admits_lcdt_ici(d, decision, node)
            # A decision that controls anything controls itself, and is not listed.
            assert finding.holds == (node in listed or (node == decision and bool(listed)))
            assert finding.verify()
            if finding:
                assert not set(finding.path_nodes[1:]) & set(d.decisions)
                assert node in finding.path_nodes
                edge = numbers.choice(finding.path_edges)
                assert not finding.verify(d.without_edges([edge]))


@settings(max_examples=300)
@given(diagrams())
def test_without_other_decisions_nothing_changes(d):
    (decision,) = d.decisions
    assert cid.lcdt(d, decision) is d
    assert cid.lcdt_ici_list(d, decision) == cid.admits_ici_list(d, decision)


def test_absence_holds_whatever_the_prior_about_the_others():
    # The others' rules, cut inputs and all, are drawn at random: some prior or other.
    seen = {True: 0, False: 0}

    @settings(max_examples=150)
    @given(
        diagrams(nodes=(4, 6), decisions=(2, 3), max_decision_parents=2, densities=(130, 180, 220)),
        st.integers(0, 2**32 - 1),
    )
    def check(d, seed):
        rng = np.random.default_rng(seed)
        for decision in d.decisions:
            listed = cid.lcdt_ici_list(d, decision)
            graph = alone(d, decision)
            model = Model.random(graph, [decision], rng).solve()
            for node in d.nodes:
                if node != decision:
                    exhibited = model.controls(decision, node)
                    seen[exhibited] += 1
                    assert node in listed or not exhibited

    check()
    assert min(seen.values()) > 50


@pytest.mark.parametrize("slug", ["lcdt_human", "lcdt_note", "lcdt_door"])
def test_what_runs_through_an_agent_is_gone(slug):
    d = cid.catalog.load(slug).diagram
    for decision in d.decisions:
        left = set(cid.lcdt_ici_list(d, decision))
        cdt = set(
            oracles.on_a_path(oracles.graph_of(d), decision, oracles.own_utilities(d, decision))
        )
        assert left <= cdt
    first = d.topological_order.index
    decision = min(d.decisions, key=first)
    later = set(d.decisions) - {decision}
    assert later & set(nx.descendants(oracles.graph_of(d), decision))
    assert not later & set(cid.lcdt_ici_list(d, decision))


def test_lcdt_is_not_myopia():
    # an environment node that pays later, and no other decision on the way, keeps its incentive
    d = cid.CID.parse("D1 -> S -> U2; D1 -> U1; D1 -> D2 -> U2", "D1 D2", "U1 U2")
    assert cid.lcdt_ici_list(d, "D1") == ["S", "U2", "U1"]
    assert not cid.admits_lcdt_ici(d, "D1", "D2")
    assert "avoids D2" in str(cid.admits_lcdt_ici(d, "D1", "D2"))


def test_lcdt_speaks_of_insoluble_diagrams_too():
    d = cid.CID.parse("W -> D1 -> N -> D2 -> U; W -> U", "D1 D2", "U")
    assert not cid.is_soluble(d)
    assert cid.lcdt_ici_list(d, "D1") == []
    assert cid.lcdt_ici_list(d, "D2") == ["U"]
