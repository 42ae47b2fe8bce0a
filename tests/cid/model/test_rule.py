"""Rules read what they need: a decision may observe more than any table could hold."""

import pytest

import cid
from cid.model.mechanism import Mechanism
from cid.model.whole import whole


def observing(count):
    """Return a solved model whose decision observes many nodes and needs one."""
    seen = [(f"x{i}", "D") for i in range(count)]
    d = cid.CID([*seen, ("x0", "U"), ("D", "U")], "D", "U")
    s = cid.random_scim(d, seed=1)
    return s, s.solve()


@pytest.mark.parametrize("count", [28, 33, 45, 70])
def test_a_solution_is_used_however_much_the_decision_observes(count):
    s, solution = observing(count)
    policy = solution.policy
    assert policy["D"].parents == ("x0",)
    fixed = s.with_policy(policy)
    assert s.expected_utility(policy) == fixed.expected_utility() == solution.value
    assert cid.expectation(s, "U", policy=policy) == solution.value
    drawn = s.sample(20, policy, seed=0)
    assert all(policy["D"][x] == a for x, a in zip(drawn["x0"], drawn["D"], strict=True))
    total = sum(
        cid.probability(s, {"x0": v}) * fixed.do(x0=v).expected_utility() for v in s.domains["x0"]
    )
    assert total == solution.value
    assert cid.SCIM.from_json(fixed.to_json()) == fixed
    with pytest.raises(cid.CIDError, match=f"{count} parents"):
        fixed.cpd("D")


def test_a_rule_on_fewer_parents_is_the_rule_on_all_of_them():
    s, solution = observing(4)
    rule = solution.policy["D"]
    lean = s.with_policy(solution.policy)
    full = s.with_policy({"D": lambda x0, x1, x2, x3: rule[x0]})
    other = s.with_policy({"D": lambda x0, x1, x2, x3: rule[x0] if x1 else 1 - rule[x0]})
    assert lean == full
    assert full == lean
    assert lean != other
    assert (lean.cpd("D") == full.cpd("D")).all()
    order = ("x3", "x0", "x2", "x1")
    assert (lean.cpd("D", order) == full.cpd("D", order)).all()
    assert whole(lean, "D").parents == full.mechanism("D").parents
    states = cid.noise_states(s, solution.policy).respond()
    assert (states["D"] == cid.noise_states(s, {"D": lambda x0: rule[x0]}).respond()["D"]).all()


def test_a_mechanism_may_leave_parents_unread():
    d = cid.CID.parse("A -> X; B -> X")
    half = {0: 0.5, 1: 0.5}
    s = cid.SCIM(d, {}, {"A": half, "B": half, "X": lambda B: B})
    lean = s.mechanism("X").narrowed()
    assert isinstance(lean, Mechanism)
    assert lean.parents == ("B",)
    again = cid.SCIM(d, s.domains, {"A": half, "B": half, "X": lean})
    assert again == s
    assert (again.cpd("X") == s.cpd("X")).all()
