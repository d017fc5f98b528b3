"""Delivery of a published release to the URL its profile names; the manifest goes last."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from shield1367.config.recipient import RecipientProfile
from shield1367.errors import TransientError
from shield1367.release.manifest import MANIFEST

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem


# Their keys need no folders; asked for one, s3fs makes a missing bucket: a mistyped name would become ours.
_OBJECT_STORES = frozenset({"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az"})


class DeliveryError(TransientError):
    """Error raised when the recipient's store does not take the files; the release itself is safe."""

    code = "E703"


def deliver(release: Path, profile: RecipientProfile) -> str | None:
    """Copy a release to ``delivery.url``; without one it waits in the released folder.

    Until the manifest is there the delivery does not count, so a broken one can be repeated.

    Returns:
        Where the release went.

    Raises:
        DeliveryError: the store does not answer or refuses.
    """
    if profile.delivery.url is None:
        return None
    import fsspec

    target = f"{profile.delivery.url.rstrip('/')}/{release.name}"
    files = sorted(path for path in release.rglob("*") if path.is_file() and path.name != MANIFEST)
    try:
        store, root = fsspec.core.url_to_fs(target)
        for path in [*files, release / MANIFEST]:
            name = f"{root}/{path.relative_to(release).as_posix()}"
            if not _OBJECT_STORES.intersection(_protocols(store)):
                store.makedirs(name.rpartition("/")[0], exist_ok=True)
            store.put_file(str(path), name)
    except Exception as error:  # noqa: BLE001  # every store raises its own, and their messages quote the URL
        raise DeliveryError(
            f"release {release.name} could not be delivered ({type(error).__name__}).",
            mend="check delivery.url of the profile and the store's credentials; the task is tried again.",
        ) from None
    return target


def _protocols(store: AbstractFileSystem) -> tuple[str, ...]:
    return (store.protocol,) if isinstance(store.protocol, str) else tuple(store.protocol)
