"""``machine.statechart`` says of each move what ``explain`` says of it, on snapshots that no journey would rest at."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import timedelta
from random import Random

from driver import take
from random_cases import new_case
from wishes import wishes_of

import journeykit as jk
from journeykit.answers.explain import Explanation, PossibleMove, explain
from journeykit.engine.view import View
from journeykit.language.catalog import read
from journeykit.machine.compiler import compile_profile
from journeykit.machine.entries import GivenConfirmation, HeardSignal, SaidHandoff
from journeykit.machine.machine import Machine
from journeykit.machine.snapshot import Snapshot, Subject

CASES = 60
SHIPPED = ("base", "enterprise", "mid_market", "smb", "product_led")

Answers = Counter[bool]


def test_random_profiles() -> None:
    answers: Answers = Counter()
    for seed in range(CASES):
        case = new_case(seed, 1 + seed % 5, 12)
        if case is not None and case.run.snapshot is not None:
            compare(case.machine, *scenes(case.machine, case.run.snapshot, Random(seed)), answers=answers)
    assert share_of_yes(answers) >= 0.2, answers


def test_shipped_profiles() -> None:
    answers: Answers = Counter()
    for name in SHIPPED:
        machine = compile_profile(read(name))
        journey = jk.Journey(machine, "acme", at="2026-01-05")
        journey.open("contract:C-1", at="2026-01-06", contract_start="2026-01-06", contract_end="2027-01-05")
        rng = Random(name)
        for _ in range(12):
            compare(machine, *scenes(machine, journey.snapshot, rng), answers=answers)
    assert share_of_yes(answers) >= 0.2, answers


def share_of_yes(answers: Answers) -> float:
    assert answers.total() > 1000
    return answers[True] / answers.total()


def scenes(machine: Machine, snapshot: Snapshot, rng: Random) -> list[Snapshot]:
    """A snapshot as it is, after placing everybody somewhere, and with what moves ask written in without a step."""
    placed = snapshot
    for track in machine.profile.tracks.values():
        for subject in list(placed.subjects.values()):
            if subject.kind == track.per:
                to = rng.choice([place.path for place in track.walk()])
                line = {"kind": "place", "account": placed.account, "at": placed.now.isoformat(), "track": track.name}
                line |= {
                    "to": to,
                    "subject": subject.key,
                    "by": next(iter(machine.profile.roles), "nobody"),
                    "why": "x",
                }
                after, _, refusal = take(machine, placed, line)
                if refusal is None and after is not None:
                    placed = after
    return [snapshot, placed, written(machine, snapshot, rng), written(machine, placed, rng)]


def written(machine: Machine, snapshot: Snapshot, rng: Random) -> Snapshot:
    """A copy in which much of what moves ask is known, given and accepted, and nobody has looked yet."""
    copy = snapshot.copy()
    for key in list(copy.subjects):
        subject = copy.writable(copy.subjects[key])
        for position in subject.positions:
            for table in position.leaf.moves:
                if rng.random() < 0.25:
                    continue
                for criterion in table.move.when:
                    for sort, name, value in wishes_of(criterion, machine.profile, rng):
                        write(machine, copy, subject, (sort, name, value), rng)
                if table.move.handoff is not None:
                    said = rng.choice(("accepted", "offered"))
                    subject.handoffs = {**subject.handoffs, table.move.id: SaidHandoff(said, copy.now, "csm")}
                if table.move.cooldown is not None and rng.random() < 0.5:
                    subject.cooled = {**subject.cooled, table.move.id: copy.now - timedelta(days=rng.randint(0, 400))}
    return copy


def write(machine: Machine, snapshot: Snapshot, subject: Subject, wish: tuple[str, str, object], rng: Random) -> None:
    sort, name, value = wish
    profile, now = machine.profile, snapshot.now
    with suppress(KeyError, ValueError):
        kind = profile.kind_of(name)
        found = [one for one in snapshot.subjects.values() if one.kind == kind]
        owner = subject if subject.kind == kind else snapshot.writable(rng.choice(found)) if found else None
        if owner is None:
            return
        if sort == "fact":
            owner.facts[name] = (machine.checks[name](value), now, now, "written")
        elif sort == "word":
            owner.confirmations = {**owner.confirmations, name: GivenConfirmation(now, str(value), None)}
        elif sort == "signal":
            owner.signals = {**owner.signals, name: HeardSignal(now, True)}


def compare(machine: Machine, *snapshots: Snapshot, answers: Answers) -> None:
    for snapshot in snapshots:
        for track in machine.profile.tracks.values():
            for subject in snapshot.subjects.values():
                if subject.kind == track.per:
                    told = explain(View(machine, snapshot), track.name, subject.key)
                    _compare_track(machine, snapshot, told, answers)


def _compare_track(machine: Machine, snapshot: Snapshot, told: Explanation, answers: Answers) -> None:
    ways = {way.move: way for way in told.moves}
    for report in told.positions:
        chart = machine.statechart(report.region, snapshot, subject=told.subject)
        prefix = machine.coordinator.regions[report.region].parent
        assert f"{prefix}.{chart.state}".strip(".") == report.path
        moves = {table.move.id for table in machine.regions[report.region].leaves[report.path].moves}
        for trigger in chart.get_triggers(chart.state):
            # What is not among the ways starts inside a branch where the subject does not stand.
            expected = trigger in ways and may_be_taken(ways[trigger])
            assert chart.may_trigger(trigger) is expected, f"{trigger} at {report.path}"
            answers[expected] += 1
        assert moves & set(ways) <= set(chart.get_triggers(chart.state))


def may_be_taken(way: PossibleMove) -> bool:
    accepted = way.handoff is None or way.handoff[2] in ("accepted", "accepts by itself")
    return not way.missing and accepted and way.cooling_until is None
