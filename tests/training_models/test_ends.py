"""However a run ends: no process is left behind, nothing is lost, what is missing is said."""

import os
import random
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest

import training_models as tm

ROOT = Path(__file__).resolve().parents[2]
COIN = ROOT / "tests" / "data" / "cases" / "coin.py"
MARK = "TRAINING_MODELS_TEST_RUN"
PROC = Path("/proc/self/environ").exists()

needs_proc = pytest.mark.skipif(not PROC, reason="processes are found in /proc")


def many_arms(folder):
    """Write an experiment of eight arms."""
    text = COIN.read_text().replace("arms=(FULL, CUT)", "arms=(FULL, CUT, *MORE)")
    more = '\nMORE = tuple(Arm(f"more{i}", "more", LOADED, UNPAID, "cut") for i in range(6))\n'
    path = folder / "coin.py"
    path.write_text(text.replace("\n\ndef claims", f"{more}\n\ndef claims", 1))
    return str(path)


def start(case, out, mark, pause):
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "training_models", "run", case),
            *("--fast", "--out", str(out), "--no-html", "--jobs", "2"),
        ],
        cwd=ROOT,
        env={**os.environ, MARK: mark, "COIN_PAUSE": str(pause)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def alive(mark):
    """Processes of the run with this mark that have not ended."""
    found = set()
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdigit() and mark.encode() in (folder / "environ").read_bytes():
                found.add(int(folder.name))
        except OSError:  # ended, ending, or somebody else's
            pass
    return found


def wait(condition, seconds, *arguments):
    deadline = time.monotonic() + seconds
    while not condition(*arguments):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def ended(process):
    return process.poll() is not None


def gone(process, mark):
    return ended(process) and not alive(mark)


def under_way(process, mark):
    return ended(process) or len(alive(mark)) > 1


ENDS = [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL, signal.SIGINT]


@needs_proc
@pytest.mark.slow
@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.name)
@pytest.mark.parametrize("moment", ["starting", "started", "training"])
def test_no_process_outlives_a_run(tmp_path, end, moment):
    mark, out = str(uuid.uuid4()), tmp_path / "out"
    process = start(many_arms(tmp_path), out, mark, pause=40)
    workers = 1 if moment == "starting" else 3  # joblib's resource tracker is one of them
    assert wait(lambda: len(alive(mark)) > workers, 120)
    if moment == "training":
        assert wait(lambda: list(out.glob(".parts/*.tick")), 120)
    process.send_signal(end)
    assert wait(gone, 10, process, mark), alive(mark)


@needs_proc
@pytest.mark.slow
def test_twenty_ends_at_random_moments_lose_nothing(tmp_path):
    rng = random.Random(20)
    case, out = many_arms(tmp_path), tmp_path / "out"
    whole = tm.run(case, fast=True, jobs=1, out=tmp_path / "whole", progress=False).reports[0]

    def parts():
        return {path.name: path.read_bytes() for path in out.glob(".parts/*.json")}

    for count in range(20):
        mark, before = str(uuid.uuid4()), parts()
        process = start(case, out, mark, pause=3)
        assert wait(under_way, 120, process, mark)
        wait(ended, rng.uniform(0, 6), process)
        process.send_signal(ENDS[count % 4])
        assert wait(gone, 10, process, mark)
        assert before.items() <= parts().items()
        if process.returncode == 0:
            assert tm.Report.load(out / "coin.fast.json").measures == whole.measures
            for path in out.rglob("*.json"):
                path.unlink()
    last = start(case, out, str(uuid.uuid4()), pause=0)
    assert last.wait(timeout=120) == 0
    assert tm.Report.load(out / "coin.fast.json").measures == whole.measures
    assert tm.Report.load(out / "coin.fast.json").results == whole.results


EXTRAS = ("torch", "jinja2", "joblib", "tqdm", "cloudpickle", "pandas", "matplotlib", "scipy")


BLOCK = """
import sys

class Blocked:
    def find_spec(self, name, *_):
        if name.partition(".")[0] in {names!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Blocked())
"""


def without(names, code):
    """Run code where these libraries cannot be imported."""
    return subprocess.run(
        [sys.executable, "-c", BLOCK.format(names=names) + code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_the_extras_experiments_are_listed_and_what_is_missing_is_said():
    done = without(
        EXTRAS,
        "import training_models as tm; from training_models.__main__ import main; "
        "assert main(['list']) == 0; raise SystemExit(main(['run', '--all']))",
    )
    assert done.returncode == 2, done.stderr
    assert "self_fulfilling" in done.stdout
    assert "pip install '.[train]'" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("name", ["torch", "jinja2", "joblib", "tqdm", "scipy"])
def test_a_library_that_is_missing_is_named_with_what_installs_it(name):
    done = without(
        (name,),
        "import cid, training_models as tm\n"
        "try: [getattr(tm, name) for name in tm.__all__]; tm.load_case('self_fulfilling')\n"
        "except cid.CIDError as error: print(error)",
    )
    assert done.stderr == ""
    assert f"need {name}, which is not installed" in done.stdout
    assert "pip install '.[train]'" in done.stdout
