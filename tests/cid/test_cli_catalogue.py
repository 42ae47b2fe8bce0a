"""The catalogue at a glance: ``python -m cid list --verdicts``."""

import cid
from cid.__main__ import main


def test_every_decision_of_every_entry_has_a_line(capsys):
    assert main(["list", "--verdicts"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert sum(line.startswith("    ") for line in lines) == sum(
        len(entry.diagram.decisions) for entry in cid.catalog.entries()
    )
    at = next(i for i, line in enumerate(lines) if line.startswith("self_fulfilling_stopgrad "))
    assert lines[at + 1] == "    A: ICI on R; impact on S"
    at = next(i for i, line in enumerate(lines) if line.startswith("autoregressive_rl "))
    assert lines[at + 1] == "    A1: ICI on A2?, A3?, Y, R; impact on (outside the scope)"
