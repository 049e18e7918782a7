"""What may happen to a contract in a random history: dates, amendments, notice, renewal, joining another."""

from __future__ import annotations

from datetime import date, timedelta

from telling import Line, Telling
from wishes import value_for

from journeykit.dates import Period

__all__ = ["ContractTeller"]

MOVES = (0, 1, -1, 10, -40, 90, 365, -365, 400)


class ContractTeller(Telling):
    """Tells what happens to contracts."""

    def _dates(self, subject: str, start: str, end: str) -> Line:
        today = self.pace.today
        begins = today + timedelta(days=self.rng.choice((0, 0, -200, -340, -30, 20)))
        length = self.rng.choice((30, 61, 90, 181, 364, 365, 366, 730))
        ends = begins + timedelta(days=length)
        if self.rng.random() < 0.1:
            ends = self.rng.choice((date(2028, 2, 29), date(2026, 3, 31), date(2025, 10, 31)))
        self.pace.ends[subject] = ends
        facts = {start: begins.isoformat(), end: ends.isoformat()}
        if self.rng.random() < 0.1:
            del facts[self.rng.choice((start, end))]
        for name in self._other_dates(end):
            if self.rng.random() < 0.6:
                facts[name] = value_for(self.profile.facts[name], self.rng, today)
        return facts

    def _other_dates(self, end: str) -> list[str]:
        """The contract's own dates, besides start and end, from which its milestones are counted."""
        counted = [track.countdown for track in self.profile.tracks.values() if track.countdown]
        others = {one.of for countdown in counted for one in countdown.milestones if one.of}
        return sorted(name for name in others if self.profile.facts[name].kind == self.profile.facts[end].kind)

    def _not_meant(self, start: str, end: str, facts: Line) -> Line:
        """Dates that are mistyped: mostly turned round or far off, by a hair or by much; now and then just allowed."""
        today, off = self.pace.today, self.rng.choice((0, 1, 1, 2, 30, 400))
        begins = date.fromisoformat(facts.get(start, today.isoformat()))
        if self.rng.random() < 0.6:
            turned = {start: begins.isoformat(), end: (begins - timedelta(days=off)).isoformat()}
            return turned if self.rng.random() < 0.6 else {end: turned[end]}
        far = Period(360, off - 1).add(today) if self.rng.random() < 0.5 else Period(360, off - 1).subtract(today)
        return facts | {self.rng.choice((start, end, *self._other_dates(end) * 2)): far.isoformat()}

    def _start_to_come(self, subject: str, start: str, end: str, old: date) -> None:
        """The start of what follows comes alone; then the end that is known is said once more, or the next."""
        begins = {start: (old + timedelta(days=self.rng.choice((1, 1, 2, 40)))).isoformat()}
        self._say("observe", subject, facts=begins)
        again = old + timedelta(days=self.rng.choice((0, 0, 0, -1, 1)))
        self._say("observe", subject, facts={end: again.isoformat(), **(begins if self.rng.random() < 0.5 else {})})

    def _amend(self) -> None:
        """The end of a contract moves: a little, by about a term, into the past, or there and back."""
        found = self._contract()
        if found is None:
            return self._wait()
        subject, start, end = found
        self.pace.pause()
        old = self.pace.ends.get(subject, self.pace.today)
        if self.rng.random() < 0.15:
            begun = (old - timedelta(days=self.rng.choice((0, 364, 365)))).isoformat()
            self._say("observe", subject, facts=self._not_meant(start, end, {start: begun}))
        if self.rng.random() < 0.1:
            self._start_to_come(subject, start, end, old)
        ends = old + timedelta(days=self.rng.choice(MOVES))
        facts = {start: (ends - timedelta(days=365)).isoformat()} if self.rng.random() < 0.2 else {}
        self._ends(subject, end, ends, **facts)
        for _ in range(self.rng.choice((0, 0, 0, 1, 1, 3))):  # there and back, now and then twice
            self.pace.pause()
            ends = old if self.pace.ends[subject] != old else ends
            self._ends(subject, end, ends)

    def _ends(self, subject: str, end: str, day: date, **facts: str) -> None:
        self.pace.ends[subject] = day
        self._say("observe", subject, facts={end: day.isoformat(), **facts})

    def _join(self) -> None:
        """Two contracts are to end together: one takes the other's end, or goes on in it."""
        found = self._contract()
        others = [key for key in self.pace.ends if found and key != found[0] and key in self.open[key.split(":")[0]]]
        if found is None or not others:
            return self._amend()
        subject, _, end = found
        other = self.rng.choice(others)
        self.pace.pause()
        if self.rng.random() < 0.6:
            return self._ends(subject, end, self.pace.ends[other])
        self._say("close", subject, reason="co-termed", into=other)
        if self.rng.random() < 0.9:
            self.open[subject.split(":")[0]].remove(subject)
        return None

    def _early(self) -> None:
        """A contract is renewed before its time: a new term now, and the end that was agreed."""
        found = self._contract()
        if found is None:
            return self._wait()
        subject, _, end = found
        self.pace.pause()
        self._say("term", subject, why="agreed early")
        if self.rng.random() < 0.8:
            old = self.pace.ends.get(subject, self.pace.today)
            self._ends(subject, end, old + timedelta(days=self.rng.choice((365, 366, 181, 730))))
        return None

    def _nightly(self) -> None:
        """A system sends what it holds once more: dates that were known at some time, and what was said of the term."""
        found = self._contract()
        if found is None:
            return self._wait()
        subject, start, end = found
        said = [line for line in self.lines if line.get("subject") == subject and line["kind"] in ("observe", "open")]
        dated = [line["facts"] for line in said if end in (line.get("facts") or {})]
        if not dated:
            return self._amend()
        self.pace.pause()
        dates = {name: day for name, day in self.rng.choice(dated).items() if name in (start, end)}
        of_term = {name for name, rule in self.profile.facts.items() if rule.per_term} - {start, end}
        held = {name: line["facts"][name] for line in said for name in of_term if name in (line.get("facts") or {})}
        more = {"term": dates[end]} if self.rng.random() < 0.2 else {}
        self._say("observe", subject, facts=dates | (held if self.rng.random() < 0.7 else {}), **more)
        return None

    def _overwrite(self) -> None:
        """The next term's dates come over the same record, as one line; now and then a day is missing."""
        found = self._contract()
        if found is None:
            return self._wait()
        subject, start, end = found
        self.pace.pause()
        begins = self.pace.ends.get(subject, self.pace.today) + timedelta(days=self.rng.choice((1, 1, 1, 1, 2, 0)))
        ends = begins + timedelta(days=self.rng.choice((364, 364, 365, 180, 90, 30, -1)))
        self._ends(subject, end, ends, **{start: begins.isoformat()})
        return None

    def _notice(self) -> None:
        """Notice to end a contract is given, by whatever its countdown names; now and then it is taken back."""
        counted = [track for track in self.profile.tracks.values() if track.countdown and track.countdown.given_by]
        subject = self._subject(counted[0].per) if counted else None
        if subject is None or counted[0].countdown is None:
            return self._amend()
        name = counted[0].countdown.given_by or ""
        sorts = {"fact": self.profile.facts, "word": self.profile.confirmations, "signal": self.profile.signals}
        sort = next(sort for sort, names in sorts.items() if name in names)
        self._grant((sort, name, self.rng.random() < 0.8), subject)
        if sort == "fact" and self.rng.random() < 0.4:
            self._grant((sort, name, False), subject)
        given = self.lines[-1]
        if sort == "word" and given["kind"] == "confirm" and self.rng.random() < 0.4:
            self.pace.pause()
            self._say("retract", given.get("subject", "account"), confirmation=name, by=given["by"])
        return None

    def _term(self) -> None:
        found = self._contract()
        if found is None:
            return self._wait()
        self.pace.pause()
        self._say("term", found[0], why="agreed on the phone")
        return None
