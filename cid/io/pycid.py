"""To and from pycid [1]_: diagrams, and models with their CPDs.

pycid 0.8.2 imports pygambit when it is loaded, although only its Nash solvers use it, and the
release it pins no longer builds. :func:`load_pycid` puts a stand-in module in place for the
duration of the import when pygambit is absent; everything but Nash solving and export to Gambit
then works.

.. [1] J. Fox, T. Everitt, R. Carey, E. Langlois, A. Abate, M. Wooldridge. "PyCID: A
   Python Library for Causal Influence Diagrams". SciPy 2021.
"""

from __future__ import annotations

import importlib
import importlib.util
import itertools
import sys
import types
import warnings
from collections.abc import Callable
from typing import Any

from cid.diagram import CID
from cid.engine.numbers import FLOAT
from cid.errors import CIDTypeError, MissingLibraryError, ModelError, shorten
from cid.forms import named, named_owners
from cid.io.pgmpy import read_table, require_numbers, state_names, tables_to_model
from cid.io.tables import table_to_mechanism
from cid.libraries import install_by
from cid.model.distributions import TOLERANCE
from cid.model.interface import Model, Policy
from cid.model.table import Mechanism
from cid.model.whole import whole
from cid.scim import SCIM

__all__ = ["from_pycid", "load_pycid", "policy_from_pycid", "scim_from_pycid", "to_pycid"]


def _stand_in() -> dict[str, types.ModuleType]:
    """Return modules with the pygambit names that pycid looks up while it is imported."""
    names = ("pygambit", "pygambit.nash", "pygambit.lib", "pygambit.lib.libgambit")
    modules = {name: types.ModuleType(name) for name in names}
    for name, module in modules.items():
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(modules[parent], child, module)
    for name in ("Game", "Infoset", "Player", "Node", "Decimal"):
        setattr(modules["pygambit"], name, type(name, (), {}))
    profile = "MixedStrategyProfile"
    setattr(modules["pygambit.lib.libgambit"], profile, type(profile, (), {}))
    return modules


def load_pycid() -> Any:
    """Import pycid and return it, with or without pygambit.

    Raises
    ------
    CIDError
        If pycid is not installed; the message says how.
    """
    if sys.modules.get("pycid") is not None:
        return sys.modules["pycid"]
    if importlib.util.find_spec("pycid") is None:
        raise MissingLibraryError(
            f"pycid is not installed. Its pins no longer resolve: {install_by('pycid')}, and then "
            "by pip install --no-deps pycid==0.8.2."
        )
    placed = _stand_in() if importlib.util.find_spec("pygambit") is None else {}
    sys.modules.update(placed)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # deprecations inside pycid and pgmpy
            return importlib.import_module("pycid")
    except ImportError as error:
        raise MissingLibraryError(
            f"pycid cannot be imported ({error}). For what it needs, {install_by('pycid')}."
        ) from error
    finally:
        for name in placed:
            sys.modules.pop(name, None)


def from_pycid(model: Any, names: Callable[[Any], str] | None = None) -> CID:
    """Return the diagram of a pycid ``CID`` or ``MACID``.

    Mechanisms are left behind; see :func:`scim_from_pycid`. Agent labels become strings; a single
    agent becomes the unnamed one.

    Parameters
    ----------
    model : pycid.CID or pycid.MACID
        With or without CPDs.
    names : callable, optional
        From a node that is no string to its name; ``names=str`` for numbers.

    Raises
    ------
    CIDTypeError
        If a node is no string and `names` is not given.
    DiagramError
        If it is no diagram here: a utility has children, or two nodes get the same name.

    Examples
    --------
    >>> import cid
    >>> pycid = cid.io.pycid.load_pycid()
    >>> model = pycid.CID([("S", "D"), ("D", "U"), ("S", "U")], decisions=["D"], utilities=["U"])
    >>> cid.from_pycid(model)
    CID([('S', 'D'), ('S', 'U'), ('D', 'U')], decisions=['D'], utilities=['U'])
    """
    for name in ("nodes", "edges", "agent_decisions", "agent_utilities"):
        if not hasattr(model, name):
            hint = " Give a network without decisions to from_pgmpy." * hasattr(model, "get_cpds")
            raise CIDTypeError(
                f"from_pycid takes a pycid CID or MACID, not {shorten(model)}.{hint}"
            )
    known = named(model.nodes, names, "from_pycid")
    decisions, utilities = (
        named_owners({str(agent): list(nodes) for agent, nodes in role.items()}, known)
        for role in (model.agent_decisions, model.agent_utilities)
    )
    if len({*decisions, *utilities}) <= 1:
        decisions = [name for nodes in decisions.values() for name in nodes]
        utilities = [name for nodes in utilities.values() for name in nodes]
    edges = [(known[tail], known[head]) for tail, head in model.edges]
    return CID(edges, decisions, utilities, nodes=list(known.values()))


def to_pycid(d: CID | SCIM, policy: Policy | None = None) -> Any:
    """Return a pycid ``CID`` (one agent) or ``MACID`` (several).

    Parameters
    ----------
    d : CID or SCIM
        A diagram, which goes over without mechanisms, or a model, which goes over with a function
        CPD for each mechanism and a domain for each decision. Noise is not carried over.
    policy : mapping from decision to rule, optional
        Rules to impute to decisions of a model.

    Raises
    ------
    ModelError
        If the model has free parameters, or values of a node cannot be sorted.

    Examples
    --------
    >>> import cid
    >>> d = cid.catalog.load("deception").diagram
    >>> type(cid.to_pycid(d)).__name__, cid.from_pycid(cid.to_pycid(d)) == d
    ('MACID', True)
    >>> d = cid.CID.parse("S -> D -> U; S -> U", decisions="D", utilities="U")
    >>> s = cid.SCIM(d, {"D": (0, 1)}, {"S": {0: 0.75, 1: 0.25}, "U": lambda S, D: int(S == D)})
    >>> model = cid.to_pycid(s, policy={"D": 0})
    >>> model.expected_utility({})
    0.75
    """
    if isinstance(d, SCIM):
        return _fill(_structure(d.diagram), require_numbers(d, "to_pycid"), policy)
    if not isinstance(d, CID):
        raise CIDTypeError(f"to_pycid takes a CID or a SCIM, not {shorten(d)}.")
    if policy is not None:
        raise CIDTypeError("A policy belongs to a model. Give to_pycid a SCIM.")
    return _structure(d)


def _structure(d: CID) -> Any:
    pycid = load_pycid()
    if len(d.agents) == 1:
        model = pycid.CID(list(d.edges), decisions=list(d.decisions), utilities=list(d.utilities))
    else:
        model = pycid.MACID(
            list(d.edges),
            agent_decisions={agent: list(d.decisions_of(agent)) for agent in d.agents},
            agent_utilities={agent: list(d.utilities_of(agent)) for agent in d.agents},
        )
    model.add_nodes_from(d.nodes)
    return model


def _fill(model: Any, s: Model, policy: Policy | None) -> Any:
    """Add the tables of a model, and the rules of a policy, to a diagram of pycid."""
    ruled = s.with_policy(policy) if policy is not None else s
    for name in s.diagram.topological_order:
        if name in ruled.diagram.decisions:
            model.add_cpds(**{name: list(s.domains[name])})
        else:
            model.add_cpds(_function_cpd(model, s, name, whole(ruled, name)))
    return model


def _function_cpd(model: Any, s: Model, node: str, m: Mechanism) -> Any:
    """Return a mechanism as a CPD of pycid, which wants more of one than pgmpy does."""
    pycid = load_pycid()
    names = state_names(s, node)
    contexts = itertools.product(*(state_names(s, parent) for parent in m.parents))
    rows = m.table(FLOAT).reshape(-1, len(names)).tolist()
    table = {c: dict(zip(names, row, strict=True)) for c, row in zip(contexts, rows, strict=True)}

    def distribution(**values: Any) -> dict[Any, float]:
        return table[tuple(values[parent] for parent in m.parents)]

    try:
        return pycid.StochasticFunctionCPD(node, distribution, model, domain=names, label="table")
    except TypeError:
        raise ModelError(
            f"pycid sorts the values of a node, and those of {node!r} have no order: "
            f"{shorten(names)}. Use values of one type."
        ) from None


def scim_from_pycid(
    model: Any, normalise: float = TOLERANCE, names: Callable[[Any], str] | None = None
) -> SCIM:
    """Return a pycid ``CID`` or ``MACID`` with its mechanisms as a model.

    Probabilities are the floats that pycid computed; mechanisms without chance are exact. pycid
    keeps no noise, so that counterfactuals of a stochastic node are coupled by quantiles; see
    :mod:`cid.model.query`. Decisions stay decisions, also those to which pycid has imputed a rule;
    :func:`policy_from_pycid` returns the rules.

    Parameters
    ----------
    model : pycid.CID or pycid.MACID
        With a CPD for every node.
    normalise : float or bool
        A column of probabilities that misses the sum one by no more is divided by its sum. pycid
        itself takes .01.
    names : callable, optional
        As for :func:`from_pycid`.

    Raises
    ------
    ModelError
        If a node has no CPD, or a column misses the sum one by more.

    Examples
    --------
    >>> import cid
    >>> pycid = cid.io.pycid.load_pycid()
    >>> model = pycid.CID([("S", "D"), ("D", "U"), ("S", "U")], decisions=["D"], utilities=["U"])
    >>> model.add_cpds(S=pycid.discrete_uniform([-1, 1]), D=[-1, 1], U=lambda S, D: S * D)
    >>> s = cid.scim_from_pycid(model)
    >>> s.solve().value
    1.0
    """
    d = from_pycid(model, names)
    if not hasattr(model, "get_cpds"):
        raise CIDTypeError(f"scim_from_pycid takes a pycid CID or MACID, not {shorten(model)}.")
    return tables_to_model(d, model, normalise, named(model.nodes, names, "scim_from_pycid"))


def policy_from_pycid(model: Any) -> dict[str, Mechanism]:
    """Return the rules that pycid has imputed to decisions, fit for :meth:`SCIM.with_policy`.

    Examples
    --------
    >>> import cid
    >>> pycid = cid.io.pycid.load_pycid()
    >>> model = pycid.CID([("D", "U")], decisions=["D"], utilities=["U"])
    >>> model.add_cpds(D=[0, 1], U=lambda D: D)
    >>> cid.policy_from_pycid(model)
    {}
    >>> model.impute_optimal_policy()
    >>> policy = cid.policy_from_pycid(model)
    >>> cid.scim_from_pycid(model).expected_utility(policy)
    Fraction(1, 1)
    """
    s = scim_from_pycid(model)
    d, domains = s.diagram, s.domains
    open_rule = load_pycid().DecisionDomain
    policy = {}
    for name in d.decisions:
        table = model.get_cpds(name)
        if not isinstance(table, open_rule):
            parents, array = d.parents(name), read_table(table, name, d, domains)
            inputs = tuple(domains[parent] for parent in parents)
            policy[name] = table_to_mechanism(parents, domains[name], array, inputs)
    return policy
