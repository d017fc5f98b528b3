"""The key of a desk whose server shall not open the registry: enough to look people up, and to sign nothing.

``shield1367 keys desk`` derives it from the master key. Whoever steals it can tell of an A-Number they have already
whether the registry and the ledger know it; they can read no name in either, make no pseudonym and sign no release.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from shield1367.config.key_file import KeyFile, LimitedKeys
from shield1367.desk.errors import NotOnThisServerError
from shield1367.intake.quarantine import IDENTIFIER_PURPOSE
from shield1367.keyring import KEY_BYTES
from shield1367.keys import Cipher, Fingerprint, Keys
from shield1367.redaction.planned import LEDGER_PURPOSE

_REGISTRY = "registry"
_MARK = "key"


class _Mark(Fingerprint):
    """The one fingerprint that the registry asks for when it is opened, without the key it was made with."""

    def __init__(self, mark: str) -> None:
        self._mark = mark

    def of(self, *parts: str) -> str:
        """The mark; nothing else was handed in."""
        if parts != (_MARK,):
            raise NotOnThisServerError
        return self._mark


class _Closed(Cipher):
    """Opens nothing, and seals nothing."""

    def __init__(self) -> None:
        super().__init__({"": b"\0" * KEY_BYTES})

    def encrypt(self, content: bytes) -> bytes:
        """Refused."""
        raise NotOnThisServerError

    def decrypt(self, content: bytes) -> bytes:
        """Refused."""
        raise NotOnThisServerError


@dataclass(frozen=True, slots=True)
class DeskKeys(LimitedKeys):
    """Keys to find a person by an identifier and their releases, to record who asked, and to check verifications."""

    NAME = "desk"
    PURPOSES = (IDENTIFIER_PURPOSE, LEDGER_PURPOSE, "question", "safeguards")

    @classmethod
    def content(cls, keys: Keys) -> KeyFile:
        """What the file holds."""
        mark = keys.fingerprint(_REGISTRY).of(_MARK)
        return KeyFile(purposes=cls.derived(keys.master), registry=mark)

    def cipher(self, purpose: str) -> Cipher:
        """One that opens nothing."""
        return _Closed()

    def fingerprint(self, purpose: str) -> Fingerprint:
        """Keyed fingerprints for one purpose of the file."""
        return _Mark(self.registry) if purpose == _REGISTRY else Fingerprint(self.derive(purpose))

    def refuse(self) -> NoReturn:
        """Refuse what needs another key."""
        raise NotOnThisServerError
