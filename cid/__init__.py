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
from cid.io import (
    from_dagitty,
    from_pgmpy,
    from_pyagrum,
    from_pycid,
    policy_from_pycid,
    read,
    scim_from_pycid,
    to_dagitty,
    to_pgmpy,
    to_pyagrum,
    to_pycid,
    write,
)
from cid.model import (
    SCIM,
    NoiseStates,
    Noisy,
    PotentialResponse,
    Rule,
    counterfactual,
    distribution,
    expectation,
    noise_states,
    potential_response,
    probability,
    random_diagram,
    random_scim,
    sample,
)
from cid.solve import (
    Control,
    Degree,
    Degrees,
    Equilibria,
    GoalDirectedness,
    Impact,
    Incentive,
    Intention,
    LCDTSolution,
    MixedEquilibrium,
    Ratifiable,
    Response,
    SharedSolution,
    Solution,
    compare_lcdt,
    degrees,
    erased_model,
    expected_utility,
    goal_directedness,
    impact_incentive,
    instrumental_control,
    intention,
    introduced_total_effect,
    lcdt_model,
    mixed_equilibria,
    path_specific_model,
    pure_equilibria,
    quantitative_voc,
    quantitative_voi,
    ratifiable_lcdt,
    response_incentive,
    solve,
    solve_by_enumeration,
    solve_lcdt,
    solve_shared,
    total_effect,
    witness,
)
from cid.solve.symbolic import (
    IncentiveCondition,
    PolicyCase,
    SymbolicPolicy,
    incentive_conditions,
    symbolic_policy,
)
from cid.structure import (
    active_trail,
    d_separated,
    is_soluble,
    nonrequisite_links,
    relevance_components,
    relevance_graph,
    requisite_graph,
    solve_order,
    subgames,
    sufficient_recall,
)
from cid.transforms import (
    admits_lcdt_ici,
    erasure,
    erasure_twins,
    lcdt,
    lcdt_cut,
    lcdt_ici_list,
    mechanised,
    mechanism_relevance,
    path_specific,
    path_specific_cut,
    policy_level,
    unroll,
)

__version__ = "0.1.0"

__all__ = [
    "CID",
    "CONCEPTS",
    "SCIM",
    "CIDError",
    "CIDTypeError",
    "CatalogError",
    "Control",
    "CycleError",
    "Degree",
    "Degrees",
    "DiagramError",
    "DrawError",
    "Equilibria",
    "Finding",
    "Findings",
    "FormatError",
    "GoalDirectedness",
    "Impact",
    "Incentive",
    "IncentiveCondition",
    "Intention",
    "LCDTSolution",
    "MixedEquilibrium",
    "ModelError",
    "NoiseStates",
    "Noisy",
    "ParseError",
    "PolicyCase",
    "PotentialResponse",
    "Ratifiable",
    "Response",
    "Rule",
    "ScopeError",
    "ScopeWarning",
    "SharedSolution",
    "Solution",
    "SymbolicPolicy",
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
    "compare_lcdt",
    "counterfactual",
    "d_separated",
    "degrees",
    "distribution",
    "draw",
    "erased_model",
    "erasure",
    "erasure_twins",
    "expectation",
    "expected_utility",
    "from_dagitty",
    "from_pgmpy",
    "from_pyagrum",
    "from_pycid",
    "goal_directedness",
    "impact_incentive",
    "incentive_conditions",
    "instrumental_control",
    "intention",
    "introduced_total_effect",
    "io",
    "is_soluble",
    "lcdt",
    "lcdt_cut",
    "lcdt_ici_list",
    "lcdt_model",
    "mechanised",
    "mechanism_relevance",
    "mixed_equilibria",
    "noise_states",
    "nonrequisite_links",
    "path_specific",
    "path_specific_cut",
    "path_specific_model",
    "policy_from_pycid",
    "policy_level",
    "potential_response",
    "probability",
    "pure_equilibria",
    "quantitative_voc",
    "quantitative_voi",
    "random_diagram",
    "random_scim",
    "ratifiable_lcdt",
    "read",
    "relevance_components",
    "relevance_graph",
    "requisite_graph",
    "response_incentive",
    "sample",
    "scim_from_pycid",
    "solve",
    "solve_by_enumeration",
    "solve_lcdt",
    "solve_order",
    "solve_shared",
    "subgames",
    "sufficient_recall",
    "symbolic_policy",
    "to_dagitty",
    "to_pgmpy",
    "to_pyagrum",
    "to_pycid",
    "total_effect",
    "unroll",
    "witness",
    "write",
]
