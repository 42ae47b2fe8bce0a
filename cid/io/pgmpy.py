"""To and from Bayesian networks of pgmpy [1]_.

pgmpy has no decisions: a model goes over with its policy, as a network of chance nodes, and comes
back as a model whose decisions and utilities are named. Probabilities are floats there. Noise is
not carried over, so that counterfactuals of what comes back are coupled by quantiles.

.. [1] A. Ankan, A. Panda. "pgmpy: Probabilistic Graphical Models using Python". SciPy 2015.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from cid.diagram import CID
from cid.engine.numbers import FLOAT
from cid.errors import CIDTypeError, ModelError, shorten
from cid.forms import named, named_owners
from cid.io.tables import model_of_tables
from cid.libraries import load_library
from cid.model.distributions import TOLERANCE
from cid.model.guards import check_model, check_numbers, check_rules
from cid.model.interface import Model, Policy
from cid.model.table import Mechanism
from cid.model.values import plain
from cid.model.whole import whole
from cid.scim import SCIM

__all__ = ["from_pgmpy", "to_pgmpy", "to_table"]

Array = np.ndarray[Any, Any]


def require_numbers(s: object, caller: str) -> Model:
    """Return a model if it is one without free parameters, else raise."""
    model = check_model(s, caller)
    check_numbers(model, f"{caller} writes numbers")
    return model


def state_names(s: Model, node: str) -> list[Any]:
    """Return a node's values as pgmpy names states; numbers of utilities as int or float."""
    domain: list[Any] = list(s.domains[node])
    if s.diagram.kind(node) != "utility":
        return domain
    return [int(value) if value == int(value) else float(value) for value in domain]


def to_table(s: Model, node: str, m: Mechanism) -> Any:
    """Return a mechanism as a ``TabularCPD`` of pgmpy."""
    factors = load_library("pgmpy.factors.discrete", "to_table")
    count = len(s.domains[node])
    return factors.TabularCPD(
        node,
        count,
        m.table(FLOAT).reshape(-1, count).T,
        evidence=list(m.parents),
        evidence_card=[len(s.domains[parent]) for parent in m.parents],
        state_names={name: state_names(s, name) for name in (node, *m.parents)},
    )


def to_pgmpy(s: Model, policy: Policy | None = None) -> Any:
    """Return a model with its policy as a Bayesian network of pgmpy.

    Parameters
    ----------
    s : SCIM
        The model. It has no free parameters.
    policy : mapping from decision to rule, optional
        Rules for the decisions that have none in the model.

    Returns
    -------
    pgmpy.models.BayesianNetwork
        ``DiscreteBayesianNetwork`` in releases of pgmpy that call it so.

    Raises
    ------
    ModelError
        If a decision has no rule, or the model has free parameters.

    Examples
    --------
    >>> import cid
    >>> d = cid.CID.parse("S -> D -> U; S -> U", decisions="D", utilities="U")
    >>> s = cid.SCIM(d, {"D": (0, 1)}, {"S": {0: 0.75, 1: 0.25}, "U": lambda S, D: int(S == D)})
    >>> network = cid.to_pgmpy(s, {"D": lambda S: S})
    >>> print(network.get_cpds("S").values)
    [0.75 0.25]
    >>> cid.from_pgmpy(network, decisions=["D"], utilities=["U"]).domains == s.domains
    True
    """
    model = require_numbers(s, "to_pgmpy")
    model = model.with_policy(policy) if policy is not None else model
    check_rules(model)
    models = load_library("pgmpy.models", "to_pgmpy")
    make = getattr(models, "DiscreteBayesianNetwork", None) or models.BayesianNetwork
    network = make()
    network.add_nodes_from(model.diagram.nodes)
    network.add_edges_from(model.diagram.edges)
    for name in model.diagram.nodes:
        network.add_cpds(to_table(model, name, whole(model, name)))
    return network


def from_pgmpy(
    network: Any,
    decisions: Iterable[str] | Mapping[str, Iterable[str]] = (),
    utilities: Iterable[str] | Mapping[str, Iterable[str]] = (),
    normalise: float = TOLERANCE,
    names: Callable[[Any], str] | None = None,
) -> SCIM:
    """Return a Bayesian network of pgmpy as a model.

    Parameters
    ----------
    network : pgmpy.models.BayesianNetwork
        All its nodes have a table.
    decisions, utilities : iterable of str, or mapping from agent to iterable of str
        Which nodes are what. The tables of decisions are dropped.
    normalise : float or bool
        A column of probabilities that misses the sum one by no more is divided by its sum. pgmpy
        itself takes .01.
    names : callable, optional
        From a node that is no string to its name; ``names=str`` for numbers.

    Raises
    ------
    CIDTypeError
        If a node is no string and `names` is not given.
    ModelError
        If a node has no table, or a table is none; see :mod:`cid.io.tables` for empty columns.
    """
    for name in ("nodes", "edges", "get_cpds"):
        if not hasattr(network, name):
            raise CIDTypeError(f"from_pgmpy takes a BayesianNetwork, not {shorten(network)}.")
    known = named(network.nodes, names, "from_pgmpy")
    d = CID(
        [(known[tail], known[head]) for tail, head in network.edges],
        named_owners(decisions, known),
        named_owners(utilities, known),
        nodes=list(known.values()),
    )
    return tables_to_model(d, network, normalise, known)


def tables_to_model(
    d: CID,
    network: Any,
    normalise: float = TOLERANCE,
    names: Mapping[Any, str] | None = None,
) -> SCIM:
    """Return the model over a diagram whose nodes have tables of pgmpy.

    Parameters
    ----------
    d : CID
        The diagram.
    network : object
        What has the tables.
    normalise : float or bool
        As for :func:`from_pgmpy`.
    names : mapping, optional
        From the network's nodes to those of the diagram, where they differ.
    """
    names = {name: name for name in d.nodes} if names is None else names
    tables, domains = {}, {}
    for label, name in names.items():
        tables[name] = network.get_cpds(label)
        if tables[name] is None:
            raise ModelError(f"{name!r} has no table. Give it one with add_cpds().")
        states = tables[name].state_names[label]
        domains[name] = tuple(plain(value, f"The domain of {name!r}") for value in states)
    arrays = {}
    for name in d.nodes:
        if name not in d.decisions:
            arrays[name] = read_table(tables[name], name, d, domains, names)
    return model_of_tables(d, domains, arrays, normalise)


def read_table(
    table: Any,
    node: str,
    d: CID,
    domains: Mapping[str, tuple[Any, ...]],
    names: Mapping[Any, str] | None = None,
) -> Array:
    """Return a ``TabularCPD`` of pgmpy with axes for the node's parents in the diagram, and it."""
    known = [label if names is None else names.get(label, label) for label in table.variables]
    if set(known) != {node, *d.parents(node)}:
        raise ModelError(
            f"The table of {node!r} reads {', '.join(map(str, known[1:])) or 'nothing'}; its "
            f"parents are {', '.join(d.parents(node)) or 'none'}."
        )
    values = np.asarray(table.values, dtype=np.float64)
    for axis, (label, name) in enumerate(zip(table.variables, known, strict=True)):
        listed = list(table.state_names[label])
        if set(listed) != set(domains[name]) or len(listed) != len(domains[name]):
            raise ModelError(
                f"The table of {node!r} knows {name!r} with the values {shorten(listed)}; the "
                f"table of {name!r} has {shorten(domains[name])}."
            )
        values = values.take([listed.index(value) for value in domains[name]], axis=axis)
    return values.transpose([known.index(name) for name in (*d.parents(node), node)])
