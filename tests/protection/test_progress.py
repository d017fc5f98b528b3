"""Batches that are read part by part: killed on the way, gone on with, and decided about in between."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree
from typing import Any

import pytest
import sqlalchemy as sa

from shield1367.protection import batch, evaluate
from shield1367.protection.evaluate import unevaluated
from shield1367.protection.links import RowLink, write_links
from shield1367.protection.registry import tables
from shield1367.protection.status import Status
from tests.protection.site import Desk, a_number, application, encounter

FINAL = {"status": "DENIED_MERITS_FINAL", "appeal_exhausted": "Y", "status_date": "2022-05-06"}
VICTIM = {"form_type": "I-918", "filing_basis": "U NONIMMIGRANT"}


class Parts:
    """The parts whose links were written; stops the run when there would be more than *allowed*."""

    def __init__(self, allowed: int) -> None:
        self.allowed = allowed
        self.written: list[str] = []

    def __call__(self, path: Path, links: list[RowLink]) -> Path:
        if len(self.written) == self.allowed:
            raise KeyboardInterrupt
        self.written.append(path.name)
        return write_links(path, links)


def table(desk: Desk, of: sa.Table) -> list[Any]:
    return desk.registry.rows(sa.select(of))


@pytest.fixture
def half_read(database: str, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A desk with three people judged, and a batch of two parts about them, of which the first is in the registry."""
    desk.deliver("enforcement", {"encounters": [encounter(1), encounter(2), encounter(3)]})
    desk.judge()
    desk.deliver(
        "benefits",
        {
            "applications": [
                application(1, **VICTIM),
                application(2, **VICTIM),
                application(3, filing_basis="WIDOW"),
            ],
            "status_history": [FINAL | {"receipt_number": "IOE0900000001"}],
        },
    )
    with monkeypatch.context() as patch:
        patch.setattr(batch, "write_links", Parts(allowed=1))
        with pytest.raises(KeyboardInterrupt):
            desk.judge()
    assert len(table(desk, tables.READ_PART)) == 1
    assert unevaluated(desk.home, desk.registry, desk.project) == ["benefits/b1"]
    yield desk


def is_finished(desk: Desk) -> bool:
    return (
        table(desk, tables.READ_PART) == table(desk, tables.UNDECIDED) == []
        and unevaluated(desk.home, desk.registry, desk.project) == []
        and [desk.status(a_number(n)) for n in (1, 2, 3)]
        == [Status.CLEAR, Status.PROTECTED, Status.INDETERMINATE]
    )


def test_the_next_run_goes_on_at_the_part_that_the_last_one_was_at(
    half_read: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = Parts(allowed=9)
    monkeypatch.setattr(batch, "write_links", parts)
    assert half_read.judge().rows == 4
    assert len(parts.written) == 1
    assert is_finished(half_read)


def test_whoever_is_decided_about_in_between_is_decided_about_again(
    half_read: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    half_read.deliver("enforcement", {"encounters": [encounter(4)]}, batch="b2")
    with monkeypatch.context() as patch:
        # Another run that looked for batches before this one was there, and is done while it is read.
        patch.setattr(
            evaluate,
            "list_receipts",
            lambda home, look=evaluate.list_receipts: [r for r in look(home) if r.source != "benefits"],
        )
        patch.setattr(evaluate, "forget_others", lambda connection, pending: None)
        assert half_read.judge().changed
    assert half_read.judge().changed
    assert is_finished(half_read)


def test_a_part_read_with_older_tables_is_read_again(
    half_read: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = Parts(allowed=9)
    monkeypatch.setattr(batch, "write_links", parts)
    monkeypatch.setattr(evaluate, "_READING", "another way")
    # The batch of before, and both parts of this one.
    assert half_read.judge().rows == 7
    assert len(parts.written) == 3
    assert is_finished(half_read)


def test_a_batch_that_is_gone_is_forgotten(half_read: Desk) -> None:
    rmtree(half_read.home.staged / "benefits")
    half_read.deliver("enforcement", {"encounters": [encounter(4)]}, batch="b2")
    half_read.judge()
    assert table(half_read, tables.READ_PART) == table(half_read, tables.UNDECIDED) == []
