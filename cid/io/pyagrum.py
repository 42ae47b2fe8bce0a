"""To and from influence diagrams of pyAgrum [1]_.

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
from cid.io.optional import load_library
from cid.io.pgmpy import require_numbers, table_to_mechanism
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
    gum = load_library("pyagrum", "pyagrum")
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


def from_pyagrum(diagram: Any) -> SCIM:
    """Return an influence diagram of pyAgrum as a model.

    Parameters
    ----------
    diagram : pyagrum.InfluenceDiagram
        Variables of integers and of floats get such domains; the values of others are their labels.

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
    """
    gum = load_pyagrum()
    if not isinstance(diagram, gum.InfluenceDiagram):
        raise CIDTypeError(f"from_pyagrum takes an InfluenceDiagram, not {shorten(diagram)}.")
    names = {i: diagram.variable(i).name() for i in diagram.nodes()}
    order = sorted(names)
    d = CID(
        [(names[i], names[j]) for i, j in sorted(diagram.arcs())],
        [names[i] for i in order if diagram.isDecisionNode(i)],
        [names[i] for i in order if diagram.isUtilityNode(i)],
        nodes=[names[i] for i in order],
    )
    domains: dict[str, tuple[Any, ...]] = {}
    mechanisms: dict[str, Any] = {}
    for i in order:
        name = names[i]
        parents = d.parents(name)
        if diagram.isUtilityNode(i):
            mean = _get(diagram.utility(i), [*parents, name])[..., 0]
            values, spots = np.unique(mean, return_inverse=True)
            domains[name] = tuple(values.tolist())
            certain = np.eye(len(values))[spots.reshape(mean.shape)]
            mechanisms[name] = table_to_mechanism(parents, domains[name], certain)
            continue
        domains[name] = _values(gum, diagram.variable(i))
        if diagram.isChanceNode(i):
            table = _get(diagram.cpt(i), [*parents, name])
            mechanisms[name] = table_to_mechanism(parents, domains[name], table)
    return SCIM(d, domains, mechanisms)
