"""Reminders and escalations over a real mail server and real webhooks, of requests that wait in a real home."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copytree

import pytest

from shield1367.config.loading import DEFAULT_CONFIG
from shield1367.config.project import load_project
from shield1367.errors import ConfigError
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.release.approval import ask
from shield1367_airflow.reminders import remind
from shield1367_airflow.schedules import approvals_schedule
from tests.airflow_support.ears import Hook, MailServer, listening
from tests.airflow_support.office import EVERYTHING, Office

COUNTY = "county-analytics"
CHIEF = "chief@agency.example"
ASKS = (
    "approval: {required: true, approvers: [ada], within: 72h, remind_after: 24h, escalate_after: 48h,"
    f" escalate_to: [{CHIEF}]}}\n"
)


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    config = Path(copytree(DEFAULT_CONFIG, tmp_path / "config"))
    profile = config / "recipients" / f"{COUNTY}.yaml"
    profile.write_text(profile.read_text() + ASKS)
    made = Office(config)
    made.says(EVERYTHING + "escalations: smtp_test\n")
    home = Home(root=tmp_path / "home")
    Keys.load(home)
    monkeypatch.setenv("SHIELD1367_CONFIG", str(config))
    monkeypatch.setenv("SHIELD1367_HOME", str(home.root))
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", "https://airflow.agency.example/")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("AIRFLOW_CONN_SMTP_TEST", made.mail.connection)
    monkeypatch.setenv("AIRFLOW_CONN_SLACK_TEST", made.slack.connection())
    monkeypatch.setenv("AIRFLOW_CONN_TEAMS_TEST", made.teams.connection())
    approval = load_project(config, recipients=[COUNTY]).recipients[COUNTY].approval
    for name in ("r-1", "r-2"):
        work = home.work / COUNTY / name
        ask(work, approval, release_id=name, recipient=COUNTY, digest=name.encode().hex() * 8, by="eve")
    with listening(made.mail, made.slack, made.teams):
        yield made


def after(hours: float) -> datetime:
    return datetime.now(UTC) + timedelta(hours=hours)


def subjects(hook: Hook) -> list[str]:
    return [post["text"].splitlines()[0].strip("*") for _, post in hook.posts]


def test_each_is_reminded_of_and_escalated_once(office: Office) -> None:
    assert remind(after(1)) == {"due": 0, "told": 0, "not_told": 0}
    assert remind(after(25)) == {"due": 2, "told": 6, "not_told": 0}
    assert remind(after(26)) == {"due": 2, "told": 0, "not_told": 0}
    assert remind(after(49)) == {"due": 4, "told": 8, "not_told": 0}
    assert remind(after(50)) == {"due": 4, "told": 0, "not_told": 0}
    assert remind(after(73)) == {"due": 0, "told": 0, "not_told": 0}
    assert subjects(office.slack) == [
        f"Still waiting for approval: release r-1 for {COUNTY}",
        f"Still waiting for approval: release r-2 for {COUNTY}",
        f"Nobody has answered: release r-1 for {COUNTY}",
        f"Nobody has answered: release r-2 for {COUNTY}",
    ]
    text = office.slack.posts[2][1]["text"]
    assert "has waited for an approver for 2 days" in text
    assert "<https://airflow.agency.example/compliance/releases/r-1|" in text
    assert "<https://airflow.agency.example/required_actions|" in text
    # The approvers' own mail never goes to whom it is escalated to, and theirs only when it is.
    told = [to for to, _ in office.mail.mails]
    assert told.count([CHIEF]) == 2
    assert told.index([CHIEF]) > 2


def test_a_place_that_does_not_answer_is_told_by_the_next_look_and_nobody_else_again(office: Office) -> None:
    office.slack.status = 500
    assert remind(after(25)) == {"due": 2, "told": 4, "not_told": 2}
    office.slack.status = 200
    assert remind(after(25)) == {"due": 2, "told": 2, "not_told": 0}
    assert (len(office.mail.mails), len(office.teams.posts), len(office.slack.posts)) == (2, 2, 4)


def test_a_profile_that_names_somebody_needs_no_file(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever is named in the signed profile hears of it, whatever notices.yaml says of others."""
    office.says("escalations: smtp_test\n")
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            remind(after(25))
        assert caplog.text.count("tells nobody of it") == 2, "once for each release"
        remind(after(49))
    assert [to for to, _ in office.mail.mails] == [[CHIEF], [CHIEF]]


def test_a_profile_that_does_not_hold_keeps_nobody_else_from_being_told(office: Office) -> None:
    other = Home.from_environment().work / "state-university-research" / "r-9"
    profile = office.config / "recipients" / "state-university-research.yaml"
    profile.write_text("recipient: [")
    approval = load_project(office.config, recipients=[COUNTY]).recipients[COUNTY].approval
    ask(other, approval, release_id="r-9", recipient=other.parent.name, digest="9" * 64, by="eve")
    with pytest.raises(ConfigError):
        remind(after(25))
    assert len(office.slack.posts) == 2


def test_nobody_looks_where_no_profile_wants_it(office: Office) -> None:
    assert approvals_schedule() is not None
    profile = office.config / "recipients" / f"{COUNTY}.yaml"
    profile.write_text(profile.read_text().replace(ASKS, ""))
    assert approvals_schedule() is None


def test_mail_that_nobody_takes_leaves_no_address_in_the_log(
    office: Office, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = MailServer()
    gone.server_close()
    monkeypatch.setenv("AIRFLOW_CONN_SMTP_TEST", gone.connection)
    with caplog.at_level(logging.DEBUG):
        counts = remind(after(49))
    assert counts["not_told"] == 6
    assert CHIEF not in "".join(r.getMessage() for r in caplog.records if r.name.startswith("shield1367"))
