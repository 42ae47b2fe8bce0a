"""Laying out a diagram, against networkx's spring layout of the same graph.

Run ``python benchmarks/drawing.py``. Times of the same run, best of three.
"""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Callable

import networkx as nx

import cid
from cid.draw.layout import layout


def best(run: Callable[[], object], repeats: int = 3) -> float:
    """Return the shortest of several times, in seconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    """Print the table."""
    rng = random.Random(3)
    print("nodes  edges  spring_layout   layout  ratio")
    for nodes, edges in ((10, 16), (20, 36), (40, 80)):
        near = [p for p in itertools.combinations(range(nodes), 2) if p[1] - p[0] < 12]
        pairs = [(f"n{a}", f"n{b}") for a, b in rng.sample(near, edges)]
        d = cid.CID(pairs, nodes=[f"n{i}" for i in range(nodes)])
        graph = d.to_networkx()
        peer = best(lambda graph=graph: nx.spring_layout(graph, seed=0))
        ours = best(lambda d=d: layout(d))
        print(f"{nodes:5}  {edges:5}  {peer:11.4f} s  {ours:.4f} s  {ours / peer:5.1f}")


if __name__ == "__main__":
    main()
