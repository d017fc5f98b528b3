from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from shield1367.disclosure.notices import NOTICES
from shield1367.disclosure.planning import NOTICE_COLUMN, StaleRegistryError, make_plan
from shield1367.protection.safeguards.rows import ItemState, RowPlace
from shield1367.protection.safeguards.verifications import Verifications, VerificationsBrokenError
from shield1367.redaction.partition import redact_part
from tests.protection.site import DAY, Desk, a_number, application, encounter
from tests.redaction.test_partition import OVERSIGHT, QUICK, UNIVERSITY, redact, table

SOURCES = ("ABUSER", "SPOUSE", "POLICE REPORT", "", "TRAFFICKER", "Abuser; court record")
EXPECTED = (ItemState.OPEN, ItemState.REVIEW, None, None, ItemState.VERIFIED, ItemState.VERIFIED)


def cells(number: int) -> dict[str, str]:
    verified = "2026-08-01" if SOURCES[number - 1] == "TRAFFICKER" else ""
    return encounter(number, information_source=SOURCES[number - 1], source_verification=verified)


@pytest.fixture
def judged(tmp_path: Path) -> Desk:
    desk = Desk.at(tmp_path, QUICK)
    numbers = range(1, len(SOURCES) + 1)
    desk.deliver("benefits", {"applications": [application(n) for n in numbers]})
    desk.deliver("enforcement", {"encounters": [cells(n) for n in numbers]})
    desk.judge()
    return desk


def notices(rows: list[dict[str, Any]]) -> list[str | None]:
    by_person = {row["a_number"]: row[NOTICE_COLUMN] for row in rows}
    return [by_person[a_number(n)] for n in range(1, len(SOURCES) + 1)]


def test_rows_inside_say_that_their_source_is_prohibited(judged: Desk) -> None:
    work, plan, _ = redact(judged, OVERSIGHT)
    assert notices(table(work, plan)) == [state and NOTICES[state] for state in EXPECTED]


def test_a_recorded_verification_is_in_the_next_release(judged: Desk) -> None:
    at = RowPlace("enforcement", "encounters", "b1", "encounters_1.csv.gz", 1)
    Verifications(judged.home, judged.keys).record(at, by="J. Ruiz", reference="R-1")
    work, plan, _ = redact(judged, OVERSIGHT)
    assert notices(table(work, plan))[:2] == [NOTICES[ItemState.VERIFIED], NOTICES[ItemState.REVIEW]]


def test_a_plan_older_than_a_verification_is_not_redacted(judged: Desk) -> None:
    plan = make_plan(judged.home, judged.keys, judged.project, OVERSIGHT, as_of=DAY)
    work = judged.home.work / OVERSIGHT / plan.release_id
    plan.write(work)
    at = RowPlace("enforcement", "encounters", "b1", "encounters_1.csv.gz", 1)
    Verifications(judged.home, judged.keys).record(at, by="J. Ruiz", reference="R-1")
    with pytest.raises(StaleRegistryError, match="plan the release again"):
        redact_part(judged.home, judged.keys, judged.project, work, 0)


def test_a_broken_record_of_verifications_stops_the_inside(judged: Desk) -> None:
    kept = judged.home.safeguards / "verifications.jsonl"
    kept.parent.mkdir()
    kept.write_text('{"entry": {}, "link": ""}\n')
    with pytest.raises(VerificationsBrokenError):
        make_plan(judged.home, judged.keys, judged.project, OVERSIGHT, as_of=DAY)


def test_without_the_column_every_row_is_to_be_reviewed(tmp_path: Path) -> None:
    desk = Desk.at(tmp_path, QUICK)
    desk.deliver("enforcement", {"encounters": [encounter(1)]}, without="information_source")
    desk.judge()
    work, plan, _ = redact(desk, OVERSIGHT)
    assert [row[NOTICE_COLUMN] for row in table(work, plan)] == [NOTICES[ItemState.REVIEW]]


def test_outside_a_row_is_the_same_whoever_gave_the_information(judged: Desk, tmp_path: Path) -> None:
    other = Desk.at(tmp_path / "other", QUICK)
    numbers = range(1, len(SOURCES) + 1)
    other.deliver("benefits", {"applications": [application(n) for n in numbers]})
    other.deliver("enforcement", {"encounters": [encounter(n) for n in numbers]})
    other.judge()
    keyed = {"person", "encounter_id"}

    def bare(desk: Desk) -> list[Any]:
        work, plan, _ = redact(desk, UNIVERSITY)
        return sorted([(k, str(v)) for k, v in row.items() if k not in keyed] for row in table(work, plan))

    assert bare(judged) == bare(other)
    assert not any("source" in name for name, _ in bare(judged)[0])
