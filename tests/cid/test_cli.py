"""``python -m cid``: what it prints, how it ends, and that it never shows a traceback."""

import html.parser
import json
import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from strategies import HOSTILE

import cid
from cid.__main__ import MAX_REASONS, main

ROOT = Path(__file__).resolve().parents[2]
TINY = ROOT / "tests" / "data" / "tiny.cid"

GAMES = "W -> D1 -> N -> D2 -> U; W -> U; decisions: D1 D2; utilities: U"


def run(capsys, *arguments):
    """Run a command in this process; return (exit status, stdout, stderr)."""
    try:
        status = main([str(a) for a in arguments])
    except SystemExit as stop:  # argparse
        status = stop.code
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def good(capsys, *arguments):
    status, out, err = run(capsys, *arguments)
    assert (status, err) == (0, ""), err
    return out


def bad(capsys, *arguments):
    status, out, err = run(capsys, *arguments)
    assert (status, out) == (2, "")
    assert err.startswith("python -m cid")
    assert err.count("\n") == 1
    assert "Traceback" not in err
    return err


def shell(command, **environment):
    return subprocess.run(
        command,
        shell=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


PYTHON = f'"{sys.executable}" -W error -m cid'


# ---- list --------------------------------------------------------------------------------------


def test_list(capsys):
    lines = good(capsys, "list").splitlines()
    assert [line.split()[0] for line in lines] == list(cid.catalog.names())
    for line in lines:
        assert line.endswith("  " + cid.catalog.load(line.split()[0]).title)


# ---- analyze -----------------------------------------------------------------------------------


def test_text(capsys):
    out = good(capsys, "analyze", TINY)
    assert out.startswith("tiny.cid\n\n")
    assert cid.analyze(cid.read(TINY)).to_text() in out
    assert "Theorem" not in out


def test_text_with_reasons(capsys):
    out = good(capsys, "analyze", TINY, "--explain")
    for finding in cid.analyze(cid.read(TINY)).where(holds=True):
        assert f"- {finding.explain()}\n" in out


def test_a_slug(capsys):
    out = good(capsys, "analyze", "grade_prediction")
    assert out.startswith("Grade prediction\n")
    assert cid.analyze(cid.catalog.load("grade_prediction").diagram).to_text() in out


def test_impact_of_a_pair_is_read_on_the_physical_graph(capsys):
    out = good(capsys, "analyze", "self_fulfilling_stopgrad")
    assert re.search(r"impact incentive +S\n", out)
    assert "physical graph" in out
    record = json.loads(good(capsys, "analyze", "self_fulfilling_stopgrad", "--format", "json"))
    entry = cid.catalog.load("self_fulfilling_stopgrad")
    assert cid.CID.from_dict(record["diagram"]) == entry.diagram
    assert cid.CID.from_dict(record["physical"]) == entry.physical
    assert {
        "concept": "impact",
        "decision": "A",
        "node": "S",
        "holds": True,
        "proven": True,
        "because": "A admits an impact incentive on S: the directed path A → S; the directed path "
        "A → R in the objective graph.",
        "reference": cid.CONCEPTS["impact"].reference,
    } in record["findings"]


@pytest.mark.parametrize("slug", cid.catalog.names())
def test_every_slug_in_every_format(capsys, slug):
    entry = cid.catalog.load(slug)
    findings = cid.analyze(entry.diagram, physical=entry.physical)
    assert findings.to_text() in good(capsys, "analyze", slug)
    record = json.loads(good(capsys, "analyze", slug, "--format", "json"))
    kept = [{key: row[key] for key in findings.to_dict()[0]} for row in record["findings"]]
    assert kept == findings.to_dict()
    assert all(row["because"].startswith(f"{row['decision']} ") for row in record["findings"])
    assert len(record["out_of_scope"]) == len(findings.out_of_scope)
    assert findings.to_html() in good(capsys, "analyze", slug, "--format", "html")
    assert good(capsys, "analyze", slug, "--format", "latex") == findings.to_latex() + "\n"


def test_one_decision_of_several(capsys):
    out = good(capsys, "analyze", "mdp_three_steps", "--decision", "A2")
    assert "A2" in out
    assert not re.search(r"^A1", out, re.MULTILINE)
    assert "Did you mean 'A1'?" in bad(capsys, "analyze", "mdp_three_steps", "--decision", "a1")
    assert "'S1' is a chance node" in bad(capsys, "analyze", "mdp_three_steps", "--decision", "S1")


def test_what_is_out_of_scope_is_said_and_is_no_failure(capsys, tmp_path):
    path = tmp_path / "insoluble.cid"
    path.write_text(GAMES)
    for form in ("text", "html", "latex", "json"):
        assert "scope" in good(capsys, "analyze", path, "--format", form)
    record = json.loads(good(capsys, "analyze", path, "--format", "json"))
    # With the link W -> D2 the diagram is soluble; nothing else is in scope.
    assert [(f["concept"], f["decision"], f["node"]) for f in record["findings"]] == [
        ("voi", "D2", "W")
    ]
    assert len(record["out_of_scope"]) == 11
    assert all(
        "rely on each other" in o["reason"] or "single" in o["reason"]
        for o in record["out_of_scope"]
    )


@pytest.fixture
def hostile(tmp_path):
    """A diagram of hostile names, in a file with a hostile name."""
    names = list(HOSTILE)
    d = cid.CID(pairwise(names), [names[0]], [names[-1]])
    return d, cid.write(d, tmp_path / "<b>&'\" 🤖.cid")


class Document(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.text, self.tags = [], []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)

    def handle_data(self, data):
        self.text.append(data)


def test_html_of_hostile_names(capsys, hostile):
    d, path = hostile
    out = good(capsys, "analyze", path, "--format", "html")
    document = Document()
    document.feed(out)
    text = "".join(document.text)
    assert "script" not in document.tags
    assert "b" not in document.tags
    assert path.name in text
    for name in d.nodes:
        assert name in text
    svg = out[out.index("<svg") : out.index("</svg>") + len("</svg>")]
    ElementTree.fromstring(svg)
    assert out.startswith("<!doctype html>")
    assert out.rstrip().endswith("</html>")


def test_json_and_latex_of_hostile_names(capsys, hostile):
    d, path = hostile
    record = json.loads(good(capsys, "analyze", path, "--format", "json"))
    assert cid.CID.from_dict(record["diagram"]) == d
    latex = good(capsys, "analyze", path, "--format", "latex")
    assert latex == cid.analyze(d).to_latex() + "\n"
    assert r"\$x\_1\textasciicircum{}2\$ \& 50\% \#\textasciitilde{}\{\}" in latex
    assert 'say "hi"' not in latex


def test_a_large_diagram_leaves_out_the_reasons(capsys, tmp_path):
    count = MAX_REASONS
    d = cid.CID([(f"n{i}", f"n{i + 1}") for i in range(count)], ["n5"], [f"n{count}"])
    path = cid.write(d, tmp_path / "chain.cid")
    assert "Left out: there are more than" in good(capsys, "analyze", path, "--explain")
    out = good(capsys, "analyze", path, "--format", "html")
    assert "Left out: there are more than" in out
    assert "<svg" not in out
    record = json.loads(good(capsys, "analyze", path, "--format", "json"))
    assert len(record["findings"]) > count
    assert "because" not in record["findings"][0]


# ---- draw --------------------------------------------------------------------------------------

STARTS = {
    ".svg": b"<svg",
    ".png": b"\x89PNG",
    ".pdf": b"%PDF",
    ".tex": b"\\documentclass",
    ".dot": b"digraph",
    ".mmd": b"flowchart",
}


@pytest.mark.parametrize("suffix", STARTS)
def test_draw(capsys, tmp_path, suffix):
    path = tmp_path / f"picture{suffix}"
    assert good(capsys, "draw", "content_recommendation", "-o", path) == f"{path}\n"
    data = path.read_bytes()
    assert data.lstrip().startswith(STARTS[suffix]) or STARTS[suffix] in data[:400]
    good(capsys, "draw", "content_recommendation", "-o", path, "--highlight", "ici:P:I")
    assert path.read_bytes() != data


@pytest.mark.parametrize("suffix", STARTS)
def test_draw_hostile_names(capsys, tmp_path, hostile, suffix):
    path = tmp_path / f"picture{suffix}"
    good(capsys, "draw", hostile[1], "-o", path)
    if suffix == ".svg":
        text = "".join(ElementTree.parse(path).getroot().itertext())
        for name in hostile[0].nodes:
            assert name in text


def test_draw_a_pair(capsys, tmp_path):
    path = tmp_path / "pair.svg"
    good(capsys, "draw", "self_fulfilling_stopgrad", "-o", path, "--highlight", "impact:A:S")
    assert "Physical edges only: A → S" in path.read_text(encoding="utf-8")


def test_draw_mistakes(capsys, tmp_path):
    out = tmp_path / "p.svg"
    assert "'.bmp'" in bad(capsys, "draw", TINY, "-o", tmp_path / "p.bmp")
    assert "cannot be written" in bad(capsys, "draw", TINY, "-o", tmp_path / "no" / "p.svg")
    assert "CONCEPT:DECISION:NODE" in bad(capsys, "draw", TINY, "-o", out, "--highlight", "ici:D")
    assert "Unknown concept 'icy'" in bad(capsys, "draw", TINY, "-o", out, "--highlight", "icy:D:U")
    assert "Did you mean 'U'?" in bad(capsys, "draw", TINY, "-o", out, "--highlight", "ici:D:u")
    assert "-o" in bad(capsys, "draw", TINY)
    assert not out.exists()


# ---- mistakes ----------------------------------------------------------------------------------


def test_mistakes_in_a_command(capsys):
    assert "COMMAND" in bad(capsys)
    assert "invalid choice: 'analyse'" in bad(capsys, "analyse", TINY)
    assert "FILE|SLUG" in bad(capsys, "analyze")
    assert "invalid choice: 'xml'" in bad(capsys, "analyze", TINY, "--format", "xml")
    assert "--help" in bad(capsys, "analyze", TINY, "--frobnicate")
    assert "Did you mean 'grade_prediction'?" in bad(capsys, "analyze", "grade_predicton")


def test_mistakes_in_a_file(capsys, tmp_path):
    path = tmp_path / "d.cid"
    assert f"no file '{path}'" in bad(capsys, "analyze", path)
    path.write_text("S -> D\nD -> U\n\nX Y -> U\n")
    assert f"{path}: line 4: 'X' and 'Y' stand side by side" in bad(capsys, "analyze", path)
    path.write_text("S -> D\nD -> S\n")
    assert f"{path}: The edges close a cycle: " in bad(capsys, "analyze", path)
    path.write_text("S -> D -> U\ndecisions: d\n")
    assert "decision 'd' is no node of the diagram. Did you mean 'D'?" in bad(
        capsys, "analyze", path
    )
    path.write_bytes(b"\x89PNG\r\n\x1a\n\xff")
    assert "not UTF-8" in bad(capsys, "analyze", path)
    path.write_text("")
    assert "at least one node" in bad(capsys, "analyze", path)
    broken = tmp_path / "d.json"
    broken.write_text(cid.read(TINY).to_json()[:-3])
    assert f"{broken}: This is not JSON" in bad(capsys, "analyze", broken)
    assert "Is a directory" in bad(capsys, "analyze", f"{tmp_path}{os.sep}")
    assert "NUL" in bad(capsys, "analyze", "a\0.cid")


def test_a_diagram_without_decisions_has_nothing_to_analyse(capsys, tmp_path):
    path = tmp_path / "d.cid"
    path.write_text("A -> B")
    for form in ("text", "json", "html", "latex"):
        good(capsys, "analyze", path, "--format", form)


# ---- as a process ------------------------------------------------------------------------------


def test_help():
    done = shell(f"{PYTHON} --help")
    assert done.returncode == 0
    for command in ("list", "analyze", "draw"):
        assert command in done.stdout


def test_exit_status_reaches_the_shell():
    assert shell(f"{PYTHON} analyze {TINY}").returncode == 0
    done = shell(f"{PYTHON} analyze no_such_thing")
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="pipes and devices of POSIX")
class TestStreams:
    def test_a_reader_who_has_seen_enough(self):
        for command in ("list", "analyze mdp_unknown --format html"):
            done = shell(f"{PYTHON} {command} | head -1")
            assert (done.returncode, done.stderr) == (0, "")
            assert done.stdout.count("\n") == 1

    def test_a_full_disk(self):
        done = shell(f"{PYTHON} list > /dev/full")
        assert done.returncode == 2
        assert done.stderr == (
            "python -m cid: the output cannot be written: No space left on device.\n"
        )

    def test_a_terminal_without_arrows(self):
        done = shell(f"{PYTHON} analyze {TINY} --explain", PYTHONIOENCODING="ascii")
        assert (done.returncode, done.stderr) == (0, "")
        assert r"D \u2192 U" in done.stdout

    def test_a_diagram_from_a_pipe(self):
        done = shell(f"{PYTHON} analyze /dev/stdin < {TINY}")
        assert (done.returncode, done.stderr) == (0, "")
        assert cid.analyze(cid.read(TINY)).to_text() in done.stdout
