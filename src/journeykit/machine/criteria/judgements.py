"""Judgements: how the criteria of a move or reaction stood when it was chosen, for the record (rule R14).

A record shows the verdict on every criterion, and the reasons down to the values. Most are never looked at, and the
values change: in a replay with the next input. So a judgement keeps the values, as the snapshot has them, and writes
verdicts and reasons once they are asked for. That works where all that was asked had to be met. Where it hangs on the
values which parts decided (an ``any``, a waiver, another subject), they are written at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from journeykit.language.model.profile import Criterion, Stage
from journeykit.machine.closures import Valuer, by_position
from journeykit.machine.criteria.context import Context
from journeykit.machine.criteria.read_values import Reader
from journeykit.machine.criteria.reasons import Found, because_of, readers_when_met
from journeykit.machine.criteria.verdicts import Judged, Reason, Verdict
from journeykit.machine.snapshot import Snapshot, Subject

__all__ = ["NOT_JUDGED", "Judge", "Judgement", "judge_of", "written"]


class Writer(Protocol):
    """Writes what a judgement says, from the values that it keeps and the key of the subject that was judged."""

    def verdicts(self, values: tuple[Any, ...], subject: str) -> tuple[Verdict, ...]:
        """Return the verdicts, in the order of the criteria."""

    def because(self, values: tuple[Any, ...], subject: str) -> tuple[Reason, ...]:
        """Return the reasons, in the order in which the criteria name what they read."""


class Judgement(NamedTuple):
    """How criteria stood: ``verdicts`` on each, ``because`` of what.

    Attributes:
        writer: writes both.
        values: what was read, in the writer's own form.
        subject: the key of the subject that was judged.
    """

    writer: Writer
    values: tuple[Any, ...] = ()
    subject: str = ""

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """The verdict on each leaf criterion, in order."""
        return self.writer.verdicts(self.values, self.subject)

    @property
    def because(self) -> tuple[Reason, ...]:
        """The values that made it so, with the leaf criteria that read them."""
        return self.writer.because(self.values, self.subject)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Judgement):
            return NotImplemented
        return self.verdicts == other.verdicts and self.because == other.because

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(tuple(verdict[:2] for verdict in self.verdicts))

    def __reduce__(self) -> tuple[Callable[..., Judgement], tuple[object, ...]]:
        """Pickle and copy what it says, without the machine that wrote it."""
        return written, (self.verdicts, self.because)


class _Read:
    """Writes verdicts that are written already, and reasons from what was read for them: its two values."""

    def verdicts(self, values: tuple[Any, ...], subject: str) -> tuple[Verdict, ...]:
        said: tuple[Verdict, ...] = values[0]
        return said

    def because(self, values: tuple[Any, ...], subject: str) -> tuple[Reason, ...]:
        read: tuple[Found, ...] = values[1]
        return tuple(one if isinstance(one, Reason) else one[0].tell(*one[1:]) for one in read)


_READ = _Read()


def written(verdicts: tuple[Verdict, ...] = (), because: tuple[Reason, ...] = ()) -> Judgement:
    """Return a judgement that says this."""
    return by_position(Judgement, (_READ, (verdicts, because), ""))


NOT_JUDGED = written()
"""The judgement of what happens without any criterion."""


class _AllMet:
    """Writes for criteria all of which are met, so that every value that they read decides."""

    def __init__(self, judged: tuple[Judged, ...], readers: list[Reader]) -> None:
        self.judged = judged
        self.readers = readers
        self.read = all_of([reader.read for reader in readers])

    def because(self, values: tuple[Any, ...], subject: str) -> tuple[Reason, ...]:
        pairs = zip(self.readers, values, strict=True)
        return tuple(reader.tell(value, subject, "met") for reader, value in pairs)

    def verdicts(self, values: tuple[Any, ...], subject: str) -> tuple[Verdict, ...]:
        found: dict[tuple[str, str], Any] = {}
        for reason in self.because(values, subject):
            found.setdefault((reason.criterion, reason.name), reason.value)
        return tuple(
            Verdict(ident, "met", tuple((name, found[ident, name]) for name, _ in one.evidence))
            for one in self.judged
            for ident in (one.criterion.id,)
        )


def all_of(reads: list[Valuer]) -> Callable[[Snapshot, Subject], tuple[Any, ...]]:
    """Compile the reading of several values; most moves ask for one or two."""
    if len(reads) == 1:
        (only,) = reads
        return lambda snapshot, subject: (only(snapshot, subject),)
    if len(reads) == 2:
        first, second = reads
        return lambda snapshot, subject: (first(snapshot, subject), second(snapshot, subject))
    return lambda snapshot, subject: tuple([read(snapshot, subject) for read in reads])


Judge = Callable[[Snapshot, Subject, bool | None], Judgement]
"""Judges criteria that are known to be met (True), not met (False) or unknown (None) as a whole."""


def judge_of(
    criteria: tuple[Criterion, ...], judged: tuple[Judged, ...], context: Context, branches: tuple[Stage, ...] = ()
) -> Judge:
    """Compile the judgement of several criteria, all of which are asked, and of branches that must be over.

    Its reasons are compiled when they are first asked for: a machine has hundreds of criteria, and few ever decide.
    """
    if not criteria and not branches:
        return lambda snapshot, subject, found: NOT_JUDGED
    because = because_of(criteria, context, branches)
    asked = frozenset(one.id for one in criteria)  # met, each of them, where the whole is
    compiled: list[_AllMet | None] = []  # one for all threads: whoever finds it there finds it whole (rule R16)

    def judge(snapshot: Snapshot, subject: Subject, found: bool | None) -> Judgement:
        if not compiled:
            readers = None if branches else readers_when_met(criteria, context)
            compiled.append(_AllMet(judged, readers) if readers else None)
        writer = compiled[0]
        if found and writer is not None:
            return by_position(Judgement, (writer, writer.read(snapshot, subject), subject.key))
        sure = asked if found else ()
        verdicts = tuple([one.verdict(snapshot, subject, met=one.criterion.id in sure) for one in judged])
        return by_position(Judgement, (_READ, (verdicts, because(snapshot, subject, found)), subject.key))

    return judge
