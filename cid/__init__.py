"""Causal influence diagrams: which incentives does a training process create, and why?

A diagram says what a decision knows, what it affects and what it is scored on. Graphical criteria
then tell which variables an optimal decision wants to know, would respond to, or is chosen to
control. Every answer is a :class:`Finding`: true or false, with the path or the separation it rests
on, the theorem, and the theorem's scope.

>>> import cid
>>> d = cid.CID.parse(
...     "Opinion -> Model -> Post; Opinion, Post -> Influenced; Post, Influenced -> Clicks",
...     decisions="Post", utilities="Clicks")
>>> cid.admits_ici_list(d, "Post")
['Influenced', 'Clicks']
>>> finding = cid.admits_ici(d, "Post", "Influenced")
>>> print(finding)
Post admits an instrumental control incentive on Influenced: the directed path Post → Influenced →
Clicks.
>>> finding.verify()
True

The package is layered; a module imports only what stands below it:

=================  ================================================================
``cid.diagram``    :class:`CID`, the frozen diagram
``cid.finding``    verdicts with evidence that can be checked naively
``cid.structure``  linear-time graph algorithms
``cid.criteria``   one incentive concept per file
``cid.transforms`` LCDT
``cid.model``      :class:`SCIM`: domains, mechanisms, interventions
``cid.solve``      optimal policies and values, exact
``cid.catalog``    worked diagrams from the literature
``cid.draw``       matplotlib, SVG, TikZ, DOT, Mermaid
``cid.io``         files and pycid
=================  ================================================================
"""

from cid import catalog, draw, io
from cid.criteria import (
    CONCEPTS,
    admits_ici,
    admits_ici_list,
    admits_impact,
    admits_impact_list,
    admits_ri,
    admits_ri_list,
    admits_voc,
    admits_voc_list,
    admits_voi,
    admits_voi_list,
    analyze,
)
from cid.diagram import CID
from cid.errors import (
    CatalogError,
    CIDError,
    CIDTypeError,
    CycleError,
    DiagramError,
    DrawError,
    FormatError,
    ModelError,
    ParseError,
    ScopeError,
    ScopeWarning,
    UnknownNodeError,
)
from cid.finding import Finding, Findings
from cid.io import from_pycid, read, to_pycid, write
from cid.model import SCIM, Noisy
from cid.solve import Solution, expected_utility, solve
from cid.structure import (
    active_trail,
    d_separated,
    is_soluble,
    nonrequisite_links,
    relevance_graph,
    requisite_graph,
    solve_order,
    sufficient_recall,
)
from cid.transforms import admits_lcdt_ici, lcdt, lcdt_cut, lcdt_ici_list

__version__ = "0.1.0"

__all__ = [
    "CID",
    "CONCEPTS",
    "SCIM",
    "CIDError",
    "CIDTypeError",
    "CatalogError",
    "CycleError",
    "DiagramError",
    "DrawError",
    "Finding",
    "Findings",
    "FormatError",
    "ModelError",
    "Noisy",
    "ParseError",
    "ScopeError",
    "ScopeWarning",
    "Solution",
    "UnknownNodeError",
    "active_trail",
    "admits_ici",
    "admits_ici_list",
    "admits_impact",
    "admits_impact_list",
    "admits_lcdt_ici",
    "admits_ri",
    "admits_ri_list",
    "admits_voc",
    "admits_voc_list",
    "admits_voi",
    "admits_voi_list",
    "analyze",
    "catalog",
    "d_separated",
    "draw",
    "expected_utility",
    "from_pycid",
    "io",
    "is_soluble",
    "lcdt",
    "lcdt_cut",
    "lcdt_ici_list",
    "nonrequisite_links",
    "read",
    "relevance_graph",
    "requisite_graph",
    "solve",
    "solve_order",
    "sufficient_recall",
    "to_pycid",
    "write",
]
