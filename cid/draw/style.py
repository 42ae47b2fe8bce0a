"""Colours, line widths and dashes that all renderers share.

Agents take their colours from the palette of Okabe and Ito, which readers with any common colour
vision tell apart; what lines mean never rests on colour alone. Lengths are layout units.
"""

from __future__ import annotations

__all__ = [
    "ARROW_LENGTH",
    "ARROW_WIDTH",
    "BORDER",
    "DASHES",
    "EDGE_WIDTH",
    "EMPHASIS",
    "EMPHASIS_WIDTH",
    "INK",
    "LINE_WORDS",
    "NODE_FILL",
    "NODE_LINE",
    "PHYSICAL",
    "TEXT",
    "agent_colour",
    "agent_dash",
    "edge_look",
    "node_look",
    "tint",
]

INK = "#333333"
"""Edges."""
TEXT = "#111111"
PHYSICAL = "#808080"
"""Edges of the physical graph only."""
EMPHASIS = "#D55E00"
"""The highlighted path; no agent has this colour."""
NODE_LINE = "#555555"
"""Border of chance nodes."""
NODE_FILL = "#FAFAFA"
"""Inside of chance nodes."""

EDGE_WIDTH = 1.15
EMPHASIS_WIDTH = 2.4
BORDER = 1.25
ARROW_LENGTH = 8.5
ARROW_WIDTH = 6.4

DASHES: dict[str, tuple[float, ...]] = {
    "causal": (),
    "information": (1.6, 2.9),
    "physical": (6.0, 3.6),
    "added": (8.0, 3.0, 1.6, 3.0),
}
"""Lengths of strokes and gaps for each kind of edge; empty for a solid line."""

LINE_WORDS = {
    "causal": "objective graph",
    "information": "information link",
    "physical": "physical graph only",
    "added": "added information link",
}

_AGENTS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#F0E442")
_AGENT_DASHES: tuple[tuple[float, ...], ...] = ((), (4.0, 2.4), (1.6, 2.0))


def agent_colour(index: int) -> str:
    """Return the colour of an agent; from the seventh on colours come again, see `agent_dash`."""
    return _AGENTS[index % len(_AGENTS)]


def agent_dash(index: int) -> tuple[float, ...]:
    """Return the dashes of the border of an agent's nodes; solid for the first six agents."""
    return _AGENT_DASHES[index // len(_AGENTS) % len(_AGENT_DASHES)]


def tint(colour: str, share: float = 0.2) -> str:
    """Mix a colour with white.

    Examples
    --------
    >>> tint("#0072B2", 0.5)
    '#80B9D9'
    """
    parts = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    mixed = (int(255 + (part - 255) * share + 0.5) for part in parts)
    return "#" + "".join(f"{part:02X}" for part in mixed)


def edge_look(line: str, bold: bool) -> tuple[str, float, tuple[float, ...]]:
    """Return colour, width and dashes of an edge; see :class:`cid.draw.scene.Meaning`."""
    if bold:
        return EMPHASIS, EMPHASIS_WIDTH, tuple(1.6 * length for length in DASHES[line])
    colours = {"physical": PHYSICAL, "added": EMPHASIS}
    return colours.get(line, INK), EDGE_WIDTH, DASHES[line]


def node_look(agent: int | None, bold: bool) -> tuple[str, str, float, tuple[float, ...]]:
    """Return fill, border colour, border width and border dashes of a node.

    Parameters
    ----------
    agent : int or None
        Number of the agent that owns the node; None for a chance node.
    bold : bool
        Whether the node is emphasised.
    """
    if agent is None:
        fill, line, dashes = NODE_FILL, NODE_LINE, DASHES["causal"]
    else:
        line = agent_colour(agent)
        fill, dashes = tint(line), agent_dash(agent)
    return (fill, EMPHASIS, EMPHASIS_WIDTH, dashes) if bold else (fill, line, BORDER, dashes)
