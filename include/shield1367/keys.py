"""Key material: one master key, everything else derived from it by purpose.

The master key comes from ``SHIELD1367_KEY`` (base64 of 32 bytes) or the file that
``SHIELD1367_KEY_FILE`` names. Without either, the embedded default makes a random one under the
home, readable by its owner only. Derivation is HKDF-SHA256 (RFC 5869) with the purpose as *info*,
so a pseudonym key for one recipient says nothing about any other.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import secrets
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shield1367.errors import KeyMissingError
from shield1367.home import Home
from shield1367.storage import TEMPORARY_PREFIX, reported

_KEY_BYTES = 32
_MASTER = "master.key"


@dataclass(frozen=True, slots=True)
class Keys:
    """Derives every key the project needs. Its ``repr`` shows none of them.

    Attributes:
        master: 32 random bytes.
    """

    master: bytes = field(repr=False)

    @classmethod
    def load(cls, home: Home) -> Keys:
        """The keys of a home, made on first use when neither the environment nor the home has any.

        Raises:
            KeyMissingError: the key is not base64 of 32 bytes, or the registry exists without it.
        """
        # Set but empty is a secret that was not handed in, not a wish for the embedded default.
        if (encoded := os.environ.get("SHIELD1367_KEY")) is not None:
            return cls(_decode(encoded.encode(), "SHIELD1367_KEY"))
        if (name := os.environ.get("SHIELD1367_KEY_FILE")) is not None:
            return cls(_decode(_read(Path(name)) if name else b"", name or "SHIELD1367_KEY_FILE"))
        path = home.keys / _MASTER
        if path.exists():
            return cls(_decode(_read(path), str(path)))
        if home.registry.exists():
            raise KeyMissingError(
                f"the registry in {home.registry} exists but its key {path} does not.",
                mend="restore the key from backup, or set SHIELD1367_KEY or SHIELD1367_KEY_FILE.",
            )
        return cls(_create(path))

    def derive(self, purpose: str) -> bytes:
        """32 bytes for one purpose, such as ``pseudonym/state-university-research``."""
        return HKDF(algorithm=hashes.SHA256(), length=_KEY_BYTES, salt=None, info=purpose.encode()).derive(
            self.master
        )

    def cipher(self, purpose: str) -> Cipher:
        """Authenticated encryption for one purpose."""
        return Cipher(self.derive(purpose))

    def fingerprint(self, purpose: str) -> Fingerprint:
        """Keyed fingerprints for one purpose."""
        return Fingerprint(self.derive(purpose))


class Cipher:
    """Fernet (AES-128-CBC with HMAC-SHA256) over text or bytes."""

    def __init__(self, key: bytes) -> None:
        self._fernet = Fernet(base64.urlsafe_b64encode(key))

    def encrypt(self, content: bytes) -> bytes:
        """Encrypt *content*; two calls give different bytes."""
        return self._fernet.encrypt(content)

    def decrypt(self, content: bytes) -> bytes:
        """Decrypt what :meth:`encrypt` made.

        Raises:
            KeyMissingError: the content was made with another key, or has been changed.
        """
        try:
            return self._fernet.decrypt(content)
        except InvalidToken:
            raise KeyMissingError(
                "stored content does not open with this key.",
                mend="set SHIELD1367_KEY to the key this home was made with.",
            ) from None


class Fingerprint:
    """HMAC-SHA256 of a value, cut to 128 bits: equal values match, nobody without the key can guess.

    A plain hash would not do: all 10^9 A-Numbers hash in minutes.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, *parts: str) -> str:
        """32 hex digits for the tuple *parts*."""
        message = "\x1f".join(parts).encode()
        return hmac.digest(self._key, message, "sha256").hex()[:32]


def _read(path: Path) -> bytes:
    with reported(path, "read"):
        return path.read_bytes().strip()


def _decode(encoded: bytes, name: str) -> bytes:
    try:
        key = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != _KEY_BYTES:
        raise KeyMissingError(
            f"{name} does not hold a key.",
            mend="give base64 of 32 random bytes, such as `openssl rand -base64 32` prints.",
        )
    return key


def _create(path: Path) -> bytes:
    key = secrets.token_bytes(_KEY_BYTES)
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
            return _decode(_read(path), str(path))
        finally:
            temporary.unlink(missing_ok=True)
    return key
