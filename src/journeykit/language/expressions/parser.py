"""The grammar of expressions: from text to an untyped tree, by recursive descent.

The docstring of each parsing method is its rule of the grammar. Nothing here knows what a name means; ``type_check``
does. The model is the parser of environment markers in the packaging library: a few functions over a list of tokens.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, NoReturn

from journeykit.language.expressions.tokens import LITERALS, Constant, ExpressionError, Token, tokens

__all__ = [
    "FUNCTIONS",
    "RESERVED",
    "Binary",
    "Call",
    "Comparison",
    "Constant",
    "ExpressionError",
    "Logic",
    "Name",
    "Syntax",
    "Unary",
    "names",
    "parse",
]

DEEPEST = 32  # Levels of brackets, signs, ``not`` and functions around one value.

FUNCTIONS = (
    "confirmed",
    "unsettled",
    "at",
    "placed_at",
    "reached",
    "has_date",
    "age",
    "days_until",
    "any_of",
    "all_of",
    "count_of",
)
_KEYWORDS = frozenset({"and", "or", "not", "true", "false"})
RESERVED = _KEYWORDS | frozenset(FUNCTIONS) | {"renewals", "covered", "end_moved", "account"}
"""Keywords. No fact, band, signal, confirmation, derived name, level or value of a choice may have one as its name."""


class Name(NamedTuple):
    """A name, or a dotted path of names."""

    text: str
    offset: int


class Call(NamedTuple):
    """A function with its arguments; ``offset`` is that of its name."""

    function: str
    arguments: tuple[Syntax, ...]
    offset: int


class Unary(NamedTuple):
    """``not`` or ``-`` in front of a part."""

    op: str
    item: Syntax
    offset: int


class Binary(NamedTuple):
    """``+ - *`` or ``/``; ``offset`` is that of the sign."""

    op: str
    left: Syntax
    right: Syntax
    offset: int


class Comparison(NamedTuple):
    """One of ``< <= == != >= >`` between two sides; ``offset`` is that of the sign."""

    op: str
    left: Syntax
    right: Syntax
    offset: int


class Logic(NamedTuple):
    """Two or more parts joined by ``and``, or by ``or``; ``offset`` is that of the first such word."""

    op: str
    items: tuple[Syntax, ...]
    offset: int


Syntax = Constant | Name | Call | Unary | Binary | Comparison | Logic


def parse(text: str) -> Syntax:
    """Read one expression.

    Raises:
        ExpressionError: the text is outside the grammar, too long or too deep; says where, and what to do.
    """
    return _Parser(tokens(text)).whole()


def names(tree: Syntax) -> frozenset[str]:
    """Return every bare name in a tree, whatever it may mean; names of functions and dotted paths are left out."""
    match tree:
        case Name(text):
            return frozenset({text} if "." not in text else ())
        case Unary(_, item):
            return names(item)
        case Binary(_, left, right) | Comparison(_, left, right):
            return names(left) | names(right)
        case Call(_, items) | Logic(_, items):
            return frozenset().union(*map(names, items))
        case _:
            return frozenset()


class _Parser:
    """One pass over the tokens.

    ``depth`` counts what is open, so that no text can exhaust the interpreter's stack.
    """

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.index = 0
        self.depth = 0

    def whole(self) -> Syntax:
        """whole := expression, and nothing after it"""
        if self.tokens[0].sort == "end":
            raise ExpressionError("the expression is empty", 0, "write a criterion such as 'seats > 10'")
        tree = self.expression()
        if self.tokens[self.index].sort != "end":
            self.unexpected("the end or 'and'")
        return tree

    def expression(self) -> Syntax:
        """expression := conjunction { "or" conjunction }"""
        return self.logic("or", self.conjunction)

    def conjunction(self) -> Syntax:
        """conjunction := negation { "and" negation }"""
        return self.logic("and", self.negation)

    def logic(self, word: str, part: Callable[[], Syntax]) -> Syntax:
        """logic := part { word part }"""
        first = part()
        token = self.tokens[self.index]
        if token.text != word or token.sort != "word":
            return first
        items = [first]
        while self.take("word", word):
            items.append(part())
        return Logic(word, tuple(items), token.offset)

    def negation(self) -> Syntax:
        """negation := "not" negation | comparison"""
        token = self.tokens[self.index]
        if not self.take("word", "not"):
            return self.comparison()
        self.deeper(token)
        item = self.negation()
        self.depth -= 1
        return Unary("not", item, token.offset)

    def comparison(self) -> Syntax:
        """comparison := sum [ ("<" | "<=" | "==" | "!=" | ">=" | ">") sum ]"""
        left = self.sum()
        token = self.tokens[self.index]
        if token.sort != "compare":
            return left
        self.index += 1
        right = self.sum()
        again = self.tokens[self.index]
        if again.sort == "compare":
            raise ExpressionError(
                "comparisons are not chained", again.offset, "write each one out, as in '10 < seats and seats < 20'"
            )
        return Comparison(token.text, left, right, token.offset)

    def sum(self) -> Syntax:
        """sum := product { ("+" | "-") product }"""
        return self.chain("+-", self.product)

    def product(self) -> Syntax:
        """product := factor { ("*" | "/") factor }"""
        return self.chain("*/", self.factor)

    def chain(self, signs: str, part: Callable[[], Syntax]) -> Syntax:
        """chain := part { sign part }, grouped from the left: every sign makes the tree one deeper"""
        tree = part()
        before = self.depth
        token = self.tokens[self.index]
        while token.sort == "sign" and token.text in signs:
            self.index += 1
            self.deeper(token)
            tree = Binary(token.text, tree, part(), token.offset)
            token = self.tokens[self.index]
        self.depth = before
        return tree

    def factor(self) -> Syntax:
        """factor := "-" factor | value"""
        token = self.tokens[self.index]
        if not self.take("sign", "-"):
            return self.value()
        self.deeper(token)
        item = self.factor()
        self.depth -= 1
        return Unary("-", item, token.offset)

    def value(self) -> Syntax:
        """value := literal | name | name "(" arguments ")" | "(" expression ")", nothing else."""
        token = self.tokens[self.index]
        if token.sort in LITERALS:
            self.index += 1
            return LITERALS[token.sort](token)
        if token.sort == "word" and token.text not in ("and", "or", "not"):
            self.index += 1
            if token.text in ("true", "false"):
                return Constant(token.text == "true", "boolean", token.offset)
            opening = self.tokens[self.index]
            return (
                Call(token.text, self.arguments(opening), token.offset) if self.take("sign", "(") else Name(*token[1:])
            )
        if not self.take("sign", "("):
            self.unexpected("a value")
        self.deeper(token)
        inner = self.expression()
        self.close(token)
        return inner

    def arguments(self, opening: Token) -> tuple[Syntax, ...]:
        """arguments := [ expression { "," expression } ]"""
        self.deeper(opening)
        found: list[Syntax] = []
        if self.tokens[self.index].text != ")":
            found.append(self.expression())
            while self.take("sign", ","):
                found.append(self.expression())
        self.close(opening)
        return tuple(found)

    def take(self, sort: str, text: str) -> bool:
        """Step over the next token if it is this one; tell whether it was."""
        token = self.tokens[self.index]
        if token.text != text or token.sort != sort:
            return False
        self.index += 1
        return True

    def deeper(self, token: Token) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise ExpressionError(
                f"the expression is more than {DEEPEST} levels deep",
                token.offset,
                "give parts of it names under 'derived'",
                "JK102",
            )

    def close(self, opening: Token) -> None:
        self.depth -= 1
        if self.take("sign", ")"):
            return
        if self.tokens[self.index].sort != "end":
            self.unexpected("')'")
        raise ExpressionError(
            "this bracket is never closed",
            opening.offset,
            "inside { } or [ ] YAML cuts a plain text at its commas; if it did, put the expression in quotes",
        )

    def unexpected(self, wanted: str) -> NoReturn:
        token = self.tokens[self.index]
        if token.sort == "end":
            raise ExpressionError(f"the expression ends where {wanted} was expected", token.offset)
        advice = _INSTEAD.get(token.text.lower(), "") if token.text not in ("and", "or") else ""
        before = self.tokens[self.index - 1] if self.index else token
        if before.sort == "number" and token.sort == "word":
            advice = advice or "a period has whole days, weeks, months or years"
        if before.sort == "compare" and token.text == "not":
            advice = "put brackets around 'not ...', or turn the comparison round"
        raise ExpressionError(f"{wanted} was expected, got {token.text!r}", token.offset, advice)


_INSTEAD = {
    "and": "did you mean 'and'?",
    "or": "did you mean 'or'?",
    "not": "did you mean 'and not'?",
    "is": "did you mean '=='?",
    "equals": "did you mean '=='?",
    ",": "a comma stands only between what a function is given; write numbers without it",
}
