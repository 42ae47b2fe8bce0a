"""What an experiment is made of."""

import contextlib
import dataclasses
import itertools
import sys

import pytest

import cid
import training_models as tm
from training_models.plan import make_plan
from training_models.registration import records

CASES = tm.list_cases()


@pytest.mark.parametrize("slug", CASES)
def test_the_graphs_of_an_arm_are_a_pair(slug):
    """An edge is taken from the world, or credited, that the other graph knows nothing of."""
    for arm in tm.load_case(slug).arms:
        assert cid.GraphPair(arm.physical, arm.objective).cut is not None
        for edge in arm.objective.edges:
            with pytest.raises(cid.DiagramError, match=rf"The arm '{arm.slug}': .*is missing"):
                dataclasses.replace(arm, physical=arm.physical.without_edges([edge]))
        for tail in arm.physical.nodes:
            for head in set(arm.physical.nodes) - {tail, *arm.physical.ancestors(tail)}:
                if arm.physical.kind(tail) != "utility" and head not in arm.physical.children(tail):
                    with pytest.raises(cid.DiagramError, match="missing from the physical graph"):
                        dataclasses.replace(arm, objective=arm.objective.with_edges([(tail, head)]))


def one_edge_changed(d):
    """Yield the diagram with any one edge left out or added, where it is a diagram still."""
    for edge in d.edges:
        yield d.without_edges([edge])
    for edge in itertools.permutations(d.nodes, 2):
        if edge not in d.edges:
            with contextlib.suppress(cid.DiagramError):  # a cycle, or out of a utility
                yield d.with_edges([edge])


def read_by_claims(claims, arm):
    """The graphs of an arm that some claim is computed from."""
    of = {"incentive": "objective", "impact": "physical"}
    read = {of[claim.kind] for claim in claims if claim.arm == arm.slug and claim.kind in of}
    return {"physical", "objective"} if read and arm.physical == arm.objective else read


@pytest.mark.parametrize("slug", CASES)
def test_a_wrong_edge_is_refused_or_the_graph_is_said_to_enter_no_claim(slug, monkeypatch):
    """Any single edge of any declared graph, left out or added, one at a time."""
    case = tm.load_case(slug)
    module, plan = sys.modules[case.train.__module__], make_plan(case, 16, fast=False)
    refused = reported = noticed = 0
    for i, which in itertools.product(range(len(case.arms)), ("physical", "objective")):
        for changed in one_edge_changed(getattr(case.arms[i], which)):
            pair = {g: getattr(case.arms[i], g) for g in ("physical", "objective")}
            pair[which] = changed
            broken = not set(pair["objective"].edges) <= set(pair["physical"].edges)
            try:
                arm = dataclasses.replace(case.arms[i], **pair)
            except cid.DiagramError:
                refused += 1
                continue
            assert not broken, (arm.slug, which, changed.edges)
            arms = (*case.arms[:i], arm, *case.arms[i + 1 :])
            monkeypatch.setattr(module, "ARMS", arms)
            try:
                claims = case.claims(case.config)
            except cid.CIDError:
                refused += 1
                continue
            said = dataclasses.replace(plan, arms=records(arms), claims=claims)
            noticed += [c.registered() for c in claims] != [c.registered() for c in plan.claims]
            for graph in {"physical", "objective"} - read_by_claims(claims, arm):
                assert (arm.slug, graph) in said.unclaimed
                reported += 1
    assert refused > 0
    assert reported + noticed > 0


@pytest.mark.parametrize("slug", CASES)
def test_what_the_graphs_of_an_arm_are_not_used_for_is_said(slug):
    case = tm.load_case(slug)
    plan = make_plan(case, 16, fast=False)
    unread = {
        (arm.slug, graph)
        for arm in case.arms
        for graph in {"physical", "objective"} - read_by_claims(plan.claims, arm)
    }
    assert set(plan.unclaimed) == unread
