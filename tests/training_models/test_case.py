"""What an experiment is made of."""

import dataclasses

import pytest

import cid
import training_models as tm

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
