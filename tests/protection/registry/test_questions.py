from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from shield1367.protection.registry.questions import Question, questions, record_question
from shield1367.protection.registry.tables import QUESTION
from tests.protection.site import Desk

DAY = date(2024, 3, 1)


def ask(desk: Desk, person_id: str | None, question: Question = Question.EXPLAIN_PERSON) -> None:
    record_question(desk.registry, desk.keys, question, person_id=person_id, as_of=DAY)


def test_every_question_is_there_with_who_asked_and_when(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    before = datetime.now(UTC)
    monkeypatch.setenv("SHIELD1367_USER", "compliance-1")
    ask(desk, "someone")
    ask(desk, None, Question.EXPLAIN_ROW)
    first, second = questions(desk.registry, desk.keys)
    assert (first.asked_by, first.question, first.as_of) == ("compliance-1", Question.EXPLAIN_PERSON, DAY)
    assert before <= first.asked_at <= second.asked_at
    assert (second.question, second.about) == (Question.EXPLAIN_ROW, None)


def test_questions_about_one_person_are_told_from_others(desk: Desk) -> None:
    for person in ("someone", "another", "someone"):
        ask(desk, person)
    assert len(questions(desk.registry, desk.keys, person_id="someone")) == 2


def test_the_log_does_not_hold_the_persons_id(desk: Desk) -> None:
    ask(desk, "someone")
    (row,) = desk.registry.rows(sa.select(QUESTION))
    assert "someone" not in str(row)
    assert row.about
