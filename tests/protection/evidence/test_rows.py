from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from shield1367.config.benefits import ApplicationState, Benefits, Switch
from shield1367.config.contract import Column, Dataset
from shield1367.config.indicators import Consequence, Indicators
from shield1367.protection.evidence.rows import Finding, RowReader
from shield1367.protection.rules import Rule
from tests.protection.site import PROJECT, application

APPLICATIONS = PROJECT.contracts["benefits"].datasets["applications"]
ROSTER = PROJECT.contracts["detention"].datasets["roster"]
ENCOUNTERS = PROJECT.contracts["enforcement"].datasets["encounters"]
HISTORY = PROJECT.contracts["benefits"].datasets["status_history"]
LEARNED = date(2026, 9, 1)
ENCOUNTERS = PROJECT.contracts["enforcement"].datasets["encounters"]
RECEIPT = "EAC2190012345"


def read(
    cells: dict[str, str | None],
    *,
    dataset: Dataset = APPLICATIONS,
    invalid: str | None = None,
    missing: frozenset[str] = frozenset(),
    benefits: Benefits = PROJECT.benefits,
    indicators: Indicators = PROJECT.indicators,
) -> list[Finding]:
    reader = RowReader(
        dataset, replace(PROJECT, benefits=benefits, indicators=indicators), missing, learned=LEARNED
    )
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


DATED = {"receipt_number": RECEIPT, "form_type": "I-918", "date_of_birth": "1990-05-05"}


@pytest.mark.parametrize("filed", ["2026-09-02", "1990-05-04"])
def test_a_filing_in_the_future_or_before_the_birth_is_reported_and_protects_from_ever(filed: str) -> None:
    found = read({**DATED, filed_column(): filed})
    assert Finding(Rule.IMPOSSIBLE_DATE, "filing_date", application=RECEIPT) in found
    assert [f.on for f in found if f.rule is Rule.COVERED_APPLICATION] == [None]


def test_a_birth_in_the_future_is_reported() -> None:
    found = read({**DATED, "date_of_birth": "2030-01-01"})
    assert Finding(Rule.IMPOSSIBLE_DATE, "date_of_birth", application=RECEIPT) in found


def filed_column() -> str:
    (name,) = APPLICATIONS.columns_of_kind("filing_date")
    return name


def entry(status: str, on: str, exhausted: str = "") -> dict[str, str | None]:
    return {
        "receipt_number": RECEIPT, "status": status, "status_date": on, "appeal_exhausted": exhausted,
    }  # fmt: skip


def test_a_final_denial_in_the_future_ends_nothing() -> None:
    found = read(entry("DENIED_MERITS_FINAL", "2026-09-02", "Y"), dataset=HISTORY)
    assert {f.rule for f in found} == {Rule.IMPOSSIBLE_DATE, Rule.APPLICATION_STATUS}
    assert not any(f.ends for f in found)


def test_a_status_says_its_state() -> None:
    (found,) = read(entry("Approved", "2024-09-02"), dataset=HISTORY)
    assert (found.state, found.on, found.ends) == (ApplicationState.APPROVED, date(2024, 9, 2), False)


def test_naturalization_is_evidence_of_an_end_only_where_the_policy_is_switched_on() -> None:
    row = entry("NATURALIZED", "2024-09-02")
    assert {f.rule for f in read(row, dataset=HISTORY)} == {Rule.APPLICATION_STATUS}
    switches = {**PROJECT.benefits.switches, Switch.NATURALIZATION_ENDS: True}
    policy = Benefits.model_validate({**PROJECT.benefits.model_dump(), "switches": switches})
    (end,) = [f for f in read(row, dataset=HISTORY, benefits=policy) if f.rule is Rule.NATURALIZED]
    assert (end.on, end.ends) == (date(2024, 9, 2), True)


@pytest.mark.parametrize(("code", "expected"), [("D", set()), ("Q", {Rule.UNKNOWN_CODE})])
def test_a_decision_that_no_table_knows_is_a_doubt(code: str, expected: set[Rule]) -> None:
    court = PROJECT.contracts["court"].datasets["applications"]
    (column,) = court.columns_of_kind("court_decision_code")
    assert {f.rule for f in read({column: code}, dataset=court)} == expected


def test_a_narrative_gives_the_place_of_its_sentence_and_never_its_text() -> None:
    text = "Housed in unit 4. Pending U visa per counsel."
    (finding,) = read({"Comments": text}, dataset=ROSTER)
    assert finding == Finding(
        Rule.REASON_TO_BELIEVE, "narrative", "benefit", column="Comments", start=18, stop=len(text)
    )


def test_every_narrative_column_of_a_row_is_read() -> None:
    cells: dict[str, str | None] = {
        "narrative": "She has a protection order.",
        "health_status_comment_text": "Victim of trafficking.",
        "occupation_text": "U visa",
    }
    found = {(finding.column, finding.code) for finding in read(cells, dataset=ENCOUNTERS)}
    assert found == {("narrative", "protection_order"), ("health_status_comment_text", "trafficking")}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Victim of trafficking", {"trafficking"}),
        ("Victim of violent crime", {"crime_victim"}),
        ("VICTIM OF ABUSE", {"battery"}),
        ("Mental health", set()),
        ("None", set()),
        ("", set()),
    ],
)
def test_a_special_vulnerability_is_read_like_a_narrative(value: str, expected: set[str]) -> None:
    findings = read({"Special Vulnerability": value}, dataset=ROSTER)
    assert {finding.code for finding in findings} == expected
    assert {finding.kind for finding in findings} <= {"vulnerability"}


def test_a_narrative_inside_json_is_read_too() -> None:
    inside = Column.model_validate({"json": {"CODE": "operational_code", "NOTE": "narrative"}})
    dataset = ROSTER.model_copy(update={"columns": ROSTER.columns | {"notes": inside}})
    (finding,) = read({"notes": '{"CODE": "X", "NOTE": "She has a U visa."}'}, dataset=dataset)
    assert (finding.column, finding.code) == ("notes", "benefit")


def test_the_policy_switch_ignores_what_narratives_say() -> None:
    off = PROJECT.indicators.model_copy(update={"reason_to_believe": Consequence.IGNORED})
    assert read({"Comments": "Pending U visa."}, dataset=ROSTER, indicators=off) == []


@pytest.mark.parametrize("code", ["Y", "Certified", "239(e)", "2024-05-06", "pending", "(b)(6)"])
def test_a_populated_certification_is_a_trigger(code: str) -> None:
    cells: dict[str, str | None] = {"nta_1229e_certification": code}
    (finding,) = read(cells, dataset=ENCOUNTERS)
    assert (finding.rule, finding.kind, finding.code) == (Rule.CERTIFICATION, "certification_1229e", code)


@pytest.mark.parametrize("code", ["", None, "N", "no", "n/a", "Not applicable"])
def test_that_there_is_no_certification_says_nothing(code: str | None) -> None:
    assert read({"nta_1229e_certification": code}, dataset=ENCOUNTERS) == []


def test_an_export_without_its_certification_column_leaves_everybody_in_doubt() -> None:
    (finding,) = read({}, dataset=ENCOUNTERS, missing=frozenset({"nta_1229e_certification"}))
    assert (finding.rule, finding.kind) == (Rule.MISSING_COLUMN, "certification_1229e")


@pytest.mark.parametrize("number", ["000000000", "A999999999", "A00000000", "A11111111", "123456789"])
def test_a_number_of_nobody_is_a_doubt_where_no_identifier_says_who_it_is(number: str) -> None:
    found = read({"receipt_number": "", "a_number": number})
    assert found == [Finding(Rule.INVALID_CELL, "a_number")]


def test_a_number_of_nobody_beside_an_identifier_is_an_empty_cell() -> None:
    assert read({"receipt_number": RECEIPT, "a_number": "A00000000"}) == read({"receipt_number": RECEIPT})


@pytest.mark.parametrize("word", ["PENDING", "N/A", "b(6)"])
def test_a_word_in_the_place_of_an_identifier_is_an_empty_cell(word: str) -> None:
    assert read({"receipt_number": "", "a_number": word}) == []
