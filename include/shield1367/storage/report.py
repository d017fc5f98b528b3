"""Errors of the operating system, told with what to mend."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePath

from shield1367.errors import StorageError


@contextmanager
def reported(path: PurePath, action: str) -> Iterator[None]:
    """Turn an ``OSError`` on *path* into a :class:`StorageError` that says what to mend."""
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"cannot {action} {path}: {error.strerror or type(error).__name__}.",
            mend=_MENDS.get(error.errno or 0, "check the path and its permissions, then run again."),
        ) from None


_MENDS = {
    errno.ENOSPC: "free disk space, then run again; nothing half-written was kept.",
    errno.EDQUOT: "raise the quota, then run again; nothing half-written was kept.",
    errno.ENOENT: "check that the path exists and is mounted, then run again.",
    errno.EACCES: "grant this user access to the path, then run again.",
    errno.EROFS: "mount the home folder writable, then run again.",
}
