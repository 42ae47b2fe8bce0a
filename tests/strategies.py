"""Random diagrams and awkward names for the property tests.

A diagram is drawn over node numbers in a causal order, utilities last; names and the order in which
nodes and edges are declared are then shuffled, so that no test passes because declaration order
happened to be causal order.
"""

from random import Random

from hypothesis import strategies as st

import cid

LETTERS = "ABCDEFGHIJKLMNOP"

HOSTILE = (
    "</script><b>",
    'say "hi"',
    "back\\slash",
    "$x_1^2$ & 50% #~{}",
    "a -> b",
    "a, b; c: d [e]",
    "<-",
    "# no comment",
    "nodes",
    "decisions: D",
    "world state",
    "\u00e9t\u00e9",
    "\u0441\u043e\u0441\u0442\u043e\u044f\u043d\u0438\u0435",
    "\u72b6\u614b",
    "\u2192",
    "\U0001f916",
    "a\u00a0b",
    "*[0pt]",
)
"""Names that are allowed and that break careless quoting."""


def _edges(draw, heads, density):
    """Draw a subset of the pairs (tail, head) that `heads` offers, shrinking towards none."""
    pairs = [(tail, head) for head, tails in enumerate(heads) for tail in tails]
    noise = draw(st.binary(min_size=len(pairs), max_size=len(pairs)))
    return [pair for pair, byte in zip(pairs, noise, strict=True) if byte >= 256 - density]


@st.composite
def diagrams(
    draw,
    nodes=(3, 12),
    decisions=(1, 1),
    agents=(1, 1),
    max_decision_parents=None,
    names=None,
    densities=(80, 130, 180),
):
    """Draw a diagram.

    Parameters are ranges (low, high). Agents number at most the decisions, and each has a decision
    and a utility, so `nodes` is raised where need be. Densities are in 256ths.
    """
    count = draw(st.integers(*decisions))
    owners = min(count, draw(st.integers(*agents)))
    size = max(draw(st.integers(*nodes)), count + owners)
    values = draw(st.integers(owners, max(owners, min(3, size - count))))
    inner = size - values
    deciding = draw(st.permutations(range(inner)))[:count]
    heads = [range(min(head, inner)) for head in range(size)]
    edges = _edges(draw, heads, draw(st.sampled_from(densities)))
    if max_decision_parents is not None:
        seen = dict.fromkeys(range(size), 0)
        kept = []
        for tail, head in edges:
            seen[head] += 1
            if head not in deciding or seen[head] <= max_decision_parents:
                kept.append((tail, head))
        edges = kept

    shuffle = Random(draw(st.integers(0, 255)))
    label = list((names or LETTERS)[:size])
    shuffle.shuffle(label)
    order = list(range(size))
    shuffle.shuffle(order)
    shuffle.shuffle(edges)

    def owned(numbers):
        parts = {f"agent {i}": [label[n] for n in numbers[i::owners]] for i in range(owners)}
        return parts if owners > 1 else parts["agent 0"]

    return cid.CID(
        [(label[tail], label[head]) for tail, head in edges],
        owned(list(deciding)),
        owned(list(range(inner, size))),
        nodes=[label[n] for n in order],
    )


def hostile_diagrams():
    """Draw diagrams of one or two agents whose names break careless quoting."""
    return st.permutations(HOSTILE).flatmap(
        lambda names: diagrams(nodes=(2, 9), decisions=(1, 3), agents=(1, 2), names=names)
    )
