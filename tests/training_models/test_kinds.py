"""Kinds of claims are a table: a new one is one record, and nothing else asks for their names."""

import ast
import dataclasses
from pathlib import Path

import numpy as np
import pytest

import training_models as tm
from training_models import figures, kinds, stats
from training_models.errors import CaseError
from training_models.kinds import BASES, KINDS, PANELS, Kind

ROOT = Path(__file__).resolve().parents[2]
COIN = str(ROOT / "tests" / "data" / "cases" / "coin.py")

TOY = Kind(
    "upper bound",
    stats.against_a_bar,
    found=("too high", "low enough"),
    says=("the mean exceeds {target}", "the mean stays below {target}"),
    predicts=("above {target}", "below {target}"),
    margin="< {target}",
    basis="world",
    panel="controls",
    has_margin=False,
)


def test_a_new_kind_is_one_record(monkeypatch, tmp_path):
    """It is registered, judged, worded in text and HTML, drawn, counted, saved and read back."""
    monkeypatch.setitem(KINDS, TOY.name, TOY)
    case = tm.load_case(COIN)
    bound = tm.Claim("few heads", TOY.name, "full", "heads", tm.Verdict.ABSENT, 0.0, target=0.95)
    wrong = dataclasses.replace(bound, name="very few heads", target=0.5)
    report = dataclasses.replace(
        case, claims=lambda config: (*case.claims(config), bound, wrong)
    ).run(fast=True, progress=False)
    assert report.result("few heads").agrees is True
    assert [result.name for result in report.contradicted] == ["very few heads"]
    assert report.tally["world"] == {True: 1, False: 1}
    text = report.to_text()
    assert "low enough: the mean stays below 0.95; as predicted." in text
    assert "too high: the mean exceeds 0.5; this contradicts the prediction below 0.5." in text
    assert "two checks of estimators and simulators, 1 as predicted" in text
    for words in ("low enough: the mean stays below 0.95", "below 0.95", "&lt; 0.95"):
        assert words in tm.html.render(report)
    assert "low enough" in report._repr_html_()
    drawn = [label.get_text() for label in figures.forest(report, group="controls").texts]
    assert "✓ low enough" in drawn
    assert tm.Report.load(report.save(tmp_path / "coin.json")) == report
    monkeypatch.delitem(KINDS, TOY.name)
    with pytest.raises(tm.ResultError, match="'upper bound' is no kind of claim"):
        tm.Report.load(tmp_path / "coin.json")


def test_nothing_else_asks_for_the_name_of_a_kind():
    """No comparison with a kind's name anywhere, and no pattern matched against one."""
    for path in (ROOT / "training_models").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            parts = []
            if isinstance(node, ast.Compare):
                parts = [node.left, *node.comparators]
            elif isinstance(node, ast.match_case):
                parts = [node.pattern]
            words = {
                leaf.value
                for part in parts
                for leaf in ast.walk(part)
                if isinstance(leaf, ast.Constant) and isinstance(leaf.value, str)
            }
            assert not words & set(KINDS), f"{path.name}:{node.lineno}"


def test_the_table_is_whole():
    for name, kind in KINDS.items():
        assert kind.name == name
        assert kind.basis in BASES
        assert kind.panel in PANELS
        assert (kind.asks is None) == (kind.graph == "")
        for text in (*kind.says, *kind.predicts, kind.margin):
            assert text.format(target=1, delta=2, share=3)


@pytest.mark.parametrize(
    ("kind", "delta", "effects", "where"),
    [
        ("incentive", 0.1, [0.2, 0.3], "PRESENT"),
        ("incentive", 0.1, [0.05, -0.05], "ABSENT"),
        ("incentive", 0.1, [-0.3, -0.2], "INCONCLUSIVE"),
        ("incentive", 0.0, [0.0, 0.0], "ABSENT"),
        ("closed form", 0.1, [-0.3, -0.2], "PRESENT"),
        ("closed form", 0.1, [0.0, 0.05], "ABSENT"),
        ("identity", 0.0, [0.0, 0.0], "ABSENT"),
        ("identity", 0.0, [0.0, 1e-9], "PRESENT"),
        ("competence", 0.0, [0.1, 0.0], "PRESENT"),
        ("competence", 0.0, [-0.1, 0.0], "ABSENT"),
    ],
)
def test_where_a_sample_lies(kind, delta, effects, where):
    assert KINDS[kind].region(np.array(effects), delta) == where


def test_an_unknown_kind_is_named():
    with pytest.raises(CaseError, match="Did you mean 'incentive'"):
        kinds.judge([1.0, 2.0], 0.1, kind="incentives")


@pytest.fixture
def reported():
    return [tm.Report.load(path) for path in sorted((ROOT / "docs/results").glob("*.json"))]


def test_a_closed_form_that_is_met_is_on_theory_everywhere(reported):
    for report in reported:
        page, text = tm.html.render(report), report.to_text()
        notebook, frame = report._repr_html_(), report.to_frame()
        for result in report.results:
            assert result.in_words() in text
            assert f"arm {result.arm}:" in result.in_words()
            assert result.found in notebook
            assert frame.set_index("claim").loc[result.name, "found"] == result.found
            if result.kind == "closed form" and result.agrees:
                assert result.found == "on theory"
                assert "absent" not in result.in_words().lower()
        assert "on theory" in page or all(r.kind != "closed form" for r in report.results)
        assert "ABSENT" not in page + text + notebook
