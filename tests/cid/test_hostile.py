"""Thousands of hostile inputs, each in a process of its own with a bound on time and memory.

The seed is the same in every run; ``python tests/fuzz.py SEED COUNT`` takes a fresh one.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def fuzz(seed, count):
    """Return what the script prints, after it has found nothing."""
    done = subprocess.run(
        [sys.executable, ROOT / "tests" / "fuzz.py", str(seed), str(count)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    return done.stdout


def test_a_slice_of_hostile_inputs():
    assert "600 inputs, seed 11: 0 failures" in fuzz(11, 600)


@pytest.mark.slow
def test_many_hostile_inputs():
    assert "20,000 inputs, seed 12: 0 failures" in fuzz(12, 20_000)
