"""Paths of object stores beside those of this machine: ``s3://bucket/landing/court/b-1/manifest.json``."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NoReturn
from urllib.parse import unquote, urlsplit

from shield1367.storage.errors import StoreAddressError
from shield1367.storage.stores import PROTOCOLS, Store

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_WILD = re.compile(r"[*?\[]")


class RemotePath(PurePosixPath):
    """An object of a store, or what begins the names of several, as a folder does.

    It joins, compares and names itself as paths do, and can be read. It cannot be written: that is for the functions
    of this package. Given to something that opens local files, it refuses: nothing may take it for a path of this
    machine.
    """

    __slots__ = ()

    @property
    def protocol(self) -> str:
        """How fsspec calls the store."""
        return self.parts[0].removesuffix(":")

    @property
    def key(self) -> str:
        """Bucket and key, as fsspec has them."""
        return "/".join(self.parts[1:])

    @property
    def store(self) -> Store:
        """The store it lies in."""
        return Store(self.protocol)

    def __str__(self) -> str:
        # PurePath makes one slash of two.
        scheme, _, rest = super().__str__().partition(":/")
        return f"{scheme}://{rest}" if rest else super().__str__()

    def __fspath__(self) -> NoReturn:
        raise TypeError(f"{self} is no file of this machine")

    def exists(self) -> bool:
        """Whether it is an object, or begins the name of one."""
        return self.is_file() or self.is_dir()

    def is_file(self) -> bool:
        """Whether it is an object."""
        return self.store.find(self.key) is not None

    def is_dir(self) -> bool:
        """Whether there is anything below it."""
        folders, objects = self.store.list(self.key)
        return bool(folders or objects)

    def iterdir(self) -> Iterator[RemotePath]:
        """What is right below it; of nothing, nothing."""
        folders, objects = self.store.list(self.key)
        return (self / name for name in sorted({*folders, *objects}))

    def glob(self, pattern: str) -> Iterator[RemotePath]:
        """The objects below it whose names fit *pattern*, part by part; no more is listed than that takes."""
        part, _, rest = pattern.partition("/")
        if rest and not _WILD.search(part):
            yield from (self / part).glob(rest)
            return
        folders, objects = self.store.list(self.key)
        for name in sorted(fnmatch.filter(folders if rest else objects, part)):
            if rest:
                yield from (self / name).glob(rest)
            else:
                yield self / name

    def read_bytes(self) -> bytes:
        """The whole object.

        Raises:
            FileNotFoundError: there is none.
        """
        return self.store.read(self.key)


Location = Path | RemotePath


def location(text: str) -> Location:
    """A folder of this machine, made absolute, or a URL of an object store.

    Raises:
        StoreAddressError: the URL names no store we know, nothing in it, or holds a password.
    """
    if not (match := _URL.match(text)):
        return Path(text).resolve()
    scheme = match[1].lower()
    try:
        parts = urlsplit(text)
    except ValueError:
        raise _wrong(scheme, "it is no URL") from None
    if scheme == "file":
        return Path(unquote(parts.path)).resolve()
    if scheme not in PROTOCOLS:
        raise _wrong(scheme, f"a store is one of {', '.join(sorted({*PROTOCOLS, 'file'}))}")
    if parts.query or parts.fragment:
        raise _wrong(scheme, "it may hold no ? or #")
    if {":", "@"}.intersection(parts.netloc):
        raise _wrong(scheme, "account, password and port come from the environment, not from the URL")
    if not parts.netloc:
        raise _wrong(scheme, "it names no bucket")
    path = RemotePath(f"{PROTOCOLS[scheme]}:", parts.netloc, *filter(None, parts.path.split("/")))
    if ".." in path.parts:
        raise _wrong(scheme, "it may not lead upwards")
    return path


def _wrong(scheme: str, reason: str) -> StoreAddressError:
    # Not the URL itself: somebody may have put a password there.
    return StoreAddressError(
        f"a {scheme}:// URL cannot be used: {reason}.",
        mend="write it as s3://bucket/folder, gs://bucket/folder, abfs://container/folder, or a local path.",
    )
