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

Each folder answers one question of a reader:

==================  ===============================================================
``cid.diagram``     :class:`CID`, the frozen diagram
``cid.structure``   graph algorithms, linear in the size of the diagram
``cid.criteria``    does the diagram *admit* the incentive? One file a concept
``cid.scim``        :class:`SCIM`, a diagram with domains and mechanisms
``cid.incentives``  does this model *have* it, and how much? The same file names
``cid.transforms``  diagrams from diagrams: LCDT, path-specific, erased, unrolled
``cid.objectives``  models under such objectives. The same file names
``cid.solving``     optimal policies, equilibria
``cid.symbolic``    the same with parameters: conditions, policies, fixed points
``cid.construct``   models that have an incentive, and random ones
``cid.catalog``     worked diagrams from the literature
``cid.draw``        matplotlib, SVG, TikZ, DOT, Mermaid
``cid.io``          files, pycid, pgmpy, pyAgrum, dagitty
==================  ===============================================================

Below these lie ``cid.model`` (tables, rules, queries) and ``cid.engine`` (sum-product). All public
names are here; ``__init__.pyi`` lists where each is defined, and it is loaded when it is first
used, so that graphs cost no numbers: numpy and sympy are imported with the first model.
"""

import lazy_loader

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
