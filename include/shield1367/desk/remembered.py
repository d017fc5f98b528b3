"""An answer that is kept for as long as what it was read from stays the same."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterable
from pathlib import Path
from typing import Generic, TypeVar

from shield1367.storage import Location, RemotePath

Answer = TypeVar("Answer")


class Remembered(Generic[Answer]):
    """The last answer, with the state of the files that it was read from.

    Whoever asks while it is read anew waits, so that a page opened twice is read once.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stamp: Hashable = None
        self._answer: list[Answer] = []

    def get(self, stamp: Hashable, read: Callable[[], Answer]) -> Answer:
        """The answer for *stamp*, read again when it is another one than before."""
        with self._lock:
            if not self._answer or stamp != self._stamp:
                self._answer = [read()]
                self._stamp = stamp
            return self._answer[0]


def stamp_of(paths: Iterable[Location]) -> Hashable:
    """What changes when one of the files is changed, added or removed: names, times and sizes.

    In a store the whole folders of the files are looked at, since a folder is asked as fast as a file.
    """
    found: list[tuple[str, object, int]] = []
    wanted = list(paths)
    for folder in sorted({path.parent for path in wanted if isinstance(path, RemotePath)}):
        objects = folder.store.list(folder.key)[1]
        found += [(str(folder / name), of.modified, of.size) for name, of in sorted(objects.items())]
    for path in sorted(path for path in wanted if isinstance(path, Path)):
        try:
            status = path.stat()
        except FileNotFoundError:
            continue
        found.append((str(path), status.st_mtime_ns, status.st_size))
    return tuple(found)
