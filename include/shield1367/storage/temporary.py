"""Temporary files beside what they become: held under a lock while they are written, swept when nobody does."""

from __future__ import annotations

import errno
import fcntl
import os
import tempfile
from pathlib import Path

TEMPORARY_PREFIX = ".tmp-"


def held_temporary(path: Path) -> tuple[int, Path]:
    """A new temporary file beside *path*, locked as long as the descriptor is open: somebody is writing it."""
    while True:
        handle, name = tempfile.mkstemp(prefix=TEMPORARY_PREFIX, suffix=path.suffix, dir=path.parent)
        fcntl.flock(handle, fcntl.LOCK_EX)
        if os.fstat(handle).st_nlink:
            return handle, Path(name)
        # Swept between the two calls.
        os.close(handle)


_swept: set[Path] = set()


def sweep(folder: Path) -> None:
    """Remove the temporary files that killed processes left in *folder*, before this one's first write into it.

    They may hold whole rows. A lock goes with its process: what can be locked, nobody is writing.
    """
    if folder in _swept:
        return
    _swept.add(folder)
    for path in folder.glob(f"{TEMPORARY_PREFIX}*"):
        try:
            handle = os.open(path, os.O_RDWR | os.O_NOFOLLOW)
        except OSError as error:
            # Renamed meanwhile, a folder, or another user's.
            if error.errno in (errno.ENOENT, errno.EISDIR, errno.EACCES, errno.ELOOP):
                continue
            raise
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink(missing_ok=True)
        except BlockingIOError:
            continue
        finally:
            os.close(handle)
