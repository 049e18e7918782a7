"""Run to rest: microsteps of choosing and applying, until nothing moves (rules R5 to R7).

Something was written into the snapshot, by an input or a timer, and some subjects have been marked to look again
(``Macrostep.dirty``). A *microstep* takes these marks and does four things:

1. It measures the bands of all marked subjects. All of them come first, since a guard of any subject may read a band of
   the account.
2. It notes since when held criteria have been met. That comes after the bands, since criteria read them.
3. It chooses: in each region at most one move, and the reactions whose time has come.
4. It applies all chosen moves, in order, then all chosen reactions. What they change marks subjects again, for the next
   microstep. When nothing is marked, the journey is at rest.

*All guards are judged before any move is applied.* Were each move applied as soon as it is chosen, it would decide what
the next guard sees, and the outcome would hang on the order in which tracks are declared and subjects were opened. Take
two tracks, each of which goes on while the other stands at ``one``: one after the other only the first would go, judged
on one snapshot both do. So the order among chosen moves settles little more than the order of their records (and that
what one of them closes takes no other). The price is that a move may be taken although one before it has just made its
criteria untrue: its verdicts are those of the start of the microstep, and what is untrue now is looked at in the next.

Three things are written while guards are still being judged, and none of them changes what a later guard of the same
microstep finds. Bands are measured before the first guard. A note of a held criterion makes nothing met at once, for
the criterion is met from the note plus its period on, and the period is longer than nothing; a note is dropped only
where the criterion is not met anyway. What a reaction found last, and when it fired, is read by that reaction alone.

*A signal is present in the first microstep only*, and no flag says so. Hearing it marks subjects with the topic
``>signal``; moves and reactions that wait for a signal are found by this topic alone; and the first microstep uses up
the mark.

*Which moves go* where several of a subject may is decided in ``choosing``: one order for moves of one region and of
nested ones.

*At rest* there are four more parts, in this order. Gates are looked at, so that only what still waits is called ready.
Where a contract stands is counted for a term or window that began in this step: only now, since a place left in this
very step belongs to what was before. A signal that moved nothing is recorded as heard. And the next due instants are
computed last, from what all of this has left.
"""

from __future__ import annotations

from journeykit.engine.bands_and_held import measure, note_held
from journeykit.engine.choosing import Chosen, choose
from journeykit.engine.contracts.terms import stand_anew
from journeykit.engine.due_dates import next_due
from journeykit.engine.handoffs import look_at_gates
from journeykit.engine.macrostep import Macrostep
from journeykit.engine.subjects import react
from journeykit.engine.transition import go
from journeykit.engine.watching import watch_choice, watch_dues
from journeykit.errors import InputError
from journeykit.language.expressions.tree import ACCOUNT
from journeykit.machine.criteria.judgements import Judgement, written
from journeykit.machine.criteria.verdicts import Verdict
from journeykit.machine.snapshot import Subject
from journeykit.machine.tables import Look, ReactionTable
from journeykit.machine.topic_names import heard, heard_for_account

__all__ = ["LIMIT", "run"]

LIMIT = 100
"""The number of microsteps after which a step counts as an endless loop."""


def run(macro: Macrostep) -> None:
    """Run the journey to rest, then do what is done at rest.

    Raises:
        InputError: ``endless_loop``, after ``LIMIT`` microsteps.
    """
    dirty = macro.dirty
    if dirty:
        steps = 0
        while dirty:
            steps += 1
            if steps > LIMIT:
                raise InputError(
                    "endless_loop", f"more than {LIMIT} microsteps without coming to rest: {_last_moves(macro)}"
                )
            macro.dirty = {}
            _microstep(macro, dirty)
            dirty = macro.dirty
        if macro.gated:
            look_at_gates(macro)
    if macro.anew:
        stand_anew(macro)
    if macro.signal is not None:
        _heard(macro)
    if macro.redue:
        _compute_due(macro)


def _microstep(macro: Macrostep, dirty: dict[str, list[str]]) -> None:
    subjects = macro.snapshot.subjects
    moves: list[Chosen] = []
    reactions: list[tuple[Subject, ReactionTable, Judgement]] = []
    looks: list[tuple[str, Look]] = []
    # In the order of opening, which is that of moves and records.
    for key in dirty if len(dirty) == 1 else [key for key in subjects if key in dirty]:
        subject = subjects.get(key)
        if subject is None:
            continue
        look = subject.config.look(dirty[key])
        looks.append((key, look))  # the key, since measuring may put a copy in the subject's place
        if look.bands:
            measure(macro, subject, look.bands)
    for key, look in looks:
        if look.gated:
            macro.gated |= {key}
        if look.holds:
            note_held(macro, subjects[key], look.holds)
        if look.regions:
            choose(macro, subjects[key], look, moves)
        for table in look.reactions:
            if _fires(macro, subjects[key], table):
                reactions.append((subjects[key], table, table.judge(macro.snapshot, subjects[key], True)))
    if macro.trace is not None:
        watch_choice(macro, macro.trace, looks, moves, reactions)
    if moves or reactions:
        macro.acted = True
        macro.newborn = ()
        for chosen in moves:
            go(macro, *chosen)
        for subject, table, judgement in reactions:  # also of a subject that a move of this microstep closed
            react(macro, subject, table.reaction, judgement, macro.carries if table.reaction.upon else {})


def _fires(macro: Macrostep, subject: Subject, table: ReactionTable) -> bool:
    """Tell whether a reaction fires: upon its signal, or when its condition becomes met (unknown keeps the last).

    During its cooldown it does not, and it is noted all the same what its condition was found to be: what became met
    then is no news when the cooldown is over.
    """
    verdict = table.test(macro.snapshot, subject)
    name = table.reaction.name
    if table.reaction.upon is None:
        if verdict is None or verdict == (name in subject.reacted):
            return False
        subject = macro.snapshot.writable(subject)
        subject.reacted = subject.reacted | {name} if verdict else subject.reacted - {name}
    if verdict is not True or table.cooled is None:
        return verdict is True
    if not table.cooled(macro.snapshot, subject):
        return False
    subject = macro.snapshot.writable(subject)
    subject.cooled = {**subject.cooled, name: macro.snapshot.now}
    return True


def _heard(macro: Macrostep) -> None:
    """Record a signal that moved nothing, with the verdicts of the moves that listened where their subjects stand."""
    signal = macro.signal
    assert signal is not None
    macro.signal = None
    if macro.acted:
        return
    name, key = signal
    snapshot = macro.snapshot
    verdicts: list[Verdict] = []
    for subject in snapshot.subjects.values():
        if subject.key == key:
            topic = heard(name)
        elif key == ACCOUNT:
            topic = heard_for_account(name)
        else:
            continue
        for position in subject.positions:
            for table in sorted(position.leaf.reads.get(topic, ()), key=lambda table: table.move.order):
                if table.here is None or table.here(snapshot, subject):
                    verdicts += table.verdicts(snapshot, subject)
    macro.record("heard", key, None, name, judgement=written(tuple(verdicts)))


def _compute_due(macro: Macrostep) -> None:
    """Compute anew the next due instants that may be too late by now, and the snapshot's own from all of them."""
    snapshot = macro.snapshot
    for key in macro.redue:
        subject = snapshot.subjects.get(key)
        if subject is not None:
            due, turns_at = next_due(macro.machine, snapshot, subject)
            if due != subject.due or turns_at != subject.turns_at:
                subject = snapshot.writable(subject)
                subject.due, subject.turns_at = due, turns_at
    if macro.trace is not None:
        watch_dues(macro, macro.trace)
    macro.redue.clear()
    first = None
    for subject in snapshot.subjects.values():
        if subject.due is not None and (first is None or subject.due < first):
            first = subject.due
    snapshot.due = first


def _last_moves(macro: Macrostep) -> str:
    names = [record.name for record in macro.out if record.kind == "moved"][-4:]
    return " -> ".join(names)
