"""Numbers and lists as a reader wants them, in text, figures and pages alike."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence

__all__ = [
    "align",
    "capital",
    "count",
    "interval",
    "number",
    "plain",
    "seed_ranges",
    "sentence",
    "spaced",
]

_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def number(value: float, decimals: int | None = None, sign: bool = False) -> str:
    """Write a number for readers: three significant digits, a true minus sign.

    Parameters
    ----------
    value : float
        Finite.
    decimals : int, optional
        Digits after the point, in place of three significant ones.
    sign : bool
        Write a plus sign before positive numbers.

    Examples
    --------
    >>> number(0.12345), number(-1234.5), number(2.0), number(1.25e-7), number(0.5, sign=True)
    ('0.123', '−1234', '2', '1.25e−7', '+0.5')
    >>> number(0.5, decimals=3), number(-0.0001, decimals=2)
    ('0.500', '0.00')
    """
    if decimals is not None:
        text = f"{value:.{decimals}f}"
    elif value == 0 or not math.isfinite(value):
        text = f"{value:.0f}"
    elif not 1e-4 <= abs(value) < 1e7:
        mantissa, exponent = f"{value:.2e}".split("e")
        text = f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"
    else:
        text = f"{value:.{max(0, 2 - math.floor(math.log10(abs(value))))}f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
    if text.startswith("-") and not text.strip("-0."):
        text = text[1:]
    if sign and not text.startswith("-") and text.strip("0."):
        text = f"+{text}"
    return text.replace("-", "−")


def interval(
    mean: float,
    low: float | None,
    high: float | None,
    sign: bool = True,
    resolution: float | None = None,
) -> str:
    """Write a mean with its interval, to two digits of the interval's half-width.

    Parameters
    ----------
    mean, low, high : float
        Ends of None leave the interval out.
    sign : bool
        Write a plus sign before a positive mean.
    resolution : float, optional
        What differences are compared with. Digits below a hundredth of it say nothing and are
        not written.

    Examples
    --------
    >>> interval(0.59812, 0.58612, 0.61012), interval(0.0, 0.0, 0.0), interval(0.25, None, None)
    ('+0.598 [0.586, 0.610]', '0 [0, 0]', '+0.25')
    >>> interval(0.99999712, 0.99999702, 0.99999722, resolution=0.1)
    '+1.000 [1.000, 1.000]'
    """
    if low is None or high is None:
        return number(mean, sign=sign)
    half = (high - low) / 2
    if resolution and half:
        half = max(half, resolution / 10)
    decimals = max(0, 1 - math.floor(math.log10(half))) if 1e-6 < half < 1e7 else None
    ends = f"[{number(low, decimals)}, {number(high, decimals)}]"
    return f"{number(mean, decimals, sign)} {ends}"


def count(amount: int, noun: str, nouns: str = "") -> str:
    """Write a number with its noun.

    Examples
    --------
    >>> count(1, "seed"), count(16, "seed"), count(2, "hypothesis", "hypotheses")
    ('one seed', '16 seeds', 'two hypotheses')
    """
    word = _SMALL[amount] if amount < len(_SMALL) else str(amount)
    return f"{word} {noun if amount == 1 else nouns or noun + 's'}"


def seed_ranges(seeds: Sequence[int]) -> str:
    """Write seeds with runs of consecutive ones as ranges.

    Examples
    --------
    >>> seed_ranges([1000, 1001, 1002, 1005])
    '1000–1002, 1005'
    """
    runs: list[list[int]] = []
    for seed in seeds:
        if runs and seed == runs[-1][1] + 1:
            runs[-1][1] = seed
        else:
            runs.append([seed, seed])
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in runs)


def spaced(name: str) -> str:
    """Write the name of a measure as words."""
    return name.replace("_", " ")


def capital(text: str) -> str:
    """Begin a text with a capital letter."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """Make a sentence of a clause: a capital letter and a full stop.

    Examples
    --------
    >>> sentence("it is a coin"), sentence("Is it?"), sentence("")
    ('It is a coin.', 'Is it?', '')
    """
    text = text.strip()
    return capital(text) + ("" if not text or text[-1] in ".!?" else ".")


def plain(text: str) -> str:
    r"""Write out control characters, so that no text from a file can steer a terminal.

    Line ends and tabs stay; so do letters of every script.

    Examples
    --------
    >>> print(plain("all\x1b[2J well \u202e"))
    all\x1b[2J well \u202e
    """
    return "".join(
        letter.encode("unicode_escape").decode("ascii") if _steers(letter) else letter
        for letter in text
    )


def _steers(letter: str) -> bool:
    """Whether a letter is a command to the terminal, or turns the direction of writing."""
    if letter in "\n\t":
        return False
    return (
        unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp")
        or "\u202a" <= letter <= "\u202e"
        or "\u2066" <= letter <= "\u2069"
    )


def align(rows: Sequence[Sequence[str]]) -> str:
    """Return rows of cells as text columns; the first row is underlined as a header."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    ruled = [rows[0], ["-" * width for width in widths], *rows[1:]]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in ruled
    )
