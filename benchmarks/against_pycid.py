"""Incentive lists and optimal policies, against pycid 0.8.2 in the same run.

Run ``python benchmarks/against_pycid.py``. Lists and values are checked to agree. pycid is asked
once, on a model of its own whose making is not timed, and stopped after a minute: the ratio is then
a lower bound, marked ``>``. Where it needs more memory than there is, no ratio is given.
"""

from __future__ import annotations

import contextlib
import math
import signal
import time
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import networkx as nx
import numpy as np
from solving import best, chain, mdp, random_model, sensors, sum_of

import cid

pycid = cid.io.pycid.load_pycid()

LIMIT = 60
"""Seconds that pycid gets for one question."""


class OutOfTimeError(BaseException):
    """pycid's time is up. No Exception, so that none of its handlers swallows it."""


@contextlib.contextmanager
def limit(seconds: int) -> Iterator[None]:
    """Stop what is inside after so many seconds."""

    def stop(*_: object) -> None:
        raise OutOfTimeError

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def timed(run: Callable[[], Any]) -> tuple[float, Any]:
    """Return seconds and the answer; None if the time was up, no seconds if the memory was."""
    start = time.perf_counter()
    try:
        with limit(LIMIT), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            answer = run()
    except OutOfTimeError:
        answer = None
    except MemoryError:
        return math.nan, None
    return time.perf_counter() - start, answer


def random_diagram(nodes: int, seed: int) -> cid.CID:
    """Return a sparse diagram in one piece: a random tree, and one more edge for every fourth node.

    The decision stands in the middle, so that it has ancestors and descendants; sinks it reaches
    are utilities.
    """
    rng = np.random.default_rng(seed)
    while True:
        graph = nx.DiGraph()
        graph.add_nodes_from(f"v{i}" for i in range(nodes))
        for head in range(1, nodes):
            near = range(max(0, head - 12), head)
            count = 2 if rng.random() < 0.25 and len(near) > 1 else 1
            for tail in rng.choice(near, count, replace=False):
                graph.add_edge(f"v{tail}", f"v{head}")
        decision = f"v{nodes // 3}"
        below = nx.descendants(graph, decision)
        utilities = [v for v in graph if v in below and not graph[v]]
        if len(below) > nodes / 6 and len(nx.ancestors(graph, decision)) > 3:
            return cid.CID(list(graph.edges), [decision], utilities)


def line(label: str, theirs: float, ours: float, *, finished: bool) -> None:
    """Print one row."""
    if math.isnan(theirs):
        print(f"{label:34} {'out of memory':>12} {ours:10.6f} s")
        return
    bound = " " if finished else ">"
    print(f"{label:34} {bound}{theirs:9.3f} s {ours:10.6f} s {bound}{theirs / ours:12,.0f}")


QUESTIONS: dict[str, tuple[Callable[[Any, str], Any], Callable[[cid.CID, str], list[str]]]] = {
    "VoI": (pycid.admits_voi_list, cid.admits_voi_list),
    "VoC": (lambda model, _: pycid.admits_voc_list(model), lambda d, _: cid.admits_voc_list(d)),
    "RI": (pycid.admits_ri_list, cid.admits_ri_list),
    "ICI": (pycid.admits_ici_list, cid.admits_ici_list),
}


def meant(concept: str, d: cid.CID) -> set[str]:
    """Return what pycid alone lists: utilities under VoI, the decision itself under ICI."""
    return {"VoI": set(d.utilities), "ICI": set(d.decisions)}.get(concept, set())


def lists() -> None:
    """Compare the four lists of all nodes."""
    for nodes in (50, 200, 1_000):
        d = random_diagram(nodes, seed=0)
        (decision,) = d.decisions
        for concept, (peer, mine) in QUESTIONS.items():
            theirs, answer = timed(partial(peer, cid.to_pycid(d), decision))
            if answer is not None:
                assert set(answer) - meant(concept, d) == set(mine(d, decision)), (nodes, concept)
            label = f"{concept} list, {nodes:,} nodes"
            line(label, theirs, best(partial(mine, d, decision)), finished=answer is not None)


def solving() -> None:
    """Compare optimal policies, on models of growing size."""
    for label, d, size in (
        ("chance chain, 10", chain(10), 2),
        ("chance chain, 80", chain(80), 2),
        ("4 observed parents", sensors(4), 2),
        ("8 observed parents", sensors(8), 2),
        ("14 observed parents", sensors(14), 2),
        ("2-step MDP", mdp(2), 2),
        ("3-step MDP", mdp(3), 2),
        ("64-step MDP", mdp(64), 3),
        ("2 utilities", sum_of(2), 3),
        ("6 utilities", sum_of(6), 3),
        ("20 utilities", sum_of(20), 3),
    ):
        s = random_model(d, size)
        model = cid.to_pycid(s)

        def peer(model: Any = model) -> float:
            model.impute_optimal_policy()
            return float(model.expected_utility({}))

        theirs, value = timed(peer)
        if value is not None:
            assert abs(value - s.solve().value) < 1e-9
        line(label, theirs, best(s.solve), finished=value is not None)


def main() -> None:
    """Print the table."""
    print(f"{'question':34} {'pycid':>12} {'cid':>12} {'ratio':>13}")
    lists()
    solving()


if __name__ == "__main__":
    main()
