"""Random diagrams and random models, for tests and studies.

Everything is drawn from one numpy generator in a fixed order, so that a seed gives the same result
in every process, whatever the hash seed of Python.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from numbers import Real
from typing import Any

import numpy as np

from cid.diagram import CID
from cid.engine.size import check_axes
from cid.errors import CIDTypeError, DiagramError, SizeError, counted, shorten
from cid.guards import check_diagram
from cid.model.sample import generator
from cid.model.table import MAX_CELLS, Mechanism
from cid.model.values import check_length, plain
from cid.parts import check_flag
from cid.scim import SCIM
from cid.structure.relevance import is_soluble

__all__ = ["random_diagram", "random_scim"]

Seed = int | np.random.Generator | None
MAX_EDGES = 100_000
"""On average; a diagram with more takes longer to make than to ask about."""
ATTEMPTS = 1000
"""How many diagrams are drawn in search of a soluble one."""
MAX_NODES = 10_000
"""All pairs of nodes are drawn at once, so that larger diagrams would not fit into memory."""


def random_diagram(
    nodes: int = 8,
    decisions: int = 1,
    utilities: int = 1,
    agents: int = 1,
    *,
    edge_probability: float = 0.4,
    max_parents: int | None = None,
    max_children: int | None = None,
    soluble: bool = False,
    seed: Seed = None,
) -> CID:
    """Draw a diagram.

    Chance nodes X1, X2, ... and decisions D1, D2, ... get a random causal order; utilities U1, U2,
    ... come last and have no children. Of all pairs that this order allows, taken in random order,
    each becomes an edge with the given probability, unless an end has all the edges it may have.

    Parameters
    ----------
    nodes : int
        How many nodes in all.
    decisions, utilities, agents : int
        How many of them are decisions and utilities, and whose. Both are dealt out to the agents in
        turn, so each agent has one at least.
    edge_probability : float
        Between 0 and 1.
    max_parents, max_children : int, optional
        Bounds on the degrees of every node.
    soluble : bool
        Draw again until the diagram is soluble.
    seed : int, numpy.random.Generator or None
        Where the random numbers come from.

    Raises
    ------
    DiagramError
        If the numbers do not fit together, are more than 10,000 nodes, or no soluble diagram turns
        up in 1,000 attempts.

    Examples
    --------
    >>> import cid
    >>> cid.random_diagram(5, edge_probability=0.5, seed=1)
    CID([('D1', 'X1'), ('X1', 'X2'), ('X2', 'X3'), ('X1', 'U1'), ...], ...)
    """
    numbers = {
        "nodes": nodes,
        "decisions": decisions,
        "utilities": utilities,
        "agents": agents,
        "max_parents": 0 if max_parents is None else max_parents,
        "max_children": 0 if max_children is None else max_children,
    }
    for what, given in numbers.items():
        if isinstance(given, bool) or not isinstance(given, int | np.integer) or given < 0:
            raise CIDTypeError(f"{what} is an integer from zero up, not {shorten(given)}.")
    if not isinstance(edge_probability, Real) or not 0 <= edge_probability <= 1:
        raise DiagramError(
            f"edge_probability lies between 0 and 1; {shorten(edge_probability)} does not."
        )
    pairs = nodes * (nodes - 1) / 2 * float(edge_probability) if nodes <= MAX_NODES else 0.0
    for given in (max_parents, max_children):
        pairs = pairs if given is None else min(pairs, float(nodes * min(given, MAX_NODES)))
    if nodes > MAX_NODES:
        raise SizeError(f"{counted(int(nodes))} nodes are too many; {MAX_NODES:,} is the most.")
    if pairs > MAX_EDGES:
        raise SizeError(
            f"About {pairs:,.0f} edges are too many; {MAX_EDGES:,} is the most. Give a smaller "
            "edge_probability, or max_parents."
        )
    if decisions + utilities > nodes or nodes < 1:
        raise DiagramError(
            f"{decisions} decisions and {utilities} utilities do not fit into {nodes} nodes."
        )
    if agents < 1 or (agents > 1 and min(decisions, utilities) < agents):
        raise DiagramError(
            f"{agents} agents cannot share {decisions} decisions and {utilities} utilities so that "
            "each has one of both."
        )
    check_flag(soluble, "soluble")
    rng = generator(seed)
    for _ in range(ATTEMPTS if soluble else 1):
        d = _draw(
            rng, nodes, decisions, utilities, agents, edge_probability, max_parents, max_children
        )
        if not soluble or is_soluble(d):
            return d
    raise DiagramError(
        f"None of {ATTEMPTS:,} diagrams is soluble. Ask for fewer decisions or other densities."
    )


def _draw(
    rng: np.random.Generator,
    nodes: int,
    decisions: int,
    utilities: int,
    agents: int,
    edge_probability: float,
    max_parents: int | None,
    max_children: int | None,
) -> CID:
    inner = nodes - utilities
    deciding = set(rng.permutation(inner)[:decisions].tolist())
    names, counts = [], {"X": 0, "D": 0, "U": 0}
    for k in range(nodes):
        letter = "U" if k >= inner else "D" if k in deciding else "X"
        counts[letter] += 1
        names.append(f"{letter}{counts[letter]}")
    # Pairs are numbered head by head, from start[j] on for the head j.
    start = np.concatenate([[0], np.cumsum(np.minimum(np.arange(nodes), inner))])
    order = rng.permutation(int(start[-1]))
    hits = rng.random(len(order)) < edge_probability
    chosen = order[hits[order]]
    heads = np.searchsorted(start, chosen, side="right") - 1
    above, below = [0] * nodes, [0] * nodes
    kept = []
    for i, j in zip((chosen - start[heads]).tolist(), heads.tolist(), strict=True):
        full = (max_parents is not None and above[j] >= max_parents) or (
            max_children is not None and below[i] >= max_children
        )
        if not full:
            above[j] += 1
            below[i] += 1
            kept.append((j, i))
    edges = [(names[i], names[j]) for j, i in sorted(kept)]
    roles = []
    for letter in "DU":
        owned = [name for name in names if name.startswith(letter)]
        roles.append({f"agent {a + 1}": owned[a::agents] for a in range(agents)})
    if agents == 1:
        return CID(edges, roles[0]["agent 1"], roles[1]["agent 1"], nodes=names)
    return CID(edges, roles[0], roles[1], nodes=names)


def random_scim(
    d: CID,
    sizes: int | Mapping[str, int] = 2,
    *,
    exact: bool = True,
    noise: int | None = None,
    utility_values: Sequence[Any] = (0, 1, 2, 3),
    seed: Seed = None,
) -> SCIM:
    """Draw a model over a diagram.

    Chance nodes and decisions have the values 0, 1, ...; a utility is a random function of its
    parents. Every distribution of a chance node is drawn anew in each context.

    Parameters
    ----------
    d : CID
        The diagram.
    sizes : int or mapping from node to int
        How many values a chance node or decision has; nodes that a mapping leaves out have 2.
    exact : bool
        Draw probabilities as Fractions, proportional to integers from 1 to 9; else as floats,
        uniform on the simplex.
    noise : int, optional
        How many states the noise of a chance node has, its response to each being a random function
        of the parents; 1 makes the node deterministic. By default only distributions are drawn, and
        counterfactuals couple them by quantiles.
    utility_values : sequence of numbers
        The values of utilities.
    seed : int, numpy.random.Generator or None
        Where the random numbers come from.

    Raises
    ------
    CIDTypeError
        For sizes that are no positive integers, or utility values that are no numbers.
    ModelError
        If a table would have more than some million entries.

    Examples
    --------
    >>> import cid
    >>> d = cid.CID.parse("S -> D -> U; S -> U", decisions="D", utilities="U")
    >>> s = cid.random_scim(d, seed=0)
    >>> s, s.cpd("S")
    (<SCIM: 3 nodes, exact>, array([Fraction(4, 7), Fraction(3, 7)], dtype=object))
    """
    check_diagram(d, "random_scim")
    if noise is not None:
        _check_count(noise, "The number of states of the noise")
    size = _sizes(d, sizes)
    listed = isinstance(utility_values, Sequence | np.ndarray)
    if not listed or check_length(utility_values, "utility_values") == 0:
        raise CIDTypeError(
            f"utility_values lists what a utility may be, not {shorten(utility_values)}."
        )
    worths = tuple(plain(value, "utility_values") for value in utility_values)
    check_flag(exact, "exact")
    rng = generator(seed)
    domains: dict[str, tuple[Any, ...]] = {
        name: worths if name in d.utilities else tuple(range(size[name])) for name in d.nodes
    }
    mechanisms = {}
    for name in d.nodes:
        if name in d.decisions:
            continue
        parents = d.parents(name)
        shape = [len(domains[parent]) for parent in parents]
        values = domains[name]
        cells = float(np.prod([float(k) for k in shape])) * max(len(values), noise or 1)
        if cells > MAX_CELLS:
            raise SizeError(
                f"{name!r} has {len(parents)} parents; a table of {cells:,.0f} entries is refused. "
                "Draw the diagram with max_parents."
            )
        check_axes(len(parents) + 2)
        states = 1 if name in d.utilities else noise
        if states is None:
            mechanisms[name] = Mechanism(parents, values, _weights(rng, shape, len(values), exact))
        else:
            weights = _weights(rng, [], states, exact)
            response = rng.integers(0, len(values), size=(*shape, states)).astype(np.intp)
            mechanisms[name] = Mechanism(parents, values, None, weights, response)
    return SCIM(d, domains, mechanisms)


def _sizes(d: CID, sizes: object) -> dict[str, int]:
    if isinstance(sizes, Mapping):
        found = dict.fromkeys(d.nodes, 2) | {d.check_node(k): v for k, v in sizes.items()}
    else:
        found = dict.fromkeys(d.nodes, sizes)
    for name, count in found.items():
        _check_count(count, f"The size of {name!r}")
    return {name: int(count) for name, count in found.items()}


def _check_count(count: Any, what: str) -> None:
    if isinstance(count, bool) or not isinstance(count, int | np.integer) or count < 1:
        raise CIDTypeError(f"{what} is an integer from 1 up, not {shorten(count)}.")
    if count > MAX_CELLS:
        raise SizeError(f"{what} is {counted(int(count))}; {MAX_CELLS:,} is the most.")


def _weights(rng: np.random.Generator, shape: Sequence[int], count: int, exact: bool) -> Any:
    """Draw a distribution over `count` values for each context."""
    if not exact:
        return rng.dirichlet(np.ones(count), size=tuple(shape)).astype(object)
    drawn = rng.integers(1, 10, size=(*shape, count)).astype(object)
    return drawn * np.frompyfunc(lambda total: Fraction(1, total), 1, 1)(
        drawn.sum(axis=-1, keepdims=True)
    )
