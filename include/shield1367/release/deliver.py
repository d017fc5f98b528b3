"""Delivery of a published release to the URL its profile names; the manifest goes last."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from shield1367.config.recipient import RecipientProfile
from shield1367.errors import Shield1367Error, TerminalError, TransientError
from shield1367.release.manifest import MANIFEST
from shield1367.storage import Location, RemotePath, at_hand, location
from shield1367.storage.stores import PROTOCOLS, Store

Send = Callable[[Path, str], None]


class DeliveryError(TransientError):
    """Error raised when the recipient's store does not take the files; the release itself is safe."""

    code = "E703"


class DeliveryRefusedError(TerminalError):
    """Error raised when the recipient's store lets us in no further, or is not there; likewise."""

    code = "E777"


def deliver(release: Location, profile: RecipientProfile) -> str | None:
    """Copy a release to ``delivery.url``; without one it waits in the released folder.

    Until the manifest is there the delivery does not count, so a broken one can be repeated. In an object store it
    takes no more than the right to write.

    Returns:
        Where the release went.

    Raises:
        DeliveryError: the store does not answer.
        DeliveryRefusedError: the store refuses.
    """
    if profile.delivery.url is None:
        return None
    target = f"{profile.delivery.url.rstrip('/')}/{release.name}"
    try:
        send = _sender(target)
        names = sorted(name for name in _names(release) if name != MANIFEST)
        for name in [*names, MANIFEST]:
            with at_hand(release / name) as file:
                send(file, name)
    except TerminalError as error:
        raise DeliveryRefusedError(
            f"release {release.name} cannot be delivered ({_cause(error)}).",
            mend="check delivery.url of the profile and the store's credentials, then clear the task.",
        ) from None
    except Exception as error:  # noqa: BLE001  # every store raises its own, and their messages quote the URL
        raise DeliveryError(
            f"release {release.name} could not be delivered ({_cause(error)}).",
            mend="check delivery.url of the profile and the store's credentials; the task is tried again.",
        ) from None
    return target


def _names(release: Location) -> list[str]:
    if isinstance(release, RemotePath):
        return list(release.store.tree(release.key))
    return [path.relative_to(release).as_posix() for path in release.rglob("*") if path.is_file()]


def _sender(target: str) -> Send:
    """What puts one file below the target."""
    parts = urlsplit(target)
    if parts.scheme in PROTOCOLS and "@" not in parts.netloc:
        # No folders are made there: asked for one, s3fs makes a missing bucket, and a mistyped name becomes ours.
        folder = location(target)
        if isinstance(folder, RemotePath):
            # How it is encrypted is for the owner of the bucket to say.
            store, key = Store(folder.protocol, ours=False), folder.key
            return lambda file, name: store.put(f"{key}/{name}", file)
    import fsspec

    system, root = fsspec.core.url_to_fs(target)

    def send(file: Path, name: str) -> None:
        system.makedirs(f"{root}/{name}".rpartition("/")[0], exist_ok=True)
        system.put_file(str(file), f"{root}/{name}")

    return send


def _cause(error: Exception) -> str:
    """The kind of an error: the messages of stores quote the URL."""
    return error.code if isinstance(error, Shield1367Error) else type(error).__name__
