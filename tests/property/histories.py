"""Random histories: inputs as JSON objects for a given profile, mostly sensible, now and then wrong on purpose.

A teller keeps a rough belief of what exists and where it stands, so that a good part of its inputs satisfies what the
next move asks for. The belief may be wrong; then an input is refused or moves nobody, which the laws must bear too.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from contracts import ContractTeller
from mistakes import mistake
from profile_parts import first, waivable
from telling import ACCOUNT, ZONES, Line
from wishes import Wish, wishes_of

from journeykit.dates import shift
from journeykit.language.model.profile import Criterion, Move, Profile

__all__ = ["tell"]


def tell(profile: Profile, seed: int, length: int, account: str = "acme") -> list[Line]:
    """A history of about ``length`` inputs for one account of the profile."""
    return Teller(profile, Random(f"history {seed}"), account).tell(length)


class Teller(ContractTeller):
    """Tells one account's history."""

    def tell(self, length: int) -> list[Line]:
        self._begin()
        acts = (
            (self._pursue, 34),
            (self._observe, 12),
            (self._sway, 10 * bool(self.swaying)),
            (self._open, 8),
            (self._signal, 10),
            (self._wait, 10),
            (self._word, 5),
            (self._amend, 5),
            (self._join, 2),
            (self._early, 1),
            (self._nightly, 4),
            (self._overwrite, 2),
            (self._notice, 4),
            (self._beat, 7 * bool(self.profile.feeds)),
            (self._move_away, 2),
            (self._again, 4),
            (self._look, 8),
            (self._handoff, 3),
            (self._retract, 3),
            (self._place, 3),
            (self._waive, 3),
            (self._term, 2),
            (self._close, 1),
            (self._mistake, 5),
        )
        for kind in self.profile.kinds:
            if kind != ACCOUNT and self.rng.random() < 0.6:
                self._open(kind)
        while len(self.lines) < length:
            self.rng.choices([act for act, _ in acts], [weight for _, weight in acts])[0]()
        return self.lines

    # ------------------------------------------------------------------ what a teller may do

    def _begin(self) -> None:
        attributes = {"plan": "gold"} if self.rng.random() < 0.3 else None
        self._say("begin", profile=self.profile.name, timezone=self.zone, attributes=attributes)
        self.open[ACCOUNT] = [ACCOUNT]
        self._believe_new(ACCOUNT)
        for kind in self.profile.kinds.values():
            if kind.opens_with:
                self._exists(f"{kind.name}:{kind.opens_with}")

    def _open(self, kind: str | None = None) -> None:
        kinds = [name for name in self.profile.kinds if name != ACCOUNT]
        if not kinds:
            return self._wait()
        kind = kind or self.rng.choice(kinds)
        self.pace.pause()
        subject = f"{kind}:{self.rng.choice('ABCDEF')}"
        facts: Line = {}
        term = self.profile.kinds[kind].term
        if term and self.rng.random() < 0.85:
            facts = self._dates(subject, *term)
            if self.rng.random() < 0.12:
                self._say("open", subject, facts=self._not_meant(*term, facts))
        if self.rng.random() < 0.3:
            facts |= self._some_facts(kind)
        renewals = self.rng.choice((0, 1, 3, 12)) if term and self.rng.random() < 0.25 else None
        self._say("open", subject, facts=facts or None, renewals=renewals)
        self._exists(subject)

    def _some_facts(self, kind: str) -> Line:
        dates = self.profile.kinds[kind].term or ()
        rules = [rule for rule in self.profile.facts.values() if rule.kind == kind and rule.name not in dates]
        chosen = self.rng.sample(rules, min(len(rules), self.rng.randint(1, 3)))
        return {rule.name: self._value(rule) for rule in chosen}

    def _observe(self) -> None:
        kind = self.rng.choice(list(self.profile.kinds))
        subject = self._subject(kind)
        facts = self._some_facts(kind)
        if subject is None or not facts:
            return self._wait()
        self.pace.pause()
        self._say("observe", subject, facts=facts)

    def _sway(self) -> None:
        """The account's number carries bands of others over their edges, far up or down; mostly it stays so a while."""
        self.pace.pause()
        self._say("observe", facts={self.rng.choice(self.swaying): self.rng.choice((0, 1, 35, 100, 100))})
        if self.aims.waits and self.rng.random() < 0.7:
            self._last(shift(self.pace.now, self.rng.choice(self.aims.waits), self.pace.tz))

    def _beat(self) -> None:
        """A feed says that it is alive: to this account, or to all."""
        self.pace.pause()
        self._heartbeat(self.rng.choice(list(self.profile.feeds)))

    def _heartbeat(self, feed: str) -> None:
        self._say("feed", feed=feed)
        if self.rng.random() < 0.4:
            self.lines[-1]["account"] = "*"

    def _move_away(self) -> None:
        """The account counts its days elsewhere: from any time on, or from when something may be due here or there."""
        if self.rng.random() < 0.5:
            self.pace.leap()
        else:
            self.pace.pause()
        zone = self.rng.choice(ZONES)
        self._say("zone", timezone=zone)
        self.pace.tz = ZoneInfo(zone)
        self.pace.day = None  # a day of the zone before is another instant now

    def _again(self) -> None:
        """What was observed, heard or given before is so once more."""
        told = [self.lines[at] for at in self.said if self.lines[at]["kind"] in ("observe", "signal", "confirm")]
        known = [line for line in told if line.get("subject", ACCOUNT) in self.open[_kind(line)]]
        if not known:
            return self._observe()
        self.pace.pause()
        line = self.rng.choice(known[-8:])
        data = {key: line[key] for key in ("facts", "signal", "confirmation", "by", "carries") if key in line}
        self._say(line["kind"], line.get("subject", ACCOUNT), **data)
        return None

    def _look(self) -> None:
        """Somebody looks at an instant that matters."""
        self.pace.leap()
        self._say("tick")

    def _signal(self, name: str | None = None, subject: str | None = None) -> None:
        signal = self.profile.signals[name or self.rng.choice(list(self.profile.signals))]
        subject = subject or self._subject(signal.kind)
        if subject is None:
            return self._wait()
        self.pace.pause()
        carries = {
            key: self.rng.choice(("red", "blue", "A")) for key, type_ in signal.carries.items() if type_ == "text"
        }
        self._say("signal", subject, signal=signal.name, carries=carries or None)
        for reaction in self.profile.reactions.values():
            if reaction.upon == signal.name:
                for opening in reaction.opens:
                    if opening.named and carries:
                        self._exists(f"{opening.kind}:{opening.named.replace('{name}', carries.get('name', ''))}")
                    elif not opening.named:
                        self._exists(f"{opening.kind}:{reaction.name}-{self.rng.randint(1, 3)}")

    def _word(self, name: str | None = None, subject: str | None = None) -> None:
        word = self.profile.confirmations[name or self.rng.choice(list(self.profile.confirmations))]
        subject = subject or self._subject(word.kind)
        if subject is None:
            return self._wait()
        self.pace.pause()
        evidence = "mail" if self.rng.random() < 0.2 else None
        ends = [day.isoformat() for day in self.pace.ends.values()]
        of_term = self.rng.choice(ends) if ends and self.rng.random() < 0.1 else None
        by = self.rng.choice(word.by)
        self._say("confirm", subject, confirmation=word.name, by=by, evidence=evidence, term=of_term)

    def _handoff(self, move: Move | None = None, subject: str | None = None) -> None:
        gated = [one for one in self.moves if one.handoff]
        if move is None and not gated:
            return self._word()
        move = move or self.rng.choice(gated)
        subject = subject or self._subject(self.profile.tracks[move.track].per)
        if subject is None or move.handoff is None:
            return self._wait()
        self.pace.pause()
        what = self.rng.choice(("accepted", "accepted", "accepted", "offered", "declined"))
        by = move.handoff.giver if what == "offered" else move.handoff.receiver
        self._say("handoff", subject, move=move.id, what=what, by=by)

    def _retract(self) -> None:
        given = [line for line in self.lines if line["kind"] in ("confirm", "waive")]
        if not given:
            return self._word()
        self.pace.pause()
        line = self.rng.choice(given[-6:])
        data = {key: line[key] for key in ("confirmation", "criterion", "by") if key in line}
        self._say("retract", line.get("subject", ACCOUNT), **data)

    def _place(self) -> None:
        track = self.rng.choice(list(self.profile.tracks.values()))
        subject = self._subject(track.per)
        if subject is None:
            return self._wait()
        self.pace.pause()
        target = self.rng.choice(list(self.stages[track.name].values()))
        self._say("place", subject, track=track.name, to=target.path, by=self._role(), why="we know better")
        self.at[track.name, subject] = first(target)

    def _role(self) -> str:
        return self.rng.choice(list(self.profile.roles))

    def _waive(self) -> None:
        options = [(track.per, criterion) for track in self.profile.tracks.values() for criterion in waivable(track)]
        if not options:
            return self._observe()
        kind, criterion = self.rng.choice(options)
        subject = self._subject(kind)
        if subject is None:
            return self._wait()
        self.pace.pause()
        self._say("waive", subject, criterion=criterion.id, by=criterion.waivable_by)

    def _close(self) -> None:
        kind = self.rng.choice(list(self.profile.kinds))
        subject = self._subject(kind)
        if subject is None or subject == ACCOUNT:
            return self._wait()
        self.pace.pause()
        self._say("close", subject, reason="done" if self.rng.random() < 0.5 else None)
        if self.rng.random() < 0.9:
            self.open[kind].remove(subject)

    def _mistake(self) -> None:
        line = mistake(self.profile, self.rng, self.pace.now, [key for keys in self.open.values() for key in keys])
        self.lines.append({"account": self.account, "id": f"i{len(self.lines)}"} | line)

    # ------------------------------------------------------------------ pursuing a move

    def _pursue(self) -> None:
        """Does what one move from about here asks for."""
        standing = [(move, subject) for move in self.moves for subject in self._standing(move)]
        if not standing:
            return self._observe()
        move, subject = self.rng.choice(standing)
        wishes = [wish for criterion in self._asked(move) for wish in wishes_of(criterion, self.profile, self.rng)]
        self.rng.shuffle(wishes)
        if self.rng.random() < 0.7:
            wishes.sort(key=lambda wish: wish[0] in ("wait", "last"))  # time counts once the rest is there
        for wish in wishes:
            self._grant(wish, subject)
        if move.handoff and self.rng.random() < 0.8:
            self._handoff(move, subject)
        if move.upon:
            self._signal(move.upon, ACCOUNT if move.upon_account else subject)
        target = self.stages[move.track].get(move.to)
        if target is not None and self.rng.random() < 0.8:
            self.at[move.track, subject] = first(target)

    def _standing(self, move: Move) -> Iterator[str]:
        for subject in self.open[self.profile.tracks[move.track].per]:
            path = self.at.get((move.track, subject), "")
            if any(path == source or path.startswith(source + ".") for source in move.sources):
                yield subject

    def _asked(self, move: Move) -> Iterator[Criterion]:
        yield from move.when
        if move.declared == "next":
            owner = self.stages[move.track][move.owner]
            for branch in owner.branches:
                yield from branch.success

    def _grant(self, wish: Wish, subject: str) -> None:
        sort, name, value = wish
        if sort == "fact":
            rule = self.profile.facts[name]
            owner = subject if subject.split(":")[0] == rule.kind else self._subject(rule.kind)
            if owner is None:
                return
            self.pace.pause()
            facts = {name: self._value(rule) if value is None else value}
            self._say("observe", owner, facts=facts)
            term = self.profile.kinds[rule.kind].term
            if term and name == term[1]:
                self.pace.ends[owner] = date.fromisoformat(str(facts[name]))
        elif sort == "word":
            word = self.profile.confirmations[name]
            self._word(name, subject if subject.split(":")[0] == word.kind else None)
        elif sort == "signal":
            signal = self.profile.signals[name]
            self._signal(name, subject if subject.split(":")[0] == signal.kind else None)
        elif sort == "waive":
            self.pace.pause()
            self._say("waive", subject, criterion=name, by=value)
        elif sort == "last":
            self._last(shift(self.pace.now, value, self.pace.tz))
        elif sort == "wait":
            self.pace.now += timedelta(days=value + self.rng.choice((0, 0, 1, -1)))

    def _last(self, until: datetime) -> None:
        """Time goes on until something has lasted, and mostly the feeds are heard meanwhile."""
        start, feeds = self.pace.now, list(self.profile.feeds)
        if feeds and self.rng.random() < 0.7:
            for at in range(1, 4):
                self.pace.now = start + (until - start) * at / 4
                self._heartbeat(self.rng.choice(feeds))
        self.pace.pass_by(until)
        if self.rng.random() < 0.5:
            self._say("tick")


def _kind(line: Line) -> str:
    return str(line.get("subject", ACCOUNT)).split(":")[0]
