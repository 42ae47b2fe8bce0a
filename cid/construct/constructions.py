"""The models that show what a diagram admits, as signals laid over it.

Two kinds of signal are laid over the diagram, each carried by bits of its own
(:mod:`cid.construct.circuit`), and everything else is constant:

- a *copied bit* runs along a directed path;
- an *information path* runs from an observation O to a utility U that D moves, active given D and
  D's other parents. Its forks toss coins, its chains copy them, and each collider, where two coins
  meet, sends their exclusive or down to a parent of D. U pays when D's action, copied along a
  shortest path, equals the coin that arrives at U.

On an information path with the fewest colliders, whoever knows O and what the colliders send can
work out the coin at U, and without O knows nothing of it. Value of information is that difference.
A response incentive on X lets X flip O; where a collider would betray the flip, the exclusive or is
replaced by an *and*. Value of control lets X switch O on. An instrumental control incentive is D's
action copied through X to U, and an impact incentive D's action copied to all its descendants.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from cid.construct.circuit import ACT, Circuit
from cid.criteria import ici, impact, ri, voc, voi
from cid.criterion import Construction
from cid.diagram import CID
from cid.finding import Finding
from cid.incentives.ici import instrumental_control
from cid.incentives.impact import impact_incentive
from cid.incentives.ri import response_incentive
from cid.incentives.voc import quantitative_voc
from cid.incentives.voi import quantitative_voi
from cid.scim import SCIM
from cid.structure.dseparation import trail
from cid.structure.graph import Adjacency, adjacency, shortest_path
from cid.structure.survey import Survey

__all__ = ["CONSTRUCTIONS"]

Path = tuple[str, ...]


# ---- paths ---------------------------------------------------------------------------------------


def _marks(d: CID, names: Iterable[str]) -> bytearray:
    marks = bytearray(len(d.nodes))
    for name in names:
        marks[d.numbered.index[name]] = 1
    return marks


def _shortest(
    d: CID, graph: Adjacency, start: str, ends: Iterable[str], blocked: Iterable[str] = ()
) -> Path | None:
    """Return a shortest directed path to any of the ends that avoids the blocked nodes."""
    found = shortest_path(
        d.numbered.index[start], _marks(d, ends), graph.children, _marks(d, blocked)
    )
    return None if found is None else tuple(d.nodes[i] for i in found)


def _known(path: Path | None) -> Path:
    assert path is not None, "the verdict promises a path"
    return path


def _utilities(d: CID, decision: str) -> list[str]:
    """Return the agent's utilities downstream of the decision."""
    below = set(d.descendants(decision))
    return [name for name in d.utilities_of(str(d.agent_of(decision))) if name in below]


def _information_path(d: CID, decision: str, start: str, *, backwards: bool = False) -> Path:
    """Return an active trail to a useful utility with the fewest colliders, then edges.

    With `backwards`, one that leaves `start` against an arrow.
    """
    graph = adjacency(d)
    i = d.numbered.index[start]
    if backwards:
        graph = graph.without([(i, child) for child in graph.children[i]])
    given = [d.numbered.index[name] for name in (decision, *d.parents(decision)) if name != start]
    found = trail(graph, i, _marks(d, _utilities(d, decision)), given)
    assert found is not None, "the verdict promises a trail"
    return tuple(d.nodes[k] for k in found)


def _meets(d: CID, path: Path) -> list[int]:
    """Return the positions of a trail's colliders."""
    return [
        i
        for i in range(1, len(path) - 1)
        if path[i - 1] in d.parents(path[i]) and path[i + 1] in d.parents(path[i])
    ]


def _opener(d: CID, decision: str, collider: str, start: str) -> Path:
    """Return a shortest directed path from a collider to a parent of D other than `start`."""
    ends = [name for name in d.parents(decision) if name != start]
    return _known(_shortest(d, adjacency(d), collider, ends, [start, decision]))


def _route(d: CID, decision: str, node: str) -> Path:
    """Return a shortest path from a node to an observation that D needs."""
    reduced = Survey(d, decision).reduction("A witness").graph
    return _known(_shortest(d, reduced, node, [decision]))[:-1]


# ---- constructions -------------------------------------------------------------------------------


def _xor(left: Any, right: Any) -> Any:
    return np.not_equal(left, right).astype(np.intp)


def _and(left: Any, right: Any) -> Any:
    return left * right


def _guessing_game(d: CID, decision: str, path: Path, *, betray: bool = True) -> Circuit:
    """Lay an information path from an observation, and pay D for naming the coin at its end.

    With ``betray=False`` the first collider sends *and* in place of *exclusive or*, and its second
    input is heads with probability 3/4. A change of the first input then need not show in it.
    """
    circuit = Circuit(d)
    meets = _meets(d, path)
    for i, node in enumerate(path[:-1]):
        if i in meets:
            channel = f"q{i}"
            gate = _and if i == meets[0] and not betray else _xor
            circuit.put(node, channel, gate, (path[i - 1], "p"), (path[i + 1], "p"))
            circuit.carry(_opener(d, decision, node, path[0]), channel)
        elif i > 0 and path[i - 1] in d.parents(node):
            circuit.copy(node, "p", (path[i - 1], "p"))
        elif path[i + 1] in d.parents(node):
            circuit.copy(node, "p", (path[i + 1], "p"))
        else:
            second = not betray and meets and meets[0] < i and (len(meets) == 1 or i < meets[1])
            circuit.toss(node, "p", Fraction(3, 4) if second else Fraction(1, 2))
    control = _known(_shortest(d, adjacency(d), decision, path[-1:]))
    circuit.carry(control[:-1], "c", first=ACT)
    action = (control[-2], ACT if len(control) == 2 else "c")
    circuit.put(path[-1], "u", lambda a, b: 1 - _xor(a, b), action, (path[-2], "p"))
    return circuit


def _for_voi(d: CID, finding: Finding) -> SCIM:
    node, decision = finding.node, finding.decision
    linked = d if node in d.parents(decision) else d.with_edges([(node, decision)])
    circuit = _guessing_game(linked, decision, _information_path(linked, decision, node))
    return circuit.model(d)


def _for_ri(d: CID, finding: Finding) -> SCIM:
    node, decision = finding.node, finding.decision
    way = _route(d, decision, node)
    path = _information_path(d, decision, way[-1])
    forward = path[0] in d.parents(path[1])
    circuit = _guessing_game(d, decision, path, betray=not (forward and _meets(d, path)))
    if len(way) == 1:
        return circuit.model()
    if forward:
        circuit.toss(node, "r")
        circuit.carry(way[:-1], "r")
        circuit.copy(way[-1], "p", (way[-2], "r"))
    else:
        circuit.constant(node, "r")
        circuit.carry(way[:-1], "r")
        circuit.put(way[-1], "p", _xor, (path[1], "p"), (way[-2], "r"))
    return circuit.model()


def _for_voc(d: CID, finding: Finding) -> SCIM:
    node, decision = finding.node, finding.decision
    own = d.utilities_of(str(d.agent_of(decision)))
    past = _shortest(d, adjacency(d), node, own, [decision])
    if past is not None:
        circuit = Circuit(d)
        circuit.constant(node, "r")
        circuit.carry(past, "r")
        return circuit.model()
    way = _route(d, decision, node)
    path = _information_path(d, decision, way[-1])
    if path[0] in d.parents(path[1]):  # go on to where the first collider is observed
        first = _meets(d, path)[0]
        way = (*way, *path[1:first], *_opener(d, decision, path[first], way[-1]))
        path = _information_path(d, decision, way[-1], backwards=True)
    circuit = _guessing_game(d, decision, path)
    if len(way) == 1:
        circuit.constant(node, "p")
    else:
        circuit.constant(node, "r")
        circuit.carry(way[:-1], "r")
        circuit.put(way[-1], "p", _and, (path[1], "p"), (way[-2], "r"))
    return circuit.model()


def _for_ici(d: CID, finding: Finding) -> SCIM:
    circuit = Circuit(d)
    circuit.carry(finding.path_nodes, "c", first=ACT)
    return circuit.model()


def _for_impact(d: CID, finding: Finding) -> SCIM:
    circuit = Circuit(d)
    decision = finding.decision
    reached: dict[str, str] = {}
    frontier: Sequence[str] = [decision]
    while frontier:
        following = []
        for tail in frontier:
            for head in d.children(tail):
                if head not in reached:
                    reached[head] = tail
                    following.append(head)
        frontier = following
    for head, tail in reached.items():
        circuit.copy(head, "c", (tail, ACT if tail == decision else "c"))
    return circuit.model()


CONSTRUCTIONS = (
    Construction(voi.CRITERION, _for_voi, lambda s, d, x: bool(quantitative_voi(s, d, x) > 0)),
    Construction(ri.CRITERION, _for_ri, lambda s, d, x: response_incentive(s, d, x).has),
    Construction(voc.CRITERION, _for_voc, lambda s, d, x: bool(quantitative_voc(s, x, d) > 0)),
    Construction(
        ici.CRITERION, _for_ici, lambda s, d, x: instrumental_control(s, d, x).has, several=True
    ),
    Construction(
        impact.CRITERION, _for_impact, lambda s, d, x: impact_incentive(s, d, x, baseline=0).has
    ),
)
