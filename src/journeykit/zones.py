"""Zones by their IANA names: those that mean the same on every machine, and no others."""

from __future__ import annotations

from datetime import UTC, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from journeykit.plain import near

__all__ = ["zone"]

_HOST_ZONES = {
    "localtime": "the zone of this machine, whichever that is",
    "posixrules": "what this machine takes for rules",
    "Factory": "the zone of a machine whose zone was never set",
}
"""Names that are files of zones on many machines, and mean another thing on each, or nothing."""
_HOST_FOLDERS = ("posix/", "right/")
"""Folders that hold the zones once more, on some machines; those of ``right`` count leap seconds."""
_ABBREVIATED = 4
"""The most letters of an abbreviation, such as PST; another one that looks like it is another zone."""
_SHOWN = 60
"""The most signs of a name that a message shows; longer ones are no names."""


@lru_cache(maxsize=1024)
def zone(name: str) -> tzinfo:
    """Return the zone with an IANA name such as ``America/Sao_Paulo``.

    Only names that every machine has, and that mean the same on each, are taken: a log has to give the same dates
    wherever it is replayed.

    Raises:
        ValueError: there is no such zone, or it is another one on another machine; the message says what to write.
    """
    if name == "UTC":
        return UTC
    known = _known_zones()
    if name in known:
        return ZoneInfo(name)
    if not known:
        raise ValueError(
            f"there is no zone {name[:_SHOWN]!r}: this system has no zone data; install the package tzdata"
        )
    raise ValueError(_why_no_zone(name, known))


@lru_cache(maxsize=1)
def _known_zones() -> frozenset[str]:
    """Return the names of all zones but those of this machine alone; looking at their files takes 50 ms, once."""
    return frozenset(available_timezones() - _HOST_ZONES.keys())


def _why_no_zone(name: str, known: frozenset[str]) -> str:
    if name in _HOST_ZONES:
        return f"{name!r} is {_HOST_ZONES[name]}; write the name of a place's zone, such as 'Europe/Lisbon', or 'UTC'"
    if name.startswith(_HOST_FOLDERS):
        plain = name.partition("/")[2]
        there = repr(plain) if plain in known else "a name such as 'Europe/Lisbon' or 'UTC'"
        return f"the zone {name[:_SHOWN]!r} is there on some machines only; write {there}"
    lower = {one.lower(): one for one in known}
    said = name.strip().lower()
    is_name = len(name) > _ABBREVIATED and name.replace("/", "").replace("_", "").isalpha()  # not such as UTC+3
    others = [one for one in near(said, lower) if not one.startswith(f"{said}/")] if is_name else []
    meant = [said] if said in lower else others
    advice = f"did you mean {lower[meant[0]]!r}?" if meant else "write a name such as 'Europe/Lisbon' or 'UTC'"
    return f"there is no zone {name[:_SHOWN]!r}; {advice}"
