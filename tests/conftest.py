"""Set-up for the whole run: repeatable, without windows, one thread per worker."""

import os
import sys

# Set before numpy, torch and matplotlib are imported by any test.
os.environ["MPLBACKEND"] = "Agg"
os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest
from hypothesis import HealthCheck, settings

# "repeatable" draws the same examples in every run; HYPOTHESIS_PROFILE=explore draws new ones.
# No deadline and no complaint about slow generation: both measure how busy the computer is.
settings.register_profile(
    "repeatable",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "explore", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


def pytest_collection_modifyitems(items):
    """Start the longest tests first, so that no worker is left alone with one at the end."""
    items.sort(key=lambda item: not (item.get_closest_marker("docs") or "slow" in item.keywords))


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close("all")
