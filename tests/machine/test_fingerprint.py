"""The fingerprint changes with the meaning of a profile and with nothing else."""

from __future__ import annotations

import pytest

from journeykit.language import catalog
from journeykit.machine.fingerprint import fingerprint
from machine_profiles import profile, text_of

TRACKS = """
value:
  per: workstream
  goal: Some goal
  stages:
    start:
      typical: 3..6 months
      stuck_after: 9 months
      success: {live: {is: trained and built, waivable_by: csm}}
      exit:
        to: use
        when: {success: all, some: {at_least: 1, of: {a: uses >= 2, b: seats > 40%}}}
        handoff: {giver: csm, receiver: sales}
      regress: {back: {upon: left, to: start, asks_again: [trained], do: [call]}}
    use: {}
renewal:
  per: contract
  countdown:
    to: contract_end
    milestones: {prepare: {before: 90 days, work: open}, decide: {before: 30 days, needs: confirmed(signed)}}
    grace: 30 days
  stages: {waiting: {}, open: {}, lost: {end: lost}}
  moves:
    opened: {from: [waiting], to: open, when: {w: reached(prepare)}}
    lose: {from: any, to: lost, upon: account.quarrel}
"""


SHIPPED = {
    "base": "c69fbbc1a6a8",
    "enterprise": "a650305b52cf",
    "mid_market": "59adf1f6a8b7",
    "product_led": "367fb3d1f4d9",
    "smb": "dc8a4f0b0df4",
}
"""How the fingerprints of the shipped segments begin.

One may change with what its segment asks of anybody, never with the code around it: whoever loads a stored snapshot
after an upgrade is refused where it did. So a line here is changed in the commit that changes the segment, and in no
other; where the same meaning comes to be written down in another way, all five change once, with ``LAYOUT``.
"""


@pytest.mark.parametrize("name", SHIPPED)
def test_the_shipped_fingerprints_stay(name: str) -> None:
    assert fingerprint(catalog.read(name)).startswith(SHIPPED[name])


def test_every_shipped_segment_is_pinned() -> None:
    assert set(SHIPPED) == set(catalog.names())


def mark(old: str = "", new: str = "") -> str:
    """The fingerprint with one piece of text replaced."""
    text = text_of(TRACKS)
    assert old in text
    return fingerprint(catalog.read_text(text.replace(old, new, 1)))


def test_it_is_a_stable_digest() -> None:
    assert mark() == mark()
    assert len(mark()) == 64
    assert int(mark(), 16)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("goal: Some goal", "goal: Another goal"),
        ("typical: 3..6 months", "typical: 2..6 months"),
        ("use: {}", "use: {label: Use it}"),
        ('version: "1.0"', 'version: "2.0"'),
        ("profile: small", "profile: other"),
        ("{is: trained and built, waivable_by: csm}", "{is: (trained and (built)), waivable_by: csm, label: Live}"),
        ("live: {is: trained", "live: {source: ON-01, is: trained"),
        (
            "    score: {type: number}\n    level: {type: integer}",
            "    level: {type: integer}\n    score: {type: number}",
        ),
        ("score: {type: number}", "score: {type: number, label: Score, measures: status}"),
        ("seats > 40%", "seats > 40.0%"),
        ("stuck_after: 9 months", "stuck_after: {is: 9 months, source: default}"),
    ],
)
def test_what_people_read_is_free(old: str, new: str) -> None:
    assert mark(old, new) == mark()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("stuck_after: 9 months", "stuck_after: 8 months"),
        ("trained and built", "trained or built"),
        ("waivable_by: csm", "waivable_by: sales"),
        ("uses >= 2", "uses >= 3"),
        ("seats > 40%", "seats > 41%"),
        ("at_least: 1", "at_least: 2"),
        ("receiver: sales", "receiver: robot"),
        ("asks_again: [trained]", "asks_again: [built]"),
        ("do: [call]", "do: [write]"),
        ("upon: left, to: start", "upon: back, to: start"),
        ("before: 90 days", "before: 3 months"),
        ("work: open", "work: waiting"),
        ("needs: confirmed(signed)", "needs: not confirmed(signed)"),
        ("grace: 30 days", "grace: 31 days"),
        ("lost: {end: lost}", "lost: {}"),
        ("lost: {end: lost}", "lost: {end: gone}"),
        ("waiting: {}, open: {}", "open: {}, waiting: {}"),
        ("opened: {from: [waiting], to", "opened: {kind: skip, from: [waiting], to"),
        ("from: any, to: lost", "from: [open], to: lost"),
        ("score: {type: number}", "score: {type: integer}"),
        ("of: [low, mid, high]", "of: [low, high, mid]"),
        ("margin: 5", "margin: 6"),
        ("settled_by: back", "settled_by: trained"),
        ("by: [customer, csm]", "by: [customer]"),
        ("{opens_with: main}", "{opens_with: first}"),
        ("robot: {side: us, played_by: product}", "robot: {side: us}"),
        ("seats * 2", "seats * 3"),
    ],
)
def test_what_moves_somebody_is_not(old: str, new: str) -> None:
    assert mark(old, new) != mark()


def test_reactions_are_part_of_it() -> None:
    def reacting(more: str) -> str:
        return fingerprint(profile("t: {stages: {a: {}}}", more))

    one = "reactions: {again: {upon: quarrel, opens: {workstream: {named: x}}}}\n"
    assert len({reacting(""), reacting(one), reacting(one.replace("named: x", "named: y"))}) == 3
