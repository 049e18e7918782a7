"""What people should know: activities, figures to watch, reasons to stall, and the values that were not taken."""

from __future__ import annotations

import re
from pathlib import Path

from journeykit.language import catalog
from journeykit.machine.fingerprint import fingerprint

NOTED = """
profile: p
roles: {us: {side: us}}
subjects: {deal: {term: [starts, ends]}}
facts: {account: {f: {type: boolean}, lead: {type: duration}}}
tracks:
  t:
    goal: {is: The goal, source: G-1}
    activities: {plan: Plan it}
    stages:
      a:
        goal: {is: Here, instead_of: {G-2: There}}
        typical: {is: 3 months, source: [G-3, G-4], instead_of: {G-5: 60..120+ days, "handbook 2": 4}}
        activities: {meet: {is: Meet, source: G-6, label: Kickoff}, write: Write}
        watch: {deal: {is: USD 1..10, instead_of: {G-7: USD 5..50+}}}
        stalls: {no_time: No time}
        success: {done: {is: f, source: G-8, instead_of: {G-9: true}}}
        steps: {s: {stalls: {late: Too late}}}
      b: {}
  d:
    per: deal
    countdown:
      started_late: {inside: {is: 30 days, source: G-10, instead_of: {G-11: 60 days}}}
      milestones: {ask: {before: {fact: lead, else: 90 days, instead_of: {G-12: 120 days}}}}
    stages: {open: {}}
"""


def test_what_people_should_know_is_kept() -> None:
    tracks = catalog.read_text(NOTED).tracks
    first, deals = tracks["t"].stages[0], tracks["d"].countdown
    said = {(one.name, one.text, one.source, one.instead_of, one.label) for one in first.activities + first.watch}
    assert said == {
        ("meet", "Meet", "G-6", (), "Kickoff"),
        ("write", "Write", None, (), None),
        ("deal", "USD 1..10", None, (("G-7", "USD 5..50+"),), None),
    }
    assert [one.text for one in (*tracks["t"].activities, *first.stalls, *first.steps[0].stalls)] == [
        "Plan it",
        "No time",
        "Too late",
    ]
    assert first.activities[0].at.line == 14
    assert [(one.key, one.source, one.instead_of) for one in (*tracks["t"].cited, *first.cited)] == [
        ("goal", "G-1", ()),
        ("goal", None, (("G-2", "There"),)),
        ("typical", "G-3, G-4", (("G-5", "60..120+ days"), ("handbook 2", "4"))),
    ]
    assert first.success[0].instead_of == (("G-9", "yes"),)
    assert deals is not None
    assert deals.started_late is not None
    assert (deals.started_late.source, deals.started_late.instead_of) == ("G-10", (("G-11", "60 days"),))
    assert deals.milestones[0].before.instead_of == (("G-12", "120 days"),)


def test_what_people_should_know_is_inherited_and_removed(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(NOTED, encoding="utf-8")
    stage = "{typical: 2 months, activities: {meet: ~, call: Call, write: Write well}, watch: ~}"
    text = f"profile: c\nextends: p.yaml\ntracks: {{t: {{stages: {{a: {stage}}}}}}}"
    child = catalog.read_text(text, file="c", root=tmp_path)
    first = child.tracks["t"].stages[0]
    assert [one.text for one in (*first.activities, *first.watch)] == ["Write well", "Call"]
    assert [one.instead_of[0] for one in first.cited if one.key == "typical"] == [("G-5", "60..120+ days")]
    assert first.success[0].source == "G-8"


def test_what_people_should_know_means_nothing() -> None:
    bare = re.sub(r"^ *(goal|activities|watch|stalls): .*\n", "", NOTED, flags=re.MULTILINE)
    bare = re.sub(r", instead_of: \{[^}]*\}|, source: (\[.*?\]|[\w-]+)", "", bare).replace(
        "stalls: {late: Too late}", ""
    )
    assert "G-" not in bare
    assert fingerprint(catalog.read_text(NOTED)) == fingerprint(catalog.read_text(bare))
