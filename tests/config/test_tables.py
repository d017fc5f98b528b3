from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from shield1367.config.authorities import Authorities
from shield1367.config.contract import load_contracts
from shield1367.config.fields import load_fields
from shield1367.config.recipient import load_recipient
from tests.config.authorities import TABLES, authority_of, profile_changes
from tests.config.folders import PROFILE, changed, problems_of, written

FIELDS, CONTRACTS = load_fields(), load_contracts()
AUTHORITIES = Authorities.model_validate({"authorities": {"judge": authority_of("b1")}})
BY_GENDER = {"column": "gender_code", "treatment": "keep"}


def load(tmp_path: Path, table: dict[str, Any], **profile: Any) -> Any:
    tables = {"tables": {"by_country": TABLES["tables"]["by_country"] | table}}
    content = changed(PROFILE, profile_changes("b1") | {"tables": tables} | profile)
    return load_recipient(written(tmp_path / "reader.yaml", content), FIELDS, CONTRACTS, AUTHORITIES)


def test_a_whole_profile_holds(tmp_path: Path) -> None:
    found = load(tmp_path, {"measures": [{"of": "rows"}, {"of": "mean", "column": "age"}]}).tables
    assert found.smallest == 11
    assert found.tables["by_country"].columns == (
        "citizenship_country_descr", "gender_code", "cell", "rows", "mean_age",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("table", "key", "words"),
    [
        ({"dimensions": [{"column": "planet", "treatment": "keep"}]}, "dimensions", "no plain column"),
        (
            {"dimensions": [{"column": "last_name", "treatment": "keep"}]},
            "dimensions",
            "nothing is counted by",
        ),
        ({"dimensions": [{"column": "class_of_admission", "treatment": "keep"}]}, "dimensions", "counted by"),
        ({"dimensions": [{"column": "gender_code", "treatment": "token"}]}, "dimensions", "counted by"),
        ({"dimensions": [{"column": "date_of_birth", "treatment": "month"}]}, "dimensions", "looser"),
        ({"dimensions": [BY_GENDER, BY_GENDER]}, "", "names a column twice"),
        ({"measures": [{"of": "people"}]}, "", "rows is missing"),
        ({"measures": [{"of": "rows"}, {"of": "rows"}]}, "", "names one twice"),
        ({"measures": [{"of": "sum"}]}, "measures.0", "sum and mean are of a column"),
        ({"measures": [{"of": "rows"}, {"of": "sum", "column": "last_name"}]}, "measures", "no number"),
        ({"telling": ["planet"]}, "telling", "no plain column"),
        ({"telling": ["gender_code"]}, "", "cannot be a dimension as well"),
        ({"dataset": "detention.roster"}, "dataset", "not among the datasets"),
    ],
)
def test_what_does_not_hold_is_named(tmp_path: Path, table: dict[str, Any], key: str, words: str) -> None:
    problems = problems_of(lambda: load(tmp_path, table))
    place = f"tables.tables.by_country.{key}".removesuffix(".")
    assert any(words in message for message in problems[place])


@pytest.mark.parametrize(
    ("profile", "key"),
    [
        ({"membership": "withheld"}, "membership"),
        ({"treatments": {"country": "keep"}}, "treatments"),
        ({"risk": {"quasi_identifiers": ["gender"]}}, "risk"),
        ({"authority": None, "purpose": "research"}, "authority"),
        ({"tables.smallest": 10}, "tables.smallest"),
    ],
)
def test_what_does_not_go_with_tables_is_refused(tmp_path: Path, profile: dict[str, Any], key: str) -> None:
    assert problems_of(lambda: load(tmp_path, {}, **profile))[key]
