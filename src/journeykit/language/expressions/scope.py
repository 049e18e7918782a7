"""The names that an expression may use, and the errors for a name that is none of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from journeykit.errors import Location
from journeykit.language.expressions.parser import Name
from journeykit.language.expressions.tokens import ExpressionError
from journeykit.language.expressions.tree import ACCOUNT
from journeykit.language.text.nodes import suggest
from journeykit.language.vocabulary import Confirmation, FactRule, Signal

__all__ = ["Scope", "missing", "near", "only_its_track_asks", "unknown"]


@dataclass(frozen=True, slots=True)
class Scope:
    """Every name that an expression may use.

    Attributes:
        facts, signals, confirmations: the resolved ones, by name.
        bands: name to (kind, levels from lowest to highest).
        derived: name to (kind, type); the type is ``boolean``, or for a number that of ``type_of``.
        places: track to (kind, paths of all its stages and steps).
        milestones: kind to every name that ``reached`` may ask for: its milestones, ``end``, and ``notice`` and
            ``grace_over`` where the countdown has them.
        kinds: all kinds of subject, ``account`` among them; ``term_kind`` is the one that has terms, and
            ``end_fact`` the date fact that ends them.
        removed: names that a child removed, and where.
    """

    facts: Mapping[str, FactRule] = field(default_factory=dict)
    bands: Mapping[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    derived: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    signals: Mapping[str, Signal] = field(default_factory=dict)
    confirmations: Mapping[str, Confirmation] = field(default_factory=dict)
    places: Mapping[str, tuple[str, frozenset[str]]] = field(default_factory=dict)
    milestones: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kinds: Collection[str] = (ACCOUNT,)
    term_kind: str | None = None
    end_fact: str = ""
    removed: Mapping[str, Location] = field(default_factory=dict)

    def levels(self, name: str) -> tuple[str, ...]:
        """Return the values of a choice fact or a band, from lowest to highest; empty for everything else."""
        if name in self.bands:
            return self.bands[name][1]
        rule = self.facts.get(name)
        return rule.of if rule and rule.type == "choice" else ()

    def every_place(self) -> list[str]:
        """Return all places as ``track.path``, track by track."""
        return [f"{track}.{path}" for track, (_, paths) in self.places.items() for path in sorted(paths)]


def near(word: str, known: Iterable[str]) -> str:
    """Return a hint like ``suggest``, but prefer a known name that differs from the word in case alone."""
    names = list(known)
    same = next((name for name in names if name.lower() == word.lower()), None)
    return f'did you mean "{same}"?' if same else suggest(word, names)


def missing(scope: Scope, what: str, name: Name, known: Iterable[str]) -> ExpressionError:
    """Return the error for an argument that names no ``what``, such as ``signal``; ``known`` are the right names."""
    if name.text in scope.removed:
        return _gone(scope, name)
    names = list(dict.fromkeys(known))
    hint = near(name.text, names) if names else "there is none"
    return ExpressionError(f'there is no {what} "{name.text}"', name.offset, hint, "JK103")


def unknown(scope: Scope, name: Name) -> ExpressionError:
    """Return the error for a name that stands for a value and is no fact, band or derived name."""
    text = name.text
    if text in scope.removed:
        return _gone(scope, name)
    if "." in text:
        known = text in scope.every_place()
        hint = f"did you mean at({text})?" if known else "a dotted path stands only inside at(...) and age(...)"
    elif text in scope.confirmations:
        hint = f"did you mean confirmed({text})?"
    elif text in scope.signals:
        hint = f"did you mean unsettled({text})?"
    elif any(text in names for names in scope.milestones.values()):
        hint = f"did you mean reached({text})?"
    else:
        hint = near(
            text, [*scope.facts, *scope.bands, *scope.derived, "true", "false", "renewals", "covered", "end_moved"]
        )
    return ExpressionError(f'there is no fact, band or derived name "{text}"', name.offset, hint, "JK103")


def only_its_track_asks(scope: Scope, name: Name) -> ExpressionError:
    """Return the error for a name that asks where a contract stands, outside the tracks of contracts."""
    kind = scope.term_kind
    message = f'"{name.text}" counts from the place at which a {kind} stands, and only a track of its own can ask that'
    hint = f"ask it in the criteria of a track per {kind}, and here for where that leads: at(track.stage)"
    return ExpressionError(message, name.offset, hint, "JK107")


def _gone(scope: Scope, name: Name) -> ExpressionError:
    message = f'"{name.text}" was removed at {scope.removed[name.text]}'
    return ExpressionError(message, name.offset, "remove this use of it as well, or keep the name", "JK104")
