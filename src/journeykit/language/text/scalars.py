"""Plain scalars by the core schema of YAML 1.2, the pattern of names, and the characters that no text may have.

By that schema only ``true`` and ``false`` are truths, and ``on``, ``no`` and ``2026-01-05`` are texts.
"""

from __future__ import annotations

import math
import re

from journeykit.language.text.nodes import Scalar

__all__ = ["FORBIDDEN", "NAME", "scalar"]

_MOST_DIGITS = 18
_LONGEST_FLOAT = 64

NAME = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)
"""The pattern of names and keys: a small letter, then small letters, digits and ``_``, at most 64 in all."""

FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
"""Characters that are refused: controls, surrogates and non-characters; line ends that YAML and editors count
differently; and marks that turn the direction of text on a screen, so that what is read is not what is written."""

_NOT_TEXT = frozenset("+-.0123456789~tfnTFN")  # What begins otherwise is a text, with no need to look further.
_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", re.ASCII)
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", re.ASCII)
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)", re.ASCII)
_WORDS: dict[str, Scalar] = {"": None, "~": None}
_WORDS |= dict.fromkeys(("null", "Null", "NULL"))
_WORDS |= dict.fromkeys(("true", "True", "TRUE"), True) | dict.fromkeys(("false", "False", "FALSE"), False)


def scalar(text: str) -> Scalar:
    """Return the value of a plain (unquoted) scalar.

    Raises:
        ValueError: it is a number that cannot be calculated with: not finite, too long or too large.
    """
    if text and text[0] not in _NOT_TEXT:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        # Counted before it is built: turning digits into a number takes time that grows with their square.
        if len(text.lstrip("+-")) > _MOST_DIGITS:
            raise ValueError(f"a whole number of more than {_MOST_DIGITS} digits")
        return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
    if _NOT_FINITE.fullmatch(text):
        raise ValueError(f"{text} is not a number to count with")
    if _FLOAT.fullmatch(text):
        value = float(text) if len(text) <= _LONGEST_FLOAT else math.inf
        if not math.isfinite(value):
            raise ValueError("a number too large or too long to count with")
        return value
    return text
