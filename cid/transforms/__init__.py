"""Diagrams to diagrams: ways of changing what an agent's objective sees.

- :mod:`~cid.transforms.lcdt` -- no influence through other decisions
- :mod:`~cid.transforms.path_specific` -- no credit for what is done to delicate nodes
- :mod:`~cid.transforms.erasure` -- scored in a world in which the answer was hidden
- :mod:`~cid.transforms.mechanised` -- policies and mechanisms as nodes
- :mod:`~cid.transforms.unroll` -- one step, repeated
"""

from cid.transforms.erasure import erasure, erasure_twins
from cid.transforms.lcdt import admits_lcdt_ici, lcdt, lcdt_cut, lcdt_ici_list
from cid.transforms.mechanised import mechanised, mechanism_relevance, policy_level
from cid.transforms.path_specific import path_specific, path_specific_cut
from cid.transforms.unroll import unroll

__all__ = [
    "admits_lcdt_ici",
    "erasure",
    "erasure_twins",
    "lcdt",
    "lcdt_cut",
    "lcdt_ici_list",
    "mechanised",
    "mechanism_relevance",
    "path_specific",
    "path_specific_cut",
    "policy_level",
    "unroll",
]
