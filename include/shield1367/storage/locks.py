"""Locks between the processes of one machine, or of one shared file system."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shield1367.storage.report import reported


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file *path*: between processes of one machine, one at a time reads, adds and writes.

    Waits for whoever holds it; a killed process lets go of it.
    """
    with reported(path, "lock"):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        with reported(path, "lock"):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
