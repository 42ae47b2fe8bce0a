"""Error classes by cause: a class tells why something was refused, wherever it was."""

import ast
import inspect
import re
from pathlib import Path

import pytest

import cid
from cid import errors
from cid.libraries import install_by, load_library
from cid.structure.agents import only_player, which_agent

ROOT = Path(cid.__file__).parent

TOO_LARGE = re.compile(
    r"is the most|the bound is|are refused|is refused|too many|more than are|takes more than"
)
NO_RULE = re.compile(r"ha(s|ve) no rules?\b|needs a rule")
NO_VALUES = re.compile(r"has the free parameters|have no values")
NOT_INSTALLED = re.compile(r"pip install|not installed|cannot be imported")


def raised():
    """Return every raise of the library: file, line, class and the text of the message."""
    for file in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                texts = [
                    part.value
                    for part in ast.walk(node.exc)
                    if isinstance(part, ast.Constant) and isinstance(part.value, str)
                ]
                yield (
                    file.relative_to(ROOT),
                    node.lineno,
                    ast.unparse(node.exc.func),
                    "".join(texts),
                )


RAISED = list(raised())


def test_scope_is_not_what_engines_and_models_lack():
    assert len(RAISED) > 300
    low = ("engine", "model", "draw", "io", "parts.py", "syntax.py", "forms.py")
    wrong = [r for r in RAISED if r[2] == "ScopeError" and r[0].parts[0] in low]
    wrong = [r for r in wrong if r[0] != Path("io/pyagrum.py")]  # its diagrams have one agent
    assert not wrong


@pytest.mark.parametrize(
    ("message", "name"),
    [
        (TOO_LARGE, "SizeError"),
        (NO_RULE, "MissingRuleError"),
        (NO_VALUES, "ParameterError"),
        (NOT_INSTALLED, "MissingLibraryError"),
    ],
)
def test_a_cause_has_one_class(message, name):
    kin = {"SizeError": {"DiagramError", "FormatError", "DrawError"}}.get(name, set())
    for file, line, raised_as, text in RAISED:
        if message.search(text):
            assert raised_as in {name, *kin}, (file, line, text)
    assert any(r[2] == name for r in RAISED)


def test_code_that_caught_the_old_classes_still_does():
    for made in (cid.SizeError, cid.MissingRuleError, cid.ParameterError):
        assert issubclass(made, cid.ScopeError)
        assert issubclass(made, cid.ModelError)
    assert issubclass(cid.MissingLibraryError, ImportError)


def test_every_class_is_public():
    for name, made in inspect.getmembers(errors, inspect.isclass):
        if made.__module__ == errors.__name__:
            assert getattr(cid, name) is made


def game():
    return cid.random_scim(
        cid.CID(
            [("A", "U"), ("B", "U"), ("A", "V")], {"a": ["A"], "b": ["B"]}, {"a": ["U"], "b": ["V"]}
        ),
        seed=1,
    )


def message_of(call):
    with pytest.raises(cid.CIDError) as caught:
        call()
    return str(caught.value)


def test_one_message_asks_which_agent():
    s = game()
    rules = {"A": 0, "B": 0}
    rules = {name: s.domains[name][0] for name in rules}
    fixed = s.with_policy({name: {value: 1} for name, value in rules.items()})
    said = [
        message_of(lambda: cid.expected_utility(fixed)),
        message_of(lambda: cid.expectation(fixed)),
        message_of(lambda: cid.quantitative_voc(s, "U")),
        message_of(lambda: which_agent(s.diagram, None, "x")),
        message_of(lambda: cid.solve_shared(s, [["A", "B"]])),
    ]
    for text in said:
        assert "is one agent's, and there are several: 'a', 'b'. Name the one that is meant" in text
    open_rules = [
        message_of(lambda: cid.solve_by_enumeration(s)),
        message_of(lambda: cid.goal_directedness(s, {})),
        message_of(lambda: cid.symbolic_policy(s)),
        message_of(lambda: s.solve("a")),
        message_of(lambda: only_player(s.diagram, None, "x")),
    ]
    for text in open_rules:
        assert "is for one agent, here 'a', and the decisions of 'b' have no rules" in text


def test_a_missing_library_is_named_with_what_brings_it(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "pandas", None)
    d = cid.CID([("D", "U")], "D", "U")
    for call in (cid.analyze(d).to_frame, cid.degrees(cid.random_scim(d, seed=1)).to_frame):
        with pytest.raises(cid.MissingLibraryError, match=re.escape(install_by("pandas"))):
            call()
    monkeypatch.setitem(sys.modules, "pygambit", None)
    with pytest.raises(cid.MissingLibraryError, match="pip install pygambit"):
        cid.mixed_equilibria(game())
    with pytest.raises(cid.MissingLibraryError, match="nosuchlibrary"):
        load_library("nosuchlibrary", "This")


def test_the_tie_is_one_number():
    made = [
        (file.name, node.lineno)
        for file in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Assign)
        and any(isinstance(t, ast.Name) and t.id == "TIE" for t in node.targets)
    ]
    assert [name for name, _ in made] == ["numbers.py"]
