"""A game's payoffs for all combinations of deterministic rules, by one pass over a junction tree.

Each decision that observes something gets a new root parent whose value *is* the rule, and does
what the rule says. The belief over these roots holds the expected utility of every agent under
every profile of rules at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from cid.diagram import CID
from cid.model.guards import check_numbers
from cid.model.interface import Model
from cid.model.mechanism import Mechanism
from cid.solving.enumeration import choices, count_rules
from cid.solving.tree import Tree, relevant

__all__ = ["Strategic", "strategic_form"]

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, eq=False)
class Strategic:
    """Expected utilities of all profiles of deterministic rules.

    Attributes
    ----------
    decisions : tuple of str
        The decisions that have an axis each.
    rules : mapping from decision to list of ndarray
        The rules along that axis: the action's position in each context. Contexts that cannot come
        up have the first action.
    payoffs : mapping from agent to ndarray
        Expected utility, shape (number of rules of each decision...).
    """

    decisions: tuple[str, ...]
    rules: Mapping[str, Sequence[Array]] = field(repr=False)
    payoffs: Mapping[str, Array] = field(repr=False)


def strategic_form(
    s: Model, decisions: Sequence[str], limit: int, what: str, tried: int = 0
) -> Strategic:
    """Return the payoffs of all profiles of rules for some decisions.

    Parameters
    ----------
    s : SCIM
        The model. Open decisions that are not listed act uniformly at random.
    decisions : sequence of str
        Those whose rules are varied. A decision that no utility depends on is left out.
    limit : int
        Profiles at most.
    what : str
        Begins the message when there are more.
    tried : int
        Profiles that count as well.

    Raises
    ------
    ScopeError
        If there are more profiles, or the model has free parameters.
    """
    check_numbers(s, "rules are compared by number")
    agents = s.diagram.agents
    live = set(relevant(s.diagram, agents))
    playing = [name for name in decisions if name in live]
    plain = Tree(s, s.diagram, agents)
    plain.check_passes(len(playing), limit)
    each = [choices(plain, name) for name in playing]
    count_rules(each, limit, what, tried)
    rules = {r.decision: list(r.all()) for r in each}
    # A decision that observes nothing is its own rule.
    roots = {name: _root(s.diagram, name) for name in playing if s.diagram.parents(name)}
    chosen = _with_roots(s, roots, rules)
    axes = tuple(roots.get(name, name) for name in playing)
    tree = Tree(chosen, chosen.diagram, agents, axes)
    total = plain.total()
    payoffs: dict[str, Array] = {}
    for k, agent in enumerate(agents):
        if playing:
            probability, weighted = tree.joint()[[0, 1 + k]]
            payoffs[agent] = weighted / probability + (total[k] - weighted.sum())
        else:
            payoffs[agent] = np.array(total[k], dtype=object)
    return Strategic(tuple(playing), rules, payoffs)


def _root(d: CID, name: str) -> str:
    root = f"rule of {name}"
    while root in d:
        root += "'"
    return root


def _with_roots(s: Model, roots: Mapping[str, str], rules: Mapping[str, Sequence[Array]]) -> Model:
    """Return the model in which decisions do what their new root parents say."""
    d = s.diagram
    edges = [*d.edges, *((root, name) for name, root in roots.items())]
    left = {a: [n for n in d.decisions_of(a) if n not in roots] for a in d.agents}
    values = {a: d.utilities_of(a) for a in d.agents}
    diagram = CID(edges, left, values, nodes=[*d.nodes, *roots.values()])
    one = np.array([Fraction(1)], dtype=object)
    changed: dict[str, Mechanism] = {}
    for name, root in roots.items():
        count = len(rules[name])
        even = np.full(count, Fraction(1, count), dtype=object)
        changed[root] = Mechanism((), tuple(range(count)), even)
        response = np.moveaxis(np.array(rules[name], dtype=np.intp), 0, -1)[..., None]
        changed[name] = Mechanism((*d.parents(name), root), s.domains[name], None, one, response)
    return s.on(diagram, changed)
