"""The only place that writes: a reader sees a file or a folder whole or not at all, here and in object stores.

A killed task leaves nothing but a ``.tmp-`` file that the next process to write into the folder sweeps, or objects
that do not count before the last one is there.
"""

from shield1367.storage.files import (
    append_bytes,
    at_hand,
    changed_at,
    digest,
    read_json,
    readable,
    remove_file,
    sha256,
    write_atomically,
    write_bytes,
    write_json,
    write_text,
)
from shield1367.storage.folders import (
    Listing,
    folder_at_hand,
    is_published,
    listing,
    move_folder,
    publish_folder,
    remove_folder,
)
from shield1367.storage.locks import locked
from shield1367.storage.remote import Location, RemotePath, location
from shield1367.storage.report import reported
from shield1367.storage.temporary import TEMPORARY_PREFIX

__all__ = [
    "TEMPORARY_PREFIX",
    "Listing",
    "Location",
    "RemotePath",
    "append_bytes",
    "at_hand",
    "changed_at",
    "digest",
    "folder_at_hand",
    "is_published",
    "listing",
    "location",
    "locked",
    "move_folder",
    "publish_folder",
    "read_json",
    "readable",
    "remove_file",
    "remove_folder",
    "reported",
    "sha256",
    "write_atomically",
    "write_bytes",
    "write_json",
    "write_text",
]
