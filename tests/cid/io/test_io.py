"""Files: what is written is what is read, whole or not at all."""

import os
import stat
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import diagrams, hostile_diagrams

import cid

ANY = st.one_of(diagrams(), diagrams(decisions=(2, 3), agents=(2, 2)), hostile_diagrams())
D = cid.CID.parse("S -> D -> U; S -> U", "D", "U")


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ANY)
def test_round_trip(tmp_path, d):
    for name in ("d.cid", "d.json", "d.txt", "without suffix", "ü 🤖.cid"):
        path = tmp_path / name
        assert cid.write(d, path) == path
        for form in (path, str(path)):
            back = cid.read(form)
            assert back == d
            assert (back.nodes, back.edges, back.agents) == (d.nodes, d.edges, d.agents)


def test_json_and_text_by_suffix(tmp_path):
    assert cid.write(D, tmp_path / "d.json").read_text(encoding="utf-8") == D.to_json()
    assert cid.write(D, tmp_path / "d.cid").read_text(encoding="utf-8") == D.to_text()


def test_a_file_typed_by_hand(tmp_path):
    path = tmp_path / "hand.cid"
    path.write_bytes(
        b"\xef\xbb\xbf# a diagram\r\nS -> D -> U   # D sees S\r\nS -> U\r\n\r\n"
        b"decisions: D\r\nutilities: U\r\n"
    )
    assert cid.read(path) == D


def test_a_relative_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cid.write(D, "d.cid").name == "d.cid"
    assert cid.read("d.cid") == D


def test_writing_replaces_the_file_and_leaves_nothing_else(tmp_path):
    path = cid.write(D, tmp_path / "d.cid")
    cid.write(D.fix("D"), path)
    assert cid.read(path) == D.fix("D")
    assert [p.name for p in tmp_path.iterdir()] == ["d.cid"]


@pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")
def test_a_written_file_can_be_read_by_those_whom_the_umask_allows(tmp_path):
    plain = tmp_path / "plain"
    plain.write_text("x")
    path = cid.write(D, tmp_path / "d.cid")
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)


def test_a_failed_write_keeps_what_was_there(tmp_path, monkeypatch):
    path = cid.write(D, tmp_path / "d.cid")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(cid.FormatError, match="No space left on device"):
        cid.write(D.fix("D"), path)
    monkeypatch.undo()
    assert cid.read(path) == D
    assert [p.name for p in tmp_path.iterdir()] == ["d.cid"]


@pytest.mark.skipif(not os.path.exists("/dev/stdin"), reason="POSIX devices")
def test_a_pipe_can_be_read():
    done = subprocess.run(
        [sys.executable, "-c", "import cid; print(cid.read('/dev/stdin') is not None)"],
        input=D.to_text(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.returncode) == ("True\n", 0), done.stderr


def test_files_are_data(tmp_path, capfd):
    path = tmp_path / "d.cid"
    path.write_text("\"__import__('os').system('echo executed')\" -> U; utilities: U")
    d = cid.read(path)
    cid.read(cid.write(d, tmp_path / "d.json"))
    assert eval(repr(d), {"CID": cid.CID}) == d
    assert "executed" not in capfd.readouterr().out


@pytest.mark.parametrize("slug", cid.catalog.names())
def test_every_catalogue_diagram_survives(slug, tmp_path):
    entry = cid.catalog.load(slug)
    for d in (entry.diagram, entry.physical_graph):
        assert cid.read(cid.write(d, tmp_path / "d.cid")) == d
        assert cid.read(cid.write(d, tmp_path / "d.json")) == d
