"""Graph algorithms on diagrams, each linear in the number of nodes and edges.

- :mod:`~cid.structure.graph` -- integer adjacency, directed reachability, shortest paths
- :mod:`~cid.structure.dseparation` -- the Bayes-ball sweep and active trails
- :mod:`~cid.structure.parallel` -- the sweeps of all decisions at once
- :mod:`~cid.structure.relevance` -- which decision relies on which; solubility; solve order
- :mod:`~cid.structure.subgames` -- groups of decisions that must be solved together
- :mod:`~cid.structure.requisite` -- nonrequisite information links and the minimal reduction
- :mod:`~cid.structure.survey` -- all that the criteria need to know about one decision
- :mod:`~cid.structure.certificates` -- paths, closed sets and separations as evidence

No algorithm lists paths: a diagram of a thousand nodes can have more paths than there are atoms,
while a sweep visits each edge at most twice.
"""

from cid.structure.dseparation import active_trail, d_separated
from cid.structure.relevance import is_soluble, relevance_graph, solve_order, sufficient_recall
from cid.structure.requisite import nonrequisite_links, requisite_graph
from cid.structure.subgames import relevance_components, subgames

__all__ = [
    "active_trail",
    "d_separated",
    "is_soluble",
    "nonrequisite_links",
    "relevance_components",
    "relevance_graph",
    "requisite_graph",
    "solve_order",
    "subgames",
    "sufficient_recall",
]
