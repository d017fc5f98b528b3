"""The only place that writes: to a temporary name, flushed to disk, then renamed.

A reader therefore sees a file whole or not at all, and a killed task leaves nothing but a
``.tmp-`` file that the next run may sweep. Paths are local folders or any fsspec URL for delivery.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from shield1367.errors import StorageError

TEMPORARY_PREFIX = ".tmp-"
_CHUNK = 1 << 20


@contextmanager
def reported(path: Path, action: str) -> Iterator[None]:
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


def write_atomically(path: Path, write: Callable[[Path], None]) -> Path:
    """Let *write* fill a temporary file beside *path*, then move it into place.

    Args:
        path: where the finished file appears; parent folders are made.
        write: called with the temporary path; what it leaves there becomes *path*.

    Raises:
        StorageError: the disk is full, the folder cannot be written.
    """
    with reported(path, "write"):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=TEMPORARY_PREFIX, suffix=path.suffix, dir=path.parent)
        os.close(handle)
        temporary = Path(name)
        try:
            write(temporary)
            _flush(temporary)
            temporary.replace(path)
            _flush(path.parent)
        finally:
            temporary.unlink(missing_ok=True)
    return path


def write_bytes(path: Path, content: bytes) -> Path:
    """Write *content* to *path* in one step."""
    return write_atomically(path, lambda temporary: _write(temporary, content))


def write_text(path: Path, content: str) -> Path:
    """Write *content* to *path* as UTF-8 in one step."""
    return write_bytes(path, content.encode("utf-8"))


def write_json(path: Path, content: Any) -> Path:
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


def read_json(path: Path) -> Any:
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


def move_folder(source: Path, target: Path) -> Path:
    """Publish a finished folder under its final name in one step.

    Raises:
        StorageError: the target exists already, or the rename fails.
    """
    with reported(target, "publish"):
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():
            raise StorageError(
                f"{target} exists already.", mend="a release is published once; start a new one."
            )
        source.replace(target)
        _flush(target.parent)
    return target


def remove_folder(path: Path) -> None:
    """Delete *path* with all that is in it; a folder that is not there is no error."""
    with reported(path, "delete"):
        if path.exists():
            shutil.rmtree(path)


def sha256(path: Path) -> str:
    """Hex SHA-256 of a file's bytes."""
    with reported(path, "read"), path.open("rb") as stream:
        return digest(stream)


def digest(stream: IO[bytes]) -> str:
    """Hex SHA-256 of what is left in a binary stream."""
    hasher = hashlib.sha256()
    while chunk := stream.read(_CHUNK):
        hasher.update(chunk)
    return hasher.hexdigest()


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
