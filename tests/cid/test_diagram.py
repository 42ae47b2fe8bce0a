"""The diagram type: what it accepts, what it answers, and that it never changes."""

import copy
import json
import pickle
import weakref
from random import Random

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import HOSTILE, diagrams, hostile_diagrams

import cid
from cid import CID

ANY = st.one_of(diagrams(), diagrams(decisions=(2, 4), agents=(1, 3)), hostile_diagrams())

GAME = CID(
    [("M", "H"), ("D", "M"), ("H", "U"), ("H", "V"), ("S", "D")],
    decisions={"ai": ["D"], "human": ["H"]},
    utilities={"ai": ["U"], "human": ["V"]},
)


def parts(d):
    """Everything that equality looks at, and the orders that it does not look at."""
    return (
        d.nodes,
        d.edges,
        d.chance,
        d.decisions,
        d.utilities,
        d.agents,
        tuple((d.kind(n), d.agent_of(n), d.parents(n), d.children(n)) for n in d.nodes),
    )


# ---- making one --------------------------------------------------------------------------------


def test_attributes_keep_the_order_given():
    d = CID([("S", "D"), ("D", "X"), ("X", "U"), ("S", "U")], decisions=["D"], utilities=["U"])
    assert d.nodes == ("S", "D", "X", "U")
    assert d.edges == (("S", "D"), ("D", "X"), ("X", "U"), ("S", "U"))
    assert (d.chance, d.decisions, d.utilities, d.agents) == (
        ("S", "X"),
        ("D",),
        ("U",),
        ("agent",),
    )
    assert (d.parents("U"), d.children("S")) == (("X", "S"), ("D", "U"))
    assert [d.kind(n) for n in d.nodes] == ["chance", "decision", "chance", "utility"]
    assert [d.agent_of(n) for n in d.nodes] == [None, "agent", None, "agent"]
    assert d.topological_order == ("S", "D", "X", "U")


def test_nodes_orders_and_adds_nodes():
    d = CID([("A", "B")], nodes=["Z", "B"])
    assert d.nodes == ("Z", "B", "A")
    assert CID([], nodes=["only"]).nodes == ("only",)
    assert CID([], nodes=["only"]).agents == ("agent",)


def test_agents_own_decisions_and_utilities():
    assert GAME.agents == ("ai", "human")
    assert (GAME.decisions, GAME.utilities) == (("D", "H"), ("U", "V"))
    assert (GAME.decisions_of("human"), GAME.utilities_of("ai")) == (("H",), ("U",))
    assert [GAME.agent_of(n) for n in "MHDU"] == [None, "human", "ai", "ai"]
    nature = CID([("D", "U")], {"ai": ["D"]}, {"evaluator": ["U"]})
    assert nature.agents == ("ai", "evaluator")
    assert nature.utilities_of("ai") == ()


def test_one_name_and_any_iterable_will_do():
    d = CID((pair for pair in [["D", "U"]]), decisions="D", utilities={"U"}, nodes=iter("DU"))
    assert d == CID([("D", "U")], ["D"], ["U"])


def test_a_subclass_of_str_becomes_a_str():
    class Name(str):
        __slots__ = ()

    d = CID([(Name("D"), Name("U"))], [Name("D")], [Name("U")])
    assert {type(n) for n in (*d.nodes, *d.decisions, *d.edges[0])} == {str}
    assert {type(n) for n in d.relabel(lambda n: Name(n + "1")).nodes} == {str}


@pytest.mark.parametrize("name", HOSTILE)
def test_any_printable_name_is_a_name(name):
    d = CID([(name, "U")], [name], ["U"])
    assert d.decisions == (name,)
    assert name in d
    assert cid.admits_ici_list(d, name) == ["U"]
    assert name in str(cid.admits_ici(d, name, "U"))


# ---- reading -----------------------------------------------------------------------------------


@settings(max_examples=300)
@given(ANY)
def test_neighbours_and_closures_are_those_of_networkx(d):
    graph = nx.DiGraph(d.edges)
    graph.add_nodes_from(d.nodes)
    for name in d.nodes:
        assert set(d.parents(name)) == set(graph.predecessors(name))
        assert set(d.children(name)) == set(graph.successors(name))
        assert set(d.ancestors(name)) == nx.ancestors(graph, name)
        assert set(d.descendants(name)) == nx.descendants(graph, name)
    position = {name: i for i, name in enumerate(d.topological_order)}
    assert set(position) == set(d.nodes)
    assert all(position[tail] < position[head] for tail, head in d.edges)
    for closure in (d.ancestors(d.nodes[-1]), d.descendants(d.nodes[0])):
        assert list(closure) == sorted(closure, key=position.get)
    assert set(d.chance) | set(d.decisions) | set(d.utilities) == set(d.nodes)


def test_in_answers_for_any_object():
    assert "D" in GAME
    assert not any(thing in GAME for thing in ("d", None, 3, [], {}, ("D", "M")))


# ---- a frozen value ----------------------------------------------------------------------------


def test_nothing_can_be_set():
    before = parts(GAME)
    for name in ("nodes", "edges", "_kinds", "new"):
        with pytest.raises(AttributeError, match=r"frozen.*with_edges"):
            setattr(GAME, name, ())
    with pytest.raises(AttributeError, match="frozen"):
        del GAME.nodes
    assert parts(GAME) == before


@settings(max_examples=200)
@given(ANY, st.integers(0, 2**32 - 1))
def test_equality_ignores_order_and_nothing_else(d, seed):
    numbers = Random(seed)
    same = CID(
        numbers.sample(d.edges, len(d.edges)),
        {a: numbers.sample(d.decisions_of(a), len(d.decisions_of(a))) for a in d.agents},
        {a: d.utilities_of(a) for a in reversed(d.agents)},
        nodes=numbers.sample(d.nodes, len(d.nodes)),
    )
    assert same == d
    assert hash(same) == hash(d)
    assert len({same, d}) == 1
    others = [d.fix(name) for name in d.decisions]
    others += [d.without_edges([edge]) for edge in d.edges]
    others.append(d.with_edges([], nodes=["a further node"]))
    assert d not in others
    assert len({d, *others}) == 1 + len(set(others))


def test_equality_sees_owners_and_other_types():
    swapped = CID(GAME.edges, {"human": ["D"], "ai": ["H"]}, {"ai": ["U"], "human": ["V"]})
    assert swapped != GAME
    assert GAME != "GAME"
    assert GAME.to_networkx() != GAME
    assert CID([("D", "U")], {"agent": ["D"]}, {"agent": ["U"]}) == CID([("D", "U")], "D", "U")


def test_it_can_be_weakly_referenced():
    assert weakref.ref(GAME)() is GAME


# ---- new diagrams ------------------------------------------------------------------------------


@settings(max_examples=200)
@given(ANY, st.randoms(use_true_random=False))
def test_edges_off_and_on_again(d, numbers):
    before = parts(d)
    gone = [edge for edge in d.edges if numbers.random() < 0.5]
    less = d.without_edges(gone)
    assert set(less.edges) == set(d.edges) - set(gone)
    assert (less.nodes, less.decisions, less.utilities) == (d.nodes, d.decisions, d.utilities)
    assert less.with_edges(gone) == d
    assert parts(d) == before


def test_with_edges_declares_new_nodes():
    d = CID([("D", "U")], "D", "U").with_edges([("N", "D"), ("M", "N")], nodes=["N", "M"])
    assert d.nodes == ("D", "U", "N", "M")
    assert d.kind("N") == "chance"
    assert d.with_edges([]) == d


@settings(max_examples=200)
@given(ANY)
def test_relabel_back_and_forth(d):
    there = {name: f"{i}: {name}" for i, name in enumerate(d.nodes)}
    back = {new: old for old, new in there.items()}
    assert parts(d.relabel(there).relabel(back)) == parts(d)
    assert d.relabel(there.get) == d.relabel(there)
    assert d.relabel({}) == d
    turned = dict(zip(d.nodes, d.nodes[1:] + d.nodes[:1], strict=True))
    assert d.relabel(turned).relabel({new: old for old, new in turned.items()}) == d


def test_fix_makes_chance_nodes():
    fixed = GAME.fix("H")
    assert fixed.decisions == ("D",)
    assert fixed.kind("H") == "chance"
    assert (fixed.agents, fixed.edges) == (GAME.agents, GAME.edges)
    assert GAME.fix(["H", "D"]).decisions == ()
    assert GAME.fix([]) == GAME


# ---- round trips -------------------------------------------------------------------------------


@settings(max_examples=300)
@given(ANY)
def test_round_trips(d):
    whole = parts(d)
    assert parts(CID.parse(d.to_text())) == whole
    assert parts(CID.parse(d.to_text().replace("\n", ";"))) == whole
    assert parts(CID.from_json(d.to_json())) == whole
    assert parts(CID.from_json(d.to_json().encode())) == whole
    assert parts(CID.from_dict(json.loads(json.dumps(d.to_dict())))) == whole
    assert parts(pickle.loads(pickle.dumps(d))) == whole
    assert parts(eval(repr(d), {"CID": CID})) == whole
    assert copy.copy(d) is copy.deepcopy(d) is d
    assert CID.from_networkx(d.to_networkx()) == d


def test_empty_agents_and_lone_nodes_survive_round_trips():
    d = CID([("D", "U")], {"a": ["D"], "b": []}, {"b": ["U"]}, nodes=["lone", "D"])
    assert d.agents == ("a", "b")
    for back in (CID.parse(d.to_text()), CID.from_json(d.to_json()), pickle.loads(pickle.dumps(d))):
        assert parts(back) == parts(d)
    assert CID.from_networkx(d.to_networkx()) == d


def test_the_networkx_graph_is_a_copy_with_attributes():
    graph = GAME.to_networkx()
    assert graph.nodes["H"] == {"kind": "decision", "agent": "human"}
    assert graph.nodes["M"] == {"kind": "chance", "agent": None}
    graph.remove_node("H")
    assert "H" in GAME


def test_roles_given_to_from_networkx_replace_attributes():
    graph = GAME.to_networkx()
    d = CID.from_networkx(graph, decisions=["H"], utilities=["V"])
    assert (d.decisions, d.utilities, d.agents) == (("H",), ("V",), ("agent",))
    assert CID.from_networkx(nx.DiGraph([("A", "B")])).chance == ("A", "B")


def test_a_long_repr_is_a_summary():
    d = CID([(f"n{i}", f"n{i + 1}") for i in range(100)], utilities=["n100"])
    assert repr(d) == "<CID: 101 nodes, 100 edges, 0 decisions, 1 utilities>"


def test_the_shape_of_the_json():
    assert json.loads(CID([("D", "U")], "D", "U").to_json()) == {
        "format": "causal-influence-diagram",
        "version": 1,
        "nodes": ["D", "U"],
        "edges": [["D", "U"]],
        "decisions": ["D"],
        "utilities": ["U"],
    }
    assert json.loads(GAME.to_json())["decisions"] == {"ai": ["D"], "human": ["H"]}


def test_drawing_methods_reach_the_drawing_module():
    assert GAME._repr_svg_().startswith("<svg")
    assert GAME.draw().get_figure() is not None


def test_nodes_of_networkx_that_are_no_strings():
    graph = nx.DiGraph([(0, 1), (1, 2.5), (("a", 1), 1), ("B", 1)])
    with pytest.raises(cid.CIDTypeError, match=r"node 0 \(int\) is no string.*names=str"):
        cid.CID.from_networkx(graph)
    d = cid.CID.from_networkx(graph, decisions=[1], utilities=[2.5], names=str)
    assert set(d.edges) == {("0", "1"), ("1", "2.5"), ("('a', 1)", "1"), ("B", "1")}
    assert (d.decisions, d.utilities) == (("1",), ("2.5",))
    assert cid.CID.from_networkx(graph, decisions=["1"], utilities=["2.5"], names=str) == d
    graph.nodes[1]["kind"] = "decision"
    marked = cid.CID.from_networkx(graph, names=lambda v: f"x{v}")
    assert marked.decisions == ("x1",)
    assert "B" in marked.nodes
    owned = cid.CID.from_networkx(graph, {"i": [1]}, {"i": [2.5]}, names=str)
    assert owned.agents == ("i",)


@pytest.mark.parametrize(
    ("names", "match"),
    [
        (lambda v: "same", "0 and 1 are both called 'same'"),
        (lambda v: v, "non-empty string, not 0"),
        (lambda v: "", "non-empty string"),
        ("str", "names is a function"),
    ],
)
def test_bad_names(names, match):
    with pytest.raises(cid.CIDError, match=match):
        cid.CID.from_networkx(nx.DiGraph([(0, 1)]), names=names)


def test_a_number_and_the_text_of_it_are_two_nodes():
    with pytest.raises(cid.DiagramError, match="1 and '1' are both called '1'"):
        cid.CID.from_networkx(nx.DiGraph([(1, "1")]), names=str)
