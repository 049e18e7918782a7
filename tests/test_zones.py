"""Zones: only those that mean the same on every machine, whoever names them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

import journeykit as jk
from journeykit.zones import zone

PROFILE = 'profile: p\nversion: "1"\ntimezone: {}\ntracks: {{value: {{stages: {{one: {{}}}}}}}}\n'
WRONG = [
    ("localtime", "write the name of a place's zone, such as 'Europe/Lisbon'"),
    ("posixrules", "write the name of a place's zone"),
    ("Factory", "write the name of a place's zone"),
    ("posix/Europe/Lisbon", "write 'Europe/Lisbon'"),
    ("right/Europe/Lisbon", "write 'Europe/Lisbon'"),
    ("right/UTC", "write 'UTC'"),
    ("right/Nowhere", "write a name such as"),
    ("europe/lisbon", "did you mean 'Europe/Lisbon'?"),
    ("Europe/Lisbon ", "did you mean 'Europe/Lisbon'?"),
    ("../Europe/Lisbon", "there is no zone"),
    ("/etc/localtime", "there is no zone"),
    ("Europe", "there is no zone"),
    ("UTC+3", "write a name such as"),
    ("PST", "write a name such as"),
    ("America", "write a name such as"),
    ("+02:00", "there is no zone"),
    ("tzdata.zi", "there is no zone"),
    ("x" * 10_000_000, "there is no zone"),
    ("", "there is no zone"),
]


@pytest.mark.parametrize(("name", "said"), WRONG, ids=[name[:20] for name, _ in WRONG])
def test_what_is_no_zone(name: str, said: str) -> None:
    with pytest.raises(ValueError, match="zone") as caught:
        zone(name)
    assert said in str(caught.value)
    assert len(str(caught.value)) < 200
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["Europe/Lisbon", "America/Argentina/Buenos_Aires", "Etc/GMT+3", "EST5EDT", "Zulu"])
def test_what_is_a_zone(name: str) -> None:
    assert zone(name) == ZoneInfo(name)
    assert zone("UTC") is UTC


def begun() -> jk.Journey:
    return jk.Journey(jk.load("smb"), account="a", at="2026-01-05")


def stored(name: str) -> object:
    return jk.load_snapshot(jk.load("smb"), {**begun().snapshot.to_dict(), "timezone": name})


@pytest.mark.parametrize("name", [row[0] for row in WRONG[:6]])
@pytest.mark.parametrize(
    "call",
    [
        lambda name: jk.Journey(jk.load("smb"), account="a", at="2026-01-05", timezone=name),
        lambda name: begun().zone(name, at="2026-01-06"),
        lambda name: jk.read_text(PROFILE.format(name)),
        stored,
    ],
    ids=["begin", "zone", "profile", "snapshot"],
)
def test_wherever_a_zone_is_said(call: Callable[[str], object], name: str) -> None:
    with pytest.raises(jk.JourneykitError, match="timezone") as caught:
        call(name)
    if isinstance(caught.value, jk.InputError):
        assert caught.value.code == "bad_shape"
    with pytest.raises(ValueError, match="write"):
        jk.ManualClock("2026-01-05", timezone=name)


def test_a_refused_change_of_the_zone_changes_nothing() -> None:
    one = begun()
    before = one.snapshot.to_dict()
    with pytest.raises(jk.InputError, match="on some machines only; write 'Europe/Berlin'"):
        one.zone("posix/Europe/Berlin", at="2026-03-05")
    assert one.snapshot.to_dict() == before
