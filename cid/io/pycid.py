"""To and from pycid [1]_, structure only.

pycid 0.8.2 imports pygambit when it is loaded, although only its Nash solvers use it, and the
release it pins no longer builds. :func:`load_pycid` puts a stand-in module in place for the
duration of the import when pygambit is absent; everything but Nash solving and export to Gambit
then works.

.. [1] J. Fox, T. Everitt, R. Carey, E. Langlois, A. Abate, M. Wooldridge. "PyCID: A Python
Library for
   Causal Influence Diagrams". SciPy 2021.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
import types
import warnings
from typing import Any

from cid.diagram import CID
from cid.errors import CIDError, CIDTypeError, shorten

__all__ = ["from_pycid", "load_pycid", "to_pycid"]


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
    if "pycid" in sys.modules:
        return sys.modules["pycid"]
    if importlib.util.find_spec("pycid") is None:
        raise CIDError(
            "pycid is not installed. Its pins no longer resolve; install it by "
            "'pip install causal-influence-diagrams[pycid]' and then "
            "'pip install --no-deps pycid==0.8.2'."
        )
    placed = _stand_in() if importlib.util.find_spec("pygambit") is None else {}
    sys.modules.update(placed)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # deprecations inside pycid and pgmpy
            return importlib.import_module("pycid")
    except ImportError as error:
        raise CIDError(
            f"pycid cannot be imported ({error}). Install what it needs by "
            "'pip install causal-influence-diagrams[pycid]'."
        ) from error
    finally:
        for name in placed:
            sys.modules.pop(name, None)


def from_pycid(model: Any) -> CID:
    """Return the diagram of a pycid ``CID`` or ``MACID``.

    Mechanisms are not carried over. Agent labels become strings; a single agent becomes the
    unnamed one.

    Examples
    --------
    >>> import cid
    >>> pycid = cid.io.load_pycid()
    >>> model = pycid.CID([("S", "D"), ("D", "U"), ("S", "U")], decisions=["D"], utilities=["U"])
    >>> cid.from_pycid(model)
    CID([('S', 'D'), ('S', 'U'), ('D', 'U')], decisions=['D'], utilities=['U'])
    """
    for name in ("nodes", "edges", "agent_decisions", "agent_utilities"):
        if not hasattr(model, name):
            raise CIDTypeError(f"from_pycid takes a pycid CID or MACID, not {shorten(model)}.")
    decisions: Any = {str(agent): list(nodes) for agent, nodes in model.agent_decisions.items()}
    utilities: Any = {str(agent): list(nodes) for agent, nodes in model.agent_utilities.items()}
    if len({*decisions, *utilities}) <= 1:
        decisions = [name for names in decisions.values() for name in names]
        utilities = [name for names in utilities.values() for name in names]
    return CID(list(model.edges), decisions, utilities, nodes=list(model.nodes))


def to_pycid(d: CID) -> Any:
    """Return a pycid ``CID`` (one agent) or ``MACID`` (several) without mechanisms.

    Examples
    --------
    >>> import cid
    >>> d = cid.catalog.load("deception").diagram
    >>> type(cid.to_pycid(d)).__name__, cid.from_pycid(cid.to_pycid(d)) == d
    ('MACID', True)
    """
    if not isinstance(d, CID):
        raise CIDTypeError(f"to_pycid takes a CID, not {shorten(d)}.")
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
