from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from shield1367.config.loading import DEFAULT_CONFIG, read_yaml
from shield1367.config.schemas import json_schemas, write_schemas
from shield1367.errors import ConfigError
from tests.config.authorities import AUTHORITIES, authority_of
from tests.config.folders import CONTRACT, PROFILE, changed, copy_config

SCHEMAS = json_schemas()
FILES = [
    *(("source", path) for path in sorted((DEFAULT_CONFIG / "sources").glob("*.yaml"))),
    *(("recipient", path) for path in sorted((DEFAULT_CONFIG / "recipients").glob("*.yaml"))),
    *(
        (name, DEFAULT_CONFIG / f"{name}.yaml")
        for name in (
            "fields",
            "benefits",
            "indicators",
            "text",
            "safeguards",
            "linkage",
            "authorities",
            "approvers",
        )
    ),
]


def faults(name: str, content: Any) -> list[str]:
    """Where an editor would draw its red line."""
    # An editor sees JSON types: a date is text.
    plain = json.loads(json.dumps(content, default=str))
    return [
        ".".join(map(str, error.absolute_path))
        for error in Draft202012Validator(SCHEMAS[name]).iter_errors(plain)
    ]


ACCEPTED = {
    "kinds": ["age"], "why": "it is rounded", "by": "A board", "reference": "DRB-1", "signed": "2026-01-05",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_each_schema_is_one_and_explains_itself(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])
    assert SCHEMAS[name]["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert SCHEMAS[name]["description"]


@pytest.mark.parametrize(("name", "path"), FILES, ids=lambda value: getattr(value, "stem", value))
def test_every_shipped_file_fits_its_schema(name: str, path: Path) -> None:
    assert faults(name, read_yaml(path)) == []


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"datasets.people.columns.dob": "birthday"}, "datasets.people.columns.dob"),
        ({"datasets.people.people.subject": {"shoe": "dob"}}, "datasets.people.people.subject"),
        ({"datasets.people.columns.x": {"json": {"K": "birthday"}}}, "datasets.people.columns.x"),
        ({"format.type": "dbf"}, "format.type"),
        ({"colour": "red"}, ""),
    ],
)
def test_a_fault_of_a_contract_is_seen_while_it_is_written(change: dict[str, Any], where: str) -> None:
    assert faults("source", CONTRACT) == []
    assert faults("source", changed(CONTRACT, change)) == [where]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"treatments.shoe_size": "drop"}, "treatments"),
        ({"treatments.city": "mask"}, "treatments.city"),
        ({"datasets": ["zoo.pets"]}, "datasets.0"),
        ({"membership": "open"}, "membership"),
        ({"purpose": "curiosity"}, "purpose"),
        ({"organization.type": "club"}, "organization.type"),
        ({"retention.then": "keep"}, "retention.then"),
        ({"effective": {"begins": "2026-01-01"}}, "effective"),
        ({"risk": {"quasi_identifiers": ["shoe_size"]}}, "risk"),
        ({"risk": {"quasi_identifiers": ["gender"], "telling": ["shoe_size"]}}, "risk"),
        ({"risk": {"quasi_identifiers": ["gender"], "hierarchies": {"shoe_size": ["keep"]}}}, "risk"),
        ({"uncounted": {**ACCEPTED, "kinds": ["shoe_size"]}}, "uncounted"),
        ({"uncounted": {"kinds": ["age"], "why": "it is rounded"}}, "uncounted"),
    ],
)
def test_a_fault_of_a_profile_is_seen_while_it_is_written(change: dict[str, Any], where: str) -> None:
    assert faults("recipient", PROFILE) == []
    whole = {"risk": {"quasi_identifiers": ["gender"], "telling": ["offense"]}, "uncounted": ACCEPTED}
    assert faults("recipient", changed(PROFILE, whole)) == []
    assert faults("recipient", changed(PROFILE, change)) == [where]


@pytest.mark.parametrize("name", ["indicators", "safeguards", "linkage"])
def test_a_table_that_nobody_vouches_for_is_seen_while_it_is_written(name: str) -> None:
    content = read_yaml(DEFAULT_CONFIG / f"{name}.yaml")
    assert faults(name, {**content, "max_age_days": 0}) == ["max_age_days"]
    for key in ("owner", "source", "reviewed"):
        assert faults(name, {key_: value for key_, value in content.items() if key_ != key}) == [""]


@pytest.mark.parametrize("paragraph", AUTHORITIES)
def test_an_authority_is_completed_by_its_paragraph(paragraph: str) -> None:
    whole = authority_of(paragraph)
    assert faults("authorities", {"authorities": {"judge": whole}}) == []
    for item in ("authorization", "datasets"):
        less = {key: value for key, value in whole.items() if key != item}
        assert faults("authorities", {"authorities": {"judge": less}}) == ["authorities.judge"]
    assert faults("authorities", {"authorities": {"judge": whole | {"datasets": ["*"]}}})


def test_the_words_of_the_docstrings_stand_beside_the_keys() -> None:
    dataset = SCHEMAS["source"]["$defs"]["Dataset"]["properties"]
    assert dataset["about"]["description"] == "the role that codes and statuses in the row speak of."


def test_a_schema_knows_the_kinds_of_the_folder_it_was_made_for(tmp_path: Path) -> None:
    folder = copy_config(tmp_path)
    content = yaml.safe_load((folder / "fields.yaml").read_text())
    content["kinds"]["shoe_size"] = {
        "title": "size", "category": "operational", "parser": "number", "outside": "drop",
    }  # fmt: skip
    (folder / "fields.yaml").write_text(yaml.safe_dump(content))
    made = json_schemas(folder)
    assert "shoe_size" in made["recipient"]["properties"]["treatments"]["propertyNames"]["enum"]
    assert "shoe_size" not in SCHEMAS["recipient"]["properties"]["treatments"]["propertyNames"]["enum"]


def test_schemas_are_written_alike_every_time(tmp_path: Path) -> None:
    first = {path.name: path.read_bytes() for path in write_schemas(tmp_path / "a")}
    second = {path.name: path.read_bytes() for path in write_schemas(tmp_path / "b")}
    assert first == second
    assert set(first) == {f"{name}.schema.json" for name in SCHEMAS}
    assert json.loads(first["source.schema.json"]) == SCHEMAS["source"]


def test_no_schema_is_written_of_a_folder_that_does_not_hold(tmp_path: Path) -> None:
    folder = copy_config(tmp_path)
    (folder / "fields.yaml").write_text("version: 1\n")
    with pytest.raises(ConfigError):
        write_schemas(tmp_path / "out", folder)
    assert not (tmp_path / "out").exists()
