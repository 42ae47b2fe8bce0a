"""Models that differ from a model: other mechanisms, other parents, other decisions."""

from fractions import Fraction

import pytest

import cid

HALF = Fraction(1, 2)
GRAPH = cid.CID.parse("S -> O -> D -> U; S -> U", decisions="D", utilities="U")
DOMAINS = {"D": (0, 1)}
MECHANISMS = {
    "S": {0: HALF, 1: HALF},
    "O": lambda S: S,
    "U": lambda S, D: int(S == D),
}
AGAINST = {(0,): 1, (1,): 0}
"""A rule that does the opposite of what is observed."""
MODEL = cid.SCIM(GRAPH, DOMAINS, MECHANISMS)


def test_another_mechanism_is_that_of_a_model_made_with_it():
    noisy = {
        (0,): {0: Fraction(3, 4), 1: Fraction(1, 4)},
        (1,): {0: Fraction(1, 4), 1: Fraction(3, 4)},
    }
    made = cid.SCIM(GRAPH, DOMAINS, {**MECHANISMS, "O": noisy})
    assert MODEL.with_mechanism("O", noisy) == made == MODEL.replace(O=noisy)
    assert made.solve().value == Fraction(3, 4)


def test_another_mechanism_may_read_other_parents():
    graph = cid.CID.parse("O -> D -> U; S -> U", decisions="D", utilities="U")
    blind = MODEL.with_mechanism("O", {0: HALF, 1: HALF}, parents=[])
    assert blind == cid.SCIM(graph, DOMAINS, {**MECHANISMS, "O": {0: HALF, 1: HALF}})
    assert blind.solve().value == HALF
    assert MODEL.solve().value == 1  # the model itself stays as it was


def test_a_utility_may_get_other_values_and_stays_one():
    paid = MODEL.with_mechanism("U", lambda S, D: 5 * int(S == D) - D)
    assert paid.diagram.kind("U") == "utility"
    assert paid.domains["U"] == (-1, 0, 4, 5) or set(paid.domains["U"]) == {-1, 0, 4, 5}
    assert paid.solve().value == Fraction(9, 2)


def test_a_new_node_and_an_edge_to_it():
    taxed = MODEL.with_mechanism("T", {0: HALF, 1: HALF}).with_mechanism(
        "U", lambda S, D, T: int(S == D) - T, parents=["S", "D", "T"]
    )
    assert taxed.diagram.kind("T") == "chance"
    assert taxed.solve().value == HALF


def test_a_decision_with_a_mechanism_is_a_chance_node():
    ruled = MODEL.with_mechanism("D", AGAINST)
    assert ruled == MODEL.with_policy({"D": AGAINST})
    assert ruled.expected_utility() == 0


def test_a_chance_node_becomes_a_decision():
    ruled = MODEL.with_policy({"D": AGAINST})
    again = ruled.with_decision("D", agent="agent")
    assert again == MODEL
    assert ruled.with_decision("D").solve().value == 1
    aware = ruled.with_decision("D", parents=["S"])
    assert aware.diagram.parents("D") == ("S",)
    other = MODEL.with_decision("O", agent="other")
    assert other.diagram.agents == ("agent", "other")
    assert other.diagram.decisions_of("other") == ("O",)


def test_changes_that_make_no_model():
    with pytest.raises(cid.ModelError, match="children of 'O', D"):
        MODEL.with_mechanism("O", lambda S: S + 5, domain=(5, 6))
    with pytest.raises(cid.DiagramError, match="cycle"):
        MODEL.with_mechanism("S", lambda U: 0, parents=["U"])
    with pytest.raises(cid.UnknownNodeError):
        MODEL.with_mechanism("S", {0: 1}, parents=["nothing"])
    with pytest.raises(cid.CIDTypeError, match="not the text"):
        MODEL.with_mechanism("O", lambda S: S, parents="S")
    with pytest.raises(cid.ModelError, match="utility"):
        MODEL.with_decision("U")
    with pytest.raises(cid.ModelError, match="decision"):
        MODEL.with_decision("D")
    with pytest.raises(cid.CIDError):
        MODEL.with_mechanism("U", lambda S, D: "high")
    two = cid.SCIM(
        cid.CID(
            [("A", "X"), ("X", "U"), ("B", "V")], {"a": ["A"], "b": ["B"]}, {"a": ["U"], "b": ["V"]}
        ),
        {"A": (0, 1), "B": (0, 1)},
        {"X": lambda A: A, "U": lambda X: X, "V": lambda B: B},
    )
    with pytest.raises(cid.ScopeError, match="several"):
        two.with_decision("X")
