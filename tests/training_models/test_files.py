"""Files that are whole: links, modes, special files, full disks, and strict reading."""

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from training_models.errors import ResultError
from training_models.files import read_json, remove_leftovers, write_bytes, write_json

ROOT = Path(__file__).resolve().parents[2]


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_the_mode_of_a_file_stays(tmp_path):
    path = tmp_path / "private.json"
    for given in (0o600, 0o640, 0o755):
        path.write_text("old")
        path.chmod(given)
        write_json(path, {})
        assert mode(path) == given
    assert path.read_text() == "{}\n"
    assert names(tmp_path) == ["private.json"]


@pytest.mark.parametrize("mask", [0o022, 0o077, 0o002])
def test_a_new_file_has_what_the_umask_leaves(tmp_path, mask):
    before = os.umask(mask)
    try:
        path = write_bytes(tmp_path / "new.json", b"x")
    finally:
        os.umask(before)
    assert mode(path) == 0o666 & ~mask


def test_links_are_followed_and_stay_links(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    target, link, second = folder / "target", tmp_path / "link", tmp_path / "second"
    target.write_text("old")
    link.symlink_to(target)
    second.symlink_to("link")
    assert write_bytes(second, b"new") == second
    assert second.is_symlink()
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert names(tmp_path) == ["folder", "link", "second"]


def test_a_link_to_nowhere(tmp_path):
    fresh = tmp_path / "fresh"
    fresh.symlink_to(tmp_path / "new file")
    write_bytes(fresh, b"made")
    assert (tmp_path / "new file").read_bytes() == b"made"
    lost = tmp_path / "lost"
    lost.symlink_to(tmp_path / "no" / "file")
    with pytest.raises(ResultError, match=r"link to .*no/file, which does not exist"):
        write_bytes(lost, b"x")


def test_what_is_no_regular_file_is_refused_and_stays(tmp_path):
    pipe, folder = tmp_path / "pipe", tmp_path / "folder"
    os.mkfifo(pipe)
    folder.mkdir()
    for path, says in ((pipe, "pipe"), (folder, "folder"), (Path("/dev/null"), "device")):
        with pytest.raises(ResultError, match=f"Cannot write {path}: .*{says}"):
            write_bytes(path, b"x")
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    assert names(tmp_path) == ["folder", "pipe"]


def test_a_read_only_file_is_refused_also_for_an_administrator(tmp_path):
    path = tmp_path / "kept.json"
    path.write_text("old")
    path.chmod(0o444)
    with pytest.raises(ResultError, match="read-only"):
        write_bytes(path, b"new")
    assert path.read_text() == "old"
    assert names(tmp_path) == ["kept.json"]


def test_a_full_disk_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "kept.json"
    path.write_text("old")

    def full(handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ResultError, match=r"No space left on device\. Free some space"):
        write_bytes(path, b"new")
    assert path.read_text() == "old"
    assert names(tmp_path) == ["kept.json"]


def test_a_limit_on_file_sizes_leaves_the_old_file(tmp_path):
    path = tmp_path / "kept.json"
    path.write_text("old")
    code = (
        "import resource, signal, sys; from training_models.files import write_bytes; "
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024)); "
        "write_bytes(sys.argv[1], b'x' * 4096)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, path], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert "ResultError: Cannot write" in done.stderr
    assert "another disk" in done.stderr
    assert path.read_text() == "old"
    assert names(tmp_path) == ["kept.json"]


def test_names_that_no_file_can_have(tmp_path):
    for name in ("a\0b", "\ud800"):
        with pytest.raises(ResultError, match=r"cannot be the name of a file|Cannot write"):
            write_bytes(tmp_path / name, b"x")
    with pytest.raises(ResultError) as error:
        write_bytes(tmp_path / "no\x1b[2J" / "x", b"x")
    assert "\x1b" not in str(error.value)


def test_what_killed_writers_left_goes_and_what_is_being_written_stays(tmp_path):
    code = (
        "import os, sys; from training_models.files import write_bytes; "
        "os.fsync = lambda handle: os._exit(9); write_bytes(sys.argv[1], b'half')"
    )
    for name in ("a.json", "b.json"):
        subprocess.run([sys.executable, "-c", code, tmp_path / name], cwd=ROOT, check=False)
    old, new = sorted(tmp_path.iterdir())
    other = tmp_path / ".c.json"
    other.write_text("whole")
    os.utime(old, (0, 0))
    os.utime(other, (0, 0))
    remove_leftovers(tmp_path)
    assert names(tmp_path) == [new.name, other.name]


def test_a_byte_order_mark_is_no_content(tmp_path):
    path = tmp_path / "bom.json"
    path.write_bytes(b'\xef\xbb\xbf{"a": 1}')
    assert read_json(path) == {"a": 1}
