"""``shield1367 lookback`` and ``ledger report``, as somebody of compliance works a case."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.lookback.record import CaseBook
from shield1367.release.ledger import Exposed, Ledger, Trigger
from shield1367.release.signing import Signer
from tests.cli.conftest import Command
from tests.release.test_ledger import PEOPLE, entry


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a release to the county, and a case about it."""
    folders = Home(root=tmp_path)
    keys = Keys.load(folders)
    signer = Signer.of(folders, keys)
    ledger = Ledger(folders)
    ledger.record(entry(1), PEOPLE, signer)
    exposed = Exposed(
        release_id="r-1", trigger=Trigger.PROTECTION, released_at="2026-09-01T12:00:00+00:00", people=2,
        columns=("encounters.age: age_band",),
    )  # fmt: skip
    CaseBook(folders, ledger, signer).found("county", [exposed], {"pair"})
    return tmp_path


def test_a_case_is_worked_from_list_to_closure(shield1367: Command, home: Path) -> None:
    by = ("--by", "privacy officer", "--reference", "INC-1", "--home", home)
    listed = shield1367("lookback", "list", "--home", home)
    assert "case-1  county: 1 release(s)" in listed.out
    assert "waits for a decision, releases frozen" in listed.out
    assert "2 people" in shield1367("lookback", "show", "case-1", "--home", home).out
    assert shield1367("lookback", "close", "case-1", *by).code == 1
    decided = shield1367("lookback", "decide", "case-1", "--decision", "recall", *by)
    assert decided.out.strip() == "case-1 waits for its notices; releases to county are frozen."
    drafted = shield1367("lookback", "notice", "case-1", "recall", "--home", home)
    assert "Riverbend County" in Path(drafted.out.strip()).read_text()
    for form in ("incident", "recall"):
        sent = shield1367(
            "lookback", "notice", "case-1", form, "--sent-by", "privacy officer", "--reference", "MAIL-7",
            "--home", home,
        )  # fmt: skip
        assert sent.code == 0
    assert shield1367("lookback", "answer", "case-1", *by).out.startswith("case-1 can be closed")
    assert shield1367("lookback", "close", "case-1", *by).out.strip() == "case-1 closed."
    assert shield1367("lookback", "list", "--home", home).out.strip() == "0 case(s)."
    (case,) = json.loads(shield1367("lookback", "list", "--all", "--json", "--home", home).out)
    assert (case["state"], case["frozen"], case["people"]) == ("closed", False, 2)
    assert "7 entries, all hold" in shield1367("ledger", "verify", "--home", home).out


def test_a_notice_is_not_sent_by_nobody_nor_referred_to_by_a_number_of_somebody(
    shield1367: Command, home: Path
) -> None:
    decide = ("lookback", "decide", "case-1", "--decision", "inform", "--home", home)
    assert shield1367(*decide, "--by", " ", "--reference", "INC-1").code != 0
    refused = shield1367(*decide, "--by", "privacy officer", "--reference", "A203000007")
    assert refused.code != 0
    assert "A203000007" not in refused.out + refused.err
    sent = shield1367("lookback", "notice", "case-1", "incident", "--sent-by", "somebody", "--home", home)
    assert sent.code != 0


def test_an_unknown_case_is_refused(shield1367: Command, home: Path) -> None:
    done = shield1367("lookback", "show", "case-9", "--home", home)
    assert (done.code, "E751" in done.err) == (1, True)


def test_looking_back_without_a_past_finds_nothing(shield1367: Command, tmp_path: Path) -> None:
    done = shield1367("lookback", "run", "--home", tmp_path / "empty")
    assert (done.code, done.out.strip()) == (0, "No earlier release would be made otherwise today.")


def test_the_account_of_a_month_is_written(shield1367: Command, home: Path) -> None:
    written = json.loads(shield1367("ledger", "report", "--month", "2026-09", "--json", "--home", home).out)
    assert "r-1" in Path(written["page"]).read_text()
    assert Path(written["table"]).exists()
    assert shield1367("ledger", "report", "--month", "2026-9", "--home", home).code == 1
