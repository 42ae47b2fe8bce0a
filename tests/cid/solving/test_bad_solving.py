"""Wrong arguments to solvers, transforms and the newer criteria give an error of ours."""

import functools
import inspect

import pytest
from wrong import WRONG

import cid

D = cid.CID.parse("S -> D -> X -> U; S -> U; D -> U", decisions="D", utilities="U")
S = cid.SCIM(
    D,
    {"D": (0, 1)},
    {"S": {0: 0.5, 1: 0.5}, "X": lambda D: D, "U": lambda S, X, D: int(S == X) + D},
)
GAME = cid.catalog.load("deception").diagram
PLAYED = cid.SCIM(
    GAME,
    {"DS": (0, 1), "DT": (0, 1)},
    {"Z": {0: 0.5, 1: 0.5}, "US": lambda Z, DT: DT, "UT": lambda Z, DT: int(Z == DT)},
)
BIASED = cid.catalog.load("introduced_bias").diagram
RULES = {"DT": lambda DS: DS}
ANY = frozenset(WRONG)

CALLS = {
    # name: (function, good arguments, {argument: kinds of WRONG that are good after all})
    "solve": (cid.solve, (S, "agent"), {1: {"None"}}),
    "solve_by_enumeration": (
        cid.solve_by_enumeration,
        (S, "agent", 100),
        {1: {"None"}, 2: {"int"}},
    ),
    "solve_shared": (
        cid.solve_shared,
        (S, [["D"]], "agent", 100),
        {1: {"list of list"}, 2: {"None"}, 3: {"int"}},
    ),
    "pure_equilibria": (cid.pure_equilibria, (PLAYED, True, 1000), {1: ("bool",)}),
    "lcdt_model": (cid.lcdt_model, (PLAYED, "DS", RULES, "marginal"), {}),
    "solve_lcdt": (cid.solve_lcdt, (PLAYED, "DS", RULES, "marginal"), {}),
    "ratifiable_lcdt": (cid.ratifiable_lcdt, (PLAYED, "DS", RULES, 100), {}),
    "compare_lcdt": (cid.compare_lcdt, (PLAYED, "DS", RULES), {}),
    "path_specific_model": (cid.path_specific_model, (S, [("D", "X")]), {}),
    "erased_model": (cid.erased_model, (S, "D", 0, 0.5), {2: {"bool"}, 3: {"bool"}}),
    "relevance_components": (cid.relevance_components, (GAME,), {}),
    "subgames": (cid.subgames, (GAME,), {}),
    "path_specific": (cid.path_specific, (D, "D", "X"), {}),
    "path_specific_cut": (cid.path_specific_cut, (D, "D", "X"), {}),
    "erasure": (cid.erasure, (D, "D"), {}),
    "erasure_twins": (cid.erasure_twins, (D, "D"), {}),
    "mechanised": (cid.mechanised, (D,), {}),
    "mechanism_relevance": (cid.mechanism_relevance, (D,), {}),
    "policy_level": (
        cid.policy_level,
        (D, ["D"], "agent", "P"),
        {2: {"None"}, 3: {"unknown name", "number as name", "script", "10,000 characters"}},
    ),
    "unroll": (cid.unroll, (D, 3, [("S", "S")]), {1: {"int"}}),
    "admits_deception": (cid.admits_deception, (GAME, "DS", "DT", "Z"), {}),
    "admits_introduced_variation": (
        cid.admits_introduced_variation,
        (BIASED, "A", True),
        {2: ANY},
    ),
}
MODULES = (
    "cid.solving.enumeration",
    "cid.solving.games",
    "cid.objectives.lcdt",
    "cid.objectives.erasure",
    "cid.objectives.path_specific",
    "cid.solving.induction",
    "cid.objectives.ratifiable",
    "cid.solving.shared",
    "cid.structure.subgames",
    "cid.transforms",
    "cid.criteria.deception",
    "cid.criteria.fairness",
)


def test_every_function_is_tried():
    ours = {
        name
        for name in cid.__all__
        if inspect.isfunction(f := getattr(cid, name)) and f.__module__.startswith(MODULES)
    }
    elsewhere = {"mixed_equilibria", "expected_utility"}
    lcdt = {name for name in ours if getattr(cid, name).__module__ == "cid.transforms.lcdt"}
    assert ours - elsewhere - lcdt == set(CALLS)


@pytest.mark.parametrize("name", CALLS)
def test_wrong_arguments(name):
    function, good, fine = CALLS[name]
    extra = {"rollout": {"D": 0}} if name == "path_specific_model" else {}
    call = functools.partial(function, **extra)
    call(*good)
    for position in range(len(good)):
        for kind, value in WRONG.items():
            bad = [*good[:position], value, *good[position + 1 :]]
            if kind in fine.get(position, ()):
                call(*bad)
            else:
                with pytest.raises(cid.CIDError) as raised:
                    call(*bad)
                assert str(raised.value)
