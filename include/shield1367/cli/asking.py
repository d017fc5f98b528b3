"""A person by A-Number, with the question written down whether anybody is found or not."""

from __future__ import annotations

from datetime import date, datetime

from shield1367.pipeline import Site
from shield1367.protection.explain import find_person
from shield1367.protection.registry.questions import Question, record_question
from shield1367.protection.registry.store import Registry


def asked_about(
    site: Site,
    registry: Registry,
    question: Question,
    a_number: str,
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> str:
    """Person id of whoever has the number.

    Raises:
        UnknownPersonError: nobody has it.
    """
    person_id = None
    try:
        person_id = find_person(registry, site.keys, "a_number", a_number)
        return person_id
    finally:
        record_question(registry, site.keys, question, person_id=person_id, as_of=as_of, known_at=known_at)
