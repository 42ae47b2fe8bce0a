"""The catalogue: every entry conforms, and what is published of it is what the criteria say."""

import json
import re
import sys
from pathlib import Path

import networkx as nx
import pytest

import cid
from cid.catalog import Entry, Prediction
from cid.references import REFERENCES

ROOT = Path(__file__).resolve().parents[3]
VERDICTS = json.loads((ROOT / "tests" / "data" / "theory_verdicts.json").read_text())
ROWS = [(slug, decision) for slug, each in VERDICTS.items() for decision in each["verdicts"]]
SLUGS = cid.catalog.names()
PAIRS = [slug for slug in SLUGS if cid.catalog.load(slug).physical is not None]
PREDICTIONS = [
    pytest.param(entry, prediction, id=f"{entry.slug}-{prediction.concept}-{i}")
    for entry in cid.catalog.entries()
    for i, prediction in enumerate(entry.predictions)
]
COMPUTED = {
    "voi": (cid.admits_voi, cid.admits_voi_list),
    "ri": (cid.admits_ri, cid.admits_ri_list),
    "voc": (
        lambda d, decision, node: cid.admits_voc(d, node, decision),
        lambda d, decision: cid.admits_voc_list(d, decision),
    ),
    "ici": (cid.admits_ici, cid.admits_ici_list),
    "impact": (cid.admits_impact, cid.admits_impact_list),
    "requisite": (
        lambda d, decision, node: node in requisite(d, decision),
        lambda d, decision: requisite(d, decision),
    ),
    "lcdt_ici": (cid.admits_lcdt_ici, cid.lcdt_ici_list),
}


def requisite(d, decision):
    return cid.requisite_graph(d, d.agent_of(decision)).parents(decision)


# ---- every entry conforms --------------------------------------------------------------------


def test_every_file_is_an_entry():
    files = {path.stem for path in (ROOT / "cid" / "catalog").glob("*.py")}
    assert set(SLUGS) == files - {"__init__", "entry"}
    assert list(SLUGS) == sorted(SLUGS)
    assert set(VERDICTS) <= set(SLUGS)
    assert [entry.slug for entry in cid.catalog.entries()] == list(SLUGS)


@pytest.mark.parametrize("slug", SLUGS)
def test_entry_can_be_read(slug):
    entry = cid.catalog.load(slug)
    assert entry is cid.catalog.load(slug)
    assert re.fullmatch(r"[a-z][a-z0-9_]+", slug)
    assert 3 < len(entry.title) <= 70
    assert not entry.title.endswith(".")
    assert 50 <= len(entry.prose.split()) <= 200
    paragraphs = entry.prose.split("\n\n")
    assert len(paragraphs) >= 2
    assert all(" ".join(text.split()) == text for text in paragraphs)
    text = " ".join([entry.title, entry.prose, entry.setup, entry.measure])
    for word in re.findall(r"[a-z]+(?:_[a-z]+)+", text):
        assert word in SLUGS, f"{word} is no entry"
    assert entry.diagram.decisions
    assert entry.diagram.utilities
    assert set(entry.diagram.decisions) & set(re.findall(r"\w+", entry.prose))


@pytest.mark.parametrize("slug", SLUGS)
def test_entry_cites_what_it_names(slug):
    entry = cid.catalog.load(slug)
    sources = [prediction.source for prediction in entry.predictions]
    text = " ".join([entry.reference, entry.prose, entry.setup, entry.measure, *sources])
    text = re.sub(r"et al\., (\d{4}[ab]?)\)", r"et al. (\1)", text)
    named = {key for key, reference in REFERENCES.items() if reference.short in text}
    assert named <= set(entry.cites)
    for key in named:
        text = text.replace(REFERENCES[key].short, "")
    assert not re.search(r"\b(?:19|20)\d\d", text), "a source that is not in the references"
    assert len(set(entry.cites)) == len(entry.cites)


@pytest.mark.parametrize("slug", PAIRS)
def test_physical_graph_only_adds_edges_that_credit_could_cross(slug):
    entry = cid.catalog.load(slug)
    objective, physical = entry.diagram.to_networkx(), entry.physical_graph.to_networkx()
    assert dict(objective.nodes(data=True)) == dict(physical.nodes(data=True))
    assert set(objective.edges) < set(physical.edges)
    assert set(entry.cut) == set(physical.edges) - set(objective.edges)
    d = entry.physical_graph
    crossed = {
        edge
        for decision in d.decisions
        for utility in d.utilities_of(d.agent_of(decision))
        for path in nx.all_simple_paths(physical, decision, utility)
        for edge in nx.utils.pairwise(path)
    }
    assert set(entry.cut) <= crossed


@pytest.mark.parametrize("slug", PAIRS)
def test_cut_removes_an_incentive_and_keeps_an_impact(slug):
    entry = cid.catalog.load(slug)
    for tail, head in entry.cut:
        reached = [name for name in entry.diagram.decisions if name == tail]
        assert reached
        for decision in reached:
            assert cid.admits_ici(entry.physical_graph, decision, head)
            assert not cid.admits_ici(entry.diagram, decision, head)
            others = [name for name in entry.diagram.decisions if name != decision]
            assert cid.admits_impact(entry.physical_graph.fix(others), decision, head)


def test_entry_without_a_pair_has_one_graph():
    entry = cid.catalog.load("supervised")
    assert entry.physical is None
    assert entry.physical_graph is entry.diagram
    assert entry.cut == ()


def test_pairs_share_their_physics():
    for slug, physics in {
        "self_fulfilling_stopgrad": "self_fulfilling",
        "prediction_influences_label_stopgrad": "prediction_influences_label",
        "performative_stopgrad": "performative",
        "path_specific_objective": "path_specific_delicate_state",
        "shutdown_causal_indifference": "shutdown_instruction",
        "transformer_stopgrad": "transformer_full_credit",
    }.items():
        assert cid.catalog.load(slug).physical_graph == cid.catalog.load(physics).diagram
    assert len(PAIRS) == 6


def test_unexecuted_prophecy_is_the_stopgrad_objective_in_a_world_of_its_own():
    unexecuted = cid.catalog.load("self_fulfilling_unexecuted")
    stopgrad = cid.catalog.load("self_fulfilling_stopgrad")
    assert unexecuted.diagram == stopgrad.diagram
    assert cid.admits_impact_list(unexecuted.physical_graph, "A") == []
    assert cid.admits_impact_list(stopgrad.physical_graph, "A") == ["S"]


@pytest.mark.parametrize(("slug", "lcdt"), [("lcdt_note", []), ("lcdt_door", ["Door", "R1"])])
def test_selves_as_one_agent_or_two(slug, lcdt):
    two = cid.catalog.load(slug).diagram
    assert two.agents == ("now", "later")
    assert "D2" in cid.admits_ici_list(two, "D1")
    assert sorted(cid.lcdt_ici_list(two, "D1")) == lcdt
    one = cid.CID(two.edges, decisions=["D1", "D2"], utilities=["R1", "R2"])
    assert not cid.is_soluble(one)
    with pytest.raises(cid.ScopeError):
        cid.admits_ici_list(one, "D1")


# ---- what was published, and an independent copy of every verdict ----------------------------


@pytest.mark.parametrize(("entry", "prediction"), PREDICTIONS)
def test_published_prediction_is_computed(entry, prediction):
    d = entry.physical_graph if prediction.concept == "impact" else entry.diagram
    one, every = COMPUTED[prediction.concept]
    if prediction.node is None:
        computed = every(d, prediction.decision)
        assert sorted(computed) == sorted(prediction.answer)
    else:
        assert bool(one(d, prediction.decision, prediction.node)) is prediction.answer


@pytest.mark.parametrize("slug", VERDICTS)
def test_diagram_is_the_one_the_verdicts_are_about(slug):
    d, row = cid.catalog.load(slug).diagram, VERDICTS[slug]
    assert set(d.edges) == {tuple(edge) for edge in row["edges"]}
    assert set(d.chance) == set(row["chance"])
    ours = {
        (frozenset(d.decisions_of(agent)), frozenset(d.utilities_of(agent))) for agent in d.agents
    }
    owners = row["owners"].values()
    assert ours == {(frozenset(own["decisions"]), frozenset(own["utilities"])) for own in owners}


def own(d, decision):
    agent = d.agent_of(decision)
    return d.decisions_of(agent), d.utilities_of(agent)


def through(graph, decision, utilities):
    """List the nodes on directed paths from the decision to a utility by two closures."""
    below = nx.descendants(graph, decision)
    above = set(utilities).union(*(nx.ancestors(graph, utility) for utility in utilities))
    return sorted(below & above)


def naive_reduction(d, decision):
    """Delete links found nonrequisite by networkx's d-separation until none is left."""
    graph = nx.DiGraph(d.edges)
    decisions, utilities = own(d, decision)
    deleted = True
    while deleted:
        deleted = False
        for head in decisions:
            targets = nx.descendants(graph, head) & set(utilities)
            for tail in list(graph.predecessors(head)):
                given = {head, *graph.predecessors(head)} - {tail}
                if not targets or nx.is_d_separator(graph, {tail}, targets, given):
                    graph.remove_edge(tail, head)
                    deleted = True
    return graph


@pytest.mark.parametrize(("slug", "decision"), ROWS)
def test_requisite_links(slug, decision):
    d = cid.catalog.load(slug).diagram
    assert sorted(requisite(d, decision)) == VERDICTS[slug]["verdicts"][decision]["requisite"]
    graph = cid.requisite_graph(d, d.agent_of(decision))
    assert set(graph.edges) == set(naive_reduction(d, decision).edges)


@pytest.mark.parametrize(("slug", "decision"), ROWS)
def test_instrumental_control(slug, decision):
    d, row = cid.catalog.load(slug).diagram, VERDICTS[slug]["verdicts"][decision]
    decisions, utilities = own(d, decision)
    assert through(nx.DiGraph(d.edges), decision, utilities) == row["ici"]
    if len(decisions) == 1:
        assert "ici_min" not in row
    computed = cid.admits_ici_list(d, decision)
    assert sorted(computed) == row.get("ici_min", row["ici"])


@pytest.mark.parametrize(("slug", "decision"), ROWS)
def test_value_and_response_and_impact(slug, decision):
    d, row = cid.catalog.load(slug).diagram, VERDICTS[slug]["verdicts"][decision]
    decisions, utilities = own(d, decision)
    if len(decisions) == 1:
        assert sorted(cid.admits_ri_list(d, decision)) == row["ri"]
        assert sorted(cid.admits_voc_list(d, decision)) == row["voc"]
        assert sorted(cid.admits_impact_list(d, decision)) == row["impact"]
        assert sorted(cid.admits_voi_list(d, decision)) == row["voi"]
        return
    # The theorems are about single decisions: the library declines, and the published lists are
    # those of the criteria read in the whole agent's reduction.
    for ask in (cid.admits_ri_list, cid.admits_voc_list, cid.admits_impact_list):
        with pytest.raises(cid.ScopeError):
            ask(d, decision)
    assert "voi" not in row
    graph, chance = naive_reduction(d, decision), set(d.chance)
    assert sorted(nx.ancestors(graph, decision) & chance) == row["ri"]
    above = set(utilities).union(*(nx.ancestors(graph, utility) for utility in utilities))
    assert sorted(above - set(d.decisions)) == row["voc"]
    below = nx.descendants(nx.DiGraph(d.edges), decision)
    assert sorted(below & chance if below & set(utilities) else ()) == row["impact"]


@pytest.mark.parametrize(("slug", "decision"), ROWS)
def test_instrumental_control_under_lcdt(slug, decision):
    d, row = cid.catalog.load(slug).diagram, VERDICTS[slug]["verdicts"][decision]
    computed = sorted(cid.lcdt_ici_list(d, decision))
    if len(d.decisions) == 1:
        assert "lcdt_ici" not in row
        assert computed == row["ici"]
    else:
        assert computed == row["lcdt_ici"]
    mutilated = nx.DiGraph(cid.lcdt(d, decision).edges)
    assert not nx.descendants(mutilated, decision) & set(d.decisions)
    assert through(mutilated, decision, own(d, decision)[1]) == computed


# ---- loading ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "slug",
    [
        "",
        "entry",
        "__init__",
        "../x",
        "..",
        ".entry",
        "os",
        "cid",
        "supervised.py",
        "a\nb",
        "Σ" * 999,
    ],
)
def test_only_entries_are_imported(slug):
    before = set(sys.modules)
    with pytest.raises(cid.CatalogError, match="No catalogue entry") as caught:
        cid.catalog.load(slug)
    assert "cid.catalog.names()" in str(caught.value)
    assert len(str(caught.value)) < 500
    assert set(sys.modules) == before


@pytest.mark.parametrize("slug", [None, 3, b"supervised", ["supervised"], float("nan")])
def test_slug_is_a_string(slug):
    with pytest.raises(cid.CIDTypeError, match="string"):
        cid.catalog.load(slug)


@pytest.mark.parametrize(
    ("slug", "meant"),
    [
        ("content_rec", "content_recommendation"),
        ("content_rec_modified", "content_recommendation_modified"),
        ("Self-Fulfilling", "self_fulfilling"),
        ("suprvised", "supervised"),
        ("quant_voi", "quantitative_voi"),
        ("selfref_epochs_joint", "self_reference_epochs_joint"),
        ("trim_example", "requisite_trimming"),
        ("pso_delicate", "path_specific_delicate_state"),
        ("shutdown", "shutdown_instruction"),
        ("unknown mdp", "mdp_unknown"),
    ],
)
def test_unknown_slug_suggests(slug, meant):
    with pytest.raises(cid.CatalogError, match=f"'{meant}'"):
        cid.catalog.load(slug)


def test_file_without_entry_or_docstring(monkeypatch, tmp_path):
    (tmp_path / "empty_file.py").write_text('"""Title.\n\nProse.\n"""\n')
    (tmp_path / "bare_entry.py").write_text(
        "from cid.catalog.supervised import ENTRY as _E\nENTRY = _E\n"
    )
    monkeypatch.setattr(cid.catalog, "__path__", [*cid.catalog.__path__, str(tmp_path)])
    cid.catalog.names.cache_clear()
    try:
        assert "empty_file" in cid.catalog.names()
        with pytest.raises(cid.FormatError, match=r"empty_file\.py defines no ENTRY"):
            cid.catalog.load("empty_file")
        with pytest.raises(cid.FormatError, match=r"bare_entry\.py has no docstring"):
            cid.catalog.load("bare_entry")
    finally:
        for name in ("empty_file", "bare_entry"):
            sys.modules.pop(f"cid.catalog.{name}", None)
            monkeypatch.delattr(cid.catalog, name, raising=False)
        monkeypatch.undo()
        cid.catalog.names.cache_clear()
    assert cid.catalog.names() == SLUGS


# ---- malformed entries -----------------------------------------------------------------------

BASE = cid.CID.parse("W -> D -> X -> U; W -> U", decisions="D", utilities="U")
GAME = cid.CID(
    [("D", "H"), ("H", "V"), ("D", "U")],
    decisions={"ai": ["D"], "human": ["H"]},
    utilities={"ai": ["U"], "human": ["V"]},
)


def entry(diagram=BASE, **changes):
    return Entry(**{"diagram": diagram, "reference": "somewhere", "cites": (), **changes})


@pytest.mark.parametrize(
    ("make", "error", "says"),
    [
        (lambda: entry("W -> D"), cid.CIDTypeError, "is a CID"),
        (lambda: entry(physical="W -> D"), cid.CIDTypeError, "is a CID"),
        (lambda: entry(physical=BASE), cid.DiagramError, "Leave out physical"),
        (lambda: entry(physical=BASE.fix("D")), cid.DiagramError, "differ in 'D'"),
        (lambda: entry(physical=BASE.relabel({"X": "Y"})), cid.DiagramError, "'X', 'Y'"),
        (
            lambda: entry(physical=BASE.without_edges([("D", "X")])),
            cid.DiagramError,
            "missing from the physical graph",
        ),
        (
            lambda: entry(physical=BASE.with_edges([("W", "X")])),
            cid.DiagramError,
            "lies on no directed path",
        ),
        (
            lambda: entry(GAME, physical=GAME.with_edges([("H", "U")])),
            None,
            "D -> H -> U is the ai's path",
        ),
        (
            lambda: entry(GAME.without_edges([("H", "V")]), physical=GAME),
            None,
            "H -> V is the human's path",
        ),
        (
            lambda: entry(GAME.without_edges([("D", "H")]), physical=GAME),
            cid.DiagramError,
            r"\('D', 'H'\) lies on no directed path",
        ),
        (lambda: entry(reference=""), cid.FormatError, "where its diagram comes from"),
        (
            lambda: entry(cites=("everitt2021agents",)),
            cid.FormatError,
            "Did you mean 'everitt2021agent'",
        ),
        (
            lambda: entry(predictions=(Prediction("ici", "X", True, "W", "s"),)),
            cid.UnknownNodeError,
            "not a decision",
        ),
        (
            lambda: entry(predictions=(Prediction("ici", "D", True, "x", "s"),)),
            cid.UnknownNodeError,
            "Did you mean 'X'",
        ),
        (
            lambda: entry(predictions=(Prediction("ici", "D", ("X", "u"), source="s"),)),
            cid.UnknownNodeError,
            "Did you mean 'U'",
        ),
        (lambda: Prediction("vio", "D", True, "X", "s"), cid.FormatError, "Did you mean 'voi'"),
        (lambda: Prediction(7, "D", True, "X", "s"), cid.FormatError, "no concept"),
        (lambda: Prediction(["ici"], "D", True, "X", "s"), cid.FormatError, "no concept"),
        (lambda: Prediction("icy", "D", True, "X", "s"), cid.FormatError, "Did you mean 'ici'"),
        (lambda: Prediction("voi", "D", True, source="s"), cid.FormatError, "lists the nodes"),
        (lambda: Prediction("voi", "D", "X", source="s"), cid.FormatError, "lists the nodes"),
        (lambda: Prediction("voi", "D", (1,), source="s"), cid.FormatError, "lists the nodes"),
        (lambda: Prediction("voi", "D", ("X",), "X", "s"), cid.FormatError, "True or False"),
        (lambda: Prediction("voi", "D", True, "X"), cid.FormatError, "source"),
    ],
)
def test_malformed_entry(make, error, says):
    if error is None:
        assert make().cut
        return
    with pytest.raises(error, match=says):
        make()


# ---- references ------------------------------------------------------------------------------


def test_bibliography_has_the_same_keys():
    text = (ROOT / "docs" / "references.bib").read_text(encoding="utf-8")
    keys = re.findall(r"^@\w+\{([^,]+),", text, flags=re.MULTILINE)
    assert sorted(keys) == sorted(REFERENCES)
    for key in keys:
        fields = text.split("{" + key + ",")[1].split("\n@")[0]
        year = re.search(r"year = \{(\d{4})\}", fields).group(1)
        assert year in REFERENCES[key].short
        assert year in REFERENCES[key].text
        eprint = re.search(r"eprint = \{([^}]+)\}", fields)
        assert (f"arXiv:{eprint.group(1)}." in REFERENCES[key].text) if eprint else True


@pytest.mark.parametrize("key", REFERENCES)
def test_reference(key):
    reference = REFERENCES[key]
    assert reference.key == key
    assert re.fullmatch(r"[a-z]+(?:19|20)\d\d[a-z]+", key)
    assert "\n" not in reference.text
    assert re.fullmatch(r"https://\S+|", reference.url)
    shorts = [other.short for other in REFERENCES.values()]
    assert shorts.count(reference.short) == 1


def test_references_cannot_be_changed():
    with pytest.raises(TypeError):
        REFERENCES["x"] = None
