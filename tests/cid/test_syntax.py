"""The text syntax: what a person may type, and where a mistake is found."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import HOSTILE

import cid
from cid.syntax import format_name, parse_names, parse_statements


def edges(text):
    return parse_statements(text).edges


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A -> B", [("A", "B")]),
        ("A->B", [("A", "B")]),
        ("A <- B", [("B", "A")]),
        ("A → B ← C", [("A", "B"), ("C", "B")]),
        ("A -> B -> C", [("A", "B"), ("B", "C")]),
        ("A, B -> C, D", [("A", "C"), ("A", "D"), ("B", "C"), ("B", "D")]),
        ("A -> B, C -> D", [("A", "B"), ("A", "C"), ("B", "D"), ("C", "D")]),
        ("A -> B; C -> D", [("A", "B"), ("C", "D")]),
        ("A -> B\r\nC -> D\r\n", [("A", "B"), ("C", "D")]),
        (";;A -> B;\n\n;", [("A", "B")]),
        ("A -> B # -> C\n# all of it\nB -> D", [("A", "B"), ("B", "D")]),
        ('"A b" -> "c \\" # d"', [("A b", 'c " # d')]),
        ('"\\u00e9" -> B', [("é", "B")]),
        ("X_1 -> X-2 -> x.3 -> $4", [("X_1", "X-2"), ("X-2", "x.3"), ("x.3", "$4")]),
        ("nodes -> decisions -> utilities", [("nodes", "decisions"), ("decisions", "utilities")]),
        ("日本 -> ñ", [("日本", "ñ")]),
        ("", []),
        ("# nothing", []),
    ],
)
def test_edges(text, expected):
    assert edges(text) == expected


def test_nodes_appear_in_the_order_of_mention():
    assert cid.CID.parse("B <- A; C; A -> D").nodes == ("B", "A", "C", "D")
    assert cid.CID.parse("nodes: Z, A\nA -> B").nodes == ("Z", "A", "B")
    assert cid.CID.parse("A, B").nodes == ("A", "B")


def test_roles():
    said = parse_statements('decisions: D1, D2\ndecisions: D3 D4; utilities["a b"]: U')
    assert said.decisions == {None: ["D1", "D2", "D3", "D4"]}
    assert said.utilities == {"a b": ["U"]}
    d = cid.CID.parse("D -> U; H -> V; decisions[a]: D; decisions[h]: H; utilities[a]: U, V")
    assert d.agents == ("a", "h")
    assert d.utilities_of("a") == ("U", "V")


def test_roles_as_arguments():
    expected = cid.CID([("D", "U")], ["D"], ["U"])
    assert cid.CID.parse("D -> U", "D", "U") == expected
    assert cid.CID.parse("D -> U", ["D"], ["U"]) == expected
    assert cid.CID.parse("D -> U; utilities: U", decisions="D") == expected
    assert cid.CID.parse("\ufeffD -> U; utilities: U", decisions="D") == expected
    two = cid.CID.parse('"D 1" -> U; D2 -> U', '"D 1", D2', "U")
    assert two.decisions == ("D 1", "D2")


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("A ->", 1, ["arrow has no node on one side", "A -> B"]),
        ("-> A", 1, ["arrow has no node on one side"]),
        ("A -> -> B", 1, ["arrow has no node on one side"]),
        ("A -> B\nC -> ", 2, ["arrow has no node"]),
        ("A B", 1, ["'A' and 'B' stand side by side", '"A B"']),
        ("A -> B\n\n# c\nC D -> E", 4, ["'C' and 'D' stand side by side"]),
        ("A,, B -> C", 1, ["expected a node name in an edge, found ','"]),
        ("A, -> C", 1, ["missing after the comma"]),
        (", A", 1, ["found ','"]),
        ('A -> "B', 1, ["cannot read '\"B'", "double quote on the same line"]),
        ('A\n"B\n" -> C', 2, ["cannot read"]),
        ('A -> "\\x"', 1, ["not a JSON string", '\\"']),
        ("decision: D", 1, ["unknown keyword 'decision'", "decisions:", "utilities:"]),
        ("A: B", 1, ["unknown keyword 'A'", "quote a name that holds a colon"]),
        ("decisions[a: D", 1, ["decisions[agent]: names"]),
        ("decisions[a] D", 1, ["decisions[agent]: names"]),
        ("decisions[a, b]: D", 1, ["decisions[agent]: names"]),
        ("decisions[]: D", 1, ["decisions[agent]: names"]),
        ("nodes[a]: D", 1, ["nodes: names"]),
        ("decisions: A -> B", 1, ["expected a node name after 'decisions', found '->'"]),
        ("utilities: A,", 1, ["missing after the comma after 'utilities'"]),
        ("[A] -> B", 1, ["expected a node name in an edge, found '['"]),
        (": A", 1, ["expected a node name in an edge, found ':'"]),
        ("A -> B\r\nC ->\r\n", 2, ["arrow has no node"]),
        ("A -> B;\n\nC -> D; E ->", 3, ["arrow has no node"]),
    ],
)
def test_mistakes_are_found_where_they_are(text, line, words):
    with pytest.raises(cid.ParseError) as raised:
        cid.CID.parse(text)
    message = str(raised.value)
    assert message.startswith(f"line {line}: ")
    for word in words:
        assert word in message


def test_roles_are_given_once():
    with pytest.raises(cid.DiagramError, match="decisions are given in the text and as an arg"):
        cid.CID.parse("D -> U; decisions: D", decisions="D")
    with pytest.raises(cid.DiagramError, match=r"Some decisions have an agent.*decisions\[agent\]"):
        cid.CID.parse("D -> U; decisions: D; decisions[a]: U")
    with pytest.raises(cid.DiagramError, match="'D' is listed twice in decisions"):
        cid.CID.parse("D -> U; decisions: D; decisions: D")
    with pytest.raises(cid.DiagramError, match="at least one node"):
        cid.CID.parse(" # nothing but a comment")


PRINTABLE = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=12
).filter(str.strip)


@settings(max_examples=500)
@given(
    st.lists(st.one_of(PRINTABLE, st.sampled_from(HOSTILE)), min_size=2, max_size=5, unique=True)
)
def test_every_name_can_be_written_and_read(names):
    written = [format_name(name) for name in names]
    assert parse_names(", ".join(written)) == names
    assert parse_names("\t".join(written)) == names
    for arrow in (" -> ", " → ", "→"):
        text = arrow.join(written)
        assert edges(text) == list(pairwise(names)), text
    assert parse_statements("decisions[" + written[0] + "]: " + written[1]).decisions == {
        names[0]: [names[1]]
    }


def test_plain_names_are_not_quoted():
    for name in ("S", "x_1", "S'", "A-B", "a.b/c", "<b>", "日本"):
        assert format_name(name) == name
    for name in ("a b", "a,b", "a:b", "a;b", "a#b", 'a"b', "a[b", "a->b", "a→b"):
        assert format_name(name).startswith('"')


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("A -> {B, C}", r"'\{B' holds a brace.*A -> B, C"),
        ("{A B} -> C", r"brace"),
        ("A-->B", "'A-' looks like an arrow.*A -> B"),
        ("A --> B", "looks like an arrow"),
        ("A <-> B", "looks like an arrow.*common cause"),
        ("A<->B", "looks like an arrow.*common cause"),
        ("A => B", "'=>' looks like an arrow"),
        ("A=>B", "looks like an arrow"),
        ("A -.-> B", "looks like an arrow"),
        ("A ->> B", "looks like an arrow"),
        ("A –> B", "looks like an arrow"),
        ("A ~> B", "looks like an arrow"),
        ("A ⇒ B", "looks like an arrow"),
        ("A⟶B", "looks like an arrow"),
        ("A -- B", "looks like an arrow"),
        ("A -> B; decisions: {B}", "brace"),
        ("digraph G { a -> b }", "Graphviz text.*from_dagitty"),
        ("strict digraph {\na -> b }", "Graphviz text.*from_dagitty"),
        ("dag { A [exposure] }", "dagitty text.*from_dagitty"),
        ("graph LR\n A-->B", "Mermaid"),
        ("<?xml version='1.0'?>\n<smile/>", r"XML.*\.xdsl"),
        ("network unknown {\n}", r"BIF.*\.bif"),
        ("net { }\nnode A { }", r"Hugin.*\.net"),
        ("class id {\n", r"Hugin.*\.net"),
        ("// ~->[DNET-1]->~\nbnet u {", r"Netica.*\.dne"),
        ('{"format": 1}', "JSON.*from_json"),
    ],
)
def test_other_languages_are_refused_and_not_misread(text, match):
    with pytest.raises(cid.ParseError, match=match):
        cid.CID.parse(text)


@pytest.mark.parametrize(
    "name",
    ["{B", "C}", "A-", "-B", "A--B", "a->b", "=>", ">B", "A=", "⇒", "x-y", "-1", "a>b"],
)
def test_names_that_look_so_are_written_in_quotes(name):
    d = cid.CID([(name, "dag"), ("dag", "graph {")], nodes=[name])
    assert cid.CID.parse(d.to_text()) == d
    assert cid.CID.parse(f"{format_name(name)} -> X").nodes == (name, "X")


def test_a_name_like_a_keyword_of_another_language_is_a_name():
    assert edges("graph -> dag # {\nnet <- network") == [("graph", "dag"), ("network", "net")]


def test_what_a_message_quotes_is_printable():
    with pytest.raises(cid.ParseError) as caught:
        cid.CID.parse("\x1b[2J{A -> B")
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    "arrow", ["-->", "⟶", "⟹", "➔", "⇀", "↔", "—>", "=>", "<--", "<->", "--", "↦"]
)
@pytest.mark.parametrize("blank", ["", " "])
def test_other_arrows_are_refused_and_never_names(arrow, blank):
    with pytest.raises(cid.ParseError, match=r"looks like an arrow.*A -> B"):
        cid.CID.parse(f"A{blank}{arrow}{blank}B")


@pytest.mark.parametrize("read", [cid.CID.parse, lambda t: cid.from_dagitty(f"dag {{{t}}}")])
def test_lists_on_both_sides_of_an_arrow_are_counted_before_they_are_paired(read):
    tails, heads = ([f"{c}{k}" for k in range(1001)] for c in "ab")
    braces = "{%s}" if read != cid.CID.parse else "%s"
    glue = " " if read != cid.CID.parse else ", "
    with pytest.raises(cid.ParseError, match=r"line 1: .*1,002,001 edges.*1,000,000"):
        read(braces % glue.join(tails) + " -> " + braces % glue.join(heads))


def test_a_key_that_is_there_twice_is_no_json_of_ours():
    text = cid.CID([("A", "B")]).to_json()
    assert cid.CID.from_json("\ufeff" + text) == cid.CID([("A", "B")])
    assert cid.CID.from_json(("\ufeff" + text).encode()) == cid.CID([("A", "B")])
    assert cid.CID.from_json(text.encode("utf-16")) == cid.CID([("A", "B")])
    for twice in (text.replace("{", '{"nodes": ["C"],', 1), '{"a": {"b": 1, "b": 2}}'):
        with pytest.raises(cid.FormatError, match=r"'(nodes|b)' is there twice"):
            cid.CID.from_json(twice)
        with pytest.raises(cid.FormatError, match="is there twice"):
            cid.SCIM.from_json(twice)
