"""Dates by name: those to come of the running term, such as ``notice - 1 day`` or ``C-1 end + 1 day``."""

from __future__ import annotations

import re
from datetime import date

from journeykit.dates import Period
from journeykit.journey.journey import Journey
from journeykit.language.text.nodes import Node
from journeykit.scenarios.faults import ScenarioError, unknown
from journeykit.scenarios.parts import day, text
from journeykit.scenarios.words import Vocabulary

__all__ = ["day_meant"]

_WRITTEN = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_NAMED = re.compile(r"(?:(\S+) )?([a-z_][a-z0-9_]*)(?: ([+-]) (.+))?", re.ASCII)


def day_meant(node: Node, journey: Journey, words: Vocabulary) -> date:
    """Return the day that a step means: one that is written, or one of the running term that is still to come.

    Raises:
        ScenarioError: it is no day, or no such date is to come, or several contracts have one.
    """
    said = text(node, "date")
    if _WRITTEN.match(said):
        return day(node, "date")
    read = _NAMED.fullmatch(said)
    if read is None:
        hint = "write 2026-03-10, notice, C-1 notice, or notice - 1 day"
        raise ScenarioError(node.at, f'date: "{said}" is no day', hint)
    subject, name, sign, length = read.groups()
    base = _of_term(node, journey, words, (subject, name))
    if sign is None:
        return base
    try:
        period = Period.parse(length)
    except ValueError as fault:
        raise ScenarioError(node.at, f"date: {fault}") from None
    return period.add(base) if sign == "+" else period.subtract(base)


def _of_term(node: Node, journey: Journey, words: Vocabulary, said: tuple[str | None, str]) -> date:
    subject, name = said
    countdown = words.machine.countdown
    if countdown is None:
        raise ScenarioError(node.at, f'date: "{name}" is no day, and {words.profile.name} has no terms')
    if name not in countdown.named:
        raise unknown(node.at, f'date: there is no date "{name}" in {words.profile.name}', name, countdown.named)
    key = None if subject is None else words.key(subject, countdown.kind, node.at)
    dues = [due for due in journey.next_due() if due.name == name and due.track == countdown.track]
    found = [due for due in dues if key is None or due.subject == key]
    whose = "" if key is None else f" of {words.short(key)}"
    if not found:
        why = "it has passed, or its term's end is not known"
        raise ScenarioError(node.at, f'date: no "{name}"{whose} is still to come', why)
    subjects = sorted({words.short(due.subject) for due in found})
    if len(subjects) > 1:
        hint = f"say which, such as {subjects[0]} {name}"
        raise ScenarioError(node.at, f'date: "{name}" is a date of {" and ".join(subjects)}', hint)
    return found[0].on
