"""Pictures of diagrams, in the style of the field.

Chance nodes are ellipses, decisions rectangles, utilities diamonds; links into decisions are
dotted, all other edges solid; each agent has a colour. Every renderer draws the same layered
layout, left to right:

========================  ==================================================================
:func:`draw`              matplotlib axes
:func:`to_svg`            SVG text for notebooks and web pages; needs no matplotlib
:func:`to_tikz`           LaTeX
:func:`to_dot`            Graphviz, which lays it out itself
:func:`to_mermaid`        Mermaid, which lays it out itself
:func:`save`              any of these, and PNG and PDF, into a file
========================  ==================================================================

All take `highlight`, a finding whose decisive path is emphasised or a list of nodes and edges, and
`physical`, the physical graph of a training process whose objective graph is drawn: edges that only
the physical graph has are dashed.
"""

from __future__ import annotations

from cid.draw.axes import draw
from cid.draw.dot import to_dot
from cid.draw.files import save
from cid.draw.mermaid import to_mermaid
from cid.draw.scene import MAX_NODES
from cid.draw.svg import to_svg
from cid.draw.tikz import to_tikz

__all__ = ["MAX_NODES", "draw", "save", "to_dot", "to_mermaid", "to_svg", "to_tikz"]
