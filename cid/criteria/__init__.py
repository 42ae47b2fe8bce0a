"""Graphical criteria: one incentive concept per file, each with its theorem, scope and source."""

from cid.criteria.analysis import CONCEPTS, analyze, ask
from cid.criteria.deception import Deception, admits_deception
from cid.criteria.fairness import IntroducedVariation, admits_introduced_variation
from cid.criteria.ici import admits_ici, admits_ici_list
from cid.criteria.impact import admits_impact, admits_impact_list
from cid.criteria.ri import admits_ri, admits_ri_list
from cid.criteria.voc import admits_voc, admits_voc_list
from cid.criteria.voi import admits_voi, admits_voi_list

__all__ = [
    "CONCEPTS",
    "Deception",
    "IntroducedVariation",
    "admits_deception",
    "admits_ici",
    "admits_ici_list",
    "admits_impact",
    "admits_impact_list",
    "admits_introduced_variation",
    "admits_ri",
    "admits_ri_list",
    "admits_voc",
    "admits_voc_list",
    "admits_voi",
    "admits_voi_list",
    "analyze",
    "ask",
]
