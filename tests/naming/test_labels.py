"""What people call things: complete for the shipped profiles, refused where wrong, and who goes first."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from journeykit.cli import main
from journeykit.errors import ProfileError
from journeykit.language import catalog
from journeykit.language.model.profile import Profile
from journeykit.naming.declared import SORTS, vocabulary
from journeykit.naming.labels import FOLDER, LabelsError, examine_folder, examine_labels, labels, languages

LANGUAGES = ("en", "es", "pt")
SHIPPED = {name: catalog.read(name) for name in catalog.names()}
FILES = catalog.segments_dir() / FOLDER
BOTH = [pytest.param(one, name, id=f"{one}-{name}") for one, name in product(LANGUAGES, SHIPPED)]

PARENT = """
profile: parent
title: A parent
tracks:
  t: {label: The track, stages: {first: {label: From the profile}, second: {}, last_one: {end: over}}}
"""


def parent_and_child(folder: Path, child: str = "", **files: str) -> Profile:
    """A child in its own folder below its parent; files by ``LANG`` and ``below_LANG``."""
    below = folder / "below"
    for one in (folder / FOLDER, below / FOLDER):
        one.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        home = below if name.startswith("below_") else folder
        (home / FOLDER / f"{name.removeprefix('below_')}.yaml").write_text(text, encoding="utf-8")
    (below / "parent.yaml").write_text(PARENT, encoding="utf-8")
    own = folder / "child.yaml"
    own.write_text(f"profile: child\nextends: below/parent.yaml\n{child}", encoding="utf-8")
    return catalog.read(own)


# ---------------------------------------------------------------- the shipped ones


def test_the_shipped_profiles_have_labels_in_three_languages() -> None:
    assert {one.stem for one in FILES.glob("*")} == set(LANGUAGES)
    assert all(languages(profile) == LANGUAGES for profile in SHIPPED.values())


@pytest.mark.parametrize(("language", "name"), BOTH)
def test_no_label_is_missing(language: str, name: str) -> None:
    missing = [f"{sort}: {one}" for sort, one in labels(SHIPPED[name], language).missing]
    assert not missing, f"write these in segments/labels/{language}.yaml: {missing}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_label_is_there_for_a_name_that_is_not(language: str) -> None:
    assert [str(one) for one in examine_labels(FILES / f"{language}.yaml", list(SHIPPED.values()))] == []


@pytest.mark.parametrize(("language", "name"), BOTH)
def test_no_two_stages_of_a_track_share_a_label(language: str, name: str) -> None:
    said: dict[tuple[str, str], str] = {}
    found = labels(SHIPPED[name], language)
    for path in found.names["stages"]:
        track, label = path.partition(".")[0], found.of("stages", path).casefold()
        assert said.setdefault((track, label), path) == path, f"{path} and {said[track, label]} are both {label!r}"


@pytest.mark.parametrize("name", SHIPPED)
def test_english_says_what_the_profile_says(name: str) -> None:
    found = labels(SHIPPED[name], "en")
    own = {(sort, one): node for sort, names in found.names.items() for one, node in names.items() if node is not None}
    differs = {key: (found.of(*key), str(node.value)) for key, node in own.items() if found.of(*key) != node.value}
    assert not differs, f"the label in en.yaml and the one in the profile: {differs}"


def test_a_shipped_name_in_three_languages() -> None:
    said = [labels(SHIPPED["smb"], language).of("stages", "value.adoption") for language in LANGUAGES]
    assert said == ["Adoption", "Adopción", "Adoção"]


# ---------------------------------------------------------------- who goes first


TABLE = [
    ("nothing but the name", {}, "", "last one"),
    ("the label in the profile", {"path": "t.first"}, "", "From the profile"),
    ("English before it", {"path": "t.first", "below_en": "First"}, "", "First"),
    ("the language before that", {"path": "t.first", "below_en": "First", "below_pt": "Primeira"}, "", "Primeira"),
    ("English where it is silent", {"below_en": "Last", "below_pt": None}, "", "Last"),
    ("the nearer folder", {"below_pt": "Longe", "pt": "Perto"}, "", "Perto"),
    ("the nearer folder even in English", {"below_pt": "Longe", "en": "Near"}, "", "Near"),
    ("a label of the child", {"below_pt": "Longe"}, "Mine", "Mine"),
    ("a label of the child after its own folder", {"below_pt": "Longe", "en": "Near"}, "Mine", "Near"),
    ("a file of another language", {"es": "Cerca"}, "", "last one"),
]


@pytest.mark.parametrize(("case", "files", "own", "expected"), TABLE, ids=[row[0] for row in TABLE])
def test_who_goes_first(tmp_path: Path, case: str, files: dict[str, str], own: str, expected: str) -> None:
    path = files.get("path", "t.last_one")
    texts = {
        key: f"stages: {{{path}: {text}}}" if text else "tracks: {t: X}" for key, text in files.items() if key != "path"
    }
    child = f"tracks: {{t: {{stages: {{last_one: {{label: {own}}}}}}}}}" if own else ""
    profile = parent_and_child(tmp_path, child, **({"below_pt": "{tracks: {t: X}}"} | texts))
    assert labels(profile, "pt").of("stages", path) == expected


def test_one_profile_may_call_a_thing_by_another_name(tmp_path: Path) -> None:
    text = "stages: {t.first: All}\nfor: {parent: {stages: {t.first: Parent}}, child: {stages: {t.second: Child}}}"
    profile = parent_and_child(tmp_path, below_pt=text)
    assert labels(profile, "pt").of("stages", "t.first") == "Parent"
    assert labels(profile, "pt").of("stages", "t.second") == "second"
    assert labels(parent_and_child(tmp_path, pt=text), "pt").of("stages", "t.second") == "Child"


def test_criteria_and_moves_go_by_the_last_parts_of_their_ids(tmp_path: Path) -> None:
    text = "criteria: {done: Done, success.done: It is done}\nmoves: {back: Back}"
    first = "{success: {done: f}, exit: {to: second, when: {done: f}}, regress: {back: {to: last_one, upon: x}}}"
    names = "signals: {x: {}}\nfacts: {account: {f: {type: boolean}}}"
    child = f"tracks: {{t: {{stages: {{first: {first}}}}}}}\n{names}"
    profile = parent_and_child(tmp_path, child, pt=text)
    found = labels(profile, "pt")
    assert found.of("criteria", "t.first.success.done") == "It is done"
    assert found.of("criteria", "t.first.exit.done") == "Done"
    assert found.of("moves", "t.first.back") == "Back"
    assert [str(one) for one in examine_labels(tmp_path / FOLDER / "pt.yaml", [profile])] == []


@pytest.mark.parametrize("language", ["pt-BR", "pt_BR", "PT", "pt-br"])
def test_a_country_falls_back_to_its_language(tmp_path: Path, language: str) -> None:
    profile = parent_and_child(tmp_path, pt="tracks: {t: Trilha}")
    assert labels(profile, language).of("tracks", "t") == "Trilha"


def test_a_country_may_have_a_file_of_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "below" / FOLDER
    profile = parent_and_child(tmp_path, below_pt="tracks: {t: Trilha}")
    (folder / "pt-BR.yaml").write_text("tracks: {t: Trilha do Brasil}", encoding="utf-8")
    assert labels(profile, "pt_br").of("tracks", "t") == "Trilha do Brasil"


@pytest.mark.parametrize("language", ["xx", "../pt", "pt.yaml", ""])
def test_a_language_that_nobody_wrote(tmp_path: Path, language: str) -> None:
    profile = parent_and_child(tmp_path, pt="tracks: {t: Trilha}", below_es="tracks: {t: Pista}")
    with pytest.raises(LabelsError, match="for the profile child; there are es and pt"):
        labels(profile, language)


def test_a_text_without_a_folder_has_the_labels_of_its_shipped_parent() -> None:
    profile = catalog.read_text("profile: mine\nextends: smb\n")
    assert labels(profile, "pt").of("stages", "value.adoption") == "Adoção"


def test_every_sort_is_asked_for() -> None:
    assert set(vocabulary(SHIPPED["base"])) == set(SORTS)


# ---------------------------------------------------------------- what is refused


WRONG = [
    ("[a, b]", "1:1: a list, expected a map of sorts"),
    ("", "1: the text is empty"),
    ("stagess: {t.first: A}", '1:1: stagess: there is no sort of names like this; did you mean "stages"? [JK012]'),
    ("zzz: {t.first: A}", "1:1: zzz: there is no sort of names like this, expected profiles, tracks"),
    ("stages: [t.first]", "1:9: stages: a list, expected a map: each entry under its name [JK014]"),
    ("stages:\n  t.first: 3", "2:12: stages.t.first: the number 3, expected a text [JK014]"),
    ("stages: {t.first: ''}", '1:19: stages.t.first: the text "", expected a text [JK014]'),
    ("stages: {t.first: A, t.first: B}", "1:22: stages.t.first: the key stands here again, first at"),
    ("stages: {t.first: !!python/object:os.system A}", "is not allowed; delete it"),
    ("for: {child: [a]}", "1:14: for.child: a list, expected a map: each entry under its name [JK014]"),
]


@pytest.mark.parametrize(("text", "said"), WRONG, ids=[text for text, _ in WRONG])
def test_a_file_at_fault_is_refused_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    profile = parent_and_child(tmp_path, pt=text)
    with pytest.raises(ProfileError) as caught:
        labels(profile, "pt")
    file = tmp_path / FOLDER / "pt.yaml"
    assert said in str(caught.value)
    assert all(one.at.file == str(file) for one in caught.value.findings)
    assert [one.message for one in examine_labels(file, [profile])] == [one.message for one in caught.value.findings]


UNKNOWN = [
    ("stages: {t.frist: A}", '1:10: stages.t.frist: no profile here has "t.frist" among its stages; did you mean'),
    ("tracks: {zzz: A}", '1:10: tracks.zzz: no profile here has "zzz" among its tracks; there is t [JK103]'),
    ("for: {chlid: {}}", '1:7: for.chlid: there is no profile "chlid" here; did you mean "child"? [JK103]'),
    ("for: {child: {tracks: {u: U}}}", '1:24: for.child.tracks.u: no profile here has "u" among its tracks'),
]


@pytest.mark.parametrize(("text", "said"), UNKNOWN, ids=[text for text, _ in UNKNOWN])
def test_a_name_that_does_not_exist_is_told(tmp_path: Path, text: str, said: str) -> None:
    profile = parent_and_child(tmp_path, pt=text)
    assert labels(profile, "pt").of("stages", "t.second") == "second"
    findings = examine_labels(tmp_path / FOLDER / "pt.yaml", [profile])
    assert len(findings) == 1
    assert said in str(findings[0])


def test_the_labels_of_a_folder_are_looked_at_with_its_profiles(tmp_path: Path) -> None:
    parent_and_child(tmp_path, below_pt="for: {parent: {tracks: {t: T}}, child: {tracks: {t: T}}}", pt="tracks: {u: U}")
    assert [str(one).partition("pt.yaml:")[2][:21] for one in examine_folder(tmp_path)] == ["1:10: tracks.u: no pr"]
    assert ["for.child" in str(one) for one in examine_folder(tmp_path / "below")] == [True]
    (tmp_path / "draft.yaml").write_text("profile: [", encoding="utf-8")
    assert examine_folder(tmp_path) == ()
    assert examine_folder(tmp_path / "nowhere") == ()


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret.yaml"
    secret.write_text("tracks: {t: Secret}", encoding="utf-8")
    profile = parent_and_child(tmp_path / "home")
    (tmp_path / "home" / FOLDER / "pt.yaml").symlink_to(secret)
    with pytest.raises(ProfileError, match="leads out of the folder"):
        labels(profile, "pt")


def test_lint_looks_at_the_labels_beside_profiles(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    parent_and_child(tmp_path, pt="tracks: {u: U}", below_es="stages: 3")
    assert main(["lint", str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert "pt.yaml:1:10: tracks.u: no profile here has" in said
    assert "es.yaml:1:9: stages: the number 3, expected a map" in said
    assert "2 profiles, 2 errors" in said


def test_the_former_place_still_answers() -> None:
    from journeykit.language import labels as former
    from journeykit.naming import labels as place

    assert {getattr(former, name) is getattr(place, name) for name in former.__all__} == {True}
