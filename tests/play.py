"""Models played out one history at a time: slow, and sharing nothing with the solver.

A rule is a mapping from contexts, tuples of values in the order of the decision's parents, to
actions or to {action: probability}.
"""

from fractions import Fraction
from itertools import product


def histories(s, rules):
    """Yield (probability, {node: value}) for every history of positive probability."""
    d = s.diagram
    order = d.topological_order
    tables = {v: s.mechanism(v).probabilities for v in d.nodes if d.kind(v) != "decision"}
    parents = {v: s.mechanism(v).parents for v in tables}

    def follow(k, p, values):
        if k == len(order):
            yield p, dict(values)
            return
        v = order[k]
        if v in tables:
            row = tables[v][tuple(s.domains[x].index(values[x]) for x in parents[v])]
            options = zip(s.domains[v], row, strict=True)
        else:
            given = rules[v][tuple(values[x] for x in d.parents(v))]
            options = given.items() if isinstance(given, dict) else [(given, Fraction(1))]
        for value, q in options:
            if q:
                values[v] = value
                yield from follow(k + 1, p * q, values)
                del values[v]

    yield from follow(0, Fraction(1), {})


def expected(s, rules, agent):
    """Return an agent's expected utility."""
    own = s.diagram.utilities_of(agent)
    return sum(p * sum(values[u] for u in own) for p, values in histories(s, rules))


def contexts(s, decision):
    """List the joint values of what a decision observes."""
    return list(product(*(s.domains[x] for x in s.diagram.parents(decision))))


def rules_of(s, decision, seen=None):
    """List the deterministic rules; they differ in the contexts of `seen` only."""
    every = contexts(s, decision)
    seen = every if seen is None else [c for c in every if c in seen]
    first = s.domains[decision][0]
    return [
        dict.fromkeys(every, first) | dict(zip(seen, actions, strict=True))
        for actions in product(s.domains[decision], repeat=len(seen))
    ]


def uniform(s, decision):
    """Return the rule that takes every action equally often."""
    actions = s.domains[decision]
    return {c: dict.fromkeys(actions, Fraction(1, len(actions))) for c in contexts(s, decision)}


def met(s, rules=None):
    """Return, for each decision, the contexts of positive probability; open ones are random."""
    d = s.diagram
    acting = {v: uniform(s, v) for v in d.decisions} | (rules or {})
    found = {v: set() for v in d.decisions}
    for _, values in histories(s, acting):
        for v in d.decisions:
            found[v].add(tuple(values[x] for x in d.parents(v)))
    return found


def profiles(s, decisions=None, seen=None):
    """List all combinations of deterministic rules, on the contexts that can come up."""
    names = s.diagram.decisions if decisions is None else decisions
    seen = met(s) if seen is None else seen
    each = [rules_of(s, v, seen[v]) for v in names]
    return [dict(zip(names, rules, strict=True)) for rules in product(*each)]


def on_all_parents(s, decision, rule):
    """Return a library rule, which may read fewer nodes, on all that the decision observes."""
    parents = s.diagram.parents(decision)
    return {c: rule(**dict(zip(parents, c, strict=True))) for c in contexts(s, decision)}
