"""Names of parameters are text in LaTeX, whatever they hold."""

import pytest
import sympy

import cid

D = cid.CID.parse("S -> D -> U; S -> U", decisions="D", utilities="U")


@pytest.mark.parametrize("name", [r"\input{x}", r"$\write18{ls}$", "a%b"])
def test_a_parameter_is_no_command(name):
    w = sympy.Symbol(name, real=True)
    s = cid.SCIM(D, {"D": (0, 1)}, {"S": {0: 1 - w, 1: w}, "U": lambda S, D: int(S == D)})
    for text in (
        cid.symbolic_policy(s).to_latex(),
        cid.incentive_conditions(s, "voi", "D", "S").to_latex(),
    ):
        assert name not in text
        assert "\\input" not in text
        assert "\\write" not in text


def test_ordinary_names_stay_what_sympy_makes_of_them():
    w = sympy.Symbol("alpha_1", real=True)
    s = cid.SCIM(D, {"D": (0, 1)}, {"S": {0: 1 - w, 1: w}, "U": lambda S, D: int(S == D)})
    assert r"\alpha_{1}" in cid.incentive_conditions(s, "voi", "D", "S").to_latex()
