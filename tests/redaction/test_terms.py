"""Deny and allow terms: two reviewers for each change, encrypted, and part of what a release was made by."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from shield1367.config.terms import TermKind
from shield1367.errors import KeyMissingError
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.pipeline import Site
from shield1367.redaction.terms import Change, TermBook, TermList, TermRefusedError, TermsBrokenError
from tests.protection.site import PROJECT

KEYS = Keys(b"k" * 32)
ADD, REMOVE, DENY, ALLOW = Change.ADD, Change.REMOVE, TermList.DENY, TermList.ALLOW


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(root=tmp_path)


@pytest.fixture
def book(home: Home) -> TermBook:
    return TermBook(home, KEYS)


def agree(book: TermBook, change: Change, of: TermList, text: str) -> None:
    book.decide(book.propose(change, of, text, by="ada").number, confirmed=True, by="bo")


def test_a_term_is_in_force_once_another_reviewer_says_so(book: TermBook, home: Home) -> None:
    made = book.propose(ADD, DENY, " Green \n Door ", by="ada", kind=TermKind.PLACE, release_id="r-1")
    assert made.text == "Green Door"
    assert book.in_force().deny == ()
    with pytest.raises(TermRefusedError, match=r"E719.*four eyes"):
        book.decide(made.number, confirmed=True, by="ada")
    decided = book.decide(made.number, confirmed=True, by="bo")
    assert (decided.by, decided.decided_by, decided.confirmed) == ("ada", "bo", True)
    (term,) = book.in_force().deny
    assert (term.text, term.kind, book.in_force().version) == ("Green Door", TermKind.PLACE, 1)


def test_taking_a_term_out_needs_two_as_well(book: TermBook) -> None:
    agree(book, ADD, DENY, "green door")
    made = book.propose(REMOVE, DENY, "GREEN DOOR", by="bo")
    with pytest.raises(TermRefusedError):
        book.decide(made.number, confirmed=True, by="bo")
    assert len(book.in_force().deny) == 1
    book.decide(made.number, confirmed=True, by="ada")
    assert book.in_force().deny == ()
    assert [p.confirmed for p in book.all()] == [True, True], "what was is not forgotten"


def test_who_proposed_it_may_take_it_back(book: TermBook) -> None:
    made = book.propose(ADD, DENY, "green door", by="ada")
    book.decide(made.number, confirmed=False, by="ada")
    assert book.in_force().version == 0
    with pytest.raises(TermRefusedError, match="decided"):
        book.decide(made.number, confirmed=True, by="bo")


def test_the_same_proposal_waits_once(book: TermBook) -> None:
    first = book.propose(ADD, DENY, "green door", by="ada")
    assert book.propose(ADD, DENY, "Green  Door", by="bo") == first
    # Else whoever proposed it could have somebody else propose it, and agree with themselves.
    with pytest.raises(TermRefusedError):
        book.decide(first.number, confirmed=True, by="ada")


def test_what_is_always_masked_is_never_left(book: TermBook) -> None:
    agree(book, ADD, ALLOW, "zorvath")
    assert book.in_force().allow == ("zorvath",)
    agree(book, ADD, DENY, "Zorvath")
    assert (book.in_force().allow, len(book.in_force().deny)) == ((), 1)


@pytest.mark.parametrize("text", ["", " ", "x", "-.-", "x" * 101, "a\x00bc", "a\u202ebc"])
def test_what_is_no_term_is_refused_without_its_words(book: TermBook, text: str) -> None:
    with pytest.raises(TermRefusedError, match="E719") as refused:
        book.propose(ADD, DENY, text, by="ada")
    assert "xxxx" not in str(refused.value)
    assert book.all() == ()


def test_a_change_that_changes_nothing_is_refused(book: TermBook) -> None:
    agree(book, ADD, DENY, "green door")
    with pytest.raises(TermRefusedError, match="already"):
        book.propose(ADD, DENY, "Green Door", by="cy")
    with pytest.raises(TermRefusedError, match="already"):
        book.propose(REMOVE, ALLOW, "green door", by="cy")
    with pytest.raises(TermRefusedError, match="no such proposal"):
        book.decide(99, confirmed=True, by="bo")


def test_it_is_encrypted_and_of_one_key(book: TermBook, home: Home) -> None:
    agree(book, ADD, DENY, "green door")
    path = home.quality / "terms.sealed"
    assert b"green" not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0
    assert "green" not in repr(book.all()) + repr(book.in_force())
    with pytest.raises(KeyMissingError):
        TermBook(home, Keys(b"x" * 32)).all()
    for content in (b"[7]", b"{", b'[{"text": "green door"}]'):
        path.write_bytes(KEYS.cipher("quality").encrypt(content))
        with pytest.raises(TermsBrokenError, match="E720") as broken:
            book.in_force()
        assert "green" not in str(broken.value)


def test_the_scrubber_of_a_site_knows_them_and_its_hash_does(book: TermBook, home: Home) -> None:
    plain = Site(home, KEYS, PROJECT).project.text.content_hash()
    assert plain == PROJECT.text.content_hash()
    agree(book, ADD, DENY, "green door")
    first = Site(home, KEYS, PROJECT).project.text
    assert first.terms_in_force is not None
    assert first.content_hash() != plain
    agree(book, ADD, ALLOW, "zorvath")
    assert Site(home, KEYS, PROJECT).project.text.content_hash() not in (plain, first.content_hash())
    # The mark is keyed: without the key nobody tries words against it.
    assert TermBook(home, KEYS).in_force().mark == book.in_force().mark
    other = TermBook(Home(root=home.root / "other"), Keys(b"x" * 32))
    agree(other, ADD, DENY, "green door")
    agree(other, ADD, ALLOW, "zorvath")
    assert other.in_force().mark != book.in_force().mark


def test_two_who_decide_at_once_decide_once(book: TermBook) -> None:
    made = book.propose(ADD, DENY, "green door", by="ada")
    refused: list[TermRefusedError] = []

    def decide(by: str) -> None:
        try:
            book.decide(made.number, confirmed=by == "bo", by=by)
        except TermRefusedError as error:
            refused.append(error)

    threads = [threading.Thread(target=decide, args=(by,)) for by in ("bo", "cy")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert len(book.all()) == 1
