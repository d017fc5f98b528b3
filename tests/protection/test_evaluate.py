from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from shield1367.config.benefits import Benefits
from shield1367.config.indicators import Consequence
from shield1367.config.project import Project
from shield1367.errors import KeyMissingError, StorageError
from shield1367.intake.mending import waits_of
from shield1367.keys import Keys
from shield1367.pipeline import mend, release_from_quarantine
from shield1367.protection import judge
from shield1367.protection.evaluate import UnknownSourceError, evaluate, unevaluated
from shield1367.protection.registry import tables
from shield1367.protection.registry.store import Registry
from shield1367.protection.rules import Rule
from shield1367.protection.status import Status
from tests.protection.site import NOW, PROJECT, Desk, a_number, application, encounter

VICTIM = {"form_type": "I-918", "filing_basis": "U NONIMMIGRANT"}
FINAL = {"status": "DENIED_MERITS_FINAL", "appeal_exhausted": "Y", "status_date": "2022-05-06"}


def table(desk: Desk, of: sa.Table) -> list[Any]:
    return desk.registry.rows(sa.select(of).order_by(*of.primary_key.columns))


def with_codes(of: str, **lists: Any) -> Project:
    """The project with some parts of one code table exchanged."""
    content = PROJECT.benefits.model_dump()
    content["tables"][of] |= lists
    return replace(PROJECT, benefits=Benefits.model_validate(content))


def without_code(code: str, *, of: str) -> Project:
    """The project with one revealing code taken out of its table."""
    table = PROJECT.benefits.tables[of]
    dates = {c: period.model_dump() for c, period in table.codes_effective.items() if c != code}
    return with_codes(of, reveals=tuple(c for c in table.reveals if c != code), codes_effective=dates)


def test_three_answers(desk: Desk) -> None:
    desk.deliver(
        "benefits",
        {"applications": [application(1, **VICTIM), application(2), application(3, filing_basis="WIDOW")]},
    )
    result = desk.judge()
    assert [desk.status(a_number(n)) for n in (1, 2, 3)] == [
        Status.PROTECTED,
        Status.CLEAR,
        Status.INDETERMINATE,
    ]
    assert (result.protected, result.indeterminate, result.clear, result.rows) == (1, 1, 1, 3)


def test_a_person_is_protected_in_every_source(desk: Desk) -> None:
    desk.deliver("enforcement", {"encounters": [encounter(1)]})
    desk.judge()
    assert desk.status(a_number(1)) is Status.CLEAR
    desk.deliver("benefits", {"applications": [application(1, **VICTIM)]})
    desk.judge()
    assert desk.status(a_number(1)) is Status.PROTECTED


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        ([FINAL], Status.CLEAR),
        ([FINAL | {"appeal_exhausted": "N"}], Status.PROTECTED),
        ([FINAL | {"status": "WITHDRAWN"}], Status.PROTECTED),
        ([FINAL | {"status": "REVOKED"}], Status.PROTECTED),
        ([FINAL, {"status": "REOPENED", "status_date": "2023-01-01"}], Status.PROTECTED),
        ([FINAL, {"status": "RECEIVED", "status_date": "2019-01-01"}], Status.CLEAR),
    ],
)
def test_what_ends_protection(desk: Desk, history: list[dict[str, str]], expected: Status) -> None:
    paper = application(1, **VICTIM)
    receipt = {"receipt_number": paper["receipt_number"]}
    desk.deliver(
        "benefits", {"applications": [paper], "status_history": [receipt | entry for entry in history]}
    )
    desk.judge()
    assert desk.status(a_number(1)) is expected
    assert desk.status(a_number(1), date(2021, 1, 1)) is Status.PROTECTED


def test_a_second_covered_application_keeps_protection(desk: Desk) -> None:
    first = application(1, **VICTIM)
    second = application(1, **VICTIM) | {"receipt_number": "IOE0999999998"}
    desk.deliver(
        "benefits",
        {
            "applications": [first, second],
            "status_history": [FINAL | {"receipt_number": first["receipt_number"]}],
        },
    )
    desk.judge()
    assert desk.status(a_number(1)) is Status.PROTECTED


def test_family_is_protected_with_the_principal_however_far_it_reaches(desk: Desk) -> None:
    """Principal 1, derivative 2 by the A-Number, 3 a rider of 2's court case, and 4 a stranger."""
    cases = [
        {"IDNCASE": f"91{n:07d}", "ALIEN_NBR": a_number(n), "ALIEN_LAST_NAME": f"Zz{n}k"} for n in (2, 3)
    ]
    rider = {"idnLeadRider": "55", "idnLeadCase": "910000002", "idnRiderCase": "910000003"}
    derivative = application(2, principal_a_number=a_number(1), relationship_to_principal="CHILD")
    desk.deliver("benefits", {"applications": [application(1, **VICTIM), derivative, application(4)]})
    for case in cases:
        case["ALIEN_LAST_NAME"] = application(int(case["ALIEN_NBR"][-1]))["family_name"]
    desk.deliver("benefits", {"applications": [application(3)]}, batch="b2")
    desk.deliver("court", {"cases": cases, "lead_rider": [rider]})
    desk.judge()
    assert [desk.status(a_number(n)) for n in (1, 2, 3)] == [Status.PROTECTED] * 3
    assert Rule.FAMILY in desk.rules(a_number(3))
    assert desk.status(a_number(4)) is Status.CLEAR


def test_one_a_number_on_two_people_puts_both_in_doubt(desk: Desk) -> None:
    desk.deliver("benefits", {"applications": [application(1), application(2)]})
    desk.deliver("enforcement", {"encounters": [encounter(2, a_number=a_number(1))]})
    desk.judge()
    assert [desk.status(a_number(n)) for n in (1, 2)] == [Status.INDETERMINATE] * 2
    assert Rule.CONTRADICTION in desk.rules(a_number(1))


def test_two_people_of_one_contradictory_cell_are_no_family(desk: Desk) -> None:
    desk.deliver(
        "benefits",
        {
            "applications": [
                application(1, **VICTIM),
                application(2),
                application(2, a_number=a_number(1), receipt_number="IOE0977777771"),
            ]
        },
    )
    desk.judge()
    assert Rule.FAMILY not in desk.rules(a_number(2))
    assert desk.status(a_number(2)) is Status.INDETERMINATE


@pytest.mark.parametrize(
    ("given", "born"), [("Eva", "1984-03-05"), ("Ana", "1984-05-03"), ("Anna", "1984-03-06")]
)
def test_a_name_and_a_birth_date_of_somebody_protected_put_in_doubt(
    desk: Desk, given: str, born: str
) -> None:
    victim = application(1, **VICTIM, given_name="Ana", family_name="Paz Luna", date_of_birth="1984-03-05")
    alike = application(2, given_name=given, family_name="Luna", date_of_birth=born)
    other = application(3, given_name="Eva", family_name="Luna", date_of_birth="1984-03-06")
    desk.deliver("benefits", {"applications": [victim, alike, other]})
    desk.judge()
    assert desk.rules(a_number(2)) >= {Rule.POSSIBLE_MATCH}
    assert desk.status(a_number(2)) is Status.INDETERMINATE
    assert desk.status(a_number(3)) is Status.CLEAR


def test_the_family_of_a_possible_double_is_in_doubt_too(desk: Desk) -> None:
    victim = application(1, **VICTIM, given_name="Ana", family_name="Paz", date_of_birth="1984-03-05")
    alike = application(2, given_name="Ana", family_name="Paz", date_of_birth="1984-03-05")
    child = application(3, principal_a_number=a_number(2))
    desk.deliver("benefits", {"applications": [victim, alike, child]})
    desk.judge()
    assert [desk.status(a_number(n)) for n in (2, 3)] == [Status.INDETERMINATE] * 2


def test_a_double_that_nothing_else_is_known_of_puts_its_family_in_doubt_too(desk: Desk) -> None:
    victim = application(1, **VICTIM, given_name="Ana", family_name="Paz", date_of_birth="1984-03-05")
    unknown = application(2, given_name="Ana", family_name="Paz", date_of_birth="1984-03-05")
    unknown |= {"form_type": "", "filing_basis": "", "flag_384": ""}
    child = application(3, principal_a_number=a_number(2))
    desk.deliver("benefits", {"applications": [victim, unknown, child]})
    desk.judge()
    assert {Rule.NO_EVIDENCE, Rule.POSSIBLE_MATCH} <= desk.rules(a_number(2))
    assert desk.status(a_number(3)) is Status.INDETERMINATE


def test_a_full_name_without_a_birth_date_is_enough_for_a_doubt(desk: Desk) -> None:
    victim = application(1, **VICTIM, given_name="Ana", family_name="Paz", date_of_birth="1984-03-05")
    undated = application(2, given_name="ANA", family_name="PAZ", date_of_birth="")
    desk.deliver("benefits", {"applications": [victim, undated]})
    desk.judge()
    assert desk.status(a_number(2)) is Status.INDETERMINATE


def test_whoever_a_quarantined_row_names_is_in_doubt(desk: Desk) -> None:
    desk.deliver("benefits", {"applications": [application(1), application(2)]})
    desk.judge()
    assert desk.status(a_number(1)) is Status.CLEAR
    shifted = {"IDNCASE": "910000001", "ALIEN_NBR": a_number(1) + "\tX"}
    desk.deliver("court", {"cases": [shifted]})
    desk.judge()
    assert desk.status(a_number(1)) is Status.INDETERMINATE
    assert Rule.REFUSED_ROW in desk.rules(a_number(1))
    assert desk.status(a_number(2)) is Status.CLEAR


def test_whoever_is_named_in_a_row_released_from_quarantine_is_judged_by_that_row(desk: Desk) -> None:
    desk.deliver("benefits", {"applications": [application(1), application(2)]})
    shifted = {"IDNCASE": "910000001", "ALIEN_NBR": a_number(1) + "\tX"}
    desk.deliver("court", {"cases": [shifted]})
    desk.judge()
    assert desk.status(a_number(1)) is Status.INDETERMINATE
    (row,) = waits_of(desk.home, desk.keys, "court", "b1").rows.values()
    cells = {"IDNCASE": "910000001", "ALIEN_NBR": a_number(1)}
    line = json.dumps({"file": row.file, "row": row.row, "cells": cells})
    assert mend(desk.site, "court", "b1", [line]) == 1
    receipt = release_from_quarantine(desk.site, "court", "b1", by="ada", why="T-1")
    assert receipt.quarantined == 0
    assert unevaluated(desk.home, desk.registry, desk.project), "nothing goes out before it is judged"
    desk.judge()
    assert Rule.REFUSED_ROW not in desk.rules(a_number(1))
    assert desk.status(a_number(1)) is Status.CLEAR
    assert not desk.judge().changed


def test_a_missing_column_that_decides_puts_everybody_of_the_batch_in_doubt(desk: Desk) -> None:
    desk.deliver("benefits", {"applications": [application(1)]}, without="flag_384")
    desk.judge()
    assert desk.status(a_number(1)) is Status.INDETERMINATE
    assert Rule.MISSING_COLUMN in desk.rules(a_number(1))


def test_an_unreadable_date_puts_in_doubt(desk: Desk) -> None:
    desk.deliver("benefits", {"applications": [application(1, filed_date="31.31.2020")]})
    desk.judge()
    assert Rule.INVALID_CELL in desk.rules(a_number(1))


def test_a_second_run_changes_nothing(desk: Desk) -> None:
    desk.deliver("benefits", {"applications": [application(1, **VICTIM), application(2)]})
    assert desk.judge().changed
    before = {of.name: table(desk, of) for of in (tables.EVIDENCE, tables.VALUE, tables.MARK, tables.FAMILY)}
    digest = desk.snapshot().digest
    second = desk.judge()
    assert (second.changed, second.batches, second.rows) == (False, 0, 0)
    assert {
        of.name: table(desk, of) for of in (tables.EVIDENCE, tables.VALUE, tables.MARK, tables.FAMILY)
    } == before
    assert desk.snapshot().digest == digest


def test_evidence_is_only_added(desk: Desk) -> None:
    desk.deliver("benefits", {"applications": [application(1, **VICTIM)]})
    desk.judge()
    before = table(desk, tables.EVIDENCE)
    desk.deliver("benefits", {"applications": [application(1), application(2)]}, batch="b2")
    desk.project = without_code("U5", of="classes_of_admission")
    desk.judge()
    after = table(desk, tables.EVIDENCE)
    assert len(after) > len(before)
    assert all(row in after for row in before)


def test_changed_tables_are_read_again(desk: Desk) -> None:
    desk.deliver("benefits", {"applications": [application(1, class_of_admission="ZZ9")]})
    desk.judge()
    assert desk.rules(a_number(1)) == {Rule.UNKNOWN_CODE}
    harmless = PROJECT.benefits.tables["classes_of_admission"].no
    desk.project = with_codes("classes_of_admission", no=(*harmless, "ZZ9"))
    assert unevaluated(desk.home, desk.registry, desk.project) == ["benefits/b1"]
    desk.judge()
    assert desk.status(a_number(1)) is Status.CLEAR


def test_a_narrative_that_gives_reason_to_believe_puts_the_person_in_doubt(desk: Desk) -> None:
    text = "Interviewed at the office. She has a pending U visa."
    desk.deliver("enforcement", {"encounters": [encounter(1, narrative=text), encounter(2)]})
    result = desk.judge()
    assert [desk.status(a_number(n)) for n in (1, 2)] == [Status.INDETERMINATE, Status.CLEAR]
    assert result.rules == {"reason_to_believe": 1}
    (evidence,) = [row for row in table(desk, tables.EVIDENCE) if row.rule == Rule.REASON_TO_BELIEVE]
    assert (evidence.column, evidence.start, evidence.stop) == ("narrative", 27, len(text))
    assert (evidence.kind, desk.registry.unseal(evidence.sealed_code)) == ("narrative", "benefit")


def test_reason_to_believe_takes_no_protection_away(desk: Desk) -> None:
    desk.deliver("benefits", {"applications": [application(1, **VICTIM, remarks="ATTN: 1367.")]})
    desk.judge()
    assert desk.status(a_number(1)) is Status.PROTECTED
    assert desk.rules(a_number(1)) == {Rule.COVERED_APPLICATION, Rule.REASON_TO_BELIEVE}


def test_changed_indicators_are_read_again(desk: Desk) -> None:
    desk.deliver("enforcement", {"encounters": [encounter(1, narrative="She has a pending U visa.")]})
    desk.judge()
    off = PROJECT.indicators.model_copy(update={"reason_to_believe": Consequence.IGNORED})
    desk.project = replace(PROJECT, indicators=off)
    assert unevaluated(desk.home, desk.registry, desk.project) == ["enforcement/b1"]
    desk.judge()
    assert desk.status(a_number(1)) is Status.CLEAR


def test_unknown_codes_are_reported_by_place_and_no_more_once_a_table_knows_them(desk: Desk) -> None:
    papers = [application(n, form_type="I-999") for n in (1, 2)]
    desk.deliver("benefits", {"applications": [*papers, application(3)]})
    (found,) = desk.judge().unknown_codes
    assert (found.source, found.dataset, found.kind, found.count) == (
        "benefits",
        "applications",
        "form_type",
        2,
    )
    desk.project = with_codes("forms", no=(*PROJECT.benefits.tables["forms"].no, "I999"))
    assert desk.judge().unknown_codes == ()


@pytest.mark.parametrize(
    ("cells", "code", "of"),
    [
        ({"class_of_admission": "U3"}, "U3", "classes_of_admission"),
        (VICTIM | {"filing_basis": ""}, "I918", "forms"),
    ],
)
def test_once_protected_stays_protected_when_a_code_leaves_its_table(
    desk: Desk, cells: dict[str, str], code: str, of: str
) -> None:
    desk.deliver("benefits", {"applications": [application(1, **cells)]})
    desk.judge()
    desk.project = without_code(code, of=of)
    desk.judge()
    assert desk.status(a_number(1)) is Status.PROTECTED


def test_a_source_that_no_longer_shows_the_flag_ends_nothing(desk: Desk) -> None:
    desk.deliver("benefits", {"applications": [application(1, flag_384="384")]})
    desk.deliver("benefits", {"applications": [application(1, flag_384="NONE")]}, batch="b2")
    desk.judge()
    assert desk.status(a_number(1)) is Status.PROTECTED


def test_a_flag_that_is_gone_from_the_next_batch_ends_nothing(desk: Desk) -> None:
    """Nor does one that another source, or every later batch, does not show."""
    desk.deliver("benefits", {"applications": [application(1, class_of_admission="U1")]})
    desk.judge()
    for number in (2, 3):
        desk.deliver(
            "benefits", {"applications": [application(1, class_of_admission="B2")]}, batch=f"b{number}"
        )
        desk.deliver("enforcement", {"encounters": [encounter(1)]}, batch=f"b{number}")
        desk.judge()
        assert desk.status(a_number(1)) is Status.PROTECTED
        assert Rule.REVEALING_CODE in desk.rules(a_number(1))


def test_a_registry_opens_with_its_own_key_only(desk: Desk) -> None:
    """With another key nobody would be recognised, and a new person begun for everybody."""
    desk.deliver("benefits", {"applications": [application(1, **VICTIM)]})
    desk.judge()
    before = table(desk, tables.IDENTIFIER)
    with pytest.raises(KeyMissingError, match="made with another key"):
        evaluate(desk.home, Keys(b"x" * 32), PROJECT, now=NOW)
    assert table(desk, tables.IDENTIFIER) == before


def test_a_run_killed_before_the_decision_leaves_its_batches_unjudged(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a release could be planned on the answers from before the new evidence."""
    desk.deliver("enforcement", {"encounters": [encounter(1)]})
    desk.judge()
    desk.deliver("benefits", {"applications": [application(1, **VICTIM)]})

    def killed(around: judge.Surroundings) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(judge, "judge", killed)
    with pytest.raises(KeyboardInterrupt):
        desk.judge()
    assert desk.status(a_number(1)) is Status.CLEAR
    assert "benefits/b1" in unevaluated(desk.home, desk.registry, desk.project)
    monkeypatch.undo()
    desk.judge()
    assert unevaluated(desk.home, desk.registry, desk.project) == []
    assert desk.status(a_number(1)) is Status.PROTECTED


def test_a_source_without_a_contract_is_refused(desk: Desk) -> None:
    desk.deliver("benefits", {"applications": [application(1)]})
    contracts = {name: c for name, c in PROJECT.contracts.items() if name != "benefits"}
    with pytest.raises(UnknownSourceError, match="benefits"):
        evaluate(desk.home, desk.keys, replace(PROJECT, contracts=contracts), now=NOW)


def test_no_value_lies_readable_in_the_registry(desk: Desk) -> None:
    paper = application(
        1, **VICTIM, ssn="219-09-9871", street_address="742 Evergreen Terrace", phone="206-555-0142",
        petitioner_name="PETRONIUS KALLISTO",
    )  # fmt: skip
    desk.deliver(
        "benefits",
        {"applications": [paper], "status_history": [FINAL | {"receipt_number": paper["receipt_number"]}]},
    )
    desk.judge()
    columns = ("receipt_number", "a_number", "family_name", "given_name", "ssn", "street_address", "phone")
    values = [paper[name] for name in columns] + ["PETRONIUS", a_number(1)[1:], "219099871", "I-918"]
    content = b"".join(path.read_bytes() for path in desk.home.registry.rglob("*") if path.is_file())
    assert content
    readable = [n for n, value in enumerate(values) if value.lower().encode() in content.lower()]
    assert readable == []


def test_identities_come_back_with_the_key_and_with_no_other(desk: Desk) -> None:
    desk.deliver("benefits", {"applications": [application(1, **VICTIM), application(2)]})
    desk.judge()
    found = {i.person_id: i for i in desk.registry.identities(desk.snapshot().statuses)}
    assert found[desk.person(a_number(1))].protected
    assert not found[desk.person(a_number(2))].protected
    assert found[desk.person(a_number(1))].values["a_number"] == (a_number(1),)
    with pytest.raises(KeyMissingError):
        Registry(desk.home, Keys(b"x" * 32)).identities({})


def test_a_home_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    (tmp_path / "registry").write_text("a file where the folder should be")
    with pytest.raises(StorageError, match="registry"):
        Registry(Desk.at(tmp_path).home, Keys(b"k" * 32))


def test_people_of_merged_rows_are_one(desk: Desk) -> None:
    """First by the A-Number, then by the fingerprint id, then both in one row."""
    number = encounter(1, date_of_birth="")
    print_only = encounter(1, a_number="", fin="77812345", encounter_id="E2", date_of_birth="")
    both = encounter(1, fin="77812345", encounter_id="E3")
    desk.deliver("enforcement", {"encounters": [number, print_only]})
    desk.judge()
    assert desk.judge().people == 2
    desk.deliver("enforcement", {"encounters": [both]}, batch="b2")
    assert desk.judge().people == 1
    desk.deliver("benefits", {"applications": [application(1, **VICTIM)]})
    desk.judge()
    assert set(desk.snapshot().statuses.values()) == {Status.PROTECTED}


def test_a_certified_notice_makes_its_person_indeterminate(desk: Desk) -> None:
    rows = [encounter(1, nta_1229e_certification="CERTIFIED"), encounter(2, nta_1229e_certification="N")]
    desk.deliver("enforcement", {"encounters": rows})
    desk.judge()
    assert Rule.CERTIFICATION in desk.rules(a_number(1))
    assert [desk.status(a_number(n)) for n in (1, 2)] == [Status.INDETERMINATE, Status.CLEAR]


def test_other_words_for_a_certification_are_read_over_what_is_staged(desk: Desk) -> None:
    desk.deliver("enforcement", {"encounters": [encounter(1, nta_1229e_certification="WAIVED")]})
    desk.judge()
    assert desk.status(a_number(1)) is Status.INDETERMINATE
    words = desk.project.safeguards
    known = words.certification.model_copy(update={"none": (*words.certification.none, "WAIVED")})
    desk.project = replace(desk.project, safeguards=words.model_copy(update={"certification": known}))
    assert desk.judge().batches == 1
    assert desk.status(a_number(1)) is Status.CLEAR
