"""One message for one mistake: a model for a diagram, a diagram for a model, neither of them."""

import inspect

import pytest

import cid

D = cid.CID.parse("S -> D -> U", decisions="D", utilities="U")
S = cid.random_scim(D, seed=0)
FIRST = {
    name: str(next(iter(inspect.signature(getattr(cid, name)).parameters.values())).annotation)
    for name in cid.__all__
    if inspect.isfunction(getattr(cid, name))
    if inspect.signature(getattr(cid, name)).parameters
}
OF_DIAGRAMS = sorted(name for name, what in FIRST.items() if what == "CID")
OF_MODELS = sorted(name for name, what in FIRST.items() if what in ("SCIM", "Model"))


def said(name, given):
    """Call a function with a wrong first argument, and return what it says."""
    parameters = list(inspect.signature(getattr(cid, name)).parameters.values())[1:]
    needed = [p for p in parameters if p.default is p.empty and p.kind is not p.VAR_KEYWORD]
    others = [{} if p.name == "do" else "D" for p in needed if p.kind is not p.KEYWORD_ONLY]
    named = {p.name: "D" for p in needed if p.kind is p.KEYWORD_ONLY}
    with pytest.raises(cid.CIDTypeError) as caught:
        getattr(cid, name)(given, *others, **named)
    return str(caught.value)


@pytest.mark.parametrize("name", OF_DIAGRAMS)
def test_a_function_of_diagrams_is_given_something_else(name):
    assert said(name, S).endswith(f"a CID, not {S!r}. Give its diagram, s.diagram.")
    for wrong in ("S -> D", None, cid.CID, [("S", "D")]):
        assert said(name, wrong).endswith("Make one with cid.CID(...).")
        assert "a CID, not" in said(name, wrong)


@pytest.mark.parametrize("name", sorted(set(OF_MODELS) - {"counterfactual"}))
def test_a_function_of_models_is_given_something_else(name):
    assert "takes a SCIM, not CID([" in said(name, D)
    assert "make a model with cid.SCIM(d, domains, mechanisms)" in said(name, D)
    for wrong in ("S -> D", None, cid.SCIM, {}):
        assert "takes a SCIM, not " in said(name, wrong)


def test_all_functions_were_asked():
    assert len(OF_DIAGRAMS) > 25
    assert len(OF_MODELS) > 25
    assert {"analyze", "admits_voi", "is_soluble"} <= set(OF_DIAGRAMS)
    assert {"solve", "quantitative_voi", "probability"} <= set(OF_MODELS)
