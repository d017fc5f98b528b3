from __future__ import annotations

import pytest

from shield1367.config.contract import Dataset
from shield1367.protection.evidence import Finding, RowReader
from shield1367.protection.rules import Rule
from tests.protection.site import PROJECT, application

APPLICATIONS = PROJECT.contracts["benefits"].datasets["applications"]
HISTORY = PROJECT.contracts["benefits"].datasets["status_history"]
RECEIPT = "EAC2190012345"


def read(
    cells: dict[str, str | None],
    *,
    dataset: Dataset = APPLICATIONS,
    invalid: str | None = None,
    missing: frozenset[str] = frozenset(),
) -> list[Finding]:
    reader = RowReader(dataset, PROJECT.fields, PROJECT.benefits, missing)
    return list(reader.findings(cells, invalid))


def rules(**cells: str) -> set[Rule]:
    return {finding.rule for finding in read({"receipt_number": RECEIPT, **cells})}


@pytest.mark.parametrize("form", ["I-914", "i914a", "I-918", "I-918 A", "I-929", "I-765V"])
def test_a_form_that_reveals_is_a_covered_application(form: str) -> None:
    assert rules(form_type=form) == {Rule.COVERED_APPLICATION}


@pytest.mark.parametrize(
    ("form", "basis", "expected"),
    [
        ("I-360", "SELF-PETITIONING SPOUSE", {Rule.COVERED_APPLICATION}),
        ("I-360", "WIDOWER", {Rule.AMBIGUOUS_CODE}),
        ("I-360", "RELIGIOUS WORKER", {Rule.AMBIGUOUS_CODE}),
        ("I-360", "", {Rule.AMBIGUOUS_CODE}),
        ("I-360", "SOMETHING NEW", {Rule.AMBIGUOUS_CODE, Rule.UNKNOWN_CODE}),
        ("I-751", "BATTERY", {Rule.COVERED_APPLICATION}),
        ("I-751", "JOINT", {Rule.UNRELATED_CODE}),
        ("I-751", "HARDSHIP", {Rule.AMBIGUOUS_CODE}),
        ("I-485", "245(m)", {Rule.COVERED_APPLICATION}),
        ("I-485", "EMPLOYMENT", {Rule.UNRELATED_CODE}),
        ("I-485", "RENEWAL", {Rule.AMBIGUOUS_CODE}),
        ("I-130", "FAMILY", {Rule.UNRELATED_CODE}),
        ("X-999", "FAMILY", {Rule.UNKNOWN_CODE, Rule.UNRELATED_CODE}),
    ],
)
def test_an_ambiguous_form_is_what_its_basis_says(form: str, basis: str, expected: set[Rule]) -> None:
    assert rules(form_type=form, filing_basis=basis) == expected


@pytest.mark.parametrize(
    ("category", "expected"),
    [
        ("(c)(31)", {Rule.COVERED_APPLICATION, Rule.REVEALING_CODE}),
        ("C8", {Rule.UNRELATED_CODE}),
        ("274a.12(c)(9)", {Rule.AMBIGUOUS_CODE}),
        ("C99", {Rule.AMBIGUOUS_CODE, Rule.UNKNOWN_CODE}),
    ],
)
def test_an_employment_card_is_what_its_category_says(category: str, expected: set[Rule]) -> None:
    assert rules(form_type="I-765", ead_category=category) == expected


def test_a_basis_that_reveals_outweighs_a_category_that_does_not() -> None:
    assert Rule.COVERED_APPLICATION in rules(form_type="I-485", filing_basis="VAWA", ead_category="C08")


@pytest.mark.parametrize("code", ["384", "384.0", "T1", "t-1", "U 3", "ST6", "IB-1", "Z14"])
def test_a_class_of_admission_that_reveals(code: str) -> None:
    assert rules(class_of_admission=code) == {Rule.REVEALING_CODE}


@pytest.mark.parametrize(
    "trap", ["B1", "B1A", "T1D", "T2M", "T51", "TPS", "U", "U1M", "UU", "ST", "SU2", "SUP"]
)
def test_a_code_that_only_looks_like_one_does_not_reveal(trap: str) -> None:
    assert rules(class_of_admission=trap) == {Rule.UNRELATED_CODE}


@pytest.mark.parametrize("code", ["T1X", "384A", "3840", "U9", "??", "UNKNOWN"])
def test_a_code_that_no_table_knows_is_never_harmless(code: str) -> None:
    assert rules(class_of_admission=code) == {Rule.UNKNOWN_CODE}


def test_a_form_without_a_readable_receipt_reveals_without_an_application_that_could_end() -> None:
    (finding,) = read({"form_type": "I-914", "receipt_number": "?"})
    assert (finding.rule, finding.application) == (Rule.REVEALING_CODE, None)


def test_facts_carry_the_filing_date_and_the_canonical_receipt() -> None:
    (finding,) = read(
        {"form_type": "I-918", "receipt_number": "eac-21-900-12345", "filed_date": "03/04/2021"}
    )
    assert (str(finding.on), finding.application) == ("2021-03-04", RECEIPT)


@pytest.mark.parametrize("column", ["filed_date", "date_of_birth", "form_type", "flag_384"])
def test_an_unreadable_cell_that_decides_is_a_doubt(column: str) -> None:
    assert {f.rule for f in read({}, invalid=column)} == {Rule.INVALID_CELL}


def test_an_unreadable_cell_that_decides_nothing_is_none() -> None:
    assert read({}, invalid="zip,state") == []


@pytest.mark.parametrize(
    "column", ["form_type", "filing_basis", "class_of_admission", "ead_category", "flag_384"]
)
def test_a_missing_column_that_decides_is_a_doubt_in_every_row(column: str) -> None:
    found = {f.rule for f in read({"receipt_number": RECEIPT}, missing=frozenset({column}))}
    assert found == {Rule.MISSING_COLUMN}


def test_a_missing_column_that_decides_nothing_is_none() -> None:
    assert read({}, missing=frozenset({"zip", "phone"})) == []


@pytest.mark.parametrize(
    ("status", "exhausted", "on", "ends"),
    [
        ("DENIED_MERITS_FINAL", "Y", "2022-01-31", True),
        ("Denied Merits Final", "yes", "2022-01-31", True),
        ("DENIED_MERITS_FINAL", "N", "2022-01-31", False),
        ("DENIED_MERITS_FINAL", "", "2022-01-31", False),
        ("DENIED_MERITS_FINAL", "?", "2022-01-31", False),
        ("DENIED_MERITS_FINAL", "Y", "", False),
        ("DENIED_MERITS_FINAL", "Y", "31.31.2022", False),
        ("DENIED", "Y", "2022-01-31", False),
        ("DENIED_OTHER", "Y", "2022-01-31", False),
        ("WITHDRAWN", "Y", "2022-01-31", False),
        ("REVOKED", "Y", "2022-01-31", False),
        ("ADMIN_CLOSED", "Y", "2022-01-31", False),
        ("NATURALIZED", "Y", "2022-01-31", False),
        ("DECEASED", "Y", "2022-01-31", False),
    ],
)
def test_only_a_dated_final_denial_with_exhausted_appeals_ends(
    status: str, exhausted: str, on: str, ends: bool
) -> None:
    cells: dict[str, str | None] = {
        "receipt_number": RECEIPT,
        "status": status,
        "appeal_exhausted": exhausted,
        "status_date": on,
    }
    (finding,) = read(cells, dataset=HISTORY)
    assert (finding.rule, finding.ends) == (Rule.APPLICATION_STATUS, ends)


def test_a_status_that_no_table_knows_is_a_doubt() -> None:
    (finding,) = read({"receipt_number": RECEIPT, "status": "PONDERING"}, dataset=HISTORY)
    assert (finding.rule, finding.ends) == (Rule.UNKNOWN_STATUS, False)


def test_a_harmless_row_says_so() -> None:
    cells: dict[str, str | None] = {**application(1)}
    assert {f.rule for f in read(cells)} == {Rule.UNRELATED_CODE}


@pytest.mark.parametrize("number", ["000000000", "A999999999", "A00000000", "A11111111", "123456789"])
def test_a_number_of_nobody_is_a_doubt_where_no_identifier_says_who_it_is(number: str) -> None:
    found = read({"receipt_number": "", "a_number": number})
    assert found == [Finding(Rule.INVALID_CELL, "a_number")]


def test_a_number_of_nobody_beside_an_identifier_is_an_empty_cell() -> None:
    assert read({"receipt_number": RECEIPT, "a_number": "A00000000"}) == read({"receipt_number": RECEIPT})


@pytest.mark.parametrize("word", ["PENDING", "N/A", "b(6)"])
def test_a_word_in_the_place_of_an_identifier_is_an_empty_cell(word: str) -> None:
    assert read({"receipt_number": "", "a_number": word}) == []
