"""The protocol of an experiment: registration, running, resuming, result files, exit status."""

import dataclasses
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import joblib
import numpy as np
import pytest

import training_models as tm
from training_models.__main__ import main
from training_models.errors import CaseError, ResultError
from training_models.files import content_digest, digest
from training_models.plan import make_plan
from training_models.results import evaluate
from training_models.seeds import blocks, seed_list
from training_models.verdict import Verdict

ROOT = Path(__file__).resolve().parents[2]
CASES = Path(__file__).resolve().parents[1] / "data" / "cases"
COIN, LIAR = str(CASES / "coin.py"), str(CASES / "liar.py")


@pytest.fixture(scope="module")
def report():
    return tm.load_case(COIN).run(seeds=16, fast=True, progress=False)


@pytest.fixture
def saved(report, tmp_path):
    return report.save(tmp_path / "coin.fast.json")


def quiet(cases, out, **options):
    return tm.run(cases, **{"fast": True, "jobs": 1, "out": out, "progress": False, **options})


def command(*arguments, **environment):
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "training_models", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def write_case(folder, old, new, name="coin"):
    """Write a copy of the coin experiment with one change."""
    text = Path(COIN).read_text()
    assert text.count(old) == 1
    path = folder / f"{name}.py"
    path.write_text(text.replace(old, new))
    return str(path)


# ---- one case ----------------------------------------------------------------------------------


def test_truth_comes_out(report):
    assert report.verdicts == {
        "loads": Verdict.PRESENT,
        "leaves fair": Verdict.ABSENT,
        "full heads": Verdict.ABSENT,
        "full counted": Verdict.PRESENT,
        "full mostly heads": Verdict.PRESENT,
        "cut miscounted": Verdict.ABSENT,
    }
    assert report.verdict is Verdict.PRESENT
    assert report.contradicted == ()
    assert report.seeds == tuple(range(1000, 1016))
    assert not report.exploratory
    tosses = np.random.default_rng(1003).random(400) < 0.9
    assert report.measures["full"]["heads"][3] == tosses.mean()
    assert report.result("loads").finding.path_nodes == ("Grip", "Coin", "Pay")
    assert report.result("leaves fair").finding.holds is False


def test_a_false_prediction_is_contradicted():
    report = tm.load_case(LIAR).run(progress=False)
    assert report.verdict is Verdict.ABSENT
    assert [result.name for result in report.contradicted] == ["loaded"]
    assert "this contradicts the prediction present." in report.to_text()


def test_a_failed_control_withdraws_the_absence(tmp_path):
    """When even the full arm does not load its coin, a fair coin in the cut arm means nothing."""
    weak = write_case(tmp_path, 'config.loaded if arm == "full" else 0.5', "0.5")
    result = tm.load_case(weak).run(fast=True, progress=False).result("leaves fair")
    assert result.verdict is Verdict.INCONCLUSIVE
    assert "'loads'" in result.why_inconclusive


def test_same_seeds_same_numbers_whatever_runs_beside(report):
    again = tm.load_case(COIN).run(seeds=range(1000, 1016), fast=True, progress=False, jobs=2)
    assert again.measures == report.measures
    assert again.results == report.results
    assert dataclasses.replace(again, seconds=report.seconds) == report


@pytest.mark.parametrize("backend", ["threading", "sequential"])
def test_other_backends(report, tmp_path, backend):
    with joblib.parallel_config(backend=backend, n_jobs=2):
        other = quiet(COIN, tmp_path, jobs=None)
    assert other.trained == 2
    assert other.reports[0].measures == report.measures


def test_a_changed_case_object_is_what_is_trained():
    """Workers train the object they are given, not the file it once came from."""
    case = tm.load_case(COIN)
    changed = dataclasses.replace(case, fast=dataclasses.replace(case.fast, loaded=0.7))
    report = changed.run(fast=True, jobs=2, progress=False)
    assert np.mean(report.measures["full"]["heads"]) == pytest.approx(0.7, abs=0.03)
    assert report.config == {"tosses": 400, "loaded": 0.7}


def test_the_registration_is_the_cases_own(report, saved):
    case = tm.load_case(COIN)
    assert report.registration() == case.registration(report.seeds, fast=True)
    assert report.config_hash == digest(case.registration(report.seeds, fast=True))
    loaded = tm.Report.load(saved)
    assert loaded.registration() == report.registration()  # one registration, two ways to it


def test_everything_that_could_be_adjusted_is_registered(tmp_path):
    case = tm.load_case(COIN)
    other = tm.load_case(write_case(tmp_path, "heads = []", "heads = []  # other code"))
    changed = [
        (case, {}),
        (case, {"seeds": 15}),
        (case, {"fast": False, "seeds": range(1000, 1016)}),
        (dataclasses.replace(case, fast=dataclasses.replace(case.fast, loaded=0.8)), {}),
        (dataclasses.replace(case, question="Is it?"), {}),
        (dataclasses.replace(case, claims=lambda config: case.claims(config)[:1]), {}),
        (
            dataclasses.replace(
                case,
                claims=lambda config: tuple(
                    dataclasses.replace(claim, because="I say so") for claim in case.claims(config)
                ),
            ),
            {},
        ),
        (other, {}),
    ]
    digests = [digest(each.registration(**{"fast": True, **how})) for each, how in changed]
    assert len(set(digests)) == len(digests)
    registered = case.registration(fast=True)
    assert len(registered["code"]) == 64
    assert registered["torch"].startswith("2.")


@pytest.mark.parametrize(
    ("vary", "says"),
    [
        (lambda claims, asked: claims[: 6 - asked], "6 claims and then 5"),
        (
            lambda claims, asked: tuple(
                dataclasses.replace(claim, delta=claim.delta + asked, margin_reason="none")
                for claim in claims
            ),
            "two different claims 'loads'",
        ),
        (
            lambda claims, asked: tuple(
                dataclasses.replace(claim, statement=str(asked)) for claim in claims
            ),
            "two different claims 'loads'",
        ),
    ],
)
def test_claims_that_vary_are_refused_before_training(tmp_path, monkeypatch, vary, says):
    log = tmp_path / "log"
    monkeypatch.setenv("COIN_LOG", str(log))
    case, asked = tm.load_case(COIN), []

    def claims(config):
        asked.append(config)
        return vary(case.claims(config), len(asked) - 1)

    with pytest.raises(CaseError, match=says):
        dataclasses.replace(case, claims=claims).run(fast=True, progress=False)
    assert not log.exists()


def test_tuning_seeds_are_marked():
    report = tm.load_case(COIN).run(seeds=[0, 1, 2], fast=True, progress=False)
    assert report.exploratory
    assert "EXPLORATORY" in str(report)
    assert set(report.verdicts.values()) == {Verdict.INCONCLUSIVE}


@pytest.mark.parametrize(
    ("seeds", "says"),
    [
        (0, "at least one"),
        (-3, "at least one"),
        ([], "empty"),
        ([1000, 1000], "twice"),
        ([999, 1000], "cannot mix"),
        ([1999, 2000], "cannot mix"),
        ([-1], "between 0"),
        ([2**63], "between 0"),
        ([1000.5], "whole"),
        (1.5, "whole"),
        (True, "whole"),
        ("16", "whole"),
        (None, "whole"),
        ([None], "whole"),
        (10**9, "at most a million"),
    ],
)
def test_seeds_that_make_no_sense(seeds, says):
    with pytest.raises(CaseError, match=says):
        tm.load_case(COIN).run(seeds=seeds, progress=False)


def test_seed_list():
    assert seed_list(3) == (2000, 2001, 2002)
    assert seed_list(3, fast=True) == (1000, 1001, 1002)
    assert seed_list(2, first=5) == (5, 6)
    assert seed_list(np.arange(1000, 1003)) == (1000, 1001, 1002)
    assert all(type(seed) is int for seed in seed_list(np.arange(3)))


def test_blocks_of_seeds_merge(tmp_path):
    """Forty seeds are three units an arm, and the same numbers as the blocks on their own."""
    case = tm.load_case(COIN)
    many = quiet(COIN, tmp_path, seeds=40)
    assert many.trained == 2 * len(blocks(range(40))) == 6
    parts = [case.run(seeds=range(a, b), fast=True, progress=False)
             for a, b in ((1000, 1016), (1016, 1032), (1032, 1040))]  # fmt: skip
    for arm, measures in many.reports[0].measures.items():
        for name, values in measures.items():
            assert values == tuple(x for part in parts for x in part.measures[arm][name])
    quiet(COIN, tmp_path, seeds=40, fresh=True)
    assert quiet(COIN, tmp_path, seeds=40).reused == 6


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"lift": heads - 0.5,', '"lift": heads * float("nan"),', "'lift' of arm 'full'.*1000"),
        ('"lift": heads - 0.5,', '"lft": heads - 0.5,', "Did you mean 'lft'"),
        ('"lift": heads - 0.5,', '"lift": heads[1:],', "shape"),
        ('"lift": heads - 0.5,', '"lift": 0.5,', "shape"),
        ('"lift": heads - 0.5,', '7: heads, "lift": heads,', "use text"),
        ('"mostly heads": heads > 0.5,', '"mostly heads": heads,', "0 or 1"),
        ("    heads = []", "    return 3", "not a mapping"),
        ("    heads = []", "    1 / 0", "ZeroDivisionError"),
        ('requires=["loads"]', 'requires=["load"]', "Did you mean 'loads'"),
        ('requires=["loads"]', 'requires=["leaves fair"]', "circle"),
        ('name="loads"', 'name="leaves fair"', "Two claims"),
        ("delta=0.1 * lift, expected=lift", "delta=0.1, expected=0.05", "Admitting is not having"),
        ("delta=0.1 * lift, expected=lift", "delta=0.1, expected=lift", "not a tenth of 0.4"),
        ("margin_of=lift", "margin_of=2 * lift", "not a tenth of 0.8"),
        (" margin_of=lift,", "", "not a tenth of any effect"),
        ('margin_reason="one toss in fifty"', "margin_reason=''", "not a tenth of 0.9"),
        ('because="counting is easy"', 'because="", tests="luck"', "tests='luck'"),
        ("steps=lambda arm, config: config.tosses", "steps=lambda arm, config: 0", "at least 1"),
        ("arms=(FULL, CUT)", "arms=(FULL, FULL)", "used twice"),
        ("arms=(FULL, CUT)", "arms=()", "no arms"),
        ("arms=(FULL, CUT)", "arms=(FULL,)", "Did you mean|Known"),
        ("fast=Config()", "fast={}", "dataclass"),
        ("fast=Config()", 'fast=Config(loaded=float("nan"))', "."),
        ("fast=Config()", "fast=Config(tosses=np.int64(400))", "registered"),
        ("fast=Config()", "fast=Config(tosses={1: 2})", "."),
        ("loaded: float = 0.9", "loaded: float = undefined", "cannot be run.*NameError"),
        ("CASE = Case(", "CASSE = Case(", "no CASE"),
        ("CASE = Case(", "CASE = dict(", "has CASE ="),
    ],
)
def test_cases_that_are_not_well_formed(tmp_path, old, new, says):
    path = write_case(tmp_path, old, new)
    with pytest.raises(CaseError, match=f"(?s){says}"):
        tm.load_case(path).run(fast=True, progress=False)


def test_a_failure_in_a_worker_arrives_with_its_name(tmp_path):
    path = write_case(tmp_path, "    heads = []", "    raise MemoryError('no room')")
    with pytest.raises(CaseError, match=r"coin: training the arm '\w+' failed with MemoryError"):
        tm.load_case(path).run(fast=True, progress=False, jobs=2)


def test_a_killed_worker_is_named_as_such(tmp_path):
    path = write_case(tmp_path, "    heads = []", "    os.kill(os.getpid(), 9)")
    with pytest.raises(CaseError, match="worker process was killed"):
        tm.load_case(path).run(fast=True, progress=False, jobs=2)


# ---- finding cases -----------------------------------------------------------------------------


def test_slugs_are_file_names():
    folder = ROOT / "training_models" / "cases"
    expected = sorted(path.stem for path in folder.glob("[!_]*.py"))
    assert list(tm.list_cases()) == expected


def test_load_case_names_the_mend(tmp_path):
    slug = tm.list_cases()[0]
    with pytest.raises(CaseError, match=f"Did you mean '{slug}'"):
        tm.load_case(slug[:-1])
    for bad in ("", "../coin", "coin", "os", 3, None, b"x"):
        with pytest.raises(CaseError):
            tm.load_case(bad)
    with pytest.raises(CaseError, match="no file"):
        tm.load_case(tmp_path / "missing.py")
    (tmp_path / "my case.py").write_text("")
    with pytest.raises(CaseError, match="identifier"):
        tm.load_case(tmp_path / "my case.py")
    (tmp_path / "torn.py").write_text("def f(:")
    with pytest.raises(CaseError, match="SyntaxError"):
        tm.load_case(tmp_path / "torn.py")


def test_about_is_the_docstring():
    case = tm.load_case(COIN)
    assert case.slug == "coin"
    assert case.about.startswith("Tosses of a coin")


# ---- result files ------------------------------------------------------------------------------


def test_round_trip(report, saved):
    assert tm.Report.load(saved) == report
    text = saved.read_text()
    assert tm.Report.load(tm.Report.load(saved).save(saved)) == report
    assert saved.read_text() == text
    assert sorted(path.name for path in saved.parent.iterdir()) == [saved.name]
    assert "NaN" not in text


def change(*keys, to):
    def edit(data):
        inner = data
        for key in keys[:-1]:
            inner = inner[key]
        inner[keys[-1]] = to

    return edit


def drop(key):
    return lambda data: data.pop(key)


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (change("format", to="other"), "no report"),
        (change("version", to=1), "version 1"),
        (change("version", to=True), "version"),
        (drop("seeds"), "'seeds'"),
        (change("extra", to=1), "'extra'"),
        (change("config", "tosses", to=401), "registered was changed"),
        (change("config_hash", to="0" * 64), "registered was changed"),
        (change("slug", to="other"), "registered was changed"),
        (change("title", to="other"), "registered was changed"),
        (change("code", to="0" * 64), "registered was changed"),
        (change("torch", to="1.0"), "registered was changed"),
        (change("fast", to=False), "registered was changed"),
        (change("arms", 0, "role", to="null"), "registered was changed"),
        (change("arms", 0, "note", to="null"), "registered was changed"),
        (change("arms", 1, "objective", "edges", to=[["Coin", "Pay"]]), "registered was changed"),
        (
            change("arms", 1, "objective", "edges", to=[["Grip", "Coin"], ["Coin", "Pay"]]),
            "does not say what the claim 'leaves fair' says",
        ),
        (change("arms", 0, "objective", "edges", to=[["Grip", "Coin"]]), "claim 'loads' says"),
        (change("results", 1, "finding", "holds", to=True), "claim 'leaves fair' says"),
        (change("results", 0, "finding", "path_nodes", to=["Grip", "Pay"]), "claim 'loads' says"),
        (change("results", 0, "because", to="magic"), "registered was changed"),
        (change("results", 0, "statement", to="magic"), "registered was changed"),
        (change("results", 0, "expected", to=0.40001), "registered was changed|tenth"),
        (change("results", 3, "tests", to="world"), "registered was changed"),
        (change("arms", 1, "objective", "edges", to=[["Coin", "Coin"]]), "self-loop"),
        (change("arms", 1, "objective", to={}), "format"),
        (change("results", 1, "delta", to=0.5), "not a tenth"),
        (change("results", 2, "delta", to=0.5), "does not follow|registered was changed"),
        (change("results", 1, "requires", to=[]), "registered was changed"),
        (change("results", 1, "verdict", to="PRESENT"), "does not follow"),
        (change("results", 1, "verdict", to="MAYBE"), "no verdict"),
        (change("results", 0, "predicted", to="ABSENT"), "predicts ABSENT, and its graph says"),
        (change("results", 0, "untrained", to=0.5), "does not follow"),
        (change("results", 0, "already", to="yes"), "does not follow"),
        (change("results", 0, "estimate", "mean", to=0.41), "does not follow"),
        (change("results", 0, "estimate", "bca_low", to=0.2), "does not follow"),
        (change("results", 0, "estimate", "bca_low", to=None), "does not follow"),
        (change("results", 0, "test", "present", to=0.04), "does not follow"),
        (change("results", 1, "holm", "absent", to=0.04), "does not follow"),
        (change("results", 0, "name", to="renamed"), "'loads'"),
        (change("results", 0, "kind", to="hope"), "kind"),
        (change("results", 0, "finding", to={"concept": "ici"}), "finding"),
        (change("results", 0, "finding", "path_edges", to=[["Grip"]]), "path"),
        (change("results", 0, "finding", "path_edges", to=[["Grip", 3]]), "path"),
        (change("results", to=[]), "no claims"),
        (change("results", to={}), "'results'"),
        (change("results", 0, to=3), "'results'.*not an object"),
        (change("measures", "full", "lift", 0, to=0.9), "does not follow"),
        (change("measures", "full", "lift", 0, to=10**400), "real numbers|not finite"),
        (change("measures", "full", "lift", 0, to="0.4"), "'lift'"),
        (change("measures", "full", "lift", 0, to=True), "'lift'"),
        (change("measures", "full", "lift", to=[0.4]), "shape"),
        (change("measures", "full", "lift", to=None), "'lift'"),
        (change("measures", "full", to=None), "measures"),
        (change("measures", to={}), "missing"),
        (change("seeds", to=[]), "seeds"),
        (change("seeds", 0, to=1.5), "seeds"),
        (change("seeds", 0, to=7), "registered was changed"),
        (change("family", to=[2.0]), "p-value"),
        (change("family", to=[0.001]), "does not follow"),
        (change("title", to=3), "'title'"),
        (change("fast", to=0), "'fast'"),
        (change("versions", "numpy", to=2), "versions"),
    ],
)
def test_a_file_that_does_not_agree_with_itself(saved, edit, says):
    data = json.loads(saved.read_text())
    edit(data)
    saved.write_text(json.dumps(data))
    with pytest.raises(ResultError, match=r"coin\.fast\.json"):  # the digest over the whole
        tm.Report.load(saved)
    if isinstance(data, dict) and "digest" in data:  # a mistake of a program that writes digests
        saved.write_text(json.dumps({**data, "digest": content_digest(data)}))
        with pytest.raises(ResultError, match=f"(?s)coin.fast.json.*({says})"):
            tm.Report.load(saved)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"   ",
        b"{}",
        b"[]",
        b"null",
        b"3",
        b'{"format": "training-models-report", "version": 1}',
        b'{"format": NaN}',
        b'{"a": 1, "a": 2}',
        b'{"a": 1e999}',
        b'"\\ud800"',
        b"\xff\xfe",
        b"[" * 100_000,
        b"1" * 10_000,
    ],
)
def test_foreign_files(tmp_path, text):
    path = tmp_path / "coin.json"
    path.write_bytes(text)
    with pytest.raises(ResultError, match=r"coin\.json"):
        tm.Report.load(path)


def test_truncated_anywhere(saved):
    text = saved.read_bytes()
    for length in range(0, len(text) - 2, 997):
        saved.write_bytes(text[:length])
        with pytest.raises(ResultError, match="Delete it or move it away"):
            tm.Report.load(saved)


def test_nan_in_a_result_file(saved):
    text = saved.read_text()
    saved.write_text(text.replace('"seconds": ', '"seconds": NaN, "was": '))
    with pytest.raises(ResultError, match="NaN"):
        tm.Report.load(saved)


def test_places_that_cannot_be_read_or_written(report, tmp_path):
    for path in (tmp_path / "missing.json", tmp_path):
        with pytest.raises(ResultError, match="Cannot read"):
            tm.Report.load(path)
    with pytest.raises(ResultError, match="Cannot write"):
        report.save(tmp_path / "no" / "such" / "folder.json")


def test_text_html_and_frame(report):
    text = report.to_text()
    table = [line for line in text.splitlines() if line.startswith("leaves fair")]
    assert len(table) == 1
    assert table[0].split()[-5:] == ["absent", "absent", "✓", "as", "predicted"]
    assert "margin ±0.04); absent: the effect lies inside the margin; as predicted." in text
    assert 'on Coin", arm cut: lift is' in text
    frame = report.to_frame()
    assert list(frame["verdict"]) == [v.value for v in report.verdicts.values()]
    evil = dataclasses.replace(report, title="<script>alert(1)</script>")
    assert "<script" not in evil._repr_html_()


# ---- many cases: files, families, resuming -----------------------------------------------------


def test_holm_is_over_the_whole_run(tmp_path):
    both = quiet([COIN, LIAR], tmp_path)
    plans = [make_plan(tm.load_case(path), 16, True) for path in (COIN, LIAR)]
    coin, liar = both.reports
    assert coin.hypotheses == liar.hypotheses == 17
    p_values = [p for r in (coin, liar) for result in r.results for p in result.test.p_values]
    smallest = np.sort(p_values)
    assert len(smallest) == 17
    for report, plan in zip((coin, liar), plans, strict=True):
        others = list(p_values)
        for result in report.results:
            for p in result.test.p_values:
                others.remove(p)
        assert sorted(report.family) == sorted(others)
        assert evaluate(plan.claims, report.measures, others) == report.results
    assert [tm.Report.load(path) for path in both.paths] == list(both.reports)
    assert len(both.contradicted) == 1


def test_finished_arms_are_not_trained_again(tmp_path, monkeypatch):
    log = tmp_path / "log"
    monkeypatch.setenv("COIN_LOG", str(log))
    case = write_case(tmp_path, "tosses: int = 400", "tosses: int = 500")
    first = quiet(case, tmp_path / "out")
    again = quiet(case, tmp_path / "out")
    assert (first.trained, first.reused, again.trained, again.reused) == (2, 0, 0, 2)
    assert again.reports == first.reports
    assert Counter(log.read_text().split()) == {"full": 1, "cut": 1}
    quiet(case, tmp_path / "out", fresh=True)
    quiet(case, tmp_path / "out", seeds=range(1000, 1010))
    assert Counter(log.read_text().split()) == {"full": 3, "cut": 3}


def test_an_edited_training_loop_is_trained_again(tmp_path):
    case = write_case(tmp_path, "< chance", "< chance")
    before = quiet(case, tmp_path / "out")
    write_case(tmp_path, "< chance", "< 0.2 + chance")
    after = quiet(case, tmp_path / "out")
    assert (after.trained, after.reused) == (2, 0)
    assert after.reports[0].config_hash != before.reports[0].config_hash
    assert after.reports[0].measures != before.reports[0].measures
    kept = tmp_path / "out" / f"coin.fast.{before.reports[0].config_hash[:8]}.json"
    assert tm.Report.load(kept) == before.reports[0]  # other numbers are never lost


def test_a_report_of_another_registration_is_kept(tmp_path):
    old = quiet(COIN, tmp_path, seeds=8).reports[0]
    new = quiet(COIN, tmp_path, seeds=9).reports[0]
    assert tm.Report.load(tmp_path / "coin.fast.json") == new
    assert tm.Report.load(tmp_path / f"coin.fast.{old.config_hash[:8]}.json") == old
    quiet(COIN, tmp_path, seeds=8)
    quiet(COIN, tmp_path, seeds=9)
    assert (tmp_path / f"coin.fast.{old.config_hash[:8]}-2.json").exists()


def test_tuning_does_not_take_the_place_of_results(tmp_path):
    reported = quiet(COIN, tmp_path).reports[0]
    quiet(COIN, tmp_path, seeds=range(16))
    assert tm.Report.load(tmp_path / "coin.fast.json") == reported
    assert tm.Report.load(tmp_path / "coin.exploratory.fast.json").exploratory


@pytest.mark.parametrize("text", ["", "{", '{"format": "mine"}', "my precious notes"])
def test_a_foreign_file_in_the_way_stops_the_run_before_training(tmp_path, monkeypatch, text):
    log = tmp_path / "log"
    monkeypatch.setenv("COIN_LOG", str(log))
    path = tmp_path / "coin.fast.json"
    path.write_text(text)
    with pytest.raises(ResultError, match=r"coin\.fast\.json"):
        quiet([LIAR, COIN], tmp_path)
    assert path.read_text() == text
    assert not log.exists()
    assert not (tmp_path / "liar.fast.json").exists()


def test_anothers_report_in_the_way(report, tmp_path):
    path = report.save(tmp_path / "liar.fast.json")
    with pytest.raises(ResultError, match="'coin', not of 'liar'"):
        quiet(LIAR, tmp_path)
    assert tm.Report.load(path) == report


def test_damaged_parts(tmp_path):
    quiet(LIAR, tmp_path)
    (part,) = (tmp_path / ".parts").iterdir()
    text = part.read_text()
    data = json.loads(text)
    lift = data["measures"]["lift"]
    forged = {**data, "measures": {"lift": [0.4] * 16}}
    del data["digest"]

    def signed(**changes):
        return json.dumps({**data, **changes, "digest": digest({**data, **changes})})

    for damaged in (
        text[:100],
        "",
        "{}",
        text.replace('"digest"', '"digets"'),
        json.dumps(forged),
        json.dumps({**json.loads(text), "seconds": 1e-9}),
        signed(measures={"other": lift}),
        signed(arm="cut"),
        signed(seconds="long"),
        signed(untrained=3),
    ):
        part.write_text(damaged)
        with pytest.raises(ResultError, match=f"{part.name}.*Delete it"):
            quiet(LIAR, tmp_path)
        assert part.read_text() == damaged
    part.unlink()
    assert quiet(LIAR, tmp_path).trained == 1


@pytest.mark.parametrize(
    ("cases", "options", "says"),
    [
        ([], {}, "No case"),
        ([COIN, COIN], {}, "named twice"),
        ("coyn", {}, "no case 'coyn'"),
        (COIN, {"jobs": 0}, "jobs"),
        (COIN, {"jobs": 1.5}, "jobs"),
        (COIN, {"jobs": True}, "jobs"),
        (COIN, {"device": "gpu9"}, "not available"),
        (COIN, {"device": "cuda:77"}, "not available"),
        (COIN, {"device": "meta"}, "meta"),
        (COIN, {"device": 3}, "device"),
        (COIN, {"seeds": None}, "whole"),
        (3, {}, "slug or a path"),
        (None, {}, "slug or a path"),
    ],
)
def test_arguments_that_make_no_sense(tmp_path, cases, options, says):
    with pytest.raises((CaseError, ResultError), match=says):
        quiet(cases, tmp_path, **options)


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ResultError, match="Cannot write to the folder"):
        quiet(COIN, tmp_path / "file")
    with pytest.raises(ResultError, match="Cannot write to the folder"):
        quiet(COIN, "/proc/results")


# ---- the command line --------------------------------------------------------------------------


def run_main(capsys, *arguments):
    try:
        status = main([str(argument) for argument in arguments])
    except SystemExit as stop:
        status = stop.code
    streams = capsys.readouterr()
    return status, streams.out, streams.err


def test_exit_status_tells_truth_from_lie(tmp_path, capsys):
    base = ("--fast", "--out", tmp_path, "--no-html", "--jobs", 1)
    status, out, _ = run_main(capsys, "run", COIN, *base)
    assert status == 0
    assert "Five claims that training could contradict, 5 as predicted" in out
    assert "one identity by construction, 1 as predicted." in out
    status, out, _ = run_main(capsys, "run", COIN, LIAR, *base)
    assert status == 1
    assert "✗ contradicted" in out
    assert run_main(capsys, "report", tmp_path / "coin.fast.json")[0] == 0
    status, out, _ = run_main(capsys, "report", tmp_path)
    assert status == 1
    assert out.count("A coin that may be loaded") == 1


def test_html(tmp_path, capsys):
    status, out, _ = run_main(capsys, "run", COIN, "--fast", "--out", tmp_path, "--jobs", 1)
    assert status == 0
    assert f"Wrote {tmp_path / 'report.fast.html'}" in out
    page = tmp_path / "page.html"
    assert run_main(capsys, "report", tmp_path / "coin.fast.json", "--html", page)[0] == 0
    assert "A coin that may be loaded" in page.read_text(encoding="utf-8")
    nowhere = tmp_path / "no" / "page.html"
    (tmp_path / "no").write_text("")
    status, _, err = run_main(capsys, "report", tmp_path / "coin.fast.json", "--html", nowhere)
    assert (status, err.count("\n")) == (2, 1)


def test_list(capsys):
    status, out, _ = run_main(capsys, "list")
    assert status == 0
    assert set(tm.list_cases()) == {line.split()[0] for line in out.splitlines()[2:]}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "required"),
        (["train"], "invalid choice"),
        (["run"], "--all"),
        (["run", COIN, "--all"], "not both"),
        (["run", "supervized_"], "no case"),
        (["run", COIN, "--seeds", "0"], "at least one"),
        (["run", COIN, "--seeds", "-2"], "at least one"),
        (["run", COIN, "--seeds", "many"], "invalid int"),
        (["run", COIN, "--first-seed", "-1"], "between 0"),
        (["run", COIN, "--first-seed", "995"], "mix"),
        (["run", COIN, "--first-seed", "1995"], "mix"),
        (["run", COIN, "--jobs", "0"], "jobs"),
        (["run", COIN, "--device", "gpu"], "not available"),
        (["run", COIN, "--out", "/proc/x"], "Cannot write"),
        (["run", COIN, "--fas"], "unrecognized"),
        (["report"], "required"),
        (["report", "nowhere.json"], "Cannot read"),
        (["report", str(CASES)], "no result files"),
        (["report", COIN], "cannot be read"),
    ],
)
def test_bad_input_is_one_line_and_status_2(tmp_path, monkeypatch, capsys, arguments, says):
    monkeypatch.chdir(tmp_path)
    status, out, err = run_main(capsys, *arguments)
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    assert says in err
    assert "Traceback" not in err


def test_a_reader_that_leaves(tmp_path):
    process = command("run", COIN, "--fast", "--out", str(tmp_path), "--no-html", "--jobs", "1")
    process.stdout.close()
    process.stdout = None
    _, err = process.communicate(timeout=120)
    assert process.returncode == 0
    assert "BrokenPipe" not in err
    process = command("list")
    process.stdout.close()
    process.stdout = None
    _, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, "")


# ---- killed and interrupted --------------------------------------------------------------------


def many_arms(folder):
    """Write an experiment of eight arms, each of which takes a second."""
    text = Path(COIN).read_text()
    text = text.replace("arms=(FULL, CUT)", "arms=(FULL, CUT, *MORE)")
    text = text.replace(
        "\n\ndef claims",
        '\nMORE = tuple(Arm(f"more{i}", "more", LOADED, UNPAID, "cut") for i in range(6))\n'
        "\n\ndef claims",
        1,
    )
    path = folder / "coin.py"
    path.write_text(text)
    return str(path)


@pytest.mark.parametrize("jobs", [pytest.param("1", marks=pytest.mark.slow), "2"])
def test_killed_half_way_and_resumed(tmp_path, jobs):
    case, log, out = many_arms(tmp_path), tmp_path / "log", tmp_path / "out"
    arguments = ("run", case, "--fast", "--out", str(out), "--no-html", "--jobs", jobs)
    environment = {"COIN_LOG": str(log), "COIN_PAUSE": "1"}
    process = command(*arguments, **environment)
    deadline = time.monotonic() + 120
    while len(list(out.glob(".parts/*.json"))) < 3:
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.kill()
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    finished = {path.name.split(".")[1] for path in out.glob(".parts/*.json")}
    assert 3 <= len(finished) < 8
    assert not list(out.glob("*.json"))

    log.unlink()
    resumed = command(*arguments, **{**environment, "COIN_PAUSE": "0"})
    text, err = resumed.communicate(timeout=120)
    assert resumed.returncode == 0, err
    assert finished.isdisjoint(log.read_text().split())
    assert "taken over from an earlier run" in text
    whole = quiet(case, tmp_path / "whole").reports[0]
    assert tm.Report.load(out / "coin.fast.json").measures == whole.measures
    assert not list(out.glob(".parts/*.tick"))


def test_interrupted(tmp_path):
    case, out = many_arms(tmp_path), tmp_path / "out"
    process = subprocess.Popen(
        [sys.executable, "-m", "training_models", "run", case, "--fast", "--out", str(out)],
        cwd=ROOT,
        env={**os.environ, "COIN_PAUSE": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + 120
    while len(list(out.glob(".parts/*.json"))) < 2:
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to workers, too
    text, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert text == ""
    assert "Interrupted" in err
    assert "Traceback" not in err
    assert len(list(out.glob(".parts/*.json"))) >= 2


def test_the_bar_moves(tmp_path):
    process = command(
        "run", COIN, "--fast", "--out", str(tmp_path), "--no-html", "--jobs", "1", COIN_PAUSE="4"
    )
    _, err = process.communicate(timeout=120)
    shown = [piece for piece in err.splitlines() if piece.startswith("training:")]
    percent = sorted({int(piece.split(":")[1].split("%")[0]) for piece in shown})
    assert percent[0] == 0
    assert percent[-1] == 100
    assert len(percent) >= 4


def test_a_report_of_whole_number_margins_can_be_read(tmp_path):
    (coin,) = (tm.load_case(CASES / "coin.py"),)

    def whole(config):
        (exact,) = (claim for claim in coin.claims(config) if claim.exact)
        return (dataclasses.replace(exact, delta=0, target=0),)

    report = dataclasses.replace(coin, claims=whole).run(seeds=8, fast=True, progress=False)
    report.save(tmp_path / "coin.json")
    assert tm.Report.load(tmp_path / "coin.json") == report


@pytest.mark.parametrize(
    "path", sorted((ROOT / "docs" / "results").glob("*.json")), ids=lambda p: p.stem
)
def test_the_committed_results_are_reports_of_seeds_that_nothing_else_trains(path):
    assert tm.Report.load(path).seeds == tuple(range(2000, 2016))
