"""Deception: may one agent intentionally bring another to act on something false?

Ward et al. (2023 [1]_) define deception in structural causal games: S deceives T about a
proposition when S intentionally causes T to act as though it were true, it is false, and S does not
believe it. Their graphical criteria have two parts. S can intend to cause what T decides only if it
gains by it, so that a directed path has to lead from S's decision *through T's decision* to a
utility of S. And T can be wrong only about what it does not see, so that some variable that makes
up the proposition has to be without a link into T's decision.

The criteria find where deception is possible, not where it happens. Removing the path, as a
path-specific objective or LCDT does for the sender, or the ignorance rules it out.

.. [1] F. R. Ward, F. Belardinelli, F. Toni, T. Everitt. "Honesty Is the Best Policy: Defining and
   Mitigating AI Deception". NeurIPS 2023.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cid import naive
from cid.criterion import Criterion, Holding
from cid.diagram import CID
from cid.errors import CIDTypeError, ScopeError, shorten
from cid.evidence import Evidence
from cid.finding import Finding
from cid.structure.certificates import no_path, shortest
from cid.structure.survey import Survey

__all__ = ["CRITERION", "Deception", "admits_deception"]


@dataclass(frozen=True, kw_only=True)
class Observed(Evidence):
    """Which of some variables a decision observes."""

    decision: str
    seen: tuple[str, ...]
    unseen: tuple[str, ...]

    def holds_in(self, d: CID) -> bool:
        """Check each link."""
        graph = self.graph(d)
        return (
            {self.decision, *self.seen, *self.unseen} <= set(graph)
            and all(graph.has_edge(z, self.decision) for z in self.seen)
            and not any(graph.has_edge(z, self.decision) for z in self.unseen)
        )

    def words(self) -> str:
        """Say what is not observed, or that all is."""
        if self.unseen:
            return f"{self.decision} does not observe {', '.join(self.unseen)}"
        return f"{self.decision} observes {', '.join(self.seen)}, all that the proposition is about"


@dataclass(frozen=True)
class Deception(Finding):
    """A verdict about deception; `node` is the target's decision.

    Attributes
    ----------
    proposition : tuple of str
        The variables that the proposition is about.
    """

    proposition: tuple[str, ...] = ()

    def _named(self) -> tuple[str, ...]:
        return (self.node, *self.proposition)

    @property
    def sentence(self) -> str:
        """The verdict with its evidence; the first sentence of :meth:`explain`."""
        verb = "admits" if self.holds else "does not admit"
        because = "; ".join(evidence.words() for evidence in self.evidence)
        return (
            f"{self.decision} {verb} deception of {self.node} about "
            f"{', '.join(self.proposition)}: {because}."
        )


def _open(survey: Survey, target: str) -> list[str]:
    """Return what a proposition may be about: what does not come after the target's decision."""
    below = {target, *survey.d.descendants(target)}
    return [v for v in survey.d.nodes if v not in below and survey.d.kind(v) != "utility"]


def asked(survey: Survey) -> list[int]:
    """Return the nodes the concept applies to: decisions of other agents."""
    d = survey.d
    return [d.numbered.index[v] for v in d.decisions if d.agent_of(v) != survey.agent]


def holding(survey: Survey) -> Holding:
    """Return the decisions that may be deceived about something, asked one by one."""
    _require_one_decision(survey.d, survey.decision)
    found, unknown = [], {}
    for i in asked(survey):
        try:
            if admit(survey, survey.d.nodes[i]):
                found.append(i)
        except ScopeError as error:
            unknown[i] = str(error)
    return Holding(found, unknown=unknown)


def admit(survey: Survey, node: str) -> Deception:
    """Answer for one target, about everything that it could be deceived about."""
    goal = survey.d.check_decision(node)
    return _finding(survey, goal, _open(survey, goal))


def recheck(d: CID, finding: Finding) -> bool:
    """Look for the path, and for a variable without a link."""
    assert isinstance(finding, Deception)
    graph = d.to_networkx()
    own = naive.own_utilities(d, finding.decision)
    return naive.on_a_path(graph, finding.decision, finding.node, own) and not all(
        graph.has_edge(name, finding.node) for name in finding.proposition
    )


def _require_one_decision(d: CID, name: str) -> None:
    own = d.decisions_of(str(d.agent_of(name)))
    if len(own) > 1:
        others = ", ".join(repr(other) for other in own if other != name)
        raise ScopeError(
            f"{d.agent_of(name)!r} has {len(own)} decisions ({', '.join(own)}), and the criterion "
            f"is stated for one decision per agent. Hold the others fixed with d.fix([{others}])."
        )


def _variables(d: CID, target: str, about: str | Iterable[str]) -> tuple[str, ...]:
    if not isinstance(about, str) and not isinstance(about, Iterable):
        raise CIDTypeError(f"about is a node name or several, not {shorten(about)}.")
    listed = [about] if isinstance(about, str) else list(about)
    names = tuple(dict.fromkeys(d.check_node(name) for name in listed))
    if not names:
        raise ScopeError("A proposition is about at least one variable. Name it in about=...")
    below = set(d.descendants(target))
    for name in names:
        if name == target or name in below:
            raise ScopeError(
                f"{name!r} is {target!r} or comes after it. A decision cannot be deceived about "
                "what it is itself the cause of, since it could not observe it beforehand."
            )
        if d.kind(name) == "utility":
            raise ScopeError(
                f"{name!r} is a utility. A proposition is about variables of the world; name those "
                "that the utility reads."
            )
    return names


def admits_deception(d: CID, sender: str, target: str, about: str | Iterable[str]) -> Deception:
    """May one decision deceive another?

    Parameters
    ----------
    d : CID
        A diagram of several agents.
    sender, target : str
        Decisions of different agents, each the only one of its agent.
    about : str or iterable of str
        The variables that the proposition is about, none of them downstream of the target.

    Returns
    -------
    Deception
        Positive: the directed path through the target's decision, and what it does not observe.

    Raises
    ------
    ScopeError
        If both decisions belong to one agent, an agent has several, or a variable lies downstream
        of the target.

    Examples
    --------
    >>> import cid
    >>> d = cid.catalog.load("deception").diagram
    >>> finding = cid.admits_deception(d, "DS", "DT", about="Z")
    >>> print(finding)
    DS admits deception of DT about Z: the directed path DS → DT → US; DT does not observe Z.
    >>> bool(cid.admits_deception(d.with_edges([("Z", "DT")]), "DS", "DT", about="Z"))
    False
    """
    return _finding(Survey(d, sender), target, about)


def _finding(survey: Survey, target: str, about: str | Iterable[str]) -> Deception:
    d, sender = survey.d, survey.decision
    goal = d.check_decision(target)
    if d.agent_of(sender) == d.agent_of(goal):
        raise ScopeError(
            f"{sender!r} and {goal!r} belong to {survey.agent!r}. Deception is defined between two "
            "agents."
        )
    for name in (sender, goal):
        _require_one_decision(d, name)
    names = _variables(d, goal, about)
    i = d.numbered.index[goal]
    above = survey.above_utilities(survey.graph)
    evidence: tuple[Evidence, ...]
    seen = tuple(z for z in names if z in d.parents(goal))
    unseen = tuple(z for z in names if z not in seen)
    if not survey.below[i]:
        evidence = (no_path(survey, survey.graph, survey.root, [i]),)
    elif not above[i]:
        evidence = (no_path(survey, survey.graph, i, survey.own_utilities),)
    elif not unseen:
        evidence = (Observed(decision=goal, seen=seen, unseen=()),)
    else:
        first = shortest(survey, survey.graph, survey.root, [i])
        second = shortest(survey, survey.graph, i, survey.own_utilities)
        path = type(first)(nodes=first.nodes + second.nodes[1:])
        evidence = (path, Observed(decision=goal, seen=(), unseen=unseen))
    holds = bool(survey.below[i] and above[i] and unseen)
    return Deception(CRITERION.key, sender, goal, holds, d, evidence, CRITERION, proposition=names)


CRITERION = Criterion(
    key="deception",
    name="deception",
    label="deception",
    preposition="of",
    theorem=(
        "S can deceive T about a proposition iff a directed path leads from S's decision through "
        "T's decision to a utility of S, and T's decision does not observe some variable of the "
        "proposition"
    ),
    reference="Ward et al. 2023, Theorems 3.8 and 3.9",
    scope="sound and complete in structural causal games; stated here for one decision per agent",
    silent=(
        "A positive verdict means that in some game over this diagram S deceives T, not that it "
        "does in yours: a target that ignores the sender cannot be deceived. A negative one rules "
        "deception out for these two decisions and this proposition."
    ),
    asked=asked,
    holding=holding,
    admit=admit,
    recheck=recheck,
    usual=False,
    place=7,
)
