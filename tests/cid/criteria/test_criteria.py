"""Every graphical verdict against second opinions, on random diagrams.

The verdicts of :func:`cid.analyze`, of the lists and of the single questions are compared with
:mod:`cid.naive` and with :mod:`oracles`, which lists paths and separates by networkx or by listing
every trail.
"""

import warnings
from functools import lru_cache
from random import Random

import networkx as nx
import oracles
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import LETTERS, diagrams

import cid
from cid import naive
from cid.criteria.analysis import ask
from cid.evidence import ActiveTrail, DirectedPath

LISTS = {
    "voi": cid.admits_voi_list,
    "ri": cid.admits_ri_list,
    "voc": lambda d, decision: cid.admits_voc_list(d, decision=decision),
    "ici": cid.admits_ici_list,
    "impact": cid.admits_impact_list,
}
SINGLE = diagrams()
SMALL = diagrams(nodes=(3, 7))
SEVERAL = diagrams(decisions=(2, 4))
SMALL_SEVERAL = diagrams(nodes=(4, 7), decisions=(2, 3))
GAMES = diagrams(decisions=(2, 4), agents=(2, 3))
ANY = st.one_of(SINGLE, SEVERAL, GAMES)


@pytest.fixture(autouse=True, scope="module")
def _remember_naive_reductions():
    """The naive reduction is asked for once per node; one answer per diagram will do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(naive, "requisite_graph", lru_cache(maxsize=100)(naive.requisite_graph))
        yield


def agree(d, separated, numbers):
    """Compare everything that can be asked of a diagram with the oracle."""
    findings = cid.analyze(d)
    for decision in d.decisions:
        expected = oracles.verdicts(d, decision, separated)
        assert set(cid.lcdt_ici_list(d, decision)) == expected["lcdt_ici"]
        for concept, listed in LISTS.items():
            asked = findings.where(concept=concept, decision=decision)
            outside = {
                o.node
                for o in findings.out_of_scope
                if (o.concept, o.decision) == (concept, decision)
            }
            if expected[concept] is None:
                assert (len(asked), outside) == (0, {None})
                with pytest.raises(cid.ScopeError):
                    listed(d, decision)
                with pytest.raises(cid.ScopeError):
                    ask(d, concept, decision, d.nodes[0])
                continue
            unknown = expected["unknown"] if concept == "voi" else set()
            assert outside == unknown
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                names = listed(d, decision)
            assert bool(caught) == bool(unknown)
            assert all(issubclass(w.category, cid.ScopeWarning) for w in caught)
            assert names == [name for name in d.nodes if name in expected[concept]]
            assert {r["node"] for r in asked.to_dict() if r["holds"]} == expected[concept]
            for node in d.nodes:
                if node in unknown:
                    with pytest.raises(cid.ScopeError, match="with the link"):
                        ask(d, concept, decision, node)
                elif concept == "voi" and node in expected["refused"]:
                    with pytest.raises(cid.ScopeError):
                        ask(d, concept, decision, node)
                else:
                    holds = node in expected[concept]
                    if concept == "ici" and node == decision:
                        holds = expected["itself"]
                    finding = ask(d, concept, decision, node)
                    assert finding.holds == holds
                    assert finding.about.recheck(d, finding) == holds
            if len(asked):
                assert asked[numbers.randrange(len(asked))].verify()


@settings(max_examples=2000)
@given(SINGLE, st.randoms(use_true_random=False))
def test_one_decision(d, numbers):
    agree(d, oracles.separated_by_networkx, numbers)


@settings(max_examples=1000)
@given(SMALL, st.randoms(use_true_random=False))
def test_one_decision_by_listing_trails(d, numbers):
    agree(d, oracles.separated_by_trails, numbers)


@settings(max_examples=1000)
@given(SEVERAL, st.randoms(use_true_random=False))
def test_several_decisions(d, numbers):
    agree(d, oracles.separated_by_networkx, numbers)


@settings(max_examples=300)
@given(SMALL_SEVERAL, st.randoms(use_true_random=False))
def test_several_decisions_by_listing_trails(d, numbers):
    agree(d, oracles.separated_by_trails, numbers)


@settings(max_examples=1000)
@given(GAMES, st.randoms(use_true_random=False))
def test_several_agents(d, numbers):
    agree(d, oracles.separated_by_networkx, numbers)


# ---- evidence ----------------------------------------------------------------------------------


@settings(max_examples=250)
@given(ANY)
def test_every_finding_verifies(d):
    for finding in cid.analyze(d):
        assert finding.verify()
        assert finding.verify(d)
    for decision in d.decisions:
        for node in d.nodes:
            assert cid.admits_lcdt_ici(d, decision, node).verify()


@settings(max_examples=250)
@given(ANY)
def test_a_positive_finding_fails_where_a_decisive_edge_is_missing(d):
    for finding in cid.analyze(d).where(holds=True):
        for edge in finding.path_edges:
            if edge in d.edges and edge != (finding.node, finding.decision):
                assert not finding.verify(d.without_edges([edge]))


@settings(max_examples=250)
@given(ANY, st.randoms(use_true_random=False))
def test_a_finding_fails_where_the_verdict_is_another(d, numbers):
    order = d.topological_order
    for finding in cid.analyze(d):
        tail, head = sorted(numbers.sample(order, 2), key=order.index)
        if (tail, head) in d.edges or tail in d.utilities:
            continue
        other = d.with_edges([(tail, head)])
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", cid.ScopeWarning)
                names = LISTS[finding.concept](other, finding.decision)
            ask(other, finding.concept, finding.decision, finding.node)
        except cid.ScopeError:
            continue
        if (finding.node in names) != finding.holds:
            assert not finding.verify(other)


@settings(max_examples=250)
@given(ANY)
def test_paths_are_what_they_claim_to_be(d):
    for finding in cid.analyze(d):
        shown = [e for e in finding.evidence if isinstance(e, DirectedPath | ActiveTrail)]
        if not finding.holds:
            assert finding.path_nodes == finding.path_edges == ()
            continue
        linked = set(d.edges) | {(finding.node, finding.decision)}
        assert set(finding.path_edges) <= linked
        assert finding.path_nodes == shown[0].nodes
        ends = finding.path_nodes[0], finding.path_nodes[-1]
        if finding.concept == "ici":
            assert ends[0] == finding.decision
            assert finding.node in finding.path_nodes
            assert ends[1] in d.utilities_of(d.agent_of(finding.decision))
        elif finding.concept == "ri":
            assert ends == (finding.node, finding.decision)
        elif finding.concept == "impact":
            assert ends == (finding.decision, finding.node)
            assert shown[1].nodes[-1] in d.utilities
        else:
            assert ends[0] == finding.node
            assert ends[1] in d.utilities_of(d.agent_of(finding.decision))


# ---- identities --------------------------------------------------------------------------------


@settings(max_examples=500)
@given(st.one_of(SINGLE, diagrams(decisions=(2, 3), agents=(3, 3))))
def test_the_concepts_relate_as_they_must(d):
    for decision in d.decisions:
        found = {concept: set(listed(d, decision)) for concept, listed in LISTS.items()}
        below = set(d.descendants(decision)) - set(d.decisions)
        # instrumental control = the decision can influence it, and control of it is worth something
        assert found["ici"] - set(d.decisions) == below & found["voc"]
        assert found["ri"] <= found["voc"]
        assert found["voi"] & set(d.parents(decision)) & set(d.chance) <= found["ri"]
        assert found["ici"] & set(d.chance) <= found["impact"]
        assert not found["ici"] & set(d.ancestors(decision))
        assert decision not in set().union(*found.values())
        assert not found["voi"] & {*d.utilities, *d.descendants(decision)}
        # what is requisite is the observations that are worth having
        kept = set(cid.requisite_graph(d, d.agent_of(decision)).parents(decision))
        assert kept == found["voi"] & set(d.parents(decision))


@settings(max_examples=500)
@given(SINGLE, st.randoms(use_true_random=False))
def test_more_edges_never_remove_instrumental_control(d, numbers):
    (decision,) = d.decisions
    order = d.topological_order
    tail, head = sorted(numbers.sample(order, 2), key=order.index)
    if (tail, head) not in d.edges and tail not in d.utilities:
        more = d.with_edges([(tail, head)])
        assert set(cid.admits_ici_list(d, decision)) <= set(cid.admits_ici_list(more, decision))


def test_more_information_can_remove_value_of_information():
    before = cid.CID.parse("A -> B -> U; D -> U", "D", "U")
    after = before.with_edges([("B", "D")])
    assert cid.admits_voi(before, "D", "A")
    assert not cid.admits_voi(after, "D", "A")


def test_a_response_incentive_without_value_of_information():
    # O says the same as X and better, so X itself is not worth seeing; D responds to it through O.
    d = cid.CID.parse("X -> O -> D -> U; O -> U; X -> D", "D", "U")
    assert not cid.admits_voi(d, "D", "X")
    assert cid.admits_ri(d, "D", "X")


# ---- reduction, relevance, separation ----------------------------------------------------------


@settings(max_examples=500)
@given(ANY, st.randoms(use_true_random=False))
def test_the_requisite_graph_is_the_fixpoint_in_any_order(d, numbers):
    def shuffled(links):
        return numbers.sample(links, len(links))

    separated = oracles.separated_by_networkx
    gone = set()
    for agent in d.agents:
        own = d.decisions_of(agent)
        graph = oracles.graph_of(d)
        if not oracles.soluble(d, graph, own):
            with pytest.raises(cid.ScopeError, match="rely on each other"):
                cid.requisite_graph(d, agent)
            with pytest.raises(cid.ScopeError):
                cid.requisite_graph(d)
            return
        left = oracles.minimal(d, graph, own, separated, order=shuffled)
        gone |= set(graph.edges) - set(left.edges)

        reduced = cid.requisite_graph(d, agent)
        assert set(reduced.edges) == set(left.edges)
        assert cid.requisite_graph(reduced, agent) == reduced
        links = cid.nonrequisite_links(d, agent)
        assert len(links) == len(set(links))
        for link in links:  # each may be deleted when its turn comes
            assert oracles.nonrequisite(d, graph, *link, separated)
            graph.remove_edge(*link)
    reduced = cid.requisite_graph(d)
    assert set(d.edges) - set(reduced.edges) == gone
    assert (reduced.nodes, reduced.decisions) == (d.nodes, d.decisions)


@settings(max_examples=500)
@given(st.one_of(SEVERAL, GAMES))
def test_relevance_by_adding_rules_as_parents(d):
    separated = oracles.separated_by_networkx
    graph = oracles.graph_of(d)
    everyone = oracles.relevance(d, graph, d.decisions, separated)
    ours = cid.relevance_graph(d)
    assert set(ours) == set(d.decisions)
    assert set(ours.edges) == set(everyone.edges)
    soluble = nx.is_directed_acyclic_graph(everyone)
    assert cid.is_soluble(d) == soluble
    if soluble:
        order = cid.solve_order(d)
        assert sorted(order) == sorted(d.decisions)
        assert all(order.index(a) < order.index(b) for a, b in everyone.edges)
    else:
        with pytest.raises(cid.ScopeError, match="sufficient recall"):
            cid.solve_order(d)
    recalls = []
    for agent in d.agents:
        own = everyone.subgraph(d.decisions_of(agent))
        assert set(cid.relevance_graph(d, agent).edges) == set(own.edges)
        recalls.append(nx.is_directed_acyclic_graph(own))
        assert cid.sufficient_recall(d, agent) == recalls[-1]
        assert naive.is_soluble(d, d.decisions_of(agent)[0]) == recalls[-1]
    assert cid.sufficient_recall(d) == all(recalls)


@settings(max_examples=500)
@given(diagrams(nodes=(3, 8)), st.randoms(use_true_random=False))
def test_separation_of_sets(d, numbers):
    parts = [[], [], [], []]
    for name in d.nodes:
        parts[numbers.randrange(4)].append(name)
    left, right, given_, _ = parts
    graph = oracles.graph_of(d)
    expected = not left or not right or nx.is_d_separator(graph, set(left), set(right), set(given_))
    assert cid.d_separated(d, left, right, given_) == expected
    assert naive.d_separated(graph, left, right, given_) == expected


def test_an_active_trail_has_the_fewest_colliders_and_then_edges():
    numbers = Random(0)
    detours = 0
    for _ in range(1000):
        names = numbers.sample(LETTERS, 8)
        pairs = [(a, b) for i, b in enumerate(names) for a in names[:i]]
        source, target, *rest = numbers.sample(names, 8)
        # A short way through an observed collider, and perhaps a longer one without.
        edges = [pair for pair in pairs if numbers.random() < 0.3 and {*pair} != {source, target}]
        d = cid.CID([*edges, (source, "seen"), (target, "seen")], nodes=sorted(names))
        observed = ["seen", *(name for name in rest if numbers.random() < 0.2)]
        graph = oracles.graph_of(d)
        costs = [
            (oracles.colliders(graph, trail), len(trail))
            for trail in oracles.trails(graph, source, target)
            if oracles.active(graph, trail, observed)
        ]
        found = cid.active_trail(d, source, target, observed)
        if found is None:
            assert not costs
        else:
            assert oracles.active(graph, found, observed)
            assert (oracles.colliders(graph, found), len(found)) == min(costs)
            detours += len(found) > min(length for _, length in costs)
    assert detours > 50  # where fewer colliders take more edges


# ---- scope -------------------------------------------------------------------------------------


def test_a_link_can_make_a_soluble_diagram_insoluble():
    # D2 sees D1, and D1 sees nothing: no signal to agree on. Once D1 sees N it can tell D2 about N,
    # and each rule must be chosen with the other in mind.
    d = cid.CID.parse("D1 -> D2 -> U; N -> U", "D1 D2", "U")
    assert cid.is_soluble(d)
    assert not cid.is_soluble(d.with_edges([("N", "D1")]))
    with pytest.raises(
        cid.ScopeError, match=r"with the link N -> D1 in place.*soluble.*D2, D1 rely"
    ):
        cid.admits_voi(d, "D1", "N")
    with pytest.warns(cid.ScopeWarning, match="value of information of N for D1"):
        assert cid.admits_voi_list(d, "D1") == []
    findings = cid.analyze(d)
    (outside,) = [o for o in findings.out_of_scope if o.node]
    assert (outside.concept, outside.decision, outside.node) == ("voi", "D1", "N")
    assert "N" not in {f.node for f in findings.where(concept="voi", decision="D1")}
    assert cid.admits_voi(d, "D2", "N")


FORGETFUL = cid.CID.parse("W -> D1 -> N -> D2 -> U; W -> U", "D1 D2", "U")
RECALLING = cid.CID.parse("S1 -> D1 -> S2 -> D2 -> U; S2 -> U", "D1 D2", "U")


@pytest.mark.parametrize("concept", ["ri", "voc", "impact"])
def test_theorems_for_one_decision_are_not_stretched(concept):
    with pytest.raises(cid.ScopeError) as raised:
        ask(RECALLING, concept, "D1", "S2")
    message = str(raised.value)
    assert "single decision" in message
    assert "2: D1, D2" in message
    assert "d.fix(['D2'])" in message
    assert "2021" in message or "2025" in message
    assert ask(RECALLING.fix("D2"), concept, "D1", "S2") is not None  # the mend works


@pytest.mark.parametrize("concept", list(LISTS))
def test_nothing_is_said_of_an_insoluble_diagram(concept):
    for node in FORGETFUL.nodes:
        with pytest.raises(cid.ScopeError):
            ask(FORGETFUL, concept, "D1", node)
    with pytest.raises(cid.ScopeError):
        LISTS[concept](FORGETFUL, "D1")
    outside = cid.analyze(FORGETFUL, concepts=concept).out_of_scope
    second = [("D2", "D1"), ("D2", "N")] if concept == "voi" else [("D2", None)]  # W -> D2 mends it
    assert [(o.decision, o.node) for o in outside] == [("D1", None), *second]
    with pytest.raises(cid.ScopeError, match="rely on each other"):
        cid.requisite_graph(FORGETFUL)


def test_control_of_a_node_needs_to_know_for_which_decision():
    with pytest.raises(cid.ScopeError, match=r"'D1', 'D2'.*decision="):
        cid.admits_voc(RECALLING, "S2")
    with pytest.raises(cid.ScopeError, match="has none"):
        cid.admits_voc_list(cid.CID.parse("A -> U", utilities="U"))


def test_in_a_game_the_other_rules_are_held_fixed():
    game = cid.CID.parse(
        "S -> D1 -> D2 -> U; D2 -> V", {"a": ["D1"], "b": ["D2"]}, {"a": ["U"], "b": ["V"]}
    )
    finding = cid.admits_ici(game, "D1", "D2")
    assert finding
    assert finding.proven
    assert any("(b)" in note and "fixed" in note for note in finding.notes)
    assert "held fixed" in finding.explain()
    assert cid.admits_ici_list(game, "D1") == ["D2", "U"]
    assert cid.admits_ici_list(game, "D2") == ["V"]
    assert not cid.admits_ici(cid.CID.parse("D -> U", "D", "U"), "D", "U").notes


def test_instrumental_control_through_ones_own_later_decision_is_not_proved():
    # D1 tells W apart for the sake of U1, and D2, who must match what D1 did, has to look at D1.
    d = cid.CID.parse("W -> D1; W -> U1; D1 -> U1; D1 -> X -> U2; D1 -> D2 -> U2", "D1 D2", "U1 U2")
    through = cid.admits_ici(d, "D1", "D2")
    assert through
    assert not through.proven
    assert "meets the necessary condition" in str(through)
    assert "neither" not in through.explain()
    beside = cid.admits_ici(d, "D1", "X")
    assert beside
    assert beside.proven
    assert "avoids" in " ".join(beside.notes)


def test_a_link_that_need_not_be_used_gives_no_instrumental_control():
    d = cid.CID.parse("D1 -> R -> D2 -> U; S -> D2; S -> U; D1 -> V", "D1 D2", "U V")
    assert nx.has_path(d.to_networkx(), "R", "U")
    finding = cid.admits_ici(d, "D1", "R")
    assert not finding
    assert finding.proven
    assert "nonrequisite" in str(finding)
    assert cid.admits_ici_list(d, "D1") == ["V"]


@settings(max_examples=200)
@given(ANY)
def test_nothing_changes_the_diagram(d):
    before = d.to_json()
    for finding in cid.analyze(d):
        finding.explain()
    assert d.to_json() == before


@settings(max_examples=200)
@given(ANY, st.integers(0, 2**32 - 1))
def test_verdicts_do_not_depend_on_names_or_on_order(d, seed):
    numbers = Random(seed)
    names = dict(zip(d.nodes, numbers.sample(d.nodes, len(d.nodes)), strict=True))
    other = cid.CID(
        numbers.sample([(names[a], names[b]) for a, b in d.edges], len(d.edges)),
        {agent: [names[n] for n in d.decisions_of(agent)] for agent in d.agents},
        {agent: [names[n] for n in d.utilities_of(agent)] for agent in d.agents},
        nodes=numbers.sample(d.nodes, len(d.nodes)),
    )
    back = {new: old for old, new in names.items()}

    def facts(findings, name):
        return {
            (r["concept"], name(r["decision"]), name(r["node"]), r["holds"])
            for r in findings.to_dict()
        }

    assert facts(cid.analyze(d), str) == facts(cid.analyze(other), back.get)


def test_the_link_in_question_can_make_a_diagram_soluble():
    d = cid.CID.parse("W -> D1 -> N -> D2 -> U; W -> U", decisions="D1 D2", utilities="U")
    linked = d.with_edges([("W", "D2")])
    assert not cid.is_soluble(d)
    assert cid.is_soluble(linked)
    for asked in (d, linked):
        finding = cid.admits_voi(asked, "D2", "W")
        assert finding.holds
        assert finding.proven
        assert finding.verify()
    with pytest.warns(cid.ScopeWarning, match="D1, N for D2"):
        assert cid.admits_voi_list(d, "D2") == ["W"]
    with pytest.raises(cid.ScopeError):
        cid.admits_voi(d, "D2", "U")


def test_a_decision_controls_itself_where_it_affects_a_utility():
    d = cid.CID.parse("S -> D -> X -> U; S -> U", "D", "U")
    for ask_about, listed in (
        (cid.admits_ici, cid.admits_ici_list),
        (cid.admits_lcdt_ici, cid.lcdt_ici_list),
    ):
        finding = ask_about(d, "D", "D")
        assert finding.holds
        assert finding.verify()
        assert "D → X → U" in str(finding)
        assert listed(d, "D") == ["X", "U"]
        cut = ask_about(d.without_edges([("X", "U")]), "D", "D")
        assert not cut.holds
        assert cut.verify()
    assert cid.instrumental_control(cid.witness(cid.admits_ici(d, "D", "D")), "D", "D").has
