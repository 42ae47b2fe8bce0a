"""Models over diagrams: finite domains, mechanisms, interventions, counterfactuals, queries.

- :mod:`~cid.model.scim` -- :class:`SCIM`: domains, mechanisms, interventions, policies
- :mod:`~cid.model.mechanism` -- the forms in which a mechanism may be written
- :mod:`~cid.model.query` -- probabilities and expectations, of what is and of what would have been
- :mod:`~cid.model.response` -- potential responses and the worlds they live in
- :mod:`~cid.model.noise` -- every state of the noise, for definitions that speak of single states
- :mod:`~cid.model.sample` -- samples from a seed
- :mod:`~cid.model.random` -- random diagrams and models
- :mod:`~cid.model.data` -- models as JSON

Below these: :mod:`~cid.model.numbers` (exact, floating-point and symbolic arithmetic),
:mod:`~cid.model.table` (mechanisms in normal form), :mod:`~cid.model.rule` (decision rules),
:mod:`~cid.model.factors` (variable elimination) and :mod:`~cid.model.ring` (the same with symbols).
"""

from cid.model.mechanism import Mechanism, Noisy
from cid.model.noise import NoiseStates, noise_states
from cid.model.query import counterfactual, distribution, expectation, probability
from cid.model.random import random_diagram, random_scim
from cid.model.response import PotentialResponse, potential_response
from cid.model.rule import Rule
from cid.model.sample import sample
from cid.model.scim import SCIM, Policy

__all__ = [
    "SCIM",
    "Mechanism",
    "NoiseStates",
    "Noisy",
    "Policy",
    "PotentialResponse",
    "Rule",
    "counterfactual",
    "distribution",
    "expectation",
    "noise_states",
    "potential_response",
    "probability",
    "random_diagram",
    "random_scim",
    "sample",
]
