"""The search for traces of canaries in whatever a run leaves behind.

Bytes are searched as they lie on disk, and once more opened where they are packed; letters in either case. What
was clean and has not changed since needs no second look: a canary is in no file older than itself.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import time
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

import ahocorasick_rs

from shield1367.canaries.person import Canary
from shield1367.errors import StorageError
from shield1367.home import Home
from shield1367.storage import read_json, reported, write_json

_AT_ONCE: Final = 1 << 22
# The longest needle that may lie across two reads.
_OVERLAP: Final = 256
_LARGEST_UNPACKED: Final = 1 << 30
# As long as a partition of a busy machine is being written; and between two looks.
_PATIENCE_SECONDS: Final = 60.0
_AGAIN_SECONDS: Final = 0.25
_UNOPENED: Final = (
    OSError,
    EOFError,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
    RuntimeError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Trace:
    """Where a canary was found; never what of it.

    Attributes:
        place: path as the search was told it, below its root.
    """

    place: str
    person_id: str


class UnsearchableError(Exception):
    """Error raised when a packed file cannot be opened, so that nobody can say what is in it."""


class TraceSearch:
    """A search for some canaries."""

    def __init__(self, canaries: Iterable[Canary]) -> None:
        owners = [(needle.encode(), canary.person_id) for canary in canaries for needle in canary.needles]
        self._owners = [person for _, person in owners]
        self._automaton = (
            ahocorasick_rs.BytesAhoCorasick([needle for needle, _ in owners]) if owners else None
        )

    def in_bytes(self, content: bytes) -> set[str]:
        """Ids of the canaries of whom something is in *content*."""
        if self._automaton is None:
            return set()
        text = content.lower()
        found = self._automaton.find_matches_as_indexes(text)
        # Inside a longer run of letters and digits, such as a hash, it would be there by chance.
        return {
            self._owners[number]
            for number, start, end in found
            if not (
                text[start - 1 : start].isalnum()
                and text[start:end].isalnum()
                and text[end : end + 1].isalnum()
            )
        }

    def in_file(self, path: Path) -> set[str]:
        """Ids of the canaries of whom something is in a file.

        Raises:
            UnsearchableError: it is packed and cannot be opened.
            StorageError: it cannot be read.
        """
        found = set[str]()
        try:
            for stream in _contents(path):
                tail = b""
                for chunk in stream:
                    found |= self.in_bytes(tail + chunk)
                    tail = chunk[-_OVERLAP:]
        except _UNOPENED:
            raise UnsearchableError from None
        return found

    def _in_settled(self, path: Path) -> set[str]:
        """The same; what another process is still writing is searched when it has written it."""
        until = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                return self.in_file(path)
            except UnsearchableError:
                if not is_open_elsewhere(path):
                    break
                if time.monotonic() > until:
                    raise
            time.sleep(_AGAIN_SECONDS)
        # It may have been closed between the two looks.
        return self.in_file(path)

    def in_tree(self, root: Path, clean: dict[str, list[int]]) -> Iterator[Trace]:
        """Traces in the files below *root*, and in their names.

        Args:
            clean: path → size and time of change when it was last found clean; what is clean now is added.
        """
        for path in _tree(root):
            name = path.relative_to(root.parent).as_posix()
            for person in sorted(self.in_bytes(name.encode())):
                yield Trace(f"the name of a file in {root.name}", person)
            if path.is_symlink() or not path.is_file():
                continue
            try:
                with reported(path, "read"):
                    state = path.stat()
                mark = [state.st_size, state.st_mtime_ns]
                if clean.get(str(path)) == mark:
                    continue
                found = self._in_settled(path)
            except StorageError:
                # Temporary files of other processes go while we look; what is gone holds nothing.
                if path.exists():
                    raise
                continue
            except UnsearchableError:
                if not path.exists():
                    continue
                yield Trace(f"{name}, which cannot be opened", "")
                continue
            if not found:
                clean[str(path)] = mark
            for person in sorted(found):
                yield Trace(name, person)


def searched_path(home: Home) -> Path:
    """``traces.json``: what was clean when it was last searched."""
    return home.root / "traces.json"


def search(home: Home, canaries: Iterable[Canary], roots: Iterable[Path]) -> list[Trace]:
    """All traces below *roots*; remembers what was clean.

    Raises:
        StorageError: a file cannot be read.
    """
    path = searched_path(home)
    clean: dict[str, list[int]] = read_json(path) if path.exists() else {}
    searched = TraceSearch(canaries)
    found = [trace for root in roots for trace in searched.in_tree(root, clean)]
    write_json(path, {name: mark for name, mark in sorted(clean.items()) if Path(name).exists()})
    return found


def is_open_elsewhere(path: Path) -> bool:
    """Whether another process of this user has the file open; where the system does not say, nobody has."""
    wanted, own = path.resolve(), str(os.getpid())
    processes = (process for process in Path("/proc").glob("[0-9]*") if process.name != own)
    return any(wanted == opened for process in processes for opened in _open_in(process))


def _open_in(process: Path) -> Iterator[Path]:
    """What one process has open; nothing of one that ended meanwhile, or is somebody else's."""
    try:
        opened = list((process / "fd").iterdir())
    except OSError:
        return
    for one in opened:
        try:
            yield one.readlink()
        except OSError:
            continue


def _tree(root: Path) -> Iterator[Path]:
    """*root* and all that lies below it, in order, but for what goes in the meantime.

    Raises:
        StorageError: a folder cannot be read.
    """

    def refuse(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError | NotADirectoryError):
            raise error

    yield root
    with reported(root, "read"):
        for folder, folders, files in os.walk(root, onerror=refuse):
            folders.sort()
            yield from (Path(folder, name) for name in sorted([*folders, *files]))


def _contents(path: Path) -> Iterator[Iterator[bytes]]:
    """What is in a file: its bytes, and what is packed in them."""
    yield _raw(path)
    match path.suffix:
        case ".gz":
            with gzip.open(path) as unpacked:
                yield _unpacked(unpacked)
        case ".bz2":
            with bz2.open(path) as stream:
                yield _unpacked(stream)
        case ".xz":
            with lzma.open(path) as stream:
                yield _unpacked(stream)
        case ".zip" | ".xlsx":
            with zipfile.ZipFile(path) as archive:
                for entry in archive.infolist():
                    with archive.open(entry) as stream:
                        yield _unpacked(stream)
        case ".parquet":
            yield _parquet(path)
        case _:
            return


def _raw(path: Path) -> Iterator[bytes]:
    with reported(path, "read"), path.open("rb") as stream:
        while chunk := stream.read(_AT_ONCE):
            yield chunk


def _unpacked(stream: IO[bytes] | gzip.GzipFile) -> Iterator[bytes]:
    total = 0
    while chunk := stream.read(_AT_ONCE):
        total += len(chunk)
        if total > _LARGEST_UNPACKED:
            raise UnsearchableError
        yield chunk


def _parquet(path: Path) -> Iterator[bytes]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    for batch in pq.ParquetFile(path).iter_batches(20_000):
        for column in batch.columns:
            if pa.types.is_list(column.type):
                continue
            yield "\n".join(text for text in column.cast(pa.string()).to_pylist() if text).encode()
