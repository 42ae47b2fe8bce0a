"""Hostile inputs by the thousand: texts to every reader, arguments to every public function.

Whatever it is given, the library answers or raises a :class:`cid.CIDError`, within five seconds and
two gibibytes, and leaves its inputs as they were. Run ``python tests/fuzz.py SEED COUNT`` for a
fresh seed; it prints each kind of failure once, with an input that shows it.
"""

import contextlib
import inspect
import os
import random
import resource
import signal
import sys
import tempfile
import traceback
import warnings
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import sympy

import cid
from cid.libraries import load_library

SECONDS, BYTES = 5, 2 * 2**30
DIAGRAM = cid.CID.parse("S -> D -> X -> U; S -> U", decisions="D", utilities="U")
TEXTS = [
    "S -> D -> X -> U; S -> U\ndecisions: D\nutilities: U\n",
    "decisions[a]: A\ndecisions[b]: B\nutilities[a]: U\nutilities[b]: V\nA, B -> U, V",
    'dag { S [exposure] U [outcome] S -> D ; D -> { U X } "a b" <-> S }',
    DIAGRAM.to_json(),
]
PIECES = [
    *"ABSDUX:;,->[]{}()\"'\\/#=\n\t 0129.",
    "->",
    "<-",
    "<->",
    "decisions",
    "utilities",
    "nodes",
    "\x00",
    "\x1b[2J",
    "\u202e",
    "\u200b",
    "\ud800",
    "é",
    "٣",
    "null",
    "1e999",
    "true",
    "[[[[",
    '{"expression": ["exp", ["exp", 99]]}',
    '{"fraction": "1/0"}',
    "9" * 5000,
    "a" * 5000,
]


class Odd:
    """An object that cannot be shown, compared or hashed."""

    __hash__ = None

    def __repr__(self):
        raise RuntimeError

    def __eq__(self, other):
        raise RuntimeError


class LateError(Exception):
    """Time is up."""


def model():
    """Return a model of the diagram; its functions are new each time."""
    return cid.SCIM(
        DIAGRAM,
        {"D": (0, 1)},
        {
            "S": {0: Fraction(1, 2), 1: Fraction(1, 2)},
            "X": lambda D: D,
            "U": lambda S, X: int(S == X),
        },
    )


HOSTILE = [
    lambda r: None,
    lambda r: np.array([1, 2]),
    lambda r: np.zeros((0, 3)),
    lambda r: float("nan"),
    lambda r: float("-inf"),
    lambda r: 10**400,
    lambda r: -(10**5000),
    lambda r: Odd(),
    lambda r: [],
    lambda r: {},
    lambda r: "",
    lambda r: "\ud800",
    lambda r: "D\0",
    lambda r: "x" * 5000,
    lambda r: (n for n in "DD"),
    lambda r: ["D", "D"],
    lambda r: [Odd()],
    lambda r: {"D": Odd()},
    lambda r: {Odd: 1},
    lambda r: b"D",
    lambda r: object,
    lambda r: sympy.Symbol("p"),
    lambda r: sympy.nan,
    lambda r: Decimal("NaN"),
    lambda r: {"D": {0: float("nan")}},
    lambda r: {"D": np.array([1, 2])},
    lambda r: {"no such node": 1},
    lambda r: "no such node",
    lambda r: [["D"], ["U"]],
    lambda r: True,
    lambda r: 1 + 2j,
    lambda r: {"D": lambda: 1 / 0},
    lambda r: {"D": lambda **_: {0: 2, 1: -1}},
    lambda r: range(10**12),
    lambda r: -1,
    lambda r: lambda: None,
    lambda r: set("DU"),
    lambda r: cid,
]
RIGHT = [
    lambda r: DIAGRAM,
    lambda r: model(),
    lambda r: "D",
    lambda r: "U",
    lambda r: r.choice("SXDU"),
    lambda r: ("S", "U"),
    lambda r: {"D": 0},
    lambda r: {"S": 1},
    lambda r: 1,
    lambda r: 0.5,
    lambda r: model().solve(),
    lambda r: cid.admits_ici(DIAGRAM, "D", "X"),
    lambda r: r.choice(TEXTS),
    lambda r: {"D": lambda S: S},
    lambda r: "ici",
    lambda r: sympy.Symbol("p", real=True) ** 2,
]
BY_NAME = {
    "s": 1,
    "model": 1,
    "d": 0,
    "diagram": 0,
    "template": 0,
    "decision": 2,
    "decisions": 2,
    "node": 4,
    "x": 4,
    "policy": 6,
    "of": 3,
    "given": 7,
    "finding": 11,
    "text": 12,
    "concept": 14,
    "physical": 0,
    "objective": 0,
    "utilities": 3,
    "steps": 8,
    "n": 8,
    "low": 8,
    "high": 8,
    "cause": 4,
}


def argument(rng, parameter):
    """Return a right value half of the time, and a hostile one otherwise."""
    if rng.random() < 0.65:
        place = BY_NAME.get(parameter.name)
        return (RIGHT[place] if place is not None else rng.choice(RIGHT))(rng)
    return rng.choice(HOSTILE)(rng)


def text(rng):
    """Return a text of pieces, or a right one with some of its letters changed."""
    if rng.random() < 0.3:
        return "".join(rng.choices(PIECES, k=rng.randint(0, 30)))
    letters = list(rng.choice([*TEXTS, model().to_json()]))
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(letters) + 1)
        letters[at : at + rng.randint(0, 3)] = rng.choices(PIECES, k=rng.randint(0, 2))
    return "".join(letters)


def targets():
    """Return public functions, classes and the methods of diagrams and models, by name."""
    found = {}
    for name in cid.__all__:
        thing = getattr(cid, name)
        error = inspect.isclass(thing) and issubclass(thing, BaseException)
        if callable(thing) and not error:
            found[name] = thing
    for owner, made in (("CID", lambda: DIAGRAM), ("SCIM", model)):
        for name, _ in inspect.getmembers(getattr(cid, owner), callable):
            if not name.startswith("_") and name not in ("draw",):
                found[f"{owner}.{name}"] = lambda *a, _n=name, _m=made, **k: getattr(_m(), _n)(
                    *a, **k
                )
                found[f"{owner}.{name}"].__signature__ = inspect.signature(getattr(made(), name))
    return found


def one(rng, functions, folder):
    """Return a name and a call without arguments, made up by a generator."""
    kind = rng.random()
    if kind < 0.3:
        given = text(rng)
        name = rng.choice(["CID.parse", "CID.from_json", "SCIM.from_json"])
        owner, method = name.split(".")
        return name, given, lambda: getattr(getattr(cid, owner), method)(given)
    if kind < 0.4:
        suffix = rng.choice([".cid", ".json", ".txt", ".bif", ".xdsl", ".net", ".dne", ".dag", ""])
        file = Path(folder) / f"given{suffix}"
        given = text(rng).encode("utf-8", "surrogatepass")
        file.write_bytes(given)
        return f"read {suffix}", given, lambda: cid.read(file)
    name = rng.choice(sorted(functions))
    try:
        parameters = list(inspect.signature(functions[name]).parameters.values())
    except ValueError:
        parameters = []
    args, named = [], {}
    for p in parameters:
        needed = p.default is p.empty
        if p.kind in (p.VAR_KEYWORD, p.VAR_POSITIONAL) or (not needed and rng.random() < 0.7):
            continue
        value = argument(rng, p)
        if p.kind is p.KEYWORD_ONLY or len(args) < parameters.index(p):
            if p.kind is not p.POSITIONAL_ONLY:
                named[p.name] = value
        else:
            args.append(value)
    return name, (args, named), lambda: functions[name](*args, **named)


def shown(given):
    """Return an input for a report, cut short."""
    try:
        return repr(given)[:300]
    except Exception:
        return "<an object that cannot be shown>"


def load_libraries():
    """Import what readers and writers need: the first import is slow and large, and not tried."""
    warnings.simplefilter("ignore")
    for library in ("pgmpy.models", "pyagrum", "pandas", "matplotlib.pyplot", "scipy"):
        with contextlib.suppress(cid.CIDError):
            load_library(library, "fuzz")


def bound_memory():
    """Leave the process so much beside what the libraries take, which may be more than that."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + BYTES
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def run(seed, count, say=None):
    """Return kinds of failure, with how often and an input that shows it, of `count` inputs."""

    def late(*_):
        raise LateError

    warnings.simplefilter("ignore")
    signal.signal(signal.SIGALRM, late)
    rng, functions = random.Random(seed), targets()
    before = DIAGRAM.to_json(), model().to_json()
    failed, example = Counter(), {}
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for _ in range(count):
            name, given, call = one(rng, functions, folder)
            signal.setitimer(signal.ITIMER_REAL, SECONDS)
            try:
                call()
                kind = None
            except cid.CIDError as error:
                bad = len(str(error)) > 2000 or "\x1b" in str(error)
                kind = (name, "message", "") if bad else None
            except Exception as error:
                last = traceback.extract_tb(error.__traceback__)
                own = [f for f in last if f"{os.sep}cid{os.sep}" in f.filename] or last
                kind = (
                    name,
                    type(error).__name__,
                    f"{Path(own[-1].filename).name}:{own[-1].lineno}",
                )
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
            if kind:
                failed[kind] += 1
                example.setdefault(kind, shown(given))
                if say and failed[kind] == 1:
                    say(kind, example[kind])
    if (DIAGRAM.to_json(), model().to_json()) != before:
        failed["inputs", "changed", ""] += 1
    return failed, example


if __name__ == "__main__":
    load_libraries()
    bound_memory()
    seed, count = int(sys.argv[1]), int(sys.argv[2])
    failed, example = run(seed, count, lambda *kind: print(*kind, flush=True))
    print(f"{count:,} inputs, seed {seed}: {sum(failed.values())} failures of {len(failed)} kinds")
    sys.exit(bool(failed))
