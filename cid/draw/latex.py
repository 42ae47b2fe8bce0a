r"""Node names as LaTeX text.

What every engine can typeset is written as such: ASCII with its special characters escaped,
accented Latin letters through accent commands, Greek letters and a few symbols in math mode. Any
other character becomes ``\cidchar{character}{hex}{hex}``: XeLaTeX and LuaLaTeX typeset the
character if the current font has it; pdfLaTeX, and fonts without it, show a small box with its
code point, so the document compiles with every engine. Invisible formatting characters are left
out.
"""

from __future__ import annotations

import unicodedata

__all__ = ["CHAR_COMMANDS", "escape_latex"]

CHAR_COMMANDS = (
    r"\providecommand\cidbox[2]{\raisebox{-.2em}{\scalebox{.45}{\fboxsep=2pt"
    r"\fbox{\ttfamily\shortstack{#1\\#2}}}}}" + "\n"
    r"\providecommand\cidchar[3]{\ifdefined\Umathchar"
    r'\iffontchar\font"#2#3 #1\else\cidbox{#2}{#3}\fi\else\cidbox{#2}{#3}\fi}'
)
r"""Definition of ``\cidchar``; it uses graphicx, which TikZ loads."""

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': "''",
    # characters that TeX would join with the next one into another sign
    "-": "-{}",
    "'": "'{}",
    "`": r"\textasciigrave{}",
    ",": ",{}",
    "?": "?{}",
    "!": "!{}",
    # letters and signs without a decomposition
    "\u00a0": "~",
    "ß": r"\ss{}",
    "æ": r"\ae{}",
    "Æ": r"\AE{}",
    "œ": r"\oe{}",
    "Œ": r"\OE{}",
    "ø": r"\o{}",
    "Ø": r"\O{}",
    "ł": r"\l{}",
    "Ł": r"\L{}",
    "ı": r"\i{}",
    "–": r"\textendash{}",
    "—": r"\textemdash{}",
    "‘": r"\textquoteleft{}",
    "’": r"\textquoteright{}",
    "“": r"\textquotedblleft{}",
    "”": r"\textquotedblright{}",
    "…": r"\dots{}",
}

_MATH = {
    "−": "-",
    "±": r"\pm",
    "×": r"\times",
    "·": r"\cdot",
    "°": r"^\circ",
    "′": "'",
    "″": "''",
    "→": r"\rightarrow",
    "←": r"\leftarrow",
    "↔": r"\leftrightarrow",
    "⇒": r"\Rightarrow",
    "≤": r"\leq",
    "≥": r"\geq",
    "≠": r"\neq",
    "≈": r"\approx",
    "∞": r"\infty",
    "∈": r"\in",
    "∂": r"\partial",
    "∇": r"\nabla",
}

_GREEK = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau "
    "upsilon phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
)
for _name in _GREEK.split():
    _case = "CAPITAL" if _name[0].isupper() else "SMALL"
    _letter = "LAMDA" if _name.lower() == "lambda" else _name.upper()
    _MATH[unicodedata.lookup(f"GREEK {_case} LETTER {_letter}")] = "\\" + _name
_MATH["µ"] = r"\mu"  # the micro sign
_MATH["ϕ"] = r"\phi"
_MATH["ϵ"] = r"\epsilon"
_MATH["ς"] = r"\varsigma"
_LATIN_TWINS = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΧο", "ABEZHIKMNOPTXo", strict=True))

_ACCENTS = {
    "\u0300": "`",
    "\u0301": "'",
    "\u0302": "^",
    "\u0303": "~",
    "\u0304": "=",
    "\u0306": "u",
    "\u0307": ".",
    "\u0308": '"',
    "\u030a": "r",
    "\u030b": "H",
    "\u030c": "v",
    "\u0327": "c",
}


def _char(char: str) -> str:
    if char in _SPECIAL:
        return _SPECIAL[char]
    if " " <= char <= "~":
        return char
    char = _LATIN_TWINS.get(char, char)
    if char in _MATH:
        return rf"\ensuremath{{{_MATH[char]}}}"
    base, *marks = list(unicodedata.normalize("NFD", char))
    if len(marks) == 1 and base.isascii() and base.isalpha() and marks[0] in _ACCENTS:
        return rf"\{_ACCENTS[marks[0]]}{{{base}}}"
    kind = unicodedata.decomposition(char).split()
    if len(kind) == 2 and kind[0] in ("<sub>", "<super>"):
        command = "textsubscript" if kind[0] == "<sub>" else "textsuperscript"
        return rf"\{command}{{{_char(chr(int(kind[1], 16)))}}}"
    if char.isascii() and char.isalnum():
        return char
    if unicodedata.category(char) == "Cf":
        return ""
    code = f"{ord(char):04X}" if ord(char) < 0x10000 else f"{ord(char):06X}"
    shown = "?" if unicodedata.category(char) == "Cn" else char
    return rf"\cidchar{{{shown}}}{{{code[: len(code) // 2]}}}{{{code[len(code) // 2 :]}}}"


def escape_latex(text: str) -> str:
    r"""Return text that LaTeX typesets as it stands.

    Examples
    --------
    >>> print(escape_latex("50% of $x_1$"), escape_latex("Müller"), escape_latex("θ₁"))
    50\% of \$x\_1\$ M\"{u}ller \ensuremath{\theta}\textsubscript{1}
    >>> print(escape_latex("名"))
    \cidchar{名}{54}{0D}
    """
    return "".join(map(_char, unicodedata.normalize("NFC", text)))
