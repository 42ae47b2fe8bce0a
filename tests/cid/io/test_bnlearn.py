"""The networks of the bnlearn repository that pgmpy ships: read, and asked what pyAgrum is asked.

Thirteen of them have rows that sum to one up to rounding only.
"""

import gzip
import itertools
import random
import warnings
from importlib import resources

import pytest

import cid

gum = cid.io.pyagrum.load_pyagrum()
utils = cid.libraries.load_library("pgmpy.utils", "pgmpy")

QUICK = ("asia", "sachs", "alarm")
LARGE = ("cancer", "earthquake", "survey", "child", "insurance")
LARGE += ("water", "hailfinder", "hepar2", "win95pts", "andes", "pigs", "link", "munin1", "barley")
LARGE += ("mildew", "pathfinder", "diabetes", "munin", "munin2", "munin3", "munin4")


def test_these_are_all():
    files = resources.files("pgmpy.utils").joinpath("example_models").iterdir()
    assert {file.name.partition(".")[0] for file in files} == {*QUICK, *LARGE}


def in_pyagrum(name, network, folder):
    """Read the file by pyAgrum. It cannot read states such as <5, so that one is built by hand."""
    packed = resources.files("pgmpy.utils").joinpath("example_models", f"{name}.bif.gz")
    file = folder / f"{name}.bif"
    file.write_bytes(gzip.decompress(packed.read_bytes()))
    if name != "child":
        return gum.loadBN(str(file))
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


@pytest.mark.parametrize(
    "name", [*QUICK, *(pytest.param(name, marks=pytest.mark.slow) for name in LARGE)]
)
def test_posteriors_are_those_of_pyagrum(name, tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        network = utils.get_example_model(name)
    theirs = in_pyagrum(name, network, tmp_path)
    s = cid.from_pgmpy(network)
    assert len(s.diagram.nodes) == theirs.size()
    assert len(s.diagram.edges) == theirs.sizeArcs()
    rng = random.Random(name)
    nodes = rng.sample(s.diagram.nodes, min(8, len(s.diagram.nodes)))
    seen = rng.choice([v for v in s.diagram.nodes if not s.diagram.children(v)])
    value = max(cid.distribution(s, seen).items(), key=lambda item: item[1])[0]
    engine = gum.LazyPropagation(theirs)
    for evidence in ({}, {seen: value}):
        engine.setEvidence({node: str(v) for node, v in evidence.items()})
        for node in nodes:
            posterior = engine.posterior(node)
            labels = posterior.variable(0).labels()
            ours = cid.distribution(s, node, given=evidence)
            assert [str(v) for v in ours] == list(labels)
            assert [float(p) for p in ours.values()] == pytest.approx(posterior.tolist(), abs=1e-6)
