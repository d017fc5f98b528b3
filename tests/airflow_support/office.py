"""An office that is told of everything, by mail, Slack and Teams."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.airflow_support.ears import Hook, MailServer, listening

EVERYTHING = """
mails: [{connection: smtp_test, to: [ada@agency.example, bo@agency.example]}]
webhooks: [{connection: slack_test, form: slack}, {connection: teams_test, form: teams}]
"""


class Office:
    """Where notices go, and what came."""

    def __init__(self, config: Path) -> None:
        self.config = config
        self.mail, self.slack, self.teams = MailServer(), Hook(), Hook()

    def says(self, text: str) -> None:
        (self.config / "notices.yaml").write_text(text)

    @property
    def heard(self) -> tuple[int, int, int]:
        return len(self.mail.mails), len(self.slack.posts), len(self.teams.posts)


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    made = Office(tmp_path)
    made.says(EVERYTHING)
    monkeypatch.setenv("SHIELD1367_CONFIG", str(tmp_path))
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", "https://airflow.agency.example/")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("AIRFLOW_CONN_SMTP_TEST", made.mail.connection)
    monkeypatch.setenv("AIRFLOW_CONN_SLACK_TEST", made.slack.connection())
    monkeypatch.setenv("AIRFLOW_CONN_TEAMS_TEST", made.teams.connection())
    with listening(made.mail, made.slack, made.teams):
        yield made
