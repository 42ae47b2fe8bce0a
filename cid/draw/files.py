"""A picture into a file, in the format that the file's suffix names."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path

from cid.draw.dot import to_dot
from cid.draw.mermaid import to_mermaid
from cid.draw.scene import Highlight, scene
from cid.draw.svg import to_svg
from cid.draw.tikz import to_tikz
from cid.errors import CIDTypeError, DrawError, did_you_mean, shorten
from cid.libraries import load_library
from cid.parts import Diagram
from cid.writing import write_whole

__all__ = ["save"]

_DPI = 300

_TEXT: dict[str, Callable[..., str]] = {
    ".svg": to_svg,
    ".tex": to_tikz,
    ".dot": to_dot,
    ".gv": to_dot,
    ".mmd": to_mermaid,
}
_IMAGES = (".png", ".pdf")


def _image(suffix: str, d: Diagram, highlight: Highlight | None, physical: Diagram | None) -> bytes:
    picture = scene(d, highlight, physical)
    also = f"{', '.join(_TEXT)} need nothing more."
    make = load_library("matplotlib.figure", f"Writing {suffix}", also).Figure
    from cid.draw import figure

    canvas = make(figsize=figure.figure_size(picture), dpi=_DPI)
    figure.draw_scene(picture, figure.full_axes(canvas))
    # without the date and the program's version the file depends on the picture only
    stamps = {".pdf": {"CreationDate": None}, ".png": {"Software": None}}
    out = io.BytesIO()
    canvas.savefig(out, format=suffix[1:], metadata=stamps[suffix])
    return out.getvalue()


def save(
    d: Diagram,
    path: str | os.PathLike[str],
    highlight: Highlight | None = None,
    physical: Diagram | None = None,
) -> None:
    """Draw a diagram into a file, which appears whole or not at all.

    Parameters
    ----------
    d : CID
        The diagram.
    path : str or path
        Its suffix chooses the format: ``.svg``, ``.png`` (300 dots per inch), ``.pdf``, ``.tex``
        (TikZ), ``.dot`` or ``.gv`` (Graphviz), ``.mmd`` (Mermaid). PNG and PDF need matplotlib.
    highlight : Finding, or nodes and edges, optional
        Emphasise the decisive path of a finding, or what a list such as ``["D", ("D", "X")]``
        names.
    physical : CID, optional
        The physical graph over the same nodes; edges that `d` lacks are dashed.

    Raises
    ------
    DrawError
        For another suffix, for a file that cannot be written, and as :func:`cid.draw.to_svg`.

    Examples
    --------
    >>> from cid import CID
    >>> save(CID.parse("D -> U", decisions="D", utilities="U"), "diagram.bmp")
    Traceback (most recent call last):
    ...
    cid.errors.DrawError: There is no picture format '.bmp'. Known: '.svg', '.tex', '.dot', ...
    """
    if not isinstance(path, str | os.PathLike):
        raise CIDTypeError(f"save takes a path such as 'diagram.svg', not {shorten(path)}.")
    target = Path(path)
    suffix = target.suffix.lower()
    if suffix not in _TEXT and suffix not in _IMAGES:
        hint = did_you_mean(suffix, [*_TEXT, *_IMAGES])
        raise DrawError(f"There is no picture format {suffix!r}.{hint}")
    if suffix in _IMAGES:
        data = _image(suffix, d, highlight, physical)
    else:
        data = _TEXT[suffix](d, highlight, physical).encode()
    try:
        write_whole(target, data)
    except (OSError, ValueError) as error:  # ValueError for names that no system takes
        raise DrawError(
            f"The file {shorten(str(target))} cannot be written: "
            f"{getattr(error, 'strerror', None) or error}. Choose a file that you may write, in a "
            "folder that exists."
        ) from None
