"""To and fro between the library's models and those of :mod:`models`, which know nothing of it."""

from fractions import Fraction
from itertools import product
from math import lcm

import numpy as np
from models import Model

import cid


def scim_of(d, model, weights, exact=True):
    """Return a :class:`models.Model` as a SCIM; decisions that it does not decide are fixed."""
    fixed = [v for v in d.decisions if v not in model.decisions]
    domains = {v: tuple(range(model.sizes[v])) for v in d.nodes}
    mechanisms = {}
    for v, table in model.tables.items():
        levels = table.shape[1]
        given = weights.get(v, np.ones(levels, dtype=int))
        total = int(given.sum())
        noise = [Fraction(int(w), total) for w in given]
        response = table.reshape(*(model.sizes[p] for p in d.parents(v)), levels)
        mechanisms[v] = cid.Mechanism(
            d.parents(v),
            domains[v],
            None,
            np.array(noise if exact else [float(p) for p in noise], dtype=object),
            response.astype(np.intp),
        )
    return cid.SCIM(d.fix(fixed) if fixed else d, domains, mechanisms)


def random_pair(d, decisions, rng, sizes=None):
    """Draw a model in both forms, and return it with the total weight of its noise."""
    kept = {}

    class Recording(Model):
        def __init__(self, d, decisions, tables, sizes=None, weights=None):
            super().__init__(d, decisions, tables, sizes, weights)
            kept.update(weights or {})

    model = Recording.random(d, decisions, rng, sizes).solve()
    return model, scim_of(d, model, kept), int(model.weight.sum())


def model_of(s, decisions):
    """Return a SCIM as a :class:`models.Model`, its utilities' values being 0 to 3."""
    d = s.diagram
    sizes = {v: len(s.domains[v]) for v in d.nodes if v not in d.utilities}
    tables, weights = {}, {}
    for v in d.nodes:
        if v in decisions:
            continue
        noise, response = s.mechanism(v).structural(v)
        common = lcm(*(p.denominator for p in noise))
        weights[v] = np.array([int(p * common) for p in noise])
        flat = response.reshape(-1, len(noise))
        if v in d.utilities:
            flat = np.array(s.domains[v])[flat]
        tables[v] = flat
    return Model(d, decisions, tables, sizes, weights)


def contexts(s, decision):
    """Count the joint values of what a decision observes."""
    return int(np.prod([len(s.domains[p]) for p in s.diagram.parents(decision)], dtype=int))


def all_policies(s, decision):
    """Yield every deterministic rule: a table from contexts to actions, or an action."""
    seen = list(product(*(s.domains[p] for p in s.diagram.parents(decision))))
    for choice in product(s.domains[decision], repeat=len(seen)):
        yield dict(zip(seen, choice, strict=True)) if s.diagram.parents(decision) else choice[0]


def control(model, decision, node):
    """The least, over optimal policies, of the largest, over contexts they meet and actions d, of
    |E[U with the node as under d | context] - E[U | context]|.
    """
    shape = model.outcome[node].shape
    context = model.context(model.outcome, model.parents[decision], shape)
    usual = model.total(model.outcome)
    changes = []
    for action in range(model.sizes[decision]):
        shifted = model.run(model.optimal, {decision: action})[node]
        nested = model.total(model.run(model.optimal, {node: shifted}))
        changes.append(np.abs(model.by_cell(context, nested - usual)))
    largest, mass = np.max(changes, axis=0), model.by_cell(context, np.ones(shape, dtype=int))
    return min(
        max(Fraction(int(a), int(w)) for a, w in zip(*rows, strict=True) if w > 0)
        for rows in zip(largest, mass, strict=True)
    )
