"""The networks of the bnlearn repository that pgmpy ships: read, and asked what pyAgrum is asked.

Thirteen of them have rows that sum to one up to rounding only.
"""

import gzip
import itertools
import random
import warnings
from importlib import resources

import networkx as nx
import pytest

import cid

gum = cid.io.pyagrum.load_pyagrum()
utils = cid.libraries.load_library("pgmpy.utils", "pgmpy")

SMALL = ("asia", "cancer", "earthquake", "sachs", "survey", "alarm", "child", "insurance")
MEDIUM = ("water", "hailfinder", "hepar2", "win95pts", "andes", "pigs")
LARGE = ("munin1", "barley", "mildew", "pathfinder", "diabetes", "link")
LARGE += ("munin", "munin2", "munin3", "munin4")

MOST = 40
"""Nodes with more ancestors are not asked about: pyAgrum takes gigabytes for some of them."""


def slowly(names):
    return [pytest.param(name, marks=pytest.mark.slow) for name in names]


def unpacked(name, folder):
    packed = resources.files("pgmpy.utils").joinpath("example_models", f"{name}.bif.gz")
    file = folder / f"{name}.bif"
    file.write_bytes(gzip.decompress(packed.read_bytes()))
    return file


def in_pyagrum(file):
    """Return pyAgrum's network. It cannot read states such as <5, so that one is built by hand."""
    if file.stem != "child":
        return gum.loadBN(str(file))
    return built(shipped("child"))


def shipped(name):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return utils.get_example_model(name)


def built(network):
    out = gum.BayesNet()
    for v in network.nodes:
        out.add(gum.LabelizedVariable(v, "", network.get_cpds(v).state_names[v]))
    for tail, head in network.edges:
        out.addArc(tail, head)
    for table in network.get_cpds():
        states = [table.state_names[v] for v in table.variables]
        for at in itertools.product(*(range(len(names)) for names in states)):
            out.cpt(table.variable)[dict(zip(table.variables, at, strict=True))] = table.values[at]
    return out


def test_these_are_all():
    files = resources.files("pgmpy.utils").joinpath("example_models").iterdir()
    assert {file.name.partition(".")[0] for file in files} == {*SMALL, *MEDIUM, *LARGE}


@pytest.mark.parametrize("name", [*SMALL, *MEDIUM, *slowly(LARGE)])
def test_posteriors_are_those_of_pyagrum(name, tmp_path):
    file = unpacked(name, tmp_path)
    s, theirs = cid.read(file), in_pyagrum(file)
    assert set(s.diagram.nodes) == set(theirs.names())
    assert set(s.diagram.edges) == {
        (theirs.variable(i).name(), theirs.variable(j).name()) for i, j in theirs.arcs()
    }
    rng = random.Random(name)
    graph = s.diagram.to_networkx()
    above = {v: len(nx.ancestors(graph, v)) for v in graph}
    near = [v for v in s.diagram.nodes if above[v] <= MOST]
    nodes = rng.sample(near, min(8, len(near)))
    seen = rng.choice([v for v in near if above[v]])
    value = max(cid.distribution(s, seen).items(), key=lambda item: item[1])[0]
    for evidence in ({}, {seen: value}):
        for node in nodes:
            engine = gum.LazyPropagation(theirs)
            engine.addTarget(node)
            engine.setEvidence({v: str(state) for v, state in evidence.items()})
            posterior = engine.posterior(node)
            ours = cid.distribution(s, node, given=evidence)
            assert list(ours) == list(posterior.variable(0).labels())
            assert [float(p) for p in ours.values()] == pytest.approx(posterior.tolist(), abs=1e-6)


@pytest.mark.parametrize("name", ["asia", "sachs", *slowly((*SMALL, *MEDIUM, *LARGE))])
def test_pgmpys_own_reading_is_the_same_model(name, tmp_path):
    assert cid.from_pgmpy(shipped(name)) == cid.read(unpacked(name, tmp_path))
