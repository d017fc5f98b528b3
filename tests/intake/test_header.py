from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.config.contract import Dataset
from shield1367.intake.header import match_header


def dataset(*columns: str) -> Dataset:
    """A dataset with these columns."""
    return Dataset.model_validate({"files": "*", "key": [], "columns": dict.fromkeys(columns, "count")})


@pytest.mark.parametrize(
    "name", ["A_NUMBER", "A Number", "A NUMBER", "a-number", " a.number ", "A__Number", "\uff21\uff3fNUMBER"]
)
def test_one_field_under_many_spellings(name: str) -> None:
    header = match_header(["x", name], dataset("a_number"))
    assert header.positions == {"a_number": 1}
    assert header.unknown == ("x",)
    assert header.missing == ()


@pytest.mark.parametrize("name", ["A_NUMBERS", "SUJB ID", "number", "", "anumber"])
def test_another_name_is_unknown_and_the_column_missing(name: str) -> None:
    header = match_header([name], dataset("a_number"))
    assert header.missing == ("a_number",)
    assert header.unknown == (name or "column 1",)


@pytest.mark.parametrize(
    "names", [["a_number", "a_number"], ["A Number", "a_number"], ["a_number", "A NUMBER"]]
)
def test_a_column_named_twice_is_reported_also_under_another_spelling(names: list[str]) -> None:
    header = match_header(names, dataset("a_number", "id"))
    assert header.duplicated == ("a_number",)
    assert header.width == 2


def test_columns_of_one_name_are_told_apart_where_the_contract_says_so() -> None:
    numbered = dataset("where", "Where? (2)").model_copy(update={"repeated": "numbered"})
    assert match_header(["Where?", "WHere?"], numbered).positions == {"where": 0, "Where? (2)": 1}
    # One more than the contract knows is drift, one less a column that is missing.
    assert match_header(["Where?", "WHere?", "where"], numbered).unknown == ("where (3)",)
    assert match_header(["Where?"], numbered).missing == ("Where? (2)",)


def test_letters_of_other_alphabets_are_told_apart() -> None:
    header = match_header(["名前", "Año"], dataset("国", "año"))
    assert header.positions == {"国": None, "año": 1}
    assert header.unknown == ("名前",)


@pytest.mark.parametrize(
    "name", ["A200000001", "555-0100", "x" * 65, "line\nbreak", "a\udce9", "mail@example.org"]
)
def test_what_may_be_data_is_reported_by_its_place(name: str) -> None:
    assert match_header(["id", name], dataset("id")).unknown == ("column 2",)


@given(st.permutations(["id", "name", "dob", "state"]))
def test_the_order_of_columns_changes_nothing(names: list[str]) -> None:
    header = match_header(names, dataset("id", "name", "dob", "state"))
    assert all(names[position] == name for name, position in header.positions.items() if position is not None)
    assert header.missing == header.unknown == header.duplicated == ()


@given(st.lists(st.text(max_size=8), max_size=8))
def test_every_cell_of_a_header_is_accounted_for_once(names: list[str]) -> None:
    header = match_header(names, dataset("id", "name"))
    found = sum(position is not None for position in header.positions.values())
    assert found + len(header.unknown) + len(header.duplicated) == len(names) == header.width
