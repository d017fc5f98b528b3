"""What the folders of a home say about releases, and the ledger does not: held, on their way, waiting."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from shield1367.desk.listing import ReleaseState
from shield1367.home import Home
from shield1367.release.approval import REQUEST
from shield1367.storage import TEMPORARY_PREFIX, reported

OF_FOLDERS = (ReleaseState.HELD, ReleaseState.MAKING, ReleaseState.WAITING)
"""The states that folders tell of."""


class Making(NamedTuple):
    """One folder; *changed_at* is UTC, ISO 8601."""

    release_id: str
    recipient: str
    state: ReleaseState
    changed_at: str


def in_the_making(home: Home) -> Iterator[Making]:
    """Every ``<recipient>/<release_id>/`` below ``held/`` and ``work/``, links and files left out.

    Raises:
        StorageError: a folder cannot be read.
    """
    for root, state in ((home.held, ReleaseState.HELD), (home.work, ReleaseState.MAKING)):
        for recipient, _ in _subfolders(root):
            for release, changed in _subfolders(root / recipient):
                time = datetime.fromtimestamp(changed, UTC).isoformat(timespec="seconds")
                folder = f"{root}/{recipient}/{release}"
                yield Making(_shown(release), _shown(recipient), _state(folder, state), time)


def _state(folder: str, state: ReleaseState) -> ReleaseState:
    """Of what is in the making, that waits for people about which they were asked."""
    is_asked = state is ReleaseState.MAKING and os.path.exists(f"{folder}/{REQUEST}")  # noqa: PTH110  # half the time
    return ReleaseState.WAITING if is_asked else state


def _subfolders(folder: Path) -> list[tuple[str, float]]:
    """Names and times of last change; what is not there yet, or was published while we looked, is left out."""
    found = []
    with reported(folder, "read"), suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(FileNotFoundError):
                if entry.is_dir(follow_symlinks=False) and not entry.name.startswith(TEMPORARY_PREFIX):
                    found.append((entry.name, entry.stat(follow_symlinks=False).st_mtime))
    return found


def _shown(name: str) -> str:
    """A folder's name may hold bytes of no encoding, which neither database nor page takes."""
    return name.encode("utf-8", "backslashreplace").decode()
