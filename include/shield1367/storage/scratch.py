"""Where a copy of something remote lies while it is used: a file without a name, or a folder that is swept.

A file without a name goes with the process that opened it, however that ends. A folder needs names; it is under a
lock of its process, and whoever makes the next one deletes those that nobody holds any more.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shield1367.storage.locks import locked
from shield1367.storage.report import reported
from shield1367.storage.temporary import TEMPORARY_PREFIX

SCRATCH_VARIABLE = "SHIELD1367_SCRATCH"
_HELD = ".held"


def scratch_root() -> Path:
    """``SHIELD1367_SCRATCH``, by default the folder for temporary files."""
    return Path(os.environ.get(SCRATCH_VARIABLE) or tempfile.gettempdir())


@contextmanager
def nameless_file() -> Iterator[Path]:
    """An empty file that no folder lists, for this process only; Linux, for the path leads through ``/proc``.

    Raises:
        StorageError: the scratch folder cannot be written.
    """
    root = scratch_root()
    with reported(root, "write"):
        root.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=TEMPORARY_PREFIX, dir=root)
        # While it is still empty: from here on, nothing that is killed leaves anything.
        Path(name).unlink()
    try:
        yield Path(f"/proc/self/fd/{handle}")
    finally:
        os.close(handle)


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """An empty folder for this process, deleted in the end.

    Raises:
        StorageError: the scratch folder cannot be written.
    """
    root = scratch_root() / f"shield1367-{os.getuid()}"
    with locked(root / ".lock"), reported(root, "write"):
        root.chmod(0o700)
        _sweep(root)
        folder = Path(tempfile.mkdtemp(dir=root))
        held = os.open(folder.with_suffix(_HELD), os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(held, fcntl.LOCK_EX)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        folder.with_suffix(_HELD).unlink(missing_ok=True)
        os.close(held)


def _sweep(root: Path) -> None:
    """Delete the folders of processes that are no more."""
    for folder in [path for path in root.iterdir() if path.is_dir()]:
        held = os.open(folder.with_suffix(_HELD), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        else:
            shutil.rmtree(folder, ignore_errors=True)
            folder.with_suffix(_HELD).unlink(missing_ok=True)
        finally:
            os.close(held)
