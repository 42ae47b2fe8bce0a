"""How much room a label needs, without loading a font.

Widths are those of the wider of DejaVu Sans (Verdana's metrics) and Arial, so a label fits in
whichever sans-serif font a viewer has.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["FONT_SIZE", "LINE_HEIGHT", "label_lines", "one_line", "text_width"]

FONT_SIZE = 14.0
"""Font size of node labels, in layout units."""
LINE_HEIGHT = 16.5
"""Distance between the base lines of a label of several lines, in layout units."""

_WRAP = 7.6  # em: labels wider than this are broken into lines
_WIDEST = 14.0  # em: no line is wider than this
_LONGEST = 120  # characters: longer names are cut, with an ellipsis

# Advance widths in 1/100 em of the characters from U+0020 to U+007E.
_ASCII = (
    32, 40, 46, 84, 64, 95, 78, 27, 39, 39, 50, 84, 32, 36, 32, 34,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 34, 34, 84, 84, 84, 56,
    102, 68, 69, 72, 77, 67, 61, 78, 75, 29, 50, 67, 56, 86, 75, 79,
    67, 79, 72, 67, 61, 73, 68, 99, 69, 67, 69, 39, 34, 39, 84, 56,
    50, 61, 63, 55, 63, 62, 35, 63, 63, 28, 28, 58, 28, 97, 63, 61,
    63, 63, 41, 52, 39, 63, 59, 82, 59, 59, 52, 64, 34, 64, 84,
)  # fmt: skip

# Greek and Cyrillic small and capital letters, and letters that are wider than their like.
_SMALL, _CAPITAL = 0.72, 0.87
_WIDE = dict.fromkeys("ωψφфжшщюыљњ", 0.95) | dict.fromkeys("ЖШЩЮЉЊÆŒæœ", 1.1)
_WIDE |= {"\u2e3a": 2.1, "\u2e3b": 3.1, "\ufdfd": 11.0, "‰": 1.35, "‱": 1.75}


def _char_width(char: str) -> float:
    """Return the advance width of a character in em."""
    code = ord(char)
    if 0x20 <= code <= 0x7E:
        return _ASCII[code - 0x20] / 100
    if char in _WIDE:
        return _WIDE[char]
    category = unicodedata.category(char)
    if category in ("Mn", "Me", "Cf"):
        return 0.0
    if code >= 0x1F000:  # emoji fonts are wider than their em square; other planes are ideographs
        return 1.35
    if unicodedata.east_asian_width(char) in ("W", "F"):
        return 1.05
    parts = unicodedata.normalize("NFKD", char)
    if parts != char:
        return sum(map(_char_width, parts))
    if 0x370 <= code < 0x530:
        return _SMALL if char.islower() else _CAPITAL
    return 0.9 if category[0] == "L" else 1.05


def text_width(text: str, size: float = FONT_SIZE) -> float:
    """Return the width that a line of text needs at most, in the units of `size`.

    Examples
    --------
    >>> text_width("S", size=100)
    67.0
    >>> text_width("名前", size=100)
    210.0
    """
    return round(sum(map(_char_width, text)) * size, 3)


def one_line(name: str, limit: int = _LONGEST) -> str:
    """Return a name cut to `limit` characters, with an ellipsis when it was longer.

    Examples
    --------
    >>> one_line("a long name", limit=7)
    'a long…'
    """
    return name if len(name) <= limit else name[: limit - 1] + "…"


def _pieces(name: str) -> list[str]:
    """Split a name where a line may end: after blanks, ``_``, ``-``, ``/`` and ``.``."""
    return re.findall(r"[^\s_\-/.]*[\s_\-/.]+|[^\s_\-/.]+", name)


def _chop(piece: str, width: float) -> list[str]:
    """Cut a piece without break points into parts no wider than `width` em."""
    parts = [""]
    used = 0.0
    for char in piece:
        step = _char_width(char)
        if used + step > width and step > 0:
            parts.append("")
            used = 0.0
        parts[-1] += char
        used += step
    return parts


def _broken(name: str, limit: float) -> list[str]:
    """Break a name into lines of at most `limit` em, each as full as can be."""
    lines = [""]
    for piece in _pieces(name):
        for part in [piece] if text_width(piece.rstrip(), 1.0) <= limit else _chop(piece, limit):
            if lines[-1] and text_width((lines[-1] + part).rstrip(), 1.0) > limit:
                lines.append("")
            lines[-1] += part
    return [line.strip() for line in lines if line.strip()]


def label_lines(name: str) -> tuple[str, ...]:
    """Break a name into the lines of its label.

    Lines end after blanks, underscores, hyphens, slashes and dots where possible, and are made
    about equally long. A name of more than 120 characters is cut.

    Examples
    --------
    >>> label_lines("S")
    ('S',)
    >>> label_lines("feedback_data_from_humans")
    ('feedback_data_', 'from_humans')
    """
    shown = one_line(" ".join(name.split()))
    total = text_width(shown, 1.0)
    if total <= _WRAP:
        return (shown,)
    # A long name gets wider lines, so that its label does not become a tower.
    limit = max(_WRAP, min(_WIDEST, (total * 4.5) ** 0.5))
    lines = _broken(shown, limit)
    words = (text_width(piece.rstrip(), 1.0) for piece in _pieces(shown))
    least = max((width for width in words if width <= limit), default=0.0)
    shares = (limit * share / 20 for share in range(10, 20))
    narrower = (_broken(shown, width) for width in shares if width >= least)
    return tuple(next((found for found in narrower if len(found) == len(lines)), lines))
