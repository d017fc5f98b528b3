"""Whole folders: published in one step, listed, deleted, fetched.

Where files can be renamed, a folder is finished under another name and then moved. In a store there is no rename:
its files go first, each on the condition that there is none of its name, and the file that makes it count goes
last, on the same condition. Without that file the folder is not there. So, of several that publish the same folder
at once, one does, and none ever changes what another has written.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from shield1367.errors import StorageError
from shield1367.storage.errors import OtherContentError, StoreUnavailableError, UnconditionalStoreError
from shield1367.storage.files import digest, flush
from shield1367.storage.remote import Location, RemotePath
from shield1367.storage.report import reported
from shield1367.storage.scratch import nameless_file, scratch_folder

# Uploads at a time: enough to fill a line, few enough to hold in memory what they read.
_AT_ONCE = 4
# Bytes.
_SMALL = 1 << 20


@dataclass(frozen=True, slots=True)
class Listing:
    """Names right inside a folder.

    Attributes:
        others: what is neither: links that lead nowhere, sockets.
    """

    folders: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


def listing(folder: Location) -> Listing:
    """What is right inside a folder, in order; nothing where it is not there.

    Raises:
        StorageError: it cannot be read.
    """
    if isinstance(folder, RemotePath):
        folders, objects = folder.store.list(folder.key)
        return Listing(tuple(sorted(folders)), tuple(sorted(objects)))
    with reported(folder, "read"):
        if not folder.is_dir():
            return Listing()
        with os.scandir(folder) as found:
            entries = sorted((entry.name, entry.is_dir(), entry.is_file()) for entry in found)
    return Listing(
        tuple(name for name, is_folder, _ in entries if is_folder),
        tuple(name for name, _, is_file in entries if is_file),
        tuple(name for name, is_folder, is_file in entries if not (is_folder or is_file)),
    )


def is_published(folder: Location, *, last: str) -> bool:
    """Whether a folder that :func:`publish_folder` makes is there; in a store, whether its last file is."""
    return (folder / last).is_file() if isinstance(folder, RemotePath) else folder.exists()


def publish_folder(source: Path, target: Location, *, last: str) -> Location:
    """Publish a finished folder under its final name, once.

    Args:
        source: moved, where it can be; copied into a store, where a second call finishes what a killed one began.
        last: name of the file that goes last, and without which the folder does not count.

    Raises:
        StorageError: the target exists already, or the rename fails.
        OtherContentError: the store holds something else there.
        StoreUnavailableError: the store does not answer; likewise its other errors.
    """
    if isinstance(target, RemotePath):
        _upload(source, target, last)
        return target
    return move_folder(source, target)


def _upload(source: Path, target: RemotePath, last: str) -> None:
    with reported(source, "read"):
        paths = {path.relative_to(source).as_posix(): path for path in source.rglob("*") if path.is_file()}
        sizes = {name: path.stat().st_size for name, path in sorted(paths.items()) if name != last}
    # What a killed upload left, of this folder or of its neighbours.
    target.store.sweep(target.parent.key)
    if not is_published(target, last=last):
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(lambda name: _create(source / name, target / name), sizes))
        _require_condition(source, target, sizes)
        there = {name: found.size for name, found in target.store.tree(target.key).items() if name != last}
        if strange := len(there.keys() - sizes.keys()):
            raise _other(target, f"{strange} file(s) that are not of it lie there")
        if there != sizes:
            raise StoreUnavailableError(
                f"not all of {target} arrived.", mend="the task is tried again, and sends what is missing."
            )
    _create(source / last, target / last)


def _create(source: Path, target: RemotePath) -> None:
    """Write an object; one that is there already must be the same."""
    with reported(source, "read"):
        content = source.read_bytes() if source.stat().st_size < _SMALL else source
        try:
            target.store.create(target.key, content)
        except FileExistsError:
            if not _is_same(source, target):
                raise _other(target, "it is there with other content") from None


def _is_same(source: Path, target: RemotePath) -> bool:
    found = target.store.find(target.key)
    if found is None or found.size != source.stat().st_size:
        return False
    with nameless_file() as copy:
        target.store.fetch(target.key, copy)
        with copy.open("rb") as theirs, source.open("rb") as ours:
            return digest(theirs) == digest(ours)


def _require_condition(source: Path, target: RemotePath, sizes: Mapping[str, int]) -> None:
    """Check that the store keeps what it is asked not to overwrite, by writing the same once more.

    Raises:
        UnconditionalStoreError: it does not: two that publish at once would both believe they had.
    """
    if not sizes:
        return
    smallest = min(sizes, key=lambda name: sizes[name])
    try:
        target.store.create((target / smallest).key, source / smallest)
    except FileExistsError:
        return
    raise UnconditionalStoreError(
        f"the store of {target} overwrites objects that it is asked only to create.",
        mend="use one that honours If-None-Match on PUT, or a newer version of this one.",
    )


def _other(target: RemotePath, reason: str) -> OtherContentError:
    return OtherContentError(
        f"{target} cannot be published: {reason}.",
        mend="it is published once; find out what lies there, delete it if it never counted, and try again.",
    )


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
        flush(target.parent)
    return target


def remove_folder(path: Location) -> None:
    """Delete *path* with all that is in it; a folder that is not there is no error."""
    if isinstance(path, RemotePath):
        path.store.remove(path.key)
        return
    with reported(path, "delete"):
        if path.exists():
            shutil.rmtree(path)


@contextmanager
def folder_at_hand(folder: Location) -> Iterator[Path]:
    """A folder as one of this machine: itself, or a copy in the scratch folder, deleted when the block ends.

    Raises:
        StorageError: there is no room for the copy.
    """
    if isinstance(folder, Path):
        yield folder
        return
    with scratch_folder() as scratch:
        copy = scratch / folder.name
        for name in folder.store.tree(folder.key):
            path = copy / name
            with reported(path, "write"):
                path.parent.mkdir(parents=True, exist_ok=True)
                folder.store.fetch((folder / name).key, path)
        yield copy
