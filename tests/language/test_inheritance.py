"""Inheritance: how a child is laid over its parent, and what may be extended at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from journeykit.errors import Finding, Location, ProfileError
from journeykit.language import catalog
from journeykit.language.model.profile import Criterion, Profile
from journeykit.language.text import sources

PARENT = """
profile: parent
version: "7"
title: The parent
timezone: Europe/Lisbon
roles: {customer: {side: customer}, csm: {side: us}, sales: {side: us}}
subjects: {contract: {term: [starts, ends]}, workstream: {opens_with: main}}
facts:
  account: {ready: {type: boolean}, score: {type: number, between: [0, 100]}}
  contract: {days: {type: duration}}
bands: {health: {of: score, levels: {red: 0, green: 75}}}
signals: {left: {}, won: {carries: {name: text}}}
confirmations: {signed: {by: [customer, sales]}}
derived:
  fine: {any: {a: ready, b: health == green}}
tracks:
  value:
    stages:
      first:
        goal: Begin
        typical: {is: 3..6 months, source: ON-10}
        success:
          done: {is: ready, source: ON-14, label: Done, waivable_by: csm}
          signed: confirmed(signed)
        exit: {to: second, when: {success: all, fine: fine}}
      second:
        regress: {back: {to: first, upon: left, asks_again: [signed, ready], do: [call]}}
      third: {}
    moves:
      skip: {from: [first], to: third, when: {a: score > 90}}
  renewal:
    per: contract
    stages: {waiting: {}, working: {}}
    countdown:
      milestones: {prepare: {before: 180 days}, decide: {before: 30 days}}
      notice: {before: {fact: days, else: 60 days}}
      grace: 30 days
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "parent.yaml").write_text(PARENT, encoding="utf-8")
    return tmp_path


def child(folder: Path, body: str, name: str = "child", parent: str = "parent.yaml") -> Profile:
    return reading(folder, body, name, parent).profile


def reading(folder: Path, body: str, name: str = "child", parent: str = "parent.yaml") -> catalog.ProfileReading:
    path = folder / f"{name}.yaml"
    path.write_text(f"profile: {name}\nextends: {parent}\n{body}", encoding="utf-8")
    return catalog.examine(path)


def faults(folder: Path, body: str, name: str = "child", parent: str = "parent.yaml") -> list[str]:
    with pytest.raises(ProfileError) as caught:
        child(folder, body, name, parent)
    return [str(one).replace(f"{folder}/", "") for one in caught.value.findings]


def criterion(profile: Profile, name: str) -> Criterion:
    return next(one for one in profile.tracks["value"].stages[0].success if one.name == name)


def test_a_child_that_says_nothing_is_its_parent_under_another_name(folder: Path) -> None:
    parent, same = catalog.read(folder / "parent.yaml"), child(folder, "")
    assert (same.name, same.version, same.title, same.parents) == ("child", "0", None, ("parent",))
    for part in ("timezone", "roles", "kinds", "facts", "bands", "signals", "confirmations", "derived", "tracks"):
        assert getattr(same, part) == getattr(parent, part), part


def test_maps_merge_and_everything_else_replaces(folder: Path) -> None:
    profile = child(
        folder,
        "roles: {partner: {side: us}}\n"
        "facts: {account: {score: {between: [0, 10]}}}\n"
        "confirmations: {signed: {by: customer}}\n"
        "tracks: {value: {stages: {first: {goal: Start}, second: {regress: {back: {do: [mail]}}}}}}\n",
    )
    assert list(profile.roles) == ["customer", "csm", "sales", "partner"]
    assert profile.facts["score"].between == (0, 10)
    assert profile.facts["score"].type == "number"
    assert profile.confirmations["signed"].by == ("customer",)
    first, second, _ = profile.tracks["value"].stages
    assert first.goal == "Start"
    assert str(first.typical) == "3..6 months"
    back = second.moves[0]
    assert (back.do, back.upon, back.asks_again) == (("mail",), "left", ("signed", "ready"))


def test_short_forms_are_written_out_before_merging(folder: Path) -> None:
    profile = child(
        folder,
        "tracks: {value: {stages: {first: {typical: 1 month,\n"
        "  success: {done: score > 50, signed: {label: Signed}}}}}}\n",
    )
    done = criterion(profile, "done")
    assert (done.text, done.source, done.label, done.waivable_by) == ("score > 50", "ON-14", "Done", "csm")
    signed = criterion(profile, "signed")
    assert (signed.text, signed.label) == ("confirmed(signed)", "Signed")
    assert str(profile.tracks["value"].stages[0].typical) == "1 month"
    assert str(profile.tracks["value"].stages[0].stuck_after) == "1 month 15 days"


@pytest.mark.parametrize(
    ("written", "group", "names", "needed"),
    [
        ("{any: {x: ready, y: score > 3}}", "any", ["x", "y"], 0),
        ("{at_least: 2, of: {x: ready, y: score > 3, z: score > 5}}", "at_least", ["x", "y", "z"], 2),
        ("{all: {x: ready, y: score > 3}}", "all", ["x", "y"], 0),
        ("score > 4", "is", [], 0),
    ],
)
def test_another_way_to_write_a_criterion_replaces_the_parents_way_and_keeps_the_rest(
    folder: Path, written: str, group: str, names: list[str], needed: int
) -> None:
    profile = child(folder, f"tracks: {{value: {{stages: {{first: {{success: {{done: {written}}}}}}}}}}}\n")
    done = criterion(profile, "done")
    assert (done.group, [one.name for one in done.members], done.needed) == (group, names, needed)
    assert (done.source, done.waivable_by) == ("ON-14", "csm")


def test_groups_merge_member_by_member(folder: Path) -> None:
    profile = child(folder, "derived: {fine: {any: {b: ~, c: score > 3}}}\n")
    whole = profile.derived["fine"].criterion
    assert whole
    assert [(one.id, one.text) for one in whole.members] == [
        ("derived.fine.a", "ready"),
        ("derived.fine.c", "score > 3"),
    ]


def test_a_plain_value_replaces_one_from_a_fact_and_the_other_way_round(folder: Path) -> None:
    body = "tracks: {{renewal: {{countdown: {{notice: {{before: {}}}, grace: {}}}}}}}\n"
    profile = child(folder, body.format("45 days", "{fact: days, else: 9 days}"))
    countdown = profile.tracks["renewal"].countdown
    assert countdown
    assert countdown.notice
    assert countdown.grace
    assert (countdown.notice.fact, str(countdown.notice.default)) == (None, "45 days")
    assert (countdown.grace.fact, str(countdown.grace.default)) == ("days", "9 days")
    countdown = child(folder, body.format("{else: 10 days}", "~")).tracks["renewal"].countdown
    assert countdown
    assert countdown.notice
    assert (countdown.notice.fact, str(countdown.notice.default)) == ("days", "10 days")
    assert countdown.grace is None


def test_a_parents_key_keeps_its_place_and_new_ones_come_last_or_where_they_ask_to_stand(folder: Path) -> None:
    profile = child(
        folder,
        "tracks:\n  value:\n    stages:\n      late: {}\n      third: {goal: Go on}\n"
        "      between: {after: first, goal: Between}\n      after_that: {after: between}\n      first: {goal: Start}\n"
        "    moves: {leap: {after: skip, from: [second], to: late, when: {x: ready}}}\n",
    )
    assert [one.name for one in profile.tracks["value"].stages] == [
        "first", "between", "after_that", "second", "third", "late",
    ]  # fmt: skip
    assert [one.name for one in profile.tracks["value"].moves] == ["skip", "leap"]


def test_after_is_checked(folder: Path) -> None:
    assert faults(folder, "tracks: {value: {stages: {late: {after: secnd}, third: {after: first}}}}\n") == [
        'child.yaml:3:41: tracks.value.stages.late.after: there is no "secnd" here to stand after; '
        'did you mean "second"? [JK011]',
        'child.yaml:3:57: tracks.value.stages.third.after: "third" is there already in the parent and keeps its place; '
        "delete this line [JK011]",
    ]


def test_a_tilde_removes(folder: Path) -> None:
    profile = child(
        folder,
        "tracks: {renewal: ~, value: {moves: ~, stages: {third: ~,\n"
        "  first: {success: {signed: ~, done: {source: ~}}}}}}\n",
    )
    track = profile.tracks["value"]
    assert list(profile.tracks) == ["value"]
    assert [one.name for one in track.stages] == ["first", "second"]
    assert track.moves == ()
    assert [(one.name, one.source) for one in track.stages[0].success] == [("done", None)]


def test_removing_what_is_not_there_is_remarked_and_stops_nothing(folder: Path) -> None:
    found = reading(folder, "roles: {partner: ~}\ntracks: {value: {stages: {fourth: ~, first: {}}}}\n")
    assert [(one.severity, one.code, one.at.line, one.at.column, one.path) for one in found.findings] == [
        ("warning", "JK016", 3, 9, "roles.partner"),
        ("warning", "JK016", 4, 27, "tracks.value.stages.fourth"),
    ]
    assert isinstance(found.findings[0], Finding)
    assert catalog.examine(folder / "parent.yaml").findings == ()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "tracks: {value: {stages: {third: ~}}}\n",
            'parent.yaml:30:33: tracks.value.moves.skip.to: the stage "third" was written at parent.yaml:28:7 '
            "and removed at child.yaml:3:27; change this reference, or keep what it names [JK104]",
        ),
        (
            "signals: {left: ~}\n",
            'parent.yaml:27:43: tracks.value.stages.second.regress.back.upon: the signal "left" was written '
            "at parent.yaml:12:11 and removed at child.yaml:3:11; change this reference, or keep what it names [JK104]",
        ),
        (
            "roles: {sales: ~}\n",
            'parent.yaml:13:41: confirmations.signed.by.1: the role "sales" was written at parent.yaml:6:54 '
            "and removed at child.yaml:3:9; change this reference, or keep what it names [JK104]",
        ),
        (
            "facts: {contract: ~}\n",
            'parent.yaml:36:31: tracks.renewal.countdown.notice.before.fact: the fact "days" was written '
            "at parent.yaml:10:14 and removed at child.yaml:3:9; change this reference, or keep what it names [JK104]",
        ),
    ],
)
def test_what_still_names_something_removed_is_told_both_places(folder: Path, body: str, expected: str) -> None:
    assert faults(folder, body) == [expected]


@pytest.mark.parametrize(
    ("body", "line", "gone"),
    [
        ("bands: {health: ~}\n", 15, "child.yaml:3:9"),
        ("derived: {fine: ~}\n", 25, "child.yaml:3:11"),
        (
            "confirmations: {signed: ~}\ntracks: {value: {stages: {second: {regress: ~}}}}\n", 24, "child.yaml:3:17",
        ),
    ],
)  # fmt: skip
def test_an_expression_that_names_something_removed_is_told_where(
    folder: Path, body: str, line: int, gone: str
) -> None:
    found = faults(folder, body)
    assert [one.split(":")[:2] for one in found] == [["parent.yaml", str(line)]]
    assert f"removed at {folder}/{gone}".replace(f"{folder}/", "") in found[0]
    assert "[JK104]" in found[0]


def test_what_is_removed_and_written_again_is_there(folder: Path) -> None:
    child(folder, "signals: {left: ~}\ntracks: {value: {stages: {second: {regress: ~}}}}\n", "middle")
    profile = child(folder, "signals: {left: {label: Left}}\n", "last", "middle.yaml")
    assert profile.signals["left"].label == "Left"
    assert profile.parents == ("middle", "parent")


def test_every_value_keeps_the_place_where_it_was_written(folder: Path) -> None:
    profile = child(folder, "tracks:\n  value:\n    stages:\n      first:\n        success: {extra: ready}\n")
    success = profile.tracks["value"].stages[0].success
    assert [(Path(one.at.file).name, one.at.line) for one in success] == [
        ("parent.yaml", 23),
        ("parent.yaml", 24),
        ("child.yaml", 7),
    ]


def test_a_fault_in_the_child_points_into_the_child(folder: Path) -> None:
    assert faults(folder, "tracks: {value: {stages: {first: {success: {done: raedy}}}}}\n") == [
        'child.yaml:3:51: tracks.value.stages.first.success.done: there is no fact, band or derived name "raedy"; '
        'did you mean "ready"? [JK103]'
    ]


def test_nothing_opens_a_kind_for_nothing_more_and_removes_it_from_an_inherited_map(folder: Path) -> None:
    body = "reactions: {grow: {upon: won, opens: {workstream: ~}}}\n"
    opens = child(folder, body, "middle").reactions["grow"].opens
    assert [(one.kind, one.named, one.unless_open) for one in opens] == [("workstream", None, False)]
    last = child(folder, "reactions: {grow: {do: [call], opens: {workstream: ~}}}\n", "last", "middle.yaml")
    assert last.reactions["grow"].opens == ()


# What may be extended


def test_a_shipped_segment_by_name_and_files_below_the_first_folder(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = tmp_path_factory.mktemp("shipped")
    (shipped / "base.yaml").write_text(PARENT.replace("profile: parent", "profile: base"), encoding="utf-8")
    (shipped / "notes.txt").write_text("not a profile", encoding="utf-8")
    (shipped / "base.scenarios.yaml").write_text("- scenario: not a profile\n", encoding="utf-8")
    monkeypatch.setattr(sources, "segments_dir", lambda: shipped)
    assert catalog.names() == ("base",)
    assert catalog.read("base").at == Location("segments/base.yaml", 2, 1)
    (folder / "below").mkdir()
    (folder / "below" / "middle.yaml").write_text("profile: middle\nextends: base\nroles: {one: {side: us}}\n", "utf-8")
    (folder / "below" / "lower.yaml").write_text("profile: lower\nextends: ./middle.yaml\n", "utf-8")
    profile = child(folder, "roles: {two: {side: us}}\n", "child", "below/lower.yaml")
    assert profile.parents == ("lower", "middle", "base")
    assert {"one", "two", "csm"} <= set(profile.roles)
    text = "profile: x\nextends: base\n"
    assert catalog.read_text(text).parents == ("base",)
    assert catalog.read_text("profile: x\nextends: parent.yaml\n", root=folder).parents == ("parent",)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("../outside.yaml", '"../outside.yaml" leads out of this folder'),
        ("below/../../outside.yaml", "leads out of this folder"),
        ("/etc/passwd", "is not a path inside this folder"),
        ("/etc/hosts.yaml", "is not a path inside this folder"),
        ("~/own.yaml", "is not a path inside this folder"),
        ("https://example.org/base.yaml", "is not a path inside this folder"),
        ("file:parent.yaml", "is not a path inside this folder"),
        ("C:\\own.yaml", "is not a path inside this folder"),
        ("'..\\outside.yaml'", "is not a path inside this folder"),
        ("link.yaml", '"link.yaml" leads out of this folder'),
        ("linked/outside.yaml", '"linked/outside.yaml" leads out of this folder'),
        ("parnet.yaml", 'there is no file "parnet.yaml" beside this profile; did you mean "parent.yaml"?'),
        ("parent", 'there is no shipped segment "parent"; did you mean "parent.yaml"?'),
        ("below", 'there is no shipped segment "below"'),
        ("below.yaml", 'there is no file "below.yaml" beside this profile'),
        ('""', 'there is no shipped segment ""'),
    ],
)
def test_nothing_outside_the_folder_is_opened(folder: Path, written: str, message: str) -> None:
    inside = folder / "inside"
    (inside / "below.yaml").mkdir(parents=True)
    (inside / "parent.yaml").write_text(PARENT, encoding="utf-8")
    (folder / "outside.yaml").write_text(PARENT, encoding="utf-8")
    (inside / "link.yaml").symlink_to(folder / "outside.yaml")
    (inside / "linked").symlink_to(folder, target_is_directory=True)
    found = faults(inside, "", parent=written)
    assert [one.split(": ")[0] for one in found] == ["child.yaml:2:10"]
    assert message in found[0]
    assert found[0].endswith("[JK010]")


def test_a_text_without_a_folder_extends_no_files() -> None:
    with pytest.raises(ProfileError, match=r"p:2:10: extends: there is no shipped segment .* and a text has no files"):
        catalog.read_text("profile: x\nextends: parent.yaml\n", file="p")


def test_a_circle_of_parents_is_told_as_a_circle(folder: Path) -> None:
    for name, parent in (("a", "b"), ("b", "c"), ("c", "a")):
        (folder / f"{name}.yaml").write_text(f"profile: {name}\nextends: {parent}.yaml\n", "utf-8")
    with pytest.raises(ProfileError) as caught:
        catalog.read(folder / "a.yaml")
    assert str(caught.value).replace(f"{folder}/", "") == (
        "c.yaml:2:10: extends: profiles extend each other in a circle: a.yaml -> b.yaml -> c.yaml -> a.yaml; "
        "delete one of these lines [JK010]"
    )
    (folder / "self.yaml").write_text("profile: x\nextends: self.yaml\n", "utf-8")
    with pytest.raises(ProfileError, match=r"in a circle: .*self\.yaml -> .*self\.yaml"):
        catalog.read(folder / "self.yaml")


def test_a_chain_has_at_most_eight_profiles(folder: Path) -> None:
    for n in range(1, 9):
        parent = f"p{n - 1}.yaml" if n > 1 else "parent.yaml"
        (folder / f"p{n}.yaml").write_text(f"profile: p{n}\nextends: {parent}\n", "utf-8")
    assert len(catalog.read(folder / "p7.yaml").parents) == 7
    with pytest.raises(ProfileError, match="more than 8 profiles extend one another"):
        catalog.read(folder / "p8.yaml")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("enterprize", 'there is no shipped segment "enterprize"; did you mean "enterprise"?'),
        ("missing.yaml", "there is no such file"),
        ("folder.yaml", "this is a folder, not a file"),
        ("latin.yaml", "latin.yaml:2:9: the text is not UTF-8; save the file as UTF-8"),
        ("large.yaml", "a text of more than 1,048,576 bytes"),
    ],
)
def test_what_cannot_be_read_is_told_without_a_traceback(
    folder: Path, given: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sources, "names", lambda: ("base", "enterprise"))
    (folder / "folder.yaml").mkdir()
    (folder / "latin.yaml").write_bytes("profile: p\ntitle: s\u00e9\n".encode("latin-1"))
    (folder / "large.yaml").write_bytes(b"profile: p\n#" + b"x" * (1 << 20))
    with pytest.raises(ProfileError) as caught:
        catalog.read(given)
    assert message in str(caught.value)
