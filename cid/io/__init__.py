"""Diagrams and models in and out, one format per module.

- :mod:`~cid.io.files` -- diagram files that a person can type, and JSON of diagrams and models
- :mod:`~cid.io.pycid` -- pycid, with or without CPDs
- :mod:`~cid.io.pgmpy` -- a model with its policy as a Bayesian network of pgmpy
- :mod:`~cid.io.pyagrum` -- influence diagrams of pyAgrum
- :mod:`~cid.io.dagitty` -- the text of dagitty.net

None of the libraries is required; each is imported when its function is called. JSON as text comes
from methods: :meth:`cid.CID.to_json`, :meth:`cid.SCIM.to_json` and their ``from_json``.
"""

from cid.io.dagitty import from_dagitty, to_dagitty
from cid.io.files import read, write
from cid.io.pgmpy import from_pgmpy, to_pgmpy
from cid.io.pyagrum import from_pyagrum, load_pyagrum, to_pyagrum
from cid.io.pycid import from_pycid, load_pycid, policy_from_pycid, scim_from_pycid, to_pycid

__all__ = [
    "from_dagitty",
    "from_pgmpy",
    "from_pyagrum",
    "from_pycid",
    "load_pyagrum",
    "load_pycid",
    "policy_from_pycid",
    "read",
    "scim_from_pycid",
    "to_dagitty",
    "to_pgmpy",
    "to_pyagrum",
    "to_pycid",
    "write",
]
