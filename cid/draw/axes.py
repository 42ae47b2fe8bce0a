"""Pictures on matplotlib axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cid.draw.scene import Highlight, scene
from cid.errors import CIDTypeError, shorten
from cid.libraries import load_library
from cid.parts import Diagram

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw"]


def draw(
    d: Diagram,
    ax: Axes | None = None,
    highlight: Highlight | None = None,
    physical: Diagram | None = None,
) -> Axes:
    """Draw a diagram with matplotlib.

    Parameters
    ----------
    d : CID
        The diagram; at most `MAX_NODES` nodes.
    ax : matplotlib.axes.Axes, optional
        Where to draw. By default a new figure is made in which labels are 10.5 points high.
        Everything scales with the axes, labels and lines too.
    highlight : Finding, or nodes and edges, optional
        Emphasise the decisive path of a finding, or what a list such as ``["D", ("D", "X")]``
        names. A link that the finding asks about and that the diagram lacks is drawn as an added
        link.
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
    plt = load_library("matplotlib.pyplot", "draw", "to_svg needs nothing more.")
    from matplotlib.axes import Axes as MatplotlibAxes

    from cid.draw.figure import draw_scene, figure_size, full_axes

    if ax is None:
        ax = full_axes(plt.figure(figsize=figure_size(picture)))
    elif not isinstance(ax, MatplotlibAxes):
        raise CIDTypeError(f"ax takes matplotlib axes, not {shorten(ax)}.")
    return draw_scene(picture, ax)
