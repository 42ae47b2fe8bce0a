"""Does this model have the incentive, and how much? File names as in :mod:`cid.criteria`."""
