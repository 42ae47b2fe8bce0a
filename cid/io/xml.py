"""XML that cannot grow: no entities of its own, and errors that are ours."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from cid.errors import FormatError

__all__ = ["parse_xml", "words"]


def parse_xml(text: str) -> ElementTree.Element:
    """Return the root of an XML text.

    Raises
    ------
    FormatError
        If it is none, or defines entities, by which a small file becomes a huge one.

    Examples
    --------
    >>> parse_xml("<a><b/></a>").tag
    'a'
    """
    if "<!ENTITY" in text:
        raise FormatError("It defines entities, which are not read. Write the characters out.")
    try:
        # the text is decoded already, whatever the declaration says
        return ElementTree.fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text.lstrip("\ufeff")))
    except (ElementTree.ParseError, ValueError) as error:
        raise FormatError(f"It is no XML ({error}). The file may be truncated.") from None


def words(element: ElementTree.Element, tag: str) -> list[str]:
    """Return the words of the first child with a tag; none if there is no such child."""
    return (element.findtext(tag) or "").split()
