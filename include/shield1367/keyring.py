"""The keyring: which keys values are sealed with, once one has been rotated.

``keys/ring.json`` below the home. It is locked: a random lock key opens the keys in it, and each key that
may be handed in (``SHIELD1367_KEY``) opens the lock key. Without the file, the key handed in is all there is.
"""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shield1367.errors import KeyMissingError
from shield1367.storage import read_json, write_json

KEY_BYTES = 32
RING = "ring.json"
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class SealingKey:
    """One key that values are sealed with; its id stands in front of each."""

    id: str
    secret: bytes = field(repr=False)

    @classmethod
    def new(cls) -> SealingKey:
        """A random key under a random id."""
        return cls(secrets.token_hex(4), secrets.token_bytes(KEY_BYTES))


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys of one home.

    Attributes:
        data: what fingerprints, pseudonyms and everything else but sealing derive from. It stays: with
            another one nobody would be recognised any more.
        sealing: the keys values are or were sealed with, the present one last. Old ones stay, for backups
            and for what a process that had not heard of the rotation wrote.
        lock: opens the file.
        holders: id of a key that may be handed in → the lock, sealed with it; the newest last.
    """

    data: bytes = field(repr=False)
    sealing: tuple[SealingKey, ...] = ()
    lock: bytes = field(default_factory=lambda: secrets.token_bytes(KEY_BYTES), repr=False)
    holders: dict[str, str] = field(default_factory=dict, repr=False)

    def held_by(self, key: bytes) -> Keyring:
        """The same ring, which *key* opens too."""
        return replace(self, holders={**self.holders, _id(key): _seal(key, self.lock)})

    def held_by_alone(self, key: bytes) -> Keyring:
        """The same ring under a new lock, which nothing but *key* opens."""
        return replace(self, lock=secrets.token_bytes(KEY_BYTES), holders={}).held_by(key)

    def is_newest(self, key: bytes) -> bool:
        """Whether *key* is the one handed in last."""
        return next(reversed(self.holders), None) in (None, _id(key))

    def with_new_key(self) -> Keyring:
        """The same ring, sealing with a new key from now on."""
        return replace(self, sealing=(*self.sealing, SealingKey.new()))

    def write(self, folder: Path) -> None:
        """Put the ring into the key folder, in one step."""
        sealing = [[key.id, _text(key.secret)] for key in self.sealing]
        content = json.dumps({"data": _text(self.data), "sealing": sealing}).encode()
        holders = [[key, sealed] for key, sealed in self.holders.items()]
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_json(folder / RING, {"format": _FORMAT, "holders": holders, "keys": _seal(self.lock, content)})


def open_keyring(folder: Path, key: bytes) -> Keyring:
    """The ring that lies in the key folder; without one, a ring of *key* alone.

    Raises:
        KeyMissingError: *key* does not open it, or it has been changed.
        StorageError: it cannot be read.
    """
    path = folder / RING
    if not path.exists():
        return Keyring(data=key).held_by(key)
    try:
        return _opened(read_json(path), key)
    except (InvalidToken, KeyError, ValueError, TypeError):
        raise KeyMissingError(
            f"{path} does not open with this key.",
            mend="hand in the key it was last rotated to, or restore the file and its key from one backup.",
        ) from None


def derive(key: bytes, purpose: str) -> bytes:
    """32 bytes for one purpose (HKDF-SHA256, RFC 5869)."""
    return HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=purpose.encode()).derive(key)


def _opened(content: Any, key: bytes) -> Keyring:
    holders = dict(content["holders"])
    lock = _open(key, holders[_id(key)])
    inside = json.loads(_open(lock, content["keys"]))
    sealing = tuple(SealingKey(name, base64.b64decode(secret)) for name, secret in inside["sealing"])
    return Keyring(base64.b64decode(inside["data"]), sealing, lock, holders)


def _id(key: bytes) -> str:
    return derive(key, "keyring/id")[:8].hex()


def _fernet(key: bytes) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(derive(key, "keyring")))


def _seal(key: bytes, content: bytes) -> str:
    return _fernet(key).encrypt(content).decode("ascii")


def _open(key: bytes, sealed: str) -> bytes:
    return _fernet(key).decrypt(sealed)


def _text(secret: bytes) -> str:
    return base64.b64encode(secret).decode("ascii")
