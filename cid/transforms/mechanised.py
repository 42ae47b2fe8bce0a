"""Mechanised diagrams: the choice of a policy as a node of its own.

An ordinary diagram asks what an *action* does. What a *policy* does is more, wherever a policy is
used more than once, or predicted, or copied. In a mechanised diagram every node V has a parent that
stands for its mechanism: for a decision its *policy* ``Π_V``, for any other node its mechanism
``Θ_V`` (Hammond et al. 2023 [1]_, Kenton et al. 2023 [2]_). The choice is made at the policy node;
the old decision becomes a chance node that follows it.

Where one network acts at several places, the places share one policy node. An instance that values
nothing but its own step then still has an incentive to act for its other instances: whatever makes
it kind makes them kind to it. Read action by action the incentive is absent; read policy by policy
it is there (:func:`policy_level`).

.. [1] L. Hammond, J. Fox, T. Everitt, R. Carey, A. Abate, M. Wooldridge. "Reasoning about causality
   in games". Artificial Intelligence 320, 2023.
.. [2] Z. Kenton, R. Kumar, S. Farquhar, J. Richens, M. MacDermott, T. Everitt. "Discovering
   agents". Artificial Intelligence 322, 2023.
"""

from __future__ import annotations

from collections.abc import Iterable

import networkx as nx

from cid.diagram import CID
from cid.errors import CIDTypeError, DiagramError, shorten
from cid.guards import check_diagram
from cid.names import listed
from cid.structure.agents import which_agent
from cid.structure.graph import adjacency
from cid.structure.parallel import parallel_sweep
from cid.structure.relevance import utilities_by_decision

__all__ = ["mechanised", "mechanism_relevance", "policy_level"]


def _free(d: CID, name: str) -> str:
    if name in d:
        raise DiagramError(
            f"The new node would be called {name!r}, which is a node already. Rename it with "
            "relabel, or choose another name."
        )
    return name


def mechanised(d: CID) -> CID:
    """Return the diagram with a policy node for each decision and a mechanism node for the rest.

    Parameters
    ----------
    d : CID
        The diagram.

    Returns
    -------
    CID
        Each decision D is a chance node with the new parent ``Π_D``, a decision of the same agent
        that observes nothing. Every other node V has the new parent ``Θ_V``, a chance node. The
        mechanisms are independent; :func:`mechanism_relevance` says which policies depend on which.

    Raises
    ------
    DiagramError
        If a new node's name is taken.

    Examples
    --------
    >>> import cid
    >>> m = cid.mechanised(cid.CID.parse("S -> D -> U", decisions="D", utilities="U"))
    >>> m.decisions, m.parents("D"), m.parents("U")
    (('Π_D',), ('S', 'Π_D'), ('D', 'Θ_U'))
    """
    check_diagram(d, "mechanised")
    above = {
        name: _free(d, f"{'Π' if d.kind(name) == 'decision' else 'Θ'}_{name}") for name in d.nodes
    }
    policies = {agent: [above[name] for name in d.decisions_of(agent)] for agent in d.agents}
    utilities = {agent: d.utilities_of(agent) for agent in d.agents}
    edges = [*d.edges, *((mechanism, name) for name, mechanism in above.items())]
    return CID(edges, policies, utilities, nodes=[*d.nodes, *above.values()])


def policy_level(
    d: CID, decisions: str | Iterable[str], agent: str | None = None, name: str = "Π"
) -> CID:
    """Return the diagram in which one policy is chosen for several decisions at once.

    Parameters
    ----------
    d : CID
        The diagram, action by action.
    decisions : str or iterable of str
        The decisions that the policy serves, of one agent or of several.
    agent : str, optional
        Whose utilities the policy is chosen for; needed when the decisions have several owners.
    name : str
        The policy node.

    Returns
    -------
    CID
        The decisions are chance nodes with the new parent `name`, a decision of `agent` that
        observes nothing. Criteria asked of it are about incentives in choosing the policy.

    Raises
    ------
    DiagramError
        If the owner is not clear, or the name is taken.

    Examples
    --------
    Two instances of one network, each rewarded for what the *other* does to it.

    >>> import cid
    >>> d = cid.CID.parse(
    ...     '''
    ...     D1 -> X1 -> U2
    ...     D2 -> X2 -> U1
    ...     decisions[first]: D1
    ...     decisions[second]: D2
    ...     utilities[first]: U1
    ...     utilities[second]: U2
    ...     '''
    ... )
    >>> cid.admits_ici_list(d, "D1")
    []
    >>> cid.admits_ici_list(cid.policy_level(d, ["D1", "D2"], agent="first"), "Π")
    ['D2', 'X2', 'U1']
    """
    check_diagram(d, "policy_level")
    if not isinstance(name, str):
        raise CIDTypeError(f"name is a node name, not {shorten(name)}.")
    served = [decisions] if isinstance(decisions, str) else listed(decisions, "decisions")
    served = [d.check_decision(decision) for decision in served]
    if not served:
        raise DiagramError("A policy serves at least one decision. Name them.")
    if len(set(served)) < len(served):
        raise DiagramError(f"A decision is named twice: {', '.join(served)}.")
    owners = [str(d.agent_of(decision)) for decision in served]
    chosen = which_agent(d, agent, "The policy", owners)
    policy = _free(d, name)
    left = {a: [n for n in d.decisions_of(a) if n not in served] for a in d.agents}
    left[chosen] = [policy, *left[chosen]]
    edges = [*d.edges, *((policy, decision) for decision in served)]
    utilities = {a: d.utilities_of(a) for a in d.agents}
    return CID(edges, left, utilities, nodes=[*d.nodes, policy])


def mechanism_relevance(d: CID) -> nx.DiGraph[str]:
    """Return which mechanisms the best policy at each decision depends on.

    An edge ``Θ_V -> Π_D`` or ``Π_V -> Π_D`` says that the mechanism of V is r-relevant to D: a new
    root parent of V is d-connected to the utilities of D's agent downstream of D, given D and its
    parents (Hammond et al. 2023). Between policies these are the edges of
    :func:`cid.relevance_graph`; there they may close a cycle, which is why this is no diagram.

    Examples
    --------
    >>> import cid
    >>> d = cid.CID.parse("S -> D -> U; S -> U; E -> S", decisions="D", utilities="U")
    >>> list(cid.mechanism_relevance(d).edges)
    [('Θ_U', 'Π_D')]
    """
    graph = adjacency(d)
    numbers = [d.numbered.index[name] for name in d.decisions]
    balls = parallel_sweep(graph, d.numbered.order, numbers, utilities_by_decision(d, numbers))
    above = {n: f"{'Π' if d.kind(n) == 'decision' else 'Θ'}_{n}" for n in d.nodes}
    found: nx.DiGraph[str] = nx.DiGraph()
    found.add_nodes_from(above.values())
    for name in d.nodes:
        hit = balls.root_reached(d.numbered.index[name])
        found.add_edges_from(
            (above[name], above[decision])
            for k, decision in enumerate(d.decisions)
            if hit >> k & 1 and decision != name
        )
    return found
