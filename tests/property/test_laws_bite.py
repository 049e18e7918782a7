"""Each law breaks where the engine is broken on purpose: a law that nothing can break says nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import driver
import laws
import laws_cover
import laws_hosts
import laws_worklist
import pytest
from laws import LAWS
from random_cases import new_case
from tracks import TrackMaker

from journeykit.answers import due_list
from journeykit.answers.due_list import overdue, upcoming
from journeykit.dates import first_instant, local_day
from journeykit.engine import evidence, intake, microsteps, step, subjects, transition
from journeykit.engine.contracts import amendments
from journeykit.engine.due_dates import wakes_at
from journeykit.engine.inputs import Input
from journeykit.engine.macrostep import Macrostep
from journeykit.engine.records import Record
from journeykit.engine.trace import Trace
from journeykit.journey import history
from journeykit.lint import remarks
from journeykit.machine import cover_and_grace
from journeykit.machine.countdown import Timer
from journeykit.machine.criteria import freshness, known_values
from journeykit.machine.criteria.context import Context
from journeykit.machine.record_ids import digest
from journeykit.machine.snapshot import Snapshot

MOST = 200
"""Cases that are tried at most until a law breaks."""


def breaks(law: str) -> bool:
    """Whether some case of the first few seeds breaks a law."""
    # Made anew: nothing that was compiled while the engine was whole, and nothing broken is kept.
    cases = (new_case(seed, 1 + seed % 4, 40) for seed in range(MOST))
    return any(LAWS[law](case) is not None for case in cases if case is not None)


def old_evidence_is_gone(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(evidence, "count_again", lambda *_: None)


def replay_forgets(patch: pytest.MonkeyPatch) -> None:
    in_order = history.in_order
    patch.setattr(history, "in_order", lambda *given, **how: in_order(*given, **how)[:-1])


def levels_are_held_a_round_late(patch: pytest.MonkeyPatch) -> None:
    """What must be held is judged on the row as it was before its bands were measured, where that wrote a copy."""
    microstep, note = microsteps._microstep, microsteps.note_held
    before: dict[str, Any] = {}

    def beginning(one: Macrostep, dirty: Any) -> None:
        before.clear()
        before.update(one.snapshot.subjects)
        microstep(one, dirty)

    patch.setattr(microsteps, "_microstep", beginning)
    patch.setattr(microsteps, "note_held", lambda one, row, holds: note(one, before[row.key], holds))


def storing_forgets(patch: pytest.MonkeyPatch) -> None:
    to_dict = driver.to_dict

    def forgetful(snapshot: Snapshot) -> dict[str, Any]:
        raw = to_dict(snapshot)
        for row in raw["subjects"]:
            row.pop("signals", None)
        return raw

    patch.setattr(driver, "to_dict", forgetful)


def timers_fire_when_looked_at(patch: pytest.MonkeyPatch) -> None:
    take = driver.step

    def late(machine: Any, snapshot: Snapshot | None, entry: Any) -> Any:
        if snapshot is not None and entry.kind != "tick":
            snapshot = snapshot.copy()
            snapshot.due = None
        return take(machine, snapshot, entry)

    patch.setattr(driver, "step", late)


def the_next_is_left_out(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(laws, "upcoming", lambda view: upcoming(view)[1:])


def only_the_next_is_listed(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(due_list, "_that_follow", lambda *_: ())


def the_last_in_the_list_is_left_out(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(laws_worklist, "upcoming", lambda view, within: upcoming(view, within)[:-1])


def accounts_share_a_count(patch: pytest.MonkeyPatch) -> None:
    shared = {"count": 0}
    record = Macrostep.record

    def counting(self: Macrostep, *args: Any, **more: Any) -> None:
        shared["count"] += 1
        self.snapshot.count = shared["count"]
        record(self, *args, **more)

    patch.setattr(Macrostep, "record", counting)


def rows_are_shared(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Snapshot, "writable", lambda _, row: row)


def missing_facts_are_true(patch: pytest.MonkeyPatch) -> None:
    fact = known_values.fact_value

    def guessed(name: str, kind: str, context: Context) -> Any:
        value = fact(name, kind, context)
        if context.profile.facts[name].type != "boolean":
            return value
        return lambda state, row: value(state, row) is not False

    patch.setattr(known_values, "fact_value", guessed)


def bounces_compile(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(remarks, "lint_structure", lambda *_: ())
    patch.setattr(TrackMaker, "_ask_again", lambda *_: None)  # and nobody writes what the lint would have asked for


def timers_fire_when_somebody_looks(patch: pytest.MonkeyPatch) -> None:
    fire_due = step.fire_due

    def late(one: Macrostep, until: Any) -> None:
        one.snapshot.now = until
        fire_due(one, until)

    patch.setattr(step, "fire_due", late)


def the_last_day_does_not_count(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Timer, "instant", lambda _, day, zone: first_instant(day, zone))


def windows_are_forgotten(patch: pytest.MonkeyPatch) -> None:
    amend = amendments.amend

    def forgetful(one: Macrostep, row: Any, *args: Any) -> None:
        amend(one, row, *args)
        row.term = row.term.but(aside=())

    patch.setattr(amendments, "amend", forgetful)


def what_is_not_heard_is_read_on(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(freshness, "fresh_value", lambda *given: given[-1])


def another_zone_forgets_what_fired(patch: pytest.MonkeyPatch) -> None:
    take = intake.TAKERS["zone"]

    def forgetful(one: Macrostep, entry: Any) -> None:
        take(one, entry)
        for row in list(one.snapshot.subjects.values()):
            if row.term is not None:
                one.snapshot.writable(row).term = row.term.but(fired=frozenset())

    patch.setitem(step.TAKERS, "zone", forgetful)


def the_log_keeps_the_day_alone(patch: pytest.MonkeyPatch) -> None:
    to_dict = Input.to_dict
    patch.setattr(Input, "to_dict", lambda entry: to_dict(entry) | {"at": entry.at.isoformat()[:10]})


def foreign_inputs_stay_as_they_came(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("journeykit.journey.log_order.opened_first", lambda entries: range(len(entries)))


def the_alarm_rings_a_week_late(patch: pytest.MonkeyPatch) -> None:
    def late(machine: Any, snapshot: Snapshot) -> Any:
        at = wakes_at(machine, snapshot)
        return None if at is None else at + timedelta(days=7)

    patch.setattr(laws_hosts, "wakes_at", late)


def records_forget_their_cause(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Record, "id", property(lambda one: f"{one.account}/{digest(*one.about)}"))


def records_are_numbered(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Record, "id", property(lambda one: f"{one.account}/{one.n}"))


def nobody_is_told_of_what_runs(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(laws_cover, "overdue", lambda view: [due for due in overdue(view) if due.name != "after_end"])


def what_is_paid_is_lost(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(subjects, "_cover_left", lambda *_: None)


def reactions_do_not_cool_down(patch: pytest.MonkeyPatch) -> None:
    fires = microsteps._fires
    patch.setattr(microsteps, "_fires", lambda one, row, table: fires(one, row, replace(table, cooled=None)))


def nobody_is_told_what_is_set_back(patch: pytest.MonkeyPatch) -> None:
    undone = transition.undone

    def silent(*given: Any) -> dict[str, Any]:
        return {key: value for key, value in undone(*given).items() if key != "reset"}

    patch.setattr(transition, "undone", silent)


def an_end_covers_on(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(cover_and_grace, "covers", _dated)


def _dated(table: Any, snapshot: Any, subject: Any) -> bool:
    end = table.end_of(subject)
    return end is not None and local_day(snapshot.now, snapshot.zone) <= end


def nobody_sees_what_stops(patch: pytest.MonkeyPatch) -> None:
    places = transition._places
    patch.setattr(transition, "_places", lambda row, at, route: places(row, at, replace(route, closes=frozenset())))


def dates_are_waited_for_in_vain(patch: pytest.MonkeyPatch) -> None:
    waits = Trace.waits
    patch.setattr(Trace, "waits", lambda one, at, key, found: waits(one, at, key, one._waiting.get(key, {}) | found))


def what_was_refused_is_told(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Trace, "back_to", lambda *_: None)


def gates_are_not_asked(patch: pytest.MonkeyPatch) -> None:
    ask = Trace.ask

    def silent(trace: Any, seen: Any, key: str, asker: Any, *more: Any, **told: Any) -> bool:
        return asker[0] != "gate" and ask(trace, seen, key, asker, *more, **told)

    patch.setattr(Trace, "ask", silent)


def watching_keeps_them_where_they_are(patch: pytest.MonkeyPatch) -> None:
    def choose(macro: Any, trace: Any, looks: Any, moves: Any, reactions: Any) -> None:
        watch(macro, trace, looks, moves, reactions)
        moves.clear()

    watch = microsteps.watch_choice
    patch.setattr(microsteps, "watch_choice", choose)


@pytest.mark.parametrize(
    ("law", "sabotage"),
    [
        ("engine", old_evidence_is_gone),
        ("engine", reactions_do_not_cool_down),
        ("engine", nobody_is_told_what_is_set_back),
        ("replay", replay_forgets),
        ("replay", levels_are_held_a_round_late),
        ("snapshot", storing_forgets),
        ("ticks", timers_fire_when_looked_at),
        ("due", the_next_is_left_out),
        ("accounts", accounts_share_a_count),
        ("refused", rows_are_shared),
        ("fault", rows_are_shared),
        ("unknown", missing_facts_are_true),
        ("bounce", bounces_compile),
        ("spread", timers_fire_when_somebody_looks),
        ("timers", the_last_day_does_not_count),
        ("back", windows_are_forgotten),
        ("down", what_is_not_heard_is_read_on),
        ("zone", another_zone_forgets_what_fired),
        ("taken", the_log_keeps_the_day_alone),
        ("elsewhere", foreign_inputs_stay_as_they_came),
        ("wakes", the_alarm_rings_a_week_late),
        ("ids", records_forget_their_cause),
        ("late", records_are_numbered),
        ("stops", records_are_numbered),
        ("worklist", only_the_next_is_listed),
        ("worklist", the_last_in_the_list_is_left_out),
        ("cover", what_is_paid_is_lost),
        ("cover", an_end_covers_on),
        ("cover", nobody_is_told_of_what_runs),
        ("trace", nobody_sees_what_stops),
        ("trace", dates_are_waited_for_in_vain),
        ("trace", what_was_refused_is_told),
        ("trace", gates_are_not_asked),
        ("trace", watching_keeps_them_where_they_are),
    ],
)
def test_law_bites(law: str, sabotage: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch) -> None:
    sabotage(monkeypatch)
    assert breaks(law), f"{sabotage.__name__} went unnoticed by the law {law!r}"


def test_every_law_is_here() -> None:
    assert set(LAWS) == {law for mark in test_law_bites.pytestmark for law, _ in mark.args[1]}
