"""The physical and the objective graph of one process: which pairs there are."""

import networkx as nx
import pytest

import cid
from cid import CID, DiagramError, GraphPair

D = CID.parse("W -> D -> X -> U; W -> U; D -> Y", decisions="D", utilities="U")


def test_what_credit_does_not_cross():
    pair = GraphPair(D, D.without_edges([("D", "X")]))
    assert pair.cut == (("D", "X"),)
    assert GraphPair(D, D).cut == ()
    assert pair == GraphPair(physical=D, objective=D.without_edges([("D", "X")]))
    assert len({pair, GraphPair(D, D), GraphPair(D, D)}) == 2


@pytest.mark.parametrize(
    ("physical", "objective", "says"),
    [
        (D, D.with_edges([("W", "X")]), r"\('W', 'X'\) is missing from the physical graph"),
        (D, D.without_edges([("W", "U")]), r"\('W', 'U'\) lies on no directed path"),
        (D, D.fix("D"), "same nodes, kinds and owners; they differ in 'D'\\. A node"),
        (D, D.relabel({"X": "Z"}), "they differ in 'X', 'Z'"),
        (D.relabel({name: f"N{name}" * 9 for name in "WDXUY"}), D, r"'W', \.\.\."),
    ],
)
def test_a_pair_that_is_none_is_told_which_edge_or_node(physical, objective, says):
    with pytest.raises(DiagramError, match=says):
        GraphPair(physical, objective)
    with pytest.raises(DiagramError, match=says):
        cid.analyze(objective, physical=physical)
    with pytest.raises(DiagramError, match=says):
        cid.draw.to_svg(objective, physical=physical)


def test_a_cut_that_costs_no_credit_is_declared_by_nobody_but_may_be_made():
    """What LCDT and path-specific objectives delete need not lead to a utility."""
    game = CID(
        [("D", "H"), ("H", "V"), ("D", "U"), ("D", "Z")],
        decisions={"ai": ["D"], "human": ["H"]},
        utilities={"ai": ["U"], "human": ["V"]},
    )
    for objective in (cid.lcdt(game, "D"), cid.path_specific(game, "D", "Z")):
        assert objective != game
        with pytest.raises(DiagramError, match="lies on no directed path from a decision to a"):
            GraphPair(game, objective)
        assert cid.analyze(objective, physical=game)
        assert cid.draw.to_svg(objective, physical=game)


@pytest.mark.parametrize("wrong", [None, 5, "W -> D", [("W", "D")], CID])
def test_a_graph_is_a_diagram(wrong):
    with pytest.raises(cid.CIDTypeError, match="physical graph is a CID"):
        GraphPair(wrong, D)
    with pytest.raises(cid.CIDTypeError, match="objective graph is a CID"):
        GraphPair(D, wrong)


def creditable(d, edge):
    """Is the edge on a directed path from a decision to a utility of its agent?"""
    graph = d.to_networkx()
    return any(
        d.agent_of(decision) == d.agent_of(utility) and edge in nx.utils.pairwise(path)
        for decision in d.decisions
        for utility in d.utilities
        for path in nx.all_simple_paths(graph, decision, utility)
    )


def test_only_edges_that_credit_could_cross_are_cut():
    seen = {True: 0, False: 0}
    for seed in range(60):
        d = cid.random_diagram(8, decisions=2, utilities=2, agents=1 + seed % 2, seed=seed)
        for edge in d.edges:
            cut = d.without_edges([edge])
            fine = creditable(d, edge)
            seen[fine] += 1
            if fine:
                assert GraphPair(d, cut).cut == (edge,)
            else:
                with pytest.raises(DiagramError, match="lies on no directed path"):
                    GraphPair(d, cut)
    assert min(seen.values()) > 100, seen
