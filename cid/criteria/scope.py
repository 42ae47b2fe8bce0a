"""Guards: a theorem is applied only where it holds, and says so where it does not."""

from __future__ import annotations

from cid.errors import ScopeError
from cid.finding import Concept
from cid.structure.relevance import insoluble_message, relevance_order
from cid.structure.survey import Survey

__all__ = ["fixed_rules", "require_single_decision", "require_soluble"]


def require_single_decision(survey: Survey, concept: Concept) -> None:
    """Raise unless the agent has one decision."""
    own = survey.names(survey.own_decisions)
    if len(own) > 1:
        others = ", ".join(repr(name) for name in own if name != survey.decision)
        raise ScopeError(
            f"The criterion for {concept.name} ({concept.reference}) is proved for an agent with a "
            f"single decision; {survey.agent!r} has {len(own)}: {', '.join(own)}. To ask with the "
            f"other rules held fixed, use d.fix([{others}])."
        )


def require_soluble(survey: Survey, concept: Concept) -> None:
    """Raise unless the agent's decisions can be ordered (sufficient recall)."""
    if len(survey.own_decisions) > 1:
        _, left = relevance_order(survey.d, survey.graph, survey.own_decisions)
        if left:
            asking = f"The criterion for {concept.name} ({concept.reference})"
            raise ScopeError(insoluble_message(survey.d, left, asking))


def fixed_rules(survey: Survey) -> tuple[str, ...]:
    """Return the note that a verdict in a game carries."""
    if not survey.fixed:
        return ()
    others = ", ".join(survey.fixed)
    return (
        f"The rules of the other agents ({others}) are held fixed; how they would respond to a "
        "different policy is not considered.",
    )
