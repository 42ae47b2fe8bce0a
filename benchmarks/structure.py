"""All five concepts for all nodes, against one ``networkx.descendants`` from the decision.

Run ``python benchmarks/structure.py``. Every figure is a ratio of two times of the same run, best
of three. The random diagram lets each node pick three distinct earlier nodes as parents, so that
the decision, its first node, reaches almost everything: ``networkx.descendants`` then has to visit
the whole graph, as the criteria do.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import networkx as nx

import cid


def best(run: Callable[[], object], repeats: int = 3) -> float:
    """Return the shortest of several times, in seconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def random_diagram(nodes: int, parents: int, seed: int) -> cid.CID:
    """Return a random diagram whose first node is the decision and whose sinks are utilities."""
    rng = random.Random(seed)
    names = [f"v{i}" for i in range(nodes)]
    edges = [
        (names[tail], names[head])
        for head in range(1, nodes)
        for tail in rng.sample(range(head), min(parents, head))
    ]
    inner = {tail for tail, _ in edges}
    sinks = [name for name in names if name not in inner]
    return cid.CID(edges, decisions=[names[0]], utilities=sinks, nodes=names)


def banded_diagram(nodes: int) -> cid.CID:
    """Return a diagram with parents i-1 and i-2: its number of paths is a Fibonacci number."""
    names = [f"v{i}" for i in range(nodes)]
    edges = [(names[i - k], names[i]) for i in range(nodes) for k in (1, 2) if i >= k]
    return cid.CID(edges, decisions=[names[0]], utilities=[names[-1]])


def main() -> None:
    """Print the table."""
    print(f"{'diagram':28} {'edges':>8} {'descendants':>12} {'analyze':>9} {'ratio':>6}")
    for nodes in (1_000, 10_000, 100_000):
        d = random_diagram(nodes, 3, seed=0)
        graph = d.to_networkx()
        decision = d.decisions[0]
        peer = best(lambda graph=graph, decision=decision: nx.descendants(graph, decision))
        ours = best(lambda d=d: cid.analyze(d))
        label = f"random, {nodes:,} nodes"
        print(f"{label:28} {len(d.edges):8,} {peer:10.4f} s {ours:7.4f} s {ours / peer:6.2f}")
    d = banded_diagram(1_000)
    ours = best(lambda: cid.analyze(d))
    print(f"{'banded, 1,000 nodes':28} {len(d.edges):8,} {'':>12} {ours:7.4f} s")


if __name__ == "__main__":
    main()
