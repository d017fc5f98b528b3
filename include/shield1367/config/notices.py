"""Whom Airflow tells of what, read from ``include/config/notices.yaml``; without the file it tells nobody."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field

from shield1367.config.loading import ConfigModel, config_folder, read_yaml, validate

NOTICES = "notices.yaml"
# No space, comma or angle bracket: an address is one address, and no second header.
Address = Annotated[str, Field(pattern=r"^[^@\s,;<>\"]+@[^@\s,;<>\"]+$", max_length=254)]
ConnectionId = Annotated[str, Field(pattern=r"^[\w.-]+$", max_length=200)]


class Event(StrEnum):
    """What somebody may want to be told of."""

    APPROVAL_WANTED = "approval_wanted"
    RELEASE_READY = "release_ready"
    RELEASE_REFUSED = "release_refused"
    EXPORT_LATE = "export_late"
    LOOKBACK_CASE = "lookback_case"


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
    """``notices.yaml``."""

    mails: tuple[Mail, ...] = ()
    webhooks: tuple[Webhook, ...] = ()


def load_notices(folder: Path | None = None) -> Notices:
    """Read ``notices.yaml``; a file that is not there, or says nothing, names nobody.

    Raises:
        ConfigError: the file does not hold.
    """
    path = (folder or config_folder()) / NOTICES
    content = read_yaml(path) if path.exists() else None
    return validate(Notices, {} if content is None else content, path)
