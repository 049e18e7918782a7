"""Values inside a profile: numbers and periods as an author writes them, and values that may come from a fact.

Parsers take what was written and raise ``ValueError`` with a message for the author; the functions that take a
``Resolution`` note it as a fault.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from journeykit.dates import Period
from journeykit.language.expressions.tree import ACCOUNT
from journeykit.language.model.profile import ENDINGS, Value
from journeykit.language.resolve.resolution import Resolution, instead, one_source
from journeykit.language.schema.models import PlainSpec, ValueSpec
from journeykit.language.text.nodes import Path, listed, words_for

__all__ = ["check_fact", "lasting", "number", "parsed", "period", "text", "truth", "value"]


def number(value: object) -> float | None:
    """Return a number, also of a share written ``40%`` (0.4); None where it is neither."""
    if isinstance(value, str) and value.endswith("%"):
        try:
            share = float(f"{value[:-1].strip()}e-2")
        except ValueError:
            return None
        return share if math.isfinite(share) else None
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def period(value: object) -> Period:
    """Parse a period. A bare number is refused, since it has no unit."""
    if isinstance(value, str):
        return Period.parse(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        raise ValueError(f"a period needs a unit: write '{value} days' instead of {value}")  # noqa: TRY004
    raise ValueError(f"{words_for(value)}, expected a period such as '90 days'")


def lasting(value: object) -> Period:
    """Parse a period longer than nothing."""
    found = period(value)
    if found.span()[0] <= 0:
        raise ValueError(f"expected a period longer than nothing, found {found}")
    return found


def ending(value: object) -> str:
    """Parse what follows the end of a term: one of ``ENDINGS``."""
    if isinstance(value, str) and value in ENDINGS:
        return value
    shown = f'"{value}"' if isinstance(value, str) else words_for(value)
    raise ValueError(f"{shown}, expected {listed(ENDINGS, 'or')}")


def truth(value: object) -> bool:
    """Parse true or false."""
    if isinstance(value, bool):
        return value
    raise ValueError(f"{words_for(value)}, expected true or false")


def text(context: Resolution, spec: PlainSpec | None, path: Path) -> str | None:
    """Return the text of a value, or None where there is none or after noting a fault."""
    if spec is None or spec.is_ is None:
        return None
    if isinstance(spec.is_, str):
        return spec.is_
    context.fault("JK111", (*path, "is"), f"{words_for(spec.is_)}, expected a text")
    return None


def parsed(context: Resolution, spec: PlainSpec | None, path: Path, parse: Callable[[Any], Any]) -> Any:
    """Return a value read by ``parse``, or None where it was not written or after noting a fault."""
    if spec is None:
        return None
    if spec.is_ is None:
        if context.is_clean((*path, "is")):
            context.fault_at_key("JK015", path, "the value itself is missing", "write it under is:")
        return None
    try:
        return parse(spec.is_)
    except ValueError as error:
        context.fault("JK111", (*path, "is"), str(error))
        return None


def value(context: Resolution, spec: ValueSpec | None, path: Path, kind: str, type_: str) -> Value | None:
    """Return a value that is written plainly or as ``{fact: ..., else: ...}``, or None after noting a fault.

    Args:
        context: the profile.
        spec: what was written; for None the answer is None.
        path: its path in the text.
        kind: the kind of subject it is for, whose facts and the account's may be named.
        type_: ``duration``, ``boolean``, or ``choice`` for what follows the end of a term.
    """
    if spec is None:
        return None
    parse, example = _TYPES[type_]
    if spec.fact is None:
        if spec.else_ is not None:
            context.fault_at_key("JK017", (*path, "else"), "else stands beside fact", "write fact: name as well")
            return None
        plain = parsed(context, spec, path, parse)
        return None if plain is None else Value(plain, None, one_source(spec.source), instead(spec.instead_of))
    if spec.is_ is not None:
        context.fault_at_key("JK017", (*path, "is"), "a value is either is or fact with else", "delete one of the two")
    check_fact(context, spec.fact, (*path, "fact"), kind, type_)
    if spec.else_ is None:
        message = "else is missing: the value while the fact is unknown"
        if context.is_clean((*path, "else")):
            context.fault_at_key("JK015", path, message, f"write else: {example}")
        return None
    try:
        return Value(parse(spec.else_), spec.fact, one_source(spec.source), instead(spec.instead_of))
    except ValueError as error:
        context.fault("JK111", (*path, "else"), str(error))
        return None


_TYPES: dict[str, tuple[Callable[[Any], Any], str]] = {
    "duration": (period, "60 days"),
    "boolean": (truth, "false"),
    "choice": (ending, "by_hand"),
}


def check_fact(context: Resolution, name: str, path: Path, kind: str, type_: str) -> None:
    """Check that a name is a fact of the given type and of the kind ``kind`` or the account."""
    if name in context.doubtful:
        return
    rule = context.facts.get(name)
    if rule is None:
        known = [one.name for one in context.facts.values() if one.type == type_]
        context.unknown(path, "fact", name, known, *context.removed_paths(name))
    elif rule.type != type_:
        context.fault("JK114", path, f'the fact "{name}" has the type {rule.type}, expected {type_}')
    elif rule.kind not in (kind, ACCOUNT):
        context.fault(
            "JK114",
            path,
            f'"{name}" belongs to {rule.kind}, expected a fact of {listed(dict.fromkeys((kind, ACCOUNT)), "or")}',
        )
    elif type_ == "choice" and (wrong := [one for one in rule.of if one not in ENDINGS]):
        message = f'the fact "{name}" may say {listed(wrong, "or")}, expected none but {listed(ENDINGS)}'
        context.fault("JK114", path, message, f"declare it at {rule.at} with some of these")
