"""DOT text for Graphviz, which lays the diagram out itself."""

from __future__ import annotations

from cid.draw.scene import Highlight, Meaning, meaning
from cid.draw.style import EMPHASIS, edge_look, node_look
from cid.parts import Diagram

__all__ = ["to_dot"]

_SHAPES = {"chance": "ellipse", "decision": "box", "utility": "diamond"}
_STYLES = {"causal": "solid", "information": "dotted", "physical": "dashed", "added": "dashed"}


def _quote(text: str) -> str:
    """Return a quoted string; Graphviz reads backslashes and HTML entities in labels."""
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f'"{text}"'


def _attributes(pairs: dict[str, str]) -> str:
    return "[" + ", ".join(f"{key}={value}" for key, value in pairs.items()) + "]"


def _node_attributes(kind: str, agent: int | None, bold: bool) -> dict[str, str]:
    fill, line, width, dashes = node_look(agent, bold)
    return {
        "shape": _SHAPES[kind],
        "style": '"filled,dashed"' if dashes else "filled",
        "fillcolor": f'"{fill}"',
        "color": f'"{line}"',
        "penwidth": f"{width:g}",
    }


def _edge_attributes(line: str, bold: bool) -> dict[str, str]:
    colour, width, _ = edge_look(line, bold)
    look = {"style": _STYLES[line], "color": f'"{colour}"', "penwidth": f"{width:g}"}
    if line == "added":
        look |= {"label": '"added"', "fontsize": "10", "fontcolor": f'"{EMPHASIS}"'}
    return look


def _legend(d: Diagram, means: Meaning) -> list[str]:
    if len(d.agents) < 2:
        return []
    lines = ["  subgraph cluster_agents {", '    label="agents"; color="#CCCCCC"; fontsize=10;']
    for number, agent in enumerate(d.agents):
        look = {"label": _quote(agent), "fontsize": "10"}
        look |= _node_attributes("decision", number, bold=False)
        lines.append(f"    a{number} {_attributes(look)};")
    return [*lines, "  }"]


def to_dot(d: Diagram, highlight: Highlight | None = None, physical: Diagram | None = None) -> str:
    r"""Return a diagram in the DOT language of Graphviz.

    There is no limit to its size; time and length are linear in it.

    Parameters
    ----------
    d : CID
        The diagram.
    highlight : Finding, or nodes and edges, optional
        Emphasise the decisive path of a finding, or what a list such as ``["D", ("D", "X")]``
        names.
    physical : CID, optional
        The physical graph over the same nodes; edges that `d` lacks are dashed.

    Returns
    -------
    str
        Nodes are called n0, n1, ... in the order of ``d.nodes``; names are labels.

    Raises
    ------
    DrawError
        If the two graphs have different nodes, or the finding is about another diagram.

    Examples
    --------
    >>> from cid import CID
    >>> print(to_dot(CID.parse("S -> D -> U", decisions="D", utilities="U")))
    digraph CID {
      rankdir=LR;
    ...
      n0 -> n1 [style=dotted, color="#333333", penwidth=1.15];
      n1 -> n2 [style=solid, color="#333333", penwidth=1.15];
    }
    <BLANKLINE>
    """
    means = meaning(d, highlight, physical)
    number = {name: i for i, name in enumerate(d.nodes)}
    lines = [
        "digraph CID {",
        "  rankdir=LR;",
        '  node [fontname="Helvetica", fontsize=12, margin="0.06,0.04"];',
        '  edge [fontname="Helvetica", arrowsize=0.7];',
    ]
    for name, i in number.items():
        look = {"label": _quote(name)}
        look |= _node_attributes(
            means.kinds[name], means.agents.get(name), name in means.bold_nodes
        )
        lines.append(f"  n{i} {_attributes(look)};")
    for (tail, head), line in means.edges.items():
        look = _edge_attributes(line, (tail, head) in means.bold_edges)
        lines.append(f"  n{number[tail]} -> n{number[head]} {_attributes(look)};")
    return "\n".join([*lines, *_legend(d, means), "}", ""])
