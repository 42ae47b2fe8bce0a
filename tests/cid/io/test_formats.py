"""Files of other programs: what they hold is what is read, and a new format is one file.

pyAgrum and pgmpy write the formats that they know and are asked the same questions as what is read.
"""

import bz2
import contextlib
import gzip
import lzma
import os
import random
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import HOSTILE, diagrams

import cid
from cid.__main__ import main
from cid.io import formats
from cid.io.format import all_formats, format_of

gum = cid.io.pyagrum.load_pyagrum()
ROOT = Path(__file__).resolve().parents[3]


def network(seed, labels=True):
    """Return a random Bayesian network of pyAgrum."""
    rng = random.Random(seed)
    gum.initRandom(seed + 1)
    names = [f"n{k}" for k in range(rng.randint(2, 6))]
    bn = gum.BayesNet()
    for name in names:
        states = [f"s{k}" for k in range(rng.randint(2, 4))]
        rng.shuffle(states)
        bn.add(
            gum.LabelizedVariable(name, "", states)
            if labels
            else gum.RangeVariable(name, "", 1, len(states))
        )
    for k, head in enumerate(names):
        for tail in names[:k]:
            if rng.random() < 0.5:
                bn.addArc(tail, head)
    bn.generateCPTs()
    return bn


def anything(domain):
    """Return the uniform rule."""
    return lambda **_: {action: 1 / len(domain) for action in domain}


def same(s, bn, within=1e-6):
    """Compare a model that was read with the network of pyAgrum that was written."""
    other = cid.from_pyagrum(bn)
    assert set(s.diagram.nodes) == set(other.diagram.nodes)
    assert set(s.diagram.edges) == set(other.diagram.edges)
    for name in s.diagram.nodes:
        assert [str(v) for v in s.domains[name]] == [str(v) for v in other.domains[name]]
        ours, theirs = (
            s.cpd(name, sorted(s.diagram.parents(name))),
            other.cpd(name, sorted(s.diagram.parents(name))),
        )
        assert ours == pytest.approx(theirs, abs=within)


@pytest.mark.parametrize("suffix", ["bif", "bifxml", "xdsl", "net"])
@pytest.mark.parametrize("seed", range(6))
def test_networks_that_pyagrum_writes(suffix, seed, tmp_path):
    bn = network(seed)
    file = tmp_path / f"n.{suffix}"
    gum.saveBN(bn, str(file))
    same(cid.read(file), bn)
    gum.loadBN(str(file))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("kind", ["BIF", "XMLBIF", "NET"])
def test_networks_that_pgmpy_writes(kind, seed, tmp_path):
    bn = network(seed)
    s = cid.from_pyagrum(bn)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        readwrite = cid.libraries.load_library("pgmpy.readwrite", "pgmpy")
        model = cid.to_pgmpy(s)
        file = tmp_path / f"n.{kind.lower()}"
        writer = getattr(readwrite, f"{kind}Writer")(model)
        (getattr(writer, f"write_{kind.lower()}", None) or writer.write)(str(file))
    same(cid.read(file), bn, 1e-3)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(diagrams(nodes=(3, 6), decisions=(1, 2)), st.integers(0, 10**6))
def test_influence_diagrams_that_pyagrum_writes(tmp_path, d, seed):
    s = cid.random_scim(d, 2, seed=seed)
    diagram = cid.to_pyagrum(s)
    file = tmp_path / "d.bifxml"
    gum.saveID(diagram, str(file))
    back, theirs = cid.read(file), cid.from_pyagrum(diagram)
    assert back.diagram.decisions == tuple(v for v in back.diagram.nodes if v in d.decisions)
    assert set(back.diagram.edges) == set(d.edges)
    uniform, other = ({v: anything(s.domains[v]) for v in d.decisions} for s in (back, theirs))
    assert float(back.expected_utility(uniform)) == pytest.approx(
        float(theirs.expected_utility(other)), abs=1e-5
    )


UMBRELLA = {
    "umbrella.xdsl": """<?xml version="1.0" encoding="UTF-8"?>
<!-- an example that every manual has -->
<smile version="1.0" id="u" numsamples="1000" discsamples="1000">
 <nodes>
  <cpt id="Weather"><state id="sun"/><state id="rain"/>
   <probabilities>0.7 0.3</probabilities></cpt>
  <cpt id="Forecast"><state id="sunny"/><state id="cloudy"/><state id="rainy"/>
   <parents>Weather</parents><probabilities>0.7 0.2 0.1 0.15 0.25 0.6</probabilities></cpt>
  <decision id="Umbrella"><state id="take"/><state id="leave"/>
   <parents>Forecast</parents></decision>
  <utility id="Satisfaction"><parents>Weather Umbrella</parents>
   <utilities>20 100 70 0</utilities></utility>
  <deterministic id="Wet"><state id="no"/><state id="yes"/><parents>Weather Umbrella</parents>
   <resultingstates>no no no yes</resultingstates></deterministic>
 </nodes>
 <extensions><genie version="1.0"><node id="Weather"><name>W</name></node></genie></extensions>
</smile>""",
    "umbrella.net": """net { node_size = (80 40); }
% the weather
node Weather { label = "the weather"; position = (100 200); states = ("sun" "rain"); }
discrete node Forecast { states = ("sunny" "cloudy" "rainy"); HR_Group = "0"; }
decision Umbrella { states = ("take" "leave"); }
utility Satisfaction { label = ""; }
node Wet { states = ("no" "yes"); }
potential (Weather) { data = (0.7 0.3); }
potential (Forecast | Weather) { data = ((0.7 0.2 0.1)   % sun
                                         (0.15 0.25 0.6)); }
potential (Umbrella | Forecast) { }
potential (Satisfaction | Weather Umbrella) { data = ((20 100) (70 0)); }
potential (Wet | Weather Umbrella) { data = (((1 0) (1 0)) ((1 0) (0 1))); }
""",
    "umbrella.dne": """// ~->[DNET-1]->~
// File created by hand
bnet Umbrella {
AutoCompile = TRUE;
visual V1 { defdispform = BELIEFBARS; nodelabeling = TITLE; NodeSet Node {BuiltIn = 1;}; };
node Weather {
    kind = NATURE; discrete = TRUE; states = (sun, rain); parents = ();
    probs = // sun rain
        (0.7, 0.3);
    visual V1 { center = (1, 2); height = 1; };
    };
node Forecast {
    kind = NATURE; discrete = TRUE; states = (sunny, cloudy, rainy); parents = (Weather);
    probs = ((0.7, 0.2, 0.1), (0.15, 0.25, 0.6)); title = "the {forecast}; of today";
    };
node Umbrella { kind = DECISION; discrete = TRUE; states = (take, leave); parents = (Forecast); };
node Satisfaction { kind = UTILITY; discrete = FALSE; measure = RATIO;
    parents = (Weather, Umbrella); functable = ((20, 100), (70, 0)); };
node Wet { kind = NATURE; discrete = TRUE; states = (no, yes); parents = (Weather, Umbrella);
    functable = ((no, no), (#0, yes)); };
};
""",
    "umbrella.xmlbif": """<?xml version="1.0" encoding="US-ASCII"?>
<!DOCTYPE BIF [ <!ELEMENT BIF ( NETWORK )*> <!ATTLIST BIF VERSION CDATA #REQUIRED> ]>
<BIF VERSION="0.3"><NETWORK><NAME>u</NAME>
<VARIABLE TYPE="nature"><NAME>Weather</NAME><OUTCOME>sun</OUTCOME><OUTCOME>rain</OUTCOME></VARIABLE>
<VARIABLE TYPE="nature"><NAME>Forecast</NAME><OUTCOME>sunny</OUTCOME><OUTCOME>cloudy</OUTCOME>
<OUTCOME>rainy</OUTCOME></VARIABLE>
<VARIABLE TYPE="decision"><NAME>Umbrella</NAME><OUTCOME>take</OUTCOME><OUTCOME>leave</OUTCOME>
</VARIABLE><VARIABLE TYPE="utility"><NAME>Satisfaction</NAME></VARIABLE>
<VARIABLE TYPE="nature"><NAME>Wet</NAME><OUTCOME>no</OUTCOME><OUTCOME>yes</OUTCOME></VARIABLE>
<DEFINITION><FOR>Weather</FOR><TABLE>0.7 0.3</TABLE></DEFINITION>
<DEFINITION><FOR>Forecast</FOR><GIVEN>Weather</GIVEN>
<TABLE> <!-- by row --> 0.7 0.2 0.1  0.15 0.25 0.6</TABLE></DEFINITION>
<DEFINITION><FOR>Umbrella</FOR><GIVEN>Forecast</GIVEN></DEFINITION>
<DEFINITION><FOR>Satisfaction</FOR><GIVEN>Weather</GIVEN><GIVEN>Umbrella</GIVEN>
<TABLE>20 100 70 0</TABLE></DEFINITION>
<DEFINITION><FOR>Wet</FOR><GIVEN>Weather</GIVEN><GIVEN>Umbrella</GIVEN>
<TABLE>1 0 1 0 1 0 0 1</TABLE></DEFINITION></NETWORK></BIF>""",
}
SUFFIXES = {name.rpartition(".")[2]: text for name, text in UMBRELLA.items()}


@pytest.mark.parametrize("name", UMBRELLA)
@pytest.mark.parametrize("renamed", [False, True])
def test_the_umbrella_in_every_format(name, renamed, tmp_path):
    file = tmp_path / ("umbrella" if renamed else name)
    file.write_text(UMBRELLA[name])
    s = cid.read(file)
    d = s.diagram
    assert (d.decisions, d.utilities) == (("Umbrella",), ("Satisfaction",))
    assert set(d.edges) == {
        ("Weather", "Forecast"),
        ("Forecast", "Umbrella"),
        ("Weather", "Satisfaction"),
        ("Umbrella", "Satisfaction"),
        ("Weather", "Wet"),
        ("Umbrella", "Wet"),
    }
    solution = s.solve()  # .7 * (.7 + .2) * 100 + .3 * .6 * 70 + .7 * .1 * 20
    assert solution.value == pytest.approx(63 + 12.6 + 1.4)
    rule = solution.policy["Umbrella"]
    assert [rule[(f,)] for f in ("sunny", "cloudy", "rainy")] == ["leave", "leave", "take"]
    wet = cid.probability(s, {"Wet": "yes"}, policy=solution.policy)
    assert wet == pytest.approx(0.3 * 0.4)


def test_tables_of_bif_in_all_their_forms(tmp_path):
    file = tmp_path / "n.bif"
    file.write_text(
        """// by hand
network "a net" { property author me; }
variable A { type discrete [ 2 ] { <5, >=5 }; property "of interest"; }
variable B { type discrete[3] { x/y, 5-12, 12+ }; }
variable C { type discrete [2] { t, f }; }
variable E { type discrete [2] { t, f }; }
probability ( A ) { table 0.25, 0.75; }
probability ( B | A ) { (<5) 0.5, 0.25, 0.25; default 0.125 0.125 0.75; }
probability ( C | A, E ) { table 0.1, 0.2, 0.3, 0.4, 0.9, 0.8, 0.7, 0.6; }
probability ( "E" ) { table .5 .5; }
"""
    )
    s = cid.read(file)
    assert s.domains["A"] == ("<5", ">=5")
    assert s.cpd("B") == pytest.approx(np.array([[0.5, 0.25, 0.25], [0.125, 0.125, 0.75]]))
    assert s.cpd("C", ["A", "E"])[..., 0] == pytest.approx(np.array([[0.1, 0.2], [0.3, 0.4]]))


def test_a_file_without_numbers_is_a_diagram(tmp_path):
    file = tmp_path / "d.net"
    file.write_text(
        'net {} node A {states = ("a" "b");} decision D {states=("x" "y");} utility U {}'
        "potential (A) {} potential (D | A) {} potential (U | A D) {}"
    )
    assert cid.read(file) == cid.CID.parse("A -> D -> U; A -> U", "D", "U")


# ---- graphs --------------------------------------------------------------------------------------

LABELS = [name for name in HOSTILE if not name.endswith("\\") and '\\"' not in name]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        diagrams(decisions=(1, 3)),
        diagrams(decisions=(2, 3), agents=(2, 3)),
        st.permutations(LABELS).flatmap(
            lambda names: diagrams(nodes=(2, 9), decisions=(1, 3), agents=(1, 2), names=names)
        ),
    )
)
def test_what_is_written_for_graphviz_and_dagitty_is_read(tmp_path, d):
    for suffix in ("dot", "gv", "dagitty"):
        back = cid.read(cid.write(d, tmp_path / f"d.{suffix}"))
        assert back == d
        assert back.edges == d.edges


def test_graphs_of_other_programs(tmp_path):
    file = tmp_path / "g.dot"
    file.write_text('strict digraph { graph [bb="0,0,1,1"]; node [shape=box]; a -> b [color=red] }')
    assert cid.read(file) == cid.CID([("a", "b")])
    file.write_text('digraph { d [shape=box,label="to act"]; u [shape=diamond]; a -> d -> u }')
    assert cid.read(file) == cid.CID.parse('a -> "to act" -> u', ["to act"], "u")
    file.write_text('digraph { d [label=""]; u [label=""]; d -> u }')
    assert cid.read(file).nodes == ("d", "u")


# ---- by name and content -------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("cut", [0.2, 0.5, 0.9])
def test_truncated_files_are_refused_by_name(suffix, cut, tmp_path):
    file = tmp_path / f"u.{suffix}"
    text = SUFFIXES[suffix]
    file.write_text(text[: int(len(text) * cut)])
    with pytest.raises(cid.CIDError, match=rf"u\.{suffix}"):
        cid.read(file)


WRONG = {
    "empty": ("x.bif", "", "at least one node"),
    "not xml": ("x.xdsl", "<smile", "is no XML"),
    "entities": ("x.xdsl", '<!DOCTYPE a [<!ENTITY b "c">]><smile/>', "defines entities"),
    "no nodes": ("x.xdsl", "<smile/>", "no <nodes>"),
    "node type": ("x.xdsl", "<smile><nodes><noisymax id='A'/></nodes></smile>", "'A'.*'noisymax'"),
    "no network": ("x.xmlbif", "<BIF/>", "no <NETWORK>"),
    "short table": (
        "x.xdsl",
        '<smile><nodes><cpt id="A"><state id="a"/><state id="b"/><probabilities>1'
        "</probabilities></cpt></nodes></smile>",
        "table of 'A' has 1 numbers.*ask for 2",
    ),
    "no number": (
        "x.net",
        'net {} node A {states=("a" "b");} potential (A) {data=(x 1);}',
        "'x', which is no number",
    ),
    "expression": (
        "x.net",
        'net {} node A {states=("a" "b");} potential (A) {data=f(1) + 2;}',
        "no number",
    ),
    "model": (
        "x.net",
        'net {} node A {states=("a" "b");} potential (A) {model_data=(f(1));}',
        "is an expression",
    ),
    "continuous": ("x.net", "net {} continuous node A { }", "'continuous' is not read"),
    "unknown": ("x.net", "net {} potential (A) {}", "no node 'A'"),
    "unknown parent": ("x.dne", "bnet b { node A {states=(a,b); parents=(Z);}; };", "parent 'Z'"),
    "states in many digits": (
        "x.dne",
        "bnet b { node A { numstates = 1000000000; }; };",
        "'A' has '1000000000' states",
    ),
    "endless states": ("x.dne", "bnet b { node A { numstates = 1e999; }; };", "'1e999' states"),
    "kind": ("x.dne", "bnet b { node A { kind = \x1b[2J; }; };", r"'A' is of the kind '\\x1b"),
    "no states": ("x.dne", "bnet b { node A {kind=NATURE;}; };", "no states"),
    "no row": (
        "x.bif",
        "network n {} variable A {type discrete [2] {a, b};} variable B {type discrete [2] "
        "{a, b};} probability (A) {table 0.5, 0.5;} probability (B | A) {(a) 0.5, 0.5;}",
        r"'B' has no row for \('b',\)",
    ),
    "no head": ("x.bif", "network n {} probability () {}", "no variable"),
    "deep": ("x.dne", "bnet b { node A { probs = " + "(" * 300, "nested too deeply"),
    "not 1": (
        "x.bif",
        "network n {} variable A {type discrete [2] {a, b};} probability (A) {table 0.5, 0.4;}",
        "sums to 0.9",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_with_a_file(case, tmp_path):
    name, text, match = WRONG[case]
    file = tmp_path / name
    file.write_text(text)
    with pytest.raises(cid.CIDError, match=match):
        cid.read(file)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(SUFFIXES)), st.randoms(use_true_random=False))
def test_changed_files_raise_our_errors_only(tmp_path, suffix, rng):
    text = list(SUFFIXES[suffix])
    for _ in range(rng.randint(1, 4)):
        spot = rng.randrange(len(text))
        text[spot] = rng.choice([*'(){}[]<>;,=|"%/# \n09.e-aA\\', "", "nan", "1e999", "\x00", "é"])
    file = tmp_path / f"u.{suffix}"
    file.write_text("".join(text), encoding="utf-8")
    with contextlib.suppress(cid.CIDError):
        cid.read(file)


def test_other_encodings(tmp_path):
    file = tmp_path / "u.xdsl"
    text = '<?xml version="1.0" encoding="ISO-8859-1"?>'
    text += '<smile><nodes><decision id="é"/></nodes></smile>'
    file.write_bytes(text.encode("latin-1"))
    assert cid.read(file).nodes == ("é",)
    file.write_bytes(text.replace("ISO-8859-1", "no-such").encode("utf-8"))
    assert cid.read(file).nodes == ("é",)


@pytest.mark.parametrize("name", UMBRELLA)
def test_the_command_line_reads_them(name, tmp_path, capsys):
    file = tmp_path / name
    file.write_text(UMBRELLA[name])
    assert main(["analyze", str(file)]) == 0
    assert "Umbrella" in capsys.readouterr().out


@pytest.mark.parametrize(
    "name", ["d.svg", "d.png", "d.xdsl", "d.bif", "d.net", "d.pdf", "d.doc", "d.tex", "d.xml"]
)
def test_a_suffix_of_another_format_is_refused(name, tmp_path):
    d = cid.CID.parse("D -> U", "D", "U")
    with pytest.raises(cid.FormatError, match=rf"{name}(?=.*\.cid)(?=.*\.json)"):
        cid.write(d, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_model_is_not_written_as_a_graph(tmp_path):
    s = cid.random_scim(cid.CID.parse("D -> U", "D", "U"), 2, seed=1)
    for name in ("d.dot", "d.dagitty", "d"):
        with pytest.raises(cid.CIDError, match="diagram"):
            cid.write(s, tmp_path / name)


def test_a_new_format_is_one_file(tmp_path, monkeypatch):
    folder = tmp_path / "more"
    folder.mkdir()
    (folder / "toy_format.py").write_text(
        '''
"""Edges, one a line: two names and a blank between them."""

from cid.diagram import CID
from cid.io.format import FileFormat


def _read(text):
    return CID([line.split() for line in text.splitlines()[1:]])


def _write(d):
    return "\\n".join(["TOY", *(" ".join(edge) for edge in d.edges)])


FORMAT = FileFormat("toy", (".toy",), "TOY", _read, _write)
'''
    )
    d = cid.CID([("A", "B"), ("B", "C")])
    with pytest.raises(cid.FormatError):
        cid.write(d, tmp_path / "d.toy")
    monkeypatch.setattr(formats, "__path__", [*formats.__path__, str(folder)])
    try:
        assert "toy" in [form.name for form in all_formats()]
        file = cid.write(d, tmp_path / "d.toy")
        assert cid.read(file) == d
        assert cid.read(file.rename(tmp_path / "d.cid")) == d
    finally:
        sys.modules.pop("cid.io.formats.toy_format", None)


def test_no_format_takes_the_texts_of_another():
    texts = {**SUFFIXES, "bif": "network a {\n}", "dot": "digraph {\n}", "dagitty": "dag {\n}"}
    texts |= {"cid": "A -> B", "json": '{"a": 1}'}
    for suffix, text in texts.items():
        for other in ("x", f"x.{suffix}", "x.cid", "x.txt", *["x.xml"] * (suffix != "cid")):
            assert f".{suffix}" in format_of(Path(other), text).suffixes


def test_reading_a_diagram_needs_no_numbers(tmp_path):
    d = cid.CID.parse("D -> U", "D", "U")
    names = [cid.write(d, tmp_path / f"d.{s}").name for s in ("cid", "json", "dot", "dagitty")]
    (tmp_path / "d.net").write_text(
        "net {} decision D {states=(a b);} utility U {}potential (U | D) {}"
    )
    code = f"""
import sys
sys.modules.update(dict.fromkeys(("numpy", "sympy", "pandas", "matplotlib")))
import cid
for name in {[*names, "d.net"]}:
    d = cid.read(name)
    assert d == cid.CID([("D", "U")], ["D"], ["U"]), name
cid.write(d, "out.cid")
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


FOREIGN = {
    "table.csv": "A,B\n1,2\n",
    "code.R": "x <- 3\ny <- x\n",
    "code.py": "A\n",
    "page.md": "A\n\nB\n",
    "d.uai": "BAYES\n3\n",
    "d.dsl": "net a {\n}",
    "d.gml": "graph [\n node [ id 0 ] ]",
    "d.yaml": "A\n",
    "d.xml": "A -> B",
}


@pytest.mark.parametrize("name", FOREIGN)
def test_a_file_of_another_tool_is_not_read_as_a_diagram(name, tmp_path):
    file = tmp_path / name
    file.write_text(FOREIGN[name])
    with pytest.raises(cid.FormatError, match=rf"{name}: No format is called.*\.bif.*called \.cid"):
        cid.read(file)


@pytest.mark.parametrize("suffix", [*SUFFIXES, "cid", "dagitty", "dot", "json"])
@pytest.mark.parametrize("change", ["bom", "crlf", "cr", "blank lines"])
def test_marks_and_line_ends_of_other_systems(suffix, change, tmp_path):
    d = cid.CID.parse("S -> D -> U; S -> U", "D", "U")
    plain, file = tmp_path / f"a.{suffix}", tmp_path / f"b.{suffix}"
    if suffix in SUFFIXES:
        plain.write_text(SUFFIXES[suffix])
    else:
        cid.write(d, plain)
    data = plain.read_bytes()
    file.write_bytes(
        {
            "bom": b"\xef\xbb\xbf" + data,
            "crlf": data.replace(b"\n", b"\r\n"),
            "cr": data.replace(b"\n", b"\r"),
            "blank lines": (b"" if suffix.startswith("x") else b"\n\n") + data + b"\n\n",
        }[change]
    )
    assert cid.read(file) == cid.read(plain)
    assert cid.read(file.rename(tmp_path / "b")) == cid.read(plain)


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_packed_files_are_named(pack, tmp_path):
    file = tmp_path / "u.bif"
    file.write_bytes(pack(b"network a {}"))
    with pytest.raises(cid.FormatError, match=r"u\.bif is packed with .*Unpack"):
        cid.read(file)


def test_the_values_of_influence_diagrams_are_those_of_pyagrum(tmp_path):
    """One decision that sees all it needs, so that pyAgrum's inference is exact."""
    solved = 0
    for seed in range(30):
        d = cid.random_diagram(6, seed=seed)
        s = cid.random_scim(d, 2, seed=seed)
        if not d.utilities or not cid.is_soluble(d):
            continue
        diagram = cid.to_pyagrum(s)
        try:
            inference = gum.ShaferShenoyLIMIDInference(diagram)
            inference.makeInference()
        except gum.GumException:  # it does not know diagrams with parts that do not hang together
            continue
        theirs = inference.MEU()["mean"]
        for suffix in ("bifxml", "xmlbif"):
            file = tmp_path / f"{seed}.{suffix}"
            gum.saveID(diagram, str(file))
            assert float(cid.read(file).solve().value) == pytest.approx(theirs, abs=1e-5)
            solved += 1
    assert solved > 10


def test_tables_that_a_few_words_stand_for_are_counted_before_they_are_filled(tmp_path):
    names = [f"n{k}" for k in range(60)]
    bif, net = tmp_path / "x.bif", tmp_path / "x.net"
    bif.write_text(
        "network a {}"
        + "".join(f"variable {v} {{ type discrete [2] {{ a, b }}; }}" for v in names)
        + "".join(f"probability ({v}) {{ table 0.5, 0.5; }}" for v in names[1:])
        + f"probability (n0 | {', '.join(names[1:])}) {{ default 0.5, 0.5; }}"
    )
    net.write_text(
        "net {}"
        + "".join(f'node {v} {{ states = ("a" "b"); }}' for v in names)
        + "potential (n1) { data = (0.5 0.5); }"
        + f"potential (n0 | {' '.join(names[1:])}) {{ }}"
    )
    for file in (bif, net):
        with pytest.raises(cid.FormatError, match=r"'n0' has 1,152,\S+ numbers.*4,194,304"):
            cid.read(file)
