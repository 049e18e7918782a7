"""``journeykit lint --explain JK203``: what the reference page of findings says of one code, for a terminal.

There is one text, ``docs/reference/findings.md``, and the installed package carries it along.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from journeykit.errors import JourneykitError
from journeykit.language.text.nodes import listed
from journeykit.plain import printable

__all__ = ["codes", "explain_code", "page"]

_PAGE = "findings.md"
_CODE = re.compile(r"JK\d{3}", re.ASCII)
_ENTRY = re.compile(r"^### (JK\d{3}): (.*?)\n(.*?)(?=^##)", re.M | re.S)
_ROW = re.compile(r"^\| (JK\d{3}) \| (.*) \|$", re.M)
_LINK = re.compile(r"\[([^\]]*)\]\([^)\s]*\)")
_BLOCK = re.compile(r"^```\w*[^\n]*\n(.*?)^```$\n?", re.M | re.S)
_CAPTIONS = ("Bad:", "Good:")


def page() -> str:
    """Return the text of the page of findings: from inside an installed package, or from the documents of a checkout.

    Raises:
        JourneykitError: it is in neither place.
    """
    package = Path(str(resources.files("journeykit"))).resolve()
    for place in (package / _PAGE, package.parents[1] / "docs" / "reference" / _PAGE):
        if place.is_file():
            return place.read_text(encoding="utf-8")
    raise JourneykitError("the page of the findings is missing from this installation; install journeykit again")


def codes() -> dict[str, str]:
    """Return each code with its entry as it is written on the page, in the order of the codes."""
    text = f"{page()}\n## "
    found = {code: f"{title}\n{body}" for code, title, body in _ENTRY.findall(text)}
    found |= {code: f"{said}\n" for code, said in _ROW.findall(text)}
    return dict(sorted(found.items()))


def explain_code(code: str, width: int = 100) -> str:
    """Return what the page says of a code such as ``JK203``, wrapped for a terminal of ``width`` columns, at most 100.

    Raises:
        JourneykitError: there is no such code; the message tells which there are.
    """
    known = codes()
    wanted = code.strip().upper()
    if wanted not in known:
        group = [one for one in known if one[:3] == wanted[:3]] if _CODE.fullmatch(wanted) else []
        hint = f"there are {listed(group)}" if group else f"there are {next(iter(known))} to {list(known)[-1]}"
        raise JourneykitError(f"there is no finding {printable(code)!r}; {hint}")
    title, _, body = known[wanted].partition("\n")
    parts = [f"{wanted}: {_plain(title)}", *_parts(body, min(width, 100))]
    return "\n\n".join(part for part in parts if part.strip())


def _parts(body: str, width: int) -> Iterator[str]:
    """Yield the entry's paragraphs, and its examples indented below what they show."""
    blocks = _BLOCK.findall(body)
    captions = iter(_CAPTIONS if len(blocks) == len(_CAPTIONS) else ["Example:"] * len(blocks))
    pieces = _BLOCK.split(body)
    for number, piece in enumerate(pieces):
        if number % 2:
            yield f"{next(captions)}\n\n{textwrap.indent(piece.rstrip(), '    ')}"
        else:
            yield from (_wrapped(paragraph, width) for paragraph in piece.strip().split("\n\n"))


def _wrapped(paragraph: str, width: int) -> str:
    """Return a paragraph in lines of the terminal; tables stay as they are, items of a list stand below each other."""
    text = _plain(paragraph)
    if text.startswith("|"):
        return text
    items = re.split(r"\n(?=- )", text)
    filled = (
        textwrap.fill(" ".join(one.split()), width, subsequent_indent="  " * one.startswith("- ")) for one in items
    )
    return "\n".join(filled)


def _plain(text: str) -> str:
    """Return text without the marks of a document that a terminal does not show."""
    return _LINK.sub(r"\1", text).replace("**", "")
