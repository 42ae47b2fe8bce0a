"""Words of files that are made of blocks, ``node X { key = (a b); }``: BIF, Hugin and Netica.

:class:`Words` walks over the words of a text; the three readers say what they mean.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cid.errors import FormatError, shorten

__all__ = ["Words", "decimal", "flat"]

Nested = str | list["Nested"]

_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")
_DEEP = 200
"""Lists nested more deeply are refused."""


def decimal(word: str, where: str) -> float:
    """Return a number as files write it.

    Raises
    ------
    FormatError
        If it is none.

    Examples
    --------
    >>> decimal("1e-05", "a row")
    1e-05
    """
    if not _NUMBER.fullmatch(word):
        raise FormatError(f"{where} holds {shorten(word, 30)}, which is no number.")
    return float(word)


@dataclass
class Words:
    """A walk over the words of a text.

    Parameters
    ----------
    text : str
        The text.
    marks : str
        The characters that are words of their own.
    comment : str
        What starts a comment that ends with the line.
    """

    text: str
    marks: str
    comment: str

    def __post_init__(self) -> None:
        marks, comment = re.escape(self.marks), re.escape(self.comment)
        word = re.compile(
            rf"""(?P<space>(?:\s|{comment}[^\n]*|/\*(?s:.*?)\*/)+)|"(?P<quoted>(?:[^"\\]|\\.)*)"
            |(?P<mark>[{marks}])|(?P<bare>(?:(?!{comment})[^\s"{marks}])+)""",
            re.VERBOSE | re.DOTALL,
        )
        self.found: list[tuple[str, str, int]] = []
        self.spot, at, line = 0, 0, 1
        while at < len(self.text):
            match = word.match(self.text, at)
            if match is None:
                raise FormatError(f"line {line}: cannot read {shorten(self.text[at : at + 30])}.")
            kind = str(match.lastgroup)
            if kind != "space":
                self.found.append((kind, match[kind], line))
            line += match.group().count("\n")
            at = match.end()
        self.found.append(("end", "the end", line))

    @property
    def line(self) -> int:
        """The line of the next word."""
        return self.found[self.spot][2]

    def ended(self) -> bool:
        """Is there no word left?"""
        return self.found[self.spot][0] == "end"

    def at(self, mark: str) -> bool:
        """Is the next word this mark?"""
        kind, text, _ = self.found[self.spot]
        return kind in ("mark", "bare") and text == mark

    def skip(self, mark: str) -> bool:
        """Take the next word if it is this one, and say whether it was."""
        here = self.at(mark)
        self.spot += here
        return here

    def take(self, mark: str) -> None:
        """Take the next word, which must be this one."""
        if not self.skip(mark):
            raise self.mistake(f"expected {mark!r}")

    def word(self) -> str:
        """Take the next word, which must be no mark."""
        kind, text, _ = self.found[self.spot]
        if kind in ("mark", "end"):
            raise self.mistake("expected a word")
        self.spot += 1
        return text

    def words_until(self, *marks: str) -> list[str]:
        """Take words, and leave out commas, up to one of some marks, which stays."""
        found = []
        while not any(map(self.at, marks)):
            if not self.skip(","):
                found.append(self.word())
        return found

    def value(self) -> Nested:
        """Take a word or a list in parentheses, commas or not between its parts."""
        stack: list[list[Nested]] = []
        while True:
            part: Nested
            if self.skip("("):
                stack.append([])
                if len(stack) > _DEEP:
                    raise self.mistake("lists are nested too deeply")
                continue
            if stack and self.skip(","):
                continue
            part = stack.pop() if stack and self.skip(")") else self.word()
            if not stack:
                return part
            stack[-1].append(part)

    def pairs(self) -> dict[str, Nested]:
        """Take ``{ key = value; ... }``; blocks inside it are left out."""
        found: dict[str, Nested] = {}
        self.take("{")
        while not self.skip("}"):
            key = self.word()
            if not self.skip("="):
                self.leave_out()
                continue
            value = self.value()
            found[key] = value if self.at(";") else "an expression"
            self.leave_out()
        return found

    def leave_out(self) -> None:
        """Go past the end of a statement, be it a semicolon or a block."""
        depth = 0
        while depth or not (self.at("}") or self.at(";")):
            if self.ended():
                raise self.mistake("the file may be truncated; expected '}'")
            depth += self.at("{") - self.at("}")
            self.spot += 1
            if not depth and self.found[self.spot - 1][1] == "}":
                self.skip(";")
                return
        self.skip(";")

    def mistake(self, what: str) -> FormatError:
        """Return the error that says where reading stopped."""
        _, text, line = self.found[self.spot]
        return FormatError(f"line {line}: {what}, found {shorten(text, 30)}.")


def flat(value: Nested) -> list[str]:
    """Return the words of a list of lists in order.

    Examples
    --------
    >>> flat([["0.1", "0.9"], ["0.5", "0.5"]])
    ['0.1', '0.9', '0.5', '0.5']
    """
    if isinstance(value, str):
        return [value]
    found: list[str] = []
    for part in value:
        found += flat(part)
    return found
