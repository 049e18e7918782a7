"""What a name is worth to the subject that asks: facts and bands, unknown where nothing counts, and confirmations."""

from __future__ import annotations

from typing import Any

from journeykit.machine.closures import Test, Valuer
from journeykit.machine.criteria import freshness
from journeykit.machine.criteria.context import Context
from journeykit.machine.entries import VALUE
from journeykit.machine.snapshot import NO_NAMES, Snapshot, Subject

__all__ = ["band_level", "confirmed", "fact_value"]


def fact_value(name: str, kind: str, context: Context) -> Valuer:
    """Compile a fact to the closure that yields its value, or None while it is unknown.

    It is unknown if it was never observed, went stale, is asked again (R8), or comes from a feed that is not up.
    """
    rule = context.profile.facts[name]
    plain = _last_value(name, kind, context)
    return plain if rule.stale_after is None and rule.feed is None else freshness.fresh_value(rule, context, plain)


def _last_value(name: str, kind: str, context: Context) -> Valuer:
    own = freshness.own(kind, context)
    if name in context.asked:
        track = context.track

        def asked(snapshot: Snapshot, subject: Subject) -> Any:
            again = subject.asked_again
            if again and name in again.get(track, NO_NAMES):
                return None
            entry = (subject if own else snapshot.account_subject).facts.get(name)
            return None if entry is None else entry[VALUE]

        return asked
    if own:
        return lambda snapshot, subject: None if (entry := subject.facts.get(name)) is None else entry[VALUE]
    return lambda snapshot, subject: (
        None if (entry := snapshot.account_subject.facts.get(name)) is None else entry[VALUE]
    )


def band_level(name: str, kind: str, measured: Valuer, context: Context) -> Valuer:
    """Compile a band to the closure that yields its level, or None while what it measures is unknown."""
    own = freshness.own(kind, context)

    def band(snapshot: Snapshot, subject: Subject) -> Any:
        if measured(snapshot, subject) is None:
            return None  # the remembered level does not count while what it measures is unknown
        return (subject if own else snapshot.account_subject).bands.get(name)

    return band


def confirmed(confirmation: str, kind: str, context: Context) -> Test:
    """Compile whether a confirmation counts: given, not asked again (R8), and lasting still. It is never unknown."""
    lasts = context.profile.confirmations[confirmation].lasts
    given = _given(confirmation, kind, context)
    if lasts is None:
        return given
    return freshness.lasting_confirmation(confirmation, freshness.own(kind, context), lasts, given)


def _given(name: str, kind: str, context: Context) -> Test:
    own = freshness.own(kind, context)
    if name in context.asked:
        track = context.track

        def asked(snapshot: Snapshot, subject: Subject) -> bool:
            again = subject.asked_again
            if again and name in again.get(track, NO_NAMES):
                return False
            return name in (subject if own else snapshot.account_subject).confirmations

        return asked
    if own:
        return lambda snapshot, subject: name in subject.confirmations
    return lambda snapshot, subject: name in snapshot.account_subject.confirmations
