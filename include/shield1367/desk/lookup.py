"""Who received something about a person: the question written down before it is answered, and not too many of them."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from shield1367.desk.errors import NothingJudgedError, TooManyQuestionsError
from shield1367.desk.settings import LookUps
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.protection.explain import UnknownPersonError, all_ids, find_person
from shield1367.protection.registry.questions import Question, record_question
from shield1367.protection.registry.store import Registry
from shield1367.protection.registry.tables import QUESTION
from shield1367.redaction.planned import LEDGER_PURPOSE
from shield1367.release.ledger import Disclosure, Ledger

# As long as the register of questions keeps a name.
_NAME = 120
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class Received:
    """The answer to one question.

    Attributes:
        is_known: whether the registry has anybody with the number.
        disclosures: those that held the person, recognisable or not, oldest first.
    """

    is_known: bool
    disclosures: tuple[Disclosure, ...]


def who_received(home: Home, keys: Keys, a_number: str, *, asked_by: str, limits: LookUps) -> Received:
    """Answer one question of one reviewer.

    Raises:
        TooManyQuestionsError: the reviewer has asked too often of late; this question is not answered, nor recorded.
        TransientError: the registry or the ledger does not answer.
    """
    registry = Registry(home, keys)
    # Of several at once the last must not slip through before the others are counted.
    with _one_at_a_time:
        if _asked_lately(registry, asked_by, limits) >= limits.most:
            raise TooManyQuestionsError(limits.most, limits.within_minutes)
        try:
            person = find_person(registry, keys, "a_number", a_number)
        except UnknownPersonError:
            person = None
        record_question(registry, keys, Question.WHO_RECEIVED, person_id=person, asked_by=asked_by)
    if person is None:
        return Received(False, ())
    fingerprint, ledger = keys.fingerprint(LEDGER_PURPOSE), Ledger(home)
    found = {
        entry.release_id: entry
        for person_id in sorted(all_ids(registry, person))
        for entry in ledger.who_received(fingerprint.of(person_id))
    }
    return Received(True, tuple(sorted(found.values(), key=lambda entry: entry.recorded_at)))


def require_registry(home: Home) -> None:
    """Check that there is a registry to ask, before any key is looked for: a first look would make one.

    Raises:
        NothingJudgedError: nothing was evaluated yet.
    """
    if not os.environ.get("SHIELD1367_REGISTRY_URL") and not (home.registry / "registry.sqlite").exists():
        raise NothingJudgedError


def _asked_lately(registry: Registry, asked_by: str, limits: LookUps) -> int:
    since = datetime.now(UTC) - limits.within
    asked = (
        sa.select(sa.func.count())
        .select_from(QUESTION)
        .where(QUESTION.c.asked_by == asked_by[:_NAME])
        .where(QUESTION.c.question == Question.WHO_RECEIVED)
        .where(QUESTION.c.asked_at >= since)
    )
    return int(registry.rows(asked)[0][0])
