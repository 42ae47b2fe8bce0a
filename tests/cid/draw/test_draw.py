"""Pictures: where things stand is checked by geometry of this file's own, not by the library's."""

import html
import itertools
import math
import pickle
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from random import Random
from types import SimpleNamespace

import matplotlib.pyplot as plt
import networkx as nx
import pytest
from hypothesis import given, settings
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath

import cid
from cid import CID, draw
from cid.draw.layers import assign_layers
from cid.draw.layout import layout
from cid.draw.level import level
from cid.draw.order import count_crossings, order_layers
from cid.draw.place import place
from cid.draw.route import Wall, route
from cid.draw.scene import arrowhead, scene
from cid.draw.style import agent_colour, agent_dash
from cid.draw.text import FONT_SIZE, LINE_HEIGHT, label_lines, text_width
from cid.errors import CIDError, CIDTypeError, DiagramError, DrawError
from tests.strategies import HOSTILE, diagrams

SVG = "{http://www.w3.org/2000/svg}"
ENTRIES = list(cid.catalog.entries())
PAIRS = [entry for entry in ENTRIES if entry.physical is not None]
LONG = "the original opinions of the user, before any recommendation"
NAMES = (*HOSTILE, "名前", "الطقس", "R\U0001f600", "end", "graph", "o", "x", "1. a", "θ₁→π′", LONG)
NAMES += (
    "$\\nope{x$",
    "unbreakable" * 8,
    "&lt;",
    "a--b",
    "ế",
    "Čech",
    "\ufffe",
    "ﷺ",
    "`*_~`",
    "%%{",
)


def hostile():
    """Every awkward name as a node of one diagram."""
    edges = list(itertools.pairwise(NAMES)) + [(name, NAMES[-1]) for name in NAMES[:3]]
    return CID(edges, {NAMES[0]: [NAMES[3], NAMES[19]], 'b"]': [NAMES[1]]}, {'b"]': [NAMES[-1]]})


def random_dag(seed, names=("S", "x1", "Loss", "World state", LONG, "feedback_data")):
    rng = Random(seed)
    count, density = rng.randint(1, 30), rng.choice([0.05, 0.1, 0.2, 0.3])
    nodes = [f"{rng.choice(names)} {i}" for i in range(count)]
    edges = [pair for pair in itertools.combinations(nodes, 2) if rng.random() < density]
    tails = {tail for tail, _ in edges}
    utilities = [name for name in nodes if name not in tails and rng.random() < 0.5]
    decisions = [name for name in nodes if name not in utilities and rng.random() < 0.2]
    return CID(edges, decisions, utilities, nodes=rng.sample(nodes, count))


def sampled(points, per_piece=40):
    """Points on joined cubic Bezier curves, by Bernstein polynomials."""
    for first in range(0, len(points) - 1, 3):
        for i in range(per_piece + 1):
            t = i / per_piece
            weights = [math.comb(3, k) * t**k * (1 - t) ** (3 - k) for k in range(4)]
            piece = points[first : first + 4]
            yield tuple(
                sum(w * p[axis] for w, p in zip(weights, piece, strict=True)) for axis in (0, 1)
            )


def border_distance(box, point):
    """How far, relative to the node's size, a point lies outside (+) or inside (-) its border."""
    u = abs(point[0] - box.x) / (box.width / 2)
    v = abs(point[1] - box.y) / (box.height / 2)
    return {"chance": math.hypot(u, v), "decision": max(u, v), "utility": u + v}[box.kind] - 1


def check_geometry(picture):
    boxes = {box.name: box for box in picture.nodes}
    for one, other in itertools.combinations(picture.nodes, 2):
        apart = max(
            abs(one.x - other.x) - (one.width + other.width) / 2,
            abs(one.y - other.y) - (one.height + other.height) / 2,
        )
        assert apart > 8, (one.name, other.name)
    for box in picture.nodes:
        assert box.width / 2 <= box.x <= picture.width - box.width / 2 + 1e-6
        assert box.height / 2 <= box.y <= picture.height - box.height / 2 + 1e-6
    for edge in picture.edges:
        assert abs(border_distance(boxes[edge.tail], edge.points[0])) < 1e-3
        assert abs(border_distance(boxes[edge.head], edge.points[-1])) < 1e-3
        curve = list(sampled(edge.points))
        assert all(a[0] <= b[0] + 1e-6 for a, b in itertools.pairwise(curve)), "runs backwards"
        assert all(-0.01 <= y <= picture.height + 0.01 for _, y in curve), "leaves the picture"
        for box in picture.nodes:
            if box.name not in (edge.tail, edge.head):
                depth = max(
                    min(box.width / 2 - abs(x - box.x), box.height / 2 - abs(y - box.y))
                    for x, y in curve
                )
                assert depth < 0, f"{edge.tail} -> {edge.head} runs through {box.name}"


# ---- layout -----------------------------------------------------------------------------------


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.slug)
def test_catalogue_pictures_are_free_of_overlaps(entry):
    picture = layout(entry.diagram)
    check_geometry(picture)
    assert [(edge.tail, edge.head) for edge in picture.edges] == list(entry.diagram.edges)
    assert picture.width < 700, "wider than a notebook's or a report's column"


@pytest.mark.parametrize("seed", range(60))
def test_random_pictures_are_free_of_overlaps(seed):
    check_geometry(layout(random_dag(seed)))


@settings(max_examples=60)
@given(diagrams(nodes=(3, 9), decisions=(1, 2), names=HOSTILE))
def test_pictures_with_awkward_names_are_free_of_overlaps(d):
    check_geometry(layout(d))


def test_utilities_stand_right_of_their_parents_and_roots_beside_their_children():
    d = CID.parse("A -> B -> C -> U; Root -> C", decisions="B", utilities="U")
    x = {box.name: box.x for box in layout(d).nodes}
    assert x["A"] < x["B"] < x["C"] < x["U"]
    assert x["Root"] == x["B"]


def fewest_layers_spanned(count, edges):
    return min(
        sum(rank[b] - rank[a] for a, b in edges)
        for rank in itertools.product(range(count), repeat=count)
        if all(rank[a] < rank[b] for a, b in edges)
    )


def check_layers(count, edges):
    found = assign_layers(count, edges)
    assert all(found[a] < found[b] for a, b in edges)
    assert sum(found[b] - found[a] for a, b in edges) == fewest_layers_spanned(count, edges)


@settings(max_examples=60)
@given(diagrams(nodes=(3, 6), decisions=(1, 1)))
def test_edges_span_as_few_layers_as_possible(d):
    for part in nx.weakly_connected_components(d.to_networkx()):
        nodes = [name for name in d.nodes if name in part]
        edges = [(nodes.index(a), nodes.index(b)) for a, b in d.edges if a in part]
        check_layers(len(nodes), edges)


def test_layers_are_exchanged_where_a_tight_tree_is_not_yet_best():
    check_layers(6, [(0, 3), (0, 4), (0, 5), (1, 2), (1, 4), (2, 3), (3, 5)])


def random_layers(rng):
    sizes = [rng.randint(1, 4) for _ in range(3)]
    numbers = iter(range(sum(sizes)))
    layers = [[next(numbers) for _ in range(size)] for size in sizes]
    left, right = ([[] for _ in range(sum(sizes))] for _ in range(2))
    for before, after in itertools.pairwise(layers):
        for v, w in itertools.product(before, after):
            if rng.random() < 0.5:
                right[v].append(w)
                left[w].append(v)
    return layers, left, right


def crossings_by_pairs(layers, right):
    at = {v: spot for layer in layers for spot, v in enumerate(layer)}
    edges = [[(at[v], at[w]) for v in layer for w in right[v]] for layer in layers]
    return sum(
        (a - c) * (b - d) < 0
        for group in edges
        for (a, b), (c, d) in itertools.combinations(group, 2)
    )


@pytest.mark.parametrize("seed", range(40))
def test_few_edges_cross(seed):
    layers, left, right = random_layers(Random(seed))
    assert count_crossings(layers, right) == crossings_by_pairs(layers, right)
    found = order_layers(layers, left, right)
    assert [sorted(layer) for layer in found] == layers
    fewest = min(
        crossings_by_pairs(order, right)
        for order in itertools.product(*(map(list, itertools.permutations(x)) for x in layers))
    )
    assert crossings_by_pairs(found, right) == fewest


@pytest.mark.parametrize("favour", [True, False])
@pytest.mark.parametrize("seed", range(40))
def test_coordinates_keep_order_and_distance(seed, favour):
    rng = Random(seed)
    layers, left, right = random_layers(rng)
    size = [rng.uniform(5, 50) for _ in left]
    dummies = [
        rng.random() < 0.4 and len(left[v]) < 2 and len(right[v]) < 2 for v in range(len(left))
    ]

    def separation(v, w):
        return size[v] + size[w]

    y = place(layers, left, right, dummies, separation, favour)
    _, levelled = level(layers, right, y, separation)
    for found in (y, levelled):
        for layer in layers:
            for v, w in itertools.pairwise(layer):
                assert found[w] - found[v] >= separation(v, w) - 1e-3


def test_a_chain_is_straight():
    picture = layout(CID.parse("A -> B -> C -> D -> U", decisions="B", utilities="U"))
    assert len({box.y for box in picture.nodes}) == 1


@pytest.mark.parametrize("seed", range(60))
def test_curves_keep_their_walls(seed):
    rng = Random(seed)
    end = rng.uniform(150, 600)
    walls = []
    for i in range(rng.randint(0, 5)):
        left = 60 + i * 100
        low = rng.uniform(-150, 150)
        high = low + rng.uniform(10, 60)
        walls.append(Wall(left, left + rng.uniform(0, 60), low, high))
    walls = [wall for wall in walls if wall.right < end - 20]
    curve = route((0.0, 0.0), (end, rng.uniform(-100, 100)), walls)
    for x, y in sampled(curve, 200):
        for wall in walls:
            if wall.left <= x <= wall.right:
                assert wall.low - 1 <= y <= wall.high + 1
    for left, middle, right in zip(curve[2:], curve[3:], curve[4:], strict=False):
        if middle in curve[3:-1:3]:  # pieces join without a kink
            slopes = [(middle[1] - left[1]) / (middle[0] - left[0])]
            slopes.append((right[1] - middle[1]) / (right[0] - middle[0]))
            assert slopes[0] == pytest.approx(slopes[1], abs=1e-6)


def test_more_than_a_page_of_nodes_is_refused_with_the_mend():
    d = CID([(f"n{i}", f"n{i + 1}") for i in range(draw.MAX_NODES)], [], [])
    for render in (draw.draw, draw.to_svg, draw.to_tikz):
        with pytest.raises(DrawError, match=r"301 nodes.*300.*to_dot"):
            render(d)
    assert d._repr_svg_() is None
    assert draw.to_dot(d).count(" -> ") == draw.to_mermaid(d).count("-->") == draw.MAX_NODES


def test_dot_and_mermaid_grow_in_proportion():
    small, large = (
        CID([(f"n{i}", f"n{j}") for i in range(size) for j in (i + 1, i + 2)], [], [])
        for size in (2_000, 20_000)
    )
    for render in (draw.to_dot, draw.to_mermaid):
        assert len(render(large)) < 12 * len(render(small))


# ---- labels -----------------------------------------------------------------------------------


def ink(text, size=FONT_SIZE):
    """Real width of a text in the widest of the usual sans-serif fonts."""
    if not text.strip():
        return 0.0
    path = TextPath((0, 0), text, size=size, prop=FontProperties(family="DejaVu Sans"))
    return path.get_extents().x1


@pytest.mark.parametrize(
    "name", ["W", "Th", "WWWWWW", "Accuracy", "illicit", "mmm@%", "Größe", LONG]
)
def test_planned_widths_suffice_and_are_not_wasteful(name):
    assert ink(name) <= text_width(name) + 0.1
    assert text_width(name) < 1.2 * ink(name) + 3


def test_labels_fit_their_shapes():
    names = [
        f"{name} {i}"
        for i, name in enumerate(["A", "Loss", "Accuracy", "WWWWWWWW", LONG, "m" * 60])
    ]
    for kinds in ({}, {"decisions": names}, {"utilities": names}):
        for box in layout(CID([], **kinds, nodes=names)).nodes:
            assert "".join(box.lines).replace(" ", "") == box.name.replace(" ", "")
            for i, line in enumerate(box.lines):
                middle = box.y + (i - (len(box.lines) - 1) / 2) * LINE_HEIGHT
                for dy in (-0.36 * FONT_SIZE, 0.36 * FONT_SIZE):
                    corner = (box.x + ink(line) / 2, middle + dy)
                    assert border_distance(box, corner) < 0, (box.kind, line)


def test_long_names_are_broken_where_they_may_be():
    assert label_lines("reward_model_feedback_buffer") == ("reward_model_", "feedback_buffer")
    assert label_lines("original user opinions") == ("original user", "opinions")
    assert max(map(len, label_lines("x" * 60))) < 30
    assert len("".join(label_lines("y" * 500))) == 120
    assert label_lines("y" * 500)[-1].endswith("…")


# ---- what lines mean --------------------------------------------------------------------------


def lines_of(picture):
    return {(edge.route.tail, edge.route.head): edge.line for edge in picture.edges}


def dashes_in_svg(d, **options):
    """The dash pattern of each edge in the SVG text, in the order of the scene."""
    root = ET.fromstring(draw.to_svg(d, **options))
    shafts = [path for path in root.findall(f"{SVG}path") if path.get("fill") == "none"]
    order = sorted(scene(d, **options).edges, key=lambda edge: edge.bold)
    return {
        (edge.route.tail, edge.route.head): (path.get("stroke-dasharray"), path.get("stroke"))
        for edge, path in zip(order, shafts, strict=False)
    }


def test_information_links_are_dotted_and_all_others_solid():
    for entry in ENTRIES:
        for (_, head), (dash, _) in dashes_in_svg(entry.diagram).items():
            assert (dash is not None) == (head in entry.diagram.decisions)


@pytest.mark.parametrize("entry", PAIRS, ids=lambda entry: entry.slug)
def test_edges_of_the_physical_graph_only_are_dashed(entry):
    picture = scene(entry.diagram, physical=entry.physical)
    check_geometry(picture.layout)
    more = set(entry.physical.edges) - set(entry.diagram.edges)
    assert more
    assert {edge for edge, line in lines_of(picture).items() if line == "physical"} == more
    looks = dashes_in_svg(entry.diagram, physical=entry.physical)
    assert looks.keys() == set(entry.physical.edges)
    dashed = {looks[edge] for edge in more}
    assert len(dashed) == 1
    assert dashed.isdisjoint({looks[edge] for edge in entry.diagram.edges})
    words = [item.label for item in picture.legend]
    assert words[:2] == ["objective graph", "physical graph only"]


def test_equal_graphs_need_no_legend():
    entry = PAIRS[0]
    assert scene(entry.diagram, physical=entry.diagram).legend == ()


def test_a_pair_over_different_nodes_is_refused():
    d = CID.parse("S -> D -> U", decisions="D", utilities="U")
    more = d.with_edges([("X", "U")], nodes=["X"])
    for one, other in ((d, more), (more, d)):
        for render in (draw.draw, draw.to_svg, draw.to_tikz, draw.to_dot, draw.to_mermaid):
            with pytest.raises(DiagramError, match=r"differ in 'X'.*nodes="):
                render(one, physical=other)


def test_a_link_that_closes_a_cycle_with_the_physical_graph_is_refused():
    physical = CID.parse("D -> X -> U; D -> U", decisions="D", utilities="U")
    objective = physical.without_edges([("D", "X")])
    link = cid.admits_voi(objective, "D", "X")
    assert draw.to_svg(objective, highlight=link)
    with pytest.raises(DrawError, match=r"do not fit into one picture.*cycle"):
        draw.to_svg(objective, highlight=link, physical=physical)


def test_agents_have_colours_of_their_own_and_a_legend():
    d = cid.catalog.load("debate").diagram
    picture = scene(d)
    assert [item.label for item in picture.legend] == list(d.agents)
    for node in picture.nodes:
        owner = d.agent_of(node.box.name)
        assert node.agent == (None if owner is None else d.agents.index(owner))
    looks = [(agent_colour(i), agent_dash(i)) for i in range(18)]
    assert len(set(looks)) == 18
    assert len({colour for colour, _ in looks[:6]}) == 6


def test_one_agent_needs_no_legend():
    assert scene(cid.catalog.load("self_fulfilling").diagram).legend == ()


def test_the_legend_stands_below_the_diagram():
    for entry in [e for e in ENTRIES if len(e.diagram.agents) > 1] + PAIRS:
        picture = scene(entry.diagram, physical=entry.physical)
        lowest = max(box.y + box.height / 2 for box in picture.layout.nodes)
        for item in picture.legend:
            assert lowest < item.y - 8 < item.y + 8 < picture.height + 1
            assert 0 <= item.x < item.text_x + text_width(item.label, 11.0) <= picture.width + 1e-6


# ---- highlights -------------------------------------------------------------------------------


def all_findings(d):
    return [finding for finding in cid.analyze(d) if finding]


@pytest.mark.parametrize("slug", ["self_fulfilling", "lcdt_human", "grade_prediction", "debate"])
def test_the_path_of_every_finding_is_emphasised(slug):
    d = cid.catalog.load(slug).diagram
    for finding in all_findings(d):
        picture = scene(d, finding)
        check_geometry(picture.layout)
        bold = {(e.route.tail, e.route.head) for e in picture.edges if e.bold}
        assert bold == set(finding.path_edges)
        assert {n.box.name for n in picture.nodes if n.bold} >= set(finding.path_nodes)
        added = {edge for edge, line in lines_of(picture).items() if line == "added"}
        assert added == set(finding.path_edges) - set(d.edges)


def test_a_link_that_a_finding_adds_is_marked():
    d = cid.catalog.load("grade_prediction").diagram
    finding = cid.admits_voi(d, "P", "E")
    assert ("E", "P") not in d.edges
    looks = dashes_in_svg(d, highlight=finding)
    assert [edge for edge, look in looks.items() if look == looks["E", "P"]] == [("E", "P")]
    assert "added information link" in draw.to_svg(d, finding)
    assert '"added"' in draw.to_dot(d, finding)
    assert '"added"' in draw.to_mermaid(d, finding)


def test_a_negative_finding_emphasises_nothing():
    d = cid.catalog.load("supervised").diagram
    finding = cid.admits_ici(d, "A", "L")
    assert not finding
    assert draw.to_svg(d, finding) == draw.to_svg(d)


@pytest.mark.parametrize(
    ("given", "nodes", "edges"),
    [
        ({"D", "X"}, "DX", []),
        (["S", ("D", "X")], "SDX", [("D", "X")]),
        ([("S", "D"), ("X", "U")], "SDXU", [("S", "D"), ("X", "U")]),
        ("S", "S", []),
        ((name for name in "SU"), "SU", []),
        ([], "", []),
    ],
)
def test_nodes_and_edges_are_emphasised(given, nodes, edges):
    d = CID.parse("S -> D -> X -> U", decisions="D", utilities="U")
    picture = scene(d, given)
    assert {n.box.name for n in picture.nodes if n.bold} == set(nodes)
    assert {(e.route.tail, e.route.head) for e in picture.edges if e.bold} == set(edges)


@pytest.mark.parametrize(
    "render", [draw.draw, draw.to_svg, draw.to_tikz, draw.to_dot, draw.to_mermaid]
)
def test_what_is_not_there_is_not_emphasised(render):
    d = CID.parse("Seen -> D -> X -> U", decisions="D", utilities="U")
    assert render(d, highlight=["D", ("D", "X")])
    with pytest.raises(cid.UnknownNodeError, match=r"'Sen' in highlight.*'Seen'"):
        render(d, highlight={"Sen"})
    with pytest.raises(cid.UnknownNodeError, match="'Y' in highlight"):
        render(d, highlight=[("D", "Y")])
    with pytest.raises(cid.UnknownNodeError, match=r"no edge \('X', 'D'\).*reverse"):
        render(d, highlight=[("X", "D")])


def test_a_finding_about_another_diagram_is_refused():
    d = CID.parse("S -> D -> X -> U", decisions="D", utilities="U")
    finding = cid.admits_ici(d, "D", "X")
    with pytest.raises(DrawError, match=r"edge \('D', 'X'\).*this diagram"):
        draw.to_svg(d.without_edges([("D", "X")]), finding)
    with pytest.raises(DrawError, match=r"passes 'X'.*this diagram"):
        draw.to_dot(CID.parse("D -> U", decisions="D", utilities="U"), finding)


@pytest.mark.parametrize(
    "render", [draw.draw, draw.to_svg, draw.to_tikz, draw.to_dot, draw.to_mermaid]
)
def test_wrong_types_are_named(render):
    d = CID.parse("D -> U", decisions="D", utilities="U")
    with pytest.raises(CIDTypeError, match="drawn of a CID"):
        render([("D", "U")])
    with pytest.raises(CIDTypeError, match="highlight takes a Finding"):
        render(d, highlight=5)
    with pytest.raises(CIDTypeError, match="pair of node names"):
        render(d, highlight=[5])
    with pytest.raises(CIDTypeError, match="physical graph is a CID"):
        render(d, physical=[("D", "U")])


# ---- SVG --------------------------------------------------------------------------------------


def test_svg_shows_every_name_and_only_names():
    d = hostile()
    text = draw.to_svg(d)
    root = ET.fromstring(text)
    shown = [
        "".join(t.text for t in group.findall(f"{SVG}text")) for group in root.findall(f"{SVG}g")
    ]
    wanted = [name.replace("\ufffe", "\ufffd") for name in d.nodes]
    assert [re.sub(r"\s", "", s) for s in shown] == [re.sub(r"\s", "", s) for s in wanted]
    titles = [group.find(f"{SVG}title").text for group in root.findall(f"{SVG}g")]
    assert all(title.startswith(name) for title, name in zip(titles, wanted, strict=True))
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags <= {"svg", "title", "g", "rect", "ellipse", "polygon", "path", "text"}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.slug)
def test_svg_stands_alone_in_any_page(entry):
    text = draw.to_svg(entry.diagram, physical=entry.physical)
    root = ET.fromstring(text)
    assert not re.search(r"\s(id|class|href|onload)=|url\(|<style|<script|<!|<\?", text)
    assert root.get("role") == "img"
    for name in entry.diagram.nodes:
        assert name in root.get("aria-label")
    assert root.find(f"{SVG}title").text == "Causal influence diagram"
    x, y, width, height = map(float, root.get("viewBox").split())
    for element in root.iter(f"{SVG}ellipse"):
        cx, cy, rx, ry = (float(element.get(key)) for key in ("cx", "cy", "rx", "ry"))
        assert x < cx - rx < cx + rx < x + width
        assert y < cy - ry < cy + ry < y + height
    assert "width:100%" in root.get("style")


def test_notebooks_show_the_svg():
    d = ENTRIES[0].diagram
    assert d._repr_svg_() == draw.to_svg(d)


def test_arrowheads_touch_the_nodes_that_they_point_at():
    for entry in ENTRIES:
        picture = scene(entry.diagram)
        boxes = {box.name: box for box in picture.layout.nodes}
        for edge in picture.edges:
            tip, *others = arrowhead(edge)
            head = boxes[edge.route.head]
            assert abs(border_distance(head, tip)) < 1e-3
            assert all(math.dist(tip, other) < 12 for other in others)
            assert all(border_distance(head, other) > -1e-3 for other in others[1:2])


# ---- the same in every process ----------------------------------------------------------------

_PRINT_ALL = """
import hashlib, sys
import cid
from cid import draw
entry = cid.catalog.load("self_fulfilling_stopgrad")
other = cid.catalog.load("transformer_stopgrad").diagram
for d, physical in ((entry.diagram, entry.physical), (other, None)):
    for render in (draw.to_svg, draw.to_tikz, draw.to_dot, draw.to_mermaid):
        print(hashlib.sha256(render(d, physical=physical).encode()).hexdigest())
assert "matplotlib" not in sys.modules
d.draw()
assert "matplotlib" in sys.modules
"""


def test_text_is_the_same_in_every_process_and_needs_no_matplotlib():
    runs = [
        subprocess.run(
            [sys.executable, "-c", _PRINT_ALL],
            env={"PYTHONHASHSEED": seed, "MPLBACKEND": "Agg", "PATH": "", "HOME": "/nonexistent"},
            cwd=Path(cid.__file__).parent.parent,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1")
    ]
    assert runs[0] == runs[1]
    assert len(set(runs[0].split())) == 8


# ---- LaTeX ------------------------------------------------------------------------------------


def test_tikz_escapes_everything_that_latex_reads():
    text = draw.to_tikz(hostile(), standalone=False)
    body = text[text.index("]\n") :]
    labels = re.findall(r"^\\node\[.*?\] \(n\d+\) at \(.*?\) \{(.*)\};$", body, re.MULTILINE)
    assert len(labels) == len(NAMES)
    for label in labels:
        plain = re.sub(r"\\cidchar\{.\}\{[0-9A-F]{2,3}\}\{[0-9A-F]{2,3}\}", "", label)
        plain = re.sub(r"\\ensuremath\{[^{}]*\}", "", plain)
        plain = re.sub(r"\\[\\{}$&#%_'`^\".=~]", "", plain)
        assert plain.isascii()
        assert not set(plain) & set('$&#%_^"'), plain
        assert plain.count("{") == plain.count("}")
        for command in re.findall(r"\\[A-Za-z]*", plain):
            assert command.startswith(("\\text", "\\u", "\\v", "\\dots", "\\H", "\\c", "\\r"))


def test_tikz_without_document_is_the_same_picture():
    d = ENTRIES[0].diagram
    whole, part = draw.to_tikz(d), draw.to_tikz(d, standalone=False)
    assert "\\documentclass" in whole
    assert "\\documentclass" not in part
    picture = re.search(r"\\definecolor.*\\end\{tikzpicture\}", part, re.DOTALL)
    assert picture.group() in whole
    libraries = re.search(r"\\usetikzlibrary\{(.*)\}", whole).group(1)
    assert set(libraries.split(", ")) <= {"arrows.meta", "shapes.geometric", "positioning"}


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
@pytest.mark.parametrize("which", ["hostile", "pair", "highlight"])
def test_tikz_compiles(tmp_path, which):
    if which == "hostile":
        text = draw.to_tikz(hostile())
    elif which == "pair":
        text = draw.to_tikz(PAIRS[0].diagram, physical=PAIRS[0].physical)
    else:
        d = cid.catalog.load("grade_prediction").diagram
        text = draw.to_tikz(d, cid.admits_voi(d, "P", "E"))
    (tmp_path / "d.tex").write_text(text, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "d.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode(errors="replace")[-1500:]
    assert (tmp_path / "d.pdf").read_bytes().startswith(b"%PDF")


# ---- DOT and Mermaid --------------------------------------------------------------------------


def dot_strings(text):
    """Labels of nodes as Graphviz reads them: quoted strings, escapes, then HTML entities."""
    for raw in re.findall(r'^  n\d+ \[label="((?:[^"\\]|\\.)*)"', text, re.MULTILINE):
        assert not re.search(r"[<>]", raw)
        yield html.unescape(re.sub(r"\\(.)", r"\1", raw))


def test_dot_labels_are_the_names():
    d = hostile()
    assert list(dot_strings(draw.to_dot(d))) == list(d.nodes)


def test_dot_edges_are_those_of_the_diagram():
    d = hostile()
    found = re.findall(r"^  n(\d+) -> n(\d+) \[style=(\w+)", draw.to_dot(d), re.MULTILINE)
    assert [(d.nodes[int(a)], d.nodes[int(b)]) for a, b, _ in found] == list(d.edges)
    for _, b, style in found:
        assert style == ("dotted" if d.nodes[int(b)] in d.decisions else "solid")


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
def test_graphviz_shows_the_names():
    d = hostile().relabel({"\ufffe": "no non-character"})
    done = subprocess.run(
        ["dot", "-Tsvg"], input=draw.to_dot(d).encode(), capture_output=True, check=True
    )
    shown = {text.text for text in ET.fromstring(done.stdout).iter(f"{SVG}text")}
    assert {name.replace("\u00a0", " ") for name in d.nodes} <= {
        text.replace("\u00a0", " ") for text in shown
    }


def test_mermaid_labels_are_the_names_in_harmless_characters():
    d = hostile()
    labels = re.findall(r'^  n\d+\W{1,2}"(.*)"\W{1,2}$', draw.to_mermaid(d), re.MULTILINE)
    decoded = [
        re.sub(r"#(\d+);", lambda match: chr(int(match.group(1))), label) for label in labels
    ]
    assert decoded == list(d.nodes)
    for label in labels:
        signs = set(re.sub(r"#\d+;", "", label)) - {" "}
        assert not any(sign.isascii() and not sign.isalnum() for sign in signs)


def test_mermaid_edges_are_those_of_the_diagram():
    d = hostile()
    found = re.findall(r"^  n(\d+) (-\.->|-->) n(\d+)$", draw.to_mermaid(d), re.MULTILINE)
    assert [(d.nodes[int(a)], d.nodes[int(b)]) for a, _, b in found] == list(d.edges)
    for _, arrow, b in found:
        assert (arrow == "-.->") == (d.nodes[int(b)] in d.decisions)


# ---- matplotlib -------------------------------------------------------------------------------


def test_draw_uses_the_axes_given_and_shows_nothing(monkeypatch):
    monkeypatch.setattr(plt, "show", lambda *args, **kwargs: pytest.fail("show was called"))
    monkeypatch.setattr(Figure, "show", lambda *args, **kwargs: pytest.fail("show was called"))
    figure, axes = plt.subplots()
    assert ENTRIES[0].diagram.draw(ax=axes) is axes
    assert plt.get_fignums() == [figure.number]
    own = ENTRIES[0].diagram.draw()
    assert own.figure is not figure
    with pytest.raises(CIDTypeError, match="ax takes matplotlib axes"):
        ENTRIES[0].diagram.draw(ax="here")


def label_boxes(axes):
    figure = axes.get_figure()
    figure.canvas.draw()
    inverse = axes.transData.inverted()
    return [(text.get_text(), text.get_window_extent().transformed(inverse)) for text in axes.texts]


@pytest.mark.parametrize("size", [(1.5, 1.5), (4, 3), (14, 9)])
@pytest.mark.parametrize("family", ["DejaVu Sans", "DejaVu Serif", "DejaVu Sans Mono"])
def test_labels_stay_inside_nodes_at_any_size_and_in_any_font(size, family):
    d = cid.catalog.load("content_recommendation").diagram.relabel(
        {"O": "illicit filling", "I": LONG}
    )
    boxes = layout(d).nodes
    with plt.rc_context({"font.family": family}):
        axes = plt.figure(figsize=size).add_subplot()
        d.draw(ax=axes)
        shown = label_boxes(axes)
    assert [text for text, _ in shown] == [line for box in boxes for line in box.lines]
    lines = iter(shown)
    for box in boxes:
        for _ in box.lines:
            _, extent = next(lines)
            assert box.x - box.width / 2 < extent.x0 < extent.x1 < box.x + box.width / 2
            assert abs((extent.x0 + extent.x1) / 2 - box.x) < 2
            assert box.y - box.height / 2 < min(extent.y0, extent.y1)
            assert max(extent.y0, extent.y1) < box.y + box.height / 2


def test_awkward_names_are_drawn_literally_and_without_warnings(tmp_path):
    axes = hostile().draw()
    texts = "".join(text.get_text() for text in axes.texts)
    assert "$x_1^2$" in texts
    axes.get_figure().canvas.draw()
    axes.get_figure().savefig(tmp_path / "d.png", bbox_inches="tight")


def test_figures_can_be_pickled_and_laid_out():
    figure, axes = plt.subplots(1, 2, layout="constrained")
    ENTRIES[0].diagram.draw(ax=axes[0])
    copy = pickle.loads(pickle.dumps(figure))
    copy.canvas.draw()
    assert [t.get_text() for t in copy.axes[0].texts] == [t.get_text() for t in axes[0].texts]


def test_lines_scale_with_the_axes():
    widths = []
    for size in ((3, 2), (6, 4)):
        figure, axes = plt.subplots(figsize=size)
        ENTRIES[0].diagram.draw(ax=axes)
        figure.canvas.draw()
        widths.append(max(patch.get_linewidth() for patch in axes.patches))
    assert widths[1] == pytest.approx(2 * widths[0], rel=0.05)


# ---- files ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("d.svg", b"<svg "),
        ("d.PNG", b"\x89PNG"),
        ("d.pdf", b"%PDF"),
        ("d.tex", b"\\documentclass"),
        ("d.dot", b"digraph "),
        ("d.gv", b"digraph "),
        ("d.mmd", b"flowchart LR"),
    ],
)
def test_files_are_written_by_suffix_and_the_same_each_time(tmp_path, name, start):
    entry = PAIRS[0]
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        draw.save(entry.diagram, tmp_path / folder / name, physical=entry.physical)
    contents = [(tmp_path / folder / name).read_bytes() for folder in ("one", "two")]
    assert contents[0].startswith(start)
    assert contents[0] == contents[1]
    assert b"CreationDate" not in contents[0]
    assert plt.get_fignums() == []
    draw.save(entry.diagram, tmp_path / "one" / name)
    assert (tmp_path / "one" / name).read_bytes() != contents[0]


@pytest.mark.parametrize("name", ["d.bmp", "d", "d.jpeg", "d.svgz", ".svg"])
def test_unknown_formats_name_the_known_ones(tmp_path, name):
    with pytest.raises(DrawError, match=r"no picture format"):
        draw.save(ENTRIES[0].diagram, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", [".svg", ".png", ".pdf", ".dot"])
def test_files_that_cannot_be_written_are_named(tmp_path, suffix):
    target = tmp_path / "missing" / f"d{suffix}"
    with pytest.raises(CIDError, match=r"cannot be written.*folder"):
        draw.save(ENTRIES[0].diagram, target)
    folder = tmp_path / f"folder{suffix}"
    folder.mkdir()
    with pytest.raises(CIDError, match="cannot be written"):
        draw.save(ENTRIES[0].diagram, str(folder))
    with pytest.raises(CIDTypeError, match="save takes a path"):
        draw.save(ENTRIES[0].diagram, 3)


def test_a_finding_like_object_will_do():
    d = CID.parse("D -> X -> U", decisions="D", utilities="U")
    own = SimpleNamespace(path_nodes=("D", "X"), path_edges=(("D", "X"),), node="X", decision="D")
    bold = {(e.route.tail, e.route.head) for e in scene(d, own).edges if e.bold}
    assert bold == {("D", "X")}
