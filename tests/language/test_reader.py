"""Reading YAML: values by the core schema of YAML 1.2, places, and limits that hold exactly where they say."""

from __future__ import annotations

import time
from typing import Any

import pytest
import yaml

from journeykit.errors import Location, ProfileError
from journeykit.language.text import reader
from journeykit.language.text.nodes import Faults, Node, find, plain
from journeykit.language.text.reader import parse, read_tree

LOADERS = [yaml.SafeLoader] + ([yaml.CSafeLoader] if hasattr(yaml, "CSafeLoader") else [])


@pytest.fixture(params=LOADERS, ids=lambda loader: loader.__name__, autouse=True)
def each_loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(reader, "_LOADER", request.param)
    return request.param


def value_of(text: str) -> Any:
    return plain(read_tree(f"x: {text}\n"))["x"]


def faults_of(text: str, **options: Any) -> list[str]:
    with pytest.raises(ProfileError) as caught:
        read_tree(text, "f", **options)
    return [str(one) for one in caught.value.findings]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("True", True),
        ("FALSE", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("0", 0),
        ("-17", -17),
        ("+3", 3),
        ("007", 7),
        ("0o17", 15),
        ("0x1F", 31),
        ("999999999999999999", 999999999999999999),
        ("1.0", 1.0),
        (".5", 0.5),
        ("-2.", -2.0),
        ("1e3", 1000.0),
        ("2.5E-1", 0.25),
        ('"true"', "true"),
        ("'12'", "12"),
        # What YAML 1.1 would have taken for something else stays what the author wrote.
        *[(text, text) for text in ("on", "off", "yes", "no", "y", "N", "tRue", "2026-01-05", "2026-01-05T10:00:00Z")],
        *[
            (text, text)
            for text in ("12:30", "1_000", "0b11", "3..6 months", "40%", "90 days", "health >= yellow", "=")
        ],
        *[(text, text) for text in ("nan", "inf", "+", ".", "1e", "0x", "--1", "1.2.3", "not x", "none")],
    ],
)
def test_plain_values(text: str, value: Any) -> None:
    found = value_of(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "text", [".inf", "-.INF", "+.Inf", ".nan", ".NaN", "1e999", "-1e999", "1" * 19, "0x" + "f" * 20]
)
def test_numbers_that_nobody_can_count_with(text: str) -> None:
    assert [one.endswith("[JK002]") for one in faults_of(f"x: {text}")] == [True]


def test_every_value_knows_its_place() -> None:
    root = read_tree("a:\n  - one\n  - {b: 2, c: [x, y]}\nd: {e: 'q'}\n", "f.yaml")
    places = {
        ("a",): (2, 3, 1, 1),
        ("a", "0"): (2, 5, None, None),
        ("a", "1", "b"): (3, 9, 3, 6),
        ("a", "1", "c", "1"): (3, 19, None, None),
        ("d", "e"): (4, 8, 4, 5),
    }
    for path, (line, column, key_line, key_column) in places.items():
        node = find(root, path)
        assert node.at == Location("f.yaml", line, column), path
        assert node.key_at == (Location("f.yaml", key_line, key_column) if key_line and key_column else None), path


@pytest.mark.parametrize(
    ("text", "word", "line", "column"),
    [
        ("x: one two\n", "two", 1, 8),
        ("x: 'one two'\n", "two", 1, 9),
        ('x: "one two"\n', "two", 1, 9),
        ("x: one\n   two\n", "two", 2, 4),
        ("x:\n    one\n      two three\n", "three", 3, 11),
        ('x: "one\n     two three"\n', "three", 2, 10),
        ("x: >-\n  one\n  two three\n", "three", 3, 7),
        ("x: |\n  one\n  two three\n", "three", 3, 7),
        ("{x: one, y: two}\n", "one", 1, 5),
        # A character of two bytes is one column.
        ("{y: \u00e9\u00e9, x: one two}\n", "two", 1, 16),
    ],
)
def test_a_word_inside_a_text_has_a_place(text: str, word: str, line: int, column: int) -> None:
    node = find(read_tree(text, "f"), ("x",))
    assert isinstance(node.value, str)
    assert node.spot(node.value.index(word)) == Location("f", line, column)


def test_a_text_may_come_with_a_mark_of_its_encoding_and_with_windows_line_ends() -> None:
    root = read_tree("\ufeffa: 1\r\nb:\r\n  c: x\r\n", "f")
    assert plain(root) == {"a": 1, "b": {"c": "x"}}
    assert find(root, ("b", "c")).at == Location("f", 3, 6)


def test_an_alias_stands_for_what_it_names() -> None:
    root = read_tree("a: &roles [x, y]\nb: *roles\nc: &k d\n*k : e\n", "f")
    assert plain(root) == {"a": ["x", "y"], "b": ["x", "y"], "c": "d", "d": "e"}
    alias = find(root, ("b",))
    assert alias.key_at == Location("f", 2, 1)
    assert alias.at == Location("f", 1, 4)
    assert find(root, ("a",)).key_at == Location("f", 1, 1)


def nested(depth: int) -> str:
    return "[" * depth + "x" + "]" * depth


def test_the_limit_on_depth_is_64() -> None:
    assert read_tree(f"a: {nested(63)}")
    assert "more than 64 values inside each other" in faults_of(f"a: {nested(64)}")[0]


def test_depth_counts_what_aliases_bring() -> None:
    text = f"a: &a {nested(40)}\nb: "
    assert read_tree(f"{text}{'[' * 22}*a{']' * 22}")
    assert "aliases counted" in faults_of(f"{text}{'[' * 24}*a{']' * 24}")[0]


def test_the_limit_on_values_is_100_000_aliases_counted() -> None:
    # One map, two keys, one list of a hundred, one list of references of a hundred and one values each.
    text = f"a: &a [{'x,' * 100}]\nb: [{{}}]\n"
    fitting = (100_000 - 1 - 2 - 101 - 1) // 101
    assert read_tree(text.format(",".join(["*a"] * fitting)))
    assert "more than 100,000 values" in faults_of(text.format(",".join(["*a"] * (fitting + 1))))[0]


def test_the_limit_on_one_value_is_65_536_characters() -> None:
    assert read_tree(f"a: {'x' * 65_536}")
    assert "65,537 characters" in faults_of(f"a: {'x' * 65_537}")[0]


def test_the_limit_on_a_text_is_one_mebibyte() -> None:
    head = "a: 1\n#"
    assert read_tree(head + " " * ((1 << 20) - len(head)))
    assert "1,048,577 bytes" in faults_of(head + " " * ((1 << 20) - len(head) + 1))[0]


@pytest.mark.parametrize(
    "mark",
    [
        *"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c",
        "\x00",
        "\x07",
        "\x1b",
        "\x85",
        "\u2028",
        "\u2029",
        "\ud800",
        "\uffff",
    ],
    ids=lambda mark: f"U+{ord(mark):04X}",
)
@pytest.mark.parametrize("where", ["a: x{}y\n", "a: 1 # remark {}\n", "a{}: 1\n", 'a: "{}"\n'])
def test_invisible_characters_are_refused_wherever_they_stand(mark: str, where: str) -> None:
    line = where.format(mark)
    assert faults_of("b: 1\n" + line) == [
        f"f:2:{line.index(mark) + 1}: the invisible character U+{ord(mark):04X} is not allowed; delete it [JK007]"
    ]


@pytest.mark.parametrize("escape", ["\\u202e", "\\x07", "\\0", "\\u2028"])
def test_an_escape_does_not_smuggle_them_in(escape: str) -> None:
    assert faults_of(f'a: {{b: "{escape}"}}\n') == [
        "f:1:8: a.b: an escape for an invisible character is not allowed; delete it [JK007]"
    ]


def test_names_are_asked_for_only_where_they_are_wanted() -> None:
    text = "C-1: {X y: 1}\n"
    assert plain(read_tree(text, names=False)) == {"C-1": {"X y": 1}}
    assert len(faults_of(text)) == 2


def test_an_expression_cut_in_two_is_joined_again_so_that_nothing_else_is_said_of_it() -> None:
    faults = Faults()
    root = parse("{a: count_of(w, any_of(x, y)) >= 2, b: 'any_of(w, z)', c: (x}\n", "f", faults)
    assert isinstance(root, Node)
    assert [str(one) for one in faults.findings] == [
        "f:1:5: a: YAML cut this expression in two at a comma; put the whole expression in quotes [JK008]"
    ]
    assert plain(root) == {"a": "count_of(w, any_of(x, y)) >= 2", "b": "any_of(w, z)", "c": "(x"}


def test_a_fault_does_not_hide_what_stands_around_it() -> None:
    faults = Faults()
    root = parse("a: 1\nB: {c: 2}\na: 3\n1: 4\n? [d]\n: 5\ne: 6\n", "f", faults)
    assert isinstance(root, Node)
    assert plain(root) == {"a": 1, "e": 6}
    assert [one.code for one in faults.findings] == ["JK006", "JK004", "JK005", "JK005"]


def test_a_text_of_700_lines_is_read_quickly(each_loader: Any) -> None:
    block = (
        "  s{0}:\n    goal: some words\n    success: {{a: {{is: f >= 3, source: ON-1}}, b: x and y}}\n"
        "    exit:\n      to: t\n"
    )
    text = "stages:\n" + "".join(
        block.format(n) + "      when: {c: confirmed(d)}\n      do: [mail]\n" for n in range(100)
    )
    assert text.count("\n") > 700
    begun = time.perf_counter()
    read_tree(text)
    # About 8 ms with libyaml and 50 ms without; the bound leaves room for a busy machine.
    assert time.perf_counter() - begun < 1
