"""To and from influence diagrams of pyAgrum [1]_, and from its Bayesian networks.

pyAgrum's influence diagrams have one agent, and its utilities are numbers that depend on their
parents: where a utility is itself uncertain, its expectation goes over. Integers stay integers and
floats stay floats, where a domain lists them in ascending order; other values become labels, the
text that Python shows for them (strings themselves). Probabilities are floats there, and noise is
not carried over.

.. [1] G. Ducamp, C. Gonzales, P.-H. Wuillemin. "aGrUM/pyAgrum: a toolbox to build models and
   algorithms for Probabilistic Graphical Models in Python". PGM 2020.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from cid.diagram import CID
from cid.errors import CIDTypeError, ModelError, ScopeError, shorten
from cid.io.pgmpy import require_numbers
from cid.io.tables import model_of_tables, utility_table
from cid.libraries import load_library
from cid.model.distributions import TOLERANCE
from cid.parts import Owners
from cid.scim import SCIM

__all__ = ["from_pyagrum", "load_pyagrum", "to_pyagrum"]

Array = np.ndarray[Any, Any]


def load_pyagrum() -> Any:
    """Import pyagrum and return it.

    Its compiled parts warn when they are loaded, and break off the whole process where warnings are
    errors. So they are loaded here, with warnings silenced.

    Raises
    ------
    CIDError
        If pyagrum is not installed.
    """
    gum = load_library("pyagrum", "to_pyagrum")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        gum.InfluenceDiagram()
    return gum


def _variable(gum: Any, node: str, domain: Sequence[Any]) -> Any:
    """Return a variable of pyAgrum whose values are, if possible, those of the node."""
    kinds = {type(value) for value in domain}
    ascending = kinds <= {int, float} and list(domain) == sorted(domain)
    if ascending and kinds == {int} and all(abs(value) < 2**31 for value in domain):
        if list(domain) == list(range(domain[0], domain[-1] + 1)):
            return gum.RangeVariable(node, "", domain[0], domain[-1])
        return gum.IntegerVariable(node, "", list(domain))
    if ascending and float in kinds:
        return gum.NumericalDiscreteVariable(node, "", list(domain))
    labels = [value if isinstance(value, str) else repr(value) for value in domain]
    if len(set(labels)) < len(labels):
        raise ModelError(
            f"Two values of {node!r} have the same label: {shorten(labels)}. Rename one."
        )
    return gum.LabelizedVariable(node, "", labels)


def _values(gum: Any, variable: Any) -> tuple[Any, ...]:
    kind, labels = variable.varType(), variable.labels()
    if kind in (gum.VarType_RANGE, gum.VarType_INTEGER):
        return tuple(int(label) for label in labels)
    if kind == gum.VarType_NUMERICAL:
        return tuple(float(variable.numerical(k)) for k in range(len(labels)))
    return tuple(labels)


def _put(tensor: Any, table: Array, names: Sequence[str]) -> None:
    """Write a table, whose axes are named, into a tensor of pyAgrum."""
    order = [list(names).index(name) for name in reversed(tensor.names)]
    tensor[:] = np.ascontiguousarray(table.transpose(order))


def _get(tensor: Any, names: Sequence[str]) -> Array:
    """Read a tensor of pyAgrum, with its axes in the order of some names."""
    axes = list(reversed(tensor.names))
    return np.asarray(tensor.toarray()).transpose([axes.index(name) for name in names])


def to_pyagrum(s: SCIM) -> Any:
    """Return a model as an influence diagram of pyAgrum.

    Parameters
    ----------
    s : SCIM
        The model, of one agent and without free parameters. Decisions without a rule stay
        decisions.

    Returns
    -------
    pyagrum.InfluenceDiagram

    Raises
    ------
    ScopeError
        If there are several agents.
    ModelError
        If the model has free parameters, or two values of a node would get the same label.

    Examples
    --------
    >>> import cid
    >>> d = cid.CID.parse("S -> D -> U; S -> U", decisions="D", utilities="U")
    >>> s = cid.SCIM(d, {"D": (0, 1)}, {"S": {0: 0.75, 1: 0.25}, "U": lambda S, D: int(S == D)})
    >>> diagram = cid.to_pyagrum(s)
    >>> diagram.decisionNodeSize(), cid.from_pyagrum(diagram) == s
    (1, True)
    """
    model = require_numbers(s, "to_pyagrum")
    d = model.diagram
    if len(d.agents) > 1:
        raise ScopeError(
            "An influence diagram of pyAgrum has one agent. Fix the decisions of the others with "
            "with_policy({...}), and write one agent's utilities."
        )
    gum = load_pyagrum()
    out = gum.InfluenceDiagram()
    for name in d.nodes:
        if name in d.utilities:
            out.addUtilityNode(gum.LabelizedVariable(name, "", 1))
        elif name in d.decisions:
            out.addDecisionNode(_variable(gum, name, model.domains[name]))
        else:
            out.addChanceNode(_variable(gum, name, model.domains[name]))
    for tail, head in d.edges:
        out.addArc(tail, head)
    for name in d.nodes:
        parents = d.parents(name)
        if name in d.utilities:
            mean = model.mean(name, parents).astype(np.float64)
            _put(out.utility(name), mean[..., None], [*parents, name])
        elif name not in d.decisions:
            _put(out.cpt(name), model.cpd(name, parents).astype(np.float64), [*parents, name])
    return out


def from_pyagrum(
    diagram: Any,
    decisions: Owners = (),
    utilities: Owners = (),
    normalise: float = TOLERANCE,
) -> SCIM:
    """Return an influence diagram or a Bayesian network of pyAgrum as a model.

    Parameters
    ----------
    diagram : pyagrum.InfluenceDiagram or pyagrum.BayesNet
        Variables of integers and of floats get such domains; the values of others are their labels.
    decisions, utilities : iterable of str, or mapping from agent to iterable of str
        Which nodes of a Bayesian network are what. The tables of decisions are dropped. An
        influence diagram says it itself.
    normalise : float or bool
        A row of probabilities that misses the sum one by no more is divided by its sum.

    Raises
    ------
    CIDTypeError
        For anything else, and where roles are given for an influence diagram.
    ModelError
        For tables that are none; see :mod:`cid.io.tables` for rows of zeros.

    Examples
    --------
    >>> import cid
    >>> pyagrum = cid.io.pyagrum.load_pyagrum()
    >>> diagram = pyagrum.InfluenceDiagram()
    >>> _ = diagram.addDecisionNode(pyagrum.LabelizedVariable("D", "", ["left", "right"]))
    >>> _ = diagram.addUtilityNode(pyagrum.LabelizedVariable("U", "", 1))
    >>> _ = diagram.addArc("D", "U")
    >>> diagram.utility("U")[{"D": "right"}] = 7
    >>> cid.from_pyagrum(diagram).solve().policy["D"]
    {(): 'right'}
    >>> cid.from_pyagrum(pyagrum.fastBN("A->B")).diagram.edges
    (('A', 'B'),)
    """
    gum = load_pyagrum()
    network = isinstance(diagram, gum.BayesNet)
    if not network and not isinstance(diagram, gum.InfluenceDiagram):
        raise CIDTypeError(
            f"from_pyagrum takes an InfluenceDiagram or a BayesNet, not {shorten(diagram)}."
        )
    names = {i: diagram.variable(i).name() for i in diagram.nodes()}
    order = sorted(names)
    if not network:
        if decisions or utilities:
            raise CIDTypeError(
                "An influence diagram of pyAgrum says which nodes are decisions and utilities. "
                "Leave decisions= and utilities= out; they are for a BayesNet."
            )
        decisions = [names[i] for i in order if diagram.isDecisionNode(i)]
        utilities = [names[i] for i in order if diagram.isUtilityNode(i)]
    edges = [(names[i], names[j]) for i, j in sorted(diagram.arcs())]
    d = CID(edges, decisions, utilities, nodes=[names[i] for i in order])
    domains: dict[str, tuple[Any, ...]] = {}
    tables: dict[str, Array] = {}
    for i in order:
        name = names[i]
        axes = [*d.parents(name), name]
        if not network and name in d.utilities:
            domains[name], tables[name] = utility_table(_get(diagram.utility(i), axes)[..., 0])
            continue
        domains[name] = _values(gum, diagram.variable(i))
        if name not in d.decisions:
            tables[name] = _get(diagram.cpt(i), axes)
    return model_of_tables(d, domains, tables, normalise)
