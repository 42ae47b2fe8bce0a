"""Graphs of the epidemiological literature that dagitty offers as examples, in its own manner."""

import itertools
import json
from pathlib import Path

import pytest

import cid

GRAPHS = json.loads((Path(__file__).parents[2] / "data" / "published_dags.json").read_text())
EDGES = {
    name: [(a, b) for a, bs in g["edges"].items() for b in bs.split()] for name, g in GRAPHS.items()
}
WITH_CHILDREN = [
    "Acid & de Campos, 1996",
    "Thoemmes, 2013",
    "van Kampen, 2014",
    "Didelez et al, 2010",
]


def text_of(graph, style):
    """Write a graph with positions, with or without groups, its edges either way round."""
    nodes = dict.fromkeys(v for a, bs in graph["edges"].items() for v in (a, *bs.split()))
    nodes |= dict.fromkeys(itertools.chain(*graph["two-headed"]))
    lines = ["dag {" if style else "dag{", 'bb="-3,-0.5,2,1.2"']
    for k, name in enumerate(nodes):
        mark = graph["marks"].get(name)
        words = f'{mark},pos="{k},-0.5"' if mark else f'pos="{k},1.25"'
        lines.append(f'"{name}" [{words}]' if style == 2 else f"{name} [{words}]")
    for tail, heads in graph["edges"].items():
        if style == 0:
            lines.append(f"{tail} -> {{ {heads} }}")
        else:
            for head in heads.split():
                lines.append(f"{head} <- {tail}" if style == 2 else f'{tail} -> {head} [pos="0,1"]')
    lines += [f'{a} <-> {b} [pos="1,-1"]' for a, b in graph["two-headed"]]
    return "\n".join([*lines, "}"])


def test_there_are_twelve():
    assert len(GRAPHS) == 12
    assert [n for n in GRAPHS if GRAPHS[n]["two-headed"]] == ["The M-bias graph"]


@pytest.mark.parametrize("style", range(3))
@pytest.mark.parametrize("name", GRAPHS)
def test_they_are_read(name, style, tmp_path):
    graph = GRAPHS[name]
    text = text_of(graph, style)
    d = cid.from_dagitty(text, decisions=(), utilities=(), latents="add")
    added = [v for v in d.nodes if v.startswith("L_")]
    assert {edge for edge in d.edges if edge[0] not in added} == set(EDGES[name])
    assert sorted(sorted(d.children(v)) for v in added) == sorted(map(sorted, graph["two-headed"]))
    marked = {
        role: [v for v, mark in graph["marks"].items() if mark == role]
        for role in ("exposure", "outcome")
    }
    if name in WITH_CHILDREN:
        with pytest.raises(
            cid.DiagramError, match=r"has the child.*decisions=\(\), utilities=\(\)"
        ):
            cid.from_dagitty(text, latents="add")
        assert cid.from_dagitty(text, utilities=()).decisions == tuple(marked["exposure"])
    else:
        asked = cid.from_dagitty(text, latents="add")
        assert asked.decisions == tuple(marked["exposure"])
        assert asked.utilities == tuple(marked["outcome"])
    if not added and name not in WITH_CHILDREN:
        file = tmp_path / "graph"
        file.write_text(text)
        assert cid.read(file) == asked
