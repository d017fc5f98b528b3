"""The account of a month: what is in it, what is not, and that it can be read."""

from __future__ import annotations

import csv
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.accounting.account import account
from shield1367.accounting.expiring import expiring
from shield1367.accounting.month import Month, NoMonthError
from shield1367.accounting.report import report_page, write_report
from shield1367.config.lookback import load_lookback
from shield1367.config.project import load_project
from shield1367.config.recipient.terms import Agreement
from shield1367.errors import StorageError
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.lookback.record import CaseBook
from shield1367.release.ledger import Decision, Exposed, Ledger, LedgerBrokenError, Trigger
from shield1367.release.refusals import refusals_path
from shield1367.release.signing import Signer
from tests.release.test_ledger import PEOPLE, entry

KEYS = Keys(b"k" * 32)
SIGNER = Signer(KEYS, ("",))
PROJECT = load_project()
TODAY = date(2026, 11, 26)
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
SEPTEMBER = Month(2026, 9)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Two releases in September, one of them under an exception, and one in October."""
    made = Home(root=tmp_path)
    ledger = Ledger(made)
    ledger.record(entry(1, spans={"PERSON": 5, "DATE": 2}, narratives=3, recall=(200, 199)), PEOPLE, SIGNER)
    by_law = "8 U.S.C. § 1367(b)(2): law enforcement"
    ledger.record(
        entry(2, recorded_at="2026-09-30T23:59:59+00:00", authority=by_law, approved_by=("ada", "bo")),
        PEOPLE,
        SIGNER,
    )
    ledger.record(entry(3, recorded_at="2026-10-01T00:00:00+00:00", spans={"PERSON": 9}), PEOPLE, SIGNER)
    return made


def test_a_month_holds_its_own_releases_to_the_second(home: Home) -> None:
    september = account(home, KEYS, PROJECT, load_lookback(), SEPTEMBER, now=NOW)
    assert [release.release_id for release in september.releases] == ["r-1", "r-2"]
    assert september.spans == {"PERSON": 5, "DATE": 2}
    october = account(home, KEYS, PROJECT, load_lookback(), Month(2026, 10), now=NOW)
    assert [release.release_id for release in october.releases] == ["r-3"]
    assert [(str(v.month), v.releases) for v in october.trend[-2:]] == [("2026-09", 2), ("2026-10", 1)]
    assert len(october.trend) == 12


def test_recall_is_pooled_over_the_month_with_its_lower_bound(home: Home) -> None:
    volume = account(home, KEYS, PROJECT, load_lookback(), SEPTEMBER, now=NOW).trend[-1]
    assert volume.recall == 199 / 200
    # Clopper and Pearson, one-sided at 95 %: 0.97650 for 199 of 200.
    assert volume.recall_at_least == pytest.approx(0.9765015, abs=1e-6)
    october = account(home, KEYS, PROJECT, load_lookback(), Month(2026, 10), now=NOW).trend[-1]
    assert (october.recall, october.recall_at_least) == (None, None)


def test_exceptions_and_decisions_are_overrides_and_the_ordinary_is_not(home: Home) -> None:
    book = CaseBook(home, Ledger(home), SIGNER)
    book.found(
        "county",
        [Exposed(release_id="r-1", trigger=Trigger.TEXT, released_at="2026-09-01T12:00:00+00:00")],
        {"p"},
    )
    book.decide("case-1", Decision.NO_ACTION, by="privacy officer", reference="INC-1")
    made = account(home, KEYS, PROJECT, load_lookback(), SEPTEMBER, now=NOW)
    assert [(o.subject, o.by) for o in made.overrides] == [("county, r-2", "ada, bo")]
    this_month = account(home, KEYS, PROJECT, load_lookback(), Month.of(datetime.now(UTC).date()), now=NOW)
    assert [(o.what, o.by) for o in this_month.overrides] == [("no_action: INC-1", "privacy officer")]
    assert [case.name for case in this_month.cases] == ["case-1"]


def test_refusals_are_told_and_a_damaged_list_of_them_stops_the_account(home: Home) -> None:
    line = '{"at": "%s", "recipient": "county", "stage": "plan", "code": "E502", "reason": "expired"}\n'
    refusals_path(home).write_text(line % "2026-09-03T06:00:00+00:00" + line % "2026-10-03T06:00:00+00:00")
    made = account(home, KEYS, PROJECT, load_lookback(), SEPTEMBER, now=NOW)
    assert [(r.recipient, r.code) for r in made.refused] == [("county", "E502")]
    with refusals_path(home).open("a") as stream:
        stream.write('{"at": \n')
    with pytest.raises(StorageError, match="damaged"):
        account(home, KEYS, PROJECT, load_lookback(), SEPTEMBER, now=NOW)


def test_the_whole_ledger_is_walked_and_its_end_is_told(home: Home) -> None:
    september = account(home, KEYS, PROJECT, load_lookback(), SEPTEMBER, now=NOW)
    head = september.ledger.head
    assert head is not None
    assert (september.ledger.entries, head.sequence) == (3, 3)
    assert f"3 {head.hash}" in report_page(september)
    with closing(sqlite3.connect(home.ledger)) as connection:
        connection.execute("DROP TRIGGER disclosure_is_final")
        connection.execute("UPDATE disclosure SET entry = replace(entry, 'r-1', 'r-0') WHERE sequence = 1")
        connection.commit()
    with pytest.raises(LedgerBrokenError, match="entry 1 was changed"):
        account(home, KEYS, PROJECT, load_lookback(), SEPTEMBER, now=NOW)


def test_papers_are_told_before_they_lapse_and_after() -> None:
    county = PROJECT.recipients["county-analytics"]

    def within(expires: date) -> list[int]:
        paper = Agreement(reference="MOU-9", expires=expires)
        changed = replace(PROJECT, recipients={"county": county.model_copy(update={"agreement": paper})})
        return [one.within for one in expiring(changed, TODAY) if "MOU-9" in one.what]

    assert within(date(2026, 11, 25)) == [0]
    assert within(date(2026, 11, 26)) == [30]
    assert within(date(2027, 1, 24)) == [60]
    assert within(date(2027, 2, 20)) == [90]
    assert within(date(2027, 3, 20)) == []


def test_the_report_is_a_page_and_a_table_for_its_owner(home: Home) -> None:
    made = account(home, KEYS, PROJECT, load_lookback(), SEPTEMBER, now=NOW)
    page, table = write_report(home, made)
    assert page.parent.name == "2026-09"
    assert {path.stat().st_mode & 0o077 for path in (page, table)} == {0}
    text = page.read_text()
    for told in ("r-1", "r-2", "99.50 %", "97.65 %", "1367(b)(2)", "ada, bo"):
        assert told in text
    assert "r-3" not in text
    assert "http" not in text.split("</style>")[1]
    with table.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["what"] for row in rows if row["section"] == "release"] == ["r-1", "r-2"]
    assert [row["detail"] for row in rows if row["section"] == "recall"] == ["0.9765"]


def test_a_month_without_anything_says_so(tmp_path: Path) -> None:
    page = report_page(account(Home(root=tmp_path), KEYS, PROJECT, load_lookback(), SEPTEMBER, now=NOW))
    for said in ("Nothing went out", "Nothing was refused", "No exception", "No narrative was released"):
        assert said in page


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-1", "26-10", "0000-01", "2026-12", "2026-10-01", "", "٢٠٢٦-10"]
)
def test_what_is_no_month_up_to_now_is_refused(text: str) -> None:
    with pytest.raises(NoMonthError, match="E760"):
        Month.parse(text, today=TODAY)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31)), st.integers(0, 40))
def test_months_follow_one_another_without_a_gap(day: date, back: int) -> None:
    month = Month.of(day)
    assert month.start <= datetime(day.year, day.month, day.day, tzinfo=UTC).isoformat() < month.end
    assert month.back(back).end == month.back(back - 1).start
    assert Month.parse(str(month), today=day) == month
