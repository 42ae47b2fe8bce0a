"""Bad input gives an error of ours that names the thing and the mend, and nothing else."""

import contextlib
import functools
import inspect
import io
import json
import os
import pickle
import sys
from pathlib import Path

import networkx as nx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from wrong import WRONG, Broken

import cid
from cid import CID
from cid.criteria.analysis import ask
from cid.errors import did_you_mean, shorten

D = CID.parse("S -> D -> X -> U; S -> U; Coin -> D", decisions="D", utilities="U")
FINDING = cid.admits_ici(D, "D", "X")

TRIED = (
    "cid.structure.dseparation",
    "cid.structure.relevance",
    "cid.structure.requisite",
    *(f"cid.criteria.{name}" for name in ("analysis", "ici", "impact", "ri", "voc", "voi")),
    "cid.transforms.lcdt",
    "cid.io.files",
)
"""The modules whose functions are tried here."""

FILE = Path(__file__).parents[1] / "data" / "tiny.cid"

CALLS = {
    # name: (function, good arguments, {argument: kinds of WRONG that are good after all})
    "admits_voi": (cid.admits_voi, (D, "D", "S"), {}),
    "admits_ri": (cid.admits_ri, (D, "D", "S"), {}),
    "admits_ici": (cid.admits_ici, (D, "D", "S"), {}),
    "admits_impact": (cid.admits_impact, (D, "D", "S"), {}),
    "admits_lcdt_ici": (cid.admits_lcdt_ici, (D, "D", "S"), {}),
    "admits_voc": (cid.admits_voc, (D, "S", "D"), {2: {"None"}}),
    "admits_voi_list": (cid.admits_voi_list, (D, "D"), {}),
    "admits_ri_list": (cid.admits_ri_list, (D, "D"), {}),
    "admits_ici_list": (cid.admits_ici_list, (D, "D"), {}),
    "admits_impact_list": (cid.admits_impact_list, (D, "D"), {}),
    "lcdt_ici_list": (cid.lcdt_ici_list, (D, "D"), {}),
    "admits_voc_list": (cid.admits_voc_list, (D, "D"), {1: {"None"}}),
    "lcdt": (cid.lcdt, (D, "D"), {}),
    "lcdt_cut": (cid.lcdt_cut, (D, "D"), {}),
    "analyze": (cid.analyze, (D, "D", "voi"), {1: {"None"}, 2: {"None"}}),
    "d_separated": (cid.d_separated, (D, "S", "U", "D"), {}),
    "active_trail": (cid.active_trail, (D, "S", "U", "D"), {}),
    "is_soluble": (cid.is_soluble, (D,), {}),
    "solve_order": (cid.solve_order, (D,), {}),
    "relevance_graph": (cid.relevance_graph, (D, "agent"), {1: {"None"}}),
    "sufficient_recall": (cid.sufficient_recall, (D, "agent"), {1: {"None"}}),
    "requisite_graph": (cid.requisite_graph, (D, "agent"), {1: {"None"}}),
    "nonrequisite_links": (cid.nonrequisite_links, (D, "agent"), {1: {"None"}}),
    "to_pycid": (cid.to_pycid, (D,), {}),
    "from_pycid": (cid.from_pycid, (cid.to_pycid(D),), {}),
    "read": (cid.read, (FILE,), {}),
    "write": (cid.write, (D, "d.cid"), {1: {"unknown name", "number as name"}}),
    "CID": (
        CID,
        ([("D", "U")], ["D"], ["U"]),
        {},
    ),
    "ask": (ask, (D, "voi", "D", "S"), {}),
    "parse": (
        CID.parse,
        ("D -> U", "D", "U"),
        {1: {"None", "empty name"}, 2: {"None", "empty name"}},
    ),
    "from_json": (CID.from_json, (D.to_json(),), {}),
    "from_dict": (CID.from_dict, (D.to_dict(),), {}),
    "from_networkx": (
        CID.from_networkx,
        (D.to_networkx(), ["D"], ["U"]),
        {1: {"None"}, 2: {"None"}},
    ),
    "parents": (D.parents, ("S",), {}),
    "children": (D.children, ("S",), {}),
    "ancestors": (D.ancestors, ("S",), {}),
    "descendants": (D.descendants, ("S",), {}),
    "kind": (D.kind, ("S",), {}),
    "agent_of": (D.agent_of, ("S",), {}),
    "decisions_of": (D.decisions_of, ("agent",), {}),
    "utilities_of": (D.utilities_of, ("agent",), {}),
    "check_node": (D.check_node, ("S",), {}),
    "check_decision": (D.check_decision, ("D",), {}),
    "check_agent": (D.check_agent, ("agent",), {}),
    "with_edges": (D.with_edges, ([("Coin", "X")],), {}),
    "without_edges": (D.without_edges, ([("S", "D")],), {}),
    "relabel": (D.relabel, ({"S": "Z"},), {}),
    "fix": (D.fix, ("D",), {}),
    "where": (
        cid.analyze(D).where,
        ("voi", "D", "S"),
        {0: {"None"}, 1: {"None"}, 2: {"None"}},
    ),
    "verify": (FINDING.verify, (D,), {0: {"None"}}),
    "load": (cid.catalog.load, ("performative",), {}),
    "draw": (cid.draw.draw, (D,), {}),
    "to_svg": (cid.draw.to_svg, (D,), {}),
    "to_tikz": (cid.draw.to_tikz, (D,), {}),
    "to_dot": (cid.draw.to_dot, (D,), {}),
    "to_mermaid": (cid.draw.to_mermaid, (D,), {}),
    "save": (cid.draw.save, (D, "d.svg"), {}),
}


def refused(call, *words, kind=cid.CIDError):
    """Check that a call raises one of our errors with a useful message, and return the message."""
    with pytest.raises(kind) as raised:
        call()
    message = str(raised.value)
    assert message
    for word in words:
        assert word in message, message
    return message


def test_every_public_function_is_tried():
    functions = {
        name: value for name in cid.__all__ if inspect.isfunction(value := getattr(cid, name))
    }
    ours = {name for name, f in functions.items() if f.__module__.startswith(TRIED)}
    methods = {
        name
        for name, value in inspect.getmembers(CID, callable)
        if not name.startswith("_") and len(inspect.signature(value).parameters) > 1
    }
    assert len(ours) > 20
    assert ours | methods - {"draw"} <= set(CALLS)


@pytest.mark.parametrize("name", CALLS)
def test_wrong_arguments(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # any name will do for a file
    function, good, fine = CALLS[name]
    function(*good)
    for position in range(len(good)):
        for kind, value in WRONG.items():
            bad = [*good[:position], value, *good[position + 1 :]]
            if kind in fine.get(position, ()):
                function(*bad)
            else:
                message = refused(functools.partial(function, *bad))
                assert len(message) < 2_000 or kind == "10,000 characters"


class TestMessages:
    """One bad thing after another: the message names it and says what to do."""

    def test_wrong_types(self):
        refused(lambda: CID([("D", 5)]), "non-empty string, not 5 (int)", "Write '5'")
        refused(lambda: CID([("D", None)]), "non-empty string, not None (NoneType)")
        refused(lambda: CID([("D", b"U")]), "not b'U' (bytes)")
        refused(lambda: CID("A -> B"), "CID.parse('A -> B')", kind=cid.CIDTypeError)
        refused(lambda: CID(["AB"]), "pair of node names such as ('S', 'D'), not 'AB'")
        refused(lambda: CID([("A", "B", "C")]), "not ('A', 'B', 'C')")
        refused(lambda: CID(5), "iterable of pairs of names, not 5")
        refused(lambda: CID([("D", "U")], 5), "decisions is a list of node names, not 5")
        refused(lambda: CID([("D", "U")], None), "decisions is a list of node names, not None")
        refused(lambda: CID([("D", "U")], {5: "D"}), "agent label is a non-empty string, not 5")
        refused(lambda: CID([("D", "U")], {"a": 5}), "decisions['a']", "not 5")
        refused(lambda: CID([("D", "U")], {"a": "D"}, ["U"]), "both as lists", "both as mappings")
        refused(lambda: CID([(Broken(), "U")]), "not <Broken> (Broken)")
        refused(
            lambda: CID.parse(b"A -> B"), "parse takes text such as 'S -> D -> U', not b'A -> B'"
        )
        refused(lambda: CID.from_networkx(nx.Graph()), "takes a networkx.DiGraph", "DiGraph(graph)")
        refused(lambda: CID.from_networkx(nx.MultiDiGraph()), "not 'MultiDiGraph'")
        refused(lambda: CID.from_networkx(nx.DiGraph([(1, 2)])), "node 1 (int)", "names=str")
        refused(lambda: D.relabel(5), "relabel takes a mapping or a function, not 5")
        refused(lambda: cid.analyze("performative"), "analyze takes a CID, not 'performative'")
        refused(lambda: cid.admits_voi(None, "D", "S"), "Expected a CID, not None", "cid.CID(...)")

    def test_unknown_names(self):
        refused(lambda: D.parents("s"), "'s' is no node of the diagram. Did you mean 'S'?")
        refused(lambda: D.parents("Con"), "Did you mean 'Coin'?", kind=cid.UnknownNodeError)
        refused(lambda: D.parents("zzz"), "Known: 'S', 'D', 'X', 'U', 'Coin'.")
        refused(lambda: cid.admits_ici(D, "X", "U"), "'X' is a chance node, not a decision", "'D'")
        refused(lambda: CID.parse("A").check_decision("A"), "Decisions: none")
        refused(lambda: D.decisions_of("agnt"), "'agnt' is no agent", "Did you mean 'agent'?")
        refused(
            lambda: CID([("D", "U")], ["d"]),
            "decision 'd' is no node",
            "Did you mean 'D'?",
            "nodes=['d']",
        )
        refused(lambda: CID([("D", "U")], utilities=["V"]), "utility 'V' is no node", "nodes=['V']")
        refused(lambda: D.with_edges([("N", "S")]), "'N' in the edge ('N', 'S')", "nodes=['N']")
        refused(
            lambda: D.without_edges([("U", "X")]),
            "no edge ('U', 'X') to remove. The reverse edge is.",
        )
        refused(lambda: D.without_edges([("S", "X")]), "no edge ('S', 'X') to remove.")
        refused(lambda: D.relabel({"s": "Z"}), "Did you mean 'S'?")
        refused(
            lambda: cid.analyze(D, concepts="icy"), "Unknown concept 'icy'. Did you mean 'ici'?"
        )
        refused(
            lambda: cid.analyze(D).where(concept="x"),
            "Unknown concept 'x'",
            "'voi', 'ri', 'voc', 'ici', 'impact'",
        )
        refused(lambda: cid.analyze(D).where(node="x"), "Did you mean 'X'?")
        refused(
            lambda: cid.catalog.load("performativ"),
            "Did you mean 'performative'?",
            kind=cid.CatalogError,
        )

    def test_not_a_diagram(self):
        refused(lambda: CID([]), "at least one node", "nodes=['X']")
        refused(lambda: CID([("A", "A")]), "('A', 'A') is a self-loop. Remove it.")
        refused(lambda: CID([("A", "B"), ("A", "B")]), "('A', 'B') is given twice")
        refused(lambda: CID([("A", "B")], nodes=["A", "A"]), "'A' is listed twice in nodes")
        refused(lambda: CID([("A", "B")], ["A", "A"]), "'A' is listed twice in decisions")
        refused(
            lambda: CID([("A", "B")], {"a": ["A"], "b": ["A"]}), "'A' is listed twice in decisions"
        )
        refused(
            lambda: CID([("A", "B")], ["B"], ["B"]),
            "'B' is listed as decision and as utility",
            "chance copy",
        )
        refused(
            lambda: CID([("A", "B")], utilities=["A"]),
            "utility 'A' has the child 'B'",
            "chance node that copies it",
        )
        refused(lambda: D.with_edges([("S", "D")]), "('S', 'D') is given twice")
        refused(lambda: D.with_edges([("U", "X")]), "X -> U -> X", kind=cid.CycleError)
        refused(lambda: D.with_edges([], nodes=["S"]), "'S' is a node of the diagram already")
        refused(lambda: D.relabel({"S": "U"}), "'S' and 'U' the same name 'U'")
        refused(lambda: D.relabel(lambda _: "Z"), "the same name 'Z'")
        refused(lambda: D.relabel(lambda _: None), "not None (NoneType)")

    def test_a_cycle_is_shown(self):
        message = refused(
            lambda: CID([("A", "B"), ("X", "A"), ("B", "C"), ("C", "A"), ("C", "Y")]),
            "drop an edge, or unroll",
            kind=cid.CycleError,
        )
        shown = message.split(": ")[1].split(".")[0].split(" -> ")
        assert shown[0] == shown[-1]
        assert sorted(shown[1:]) == ["A", "B", "C"]
        ring = [(f"n{i}", f"n{(i + 1) % 10_000}") for i in range(10_000)]
        assert len(refused(lambda: CID(ring), " -> ... -> ")) < 300

    def test_names_that_cannot_be_names(self):
        for name in ("a\nb", "\0", "a\x1b[31m", "a\u2028b", "\ud800", "a\tb", "\x7f"):
            message = refused(lambda name=name: CID([(name, "B")]), "unprintable character")
            message.encode()  # can be printed itself
        for name in ("", " ", "\u3000", "\x85"):
            refused(lambda name=name: CID([(name, "B")]), "non-empty string")
        refused(lambda: CID([("A", "B")], {"": ["A"]}), "agent label is a non-empty string")

    def test_messages_stay_short(self):
        huge = "D" * 10_000
        d = CID([(huge, huge + "U")], [huge], [huge + "U"])
        for call in (
            lambda: d.parents("X" * 10_000),
            lambda: d.parents(huge[:-1]),
            lambda: cid.catalog.load(huge),
            lambda: CID.parse(f'"{huge}'),
            lambda: CID.from_json(huge),
        ):
            assert len(refused(call)) < 1000

    def test_attributes_of_a_networkx_graph(self):
        graph = D.to_networkx()
        for kind in ("decison", 5, ["decision"], None):
            graph.nodes["S"]["kind"] = kind
            refused(lambda: CID.from_networkx(graph), "The node 'S' has kind=", "'decision' or")
        graph.nodes["S"]["kind"] = "decision"
        for agent in (5, ["a"], ""):
            graph.nodes["S"]["agent"] = agent
            refused(lambda: CID.from_networkx(graph), "agent label is a non-empty string")


# ---- JSON --------------------------------------------------------------------------------------

GOOD = json.loads(D.to_json())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["not JSON", "truncated", "CID.to_json"]),
        (D.to_json()[:-5], ["not JSON", "truncated"]),
        ("null", ["not a diagram", "'causal-influence-diagram'"]),
        ("[]", ["not a diagram"]),
        ("NaN", ["not a diagram"]),
        ("{}", ["not a diagram", "'format'"]),
        ('{"format": "causal-influence-diagram", "version": NaN}', ["version nan", "version 1"]),
        ('{"format": "causal-influence-diagram", "version": 2}', ["version 2", "Update"]),
        (
            '{"format": "causal-influence-diagram", "version": 1}',
            ["Missing or unknown keys", "edges"],
        ),
        (json.dumps(GOOD | {"extra": 1}), ["Missing or unknown keys", "extra"]),
        (json.dumps(GOOD | {"nodes": None}), ["'nodes' holds None, not a list"]),
        (json.dumps(GOOD | {"edges": {"a": "b"}}), ["'edges' holds {'a': 'b'}, not a list"]),
        (json.dumps(GOOD | {"edges": "SD"}), ["'edges' holds 'SD', not a list"]),
        (json.dumps(GOOD | {"decisions": "D"}), ["'decisions' holds 'D'"]),
        (json.dumps(GOOD | {"decisions": {"a": 5}}), ["decisions['a']", "not 5"]),
        (json.dumps(GOOD | {"edges": [["S"]]}), ["pair of node names", "['S']"]),
        (json.dumps(GOOD | {"edges": [["S", None]]}), ["not None"]),
        (json.dumps(GOOD | {"nodes": [float("nan")]}), ["not nan (float)"]),
        (json.dumps(GOOD | {"nodes": ["\ud800"]}), ["unprintable"]),
        (json.dumps(GOOD | {"edges": [["S", "D"], ["D", "S"]]}), ["cycle"]),
        ("[" * 100_000, ["not JSON"]),
        ('{"a":' * 100_000, ["not JSON"]),
        ("1" * 5_000, ["not JSON"]),
        ('{"format": ' + "1" * 5_000 + "}", ["not JSON"]),
        (b"\xff\xfe\x00", ["not JSON"]),
        (b"\x00\x01\x02", ["not JSON"]),
        ("\ufeff{}", ["not a diagram"]),
    ],
)
def test_json(text, words):
    refused(functools.partial(CID.from_json, text), *words)


def test_deep_nesting_inside_a_diagram():
    deep = "[" * 800 + "]" * 800
    for key in ("nodes", "edges", "decisions"):
        text = json.dumps(GOOD | {key: "HERE"}).replace('"HERE"', deep)
        refused(functools.partial(CID.from_json, text))


@settings(max_examples=300)
@given(st.text())
@example('decisions: "\\ud800"')
@example("decisions[")
@example('"')
def test_any_text_is_a_diagram_or_refused(text):
    for read in (CID.parse, CID.from_json):
        with contextlib.suppress(cid.CIDError):
            assert isinstance(read(text), CID)


PIECES = st.sampled_from(
    ["A", "B", "D", "U", "->", "<-", ",", ";", "\n", ":", "[", "]", '"', "#", " ", "decisions",
     "utilities", "nodes", "\\", "\ufeff", "→", "x y", '"q"']
)  # fmt: skip


@settings(max_examples=1000)
@given(st.lists(PIECES, max_size=20).map("".join))
def test_scrambled_diagrams_are_read_or_refused(text):
    try:
        d = CID.parse(text)
    except cid.CIDError:
        pass
    else:
        assert CID.parse(d.to_text()) == d


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["S", "D", "U", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("SDU"), inner),
    max_leaves=6,
)


@settings(max_examples=400)
@given(st.dictionaries(st.sampled_from(sorted(GOOD)), JSON, max_size=3))
def test_damaged_json_is_read_or_refused(damage):
    try:
        d = CID.from_json(json.dumps(GOOD | damage))
    except cid.CIDError:
        pass
    else:
        assert CID.from_json(d.to_json()) == d


@settings(max_examples=300)
@given(st.binary(max_size=60), st.integers(0, 200), st.integers(0, 200))
def test_damaged_bytes_are_read_or_refused(noise, start, stop):
    data = D.to_json().encode()
    with contextlib.suppress(cid.CIDError):
        CID.from_json(data[:start] + noise + data[stop:])


# ---- size --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def chain():
    edges = [(f"n{i}", f"n{i + 1}") for i in range(9_999)]
    return CID(edges, ["n5000"], ["n9999"])


def test_a_chain_of_10_000_nodes(chain):
    assert CID.parse(chain.to_text()) == chain
    assert CID.from_json(chain.to_json()) == chain
    assert pickle.loads(pickle.dumps(chain)) == chain
    assert CID.from_networkx(chain.to_networkx()) == chain
    assert chain.relabel(lambda name: name + "'").nodes[-1] == "n9999'"
    assert len(repr(chain)) < 100
    findings = cid.analyze(chain)
    assert {r["node"] for r in findings.where(concept="ici", holds=True).to_dict()} == {
        f"n{i}" for i in range(5_001, 10_000)
    }
    for concept in {row["concept"] for row in findings.to_dict()}:
        for finding in (findings.where(concept=concept)[0], findings.where(concept=concept)[-1]):
            assert finding.explain()
            assert finding.verify()
    assert len(findings.to_text()) > 1000
    assert len(chain.ancestors("n9999")) == 9_999


def test_a_diagram_too_large_to_draw_says_so(chain):
    refused(lambda: cid.draw.to_svg(chain), "10000", kind=cid.DrawError)
    assert chain._repr_svg_() is None


def test_more_paths_than_atoms():
    edges = [(f"n{i - k}", f"n{i}") for i in range(1_000) for k in (1, 2) if i >= k]
    d = CID(edges, ["n3"], ["n999"])
    findings = cid.analyze(d)  # listing paths would outlast the universe
    assert all(findings[i].verify() for i in range(0, len(findings), 500))


# ---- files -------------------------------------------------------------------------------------


def test_files_that_cannot_be_read(tmp_path, monkeypatch):
    def file(name, data):
        path = tmp_path / name
        path.write_bytes(data)
        return path

    refused(lambda: cid.read(tmp_path / "none.cid"), "no file", "none.cid", "Check the path")
    refused(lambda: cid.read(tmp_path), "cannot be read: Is a directory")
    refused(lambda: cid.read(tmp_path / "a" / "b.cid"), "no file")
    refused(lambda: cid.read(file("plain", b"x") / "b.cid"), "Not a directory")
    refused(lambda: cid.read("a\0b"), "NUL")
    refused(lambda: cid.read("\ud800.cid"), "no path")
    refused(lambda: cid.read("x" * 5_000), "cannot be read")
    refused(lambda: cid.read(b"x"), "Expected a path, not b'x'")
    refused(lambda: cid.read(3), "Expected a path, not 3")
    refused(lambda: cid.read(file("b.cid", b"\x89PNG\r\n\x1a\n\xff\x00")), "not UTF-8", "byte 0")
    refused(lambda: cid.read(file("n.cid", b"A -> B\0")), "n.cid", "unprintable")
    refused(lambda: cid.read(file("l.cid", "é -> B".encode("latin-1"))), "not UTF-8", "UTF-8")
    refused(lambda: cid.read(file("e.cid", b"")), "e.cid: ", "at least one node")
    refused(lambda: cid.read(file("t.json", D.to_json().encode()[:-9])), "t.json: ", "truncated")
    refused(lambda: cid.read(file("p.cid", b"A -> B\nC D")), "p.cid: line 2: ", kind=cid.ParseError)
    refused(lambda: cid.read(file("c.cid", b"A -> B -> A")), "c.cid: ", kind=cid.CycleError)
    refused(lambda: cid.read(file("d.json", b"A -> B")), "d.json: This is not JSON")
    monkeypatch.setattr("cid.io.files.MAX_BYTES", 100)
    refused(lambda: cid.read(file("big.cid", b"#" * 101)), "larger than")
    assert cid.read(file("fits.cid", b"A#" + b"#" * 98)).nodes == ("A",)


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="a POSIX device")
def test_a_device_without_end_is_refused(monkeypatch):
    monkeypatch.setattr("cid.io.files.MAX_BYTES", 10_000)
    refused(lambda: cid.read("/dev/zero"), "larger than")


def test_files_that_cannot_be_written(tmp_path):
    refused(lambda: cid.write(D, tmp_path / "none" / "d.cid"), "cannot be written", "d.cid")
    (tmp_path / "folder.cid").mkdir()
    refused(lambda: cid.write(D, tmp_path / "folder.cid"), "cannot be written", "folder")
    refused(lambda: cid.write("D", tmp_path / "d.cid"), "write takes a CID or a SCIM, not 'D'")
    assert [path.name for path in tmp_path.iterdir()] == ["folder.cid"]


# ---- helpers of the messages -------------------------------------------------------------------


def test_shorten_and_hints_survive_anything():
    assert shorten(Broken()) == "<Broken>"
    assert len(shorten(list(range(10_000)))) == 60
    did_you_mean("x" * 10_000, ["x" * 9_999 + chr(i + 100) for i in range(100)])
    did_you_mean("node", map(str, range(10**6)))
    assert did_you_mean("x", []) == " There are none."


def test_nothing_is_written_to_the_screen(capsys):
    refused(lambda: CID([("A", "A")]))
    cid.analyze(D).to_text()
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "")
    assert isinstance(sys.stdout, io.TextIOBase)
