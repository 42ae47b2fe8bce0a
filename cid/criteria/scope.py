"""Guards: a theorem is applied only where it holds, and says so where it does not."""

from __future__ import annotations

from cid.criterion import Criterion
from cid.errors import ScopeError
from cid.evidence import KindOf
from cid.structure.relevance import insoluble_message, relevance_order
from cid.structure.survey import Survey

__all__ = ["fixed_rules", "other_kind", "require_single_decision", "require_soluble"]


def require_single_decision(survey: Survey, concept: Criterion) -> None:
    """Raise unless the agent has one decision."""
    own = survey.names(survey.own_decisions)
    if len(own) > 1:
        others = ", ".join(repr(name) for name in own if name != survey.decision)
        raise ScopeError(
            f"The criterion for {concept.name} ({concept.reference}) is proved for an agent with a "
            f"single decision; {survey.agent!r} has {len(own)}: {', '.join(own)}. To ask with the "
            f"other rules held fixed, use d.fix([{others}])."
        )


def require_soluble(survey: Survey, concept: Criterion) -> None:
    """Raise unless the agent's decisions can be ordered (sufficient recall)."""
    if len(survey.own_decisions) > 1:
        _, left = relevance_order(survey.d, survey.graph, survey.own_decisions)
        if left:
            asking = f"The criterion for {concept.name} ({concept.reference})"
            raise ScopeError(insoluble_message(survey.d, left, asking))


def other_kind(survey: Survey, node: int, kinds: str) -> tuple[KindOf]:
    """Return the evidence that a concept, defined for some kinds of node, is not for this one."""
    name = survey.d.nodes[node]
    kind = survey.d.kind(name)
    why = f"{name} is a {kind} node, and the concept is defined for {kinds}"
    if kind == "decision" and survey.d.agent_of(name) != survey.agent:
        why += f"; under a fixed rule it would be one, as in d.fix({name!r})"
    return (KindOf(node=name, kind=kind, why=why),)


def fixed_rules(survey: Survey) -> tuple[str, ...]:
    """Return the note that a verdict in a game carries."""
    if not survey.fixed:
        return ()
    others = ", ".join(survey.fixed)
    return (
        f"The rules of the other agents ({others}) are held fixed; how they would respond to a "
        "different policy is not considered.",
    )
