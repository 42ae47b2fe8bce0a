"""Command line: ``python -m training_models list | run | report``.

Exit status: 0 when nothing contradicts a prediction, 1 when something does, 2 for bad input,
130 when interrupted, 143 when terminated.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from cid.errors import CIDError
from training_models.errors import CaseError, ResultError, missing_extra
from training_models.words import align, plain

__all__ = ["main"]

OK, CONTRADICTED, BAD_INPUT, INTERRUPTED, TERMINATED = 0, 1, 2, 130, 143


class _Terminated(KeyboardInterrupt):
    """SIGTERM or SIGHUP: ends what Ctrl-C ends."""


class _Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(BAD_INPUT, plain(f"{self.prog}: {message} (--help explains)\n"))


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m training_models",
        description="Train networks and test what causal influence diagrams predict of them.",
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    commands.add_parser("list", help="list all experiments", allow_abbrev=False)

    train = commands.add_parser(
        "run",
        help="train experiments and compare with what was predicted",
        description="Train experiments, print predicted against measured, and write JSON and HTML "
        "reports. Exit status 1 means that a prediction was contradicted.",
        allow_abbrev=False,
    )
    train.add_argument("case", nargs="*", metavar="SLUG", help="slug, or path of a .py file")
    train.add_argument("--all", action="store_true", help="all experiments that `list` shows")
    train.add_argument("--fast", action="store_true", help="short configurations")
    train.add_argument("--seeds", type=int, default=16, metavar="N", help="how many (default 16)")
    train.add_argument(
        "--first-seed",
        type=int,
        metavar="K",
        help="default 2000, with --fast 1000; below 1000 the run is exploratory",
    )
    train.add_argument("--jobs", type=int, metavar="N", help="processes (default: one per core)")
    train.add_argument("--out", default="results", metavar="DIR", help="folder (default results)")
    train.add_argument("--device", default="cpu", help="torch device (default cpu)")
    train.add_argument("--no-html", action="store_true", help="write no HTML report")
    train.add_argument("--fresh", action="store_true", help="train finished arms again")

    show = commands.add_parser(
        "report", help="print stored reports, and make an HTML page of them", allow_abbrev=False
    )
    show.add_argument("path", nargs="+", metavar="PATH", help="result file, or a folder of them")
    show.add_argument("--html", metavar="FILE", help="write an HTML page")
    return parser


def _list(_: argparse.Namespace) -> int:
    from training_models.source import headline, list_cases

    rows = [(slug, headline(slug)) for slug in list_cases()]
    return _say(align([("case", "what it is about"), *rows]), OK)


def _run(options: argparse.Namespace) -> int:
    import training_models as tm
    from training_models.seeds import seed_list

    if options.all and options.case:
        raise CaseError("Give either case slugs or --all, not both.")
    if not options.all and not options.case:
        raise CaseError("Name at least one case, or give --all. `list` shows the cases.")
    page = None if options.no_html else tm.html  # what it needs is missed before the training
    done = tm.run(
        tm.list_cases() if options.all else options.case,
        seed_list(options.seeds, options.first_seed, fast=options.fast),
        fast=options.fast,
        jobs=options.jobs,
        out=options.out,
        device=options.device,
        fresh=options.fresh,
    )
    status = CONTRADICTED if done.contradicted else OK
    _say(done.to_text() + "\n", status)
    taken = f", {done.reused} taken over from an earlier run" if done.reused else ""
    lines = [f"Trained {done.trained} arms in {done.seconds:.0f} s{taken}."]
    lines += [f"Wrote {path}" for path in done.paths]
    if page is not None:
        name = "report.fast.html" if options.fast else "report.html"
        lines.append(f"Wrote {page.write(done.reports, Path(options.out) / name)}")
    return _say("\n".join(lines), status)


def _report(options: argparse.Namespace) -> int:
    import training_models as tm
    from training_models.files import shown_path
    from training_models.runner.folder import is_kept_aside
    from training_models.tables import summary

    paths: list[Path] = []
    for given in map(Path, options.path):
        if given.is_dir():
            inside = [path for path in sorted(given.glob("*.json")) if not is_kept_aside(path)]
            if not inside:
                raise ResultError(f"The folder {shown_path(given)} holds no result files (*.json).")
            paths += inside
        else:
            paths.append(given)
    reports = [tm.Report.load(path) for path in paths]
    status = CONTRADICTED if any(report.contradicted for report in reports) else OK
    text = "\n\n".join(report.to_text() for report in reports)
    if len(reports) > 1:
        text += "\n\n" + summary(reports)
    if options.html:
        text += f"\n\nWrote {tm.html.write(reports, Path(options.html))}"
    return _say(text, status)


def _say(text: str, status: int) -> int:
    """Print `text` and return `status`, also when nobody reads, or the reader has gone."""
    if sys.stdout is None:  # closed before the start
        return status
    try:
        print(plain(text), flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return status


def _complain(text: str, status: int) -> int:
    """Print one line of complaint and return `status`."""
    if sys.stderr is not None:
        print(plain(text), file=sys.stderr)
    return status


def _terminate(*_: object) -> NoReturn:
    raise _Terminated


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    options = _parser().parse_args(arguments)
    command = {"list": _list, "run": _run, "report": _report}[options.command]
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that cannot show a letter shows "?"
    name = "python -m training_models"
    try:
        return command(options)
    except CIDError as error:
        return _complain(f"{name}: {' '.join(str(error).split())}", BAD_INPUT)
    except ModuleNotFoundError as error:
        missing = missing_extra(error)
        if missing is error:
            raise
        return _complain(f"{name}: {missing}", BAD_INPUT)
    except OSError as error:  # such as a full disk behind standard output
        return _complain(f"{name}: {error.strerror or error}", BAD_INPUT)
    except KeyboardInterrupt as stop:
        ended = isinstance(stop, _Terminated)
        return _complain(
            f"\n{'Terminated' if ended else 'Interrupted'}. Arms that were finished are kept; the "
            "same command continues.",
            TERMINATED if ended else INTERRUPTED,
        )


if __name__ == "__main__":
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # there is no SIGHUP on Windows
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _terminate)
    sys.exit(main())
