r"""The value of control, in units of utility.

With :math:`V^*(M)` the best expected utility in M (Everitt et al. 2021 [1]_),

.. math:: \mathrm{VoC}(X) = \max_{\pi, g^X} E_\pi[\mathcal U_{g^X}] - V^*(M),

where a soft intervention :math:`g^X` replaces X's mechanism by another function of its parents and
its noise. What is expected depends on :math:`g^X` through the distribution of X given its parents
only, and is linear in it. A function of the parents alone is therefore as good as any: controlling
X is making it a decision that sees X's parents.

That decision and D need not know of each other, so the controlled model may lack sufficient recall
where the model has it. It is then solved exactly by search (:mod:`cid.solving.value`), or refused
when it is too large.

.. [1] T. Everitt, R. Carey, E. Langlois, P. Ortega, S. Legg. "Agent Incentives: A Causal
   Perspective". AAAI 2021.
"""

from __future__ import annotations

from typing import Any

from cid.criteria.voc import CRITERION
from cid.criterion import Measure
from cid.diagram import CID
from cid.errors import ScopeError
from cid.incentives.incentive import gain
from cid.model.guards import check_model
from cid.scim import SCIM
from cid.solving.value import best_value
from cid.solving.worlds import moves_utility
from cid.structure.agents import players, which_agent

__all__ = ["quantitative_voc"]


def quantitative_voc(s: SCIM, node: str, decision: str | None = None) -> Any:
    """Return what choosing a node's mechanism is worth to an agent.

    Parameters
    ----------
    s : SCIM
        The model; it is not changed.
    node : str
        A chance or utility node. Its new mechanism may be any function of its parents (and its
        noise, which is of no use) into its domain.
    decision : str, optional
        A decision of the agent whose utility counts; by default the only agent with decisions.

    Returns
    -------
    Fraction or float
        The gain in best expected utility; positive iff this model *has* value of control.

    Raises
    ------
    ScopeError
        If the node is a decision; if another agent's decision has no rule; or if the model, as it
        is or controlled, is insoluble and too large for an exact search.

    Examples
    --------
    >>> import cid
    >>> from fractions import Fraction
    >>> d = cid.catalog.load("quantitative_voi").diagram
    >>> s = cid.SCIM(
    ...     d,
    ...     domains={"D": (-1, 0, 1)},
    ...     mechanisms={
    ...         "S": {-1: Fraction(1, 2), 1: Fraction(1, 2)},
    ...         "X": lambda S: {S: Fraction(4, 5), -S: Fraction(1, 5)},
    ...         "U": lambda S, D: S * D,
    ...     },
    ... )
    >>> cid.quantitative_voc(s, "X"), cid.quantitative_voc(s, "U")
    (Fraction(2, 5), Fraction(2, 5))
    """
    d = check_model(s, "quantitative_voc").diagram
    if d.kind(node) == "decision":
        raise ScopeError(
            f"{node!r} is a decision: its agent controls it already. Value of control is defined "
            "for other nodes."
        )
    agent = _agent(d, decision)
    before = best_value(s, agent)
    if d.kind(node) == "utility":
        values: tuple[Any, ...] = tuple(s.domains[node])
        best = max(values) if d.agent_of(node) == agent else values[0]
        return gain(best_value(s.do({node: best}), agent), before)
    if node not in moves_utility(s, agent):
        return before - before
    return gain(best_value(_controlled(s, node, agent), agent), before)


def _agent(d: CID, decision: str | None) -> str:
    if decision is not None:
        return str(d.agent_of(d.check_decision(decision)))
    return which_agent(d, None, "Value of control", players(d), "decision=..., one of {!r}")


def _controlled(s: SCIM, node: str, agent: str) -> SCIM:
    """Return the model in which a chance node is a decision of the agent."""
    d = s.diagram
    decisions = {each: list(d.decisions_of(each)) for each in d.agents}
    utilities = {each: list(d.utilities_of(each)) for each in d.agents}
    decisions[agent].append(node)
    diagram = CID(d.edges, decisions, utilities, nodes=d.nodes)
    rest = [name for name in d.nodes if name not in diagram.decisions]
    return SCIM(diagram, s.domains, {name: s.mechanism(name) for name in rest})


MEASURE = Measure(CRITERION, lambda s, decision, node: quantitative_voc(s, node, decision))
