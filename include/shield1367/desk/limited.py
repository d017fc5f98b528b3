"""The key of a desk whose server shall not open the registry: enough to look people up, and to sign nothing.

``shield1367 keys desk`` derives it from the master key. Whoever steals it can tell of an A-Number they have already
whether the registry and the ledger know it; they can read no name in either, make no pseudonym and sign no release.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from pydantic import ValidationError

from shield1367.config.key_file import KeyFile
from shield1367.desk.errors import NotOnThisServerError
from shield1367.errors import KeyMissingError
from shield1367.home import Home
from shield1367.intake.quarantine import IDENTIFIER_PURPOSE
from shield1367.keyring import KEY_BYTES
from shield1367.keys import Cipher, Fingerprint, Keys
from shield1367.redaction.planned import LEDGER_PURPOSE
from shield1367.storage import reported, write_json

PURPOSES = (IDENTIFIER_PURPOSE, LEDGER_PURPOSE, "question", "safeguards")
"""To find a person by an identifier, their releases in the ledger; to record who asked, to check verifications."""

_REGISTRY = "registry"
_MARK = "key"


class DeskKeyFile(KeyFile):
    """The file.

    Attributes:
        registry: what tells the registry that this comes of its own master key; opens nothing.
    """

    PURPOSES = PURPOSES

    registry: str


class _Mark(Fingerprint):
    """The one fingerprint that the registry asks for when it is opened, without the key it was made with."""

    def __init__(self, mark: str) -> None:
        self._mark = mark

    def of(self, *parts: str) -> str:
        """The mark; nothing else was handed in."""
        return self._mark if parts == (_MARK,) else _refuse()


class _Closed(Cipher):
    """Opens nothing, and seals nothing."""

    def __init__(self) -> None:
        super().__init__({"": b"\0" * KEY_BYTES})

    def encrypt(self, content: bytes) -> bytes:
        """Refused."""
        _refuse()

    def decrypt(self, content: bytes) -> bytes:
        """Refused."""
        _refuse()


@dataclass(frozen=True, slots=True)
class LimitedKeys(Keys):
    """Keys for the purposes of the file, and for no other.

    Attributes:
        purposes: purpose → key; *registry* as in the file.

    Raises:
        NotOnThisServerError: by whatever needs another one.
    """

    purposes: dict[str, bytes] = field(default_factory=dict, repr=False)
    registry: str = field(default="", repr=False)

    @classmethod
    def read(cls, path: Path) -> LimitedKeys:
        """Read the file.

        Raises:
            KeyMissingError: it is none, or not whole.
            StorageError: it cannot be read.
        """
        with reported(path, "read"):
            text = path.read_bytes()
        try:
            content = DeskKeyFile.model_validate_json(text)
        except ValidationError:
            # Its message may quote a key.
            raise KeyMissingError(
                f"{path} is no key of a desk.",
                mend="make it with `shield1367 keys desk --out FILE` where the master key is.",
            ) from None
        return cls(b"", purposes=content.keys(), registry=content.registry)

    def reload(self, home: Home) -> Keys:
        """The same: what a rotation renews is nothing that is in here."""
        return self

    def derive(self, purpose: str) -> bytes:
        """The key for one purpose of the file."""
        return self.purposes.get(purpose) or _refuse()

    def cipher(self, purpose: str) -> Cipher:
        """One that opens nothing."""
        return _Closed()

    def fingerprint(self, purpose: str) -> Fingerprint:
        """Keyed fingerprints for one purpose of the file."""
        return _Mark(self.registry) if purpose == _REGISTRY else Fingerprint(self.derive(purpose))


def write_desk_key(keys: Keys, path: Path) -> Path:
    """Derive the key of a desk, into a file for its owner only."""
    content = DeskKeyFile(
        purposes=DeskKeyFile.derived(keys),
        registry=keys.fingerprint(_REGISTRY).of(_MARK),
    )
    write_json(path, content.model_dump(mode="json")).chmod(0o600)
    return path


def _refuse() -> NoReturn:
    raise NotOnThisServerError
