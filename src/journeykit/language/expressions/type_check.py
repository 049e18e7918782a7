"""Checking names and types: an untyped tree and a scope become a typed tree, or one error with its offset.

What may be compared with what is decided here, once, when a profile is read; evaluating a typed tree never meets a
wrong type. The rules are in ``docs/reference/findings.md`` under JK103 to JK108.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, cast

from journeykit.language.expressions import parser as syntax
from journeykit.language.expressions.hints import KEYS, WORDS, on_arithmetic, on_comparison, on_standing_alone
from journeykit.language.expressions.parser import Syntax
from journeykit.language.expressions.scope import Scope, missing, near, only_its_track_asks, unknown
from journeykit.language.expressions.tokens import ExpressionError
from journeykit.language.expressions.tree import (
    ACCOUNT,
    MIRRORED,
    Age,
    Aggregate,
    And,
    Arithmetic,
    At,
    Band,
    Compare,
    CompareOp,
    Confirmed,
    Const,
    Covered,
    DaysUntil,
    Derived,
    EndMoved,
    Expr,
    Fact,
    HasDate,
    How,
    Negative,
    Not,
    Or,
    Placed,
    Reached,
    Renewals,
    Unsettled,
)
from journeykit.language.expressions.walk import ALIKE, NUMERIC, arithmetic_type, canonical, plain_type, reads, type_of

__all__ = ["ExpressionError", "Scope", "canonical", "reads", "type_of", "typed"]

Want = Literal["boolean", "number"]
Typed = tuple[Expr, str]


def typed(text: str, scope: Scope, *, kind: str | None, want: Want | None) -> tuple[Expr, str]:
    """Read an expression and check every name, type and unit in it.

    Return the typed tree, and the kind of subject whose names it reads: ``kind``, or the account where that suffices.
    ``kind`` is what it is read for: its names and the account's may be read, others only through ``any_of`` and the
    like. With None it is inferred. ``want`` is the type it must have; None takes a criterion or a number.

    Raises:
        ExpressionError: the expression cannot be used; says where, and what to do.
    """
    tree = syntax.parse(text)
    typist = _Typist(scope, kind)
    expr, found = typist.read(tree)
    if kind is None and typist.kind != ACCOUNT:
        # Only now is it known whose ``renewals`` are meant.
        typist = _Typist(scope, typist.kind)
        expr, found = typist.read(tree)
    _check_wanted(tree, expr, found, want)
    return expr, typist.kind


def _check_wanted(tree: Syntax, expr: Expr, found: str, want: Want | None) -> None:
    if (found == "boolean" and want != "number") or (found in NUMERIC and want != "boolean"):
        return
    if want == "number":
        raise ExpressionError(f"a number was expected, this is {WORDS[found]}", _start(tree), "", "JK108")
    wanted = "a criterion" if want else "a criterion or a number"
    message = f"{WORDS[found]} does not stand alone, {wanted} was expected"
    raise ExpressionError(message, _start(tree), on_standing_alone(expr, found), "JK108")


def _start(tree: Syntax) -> int:
    """Return the offset at which a tree begins, which for an operator between two parts is that of the left one."""
    match tree:
        case syntax.Binary(_, left) | syntax.Comparison(_, left):
            return _start(left)
        case syntax.Logic(_, items):
            return _start(items[0])
        case _:
            return tree.offset


class _Typist:
    """One pass over an untyped tree. Its methods type one form each; ``_READERS`` and ``_FUNCTIONS`` say which.

    ``own`` is the kind whose names may be read beside the account's, None while it is to be inferred; ``kind`` is what
    was read so far, ``because`` of which name; ``over`` are the kinds of the aggregates around the present part.
    """

    def __init__(self, scope: Scope, kind: str | None) -> None:
        self.scope = scope
        self.own = kind
        self.kind = ACCOUNT
        self.because = ""
        self.over: tuple[str, ...] = ()

    def read(self, tree: Syntax) -> Typed:
        """Type any part; return its tree and its type."""
        return cast(Callable[["_Typist", Syntax], Typed], _READERS[type(tree)])(self, tree)

    def touch(self, kind: str, shown: str, offset: int) -> None:
        """Note that a name of ``kind`` is read; refuse it where it may not be. ``shown`` is the name for messages."""
        if kind == ACCOUNT:
            return
        if self.own is None and self.kind not in (ACCOUNT, kind):
            message = (
                f"{shown} belongs to each {kind}, {self.because} to each {self.kind}: one of the two can be read here"
            )
            hint = f"read the other over all its subjects, as in any_of({kind}, ...)"
            raise ExpressionError(message, offset, hint, "JK107")
        if self.own is not None and kind != self.own:
            here = "the account" if self.own == ACCOUNT else f"a {self.own}"
            message = f"{shown} belongs to each {kind} and cannot be read for {here}"
            hint = f"say over which: any_of({kind}, ...), all_of({kind}, ...) or count_of({kind}, ...)"
            raise ExpressionError(message, offset, hint, "JK107")
        if not self.over:  # Inside an aggregate names belong to its members, not to the subject that asks.
            self.kind, self.because = kind, shown

    # Values and names

    def literal(self, tree: syntax.Constant) -> Typed:
        return Const(tree.value, tree.type), tree.type

    def name(self, tree: syntax.Name) -> Typed:
        name, offset = tree
        scope = self.scope
        if (rule := scope.facts.get(name)) is not None:
            self.touch(rule.kind, f'"{name}"', offset)
            return Fact(name, rule.kind, rule.type), plain_type(rule.type)
        if name in scope.bands:
            kind, levels = scope.bands[name]
            self.touch(kind, f'"{name}"', offset)
            return Band(name, kind, levels), "choice"
        if name in scope.derived:
            kind, declared = scope.derived[name]
            self.touch(kind, f'"{name}"', offset)
            return Derived(name, kind, declared), plain_type(declared)
        if name not in ("renewals", "covered", "end_moved"):
            raise unknown(scope, tree)
        if scope.term_kind is None:
            message = f'"{name}" speaks of contracts, and no kind of subject of this profile has terms'
            hint = "give one of the subjects its term: [start fact, end fact]"
            raise ExpressionError(message, offset, hint, "JK103")
        if name == "covered":
            return Covered(), "boolean"
        if name == "end_moved":
            if self.over or self.own not in (scope.term_kind, None):
                raise only_its_track_asks(scope, tree)
            self.touch(scope.term_kind, '"end_moved"', offset)
            return EndMoved(Fact(scope.end_fact, scope.term_kind, "date")), "boolean"
        if self.own == scope.term_kind:
            self.touch(self.own, '"renewals"', offset)
        return Renewals(self.own or ACCOUNT), "number"

    # Logic and arithmetic

    def logic(self, tree: syntax.Logic) -> Typed:
        form = And if tree.op == "and" else Or
        flat: list[Expr] = []
        for part in tree.items:
            # A bracketed part of the same form says nothing more: a and (b and c).
            item = self.truth(part, tree.op)
            flat.extend(item.items if isinstance(item, form) else (item,))
        return form(tuple(flat)), "boolean"

    def truth(self, tree: Syntax, where: str) -> Expr:
        """Type a part that must be a criterion; ``where`` is the operator or function it is given to."""
        expr, found = self.read(tree)
        if found != "boolean":
            message = f"'{where}' is given {WORDS[found]}, expected a criterion"
            raise ExpressionError(message, _start(tree), on_standing_alone(expr, found), "JK106")
        return expr

    def unary(self, tree: syntax.Unary) -> Typed:
        if tree.op == "not":
            return Not(self.truth(tree.item, "not")), "boolean"
        expr, found = self.read(tree.item)
        if found not in NUMERIC:
            raise ExpressionError(f"{WORDS[found]} has no negative", tree.offset, "", "JK106")
        return Negative(expr), found

    def binary(self, tree: syntax.Binary) -> Typed:
        (left, of_left), (right, of_right) = self.read(tree.left), self.read(tree.right)
        found = arithmetic_type(tree.op, of_left, of_right)
        if found is None:
            message = f"{WORDS[of_left]} {tree.op} {WORDS[of_right]} means nothing"
            raise ExpressionError(message, tree.offset, on_arithmetic(of_left, of_right), "JK106")
        return Arithmetic(cast(Literal["+", "-", "*", "/"], tree.op), left, right), found

    # Comparisons

    def comparison(self, tree: syntax.Comparison) -> Typed:
        if self.levels(tree.left) or self.levels(tree.right):
            return self.choices(tree), "boolean"
        left, of_left = self.side(tree.left, tree.right)
        right, of_right = self.side(tree.right, tree.left)
        if isinstance(left, Age | DaysUntil) or isinstance(right, Age | DaysUntil):
            return self.time(tree, left, right), "boolean"
        if (of_left, of_right) not in ALIKE and (of_right, of_left) not in ALIKE:
            message = f"{WORDS[of_left]} is compared with {WORDS[of_right]}"
            raise ExpressionError(message, tree.offset, on_comparison(left, of_left, right, of_right), "JK106")
        if of_left == "text" and tree.op not in ("==", "!="):
            raise ExpressionError("texts have no order", tree.offset, "compare them with == or !=", "JK106")
        return Compare(cast(CompareOp, tree.op), left, right), "boolean"

    def levels(self, tree: Syntax) -> tuple[str, ...]:
        """Return the values of the choice or band that a side names, if it names one."""
        return self.scope.levels(tree.text) if isinstance(tree, syntax.Name) else ()

    def choices(self, tree: syntax.Comparison) -> Compare:
        """Type the comparison of a choice or band with one of its values, or with a choice of the same values."""
        of_left, of_right = self.levels(tree.left), self.levels(tree.right)
        left: Expr
        right: Expr
        if of_left and (value := self.value_of(tree.right, of_left)):
            left, right, order = self.read(tree.left)[0], value, of_left
        elif of_right and (value := self.value_of(tree.left, of_right)):
            left, right, order = value, self.read(tree.right)[0], of_right
        elif of_left == of_right:
            left, right, order = self.read(tree.left)[0], self.read(tree.right)[0], of_left
        else:
            raise self.no_value(tree, of_left, of_right)
        return Compare(cast(CompareOp, tree.op), left, right, order)

    def value_of(self, tree: Syntax, values: tuple[str, ...]) -> Const | None:
        """Return a bare word or a quoted text as a value of a choice, or None where it is none of ``values``."""
        word = tree.text if isinstance(tree, syntax.Name) else tree.value if isinstance(tree, syntax.Constant) else None
        return Const(word, "choice") if word in values else None

    def no_value(self, tree: syntax.Comparison, of_left: tuple[str, ...], of_right: tuple[str, ...]) -> ExpressionError:
        if of_left and of_right:
            return ExpressionError("the two choices have different values", tree.offset, "", "JK106")
        choice, wrong, values = (tree.left, tree.right, of_left) if of_left else (tree.right, tree.left, of_right)
        message = f'"{cast(syntax.Name, choice).text}" is one of {", ".join(values)}'
        if isinstance(wrong, syntax.Name):
            return ExpressionError(f'{message}, not "{wrong.text}"', wrong.offset, near(wrong.text, values), "JK103")
        return ExpressionError(f"{message}, and compared with nothing else", _start(wrong), "", "JK106")

    def side(self, tree: Syntax, other: Syntax) -> Typed:
        """Type a side of any other comparison; advise quotes for an unknown word beside a fact that is a text."""
        try:
            return self.read(tree)
        except ExpressionError as error:
            rule = self.scope.facts.get(other.text) if isinstance(other, syntax.Name) else None
            if error.code == "JK103" and rule and rule.type == "text" and isinstance(tree, syntax.Name):
                hint = f"write a text in quotes: '{tree.text}'"
                raise ExpressionError(error.message, error.offset, hint, error.code) from None
            raise

    def time(self, tree: syntax.Comparison, left: Expr, right: Expr) -> Compare:
        """Type a comparison with ``age`` or ``days_until``, putting that on the left and the period on the right."""
        op = cast(CompareOp, tree.op)
        if isinstance(right, Age | DaysUntil):
            left, right, op = right, left, MIRRORED[op]
        if not (isinstance(right, Const) and right.type == "duration"):
            message = (
                f"{canonical(left)} is compared with a period as written, such as '90 days', and with nothing else"
            )
            raise ExpressionError(message, tree.offset, "", "JK106")
        if op in ("==", "!="):
            message = "a time that runs on is before or after a period, never exactly it"
            raise ExpressionError(message, tree.offset, "use <, <=, >= or >", "JK106")
        return Compare(op, left, right)

    # Functions

    def call(self, tree: syntax.Call) -> Typed:
        reader = _FUNCTIONS.get(tree.function)
        if reader is None:
            message = f'there is no function "{tree.function}"'
            hint = KEYS.get(tree.function) or near(tree.function, syntax.FUNCTIONS)
            raise ExpressionError(message, tree.offset, hint, "JK105")
        return reader(self, tree)

    def asked(self, tree: syntax.Call, what: str) -> syntax.Name:
        """Return the one name that a function is given; ``what`` says in messages what it should name."""
        if len(tree.arguments) == 1 and isinstance(tree.arguments[0], syntax.Name):
            return tree.arguments[0]
        raise ExpressionError(f"{tree.function}(...) is given {what}, and nothing else", tree.offset, "", "JK105")

    def confirmed(self, tree: syntax.Call) -> Typed:
        word = self.asked(tree, "the name of a confirmation")
        rule = self.scope.confirmations.get(word.text)
        if rule is None:
            raise missing(self.scope, "confirmation", word, self.scope.confirmations)
        self.touch(rule.kind, f"confirmed({word.text})", tree.offset)
        return Confirmed(word.text, rule.kind), "boolean"

    def unsettled(self, tree: syntax.Call) -> Typed:
        signal = self.asked(tree, "the name of a signal")
        rule = self.scope.signals.get(signal.text)
        if rule is None:
            raise missing(self.scope, "signal", signal, self.scope.signals)
        self.touch(rule.kind, f"unsettled({signal.text})", tree.offset)
        return Unsettled(signal.text, rule.kind), "boolean"

    def place(self, tree: syntax.Call, what: str) -> tuple[str, str, str]:
        """Return the (track, path, kind) of the place that ``at`` or ``age`` is given."""
        name = self.asked(tree, what)
        track, _, path = name.text.partition(".")
        kind, paths = self.scope.places.get(track, (ACCOUNT, frozenset[str]()))
        if path not in paths:
            every = self.scope.every_place()
            error = missing(self.scope, "place", name, every)
            if error.code == "JK103":
                ends = [one for one in every if one.endswith(f".{name.text}")]
                whole = error.hint or "write the whole path, with its track in front"
                error.hint = f'did you mean "{ends[0]}"?' if ends else whole
            raise error
        self.touch(kind, f"{tree.function}({name.text})", tree.offset)
        return track, path, kind

    def at(self, tree: syntax.Call) -> Typed:
        return At(*self.place(tree, "a place, as in at(track.stage)")), "boolean"

    def placed(self, tree: syntax.Call) -> Typed:
        return Placed(*self.place(tree, "a place, as in placed_at(track.stage)")), "boolean"

    def age(self, tree: syntax.Call) -> Typed:
        what = "a place or the account, as in age(track.stage)"
        if self.asked(tree, what).text == ACCOUNT:
            return Age("", "", ACCOUNT), "duration"
        return Age(*self.place(tree, what)), "duration"

    def date(self, tree: syntax.Call) -> Typed:
        name = self.asked(tree, "the name of a milestone, or notice, end or grace_over")
        kinds = [kind for kind, names in self.scope.milestones.items() if name.text in names]
        if not kinds:
            known = [one for names in self.scope.milestones.values() for one in names]
            raise missing(self.scope, "milestone", name, known)
        kind = self.own if self.own in kinds else kinds[0]
        self.touch(kind, f"{tree.function}({name.text})", tree.offset)
        node = Reached if tree.function == "reached" else HasDate
        return node(name.text, kind), "boolean"

    def days_until(self, tree: syntax.Call) -> Typed:
        name = self.asked(tree, "the name of a date fact")
        rule = self.scope.facts.get(name.text)
        if rule is None or rule.type != "date":
            dates = [one.name for one in self.scope.facts.values() if one.type == "date"]
            raise missing(self.scope, "date fact", name, dates)
        self.touch(rule.kind, f"days_until({name.text})", tree.offset)
        return DaysUntil(Fact(rule.name, rule.kind, rule.type)), "duration"

    def aggregate(self, tree: syntax.Call) -> Typed:
        how = cast(How, tree.function)
        kind = tree.arguments[0] if tree.arguments else None
        if len(tree.arguments) != 2 or not isinstance(kind, syntax.Name):
            message = f"{how}(...) is given a kind of subject and a criterion, as in {how}(contract, ...)"
            raise ExpressionError(message, tree.offset, "", "JK105")
        if kind.text not in self.scope.kinds or kind.text == ACCOUNT:
            raise missing(self.scope, "kind of subject", kind, [one for one in self.scope.kinds if one != ACCOUNT])
        if kind.text in self.over:
            message = f"{how}({kind.text}, ...) stands inside another one over the same kind"
            raise ExpressionError(message, tree.offset, "give the inner one a name under 'derived'", "JK105")
        own, over = self.own, self.over
        self.own, self.over = kind.text, (*over, kind.text)
        item = self.truth(tree.arguments[1], how)
        self.own, self.over = own, over
        return Aggregate(how, kind.text, item), "number" if how == "count_of" else "boolean"


_READERS = {
    syntax.Constant: _Typist.literal,
    syntax.Name: _Typist.name,
    syntax.Call: _Typist.call,
    syntax.Unary: _Typist.unary,
    syntax.Binary: _Typist.binary,
    syntax.Comparison: _Typist.comparison,
    syntax.Logic: _Typist.logic,
}
_FUNCTIONS: dict[str, Callable[[_Typist, syntax.Call], Typed]] = {
    "confirmed": _Typist.confirmed,
    "unsettled": _Typist.unsettled,
    "at": _Typist.at,
    "placed_at": _Typist.placed,
    "reached": _Typist.date,
    "has_date": _Typist.date,
    "age": _Typist.age,
    "days_until": _Typist.days_until,
    "any_of": _Typist.aggregate,
    "all_of": _Typist.aggregate,
    "count_of": _Typist.aggregate,
}
