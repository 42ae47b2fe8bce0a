"""Optimal policies, against pyAgrum's LIMID inference on the same model in the same run.

Run ``python benchmarks/solving.py``. Times are the best of five and include, for both, everything
from the model to the value: reduction, junction tree, messages. Values are checked to agree. The
last row, 5 states and 3 actions over 1,000 steps, is checked against value iteration, and gives the
largest memory that the whole process has held.
"""

from __future__ import annotations

import itertools
import resource
import time
from collections.abc import Callable
from typing import Any

import numpy as np

import cid

pyagrum = cid.io.pyagrum.load_pyagrum()

RNG = np.random.default_rng(0)


def best(run: Callable[[], object], repeats: int = 5) -> float:
    """Return the shortest of several times, in seconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def law(size: int) -> dict[int, float]:
    """Return a random distribution."""
    return dict(enumerate(RNG.dirichlet(np.ones(size)).tolist()))


def table(sizes: list[int], size: int) -> dict[Any, Any]:
    """Return a random distribution for each context, or one if there are no parents."""
    contexts = itertools.product(*map(range, sizes))
    return {context: law(size) for context in contexts} if sizes else law(size)


def random_model(d: cid.CID, size: int = 2, actions: int | None = None) -> cid.SCIM:
    """Put random tables on a diagram, all domains of one size or decisions of another."""
    of = dict.fromkeys(d.chance, size) | dict.fromkeys(d.decisions, actions or size)
    mechanisms: dict[str, Any] = {}
    for name in (*d.chance, *d.utilities):
        sizes = [of[parent] for parent in d.parents(name)]
        if name in d.utilities:
            contexts = itertools.product(*map(range, sizes))
            mechanisms[name] = {context: float(RNG.random()) for context in contexts}
        else:
            mechanisms[name] = table(sizes, of[name])
    return cid.SCIM(d, {name: range(count) for name, count in of.items()}, mechanisms)


def chain(length: int) -> cid.CID:
    """Return a chain of chance nodes whose first is seen and whose last is paid for."""
    edges = [(f"X{i}", f"X{i + 1}") for i in range(length - 1)]
    return cid.CID([*edges, ("X0", "D"), ("D", "U"), (f"X{length - 1}", "U")], ["D"], ["U"])


def sensors(count: int) -> cid.CID:
    """Return a decision that reads many noisy copies of one state."""
    edges = [e for i in range(count) for e in (("H", f"X{i}"), (f"X{i}", "D"))]
    return cid.CID([*edges, ("H", "U"), ("D", "U")], ["D"], ["U"])


def mdp(steps: int) -> cid.CID:
    """Return a Markov decision process with a reward at each step."""
    edges = []
    for t in range(steps):
        edges += [(f"S{t}", f"A{t}"), (f"S{t}", f"S{t + 1}"), (f"A{t}", f"S{t + 1}")]
        edges += [(f"S{t + 1}", f"R{t}")]
    return cid.CID(edges, [f"A{t}" for t in range(steps)], [f"R{t}" for t in range(steps)])


def sum_of(count: int) -> cid.CID:
    """Return one decision with many utilities."""
    utilities = [f"U{i}" for i in range(count)]
    edges = [("S", "D"), *((x, u) for u in utilities for x in ("S", "D"))]
    return cid.CID(edges, ["D"], utilities)


def value_iteration(s: cid.SCIM, steps: int) -> float:
    """Return the value of an MDP, made by :func:`mdp`, from its tables."""
    value = np.zeros(len(s.domains["S0"]))
    for t in reversed(range(steps)):
        reward = s.mean(f"R{t}").astype(float) + value
        value = (s.cpd(f"S{t + 1}", (f"S{t}", f"A{t}")).astype(float) @ reward).max(axis=1)
    return float(s.cpd("S0").astype(float) @ value)


def main() -> None:
    """Print the table."""
    print(f"{'model':24} {'value':>9} {'pyAgrum':>11} {'cid':>11} {'ratio':>6}")
    for label, d, size in (
        ("chance chain, 80", chain(80), 2),
        ("14 observed parents", sensors(14), 2),
        ("64-step MDP", mdp(64), 3),
        ("20 utilities", sum_of(20), 3),
    ):
        s = random_model(d, size)
        peer_model = cid.to_pyagrum(s)

        def peer(peer_model: Any = peer_model) -> float:
            inference = pyagrum.ShaferShenoyLIMIDInference(peer_model)
            inference.makeInference()
            return float(inference.MEU()["mean"])

        value = s.solve().value
        assert abs(value - peer()) < 1e-6 * max(1.0, abs(value))
        theirs, ours = best(peer), best(s.solve)
        print(f"{label:24} {value:9.4f} {theirs:9.5f} s {ours:9.5f} s {ours / theirs:6.2f}")
    s = random_model(mdp(1_000), 5, actions=3)
    value = s.solve().value
    assert abs(value - value_iteration(s, 1_000)) < 1e-9 * value
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{'1,000-step MDP':24} {value:9.4f} {'':>11} {best(s.solve, 2):9.5f} s {held:7.0f} MB")


if __name__ == "__main__":
    main()
