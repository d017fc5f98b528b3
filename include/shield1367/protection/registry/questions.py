"""Who asked about whom: a question about a protected person is itself a use of what § 1367 protects."""

from __future__ import annotations

import getpass
import os
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

import sqlalchemy as sa

from shield1367.keys import Keys
from shield1367.protection.registry.store import Registry
from shield1367.protection.registry.tables import QUESTION

# In the fingerprint of whom a question is about; not to be confused with the person's own ids.
_PURPOSE = "question"


class Question(StrEnum):
    """What can be asked."""

    EXPLAIN_PERSON = "explain person"
    EXPLAIN_ROW = "explain row"
    WHO_RECEIVED = "who received"
    MASKED_FORMS = "masked forms"
    SAMPLED_NARRATIVE = "sampled narrative"
    REFUSED_ROWS = "refused rows"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question.

    Attributes:
        asked_by: the account that asked.
        about: keyed fingerprint of the person; ``None`` for a row, or when nobody was found.
        as_of: the day asked about; *known_at* as the registry knew it when.
    """

    asked_at: datetime
    asked_by: str
    question: Question
    about: str | None
    as_of: date | None
    known_at: datetime | None


def asking_user() -> str:
    """Who runs this: the account that a service asks for, or the one the process runs as."""
    return os.environ.get("SHIELD1367_USER") or getpass.getuser()


def record_question(
    registry: Registry,
    keys: Keys,
    question: Question,
    *,
    person_id: str | None,
    as_of: date | None = None,
    known_at: datetime | None = None,
    asked_by: str | None = None,
) -> None:
    """Write down that somebody asks, before anything is answered.

    The account is *asked_by* where that was proved, else ``SHIELD1367_USER`` where a service asks for somebody,
    else the one that runs the process.

    Raises:
        TransientError: the registry does not answer; then there is no answer either.
    """
    row = {
        "asked_at": datetime.now(UTC),
        "asked_by": (asked_by or asking_user())[:120],
        "question": question,
        "about": keys.fingerprint(_PURPOSE).of(person_id) if person_id else None,
        "as_of": as_of,
        "known_at": known_at,
    }
    with registry.transaction() as connection:
        connection.execute(sa.insert(QUESTION), row)


def questions(registry: Registry, keys: Keys, *, person_id: str | None = None) -> list[Asked]:
    """Every question so far, oldest first; those about one person where *person_id* is given."""
    wanted = sa.select(QUESTION).order_by(QUESTION.c.number)
    if person_id:
        wanted = wanted.where(QUESTION.c.about == keys.fingerprint(_PURPOSE).of(person_id))
    return [
        Asked(
            row.asked_at.replace(tzinfo=row.asked_at.tzinfo or UTC),
            row.asked_by,
            Question(row.question),
            row.about,
            row.as_of,
            row.known_at and row.known_at.replace(tzinfo=row.known_at.tzinfo or UTC),
        )
        for row in registry.rows(wanted)
    ]
