"""The catalogue: the ledger and the folders in one list, filtered, searched, sorted, paged, and up to date."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shield1367.desk import catalogue as module
from shield1367.desk.catalogue import Catalogue
from shield1367.desk.listing import Found, Order, ReleaseState, Wanted
from shield1367.errors import TransientError
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.release.approval import REQUEST
from shield1367.release.ledger import Disclosure, Ledger, LedgerBrokenError, NoticeKind, now
from shield1367.release.ledger.browse import Listed, disclosures_between
from shield1367.release.signing import Signer

RECIPIENTS = ("county-analytics", "crcl-oversight", "state-university-research")


def entry(number: int, recipient: str = RECIPIENTS[0], organization: str = "County") -> Disclosure:
    return Disclosure(
        release_id=f"r-{number:020x}",
        recipient=recipient,
        organization=organization,
        recorded_at=f"2026-03-{1 + number // 24 % 28:02}T{number % 24:02}:00:00+00:00",
        **dict.fromkeys(("address", "authority", "purpose", "agreement", "nature"), "x"),
        content_digest="0" * 64, rows_in=9, rows_released=number, rows_withheld=1, narratives=0, spans={},
        validation="", audit="", people="",
    )  # fmt: skip


class Books:
    """A ledger to write into."""

    def __init__(self, folder: Path) -> None:
        self.home = Home(root=folder)
        self.keys = Keys.load(self.home)

    def record(self, *entries: Disclosure) -> None:
        Ledger(self.home).record_all([(one, ()) for one in entries], Signer.of(self.home, self.keys))

    def folder(self, kind: str, recipient: str, name: str) -> Path:
        made = self.home.root / kind / recipient / name
        made.mkdir(parents=True)
        return made


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    books = Books(tmp_path_factory.mktemp("many"))
    books.record(*(entry(n, RECIPIENTS[n % 3], f"Office {n % 7}") for n in range(80)))
    for n in range(10):
        books.folder("held", RECIPIENTS[n % 2], f"r-held{n}")
        books.folder("work", RECIPIENTS[n % 2], f"r-work{n}")
        (books.folder("work", RECIPIENTS[n % 2], f"r-asked{n}") / REQUEST).write_text("{}")
    return Catalogue(books.home)


def ids(found: Found) -> list[str]:
    return [release.release_id for release in found.releases]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    order=st.sampled_from(Order),
    state=st.one_of(st.none(), st.sampled_from(ReleaseState)),
    recipients=st.one_of(st.none(), st.frozensets(st.sampled_from([*RECIPIENTS, "no-such"]))),
    search=st.sampled_from(["", "office 3", "OFFICE", "county", "r-held1", "%", "_", "' OR 1=1 --", "\0"]),
    rows=st.integers(1, 40),
    releases=st.one_of(st.none(), st.frozensets(st.integers(0, 90).map(lambda n: entry(n).release_id))),
)
def test_the_pages_together_are_everything_once(
    many: Catalogue, order: Order, state: ReleaseState | None, recipients: frozenset[str] | None, search: str,
    rows: int, releases: frozenset[str] | None,
) -> None:  # fmt: skip
    everything = many.find(Wanted(rows=1000)).releases
    names: dict[str, str] = {}
    for release in everything:
        known = names.get(release.recipient, "")
        names[release.recipient] = f"{known} | {release.recipient} | {release.organization or ''}".lower()
    expected = {
        release.release_id
        for release in everything
        if (state is None or release.state is state)
        and (recipients is None or release.recipient in recipients)
        and (releases is None or release.release_id in releases)
        and (release.release_id.startswith(search.lower()) or search.lower() in names[release.recipient])
    }
    first = many.find(Wanted(state, recipients, search, order, 1, rows, releases))
    seen = [
        one
        for number in range(1, first.pages + 1)
        for one in ids(many.find(Wanted(state, recipients, search, order, number, rows, releases)))
    ]
    assert first.total == len(expected)
    assert len(seen) == len(set(seen))
    assert set(seen) == expected


def test_sorting(many: Catalogue) -> None:
    newest = many.find(Wanted(ReleaseState.RELEASED, rows=100)).releases
    assert [r.changed_at for r in newest] == sorted((r.changed_at for r in newest), reverse=True)
    by_recipient = [r.recipient for r in many.find(Wanted(order=Order.RECIPIENT, rows=200)).releases]
    assert by_recipient == sorted(by_recipient)
    assert many.states() == {
        ReleaseState.RELEASED: 80,
        ReleaseState.HELD: 10,
        ReleaseState.MAKING: 10,
        ReleaseState.WAITING: 10,
    }


@pytest.mark.parametrize("page", [-5, 0, 10**9])
def test_a_page_that_is_not_there_is_the_nearest_one(many: Catalogue, page: int) -> None:
    assert many.find(Wanted(page=page)).releases


def test_a_new_home_has_no_release(tmp_path: Path) -> None:
    catalogue = Catalogue(Home(root=tmp_path))
    assert catalogue.find(Wanted()) == Found((), 0, 1, 1)
    assert catalogue.one("r-1") is None
    assert not list(tmp_path.iterdir()), "a look leaves nothing behind"


def test_it_follows_the_ledger_and_the_folders(tmp_path: Path) -> None:
    books = Books(tmp_path)
    catalogue = Catalogue(books.home)
    books.record(entry(1))
    assert ids(catalogue.find(Wanted())) == [entry(1).release_id]
    held = books.folder("held", RECIPIENTS[0], entry(2).release_id)
    assert catalogue.one(entry(2).release_id).state is ReleaseState.HELD  # type: ignore[union-attr]
    # Released after all: the folder of the earlier try may stay, the ledger has the last word.
    books.record(entry(2))
    assert catalogue.one(entry(2).release_id).state is ReleaseState.RELEASED  # type: ignore[union-attr]
    shutil.rmtree(held)
    assert catalogue.find(Wanted()).total == 2


def test_reading_ends_at_the_head_it_began_with(tmp_path: Path) -> None:
    books = Books(tmp_path)
    books.record(*(entry(n) for n in range(1, 6)))
    read = [one.sequence for some in disclosures_between(books.home, after=1, until=4) for one in some]
    assert read == [2, 3, 4]


def test_what_is_recorded_while_it_reads_is_missed_by_nobody(tmp_path: Path) -> None:
    books = Books(tmp_path)
    catalogue, totals = Catalogue(books.home), [0]
    with ThreadPoolExecutor(1) as writer:
        writing = writer.submit(lambda: [books.record(entry(n)) for n in range(30)])
        while not writing.done():
            totals.append(catalogue.find(Wanted()).total)
    writing.result()
    assert totals == sorted(totals)
    assert catalogue.find(Wanted()).total == 30


def test_notices_and_cases_are_no_releases(tmp_path: Path) -> None:
    books = Books(tmp_path)
    books.record(entry(1))
    books.record(entry(1).model_copy(update={"release_id": "case-1.2", "recorded_at": now()}))
    Ledger(books.home).notice(
        entry(1).release_id, NoticeKind.DISPUTE, by="x", reference="R-1", recorded_at=now(),
        signer=Signer.of(books.home, books.keys),
    )  # fmt: skip
    books.record(entry(3).model_copy(update={"recorded_at": now()}))
    assert set(ids(Catalogue(books.home).find(Wanted()))) == {entry(1).release_id, entry(3).release_id}


def test_a_ledger_that_was_restored_is_read_anew(tmp_path: Path) -> None:
    old, new = Books(tmp_path / "old"), Books(tmp_path / "new")
    old.record(entry(1), entry(2))
    new.record(entry(3), entry(4), entry(5))
    catalogue = Catalogue(old.home)
    assert catalogue.find(Wanted()).total == 2
    shutil.rmtree(old.home.ledger.parent)
    shutil.copytree(new.home.ledger.parent, old.home.ledger.parent)
    assert set(ids(catalogue.find(Wanted()))) == {entry(n).release_id for n in (3, 4, 5)}


def test_a_ledger_that_is_gone_is_an_error_and_no_empty_list(tmp_path: Path) -> None:
    books = Books(tmp_path)
    books.record(entry(1))
    catalogue = Catalogue(books.home)
    books.home.ledger.unlink()
    with pytest.raises(LedgerBrokenError):
        catalogue.find(Wanted())


def test_after_a_start_the_newest_answer_until_all_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    books = Books(tmp_path)
    books.record(*(entry(n, RECIPIENTS[n % 3]) for n in range(30)))
    # The oldest is held as well, from an earlier try.
    books.folder("held", RECIPIENTS[0], entry(0).release_id)
    monkeypatch.setattr(module, "RECENT", 7)
    go_on, reading = threading.Event(), module.disclosures_between

    def waiting(home: Home, *, after: int, until: int) -> Iterator[list[Listed]]:
        if threading.current_thread() is not threading.main_thread():
            assert go_on.wait(60)
        return reading(home, after=after, until=until)

    monkeypatch.setattr(module, "disclosures_between", waiting)
    catalogue = Catalogue(books.home)
    with catalogue.view() as view:
        assert not view.is_complete
        assert ids(view.find(Wanted(ReleaseState.RELEASED))) == [
            entry(n).release_id for n in range(29, 22, -1)
        ]
        # One that is not in the list yet is found all the same, and as what it is.
        assert view.one(entry(0).release_id).state is ReleaseState.RELEASED  # type: ignore[union-attr]
        assert view.one("r-none") is None
    books.record(entry(30))
    assert catalogue.find(Wanted()).total == 9
    go_on.set()
    catalogue.wait()
    with catalogue.view() as view:
        assert view.is_complete
        assert view.find(Wanted(ReleaseState.RELEASED)).total == 31
        assert view.states()[ReleaseState.HELD] == 0


def test_a_fill_that_fails_is_begun_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    books = Books(tmp_path)
    books.record(*(entry(n) for n in range(10)))
    monkeypatch.setattr(module, "RECENT", 2)
    reading, failures = module.disclosures_between, [TransientError("x", mend="y"), ValueError("A204567891")]

    def failing(home: Home, *, after: int, until: int) -> Iterator[list[Listed]]:
        if threading.current_thread() is not threading.main_thread() and failures:
            raise failures.pop()
        return reading(home, after=after, until=until)

    monkeypatch.setattr(module, "disclosures_between", failing)
    catalogue = Catalogue(books.home)
    for total in (2, 2, 2, 10):
        assert catalogue.find(Wanted()).total == total
        catalogue.wait()


def test_a_child_of_a_server_that_forks_reads_for_itself(tmp_path: Path) -> None:
    books = Books(tmp_path)
    books.record(entry(1))
    catalogue = Catalogue(books.home)
    with catalogue.view():
        # As it is in a child that was forked while another thread had the list.
        catalogue._process = -1
        assert catalogue.find(Wanted()).total == 1


def test_a_ledger_that_cannot_be_read_keeps_no_server_from_starting(tmp_path: Path) -> None:
    books = Books(tmp_path)
    books.record(entry(1))
    books.home.ledger.unlink()
    catalogue = Catalogue(books.home)
    catalogue.warm()
    with pytest.raises(LedgerBrokenError):
        catalogue.find(Wanted())


@pytest.mark.parametrize("order", Order)
def test_the_same_order_from_either_end(many: Catalogue, order: Order) -> None:
    """The second half of a list is read from its end."""
    whole = ids(many.find(Wanted(order=order, rows=1000)))
    paged = [
        one for number in range(1, 12) for one in ids(many.find(Wanted(order=order, page=number, rows=10)))
    ]
    assert paged == whole


def test_links_and_stray_files_are_no_releases(tmp_path: Path) -> None:
    books = Books(tmp_path / "home")
    books.folder("held", RECIPIENTS[0], ".tmp-x")
    (books.home.held / "stray").write_text("")
    (books.home.held / RECIPIENTS[0] / "linked").symlink_to(tmp_path)
    assert Catalogue(books.home).find(Wanted()).total == 0


def test_names_of_any_bytes_are_listed(tmp_path: Path) -> None:
    books = Books(tmp_path)
    for name in ("<script>alert(1)</script>", "=cmd()", "r-\udcff", "'; DROP TABLE release; --"):
        books.folder("held", RECIPIENTS[0], name)
    assert Catalogue(books.home).find(Wanted()).total == 4
