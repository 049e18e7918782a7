"""The tokens and literals of an expression, and the error that reading one raises at every step."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple, NoReturn

from journeykit.dates import Period
from journeykit.errors import JourneykitError

__all__ = ["LITERALS", "LONGEST", "Constant", "ExpressionError", "Token", "tokens"]

LONGEST = 512  # Characters.


class ExpressionError(JourneykitError):
    """An expression cannot be used.

    Attributes:
        message: what is wrong, and what was expected.
        offset: where in the text, in characters counted from 0.
        hint: what to do about it, or empty.
        code: the stable code of the fault, JK101 to JK108.
    """

    def __init__(self, message: str, offset: int, hint: str = "", code: str = "JK101") -> None:
        self.message = message
        self.offset = offset
        self.hint = hint
        self.code = code
        super().__init__(f"{message}; {hint}" if hint else message)


class Constant(NamedTuple):
    """A value written in an expression; ``type`` is ``number share duration date text`` or ``boolean``."""

    value: Any
    type: str
    offset: int


class Token(NamedTuple):
    """One token: ``sort`` is the name of a group in the pattern below, ``offset`` where the text begins."""

    sort: str
    text: str
    offset: int


_TOKENS = re.compile(
    r"""\s*(?:
      (?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2}(?!\w))
    | (?P<period>(?:[0-9]+\s*(?!(?:and|or|not)\b)[^\W\d]\w*\s*)+)
    | (?P<share>[0-9]+(?:\.[0-9]+)?\s*%)
    | (?P<number>[0-9]+(?:\.[0-9]+)?(?![\w.]))
    | (?P<word>[^\W\d]\w*(?:\.[^\W\d]\w*)*)
    | (?P<compare><=|>=|==|!=|<(?!>)|>)
    | (?P<text>"[^"]*"|'[^']*')
    | (?P<sign>[-+*/(),])
    | (?P<end>\Z)
    )""",
    re.VERBOSE,
)
_ELSEWHERE = {
    "=": "did you mean '=='?",
    "<>": "did you mean '!='?",
    "!": "did you mean 'not' or '!='?",
    "&": "did you mean 'and'?",
    "|": "did you mean 'or'?",
    "&&": "did you mean 'and'?",
    "||": "did you mean 'or'?",
    '"': "close the text with the quote it began with",
    "'": "close the text with the quote it began with",
    ".": "write a digit before the point, as in 0.5; a path has names on both sides of its point",
    "[": "only round brackets group",
    "{": "only round brackets group",
}


def tokens(text: str) -> list[Token]:
    """Cut a text into tokens, of which the last is the ``end``.

    Raises:
        ExpressionError: the text is too long, or something in it is no token.
    """
    _check_length(text)
    found_so_far: list[Token] = []
    position = 0
    match = _TOKENS.match
    while True:
        found = match(text, position)
        if found is None:
            _refuse_character(text, position)
        sort = found.lastgroup or ""
        found_so_far.append(Token(sort, found[sort], found.start(sort)))
        if sort == "end":
            return found_so_far
        position = found.end()


def _check_length(text: str) -> None:
    if len(text) > LONGEST:
        raise ExpressionError(
            f"the expression has {len(text)} characters, {LONGEST} are allowed",
            LONGEST,
            "give parts of it names under 'derived'",
            "JK102",
        )


def _refuse_character(text: str, position: int) -> NoReturn:
    position += len(text[position:]) - len(text[position:].lstrip())
    rest = text[position:]
    if rest[0].isdigit():
        word = re.match(r"[\w.]+", rest)
        raise ExpressionError(
            f"{word[0] if word else rest[0]!r} is not a number",
            position,
            "a number has digits 0 to 9 and one point, a name begins with a letter",
        )
    advice = _ELSEWHERE.get(rest[:2]) or _ELSEWHERE.get(rest[0], "")
    raise ExpressionError(f"{rest[0]!r} has no meaning here", position, advice)


def _number(token: Token) -> Constant:
    if len(token.text) > 15:
        raise ExpressionError("the number has more digits than can be told apart", token.offset)
    return Constant(float(token.text) if "." in token.text else int(token.text), "number", token.offset)


def _share(token: Token) -> Constant:
    digits = token.text[:-1].rstrip()
    _number(token._replace(text=digits))
    # Not divided by 100: 0.7% has to be the very number 0.007, which 0.7 / 100 is not.
    return Constant(float(f"{digits}e-2"), "share", token.offset)


def _period(token: Token) -> Constant:
    try:
        return Constant(Period.parse(token.text), "duration", token.offset)
    except ValueError as error:
        raise ExpressionError(str(error), token.offset) from None


def _date(token: Token) -> Constant:
    try:
        return Constant(date.fromisoformat(token.text), "date", token.offset)
    except ValueError as error:
        raise ExpressionError(f"{token.text!r} is not a day of the calendar: {error}", token.offset) from None


def _text(token: Token) -> Constant:
    return Constant(token.text[1:-1], "text", token.offset)


LITERALS: dict[str, Callable[[Token], Constant]] = {
    "number": _number,
    "share": _share,
    "period": _period,
    "date": _date,
    "text": _text,
}
