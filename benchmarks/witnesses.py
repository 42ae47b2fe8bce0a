"""Witnesses for every positive verdict, and no model against a negative one.

Run ``python benchmarks/witnesses.py [DIAGRAMS]``; the default of 1,500 takes some minutes. Random
diagrams of 3 to 10 nodes with one decision are analysed.

- *Completeness*: for every positive verdict on value of information and control, response,
  instrumental control and impact a model is built and checked by the definition, exactly.
- *Soundness*: random models over diagrams of up to 7 nodes are measured for every concept and node.
  A negative verdict is violated when a model has the incentive all the same.

The last column says how often a random model has what its diagram admits: admitting is not having.
Exits with 1 if anything fails.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from fractions import Fraction

import numpy as np

import cid
from cid import (
    impact_incentive,
    instrumental_control,
    quantitative_voc,
    quantitative_voi,
    random_diagram,
    random_scim,
    response_incentive,
    witness,
)

CONCEPTS = ("voi", "ri", "voc", "ici", "impact")


def diagram(rng: np.random.Generator, largest: int) -> cid.CID:
    """Draw a diagram with one decision and one or two utilities."""
    nodes = int(rng.integers(3, largest + 1))
    utilities = int(rng.integers(1, min(3, nodes - 1)))
    density = float(rng.choice([0.25, 0.4, 0.6, 0.8]))
    return random_diagram(nodes, utilities=utilities, edge_probability=density, seed=rng)


def degree(s: cid.SCIM, finding: cid.Finding, action: int) -> Fraction:
    """Return the exact size of the incentive that a finding speaks of."""
    decision, node = finding.decision, finding.node
    if finding.concept == "voi":
        return quantitative_voi(s, decision, node)
    if finding.concept == "voc":
        return quantitative_voc(s, node, decision)
    if finding.concept == "ri":
        return response_incentive(s, decision, node).degree
    if finding.concept == "ici":
        return instrumental_control(s, decision, node).degree
    return impact_incentive(s, decision, node, baseline=action).degree


def applies(finding: cid.Finding) -> bool:
    """Is there a quantity to measure? Some negative verdicts are about what cannot be asked."""
    d, node = finding.diagram, finding.node
    return finding.concept != "voi" or (
        node not in d.descendants(finding.decision) and d.kind(node) != "utility"
    )


def completeness(diagrams: int) -> Counter[tuple[str, bool]]:
    """Count witnesses made, and verdicts for which none was."""
    rng = np.random.default_rng(0)
    counts: Counter[tuple[str, bool]] = Counter()
    for _ in range(diagrams):
        for finding in cid.analyze(diagram(rng, 10)).where(holds=True):
            try:
                witness(finding)
            except cid.CIDError as error:
                print(f"no witness: {error}")
                counts[finding.concept, False] += 1
            else:
                counts[finding.concept, True] += 1
    return counts


def soundness(diagrams: int) -> Counter[tuple[str, bool, bool]]:
    """Count measured incentives by what the diagram admits and what the model has."""
    rng = np.random.default_rng(1)
    counts: Counter[tuple[str, bool, bool]] = Counter()
    for _ in range(diagrams):
        d = diagram(rng, 7)
        s = random_scim(d, noise=int(rng.integers(1, 3)), seed=rng)
        for finding in filter(applies, cid.analyze(d)):
            has = degree(s, finding, action=int(rng.integers(2))) > 0
            counts[finding.concept, finding.holds, has] += 1
            if has and not finding.holds:
                print(f"violated: {finding} The model has it all the same.")
    return counts


def main() -> int:
    """Print both tables, and return the exit status."""
    diagrams = int(sys.argv[1]) if len(sys.argv) > 1 else 1500
    start = time.perf_counter()
    made = completeness(diagrams)
    middle = time.perf_counter()
    seen = soundness(diagrams)
    end = time.perf_counter()

    print(f"{'':8} {'witnesses':>10} {'failed':>7} {'negative':>9} {'violated':>9} {'admitted':>9}")
    for c in CONCEPTS:
        negative = seen[c, False, False] + seen[c, False, True]
        admitted = seen[c, True, False] + seen[c, True, True]
        share = f"{seen[c, True, True] / max(1, admitted):.0%} have it"
        print(
            f"{c:8} {made[c, True]:10,} {made[c, False]:7} {negative:9,} "
            f"{seen[c, False, True]:9} {admitted:9,}  {share}"
        )
    failed = sum(made[c, False] + seen[c, False, True] for c in CONCEPTS)
    total = sum(made[c, True] for c in CONCEPTS)
    negative = sum(seen[c, False, has] for c in CONCEPTS for has in (True, False))
    print(
        f"\n{total:,} witnesses in {middle - start:.0f} s, {negative:,} negative verdicts in "
        f"{end - middle:.0f} s, {failed} failures"
    )
    return int(failed > 0)


if __name__ == "__main__":
    raise SystemExit(main())
