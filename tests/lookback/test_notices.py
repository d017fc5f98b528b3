"""The papers of a case: a recall that gives nobody away, an incident notice that says what happened."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from shield1367.config.lookback import load_lookback
from shield1367.config.recipient import Membership
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.lookback.notices import draft
from shield1367.lookback.record import CaseBook
from shield1367.release.ledger import Decision, Exposed, Ledger, NoticeForm, Trigger
from shield1367.release.signing import Signer
from tests.release.test_ledger import PEOPLE, entry

SIGNER = Signer(Keys(b"k" * 32), ("",))
# Numbers that occur nowhere else on a page.
PEOPLE_EXPOSED, TEXTS_EXPOSED = 7919, 6113


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(root=tmp_path)


@pytest.fixture
def book(home: Home) -> CaseBook:
    """A case about two releases to the county."""
    ledger = Ledger(home)
    for number in (1, 2):
        ledger.record(entry(number), PEOPLE, SIGNER)
    made = CaseBook(home, ledger, SIGNER)
    when = "2026-09-01T12:00:00+00:00"
    made.found(
        "county",
        [
            Exposed(
                release_id="r-1", trigger=Trigger.PROTECTION, released_at=when, people=PEOPLE_EXPOSED,
                membership=Membership.WITHHELD, columns=("encounters.age: age_band",), findings={"a_number": 3},
            ),
            Exposed(release_id="r-2", trigger=Trigger.TEXT, released_at=when, texts=TEXTS_EXPOSED),
        ],
        {"pair"},
    )  # fmt: skip
    return made


def _page(home: Home, book: CaseBook, form: NoticeForm) -> str:
    path = draft(home, book.get("case-1"), form, load_lookback())
    assert path.stat().st_mode & 0o077 == 0
    return path.read_text()


def test_a_recall_names_the_releases_and_tells_nothing_about_anybody(home: Home, book: CaseBook) -> None:
    page = _page(home, book, NoticeForm.RECALL)
    for told in ("r-1", "r-2", "Riverbend County", "1 County Plaza", "MOU-1", "0" * 64):
        assert told in page
    text = re.sub(r"<[^>]+>", " ", page.split("</style>")[1])
    assert not re.search(r"protect|shield|victim|1367|narrative|age_band|a number", text, re.IGNORECASE)
    for number in (PEOPLE_EXPOSED, TEXTS_EXPOSED):
        assert f"{number:,}" not in page
        assert str(number) not in page


def test_the_incident_notice_counts_and_names_nobody(home: Home, book: CaseBook) -> None:
    book.decide("case-1", Decision.RECALL, by="privacy officer", reference="INC-1")
    page = _page(home, book, NoticeForm.INCIDENT)
    for told in (
        f"{PEOPLE_EXPOSED:,}",
        f"{TEXTS_EXPOSED:,}",
        "a number 3 times",
        "encounters.age",
        "age band",
        "INC-1",
    ):
        assert told in page
    assert "pair" not in page
    assert not any(person in page for person in PEOPLE)


def test_what_somebody_wrote_stays_text(home: Home, book: CaseBook) -> None:
    book.decide("case-1", Decision.INFORM, by="<script>alert(1)</script>", reference="INC-1")
    page = _page(home, book, NoticeForm.INCIDENT)
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
