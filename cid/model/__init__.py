"""Models over diagrams: finite domains, mechanisms, interventions, counterfactuals, queries.

- :mod:`~cid.model.numbers` -- exact, floating-point and symbolic arithmetic
- :mod:`~cid.model.mechanism` -- the forms in which a mechanism may be written
- :mod:`~cid.model.scim` -- :class:`SCIM`
"""

from cid.model.mechanism import Mechanism, Noisy
from cid.model.scim import SCIM, Policy

__all__ = ["SCIM", "Mechanism", "Noisy", "Policy"]
