from __future__ import annotations

import pytest

from shield1367.config.contract import SourceContract, load_contracts
from shield1367.config.fields import load_fields
from shield1367.testing.landing import TABLES
from shield1367.testing.rows import Table

SOURCES = ("benefits", "court", "enforcement", "detention")


@pytest.fixture(scope="module")
def contracts() -> dict[str, SourceContract]:
    """All contracts of the project."""
    return load_contracts()


@pytest.mark.parametrize("table", TABLES, ids=lambda table: f"{table.source}.{table.dataset}")
def test_the_generator_writes_the_columns_of_the_contract(
    table: Table, contracts: dict[str, SourceContract]
) -> None:
    dataset = contracts[table.source].datasets[table.dataset]
    assert table.header == tuple(dataset.columns)
    assert tuple(table.header[position] for position in table.key) == dataset.key


def test_no_dataset_is_without_a_writer(contracts: dict[str, SourceContract]) -> None:
    described = {(source, name) for source in SOURCES for name in contracts[source].datasets}
    assert described == {(table.source, table.dataset) for table in TABLES}


@pytest.mark.parametrize("source", SOURCES)
def test_intake_of_the_source_is_scheduled_every_day(
    source: str, contracts: dict[str, SourceContract]
) -> None:
    minute, hour, *rest = (contracts[source].schedule or "").split()
    assert 0 <= int(minute) < 60
    assert 0 <= int(hour) < 24
    assert rest == ["*", "*", "*"]
    assert contracts[source].manifest == "required"


@pytest.mark.parametrize("source", SOURCES)
def test_columns_of_a_person_have_the_kind_that_the_role_says(
    source: str, contracts: dict[str, SourceContract]
) -> None:
    for dataset in contracts[source].datasets.values():
        assert dataset.people
        for role in dataset.people.values():
            for kind, column in role.items():
                assert dataset.columns[column].kind == kind


@pytest.mark.parametrize("source", SOURCES)
def test_every_strong_identifier_of_a_row_belongs_to_a_role(
    source: str, contracts: dict[str, SourceContract]
) -> None:
    strong = load_fields().strong_kinds()
    for dataset in contracts[source].datasets.values():
        spoken_for = {column for role in dataset.people.values() for column in role.values()}
        for name, column in dataset.columns.items():
            assert column.kind not in strong or name in spoken_for, name


def test_protection_is_shared_by_derivatives_and_riders_but_not_by_spouses(
    contracts: dict[str, SourceContract],
) -> None:
    assert set(contracts["benefits"].datasets["applications"].family) == {"subject", "principal"}
    assert set(contracts["court"].datasets["lead_rider"].family) == {"lead", "rider"}
    encounters = contracts["enforcement"].datasets["encounters"]
    assert "spouse" in encounters.people
    assert not encounters.family


def test_only_the_court_is_of_the_department_of_justice(contracts: dict[str, SourceContract]) -> None:
    assert {source: contracts[source].origin_agency for source in SOURCES} == {
        "benefits": "dhs",
        "court": "doj",
        "enforcement": "dhs",
        "detention": "dhs",
    }
