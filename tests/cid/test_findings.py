"""Findings as values, as a sequence, and as tables; what they say in words."""

import copy
import html.parser
import pickle
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import diagrams, hostile_diagrams

import cid
from cid.evidence import ActiveTrail, ClosedSet, DirectedPath, KindOf, RemovedLink, Separation
from cid.findings import escape_latex

ANY = st.one_of(diagrams(), diagrams(decisions=(2, 3), agents=(1, 2)), hostile_diagrams())
D = cid.CID.parse("S -> D -> X -> U; S -> U; Coin -> D", decisions="D", utilities="U")
TWO = cid.CID.parse("S1 -> D1 -> S2 -> D2 -> U; S2 -> U; S1 -> V; D1 -> V", "D1 D2", "U V")
GAME = cid.CID.parse("D -> H -> U; H -> V", {"a": "D", "h": "H"}, {"a": "U", "h": "V"})
PAIR = cid.catalog.load("self_fulfilling_stopgrad")


# ---- one finding -------------------------------------------------------------------------------


def test_a_finding_is_a_value():
    finding = cid.admits_ici(D, "D", "X")
    again = cid.admits_ici(cid.CID.parse(D.to_text()), "D", "X")
    assert finding == again
    assert hash(finding) == hash(again)
    assert finding != cid.admits_ici(D, "D", "U")
    assert pickle.loads(pickle.dumps(finding)) == finding
    assert copy.deepcopy(finding) == finding
    with pytest.raises(AttributeError):
        finding.holds = False
    assert isinstance(finding.holds, bool)
    assert (bool(finding), bool(cid.admits_ici(D, "D", "S"))) == (True, False)


@pytest.mark.parametrize(
    ("finding", "kinds", "sentence"),
    [
        (
            cid.admits_ici(D, "D", "X"),
            [DirectedPath],
            "D admits an instrumental control incentive on X: the directed path D → X → U.",
        ),
        (
            cid.admits_ici(D, "D", "Coin"),
            [ClosedSet],
            "D does not admit an instrumental control incentive on Coin: there is no directed "
            "path from D to Coin.",
        ),
        (
            cid.admits_voi(D, "D", "S"),
            [ActiveTrail],
            "D admits positive value of information for S: the trail S → U, active given "
            "{D, Coin}.",
        ),
        (
            cid.admits_voi(D, "D", "Coin"),
            [Separation],
            "D does not admit positive value of information for Coin: Coin is d-separated from U "
            "given {D, S}.",
        ),
        (
            cid.admits_voi(D, "D", "X"),
            [DirectedPath],
            "D does not admit positive value of information for X: the directed path D → X.",
        ),
        (
            cid.admits_voi(D, "D", "U"),
            [KindOf],
            "D does not admit positive value of information for U: U is a utility, not an "
            "observation.",
        ),
        (
            cid.admits_ri(D, "D", "S"),
            [DirectedPath, ActiveTrail, RemovedLink],
            "D admits a response incentive on S: the directed path S → D; the trail S → U, active "
            "given {D, Coin}; the link Coin → D is nonrequisite, as Coin is d-separated from U "
            "given {D, S}.",
        ),
        (
            cid.admits_ri(D, "D", "Coin"),
            [ClosedSet, RemovedLink],
            "D does not admit a response incentive on Coin: there is no directed path from Coin "
            "to D once nonrequisite links are removed; the link Coin → D is nonrequisite, as Coin "
            "is d-separated from U given {D, S}.",
        ),
        (
            cid.admits_voc(D, "Coin"),
            [ClosedSet, RemovedLink],
            "D does not admit positive value of control for Coin: there is no directed path from "
            "Coin to U once nonrequisite links are removed; the link Coin → D is nonrequisite, as "
            "Coin is d-separated from U given {D, S}.",
        ),
        (
            cid.admits_voc(D, "U"),
            [DirectedPath, RemovedLink],
            "D admits positive value of control for U: the path that consists of U alone; the "
            "link Coin → D is nonrequisite, as Coin is d-separated from U given {D, S}.",
        ),
        (
            cid.admits_impact(D, "D", "X"),
            [DirectedPath, DirectedPath],
            "D admits an impact incentive on X: the directed path D → X; the directed path "
            "D → X → U.",
        ),
        (
            cid.admits_impact(GAME, "D", "H"),
            [KindOf],
            "D does not admit an impact incentive on H: H is a decision node, and the concept is "
            "defined for chance nodes; under a fixed rule it would be one, as in d.fix('H').",
        ),
        (
            cid.admits_ici(D, "D", "D"),
            [DirectedPath],
            "D admits an instrumental control incentive on D: the directed path D → X → U.",
        ),
        (
            cid.admits_impact(D, "D", "U"),
            [KindOf],
            "D does not admit an impact incentive on U: U is a utility node, and the concept is "
            "defined for chance nodes.",
        ),
    ],
    ids=lambda value: value.concept + "-" + value.node if isinstance(value, cid.Finding) else None,
)
def test_sentences(finding, kinds, sentence):
    assert [type(e) for e in finding.evidence] == kinds
    assert str(finding) == sentence
    assert finding.verify()


@settings(max_examples=150)
@given(ANY)
def test_every_explanation_names_theorem_scope_and_what_it_leaves_open(d):
    for finding in cid.analyze(d):
        text = finding.explain()
        assert text.startswith(str(finding))
        for part in (finding.theorem, finding.reference, finding.scope, *finding.notes):
            assert part in text
        # what a positive verdict means is said of proven ones only
        assert (finding.about.silent in text) == finding.proven
        assert str(finding).startswith(f"{finding.decision} ")
        assert finding.proven or ("meets the necessary condition for" in text and finding)
        verb = "does not admit" if not finding else "admits" if finding.proven else "meets"
        assert f"{finding.decision} {verb} " in text
        assert "from {}" not in text  # a separation from nothing would convince nobody


def test_what_is_downstream_cannot_be_seen_first():
    assert (
        "X is downstream of D and cannot be observed before it."
        in cid.admits_voi(D, "D", "X").explain()
    )
    assert cid.admits_impact(GAME.fix("H"), "D", "H")  # what the explanation says to ask works


def test_a_finding_about_another_diagram_does_not_verify():
    other = cid.CID.parse("A -> B", "A", "B")
    assert not cid.admits_ici(D, "D", "X").verify(other)
    assert not cid.admits_ici(D, "D", "X").verify(D.fix("D"))
    assert not cid.admits_ici(D, "D", "Coin").verify(
        cid.CID.parse("D -> Coin -> U; S -> U; X", decisions="D", utilities="U")
    )
    bigger = D.with_edges([("X", "Y")], nodes=["Y"])
    assert cid.admits_ici(D, "D", "X").verify(bigger)


def test_evidence_that_is_not_so_does_not_verify():
    assert not DirectedPath(nodes=("S", "X")).holds_in(D)
    assert not DirectedPath(nodes=("S", "nobody")).holds_in(D)
    assert not ClosedSet(start="D", targets=("U",), closed=frozenset("DX")).holds_in(D)
    assert not ClosedSet(start="D", targets=("U",), closed=frozenset("DXU")).holds_in(D)
    assert not ClosedSet(start="D", targets=("U",), closed=frozenset("S")).holds_in(D)
    assert ClosedSet(start="D", targets=("S",), closed=frozenset("DXU")).holds_in(D)
    assert not Separation(node="S", others=("U",), given=("D",)).holds_in(D)
    assert not Separation(node="S", others=("nobody",), given=("D",)).holds_in(D)
    trail = ActiveTrail(nodes=("Coin", "D", "S", "U"), forward=(True, False, True), given=("D",))
    assert trail.holds_in(D)
    closed = ActiveTrail(nodes=trail.nodes, forward=trail.forward, given=())
    blocked = ActiveTrail(nodes=trail.nodes, forward=trail.forward, given=("D", "S"))
    turned = ActiveTrail(nodes=trail.nodes, forward=(False, False, True), given=("D",))
    ended = ActiveTrail(nodes=trail.nodes, forward=trail.forward, given=("D", "U"))
    assert not any(e.holds_in(D) for e in (closed, blocked, turned, ended))
    link = RemovedLink(link=("Coin", "D"), others=("U",), given=("D", "S"))
    assert link.holds_in(D)
    for change in ({"link": ("S", "D")}, {"link": ("X", "D")}, {"others": ()}, {"given": ("D",)}):
        assert not RemovedLink(**({**vars(link)} | change)).holds_in(D)
    assert not KindOf(node="S", kind="utility", why="").holds_in(D)


# ---- many --------------------------------------------------------------------------------------


@settings(max_examples=150)
@given(ANY)
def test_findings_are_a_sequence(d):
    findings = cid.analyze(d)
    listed = list(findings)
    assert len(findings) == len(listed)
    if listed:
        assert findings[0] == listed[0]
        assert findings[-1] == listed[-1]
        assert findings[1:4] == listed[1:4]
        assert findings[::-2] == listed[::-2]
        assert listed[0] in findings
        assert findings.index(listed[-1]) == len(listed) - 1
    for index in (len(listed), -len(listed) - 1):
        with pytest.raises(IndexError, match=f"{len(listed)} findings"):
            findings[index]
    rows = findings.to_dict()
    assert rows == [
        {
            "concept": f.concept,
            "decision": f.decision,
            "node": f.node,
            "holds": f.holds,
            "proven": f.proven,
        }
        for f in listed
    ]
    assert findings.to_frame().to_dict("records") == rows
    assert str(sum(f.holds for f in listed)) in repr(findings)


@settings(max_examples=100)
@given(ANY, st.randoms(use_true_random=False))
def test_where_keeps_what_matches(d, numbers):
    findings = cid.analyze(d)
    wanted = {
        "concept": numbers.choice([None, "ici", ("voi", "ri"), {"voc"}]),
        "decision": numbers.choice([None, *d.decisions, list(d.decisions)]),
        "node": numbers.choice([None, d.nodes[0], d.nodes[:2]]),
        "holds": numbers.choice([None, True, False]),
    }

    def matches(row, key):
        want = wanted[key]
        return want is None or (
            row[key] in want if isinstance(want, tuple | list | set) else row[key] == want
        )

    kept = findings.where(**wanted)
    assert kept.to_dict() == [r for r in findings.to_dict() if all(matches(r, k) for k in wanted)]
    assert list(kept) == [f for f in findings if all(matches(vars(f), k) for k in wanted)]
    assert kept.where(**wanted).to_dict() == kept.to_dict()


def test_what_is_asked_about():
    findings = cid.analyze(D)
    asked = {c: [f.node for f in findings.where(concept=c)] for c in cid.CONCEPTS}
    asked = {concept: nodes for concept, nodes in asked.items() if nodes}
    assert asked == {
        "voi": ["S", "Coin"],
        "ri": ["S", "X", "Coin"],
        "voc": ["S", "X", "U", "Coin"],
        "ici": ["S", "X", "U", "Coin"],
        "impact": ["S", "X", "Coin"],
    }
    assert len(cid.analyze(D, concepts=["ri", "ri"])) == 3
    assert len(cid.analyze(D, decisions=["D", "D"])) == len(findings)
    assert len(cid.analyze(D, decisions=[])) == 0
    assert len(cid.analyze(D.fix("D"))) == 0


def test_what_is_out_of_scope_is_said():
    findings = cid.analyze(TWO)
    outside = {(o.concept, o.decision) for o in findings.out_of_scope}
    assert outside == {(c, x) for c in ("ri", "voc", "impact") for x in ("D1", "D2")}
    text = findings.to_text()
    assert len(re.findall("outside the scope", text)) == 6
    assert findings.where(concept="voi").out_of_scope == ()
    assert len(findings.where(concept="ri", decision="D1").out_of_scope) == 1
    insoluble_with_link = cid.CID.parse("D1 -> D2 -> U; N -> U; D1 -> U", "D1 D2", "U")
    assert "(outside the scope: N)" in cid.analyze(insoluble_with_link).to_text()


def test_the_table_tells_proven_from_unproven():
    d = cid.CID.parse("D1 -> D2 -> U; D1 -> X -> U", "D1 D2", "U")
    findings = cid.analyze(d, concepts="ici", decisions="D1")
    assert findings.table()[1] == [
        ("D1", "instrumental control incentive", "U, X (necessary condition met: D2)")
    ]
    assert {r["node"]: r["proven"] for r in findings.to_dict()} == {
        "D2": False,
        "U": True,
        "X": True,
    }
    (alone,) = findings.where(node="D2").table()[1]
    assert alone[2] == "– (necessary condition met: D2)"


def test_impact_is_read_on_the_physical_graph():
    both = cid.analyze(PAIR.diagram, physical=PAIR.physical)
    apart = cid.analyze(PAIR.diagram)
    world = cid.analyze(PAIR.physical)
    for concept in cid.CONCEPTS:
        source = world if concept == "impact" else apart
        assert both.where(concept=concept).to_dict() == source.where(concept=concept).to_dict()
    assert both.where(concept="impact").to_dict() != apart.where(concept="impact").to_dict()
    assert all(f.verify() for f in both)
    (impact,) = both.where(concept="impact", holds=True)
    assert impact.diagram == PAIR.physical
    assert len(pickle.loads(pickle.dumps(both))) == len(both)
    with pytest.raises(cid.DiagramError, match="same nodes, kinds and owners; they differ in 'S'"):
        cid.analyze(PAIR.diagram, physical=PAIR.physical.relabel({"S": "T"}))
    with pytest.raises(cid.CIDTypeError, match=r"is a CID over the same nodes .* not 5"):
        cid.analyze(PAIR.diagram, physical=5)


# ---- tables ------------------------------------------------------------------------------------


class Cells(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.rows, self.tags = [], set()

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data):
        self.rows[-1][-1] += data


@settings(max_examples=100)
@given(hostile_diagrams())
def test_html_shows_every_name_and_nothing_else(d):
    findings = cid.analyze(d)
    cells = Cells()
    cells.feed(findings.to_html())
    header, rows = findings.table()
    assert [tuple(row) for row in cells.rows] == [header, *rows]
    assert cells.tags == {"table", "thead", "tbody", "tr", "th"} | ({"td"} if rows else set())
    assert findings._repr_html_() == findings.to_html()


PRINTED = [escape_latex(char) for char in "\\~^<>|[*"]
SPECIAL = re.compile(r"(?<!\\)[&%$#_{}~^\\]")


@settings(max_examples=100)
@given(hostile_diagrams())
def test_latex_leaves_nothing_to_interpret(d):
    findings = cid.analyze(d)
    lines = findings.to_latex().splitlines()
    assert lines[:2] == [r"\begin{tabular}{lll}", r"\toprule"]
    assert lines[-2:] == [r"\bottomrule", r"\end{tabular}"]
    body = lines[4:-2]
    assert len(body) == len(findings.table()[1])
    for line in body:
        assert line.endswith(r" \\")
        assert line[0] not in "[*"  # these would belong to the line end before
        cells = re.split(r"(?<!\\)&", line[:-3])
        assert len(cells) == 3
        for cell in cells:
            for word in PRINTED:
                cell = cell.replace(word, "")
            assert not SPECIAL.search(re.sub(r"\\[&%$#_{}]", "", cell)), cell


def test_escape_latex():
    assert escape_latex("a_b") == r"a\_b"
    assert escape_latex("\\{}") == r"\textbackslash{}\{\}"
    assert escape_latex("[0pt]*") == "{[}0pt]{*}"


def test_the_text_table_is_aligned():
    lines = cid.analyze(D).to_text().splitlines()
    column = lines[0].index("admitted on")
    assert all(line[column - 2 : column] == "  " and line[column] != " " for line in lines)
