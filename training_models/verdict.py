"""Three-valued verdicts: an experiment shows an effect, shows there is none, or cannot tell."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Verdict"]


class Verdict(StrEnum):
    """What an experiment says about an effect and its pre-registered smallest size of interest."""

    PRESENT = "PRESENT"
    """The effect exceeds the margin."""
    ABSENT = "ABSENT"
    """The effect lies inside the margin: equivalence was shown, not merely no difference."""
    INCONCLUSIVE = "INCONCLUSIVE"
    """The interval straddles the margin, a control failed, or training did not converge."""
