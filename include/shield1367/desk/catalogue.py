"""All releases of a home in one list that can be filtered, searched, sorted and paged.

The ledger and the folders are the truth; this is a copy of what a list shows of them, in the memory of the process
and in a temporary file of its own. For each page it is brought up to date once, with the entries that the ledger has
got since, and with the folders of what is held or on its way.

After a start nobody waits for a million entries: the newest ones are copied at once and answer, while a thread copies
all of them; until it is done, what is shown is said to be incomplete.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from shield1367.desk.folders import in_the_making
from shield1367.desk.index import Index
from shield1367.desk.listing import RELEASED, Found, ListedRelease, ReleaseState, Wanted
from shield1367.errors import Shield1367Error, UnexpectedError
from shield1367.home import Home
from shield1367.release.ledger.browse import (
    disclosure_and_place,
    disclosures_between,
    holds_head,
    newest_head,
)
from shield1367.release.ledger.chain import Head

log = logging.getLogger(__name__)

# Eighty pages of a list, copied in a tenth of a second.
RECENT = 2_000


@dataclass(slots=True)
class _Copy:
    """A copy of the ledger from one entry up to another one; *head* is the last one in it."""

    index: Index
    head: Head | None
    is_complete: bool


@dataclass(frozen=True, slots=True)
class View:
    """The list as it is for one page.

    Attributes:
        is_complete: whether all of the ledger is in it; right after a start only the newest entries are.
    """

    home: Home
    index: Index = field(repr=False)
    is_complete: bool

    def find(self, wanted: Wanted) -> Found:
        """The releases that a list asks for."""
        return self.index.find(wanted)

    def states(self) -> dict[ReleaseState, int]:
        """How many releases stand where."""
        return self.index.states()

    def recipients(self) -> tuple[str, ...]:
        """Names of all recipients that have a release, in order."""
        return self.index.recipients()

    def one(self, release_id: str) -> ListedRelease | None:
        """One release by its id, be it in the list already or not."""
        listed = self.index.one(release_id)
        # What was released stands as released, though an earlier try of it may still be held.
        if self.is_complete or (listed is not None and listed.state is RELEASED):
            return listed
        recorded = disclosure_and_place(self.home, release_id)
        if recorded is None:
            return listed
        entry = recorded[1]
        return ListedRelease(
            entry.release_id, entry.recipient, RELEASED, entry.recorded_at, entry.organization, entry.rows_released
        )  # fmt: skip


class Catalogue:
    """The list of one home; several threads may ask it.

    Raises:
        LedgerBrokenError: the ledger is damaged or gone.
        TransientError: it does not answer.
        StorageError: a folder cannot be read.
    """

    def __init__(self, home: Home) -> None:
        self._home = home
        self._start()

    def _start(self) -> None:
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._copy: _Copy | None = None
        self._filler: threading.Thread | None = None

    @contextmanager
    def view(self) -> Iterator[View]:
        """The list as it is now, for the questions of one page: no other page is answered meanwhile."""
        if self._process != os.getpid():
            # A server that forks after it has loaded the app: threads and files stay with the parent.
            self._start()
        with self._lock:
            copy = self._up_to_date()
            yield View(self._home, copy.index, copy.is_complete)

    def find(self, wanted: Wanted) -> Found:
        """The releases that one list asks for."""
        with self.view() as view:
            return view.find(wanted)

    def one(self, release_id: str) -> ListedRelease | None:
        """One release by its id."""
        with self.view() as view:
            return view.one(release_id)

    def states(self) -> dict[ReleaseState, int]:
        """How many releases stand where."""
        with self.view() as view:
            return view.states()

    def recipients(self) -> tuple[str, ...]:
        """Names of all recipients that have a release, in order."""
        with self.view() as view:
            return view.recipients()

    def warm(self) -> None:
        """Begin to copy, and come back before it is done; a ledger that cannot be read is told of when it is asked."""
        try:
            with self.view():
                pass
        except Shield1367Error as error:
            log.warning("the desk's list of releases is not read yet: %s", error.code)

    def wait(self) -> None:
        """Come back when all of the ledger that was there is in the list."""
        if (filler := self._filler) is not None:
            filler.join()

    def _up_to_date(self) -> _Copy:
        head = newest_head(self._home)
        copy = self._copy
        if copy is None or (copy.head is not None and not holds_head(self._home, copy.head)):
            copy = self._recent(head)
        # Should something interrupt us, the copy is not asked again, but made anew.
        self._copy = None
        copy.index.forget_folders()
        _add(self._home, copy, until=head)
        copy.index.add_folders(list(in_the_making(self._home)))
        self._copy = copy
        if not copy.is_complete and (self._filler is None or not self._filler.is_alive()):
            self._filler = threading.Thread(
                target=self._fill, args=(head,), name="desk-catalogue", daemon=True
            )
            self._filler.start()
        return copy

    def _recent(self, head: Head | None) -> _Copy:
        """A copy of the newest entries, still empty of them: they are put in like any that are new."""
        known = max(0, head.sequence - RECENT) if head is not None else 0
        index = Index()
        index.finish()
        self._filler = None
        return _Copy(index, Head(known, "") if known else None, is_complete=not known)

    def _fill(self, head: Head | None) -> None:
        """Copy all of the ledger beside what answers meanwhile, and put it in its place."""
        full = _Copy(Index(), None, is_complete=True)
        try:
            _add(self._home, full, until=head)
            full.index.finish()
        except Exception as error:  # noqa: BLE001  # a thread has nobody to tell but the log, and that no foreign message
            known = error if isinstance(error, Shield1367Error) else UnexpectedError.of(error)
            # Whoever asks next is told in full, and begins anew.
            log.warning("the desk's list of releases stays incomplete: %s", known.code)
            full.index.close()
            return
        with self._lock:
            # Unless the ledger became another one meanwhile.
            if self._filler is threading.current_thread() and self._copy is not None:
                self._copy.index.close()
                self._copy = full


def _add(home: Home, copy: _Copy, *, until: Head | None) -> None:
    """Put in what the ledger has got since, no further than a head that is noted: the rest comes next time."""
    known = copy.head.sequence if copy.head else 0
    if until is not None and until.sequence > known:
        for entries in disclosures_between(home, after=known, until=until.sequence):
            copy.index.add(entries)
        copy.head = until
