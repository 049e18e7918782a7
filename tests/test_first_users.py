"""What first users wrote before anybody told them how: it works as they meant it."""

from __future__ import annotations

import journeykit as jk


def test_one_spelling_of_a_subject() -> None:
    j = jk.Journey(jk.load("smb"), account="t", at="2026-01-05", timezone="America/Sao_Paulo")
    place = j.explain("value", "main").positions[0].path
    assert j.positions["value", "main"] == j.positions["value", "workstream:main"] == place
    j.observe("main", at="2026-05-03", active_seat_ratio=0.5)
    assert j.inputs[-1].subject == "workstream:main"


def test_a_period_wherever_time_is_said() -> None:
    clock = jk.ManualClock("2026-01-05")
    j = jk.Journey(jk.load("smb"), account="t", clock=clock)
    ahead = j.forecast("30 days")
    made = j.advance("30 days")
    assert {record.at for record in made} <= {happening.at for happening in ahead}
    assert j.next_due("30 days") == j.next_due(within="30 days")
    clock.advance("11 months")
    j.advance()
    assert j.now == clock.now()


def test_the_types_that_come_back_have_names() -> None:
    j = jk.Journey(jk.load("smb"), account="t", at="2026-01-05")
    told = j.explain("value")
    assert isinstance(told.positions[0], jk.PositionReport)
    assert isinstance(told.moves[0], jk.PossibleMove)
    assert isinstance(told.moves[0].points[0], jk.Point)
    j.confirm("go_live", by="customer", subject="main", at="2026-01-06")
    assert {record.kind for record in j.records} <= set(jk.RECORD_KINDS)
    assert {entry.kind for entry in j.inputs} <= set(jk.KINDS)
    verdicts = [verdict for record in j.records for verdict in record.verdicts]
    assert all(isinstance(verdict, jk.Verdict) for verdict in verdicts)
    history = jk.replay(j.machine, [*j.inputs, j.inputs[1]._replace(id="again", data={"confirmation": "x", "by": "y"})])
    assert isinstance(history.refused[0], jk.Refused)
    book = jk.replay_book([j.inputs[1]])
    assert isinstance(book.left_out[0], jk.LeftOut)
