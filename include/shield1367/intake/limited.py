"""The key of workers that take in: enough to seal what is refused and to plant canaries, and for nothing else.

They parse what comes from outside. ``shield1367 keys intake`` derives their key from the master key: whoever takes it
from them reads the rows in quarantine that were sealed with it and can tell of an identifier they have already whether
it is known; they open no registry, make no pseudonym and sign nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from shield1367.canaries.person import PURPOSE as CANARY_PURPOSE
from shield1367.config.key_file import KeyFile
from shield1367.errors import KeyMissingError, TerminalError
from shield1367.home import Home
from shield1367.intake.quarantine import IDENTIFIER_PURPOSE, QUARANTINE_PURPOSE
from shield1367.keys import Cipher, Keys
from shield1367.storage import reported, write_json

PURPOSES = (CANARY_PURPOSE, IDENTIFIER_PURPOSE, QUARANTINE_PURPOSE)


class NotForIntakeError(TerminalError):
    """Error raised when something needs a key that workers of the intake do not have."""

    code = "E821"

    def __init__(self) -> None:
        super().__init__(
            "this worker takes in and has no key for anything else.",
            mend="run it on a worker of the queue io, which has the master key.",
        )


class IntakeKeyFile(KeyFile):
    """The file."""

    PURPOSES = PURPOSES


@dataclass(frozen=True, slots=True)
class IntakeKeys(Keys):
    """Keys for the purposes of the file, and for no other.

    A rotation leaves them as they are: what they seal opens with every later ring, and is sealed anew by the next one.

    Attributes:
        purposes: purpose → key.

    Raises:
        NotForIntakeError: by whatever needs another one.
    """

    purposes: dict[str, bytes] = field(default_factory=dict, repr=False)

    @classmethod
    def read(cls, path: Path) -> IntakeKeys:
        """Read the file.

        Raises:
            KeyMissingError: it is none, or not whole.
            StorageError: it cannot be read.
        """
        with reported(path, "read"):
            text = path.read_bytes()
        return cls.parse(text, str(path))

    @classmethod
    def parse(cls, text: str | bytes, name: str) -> IntakeKeys:
        """The keys in the content of the file; *name* says in the message where it came from.

        Raises:
            KeyMissingError: it is none, or not whole.
        """
        try:
            content = IntakeKeyFile.model_validate_json(text)
        except ValidationError:
            # Its message may quote a key.
            raise KeyMissingError(
                f"{name} is no key of the intake.",
                mend="make it with `shield1367 keys intake --out FILE` where the master key is.",
            ) from None
        return cls(b"", purposes=content.keys())

    def reload(self, home: Home) -> Keys:
        """The same."""
        return self

    def derive(self, purpose: str) -> bytes:
        """The key for one purpose of the file."""
        if purpose not in self.purposes:
            raise NotForIntakeError
        return self.purposes[purpose]

    def cipher(self, purpose: str) -> Cipher:
        """Seals with the key that every ring of the home keeps."""
        return Cipher({"": self.derive(purpose)})


def write_intake_key(keys: Keys, path: Path) -> Path:
    """Derive the key of the intake, into a file for its owner only."""
    content = IntakeKeyFile(purposes=IntakeKeyFile.derived(keys))
    write_json(path, content.model_dump(mode="json")).chmod(0o600)
    return path
