"""For each positive verdict a model that exhibits it: what makes the criteria complete.

In these models every node carries named bits, and its value is the set of the names whose bits are
one; a bit that is not spoken of is zero. Most nodes copy one bit from one parent. Decisions have
the actions 0 and 1, and a utility is one bit.

Two kinds of chain are laid over a diagram with one decision D:

- a *copy chain* carries a bit along a directed path;
- an *information path* from an observation O to a utility U, active given D and D's other
  parents. Its forks toss coins, its chains copy them, and each collider, where the coins of two
  neighbours meet, sends their exclusive or down to a parent of D. Who knows all of these and O can
  work out the coin that arrives at U; who lacks O knows nothing of it. U pays when D's bit, carried
  along a shortest path, equals that coin.

The same idea, with one gate changed, serves for value of information, response incentives and value
of control.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain, combinations, pairwise, product

import networkx as nx
from oracles import active, colliders, graph_of, trails

from cid import CID

Value = frozenset
Rule = Callable[[dict[str, Value], dict[str, bool]], bool]
"""From the parents' values, and the node's own coins, to a bit."""


@dataclass
class Witness:
    """A model over a diagram: for each node and bit a rule, for each node its fair coins."""

    d: CID
    decision: str
    rules: dict[str, dict[str, Rule]] = field(default_factory=lambda: defaultdict(dict))
    coins: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    # ---- gates -----------------------------------------------------------------------------

    def put(self, node, bit, gate, *inputs, coins=0):
        """Let a bit be a gate of bits at parents, given as (parent, bit), and of new coins."""
        names = [f"{bit} {i}" for i in range(coins)]
        self.coins[node] += names

        def rule(values, tossed):
            return gate(*(b in values[p] for p, b in inputs), *(tossed[name] for name in names))

        assert {parent for parent, _ in inputs} <= set(self.d.parents(node))
        self.rules[node][bit] = rule

    def copy(self, path, bit, source=None):
        """Carry a bit along a directed path, from the bit `source` at its start."""
        for i, (tail, head) in enumerate(pairwise(path)):
            self.put(head, bit, bool, (tail, source if source and i == 0 else bit))

    # ---- running it ------------------------------------------------------------------------

    def states(self):
        """Yield every outcome of the coins; all are equally likely."""
        keys = [(node, name) for node, names in self.coins.items() for name in names]
        for tossed in product((False, True), repeat=len(keys)):
            state = defaultdict(dict)
            for (node, name), value in zip(keys, tossed, strict=True):
                state[node][name] = value
            yield state

    def run(self, state, policy, do=None):
        """Return every node's value. `policy` maps the parents' values to an action."""
        values = {}
        for node in self.d.topological_order:
            if do and node in do:
                values[node] = do[node]
            elif node == self.decision:
                action = policy(self.context(values))
                values[node] = frozenset({"act"} if action else ())
            else:
                values[node] = frozenset(
                    bit for bit, rule in self.rules[node].items() if rule(values, state[node])
                )
        return values

    def context(self, values):
        return tuple(values[p] for p in self.d.parents(self.decision))

    def total(self, values):
        agent = self.d.agent_of(self.decision)
        return sum(bool(values[u]) for u in self.d.utilities_of(agent))

    def solve(self, do=None):
        """Return the optimal value, and {context: (value of 0, value of 1)} for contexts met.

        With one decision the contexts are met whatever the policy, and each is solved by itself.
        """
        table = defaultdict(lambda: [0, 0])
        count = 0
        for state in self.states():
            count += 1
            for action in (0, 1):
                values = self.run(state, lambda _, action=action: action, do)
                table[self.context(values)][action] += self.total(values)
        return Fraction(sum(map(max, table.values())), count), table

    def without(self, node):
        """Return the model in which the decision does not see a node."""
        d = self.d.without_edges([(node, self.decision)])
        return Witness(d, self.decision, self.rules, self.coins)

    def controlled(self, node, bit, gate, *inputs):
        """Return the model under a soft intervention that computes one bit of a node anew."""
        rules = {v: dict(found) for v, found in self.rules.items()}
        model = Witness(self.d, self.decision, defaultdict(dict, rules), self.coins)
        model.put(node, bit, gate, *inputs)
        return model

    def domain(self, node):
        """Every value the node could be set to."""
        bits = list(self.rules[node])
        subsets = chain.from_iterable(combinations(bits, k) for k in range(len(bits) + 1))
        return [frozenset(subset) for subset in subsets]


# ---- paths -------------------------------------------------------------------------------------


def information_path(d, decision, start, backwards=False):
    """Return the trail to a useful utility with the fewest colliders, then edges.

    With `backwards`, only trails that leave `start` against an arrow.
    """
    graph = graph_of(d)
    given = {decision, *graph.predecessors(decision)} - {start}
    below = nx.descendants(graph, decision)
    targets = [u for u in d.utilities_of(d.agent_of(decision)) if u in below]
    found = [
        trail
        for target in targets
        for trail in trails(graph, start, target)
        if active(graph, trail, given) and not (backwards and graph.has_edge(*trail[:2]))
    ]
    return min(found, key=lambda trail: (colliders(graph, trail), len(trail)))


def opener(d, decision, collider, start):
    """Return a shortest directed path from a collider to a parent of D other than `start`."""
    parents = set(d.parents(decision)) - {start}
    graph = graph_of(d)
    graph.remove_nodes_from({start, decision})
    ends = [p for p in parents if p in graph and nx.has_path(graph, collider, p)]
    return min((nx.shortest_path(graph, collider, p) for p in ends), key=len)


def control_path(d, decision, targets):
    graph = graph_of(d)
    ends = [u for u in targets if nx.has_path(graph, decision, u)]
    return min((nx.shortest_path(graph, decision, u) for u in ends), key=len)


# ---- constructions -----------------------------------------------------------------------------


def guessing_game(d, decision, path, *, first_gate=None):
    """Lay an information path from an observation, and pay D for naming the coin at its end.

    `first_gate` replaces exclusive or at the first collider; its second input is then one with
    probability 3/4.
    """
    model = Witness(d, decision)
    graph = graph_of(d)
    last = len(path) - 1

    def bit(i):
        return path[i], "p"

    meets = 0
    for i, node in enumerate(path[:-1]):
        into_left = i > 0 and graph.has_edge(path[i - 1], node)
        into_right = graph.has_edge(path[i + 1], node)
        if into_left and into_right:
            channel = f"q{i}"
            gate = first_gate if meets == 0 and first_gate else bool.__xor__
            model.put(node, channel, gate, bit(i - 1), bit(i + 1))
            model.copy(opener(d, decision, node, path[0]), channel)
            meets += 1
        elif into_left:
            model.put(node, "p", bool, bit(i - 1))
        elif into_right:
            model.put(node, "p", bool, bit(i + 1))
        elif meets == 1 and first_gate and i > 0 and graph.has_edge(node, path[i - 1]):
            model.put(node, "p", bool.__or__, coins=2)
        else:
            model.put(node, "p", bool, coins=1)
    utility = path[last]
    control = control_path(d, decision, [utility])
    model.copy(control, "c", source="act")
    model.put(
        utility,
        "pays",
        lambda named, coin: named == coin,
        (control[-2], "act" if len(control) == 2 else "c"),
        bit(last - 1),
    )
    del model.rules[utility]["c"]
    return model


def for_voi(d, decision, node):
    """Return the model with the link node -> decision in place."""
    linked = d if node in d.parents(decision) else d.with_edges([(node, decision)])
    return guessing_game(linked, decision, information_path(linked, decision, node))


def route(minimal, decision, node):
    """Return a shortest path from a node to the decision in the reduction, the decision left out.

    Only its last node is an observation that the reduction keeps.
    """
    return nx.shortest_path(minimal, node, decision)[:-1]


def for_ri(d, minimal, decision, node):
    way = route(minimal, decision, node)
    seen = way[-1]
    path = information_path(d, decision, seen)
    graph = graph_of(d)
    starts_forward = graph.has_edge(*path[:2])
    gate = bool.__and__ if starts_forward and colliders(graph, path) else None
    model = guessing_game(d, decision, path, first_gate=gate)
    if len(way) == 1:
        return model
    if starts_forward:
        model.put(node, "r", bool, coins=1)
        model.copy(way[:-1], "r")
        del model.rules[seen]["p"]
        model.coins[seen].clear()
        model.put(seen, "p", bool, (way[-2], "r"))
    else:
        model.put(node, "r", lambda: False)
        model.copy(way[:-1], "r")
        model.put(seen, "p", bool.__xor__, (path[1], "p"), (way[-2], "r"))
    return model


def for_voc(d, minimal, decision, node):
    """Return the model, and the model under a soft intervention at the node."""
    graph = graph_of(d)
    utilities = d.utilities_of(d.agent_of(decision))
    free = graph.subgraph([v for v in graph if v != decision])
    ends = [u for u in utilities if nx.has_path(free, node, u)]
    if ends:
        path = min((nx.shortest_path(free, node, u) for u in ends), key=len)
        model = Witness(d, decision)
        model.put(node, "r", lambda: False)
        model.copy(path, "r")
        return model, model.controlled(node, "r", lambda: True)

    way = route(minimal, decision, node)
    path = information_path(d, decision, way[-1])
    if graph.has_edge(*path[:2]):  # move on to where the first collider is observed
        first = next(
            i
            for i in range(1, len(path))
            if graph.has_edge(path[i - 1], path[i]) and graph.has_edge(path[i + 1], path[i])
        )
        way += path[1:first] + opener(d, decision, path[first], way[-1])
        path = information_path(d, decision, way[-1], backwards=True)
    seen, source = way[-1], path[1]
    model = guessing_game(d, decision, path)
    if len(way) == 1:
        model.put(seen, "p", lambda: False)
        return model, model.controlled(seen, "p", bool, (source, "p"))
    model.put(node, "r", lambda: False)
    model.copy(way[:-1], "r")
    model.put(seen, "p", bool.__and__, (source, "p"), (way[-2], "r"))
    return model, model.controlled(node, "r", lambda: True)


def for_control(d, decision, node, avoid=()):
    """Carry D's bit through the node to a utility, past the nodes to be avoided."""
    graph = graph_of(d)
    graph.remove_nodes_from(avoid)
    utilities = d.utilities_of(d.agent_of(decision))
    ends = [u for u in utilities if nx.has_path(graph, node, u)]
    tail = min((nx.shortest_path(graph, node, u) for u in ends), key=len)
    model = Witness(d, decision)
    model.copy(nx.shortest_path(graph, decision, node) + tail[1:], "c", source="act")
    return model


def for_impact(d, decision):
    """Let every descendant of D copy it, each from one parent."""
    model = Witness(d, decision)
    for tail, head in nx.bfs_edges(graph_of(d), decision):
        model.copy([tail, head], "act")
    return model
