"""What is too large, of the wrong type or frozen is refused, and before anything is made."""

import copy
import itertools
import pickle
import tracemalloc
from fractions import Fraction

import numpy as np
import pytest
import sympy

import cid

D = cid.CID.parse("S -> D -> U; S -> U", decisions="D", utilities="U")
HALF = Fraction(1, 2)


def model():
    return cid.SCIM(D, {"D": (0, 1)}, {"S": {0: HALF, 1: HALF}, "U": lambda S, D: int(S == D)})


def wide(parents):
    names = [f"x{k}" for k in range(parents)]
    return cid.CID([*((x, "D") for x in names), ("x0", "U"), ("D", "U")], "D", "U")


def refused(call, megabytes=64):
    """Return the message of a refusal that came before anything large was allocated."""
    tracemalloc.start()
    try:
        with pytest.raises(cid.SizeError) as caught:
            call()
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < megabytes * 2**20
    assert len(str(caught.value)) < 600
    return str(caught.value)


@pytest.mark.parametrize("parents", [33, 45, 70])
def test_the_solvers_own_policy_is_used_whatever_else_is_observed(parents):
    s = cid.random_scim(wide(parents), seed=1)
    found = s.solve()
    assert found.policy["D"].parents == ("x0",)
    assert s.expected_utility(found.policy) == found.value
    fixed = s.with_policy(found.policy)
    assert not fixed.diagram.decisions
    assert cid.expectation(fixed) == cid.expectation(s, policy=found.policy) == found.value
    assert len(s.sample(5, found.policy)["D"]) == 5
    assert sum(cid.distribution(s, "U", policy=found.policy).values()) == 1
    refused(lambda: cid.noise_states(s, found.policy))
    refused(lambda: fixed.cpd("D"))


def grid(size):
    edges = []
    for i in range(size):
        for j in range(size):
            edges += [(f"g{i}_{j}", f"g{i + 1}_{j}")] if i + 1 < size else []
            edges += [(f"g{i}_{j}", f"g{i}_{j + 1}")] if j + 1 < size else []
    last = f"g{size - 1}_{size - 1}"
    return cid.CID([*edges, (last, "U"), ("D", "U")], "D", "U")


@pytest.mark.parametrize(("size", "exact"), [(26, False), (16, True)])
def test_grids_are_measured_before_they_are_solved(size, exact):
    s = cid.random_scim(grid(size), seed=1, exact=exact)
    assert "is the most" in refused(s.solve)


@pytest.mark.parametrize(
    "call",
    [
        lambda: cid.unroll(D, 10**9),
        lambda: cid.unroll(D, 10**5),
        lambda: cid.unroll(D, 10**400),
        lambda: model().sample(10**10, {"D": 0}),
        lambda: model().sample(10**400, {"D": 0}),
        lambda: cid.SCIM(D, {"D": range(10**9)}, {"S": {0: 1}, "U": lambda S, D: 0}),
        lambda: cid.random_diagram(10_000),
        lambda: cid.random_diagram(10**400),
        lambda: cid.random_scim(D, 10**9, seed=1),
        lambda: cid.random_scim(D, 10**5000, seed=1),
        lambda: cid.random_diagram(10**5000),
        lambda: cid.random_scim(D, utility_values=range(10**12)),
        lambda: cid.random_scim(D, utility_values=range(10**400)),
        lambda: cid.SCIM(D, {"D": range(10**400)}, {"S": {0: 1}, "U": lambda S, D: 0}),
    ],
)
def test_large_numbers_are_refused(call):
    assert "most" in refused(call, 8)


@pytest.mark.parametrize("parents", [33, 66])
def test_more_axes_than_an_array_has(parents):
    d = cid.CID([*((f"x{k}", "U") for k in range(parents)), ("D", "U")], "D", "U")
    refused(lambda: cid.random_scim(d, 1, seed=1))
    constant = {f"x{k}": {0: 1} for k in range(parents)}
    refused(lambda: cid.SCIM(d, {"D": (0,)}, {**constant, "U": lambda **_: 0}))


def test_a_witness_on_a_node_of_many_parents_is_refused():
    edges = [*((f"x{k}", "M") for k in range(40)), ("M", "U"), ("D", "U"), ("x0", "D")]
    refused(lambda: cid.witness(cid.admits_voi(cid.CID(edges, "D", "U"), "D", "M")))


ARRAY = np.array([1, 2])


@pytest.mark.parametrize(
    "call",
    [
        lambda s: s.cpd("U", 3),
        lambda s: s.mean("U", 3),
        lambda s: s.sample(3, {"D": 0}, seed=-(10**5000)),
        lambda s: s.solve(method=ARRAY),
        lambda s: s.index("U", ARRAY),
        lambda s: s.expected_utility(ARRAY),
        lambda s: cid.expectation(s, policy=ARRAY),
        lambda s: cid.distribution(s, "U", policy=ARRAY),
        lambda s: s.sample(3, ARRAY),
        lambda s: s.sample(3, []),
        lambda s: cid.noise_states(s, ARRAY),
        lambda s: cid.pure_equilibria(s, subgame_perfect=ARRAY),
        lambda s: cid.unroll(D, 2, agent_per_step=ARRAY),
        lambda s: cid.simplex_optimum(1, [[]]),
    ],
)
def test_arguments_of_the_wrong_type(call):
    with pytest.raises(cid.CIDError) as caught:
        call(model())
    assert isinstance(caught.value, cid.CIDTypeError | cid.ModelError)


def test_a_threshold_that_no_float_holds():
    s = cid.SCIM(D, {"D": (0, 1)}, {"S": {0: 0.5, 1: 0.5}, "U": lambda S, D: int(S == D)})
    assert not cid.impact_incentive(s, "D", "U", baseline=0, threshold=10**400).has


HUGE = 10**5000, -(10**5000), Fraction(1, 10**5000)


@pytest.mark.parametrize("huge", HUGE, ids=["large", "small", "long"])
def test_numbers_too_long_to_write_are_refused_where_they_are_given(huge):
    with pytest.raises(cid.SizeError, match="more than 4,000 digits"):
        cid.SCIM(D, {"D": (0, 1)}, {"S": {0: 1}, "U": lambda S, D: D * huge})
    with pytest.raises(cid.SizeError, match="more than 4,000 digits"):
        cid.SCIM(D, {"D": (0, huge)}, {"S": {0: 1}, "U": 0})


def test_a_solution_with_a_long_value_has_a_repr():
    names = [f"x{k}" for k in range(2500)]
    edges = [*itertools.pairwise(names), (names[-1], "U"), ("D", "U")]
    third = Fraction(1, 1009)
    chances = {names[0]: {0: third, 1: 1 - third}}
    for x in names[1:]:
        chances[x] = {(k,): {0: p, 1: 1 - p} for k, p in enumerate((third, HALF / 7))}
    d = cid.CID(edges, "D", "U")
    s = cid.SCIM(d, {"D": (0, 1)}, {**chances, "U": lambda **k: sum(k.values())})
    found = s.solve()
    with pytest.raises(ValueError, match="4300 digits"):
        repr(found.value)
    assert "Solution(" in repr(found)


def test_results_are_frozen():
    s = model()
    found = s.solve()
    rule = found.policy["D"]
    findings, degrees = cid.analyze(D), cid.degrees(s)
    for change in (
        lambda: delattr(s, "diagram"),
        lambda: setattr(rule, "actions", ()),
        lambda: delattr(rule, "choice"),
        lambda: setattr(findings, "blocks", ()),
        lambda: setattr(degrees, "_rows", ()),
        lambda: setattr(found, "value", 3),
    ):
        with pytest.raises(AttributeError):
            change()
    with pytest.raises(ValueError, match="read-only"):
        rule.choice[...] = 1
    with pytest.raises(TypeError):
        found.policy["D"] = 0
    assert s.solve().policy == found.policy
    assert s.expected_utility(found.policy) == 1


def risk():
    theta, x, phi = sympy.symbols("theta x phi", real=True)
    return cid.Performative((x - phi) ** 2, {0: 1 - theta, 1: theta}, x, theta, phi)


def test_copies_are_equal():
    s = model()
    found = s.solve()
    for made in (
        found.policy,
        found.policy["D"],
        found,
        cid.noise_states(s, found.policy),
        risk(),
    ):
        for again in (copy.copy(made), copy.deepcopy(made), pickle.loads(pickle.dumps(made))):
            assert again == made
    findings = cid.analyze(D)
    assert list(pickle.loads(pickle.dumps(findings))) == list(findings)
    assert list(copy.deepcopy(cid.degrees(s))) == list(cid.degrees(s))


def test_what_several_unknown_edges_are_does_not_depend_on_hashes():
    with pytest.raises(cid.CIDError, match=r"\('U', 'D'\)"):
        D.without_edges([("U", "D"), ("D", "S"), ("U", "S")])


def test_messages_are_short_and_printable():
    for name in ("x" * 5000, "\x1b[2J" * 50, "\u202e" * 9):
        for call in (
            lambda n=name: D.parents(n),
            lambda n=name: cid.CID([(n, "D"), ("D", n)], "D", ()),
            lambda n=name: D.without_edges([(n, "D")]),
            lambda n=name: cid.CID.parse(n + " => B"),
            lambda n=name: model().do({n: 1}),
            lambda n=name: model().do({"S": n}),
            lambda n=name: cid.catalog.load(n),
        ):
            with pytest.raises(cid.CIDError) as caught:
                call()
            text = str(caught.value)
            assert len(text) < 1500, text
            assert all(c.isprintable() or c == "\n" for c in text), text
