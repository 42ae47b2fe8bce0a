"""One record per criterion, and everything loops over the records."""

import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

import cid
from cid.criteria.analysis import ask, criterion

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "cid" / "criteria"
HELPERS = {"__init__", "analysis", "scope"}

TOY = '''
"""Sight: does the decision see the node?"""

from cid.criterion import Construction, Criterion, Definition, Holding, Measure
from cid.evidence import DirectedPath, KindOf
from cid.finding import Finding


def asked(survey):
    return [i for i in range(len(survey.d.nodes)) if survey.d.numbered.kinds[i] == 0]


def holding(survey):
    return Holding([i for i in asked(survey) if i in survey.graph.parents[survey.root]])


def admit(survey, node):
    d, decision = survey.d, survey.decision
    holds = node in d.parents(decision)
    why = f"{node} has no link into {decision}"
    reason = (
        DirectedPath(nodes=(node, decision))
        if holds
        else KindOf(node=node, kind=d.kind(node), why=why)
    )
    return Finding("sight", decision, node, holds, d, (reason,), CRITERION)


def recheck(d, finding):
    return (finding.node, finding.decision) in d.edges


CRITERION = Criterion(
    key="sight", name="sight", label="sight", preposition="of", theorem="D sees X iff X -> D",
    reference="this test", scope="every diagram", silent="Seeing is not using.",
    asked=asked, holding=holding, admit=admit, recheck=recheck,
)


def told_apart(s, decision, node):
    return len(s.domains[node]) - 1 if node in s.diagram.parents(decision) else 0


def make(d, finding):
    import cid

    return cid.random_scim(d, seed=0)


MEASURE = Measure(CRITERION, told_apart)
CONSTRUCTION = Construction(CRITERION, make, lambda s, d, x: told_apart(s, d, x) > 0)
DEFINITION = Definition(
    CRITERION,
    lambda kind, below: kind == "chance",
    lambda t, decision, node: lambda ask: node in t.d.parents(decision),
)
'''

USE = """
import sys
import cid.criteria
cid.criteria.__path__.append(sys.argv[1])
import cid
from cid.__main__ import main
from cid.criteria.analysis import ask

d = cid.CID.parse("S -> D -> X -> U; S -> U", decisions="D", utilities="U")
assert list(cid.CONCEPTS)[5:] == ["lcdt_ici", "deception", "introduced_variation", "sight"]
findings = cid.analyze(d)
(seen,) = findings.where(concept="sight", holds=True)
assert (seen.decision, seen.node, len(findings.where(concept="sight"))) == ("D", "S", 2)
assert str(seen) == "D admits sight of S: the directed path S → D."
assert seen.explain().endswith("Seeing is not using.") and seen.reference == "this test"
assert seen.verify() and not seen.verify(d.without_edges([("S", "D")]))
assert all(finding.verify() for finding in findings)
assert findings.table()[1][-1] == ("D", "sight", "S")
assert not ask(d, "sight", "D", "X")
assert not cid.catalog.Prediction("sight", "D", False, node="X", source="here").answer
model = cid.witness(seen)
assert [(row.node, row.degree, row.admits) for row in cid.degrees(model).where("sight")] == [
    ("S", 1, True), ("X", 0, False)
]
assert cid.incentive_conditions(model, "sight", "D", "S").condition == True
assert cid.incentive_conditions(model, "sight", "D", "X").condition == False
assert main(["draw", sys.argv[2], "-o", sys.argv[3], "--highlight", "sight:D:S"]) == 0
"""


def test_every_file_holds_one_criterion():
    stems = {path.stem for path in FOLDER.glob("*.py")} - HELPERS
    assert len(stems) == len(cid.CONCEPTS)
    for each in cid.CONCEPTS.values():
        assert each.asked.__module__ == each.holding.__module__ == each.admit.__module__
        assert each.admit.__module__ == each.recheck.__module__
        assert all((each.name, each.label, each.theorem, each.reference, each.scope, each.silent))
        assert pickle.loads(pickle.dumps(each)) == each
        assert criterion(each.key) is each


def test_a_new_criterion_is_one_file(tmp_path):
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "sight.py").write_text(TOY, encoding="utf-8")
    d = cid.CID.parse("S -> D -> X -> U; S -> U", decisions="D", utilities="U")
    cid.write(d, tmp_path / "d.cid")
    done = subprocess.run(
        [sys.executable, "-c", USE, tmp_path / "more", tmp_path / "d.cid", tmp_path / "d.svg"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_lcdt_is_analysed_when_it_is_asked_for():
    d = cid.catalog.load("lcdt_human").diagram
    found = cid.analyze(d, concepts="lcdt_ici")
    assert [f.node for f in found.where(decision="D", holds=True)] == cid.lcdt_ici_list(d, "D")
    assert all(f.verify() for f in found)
    assert "instrumental control incentive under LCDT" in found.to_text()
    assert ask(d, "lcdt_ici", "D", "E") == cid.admits_lcdt_ici(d, "D", "E")


def test_deception_is_analysed_about_all_that_the_target_could_be_wrong_about():
    d = cid.catalog.load("deception").diagram
    found = cid.analyze(d, concepts="deception")
    assert {(f.decision, f.node): f.holds for f in found} == {
        ("DS", "DT"): True,
        ("DT", "DS"): bool(cid.admits_deception(d, "DT", "DS", ["Z"])),
    }
    (positive,) = found.where(decision="DS", holds=True)
    assert set(positive.proposition) == set(d.nodes) - {"DT", *d.utilities, *d.descendants("DT")}
    assert all(f.verify() for f in found)
    several = cid.CID.parse(
        "D -> T -> U; E -> U; decisions[a]: D, E; decisions[b]: T; utilities[a]: U; utilities[b]:"
    )
    assert [(o.decision, o.node) for o in cid.analyze(several, "D", "deception").out_of_scope] == [
        ("D", None)
    ]
    assert [(o.decision, o.node) for o in cid.analyze(several, "T", "deception").out_of_scope] == [
        ("T", "D"),
        ("T", "E"),
    ]


def test_introduced_variation_is_analysed_where_there_is_a_predictor():
    d = cid.catalog.load("introduced_bias").diagram
    found = cid.analyze(d, concepts=["introduced_variation"])
    assert {f.node for f in found} == set(d.nodes) - {"D", "U", "Y"}
    for finding in found:
        assert finding == cid.admits_introduced_variation(d, finding.node)
        assert finding.verify()
    acting = cid.CID.parse("D -> X -> U", "D", "U")
    (outside,) = cid.analyze(acting, concepts="introduced_variation").out_of_scope
    assert "Supervised learning scores the prediction" in outside.reason


def test_a_criterion_that_is_none_is_named():
    for wrong in ("icy", "", None, 3, ["ici"]):
        with pytest.raises(cid.CIDTypeError, match="Unknown concept"):
            criterion(wrong)
