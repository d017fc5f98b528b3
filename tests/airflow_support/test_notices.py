"""Notices over a real mail server and real webhooks; and what happens when these are not there: nothing."""

from __future__ import annotations

import logging
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.lookback.record import CaseBook
from shield1367.release.ledger import Decision, Exposed, Ledger, Trigger
from shield1367.release.signing import Signer
from shield1367_airflow.notices import Notice
from tests.airflow_support.ears import SENDER, Hook
from tests.airflow_support.office import EVERYTHING, Office
from tests.airflow_support.office import office as office

EVENTS = ("approval_wanted", "release_ready", "release_refused", "export_late", "lookback_case")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home with two look-back cases that nobody has been told of."""
    made = Home(root=tmp_path / "home")
    monkeypatch.setenv("SHIELD1367_HOME", str(made.root))
    for recipient in ("county", "college"):
        find(made, recipient)
    return made


def find(home: Home, recipient: str, *, at: str = "first") -> str:
    """Open a case of a recipient, or extend it."""
    book = CaseBook(home, Ledger(home), Signer.of(home, Keys.load(home)))
    exposed = Exposed(release_id=f"r-{recipient}", trigger=Trigger.POLICY, released_at="2026-01-01")
    return book.found(recipient, [exposed], {f"{recipient} {at}"})


def context(**changes: Any) -> dict[str, Any]:
    """What Airflow hands to a callback, as far as notices look."""
    handed = {
        "plan": [{"work": "work/county/r-0a1b", "index": 0}],
    }
    ti = SimpleNamespace(xcom_pull=lambda task_ids: handed[task_ids])
    return {
        "ti": ti,
        "run_id": "manual__2026-01-01T00:00:00+00:00",
        "dag": SimpleNamespace(dag_id="export_county"),
    } | changes


@pytest.mark.parametrize("event", EVENTS)
def test_an_event_goes_to_all_who_want_to_know(office: Office, event: str) -> None:
    Notice(event, "county")(context())
    assert office.heard == (1, 1, 1)
    ((to, mail),) = office.mail.mails
    assert to == ["ada@agency.example", "bo@agency.example"]
    assert mail["From"] == SENDER
    about = {"lookback_case": "case-1, case-2", "export_late": "the export for county"}.get(
        event, "release r-0a1b for county"
    )
    assert about in " ".join(mail["Subject"].split())
    body = mail.get_body(("html",))
    assert body is not None
    page = "/compliance/lookback" if event == "lookback_case" else "/compliance/releases/r-0a1b"
    link = f"https://airflow.agency.example{page}"
    assert f'<a href="{link}">' in body.get_content()
    ((path, slack),) = office.slack.posts
    assert path == "/services/T1/B2/s3cr3t"
    assert (set(slack), about in slack["text"], f"<{link}|" in slack["text"]) == ({"text"}, True, True)
    ((_, teams),) = office.teams.posts
    card = teams["attachments"][0]["content"]
    assert about in card["body"][0]["text"]
    assert card["actions"][0]["url"] == link


def test_a_refusal_leads_to_the_run(office: Office) -> None:
    Notice("release_refused", "county")(context(ti=None))
    ((_, slack),) = office.slack.posts
    assert "*Not released: a release for county*" in slack["text"]
    run = "/dags/export_county/runs/manual__2026-01-01T00%3A00%3A00%2B00%3A00"
    assert f"<https://airflow.agency.example{run}|" in slack["text"]


@pytest.mark.parametrize("text", [None, "", "# nobody\n", "{}"])
def test_without_the_file_nobody_is_told(office: Office, text: str | None) -> None:
    if text is None:
        (office.config / "notices.yaml").unlink()
    else:
        office.says(text)
    Notice("release_ready", "county")(context())
    assert office.heard == (0, 0, 0)


def test_a_case_is_told_once_whoever_opened_it(office: Office, home: Home) -> None:
    """The export's own first task looks back before it plans, and so does whoever runs the command."""
    for _ in range(2):
        Notice("lookback_case")(context(ti=None))
    assert office.heard == (1, 1, 1)
    find(home, "county", at="later")
    Notice("lookback_case")({})
    assert [post["text"].splitlines()[0] for _, post in office.slack.posts] == [
        "*Look-back: case-1, case-2*",
        "*Look-back: case-1*",
    ]


def test_a_case_that_was_closed_before_anybody_was_told_is_no_news(office: Office, home: Home) -> None:
    book = CaseBook(home, Ledger(home), Signer.of(home, Keys.load(home)))
    book.decide("case-1", Decision.NO_ACTION, by="ada", reference="R-1")
    book.close("case-1", by="ada", reference="R-1")
    Notice("lookback_case")({})
    assert "*Look-back: case-2*" in office.slack.posts[0][1]["text"]


def test_a_case_that_reached_nobody_is_told_again(office: Office) -> None:
    office.mail.refuses, office.slack.status, office.teams.status = True, 500, 500
    Notice("lookback_case")({})
    assert office.heard == (0, 1, 1)
    office.slack.status = 200
    Notice("lookback_case")({})
    Notice("lookback_case")({})
    assert office.heard == (0, 2, 2), "one that was reached is told once"


def test_without_a_ledger_there_is_nothing_to_tell(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHIELD1367_HOME", str(tmp_path / "empty"))
    Notice("lookback_case")({})
    assert office.heard == (0, 0, 0)
    assert not (tmp_path / "empty").exists()


def test_the_words_are_those_of_the_file(office: Office) -> None:
    office.says(EVERYTHING + 'texts: {release_ready: {subject: "Out: {release}", text: "To {recipient}."}}')
    Notice("release_ready", "county")(context())
    assert office.slack.posts[0][1]["text"].splitlines()[:2] == ["*Out: release r-0a1b*", "To county."]


def test_each_is_told_only_what_they_asked_for(office: Office) -> None:
    office.says(
        "mails: [{connection: smtp_test, to: [ada@agency.example], about: [lookback_case]}]\n"
        "webhooks: [{connection: slack_test, form: slack, about: [release_ready, release_refused]}]\n"
    )
    for event in EVENTS:
        Notice(event, "county")(context())
    assert office.heard == (1, 2, 0)


def test_what_fails_stops_no_other_notice_and_tells_no_secret(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    office.mail.refuses = True
    office.slack.status = 403
    gone = Hook()
    gone.server_close()
    monkeypatch.setenv("AIRFLOW_CONN_GONE_TEST", gone.connection())
    office.says(
        EVERYTHING.replace("mails: [", "mails: [{connection: nobody_knows, to: [a@b.example]}, ").replace(
            "webhooks: [",
            "webhooks: [{connection: gone_test, form: teams}, {connection: open_test, form: slack}, ",
        )
    )
    monkeypatch.setenv(
        "AIRFLOW_CONN_OPEN_TEST",
        '{"conn_type": "http", "host": "http://hooks.agency.example", "password": "s3cr3t"}',
    )
    with caplog.at_level(logging.DEBUG):
        Notice("release_ready", "county")(context())
    assert office.heard == (0, 1, 1)
    errors = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert [line.partition(" was not sent: ")[2].split()[0] for line in errors] == [
        "E680", "E901", "E682", "E681", "E682",
    ]  # fmt: skip
    assert "answered 403" in errors[-1]
    assert "s3cr3t" not in caplog.text
    assert "not here" not in caplog.text


def test_a_redirect_is_not_followed(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    office.slack.status = 302
    Notice("release_ready", "county")(context())
    assert [path for path, _ in office.slack.posts] == ["/services/T1/B2/s3cr3t"]
    assert "answered 302" in caplog.text


@pytest.mark.parametrize("text", ["mails: 7", "mails: [{to: [nobody]}]", "{", "\0"])
def test_a_file_that_does_not_hold_is_said_and_stops_nothing(
    office: Office, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    office.says(text)
    Notice("release_ready", "county")(context())
    assert office.heard == (0, 0, 0)
    assert "E201" in caplog.text


@pytest.mark.parametrize(
    ("handed", "told"),
    [
        ({}, 4),
        ({"ti": object()}, 4),
        ({"ti": SimpleNamespace(xcom_pull=lambda task_ids: [])}, 4),
        ({"ti": SimpleNamespace(xcom_pull=lambda task_ids: [7])}, 0),
        (None, 0),
    ],
)
def test_a_context_of_another_shape_stops_nothing(office: Office, handed: Any, told: int) -> None:
    for event in EVENTS[:4]:
        Notice(event, "county")(handed)
    # A release is told of without its id when nobody knows it.
    assert office.heard[0] == told
