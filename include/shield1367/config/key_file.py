"""Keys for some purposes alone, in a file that is derived from the master key for who shall not have that.

One for the desk, one for the intake, one for redaction: each is a kind of :class:`LimitedKeys`, which says what it is
for and with which error everything else is refused.
"""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, ClassVar, NoReturn, Self

from pydantic import Field, ValidationError, field_validator

from shield1367.config.loading import ConfigModel
from shield1367.errors import KeyMissingError
from shield1367.home import Home
from shield1367.keyring import KEY_BYTES, derive
from shield1367.keys import Cipher, Keys, SecretStore, secret_of
from shield1367.storage import reported, write_json

_FORMAT = 1


class KeyFile(ConfigModel):
    """The file.

    Attributes:
        purposes: purpose → derived key, in base64.
        sealing: the same of each key of the ring, by its id, the present one last; for who opens what others sealed.
        registry: for who asks it, what tells the registry that this comes of its own master key; opens nothing.
    """

    format: Annotated[int, Field(ge=_FORMAT, le=_FORMAT)] = _FORMAT
    purposes: dict[str, str] = Field(repr=False)
    sealing: dict[str, dict[str, str]] = Field(default_factory=dict, repr=False)
    registry: str = ""

    @field_validator("purposes", "sealing")
    @classmethod
    def _are_keys(cls, value: dict[str, object]) -> dict[str, object]:
        for name, key in value.items():
            if isinstance(key, dict):
                cls._are_keys(key)
            elif len(base64.b64decode(str(key), validate=True)) != KEY_BYTES:
                raise ValueError(f"{name}: no key")
        return value


@dataclass(frozen=True, slots=True)
class LimitedKeys(Keys):
    """Keys for the purposes of a file, and for no other.

    Attributes:
        NAME: what they are for: `shield1367 keys NAME` makes the file, `SHIELD1367_NAME_KEY_FILE` hands it in.
        PURPOSES: the file has a key for each, and no other.
        purposes: purpose → key.
        of_ring, registry: as in the file.
    """

    NAME: ClassVar[str]
    PURPOSES: ClassVar[tuple[str, ...]]

    purposes: dict[str, bytes] = field(default_factory=dict, repr=False)
    of_ring: dict[str, dict[str, bytes]] = field(default_factory=dict, repr=False)
    registry: str = field(default="", repr=False)

    @classmethod
    def handed_in(cls, store: SecretStore | None = None) -> Self | None:
        """Those of ``SHIELD1367_NAME_KEY_FILE``, or of the connection ``SHIELD1367_NAME_KEY_CONNECTION`` names.

        Raises:
            KeyMissingError: what is handed in is no such key.
            KeyNotGivenError: *store* does not give the connection.
            StorageError: the file cannot be read.
        """
        variable = f"SHIELD1367_{cls.NAME.upper()}_KEY"
        # Set but empty is a key that was not handed in, and no wish for the master key.
        if (path := os.environ.get(f"{variable}_FILE")) is not None:
            return cls.read(Path(path))
        if (name := os.environ.get(f"{variable}_CONNECTION")) is not None:
            return cls.parse(
                secret_of(store, name, file=f"{variable}_FILE"), f"the password of connection {name}"
            )
        return None

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read the file.

        Raises:
            KeyMissingError: it is none, or not whole.
            StorageError: it cannot be read.
        """
        with reported(path, "read"):
            text = path.read_bytes()
        return cls.parse(text, str(path))

    @classmethod
    def parse(cls, text: str | bytes, name: str) -> Self:
        """The keys in the content of the file; *name* says in the message where it came from.

        Raises:
            KeyMissingError: it is none, or not whole.
        """
        try:
            content = KeyFile.model_validate_json(text)
        except ValidationError:
            # Its message may quote a key.
            content = None
        # Not refused in the handler, whose error would carry that one.
        wanted = set(cls.PURPOSES)
        if content is None or any(
            of.keys() != wanted for of in (content.purposes, *content.sealing.values())
        ):
            raise KeyMissingError(
                f"{name} is no key of the {cls.NAME}.",
                mend=f"make it with `shield1367 keys {cls.NAME} --out FILE` where the master key is.",
            )
        of_ring = {name: _decoded(keys) for name, keys in content.sealing.items()}
        return cls(b"", purposes=_decoded(content.purposes), of_ring=of_ring, registry=content.registry)

    @classmethod
    def write(cls, keys: Keys, path: Path) -> Path:
        """Derive the keys from those of a home, into a file for its owner only."""
        content = cls.content(keys).model_dump(mode="json", exclude_defaults=True) | {"format": _FORMAT}
        write_json(path, content).chmod(0o600)
        return path

    @classmethod
    def content(cls, keys: Keys) -> KeyFile:
        """What the file holds."""
        return KeyFile(purposes=cls.derived(keys.master))

    @classmethod
    def derived(cls, key: bytes) -> dict[str, str]:
        """Purpose → what *key* derives to for it."""
        return {name: base64.b64encode(derive(key, name)).decode() for name in cls.PURPOSES}

    def reload(self, home: Home) -> Self:
        """The same: a rotation does not change a file."""
        return self

    def derive(self, purpose: str) -> bytes:
        """The key for one purpose of the file."""
        return self.purposes.get(purpose) or self.refuse()

    def cipher(self, purpose: str) -> Cipher:
        """Seals with the newest key of the file, and opens with each."""
        return Cipher(
            {"": self.derive(purpose)} | {name: keys[purpose] for name, keys in self.of_ring.items()}
        )

    def refuse(self) -> NoReturn:
        """Refuse what needs another key, with the error that says where it can be done."""
        raise NotImplementedError


def _decoded(keys: dict[str, str]) -> dict[str, bytes]:
    return {name: base64.b64decode(key) for name, key in keys.items()}
