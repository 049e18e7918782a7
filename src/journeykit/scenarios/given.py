"""``given``: an account in the middle of its life, written without judging anything, then run to rest once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, tzinfo

from journeykit.dates import first_instant, zone
from journeykit.engine import microsteps
from journeykit.engine.inputs import parse_input
from journeykit.engine.intake import TAKERS, begin_subjects
from journeykit.engine.macrostep import Macrostep
from journeykit.engine.records import Record
from journeykit.engine.timers import fire_due
from journeykit.errors import InputError
from journeykit.language.text.nodes import Node
from journeykit.machine.snapshot import SETTLED, Frame, Snapshot
from journeykit.scenarios.faults import ScenarioError
from journeykit.scenarios.given_parts import KEYS, Said, said_in
from journeykit.scenarios.meanwhile import Meanwhile, meanwhile_of
from journeykit.scenarios.parts import day, keyed, text
from journeykit.scenarios.words import Vocabulary

__all__ = ["ACCOUNT_ID", "Given", "given_of"]

ACCOUNT_ID = "scenario"


@dataclass(frozen=True, slots=True)
class Given:
    """Where a scenario begins: the snapshot, and what comes every day from then on."""

    snapshot: Snapshot
    meanwhile: Meanwhile


def given_of(node: Node, words: Vocabulary) -> Given:
    """Build what is given.

    Subjects are opened at ``date`` as an import opens them. Facts, words, signals and positions are written as of their
    ``since``; then the journey runs to rest once, and what has fallen due fires. Nothing is on the record.

    Raises:
        ScenarioError: it cannot be meant, or a given position moves at once.
    """
    keys = keyed(node, KEYS, "given")
    if "date" not in keys:
        raise ScenarioError(node.place, "given: there is no date", "write date: 2026-03-10, the day it begins")
    today = day(keys["date"], "given.date")
    since = day(keys["since"], "given.since") if "since" in keys else today
    if since > today:
        raise ScenarioError(keys["since"].place, f"given.since: {since} is after the date, {today}")
    meanwhile = meanwhile_of(keys["meanwhile"], words) if "meanwhile" in keys else Meanwhile()
    writing = _Writing(words, _zone(keys.get("zone"), words), since, today)
    said = list(said_in(keys, words, since, today))
    for one in sorted(said, key=lambda one: (one.on, one.rank)):
        writing.write(one)
    for raw in meanwhile.inputs(words, list(writing.snapshot.subjects)):
        writing.write(Said(today, 3, raw, keys["meanwhile"]))
    return Given(writing.at_rest(said, node), meanwhile)


def _zone(node: Node | None, words: Vocabulary) -> tuple[str, tzinfo]:
    name = words.profile.timezone if node is None else text(node, "given.zone")
    try:
        return name, zone(name)
    except ValueError as fault:
        raise ScenarioError(node.at if node else words.profile.at, f"given.zone: {fault}") from None


class _Writing:
    """A snapshot that is being written: inputs are taken, and nothing is judged between them."""

    def __init__(self, words: Vocabulary, in_zone: tuple[str, tzinfo], since: date, today: date) -> None:
        machine = words.machine
        self.words = words
        self.zone = in_zone[1]
        self.now = first_instant(today, self.zone)
        frame = Frame(
            ACCOUNT_ID, machine.profile.name, machine.fingerprint, *in_zone, first_instant(since, self.zone), {}
        )
        self.snapshot = Snapshot(frame)
        self.records: list[Record] = []
        self.macro = Macrostep(machine, self.snapshot, self.records)
        raw = {"kind": "begin", "account": ACCOUNT_ID, "at": since.isoformat(), "profile": machine.profile.name}
        self.beginning = parse_input(raw)
        self.macro.begin(self.beginning)
        begin_subjects(self.macro)

    def write(self, said: Said) -> None:
        macro, snapshot = self.macro, self.snapshot
        key = said.raw.get("subject")
        opened = snapshot.subjects[key].opened_at if key in snapshot.subjects else snapshot.frame.began_at
        snapshot.now = max(first_instant(said.on, self.zone), opened)
        raw = {"account": ACCOUNT_ID, "at": said.on.isoformat(), **said.raw}
        if raw["kind"] == "open" and key in snapshot.subjects:  # every account begins with it
            raw["kind"] = "observe"
            if not raw.get("facts"):
                return
        try:
            entry = parse_input(raw)
            macro.begin(entry)
            TAKERS[entry.kind](macro, entry)
        except InputError as refusal:
            raise ScenarioError(said.node.place, f"given: {refusal.message}") from None
        macro.signal = None

    def at_rest(self, said: list[Said], node: Node) -> Snapshot:
        """Run to rest, and return the snapshot; a given position that moves is a fault."""
        macro, snapshot = self.macro, self.snapshot
        for key in list(snapshot.subjects):  # nobody put them there by hand: the scenario says that they stand there
            subject = snapshot.writable(snapshot.subjects[key])
            subject.positions = tuple(one._replace(placed=False) for one in subject.positions)
        # A signal that is given was heard on its day: what waits for it is not called upon once more.
        macro.dirty = {key: [one for one in topics if one[0] != ">"] for key, topics in macro.dirty.items()}
        snapshot.now = self.now
        made = len(self.records)
        try:
            macro.begin(self.beginning)
            microsteps.run(macro)
            if snapshot.due is not None and snapshot.due <= self.now:
                fire_due(macro, self.now)
        except InputError as refusal:
            raise ScenarioError(node.place, f"given: {refusal.message}") from None
        for record in self.records[made:]:
            for fault in _moved(record, said, self.words):
                raise fault
        snapshot.fresh = SETTLED
        snapshot.count = 0
        snapshot.unnamed = None
        return snapshot


def _moved(record: Record, said: list[Said], words: Vocabulary) -> Iterator[ScenarioError]:
    if record.kind != "moved":
        return
    track = (record.track or "").partition(".")[0]
    for one in said:
        if one.raw["kind"] == "place" and (one.raw["track"], one.raw["subject"]) == (track, record.subject):
            where = f"{record.track} {words.short(record.subject)} does not stand at {record.source}"
            yield ScenarioError(
                one.node.place,
                f"given: {where}: {record.name} moves it at once to {record.target}",
                "give a position that stands, or the facts that hold it there",
            )
