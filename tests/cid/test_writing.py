"""A written file is whole, where it was, and open to those to whom it was open."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import cid
from cid.writing import write_whole

pytestmark = pytest.mark.skipif(os.name != "posix", reason="POSIX permissions and links")

D = cid.CID.parse("S -> D -> U; S -> U", "D", "U")
ROOT = Path(__file__).resolve().parents[2]
WRITERS = {
    "d.cid": cid.write,
    "d.json": cid.write,
    **{f"d.{suffix}": cid.draw.save for suffix in ("svg", "png", "pdf", "tex", "dot", "mmd")},
}


@pytest.fixture(params=WRITERS)
def target(request, tmp_path):
    return tmp_path / request.param


def put(path):
    WRITERS[f"d{path.suffix}"](D, path)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("rights", [0o600, 0o644, 0o640, 0o666])
def test_rights_are_kept(target, rights):
    target.write_text("old")
    target.chmod(rights)
    put(target)
    assert target.read_bytes() != b"old"
    assert mode(target) == rights
    assert [p.name for p in target.parent.iterdir()] == [target.name]


def test_a_new_file_has_what_the_umask_leaves(target):
    for mask in (0o022, 0o077):
        old = os.umask(mask)
        try:
            put(target)
        finally:
            os.umask(old)
        assert mode(target) == 0o666 & ~mask
        target.unlink()


def test_links_are_followed(target):
    real = target.parent / "real"
    real.write_text("old")
    target.symlink_to("real")
    put(target)
    assert target.is_symlink()
    assert real.read_bytes() == target.read_bytes() != b"old"
    real.unlink()
    put(target)  # the link leads nowhere, and the file is made where it points
    assert target.is_symlink()
    assert real.is_file()


def test_what_is_no_file_is_left_alone(target):
    os.mkfifo(target)
    with pytest.raises(cid.CIDError, match="pipe or a device"):
        put(target)
    assert stat.S_ISFIFO(target.stat().st_mode)
    target.unlink()
    target.mkdir()
    with pytest.raises(cid.CIDError, match="is a folder"):
        put(target)
    target.rmdir()
    target.symlink_to("/dev/null")
    with pytest.raises(cid.CIDError, match="pipe or a device"):
        put(target)
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    target.unlink()
    target.symlink_to(target.name)
    with pytest.raises(cid.CIDError, match="cannot be written"):
        put(target)


def test_read_only_means_read_only(target):
    target.write_text("old")
    target.chmod(0o444)
    with pytest.raises(cid.CIDError, match="read-only"):
        put(target)
    assert (target.read_text(), mode(target)) == ("old", 0o444)


def test_a_folder_that_is_not_there(target):
    with pytest.raises(cid.CIDError, match=r"cannot be written.*folder that exists"):
        put(target.parent / "none" / target.name)


def test_a_full_disk_leaves_the_old_content(target):
    target.write_bytes(b"old" * 1000)

    code = f"""
import resource, signal, sys
import cid
d = cid.CID.parse("S -> D -> U; S -> U", "D", "U")
write = cid.write if {target.suffix!r} in (".cid", ".json") else cid.draw.save
if {target.suffix!r} in (".png", ".pdf"):
    import matplotlib.figure
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (8, 8))
try:
    write(d, {str(target)!r})
except cid.CIDError as error:
    sys.exit(f"refused: {{error}}")
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr.startswith("refused: "), done.stderr
    assert target.read_bytes() == b"old" * 1000
    assert not [p for p in target.parent.iterdir() if p.name.startswith(f".{target.name}")]


def test_the_disk_fills_up_half_way(tmp_path, monkeypatch):
    file = tmp_path / "a"
    file.write_bytes(b"old")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(file, b"new")
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("a", b"old")]


@pytest.mark.parametrize("name", ["x\0.svg", "\ud800.svg"])
def test_names_that_no_system_takes(name):
    with pytest.raises(cid.DrawError, match="cannot be written"):
        cid.draw.save(D, name)
