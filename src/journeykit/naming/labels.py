"""Labels: display names in a language, from files ``labels/LANG.yaml`` beside the profiles.

The folder of the profile is asked first, then those of its parents, nearest first. In one folder the language that was
asked for comes first, then English, then the ``label:`` in the profile itself. A name without any label is shown with
blanks for underscores.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from journeykit.errors import Finding, JourneykitError, Location, ProfileError
from journeykit.language import catalog
from journeykit.language.model.profile import Profile, Written
from journeykit.language.text.nodes import Faults, Node, listed, suggest, words_for
from journeykit.language.text.reader import parse
from journeykit.language.text.sources import Source, text_of
from journeykit.naming.declared import SORTS, Vocabulary, vocabulary

__all__ = ["FOLDER", "Labels", "LabelsError", "examine_folder", "examine_labels", "labels", "languages"]

FOLDER = "labels"
"""The folder of label files, beside the profiles."""

_DEFAULT = "en"
_FOR = "for"
_UNKNOWN = "JK103"
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", re.ASCII)
_BY_TAIL = frozenset({"criteria", "moves"})

Texts = dict[tuple[str, str], str]
"""Labels by sort and name."""


class LabelsError(JourneykitError):
    """A language in which a profile has no labels."""


@dataclass(frozen=True, slots=True)
class _File:
    """One file of labels: ``texts`` for all profiles of its folder, and ``single`` for some of them by name."""

    texts: Texts
    single: dict[str, Texts]

    def find(self, sort: str, name: str, profiles: list[str]) -> str | None:
        """Return a label for one of these profiles, the nearest first, or else for all profiles; None without one."""
        for texts in (*(self.single.get(one, {}) for one in profiles), self.texts):
            for tail in _tails(sort, name):
                if (sort, tail) in texts:
                    return texts[sort, tail]
        return None


@dataclass(frozen=True, slots=True)
class _Group:
    """The profiles of one folder, the files they were read from, and its label files in the order of asking."""

    profiles: list[str]
    shown: frozenset[str]
    files: dict[str, _File]


class Labels:
    """The display names of one profile in one language. Sorts of names are those in ``SORTS``."""

    def __init__(self, profile: Profile, language: str, groups: list[_Group]) -> None:
        self.profile = profile
        self.language = language
        self._groups = groups

    @cached_property
    def names(self) -> Vocabulary:
        """All names of the profile, by sort."""
        return vocabulary(self.profile)

    @cached_property
    def missing(self) -> tuple[tuple[str, str], ...]:
        """The names without a label in this language, as (sort, name); English or the profile speaks for them."""
        asked = [
            (file, group.profiles)
            for group in self._groups
            for language, file in group.files.items()
            if language in _asked(self.language)
        ]
        return tuple(
            (sort, name)
            for sort, names in self.names.items()
            for name in names
            if not any(file.find(sort, name, profiles) for file, profiles in asked)
        )

    def of(self, sort: str, name: str) -> str:
        """Return the label of a name, or the last part of the name itself with blanks for underscores."""
        return self.find(sort, name) or name.rpartition(".")[2].replace("_", " ")

    def find(self, sort: str, name: str) -> str | None:
        """Return the label that somebody wrote for a name, or None.

        Raises:
            KeyError: there is no such sort.
        """
        own = self.names[sort].get(name)
        for group in self._groups:
            for file in group.files.values():
                text = file.find(sort, name, group.profiles)
                if text is not None:
                    return text
            if own is not None and own.at.file in group.shown:
                return str(own.value)
        return str(own.value) if own is not None else None


def labels(profile: Profile, language: str = _DEFAULT) -> Labels:
    """Return the labels of a profile in a language.

    Args:
        profile: the profile, which remembers the files that it was read from.
        language: a tag such as ``pt`` or ``pt-BR`` (``PT`` and ``pt_BR`` do too).

    Raises:
        ProfileError: a file of labels is at fault.
        LabelsError: nobody wrote labels in that language; English is never refused.
    """
    asked, language = language, _normal(language)
    if language != _DEFAULT and not _known(language, languages(profile)):
        hint = listed(languages(profile)) or "none at all"
        raise LabelsError(f'there are no labels in "{asked}" for the profile {profile.name}; there are {hint}')
    faults = Faults()
    groups: list[_Group] = []
    for _, written in _by_folder(profile):
        files = ((one, _read(written[0], one, faults)) for one in dict.fromkeys((*_asked(language), _DEFAULT)))
        found = {one: file for one, file in files if file is not None}
        groups.append(_Group([one.profile for one in written], frozenset(one.file for one in written), found))
    faults.stop()
    return Labels(profile, language, groups)


def languages(profile: Profile) -> tuple[str, ...]:
    """Return the languages in which there are labels for a profile, in alphabetical order."""
    found: set[str] = set()
    for folder, _ in _by_folder(profile):
        if folder is not None and (folder / FOLDER).is_dir():
            found |= {one.stem for one in (folder / FOLDER).glob("*.yaml") if _LANGUAGE.fullmatch(one.stem)}
    return tuple(sorted(found))


def examine_labels(path: Path, profiles: list[Profile]) -> tuple[Finding, ...]:
    """Return all findings about one file of labels, which stands beside these profiles."""
    faults = Faults()
    root = _tree(path, str(path), faults)
    if root is not None:
        _texts(root, faults)
        named = [(one.name, vocabulary(one)) for one in profiles]
        _check_names(root, [one for _, one in named], faults)
        _check_single(root, dict(named), faults)
    return tuple(faults.findings)


def examine_folder(folder: Path) -> tuple[Finding, ...]:
    """Return all findings about the label files beside the profiles of a folder.

    While one of these profiles cannot be read, its names are not known, and no name is reported as unknown.
    """
    files = sorted((folder / FOLDER).glob("*.yaml"))
    profiles: list[Profile] = []
    unread = False
    for one in sorted(folder.glob("*.y*ml")) if files else ():
        try:
            profiles += [catalog.read(one)] if "." not in one.stem else []
        except ProfileError:
            unread = True
    findings = (finding for file in files for finding in examine_labels(file, profiles))
    return tuple(one for one in findings if not (unread and one.code == _UNKNOWN))


# -- files


def _normal(language: str) -> str:
    """Return a language as its file is named: ``pt_br`` becomes ``pt-BR``."""
    first, *more = language.replace("_", "-").split("-")
    return "-".join((first.lower(), *(one.upper() if len(one) == 2 else one for one in more)))


def _asked(language: str) -> tuple[str, ...]:
    return (language, language.partition("-")[0])


def _known(language: str, there: tuple[str, ...]) -> bool:
    return bool(_LANGUAGE.fullmatch(language)) and any(one in there for one in _asked(language))


def _by_folder(profile: Profile) -> Iterator[tuple[Path | None, list[Written]]]:
    """Return the files that a profile was made of, those of one folder together, nearest first."""
    found: list[tuple[Path | None, list[Written]]] = []
    for one in profile.written:
        if not found or found[-1][0] != one.folder:
            found.append((one.folder, []))
        found[-1][1].append(one)
    return iter(found)


def _read(beside: Written, language: str, faults: Faults) -> _File | None:
    if beside.folder is None:
        return None
    file = beside.folder / FOLDER / f"{language}.yaml"
    if not file.is_file():
        return None
    shown = str(Path(beside.file).parent / FOLDER / file.name)
    if not file.resolve().is_relative_to(beside.folder.resolve()):
        message = "this leads out of the folder of the profile"
        faults.add("JK009", Location(shown), (), message, "put the file itself there, not a link to it")
        return None
    root = _tree(file, shown, faults)
    return None if root is None else _texts(root, faults)


def _tree(file: Path, shown: str, faults: Faults) -> Node | None:
    text = text_of(Source(shown, file, file.parent), Location(shown), (), faults)
    return None if text is None else parse(text, shown, faults, names=False)


def _texts(root: Node, faults: Faults) -> _File:
    """Return the texts of a file; what does not fit is added to ``faults`` and left out."""
    single: dict[str, Texts] = {}
    if not isinstance(root.value, dict):
        faults.add("JK014", root.at, (), f"{words_for(root.value)}, expected a map of sorts: {listed(SORTS)}")
        return _File({}, single)
    sorts = {key: item for key, item in root.value.items() if key != _FOR}
    for name, item in _entries(root.value.get(_FOR), (_FOR,), faults):
        single[name] = _sorts(dict(_entries(item, (_FOR, name), faults)), (_FOR, name), faults)
    return _File(_sorts(sorts, (), faults), single)


def _entries(node: Node | None, path: tuple[str, ...], faults: Faults) -> Iterator[tuple[str, Node]]:
    if node is None:
        return
    if isinstance(node.value, dict):
        yield from node.value.items()
    else:
        faults.add("JK014", node.at, path, f"{words_for(node.value)}, expected a map: each entry under its name")


def _sorts(sorts: dict[str, Node], path: tuple[str, ...], faults: Faults) -> Texts:
    found: Texts = {}
    for sort, node in sorts.items():
        here = (*path, sort)
        if sort not in SORTS:
            hint = suggest(sort, SORTS)
            known = "" if hint.startswith("did") else f", expected {listed((*SORTS, _FOR), 'or')}"
            faults.add("JK012", node.place, here, f"there is no sort of names like this{known}", hint)
            continue
        for name, item in _entries(node, here, faults):
            if isinstance(item.value, str) and item.value.strip():
                found[sort, name] = item.value
            else:
                faults.add("JK014", item.at, (*here, name), f"{words_for(item.value)}, expected a text")
    return found


# -- names


def _tails(sort: str, name: str) -> Iterator[str]:
    """Yield the names under which a thing may be labelled: its full name, then last parts of it, longest first."""
    yield name
    while sort in _BY_TAIL and "." in name:
        name = name.partition(".")[2]
        yield name


def _check_names(root: Node, known: list[Vocabulary], faults: Faults, path: tuple[str, ...] = ()) -> None:
    """Add a fault for every name that none of the profiles has."""
    for sort, node in root.value.items() if isinstance(root.value, dict) else ():
        if sort not in SORTS or not isinstance(node.value, dict):
            continue
        names = [name for one in known for name in one[sort]]
        there = {tail for name in names for tail in _tails(sort, name)} | ({"success"} if sort == "criteria" else set())
        for name, item in node.value.items():
            if name not in there:
                hint = suggest(name, dict.fromkeys(names)) or "delete this line"
                message = f'no profile here has "{name}" among its {sort}'
                faults.add(_UNKNOWN, item.place, (*path, sort, name), message, hint)


def _check_single(root: Node, known: dict[str, Vocabulary], faults: Faults) -> None:
    single = root.value.get(_FOR) if isinstance(root.value, dict) else None
    for name, node in single.value.items() if single is not None and isinstance(single.value, dict) else ():
        if name not in known:
            faults.add(_UNKNOWN, node.place, (_FOR, name), f'there is no profile "{name}" here', suggest(name, known))
        else:
            _check_names(node, [known[name]], faults, (_FOR, name))
