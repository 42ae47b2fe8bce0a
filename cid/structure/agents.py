"""Which agent is meant, where a diagram has several: one answer and one message for everyone."""

from __future__ import annotations

from collections.abc import Iterable

from cid.diagram import CID
from cid.errors import MissingRuleError, ScopeError

__all__ = ["only_player", "players", "which_agent"]


def players(d: CID) -> tuple[str, ...]:
    """Return the agents that have decisions; all of them where nobody has."""
    return tuple(agent for agent in d.agents if d.decisions_of(agent)) or d.agents


def which_agent(
    d: CID,
    agent: str | None,
    asking: str,
    among: Iterable[str] | None = None,
    mend: str = "agent={!r}",
) -> str:
    """Return the agent that is named, or the only one.

    Parameters
    ----------
    d : CID
        The diagram.
    agent : str or None
        As the caller was given it.
    asking : str
        What is asked: the subject of the message.
    among : iterable of str, optional
        The agents that may be meant; by default all.
    mend : str
        How one is named, with a place for an agent.

    Raises
    ------
    ScopeError
        If none is named and several may be meant.
    UnknownNodeError
        If the one named is no agent.

    Examples
    --------
    >>> import cid
    >>> d = cid.CID([("D", "U")], {"a": ["D"]}, {"a": ["U"]})
    >>> which_agent(d, None, "Expected utility")
    'a'
    """
    if agent is not None:
        return d.check_agent(agent)
    several = d.agents if among is None else tuple(dict.fromkeys(among))
    if len(several) > 1:
        raise ScopeError(
            f"{asking} is one agent's, and there are several: {', '.join(map(repr, several))}. "
            f"Name the one that is meant: {mend.format(several[0])}."
        )
    return several[0]


def only_player(d: CID, agent: str | None, asking: str, also: str = "") -> str:
    """Return the agent whose decisions are open, if no other agent's are.

    Parameters
    ----------
    d : CID
        The diagram; decisions with a rule are chance nodes of it.
    agent : str or None
        As the caller was given it.
    asking : str
        What is asked: the subject of the message.
    also : str
        What else would help, such as ``", or use cid.pure_equilibria"``.

    Raises
    ------
    MissingRuleError
        If a decision of another agent has no rule.
    UnknownNodeError
        If the one named is no agent.
    """
    chosen = players(d)[0] if agent is None else d.check_agent(agent)
    others = [each for each in players(d) if each != chosen and d.decisions_of(each)]
    if others:
        raise MissingRuleError(
            f"{asking} is for one agent, here {chosen!r}, and the decisions of "
            f"{', '.join(map(repr, others))} have no rules. Fix them with "
            f"with_policy({{...}}){also}."
        )
    return chosen
