"""Docstrings as HTML."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

__all__ = ["prose"]

_RULE = re.compile(r"^[-=~]{3,}$")
_MARKED = re.compile(
    r"(?:(?<!\w):[\w:]+:)?(?<!`)(?P<ticks>`{1,2})(?!`)~?(?P<code>.+?)(?P=ticks)(?!`)"
    r"|(?<![\w*])(?P<stars>\*{1,2})(?P<stressed>[^\s*](?:[^*]*[^\s*])?)(?P=stars)(?![\w*])"
)


def _inline(text: str) -> Markup:
    """Mark up ``code`` and *emphasis* in running text."""
    escaped = str(escape(" ".join(text.split())))
    return Markup(
        _MARKED.sub(
            lambda m: f"<code>{m['code']}</code>" if m["ticks"] else f"<em>{m['stressed']}</em>",
            escaped,
        )
    )


def prose(text: str) -> Markup:
    r"""Turn a docstring into HTML: paragraphs, titles, lists, and indented lines as they stand.

    Everything is escaped; what is not understood stays text.

    Examples
    --------
    >>> print(prose("A *dose* of ``x < 1``.\n\n- one\n- two"))
    <p>A <em>dose</em> of <code>x &lt; 1</code>.</p>
    <ul><li>one</li><li>two</li></ul>
    """
    parts: list[Markup] = []
    for block in re.split(r"\n\s*\n", text.strip("\n")):
        lines = block.splitlines()
        if len(lines) > 1 and _RULE.match(lines[1].strip()):
            parts.append(Markup("<h4>{}</h4>").format(_inline(lines[0])))
            lines = lines[2:]
        if not lines:
            continue
        if all(line.startswith("    ") for line in lines):
            parts.append(Markup("<pre>{}</pre>").format("\n".join(line[4:] for line in lines)))
        elif lines[0].startswith("- "):
            items = re.split(r"\n- ", "\n".join(lines)[2:])
            listed = Markup("").join(Markup("<li>{}</li>").format(_inline(i)) for i in items)
            parts.append(Markup("<ul>{}</ul>").format(listed))
        else:
            parts.append(Markup("<p>{}</p>").format(_inline("\n".join(lines))))
    return Markup("\n").join(parts)
