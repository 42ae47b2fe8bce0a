"""The command line with its output closed."""

import subprocess
import sys

import pytest


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
@pytest.mark.parametrize("command", ["list", "analyze mdp_three_steps", "show content_recommender"])
def test_a_closed_output_is_no_traceback(command):
    done = subprocess.run(
        f"{sys.executable} -m cid {command} >&-",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
