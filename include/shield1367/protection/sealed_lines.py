"""A file of sealed lines: of what would fill the memory, a piece at a time, and nothing of it ever plain on disk.

Each line says inside what it is a line of and which one, and the last one that it is the last: a file that was cut,
mixed or put in the place of another does not open.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Final

from shield1367.errors import KeyMissingError, TerminalError
from shield1367.keys import Cipher
from shield1367.storage import reported, write_atomically

# Level 1: texts are as good as written and read at the speed of sealing them.
TEXT: Final = 1
# Numbers that look random get no smaller.
NUMBERS: Final = 0
_END: Final = "end"


class SnapshotBrokenError(TerminalError):
    """Error raised when a sealed file is not the one of its release, or not whole."""

    code = "E780"

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} is not whole, or is not of its release.",
            mend=f"delete {path.parent} and plan the release again.",
        )


class SealedLines:
    """One file, written and read with the keys of the home.

    Args:
        of: what it holds, and of which release.
    """

    def __init__(self, path: Path, cipher: Cipher, *, of: str) -> None:
        self._path = path
        self._cipher = cipher
        self._of = of

    def write(self, lines: Iterable[tuple[str, bytes]], *, level: int) -> Path:
        """Write what each line is and what it says, in the place of what was there.

        Args:
            lines: as many as there are, none of them ``end``.
            level: :data:`TEXT` or :data:`NUMBERS`.

        Raises:
            StorageError: it cannot be written.
        """

        def write(temporary: Path) -> None:
            with temporary.open("wb") as stream:
                for number, (sort, said) in enumerate(chain(lines, [(_END, b"")])):
                    stream.write(self._sealed(number, sort, said, level))

        return write_atomically(self._path, write)

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        """What each line is and what it says.

        Raises:
            SnapshotBrokenError: the file is another one, or not whole.
            StorageError: it cannot be read.
        """
        with reported(self._path, "read"), self._path.open("rb") as stream:
            sort = ""
            for number, line in enumerate(stream):
                try:
                    opened = zlib.decompress(self._cipher.decrypt(line.rstrip(b"\n")))
                except (KeyMissingError, zlib.error):
                    raise SnapshotBrokenError(self._path) from None
                head, _, said = opened.partition(b"\n")
                of, place, sort = json.loads(head)
                if (of, place) != (self._of, number):
                    raise SnapshotBrokenError(self._path)
                if sort != _END:
                    yield sort, said
        if sort != _END:
            raise SnapshotBrokenError(self._path)

    def _sealed(self, number: int, sort: str, said: bytes, level: int) -> bytes:
        head = json.dumps([self._of, number, sort]).encode()
        return self._cipher.encrypt_value(zlib.compress(head + b"\n" + said, level)) + b"\n"
