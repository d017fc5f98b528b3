"""One object store behind fsspec: the few calls we make, tried again where that helps, with errors of ours.

Stores have no rename and no folders. What they have: an object appears whole or not at all, and can be created on
the condition that there is none of its name (``If-None-Match: *``; Google: ``ifGenerationMatch=0``).
"""

from __future__ import annotations

import errno
import os
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

from shield1367.errors import Shield1367Error
from shield1367.storage.errors import (
    StoreAddressError,
    StoreDeniedError,
    StoreMissingError,
    StoreRefusedError,
    StoreUnavailableError,
)

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

Made = TypeVar("Made")

# Protocol of a URL → the one that fsspec and the extra of this project know it by.
PROTOCOLS = {"s3": "s3", "s3a": "s3", "gs": "gs", "gcs": "gs", "abfs": "abfs", "abfss": "abfs", "az": "abfs"}
_EXTRAS = {"gs": "gcs", "abfs": "azure"}

TRIES = 5
# Their packages try again by themselves, for a minute or so, and cannot all be told not to.
_TRIES_ON_TOP = 2
# Seconds before the second try; each later pause is three times as long, and each up to a half shorter by chance.
PAUSE = 0.4
CONNECT_SECONDS = 10.0
# A broken upload that is younger may be one that still runs.
ABANDONED = timedelta(hours=6)

ENCRYPTION_VARIABLE, KMS_KEY_VARIABLE = "SHIELD1367_S3_ENCRYPTION", "SHIELD1367_S3_KMS_KEY"
_ENCRYPTIONS = ("AES256", "aws:kms", "aws:kms:dsse")


class _Verdict(Enum):
    """What an error of a store means to us."""

    MISSING = "missing"
    EXISTS = "exists"
    TRY_AGAIN = "try again"
    DENIED = "denied"
    NO_BUCKET = "no bucket"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Found:
    """An object of a listing: its size in bytes, and when it was last written."""

    size: int
    modified: datetime


@dataclass(frozen=True, slots=True)
class Store:
    """The store of a protocol; keys are ``bucket/path``, as fsspec has them.

    Attributes:
        protocol: one of the values of :data:`PROTOCOLS`.
        ours: whether our setting of server-side encryption holds there; it does not in a recipient's bucket.
    """

    protocol: str
    ours: bool = True

    def find(self, key: str) -> Found | None:
        """One object, or ``None``; what only begins other keys is none."""
        try:
            details = self._try(key, "read", lambda fs: fs.info(key))
        except FileNotFoundError:
            return None
        return None if details["type"] == "directory" else _found(details)

    def list(self, key: str) -> tuple[frozenset[str], dict[str, Found]]:
        """Names right below *key*: those that begin further ones, and objects. Nothing there is nothing found."""
        try:
            entries = self._try(key, "list", lambda fs: fs.ls(key, detail=True))
        except FileNotFoundError:
            return frozenset(), {}
        folders, objects = set(), {}
        for entry in entries:
            name = entry["name"].rstrip("/").removeprefix(f"{key}/")
            if name == entry["name"].rstrip("/"):
                continue  # the object *key* itself, or the marker that some consoles make of a folder
            if entry["type"] == "directory":
                folders.add(name)
            else:
                objects[name] = _found(entry)
        return frozenset(folders), objects

    def tree(self, key: str) -> dict[str, Found]:
        """Every object below *key*, by its name from there on."""
        try:
            entries = self._try(key, "list", lambda fs: fs.find(key, detail=True))
        except FileNotFoundError:
            return {}
        inside = ((name.removeprefix(f"{key}/"), entry) for name, entry in entries.items() if name != key)
        return {name: _found(entry) for name, entry in sorted(inside) if name and name[-1] != "/"}

    def read(self, key: str) -> bytes:
        """A whole object.

        Raises:
            FileNotFoundError: there is none.
        """
        content: bytes = self._try(key, "read", lambda fs: fs.cat_file(key))
        return content

    def fetch(self, key: str, local: Path) -> int:
        """Copy an object into a local file; returns its size.

        Raises:
            FileNotFoundError: there is none.
            StoreUnavailableError: less or more came than the store announced.
        """

        def whole(fs: AbstractFileSystem) -> int:
            announced = int(fs.info(key)["size"])
            fs.get_file(key, str(local))
            if local.stat().st_size != announced:
                raise TimeoutError("not all of it came")
            return announced

        return self._try(key, "read", whole)

    def look_into(self, key: str, read: Callable[[IO[bytes]], Made]) -> Made:
        """What *read* makes of an object that is open; only what it asks for is fetched.

        Raises:
            FileNotFoundError: there is none.
        """

        def open_and_read(fs: AbstractFileSystem) -> Made:
            with fs.open(key, "rb") as stream:
                return read(stream)

        return self._try(key, "read", open_and_read)

    def put(self, key: str, content: bytes | Path) -> None:
        """Write an object, over another one of its name if need be."""
        self._put(key, content, "overwrite")

    def create(self, key: str, content: bytes | Path) -> None:
        """Write an object of a new name.

        Raises:
            FileExistsError: there is one. It may be this very one: an earlier try may have been heard, and its
                answer lost.
        """
        self._put(key, content, "create")

    def remove(self, key: str) -> None:
        """Delete *key* and all below it."""
        names = [f"{key}/{name}" for name in self.tree(key)]
        if self.find(key) is not None:
            names.append(key)
        if names:
            self._try(key, "delete", lambda fs: fs.rm(names))

    def sweep(self, key: str, *, older_than: timedelta = ABANDONED) -> int:
        """Give up the broken uploads below *key*; returns how many there were.

        Only S3 keeps the parts of an upload that was killed, unseen and paid for, until somebody does; the others
        drop them within a week.
        """
        if self.protocol != "s3":
            return 0
        bucket, _, prefix = key.partition("/")
        limit = datetime.now(UTC) - older_than

        def give_up(fs: Any) -> int:
            listed = fs.call_s3("list_multipart_uploads", Bucket=bucket, Prefix=f"{prefix}/")
            broken = [upload for upload in listed.get("Uploads") or [] if upload["Initiated"] <= limit]
            for upload in broken:
                fs.call_s3(
                    "abort_multipart_upload", Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"]
                )
            return len(broken)

        return self._try(key, "sweep", give_up)

    def _put(self, key: str, content: bytes | Path, mode: str) -> None:
        if isinstance(content, bytes):
            self._try(key, "write", lambda fs: fs.pipe_file(key, content, mode=mode))
        else:
            self._try(key, "write", lambda fs: fs.put_file(str(content), key, mode=mode))

    def _try(self, key: str, action: str, call: Callable[[AbstractFileSystem], Made]) -> Made:
        url = f"{self.protocol}://{key}"
        tries = TRIES if self.protocol == "s3" else _TRIES_ON_TOP
        for attempt in range(1, tries + 1):
            try:
                fs = self._open()
                fs.invalidate_cache()
                return call(fs)
            except Shield1367Error:
                raise
            except Exception as error:  # each store has its own, and their texts quote the request
                if isinstance(error, OSError) and error.errno in _FULL:
                    raise
                verdict, name = _judge(error, action), _name(error)
            if verdict is _Verdict.TRY_AGAIN and attempt < tries:
                # No secret, only so that many tasks do not come back at once.
                time.sleep(PAUSE * 3 ** (attempt - 1) * random.uniform(0.5, 1))  # noqa: S311
                continue
            raise _error(verdict, url, action, name, self.protocol)
        raise AssertionError

    def _open(self) -> AbstractFileSystem:
        """The file system; fsspec keeps one a process and setting, and makes another after a fork."""
        import fsspec

        try:
            fs = fsspec.filesystem(self.protocol, **_options(self))
        except ImportError:
            raise StoreAddressError(
                f"the packages for {self.protocol}:// are not installed.",
                mend=f"install the extra: pip install 'shield1367[{_EXTRAS.get(self.protocol, self.protocol)}]'.",
            ) from None
        if self.protocol == "s3":
            # We try again ourselves, in one place for all stores: loops around each other multiply.
            fs.retries = 1
        return fs


def _options(store: Store) -> dict[str, Any]:
    # Other processes write too: a listing is only good for the moment it was made.
    options: dict[str, Any] = {"use_listings_cache": False}
    if store.protocol == "s3":
        from shield1367.storage.s3_session import SILENCE_SECONDS, WatchedSession

        options["config_kwargs"] = {
            "retries": {"total_max_attempts": 1},
            "connect_timeout": CONNECT_SECONDS,
            "read_timeout": SILENCE_SECONDS,
            "http_session_cls": WatchedSession,
        }
        if store.ours:
            options["s3_additional_kwargs"] = _encryption()
    return options


def _encryption() -> dict[str, str]:
    """Server-side encryption of what we write to S3. Azure and Google always encrypt; a key of one's own is
    a setting of the container or bucket there.
    """
    wanted, key = os.environ.get(ENCRYPTION_VARIABLE), os.environ.get(KMS_KEY_VARIABLE)
    if not wanted and not key:
        return {}
    if wanted not in _ENCRYPTIONS or (key and not wanted.startswith("aws:kms")):
        raise StoreAddressError(
            f"{ENCRYPTION_VARIABLE} and {KMS_KEY_VARIABLE} do not fit together.",
            mend=f"set {ENCRYPTION_VARIABLE} to one of {', '.join(_ENCRYPTIONS)}; a key needs one with kms.",
        )
    return {"ServerSideEncryption": wanted, **({"SSEKMSKeyId": key} if key else {})}


def _found(details: dict[str, Any]) -> Found:
    modified = details.get("LastModified") or details.get("last_modified") or details.get("updated")
    if isinstance(modified, str):
        modified = datetime.fromisoformat(modified)
    return Found(int(details["size"] or 0), modified or datetime.fromtimestamp(0, UTC))


_DENIED = {
    "NoCredentialsError", "PartialCredentialsError", "ClientAuthenticationError", "DefaultCredentialsError",
    "RefreshError", "PermissionError", "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch",
    "ExpiredToken", "InvalidToken", "RequestTimeTooSkewed",
}  # fmt: skip
_NO_BUCKET = {"NoSuchBucket", "ContainerNotFound", "InvalidBucketName"}
_EXISTS = {"PreconditionFailed", "BlobAlreadyExists", "UpdateConditionNotMet", "FileExistsError"}
# A write was cut short, or met another one; another try settles it.
_AGAIN = {
    "BadDigest", "IncompleteBody", "RequestTimeout", "ConditionalRequestConflict", "OperationAborted", "SlowDown",
    "NoSuchUpload", "InternalError", "ServiceUnavailable", "ServerBusy", "XAmzContentSHA256Mismatch",
    # What breaks off is no HTTP to aiohttp, which gives it a status of its own: 400.
    "ClientPayloadError", "HttpProcessingError",
}  # fmt: skip
# Of this machine, while something is fetched.
_FULL = {errno.ENOSPC, errno.EDQUOT}


def _judge(error: BaseException, action: str) -> _Verdict:
    """The verdict on an error; unknown ones count as passing, since a task that is tried in vain harms nobody."""
    # Nothing else can be missing where something is to be written.
    missing = _Verdict.NO_BUCKET if action == "write" else _Verdict.MISSING
    names, statuses = set(_names(error)), set(_statuses(error))
    rules = (
        (names & _AGAIN, _Verdict.TRY_AGAIN),
        (names & _NO_BUCKET, _Verdict.NO_BUCKET),
        (names & _EXISTS or 412 in statuses, _Verdict.EXISTS),
        (names & _DENIED or statuses & {401, 403}, _Verdict.DENIED),
        ("FileNotFoundError" in names or 404 in statuses, missing),
        (statuses & {400, 405, 501}, _Verdict.REFUSED),
    )
    return next((verdict for holds, verdict in rules if holds), _Verdict.TRY_AGAIN)


def _error(verdict: _Verdict, url: str, action: str, name: str, protocol: str) -> Exception:
    if verdict is _Verdict.MISSING:
        return FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), url)
    if verdict is _Verdict.EXISTS:
        return FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), url)
    bucket = f"{protocol}://{url.partition('://')[2].partition('/')[0]}"
    if verdict is _Verdict.DENIED:
        return StoreDeniedError(
            f"cannot {action} {url}: the store refuses access ({name}).",
            mend="check the credentials of this process and what they may do there, then run again.",
        )
    if verdict is _Verdict.NO_BUCKET:
        return StoreMissingError(
            f"cannot {action} {url}: there is no {bucket}.",
            mend="check the URL; make the bucket or container if the name is right.",
        )
    if verdict is _Verdict.REFUSED:
        return StoreRefusedError(
            f"cannot {action} {url}: the store does not accept the call ({name}).",
            mend=f"check the settings of the store, {ENCRYPTION_VARIABLE} and {KMS_KEY_VARIABLE} among them.",
        )
    return StoreUnavailableError(
        f"cannot {action} {url}: the store failed again and again ({name}).",
        mend="check that the store can be reached and is well; the task is tried again.",
    )


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _names(error: BaseException) -> Iterator[str]:
    """Classes and codes of an error and of those behind it."""
    for one in _chain(error):
        yield from (kind.__name__ for kind in type(one).__mro__)
        response = getattr(one, "response", None)
        if isinstance(response, dict):  # botocore
            yield str(response.get("Error", {}).get("Code", ""))
        yield str(getattr(one, "error_code", ""))  # azure


def _statuses(error: BaseException) -> Iterator[int]:
    """HTTP statuses of an error and of those behind it."""
    for one in _chain(error):
        response = getattr(one, "response", None)
        told = [getattr(one, name, None) for name in ("status_code", "status", "code")]
        if isinstance(response, dict):
            told.append(response.get("ResponseMetadata", {}).get("HTTPStatusCode"))
        yield from (status for status in told if isinstance(status, int))


def _name(error: BaseException) -> str:
    """What to call an error in a message: its code where it has one, its class otherwise; never its text."""
    for one in _chain(error):
        response = getattr(one, "response", None)
        if isinstance(response, dict) and (code := response.get("Error", {}).get("Code")):
            return str(code)
    return type(error).__name__
