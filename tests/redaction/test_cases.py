"""Test cases out of quality samples: scrubbed again by the rules, terms and people of today."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from shield1367.config.text import Strictness
from shield1367.errors import KeyMissingError
from shield1367.keys import Keys
from shield1367.pipeline import Site
from shield1367.redaction.cases import Case, CasesBrokenError, QualityCases, Tried
from shield1367.redaction.terms import Change, TermBook, TermList
from tests.protection.site import Desk, a_number, application

TEXT = "Met at the green door; call 212-555-0147."
MISSED = (TEXT.index("green"), TEXT.index(";"))
PHONE = (TEXT.index("212"), len(TEXT) - 1)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    made = Desk.at(tmp_path_factory.mktemp("cases"))
    project = made.project
    made.project = replace(project, text=project.text.model_copy(update={"ner": "none"}))
    made.deliver("benefits", {"applications": [application(1)]})
    made.judge()
    return made


def case(text: str = TEXT, *must: tuple[int, int], need_not: tuple[tuple[int, int], ...] = ()) -> Case:
    return Case(
        release_id="r-1", by="mara", at="2026-09-01", text=text, people=(), strictness=Strictness.BALANCED,
        must=must, need_not=need_not,
    )  # fmt: skip


def run(desk: Desk) -> Tried:
    site = Site(desk.home, desk.keys, desk.project)
    return QualityCases(desk.home, desk.keys).run(site.project)


def test_what_was_missed_fails_until_it_is_masked(desk: Desk) -> None:
    cases = QualityCases(desk.home, desk.keys)
    assert run(desk) == Tried(0, 0, 0, ())
    cases.keep(case(TEXT, PHONE))
    assert run(desk) == Tried(1, 0, 0, ())
    cases.keep(case(TEXT, PHONE, MISSED))
    assert run(desk) == Tried(1, 1, 0, ((1, "r-1"),)), "the last marks of a text are its case"
    book = TermBook(desk.home, desk.keys)
    made = book.propose(Change.ADD, TermList.DENY, "green door", by="mara")
    assert run(desk).leaking == 1, "nothing is in force before two agree"
    book.decide(made.number, confirmed=True, by="ines")
    assert run(desk) == Tried(1, 0, 0, ())
    cases.keep(case("reach " + a_number(1), (6, 6 + len(a_number(1)))))
    assert run(desk) == Tried(2, 0, 0, ())
    cases.keep(case(TEXT, MISSED, need_not=(PHONE,)))
    assert run(desk) == Tried(2, 0, 1, ()), "masked without need is no leak"


def test_a_case_is_encrypted_and_shows_nowhere(desk: Desk) -> None:
    cases = QualityCases(desk.home, desk.keys)
    cases.keep(case(TEXT, PHONE))
    path: Path = desk.home.quality / "cases.sealed"
    assert b"green" not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0
    assert "green" not in repr(cases.all())
    with pytest.raises(KeyMissingError):
        QualityCases(desk.home, Keys(b"x" * 32)).all()
    before = path.read_bytes()
    path.write_bytes(desk.keys.cipher("quality").encrypt(b'[{"text": "green"}]'))
    with pytest.raises(CasesBrokenError, match="E721") as broken:
        cases.all()
    assert "green" not in str(broken.value)
    path.write_bytes(before)
