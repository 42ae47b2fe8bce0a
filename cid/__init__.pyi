from . import catalog as catalog
from . import draw as draw
from . import io as io
from .construct.random import random_diagram as random_diagram
from .construct.random import random_scim as random_scim
from .construct.witness import witness as witness
from .criteria.analysis import CONCEPTS as CONCEPTS
from .criteria.analysis import analyze as analyze
from .criteria.deception import Deception as Deception
from .criteria.deception import admits_deception as admits_deception
from .criteria.fairness import (
    IntroducedVariation as IntroducedVariation,
)
from .criteria.fairness import (
    admits_introduced_variation as admits_introduced_variation,
)
from .criteria.ici import admits_ici as admits_ici
from .criteria.ici import admits_ici_list as admits_ici_list
from .criteria.impact import (
    admits_impact as admits_impact,
)
from .criteria.impact import (
    admits_impact_list as admits_impact_list,
)
from .criteria.lcdt import admits_lcdt_ici as admits_lcdt_ici
from .criteria.lcdt import lcdt_ici_list as lcdt_ici_list
from .criteria.ri import admits_ri as admits_ri
from .criteria.ri import admits_ri_list as admits_ri_list
from .criteria.voc import admits_voc as admits_voc
from .criteria.voc import admits_voc_list as admits_voc_list
from .criteria.voi import admits_voi as admits_voi
from .criteria.voi import admits_voi_list as admits_voi_list
from .diagram import CID as CID
from .errors import (
    CatalogError as CatalogError,
)
from .errors import (
    CIDError as CIDError,
)
from .errors import (
    CIDTypeError as CIDTypeError,
)
from .errors import (
    CycleError as CycleError,
)
from .errors import (
    DiagramError as DiagramError,
)
from .errors import (
    DrawError as DrawError,
)
from .errors import (
    FormatError as FormatError,
)
from .errors import (
    MissingLibraryError as MissingLibraryError,
)
from .errors import (
    MissingRuleError as MissingRuleError,
)
from .errors import (
    ModelError as ModelError,
)
from .errors import (
    ParameterError as ParameterError,
)
from .errors import (
    ParseError as ParseError,
)
from .errors import (
    ScopeError as ScopeError,
)
from .errors import (
    ScopeWarning as ScopeWarning,
)
from .errors import (
    SizeError as SizeError,
)
from .errors import (
    UnknownNodeError as UnknownNodeError,
)
from .finding import Finding as Finding
from .findings import Findings as Findings
from .incentives.degrees import Degree as Degree
from .incentives.degrees import Degrees as Degrees
from .incentives.degrees import degrees as degrees
from .incentives.fairness import (
    introduced_total_effect as introduced_total_effect,
)
from .incentives.fairness import (
    introduced_total_variation as introduced_total_variation,
)
from .incentives.fairness import (
    total_effect as total_effect,
)
from .incentives.goal_directedness import (
    GoalDirectedness as GoalDirectedness,
)
from .incentives.goal_directedness import (
    goal_directedness as goal_directedness,
)
from .incentives.ici import Control as Control
from .incentives.ici import instrumental_control as instrumental_control
from .incentives.impact import Impact as Impact
from .incentives.impact import impact_incentive as impact_incentive
from .incentives.incentive import Incentive as Incentive
from .incentives.intention import Intention as Intention
from .incentives.intention import intention as intention
from .incentives.ri import Response as Response
from .incentives.ri import response_incentive as response_incentive
from .incentives.voc import quantitative_voc as quantitative_voc
from .incentives.voi import quantitative_voi as quantitative_voi
from .io.dagitty import from_dagitty as from_dagitty
from .io.dagitty import to_dagitty as to_dagitty
from .io.files import read as read
from .io.files import write as write
from .io.pgmpy import from_pgmpy as from_pgmpy
from .io.pgmpy import to_pgmpy as to_pgmpy
from .io.pyagrum import from_pyagrum as from_pyagrum
from .io.pyagrum import to_pyagrum as to_pyagrum
from .io.pycid import (
    from_pycid as from_pycid,
)
from .io.pycid import (
    policy_from_pycid as policy_from_pycid,
)
from .io.pycid import (
    scim_from_pycid as scim_from_pycid,
)
from .io.pycid import (
    to_pycid as to_pycid,
)
from .model.mechanism import Mechanism as Mechanism
from .model.mechanism import Noisy as Noisy
from .model.noise import NoiseStates as NoiseStates
from .model.noise import noise_states as noise_states
from .model.policies import fully_mixed_policy as fully_mixed_policy
from .model.policies import uniform_policy as uniform_policy
from .model.query import (
    counterfactual as counterfactual,
)
from .model.query import (
    distribution as distribution,
)
from .model.query import (
    expectation as expectation,
)
from .model.query import (
    probability as probability,
)
from .model.response import (
    PotentialResponse as PotentialResponse,
)
from .model.response import (
    potential_response as potential_response,
)
from .model.rule import Rule as Rule
from .model.sample import sample as sample
from .objectives.erasure import erased_model as erased_model
from .objectives.lcdt import (
    LCDTSolution as LCDTSolution,
)
from .objectives.lcdt import (
    lcdt_model as lcdt_model,
)
from .objectives.lcdt import (
    solve_lcdt as solve_lcdt,
)
from .objectives.path_specific import path_specific_model as path_specific_model
from .objectives.ratifiable import (
    Ratifiable as Ratifiable,
)
from .objectives.ratifiable import (
    compare_lcdt as compare_lcdt,
)
from .objectives.ratifiable import (
    ratifiable_lcdt as ratifiable_lcdt,
)
from .pair import GraphPair as GraphPair
from .scim import SCIM as SCIM
from .solving.branching import solve_by_branching as solve_by_branching
from .solving.enumeration import solve_by_enumeration as solve_by_enumeration
from .solving.games import (
    Equilibria as Equilibria,
)
from .solving.games import (
    MixedEquilibrium as MixedEquilibrium,
)
from .solving.games import (
    mixed_equilibria as mixed_equilibria,
)
from .solving.games import (
    pure_equilibria as pure_equilibria,
)
from .solving.induction import expected_utility as expected_utility
from .solving.induction import solve as solve
from .solving.limid import solve_by_updating as solve_by_updating
from .solving.shared import SharedSolution as SharedSolution
from .solving.shared import solve_shared as solve_shared
from .solving.solution import Solution as Solution
from .structure.dseparation import active_trail as active_trail
from .structure.dseparation import d_separated as d_separated
from .structure.relevance import (
    is_soluble as is_soluble,
)
from .structure.relevance import (
    relevance_graph as relevance_graph,
)
from .structure.relevance import (
    solve_order as solve_order,
)
from .structure.relevance import (
    sufficient_recall as sufficient_recall,
)
from .structure.requisite import (
    nonrequisite_links as nonrequisite_links,
)
from .structure.requisite import (
    requisite_graph as requisite_graph,
)
from .structure.subgames import relevance_components as relevance_components
from .structure.subgames import subgames as subgames
from .symbolic.bifurcation import Bifurcation as Bifurcation
from .symbolic.conditions import (
    IncentiveCondition as IncentiveCondition,
)
from .symbolic.conditions import (
    incentive_conditions as incentive_conditions,
)
from .symbolic.fixed_points import OptimalPoint as OptimalPoint
from .symbolic.fixed_points import StablePoint as StablePoint
from .symbolic.performative import (
    Performative as Performative,
)
from .symbolic.policy import (
    PolicyCase as PolicyCase,
)
from .symbolic.policy import (
    SymbolicPolicy as SymbolicPolicy,
)
from .symbolic.policy import (
    symbolic_policy as symbolic_policy,
)
from .symbolic.ratifiable import (
    RatifiableCase as RatifiableCase,
)
from .symbolic.ratifiable import (
    ratifiable_conditions as ratifiable_conditions,
)
from .symbolic.simplex import simplex_optimum as simplex_optimum
from .transforms.erasure import erasure as erasure
from .transforms.erasure import erasure_twins as erasure_twins
from .transforms.lcdt import lcdt as lcdt
from .transforms.lcdt import lcdt_cut as lcdt_cut
from .transforms.mechanised import (
    mechanised as mechanised,
)
from .transforms.mechanised import (
    mechanism_relevance as mechanism_relevance,
)
from .transforms.mechanised import (
    policy_level as policy_level,
)
from .transforms.path_specific import (
    path_specific as path_specific,
)
from .transforms.path_specific import (
    path_specific_cut as path_specific_cut,
)
from .transforms.unroll import unroll as unroll

__version__: str
