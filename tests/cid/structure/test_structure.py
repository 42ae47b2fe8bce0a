"""The graph algorithms underneath, each against its definition."""

import networkx as nx
import oracles
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import diagrams

import cid
from cid.structure.dseparation import sweep
from cid.structure.graph import adjacency, reach, shortest_path
from cid.structure.parallel import parallel_sweep
from cid.structure.relevance import family_sweep, topological_order

ANY = st.one_of(diagrams(), diagrams(decisions=(2, 5), agents=(1, 3)))


def drawn(numbers, d, chance=0.3):
    return [name for name in d.nodes if numbers.random() < chance]


def ids(d, names):
    return [d.nodes.index(name) for name in names]


def marked(d, marks):
    return {name for name, mark in zip(d.nodes, marks, strict=True) if mark}


def marks_of(d, names):
    return bytearray(name in names for name in d.nodes)


@settings(max_examples=300)
@given(ANY, st.randoms(use_true_random=False))
def test_reach_and_shortest_path_past_blocked_nodes(d, numbers):
    starts, blocked = drawn(numbers, d), set(drawn(numbers, d))
    graph = oracles.graph_of(d)
    open_graph = graph.subgraph(set(d.nodes) - blocked)
    expected = set(starts)
    for start in starts:
        for child in open_graph:
            if graph.has_edge(start, child):
                expected |= {child} | nx.descendants(open_graph, child)
    children = adjacency(d).children
    assert marked(d, reach(ids(d, starts), children, marks_of(d, blocked))) == expected
    everything = set(starts).union(*(nx.descendants(graph, start) for start in starts))
    assert marked(d, reach(ids(d, starts), children)) == everything

    start, target = numbers.choice(d.nodes), numbers.choice(d.nodes)
    step = graph.subgraph((set(d.nodes) - blocked) | {start})
    found = shortest_path(
        d.nodes.index(start), marks_of(d, [target]), children, marks_of(d, blocked)
    )
    if start != target and (target in blocked or not nx.has_path(step, start, target)):
        assert found is None
    else:
        names = [d.nodes[i] for i in found]
        assert (names[0], names[-1]) == (start, target)
        assert nx.is_path(graph, names)
        assert not blocked & set(names[1:])
        assert len(names) - 1 == nx.shortest_path_length(step, start, target)


@settings(max_examples=300)
@given(diagrams(nodes=(3, 8)), st.randoms(use_true_random=False))
def test_one_sweep_answers_for_every_node(d, numbers):
    sources, observed = drawn(numbers, d), drawn(numbers, d)
    sources = [name for name in sources if name not in observed]
    ball = sweep(adjacency(d), ids(d, sources), ids(d, observed))
    graph = oracles.graph_of(d)
    for i, name in enumerate(d.nodes):
        if name not in observed:
            connected = any(
                not oracles.separated_by_networkx(graph, name, [s], observed)
                for s in sources
                if s != name
            )
            assert ball.reached(i) == (connected or name in sources)


@settings(max_examples=500)
@given(ANY)
def test_sweeps_side_by_side_are_those_one_by_one(d):
    graph = adjacency(d)
    decisions = ids(d, d.decisions)
    utilities = {
        i: ids(d, d.utilities_of(d.agent_of(name)))
        for i, name in zip(decisions, d.decisions, strict=True)
    }
    together = parallel_sweep(graph, d.numbered.order, decisions, utilities)
    for k, decision in enumerate(decisions):
        alone = family_sweep(d, graph, decision)
        for i in range(len(d.nodes)):
            assert together.reached(i, k) == alone.reached(i)
        family = {d.nodes[i] for i in (decision, *graph.parents[decision])}
        targets = oracles.useful(d, oracles.graph_of(d), d.nodes[decision])
        for i, name in enumerate(d.nodes):
            ruled = oracles.graph_of(d, added=[("rule", name)])
            assert bool(together.root_reached(i) >> k & 1) == (
                not oracles.separated_by_networkx(ruled, "rule", targets, family)
            )


@settings(max_examples=300)
@given(ANY, st.randoms(use_true_random=False))
def test_adjacency_with_edges_taken_and_added(d, numbers):
    graph = adjacency(d)
    gone = [edge for edge in d.edges if numbers.random() < 0.4]
    less = graph.without([tuple(ids(d, edge)) for edge in gone])
    expected = adjacency(d.without_edges(gone))
    assert list(map(list, less.parents)) == list(map(list, expected.parents))
    assert list(map(list, less.children)) == list(map(list, expected.children))
    assert graph == adjacency(d)

    a, b = numbers.sample(range(len(d.nodes)), 2)
    if b not in graph.children[a] and not reach([b], graph.children)[a]:
        more = graph.plus(a, b)
        assert b in more.children[a]
        assert a in more.parents[b]
        position = {node: k for k, node in enumerate(topological_order(d, more))}
        assert len(position) == len(d.nodes)
        assert all(position[p] < position[i] for i in position for p in more.parents[i])


def test_by_hand():
    d = cid.CID.parse("A -> B -> C; D -> B; B -> E", utilities="E")
    assert cid.d_separated(d, "A", "C", "B")
    assert not cid.d_separated(d, "A", "D", "C")
    assert cid.active_trail(d, "A", "D", "C") == ("A", "B", "D")
    assert cid.active_trail(d, "A", "D") is None
    assert cid.d_separated(d, [], "A")


def test_overlapping_sets_are_a_mistake_that_is_named():
    d = cid.CID.parse("A -> B -> C; D -> B; B -> E", utilities="E")
    for left, right, given_, message in (
        ("A", "C", ["A"], "'A' is in both 'left' and 'given'"),
        ("A", ["C", "D"], ["D", "C"], "'C', 'D' are in both 'right' and 'given'"),
        ("A", ["C", "A"], (), "'A' is in both 'left' and 'right'"),
        (["A", "B"], ["A"], "A", "'A' is in both 'left' and 'right'"),
    ):
        with pytest.raises(cid.DiagramError, match=message):
            cid.d_separated(d, left, right, given_)
    with pytest.raises(cid.DiagramError, match="'A' is in both 'source' and 'target'"):
        cid.active_trail(d, "A", "A")
    with pytest.raises(cid.DiagramError, match="'C' is in both 'target' and 'given'"):
        cid.active_trail(d, "A", "C", ["B", "C"])


def test_the_direction_of_relevance():
    d = cid.CID.parse("S1 -> D1 -> S2 -> D2 -> U; S2 -> U", "D1 D2", "U")
    assert list(cid.relevance_graph(d).edges) == [("D2", "D1")]
    assert cid.solve_order(d) == ("D2", "D1")


def test_recall_without_remembering_everything():
    # D2 forgets S1, which D1 saw; what D1 did screens it off, so no recall is lacking
    d = cid.CID.parse("S1 -> D1 -> S2 -> D2 -> U; S1 -> U1; D1 -> U1", "D1 D2", "U U1")
    assert "S1" not in d.parents("D2")
    assert cid.sufficient_recall(d)


def test_agents_may_each_recall_and_yet_rely_on_each_other():
    d = cid.CID.parse(
        "A -> U; B -> U; A -> V; B -> V",
        {"a": ["A"], "b": ["B"]},
        {"a": ["U"], "b": ["V"]},
    )
    assert cid.sufficient_recall(d)
    assert not cid.is_soluble(d)
    assert set(cid.relevance_graph(d).edges) == {("A", "B"), ("B", "A")}
    with pytest.raises(cid.ScopeError, match=r"A, B|B, A"):
        cid.solve_order(d)
    assert cid.requisite_graph(d) == d


def test_a_team_of_two_who_do_not_see_each_other_is_insoluble():
    d = cid.CID.parse("A -> U; B -> U", "A B", "U")
    assert not cid.sufficient_recall(d)
    assert cid.sufficient_recall(d.with_edges([("A", "B")]))


def test_decisions_without_purpose_lose_their_links():
    d = cid.CID.parse("S -> D1; S -> D2 -> U; S -> U", "D1 D2", "U")
    assert cid.nonrequisite_links(d) == (("S", "D1"),)
    assert cid.requisite_graph(d).parents("D2") == ("S",)


def test_a_link_becomes_nonrequisite_once_another_is_gone():
    # N tells D1 about nothing but D2's observation; when D2 does not need it, neither does D1
    d = cid.CID.parse("N -> M -> D2; N -> D1 -> M; D2 -> U2; S -> D2; S -> U2", "D1 D2", "U2")
    assert set(cid.nonrequisite_links(d)) == {("M", "D2"), ("N", "D1")}
    assert (
        oracles.minimal(d, oracles.graph_of(d), d.decisions, oracles.separated_by_trails).edges
        == nx.DiGraph(cid.requisite_graph(d).edges).edges
    )
