"""The keys that releases and the ledger are signed with: Ed25519, derived from the home's master key.

``keys/signing.json`` holds no secret, only the salt of each key: the public keys to be trusted are derived
anew from master key and salt, so that nobody can put one of their own among them.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.storage import Location, locked, read_json, write_bytes, write_json

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

PUBLISHED = "release-keys.pem"
_SALTS = "signing.json"
_PURPOSE = "release/signing"


@dataclass(frozen=True, slots=True)
class Signer:
    """The site's signing keys; the last one signs, earlier ones vouch for what they signed.

    Attributes:
        salts: one a key; the first key has none, so that a home signs without having been prepared.
    """

    keys: Keys
    salts: tuple[str, ...]

    @classmethod
    def of(cls, home: Home, keys: Keys) -> Signer:
        """The signing keys of a home."""
        path = home.keys / _SALTS
        return cls(keys, tuple(read_json(path)["salts"]) if path.exists() else ("",))

    @property
    def key_id(self) -> str:
        """Id of the key that signs now."""
        return key_id(self._private(self.salts[-1]).public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """64 bytes; the same for the same message and key."""
        return self._private(self.salts[-1]).sign(message)

    def public_keys(self) -> dict[str, bytes]:
        """Id → raw public key, of every key this home ever signed with, the present one last."""
        raw = [self._private(salt).public_key().public_bytes_raw() for salt in self.salts]
        return {key_id(public): public for public in raw}

    def holds(self, key: str, message: bytes, signature: bytes) -> bool:
        """Whether one of this home's keys made the signature."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        public = self.public_keys().get(key)
        if public is None:
            return False
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
        except InvalidSignature:
            return False
        return True

    def pem(self) -> bytes:
        """All public keys as PEM, the present one last."""
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        made = (self._private(salt).public_key() for salt in self.salts)
        return b"".join(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo) for key in made)

    def _private(self, salt: str) -> Ed25519PrivateKey:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self.keys.derive(f"{_PURPOSE}/{salt}"))


def key_id(public: bytes) -> str:
    """SHA-256 of the raw public key, in hex."""
    return hashlib.sha256(public).hexdigest()


def rotate_signing_key(home: Home, keys: Keys) -> Signer:
    """Sign with a new key from now on; what earlier ones signed still verifies."""
    path = home.keys / _SALTS
    with locked(path.with_suffix(".lock")):
        signer = Signer(keys, (*Signer.of(home, keys).salts, secrets.token_hex(16)))
        write_json(path, {"salts": list(signer.salts)})
    publish_keys(home, signer)
    return signer


def publish_keys(home: Home, signer: Signer) -> Location:
    """Put the public keys beside the releases, for recipients to compare with what they were given."""
    path = home.released / PUBLISHED
    content = signer.pem()
    if path.is_file() and path.read_bytes() == content:
        return path
    return write_bytes(path, content)
