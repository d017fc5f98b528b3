"""Single files: written to a temporary name, flushed to disk, then renamed; in a store, as whole objects."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, TypeVar

from shield1367.errors import StorageError
from shield1367.storage.remote import Location, RemotePath
from shield1367.storage.report import reported
from shield1367.storage.scratch import nameless_file
from shield1367.storage.temporary import held_temporary, sweep

Target = TypeVar("Target", bound=Path | RemotePath)
_CHUNK = 1 << 20


def write_atomically(path: Target, write: Callable[[Path], object]) -> Target:
    """Let *write* fill a temporary file beside *path*, then move it into place.

    For a path of a store the temporary file has no name, and is uploaded: an object appears whole or not at all.

    Args:
        path: where the finished file appears; parent folders are made.
        write: called with the temporary path; what it leaves there becomes *path*.

    Raises:
        StorageError: the disk is full, the folder cannot be written.
        StoreUnavailableError: the store does not answer; likewise its other errors.
    """
    if isinstance(path, RemotePath):
        with nameless_file() as temporary, reported(path, "write"):
            write(temporary)
            path.store.put(path.key, temporary)
        return path
    with reported(path, "write"):
        path.parent.mkdir(parents=True, exist_ok=True)
        sweep(path.parent)
        handle, temporary = held_temporary(path)
        try:
            write(temporary)
            flush(temporary)
            temporary.replace(path)
            flush(path.parent)
        finally:
            temporary.unlink(missing_ok=True)
            os.close(handle)
    return path


def write_bytes(path: Target, content: bytes) -> Target:
    """Write *content* to *path* in one step."""
    if isinstance(path, RemotePath):
        path.store.put(path.key, content)
        return path
    return write_atomically(path, lambda temporary: temporary.write_bytes(content))


def write_text(path: Target, content: str) -> Target:
    """Write *content* to *path* as UTF-8 in one step."""
    return write_bytes(path, content.encode("utf-8"))


def write_json(path: Target, content: Any) -> Target:
    """Write *content* as readable JSON with sorted keys, so that equal content is equal bytes."""
    return write_text(
        path, json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False, default=str) + "\n"
    )


def append_bytes(path: Path, content: bytes) -> None:
    """Add *content* to the end of *path*, all of it or nothing; the caller holds a lock.

    Raises:
        StorageError: the disk is full, or the file cannot be written.
    """
    with reported(path, "write"):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with path.open("ab", buffering=0) as stream:
            size = stream.tell()
            try:
                if stream.write(content) != len(content):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                os.fsync(stream.fileno())
            except OSError:
                stream.truncate(size)
                raise


def read_json(path: Location) -> Any:
    """Read a JSON file that this module wrote.

    Raises:
        StorageError: the file is missing, unreadable or not JSON.
    """
    with reported(path, "read"):
        content = path.read_bytes()
    try:
        return json.loads(content)
    except ValueError:
        raise StorageError(
            f"{path} is not valid JSON.", mend="delete it and run the stage that writes it again."
        ) from None


@contextmanager
def at_hand(path: Location) -> Iterator[Path]:
    """A file as one of this machine: itself, or a copy without a name, gone when the block ends.

    The copy is fetched once, so that what is hashed is what is read. Its path tells nothing of its name.

    Raises:
        StorageError: it is not there.
    """
    if isinstance(path, Path):
        yield path
        return
    with nameless_file() as copy:
        with reported(path, "read"):
            path.store.fetch(path.key, copy)
        yield copy


def readable(path: Location) -> Path | io.BytesIO:
    """A file for a reader that jumps about in it, as those of Parquet do: itself, or its bytes in memory.

    For files that were cut to fit into memory. Unlike a local path, the bytes stay what they are.

    Raises:
        StorageError: it is in a store, and not there.
    """
    if isinstance(path, Path):
        return path
    with reported(path, "read"):
        return io.BytesIO(path.read_bytes())


def remove_file(path: Location) -> None:
    """Delete a file.

    Raises:
        StorageError: it cannot be deleted.
    """
    if isinstance(path, RemotePath):
        path.store.remove(path.key)
        return
    with reported(path, "delete"):
        path.unlink()


def changed_at(path: Location) -> datetime:
    """When a file was last written, in UTC.

    Raises:
        StorageError: it is not there.
    """
    with reported(path, "read"):
        if isinstance(path, Path):
            return datetime.fromtimestamp(path.stat().st_mtime, UTC)
        if (found := path.store.find(path.key)) is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
        return found.modified.astimezone(UTC)


def sha256(path: Location) -> str:
    """Hex SHA-256 of a file's bytes."""
    with at_hand(path) as file, reported(path, "read"), file.open("rb") as stream:
        return digest(stream)


def digest(stream: IO[bytes]) -> str:
    """Hex SHA-256 of what is left in a binary stream."""
    hasher = hashlib.sha256()
    while chunk := stream.read(_CHUNK):
        hasher.update(chunk)
    return hasher.hexdigest()


def flush(path: Path) -> None:
    """Have the operating system write a file, or the names in a folder, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
