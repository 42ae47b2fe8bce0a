r"""Intention: which outcomes is a policy chosen for?

A policy :math:`\pi` intentionally causes the values of some nodes O in a world if there are a
reference policy :math:`\hat\pi`, a set :math:`Y \supseteq O` of nodes and for each of them a set of
worlds, that of O's members holding the world in question, such that

.. math:: E_\pi[\mathcal U] \le E_{\hat\pi}[\mathcal U_{Y_\pi | W}]

and no smaller choice will do (Ward et al. 2024 [1]_). On the right the reference
policy is followed, but each node of Y takes, in its worlds, the value that it would have had under
:math:`\pi`. If the agent need not act as it does once those outcomes are granted, it acts for their
sake.

A choice is a set of pairs of a node and a world, and it is minimal when no proper subset reaches
the inequality. What is forced in one world does not affect another. So a minimal choice is put
together from sets that are *tight* in their world, earning more there than each of their proper
subsets; it is minimal iff it reaches the inequality and would not after the cheapest loss in any
one world. Such sums are found by dynamic programming over worlds.

.. [1] F. R. Ward, M. MacDermott, F. Belardinelli, F. Toni, T. Everitt. "The Reasons that Agents
   Act: Intention and Instrumental Goals". AAMAS 2024. arXiv:2402.07221.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from cid.errors import CIDTypeError, ModelError, SizeError, shorten
from cid.incentives.incentive import Sized, verdict_on
from cid.model.guards import check_model, own_rule
from cid.model.interface import Model
from cid.names import listed
from cid.scim import SCIM
from cid.solving.contexts import single
from cid.solving.worlds import Worlds

__all__ = ["Intention", "intention"]

Array = np.ndarray[Any, Any]
Value = Hashable
Option = tuple[Any, Any, bool]
"""What a tight set adds, the least it can lose, and whether it holds all nodes asked about."""

MAX_REFERENCES = 4096
"""Reference policies that are looked at when none are given."""
MAX_FORCED = 1 << 18
"""Sets of nodes times actions times worlds, at most."""
MAX_SUMS = 50_000
"""Partial sums that the dynamic programme may keep."""


@dataclass(frozen=True, eq=False)
class Intention(Sized):
    """What a policy intentionally causes at some nodes, in one model.

    Attributes
    ----------
    decision : str
        Whose policy.
    nodes : tuple of str
        The nodes asked about, together.
    has : bool
        Are their values caused intentionally in some world? Also the truth value of the record.
    degree : Fraction or float
        Probability of the worlds in which they are.
    outcomes : mapping
        Of that probability, how much falls on which values of the nodes; keys are values for one
        node, and tuples of them for several.
    admits : bool or None
        Does the diagram have a directed path from the decision through each node to a utility?
        Without, no model has the intention. None where that is not proved: for the decision itself.
    """

    decision: str
    nodes: tuple[str, ...]
    has: bool
    degree: Any
    outcomes: Mapping[Any, Any] = field(repr=False)
    admits: bool | None = field(repr=False)

    def __bool__(self) -> bool:
        return self.has


def intention(
    s: SCIM,
    decision: str,
    policy: Any,
    nodes: str | Sequence[str],
    reference: Iterable[Any] | None = None,
) -> Intention:
    """Return how often a policy intentionally causes the values of some nodes.

    Parameters
    ----------
    s : SCIM
        A small model, in which no other decision of the agent moves its utility.
    decision : str
        Whose policy it is.
    policy : rule
        A deterministic rule for the decision, in any form that :meth:`SCIM.with_policy` takes, or
        a policy that holds one.
    nodes : str or sequence of str
        The nodes, of any kind.
    reference : iterable of rules, optional
        The policies that the agent could have followed instead; deterministic. By default all.

    Returns
    -------
    Intention

    Raises
    ------
    ScopeError
        If another decision matters, or the model is too large.
    ModelError
        If a rule is not deterministic.

    Notes
    -----
    Y may hold any node that depends on the decision and that the utility depends on, the decision
    and utilities included. Worlds differ by noise that the utility can depend on, and states of a
    noise to which its node responds alike are one; an idle coin would split them, and with finer
    sets of worlds to choose from other choices are minimal.
    Floating-point numbers are taken at their exact binary value.

    Examples
    --------
    A sale is made by informing or by deceiving; deceiving also upsets a bystander. Either way the
    sale is what it is done for:

    >>> import cid
    >>> d = cid.CID.parse("D -> Sale -> U; D -> Upset", decisions="D", utilities="U")
    >>> s = cid.SCIM(
    ...     d,
    ...     {"D": ("idle", "deceive")},
    ...     {"Sale": lambda D: D != "idle", "Upset": lambda D: D != "idle",
    ...      "U": lambda Sale: int(Sale)},
    ... )
    >>> cid.intention(s, "D", "deceive", "Sale").outcomes
    {True: Fraction(1, 1)}
    >>> bool(cid.intention(s, "D", "deceive", "Upset"))
    False
    """
    d = check_model(s, "intention").diagram
    agent = str(d.agent_of(d.check_decision(decision)))
    if not isinstance(nodes, str | Sequence):
        raise CIDTypeError(f"Expected a node name or several, not {shorten(nodes)}.")
    asked = (nodes,) if isinstance(nodes, str) else tuple(listed(nodes, "nodes"))
    if not asked:
        raise ModelError("Name at least one node.")
    if isinstance(reference, str) or not isinstance(reference, Iterable | None):
        raise CIDTypeError(f"reference is a list of rules, not {shorten(reference)}.")
    for name in asked:
        d.check_node(name)
    settled = single(s, decision, "Intention")
    worlds = Worlds(settled, [decision, *d.parents(decision), *asked], agent)
    granted = _granted(worlds, decision)
    chosen = _actions(settled, worlds, decision, policy, "The policy")
    admits = _admits(s, decision, asked)
    zero = worlds.probability(0)
    if not set(asked) <= set(granted):
        return Intention(decision, asked, False, zero, {}, admits)
    game = _Game(worlds, decision, granted, chosen, asked)
    if reference is None:
        others: Iterable[Array] = _every(worlds, decision)
    else:
        others = [
            _actions(settled, worlds, decision, rule, "A reference policy") for rule in reference
        ]
    intended = np.zeros(worlds.count, dtype=bool)
    for other in others:
        intended |= game.intended(other)
        if intended.all():
            break
    values = worlds.run({decision: chosen})
    outcomes: dict[Any, Any] = {}
    for j in np.flatnonzero(intended):
        found = tuple(s.domains[name][int(worlds.full(values[name])[j])] for name in asked)
        key = found[0] if isinstance(nodes, str) else found
        outcomes[key] = outcomes.get(key, zero) + worlds.probability(worlds.weight[j])
    degree = sum(outcomes.values(), start=zero)
    return Intention(decision, asked, bool(intended.any()), degree, outcomes, admits)


def _admits(s: SCIM, decision: str, nodes: Iterable[str]) -> bool | None:
    found = []
    for name in nodes:
        finding = None if name == decision else verdict_on(s, "ici", decision, name)
        if finding is None:
            return None
        found.append(finding.holds)
    return all(found)


def _granted(worlds: Worlds, decision: str) -> tuple[str, ...]:
    """Return the nodes whose values depend on the decision and move the utility."""
    below = {decision}
    for name in worlds.order:
        if below.intersection(worlds.parents[name]):
            below.add(name)
    above: set[str] = set()
    stack = list(worlds.s.diagram.utilities_of(str(worlds.agent)))
    while stack:
        name = stack.pop()
        if name not in above:
            above.add(name)
            stack += worlds.parents[name]
    return tuple(name for name in worlds.order if name in below & above)


def _actions(s: Model, worlds: Worlds, decision: str, rule: Any, what: str) -> Array:
    """Return the action that a deterministic rule takes in each world."""
    parents = s.diagram.parents(decision)
    chances = s.with_policy({decision: own_rule(s, decision, rule)}).cpd(decision, parents)
    if not all(p in (0, 1) for p in chances.flat):
        raise ModelError(
            f"{what} for {decision!r} is not deterministic. What would have been done instead "
            "depends on how it randomises."
        )
    table = np.asarray(chances == 1, dtype=bool).argmax(axis=-1).ravel()
    met = worlds.context(worlds.run({decision: np.array(0)}), parents)
    return np.asarray(table[met])


def _every(worlds: Worlds, decision: str) -> Iterable[Array]:
    """Return what each deterministic policy does in each world."""
    met = worlds.context(worlds.run({decision: np.array(0)}), worlds.s.diagram.parents(decision))
    numbers, cell = np.unique(met, return_inverse=True)
    size = worlds.sizes[decision]
    if size ** len(numbers) > MAX_REFERENCES:
        raise SizeError(
            f"{decision!r} has {size ** len(numbers):,} deterministic policies; at most "
            f"{MAX_REFERENCES:,} are looked at. Name those that count with reference=[...]."
        )
    for table in itertools.product(range(size), repeat=len(numbers)):
        yield np.array(table)[cell]


class _Game:
    """What forcing each set of nodes to the policy's values earns, for each action and world."""

    def __init__(
        self,
        worlds: Worlds,
        decision: str,
        granted: Sequence[str],
        chosen: Array,
        asked: Iterable[str],
    ) -> None:
        subsets, actions = 1 << len(granted), worlds.sizes[decision]
        if subsets * actions * worlds.count > MAX_FORCED:
            raise SizeError(
                f"{len(granted)} nodes lie between {decision!r} and the utility; all sets of them "
                f"in {worlds.count:,} worlds are too many to look at. Use a smaller model."
            )
        under = worlds.run({decision: chosen})
        action = np.arange(actions)[:, None]
        earned = np.empty((subsets, actions, worlds.count), dtype=object)
        weight = worlds.weight if worlds.exact else _exactly(worlds.weight)
        for subset in range(subsets):
            forced = {name: under[name] for i, name in enumerate(granted) if subset >> i & 1}
            utility = worlds.full(worlds.utility(worlds.run({decision: action}, forced)))
            earned[subset] = weight * (utility if worlds.exact else _exactly(utility))
        self.goal = earned[-1, 0].sum()
        self.free = earned[0]
        inside = earned.copy()  # the most that any subset earns
        below = np.full(earned.shape, None, dtype=object)  # the most that a proper subset earns
        for subset in range(1, subsets):
            smaller = [inside[subset ^ 1 << i] for i in range(len(granted)) if subset >> i & 1]
            below[subset] = np.maximum.reduce(smaller)
            inside[subset] = np.maximum(inside[subset], below[subset])
        wanted = sum(1 << granted.index(name) for name in asked)
        self.options = [
            [_options(earned[:, a, j], below[:, a, j], wanted) for j in range(worlds.count)]
            for a in range(actions)
        ]

    def intended(self, other: Array) -> Array:
        """Mark the worlds in which the policy is chosen, over this one, for the nodes' values."""
        worlds = range(len(other))
        lacking = self.goal - sum(self.free[other[j], j] for j in worlds)
        found = np.zeros(len(other), dtype=bool)
        if lacking <= 0:
            return found
        options = [self.options[other[j]][j] for j in worlds]
        most = [max((gain for gain, _, _ in each), default=0) for each in options]
        before: list[dict[Any, Any]] = [{0: math.inf}]
        for j in worlds:
            before.append(_extend(before[-1], options[j], lacking))
        after: list[dict[Any, Any]] = [{0: math.inf}]
        for j in reversed(worlds):
            after.append(_extend(after[-1], options[j], lacking))
        after.reverse()
        for j in worlds:
            if sum(most) < lacking:
                break
            found[j] = any(
                lacking <= left + gain + right
                and left + gain + right - min(least, spare, other_spare) < lacking
                for gain, least, holds in options[j]
                if holds
                for left, spare in before[j].items()
                for right, other_spare in after[j + 1].items()
            )
        return found


def _exactly(values: Array) -> Array:
    return np.asarray(np.frompyfunc(Fraction, 1, 1)(values), dtype=object)


def _options(earned: Array, below: Array, wanted: int) -> list[Option]:
    """Return the tight sets in one world, those that differ in nothing that counts merged."""
    found: dict[Option, None] = {}
    for subset in range(1, len(earned)):
        if earned[subset] > below[subset]:
            holds = subset & wanted == wanted
            found[earned[subset] - earned[0], earned[subset] - below[subset], holds] = None
    return list(found)


def _extend(sums: dict[Any, Any], options: list[Option], lacking: Any) -> dict[Any, Any]:
    """Add one world: {sum: the largest least loss of any choice that reaches it}.

    A choice that is enough after its cheapest loss can only stay so, and is dropped.
    """
    found = dict(sums)
    for gain, least, _ in options:
        for total, spare in sums.items():
            more, loss = total + gain, min(spare, least)
            if more - loss < lacking and loss > found.get(more, 0):
                found[more] = loss
    if len(found) > MAX_SUMS:
        raise SizeError(
            f"More than {MAX_SUMS:,} sums of utility need to be told apart to find what is "
            "intended. Use a smaller model, or name fewer reference policies."
        )
    return found
