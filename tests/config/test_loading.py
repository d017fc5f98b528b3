from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from shield1367.config.loading import DEFAULT_CONFIG, ConfigModel, config_folder, load, read_yaml
from shield1367.errors import ConfigError
from tests.config.folders import problems_of


class Sample(ConfigModel):
    """Something to load."""

    name: str
    size: int = 1
    kind: str | None = None


def yaml_file(folder: Path, text: str | bytes) -> Path:
    """A file that holds *text*."""
    path = folder / "sample.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("NO", "NO"), ("no", "no"), ("Y", "Y"), ("y", "y"), ("Yes", "Yes"), ("on", "on"), ("OFF", "OFF"),
        ("true", True), ("False", False), ("TRUE", True), ("null", None), ("12", 12), ("'12'", "12"), ("T", "T"),
    ],
)  # fmt: skip
def test_only_true_and_false_are_booleans(tmp_path: Path, text: str, value: Any) -> None:
    """Codes such as NO and Y, and the key ``on:``, stay text."""
    assert read_yaml(yaml_file(tmp_path, f"key: {text}\n")) == {"key": value}


def test_on_is_a_key(tmp_path: Path) -> None:
    assert read_yaml(yaml_file(tmp_path, "on: staged data\nNO: 1\n")) == {"on": "staged data", "NO": 1}


BROKEN = {
    "a key twice": ("name: a\nsize: 1\nname: b\n", "key 'name' occurs twice (line 3, column 1)"),
    "a key twice further in": ("a:\n  b: {c: 1, c: 2}\n", "key 'c' occurs twice (line 2, column 13)"),
    "a list as a key": ("? [a, b]\n: 1\n", "a key is a list or a mapping (line 1, column 3)"),
    "a mapping as a key": ("? {a: b}\n: 1\n", "a key is a list or a mapping (line 1, column 3)"),
    "an open bracket": ("a: [1, 2\n", "is not valid YAML"),
    "a tab": ("a:\n\tb: 1\n", "is not valid YAML"),
    "another encoding": (b"name: P\xe9rez\n", "is not UTF-8 (byte 7)"),
    "a Python object": ("a: !!python/object/apply:os.getcwd []\n", "is not valid YAML"),
    "a control character": (b"a: \x01\n", "is not valid YAML"),
    "a month there is not": ("a: {b: 2026-13-01}\n", "a day of no calendar (line 1, column 8)"),
    "a day there is not": ("a: 1\nb: 2026-02-30\n", "a day of no calendar (line 2, column 4)"),
    "a time there is not": ("a: 2026-02-03 25:00:00\n", "a day of no calendar (line 1, column 4)"),
    "a number without digits": ("a: 0x_\n", "no number that can be read (line 1, column 4)"),
    "a number without end": (f"a: {'9' * 5000}\n", "no number that can be read (line 1, column 4)"),
    "a merged mapping": (
        "a: &a {b: 1}\nc:\n  <<: *a\n",
        "the merge key << is not read; write the keys out (line 3, column 3)",
    ),
}


@pytest.mark.parametrize(("text", "message"), BROKEN.values(), ids=BROKEN)
def test_what_is_no_yaml_is_refused_with_its_place(tmp_path: Path, text: str | bytes, message: str) -> None:
    path = yaml_file(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        read_yaml(path)
    assert str(path) in str(caught.value)
    assert message in str(caught.value)


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    assert problems_of(lambda: read_yaml(tmp_path / "x.yaml")) == {
        "": ["cannot be read: No such file or directory"]
    }
    assert problems_of(lambda: read_yaml(tmp_path)) == {"": ["cannot be read: Is a directory"]}


def test_all_problems_are_listed_with_their_keys(tmp_path: Path) -> None:
    path = yaml_file(tmp_path, "size: big\ncolour: red\nkind: [a]\n")
    assert problems_of(lambda: load(Sample, path)) == {
        "name": ["is missing"],
        "size": ["Input should be a valid integer, unable to parse string as an integer"],
        "kind": ["Input should be a valid string"],
        "colour": ["is not a known key; known here: kind, name, size"],
    }


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    for text in ("", "# nothing but a comment\n"):
        problems = problems_of(lambda text=text: load(Sample, yaml_file(tmp_path, text)))
        assert problems == {"": ["holds no keys; known here: kind, name, size"]}


@pytest.mark.parametrize("text", ["[a]\n", "12\n", "name\n"])
def test_a_file_that_is_no_mapping_is_told_what_belongs_into_it(tmp_path: Path, text: str) -> None:
    problems = problems_of(lambda: load(Sample, yaml_file(tmp_path, text)))
    assert problems == {"": ["is no mapping of keys to values; known here: kind, name, size"]}


class Circle(ConfigModel):
    """One of two."""

    form: Literal["circle"]
    radius: int = 1


class Square(ConfigModel):
    """The other."""

    form: Literal["square"]
    side: int = 1


class Nested(ConfigModel):
    """Samples in every way one may stand inside another."""

    plain: Sample | None = None
    named: dict[str, Annotated[Sample, Field()]] = Field(default_factory=dict)
    several: Annotated[tuple[Sample, ...], Field(max_length=3)] = ()
    drawn: Annotated[Circle | Square, Field(discriminator="form")] | None = None


@pytest.mark.parametrize(
    ("text", "key", "message"),
    [
        ("plain: {nam: a, name: b}\n", "plain.nam", "is not a known key; did you mean 'name'?"),
        ("named: {x: {siz: 1, name: b}}\n", "named.x.siz", "is not a known key; did you mean 'size'?"),
        ("several: [{name: b, kin: c}]\n", "several.0.kin", "is not a known key; did you mean 'kind'?"),
        ("drawn: {form: square, sid: 1}\n", "drawn.square.sid", "is not a known key; did you mean 'side'?"),
        ("plain: 3\n", "plain", "is no mapping of keys to values; known here: kind, name, size"),
        ("named: {x: }\n", "named.x", "holds no keys; known here: kind, name, size"),
    ],
)
def test_what_is_known_is_said_wherever_a_key_stands(
    tmp_path: Path, text: str, key: str, message: str
) -> None:
    assert problems_of(lambda: load(Nested, yaml_file(tmp_path, text))) == {key: [message]}


def test_the_hash_is_of_the_settings_not_of_the_layout(tmp_path: Path) -> None:
    one = load(Sample, yaml_file(tmp_path, "name: a\nsize: 1\n"))
    two = load(Sample, yaml_file(tmp_path, "# the same\nsize:   1\nname: 'a'\n"))
    three = load(Sample, yaml_file(tmp_path, "name: a\nsize: 2\n"))
    assert one.content_hash() == two.content_hash() != three.content_hash()


def test_settings_cannot_be_changed_afterwards() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Sample(name="a").name = "b"  # type: ignore[misc]


def test_the_environment_names_the_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SHIELD1367_CONFIG", raising=False)
    assert config_folder() == DEFAULT_CONFIG
    monkeypatch.setenv("SHIELD1367_CONFIG", str(tmp_path))
    assert config_folder() == tmp_path


@given(text=st.text(max_size=60))
def test_any_text_is_yaml_or_a_configuration_error(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_text(text, encoding="utf-8")
    try:
        read_yaml(path)
    except ConfigError as error:
        assert error.problems[0].file == str(path)
    else:
        assert path.exists()


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("name: &me [*me]\n", "name.0"),
        ("a: &a {b: &b {c: *a}}\n", "a.b.c"),
        ("- &x\n  - {y: *x}\n", "0.0.y"),
    ],
)
def test_what_refers_to_itself_is_named(tmp_path: Path, text: str, key: str) -> None:
    problems = problems_of(lambda: read_yaml(yaml_file(tmp_path, text)))
    assert list(problems) == [key]
    assert "refers to itself" in problems[key][0]


def test_an_alias_that_is_no_circle_is_read_and_many_of_them_take_no_time(tmp_path: Path) -> None:
    assert read_yaml(yaml_file(tmp_path, "a: &a [1]\nb: *a\n")) == {"a": [1], "b": [1]}
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 48)]
    assert len(read_yaml(yaml_file(tmp_path, "\n".join(lines)))) == 48


@pytest.mark.parametrize("text", ["[" * 100_000, "- " * 100_000, "{a: " * 100_000])
def test_nesting_without_end_is_refused_and_ends_no_process(tmp_path: Path, text: str) -> None:
    problems = problems_of(lambda: read_yaml(yaml_file(tmp_path, text)))
    assert problems == {"": ["is nested too deeply (line 1); write it flatter"]}
