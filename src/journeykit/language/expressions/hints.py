"""Wording for errors of type: names of types, and advice on what to write instead."""

from __future__ import annotations

from journeykit.language.expressions.tree import Band, Const, Expr
from journeykit.language.expressions.walk import canonical

__all__ = ["KEYS", "WORDS", "on_arithmetic", "on_comparison", "on_standing_alone"]

WORDS = {
    "boolean": "a criterion",
    "number": "a number",
    "ratio": "a number",
    "share": "a share",
    "money": "an amount of money",
    "date": "a date",
    "duration": "a length of time",
    "choice": "a choice",
    "text": "a text",
}
"""The name of each type in messages."""

KEYS = {
    "quiet": "it is a criterion of its own: {quiet: signal, for: 21 days}",
    "seen": "it is a criterion of its own: {seen: signal, within: 30 days}",
    "held": "it stands beside an expression: {is: expression, held: 14 days}",
}
"""Advice for keys of a criterion that are easily taken for functions of expressions."""

_EXAMPLES = {"share": ">= 70%", "date": ">= 2026-01-05", "duration": ">= 30 days", "text": '== "a text"'}


def on_standing_alone(expr: Expr, found: str) -> str:
    """Return advice on how to make a criterion of a value; ``found`` is its type."""
    if isinstance(expr, Const):
        return "name what to compare it with"
    if isinstance(expr, Band):
        return f"compare it, as in '{expr.name} >= {expr.levels[-1]}'"
    if found == "choice":
        return "compare it with one of its values"
    return f"compare it, as in '{canonical(expr)} {_EXAMPLES.get(found, '>= 10')}'"


def on_arithmetic(left: str, right: str) -> str:
    """Return advice for arithmetic between two types that do not go together."""
    both = {left, right}
    if both == {"share", "number"}:
        return "write shares with a percent sign, as in 100%"
    if both & {"date", "duration"}:
        return "dates and lengths of time are only compared; days_until(date) counts to a date"
    return "calculate with numbers, shares and money"


def on_comparison(left: Expr, of_left: str, right: Expr, of_right: str) -> str:
    """Return advice for a comparison of two sides, given with their types, that cannot be compared."""
    both = {of_left, of_right}
    number = next((one for one in (left, right) if isinstance(one, Const) and one.type == "number"), None)
    if "boolean" in both:
        return "a criterion stands alone: write it, or 'not' before it"
    if both == {"share", "number"} and number:
        percent = Const(number.value / (100 if number.value > 1 else 1), "share")
        return f"did you mean {canonical(percent)}?"
    if both == {"share", "number"}:
        return "a share is compared with a percentage, as in 70%, and a number with a plain number"
    if both == {"duration", "number"} and number:
        return f"did you mean {canonical(number)} days?"
    if both == {"date", "text"}:
        return "write dates without quotes, as in 2026-01-05"
    if both == {"date", "duration"}:
        return "did you mean days_until(...)?"
    return "the two sides must be of one type"
