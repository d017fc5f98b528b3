"""Whom Airflow tells of what, read from ``include/config/notices.yaml``; without the file it tells nobody."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from string import Formatter
from typing import Annotated

from pydantic import Field, field_validator

from shield1367.config.loading import ConfigModel, config_folder, read_yaml, validate

NOTICES = "notices.yaml"
# No space, comma or angle bracket: an address is one address, and no second header.
Address = Annotated[str, Field(pattern=r"^[^@\s,;<>\"]+@[^@\s,;<>\"]+$", max_length=254)]
ConnectionId = Annotated[str, Field(pattern=r"^[\w.-]+$", max_length=200)]


class Event(StrEnum):
    """What somebody may want to be told of."""

    APPROVAL_WANTED = "approval_wanted"
    APPROVAL_REMINDER = "approval_reminder"
    APPROVAL_ESCALATED = "approval_escalated"
    RELEASE_READY = "release_ready"
    RELEASE_REFUSED = "release_refused"
    EXPORT_LATE = "export_late"
    LOOKBACK_CASE = "lookback_case"


# What a text may name; all of it ids, names of profiles, and times.
_NAMES: Mapping[Event, frozenset[str]] = {
    Event.APPROVAL_WANTED: frozenset({"release", "recipient"}),
    Event.APPROVAL_REMINDER: frozenset({"release", "recipient", "waited", "until"}),
    Event.APPROVAL_ESCALATED: frozenset({"release", "recipient", "waited", "until"}),
    Event.RELEASE_READY: frozenset({"release", "recipient"}),
    Event.RELEASE_REFUSED: frozenset({"release", "recipient"}),
    Event.EXPORT_LATE: frozenset({"recipient"}),
    Event.LOOKBACK_CASE: frozenset({"cases"}),
}


class Text(ConfigModel):
    """The words of one kind of notice, with names in braces for what differs from one to the next.

    Attributes:
        subject: one line.
    """

    subject: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\r\n]+$")]
    text: Annotated[str, Field(min_length=1, max_length=2000)]

    def names(self) -> frozenset[str]:
        """What stands in braces, as it stands there.

        Raises:
            ValueError: a brace is left open, or more than a name stands in one.
        """
        found = set[str]()
        for part in (self.subject, self.text):
            for _, name, form, conversion in Formatter().parse(part):
                if name is not None:
                    found.add(name + (f"!{conversion}" if conversion else "") + (f":{form}" if form else ""))
        return frozenset(found)


TEXTS: Mapping[Event, Text] = {
    Event.APPROVAL_WANTED: Text(
        subject="Approval wanted: {release} for {recipient}",
        text="Every check of {release} for {recipient} holds, and it waits for an approver. Read the dossier, then"
        " answer in Airflow's required actions. No answer in time is a no.",
    ),
    Event.APPROVAL_REMINDER: Text(
        subject="Still waiting for approval: {release} for {recipient}",
        text="{release} for {recipient} has waited for an approver for {waited}. No answer until {until} is a no.",
    ),
    Event.APPROVAL_ESCALATED: Text(
        subject="Nobody has answered: {release} for {recipient}",
        text="{release} for {recipient} has waited for an approver for {waited}. See to it that one of its approvers"
        " answers: no answer until {until} is a no, and nothing goes out.",
    ),
    Event.RELEASE_READY: Text(
        subject="Released: {release} for {recipient}",
        text="It passed every check, stands in the ledger and has gone out: {release} for {recipient}.",
    ),
    Event.RELEASE_REFUSED: Text(
        subject="Not released: {release} for {recipient}",
        text="The export for {recipient} ended without a release. The run's log says what was refused and how to mend"
        " it.",
    ),
    Event.EXPORT_LATE: Text(
        subject="Late: the export for {recipient}",
        text="The run is not finished, and has not failed: it waits, or takes longer than its profile allows. The run's"
        " page says where it stands; the runbook says what to look at.",
    ),
    Event.LOOKBACK_CASE: Text(
        subject="Look-back: {cases}",
        text="Earlier releases are in question. Opened or extended: {cases}. Their recipients get nothing more until"
        " somebody decides; the desk and `shield1367 lookback list` say what is to be done, and by when.",
    ),
}
"""The words as they are unless ``notices.yaml`` gives others."""


class Form(StrEnum):
    """What a webhook understands."""

    SLACK = "slack"
    TEAMS = "teams"


class Mail(ConfigModel):
    """Mail to some people.

    Attributes:
        connection: id of Airflow's SMTP connection; server, password and sender (``from_email``) are in there.
        about: what they are told of; everything when it is not there.
    """

    connection: ConnectionId = "smtp_default"
    to: Annotated[tuple[Address, ...], Field(min_length=1)]
    about: frozenset[Event] = frozenset(Event)


class Webhook(ConfigModel):
    """A channel of Slack or Teams.

    Attributes:
        connection: id of an Airflow connection of type HTTP: its host is the webhook's address, its password whatever
            of that is secret.
        about: what it is told of; everything when it is not there.
    """

    connection: ConnectionId
    form: Form
    about: frozenset[Event] = frozenset(Event)


class Notices(ConfigModel):
    """``notices.yaml``.

    Attributes:
        escalations: id of the SMTP connection by which mail goes to those whom a profile names in `escalate_to`.
        texts: other words for a kind of notice.
    """

    mails: tuple[Mail, ...] = ()
    webhooks: tuple[Webhook, ...] = ()
    escalations: ConnectionId = "smtp_default"
    texts: dict[Event, Text] = Field(default_factory=dict)

    @field_validator("texts")
    @classmethod
    def _say_what_is_known(cls, given: dict[Event, Text]) -> dict[Event, Text]:
        for event, text in given.items():
            if unknown := sorted(text.names() - _NAMES[event]):
                raise ValueError(
                    f"{event} names {', '.join('{' + name + '}' for name in unknown)};"
                    f" it may name {', '.join('{' + name + '}' for name in sorted(_NAMES[event]))}"
                )
        return given

    def text_of(self, event: Event) -> Text:
        """The words of a kind of notice."""
        return self.texts.get(event, TEXTS[event])


def load_notices(folder: Path | None = None) -> Notices:
    """Read ``notices.yaml``; a file that is not there, or says nothing, names nobody.

    Raises:
        ConfigError: the file does not hold.
    """
    path = (folder or config_folder()) / NOTICES
    content = read_yaml(path) if path.exists() else None
    return validate(Notices, {} if content is None else content, path)
