"""Solving models: optimal policies, values, and the sizes of incentives."""

from cid.solve.control import Control, instrumental_control
from cid.solve.degrees import Degree, Degrees, degrees
from cid.solve.effects import introduced_total_effect, total_effect
from cid.solve.enumeration import solve_by_enumeration
from cid.solve.games import Equilibria, MixedEquilibrium, mixed_equilibria, pure_equilibria
from cid.solve.impact import Impact, impact_incentive
from cid.solve.incentive import Incentive
from cid.solve.intention import Intention, intention
from cid.solve.lcdt import LCDTSolution, lcdt_model, solve_lcdt
from cid.solve.meg import GoalDirectedness, goal_directedness
from cid.solve.path_specific import erased_model, path_specific_model
from cid.solve.policy import expected_utility, solve
from cid.solve.quantitative import quantitative_voc, quantitative_voi
from cid.solve.ratifiable import Ratifiable, compare_lcdt, ratifiable_lcdt
from cid.solve.response import Response, response_incentive
from cid.solve.shared import SharedSolution, solve_shared
from cid.solve.solution import Solution
from cid.solve.witness import witness

__all__ = [
    "Control",
    "Degree",
    "Degrees",
    "Equilibria",
    "GoalDirectedness",
    "Impact",
    "Incentive",
    "Intention",
    "LCDTSolution",
    "MixedEquilibrium",
    "Ratifiable",
    "Response",
    "SharedSolution",
    "Solution",
    "compare_lcdt",
    "degrees",
    "erased_model",
    "expected_utility",
    "goal_directedness",
    "impact_incentive",
    "instrumental_control",
    "intention",
    "introduced_total_effect",
    "lcdt_model",
    "mixed_equilibria",
    "path_specific_model",
    "pure_equilibria",
    "quantitative_voc",
    "quantitative_voi",
    "ratifiable_lcdt",
    "response_incentive",
    "solve",
    "solve_by_enumeration",
    "solve_lcdt",
    "solve_shared",
    "total_effect",
    "witness",
]
