"""A model for every positive verdict: that it is there, that it has the incentive, and how much.

The library checks each witness itself before it returns it. Here the definitions are evaluated
once more by :mod:`models`, which shares no code with it.
"""

from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from models import Model
from scims import contexts, control, model_of
from strategies import diagrams

import cid
from cid import (
    impact_incentive,
    instrumental_control,
    quantitative_voc,
    quantitative_voi,
    random_diagram,
    response_incentive,
    witness,
)

HALF = Fraction(1, 2)
CONCEPTS = ("voi", "ri", "voc", "ici", "impact")


def exhibits(s, finding):
    """Evaluate the definition on an independent copy of the model."""
    decision, node = finding.decision, finding.node
    model = model_of(s, s.diagram.decisions).solve()
    if finding.concept == "voi":
        return model.voi(decision, node) > 0
    if finding.concept == "voc":
        return model.voc(node) > 0
    if finding.concept == "ri":
        return model.responds(decision, node)
    if finding.concept == "ici":
        return control(model, decision, node) > 0
    return model.impacts(decision, node, 0)


def by_hand(s, finding):
    """Can the definition be evaluated by listing policies?"""
    seen = contexts(s, finding.decision)
    if finding.concept == "voi" and finding.node not in s.diagram.parents(finding.decision):
        seen *= len(s.domains[finding.node])
    return seen <= 8 and not (finding.concept == "voc" and finding.node in s.diagram.utilities)


def check_size(s, finding):
    """The constructions promise more than a positive number."""
    decision, node = finding.decision, finding.node
    if finding.concept == "voi":
        assert quantitative_voi(s, decision, node) == HALF
    elif finding.concept == "voc":
        assert quantitative_voc(s, node, decision) >= HALF
    elif finding.concept == "ri":
        found = response_incentive(s, decision, node)
        assert found.has
        assert found.admits
    elif finding.concept == "ici":
        assert instrumental_control(s, decision, node).degree == 1
    else:
        assert impact_incentive(s, decision, node, baseline=0).degree == 1


def witnesses_of(d, counts, size=True):
    for finding in cid.analyze(d).where(holds=True):
        s = witness(finding)
        assert s.diagram == d
        assert s.arithmetic == "exact"
        counts[finding.concept] += 1
        if size:
            check_size(s, finding)
        if by_hand(s, finding):
            counts[finding.concept, "by hand"] += 1
            assert exhibits(s, finding), finding


def test_every_positive_verdict_has_a_witness():
    counts = Counter()

    @settings(max_examples=150)
    @given(diagrams(nodes=(3, 10)))
    def check(d):
        witnesses_of(d, counts)

    check()
    assert min(counts[c] for c in CONCEPTS) > 40, counts
    assert min(counts[c, "by hand"] for c in CONCEPTS) > 20, counts


@pytest.mark.slow
def test_every_positive_verdict_of_many_has_a_witness():
    counts = Counter()

    @settings(max_examples=2500)
    @given(diagrams(nodes=(3, 10), densities=(60, 80, 130, 180, 220)))
    def check(d):
        witnesses_of(d, counts, size=False)

    check()
    assert min(counts[c] for c in CONCEPTS) > 400, counts
    assert sum(counts[c] for c in CONCEPTS) >= 2000


def test_trails_with_several_colliders():
    # X sees one coin of a chain of coins whose meeting points D sees: all are needed
    counts = Counter()
    for meets in range(1, 5):
        edges = [("X", "C0")]
        for i in range(meets):
            edges += [(f"S{i}", f"C{i}"), (f"C{i}", "D")]
            edges += [(f"S{i}", f"C{i + 1}")] if i + 1 < meets else [(f"S{i}", "U")]
        d = cid.CID([*edges, ("D", "U")], ["D"], ["U"])
        witnesses_of(d, counts)
        linked = d.with_edges([("X", "D")])
        witnesses_of(linked, counts)
    assert counts["ri"] > 20


def observed_by_a_collider():
    """D sees O, and C, where O meets the coin S that D is to name."""
    return cid.CID.parse("O -> C <- S -> U <- D; O -> D; C -> D", decisions="D", utilities="U")


def test_exclusive_or_would_betray_a_response():
    # O and C = O xor S together tell S; when O is set to another value C tells, and D stays put.
    d = observed_by_a_collider()
    coin, xor = np.array([[0, 1]]), np.array([[0], [1], [1], [0]])
    same = np.array([[1], [0], [0], [1]])
    model = Model(d, ["D"], {"O": coin, "S": coin, "C": xor, "U": same}).solve()
    assert model.voi("D", "O") > 0
    assert not model.responds("D", "O")

    s = witness(cid.admits_ri(d, "D", "O"))
    assert response_incentive(s, "D", "O").degree == Fraction(1, 4)
    assert s.mechanism("C").response[..., 0].tolist() == [[0, 0], [0, 1]]
    assert s.cpd("S").tolist() == [Fraction(1, 4), Fraction(3, 4)]


def test_the_witness_of_value_of_control_may_control_a_bystander():
    # O starts its only trail forwards; control of O works through where C is seen
    d = observed_by_a_collider()
    finding = cid.admits_voc(d, "O")
    assert quantitative_voc(witness(finding), "O") >= HALF


def test_in_a_game_the_others_have_rules():
    counts = Counter()
    rng = np.random.default_rng(0)
    for drawn in range(1000):
        if drawn >= 150 and min(counts[c] for c in CONCEPTS) > 20:
            break
        size, decisions = rng.integers(5, 10), rng.integers(2, 4)
        agents = rng.integers(2, decisions + 1)
        utilities = rng.integers(agents, max(agents, min(3, size - decisions)) + 1)
        size = max(size, decisions + utilities)
        density = rng.choice([0.4, 0.6, 0.8])
        d = random_diagram(
            *map(int, (size, decisions, utilities, agents)), edge_probability=density, seed=rng
        )
        for finding in cid.analyze(d).where(holds=True):
            agent = d.agent_of(finding.decision)
            if not finding.proven or (finding.concept != "ici" and len(d.decisions_of(agent)) > 1):
                continue
            s = witness(finding)
            assert set(s.diagram.decisions) == set(d.decisions_of(agent))
            assert set(s.diagram.edges) == set(d.edges)
            counts[finding.concept] += 1
            if len(s.diagram.decisions) == 1 and by_hand(s, finding):
                assert exhibits(s, finding)
    assert min(counts[c] for c in CONCEPTS) > 20, counts


def test_several_decisions_where_a_path_avoids_the_others():
    counts = Counter()

    @settings(max_examples=200)
    @given(diagrams(nodes=(4, 8), decisions=(2, 3), densities=(130, 180, 220)))
    def check(d):
        assume(cid.is_soluble(d))
        for finding in cid.analyze(d, concepts="ici").where(holds=True):
            if finding.proven:
                s = witness(finding)
                counts["proven"] += 1
                assert instrumental_control(s, finding.decision, finding.node).degree == 1
                if np.prod([2 ** contexts(s, x) for x in d.decisions], dtype=float) <= 2**12:
                    assert exhibits(s, finding)
                    counts["by hand"] += 1
            else:
                counts["unproven"] += 1
                with pytest.raises(cid.ScopeError, match="No theorem says"):
                    witness(finding)

    check()
    assert min(counts.values()) > 20, counts


def test_every_diagram_of_the_catalogue():
    made = Counter()
    for entry in cid.catalog.entries():
        for finding in cid.analyze(entry.diagram).where(holds=True):
            several = len(entry.diagram.decisions_of(entry.diagram.agent_of(finding.decision))) > 1
            if not finding.proven or (several and finding.concept != "ici"):
                with pytest.raises(cid.ScopeError):
                    witness(finding)
                made["refused"] += 1
            else:
                check_size(witness(finding), finding)
                made[finding.concept] += 1
    assert min(made[c] for c in CONCEPTS) > 20, made


# ---- questions that are refused ----------------------------------------------------------------


def test_a_negative_verdict_has_no_witness():
    d = cid.CID.parse("S -> D -> U; S -> U", decisions="D", utilities="U")
    with pytest.raises(cid.ScopeError, match=r"does not admit .* no witness against it"):
        witness(cid.admits_ici(d, "D", "S"))


def test_several_decisions_are_refused():
    d = cid.CID.parse("S -> A -> B -> U; S -> U; A -> U; S -> B", "A B", "U")
    with pytest.raises(cid.ScopeError, match=r"'agent' has several decisions, A, B"):
        witness(cid.admits_voi(d, "B", "S"))
    assert quantitative_voi(witness(cid.admits_voi(d.fix("A"), "B", "S")), "B", "S") == HALF


def test_other_concepts_and_other_things_are_refused():
    d = cid.CID.parse("A -> X -> U; B -> U", "A B", "U")
    with pytest.raises(cid.ScopeError, match="'lcdt_ici'"):
        witness(cid.admits_lcdt_ici(d, "A", "X"))
    with pytest.raises(cid.CIDTypeError, match="takes a Finding"):
        witness(True)
