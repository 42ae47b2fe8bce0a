"""What ``import cid`` costs beyond networkx, numpy and sympy, and against importing those.

Nothing is loaded until it is used, so that a second row has what models load. Run
``python benchmarks/imports.py``. Each import happens in a process of its own; best of five.
"""

from __future__ import annotations

import subprocess
import sys

PEER = "import networkx, numpy, sympy"
USED = "import cid; cid.SCIM, cid.solve, cid.analyze, cid.degrees, cid.incentive_conditions"
TIMED = "import time; start = time.perf_counter(); {}; print(time.perf_counter() - start)"


def best(code: str, before: str = "pass", repeats: int = 5) -> float:
    """Return the shortest time, in seconds, of some code in a new process."""
    script = f"{before}\n{TIMED.format(code)}"
    command = [sys.executable, "-c", script]
    return min(
        float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        for _ in range(repeats)
    )


def main() -> None:
    """Print the table."""
    peer, ours = best(PEER), best("import cid", before=PEER)
    used = best(USED, before=PEER)
    print(f"import networkx, numpy, sympy   {peer:.3f} s")
    print(f"import cid after these          {ours:.3f} s   {ours / peer:.2f} times as long")
    print(f"and its models and solvers      {used:.3f} s   {used / peer:.2f} times as long")


if __name__ == "__main__":
    main()
