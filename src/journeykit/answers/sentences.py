"""Sentences for records, about what has happened and what would happen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

from journeykit.answers.display_names import Names
from journeykit.answers.explain_text import value_text
from journeykit.dates import UTC, local_day
from journeykit.engine.records import Reason, Record, RecordKind
from journeykit.engine.view import View
from journeykit.machine.machine import Machine
from journeykit.naming.labels import Labels
from journeykit.plain import plain, printable

__all__ = ["Happening", "HappeningKind", "in_words", "listed"]

_NAMED = 3
"""How many criteria are named as the reason of a move; the rest is counted."""


HappeningKind = RecordKind | Literal["unknown", "lapsed", "behind", "due", "overdue"]
"""The kinds of records, and of what happens without one."""


class Happening(NamedTuple):
    """One thing that happened to an account, or would happen, in words. ``str()`` is a line with its day and subject.

    Attributes:
        at: when it happens, an aware datetime in UTC.
        on: its day in the account's zone.
        account: the account's id.
        subject: the subject's key, such as ``contract:C-1``, or ``account``.
        track: the name of its track or branch, or None.
        kind: the kind of its record (rule R14). Without a record it is ``unknown`` if a fact or signal turns unknown,
            ``lapsed`` if a confirmation or signal lasts no longer, ``behind`` if a stay takes longer than is typical,
            and ``due`` or ``overdue`` for dates.
        name: the name of what it is about: the move's id, the milestone, fact, confirmation, signal, feed ...
        what: all of it in words.
    """

    at: datetime
    on: date
    account: str
    subject: str
    track: str | None
    kind: HappeningKind
    name: str
    what: str

    def __str__(self) -> str:
        return printable(f"{self.on.isoformat()}  {self.subject}: {self.what}", keep="")

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON data: the instant and the day as ISO text."""
        return {name: plain(value) for name, value in self._asdict().items()}

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Happening:
        """Return what :meth:`to_dict` wrote.

        Raises:
            SnapshotError: something in the data is broken.
        """
        from journeykit import json_forms

        form = json_forms.read(json_forms.HappeningForm, raw, "happening")
        return cls(**dict(form))._replace(at=form.at.astimezone(UTC))

    @staticmethod
    def json_schema() -> dict[str, Any]:
        """Return the JSON Schema (draft 2020-12) of what :meth:`to_dict` writes."""
        from journeykit import json_forms

        return json_forms.HappeningForm.model_json_schema()


def listed(happenings: Iterable[Happening], indent: str = "  ") -> list[str]:
    """Return one line of text for each happening, in columns."""
    found = list(happenings)
    width = max((len(one.subject) for one in found), default=0)
    return [printable(f"{indent}{one.on.isoformat()}  {one.subject:{width}}  {one.what}", keep="") for one in found]


def in_words(view: View, record: Record, *, ahead: bool = False, labels: Labels | None = None) -> Happening:
    """Return a record in words.

    Args:
        view: where the account stands.
        record: the record.
        ahead: True for a record that would be made, which is told in the present tense.
        labels: the labels that the words use for things; profile names if not given.
    """
    told = _Told(view.machine, record, ahead, Names(view.machine.profile, labels))
    what = f"{told.names.headed(record)}{_SENTENCES[record.kind](told)}"
    day = local_day(record.at, view.zone)
    return Happening(record.at, day, record.account, record.subject, record.track, record.kind, record.name, what)


class _Told(NamedTuple):
    """A record with everything that its sentence needs."""

    machine: Machine
    record: Record
    ahead: bool
    names: Names

    @property
    def name(self) -> str:
        """The display name of what the record is about."""
        return self.names.subject_of(self.record)

    def place(self, path: str | None) -> str:
        return self.names.place((self.record.track or "").partition(".")[0], path) if path else "nowhere"

    def get(self, name: str) -> Any:
        return self.record.data.get(name)

    def verb(self, past: str, present: str) -> str:
        return present if self.ahead else past

    @property
    def by(self) -> str:
        return self.names.roles(self.get("by") or "")

    @property
    def set_back(self) -> str:
        """Which branches the move or placing set back, and what was reached there; empty where none was."""
        return self.names.set_back(self.record)

    @property
    def cause(self) -> str:
        return f" ({self.record.cause})" if self.record.cause else ""


def _moved(told: _Told) -> str:
    record = told.record
    way = f"{told.place(record.source)} -> {told.place(record.target)}{_why(told)}"
    return f"{told.verb('moved', 'moves')} {way}{told.set_back} ({record.name}; {record.cause})"


def _why(told: _Told) -> str:
    record, move = told.record, told.machine.moves[told.record.name]
    if told.get("automatic"):
        return " by itself"
    reasons: dict[str, list[Reason]] = {}
    for reason in record.because:
        reasons.setdefault(reason.criterion, []).append(reason)
    shown = [_reason(told, criterion, found) for criterion, found in list(reasons.items())[:_NAMED]]
    shown += [f"{len(reasons) - _NAMED} more"] if len(reasons) > _NAMED else []
    upon = f" upon {told.names.known(move.upon)}" if move.upon is not None else ""
    return f"{upon} because {', '.join(shown)}" if shown else upon


def _reason(told: _Told, criterion: str, found: list[Reason]) -> str:
    """Return a criterion by its display name, with the values that it read."""
    names = told.names
    read = dict.fromkeys(
        f"{names.known(one.name)} {_value(told, one.name, one.value)}"
        for one in found
        if one.value is not None and one.name in told.machine.profile.facts
    )
    name = names.of("criteria", criterion) if names.labelled else criterion.rpartition(".")[2]
    return f"{name} ({', '.join(read)})" if read else name


def _value(told: _Told, name: str, value: object) -> str:
    rule = told.machine.profile.facts.get(name)
    return told.names.choice(name, value) or value_text(value, None if rule is None else rule.type)


def _milestone(told: _Told) -> str:
    fixed = {
        "notice": ("the notice deadline passed", "the notice deadline passes"),
        "end": ("the term ended", "the term ends"),
        "grace_over": ("grace was over", "grace is over"),
    }
    named = (f"{told.name} came due", f"{told.name} comes due")
    verb = fixed.get(told.record.name, named) if told.names.english else named
    return told.verb(*verb) + (", done early" if told.get("early") else "")


def _slipped(told: _Told) -> str:
    reasons = {"work": "its work is not done", "needs": "what it needs is not met", "done": "not done"}
    missing = " and ".join(reasons[name] for name in told.get("missing"))
    return f"{told.name} {told.verb('slipped', 'slips')}: {missing}"


def _late_start(told: _Told) -> str:
    past = ", ".join(map(told.names.date, told.get("milestones")))
    return f"the countdown {told.verb('started', 'starts')} late{f'; already past: {past}' if past else ''}"


def _amended(told: _Told) -> str:
    how = [word for word in ("reopened", "restored") if told.get(word)]
    said = f", the window is {how[0]}" if how else ", by notice" if told.get("notice") else ""
    said += ", though it was over" if told.get("after_end") else ""
    old, new = (told.get(key) or "no date" for key in ("from", "to"))
    return f"{told.name} {told.verb('changed', 'changes')} from {old} to {new}{said}{told.cause}"


def _notice(told: _Told) -> str:
    if not told.get("given"):
        return f"notice {told.verb('was', 'is')} taken back{told.cause}"
    return f"notice {told.verb('was', 'is')} given{', too late' if told.get('late') else ''}{told.cause}"


def _term(told: _Told) -> str:
    start, end = told.get("start") or "an unknown day", told.get("end")
    until = f"until {end}" if end else "without an end"
    passed = told.get("caught_up")
    over = f" ({passed} before it {'was' if passed == 1 else 'were'} over when it became known)" if passed else ""
    return f"term {told.get('renewals') + 1} {told.verb('began', 'begins')}: from {start} {until}{over}"


def _feed(told: _Told) -> str:
    # Ahead, where no input comes, a feed can only go down.
    how = "came up again" if told.get("up") else "went down"
    return f"feed {told.name} {told.verb(how, 'goes down')}"


def _cadence(told: _Told) -> str:
    done = "done" if told.get("done") else "not done"
    return f"{told.name} {told.verb('came', 'comes')} due, number {told.get('number')}: {done}"


def _opened(told: _Told) -> str:
    opener = told.get("opener")
    if told.get("taken"):
        return f"not opened again: the id is taken{told.cause}"
    return f"{told.verb('opened', 'is opened')}{f' by {opener}' if opener else ''}{told.cause}"


def _closed(told: _Told) -> str:
    reason, into = told.get("reason"), told.get("into")
    said = f": {reason}" if reason else ""
    return f"{told.verb('closed', 'is closed')}{said}{f', goes on in {into}' if into else ''}{told.cause}"


def _placed(told: _Told) -> str:
    record, why = told.record, told.get("why")
    return f"placed at {told.place(record.target)} by {told.by}{f': {why}' if why else ''}{told.set_back}{told.cause}"


def _waived(told: _Told) -> str:
    why = told.get("why")
    return f"{told.name} waived by {told.by}{f': {why}' if why else ''}{told.cause}"


def _repeated(told: _Told) -> str:
    of_term = told.get("term")
    return (
        f"{told.name} said again{f' of the term until {of_term}' if of_term else ''}, which changes nothing{told.cause}"
    )


_SENTENCES: dict[str, Callable[[_Told], str]] = {
    "opened": _opened,
    "closed": _closed,
    "moved": _moved,
    "ready": lambda told: f"ready for {told.name}, {told.verb('waited', 'waits')} for the handoff{told.cause}",
    "not_ready": lambda told: f"not ready for {told.name} any more{told.cause}",
    "milestone": _milestone,
    "slipped": _slipped,
    "stuck": lambda told: f"{told.verb('got', 'gets')} stuck in {told.name}",
    "late_start": _late_start,
    "amended": _amended,
    "notice": _notice,
    "term": _term,
    "feed": _feed,
    "cadence": _cadence,
    "placed": _placed,
    "waived": _waived,
    "retracted": lambda told: f"{told.name} taken back by {told.by}{told.cause}",
    "repeated": _repeated,
    "action": lambda told: f"{told.name} {told.verb('was', 'is')} to be done ({told.names.doer(told.get('from'))})",
    "heard": lambda told: f"{told.name} was heard and moved nobody{told.cause}",
}
"""The sentence of each kind of record. What only an input can cause is never told ahead, and has no present tense."""
