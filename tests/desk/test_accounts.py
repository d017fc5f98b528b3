"""Accounts on the desk: the months that were written, as page and as table, and the running one."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from shield1367.accounting.month import Month
from shield1367.accounting.report import PAGE, TABLE
from tests.desk.desks import Visit, app_of
from tests.lookback.past import COUNTY, past


def written(home: Path, month: str, page: str = "<p>what went out</p>") -> Path:
    folder = home / "reports" / month
    folder.mkdir(parents=True)
    (folder / PAGE).write_text(page)
    (folder / TABLE).write_text("section\r\nrelease\r\n")
    return folder


def test_the_months_are_listed_and_the_newest_is_shown(tmp_path: Path) -> None:
    for month in ("2026-08", "2026-09"):
        written(tmp_path, month)
    visit = Visit(app_of(tmp_path), "auditor")
    assert 'src="/compliance/accounts/2026-09/page"' in visit.get("/accounts").text
    assert 'src="/compliance/accounts/2026-08/page"' in visit.get("/accounts?month=2026-08").text
    page, table = visit.get("/accounts/2026-08/page"), visit.get("/accounts/2026-08/table.csv")
    assert page.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert table.headers["content-disposition"] == 'attachment; filename="accounting-2026-08.csv"'
    assert table.text.startswith("section")
    assert "<form" not in visit.get("/accounts").text, "an auditor changes nothing"


def test_the_running_month_is_written_as_it_is_by_now(tmp_path: Path) -> None:
    agency = past(tmp_path, COUNTY)
    visit = Visit(app_of(tmp_path, keys=agency.keys), "compliance")
    assert "No month is written yet" in visit.get("/accounts").text
    month = str(Month.of(datetime.now(UTC).date()))
    answers = [visit.post("/accounts", form_on="/accounts") for _ in range(2)]
    assert [(one.status_code, one.headers["location"]) for one in answers] == [
        (303, f"/compliance/accounts?month={month}")
    ] * 2
    assert f"Account of disclosures, {month}" in visit.get(f"/accounts/{month}/page").text
    assert COUNTY in visit.get(f"/accounts/{month}/table.csv").text
    assert f"{month}, so far" in visit.get("/accounts").text


@pytest.mark.parametrize(
    "month", ["2026-07", "2026-13", "..", "2026-08%00", "2026-08/..", "<script>", "9999-99"]
)
def test_a_month_that_is_not_there(tmp_path: Path, month: str) -> None:
    written(tmp_path, "2026-08")
    visit = Visit(app_of(tmp_path), "compliance")
    for rest in ("page", "table.csv"):
        assert visit.get(f"/accounts/{month}/{rest}").status_code in (400, 404)
    assert visit.get(f"/accounts?month={month}").status_code == 200


def test_links_lead_nowhere(tmp_path: Path) -> None:
    folder = written(tmp_path / "elsewhere", "2026-08")
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "2026-08").symlink_to(folder)
    inside = written(tmp_path, "2026-09")
    (inside / TABLE).unlink()
    (inside / TABLE).symlink_to(folder / TABLE)
    visit = Visit(app_of(tmp_path), "compliance")
    assert "2026-08" not in visit.get("/accounts").text
    assert visit.get("/accounts/2026-08/page").status_code == 404
    assert visit.get("/accounts/2026-09/table.csv").status_code == 404


def test_a_new_home_has_nothing_to_account_for(tmp_path: Path) -> None:
    visit = Visit(app_of(tmp_path), "compliance")
    answer = visit.post("/accounts", form_on="/accounts")
    assert (answer.status_code, "E668" in answer.text) == (409, True)
    assert not list(tmp_path.iterdir())
