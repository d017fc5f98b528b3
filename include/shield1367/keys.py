"""Key material: one master key, everything else derived from it by purpose.

The master key comes from ``SHIELD1367_KEY`` (base64 of 32 bytes), the file that ``SHIELD1367_KEY_FILE``
names, or the store of secrets of whoever runs the library, under the name in ``SHIELD1367_KEY_CONNECTION``.
Without any of them, the embedded default makes a random one under the home, readable by its owner only.
Derivation is HKDF-SHA256 (RFC 5869) with the purpose as *info*, so a pseudonym key for one recipient says
nothing about any other. Values are sealed with keys of their own once a key has been rotated, see
:mod:`shield1367.keyring`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import re
import secrets
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shield1367.errors import KeyMissingError, TerminalError, TransientError
from shield1367.home import Home
from shield1367.keyring import KEY_BYTES, SealingKey, derive, open_keyring
from shield1367.storage import TEMPORARY_PREFIX, reported

_MASTER = "master.key"
# Before a value that AES-GCM sealed; what Fernet makes begins with a letter.
_VALUE = b"."
_VALUES = "values"
_NONCE_BYTES = 12
_HMAC_BLOCK = 64  # bytes SHA-256 takes at a time

# Who is given one of these has no other, and shall not make itself one.
_LIMITED = re.compile("SHIELD1367_(DESK|INTAKE|REDACTION)_KEY_(FILE|CONNECTION)")

SecretStore = Callable[[str], str | None]
"""Gives the secret of one name, or ``None``; for Airflow, see ``shield1367_airflow.keystore``."""


class KeyNotGivenError(TransientError):
    """Error raised when the store of secrets has no key, or does not answer: it cannot tell which."""

    code = "E103"


class MasterKeyAwayError(TerminalError):
    """Error raised when something needs the master key where only a key for some purposes was handed in."""

    code = "E842"

    def __init__(self, limited: str) -> None:
        super().__init__(
            f"only {limited} was handed in here, and this needs the master key.",
            mend="do it where the master key is: tasks on a worker of the queue io, commands there likewise.",
        )


@dataclass(frozen=True, slots=True)
class Keys:
    """Derives every key the project needs. Its ``repr`` shows none of them.

    Attributes:
        master: 32 random bytes: the key handed in or, after a rotation, the data key of the ring.
        sealing: what values are sealed with, the present key last; without any, the master serves.
        store: where the key was asked for, to be asked again.
    """

    master: bytes = field(repr=False)
    sealing: tuple[SealingKey, ...] = ()
    store: SecretStore | None = field(default=None, repr=False, compare=False)

    @classmethod
    def load(cls, home: Home, store: SecretStore | None = None) -> Keys:
        """The keys of a home, made on first use when neither the environment nor the home has any.

        Args:
            store: where the key lies when ``SHIELD1367_KEY_CONNECTION`` names it.

        Raises:
            KeyMissingError: the key is not base64 of 32 bytes, the registry exists without it, or it does
                not open the home's keyring.
            KeyNotGivenError: *store* has no key of that name, or does not answer.
        """
        ring = open_keyring(home.keys, read_key(home, store))
        return cls(ring.data, ring.sealing, store)

    def reload(self, home: Home) -> Keys:
        """The home's present keys: they may have been rotated since."""
        return Keys.load(home, self.store)

    def derive(self, purpose: str) -> bytes:
        """32 bytes for one purpose, such as ``pseudonym/state-university-research``."""
        return derive(self.master, purpose)

    def cipher(self, purpose: str) -> Cipher:
        """Authenticated encryption for one purpose."""
        return Cipher(
            {"": self.derive(purpose)} | {key.id: derive(key.secret, purpose) for key in self.sealing}
        )

    def fingerprint(self, purpose: str) -> Fingerprint:
        """Keyed fingerprints for one purpose."""
        return Fingerprint(self.derive(purpose))


class Cipher:
    """Fernet (AES-128-CBC with HMAC-SHA256), with the id of the key in front once it has one.

    Short values by the million are sealed with AES-256-GCM instead, by a key derived from the same one.

    Args:
        keys: id → key; the last one seals. The empty id is that of the master key.
    """

    def __init__(self, keys: dict[str, bytes]) -> None:
        self._fernets = {name: Fernet(base64.urlsafe_b64encode(key)) for name, key in keys.items()}
        self._gcms = {name: AESGCM(derive(key, _VALUES)) for name, key in keys.items()}
        self._present: str = next(reversed(keys))

    def encrypt(self, content: bytes) -> bytes:
        """Encrypt *content*; two calls give different bytes."""
        token = self._fernets[self._present].encrypt(content)
        return f"{self._present}:".encode() + token if self._present else token

    def encrypt_value(self, content: bytes) -> bytes:
        """Encrypt a short value, in a fifth of the time; for fewer than 2^32 values, since nonces are random."""
        nonce = os.urandom(_NONCE_BYTES)
        token = _VALUE + base64.urlsafe_b64encode(
            nonce + self._gcms[self._present].encrypt(nonce, content, None)
        )
        return f"{self._present}:".encode() + token if self._present else token

    def decrypt(self, content: bytes) -> bytes:
        """Decrypt what was encrypted in either way, with whatever key of the ring it was made with.

        Raises:
            KeyMissingError: the content was made with another key, or has been changed.
        """
        name, _, token = content.rpartition(b":")
        try:
            if token.startswith(_VALUE):
                sealed = base64.urlsafe_b64decode(token[len(_VALUE) :])
                nonce, sealed = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
                return self._gcms[name.decode()].decrypt(nonce, sealed, None)
            return self._fernets[name.decode()].decrypt(token)
        # Cut or changed base64, and a nonce that is too short, are ValueErrors.
        except (InvalidToken, InvalidTag, KeyError, ValueError):
            raise KeyMissingError(
                "stored content does not open with this key.",
                mend="set SHIELD1367_KEY to the key this home was made with or last rotated to.",
            ) from None

    def is_present(self, content: bytes) -> bool:
        """Whether *content* is sealed with the present key."""
        return content.rpartition(b":")[0] == self._present.encode()


class Fingerprint:
    """HMAC-SHA256 of a value, cut to 128 bits: equal values match, nobody without the key can guess.

    A plain hash would not do: all 10^9 A-Numbers hash in minutes.
    """

    def __init__(self, key: bytes) -> None:
        # HMAC by its definition (RFC 2104), the key hashed in once: of a million short values, setting up
        # costs more than hashing.
        padded = (hashlib.sha256(key).digest() if len(key) > _HMAC_BLOCK else key).ljust(_HMAC_BLOCK, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in padded))

    def of(self, *parts: str) -> str:
        """32 hex digits for the tuple *parts*."""
        return _digest(self._inner, self._outer, "\x1f".join(parts))

    def after(self, *first: str) -> Callable[..., str]:
        """What :meth:`of` says of *first* and more parts, for many of these."""
        begun, key = self._inner.copy(), self._outer
        begun.update("".join(f"{part}\x1f" for part in first).encode())

        def of(*parts: str) -> str:
            return _digest(begun, key, "\x1f".join(parts))

        return of


def _digest(begun: hashlib._Hash, key: hashlib._Hash, text: str) -> str:
    inner, outer = begun.copy(), key.copy()
    inner.update(text.encode())
    outer.update(inner.digest())
    return outer.hexdigest()[:32]


def read_key(home: Home, store: SecretStore | None = None) -> bytes:
    """The key handed in; made on first use when neither the environment nor the home has any.

    Raises:
        KeyMissingError: it is not base64 of 32 bytes, the registry exists without it, or it lies in a store
            that is not at hand.
        KeyNotGivenError: *store* has no key of that name, or does not answer.
        MasterKeyAwayError: a key for some purposes alone was handed in, and no other.
    """
    # Set but empty is a secret that was not handed in, not a wish for the embedded default.
    if (encoded := os.environ.get("SHIELD1367_KEY")) is not None:
        return decode_key(encoded.encode(), "SHIELD1367_KEY")
    if (name := os.environ.get("SHIELD1367_KEY_FILE")) is not None:
        return read_key_file(Path(name)) if name else decode_key(b"", "SHIELD1367_KEY_FILE")
    if (name := os.environ.get("SHIELD1367_KEY_CONNECTION")) is not None:
        return _ask(store, name)
    path = home.keys / _MASTER
    if path.exists():
        return read_key_file(path)
    if limited := sorted(name for name in os.environ if _LIMITED.fullmatch(name)):
        raise MasterKeyAwayError(limited[0])
    if home.registry.exists():
        raise KeyMissingError(
            f"the registry in {home.registry} exists but its key {path} does not.",
            mend="restore the key from backup, or set SHIELD1367_KEY or SHIELD1367_KEY_FILE.",
        )
    return _create(path)


def _ask(store: SecretStore | None, name: str) -> bytes:
    if not name:
        return decode_key(b"", "SHIELD1367_KEY_CONNECTION")
    encoded = secret_of(store, name, file="SHIELD1367_KEY_FILE")
    return decode_key(encoded.strip().encode(), f"the password of connection {name}")


def secret_of(store: SecretStore | None, name: str, *, file: str) -> str:
    """The password of connection *name*; *file* is the variable that may name a file instead.

    Raises:
        KeyMissingError: there is no store at hand.
        KeyNotGivenError: it has none of that name, or does not answer.
    """
    if store is None:
        raise KeyMissingError(
            f"the key lies in Airflow's connection {name}, which only Airflow's tasks can read.",
            mend=f"take it from there into a file for this command, and name that in {file}.",
        )
    # Not the embedded default instead: what a new key seals and fingerprints, the right one would not know.
    if (secret := store(name)) is None:
        raise KeyNotGivenError(
            f"Airflow's secrets backends have no connection {name} with a password, or do not answer.",
            mend="check the backend, and that the connection's password is the key.",
        )
    return secret


def read_key_file(path: Path) -> bytes:
    """The key in one file.

    Raises:
        KeyMissingError: it holds none.
        StorageError: it cannot be read.
    """
    return decode_key(_read(path), str(path))


def _read(path: Path) -> bytes:
    with reported(path, "read"):
        return path.read_bytes().strip()


def decode_key(encoded: bytes, name: str) -> bytes:
    """32 bytes from base64; *name* says in the message where they came from."""
    try:
        key = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise KeyMissingError(
            f"{name} does not hold a key.",
            mend="give base64 of 32 random bytes, such as `openssl rand -base64 32` prints.",
        )
    return key


def _create(path: Path) -> bytes:
    key = secrets.token_bytes(KEY_BYTES)
    with reported(path, "write"):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, name = tempfile.mkstemp(prefix=TEMPORARY_PREFIX, dir=path.parent)
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(base64.b64encode(key))
                stream.flush()
                os.fsync(stream.fileno())
            # A hard link, unlike a rename, fails when another process of the same first run was faster.
            path.hardlink_to(temporary)
        except FileExistsError:
            return read_key_file(path)
        finally:
            temporary.unlink(missing_ok=True)
    return key
