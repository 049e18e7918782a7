"""The contenders of the benchmark agree on a small stream; nothing is timed here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import journeykit as jk
from benchmarks.figures import contract, fresh_account
from benchmarks.guards import RENEWALS, Translator
from benchmarks.peers import Usual
from benchmarks.race import Histories, assert_equal_places, draw, peers_of
from benchmarks.stream import Step, Walker
from folders import ROOT


@pytest.fixture(scope="module")
def walker() -> Walker:
    return Walker(jk.load(ROOT / "benchmarks" / "timeless.yaml"), seed=11)


@pytest.fixture(scope="module")
def histories(walker: Walker) -> Histories:
    return draw(walker, accounts=25, length=60)


def test_all_contenders_end_in_the_same_places(walker: Walker, histories: Histories) -> None:
    assert_equal_places(walker, histories, peers_of(walker.profile))


def test_a_difference_would_be_found(walker: Walker, histories: Histories) -> None:
    deaf = Histories(histories.inputs, [[Step(("nothing",), {}, ()) for _ in steps] for steps in histories.steps], 0.0)
    with pytest.raises(AssertionError, match="account-00000: replay ends at"):
        assert_equal_places(walker, deaf, peers_of(walker.profile))


def test_the_stream_is_seeded_and_does_something(walker: Walker, histories: Histories) -> None:
    assert draw(walker, accounts=2, length=60).steps == histories.steps[:2]
    assert histories.moved > 0.05
    tracks = {
        record.track
        for entries in histories.inputs
        for record in jk.replay(walker.machine, entries).records
        if record.kind == "moved"
    }
    assert {"value", "retention", "renewal", "expansion", "advocacy"} <= tracks


def test_the_peers_know_three_values(walker: Walker) -> None:
    translator = Translator(walker.profile)
    rule = walker.profile.derived["at_risk_now"].criterion
    assert rule is not None
    risk = translator.criterion(rule, "retention")
    start = Usual(walker.profile).start()
    assert risk(start) is None
    assert risk(start | {"unsettled/budget_cut": True}) is True
    assert RENEWALS in translator.reads(walker.profile.tracks["advocacy"].stages[0].moves[0].when)


def test_the_costs_can_be_measured(walker: Walker) -> None:
    fresh, more = fresh_account(walker.machine, 20), contract(walker.machine, 20)
    assert fresh.micros > 0
    assert more.micros > 0
    assert 100 < fresh.size < 20_000
    assert 100 < more.size < 20_000


def test_the_program_runs(root: Path) -> None:
    small = ["--accounts", "3", "--inputs", "10", "--rounds", "1", "--grow", "5", "--quiet", "5", "--book", "5"]
    done = subprocess.run(
        [sys.executable, "benchmarks/run.py", *small], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "all contenders end in the same places" in done.stdout
    assert "replay of 5 accounts" in done.stdout
    assert "5 accounts, a quiet year" in done.stdout
