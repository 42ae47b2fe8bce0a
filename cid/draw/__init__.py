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

All take `highlight`, a finding whose decisive path is emphasised, and `physical`, the physical
graph of a training process whose objective graph is drawn: edges that only the physical graph has
are dashed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cid.draw.dot import to_dot
from cid.draw.files import save
from cid.draw.mermaid import to_mermaid
from cid.draw.scene import MAX_NODES, Highlight, scene
from cid.draw.svg import to_svg
from cid.draw.tikz import to_tikz
from cid.errors import CIDTypeError, DrawError, shorten

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cid.diagram import CID

__all__ = ["MAX_NODES", "draw", "save", "to_dot", "to_mermaid", "to_svg", "to_tikz"]


def draw(
    d: CID,
    ax: Axes | None = None,
    highlight: Highlight | None = None,
    physical: CID | None = None,
) -> Axes:
    """Draw a diagram with matplotlib.

    Parameters
    ----------
    d : CID
        The diagram; at most `MAX_NODES` nodes.
    ax : matplotlib.axes.Axes, optional
        Where to draw. By default a new figure is made in which labels are 10.5 points high.
        Everything scales with the axes, labels and lines too.
    highlight : Finding, optional
        Emphasise its decisive path. A link that the finding asks about and that the diagram lacks
        is drawn as an added link.
    physical : CID, optional
        The physical graph over the same nodes, when `d` is the objective graph: edges that only
        the physical graph has are grey and dashed, and a legend says so.

    Returns
    -------
    matplotlib.axes.Axes
        The axes drawn into. The figure is not shown.

    Raises
    ------
    DrawError
        If there are too many nodes, the two graphs have different nodes or close a cycle
        together, or the finding is about another diagram.
    CIDTypeError
        If an argument has the wrong type.

    Examples
    --------
    >>> import cid
    >>> d = cid.CID.parse("S -> D -> X -> U; S -> U", decisions="D", utilities="U")
    >>> ax = cid.draw.draw(d, highlight=cid.admits_ici(d, "D", "X"))
    """
    picture = scene(d, highlight, physical)
    try:
        import matplotlib.pyplot as plt
        from matplotlib.axes import Axes as MatplotlibAxes

        from cid.draw.figure import draw_scene, figure_size, full_axes
    except ImportError:
        raise DrawError(
            "draw needs matplotlib: pip install matplotlib. to_svg needs nothing more."
        ) from None
    if ax is None:
        ax = full_axes(plt.figure(figsize=figure_size(picture)))
    elif not isinstance(ax, MatplotlibAxes):
        raise CIDTypeError(f"ax takes matplotlib axes, not {shorten(ax)}.")
    return draw_scene(picture, ax)
