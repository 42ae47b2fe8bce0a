"""Introduced unfairness: may an optimal predictor be less fair than its labels?

A predictor D is scored against a label Y. Its *total variation* in a sensitive attribute A is the
difference in mean prediction between two values of A; that of the label is defined alike. The
predictor *introduces* total variation when its own is larger than the label's (Ashurst et al. 2022
[1]_). Two graphical conditions say where optimal prediction may do so:

- *Any loss:* some requisite feature X is d-connected to A. Otherwise there is an optimal predictor
  that reads only features which are independent of A.
- *A loss under which predicting the conditional mean of the label is optimal* (such as the square
  loss; called P-admissible): besides, A is not a feature, and A is d-connected to the utility given
  the decision and its features. Otherwise mean predictions follow A exactly as mean labels do.

Making the sensitive attribute a feature therefore removes the incentive under such a loss.

.. [1] C. Ashurst, R. Carey, S. Chiappa, T. Everitt. "Why Fair Labels Can Yield Unfair Predictions:
   Graphical Conditions for Introduced Unfairness". AAAI 2022.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from cid import naive
from cid.criterion import Criterion, Holding
from cid.diagram import CID
from cid.errors import ScopeError
from cid.evidence import ActiveTrail, Evidence, KindOf, RemovedLink, Separation
from cid.finding import Finding
from cid.guards import check_diagram
from cid.parts import Edge
from cid.structure.dseparation import active_trail, d_separated
from cid.structure.survey import Survey

__all__ = ["CRITERION", "IntroducedVariation", "admits_introduced_variation"]


@dataclass(frozen=True)
class IntroducedVariation(Finding):
    """A verdict about introduced total variation; `node` is the sensitive attribute.

    Attributes
    ----------
    conditional_mean : bool
        Was it asked for losses under which the conditional mean is optimal?
    """

    conditional_mean: bool = False

    @property
    def path_edges(self) -> tuple[Edge, ...]:
        """Edges from the attribute to a requisite feature, and on to the decision."""
        if not self.holds:
            return ()
        trails = [e for e in self.evidence if isinstance(e, ActiveTrail)]
        feature = next(e for e in trails if self.decision in e.given).nodes[0]
        edges: list[Edge] = []
        first = trails[0]
        if first.nodes[-1] == feature:
            for (left, right), forward in zip(pairwise(first.nodes), first.forward, strict=True):
                edges.append((left, right) if forward else (right, left))
        return (*edges, (feature, self.decision))


def asked(survey: Survey) -> list[int]:
    """Return the nodes the concept applies to: all but the prediction, its score and its label."""
    parts = _predictor(survey.d)
    return [i for i, name in enumerate(survey.d.nodes) if name not in parts]


def holding(survey: Survey) -> Holding:
    """Return the attributes that hold, for any loss, asked one by one."""
    return Holding([i for i in asked(survey) if admit(survey, survey.d.nodes[i])])


def admit(survey: Survey, node: str) -> IntroducedVariation:
    """Answer for one attribute, for any loss."""
    return _finding(survey.d, node)


def recheck(d: CID, finding: Finding) -> bool:
    """Ask for the separations of moral graphs."""
    assert isinstance(finding, IntroducedVariation)
    graph, node = d.to_networkx(), finding.node
    features = set(graph.predecessors(finding.decision))
    family = features | {finding.decision}
    utilities = set(d.utilities)
    holds = any(
        (x == node or not naive.d_separated(graph, {node}, {x}, ()))
        and not naive.d_separated(graph, {x}, utilities, family - {x})
        for x in features
    )
    if finding.conditional_mean:
        unseen = node not in features
        return holds and unseen and not naive.d_separated(graph, {node}, utilities, family)
    return holds


def _predictor(d: CID) -> tuple[str, str, str]:
    """Return the decision, its utility and the label, if this is supervised learning."""
    if len(d.decisions) != 1 or len(d.utilities) != 1 or len(d.agents) != 1:
        raise ScopeError(
            "Ashurst et al. (2022) consider supervised learning: one decision, the prediction, "
            f"and one utility, its score. There are {len(d.decisions)} decisions and "
            f"{len(d.utilities)} utilities. Hold other rules fixed with d.fix(...)."
        )
    (decision,), (utility,) = d.decisions, d.utilities
    labels = [name for name in d.parents(utility) if name != decision]
    if decision not in d.parents(utility) or len(labels) != 1:
        raise ScopeError(
            f"The score {utility!r} reads {', '.join(d.parents(utility)) or 'nothing'}. Supervised "
            f"learning scores the prediction {decision!r} against one label."
        )
    if d.children(decision) != (utility,):
        other = next(name for name in d.children(decision) if name != utility)
        raise ScopeError(
            f"The prediction {decision!r} influences {other!r}. The criterion is about predictions "
            "that change nothing but their score."
        )
    return decision, utility, labels[0]


def _trail(d: CID, source: str, target: str, given: tuple[str, ...]) -> ActiveTrail:
    nodes = active_trail(d, source, target, given)
    assert nodes is not None
    forward = tuple(right in d.children(left) for left, right in pairwise(nodes))
    return ActiveTrail(nodes=nodes, forward=forward, given=given)


def admits_introduced_variation(
    d: CID, attribute: str, conditional_mean: bool = False
) -> IntroducedVariation:
    """May an optimal predictor vary more with a sensitive attribute than its label does?

    Parameters
    ----------
    d : CID
        A supervised learning diagram: one decision, the prediction, whose only child is one
        utility, which reads the prediction and a label.
    attribute : str
        The sensitive attribute.
    conditional_mean : bool
        Ask for losses under which the conditional mean of the label is the optimal prediction, such
        as the square loss; by default for any loss.

    Returns
    -------
    IntroducedVariation
        Positive: the trails. Negative: the separations.

    Raises
    ------
    ScopeError
        If the diagram is not of this form.

    Examples
    --------
    >>> import cid
    >>> d = cid.catalog.load("introduced_bias").diagram
    >>> finding = cid.admits_introduced_variation(d, "A", conditional_mean=True)
    >>> bool(finding), finding.verify()
    (True, True)
    >>> aware = d.with_edges([("A", "D")])
    >>> bool(cid.admits_introduced_variation(aware, "A", conditional_mean=True))
    False
    """
    check_diagram(d, "admits_introduced_variation")
    return _finding(d, attribute, conditional_mean)


def _finding(d: CID, attribute: str, conditional_mean: bool = False) -> IntroducedVariation:
    decision, utility, label = _predictor(d)
    if d.check_node(attribute) in (decision, utility, label):
        raise ScopeError(
            f"{attribute!r} is the prediction, its score or its label. The sensitive attribute is "
            "another node."
        )
    features = d.parents(decision)
    family = (*features, decision)
    connected: str | None = None
    evidence: list[Evidence] = []
    for feature in features:
        given = tuple(name for name in family if name != feature)
        if d_separated(d, feature, utility, given):
            evidence.append(RemovedLink(link=(feature, decision), others=(utility,), given=given))
        elif feature != attribute and d_separated(d, attribute, feature):
            evidence.append(Separation(node=attribute, others=(feature,), given=()))
        else:
            connected = feature
            break
    holds = connected is not None
    if connected is not None:
        given = tuple(name for name in family if name != connected)
        reason = _trail(d, connected, utility, given)
        evidence = [reason]
        if connected != attribute:
            evidence.insert(0, _trail(d, attribute, connected, ()))
        if conditional_mean and attribute in features:
            holds = False
            why = f"{attribute} is a feature, so mean predictions follow it as mean labels do"
            evidence = [KindOf(node=attribute, kind=d.kind(attribute), why=why)]
        elif conditional_mean and d_separated(d, attribute, utility, family):
            holds = False
            evidence = [Separation(node=attribute, others=(utility,), given=family)]
        elif conditional_mean:
            evidence.append(_trail(d, attribute, utility, family))
    if not evidence:  # there are no features
        evidence = [Separation(node=attribute, others=(decision,), given=())]
    return IntroducedVariation(
        CRITERION.key,
        decision,
        attribute,
        holds,
        d,
        tuple(evidence),
        CRITERION,
        conditional_mean=conditional_mean,
    )


CRITERION = Criterion(
    key="introduced_variation",
    name="introduced total variation",
    label="introduced total variation",
    preposition="with respect to",
    theorem=(
        "optimal predictors may introduce total variation with respect to A iff some requisite "
        "feature is d-connected to A; where the conditional mean of the label is optimal, iff "
        "moreover A is no feature and is d-connected to the utility given the decision and its "
        "features"
    ),
    reference="Ashurst et al. 2022, graphical conditions for introduced total variation",
    scope="supervised learning: one decision, scored against a label that it does not influence",
    silent=(
        "A positive verdict means that in some model over this diagram every optimal predictor "
        "varies more with the attribute than the label does, not that it does in yours. A negative "
        "one says nothing of other notions of fairness."
    ),
    asked=asked,
    holding=holding,
    admit=admit,
    recheck=recheck,
    usual=False,
    place=8,
)
