from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from shield1367.config.contract import Dataset, SourceContract, load_contract, load_contracts
from shield1367.config.fields import load_fields
from tests.config.folders import CONTRACT, changed, copy_config, problems_of, written

FIELDS = load_fields()
AT = "datasets.people"


def load_changed(folder: Path, **changes: Any) -> SourceContract:
    """The sample contract with keys replaced."""
    path = written(
        folder / "cases.yaml", changed(CONTRACT, {k.replace("__", "."): v for k, v in changes.items()})
    )
    return load_contract(path, FIELDS)


def test_the_sample_holds(tmp_path: Path) -> None:
    contract = load_changed(tmp_path)
    assert contract.datasets["people"].columns_of_kind("a_number", "date_of_birth") == ("alien", "dob")


FAULTS: dict[str, tuple[dict[str, Any], str, str]] = {
    "unknown field kind": (
        {f"{AT}.columns.dob": "birthday"},
        f"{AT}.columns.dob",
        "unknown field kind 'birthday'; known kinds: a_number,",
    ),
    "unknown kind in JSON": (
        {f"{AT}.columns.x": {"json": {"K": "birthday"}}},
        f"{AT}.columns.x.json.K",
        "unknown field kind 'birthday'",
    ),
    "unknown kind of a role": (
        {f"{AT}.people.subject": {"shoe": "dob"}},
        f"{AT}.people.subject.shoe",
        "unknown field kind 'shoe'",
    ),
    "kind and json": (
        {f"{AT}.columns.x": {"kind": "ssn", "json": {}}},
        f"{AT}.columns.x",
        "say either a field kind or `json:",
    ),
    "key that is no column": ({f"{AT}.key": ["nr"]}, AT, "key column 'nr' is not under `columns`"),
    "person in no column": (
        {f"{AT}.people.subject.ssn": "social"},
        AT,
        "people.subject.ssn names column 'social', not under",
    ),
    "person in a column of another kind": (
        {f"{AT}.people.subject.ssn": "alien"},
        AT,
        "names column 'alien', which is of another kind",
    ),
    "about nobody": ({f"{AT}.about": "owner"}, AT, "`about` names role 'owner', not one of ['subject']"),
    "family of nobody": (
        {f"{AT}.family": ["rider"]},
        AT,
        "`family` names role 'rider', not one of ['subject']",
    ),
    "a column of intake": ({f"{AT}.columns._row": "count"}, AT, "column '_row' is intake's own"),
    "no columns": ({f"{AT}.columns": {}}, f"{AT}.columns", "at least 1"),
    "no files": ({f"{AT}.files": ...}, f"{AT}.files", "is missing"),
    "no datasets": ({"datasets": {}}, "datasets", "at least 1"),
    "unknown format": (
        {"format.type": "dbf"},
        "format.type",
        "'csv', 'tsv', 'pipe', 'json', 'jsonl', 'xlsx', 'parquet' or 'fixed'",
    ),
    "unknown encoding": ({"format.encoding": "ebcdic-7"}, "format", "encoding 'ebcdic-7' is unknown"),
    "codec that is no encoding": ({"format.encoding": "base64"}, "format", "encoding 'base64' is unknown"),
    "two characters": ({"format.delimiter": "||"}, "format.delimiter", "at most 1 character"),
    "quote as delimiter": ({"format.delimiter": '"'}, "format", "cannot be a quote or the end of a line"),
    "delimiter of tsv": (
        {"format": {"type": "tsv", "delimiter": ","}},
        "format",
        "`delimiter` belongs to csv, not to tsv",
    ),
    "sheet of csv": ({"format.sheet": "A"}, "format", "`sheet` belongs to xlsx, not to csv"),
    "widths of csv": ({"format.widths": {"id": 3}}, "format", "`widths` belongs to fixed, not to csv"),
    "fixed without widths": ({"format": {"type": "fixed"}}, "format", "needs `widths:"),
    "fixed of other columns": (
        {"format": {"type": "fixed", "widths": {"id": 3}}},
        "format.widths",
        "must name the columns of people",
    ),
    "negative lines": ({"format.skip_rows": -1}, "format.skip_rows", "greater than or equal to 0"),
    "unknown agency": ({"origin_agency": "dod"}, "origin_agency", "'dhs', 'doj' or 'dos'"),
    "unknown key": ({"colour": "red"}, "colour", "is not a known key"),
    "another name than the file's": ({"source": "case"}, "source", "must equal the file's name, 'cases'"),
    "name that is no folder": ({"source": "../x"}, "source", "match pattern"),
    "cron of four fields": ({"schedule": "0 2 * *"}, "schedule", "does not have five fields"),
    "cron out of range": (
        {"schedule": "0 25 * * *"},
        "schedule",
        "cron field 'hour' cannot be '25'; allowed: 0 to 23",
    ),
}


@pytest.mark.parametrize(("changes", "key", "message"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_named_with_file_key_and_what_is_allowed(
    tmp_path: Path, changes: dict[str, Any], key: str, message: str
) -> None:
    path = written(tmp_path / "cases.yaml", changed(CONTRACT, changes))
    problems = problems_of(lambda: load_contract(path, FIELDS))
    # A role of an unknown kind does not fit its column either.
    assert {key} <= set(problems) <= {key, AT}
    assert any(message in text for text in problems[key]), problems


def test_faults_of_every_sort_are_listed_at_once(tmp_path: Path) -> None:
    changes = {
        "colour": "red",
        "schedule": "daily",
        "format.type": "dbf",
        f"{AT}.columns.dob": "birthday",
        f"{AT}.columns.place": "where",
        f"{AT}.key": ["nr", "no"],
        f"{AT}.about": "owner",
    }
    path = written(tmp_path / "cases.yaml", changed(CONTRACT, changes))
    problems = problems_of(lambda: load_contract(path, FIELDS))
    assert set(problems) == {
        "colour", "schedule", "format.type", AT, f"{AT}.columns.dob", f"{AT}.columns.place",
    }  # fmt: skip
    assert problems[AT][0].count(";") == 2


@pytest.mark.parametrize(
    "content", [None, 3, ["a"], {"datasets": 3}, {"datasets": {"people": {"columns": [1]}}}]
)
def test_a_file_of_another_shape_is_refused(tmp_path: Path, content: Any) -> None:
    path = written(tmp_path / "cases.yaml", content)
    assert problems_of(lambda: load_contract(path, FIELDS))


def test_the_faults_of_several_contracts_are_listed_together(tmp_path: Path) -> None:
    folder = copy_config(tmp_path)
    for name in ("court", "benefits"):
        path = folder / "sources" / f"{name}.yaml"
        path.write_text(path.read_text().replace("origin_agency: d", "origin_agency: x"))
    problems = problems_of(lambda: load_contracts(folder))
    assert len(problems["origin_agency"]) == 2


@pytest.mark.parametrize(("type_", "separator"), [("csv", ","), ("tsv", "\t"), ("pipe", "|")])
def test_each_delimited_format_has_its_separator(tmp_path: Path, type_: str, separator: str) -> None:
    assert load_changed(tmp_path, format={"type": type_}).format.separator == separator


def test_a_csv_may_have_any_separator(tmp_path: Path) -> None:
    assert load_changed(tmp_path, format={"type": "csv", "delimiter": ";"}).format.separator == ";"


def test_two_columns_of_one_spelling_are_refused() -> None:
    columns = dict.fromkeys(["A_NUMBER", "A Number", "id"], "a_number")
    with pytest.raises(ValidationError, match="'A_NUMBER' and 'A Number' are one name in other spellings"):
        Dataset.model_validate({"files": "*", "key": [], "columns": columns})


@pytest.mark.parametrize("keys", [("a", "a.b"), ("a..b",), (".a",), ("",)])
def test_keys_of_json_name_one_place_each(keys: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError, match="JSON keys"):
        Dataset.model_validate(
            {"files": "*", "key": [], "columns": {"x": {"json": dict.fromkeys(keys, "count")}}}
        )
